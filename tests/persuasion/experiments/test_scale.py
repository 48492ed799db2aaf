"""Laws of beliefs and of scales: brackets against theory, known scales, sampled menus and forged fields."""

import copy
import math
import re
from fractions import Fraction as F
from functools import cache

import numpy as np
import pytest

import dual
import suasion
from dual.kinds.experiments import scale
from persuasion import ExperimentMenu
from persuasion.experiments.scale import ScaleProgram
from transport.programs.effort import Effort

UNIT = {"uniform": [0, 1]}


@cache
def solved():
    return ExperimentMenu(law=UNIT, scale=UNIT).solve(rounds=1).document()


def test_uniform_beliefs_and_scales():
    solution = ExperimentMenu(law=UNIT, scale=UNIT).solve(rounds=2)
    assert solution.grade == "bounded"
    # Conjectured optimal: full information at y / 2 with 1 - y + 2 y log y = 0, which earns .05090804...
    y = 2 * float(solution.menu[0].price)
    assert 1 - y + 2 * y * np.log(y) == pytest.approx(0, abs=1e-4)
    assert F(".0509080") <= solution.lower <= F(".0509180")
    assert F(".0509080") <= solution.upper <= F(".05101")
    assert dual.verify(solution.document()).accepted
    assert solution.menu[0].full
    assert len(suasion.load(solution.problem).solve(time_limit=0).tables()) == 1


@pytest.mark.parametrize(
    "beliefs",
    [
        ["1/5", "9/10"],
        pytest.param([0, 1], marks=pytest.mark.slow),
        pytest.param(["1/10", "2/5"], marks=pytest.mark.slow),
    ],
)
def test_a_scale_that_is_nearly_known(beliefs):
    """With scales from 1 to 1 + e revenue is that of scale 1, up to e of it."""
    known = ExperimentMenu(law={"uniform": beliefs}).solve()
    solution = ExperimentMenu(law={"uniform": beliefs}, scale={"uniform": [1, "1001/1000"]}).solve(rounds=1)
    assert solution.lower <= F(1001, 1000) * known.upper
    assert solution.upper >= known.lower
    assert solution.upper <= F(104, 100) * known.upper  # eight cells an axis are some per cent off
    if len(known.menu) == 1:
        assert solution.lower >= F(998, 1000) * known.lower


@pytest.mark.parametrize(
    ("beliefs", "scales"),
    [
        (["1/4", "3/4"], [1, 3]),
        pytest.param([0, 1], [0, 1], marks=pytest.mark.slow),
        pytest.param(["2/5", 1], [0, 2], marks=pytest.mark.slow),
    ],
)
def test_no_sampled_menu_beats_the_bound(beliefs, scales):
    solution = ExperimentMenu(law={"uniform": beliefs}, scale={"uniform": scales}).solve(rounds=1)
    assert solution.lower <= solution.upper
    rng = np.random.default_rng(1)
    n = 40_000
    (a, b), (low, high) = ([float(F(x)) for x in ends] for ends in (beliefs, scales))
    x, v = rng.uniform(a, b, n), rng.uniform(low, high, n)
    best = 0.0
    for _ in range(60):
        items = rng.integers(1, 4)
        diagonals = np.column_stack([rng.uniform(0, 1, items), np.ones(items)])
        diagonals[rng.random(items) < 0.5] = 1.0
        prices = rng.uniform(0, 0.4 * high, items)
        kept = v[:, None] * (diagonals[:, 0] * x[:, None] + diagonals[:, 1] * (1 - x[:, None])) - prices
        chosen = kept.argmax(axis=1)
        buys = kept.max(axis=1) >= v * np.maximum(x, 1 - x)
        best = max(best, float(np.where(buys, prices[chosen], 0).mean()))
    assert best <= float(solution.upper) + 3 * 0.4 * high / np.sqrt(n)
    # The menu's own revenue, by sampling.
    price = float(solution.menu[0].price)
    sampled = price * float((v * np.minimum(x, 1 - x) >= price).mean())
    assert sampled == pytest.approx(float(solution.lower), abs=4 * price / np.sqrt(n))


