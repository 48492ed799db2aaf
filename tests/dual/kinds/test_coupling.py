"""Couplings: what an instance may say, and what either witness proves."""

from fractions import Fraction as F

import pytest

import dual
from dual.checker import parse, proven
from dual.errors import InputError
from dual.kinds import KINDS


def instance(**changed):
    return {"kind": "transport", "source": [1, 2], "target": [2, 1], "gain": [[3, 0], [1, 5]], **changed}


def test_exactly_one_of_gain_and_cost():
    with pytest.raises(InputError, match="exactly one"):
        parse(instance(cost=[[0, 0], [0, 0]]))
    with pytest.raises(InputError, match="exactly one"):
        parse(instance(gain=None))
    assert parse(instance(gain=None, cost=[[3, 0], [1, 5]])).worth.at(0, 0) == -3


def test_exact_totals_that_differ_stay_as_they_are():
    # The larger side is then the most there may be; nothing is taken for rounding.
    assert parse(instance(target=[2, 2])).target == (2, 2)
    assert parse(instance(target=["2", "1.0000000000000001"])).target == (2, 1 + F(1, 10**16))
    assert sum(parse(instance(target=[2.0, 1.001])).target) - 3 > F(1, 1002)


def test_one_float_is_enough_for_rounding():
    moved = parse(instance(source=[1.0, 2.0], target=["2", "1.0000000001"]))
    assert moved.target == (F("1.9999999999"), F("1.0000000001"))


def test_totals_of_floats_may_miss_each_other_by_rounding():
    # The largest entry takes the difference, wherever it stands and whichever sign the difference has.
    for step in (2.0**-35, -(2.0**-35)):
        moved = parse(instance(source=[1.0, 2.0], target=[2.0 + step, 1.0]))
        assert moved.target == (2, 1)
    # A billionth of the total is rounding, more is not: on both sides of 3e-9.
    near = parse(instance(source=[1.0, 2.0], target=[2.0, 1.0 + 2.0**-29]))
    assert sum(near.target) == 3
    far = parse(instance(source=[1.0, 2.0], target=[2.0, 1.0 + 2.0**-28]))
    assert far.target == (2, 1 + F(1, 2**28))


def verdict(plan, potentials):
    return dual.verify({
        "format": "suasion-solution/1",
        "problem": instance(),
        "grade": "unproven",
        "primal": {"plan": plan},
        "dual": {"potentials": potentials},
    })  # fmt: skip


def test_masses_of_zero_and_of_several_entries():
    # By hand: 3 + 1 + 5 is the best, with potentials 2, 4 - 4, ...
    plan = [[0, 0, "1/2"], [0, 1, 0], [0, 0, "1/2"], [1, 0, 1], [1, 1, 1]]
    found = verdict(plan, {"source": [2, 0], "target": [1, 5]})
    assert (found.lower, found.upper) == (9, 9)
    assert verdict([[0, 0, 2], [0, 1, -1], [1, 1, 2]], {"source": [2, 0], "target": [1, 5]}).lower is None
    assert verdict(plan, {"source": [2, 0], "target": [1, F(49, 10)]}).upper is None


def test_a_plan_of_several_marginals_may_list_cells_without_mass():
    kind = KINDS["multi-marginal-transport"]
    halves = ["1/2", "1/2"]
    statement = kind.statement({"marginals": [halves] * 3, "gain": [[[1, 0], [0, 0]], [[0, 0], [0, 2]]]})
    plan = [[0, 0, 0, "1/2"], [1, 1, 1, "1/2"], [0, 1, 1, 0]]
    assert proven(kind, statement, {"plan": plan}, None).lower == F(3, 2)
    plan[2][3] = "-1/100"
    assert "negative" in proven(kind, statement, {"plan": plan}, None).violation
