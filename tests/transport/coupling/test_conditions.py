"""Transport with forbidden pairs, unequal totals, limits, side conditions, points and martingales."""

import itertools
import json
from fractions import Fraction as F
from random import Random

import numpy as np
import pytest
from scipy import optimize

import suasion
from dual.checker import verify
from dual.errors import Undecided
from dual.kinds.coupling import kind as coupling
from dual.kinds.coupling.statement import Potentials, Prices
from dual.limits import steps
from suasion import Transport
from suasion.registry import Faster
from tests.transport.linear_program.test_vipr import checked


def by_program(source, target, gain, *, equal=(True, True), mass=None, capacity=(), conditions=(), allowed=None):
    """The least cost by SciPy's HiGHS, over all pairs; None if there is no plan."""
    n, m = len(source), len(target)
    bounds = [(0, None)] * (n * m)
    for i, j in itertools.product(range(n), range(m)):
        if allowed is not None and (i, j) not in allowed:
            bounds[i * m + j] = (0, 0)
    for i, j, most in capacity:
        bounds[i * m + j] = (0, float(most))
    ub, b_ub, eq, b_eq = [], [], [], []
    for axis, (side, same) in enumerate(zip((source, target), equal, strict=True)):
        for k, amount in enumerate(side):
            row = np.zeros((n, m))
            row[(k, slice(None)) if axis == 0 else (slice(None), k)] = 1
            (eq if same else ub).append(row.ravel())
            (b_eq if same else b_ub).append(float(amount))
    if mass is not None:
        eq.append(np.ones(n * m))
        b_eq.append(float(mass))
    for entries, low, high in conditions:
        row = np.zeros(n * m)
        for i, j, a in entries:
            row[i * m + j] = a
        ub += [row, -row]
        b_ub += [float(high), -float(low)]
    found = optimize.linprog(
        -np.asarray(gain, dtype=float).ravel(), ub or None, b_ub or None, eq or None, b_eq or None, bounds
    )
    return -found.fun if found.status == 0 else None


def proven(solution):
    """Every check agrees, and the linear program written out says the same."""
    assert verify(solution).accepted
    assert verify(solution, faster=Faster()).accepted
    assert suasion.load_solution(json.loads(json.dumps(solution.document()))) == solution
    again = solution.linear_program()
    assert again.grade == solution.grade
    assert (again.lower, again.upper) == (solution.lower, solution.upper)
    return solution


def masses(rng, count, total):
    cuts = sorted(rng.randint(0, 6 * total) for _ in range(count - 1))
    return [F(b - a, 6) for a, b in itertools.pairwise([0, *cuts, 6 * total])]


def test_forbidden_pairs_by_hand():
    cost = [[19, 18, 17], [26, 25, 24], [0, None, None]]
    for given in (cost, [[float("inf") if c is None else c for c in row] for row in cost]):
        solution = proven(Transport([1, 1, 1], [1, 1, 1], cost=given).solve())
        assert solution.cost_bounds == (42, 42)
    listed = {"pairs": [[i, j, c] for i, row in enumerate(cost) for j, c in enumerate(row) if c is not None]}
    assert proven(Transport([1, 1, 1], [1, 1, 1], cost=listed).solve()).upper == -42
    gain = [[-float("inf") if c is None else -c for c in row] for row in cost]
    assert Transport([1, 1, 1], [1, 1, 1], gain=np.array(gain)).solve().upper == -42


def test_an_infeasible_pattern_has_a_witness_of_halls():
    solution = proven(Transport([1, 1, 1], [1, 1, 1], cost=[[None, 1, None], [None, 3, None], [2, None, 3]]).solve())
    assert solution.grade == "infeasible"
    assert solution.why == "sources 0, 1 have 2 and may reach only targets 1, which take 1"
    assert solution.potentials == ((-1, -1, 0), (0, 1, 0))
    assert checked(solution) == "infeasible"
    lonely = Transport([1, 2], [2, 1], cost=[[None, None], [1, 1]]).solve()
    assert lonely.why == "sources 0 have 1 and may reach no target at all"


