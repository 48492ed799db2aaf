"""Mean persuasion: values from theory, independent programs, symmetries, and what a reader sees."""

import random
from fractions import Fraction as F

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.stats import norm

import dual
import suasion
from dual import InputError
from persuasion import Concavification, MeanPersuasion

UNIFORM = {"uniform": [0, 1]}
RISING = {"density": "2*x", "interval": [0, 1]}
EXPONENTIAL = {"density": "exp(-x)", "interval": [0, 1]}
NORMAL = {"density": "exp(-8*(x - 1/2)**2)", "interval": [0, 1]}
PEAKS = "max(1 - 8*abs(m - 3/10), 1 - 8*abs(m - 7/10))"
UNEQUAL_PEAKS = "max(0, 1 - 8*abs(m - 3/10)) + max(0, 2 - 16*abs(m - 6/10))"


def solved(law, payoff):
    solution = MeanPersuasion(law, payoff).solve()
    assert "refused" not in solution.solver
    return solution


def width(solution):
    return float((solution.upper - solution.lower) / abs(solution.lower))


# Continuous laws


@pytest.mark.parametrize(
    ("law", "payoff", "value"),
    [
        (UNIFORM, "m >= 3/4", F(1, 2)),
        (UNIFORM, "m >= 0.823456789", 2 * (1 - F(823456789, 10**9))),
        (UNIFORM, "m >= 1/2", F(1)),
        (UNIFORM, "m >= 1/5", F(1)),
        (UNIFORM, {"breakpoints": [0, "3/4", 1], "pieces": [[0], [1]]}, F(1, 2)),
        (UNIFORM, "abs(m - 1/2)", F(1, 4)),
        (UNIFORM, "-(m - 1/3)**2", F(-1, 36)),
        (UNIFORM, "m", F(1, 2)),
        (UNIFORM, "7", F(7)),
        # Two peaks of height one: [1/20, 11/20] has mean 3/10, the rest 7/10. No monotone partition attains it.
        (UNIFORM, PEAKS, F(1)),
        # The line through the peaks majorises: 1 + (1/2 - 3/10) / (3/10). Bi-pooling attains it.
        (UNIFORM, UNEQUAL_PEAKS, F(5, 3)),
        # Thresholds 1/3 and 5/6: pool [0, 2/3] and [2/3, 1].
        (UNIFORM, "(m >= 1/3) + 2*(m >= 5/6)", F(5, 3)),
        (RISING, "abs(m - 1/2)", F(1, 4)),
        (RISING, PEAKS, F(1)),
        # The mean 2/3 lies above both peaks: [0, 9/10] has mean 3/5 and mass 81/100.
        (RISING, UNEQUAL_PEAKS, F(81, 50)),
        (RISING, "-(m - 1/3)**2", F(-1, 9)),
    ],
)
def test_values_from_theory_exactly(law, payoff, value):
    solution = solved(law, payoff)
    assert (solution.lower, solution.upper, solution.grade) == (value, value, "exact")


def test_smoothstep_reveals_a_quarter_and_pools_the_rest():
    solution = solved(UNIFORM, "m**2*(3 - 2*m)")
    assert (solution.lower, solution.upper) == (F(539, 1024), F(539, 1024))
    assert [signal.words for signal in solution.signals] == ["reveal [0, 1/4]", "pool [1/4, 1]"]
    assert [(signal.mean, signal.probability) for signal in solution.signals] == [(None, F(1, 4)), (F(5, 8), F(3, 4))]


