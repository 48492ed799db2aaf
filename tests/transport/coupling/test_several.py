"""Several marginals: values of theory, an independent program over the whole table, and what is refused."""

import json
from fractions import Fraction as F
from itertools import pairwise, product

import numpy as np
import pytest
from scipy.optimize import linprog

import dual
import suasion
from dual.checker import proven
from dual.kinds.coupling.several import KIND
from transport import MultiMarginalTransport, Transport


def by_highs(marginals, gain):
    """The optimum of the whole program, cells with an infinite loss left out; None if there is none."""
    gain = np.asarray(gain, dtype=float)
    totals = [sum(side) for side in marginals]
    kept = [cell for cell in product(*map(range, gain.shape)) if np.isfinite(gain[cell])]
    sides = {"=": ([], []), "<=": ([], [])}
    for r, side in enumerate(marginals):
        rows, right = sides["=" if totals[r] == min(totals) else "<="]
        for i, mass in enumerate(side):
            rows.append([float(cell[r] == i) for cell in kept])
            right.append(float(mass))
    equal, most = sides["="], sides["<="]
    if not kept:
        return None
    found = linprog(
        [-gain[cell] for cell in kept],
        A_ub=most[0] or None,
        b_ub=most[1] or None,
        A_eq=equal[0] or None,
        b_eq=equal[1] or None,
        method="highs",
    )
    return -found.fun if found.status == 0 else None


def random_instance(seed, most=5):
    """Sizes, masses, integers as gains; every other one has holes, and every third unequal totals."""
    rng = np.random.default_rng(seed)
    shape = tuple(int(n) for n in rng.integers(1, most, size=int(rng.integers(2, 5))))
    marginals = []
    for length in shape:
        cuts = np.sort(rng.integers(0, 25, size=length - 1))
        total = 24 + (int(rng.integers(0, 12)) if seed % 3 == 0 else 0)
        marginals.append([int(x) for x in np.diff([0, *np.minimum(cuts, total), total])])
    gain = rng.integers(-9, 10, size=shape).astype(float)
    if seed % 2:
        gain[rng.random(shape) < rng.choice([0.2, 0.5, 0.8])] = -np.inf
    return marginals, gain


@pytest.mark.parametrize("seed", range(50))
def test_as_the_whole_program_says(seed):
    marginals, gain = random_instance(seed)
    known = by_highs(marginals, gain)
    solution = MultiMarginalTransport(marginals, gain=gain).solve()
    assert solution.verify().accepted
    if known is None:
        assert solution.grade == "infeasible"
        assert "cells" in solution.why
    else:
        assert solution.grade == "exact"
        assert float(solution.lower) == pytest.approx(known, abs=1e-7)


def test_the_instances_are_of_all_sorts():
    """The test above says little unless plans are missing, masses left over and shapes long."""
    known = [(by_highs(*random_instance(seed)), random_instance(seed)[0]) for seed in range(50)]
    assert sum(value is None for value, _ in known) >= 5
    assert sum(len({sum(side) for side in sides}) > 1 for _, sides in known) >= 8
    assert {len(sides) for _, sides in known} == {2, 3, 4}


@pytest.mark.parametrize("seed", range(6))
def test_columns_find_what_the_whole_program_does(seed, monkeypatch):
    marginals, gain = random_instance(100 + seed, most=6)
    whole = MultiMarginalTransport(marginals, gain=gain).solve()
    monkeypatch.setattr("transport.coupling.several.ALL_AT_ONCE", -1)
    monkeypatch.setattr("transport.coupling.several._AT_ONCE", 2)
    few = MultiMarginalTransport(marginals, gain=gain).solve()
    assert (few.grade, few.lower, few.upper) == (whole.grade, whole.lower, whole.upper)
    assert few.solver["method"] == "columns"
    assert few.verify().accepted


def test_two_marginals_are_those_of_transport():
    marginals, gain = [[1, 2, 1], [2, 2]], [[3, None], [1, 4], [2, 0]]
    one = Transport(*marginals, gain=gain).solve()
    other = MultiMarginalTransport(marginals, gain=gain).solve()
    assert one.lower == other.lower == other.upper
    assert one.plan == other.plan


