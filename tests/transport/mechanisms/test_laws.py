"""Laws of values: regions, volumes and fields against other ways to compute them, brackets, and what is refused."""

import math
from fractions import Fraction as F
from itertools import product

import numpy as np
import pytest

import dual
from dual.errors import Violation
from dual.kinds.mechanisms import alike, flux, menu, pair, regions
from dual.kinds.mechanisms.axis import Axis, at, bernstein, positive_mean
from dual.kinds.mechanisms.kind import KIND
from dual.kinds.mechanisms.reserves import earning
from transport import Mechanism
from transport.mechanisms import alike as fields
from transport.mechanisms.alike import auction_flux, straight_jacket, symmetric_flux
from transport.mechanisms.flux import FluxProgram, even_knots
from transport.programs.effort import Effort

UNIT = {"uniform": [0, 1]}


def statement(laws, **fields):
    return KIND.statement({"laws": laws, **fields})


def offers(asked, rows):
    return menu.Menu.read({"menu": [{"lottery": row[:-1], "price": row[-1]} for row in rows]}, asked)


# Polynomials


def test_densities_are_normalised_polynomials():
    law = statement([{"density": "x**2*(1-x)**3", "interval": [0, 1]}]).laws[0]
    axis = Axis.of(law, "law")
    assert axis.mass(F(0), F(1)) == 1
    assert axis.mean(F(0), F(1)) == F(3, 7)  # of Beta(3, 4)
    assert at(axis.density, F(1, 2)) == F(60, 32)


@pytest.mark.parametrize("seed", range(5))
def test_positive_parts_are_not_underestimated(seed):
    rng = np.random.default_rng(seed)
    p = tuple(F(int(a), 4) for a in rng.integers(-8, 9, 5))
    xs = np.linspace(-1, 2, 200_001)
    integral = np.trapezoid(np.maximum(np.polynomial.Polynomial([float(a) for a in p])(xs), 0), xs)
    bound = 3 * float(positive_mean(bernstein(p, F(-1), F(2), 4)))
    assert integral - 1e-6 <= bound <= integral + 0.02 * (1 + integral)


# Menus


@pytest.mark.parametrize("seed", range(6))
def test_revenue_of_a_menu_is_that_of_a_fine_grid_of_types(seed):
    rng = np.random.default_rng(seed)
    density = {"density": "1 + x", "interval": [0, 2]}
    asked = statement([density, {"uniform": [1, 3]}], costs=["1/4", 0])
    counts = np.column_stack([rng.integers(0, 9, (4, 2)), rng.integers(0, 25, 4)])
    rows = [[str(F(int(count), 8)) for count in row] for row in counts]
    exact = regions.lower(asked, offers(asked, rows))
    n = 1000
    x, y = (np.arange(n) + 0.5) * 2 / n, 1 + (np.arange(n) + 0.5) * 2 / n
    gets, price = np.array([[float(F(a)), float(F(b))] for a, b, _ in rows]), np.array([float(F(p)) for *_, p in rows])
    utility = np.zeros((n, n))
    profit = np.zeros((n, n))
    for (a, b), p in zip(gets, price, strict=True):
        own = a * x[:, None] + b * y[None, :] - p
        better = own > utility
        utility = np.where(better, own, utility)
        profit = np.where(better, p - a / 4, profit)
    weight = (1 + x)[:, None] * np.ones(n)[None, :]
    assert float(exact) == pytest.approx(float((profit * weight).sum() / weight.sum()), abs=5e-3)


def test_the_same_offer_twice_counts_once():
    asked = statement([UNIT, UNIT])
    once = offers(asked, [[1, 0, "2/3"], [0, 1, "2/3"], [1, 1, "862/1000"]])
    twice = offers(asked, [[1, 0, "2/3"], [1, 0, "2/3"], [0, 1, "2/3"], [1, 1, "862/1000"], [1, 1, "9/10"]])
    assert regions.lower(asked, once) == regions.lower(asked, twice)
    single = statement([UNIT])
    assert regions.lower(single, offers(single, [[1, "1/2"], [1, "1/2"]])) == F(1, 4)


