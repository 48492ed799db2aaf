"""Bidders of finitely many types who are not alike, against Myerson's virtual values and independent programs."""

import copy
from fractions import Fraction as F
from itertools import pairwise, product

import numpy as np
import pytest
from scipy.optimize import linprog

import dual
import suasion
from transport import Mechanism


def ironed(values, weights):
    """Virtual values of increasing values, their revenue curve's slopes from above: the concave hull's."""
    points, sold = [(F(0), F(0))], F(0)
    for value, weight in sorted(zip(values, weights, strict=True), reverse=True):
        sold += weight
        points.append((sold, sold * value))
    hull = []
    for q, r in points:
        while len(hull) > 1 and (hull[-1][1] - hull[-2][1]) * (q - hull[-1][0]) <= (r - hull[-1][1]) * (
            hull[-1][0] - hull[-2][0]
        ):
            hull.pop()
        hull.append((q, r))
    found, sold = {}, F(0)
    for value, weight in sorted(zip(values, weights, strict=True), reverse=True):
        middle = sold + weight / 2
        (q, r), (p, s) = next(pair for pair in pairwise(hull) if pair[1][0] > middle)
        found[value] = (s - r) / (p - q)
        sold += weight
    return found


def myerson(values, rows):
    """What the best auction of one item earns: the largest ironed virtual value, or nothing."""
    laws = [[(v, f) for v, f in zip(values, row, strict=True) if f] for row in rows]
    phi = [ironed([v for v, _ in law], [f for _, f in law]) for law in laws]
    total = F(0)
    for profile in product(*laws):
        chance = F(1)
        for _, f in profile:
            chance *= f
        total += chance * max(F(0), *(phi[i][v] for i, (v, _) in enumerate(profile)))
    return total


def shares(rng, bidders, types):
    rows = []
    for _ in range(bidders):
        counts = rng.integers(0, 5, types)
        counts[rng.integers(0, types)] += 1
        rows.append([F(int(k), int(counts.sum())) for k in counts])
    return rows


def check_one_item(seed):
    rng = np.random.default_rng(seed)
    types, bidders = int(rng.integers(2, 5)), int(rng.integers(2, 4))
    if bidders == 3:
        types = min(types, 3)
    values = [F(int(v)) for v in sorted(rng.choice(12, types, replace=False))]
    rows = shares(rng, bidders, types)
    expected = myerson(values, rows)
    for incentives in ("DSIC", "BIC"):
        solution = Mechanism([[v] for v in values], bidders=bidders, bidder_weights=rows, incentives=incentives).solve()
        assert solution.lower == solution.upper == expected
        assert dual.verify(solution.document()).accepted


@pytest.mark.parametrize("seed", range(6))
def test_one_item_earns_what_myerson_says(seed):
    check_one_item(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6, 300))
def test_one_item_earns_what_myerson_says_more_often(seed):
    check_one_item(seed)


def independent(lists, weights, incentives):
    """Two items, additive bidders: a program of own type lists, each bidder's own alone, in floats."""
    n = len(lists)
    profiles = list(product(*(range(len(one)) for one in lists)))
    rank = {p: k for k, p in enumerate(profiles)}
    gets = lambda i, p, j: (i * len(profiles) + rank[p]) * 2 + j  # noqa: E731
    pays = lambda i, p: 2 * n * len(profiles) + i * len(profiles) + rank[p]  # noqa: E731
    size = 3 * n * len(profiles)
    chance = lambda p, but=None: float(np.prod([float(weights[i][t]) for i, t in enumerate(p) if i != but]))  # noqa: E731
    cost, rows, right = np.zeros(size), [], []
    for i, p in product(range(n), profiles):
        cost[pays(i, p)] -= chance(p)
    for p, j in product(profiles, range(2)):
        row = np.zeros(size)
        row[[gets(i, p, j) for i in range(n)]] = 1
        rows.append(row)
        right.append(1.0)
    for i in range(n):
        rest = sorted({(*p[:i], *p[i + 1 :]) for p in profiles})
        groups = [rest] if incentives == "BIC" else [[one] for one in rest]
        for group, t in product(groups, range(len(lists[i]))):
            for r in (None, *range(len(lists[i]))):
                if r == t:
                    continue
                row = np.zeros(size)
                for one in group:
                    f = chance((*one[:i], 0, *one[i:]), i) if incentives == "BIC" else 1.0
                    for report, sign in ((t, -1), (r, 1)):
                        if report is not None:
                            p = (*one[:i], report, *one[i:])
                            for j in range(2):
                                row[gets(i, p, j)] += sign * f * float(lists[i][t][j])
                            row[pays(i, p)] -= sign * f
                rows.append(row)
                right.append(0.0)
    bounds = [(0, None)] * (2 * n * len(profiles)) + [(None, None)] * (n * len(profiles))
    found = linprog(cost, A_ub=np.array(rows), b_ub=right, bounds=bounds, method="highs")
    assert found.status == 0
    return -found.fun