@pytest.mark.parametrize(
    ("law", "payoff", "value"),
    [
        # E[x | x >= c] = (2/3) (1 - c^3) / (1 - c^2) = 3/4 at c = (1 + 33^(1/2)) / 16; the value is 1 - c^2.
        (RISING, "m >= 3/4", 1 - ((1 + 33**0.5) / 16) ** 2),
        (EXPONENTIAL, PEAKS, 1.0),
        (NORMAL, "m >= 1/2", 1.0),
        (NORMAL, "-(m - 1/3)**2", -1 / 36),
        (NORMAL, UNEQUAL_PEAKS, 5 / 3),
        # Convex: full information; int x^2 exp(-x) = 2 - 5/e.
        (EXPONENTIAL, "1 + m**2/500", 1 + (2 * np.e - 5) / (np.e - 1) / 500),
        (UNIFORM, "m**2 >= 1/2", 2 * (1 - 0.5**0.5)),
        (UNIFORM, "m**2 <= 1/8", 0.5**0.5),
        # Not attained: values come arbitrarily close.
        (UNIFORM, "m > 3/4", 0.5),
    ],
)
def test_values_from_theory_in_proven_bounds(law, payoff, value):
    solution = solved(law, payoff)
    assert float(solution.lower) <= value * (1 + 1e-9) + 1e-9
    assert float(solution.upper) >= value - 1e-9
    assert width(solution) < 1e-6


def cells(law, count):
    """Masses and moments of cells of [0, 1], by Gauss-Legendre quadrature."""
    density = {
        "uniform": lambda x: 1 + 0 * x,
        "2*x": lambda x: 2 * x,
        "exp(-x)": lambda x: np.exp(-x),
        "exp(-8*(x - 1/2)**2)": lambda x: np.exp(-8 * (x - 0.5) ** 2),
    }[law.get("density", "uniform")]
    ends = np.linspace(0, 1, count + 1)
    nodes, weights = np.polynomial.legendre.leggauss(6)
    x = ends[:-1, None] + (nodes + 1) / 2 / count
    share = density(x) * weights
    whole = share.sum()
    return ends, share.sum(1) / whole, (share * x).sum(1) / whole


def by_actions(points, law, breakpoints, pieces):
    """The value for a piecewise linear payoff: a program over joint masses, one action for each piece.

    Pooling all signals whose means lie in one piece loses nothing, so this is the obedience program.
    """
    points, law = np.asarray(points, float), np.asarray(law, float)
    low, high = np.array(breakpoints[:-1], float), np.array(breakpoints[1:], float)
    n, k = len(points), len(pieces)
    gain = np.array([[float(piece[0]) + float(piece[1]) * x for piece in pieces] for x in points])
    total = np.kron(np.eye(n), np.ones(k))
    between = []
    for a in range(k):
        choose = np.zeros((n, k))
        choose[:, a] = points - high[a]
        between.append(choose.ravel())
        choose = np.zeros((n, k))
        choose[:, a] = low[a] - points
        between.append(choose.ravel())
    found = linprog(-gain.ravel(), A_ub=between, b_ub=np.zeros(2 * k), A_eq=total, b_eq=law)
    return -found.fun


def random_pieces(rng, count):
    breakpoints = [F(0), *sorted(F(x, 60) for x in rng.sample(range(1, 60), count - 1)), F(1)]
    return breakpoints, [[F(rng.randint(-6, 6), 2), F(rng.randint(-6, 6), 3)] for _ in range(count)]


@pytest.mark.parametrize(
    "law", [UNIFORM, RISING, EXPONENTIAL, NORMAL], ids=["uniform", "rising", "exponential", "normal"]
)
@pytest.mark.parametrize("seed", range(2))
def test_continuous_laws_lie_between_finite_ones(law, seed):
    rng = random.Random(f"{law} {seed}")
    breakpoints, pieces = random_pieces(rng, rng.randint(2, 4))
    solution = solved(law, {"breakpoints": breakpoints, "pieces": pieces})
    ends, masses, moments = cells(law, 60)
    contracted = by_actions(moments / masses, masses, breakpoints, pieces)
    right = (moments - ends[:-1] * masses) * 60
    spread = np.append(masses - right, 0) + np.append(0, right)
    assert float(solution.upper) >= contracted - 1e-8
    assert float(solution.lower) <= by_actions(ends, spread, breakpoints, pieces) + 1e-8
    # On revealed intervals nothing is curved, so prices are tight.
    assert float(solution.upper - solution.lower) < 1e-9


