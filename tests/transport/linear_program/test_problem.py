"""Linear programs: known optima, rays, conflicts, integers, repair."""

import itertools
from fractions import Fraction as F
from random import Random

import numpy as np
import pytest
from scipy import optimize, sparse

import suasion
from dual.checker import verify
from suasion import LinearProgram
from tests.transport.linear_program.programs import as_lp, as_mps, known

SEEDS = [k if k % 10 == 0 else pytest.param(k, marks=pytest.mark.slow) for k in range(200)]


@pytest.mark.parametrize("seed", SEEDS)
def test_known_optima_from_every_sort_of_file(seed, tmp_path):
    rng = Random(seed)
    program = known(rng, scale=12 if seed % 3 == 0 else 0)
    for name, content in (
        ("free.mps", as_mps(program.document, rng=rng)),
        ("program.lp", as_lp(program.document)),
    ):
        path = tmp_path / name
        path.write_text(content)
        solution = suasion.load(path).solve()
        assert (solution.grade, solution.lower, solution.upper) == ("exact", program.value, program.value), name
        assert verify(solution).accepted
        back = suasion.load_solution(solution.document())
        assert back == solution
    assert LinearProgram.from_document(program.document).solve().lower == program.value


@pytest.mark.parametrize("seed", range(12))
def test_larger_ones_and_their_floats_repaired(seed):
    program = known(Random(1000 + seed), rows=25, columns=40)
    problem = LinearProgram.from_document(program.document)
    solution = problem.solve()
    assert solution.lower == solution.upper == program.value
    statement = problem.statement
    x = [float(solution.x.get(statement.column_name(j), 0)) for j in range(40)]
    y = [float(solution.prices.get(statement.row_name(i), 0)) for i in range(25)]
    noise = np.random.default_rng(seed)
    shaken = problem.certify(x + 1e-8 * noise.normal(size=40), y + 1e-8 * noise.normal(size=25))
    assert shaken.lower is not None
    assert shaken.upper is not None
    assert shaken.lower <= program.value <= shaken.upper
    assert float(shaken.upper - shaken.lower) < 1e-4
    assert verify(shaken).accepted


def test_prices_of_other_conventions_are_mended_and_wrong_ones_refused():
    # min 2x + 3y, x + y >= 4, x + 3y >= 6: optimum 9 at (3, 1) with prices 3/2 and 1/2.
    program = LinearProgram.from_arrays([2, 3], A_ub=[[-1, -1], [-1, -3]], b_ub=[-4, -6])
    for prices in ([-1.5, -0.5], [1.5, 0.5], [-1.49999999999, -0.5]):
        assert program.certify(dual=prices).lower == 9
    assert program.certify(primal=[3.0000000001, 1.0]).upper == 9
    wrong = program.certify([10, 0], [5, 1])  # too dear: not feasible for the dual, so moved until it is
    assert wrong.upper == 20
    assert wrong.lower is not None
    assert wrong.lower < 9
    with pytest.raises(suasion.InputError, match="2 numbers"):
        program.certify([1, 2, 3])
    with pytest.raises(suasion.InputError, match="no 'ub"):
        program.certify(dual={"ub[7]": 1})


def test_witnesses_of_any_kind_are_certified():
    court = suasion.load("kamenica-gentzkow-2011-prosecutor")
    proven = suasion.certify(court, dual={"prices": [1, 1], "multipliers": [[0, 0], [0, 0]]})
    assert (proven.lower, proven.upper) == (None, 1)
    refused = suasion.certify(court, dual={"prices": [0, 0], "multipliers": [[0, 0], [0, 0]]})
    assert refused.upper is None
    assert "prices[0]" in refused.solver["refused"]


def test_no_rows_no_bounds_no_objective():
    assert LinearProgram([1, -1], upper=[2, None]).solve().lower == 2
    assert LinearProgram([0], rows=[{"entries": []}]).solve().lower == 0
    assert LinearProgram([1, 1], lower=[3, 4], upper=[3, 4], goal="min").solve().value == 7
    assert LinearProgram([1], [{"entries": [[0, 1]], "upper": "1/3"}], constant="2/3").solve().lower == 1


