"""The checker of mean persuasion: witnesses from theory, and their violations."""

import copy
import math
from fractions import Fraction as F

import pytest

import dual
from dual import InputError, Violation
from dual.errors import Undecided
from dual.kinds.means.kind import KIND
from tests.dual.kinds.reading import checks, infeasible
from tests.tampering import accepted, with_every_other_digit

lower, upper = checks(KIND)
refuted = infeasible(KIND)

COURT = {"law": {"support": [0, 1], "prior": ["7/10", "3/10"]}, "payoff": "m >= 1/2"}
COURT_PRIMAL = {"signals": [{"mean": 0, "joint": ["2/5", 0]}, {"mean": "1/2", "joint": ["3/10", "3/10"]}]}
COURT_DUAL = {"prices": {"knots": [0, "1/2", 1], "values": [0, 1, 2]}}

PASS = {"law": {"uniform": [0, 1]}, "payoff": "m >= 3/4"}
PASS_PRIMAL = {"signals": [{"reveal": [0, "1/2"]}, {"intervals": [["1/2", 1, 1]]}]}
PASS_DUAL = {"prices": {"knots": [0, "1/2", "3/4", 1], "values": [0, 0, 1, 2]}}

PEAKS = {"law": {"uniform": [0, 1]}, "payoff": "max(1 - 8*abs(m - 3/10), 1 - 8*abs(m - 7/10))"}
PEAKS_PRIMAL = {
    "signals": [
        {"intervals": [[0, "1/2", "9/10"], ["1/2", 1, "1/10"]]},
        {"intervals": [[0, "1/2", "1/10"], ["1/2", 1, "9/10"]]},
    ]
}
FLAT_DUAL = {"prices": {"knots": [0, "3/10", "7/10", 1], "values": [1, 1, 1, 1]}}

EXPONENTIAL = {"law": {"density": "exp(-x)", "interval": [0, 1]}, "payoff": "m**2"}

SMOOTHSTEP = {"law": {"uniform": [0, 1]}, "payoff": "m**2*(3 - 2*m)"}
SMOOTHSTEP_PRIMAL = {"signals": [{"reveal": [0, "1/4"]}, {"intervals": [["1/4", 1, 1]]}]}
# The payoff itself up to 1/4, then its tangent at 5/8.
CURVED = [[0, 0, 3, -2], ["-25/128", "45/32"], ["-25/128", "45/32"]]
SMOOTHSTEP_DUAL = {"prices": {"knots": [0, "1/4", "5/8", 1], "polynomials": CURVED}}

# Convex, with the second derivative (m^2 - 1/2)^2, so that all is revealed: 1/210 - 1/60 + 1/24.
INFLECTION = {"law": {"uniform": [0, 1]}, "payoff": "m**6/30 - m**4/12 + m**2/8"}
INFLECTION_PRIMAL = {"signals": [{"reveal": [0, 1]}]}
INFLECTION_DUAL = {
    "prices": {"knots": [0, 1], "polynomials": [[0, 0, "1/8", 0, "-1/12", 0, "1/30"]]},
    "squares": {
        "convex": [[{"factors": [], "monomials": [[0], [2]], "gram": [["1/4", "-1/2"], ["-1/2", 1]]}]],
        "above": [[]],
    },
}

CASES = {
    "smoothstep": (SMOOTHSTEP, SMOOTHSTEP_PRIMAL, SMOOTHSTEP_DUAL, F(539, 1024)),
    "inflection": (INFLECTION, INFLECTION_PRIMAL, INFLECTION_DUAL, F(5, 168)),
    "court": (COURT, COURT_PRIMAL, COURT_DUAL, F(3, 5)),
    "pass": (PASS, PASS_PRIMAL, PASS_DUAL, F(1, 2)),
    "peaks": (PEAKS, PEAKS_PRIMAL, FLAT_DUAL, F(1)),
}


def statement(instance):
    return KIND.statement({"kind": "mean-persuasion", **instance})


def document(instance, primal, dual_witness, value):
    return {
        "format": dual.FORMAT,
        "problem": {"kind": "mean-persuasion", **instance},
        "value": float(value),
        "lower": str(value),
        "upper": str(value),
        "grade": "exact",
        "primal": primal,
        "dual": dual_witness,
    }


@pytest.mark.parametrize("name", ["court", "pass"])
def test_witnesses_from_theory_prove_the_value(name):
    instance, primal, dual_witness, value = CASES[name]
    assert lower(statement(instance), primal) == value
    assert upper(statement(instance), dual_witness) == value
    assert dual.verify(document(instance, primal, dual_witness, value)).grade == "exact"


