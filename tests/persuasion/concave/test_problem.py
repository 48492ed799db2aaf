"""Concavification: theory values, random lists against exact hulls, expressions against grids, what is refused."""

import itertools
import math
import random
from fractions import Fraction as F

import numpy as np
import pytest

import dual
from persuasion import Concavification, Persuasion

DUEL = ["7/10", "3/10"]


@pytest.mark.parametrize(
    ("prior", "value", "known"),
    [
        (DUEL, "p**2*(3 - 2*p)", "27/80"),
        (["1/4", "3/4"], "p**2*(3 - 2*p)", "27/32"),
        (["1/5", "4/5"], "p**2*(3 - 2*p)", "112/125"),
        (["1/2", "1/2"], "-16*(p - 1/4)**2*(p - 3/4)**2", "0"),
        (["9/10", "1/10"], "-16*(p - 1/4)**2*(p - 3/4)**2", "-1521/10000"),
        (DUEL, "(p >= 1/2) - 16*(p - 3/10)**2", "1/25"),
        (["1/2", "1/4", "1/4"], "-(q0**2 + q1**2 + q2**2)", "-3/8"),
        (["1/4"] * 4, "(q1 + q3)*(q2 + q3)", "3/8"),
        (DUEL, "abs(p - 1/2)", "1/2"),
        (["1/2", "3/10", "1/5"], "max(q0, q1, q2)", "1"),
        (["1", "0"], "p**2", "0"),
    ],
)
def test_values_known_from_theory_are_exact(prior, value, known):
    solution = Concavification(prior, value=value).solve()
    assert solution.grade == "exact"
    assert solution.lower == F(known)
    assert solution.verify().accepted


def test_posteriors_of_the_net_payoff():
    solution = Concavification(DUEL, value="(p >= 1/2) - 16*(p - 3/10)**2").solve()
    split = sorted((signal.posterior[1], signal.probability) for signal in solution.signals)
    assert split == [(F(1, 4), F(4, 5)), (F(1, 2), F(1, 5))]


def hull(points, prior):
    """The upper hull of (belief, value) pairs of two states at a prior, by all chords."""
    best = [value for p, value in points if p == prior]
    for (a, low), (b, high) in itertools.combinations(points, 2):
        if min(a, b) <= prior <= max(a, b) and a != b:
            weight = (prior - a) / (b - a)
            best.append((1 - weight) * low + weight * high)
    return max(best)


@pytest.mark.parametrize("seed", range(40))
def test_random_lists_of_two_states_against_all_chords(seed):
    rng = random.Random(seed)
    points = [(F(rng.randint(0, 12), 12), F(rng.randint(-3, 3))) for _ in range(rng.randint(1, 9))]
    points += [(F(0), F(rng.randint(-3, 3))), (F(1), F(rng.randint(-3, 3)))]
    prior = F(rng.randint(0, 24), 24)
    problem = Concavification(
        [1 - prior, prior], beliefs=[[1 - p, p] for p, _ in points], values=[value for _, value in points]
    )
    solution = problem.solve()
    assert solution.grade == "exact"
    assert solution.lower == hull(points, prior)
    envelope = solution.envelope()
    assert dict(envelope.lower).get(prior, solution.lower) == solution.lower


@pytest.mark.parametrize("seed", range(10))
def test_lists_say_what_finite_persuasion_says(seed):
    """Three states and an action for each: the list of the vertices of all reply regions gives the same value."""
    rng = random.Random(seed)
    receiver = [[rng.randint(-3, 3) for _ in range(2)] for _ in range(3)]
    sender = [[rng.randint(-3, 3) for _ in range(2)] for _ in range(3)]
    problem = Persuasion(["1/2", "1/3", "1/6"], sender, receiver)
    gains = [row[0] - row[1] for row in receiver]
    beliefs = [tuple(F(s == k) for s in range(3)) for k in range(3)]
    for i, j in itertools.combinations(range(3), 2):
        if gains[i] * gains[j] < 0:
            share = F(abs(gains[j]), abs(gains[i]) + abs(gains[j]))
            beliefs.append(tuple(share if s == i else 1 - share if s == j else F(0) for s in range(3)))
    listed = Concavification(problem.prior, beliefs=beliefs, values=[problem.payoffs_at(q)[0] for q in beliefs])
    assert listed.solve().lower == problem.solve().lower