def test_nothing_at_a_price_is_not_bought():
    for laws in ([UNIT], [UNIT, UNIT]):
        asked = statement(laws)
        zero, one = [0] * len(laws), [1] * len(laws)
        assert regions.lower(asked, offers(asked, [[*zero, 1]])) == 0
        assert regions.lower(asked, offers(asked, [[*zero, 0], [*one, "1/2"]])) == regions.lower(
            asked, offers(asked, [[*one, "1/2"]])
        )
        # A gift of 1/8 to everybody: whoever buys at 3/8 more, and all others cost the seller 1/8.
        sold = regions.sold(asked, offers(asked, [[*zero, "-1/8"], [*one, "3/8"]]))
        assert sum(mass for _, mass in sold) == 1
        assert sold[1][1] == regions.sold(asked, offers(asked, [[*one, "1/2"]]))[0][1]
    broker = statement([UNIT, UNIT], allocation=[[1, 1], [-1, -1]])
    assert regions.lower(broker, offers(broker, [["1/2", "1/2", 1]])) == 0


def test_menus_of_the_literature():
    square = (12 + 2 * math.sqrt(2)) / 27
    asked = statement([UNIT, UNIT])
    best = offers(asked, [[1, 0, "2/3"], [0, 1, "2/3"], [1, 1, str(F((4 - math.sqrt(2)) / 3))]])
    assert float(regions.lower(asked, best)) == pytest.approx(square, abs=1e-12)
    wide = statement([{"uniform": [4, 16]}, {"uniform": [4, 7]}])
    assert regions.lower(wide, offers(wide, [["1/2", 1, 8], [1, 1, 12]])) == F(88, 9)
    triangle = 2 * math.sqrt(3) / 9
    one = statement([UNIT, UNIT], valuation="unit-demand")
    price = str(F(1 / math.sqrt(3)))
    assert float(regions.lower(one, offers(one, [[1, 0, price], [0, 1, price]]))) == pytest.approx(triangle, abs=1e-12)


# Fields


@pytest.mark.parametrize("seed", range(6))
def test_no_field_that_is_accepted_proves_less_than_the_optimum(seed):
    rng = np.random.default_rng(seed)
    asked = statement([{"uniform": [4, 16]}, {"uniform": [4, 7]}])
    program = FluxProgram(asked, even_knots(asked, 3))
    for scale in (0.01, 0.1, 1.0):
        found = program.repaired(rng.normal(size=program._count) * scale)
        assert flux.upper(asked, found) >= F(88, 9)


@pytest.mark.parametrize(
    ("fields", "optimum"),
    [
        ({"laws": [UNIT, UNIT]}, (12 + 2 * math.sqrt(2)) / 27),
        ({"laws": [{"uniform": [4, 16]}, {"uniform": [4, 7]}]}, 88 / 9),
        ({"laws": [UNIT, UNIT], "valuation": "unit-demand"}, 2 * math.sqrt(3) / 9),
        ({"laws": [UNIT]}, 0.25),
        ({"laws": [{"density": "2*x", "interval": [0, 1]}]}, 2 * math.sqrt(3) / 9),
        ({"laws": [UNIT], "costs": ["1/2"]}, 0.0625),
    ],
)
def test_brackets_hold_the_optimum_and_are_narrow(fields, optimum):
    solution = Mechanism(**fields).solve()
    assert solution.verify().accepted
    assert float(solution.lower) <= optimum + 1e-9
    assert float(solution.upper) >= optimum - 1e-9
    assert solution.upper - solution.lower <= F(15, 10_000) * solution.upper


def test_shifting_and_scaling_values_scales_the_bound():
    bounds = []
    for factor in (1, 1000):
        asked = statement([{"uniform": [0, factor]}, {"uniform": [0, 2 * factor]}])
        program = FluxProgram(asked, even_knots(asked, 6))
        bounds.append(float(flux.upper(asked, program.repaired(program.solve(Effort())))))
    assert bounds[1] == pytest.approx(1000 * bounds[0], rel=1e-3)


@pytest.mark.parametrize("unit", [F(1, 10**12), F(10**12)])
@pytest.mark.parametrize("fields", [{}, {"valuation": "unit-demand"}])
def test_values_in_other_units(unit, fields):
    """Money may be counted in anything: menus, fields and the checker's rounding go along."""
    plain = Mechanism(laws=[{"uniform": [0, 1]}] * 2, **fields).solve(rounds=1)
    other = Mechanism(laws=[{"uniform": [0, unit]}] * 2, **fields).solve(rounds=1)
    assert float(other.lower / unit) == pytest.approx(float(plain.lower), rel=1e-9)
    assert float(other.upper / unit) == pytest.approx(float(plain.upper), rel=2e-3)  # optima of the program differ