@pytest.mark.parametrize("seed", range(25))
def test_random_patterns(seed):
    rng = Random(seed)
    n, m = rng.randint(1, 6), rng.randint(1, 6)
    source, target = masses(rng, n, 4), masses(rng, m, 4)
    gain = [[rng.randint(-9, 9) for _ in range(m)] for _ in range(n)]
    allowed = {(i, j) for i in range(n) for j in range(m) if rng.random() < 0.6}
    table = [[gain[i][j] if (i, j) in allowed else None for j in range(m)] for i in range(n)]
    solution = proven(Transport(source, target, gain=table).solve())
    expected = by_program(source, target, gain, allowed=allowed)
    if expected is None:
        assert solution.grade == "infeasible"
        held = {i for i, price in enumerate(solution.potentials[0]) if price}
        reached = {j for i, j in allowed if i in held}
        assert sum(source[i] for i in held) > sum(target[j] for j in reached)
    else:
        assert solution.lower == solution.upper
        assert float(solution.lower) == pytest.approx(expected, abs=1e-9)


def test_two_hundred_by_two_hundred_with_five_percent_of_the_pairs():
    rng = Random(1)
    order = list(range(200))
    rng.shuffle(order)
    pairs = {(i, order[i]): rng.randint(0, 100) for i in range(200)}
    while len(pairs) < 2000:
        pairs[rng.randrange(200), rng.randrange(200)] = rng.randint(0, 100)
    cost = {"pairs": [[i, j, c] for (i, j), c in sorted(pairs.items())]}
    solution = Transport([1] * 200, [1] * 200, cost=cost).solve()
    full = np.full((200, 200), 10.0**6)
    for (i, j), c in pairs.items():
        full[i, j] = c
    assert solution.grade == "exact"
    assert -solution.lower == int(full[optimize.linear_sum_assignment(full)].sum())
    for k in range(200):  # nobody may go to the first target any more
        pairs.pop((k, 0), None)
    none = Transport([1] * 200, [1] * 200, cost={"pairs": [[i, j, c] for (i, j), c in sorted(pairs.items())]}).solve()
    assert none.grade == "infeasible"
    assert "may reach" in none.why


@pytest.mark.parametrize("seed", range(20))
def test_conditions_of_every_sort(seed):
    rng = Random(100 + seed)
    n, m = rng.randint(2, 5), rng.randint(2, 5)
    source, target = masses(rng, n, 4), masses(rng, m, rng.choice([4, 4, 5, 3]))
    gain = [[F(rng.randint(-9, 9), rng.choice([1, 2])) for _ in range(m)] for _ in range(n)]
    more, less = sum(source) > sum(target), sum(source) < sum(target)
    fields, asked = {}, {"equal": (not more, not less)}
    if rng.random() < 0.5:
        fields["mass"] = asked["mass"] = F(rng.randint(0, 6), 2)
        asked["equal"] = (False, False)
    if rng.random() < 0.5:
        cells = rng.sample([(i, j) for i in range(n) for j in range(m)], 2)
        fields["capacity"] = asked["capacity"] = [[i, j, F(rng.randint(0, 3), 2)] for i, j in cells]
    if rng.random() < 0.5:
        entries = [[i, j, rng.randint(-3, 3)] for i in range(n) for j in range(m)]
        fields["conditions"] = [{"entries": entries, "lower": -2, "upper": 3, "name": "mix"}]
        asked["conditions"] = [(entries, -2, 3)]
    solution = proven(Transport(source, target, gain=gain, **fields).solve())
    expected = by_program(source, target, gain, **asked)
    if expected is None:
        assert solution.grade == "infeasible"
        assert solution.why
    else:
        assert solution.lower == solution.upper
        assert float(solution.lower) == pytest.approx(expected, abs=1e-9)


def test_unequal_totals_of_a_textbook():
    # Taha, Operations Research: cars from three plants to two centres; all that is made is shipped.
    cost = [[80, 215], [100, 108], [102, 68]]
    solution = proven(Transport([1000, 1300, 1200], [2300, 1400], cost=cost).solve())
    assert solution.cost_bounds == (291600, 291600)