def check_two_items(seed):
    rng = np.random.default_rng(seed)
    lists = [[tuple(int(v) for v in rng.integers(0, 7, 2)) for _ in range(int(rng.integers(1, 4)))] for _ in range(2)]
    lists = [list(dict.fromkeys(one)) for one in lists]
    weights = []
    for one in lists:
        counts = rng.integers(1, 5, len(one))
        weights.append([F(int(k), int(counts.sum())) for k in counts])
    everything = sorted({value for one in lists for value in one})
    rows = [
        [dict(zip(one, own, strict=True)).get(value, F(0)) for value in everything]
        for one, own in zip(lists, weights, strict=True)
    ]
    for incentives in ("DSIC", "BIC"):
        solution = Mechanism(everything, bidders=2, bidder_weights=rows, incentives=incentives).solve()
        assert solution.grade == "exact"
        assert float(solution.value) == pytest.approx(independent(lists, weights, incentives), abs=1e-7)


@pytest.mark.parametrize("seed", range(6))
def test_two_items_with_lists_of_their_own(seed):
    check_two_items(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6, 300))
def test_two_items_with_lists_of_their_own_more_often(seed):
    check_two_items(seed)


ROWS = [["1/2", "1/2", 0], [0, "1/4", "3/4"]]


def test_ironing_by_hand():
    """Bidder 0's virtual values are 5 and 4 - 2 = 2. Bidder 1's revenues 0, 2, 15/8 and 4 at shares 0, 1/4, 3/8 and 1
    are not concave: 8 stays, and 5 and 4 are ironed to (4 - 2) / (3/4) = 8/3, which beats 2 and loses to 5."""
    by_hand = F(1, 4) * 8 + F(3, 4) * (F(2, 3) * 5 + F(1, 3) * F(8, 3))
    assert by_hand == F(31, 6)
    solution = suasion.load("myerson-1981-unlike-types").solve()
    assert solution.lower == solution.upper == by_hand
    falling = F(1, 4) * 8 + F(1, 8) * (F(2, 3) * 5 + F(1, 3) * 2) + F(5, 8) * (F(2, 3) * 5 + F(1, 3) * F(17, 5))
    assert falling > by_hand  # what virtual values that are not ironed would promise


def test_equal_rows_are_bidders_alike():
    alike = Mechanism([[1], [2], [4]], bidders=2)
    rows = Mechanism([[1], [2], [4]], bidders=2, bidder_weights=[["1/3"] * 3] * 2)
    assert alike.solve().value == rows.solve().value
    assert alike.benchmarks == rows.benchmarks
    assert Mechanism([[1]], bidder_weights=[[1]]).solve().value == 1


def test_benchmarks_and_audit_know_who_is_who():
    problem = Mechanism([[1], [2], [4]], bidders=2, bidder_weights=ROWS)
    # The second bid is bidder 0's, unless both are 2: 1/2 * 1 + 1/2 * 2.
    assert problem.benchmarks["second price"] == F(3, 2)
    solution = problem.solve()
    found = problem.audit(allocation=solution.primal.allocation, payment=solution.primal.payment)
    assert found.incentive_compatible
    assert found.earned == solution.value
    stopped = problem.solve(time_limit=0)
    assert stopped.upper >= solution.value


def test_bundles_of_unlike_bidders():
    types = [{"bids": [[[0, 1], 3]]}, {"bids": [[[0], 2]]}]
    problem = Mechanism(types, valuation="xor", bidders=2, bidder_weights=[[1, 0], [0, 1]])
    assert problem.solve().value == 3  # both types are known: the best use


def test_other_weights_are_not_proven():
    document = copy.deepcopy(Mechanism([[1], [2], [4]], bidders=2, bidder_weights=ROWS).solve().document())
    document["problem"]["bidder_weights"] = [["1/2", "1/2", 0], [0, "1/2", "1/2"]]
    assert not dual.verify(document).accepted


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"bidders": 3}, "bidder_weights: a row of weights is needed for each of as many buyers as"),
        ({"bidders": 2, "bidder_weights": [["1/2", "1/2", 0], [0, "1/4", "1/4"]]}, r"bidder_weights\[1\].* sum"),
        ({"bidders": 2, "bidder_weights": [[1, 0], [0, 1]]}, r"bidder_weights\[0\]"),
        ({"types": [{"values": [1], "weight": 1}], "bidder_weights": [[1]] * 2}, "types have weights of their own, or"),
    ],
)
def test_bad_input(fields, message):
    whole = {"types": [{"values": [v]} for v in (1, 2, 4)], "bidders": 2, "bidder_weights": ROWS, **fields}
    with pytest.raises(dual.InputError, match=message):
        suasion.load({"kind": "mechanism", **whole})