def test_many_different_items_end_soon():
    """A grid of twelve axes has one cell: the bound is what they are worth, and items are sold one by one."""
    solution = Mechanism(laws=[{"uniform": [0, k]} for k in range(1, 13)]).solve()
    assert (solution.lower, solution.upper) == (F(78, 4), F(78, 2))


def test_cells_of_next_to_no_weight_do_not_lead_a_field_astray():
    """Forty items, worth 20 to a seller who knows the values: among so many, some multisets hardly ever come about."""
    statement = Mechanism(laws=[{"uniform": [0, 1]}] * 40).statement
    assert 10 < alike.upper(statement, symmetric_flux(statement, 3, Effort())) < 17


def test_a_first_order_method_finds_a_field_as_well(monkeypatch):
    statement = Mechanism(laws=[{"uniform": [0, 1]}] * 2, bidders=2).statement
    close = float(pair.upper(statement, auction_flux(statement, 5, Effort())))
    monkeypatch.setattr(fields, "_LARGE", 0)
    rough = float(pair.upper(statement, auction_flux(statement, 5, Effort())))
    assert close - 1e-6 < rough < close + 1e-3


def test_tampered_fields_are_refused():
    asked = statement([UNIT, UNIT])
    program = FluxProgram(asked, even_knots(asked, 4))
    good = program.repaired(program.solve(Effort()))
    document = good.document()

    def refused(change, message):
        copied = flux.Flux.read(document, asked).document()
        copied = {"knots": [list(k) for k in copied["knots"]], "field": [f.nested() if hasattr(f, "nested") else f
                  for f in copied["field"]], "spreads": copied["spreads"]}  # fmt: skip
        change(copied)
        with pytest.raises((Violation, dual.InputError), match=message):
            flux.upper(asked, flux.Flux.read(copied, asked))

    refused(lambda d: d["field"][0][1][1].__setitem__(1, "1"), "residual")
    refused(lambda d: d["field"][1][0][0].__setitem__(0, "1/2"), "residual")
    refused(lambda d: d["knots"][0].__setitem__(1, "3/4"), "knots")
    refused(lambda d: d["spreads"]["cells"][0][0].__setitem__(0, "-1"), "spreads")
    refused(lambda d: d["spreads"]["faces"][0][0].__setitem__(0, "1/8"), "spreads")


# Items that are alike


def test_volumes_are_those_of_samples():
    rng = np.random.default_rng(0)
    for n in (2, 3, 4, 5):
        falls = np.sort(rng.integers(1, 10, n))[::-1] / 10
        caps = [F(str(round(c, 3))) for c in np.cumsum(falls)]
        points = -np.sort(-rng.random((400_000, n)), axis=1)
        inside = np.all(np.cumsum(points, axis=1) <= [float(c) for c in caps], axis=1)
        assert float(alike.volume(caps)) == pytest.approx(inside.mean(), abs=4e-3)


@pytest.mark.parametrize(("items", "revenue"), [(2, 0.549201), (3, 0.875464), (4, 1.219522)])
def test_the_straight_jacket_auction_earns_what_is_published(items, revenue):
    prices = straight_jacket(items)
    chances = alike.chances(prices)
    assert sum(chances) == 1
    assert float(sum(p * c for p, c in zip(prices, chances[1:], strict=True))) == pytest.approx(revenue, abs=1e-6)


def test_prices_by_size_are_those_of_the_same_menu():
    asked = statement([UNIT, UNIT])
    prices = [F(2, 3), F(43, 50)]
    same = offers(asked, [[1, 0, prices[0]], [0, 1, prices[0]], [1, 1, prices[1]]])
    assert alike.lower(asked, alike.PricesBySize(tuple(prices))) == regions.lower(asked, same)
    with pytest.raises(Violation, match="rises"):
        alike.PricesBySize.read({"by_size": ["1/2", "3/2"]}, asked)