def test_what_conditions_are_refused():
    cost = [[0, 1], [1, 0]]
    for fields, complaint in (
        ({"cost": {"pairs": [[0, 0, 1], [0, 0, 2]]}}, "stands already"),
        ({"cost": {"pairs": [[0, 2, 1]]}}, "not an index from 0 to 1"),
        ({"cost": {"metric": "manhattan", "source": [0, 1], "target": [0, 1]}}, '"manhattan" is unknown'),
        ({"cost": {"metric": "squared", "source": [[0, 1], [1]], "target": [0, 1]}}, r"source\[1\]"),
        ({"gain": {"metric": "squared", "source": [0, 1], "target": [0, 1]}}, "a metric is a cost"),
        ({"cost": cost, "capacity": [[0, 0, -1]]}, "negative"),
        ({"cost": cost, "mass": -1}, "negative"),
        ({"cost": cost, "martingale": {"source": [0, 1], "target": [[0, 1], [1, 0]]}}, "coordinates"),
        ({"cost": cost, "conditions": [{"entires": []}]}, 'did you mean "entries"'),
    ):
        with pytest.raises(suasion.InputError, match=complaint):
            Transport([1, 1], [1, 1], **fields)


def test_lies_about_conditions_are_refused():
    problem = Transport(
        [1, 1],
        [1, 1],
        gain=[[3, 0], [0, 3]],
        capacity=[[0, 0, "1/2"]],
        conditions=[{"entries": [[1, 1, 1]], "upper": "3/4"}],
    )
    document = problem.solve().document()
    assert document["lower"] == "3"
    for change, complaint in (
        ({"primal": {"plan": [[0, 0, 1], [1, 1, 1]]}}, "at most 1/2"),
        ({"primal": {"plan": [[0, 0, "1/8"], [0, 1, "7/8"], [1, 0, "7/8"], [1, 1, "1/8"]]}}, "lower = 3 is not proven"),
        ({"dual": {**document["dual"], "capacity": []}}, "where at least"),
        ({"dual": {**document["dual"], "capacity": [[0, 0, "-1"]]}}, "price >= 0"),
        ({"dual": {**document["dual"], "conditions": ["-1"]}}, "leans on a side"),
        ({"dual": {**document["dual"], "mass": "1"}}, "has no price"),
    ):
        assert complaint in verify({**document, **change}).violation
    forbidden = Transport([1, 1], [1, 1], gain=[[3, 0], [None, 3]]).solve().document()
    lie = {**forbidden, "primal": {"plan": [[0, 1, 1], [1, 0, 1]]}}
    assert "is forbidden" in verify(lie).violation
    short = Transport([2], [1], gain=[[-1]]).solve().document()
    lie = {**short, "dual": {"potentials": {"source": ["-2"], "target": ["1"]}}}
    assert "less than all may be used" in verify(lie).violation


@pytest.mark.parametrize("metric", ["squared", "cityblock", "euclidean"])
@pytest.mark.parametrize("dimension", [1, 2, 3])
@pytest.mark.parametrize("seed", range(3))
def test_points_against_the_table_of_their_distances(metric, dimension, seed):
    rng = Random(seed)
    n, m = rng.randint(2, 14), rng.randint(2, 14)
    first, second = ([[F(rng.randint(0, 40), 4) for _ in range(dimension)] for _ in range(k)] for k in (n, m))
    source, target = masses(rng, n, 4), masses(rng, m, 4)
    cost = {"metric": metric, "source": first, "target": second}
    solution = Transport(source, target, cost=cost).solve()
    assert verify(solution).accepted
    assert verify(solution, faster=Faster()).accepted
    known = by_program(source, target, -distances(metric, first, second))
    assert float(solution.lower) == pytest.approx(known, abs=1e-7)
    require_tight(solution, rational=metric != "euclidean" or dimension == 1)


def require_tight(solution, rational):
    """Nothing is left between the bounds, or next to nothing; a lower potential is refused by both checks."""
    if rational:
        assert solution.grade == "exact"
    else:
        assert 0 <= solution.upper - solution.lower < F(1, 10**9)
    lie = solution.document()
    lie["dual"]["potentials"]["source"][0] = str(F(lie["dual"]["potentials"]["source"][0]) - F(1, 10**6))
    assert not verify(lie).accepted
    assert not verify(lie, faster=Faster()).accepted


def distances(metric, first, second):
    apart = np.array([[[float(a - b) for a, b in zip(x, y, strict=True)] for y in second] for x in first])
    squares = (apart**2).sum(axis=2)
    return {"squared": squares, "euclidean": np.sqrt(squares), "cityblock": np.abs(apart).sum(axis=2)}[metric]