def test_bi_pooling_with_fractions():
    # Nine tenths of [0, 1/2] and one tenth of [1/2, 1]: mean (9/10)(1/4) + (1/10)(3/4) = 3/10; the rest has mean 7/10.
    assert lower(statement(PEAKS), PEAKS_PRIMAL) == 1
    # The same means by nested intervals: [1/20, 11/20] has length 1/2 and mean 3/10.
    nested = {"signals": [{"intervals": [["1/20", "11/20", 1]]}, {"intervals": [[0, "1/20", 1], ["11/20", 1, 1]]}]}
    assert lower(statement(PEAKS), nested) == 1
    assert upper(statement(PEAKS), FLAT_DUAL) == 1


def test_smoothstep_under_the_uniform_law():
    instance = {"law": {"uniform": [0, 1]}, "payoff": "m**2*(3 - 2*m)"}
    primal = {"signals": [{"reveal": [0, "1/4"]}, {"intervals": [["1/4", 1, 1]]}]}
    assert lower(statement(instance), primal) == F(539, 1024)
    slope, touch = F(45, 32), F(175, 256)
    knots = [F(k, 40) for k in range(11)] + [F(5, 8), F(1)]
    values = [x * x * (3 - 2 * x) if x <= F(1, 4) else touch + slope * (x - F(5, 8)) for x in knots]
    bound = upper(statement(instance), {"prices": {"knots": knots, "values": values}})
    assert 0 < bound - F(539, 1024) < F(1, 4) * 6 * F(1, 40) ** 2 / 8


def test_a_density_is_normalised():
    for factor in (1, 10**9):
        law = {"density": f"{factor}*x", "interval": [0, 1]}
        assert lower(statement({"law": law, "payoff": "m**2"}), {"signals": [{"reveal": [0, 1]}]}) == F(1, 2)
        assert upper(statement({"law": law, "payoff": "m"}), {"prices": {"knots": [0, 1], "values": [0, 1]}}) == F(2, 3)


def test_enclosed_laws_prove_bounds_rounded_the_safe_way():
    asked = statement(EXPONENTIAL)
    low = lower(asked, {"signals": [{"reveal": [0, 1]}]})
    # int x^2 exp(-x) / int exp(-x) = (2 - 5/e) / (1 - 1/e) = (2e - 5) / (e - 1)
    e = F(sum(F(1, math.factorial(k)) for k in range(40)))
    truth = (2 * e - 5) / (e - 1)
    assert 0 <= truth - low < F(1, 10**18)
    pooled = lower(asked, {"signals": [{"intervals": [[0, 1, 1]]}]})
    mean = (e - 2) / (e - 1)
    assert 0 <= mean**2 - pooled < F(1, 10**18)
    high = upper(asked, {"prices": {"knots": [0, 1], "values": [0, 1]}})
    assert 0 <= high - mean < F(1, 10**18)


def test_a_mean_that_may_fall_short_of_a_jump_does_not_count_as_reaching_it():
    instance = {"law": {"density": "exp(-8*(x - 1/2)**2)", "interval": [0, 1]}, "payoff": "m >= 1/2"}
    asked = statement(instance)
    assert lower(asked, {"signals": [{"intervals": [[0, 1, 1]]}]}) == 0  # the mean is 1/2, but only enclosed
    sliver = F(1, 10**12)
    better = {"signals": [{"reveal": [0, sliver]}, {"intervals": [[sliver, 1, 1]]}]}
    assert 1 - F(1, 10**12) < lower(asked, better) < 1


def changed(witness, path, value):
    broken = copy.deepcopy(witness)
    place = broken
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return broken