def test_a_prior_outside_the_list_is_proven_infeasible():
    solution = Concavification(DUEL, beliefs=[["1/2", "1/2"], [0, 1]], values=[0, 1]).solve()
    assert solution.grade == "infeasible"
    assert solution.value is None
    assert solution.verify().accepted
    assert "nothing satisfies" in solution.summary()
    assert "the prior is no average of listed beliefs" in solution.why


@pytest.mark.parametrize(
    ("prior", "value"),
    [
        (DUEL, "exp(-p)*sin(6*p)"),
        (["1/3", "1/3", "1/3"], "sqrt(q0) + q1**2"),
        (["1/2", "3/10", "1/5"], "exp(q0*q1) - q2**3"),
        (["1/2", "1/2"], "p**2 >= 1/3"),
        (["2/5", "3/5"], "min(p, 1 - p)*cos(5*p)"),
    ],
)
def test_bounds_are_tight_and_no_grid_beats_them(prior, value):
    problem = Concavification(prior, value=value)
    solution = problem.solve()
    assert solution.verify().accepted
    assert solution.upper - solution.lower <= F(1, 10**6) * abs(solution.upper)
    size = 30
    states = len(prior)
    grid = [q for q in itertools.product([F(k, size) for k in range(size + 1)], repeat=states) if sum(q) == 1]
    values = [problem.statement.payoff(q).lower for q in [*grid, problem.prior]]
    on_grid = Concavification(prior, beliefs=[*grid, problem.prior], values=values).solve()
    assert on_grid.lower <= solution.upper


@pytest.mark.parametrize("scale", ["1/1000000000000", "1000000000000"])
def test_scaling_the_payoff_scales_the_value(scale):
    solution = Concavification(DUEL, value=f"{scale}*(p**2*(3 - 2*p))").solve()
    assert (solution.grade, solution.lower) == ("exact", F(scale) * F(27, 80))


def test_renumbering_the_states_changes_nothing():
    one = Concavification(["1/2", "3/10", "1/5"], value="max(q0 - 1/4, 0)**2 + q1*q2").solve()
    other = Concavification(["1/5", "1/2", "3/10"], value="max(q1 - 1/4, 0)**2 + q2*q0").solve()
    assert abs(one.lower - other.lower) <= F(1, 10**9)


def test_a_supremum_that_is_not_attained_is_enclosed():
    solution = Concavification(DUEL, value="p > 1/2").solve()
    assert solution.grade == "bounded"
    assert solution.lower < F(3, 5) <= solution.upper
    assert solution.upper - solution.lower < F(1, 10**6)


def test_a_function_is_tabulated_and_says_so():
    problem = Concavification(DUEL, value=lambda q: float(q[1] >= 0.5), resolution=10)
    solution = problem.solve()
    assert (solution.grade, solution.lower) == ("exact", F(3, 5))
    assert "certificate covers this table only" in problem.statement.notes
    assert "covers the 11 listed beliefs" in solution.summary()


def test_the_envelope_of_an_expression_is_enclosed():
    envelope = Concavification(DUEL, value="p**2*(3 - 2*p)").solve().envelope(9)
    for p, low in envelope.lower:
        exact = F(9, 8) * p if p <= F(3, 4) else p**2 * (3 - 2 * p)
        assert low <= exact