@pytest.mark.parametrize("what", ["sources have more", "targets take more", "some of it"])
@pytest.mark.parametrize("metric", ["squared", "cityblock", "euclidean"])
@pytest.mark.parametrize("dimension", [1, 2])
@pytest.mark.parametrize("seed", range(3))
def test_points_whose_totals_differ_or_of_which_a_part_is_moved(what, metric, dimension, seed):
    rng = Random(100 * dimension + seed)
    n, m = rng.randint(2, 12), rng.randint(2, 12)
    first, second = ([[F(rng.randint(0, 40), 4) for _ in range(dimension)] for _ in range(k)] for k in (n, m))
    totals = {"sources have more": (6, 4), "targets take more": (3, 5)}.get(what, (4 + seed % 2, 4))
    source, target = masses(rng, n, totals[0]), masses(rng, m, totals[1])
    mass = F(rng.randint(1, 8), 2) if what == "some of it" else None
    problem = Transport(source, target, cost={"metric": metric, "source": first, "target": second}, mass=mass)
    solution = proven(problem.solve())
    equal = (totals[0] <= totals[1] and mass is None, totals[1] <= totals[0] and mass is None)
    known = by_program(source, target, -distances(metric, first, second), equal=equal, mass=mass)
    assert float(solution.lower) == pytest.approx(known, abs=1e-7)
    assert solution.solver["method"] in ("flow", "flow-repaired")
    require_tight(solution, rational=metric != "euclidean" or dimension == 1)


def test_pairs_that_gain_once_the_parts_of_a_flow_are_joined_are_seen():
    rng = np.random.default_rng(1)
    first, second = rng.integers(0, 10**6, size=(200, 2)), rng.integers(0, 10**6, size=(200, 2))
    source, target = rng.integers(1, 10, 200), rng.integers(1, 10, 200)
    solution = Transport(source, target, cost={"metric": "squared", "source": first, "target": second}).solve()
    assert solution.grade == "exact"


def test_more_than_there_is_cannot_be_moved_between_points():
    spots = {"metric": "squared", "source": [[0, 0], [1, 1]], "target": [[2, 0]]}
    for source, target in (([1, 1], [3]), ([2, 2], ["5/2"])):
        solution = proven(Transport(source, target, cost=spots, mass=F(11, 4)).solve())
        assert solution.grade == "infeasible"
    nothing = proven(Transport([1, 1], [3], cost=spots, mass=0).solve())
    assert (nothing.lower, nothing.plan, nothing.grade) == (0, {}, "exact")


def test_points_under_conditions_are_enclosed_where_distances_are_irrational():
    spots = {"metric": "euclidean", "source": [[0, 0]], "target": [[1, 1], [3, 4]]}
    problem = Transport([2], [1, 2], cost=spots, capacity=[[0, 0, "1/2"]])
    low, high = problem.solve().cost_bounds
    assert low < F(15, 2) + F(70710678118655, 10**14) < high + F(1, 10**13)
    assert 0 < high - low < F(1, 10**20)


@pytest.mark.slow
def test_a_thousand_points_of_which_a_part_is_moved():
    rng = Random(5)
    first, second = ([[rng.randint(0, 10**4), rng.randint(0, 10**4)] for _ in range(n)] for n in (1000, 1200))
    cost = {"metric": "squared", "source": first, "target": second}
    solution = Transport([1] * 1000, [1] * 1200, cost=cost, mass=600).solve()
    assert solution.grade == "exact"
    whole = -distances("squared", first, second)
    rows, columns = optimize.linear_sum_assignment(-np.pad(whole, ((0, 600), (0, 400))) + forbidden(1000, 1200, 600))
    assert float(solution.lower) == sum(
        whole[i, j] for i, j in zip(rows, columns, strict=True) if i < 1000 and j < 1200
    )


def forbidden(n, m, mass):
    """Losses that keep what stays from going to what is not filled."""
    found = np.zeros((n + m - mass, m + n - mass))
    found[n:, m:] = 10**12
    return found


def test_a_distance_that_is_irrational_is_enclosed():
    solution = Transport([1], [1], cost={"metric": "euclidean", "source": [[0, 0]], "target": [[1, 1]]}).solve()
    low, high = solution.cost_bounds
    assert low * low <= 2 <= high * high
    assert high - low < F(1, 10**12)
    exact = Transport([1], [1], cost={"metric": "euclidean", "source": [[0, 0]], "target": [[3, 4]]})
    assert exact.certify({"plan": [[0, 0, 1]]}, {"potentials": {"source": [-5], "target": [0]}}).grade == "exact"