@pytest.mark.parametrize("seed", range(8))
def test_what_a_menu_earns_is_what_its_buyers_pay(seed):
    """Any three items, valued by a fine grid of buyers; between 300 knots a little is lost, and nothing is gained."""
    rng = np.random.default_rng(seed)
    law, density = [
        (UNIT, lambda x: 1 + 0 * x),
        ({"density": "x*(1-x)**2", "interval": [0, 1]}, lambda x: x * (1 - x) ** 2),
    ][seed % 2]
    low, high = [(0, 1), (1, 2), (3, 4)][seed % 3]
    asked = ExperimentMenu(law=law, scale={"uniform": [low, high]}).statement
    items = []
    for k in range(3):
        short = F(int(rng.integers(0, 10)), 10)
        diagonal = (1, 1) if k == 2 else (1 - short, 1) if rng.random() < 0.5 else (1, 1 - short)
        items.append({"diagonal": diagonal, "price": F(int(rng.integers(1, 30 * high)), 80)})
    knots = [F(k, 301) for k in range(1, 301)]
    found = scale.lower(asked, scale.Menu.read({"menu": items, "knots": knots}, asked))
    x, v = (np.arange(3000) + 0.5) / 3000, low + (high - low) * (np.arange(800) + 0.5) / 800
    a, d, t = (
        np.array([float(one) for one in row])
        for row in zip(*((*i["diagonal"], i["price"]) for i in items), strict=True)
    )
    g = a[:, None] * x + d[:, None] * (1 - x) - np.maximum(x, 1 - x)
    kept = np.concatenate([np.zeros((1, 3000, 800)), v * g[:, :, None] - t[:, None, None]])
    paid = np.concatenate([[0.0], t])[kept.argmax(axis=0)].mean(axis=1)
    earned = float((paid * density(x)).sum() / density(x).sum())
    assert float(found) <= earned * (1 + 2e-3) + 1e-4
    assert float(found) >= earned * (1 - 0.04) - 2e-3


FALLING = {"density": "1 - x", "interval": [0, 1]}


def test_a_field_bounds_a_density_of_beliefs():
    """Better than a seller who knows scales, and above what full information earns at 7/20."""
    problem = ExperimentMenu(law=FALLING, scale={"uniform": [1, 2]})
    program = ScaleProgram(problem.statement, 10)
    bound = scale.upper(problem.statement, program.repaired(program.solve(Effort())))
    sold = {"menu": [{"diagonal": [1, 1], "price": "7/20"}], "knots": [F(k, 50) for k in range(1, 50)]}
    earned = scale.lower(problem.statement, scale.Menu.read(sold, problem.statement))
    assert 0 < earned < bound < F(3, 2) * ExperimentMenu(law=FALLING).solve().upper


@pytest.mark.slow
def test_a_density_of_beliefs_is_bracketed_by_known_scales():
    known = ExperimentMenu(law=FALLING).solve()
    solution = ExperimentMenu(law=FALLING, scale={"uniform": [1, 2]}).solve(rounds=1)
    assert known.lower <= solution.lower < solution.upper < F(3, 2) * known.upper
    assert solution.upper <= solution.lower * F(102, 100)
    assert dual.verify(solution.document()).accepted


GROWING = {"density": "exp(x)", "interval": [0, 1]}


def test_a_field_asks_for_a_polynomial():
    problem = ExperimentMenu(law=GROWING, scale={"uniform": [1, 2]})
    with pytest.raises(
        dual.InputError, match=r"law\.density: a field asks for a density of beliefs that is a polynomial"
    ):
        ScaleProgram(problem.statement, 2)


@pytest.mark.slow
def test_a_density_that_is_no_polynomial_keeps_the_split():
    solution = ExperimentMenu(law=GROWING, scale={"uniform": [1, 2]}).solve()
    known = ExperimentMenu(law=GROWING).solve()
    assert float(solution.upper) == pytest.approx(1.5 * float(known.upper), rel=1e-9)
    assert "a density of beliefs that is a polynomial" in solution.document()["solver"]["claim"]


@pytest.mark.parametrize(("text", "f"), [("1 + x - x**2", lambda x: 1 + x - x**2), ("x**3", lambda x: x**3)])
@pytest.mark.parametrize("seed", range(4))
def test_what_the_best_vertex_is_worth_on_a_part(text, f, seed):
    """Against sums over ten thousand beliefs."""
    rng = np.random.default_rng(seed)
    law = ExperimentMenu(law={"density": text, "interval": [0, 1]}).statement.law
    a, b = sorted(F(int(k), 40) for k in rng.choice(39, 2, replace=False) + 1)
    x = float(a) + float(b - a) * (np.arange(10_000) + 0.5) / 10_000
    total = {"x**3": 1 / 4}.get(text, 7 / 6)
    g = f(x) / total
    share = np.cumsum(g) / g.sum()
    goods, tilt, low, high = (F(int(k), 16) for k in rng.integers(-16, 17, 4))
    s = float(tilt) * (float(low) + float(high - low) * share)
    A = float(goods) * g
    worth = np.array([A * x + s, A * (1 - x) - s, A])
    mean = float(worth.max(axis=0).mean()) * float(b - a)
    found = [sum(part.best(goods, tilt, (low, high))[0] for part in scale.parts(law, a, b, n)) for n in (1, 8)]
    assert mean - 1e-4 <= found[1] <= found[0] + F(1, 10**20)
    assert found[1] <= mean + 1e-2 * float(b - a)