def test_no_time_still_gives_a_true_answer():
    solution = Concavification(DUEL, value="p**2*(3 - 2*p)").solve(time_limit=0)
    assert solution.verify().violation is None
    assert solution.lower is None or solution.lower <= F(27, 80)
    assert solution.upper is None or solution.upper >= F(27, 80)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"value": lambda q: q[0], "values": [1]}, "values"),
        ({"value": "p", "resolution": 3}, "resolution"),
        ({"value": lambda q: q[0], "resolution": 0}, "resolution"),
        ({"value": lambda _: "much"}, "'much' is not a number"),
        ({}, "beliefs: the field is missing"),
    ],
)
def test_bad_input_is_refused(arguments, complaint):
    with pytest.raises(dual.InputError, match=complaint):
        Concavification(DUEL, **arguments)


def determinant(a, b, c):
    return (
        a[0] * (b[1] * c[2] - b[2] * c[1])
        - a[1] * (b[0] * c[2] - b[2] * c[0])
        + a[2] * (b[0] * c[1] - b[1] * c[0])
    )  # fmt: skip


def best_of_all_triples(table, prior):
    """Three states: the best splitting into three listed beliefs, each weight by Cramer's rule."""
    best = None
    for (a, u), (b, v), (c, w) in itertools.combinations(table, 3):
        volume = determinant(a, b, c)
        if volume:
            weights = [determinant(*triple) / volume for triple in ((prior, b, c), (a, prior, c), (a, b, prior))]
            if min(weights) >= 0:
                worth = weights[0] * u + weights[1] * v + weights[2] * w
                best = worth if best is None else max(best, worth)
    return best


@pytest.mark.parametrize("seed", range(12))
def test_random_lists_of_three_states_against_all_triples(seed):
    rng = random.Random(100 + seed)

    def belief():
        cuts = sorted(rng.randint(0, 12) for _ in range(2))
        return F(cuts[0], 12), F(cuts[1] - cuts[0], 12), F(12 - cuts[1], 12)

    table = [(belief(), F(rng.randint(-5, 5), rng.randint(1, 3))) for _ in range(9)]
    prior = (F(1, 2), F(1, 3), F(1, 6))
    known = best_of_all_triples(table, prior)
    problem = Concavification(prior, beliefs=[q for q, _ in table], values=[v for _, v in table])
    solution = problem.solve()
    if known is None:
        assert solution.grade == "infeasible"
    else:
        assert (solution.grade, solution.lower) == ("exact", known)
        shuffled = rng.sample(range(3), 3)
        turned = Concavification(
            [prior[s] for s in shuffled],
            beliefs=[[q[s] for s in shuffled] for q, _ in table],
            values=problem.statement.values,
        )
        assert turned.solve().lower == known


def test_a_long_list_of_floats_is_solved_exactly():
    """Only a few of the beliefs enter the exact program; the value is that of the chord over the two best peaks."""
    grid = [F(k, 2000) for k in range(2001)]
    heights = [float(-abs(p - F(1, 4)) + 2 * max(0, p - F(3, 4))) for p in grid]
    solution = Concavification(["1/2", "1/2"], beliefs=[[1 - p, p] for p in grid], values=heights).solve()
    # 0 at p = 1/4 and -1/4 at p = 1; the weights at prior 1/2 are 2/3 and 1/3
    assert (solution.grade, solution.lower) == ("exact", F(-1, 12))


@pytest.mark.parametrize("outside", [False, True])
def test_a_long_list_that_misses_the_prior_is_infeasible(outside):
    beliefs = [[1 - F(k, 1200), F(k, 1200)] for k in range(301, 1201)]
    prior = F(300 if outside else 301, 1200)
    solution = Concavification([1 - prior, prior], beliefs=beliefs, values=[0] * len(beliefs)).solve()
    assert solution.grade == ("infeasible" if outside else "exact")