# Martingales


def spread(rng, count):
    """A random law, and what a random martingale makes of it: a pair in convex order."""
    points = sorted(rng.sample(range(-20, 21), count))
    weights = [F(rng.randint(1, 5)) for _ in points]
    first = {F(x): w / sum(weights) for x, w in zip(points, weights, strict=True)}
    second = {}
    for x, w in first.items():
        below, above = F(rng.randint(0, 8)), F(rng.randint(0, 8))
        if below + above == 0 or below * above == 0:
            below = above = F(0)
        up = below / (below + above) if below else F(1)
        for y, part in ((x + above, w * up), (x - below, w * (1 - up))):
            if part:
                second[y] = second.get(y, F(0)) + part
    return sorted(first.items()), sorted(second.items())


def left_curtain(first, second):
    """Beiglboeck and Juillet (2016): atom by atom from the left, each goes to its shadow in what is left.

    The shadow of an atom in a law is the part of it between two quantiles that has the atom's mass and mean.
    """
    left = [[y, w] for y, w in second]
    plan = {}
    for x, mass in first:
        taken = shadow(left, x, mass)
        for k, part in taken.items():
            left[k][1] -= part
            plan[x, left[k][0]] = part
    return plan


def shadow(left, x, mass):
    """Parts of the atoms between the quantiles s and s + mass whose mean is x; the mean is linear between breaks."""
    ends = [F(0)]
    for _, w in left:
        ends.append(ends[-1] + w)

    def parts(s):
        found = {}
        for k in range(len(left)):
            part = min(ends[k + 1], s + mass) - max(ends[k], s)
            if part > 0:
                found[k] = part
        return found

    def moment(s):
        return sum(left[k][0] * part for k, part in parts(s).items()) - x * mass

    breaks = sorted({b for end in ends for b in (end, end - mass) if 0 <= b <= ends[-1] - mass})
    for a, b in itertools.pairwise(breaks):
        if moment(a) <= 0 <= moment(b):
            low, high = moment(a), moment(b)
            return parts(a if low == high else a + (b - a) * -low / (high - low))
    assert moment(breaks[0]) == 0
    return parts(breaks[0])


@pytest.mark.parametrize("seed", range(50))
def test_the_left_curtain(seed):
    first, second = spread(Random(seed), 2 + seed % 6)
    x, y = [p for p, _ in first], [p for p, _ in second]
    # x y^2 has the martingale Spence-Mirrlees sign: its derivative once in x and twice in y is positive.
    problem = Transport(
        [w for _, w in first],
        [w for _, w in second],
        gain=[[a * b * b for b in y] for a in x],
        martingale={"source": x, "target": y},
    )
    solution = proven(problem.solve())
    assert solution.grade == "exact"
    expected = left_curtain(first, second)
    assert {(x[i], y[j]): mass for (i, j), mass in solution.plan.items()} == expected


def test_laws_that_are_in_no_convex_order_have_a_witness():
    problem = Transport(
        ["1/2", "1/2"], ["1/2", "1/2"], gain=[[0, 0], [0, 0]], martingale={"source": [0, 3], "target": [1, 2]}
    )
    solution = proven(problem.solve())
    assert solution.grade == "infeasible"
    # The witness is a convex function that the second law values less: f[i] + h[i] (y - x[i]) lies below -g[j].
    f, g = solution.potentials
    assert sum(F(1, 2) * v for v in f + g) < 0


def test_martingales_in_the_plane():
    corners = [[1, 1], [1, -1], [-1, 1], [-1, -1]]
    problem = Transport(
        [1],
        ["1/4"] * 4,
        cost={"metric": "squared", "source": [[0, 0]], "target": corners},
        martingale={"source": [[0, 0]], "target": corners},
    )
    assert proven(problem.solve()).cost_bounds == (2, 2)
    off = problem.replace(target=["1/2", "1/4", "1/8", "1/8"]).solve()
    assert off.grade == "infeasible"
    assert verify(off).accepted