def test_with_five_items_four_cost_more_than_five():
    prices = straight_jacket(5)
    assert prices[3] > prices[4]
    assert alike.chances(prices)[4] == 0


def test_fields_by_symmetry_bound_what_prices_earn():
    for items, intervals in ((2, 6), (3, 4), (10, 3)):
        asked = statement([{"uniform": [0, 2]}] * items)
        bound = alike.upper(asked, symmetric_flux(asked, intervals, Effort()))
        sold = alike.lower(asked, alike.PricesBySize(tuple(2 * p for p in straight_jacket(items))))
        assert sold <= bound <= sold * F(105, 100)


def test_tampered_symmetric_fields_are_refused():
    asked = statement([UNIT] * 3)
    good = symmetric_flux(asked, 3, Effort())
    for row, face, message in ((2, 0, "leaves the box"), (2, 2, "grows")):
        tau = [list(line) for line in good.tau.nested()]
        tau[row][face] = "1"
        with pytest.raises(Violation, match=message):
            alike.upper(asked, alike.SymmetricFlux.read({"intervals": 3, "tau": tau}, asked))


# Two bidders


def test_the_larger_of_two_uniform_values():
    rng = np.random.default_rng(1)
    for _ in range(20):
        a, b, c, d = (F(int(x), 8) for x in rng.integers(-8, 9, 4))
        u = (np.arange(1000) + 0.5) / 1000
        x, y = float(a) + float(b - a) * u[:, None], float(c) + float(d - c) * u[None, :]
        assert float(pair.expected_largest(a, b, c, d)) == pytest.approx(
            np.maximum(0, np.maximum(x, y)).mean(), abs=1e-3
        )


@pytest.mark.parametrize("incentives", ["DSIC", "BIC"])
def test_two_bidders_two_items(incentives):
    solution = Mechanism(laws=[UNIT, UNIT], bidders=2, incentives=incentives).solve()
    assert solution.lower >= F(5, 6)  # each item in a second-price auction with reserve 1/2
    assert solution.upper <= (F("0.8832") if incentives == "DSIC" else F("0.8954"))
    assert solution.verify().accepted
    document = solution.document()
    tau = document["dual"]["tau"]
    while isinstance(tau[0], list):
        tau = tau[0]
    tau[0] = "1"
    assert not dual.verify(document).accepted


def test_dsic_fields_of_one_bidder_type_are_bic_fields_too():
    bounds = {}
    for incentives in ("DSIC", "BIC"):
        asked = statement([UNIT, UNIT], bidders=2, incentives=incentives)
        bounds[incentives] = pair.upper(asked, auction_flux(asked, 3, Effort()))
    assert bounds["DSIC"] <= bounds["BIC"] + F(1, 1000)


def test_second_prices_with_reserves():
    axis = Axis.of(statement([UNIT]).laws[0], "law")
    assert earning(axis, 2, F(0))(F(1, 2)) == F(5, 12)
    assert earning(axis, 1, F(0))(F(1, 2)) == F(1, 4)
    assert earning(axis, 3, F(0))(F(0)) == F(1, 2)


def test_three_different_items_have_a_bracket():
    solution = Mechanism(laws=[UNIT, {"uniform": [0, 2]}, {"uniform": [1, 2]}]).solve()
    assert solution.grade == "bounded"
    assert solution.lower >= F(1, 4) + F(1, 2) + 1


def test_without_a_field_the_bound_is_what_a_seller_earns_who_knows_the_values():
    asked = statement([UNIT, UNIT])
    assert flux.upper(asked, FluxProgram(asked, even_knots(asked, 2)).still()) == 1


def test_costs_shift_what_is_earned():
    dear = Mechanism(laws=[UNIT, UNIT], costs=[1, 1]).solve()
    assert dear.lower == 0
    assert dear.upper <= F(1, 1000)


def test_grids_of_types_only_bound_from_one_side():
    # Values rounded up to the corners of a grid sell for more than the law allows, those in the middle prove nothing.
    up = [{"values": [F(i, 8), F(j, 8)]} for i, j in product(range(1, 9), repeat=2)]
    value = Mechanism([{"values": [str(v) for v in one["values"]]} for one in up]).solve().upper
    assert float(value) > (12 + 2 * math.sqrt(2)) / 27