@pytest.mark.parametrize(
    ("prior", "value", "known"),
    [
        (DUEL, "p == 1/3", "9/10"),
        (["1/2", "1/2"], "(p == 1/3) + 2*(p == 5/7)", "23/16"),
        (["3/5", "2/5"], "-abs(abs(p - 1/2) - 1/4)", "0"),
        (["1/2", "1/2"], "p**64", "1/2"),
        (["1/10", "1/5", "3/10", "2/5"], "-(q0 - q1)**2", "-1/100"),
        (["1/10", "1/5", "3/10", "2/5"], "min(q0, q1, q2, q3)", "1/10"),
        (["1/10", "1/5", "3/10", "2/5"], "max(q0, q1, q2, q3)", "1"),
        (["1/4"] * 4, "-(q0 - q1)**2 - (q2 - q0)**2", "0"),
        (["5/19", "4/19", "9/19", "1/19"], "8*q0 - 5*q1 - 5*q2 - q3**2", "-476/361"),
        (["1/5", "3/10", "1/2"], "(q0 >= 1/2) + (q1 >= 1/2) + (q2 >= 1/2)", "2"),
        (["1/2", "1/2", "0"], "q0*q1 + q1*q2", "1/4"),
        (["1/2", "1/2", "0", "0"], "q1*q2 - (q0 - 1/2)**2", "0"),
    ],
)
def test_further_values_by_hand(prior, value, known):
    """Spikes: chords. Functions of one linear form or concave ones: no information. Convex ones: full information.

    With thresholds of 1/2 each of two posteriors can serve two states, so that 2 is reached and is the maximum.
    """
    solution = Concavification(prior, value=value).solve()
    assert (solution.grade, solution.lower) == ("exact", F(known))


def term(rng, states):
    """A random expression with the same function in plain Python, of a belief as a list of floats."""
    shifts, at = [rng.randint(-4, 4) for _ in range(states)], F(rng.randint(-6, 6), 6)
    linear = " + ".join(f"({c})*q{s}" for s, c in enumerate(shifts)) + f" + ({at})"

    def line(q):
        return sum(c * x for c, x in zip(shifts, q, strict=True)) + float(at)

    i, j = rng.randrange(states), rng.randrange(states)
    return rng.choice(
        [
            (f"3*q{i}*q{j}", lambda q: 3 * q[i] * q[j]),
            (f"-4*q{i}**2*q{j}", lambda q: -4 * q[i] ** 2 * q[j]),
            (f"abs({linear})", lambda q: abs(line(q))),
            (f"-abs({linear})", lambda q: -abs(line(q))),
            (f"min({linear}, q{i})", lambda q: min(line(q), q[i])),
            (f"max({linear}, 1/2)", lambda q: max(line(q), 0.5)),
            (f"exp(-({linear})**2)", lambda q: math.exp(-(line(q) ** 2))),
            (f"log(1 + ({linear})**2)", lambda q: math.log(1 + line(q) ** 2)),
            (f"sin({linear})", lambda q: math.sin(line(q))),
            (f"2*({linear} >= 0)*q{i}", lambda q: 2 * (line(q) >= 1e-12) * q[i]),
        ]
    )


def value_on_a_grid(function, prior, size):
    """The best splitting into the beliefs of a grid, in floating point, by SciPy."""
    from scipy.optimize import linprog

    states = len(prior)
    steps = [k for k in itertools.product(range(size + 1), repeat=states - 1) if sum(k) <= size]
    grid = np.array([[*k, size - sum(k)] for k in steps]) / size
    grid = np.vstack([grid, [float(x) for x in prior]])
    worth = np.array([function(q) for q in grid])
    found = linprog(-worth, A_eq=grid.T, b_eq=[float(x) for x in prior], bounds=(0, None))
    return -found.fun


