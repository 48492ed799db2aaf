"""Menus without lotteries: values of theory, every way to say who gets what, limits, and what is refused."""

import copy
import re
from fractions import Fraction as F
from itertools import product

import numpy as np
import pytest

import dual
from dual.errors import InputError
from transport import Mechanism


@pytest.mark.parametrize(
    ("types", "valuation", "value"),
    [
        ([((a, b), 1) for a, b in product((1, 2), (1, 3))], "additive", F(5, 2)),
        ([((2, 1), 2), ((0, 1), 3), ((1, 3), 2)], "additive", F(12, 7)),
        ([((3, 1), 1), ((1, 3), 1), ((2, 2), 1)], "unit-demand", F(7, 3)),
        ([((4, 0), 1), ((0, 4), 1), ((2, 2), 2)], "unit-demand", F(5, 2)),
    ],
)
def test_values_of_theory(types, valuation, value):
    """Each of them is below what lotteries earn."""
    total = sum(weight for _, weight in types)
    listed = [{"values": list(values), "weight": F(weight, total)} for values, weight in types]
    solution = Mechanism(listed, valuation=valuation, deterministic=True).solve()
    assert solution.lower == solution.upper == value
    assert Mechanism(listed, valuation=valuation).solve().lower > value
    assert all(chance == 1 for offer in solution.primal.menu for _, chance in offer.goods)


def some(rng):
    """Types of a random valuation, few enough for every way to say who gets what."""
    valuation = str(rng.choice(["additive", "unit-demand", "xor", "table", "vertices"]))
    items, count = int(rng.integers(1, 3)), int(rng.integers(1, 5))
    shares = rng.integers(0, 4, count)
    shares[0] += 1
    types = []
    for share in shares:
        one = {"weight": F(int(share), int(shares.sum()))}
        if valuation == "xor":
            bids = {tuple(sorted({*map(int, rng.integers(0, 3, 2))})): int(rng.integers(0, 9)) for _ in range(2)}
            one["bids"] = [[list(bundle), value] for bundle, value in bids.items()]
        elif valuation == "table":
            one["table"] = [0, *map(int, rng.integers(0, 9, 2**items - 1))]
        else:
            one["values"] = [*map(int, rng.integers(0, 9, items))]
        types.append(one)
    fields = {"valuation": "additive" if valuation == "vertices" else valuation}
    if valuation == "vertices":
        fields["allocation"] = [[*map(int, rng.integers(0, 3, items))] for _ in range(2)]
    if valuation != "xor" and rng.integers(2):
        fields["costs"] = [*map(int, rng.integers(0, 3, items))]
    return types, fields


def compared(seed):
    types, fields = some(np.random.default_rng(seed))
    problem = Mechanism(types, deterministic=True, **fields)
    solution = problem.solve()
    assert solution.grade == "exact"
    assert solution.verify().accepted
    assert solution.lower == problem.benchmarks["deterministic"]
    turned = Mechanism(types[::-1], deterministic=True, **fields).solve()
    assert turned.lower == solution.lower


@pytest.mark.parametrize("seed", range(30))
def test_the_tree_agrees_with_every_way_to_say_who_gets_what(seed):
    compared(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 400))
def test_more_trees_agree(seed):
    compared(seed)


def test_more_types_than_ways_can_be_looked_at():
    rng = np.random.default_rng(0)
    types = [{"values": [int(x) for x in rng.integers(0, 20, 2)]} for _ in range(16)]
    problem = Mechanism(types, deterministic=True)
    solution = problem.solve()
    assert solution.grade == "exact"
    assert "deterministic" not in problem.benchmarks
    assert problem.benchmarks["bundle"] <= solution.lower <= Mechanism(types).solve().lower
    scaled = [{"values": [F(v, 10**9) for v in one["values"]]} for one in types]
    assert Mechanism(scaled, deterministic=True).solve().lower == solution.lower / 10**9


def test_short_limits_leave_a_bracket():
    rng = np.random.default_rng(5)
    types = [{"values": [int(x) for x in rng.integers(0, 50, 3)]} for _ in range(40)]
    solution = Mechanism(types, deterministic=True).solve(time_limit=0.5)
    assert 0 < solution.lower <= solution.upper
    assert solution.verify().accepted


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["primal"]["menu"].append({"lottery": ["1/2", 1], "price": 1}), "the menu has lotteries"),
        (lambda d: d["dual"].update(nodes=[{"rows": [[0, "-1"]]}]), "wrong sign"),
        (lambda d: d["dual"].update(nodes=d["dual"]["nodes"][:1]), "index"),
    ],
)
def test_tampering_is_refused(change, message):
    types = [{"values": [a, b]} for a, b in product((1, 2), (1, 3))]
    document = copy.deepcopy(Mechanism(types, deterministic=True).solve().document())
    assert dual.verify(document).accepted
    change(document)
    verdict = dual.verify(document)
    assert not verdict.accepted
    assert re.search(message, str(verdict))


def test_what_has_no_such_menus_says_so():
    for fields in ({"laws": [{"uniform": [0, 1]}]}, {"types": [{"values": [1]}], "bidders": 2}):
        with pytest.raises(InputError, match="deterministic: lotteries are left out for a single buyer"):
            Mechanism(deterministic=True, **fields)
    with pytest.raises(InputError, match="true or false"):
        Mechanism([{"values": [1]}], deterministic="yes")
