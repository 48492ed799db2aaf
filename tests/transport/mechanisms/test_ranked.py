"""One item and laws of any form: integrals of theory, ironing on a fine grid, finite programs, and what is refused."""

import copy
import re
from fractions import Fraction as F
from itertools import product

import numpy as np
import pytest

import dual
from dual.kinds.mechanisms import ranked
from dual.kinds.mechanisms.ranked import Majorants, Ranking
from transport import Mechanism
from transport.mechanisms.ranked import solve_ranked
from transport.programs.effort import Effort

UNIT, TWO = {"uniform": [0, 1]}, {"uniform": [0, 2]}
BATHTUB = {"density": "(x-1/2)**4", "interval": [0, 1]}


def ironed(cumulative, low, high, cost=0.0, steps=20_000):
    """Ironed virtual values by the concave hull of a revenue curve on a fine grid: slopes, and probabilities below."""
    values = np.linspace(low, high, steps + 1)
    q = 1 - cumulative(values)
    revenue = (values - cost) * q
    kept = []
    for k in range(steps, -1, -1):
        if kept and q[k] <= q[kept[-1]]:
            continue
        while len(kept) > 1:
            a, b = kept[-2], kept[-1]
            if (revenue[b] - revenue[a]) * (q[k] - q[a]) > (revenue[k] - revenue[a]) * (q[b] - q[a]):
                break
            kept.pop()
        kept.append(k)
    kept.reverse()
    return -np.diff(revenue[kept]) / np.diff(-q[kept]), 1 - q[kept[1:]]


def mean_of_the_largest(laws):
    """The mean of the largest positive one of independent ironed virtual values."""
    levels = np.unique(np.concatenate([[0.0], *(np.maximum(slopes, 0) for slopes, _ in laws)]))
    below = np.ones(len(levels))
    for slopes, shares in laws:
        place = np.searchsorted(slopes, levels, side="right")
        below *= np.concatenate([[0.0], shares])[place]
    return float((np.diff(levels) * (1 - below[:-1])).sum())


def test_unlike_uniform_bidders_have_the_integral_of_theory():
    """E max(0, 2 v - 1, 2 w - 2) = 31/48 for v uniform on [0, 1] and w on [0, 2]; a second-price auction earns 5/12."""
    problem = Mechanism(bidder_laws=[UNIT, TWO])
    solution = problem.solve()
    assert solution.lower <= F(31, 48) <= solution.upper < solution.lower + F(1, 10**5)
    assert problem.benchmarks == {"second price": F(5, 12)}
    assert problem.bidders == 2
    assert Mechanism(bidder_laws=[UNIT, UNIT]).benchmarks["second price"] == F(1, 3)
    turned = Mechanism(bidder_laws=[TWO, UNIT]).solve(rounds=1)
    assert turned.lower <= F(31, 48) <= turned.upper


@pytest.mark.parametrize(("bidders", "low"), [(1, 0), (1, 1), (2, 0), (2, 1), (5, 1), (40, 1)])
def test_laws_that_need_ironing_agree_with_a_fine_grid(bidders, low):
    law = {"density": f"(x-{low}-1/2)**4", "interval": [low, low + 1]}
    solution = Mechanism(laws=[law], bidders=bidders).solve(rounds=3)
    one = ironed(lambda v: ((2 * (v - low) - 1) ** 5 + 1) / 2, low, low + 1)
    expected = mean_of_the_largest([one] * bidders)
    assert solution.upper - solution.lower < 1e-3
    assert float(solution.lower) - 2e-6 <= expected <= float(solution.upper) + 2e-6
    if bidders < 40:
        # Where everybody is served, no reserve alone earns as much.
        reserves = solution.problem.benchmarks["separate"]
        assert reserves <= solution.upper
        assert (bidders, low) != (2, 1) or solution.lower > reserves + F(1, 1000)


def test_unlike_laws_with_a_cost_agree_with_a_fine_grid():
    hill = {"density": "x*(1-x)", "interval": [0, 1]}
    problem = Mechanism(bidder_laws=[BATHTUB, UNIT, hill], costs=["1/5"])
    solution = problem.solve(rounds=2)
    laws = [
        ironed(lambda v: ((2 * v - 1) ** 5 + 1) / 2, 0, 1, 0.2),
        ironed(lambda v: v, 0, 1, 0.2),
        ironed(lambda v: 3 * v**2 - 2 * v**3, 0, 1, 0.2),
    ]
    assert solution.verify().accepted
    assert solution.upper - solution.lower < 2e-4
    assert float(solution.lower) <= mean_of_the_largest(laws) + 2e-6
    assert float(solution.upper) >= mean_of_the_largest(laws) - 2e-6
    assert problem.benchmarks["second price"] < solution.lower


def test_regular_laws_agree_with_the_optimum_that_is_known():
    statement = Mechanism(laws=[UNIT], bidders=3).statement
    found = solve_ranked(statement, Effort())
    below, above = ranked.lower(statement, found.primal), ranked.upper(statement, found.dual)
    assert below <= F(17, 32) <= above < below + F(1, 10**5)