def test_unbounded_with_a_ray():
    program = LinearProgram(
        [1, 1],
        [{"entries": [[0, 1], [1, -1]], "upper": 1}, {"entries": [[0, 1], [1, 1]], "lower": 2}],
    )
    solution = program.solve()
    assert solution.grade == "unbounded"
    assert (solution.lower, solution.upper, solution.value) == (None, None, None)
    x, y = (solution.ray.get(f"column {j}", F(0)) for j in range(2))
    assert x >= 0
    assert y >= 0
    assert x <= y
    assert x + y > 0
    assert str(verify(solution)) == "proven: unbounded"
    assert suasion.load_solution(solution.document()) == solution
    lie = solution.document()
    lie["primal"]["ray"] = [[0, "1"]]
    assert "row 0" in verify(lie).violation
    lie["primal"]["ray"] = [[1, "-1"]]
    assert "the ray leaves" in verify(lie).violation
    lie["primal"]["ray"] = []
    assert "not positive" in verify(lie).violation


def test_only_programs_may_be_unbounded():
    court = suasion.load("kamenica-gentzkow-2011-prosecutor").solve().document()
    court |= {"grade": "unbounded", "lower": None, "upper": None, "value": None, "dual": None}
    assert "is never unbounded" in verify(court).violation


@pytest.mark.parametrize("seed", range(40))
def test_infeasible_programs_their_proofs_and_their_conflicts(seed):
    """A feasible program and two rows that contradict one another through a combination."""
    rng = Random(seed)
    program = known(rng)
    document = program.document
    n = len(document["objective"])
    weights = [F(rng.randint(-4, 4)) for _ in range(n)]
    weights[rng.randrange(n)] = F(3)
    entries = [[j, w] for j, w in enumerate(weights) if w]
    document["rows"] += [
        {"entries": entries, "lower": 5, "name": "floor"},
        {"entries": [[j, 2 * w] for j, w in entries], "upper": 9, "name": "ceiling"},
    ]
    problem = LinearProgram.from_document(document)
    solution = problem.solve()
    assert solution.grade == "infeasible"
    assert verify(solution).accepted
    assert solution.why
    found = problem.conflict()
    smallest = problem.conflict(smallest=True)
    assert len(smallest.rows) + len(smallest.bounds) <= min(2, len(found.rows) + len(found.bounds))
    for one in (found, smallest):
        # None can be left out: without any of its rows the rest is feasible.
        kept = [row for row in document["rows"] if row["name"] in one.rows]
        assert len(kept) == len(one.rows)
        for left_out in kept:
            rest = {**document, "rows": [row for row in kept if row is not left_out]}
            if not one.bounds:
                free = {"lower": [None] * n, "upper": [None] * n, "objective": [0] * n}
                assert LinearProgram.from_document({**rest, **free}).solve().grade != "infeasible"
    assert LinearProgram.from_document(known(Random(seed)).document).conflict() is None


def test_a_wrong_refutation_is_refused():
    program = LinearProgram([1], [{"entries": [[0, 1]], "lower": 3}, {"entries": [[0, 1]], "upper": 1}])
    document = program.solve().document()
    for multipliers, complaint in (
        ([[0, "1"], [1, "1"]], "a side it has not"),
        ([], "no contradiction"),
        ([[0, "-1"]], "no bound on that side"),
        ([[7, "1"]], "index from 0 to 1"),
    ):
        verdict = verify({**document, "dual": {"multipliers": multipliers}})
        assert complaint in verdict.violation


def brute_force(document):
    """The best integer point of a program whose columns all have small boxes."""
    best = None
    sign = 1 if document["goal"] == "max" else -1
    ends = zip(document["lower"], document["upper"], strict=True)
    for x in itertools.product(*(range(low, high + 1) for low, high in ends)):
        fits = all(
            row.get("lower", -(10**9)) <= sum(a * x[j] for j, a in row["entries"]) <= row.get("upper", 10**9)
            for row in document["rows"]
        )
        if fits:
            value = sum(c * v for c, v in zip(document["objective"], x, strict=True))
            best = value if best is None or sign * value > sign * best else best
    return best


def integer_program(rng):
    n = rng.randint(2, 6)
    rows = []
    for _ in range(rng.randint(1, 4)):
        row = {"entries": [[j, F(rng.randint(-9, 9), rng.choice([1, 2, 3]))] for j in range(n)]}
        row[rng.choice(["lower", "upper"])] = F(rng.randint(-9, 20), 2)
        rows.append(row)
    return {
        "kind": "linear-program",
        "objective": [F(rng.randint(-9, 9), rng.choice([1, 1, 7])) for _ in range(n)],
        "rows": rows,
        "lower": [rng.choice([0, -2]) for _ in range(n)],
        "upper": [rng.choice([1, 3]) for _ in range(n)],
        "integers": list(range(n)),
        "goal": rng.choice(["max", "min"]),
    }


