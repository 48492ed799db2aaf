"""Several buyers of bundles: values of theory, another program over all ways to give items away, audits, refusals."""

import copy
import re
from fractions import Fraction as F
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

import dual
from dual.errors import InputError
from transport import Mechanism


def worth(one, items):
    """What a set of items is worth to a type, from its bids or its table."""
    if "table" in one:
        return one["table"][sum(1 << j for j in items)]
    return max((value for bundle, value in one["bids"] if set(bundle) <= set(items)), default=0)


def whole_program(types, weights, bidders, items, interim, costs):
    """The best auction with a column for every map of items to bidders or nobody: no bundle is cut down."""
    maps = list(product(range(bidders + 1), repeat=items))
    profiles = list(product(range(len(types)), repeat=bidders))
    gets = [[tuple(j for j in range(items) if way[j] == i) for i in range(bidders)] for way in maps]
    size = len(profiles) * len(maps)
    pays = list(range(len(types))) if interim else profiles
    total = size + bidders * len(pays)
    place = {profile: k for k, profile in enumerate(profiles)}
    chance = [float(np.prod([weights[t] for t in profile])) for profile in profiles]

    def pay(i, profile):
        return size + i * len(pays) + (profile[i] if interim else place[profile])

    cost = [sum(costs[j] for j in range(items) if way[j] < bidders) for way in maps]
    goal = np.zeros(total)
    goal[:size] = -np.kron(chance, cost)
    for i, (p, profile) in product(range(bidders), enumerate(profiles)):
        goal[pay(i, profile)] += chance[p]
    supply = np.zeros((len(profiles), total))
    supply[:, :size] = np.kron(np.eye(len(profiles)), np.ones(len(maps)))
    rows, right = list(supply), [1.0] * len(profiles)

    def add(row, i, t, profile, sign):
        p = place[profile]
        for a in range(len(maps)):
            row[p * len(maps) + a] += sign * worth(types[t], gets[a][i])
        row[pay(i, profile)] -= sign

    others = list(product(range(len(types)), repeat=bidders - 1))
    for i, t in product(range(bidders), range(len(types))):
        for group in [others] if interim else [[one] for one in others]:
            for r in [None, *range(len(types))]:
                row = np.zeros(total)
                for rest in group:
                    share = float(np.prod([weights[s] for s in rest])) if interim else 1.0
                    add(row, i, t, (*rest[:i], t, *rest[i:]), -share)
                    if r is not None:
                        add(row, i, t, (*rest[:i], r, *rest[i:]), share)
                rows.append(row)
                right.append(0.0)
    bounds = [(0, None)] * size + [(None, None)] * (total - size)
    return -linprog(-goal, np.array(rows), right, bounds=bounds, method="highs").fun


def some_types(rng, items, count):
    found = []
    for _ in range(count):
        bids = {}
        for _ in range(rng.integers(1, 4)):
            chosen = rng.choice(items, size=rng.integers(1, items + 1), replace=False)
            bids[tuple(sorted(map(int, chosen)))] = int(rng.integers(0, 8))
        found.append({"bids": [[list(bundle), value] for bundle, value in bids.items()]})
    return found


def compared(seed):
    rng = np.random.default_rng(seed)
    items, count = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    interim = bool(rng.integers(2))
    types, shares = some_types(rng, items, count), rng.integers(1, 5, count)
    if rng.integers(3) == 0:
        types = [{"table": [0, *map(int, rng.integers(0, 8, 2**items - 1))]} for _ in types]
    for one, share in zip(types, shares, strict=True):
        one["weight"] = str(F(int(share), int(shares.sum())))
    costs = [int(c) for c in rng.integers(0, 2, items)]
    problem = Mechanism(types, valuation="table" if "table" in types[0] else "xor", bidders=2, costs=costs,
                        incentives="BIC" if interim else "DSIC", items=[f"i{j}" for j in range(items)])  # fmt: skip
    solution = problem.solve()
    assert solution.grade == "exact"
    expected = whole_program(types, shares / shares.sum(), 2, items, interim, costs)
    assert float(solution.lower) == pytest.approx(expected, abs=1e-7)
    audit = problem.audit(assignments=solution.primal.assignments, payment=solution.primal.payment)
    assert audit.incentive_compatible
    assert not audit.excesses
    assert audit.claimed == solution.lower
    assert 0 <= problem.benchmarks["Vickrey"] <= solution.lower


@pytest.mark.parametrize("seed", range(12))
def test_bundles_agree_with_the_program_over_all_ways_to_give_items(seed):
    compared(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 300))
def test_more_bundles_agree(seed):
    compared(seed)