@pytest.mark.parametrize(
    ("payoff", "function"),
    [
        ("m**2 - m**4 - m/10", lambda m: m**2 - m**4 - m / 10),
        ("sin(6*m - 3)/20 + m", lambda m: np.sin(6 * m - 3) / 20 + m),
        ("exp(-50*(m - 3/10)**2)", lambda m: np.exp(-50 * (m - 0.3) ** 2)),
        ("normal_cdf(6*m - 4)", lambda m: norm.cdf(6 * m - 4)),
        ("sin(pi*m)**2", lambda m: np.sin(np.pi * m) ** 2),
    ],
)
def test_smooth_payoffs_are_bracketed_tightly(payoff, function):
    solution = solved(UNIFORM, payoff)
    assert 0 <= width(solution) < 1e-7
    # Some policies, evaluated independently: reveal [0, c] and pool the rest, or pool [0, c] and reveal the rest.
    ends = np.arange(4001) / 4000
    worth = function((ends[1:] + ends[:-1]) / 2) / 4000
    below, above = np.append(0, np.cumsum(worth)), np.append(np.cumsum(worth[::-1])[::-1], 0)
    pooled = np.maximum(below + (1 - ends) * function((1 + ends) / 2), above + ends * function(ends / 2))
    assert float(solution.upper) >= pooled.max() - 1e-7


@pytest.mark.parametrize(
    ("scale", "left", "length"), [(F(1, 10**12), F(10**6), F(1)), (F(10**12), F(-1, 10**6), F(2, 10**6))]
)
def test_units_do_not_matter(scale, left, length):
    place = f"((m - ({left}))/({length}))"
    law = {"uniform": [left, left + length]}
    moved = solved(law, f"{scale}*({place} >= 3/4)")
    assert (moved.lower, moved.upper) == (scale / 2, scale / 2)
    curved = solved(law, f"{scale}*{place}**2*(3 - 2*{place})")
    assert (curved.lower, curved.upper) == (scale * F(539, 1024), scale * F(539, 1024))
    finite = {"support": [left + length * F(k, 2) for k in range(3)], "prior": ["1/4", "1/2", "1/4"]}
    plain = solved({"support": [0, "1/2", 1], "prior": ["1/4", "1/2", "1/4"]}, "m**2*(3 - 2*m)")
    assert solved(finite, f"{scale}*{place}**2*(3 - 2*{place})").lower == scale * plain.lower


def test_constants_do_not_matter():
    plain, lifted = solved(UNIFORM, "m >= 3/4"), solved(UNIFORM, "(m >= 3/4) + 1000000")
    assert lifted.lower - plain.lower == lifted.upper - plain.upper == 10**6


def test_a_law_may_have_a_hole():
    # Mass 1/2 each on [0, 1/4] and [3/4, 1]; peaks where the density is zero, each half spread equally.
    solution = solved({"density": "(x < 1/4) + (x > 3/4)", "interval": [0, 1]}, PEAKS)
    assert solution.lower == solution.upper == 1


# Finite laws


@pytest.mark.parametrize(
    ("payoff", "p", "value"),
    [
        ("m >= 1/2", "3/10", F(3, 5)),
        ("m**2*(3 - 2*m)", "3/10", F(27, 80)),
        ("m**2*(3 - 2*m)", "4/5", F(112, 125)),
        ("-16*(m - 1/4)**2*(m - 3/4)**2", "1/2", F(0)),
        ("-16*(m - 1/4)**2*(m - 3/4)**2", "1/10", F(-1521, 10000)),
        ("(m >= 1/2) - 16*(m - 3/10)**2", "3/10", F(1, 25)),
        ("abs(m - 1/3)", "1/2", F(1, 2)),
        ("min(m, 1/2)", "3/4", F(1, 2)),
    ],
)
def test_two_points_are_the_concavification_of_two_states(payoff, p, value):
    law = {"support": [0, 1], "prior": [1 - F(p), p]}
    solution = solved(law, payoff)
    assert (solution.lower, solution.grade) == (value, "exact")
    assert (
        Concavification(law["prior"], value=payoff.replace("m", "p") if "min" not in payoff else "min(p, 1/2)")
        .solve()
        .lower
        == value
    )