@pytest.mark.parametrize("seed", [k if k < 40 else pytest.param(k, marks=pytest.mark.slow) for k in range(400)])
def test_integers_against_brute_force(seed):
    document = integer_program(Random(seed))
    expected = brute_force(document)
    solution = LinearProgram.from_document(document).solve()
    assert verify(solution).accepted
    if expected is None:
        assert solution.grade == "infeasible"
    else:
        assert (solution.lower, solution.upper) == (expected, expected)


def test_a_knapsack_needs_a_tree_and_its_leaves_are_checked():
    weights = [35, 27, 23, 19, 15, 15, 12, 8, 6, 3]
    gains = [39, 30, 25, 22, 16, 17, 13, 8, 6, 3]
    best = max(
        sum(g for g, x in zip(gains, chosen, strict=True) if x)
        for chosen in itertools.product((0, 1), repeat=10)
        if sum(w for w, x in zip(weights, chosen, strict=True) if x) <= 59
    )
    program = LinearProgram(
        gains, [{"entries": list(enumerate(weights)), "upper": 59}], upper=[1] * 10, integers=range(10)
    )
    solution = program.solve()
    assert solution.lower == solution.upper == best
    document = solution.document()
    leaf = next((node for node in document["dual"]["nodes"] if node.get("rows")), None)
    assert leaf is not None
    leaf["rows"] = []
    assert "is not proven" in verify(document).violation


def in_other_columns(rng, document):
    """The same program in free integers x with y = U x, U a product of shears: its boxes become rows."""
    n = len(document["objective"])
    u = [[int(i == j) for j in range(n)] for i in range(n)]
    for _ in range(2 * n):
        (i, j), times = rng.sample(range(n), 2), rng.choice([-2, -1, 1, 2])
        u[i] = [a + times * b for a, b in zip(u[i], u[j], strict=True)]

    def turned(weights):
        return [sum((w * row[j] for w, row in zip(weights, u, strict=True)), F(0)) for j in range(n)]

    rows = []
    for row in document["rows"]:
        weights = [dict(map(tuple, row["entries"])).get(j, F(0)) for j in range(n)]
        rows.append({**row, "entries": [list(entry) for entry in enumerate(turned(weights))]})
    for own, low, high in zip(u, document["lower"], document["upper"], strict=True):
        rows.append({"entries": [list(entry) for entry in enumerate(own)], "lower": low, "upper": high})
    objective = turned(document["objective"])
    return {**document, "objective": objective, "rows": rows, "lower": [None] * n, "upper": [None] * n}


@pytest.mark.parametrize("seed", [k if k < 12 else pytest.param(k, marks=pytest.mark.slow) for k in range(200)])
def test_free_integers_whose_sums_have_few_values(seed, tmp_path):
    """Splitting such columns one by one need never end; the optimum is that of the program before the change."""
    rng = Random(seed)
    document = integer_program(rng)
    expected = brute_force(document)
    solution = LinearProgram.from_document(in_other_columns(rng, document)).solve()
    if expected is None:
        assert solution.grade == "infeasible"
    else:
        assert solution.lower == solution.upper == expected
    path = tmp_path / "solution.json"
    solution.save(path)
    assert suasion.verify(path).grade == solution.grade


def test_two_integers_that_differ_by_a_half():
    document = {"objective": [0, 0], "rows": [{"entries": [[0, 2], [1, -2]], "lower": 1, "upper": 1}]}
    program = LinearProgram.from_document(
        {"kind": "linear-program", **document, "lower": [None, None], "integers": [0, 1]}
    )
    solution = program.solve()
    assert solution.grade == "infeasible"
    assert len(solution.dual.nodes) == 3
    assert solution.dual.sums == (((0, 1), (1, -1)),)