@pytest.mark.parametrize(
    ("name", "path", "value", "message"),
    [
        (
            "court",
            ["signals", 1, "mean"],
            "2/3",
            r"primal.signals\[1\]: the sum over i .* is -1/10, not 0, for mean = 2/3",
        ),
        ("court", ["signals", 0, "joint", 0], "1/5", r"masses at support\[0\] sum to 1/2, the prior is 7/10"),
        ("court", ["signals", 0, "joint", 0], "-2/5", r"primal.signals\[0\].joint\[0\] = -2/5 < 0"),
        ("court", ["signals", 0, "mean"], 2, "lies outside the law's range, 0 to 1"),
        ("court", ["signals", 0, "joint"], [1], "the list has 1 entries where 2 are needed"),
        ("court", ["signals", 0, "weight"], 1, "unknown field"),
        ("court", ["signals"], [], "the list is empty"),
        ("pass", ["signals", 0, "reveal"], [0, "1/3"], "between 1/3 and 1/2 the fractions add up to 0, not to 1"),
        ("pass", ["signals", 0, "reveal"], [0, "2/3"], "between 1/2 and 2/3 the fractions add up to 2, not to 1"),
        ("pass", ["signals", 0, "reveal"], [0, 0], "is no interval of the law"),
        ("pass", ["signals", 0, "reveal"], [-1, "1/2"], "is no interval of the law, which goes from 0 to 1"),
        ("pass", ["signals", 1, "intervals", 0, 2], "9/10", "between 1/2 and 1 the fractions add up to 9/10"),
        ("pass", ["signals", 1, "intervals", 0, 2], -1, "the fraction -1 is negative"),
        ("pass", ["signals", 1, "intervals", 0], [0, 1], "the list has 2 entries where 3 are needed"),
        ("pass", ["signals", 1], {"mean": "3/4", "joint": [1]}, "unknown field"),
        ("pass", ["signals", 1], {"intervals": [["1/2", 1, 1]], "reveal": [0, 1]}, "unknown field"),
        ("pass", ["signals", 1], {}, "the field is missing"),
    ],
)
def test_a_broken_policy_is_refused(name, path, value, message):
    instance, primal, _, _ = CASES[name]
    with pytest.raises((Violation, InputError), match=message):
        lower(statement(instance), changed(primal, path, value))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["prices", "values", 2], "9/10", r"price minus payoff at \(3/4\) is -1/10, below zero"),
        (["prices", "values", 0], "-1", r"price minus payoff at \(0\) is -1, below zero"),
        (["prices", "values", 3], "3/2", r"dual.prices is not convex at knots\[2\] = 3/4: the slope goes from 4 to 2"),
        (["prices", "knots", 1], "3/4", r"dual.prices.knots\[2\] = 3/4 <= 3/4 = knots\[1\]"),
        (["prices", "knots", 0], "1/10", "1/10 to 1 does not cover 0 to 1"),
        (["prices", "knots", 3], "9/10", "0 to 9/10 does not cover 0 to 1"),
        (["prices", "values"], [0, 0, 1], "the list has 3 entries where 4 are needed"),
        (["prices", "slopes"], [1], "unknown field"),
        (["prices"], [0, 1], "an object with the fields"),
    ],
)
def test_broken_prices_are_refused(path, value, message):
    with pytest.raises((Violation, InputError), match=message):
        upper(statement(PASS), changed(PASS_DUAL, path, value))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["polynomials", 1, 0], "-24/128", r"not convex at knots\[1\] = 1/4: the value goes from 5/32 to 21/128"),
        (["polynomials", 2], ["-25/128", "46/32"], r"not convex at knots\[2\] = 5/8: the value"),
        # From the same height at 5/8 a line that is less steep, and one that ends below the payoff's 1.
        (["polynomials", 2], ["175/256"], r"not convex at knots\[2\] = 5/8: the slope goes from 45/32 to 0"),
        (["polynomials", 0], [0, 0, "5/2"], "price minus payoff"),
        (["polynomials", 0], [0, "7/8", -1], "P''"),
        (["polynomials"], CURVED[:2], "the list has 2 entries where 3 are needed"),
        (["knots", 3], "9/10", "0 to 9/10 does not cover 0 to 1"),
        (["knots", 2], "1/4", r"knots\[2\] = 1/4 <= 1/4 = knots\[1\]"),
        (["values"], [0, 1, 2, 3], "unknown field"),
    ],
)
def test_broken_curved_prices_are_refused(path, value, message):
    with pytest.raises((Violation, InputError), match=message):
        upper(statement(SMOOTHSTEP), changed(SMOOTHSTEP_DUAL, ["prices", *path], value))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["convex", 0, 0, "gram", 1, 1], 2, r"P'': the squares add up to 2, not 1, at exponents \(4,\)"),
        (["convex", 0, 0, "gram", 0, 0], "1/8", r"convex\[0\]\[0\].gram is not positive semidefinite"),
        (["convex", 0], [], "P''"),
        (["convex"], [[], []], "there are 1 pieces, and proofs for 2"),
        (["convex", 0], None, "could not be shown to be nonnegative"),
        (["above"], [], "empty"),
    ],
)
def test_broken_squares_are_refused(path, value, message):
    with pytest.raises((Violation, InputError, Undecided), match=message):
        upper(statement(INFLECTION), changed(INFLECTION_DUAL, ["squares", *path], value))


def test_prices_below_the_payoff_are_refused_whatever_the_squares():
    low = changed(INFLECTION_DUAL, ["prices", "polynomials", 0, 0], "-1/1000")
    with pytest.raises(Violation, match="price minus payoff"):
        upper(statement(INFLECTION), low)


