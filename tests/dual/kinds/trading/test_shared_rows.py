"""Rows that a tree lists for all its leaves, and denominators of leaves: the same proofs in fewer words."""

from __future__ import annotations

import json
from copy import deepcopy
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import dual
from transport import TradingNetwork


def solved() -> Any:
    rng = np.random.default_rng(0)
    values = rng.integers(1, 101, (12, 12))
    solution = TradingNetwork(values, np.argwhere(rng.random((12, 12)) < 0.5)).solve()
    assert solution.grade == "exact"
    return solution.document()


def spelled_out(document: Any) -> Any:
    """The same tree as files of older versions have it: every row in every leaf, every number a fraction."""
    found = deepcopy(document)
    rows = found["dual"].pop("rows", [])
    for node in found["dual"]["nodes"]:
        for leaf in (node, node.get("by") or {}):
            if "known" not in leaf:
                continue
            over = leaf.pop("over", 1)
            for side in ("buyers", "sellers"):
                leaf[side] = [str(Fraction(x) / over) for x in leaf[side]]
            full = [[*rows[row[0]][:2], row[1], *rows[row[0]][2:]] if len(row) == 2 else row for row in leaf["known"]]
            leaf["known"] = [[*row[:2], str(Fraction(row[2]) / over), *row[3:]] for row in full]
    return found


def test_old_and_new_trees_prove_the_same_and_the_new_one_is_shorter() -> None:
    document = solved()
    old = spelled_out(document)
    verdicts = [dual.verify(one) for one in (document, old)]
    assert [(v.lower, v.upper, v.violation) for v in verdicts] == [(verdicts[0].lower, verdicts[0].upper, None)] * 2
    assert len(json.dumps(document["dual"])) < 3 / 4 * len(json.dumps(old["dual"]))


def broken(change: Any) -> str:
    document = solved()
    found = document["dual"]
    leaf = next(leaf for node in found["nodes"] for leaf in (node, node.get("by") or {}) if "over" in leaf)
    change(found, leaf)
    return str(dual.verify(document).violation)


def test_a_larger_denominator_or_another_row_proves_less() -> None:
    def divided(found: Any, leaf: Any) -> None:  # noqa: ARG001
        leaf["over"] *= 2

    def exchanged(found: Any, leaf: Any) -> None:  # noqa: ARG001
        found["rows"].reverse()

    for change in (divided, exchanged):
        assert "is not proven" in broken(change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda _, leaf: leaf.update(over=0), "over: a denominator is positive"),
        (lambda _, leaf: leaf.update(over="1/2"), "over: "),
        (lambda _, leaf: leaf.update(over=2**64), "is not an index"),
        (lambda found, _: found["rows"].clear(), "is not an index"),
        (lambda found, _: found["rows"].__setitem__(0, [0, 0, 1]), "without a multiplier"),
        (lambda _, leaf: leaf["known"].__setitem__(0, [0, -1]), "is negative"),
        (lambda _, leaf: leaf["known"].__setitem__(0, [0]), "a row is"),
    ],
)
def test_what_is_written_wrongly_is_named(change: Any, message: str) -> None:
    assert message in broken(change)