def check_random_expression(states, seed):
    rng = random.Random(1000 * states + seed)
    terms = [term(rng, states) for _ in range(rng.randint(2, 4))]
    masses = [rng.randint(1, 9) for _ in range(states)]
    prior = [F(mass, sum(masses)) for mass in masses]
    solution = Concavification(prior, value=" + ".join(f"({text})" for text, _ in terms)).solve()
    assert solution.grade in ("exact", "bounded")
    assert solution.upper - solution.lower <= F(1, 10**6) * max(abs(solution.lower), F(1, 10))
    grid_value = value_on_a_grid(lambda q: sum(f(q) for _, f in terms), prior, {2: 400, 3: 24, 4: 8}[states])
    # The grid's splitting exists (a threshold met only by rounding does not count there), so it bounds from below.
    assert float(solution.upper) >= grid_value - 1e-6
    reached = sum(
        float(s.probability) * sum(f([float(x) for x in s.posterior]) for _, f in terms) for s in solution.signals
    )
    if not any(">=" in text for text, _ in terms):
        assert reached == pytest.approx(float(solution.lower), abs=1e-9)


@pytest.mark.parametrize(("states", "seed"), [(s, seed) for s in (2, 3, 4) for seed in range(4 if s < 4 else 2)])
def test_random_expressions_are_proven_tightly(states, seed):
    check_random_expression(states, seed)


@pytest.mark.slow
@pytest.mark.parametrize(("states", "seed"), [(s, seed) for s in (2, 3, 4) for seed in range(4 if s < 4 else 2, 40)])
def test_more_random_expressions_are_proven_tightly(states, seed):
    check_random_expression(states, seed)


def test_what_a_solution_tells():
    solution = Concavification(DUEL, value="p**2*(3 - 2*p)", states=["bad", "good"]).solve()
    assert [signal.joint for signal in solution.signals] == [(F(3, 5), F(0)), (F(1, 10), F(3, 10))]
    assert solution.prices == (F(0), F(9, 8))
    assert solution.comparison.no_information.lower == F(27, 125)
    assert solution.comparison.full_information.lower == F(3, 10)
    assert solution.comparison.optimal == F(27, 80)
    text = solution.summary()
    for words in ("no information    27/125", "full information  3/10", "P(good)", "signal 2  2/5"):
        assert words in text


def test_a_saved_solution_comes_back(tmp_path):
    import suasion

    solution = Concavification(["1/2", "3/10", "1/5"], value="exp(q0*q1) - q2**3").solve()
    solution.save(tmp_path / "solution.json")
    again = suasion.load_solution(tmp_path / "solution.json")
    assert (again.lower, again.upper, again.signals) == (solution.lower, solution.upper, solution.signals)
    assert dual.verify(tmp_path / "solution.json", solution.problem).accepted


def test_the_value_curve_follows_the_closed_form():
    curve = Concavification(DUEL, value="p**2*(3 - 2*p)").solve().value_curve(values=[F(k, 8) for k in range(9)])
    for p, solution in zip(curve.values, curve.solutions, strict=True):
        known = F(9, 8) * p if p <= F(3, 4) else p**2 * (3 - 2 * p)
        assert (solution.grade, solution.lower) == ("exact", known)


def test_the_envelope_of_a_list_is_its_hull():
    points = [(F(0), F(0)), (F(1, 4), F(1)), (F(1, 2), F(0)), (F(3, 4), F(2)), (F(1), F(1))]
    problem = Concavification(DUEL, beliefs=[[1 - p, p] for p, _ in points], values=[v for _, v in points])
    envelope = problem.envelope()
    assert envelope.exact
    for k in range(25):
        p = F(k, 24)
        assert envelope(p) == (hull(points, p), hull(points, p))


def test_the_envelope_of_a_threshold_is_exact_and_of_a_parabola_enclosed():
    assert Concavification(DUEL, value="p >= 1/2").envelope(5).upper == ((F(0), F(0)), (F(1, 2), F(1)), (F(1), F(1)))
    envelope = Concavification(DUEL, value="-(p - 1/3)**2").envelope(9)
    for k in range(33):
        p = F(k, 32)
        low, high = envelope(p)
        assert low <= -((p - F(1, 3)) ** 2) <= high
        assert high - low <= F(1, 128) + F(1, 10**6)  # points h = 1/8 apart: chords and tangents are h^2 / 4 off