def test_how_many_points_the_plain_check_takes_is_what_the_class_says():
    assert "up to some 3,500 sources and targets" in Transport.__doc__

    def bound(n):
        spots = list(range(n))
        problem = Transport([1] * n, [1] * n, cost={"metric": "cityblock", "source": spots, "target": spots})
        found = Prices(Potentials((F(0),) * n, (F(0),) * n))
        return coupling.upper(problem.statement, found)

    assert bound(40) == 0
    with pytest.raises(Undecided, match="at most"):
        bound(4200)
    steps(12 * 3500 * 3500, "comparing 3,500 x 3,500 cells")


@pytest.mark.parametrize("kind", ["nested lists", "integers", "decimals", "binary"])
@pytest.mark.parametrize("shape", [(6, 4), (4, 6)])
def test_unequal_totals_of_tables_held_in_every_way(kind, shape):
    rng = np.random.default_rng(sum(shape))
    cost = rng.integers(0, 1000, shape)
    source, target = rng.integers(1, 9, shape[0]), rng.integers(1, 9, shape[1])
    source[0] += 40 if shape[0] > shape[1] else 0
    target[0] += 40 if shape[0] < shape[1] else 0
    table = {
        "nested lists": [[F(int(c), 7) for c in row] for row in cost],
        "integers": cost,
        "decimals": cost / 100,
        "binary": cost / 3,
    }[kind]
    floats = np.array([[float(c) for c in row] for row in table])
    best = by_program(source, target, -floats, equal=(source.sum() < target.sum(), target.sum() < source.sum()))
    solution = Transport(source, target, cost=table).solve()
    assert solution.grade == "exact"
    assert float(solution.cost_bounds[0]) == pytest.approx(-best, abs=1e-6)


def test_why_names_the_sides_and_blames_what_is_to_blame():
    named = {"sources": ["Mill", "Oven"], "targets": ["Anna", "Bello", "Coda"]}
    stuck = Transport([30, 25], [20, 20, 15], cost=[[4, None, None], [5, 3, 7]], **named).solve()
    assert stuck.why == "sources Mill have 30 and may reach only targets Anna, which take 20"
    # A mean-preserving contraction is no martingale's end.
    unfair = {"source": [-2, 2], "target": [-1, 1]}
    assert (
        Transport(["1/2"] * 2, ["1/2"] * 2, gain=[[1, 0], [0, 1]], martingale=unfair)
        .solve()
        .why.startswith("no plan is a martingale")
    )
    asked = [{"entries": [[0, 0, 1]], "lower": 2}]
    assert "conditions" in Transport([1], [1], cost=[[0]], conditions=asked).solve().why


@pytest.mark.parametrize("seed", range(6))
def test_without_time_there_is_a_bracket(seed):
    """A mass in order, and the largest gain for all of it, around what another program finds."""
    rng = Random(seed)
    n, m = rng.randint(3, 6), rng.randint(3, 6)
    gain = [[rng.randint(-9, 9) for _ in range(m)] for _ in range(n)]
    pairs = list(itertools.product(range(n), range(m)))
    entries = [[i, j, 1] for i, j in rng.sample(pairs, 3)]
    problem = Transport([1] * n, [1] * m, gain=gain, mass=2, conditions=[{"entries": entries, "upper": "1/2"}])
    solution = problem.solve(time_limit=0)
    assert solution.grade in ("bounded", "exact")
    limits = {"mass": 2, "conditions": [(entries, -99, 0.5)]}
    value = by_program([1] * n, [1] * m, gain, equal=(False, False), **limits)
    assert solution.lower - F(1, 10**7) <= value <= solution.upper + F(1, 10**7)
    assert verify(solution).accepted


def test_without_time_balanced_masses_are_bounded_by_each_sources_best():
    """The best of both sources are 5 and 7, half each; the plan in order is the diagonal."""
    limited = [[0, 1, "1/4"]]
    problem = Transport(["1/2", "1/2"], ["1/2", "1/2"], gain=[[5, 1], [2, 7]], capacity=limited)
    solution = problem.solve(time_limit=0)
    assert (solution.lower, solution.upper) == (6, 6)
    crossed = Transport(["1/2", "1/2"], ["1/2", "1/2"], gain=[[1, 5], [7, 2]], capacity=[[0, 1, "1/4"]])
    solution = crossed.solve(time_limit=0)
    assert (solution.lower, solution.upper) == (F(3, 2), 6)
