"""Lower <= optimum <= upper, for every kind and method, on instances small enough to know the optimum otherwise."""

import json
from collections import Counter
from typing import Any

import pytest

import dual
import suasion
from tests.campaign.instances import LINEAR, Numbers
from tests.campaign.judge import judge, of, seeded
from tests.campaign.solved import NONLINEAR, plain

METHODS: dict[str, tuple[str | None, ...]] = {
    "two-receiver": (None, "columns", "generated", "nested", "direct"),
    "two-receiver-expressions": (None, "columns", "generated", "direct"),
    "trading": (None, "exact", "milp", "branching", "entry-fee"),
    "delivery": (None, "decomposition", "monolithic"),
}
"""The methods that prove bounds of their own; other kinds have one."""


def instance_of(name: str, seed: int) -> dict[str, Any]:
    rng = seeded("end to end", name, seed)
    if name in LINEAR:
        return LINEAR[name](rng, Numbers.STYLES[seed % len(Numbers.STYLES)]).instance
    return NONLINEAR[name](rng)


def solved(instance: dict[str, Any], method: str | None, floats: bool) -> dict[str, Any] | None:
    """A solution, or None where a method says that it is not made for this instance."""
    problem = suasion.load(as_floats(instance) if floats else instance)
    try:
        solution = problem.solve() if method is None else problem.solve(method)
    except dual.InputError:
        if method is None:
            raise
        return None
    return plain(solution)


PAYOFFS = ("sender", "receiver", "values", "gain", "cost", "costs", "utility")


def as_floats(instance: dict[str, Any]) -> dict[str, Any]:
    """Payoffs as a Python user would give them; laws and beliefs stay as they are."""

    def floated(value: Any) -> Any:
        if isinstance(value, list):
            return [floated(entry) for entry in value]
        if isinstance(value, dict):
            return {k: v if k in ("pairs", "shape", "sellers", "centre") else floated(v) for k, v in value.items()}
        try:
            return float(dual.numbers.exact.number(value)) if isinstance(value, str) else value
        except dual.InputError:
            return value  # an expression

    def table(value: Any) -> bool:
        """Whether a field holds numbers; an expression such as "0" is a text, though it reads as a number."""
        return not (isinstance(value, dict) and any(isinstance(entry, str) for entry in value.values()))

    return {name: floated(value) if name in PAYOFFS and table(value) else value for name, value in instance.items()}


def run(name: str, instances: int, first: int = 0) -> Counter:
    seen: Counter = Counter()
    for seed in range(first, first + instances):
        instance = instance_of(name, seed)
        for method in METHODS.get(name, (None,)):
            document = solved(instance, method, floats=seed % 3 == 2)
            if document is None:
                continue
            told = judge(document)  # against the truth of the instance in the file
            assert told == "proven" or document["grade"] == "unproven", json.dumps(document)
            if of(document["problem"]).infeasible:
                assert document["grade"] in ("infeasible", "unproven"), json.dumps(document)
            seen[document["grade"]] += 1
    return seen


@pytest.mark.parametrize("name", LINEAR)
def test_linear_kinds_are_solved_exactly(name):
    seen = run(name, 9)
    assert set(seen) <= {"exact", "infeasible"}, seen


@pytest.mark.parametrize("name", NONLINEAR)
def test_the_other_kinds_are_bracketed(name):
    seen = run(name, {"means": 2, "square": 1, "costly": 3}.get(name, 10))
    assert seen["exact"] + seen["bounded"] + seen["infeasible"] > 0, seen


FOUND = {
    "one state, by beliefs": (
        {"kind": "private-persuasion", "prior": [1], "grids": [[[1]], [[1]]], "utility": [[["2/3"]]]},
        "2/3",
    ),
    "state h for sure, receiver 1 sure of it": (
        {
            "kind": "two-receiver",
            "prior": 1,
            "grid": {"x": [1], "y": [0, 1]},
            "utility": {"l": [[0, -7]], "h": [[-5, 9]]},
        },
        "9",
    ),
}
"""Instances that once failed, with optima by hand."""


@pytest.mark.parametrize("name", FOUND)
def test_what_the_campaign_found(name):
    instance, optimum = FOUND[name]
    document = solved(instance, None, floats=False)
    assert (document["lower"], document["upper"]) == (optimum, optimum)
    assert judge(document) == "proven"


@pytest.mark.slow
@pytest.mark.parametrize("name", [*LINEAR, *NONLINEAR])
def test_brackets_at_length(name):
    run(name, {"means": 40, "square": 30, "costly": 60}.get(name, 250), first=1000)