@pytest.mark.parametrize("payoff", ["sin(7*m)", "exp(-20*(m - 2/5)**2)", "sqrt(m)", "m**2 >= 1/2", "m > 3/4"])
def test_irrational_answers_are_bracketed_tightly(payoff):
    law = {"support": [0, 1], "prior": ["7/10", "3/10"]}
    solution, other = solved(law, payoff), Concavification(law["prior"], value=payoff.replace("m", "p")).solve()
    assert 0 < width(solution) < 1e-9
    assert solution.lower <= other.upper
    assert other.lower <= solution.upper


@pytest.mark.parametrize(
    ("support", "prior", "payoff", "value"),
    [
        ([-2, -1, 3], ["3/10", "2/5", "3/10"], "m >= 0", F(19, 20)),
        ([0, 1, 2], ["1/2", "3/10", "1/5"], "(m >= 1/2) + (m >= 3/2)", F(6, 5)),
        ([0, 1, 2], ["3/5", "3/10", "1/10"], "(m >= 1/2) + (m >= 3/2)", F(1)),
        ([2, 0, 1], ["1/5", "1/2", "3/10"], "(m >= 1/2) + 3*(m >= 3/2)", F(9, 5)),
        ([0, 1, 2], ["1/3", "1/3", "1/3"], "(m >= 1/2) + 3*(m >= 3/2)", F(8, 3)),
        ([0, 1, 5, 2], ["1/3", "1/3", 0, "1/3"], "m**2", F(5, 3)),
        ([4], [1], "m**2", F(16)),
    ],
)
def test_finite_values_from_theory(support, prior, payoff, value):
    solution = solved({"support": support, "prior": prior}, payoff)
    assert (solution.lower, solution.upper) == (value, value)


def finite_case(seed):
    rng = random.Random(seed)
    count = rng.randint(2, 8)
    support = [F(x, 60) for x in rng.sample(range(61), count)]
    masses = [rng.randint(1, 9) for _ in support]
    breakpoints, pieces = random_pieces(rng, rng.randint(1, 5))
    return {"support": support, "prior": [F(m, sum(masses)) for m in masses]}, breakpoints, pieces


def check_finite(seed):
    law, breakpoints, pieces = finite_case(seed)
    solution = solved(law, {"breakpoints": breakpoints, "pieces": pieces})
    independent = by_actions(law["support"], law["prior"], breakpoints, pieces)
    assert solution.grade == "exact", seed
    assert float(solution.lower) == pytest.approx(independent, abs=1e-7), seed


@pytest.mark.parametrize("seed", range(12))
def test_finite_laws_against_the_obedience_program(seed):
    check_finite(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12, 132))
def test_finite_laws_against_the_obedience_program_at_length(seed):
    check_finite(seed)


def check_curved(seed):
    """Against joint masses on a fine grid of means, whose value is short by less than curvature times step squared."""
    rng = random.Random(seed)
    law, _, _ = finite_case(seed)
    coefficients = [rng.randint(-6, 6) for _ in range(5)]
    payoff = "+".join(f"({c})*m**{k}" for k, c in enumerate(coefficients))
    solution = solved(law, payoff)
    x, f = np.array(law["support"], float), np.array(law["prior"], float)
    step = 1 / 240
    means = np.union1d(np.arange(round(x.min() / step), round(x.max() / step) + 1) * step, x)
    worth = np.polynomial.polynomial.polyval(means, coefficients)
    rows = [np.kron(row, np.ones(len(means))) for row in np.eye(len(x))]
    rows += [np.kron(x - m, np.eye(len(means))[k]) for k, m in enumerate(means)]
    found = linprog(-np.tile(worth, len(x)), A_eq=np.array(rows), b_eq=np.append(f, np.zeros(len(means))))
    assert -found.fun - 1e-9 <= float(solution.upper)
    assert float(solution.lower) <= -found.fun + 200 * step**2
    assert solution.upper - solution.lower <= 1e-9 * max(abs(solution.lower), F(1, 100))


