"""Two receivers: the values of theory, the methods against each other, structure, and the traps."""

import hashlib
import importlib.util
import json
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest

import dual
import suasion
from dual.errors import InputError
from persuasion import TwoReceiverPersuasion
from suasion.command import main
from suasion.registry import Faster


def family():
    spec = importlib.util.spec_from_file_location("families", Path(__file__).with_name("families.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


instance = family().instance


def grid(n):
    return [F(k, n) for k in range(n + 1)]


def problem(prior, low, high=None, n=10):
    return TwoReceiverPersuasion(prior, {"l": low, "h": high or low}, grid=grid(n))


# Formulas with their parameter left free; every support lies on the grid.
FORMULAS = [
    ("max(x, y)", None, lambda p: p + p * (1 - p)),
    ("x*y", None, lambda p: p),
    ("min(x, y)", None, lambda p: p),
    ("x*y", "(1 - x)*(1 - y)", lambda p: p * (1 - p)),
    ("x >= 3/5 and y >= 1/2", None, lambda p: min(1, p / F(3, 5))),
    ("x >= 3/5 or y >= 1/2", None, lambda p: min(1, p * (F(5, 3) + 2 - 1))),
    ("(x - y)**2", None, lambda p: p * (1 - p)),
    ("abs(x - y)", None, lambda p: 2 * p * (1 - p)),
    ("0", "x <= 1/5 or y <= 1/5", lambda p: min(p, 2 * (1 - p) * F(1, 5) / F(4, 5))),
    ("(1 - x)*y", "x*(1 - y)", lambda p: 2 * p * (1 - p)),
]


@pytest.mark.parametrize(("low", "high", "value"), FORMULAS)
@pytest.mark.parametrize("prior", [F(1, 10), F(3, 10), F(1, 2), F(4, 5)])
def test_closed_forms_are_reproduced_exactly(low, high, value, prior):
    solution = problem(prior, low, high).solve()
    assert (solution.lower, solution.upper, solution.grade) == (value(prior), value(prior), "exact")
    assert solution.verify().accepted


METHODS = ["columns", "generated", "nested", "direct", "cvxpy", "pdlp"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("low", "high"), [("abs(x - y)", None), ("x >= 1/2", "y <= 1/2"), ("(1 - x)*y", "x*(1 - y)")])
def test_every_method_conforms(method, low, high):
    asked = problem("3/10", low, high)
    known = F(3, 5) if ">=" in low else F(21, 50)
    exact = asked.solve(method)
    assert (exact.lower, exact.upper) == (known, known)
    rough = asked.solve(method, gap=1e-9)
    assert rough.lower <= known <= rough.upper
    # A first-order method's duals are rough; every other bound is tight.
    assert rough.upper - rough.lower <= (F(1, 10**6) if method == "pdlp" else F(1, 10**10))
    assert rough.verify().accepted
    assert rough.upper == (1 - asked.prior) * rough.V[0] + asked.prior * rough.V[1]
    assert sum(rough.values_by_state) == rough.lower


def agree(seed):
    asked, size = instance(seed)
    found = [asked.solve(method, gap=gap) for method in ("columns", "direct", "nested") for gap in (None, 1e-9)]
    for solution in found:
        assert solution.verify().accepted
        assert solution.upper - solution.lower <= F(size, 10**9)
    assert all(solution.grade == "exact" for solution in found[::2])
    assert max(solution.lower for solution in found) <= min(solution.upper for solution in found)


@pytest.mark.parametrize("seed", range(30))
def test_columns_direct_and_nested_agree(seed):
    agree(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30, 300))
def test_columns_direct_and_nested_agree_at_length(seed):
    agree(seed)


def test_integer_data_on_a_grid_of_101_are_solved_exactly():
    rng = np.random.default_rng(5)
    u = {state: rng.integers(-1000, 1001, size=(101, 101)) for state in "lh"}
    solution = TwoReceiverPersuasion("2/5", u, grid=grid(100)).solve()
    assert solution.grade == "exact"
    rough = TwoReceiverPersuasion("2/5", u, grid=grid(100)).solve(gap=1e-9)
    assert rough.lower <= solution.lower <= rough.upper
    assert rough.upper - rough.lower <= F(1, 10**6)


def test_a_grid_of_401_is_proven_within_a_billionth_by_both_checks():
    n = 401
    x = np.linspace(0, 1, n)
    u = np.sin(3 * x[:, None]) * np.cos(4 * x) * 5
    solution = TwoReceiverPersuasion("2/5", u, grid=x).solve()
    assert solution.upper - solution.lower <= F(1, 10**9)
    plain = dual.verify(solution)
    fast = dual.verify(solution, faster=Faster())
    assert plain.accepted
    assert (plain.lower, plain.upper, plain.grade) == (fast.lower, fast.upper, fast.grade)
    assert (plain.accelerated, fast.accelerated) == (False, True)


@pytest.mark.parametrize(
    "utility", ["sin(7*x*y)*cos(9*x - 4*y)", "(x >= y)*exp(x - y)", "abs(x - y)**3/(1 + x)", "max(x, y) - x*y"]
)
def test_an_expression_is_as_good_as_its_numbers_in_an_array(utility):
    # Only where a witness depends on it an expression is evaluated exactly.
    grid = [F(k, 30) for k in range(31)]
    problem = TwoReceiverPersuasion("2/5", utility, grid=grid)
    (below, above), _ = problem.statement.tables
    solution = problem.solve()
    stated = TwoReceiverPersuasion("2/5", np.reshape(list(above), above.shape), grid=grid).solve(gap=0)
    assert stated.grade == "exact"
    off = max(b - a for a, b in zip(below, above, strict=True))
    assert solution.lower <= stated.upper <= solution.upper + off
    assert solution.upper - solution.lower < F(1, 10**11)
    plain, fast = dual.verify(solution), dual.verify(solution, faster=Faster())
    assert (plain.lower, plain.upper, plain.grade) == (fast.lower, fast.upper, fast.grade)
    assert plain.violation is None


def test_expressions_on_a_large_grid_are_proven_tightly():
    grid = [F(k, 200) for k in range(201)]
    solution = TwoReceiverPersuasion("2/5", "sin(7*x*y)*cos(9*x - 4*y)", grid=grid).solve()
    assert float(solution.lower) == pytest.approx(0.6743636583593634, abs=1e-9)  # the same utilities as an array
    assert solution.upper - solution.lower < F(1, 10**11)


def test_an_expression_undefined_at_a_grid_point_is_named_there():
    with pytest.raises(InputError, match="division by zero at x = 0, y = 0"):
        TwoReceiverPersuasion("1/2", "1/(x - y)**2", grid=["0", "1/2", "1"]).solve()


def test_the_fast_check_refuses_what_the_plain_one_refuses():
    rng = np.random.default_rng(3)
    asked = TwoReceiverPersuasion("1/3", rng.random((20, 25)), grid={"x": grid(19), "y": grid(24)})
    document = json.loads(json.dumps(asked.solve(gap=1e-9).document()))
    refusals = 0
    for k in range(25):
        for change in (F(1, 10**9), -F(1, 10**9), F(1, 10), -F(1, 10)):
            broken = json.loads(json.dumps(document))
            broken["dual"]["alpha2"][k] = str(F(broken["dual"]["alpha2"][k]) + change)
            plain, fast = dual.verify(broken), dual.verify(broken, faster=Faster())
            assert plain.violation == fast.violation
            refusals += plain.violation is not None
    assert refusals > 20


def test_witnesses_survive_scaling_by_tiny_and_huge_factors():
    rng = np.random.default_rng(8)
    u = rng.integers(-9, 10, size=(15, 15))
    known = TwoReceiverPersuasion("2/5", u, grid=grid(14)).solve().lower
    for factor in (F(1, 10**12), F(10**12)):
        scaled = [[factor * int(entry) + 5 for entry in row] for row in u]
        for method in ("generated", "nested", "direct"):
            solution = TwoReceiverPersuasion("2/5", scaled, grid=grid(14)).solve(method)
            assert solution.lower == factor * known + 5
            assert solution.grade == "exact"


@pytest.mark.parametrize("method", ["generated", "nested"])
@pytest.mark.parametrize("stop", [{"time_limit": 0}, {"rounds": 1}, {"rounds": 2, "gap": 1e-3}, {"time_limit": 0.02}])
def test_however_early_it_stops_the_answer_is_true(method, stop):
    asked, _ = instance(15)
    known = asked.solve().lower
    solution = asked.solve(method, **stop)
    assert solution.grade in ("exact", "bounded")
    assert solution.lower <= known <= solution.upper
    assert solution.verify().accepted


def test_wrong_stopping_rules_are_refused():
    for stop in ({"gap": -1}, {"rounds": 0}, {"time_limit": -1}, {"gap": float("nan")}):
        with pytest.raises(InputError):
            problem("3/10", "abs(x - y)").solve(**stop)


# Structure


def test_structure_is_recognised_and_agrees_with_the_general_way():
    cases = {
        ("(x >= 1/2) + y**2", None): "separable",
        ("x >= 1/2", "y <= 1/2"): "separable",
        ("x >= 1/2", None): "single-receiver",
        ("2*y*(1 - y)", "y - 1/3"): "single-receiver",
        ("x*y", "min(x, y) - x - y"): "public",
        ("abs(x - y)", None): "columns",
        ("x*y + x", None): "columns",
    }
    for (low, high), method in cases.items():
        short, general = (problem("3/10", low, high).solve(name) for name in ("columns", "generated"))
        assert short.solver["method"] == method
        assert short.grade == general.grade == "exact"
        assert short.lower == general.lower


def test_almost_separable_data_are_not_taken_for_separable():
    u = [[F(i + j) for j in range(9)] for i in range(9)]
    u[4][5] += F(1, 10**30)
    solution = TwoReceiverPersuasion("1/2", u, grid=grid(8)).solve()
    assert solution.solver["method"] == "columns"


# Traps


def test_trap_1_ties_at_the_joint_envelope_do_not_leak_the_state():
    assert problem("3/10", "(x >= 1/2) != (y >= 1/2)").solve().lower == F(3, 5)
    # The joint upper envelope also counts a tied receiver as not acting, and earns 9/10.
    envelope = "(x >= 1/2 and y <= 1/2) or (x <= 1/2 and y >= 1/2)"
    assert problem("3/10", envelope).solve().lower == F(9, 10)


@pytest.mark.parametrize("prior", [F(1, 10), F(1, 5), F(3, 10)])
def test_trap_2_the_covariance_bound_is_tight_only_in_the_middle(prior):
    text = f"-(x - {prior})*(y - {prior})"
    assert problem(prior, text, n=20).solve().upper < prior * (1 - prior) / 8
    assert problem("2/5", "-(x - 2/5)*(y - 2/5)", n=20).solve().upper == F(3, 100)


def test_trap_3_a_formula_outside_its_region_is_refused():
    p, c = F(1, 5), F(3, 5)
    solution = problem(p, f"abs(x - y) >= {c}", n=50).solve(gap=1e-9)
    assert solution.lower >= F(282, 1000)
    claimed = solution.document() | {"upper": "279242/1000000", "grade": "bounded"}
    assert "not proven" in dual.verify(claimed).violation


def test_trap_4_a_grid_without_the_prior_loses_no_information():
    text = "-(x - 1/3)**2 - (y - 1/3)**2 - (x - y)**2"
    assert problem("1/3", text, n=9).solve().lower == 0
    assert problem("1/3", text, n=10).solve().upper < 0
    # Off the grid a threshold of 2/3 acts as one of 7/10.
    act = "x >= 2/3 or y >= 2/3"
    assert problem("3/10", act, n=30).solve().lower == F(3, 10) * (F(3, 2) + F(3, 2) - 1)
    assert problem("3/10", act, n=10).solve().lower == F(3, 10) * (F(10, 7) + F(10, 7) - 1)


# Bad input


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"grid": {"x": ["1/2", 1], "y": [0, 1]}}, "grid.x: the prior 3/10 lies outside"),
        ({"grid": {"x": [0, 1, "1/2"], "y": [0, 1]}}, "grid.x[2]"),
        ({"grid": {"x": [0, 2], "y": [0, 1]}}, "grid.x[1]"),
        ({"utility": {"l": [[0, 1], [0]], "h": "0"}}, "utility.l[1]"),
        ({"utility": {"l": [[0, 1]], "h": "0"}}, "utility.l"),
        ({"utility": {"l": "__import__('os')", "h": "0"}}, "utility.l"),
        ({"utility": {"l": "x.real", "h": "0"}}, "utility.l"),
        ({"utility": {"l": "x**999999", "h": "0"}}, "utility.l"),
        ({"utility": {"l": "(" * 5000 + "x" + ")" * 5000, "h": "0"}}, "utility.l"),
        ({"utility": {"l": "((x**64)**64)**64", "h": "0"}}, "utility.l"),
        ({"utility": {"l": "1/x", "h": "0"}}, "utility.l"),
        ({"utility": {"l": [[0, "1e400"], [0, 0]], "h": "0"}}, "utility.l"),
        ({"utility": {"l": "x"}}, "utility.h"),
        ({"prior": "3/2"}, "prior"),
        ({"domain": "disc"}, "domain"),
        ({"domain": "square", "utility": {"l": [[0, 1], [0, 1]], "h": "0"}}, "utility.l"),
    ],
)
def test_bad_instances_are_refused_in_one_line(tmp_path, capsys, fields, message):
    file = tmp_path / "bad.json"
    raw = {"kind": "two-receiver", "prior": "3/10", "grid": {"x": [0, 1], "y": [0, 1]}, "utility": {"l": "x", "h": "y"}}
    file.write_text(json.dumps(raw | fields))
    assert main(["solve", str(file)]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_numbers_that_are_not_finite_are_refused(bad):
    u = np.zeros((3, 3))
    u[1, 2] = bad
    with pytest.raises(InputError, match=r"utility\.l\[1\]\[2\]"):
        TwoReceiverPersuasion("1/2", u, grid=grid(2))


def test_large_arrays_are_saved_beside_the_solution_and_read_back(tmp_path):
    rng = np.random.default_rng(1)
    u = rng.random((160, 150))
    solution = TwoReceiverPersuasion("1/2", u, grid={"x": np.linspace(0, 1, 160), "y": np.linspace(0, 1, 150)}).solve()
    solution.save(tmp_path / "big.json")
    assert (tmp_path / "big.npz").exists()
    assert dual.verify(tmp_path / "big.json").accepted
    assert suasion.load_solution(tmp_path / "big.json").lower == solution.lower
    with np.load(tmp_path / "big.npz") as arrays:
        assert all((arrays[key] == u).all() for key in arrays)
    content = bytearray((tmp_path / "big.npz").read_bytes())
    content[5000] ^= 1
    (tmp_path / "big.npz").write_bytes(content)
    with pytest.raises(InputError, match="SHA-256"):
        dual.verify(tmp_path / "big.json")


def test_the_answer_in_words():
    solution = problem("3/10", "abs(x - y)").solve()
    assert "21/50" in solution.summary()
    first, second = solution.marginals
    assert sum(first.values()) == sum(second.values()) == 1
    assert sum(point * mass for point, mass in first.items()) == F(3, 10)


@pytest.mark.parametrize(
    "slug",
    [
        "arieli-et-al-2023-distance",
        "arieli-et-al-2023-either-acts-square",
        "arieli-et-al-2023-squared-distance-square",
        "arieli-et-al-2023-two-of-three-act",
        "arieli-babichenko-2019-exactly-one-acts",
    ],
)
def test_pictures_show_the_value(slug):
    from matplotlib import pyplot

    solution = suasion.load(slug).solve()
    main_axes = solution.plot()
    figure = main_axes.figure
    texts = [figure.get_suptitle(), main_axes.get_title()]
    assert any(solution.headline in text for text in texts)
    assert solution.plot(ax=pyplot.figure().add_subplot()).has_data()


def test_the_command_solves_verifies_and_prints_instances_with_arrays(tmp_path, capsys):
    rng = np.random.default_rng(2)
    folder, other = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    other.mkdir()
    np.savez(folder / "u.npz", low=rng.random((9, 8)), high=rng.integers(0, 9, size=(9, 8)))
    digest = hashlib.sha256((folder / "u.npz").read_bytes()).hexdigest()
    utility = {
        "l": {"npz": "u.npz", "array": "low", "sha256": digest},
        "h": {"npz": "u.npz", "array": "high", "sha256": digest, "denominator": 9},
    }
    axes = {"x": list(map(str, grid(8))), "y": list(map(str, grid(7)))}
    raw = {"kind": "two-receiver", "prior": "2/5", "grid": axes, "utility": utility}
    (folder / "instance.json").write_text(json.dumps(raw))
    solution = str(other / "solution.json")
    assert main(["solve", str(folder / "instance.json"), "-o", solution, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["grade"] == "exact"
    assert printed["problem"]["utility"] == utility | {"h": utility["h"] | {"denominator": "9"}}
    assert (other / "solution.npz").exists()
    for extra in ([], ["--fast"], ["--instance", str(folder / "instance.json")]):
        assert main(["verify", solution, *extra]) == 0
    assert "accelerated" in capsys.readouterr().out


def test_a_value_curve_starts_warm_and_changes_no_value():
    asked = problem("1/20", "abs(x - y)**3", n=20)
    priors = [F(k, 20) for k in range(1, 20)]
    curve = asked.solve("generated").value_curve("prior", priors, method="generated")
    fresh = [asked.replace(prior=str(p)).solve("generated") for p in priors]
    assert [one.lower for one in curve.solutions] == [one.lower for one in fresh]
    assert [one.lower for one in curve.solutions] == [one.lower for one in curve.solutions][::-1]