def test_an_envelope_needs_two_states():
    with pytest.raises(dual.SuasionError, match="two states, not 3"):
        Concavification(["1/2", "1/4", "1/4"], value="q0").envelope()
    for points in (1, "3/2"):
        with pytest.raises(dual.InputError, match="not an integer from 2"):
            Concavification(DUEL, value="p").envelope(points)


def test_an_open_threshold_says_that_the_supremum_is_not_attained():
    assert "not attained" in Concavification(DUEL, value="p > 1/2").solve().solver["rule"]
    assert "not attained" not in Concavification(DUEL, value="p >= 1/2").solve().solver["rule"]


@pytest.mark.parametrize(("prior", "value"), [(["1", "0"], "sqrt(p)"), (["1", "0"], "p > 0"), (["0", "1"], "sqrt(q0)")])
def test_steep_payoffs_beside_a_certain_prior(prior, value):
    """A certain prior cannot be split: the value is the payoff there, though no finite price may prove it exactly."""
    solution = Concavification(prior, value=value).solve()
    assert solution.lower == 0
    assert 0 <= solution.upper <= (F(1, 10**7) if "sqrt" in value else 1)


def test_a_function_is_tabulated_on_given_beliefs():
    problem = Concavification(DUEL, beliefs=[[1, 0], ["1/2", "1/2"], [0, 1]], value=lambda q: q[1] >= 0.5)
    assert problem.statement.values == (0, 1, 1)
    assert problem.solve().lower == F(3, 5)
    assert "at the given beliefs (3 beliefs)" in problem.statement.notes


def test_the_default_table_holds_prior_and_certainty():
    for prior, most in ((["3/7", "4/7"], 2001), ([F(1, 3)] * 3, 2001), ([F(1, 7)] * 7, 2001)):
        beliefs = Concavification(prior, value=lambda q: q.max(), notes="a table").statement.beliefs
        assert tuple(map(F, prior)) in beliefs
        assert sum(max(belief) == 1 for belief in beliefs) == len(prior)
        assert len(beliefs) <= most + 1


def test_an_undefined_payoff_is_refused():
    with pytest.raises(dual.InputError, match=r"value: division by zero at .* p = 0"):
        Concavification(DUEL, value="1/p")
    with pytest.raises(dual.InputError, match=r"value: division by zero at .* p = 3/10"):
        Concavification(DUEL, value="1/(p - 3/10)")


@pytest.mark.parametrize(
    ("prior", "value", "expected"),
    [
        # One state pooled at 1/2 with the others: twice its probability.
        (["1/5"] * 5, "q0 >= 1/2", F(2, 5)),
        (["1/8"] * 8, "q0 >= 1/2", F(1, 4)),
        # Two states pooled at 1/2 and at 1/3, as often as their masses allow: 2/6 + 3/6.
        (["1/6"] * 6, "(q0 >= 1/2) + (q1 >= 1/3)", F(5, 6)),
        # Convex: full information. A sum of squares is 1 at certainty.
        (["1/5"] * 5, "q0**2 + q1**2 + q2**2 + q3**2 + q4**2", F(1)),
        (
            ["1/10", "1/5", "3/10", "1/4", "3/20"],
            "max(q0, 2*q1, 3*q2, q3, q4)",
            F(1, 10) + F(2, 5) + F(9, 10) + F(2, 5),
        ),
        # Concave: no information.
        (["1/5"] * 5, "-abs(q0 - q1) - (q2 > 1/2)*q3", F(0)),
    ],
)
def test_expressions_of_five_to_eight_states(prior, value, expected):
    solution = Concavification(prior, value=value).solve()
    assert (solution.lower, solution.upper) == (expected, expected)