def test_a_ranking_of_few_steps_is_what_counting_says():
    """Two laws cut into three parts: every profile of parts, the winner's payment by trying lower values."""
    statement = Mechanism(bidder_laws=[UNIT, TWO], costs=["1/10"]).statement
    points = ((F(1, 3), F(1, 2), F(3, 4)), (F(1, 2), F(1), F(3, 2)))
    ranks = ((F(0), F(2), F(2)), (F(0), F(1), F(2)))
    total = F(0)
    ends, tops = [(F(0), *own) for own in points], (F(1), F(2))
    for cells in product(range(4), repeat=2):
        chance = F(1)
        for i, k in enumerate(cells):
            chance *= ((*ends[i], tops[i])[k + 1] - ends[i][k]) / tops[i]
        own = [ranks[i][k - 1] if k else None for i, k in enumerate(cells)]
        if own == [None, None]:
            continue
        wins = max((i for i in range(2) if own[i] is not None), key=lambda i: (own[i], -i))
        other = own[1 - wins]
        pays = next(points[wins][k] for k, r in enumerate(ranks[wins])
                    if other is None or (r, -wins) > (other, wins - 1))  # fmt: skip
        total += chance * (pays - F(1, 10))
    assert 0 <= total - ranked.lower(statement, Ranking(points, ranks)) < F(1, 2**60)


def test_alike_bidders_in_one_group_are_bidders_one_by_one():
    points, ranks = ((F(1, 2), F(3, 4)),), ((F(0), F(1)),)
    three = Mechanism(laws=[BATHTUB], bidders=3).statement
    grouped = ranked.lower(three, Ranking(points, ranks))
    # A law that is the same but written otherwise is a group of its own.
    other = {"density": "16*(x-1/2)**4", "interval": [0, 1]}
    mixed = Mechanism(bidder_laws=[BATHTUB, other, BATHTUB]).statement
    assert len(ranked.groups(mixed)) == 3
    assert abs(ranked.lower(mixed, Ranking(points * 3, ranks * 3)) - grouped) < F(1, 2**60)
    knots, heights = ((F(0), F(1)),), ((F(1), F(0)),)
    assert ranked.upper(three, Majorants(knots, heights)) == ranked.upper(mixed, Majorants(knots * 3, heights * 3)) == 1


def test_units_negative_values_and_single_bidders():
    for unit in (F(1, 10**9), F(10**9)):
        solution = Mechanism(bidder_laws=[{"uniform": [0, unit]}, {"uniform": [0, 2 * unit]}]).solve(rounds=2)
        assert solution.lower <= F(31, 48) * unit <= solution.upper < solution.lower + unit / 10**4
    nobody = Mechanism(bidder_laws=[{"uniform": [-2, -1]}, {"uniform": [-3, -2]}]).solve(rounds=2)
    assert nobody.lower == nobody.upper == 0
    alone = Mechanism(bidder_laws=[UNIT]).solve(rounds=2)
    assert alone.lower <= F(1, 4) <= alone.upper


def test_pictures_and_tables():
    solution = Mechanism(bidder_laws=[UNIT, UNIT, TWO]).solve(rounds=1)
    assert [row[:2] for row in solution.tables()[0].rows] == [[0, 2], [1, 1]]
    ax = solution.plot()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["law 0, 2 bidders", "law 1"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["primal"]["ranks"][0].reverse(), r"ranks\[0\] fall"),
        (lambda d: d["primal"]["thresholds"][0].__setitem__(0, "-1"), "these are values from 0 to 1"),
        (lambda d: d["dual"]["heights"][1].__setitem__(-1, "1"), "where the height is 0"),
        (lambda d: d["dual"]["heights"].__setitem__(0, ["0"] * len(d["dual"]["heights"][0])), "lie above the revenue"),
        (lambda d: d["dual"]["heights"][0].__setitem__(3, "1"), "not concave|lie above"),
        (lambda d: d["dual"]["knots"][0].pop(0), "entries|values"),
    ],
)
def test_tampering_is_refused(change, message):
    document = copy.deepcopy(Mechanism(bidder_laws=[UNIT, TWO]).solve(rounds=1).document())
    assert dual.verify(document).accepted
    change(document)
    verdict = dual.verify(document)
    assert not verdict.accepted
    assert re.search(message, str(verdict))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"bidder_laws": [UNIT], "laws": [UNIT]}, "is needed"),
        ({"bidder_laws": [UNIT], "bidders": 2}, "single item"),
        ({"bidder_laws": [UNIT], "costs": [1, 2]}, "single item"),
        ({"bidder_laws": [UNIT], "items": ["a", "b"]}, "single item"),
        ({"bidder_laws": [UNIT], "valuation": "xor"}, "single item"),
        ({"bidder_laws": [{"density": "exp(x)", "interval": [0, 1]}]}, r"bidder_laws\[0\].*polynomial"),
        ({"bidder_laws": []}, "bidder_laws"),
    ],
)
def test_what_does_not_belong_together_is_named(fields, message):
    with pytest.raises(dual.InputError, match=message):
        Mechanism(**fields)