@pytest.mark.parametrize("seed", range(5))
def test_curved_payoffs_against_a_grid_of_means(seed):
    check_curved(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5, 55))
def test_curved_payoffs_against_a_grid_of_means_at_length(seed):
    check_curved(seed)


def test_many_points_come_close_to_the_continuum():
    count = 100
    law = {"support": [F(2 * k + 1, 2 * count) for k in range(count)], "prior": [F(1, count)] * count}
    solution = solved(law, "m**2*(3 - 2*m)")
    assert solution.grade == "exact"  # the tangent at 5/8, a point of the law, bends the prices nowhere near it
    assert 0 <= F(539, 1024) - solution.lower < F(1, count**2)


# Listed means


def test_listed_means_are_met_exactly():
    solution = solved(UNIFORM, {"points": ["1/10", "1/2", "4/5"], "values": [0, 1, 3]})
    # Prices: 3 at 4/5, 1 at 1/2, a line of slope 20/3 down to 1/5, and up to 0 at 1/10.
    assert (solution.lower, solution.upper) == (F(4, 3), F(4, 3))
    assert [str(signal.mean) for signal in solution.signals] == ["1/10", "1/2", "4/5"]
    rising = solved(RISING, {"points": ["1/10", "1/2", "4/5"], "values": [0, 1, 3]})
    assert rising.grade == "exact"
    assert {signal.mean for signal in rising.signals} <= {F(1, 10), F(1, 2), F(4, 5)}


@pytest.mark.parametrize(
    ("law", "points"),
    [
        (UNIFORM, ["1/5", "3/4"]),
        (UNIFORM, ["1/10", "9/10"]),
        (UNIFORM, ["2/3", 1]),
        (UNIFORM, [2, 3]),
        (UNIFORM, [0, "1/3"]),
        (RISING, ["1/4", "3/4"]),
        (EXPONENTIAL, ["1/2"]),
        (EXPONENTIAL, ["1/10", "9/10"]),
        ({"support": [0, 1, 2], "prior": ["1/3", "1/3", "1/3"]}, [0, 2]),
        ({"support": [5], "prior": [1]}, [4, 6]),
    ],
)
def test_impossible_means_are_proven_impossible(law, points):
    solution = solved(law, {"points": points, "values": [0] * len(points)})
    assert (solution.grade, solution.lower, solution.upper) == ("infeasible", None, None)


@pytest.mark.parametrize(
    ("law", "points"),
    [
        (UNIFORM, ["1/4", "3/4"]),
        (UNIFORM, ["1/2"]),
        ({"support": [0, 1, 2], "prior": ["1/3", "1/3", "1/3"]}, ["1/2", 2]),
        ({"support": [5], "prior": [1]}, [5, 6]),
    ],
)
def test_the_most_spread_out_means_are_just_possible(law, points):
    assert solved(law, {"points": points, "values": [0] * len(points)}).grade == "exact"


def test_listed_means_under_moments_that_are_only_enclosed_leave_the_lower_bound_open():
    solution = MeanPersuasion(EXPONENTIAL, {"points": ["1/4", "3/4"], "values": [0, 1]}).solve()
    assert (solution.grade, solution.lower) == ("unproven", None)
    # The means are given, so the mass at 3/4 is 2 E x - 1/2 = 2 (e - 2) / (e - 1) - 1/2.
    value = 2 * (np.e - 2) / (np.e - 1) - 0.5
    assert value - 1e-12 <= float(solution.upper) <= value + 1e-6
    assert solution.solver["claim"] == pytest.approx(value)


# What a reader sees


def test_comparison_signals_prices_and_tables():
    solution = solved(UNIFORM, "m >= 3/4")
    assert solution.verify().accepted
    comparison = solution.comparison
    assert (str(comparison.no_information), str(comparison.full_information)) == ("0", "1/4")
    assert comparison.optimal == F(1, 2)
    assert [signal.words for signal in solution.signals] == ["reveal [0, 1/2]", "pool [1/2, 1]"]
    assert solution.prices(F(3, 4)) == 1
    assert solution.problem.payoff_at("3/4").lower == 1
    summary = solution.summary()
    for words in ("reveal [0, 1/2]", "no information", "full information  1/4", "prices"):
        assert words in summary


