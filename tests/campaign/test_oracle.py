"""The campaign's own oracle, held against values from the literature, by hand and against itself."""

import random
from fractions import Fraction as F

import pytest

from suasion import catalog
from tests.campaign import linear
from tests.campaign.continuum import function
from tests.campaign.instances import LINEAR
from tests.campaign.known import Truth
from tests.campaign.policies import NoPolicy, attained
from tests.campaign.simplex import Program, solve
from tests.campaign.truth import truth


def test_the_simplex_method_knows_all_three_outcomes():
    program = Program({"x": 3, "y": 2})
    program.add("a", {"x": 1, "y": 1}, "<=", 4)
    program.add("b", {"x": 1, "y": 3}, "<=", 6)
    assert solve(program).value == 12  # by hand: x = 4
    program.add("c", {"x": 1, "y": -1}, "=", 1)
    assert solve(program).solution == {"x": F(9, 4), "y": F(5, 4)}
    program.add("d", {"y": 1}, ">=", 2)
    assert solve(program).status == "infeasible"
    assert solve(Program({"x": 1})).status == "unbounded"
    below = Program({"x": -1}, free={"x"})
    below.add("floor", {"x": 1}, ">=", -7)
    assert solve(below).value == 7
    assert solve(below.without("floor")).status == "unbounded"


def test_short_forms_are_understood():
    """Nobody is known by default; a grid and a utility may serve both receivers and states."""
    assert truth({"kind": "trading-network", "values": [[5, 2], [3, 4]]}).low == 9
    both = {"kind": "two-receiver", "prior": "1/2", "grid": [0, "1/2", 1]}
    assert truth({**both, "utility": "x*y"}).contradicts(F(1, 2), F(1, 2)) is None
    assert truth({**both, "utility": [[0, 0, 0], [0, 1, 0], [0, 0, 1]]}).low == 1  # by hand: tell nothing


@pytest.mark.parametrize("name", LINEAR)
def test_policies_and_prices_meet(name):
    """Two programs written down apart have the same value, and their solutions are feasible for their own rows."""
    for seed in range(10):
        stated = LINEAR[name](random.Random(f"{name} {seed}"))
        stated.honest()
        for program in (stated.policies, stated.prices):
            found = solve(program).solution
            for row in program.rows:
                left = sum(F(c) * found[key] for key, c in row.coefficients.items())
                assert {"=": left == row.side, "<=": left <= row.side, ">=": left >= row.side}[row.sense]


SLOW = (
    "delivery-town",
    "hubs",
    "homogeneous",
    "store-centre",
    "planting",
    "four-squared",
    "three-states",
    "waves-17",
    "square",
)


def agrees(slugs):
    seen = 0
    for slug in slugs:
        entry = catalog.entry(slug)
        if any(word in slug for word in SLOW):
            continue
        found = truth(entry.instance)
        if found == Truth():
            continue
        assert found.infeasible == (entry.lower is None), slug
        if entry.lower is not None:
            assert found.contradicts(entry.lower, entry.upper) is None, slug
            seen += found.low is not None
    return seen


def test_the_truth_of_a_part_of_the_catalog():
    assert agrees(list(catalog.slugs())[::5]) > 6


@pytest.mark.slow
def test_the_truth_of_the_catalog():
    assert agrees(catalog.slugs()) > 45


def test_the_other_reading_of_expressions():
    assert function("1/3 + 0.25*x", "x")(F(4)) == F(4, 3)
    assert function("(p >= 1/2)*(7 - q0**2)", "p", "q0")(F(1, 2), F(2)) == 3
    assert abs(function("exp(x)*2.5e-1", "x")(F(0)) - F(1, 4)) == 0


def test_a_policy_is_evaluated_or_is_none():
    instance = {"kind": "concavification", "prior": ["1/2", "1/2"], "value": "p**2"}
    half = [{"belief": [1, 0], "weight": "1/2"}, {"belief": [0, 1], "weight": "1/2"}]
    assert attained(instance, {"splitting": half}) == F(1, 2)
    with pytest.raises(NoPolicy):
        attained(instance, {"splitting": half[:1]})
    costly = {
        "kind": "costly-persuasion",
        "prior": ["1/2", "1/2"],
        "sender": [[0, 1], [0, 1]],
        "receiver": [[1, 0], [0, 1]],
        "cost": {"quadratic": 1},
    }
    # The second action at posterior 1/2 costs nothing; revealing all costs 1/2 and earns 1/2.
    assert attained(costly, {"signals": [{"action": 1, "joint": ["1/2", "1/2"]}]}) == 1
    apart = [{"action": 0, "joint": ["1/2", 0]}, {"action": 1, "joint": [0, "1/2"]}]
    assert attained(costly, {"signals": apart}) == 0
    with pytest.raises(NoPolicy):
        attained(costly, {"signals": [{**apart[0], "action": 1}, apart[1]]})


def test_a_wrong_oracle_would_be_seen():
    """The prosecutor, without obedience: the sender would earn everything."""
    prosecutor = linear.persuasion([F(7, 10), F(3, 10)], [[0, 1], [0, 1]], [[1, 0], [0, 1]])
    assert prosecutor.optimum().value == F(3, 5)
    assert solve(prosecutor.policies.without("obedience 1 0")).value == 1