def test_the_mean_of_the_larger_chance():
    """For the density 2 x on [0, 1]: 2 times the integrals of x (1 - x) to 1/2 and of x^2 from there, 1/12 + 7/24."""
    share = scale.Share(ExperimentMenu(law={"density": "x", "interval": [0, 1]}).statement.law)
    assert share.certain(F(0), F(1)) == 2 * (F(1, 12) + F(7, 24))
    assert share.certain(F(1, 4), F(1, 4)) == F(3, 4)
    assert share.certain(F(3, 4), F(1)) == share.mean(F(3, 4), F(1)) == F(2, 3) * (1 - F(27, 64)) / (1 - F(9, 16))


@pytest.mark.slow
def test_the_beta_mixture_of_the_data_market():
    """A network's menu, (.78, 1) at .1202 and everything at .2167, is said to earn .1422."""
    # Half Beta(8, 30), half Beta(60, 30).
    first, second = (
        math.factorial(n - 1) // (math.factorial(k - 1) * math.factorial(29)) for n, k in ((38, 8), (90, 60))
    )
    density = f"{first}*x**7*(1-x)**29 + {second}*x**59*(1-x)**29"
    problem = ExperimentMenu(law={"density": density, "interval": [0, 1]}, scale={"uniform": ["3/4", 1]})
    solution = problem.solve(rounds=1)
    assert F(".1423") < solution.lower < solution.upper < F(".14320")  # .146408 is what known scales would earn
    assert len(solution.menu) == 2
    assert all(0 < offer.share < 1 for offer in solution.menu)
    assert float(sum(offer.share * offer.price for offer in solution.menu)) == pytest.approx(
        float(solution.lower), rel=1e-3
    )
    assert dual.verify(solution.document()).accepted


def test_small_scales_have_small_prices():
    solution = ExperimentMenu(law=UNIT, scale={"uniform": [0, "1e-12"]}).solve(rounds=1)
    assert F(".0509080") <= solution.lower * 10**12 < solution.upper * 10**12 < F(".052")


@pytest.mark.slow
def test_scales_in_other_units():
    small = ExperimentMenu(law=UNIT, scale=UNIT).solve(rounds=1)
    large = ExperimentMenu(law=UNIT, scale={"uniform": [0, 1000]}).solve(rounds=1)
    # The checker looks more closely at cells than the program does, so that its bound is not the program's optimum.
    assert float(large.upper) == pytest.approx(1000 * float(small.upper), rel=1e-3)
    assert float(large.lower) == pytest.approx(1000 * float(small.lower), rel=1e-6)


def test_any_field_whose_residuals_are_not_negative_is_a_bound():
    """Without a field the seller knows the buyer: all of the value of information, E v / 4; by a split, half of it."""
    problem = ExperimentMenu(law=UNIT, scale={"uniform": [0, 2]})
    assert scale.upper(problem.statement, ScaleProgram(problem.statement, 1).still()) == F(1, 4)
    assert problem.solve(time_limit=0).upper == F(1, 8)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["primal"]["menu"][0].update(price=0), "a price is positive"),
        (lambda d: d["primal"]["menu"][0].update(price="1/10"), "is not proven"),
        (lambda d: d.update(dual={"split": "1/4"}), "is not proven"),
        (lambda d: d["dual"]["field"][0][0][0].__setitem__(0, "-1/2"), "residual"),
        (lambda d: d["dual"]["spreads"]["cells"][0][0].__setitem__(0, "-1"), "< 0"),
        (lambda d: d["dual"]["spreads"]["faces"][0][0].__setitem__(0, "1"), "at the end of the axis"),
        (lambda d: d["dual"]["knots"][0].__setitem__(0, "1/100"), "knots increase from 0 to 1"),
    ],
)
def test_a_forged_file_is_refused(change, message):
    document = copy.deepcopy(solved())
    change(document)
    violation = dual.verify(document).violation
    assert violation is not None
    assert re.search(message, violation)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"scale": UNIT}, 'types: exactly one of "types", "law" and "externality"'),
        ({"law": UNIT, "scale": {"support": [1], "prior": [1]}}, "scale: a uniform law of scales goes with"),
        ({"law": {"support": [1], "prior": [1]}, "scale": UNIT}, "scale: a uniform law of scales goes with"),
        ({"law": UNIT, "scale": UNIT, "stakes": [1, 2]}, "scale: a uniform law of scales goes with"),
        ({"law": UNIT, "scale": {"uniform": [-1, 1]}}, "scale: values are nonnegative"),
    ],
)
def test_bad_input(fields, message):
    with pytest.raises(dual.InputError, match=message):
        suasion.load({"kind": "experiment-menu", **fields})
