"""Payoff sets: the polygons of theory, of brute force, and certificates that are refused."""

import copy
import importlib.util
import json
import random
from fractions import Fraction as F
from pathlib import Path

import pytest

import dual
import suasion
from dual.kinds.games.polygon import clipped, cornered, hull, pointed, size
from persuasion import Game, PayoffSet

spec = importlib.util.spec_from_file_location("games_families", Path(__file__).with_name("families.py"))
families = importlib.util.module_from_spec(spec)
spec.loader.exec_module(families)


def solved(problem):
    solution = problem.solve()
    document = json.loads(json.dumps(solution.document()))
    verdict = dual.verify(document)
    assert verdict.accepted, verdict
    assert verdict.grade == solution.grade
    return solution


def market(values, prior):
    """A monopolist's prices are her actions; consumer and producer surplus."""
    prices = values
    profit = [[p if p <= v else 0 for p in prices] for v in values]
    consumer = [[v - p if p <= v else 0 for p in prices] for v in values]
    return PayoffSet(prior, [profit], [{"table": consumer}, {"weights": [1]}])


@pytest.mark.parametrize("seed", range(5))
def test_consumer_and_producer_surplus_fill_the_triangle(seed):
    """Bergemann, Brooks and Morris (2015): the seller gets at least the uniform profit, all else is possible."""
    rng = random.Random(seed)
    values = sorted(rng.sample(range(1, 12), 4))
    weights = [rng.randint(1, 6) for _ in values]
    prior = [F(w, sum(weights)) for w in weights]
    total = sum(v * m for v, m in zip(values, prior, strict=True))
    uniform = max(p * sum(m for v, m in zip(values, prior, strict=True) if v >= p) for p in values)
    solution = solved(market(values, prior))
    assert solution.grade == "exact"
    triangle = [(F(0), uniform), (total - uniform, uniform), (F(0), total)]
    assert solution.vertices == triangle
    assert solution.area == (total - uniform) ** 2 / 2
    assert set(solution.plans) == set(triangle)


def test_chicken():
    chicken = Game([1], [[[[6, 2], [7, 0]]], [[[6, 7], [2, 0]]]])
    solution = solved(chicken.payoff_set(players=(0, 1)))
    assert solution.grade == "exact"
    assert set(solution.vertices) == {(F(2), F(7)), (F(18, 5), F(18, 5)), (F(7), F(2)), (F(21, 4), F(21, 4))}


def test_facets_hold_what_the_game_says_of_them():
    """Every facet's bound is the value of the game with that objective; the extremes are the references."""
    opera = suasion.load(families.opera())
    solution = solved(opera.payoff_set())
    assert solution.grade == "exact"
    for direction, bound in solution.facets:
        assert opera.replace(objective={"weights": list(map(str, direction))}).solve().lower == bound
    firsts, seconds = zip(*solution.vertices, strict=True)
    assert (min(firsts), max(firsts)) == (F(45, 14), 14)
    assert (min(seconds), max(seconds)) == (F(90, 29), F(29, 2))
    assert min(map(sum, solution.vertices)) == F(2565, 406)
    blind = solved(opera.payoff_set(informed=False))
    assert min(x for x, _ in blind.vertices) == F(90, 19)
    assert max(x for x, _ in blind.vertices) == 10
    assert blind.lower < solution.lower


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(k, marks=pytest.mark.slow) for k in range(2, 20))])
@pytest.mark.parametrize("types", ["known", "elicited"])
def test_random_directions_never_leave_the_polygon(seed, types):
    rng = random.Random(seed)
    draw = lambda: [[[rng.randint(-4, 4) for _ in range(2)] for _ in range(3)] for _ in range(2)]  # noqa: E731
    law = [[[F(1, 4), F(1, 4)], [F(1, 3), F(1, 6)]], [[F(1, 2), 0], [F(1, 8), F(3, 8)]]]
    game = Game(["1/3", "2/3"], [draw(), draw()], law=law, types=types)
    solution = solved(game.payoff_set())
    assert solution.grade == "exact"
    for _ in range(5):
        direction = [rng.randint(-5, 5), rng.randint(-5, 5)]
        best = max(sum(d * x for d, x in zip(direction, corner, strict=True)) for corner in solution.vertices)
        assert game.replace(objective={"weights": direction}).solve().lower == best


@pytest.mark.parametrize(
    ("payoffs", "corners"),
    [
        ([[[[1, 0], [0, 0]]], [[[1, 0], [0, 0]]]], {(F(0), F(0)), (F(1), F(1))}),  # a segment: common payoffs
        ([[[[3, 0], [5, 1]]], [[[3, 5], [0, 1]]]], {(F(1), F(1))}),  # a point: the prisoners' dilemma
        ([[[[1, -1], [-1, 1]]], [[[-1, 1], [1, -1]]]], {(F(0), F(0))}),  # matching pennies
        ([[[[2, 0], [0, 2]]], [[[1, 1], [1, 1]]]], {(F(1), F(1)), (F(2), F(1))}),  # level: player 1 does not care
    ],
)
def test_segments_and_points_are_exact_too(payoffs, corners):
    solution = solved(Game([1], payoffs).payoff_set())
    assert solution.grade == "exact"
    assert set(solution.vertices) == corners