def in_order(marginals, points):
    """The plan that keeps the order on the line, and its sum of squared distances between all pairs."""
    marks = sorted({sum(side[:k], F(0)) for side in marginals for k in range(len(side) + 1)})
    total = F(0)
    for low, high in pairwise(marks):
        at = []
        for side, spots in zip(marginals, points, strict=True):
            k = next(k for k in range(len(side)) if sum(side[: k + 1]) >= high)
            at.append(spots[k])
        total += (high - low) * sum((a - b) ** 2 for i, a in enumerate(at) for b in at[:i])
    return total


@pytest.mark.parametrize("seed", range(5))
def test_squares_on_a_line_keep_the_order(seed):
    """Gangbo and Swiech (1998): squared distances between all pairs are least where the order is kept."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 5, size=3)
    marginals = [[F(1, int(n))] * int(n) for n in sizes]
    points = [sorted(int(x) for x in rng.choice(20, size=n, replace=False)) for n in sizes]
    tables = [
        {"marginals": [r, s], "table": [[(a - b) ** 2 for b in points[s]] for a in points[r]]}
        for r, s in ((0, 1), (0, 2), (1, 2))
    ]
    solution = MultiMarginalTransport(marginals, cost=tables).solve()
    assert solution.cost_bounds == (in_order(marginals, points),) * 2


def test_sums_of_tables_are_the_table_of_the_sums():
    rng = np.random.default_rng(3)
    first, last = rng.integers(0, 9, size=(2, 3)), rng.integers(0, 9, size=(3, 2))
    one = rng.integers(0, 9, size=2)
    marginals = [[3, 3], [2, 2, 2], [1, 5]]
    parts = [
        {"marginals": [0, 1], "table": first.tolist()},
        {"marginals": [1, 2], "table": last},
        {"marginals": [0], "table": one.tolist()},
    ]
    whole = first[:, :, None] + last[None] + one[:, None, None]
    short, long = (MultiMarginalTransport(marginals, gain=gain).solve() for gain in (parts, whole))
    assert short.lower == long.lower == short.upper
    assert float(short.lower) == pytest.approx(by_highs(marginals, whole))
    assert suasion.load(short.problem.document()) == short.problem


def test_a_hole_of_a_pair_forbids_all_its_cells():
    parts = [{"marginals": [0, 1], "table": [[None, 0], [0, 0]]}, {"marginals": [2], "table": [5, 7]}]
    problem = MultiMarginalTransport([[1, 0], [1, 0], [1, 1]], gain=parts)
    assert problem.solve().grade == "infeasible"
    assert problem.replace(marginals=[[1, 0], [0, 1], [1, 1]]).solve().lower == 7


def test_what_is_left_over_has_a_potential_of_no_sign_but_one():
    solution = MultiMarginalTransport([[1, 1], [3], [2, 5]], gain=np.arange(4).reshape(2, 1, 2)).solve()
    assert solution.lower == solution.upper == 1 + 3
    document = solution.document()
    assert min(map(min, solution.potentials[1:])) >= 0
    document["dual"]["potentials"] = [["100", "102"], ["-98"], ["-1", "0"]]
    assert "negative" in dual.verify(document).violation


def test_wrong_witnesses_are_refused():
    problem = MultiMarginalTransport([[1, 1]] * 3, gain=[[[4, None], [0, 0]], [[0, 0], [0, 1]]])
    plan = {"plan": [[0, 0, 0, 1], [1, 1, 1, 1]]}
    prices = {"potentials": [[2, 1], [1, 0], [1, 0]]}
    assert str(proven(KIND, problem.statement, plan, prices)) == "proven: value = 5"
    for wrong, word in (
        ({"plan": [[0, 0, 0, 1]]}, "marginal[0][1]: 0 where = 1 is needed"),
        ({"plan": [[0, 0, 1, 1], [1, 1, 0, 1]]}, "primal.plan[0]: the cell 0, 0, 1 is forbidden"),
        ({"plan": [[0, 0, 0, 2], [0, 0, 0, -1], [1, 1, 1, 1]]}, "primal.plan[1]: the mass -1 is negative"),
    ):
        assert word in proven(KIND, problem.statement, wrong, prices).violation
    prices["potentials"][0] = ["3/2", 1]
    assert proven(KIND, problem.statement, plan, prices).violation == (
        "mass[0][0][0]: the multipliers sum to 7/2 where at least 4 is needed"
    )


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"marginals": [[1]], "gain": [1]}, "marginals: at least two marginals are needed"),
        ({"marginals": [[1], [1], [-1]], "gain": [[[1]]]}, "marginals[2][0]: -1 is negative"),
        ({"marginals": [[1], [1]]}, "gain: exactly one of gain and cost is needed"),
        ({"marginals": [[1], [1]], "gain": [[1]], "cost": [[1]]}, "gain: exactly one of gain and cost is needed"),
        ({"marginals": [[1], [1, 0]], "gain": [[1]]}, "gain[0]: the list has 1 entries where 2 are needed"),
        (
            {"marginals": [[1], [1]], "gain": [{"marginals": [1, 0], "table": [[1]]}]},
            "gain[0].marginals: the marginals stand in increasing order, each once",
        ),
        ({"marginals": [[1], [1]], "gain": [{"marginals": [2], "table": [1]}]}, "gain[0].marginals[0]: 2 is not an"),
        ({"marginals": [[1], [1]], "gain": [{"marginals": [1]}]}, "gain[0].table: the field is missing"),
        ({"marginals": [[1], [1]], "gain": [[1]], "points": [["a"]]}, "points: the list has 1 entries"),
    ],
)
def test_mistakes_name_their_field(fields, message):
    with pytest.raises(dual.InputError) as caught:
        MultiMarginalTransport(**fields)
    assert message in str(caught.value)


def test_floats_with_rounding_in_their_totals_are_level():
    third = [0.1, 0.2, 0.7 + 1e-12]
    problem = MultiMarginalTransport([[0.5, 0.5], third, [1.0]], cost=np.zeros((2, 3, 1)))
    assert {sum(side) for side in problem.statement.marginals} == {1}
    solution = MultiMarginalTransport([[2, 3], [1, 1]], cost=[[0, 1], [1, 0]], normalise=True).solve()
    assert solution.cost_bounds[0] == F(1, 10)


def test_nan_may_mean_impossible():
    table = [[[float("nan"), 1.0], [2.0, 0.0]]]
    problem = MultiMarginalTransport([[1], [0, 1], [1, 0]], cost=table, missing="impossible")
    assert problem.solve().cost_bounds == (2, 2)
    pairs = [{"marginals": [1, 2], "table": table[0]}]
    assert problem.replace(cost=pairs, missing="impossible").solve().cost_bounds == (2, 2)


def test_names_tables_pictures_and_programs():
    names = [["a", "b"], ["c"], ["d", "e"]]
    problem = MultiMarginalTransport([[1, 1], [2], [1, 1]], gain=np.arange(4).reshape(2, 1, 2), points=names)
    solution = problem.solve()
    assert list(solution.tables()[0].rows[0][:2]) in (["a", "c"], ["b", "c"])
    assert solution.linear_program().verify().accepted
    ax = solution.plot()
    assert ax.get_title() == "gain 3"
    assert {text.get_text() for text in ax.texts} >= {"a: 1", "c: 2", "e: 1"}
    assert json.loads(json.dumps(solution.document()))["grade"] == "exact"


def test_a_family_along_a_gain():
    """With a in the first cell at most (1 + a) / 2 is in the last: the cells between hold two zeros at most."""
    problem = MultiMarginalTransport([[1, 1]] * 3, gain=[[[0, 0], [0, 0]], [[0, 0], [0, 1]]])
    found = problem.family("gain[0][0][0]", -2, 2).solve()
    assert found.grade == "exact"
    assert [found.value(t) for t in (-2, F(-1, 2), 0, 2)] == [F(1, 2), F(1, 2), 1, 3]


@pytest.mark.slow
def test_a_million_cells():
    rng = np.random.default_rng(0)
    gain = rng.integers(0, 10**6, size=(100, 100, 100))
    solution = MultiMarginalTransport([[1] * 100] * 3, gain=gain).solve()
    assert solution.grade == "exact"