@pytest.mark.parametrize(
    ("values", "incentives", "value"),
    [((1, 2), "BIC", F(51, 16)), ((1, 2), "DSIC", F(25, 8)), ((1, 3), "BIC", F(9, 2)), ((1, 3), "DSIC", F(9, 2))],
)
def test_tables_of_sums_are_additive_values(values, incentives, value):
    """Yao (2017): two bidders, two items."""
    tables = [{"table": [0, x, y, x + y]} for x, y in product(values, values)]
    solution = Mechanism(tables, valuation="table", bidders=2, incentives=incentives).solve()
    assert solution.lower == solution.upper == value


def test_bidders_who_all_want_one_bundle_bid_for_one_item():
    # Values 1 and 2 with a second bidder of the same law: 3/2, as for one item.
    types = [{"bids": [[[3, 7], v]]} for v in (1, 2)]
    solution = Mechanism(types, valuation="xor", bidders=2).solve()
    assert solution.lower == F(3, 2)
    # Items by which bundles do not overlap are no shortage: each bidder is a buyer of one's own.
    apart = Mechanism([{"bids": [[[0], 1], [[1], 1]]}, {"bids": [[[0], 2], [[1], 2]]}], valuation="xor", bidders=2)
    assert apart.solve().lower == 2


def test_units_and_numbers_of_items():
    types = [{"bids": [[[0, 1], 5], [[2], 2]]}, {"bids": [[[1, 2], 4], [[0], 3]]}]
    plain = Mechanism(types, valuation="xor", bidders=2).solve().lower
    for unit in (F(1, 10**12), F(10**9)):
        scaled = [{"bids": [[bundle, value * unit] for bundle, value in one["bids"]]} for one in types]
        assert Mechanism(scaled, valuation="xor", bidders=2).solve().lower == plain * unit
    moved = [{"bids": [[[99 - j for j in bundle], value] for bundle, value in one["bids"]]} for one in types]
    assert Mechanism(moved[::-1], valuation="xor", bidders=2).solve().lower == plain


def test_tables_of_a_solution_name_bundles():
    problem = Mechanism([{"bids": [[[0, 1], 5], [[1], 2]]}], valuation="xor", bidders=2, items=["tea", "cup"])
    solution = problem.solve()
    assert solution.lower == 5
    ((types, gets, chance, pays),) = solution.tables()[0].rows
    assert (types, chance) == ("0, 0", 1)
    assert {(gets, pays)} <= {("{tea, cup}; nothing", "5; 0"), ("nothing; {tea, cup}", "0; 5")}


def test_an_audit_of_bundles_finds_gains_and_excesses():
    problem = Mechanism([{"bids": [[[0], 1]]}, {"bids": [[[0], 2]]}], valuation="xor", bidders=2)
    # Bidder 0 gets the item and pays what is reported.
    gives = [[[s, t], [[0], []], 1] for s, t in product(range(2), repeat=2)]
    pays = [[[1, 1], [2, 2]], [[0, 0], [0, 0]]]
    audit = problem.audit(assignments=gives, payment=pays)
    assert {(one.who, one.instead, one.gain) for one in audit.deviations} == {((0, 1, t), 0, F(1)) for t in range(2)}
    twice = problem.audit(assignments=[[[0, 0], [[0], [0]], 1], [[1, 1], [[0], []], 1], [[1, 1], [[], [0]], "1/2"]],
                          payment=[[[0, 0], [0, 0]]] * 2)  # fmt: skip
    assert twice.excesses == ("item 0 is given 2 times at types [0, 0]", "the probabilities at types [1, 1] sum to 3/2")
    with pytest.raises(InputError, match="auctions of bundles are audited by assignments"):
        problem.audit(allocation=[[0]], payment=pays)
    with pytest.raises(InputError, match="of items by their allocation"):
        Mechanism([{"values": [1]}], bidders=2).audit(assignments=[], payment=[[0]])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["primal"]["assignments"][0].__setitem__(2, "2"), "supply"),
        (
            lambda d: d["primal"]["assignments"][0].__setitem__(1, [[0], [0]]),
            "or an item is given twice",
        ),
        (lambda d: d["primal"]["assignments"].append(d["primal"]["assignments"][0]), "stands already in the list"),
        (lambda d: d["primal"].update(payment=[[[9, 9], [9, 9]]] * 2), "take"),
        (lambda d: d["dual"].update(multipliers=d["dual"]["multipliers"][1:]), "is needed|is not proven"),
    ],
)
def test_tampering_is_refused(change, message):
    types = [{"bids": [[[0], 1]]}, {"bids": [[[0], 2]]}]
    document = copy.deepcopy(Mechanism(types, valuation="xor", bidders=2).solve().document())
    assert dual.verify(document).accepted
    change(document)
    verdict = dual.verify(document)
    assert not verdict.accepted
    assert re.search(message, str(verdict))


def test_too_many_ways_to_give_bundles_are_refused():
    types = [{"bids": [[[j], 1] for j in range(40)]}]
    with pytest.raises(dual.SuasionError, match="ways to give bundles"):
        Mechanism(types, valuation="xor", bidders=6).solve()