def test_fees_that_are_too_high():
    solution = solved(suasion.load(families.opera(costs=[7, 7])).payoff_set())
    assert solution.grade == "infeasible"
    assert "fee" in solution.why
    assert solved(suasion.load(families.opera(costs=[6, 6])).payoff_set()).grade == "exact"


def test_tampered_polygons_are_refused():
    document = json.loads(json.dumps(solved(market([1, 2, 3], ["1/3"] * 3)).document()))
    moved = copy.deepcopy(document)
    moved["primal"]["vertices"][0]["point"][1] = "2"
    assert "the plan attains" in dual.verify(moved).violation
    fewer = copy.deepcopy(document)
    del fewer["dual"]["facets"][1:]
    assert dual.verify(fewer).violation.startswith("upper")
    lower = copy.deepcopy(document)
    lower["dual"]["facets"][0]["proof"]["V"][0] = "-5"
    assert not dual.verify(lower).accepted
    inner = copy.deepcopy(document)
    del inner["primal"]["vertices"][1]
    assert dual.verify(inner).violation.startswith("lower")


def test_a_polygon_needs_two_objectives_and_known_players():
    chicken = Game([1], [[[[6, 2], [7, 0]]], [[[6, 7], [2, 0]]]])
    with pytest.raises(dual.InputError, match="two of the players 0 to 1"):
        chicken.payoff_set(players=(0, 2))
    with pytest.raises(dual.InputError, match="two objectives are needed, 1 are given"):
        chicken.payoff_set(objectives=[{"weights": [1, 0]}])


@pytest.mark.parametrize("seed", range(30))
def test_clipping_is_what_half_planes_say(seed):
    """Points of a grid lie in a clipped polygon exactly if they lie in the polygon and in the half-plane."""
    rng = random.Random(seed)
    corners = hull((F(rng.randint(0, 6)), F(rng.randint(0, 6))) for _ in range(7))
    direction, bound = (F(rng.randint(-3, 3)), F(rng.randint(-3, 3))), F(rng.randint(-6, 9))
    left = pointed(clipped(cornered(corners), direction, bound))
    assert all(direction[0] * x + direction[1] * y <= bound for x, y in left)
    again = hull(left)
    if again:
        assert size(again) == size(left) <= size(corners)
    for corner in corners:
        assert (corner in left) == (direction[0] * corner[0] + direction[1] * corner[1] <= bound)


def test_equilibria_without_an_ai_lie_in_the_polygon():
    opera = suasion.load(families.opera()).payoff_set()
    assert opera.unadvised() == [(F(90, 19), F(90, 19)), (9, 10), (10, 9)]
    auction = {name: entry for name, entry in families.auction("surplus").items() if name != "objective"}
    problem = PayoffSet.from_document({**auction, "kind": "payoff-set", "objectives": [{"weights": [1, 0]}] * 2})
    (point,) = problem.unadvised()
    assert point == (F(3, 4), F(3, 4))
    assert problem.solve().vertices[0] <= point <= problem.solve().vertices[-1]


@pytest.mark.parametrize("limit", [0, 0.3])
def test_a_time_limit_leaves_a_true_answer(limit):
    problem = suasion.load(families.opera()).payoff_set()
    whole = problem.solve()
    solution = problem.solve(time_limit=limit)
    assert solution.verify().accepted
    assert solution.lower <= whole.lower <= solution.upper
    assert whole.complete


def test_pictures():
    pytest.importorskip("matplotlib")
    ax = suasion.load(families.opera(players=["Ann", "Bob"])).payoff_set().solve().plot()
    assert ax.get_xlabel() == "payoff of Ann"
    assert suasion.load(families.opera()).solve().plot().get_xlabel() == "probability"


@pytest.mark.parametrize("many", [2, pytest.param(3, marks=pytest.mark.slow)])
def test_polygons_of_reported_types_are_exact_whatever_their_size(many, tmp_path):
    """Hundreds of corners: their size has thousands of digits, and is proven from both sides."""
    rng = random.Random(1)
    laws = [[[rng.randint(1, 5) for _ in range(many)] for _ in range(many)] for _ in range(3)]
    laws = [[[F(x, sum(map(sum, law))) for x in row] for row in law] for law in laws]
    payoffs = [[[[rng.randint(-4, 4) for _ in range(many)] for _ in range(many)] for _ in range(3)] for _ in range(2)]
    solution = Game(["1/2", "1/4", "1/4"], payoffs, law=laws, types="elicited").payoff_set().solve()
    assert solution.grade == "exact"
    assert solution.complete
    assert len(solution.vertices) == len(solution.facets) > 4
    solution.save(tmp_path / "set.json")
    verdict = dual.verify(tmp_path / "set.json")
    assert verdict.accepted
    assert verdict.lower == verdict.upper == solution.lower
    assert suasion.load_solution(tmp_path / "set.json").vertices == solution.vertices
    narrower = solution.document() | {"primal": {"vertices": solution.document()["primal"]["vertices"][1:]}}
    assert not dual.verify(narrower).accepted