def test_finite_signals_in_words():
    signals = solved({"support": [0, 1], "prior": ["7/10", "3/10"]}, "m >= 1/2").signals
    assert [(s.words, s.mean, s.probability) for s in signals] == [
        ("0 (4/7)", F(0), F(2, 5)),
        ("0 (3/7), 1", F(1, 2), F(3, 5)),
    ]


def test_benchmarks_of_listed_means():
    solution = solved(UNIFORM, {"points": ["1/4", "3/4"], "values": [0, 1]})
    assert solution.comparison.no_information is solution.comparison.full_information is None
    assert "not allowed" in solution.summary()


def test_a_solution_is_saved_and_loaded(tmp_path):
    solution = solved(RISING, PEAKS)
    solution.save(tmp_path / "peaks.json")
    again = suasion.load_solution(tmp_path / "peaks.json")
    assert (again.lower, again.upper, again.problem.statement) == (1, 1, solution.problem.statement)
    assert [s.mean for s in again.signals] == [F(3, 10), F(7, 10)]


def test_the_value_as_the_law_varies():
    curve = solved({"support": [0, 1], "prior": ["1/2", "1/2"]}, "m >= 1/2").value_curve(
        "law.prior", [["3/4", "1/4"], ["1/2", "1/2"]]
    )
    assert [s.lower for s in curve.solutions] == [F(1, 2), F(1)]


def test_the_same_input_gives_the_same_answer():
    first, second = solved(EXPONENTIAL, PEAKS), solved(EXPONENTIAL, PEAKS)
    assert (first.primal, first.dual) == (second.primal, second.dual)


def test_no_time_still_gives_a_true_answer():
    for law in (UNIFORM, {"support": [0, "1/2", 1], "prior": ["1/4", "1/2", "1/4"]}):
        solution = MeanPersuasion(law, "m**2*(3 - 2*m)").solve(time_limit=0)
        assert dual.verify(solution.document()).violation is None
        assert solution.lower is not None
        assert solution.upper is not None


@pytest.mark.parametrize("payoff", ["1/m", "log(m)", "sqrt(m - 1/2)", "1/(m - 1/3)"])
def test_payoffs_that_are_not_defined_everywhere_are_named(payoff):
    with pytest.raises(InputError, match=r"^payoff: "):
        MeanPersuasion(UNIFORM, payoff).solve()


def test_an_unknown_method_is_named():
    with pytest.raises(InputError, match=r'method: "simplex" is unknown for kind mean-persuasion; known: means'):
        MeanPersuasion(UNIFORM, "m").solve("simplex")


@pytest.mark.parametrize(
    ("law", "payoff"),
    [
        (UNIFORM, "m**2*(3 - 2*m)"),
        (RISING, PEAKS),
        (NORMAL, "m >= 3/4"),
        (UNIFORM, {"points": ["1/4", "3/4"], "values": [0, 1]}),
        ({"support": [0, "1/2", 1], "prior": ["1/4", "1/2", "1/4"]}, "m >= 2/3"),
        ({"support": [3], "prior": [1]}, "m"),
    ],
)
def test_pictures_show_payoff_prices_law_and_means(law, payoff):
    from matplotlib import pyplot

    solution = solved(law, payoff)
    ax = solution.plot()
    names = ax.get_legend_handles_labels()[1]
    assert {"payoff", "prices"} <= set(names)
    pooled = [signal for signal in solution.signals if signal.mean is not None]
    marked = {float(x) for spots in ax.collections for x, _ in spots.get_offsets() if len(spots.get_offsets()) == 1}
    for signal in pooled:
        assert min(abs(x - float(signal.mean)) for x in marked) < 1e-6
    assert ax.get_xlabel() == "posterior mean, and state"
    pyplot.close(ax.figure)