def test_curved_prices_are_for_all_means():
    listed = {"law": {"uniform": [0, 1]}, "payoff": {"points": [0, "1/2", 1], "values": [0, 0, 0]}}
    with pytest.raises(InputError, match="linear between knots"):
        upper(statement(listed), SMOOTHSTEP_DUAL)
    with pytest.raises((InputError, Violation)):
        refuted(statement(listed), SMOOTHSTEP_DUAL)


@pytest.mark.parametrize(
    ("law", "value"),
    [
        # int m**2 over a density 2x: 1/2; over atoms 1/4, 1/4, 1/2 at 0, 1/2, 1: 9/16.
        ({"density": "2*x", "interval": [0, 1]}, F(1, 2)),
        ({"support": [0, "1/2", 1], "prior": ["1/4", "1/4", "1/2"]}, F(9, 16)),
        ({"uniform": [-1, 1]}, F(1, 3)),
    ],
)
def test_curved_prices_prove_their_expectation(law, value):
    prices = {"prices": {"knots": [-1, 0, 1], "polynomials": [[0, 0, 1], [0, 0, 1]]}}
    for payoff in ("m**2", {"breakpoints": [-1, 0, 1], "pieces": [[0, 0, 1], [0, 0, 1]]}):
        assert upper(statement({"law": law, "payoff": payoff}), prices) == value


def test_prices_that_are_too_low_between_knots_are_refused():
    bump = {"law": {"uniform": [0, 1]}, "payoff": "exp(-1000*(m - 1/3)**2)"}
    with pytest.raises(Violation, match="price minus payoff"):
        upper(statement(bump), {"prices": {"knots": [0, 1], "values": ["9/10", "9/10"]}})


@pytest.mark.parametrize("name", sorted(CASES))
def test_every_changed_digit_is_refused_or_leaves_a_true_statement(name):
    instance, primal, dual_witness, value = CASES[name]
    whole = document(instance, primal, dual_witness, value)
    kept = [accepted(changed, value, value) for changed in with_every_other_digit(whole, "019")]
    assert kept.count(False) > 20


POINTS = {"law": {"uniform": [0, 1]}, "payoff": {"points": ["1/5", "3/4"], "values": [0, 1]}}


def test_a_convex_function_separates_points_that_no_contraction_lives_on():
    # The masses would be 5/11 at 1/5 and 6/11 at 3/4, but of the uniform law the lowest 5/11 have mean 5/22 > 1/5.
    z = F(5, 11)
    fall = -(F(3, 4) - z) * (z - F(1, 5)) / F(11, 20)
    # (x - z)^+ minus its chord from 1/5 to 3/4
    ends = [(F(3, 4) - z) * F(1, 5) / F(11, 20), (1 - z) - (F(3, 4) - z) * F(4, 5) / F(11, 20)]
    knots, values = [F(0), z, F(1)], [ends[0], fall, ends[1]]
    witness = {"prices": {"knots": knots, "values": values}}
    assert sum((values[k] + values[k + 1]) / 2 * (knots[k + 1] - knots[k]) for k in (0, 1)) < 0
    refuted(statement(POINTS), witness)
    claim = {"format": dual.FORMAT, "problem": {"kind": "mean-persuasion", **POINTS}, "grade": "infeasible"}
    assert dual.verify({**claim, "dual": witness}).grade == "infeasible"
    with pytest.raises(Violation, match=r"the price at points\[0\] = 1/5 is .*, below zero"):
        refuted(statement(POINTS), {"prices": {"knots": knots, "values": [values[0], 2 * fall, values[2]]}})
    with pytest.raises(Violation, match="is not negative"):
        refuted(statement(POINTS), {"prices": {"knots": [0, 1], "values": [0, 0]}})
    feasible = {**POINTS, "payoff": {"points": ["1/4", "3/4"], "values": [0, 1]}}
    with pytest.raises(Violation):
        refuted(statement(feasible), witness)


def test_a_problem_without_listed_points_is_never_infeasible():
    with pytest.raises(Violation, match="where no points are listed"):
        refuted(statement(PASS), {"prices": {"knots": [0, 1], "values": [-1, -1]}})


def test_the_statement_is_written_as_it_was_read():
    for instance in (
        COURT,
        PASS,
        POINTS,
        EXPONENTIAL,
        {"law": COURT["law"], "payoff": {"breakpoints": [0, 1], "pieces": [[1, 2]]}},
    ):
        once = statement(instance)
        assert KIND.statement(once.document()) == once
    assert statement(PASS) != statement({**PASS, "payoff": "m >= 4/5"})


def test_missing_and_unknown_fields_are_named():
    with pytest.raises(InputError, match="payoff: the field is missing"):
        statement({"law": PASS["law"]})
    with pytest.raises(InputError, match='paypff: unknown field; did you mean "payoff"'):
        statement({**PASS, "paypff": "m"})
