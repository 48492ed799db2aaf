"""Functions of a parameter: arithmetic, signs on whole intervals, and roots, against evaluation at points."""

import itertools
import random
from fractions import Fraction as F

import pytest

from dual.errors import InputError, Violation
from dual.functions import polynomial as poly
from dual.functions.varying import Domain, Function, Mixed, Root, fixed, varying
from dual.numbers.exact import VARYING, distribution, index, number

UNIT = Domain(F(0), F(1))


def read(text, domain=UNIT):
    with varying(domain):
        return number(text)


def test_arithmetic_agrees_with_evaluation_at_points():
    rng = random.Random(1)
    for _ in range(200):
        a, b = (Function(poly.trimmed([rng.randint(-4, 4), rng.randint(1, 4)]), (1,), UNIT) for _ in range(2))
        c = Function((3, 1, 1), (rng.randint(5, 9), 1), UNIT)
        t = F(rng.randint(0, 20), 20)
        for made, want in (
            (a + b * c, a.at(t) + b.at(t) * c.at(t)),
            (a / c - 1, a.at(t) / c.at(t) - 1),
            (2 - a**2 / 3, 2 - a.at(t) ** 2 / 3),
            (F(1, 2) / c, F(1, 2) / c.at(t)),
        ):
            assert (made.at(t) if isinstance(made, Function) else made) == want


def test_lowest_terms_and_numbers_where_constant():
    t = read("t")
    assert t - t == 0
    assert isinstance(t - t, F)
    assert (t * t + t) / (t + 1) == t
    assert str(read("(t**2 - 1)/(2*t - 4)/(t + 1)")) == "(-1 + t)/(-4 + 2*t)"
    assert read("3/4") == F(3, 4)


@pytest.mark.parametrize("seed", range(3))
def test_signs_on_an_interval_agree_with_a_product_of_known_factors(seed):
    rng = random.Random(seed)
    for _ in range(60):
        roots = [F(rng.randint(-4, 8), 4) for _ in range(rng.randint(1, 4))]
        powers = [rng.randint(1, 3) for _ in roots]
        a = (rng.choice([-1, 1]),)
        for root, power in zip(roots, powers, strict=True):
            for _ in range(power):
                a = poly.times(a, (-root.numerator, root.denominator))
        below, above, zero = UNIT.pattern(a)
        cuts = sorted({F(0), F(1), *(r for r in roots if 0 < r < 1)})
        signs = {poly.sign(a, (x + y) / 2) for x, y in itertools.pairwise(cuts)}
        assert (bool(below), bool(above), zero) == (-1 in signs, 1 in signs, any(0 <= r <= 1 for r in roots))
        assert all(poly.at(a, t) < 0 for t in below)
        assert all(poly.at(a, t) > 0 for t in above)


def test_a_double_root_that_dips_below_at_one_point_of_a_piece_is_seen():
    """(t - 1/3)^2 - 10^-12 is negative on an interval that no grid of a million points needs to hit."""
    t = read("t")
    assert (t - F(1, 3)) ** 2 >= 0
    with pytest.raises(Mixed):
        _ = (t - F(1, 3)) ** 2 >= F(1, 10**12)


def test_ends_that_are_roots():
    half = Root((-1, 0, 2), F(1, 2), F(1))  # 1 / sqrt(2)
    t = read("t", Domain(F(0), half))
    assert t**2 <= F(1, 2)
    assert (t**2 - F(1, 2)) * (t - 2) >= 0
    with pytest.raises(Mixed):
        _ = t <= F(707106781186547, 10**15)
    after = read("t", Domain(half, F(1)))
    assert after**2 >= F(1, 2)
    with pytest.raises(Mixed):
        _ = after**2 > F(1, 2)
    assert read("t", Domain(half, F(1), "t", True)) ** 2 > F(1, 2)


def test_poles_are_refused_in_the_interval_and_allowed_at_an_open_end():
    for text in ("1/t", "1/(2*t - 1)", "t**-1", "1/(t - 1)"):
        with pytest.raises(InputError, match="vanishes"):
            read(text)
    assert read("1/t", Domain(F(0), F(1), "t", True)) >= 1
    with pytest.raises(InputError, match="divides by zero"):
        read("t/0")
    with pytest.raises(InputError, match="divides by zero"), fixed("t", F(1)):
        number("1/(t - 1)")


def test_what_is_no_rational_function_is_refused():
    for text in ("abs(t)", "t >= 1/2", "exp(t)", "min(t, 1)", "s + t", "t +"):
        with pytest.raises(InputError):
            read(text)


def test_an_index_is_no_function_and_nothing_is_read_so_outside():
    with varying(UNIT), pytest.raises(InputError, match="not an index"):
        index("t", "action", 2)
    assert VARYING.get() is None
    with pytest.raises(InputError, match="not a number"):
        number("t")


def test_distributions_hold_on_the_whole_interval():
    with varying(UNIT):
        assert sum(distribution(["1 - t", "t/2", "t/2"], "prior")) == 1
        with pytest.raises(Violation):
            distribution(["1 - 2*t", "2*t"], "prior")
        with pytest.raises(InputError, match="sum to"):
            distribution(["1 - t", "t/2"], "prior")


def test_functions_that_differ_by_a_number():
    with varying(Domain(F(0), F(1), "t")):
        t, more = number("t", "t"), number("t + 1", "t")
        assert t <= more
        assert t < more
        assert not more <= t
        assert not more < t
        assert more - 1 <= t
        assert not more - 1 < t


@pytest.mark.parametrize("exponent", [-3, -1, 0, 2])
def test_whole_powers_of_a_function(exponent):
    with varying(Domain(F(1), F(2), "t")):
        power = number(f"(1 + t)**{exponent}", "t")
    assert (power if exponent == 0 else power.at(F(3, 2))) == F(5, 2) ** exponent


def test_a_domain_lies_between_rationals_beyond_its_ends():
    low, high = Root((-1, 0, 2), F(7, 10), F(71, 100)), Root((-3, 0, 4), F(86, 100), F(87, 100))
    assert Domain(low, high).reaches == (F(7, 10), F(87, 100))
    assert Domain(F(1, 3), F(1, 2)).reaches == (F(1, 3), F(1, 2))
    assert F(71, 100) < Domain(low, high).inside < F(86, 100)
