"""The page of benchmarks says what the records say, and every suite has cases that run."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys

import pytest

from benchmarks import page
from benchmarks.__main__ import SUITES
from benchmarks.record import Case, measured


def test_the_page_is_written_from_the_records() -> None:
    assert page.PAGE.read_text("utf-8") == page.rendered()


def test_the_text_of_the_page_names_every_suite() -> None:
    text = page.TEMPLATE.read_text("utf-8")
    assert all(f"{{{{ suite {name} }}}}" in text for name in SUITES)


@pytest.mark.parametrize("suite", SUITES)
def test_every_suite_states_cases_with_functions_that_exist(suite: str) -> None:
    module = importlib.import_module(f"benchmarks.{suite}")
    for quick in (True, False):
        cases = list(module.cases(quick))
        assert cases
        assert all(isinstance(case, Case) and callable(getattr(module, case.run)) for case in cases)
        assert any(case.method in page.OURS for case in cases)
        assert len({(case.family, case.instance, case.method) for case in cases}) == len(cases)


def test_a_case_is_measured_in_a_process_of_its_own() -> None:
    case = Case("segmentation", "4 values", 16, "suasion", "ours", ("segmentation", 4))
    record = measured("finite", case)
    # Values 1 to 4, equally likely: all surplus 5/2 less the uniform profit of 3/2 at a price of 2 or 3.
    assert (record.lower, record.upper, record.grade) == (1.0, 1.0, "exact")
    assert record.seconds is not None
    assert record.seconds >= 0
    assert record.megabytes is not None


@pytest.mark.parametrize("suite", ["informed", "queries", "games"])
def test_small_instances_are_exact_and_no_peer_does_better(suite: str) -> None:
    module = importlib.import_module(f"benchmarks.{suite}")
    values: dict[str, float] = {}
    for case in module.cases(quick=True):
        found = getattr(module, case.run)(*case.arguments)()
        if case.method == "suasion":
            assert found["grade"] == "exact"
            assert found["lower"] == found["upper"]
            values[case.instance] = float(found["lower"])
        elif case.method == "CP-SAT alone":  # it rounds
            assert 0.9 * values[case.instance] <= found["lower"] <= values[case.instance] + 1e-12
        elif "lower" in found:
            assert found["lower"] == pytest.approx(values[case.instance], rel=1e-7)
        elif "missing" in found:
            assert found["missing"] < 1e-7
        else:
            assert found["grade"] == "exact"


def record(method: str, size: int, seconds: float, lower: float, **more: object) -> dict[str, object]:
    return {
        "suite": "s", "family": "f", "instance": f"f {size}", "size": size, "method": method, "seconds": seconds,
        "lower": lower, "megabytes": 1.0, **more,
    }  # fmt: skip


def test_growth_ratios_and_tables_are_computed_from_records() -> None:
    records = [record("suasion", n, 1e-3 * n**1.5, 2.0, upper=2.0, grade="exact") for n in (10, 100, 1000)]
    assert page.growth(records)["f"] == pytest.approx(1.5)
    peers = [
        record("fast but wrong", 100, 1e-6, 2.1, grade="claim"),
        record("slow", 100, 4.0, 2.0 - 1e-9, grade="claim"),
        record("slower", 100, 40.0, 2.0, grade="claim"),
    ]
    assert page.ratios(records + peers) == {"f 100": pytest.approx(4.0)}
    shown = page.table(records + peers)
    assert "| f 100 | 1 | exact | 1 | 1e-06 | 4 | 40 | 4 |" in shown


def test_a_gap_that_doubles_do_not_tell_is_not_called_nought() -> None:
    bounded = record("suasion", 1, 1.0, 2.0, upper=2.0, grade="bounded")
    assert page.proven(bounded) == "gap below 4e-16"
    assert page.proven({**bounded, "upper": 2.0 + 1e-9}) == "gap 1e-09"


def test_a_wrong_suite_is_named() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--suites", "nothing"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "nothing is no suite; known: finite" in done.stderr


def test_history_is_one_json_object_a_line() -> None:
    for line in page.HISTORY.read_text("utf-8").splitlines():
        assert {"suite", "date", "load", "cases", "ours"} <= set(json.loads(line))