def test_mixed_integers_without_finite_boxes():
    # max x + y/2, 2x + y <= 7/2, x integer and unbounded above by its own bounds: x = 1, y = 3/2.
    program = LinearProgram([1, "1/3"], [{"entries": [[0, 2], [1, 1]], "upper": "7/2"}], integers=[0])
    assert program.solve().lower == F(3, 2)
    # An integer between 1/3 and 2/3 there is not.
    none = LinearProgram([1], [{"entries": [[0, 3]], "lower": 1, "upper": 2}], lower=[None], integers=[0]).solve()
    assert none.grade == "infeasible"
    assert verify(none).accepted
    # The relaxation has no bound and its vertex is fractional.
    ray = LinearProgram([1, 1], [{"entries": [[0, 2], [1, -2]], "lower": 1, "upper": 3}], integers=[0, 1]).solve()
    assert ray.grade == "unbounded"
    assert verify(ray).accepted


@pytest.mark.parametrize("seed", range(6))
def test_as_scipy_takes_them(seed):
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, 9, (5, 7)), rng.integers(20, 60, 5)
    c = -rng.integers(1, 9, 7)
    eq, total = np.ones((1, 7)), np.array([6.0])
    found = optimize.linprog(c, a, b, eq, total, bounds=(0, 4))
    for matrix in (a, sparse.csr_array(a), a.tolist()):
        solution = LinearProgram.from_arrays(c, matrix, b, eq, total, bounds=(0, 4)).solve()
        assert solution.grade == "exact"
        assert float(solution.value) == pytest.approx(found.fun, abs=1e-9)
    whole = LinearProgram.from_arrays(c, a, b, eq, total, bounds=optimize.Bounds(0, 4), integrality=np.ones(7)).solve()
    best = optimize.milp(
        c,
        constraints=[optimize.LinearConstraint(a, -np.inf, b), optimize.LinearConstraint(eq, 6, 6)],
        bounds=optimize.Bounds(0, 4),
        integrality=np.ones(7),
    )
    assert float(whole.value) == pytest.approx(best.fun, abs=1e-9)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"c": [1, 2], "A_ub": [[1]], "b_ub": [1]}, "2 columns"),
        ({"c": [1, 2], "A_ub": [[1, 2]], "b_ub": [1, 2]}, "b_ub: there are 2 entries where 1"),
        ({"c": [1, 2], "A_ub": [[1, 2]]}, "given together"),
        ({"c": [1, 2], "bounds": [(0, 1)] * 3}, "2 pairs"),
        ({"c": [1, 2], "integrality": [0, 2]}, "continuous"),
        ({"c": [float("nan")]}, "not a finite number"),
        ({"c": [1], "A_eq": [[1]], "b_eq": [float("inf")]}, "finite side"),
    ],
)
def test_arrays_that_are_refused(arguments, complaint):
    with pytest.raises(suasion.InputError, match=complaint):
        LinearProgram.from_arrays(**arguments)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"objective": []}, "objective: the list is empty"),
        (
            {"objective": [1], "rows": [{"entries": [[1, 1]]}]},
            r"rows\[0\].entries\[0\]\[0\]: 1 is not an index from 0 to 0",
        ),
        ({"objective": [1], "rows": [{"entries": [[0, 1], [0, 2]]}]}, "column 0 stands already in this row"),
        ({"objective": [1], "rows": [{"entries": [], "lower": 2, "upper": 1}]}, r"rows\[0\].upper"),
        ({"objective": [1], "lower": [2], "upper": [1]}, r"upper\[0\]"),
        ({"objective": [1], "integers": [0, 0]}, "twice"),
        ({"objective": [1], "goal": "maximum"}, "known are max, min"),
        ({"objective": [1], "rows": [{"entries": [], "name": "a"}, {"entries": [], "name": "a"}]}, 'the name "a"'),
        ({"objective": [1], "rows": [{"entires": []}]}, 'did you mean "entries"'),
    ],
)
def test_statements_that_are_refused(fields, complaint):
    with pytest.raises(suasion.InputError, match=complaint):
        LinearProgram.from_document({"kind": "linear-program", **fields})


def test_a_time_limit_gives_a_true_answer():
    rng = Random(5)
    weights = [rng.randint(10**5, 10**6) for _ in range(40)]
    rows = [{"entries": list(enumerate(weights)), "upper": sum(weights) // 2}]
    program = LinearProgram(weights, rows, upper=[1] * 40, integers=range(40))
    for limit in (0, 0.5):
        solution = program.solve(time_limit=limit)
        assert solution.upper is None or solution.upper >= sum(weights) // 2 - 10**6
        assert solution.lower is None or solution.lower <= sum(weights) // 2
        assert verify(solution).accepted or solution.grade == "unproven"
