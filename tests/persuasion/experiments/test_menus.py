"""Menus for finitely many types: papers' values, another formulation, brute force over double deviations, and traps."""

import random
import re
from fractions import Fraction as F
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

import dual
import suasion
from persuasion import ExperimentMenu


def binary(*beliefs, weights=None):
    shares = weights or [F(1, len(beliefs))] * len(beliefs)
    return [{"prior": [F(x), 1 - F(x)], "weight": F(f)} for x, f in zip(beliefs, shares, strict=True)]


def random_market(seed, states=(2, 3), actions=(2, 3), most=5):
    rng = random.Random(seed)
    W, A, n = rng.randint(*states), rng.randint(*actions), rng.randint(1, most)
    weights = [rng.randint(1, 5) for _ in range(n)]
    types = []
    for weight in weights:
        masses = [rng.choice((0, 1, 2, 3, 5, 8)) for _ in range(W)]
        masses[rng.randrange(W)] += 1
        types.append({"prior": [F(m, sum(masses)) for m in masses], "weight": F(weight, sum(weights))})
    if seed % 3 == 0:
        for one in types:
            one["payoff"] = [[rng.randint(-4, 9) for _ in range(W)] for _ in range(A)]
        return ExperimentMenu(types)
    if seed % 3 == 1:
        return ExperimentMenu(types)
    return ExperimentMenu(types, [[rng.randint(-4, 9) for _ in range(W)] for _ in range(A)])


def by_reactions(problem):
    """The optimal revenue by the other formulation, which has a column for the value of every signal to a mimic."""
    statement = problem.statement
    g = np.array([[[float(x) for x in row] for row in table] for table in statement.gains])
    f, outside = np.array(statement.weights, dtype=float), np.array(statement.outside, dtype=float)
    n, A, W = g.shape
    place = np.arange(n * A * W).reshape(n, A, W)
    price, value = n * A * W, n * A * W + n
    total = value + n * n * A
    upper, right, equal, ones = [], [], [], []

    def row(entries):
        found = np.zeros(total)
        for k, entry in entries:
            found[k] += entry
        return found

    for k in range(n):
        own = [(place[k, s, w], -g[k, s, w]) for s in range(A) for w in range(W)] + [(price + k, 1.0)]
        upper.append(row(own))
        right.append(-outside[k])
        for w in range(W):
            equal.append(row([(place[k, s, w], 1.0) for s in range(A)]))
            ones.append(1.0)
        for s, a in product(range(A), repeat=2):
            upper.append(row([(place[k, s, w], g[k, a, w] - g[k, s, w]) for w in range(W)]))
            right.append(0.0)
        for j in range(n):
            at = [value + (k * n + j) * A + s for s in range(A)]
            upper.append(row([*own, *((z, 1.0) for z in at), (price + j, -1.0)]))
            right.append(0.0)
            for s, a in product(range(A), repeat=2):
                upper.append(row([(at[s], -1.0), *((place[j, s, w], g[k, a, w]) for w in range(W))]))
                right.append(0.0)
    goal = row([(price + k, -f[k]) for k in range(n)])
    bounds = [(0, None)] * price + [(None, None)] * (total - price)
    found = linprog(goal, np.array(upper), right, np.array(equal), ones, bounds, method="highs")
    assert found.status == 0
    return -found.fun


def audited(problem, menu):
    """The revenue of a menu, by looking at every reply of every type to every signal of every item."""
    statement, revenue = problem.statement, F(0)
    for k, gains in enumerate(statement.gains):
        nets = [(max(sum(row) for row in gains), F(0), None)]
        for m, offer in enumerate(menu):
            for replies in product(range(len(gains)), repeat=len(offer.experiment)):
                value = sum(
                    gains[a][w] * signal[w]
                    for a, signal in zip(replies, offer.experiment, strict=True)
                    for w in range(len(signal))
                )
                nets.append((value - offer.price, offer.price, m))
        top = max(net for net, _, _ in nets)
        revenue += statement.weights[k] * max(price for net, price, _ in nets if net == top)
    return revenue


@pytest.mark.parametrize("seed", [pytest.param(s, marks=() if s % 10 == 0 else pytest.mark.slow) for s in range(300)])
def test_random_markets(seed):
    problem = random_market(seed)
    solution = problem.solve()
    assert solution.grade == "exact"
    assert float(solution.lower) == pytest.approx(by_reactions(problem), abs=1e-7)
    assert audited(problem, solution.menu) == solution.lower
    assert dual.verify(solution.document()).accepted
    # Some buyer learns all she could use whenever anything is earned.
    if solution.lower > 0:
        assert any(gain == worth for _, worth, bought, gain, *_ in solution.tables()[1].rows if bought != "nothing")


@pytest.mark.parametrize(("low", "high", "f2"), [("1/5", "2/5", "1/2"), ("1/5", "2/5", "3/5"), ("1/10", "1/2", "1/7")])
def test_types_on_the_same_side(low, high, f2):
    low, high, f2 = F(low), F(high), F(f2)
    solution = ExperimentMenu(binary(low, high, weights=[1 - f2, f2])).solve()
    assert solution.lower == solution.upper == max(low, f2 * high)


@pytest.mark.parametrize(("low", "high"), [("1/5", "7/10"), ("1/10", "3/5"), ("3/10", "7/10"), ("2/5", "3/5")])
@pytest.mark.parametrize("f1", ["1/2", "7/10", "5/7", "3/4", "1/9"])
def test_types_on_opposite_sides(low, high, f1):
    low, high, f1 = F(low), F(high), F(f1)
    q = (2 * high - 1) / (high - low)
    solution = ExperimentMenu(binary(low, high, weights=[f1, 1 - f1])).solve()
    assert solution.lower == solution.upper == max(f1 * low * q + (1 - f1) * (1 - high), low)


def test_two_states_sell_two_items_at_most():
    for seed in range(40):
        rng = random.Random(seed)
        beliefs = [F(x, 60) for x in rng.sample(range(61), rng.randint(2, 7))]
        menu = ExperimentMenu(binary(*beliefs)).solve().menu
        assert len([offer for offer in menu if offer.price]) <= 2


def test_the_menu_is_told_in_words():
    solution = suasion.load("bergemann-bonatti-smolin-2018-two-types").solve()
    partial, full = solution.menu
    assert (partial.name, partial.price, partial.buyers) == ("partial, responsive", F(4, 25), (0,))
    assert (full.name, full.price, full.buyers) == ("full information", F(3, 10), (1,))
    assert partial.experiment in (((F(4, 5), F(0)), (F(1, 5), F(1))), ((F(1, 5), F(1)), (F(4, 5), F(0))))
    assert [str(row[-1]) for row in solution.tables()[1].rows] == ["0", "0"]
    assert dict(solution.facts())["value of full information"] == "1/4"


def test_permutations_change_nothing():
    for seed in range(6):
        problem = random_market(seed, most=4)
        value = problem.solve().lower
        document = problem.document()
        rng = random.Random(seed)
        types = document["types"]
        order = rng.sample(range(len(types[0]["prior"])), len(types[0]["prior"]))

        def turned(table, order=order):
            return [[row[w] for w in order] for row in table[::-1]]

        moved = []
        for one in rng.sample(types, len(types)):
            new = {**one, "prior": [one["prior"][w] for w in order]}
            if "payoff" in one:
                new["payoff"] = turned(one["payoff"])
            moved.append(new)
        changed = {**document, "types": moved}
        if "payoff" in document:
            changed["payoff"] = turned(document["payoff"])
        assert suasion.load(changed).solve().lower == value


@pytest.mark.parametrize("scale", [F(10**12), F(1, 10**12), F(7, 3)])
def test_units_scale_revenue_and_what_no_action_changes_does_not_matter(scale):
    problem = ExperimentMenu(binary("1/5", "7/10"), [[1, 0], [0, 1]])
    scaled = problem.replace(payoff=[[scale, 0], [0, scale]]).solve()
    assert scaled.lower == scaled.upper == F(23, 100) * scale
    shifted = problem.replace(payoff=[[1 + scale, -5], [scale, -4]]).solve()
    assert shifted.lower == shifted.upper == F(23, 100)


def test_types_of_no_weight_buy_what_they_like_and_pay_for_nothing():
    plain = ExperimentMenu(binary("1/5", "7/10")).solve()
    more = ExperimentMenu(binary("1/5", "1/2", "7/10", weights=["1/2", 0, "1/2"])).solve()
    assert more.lower == more.upper == plain.lower
    assert all(offer.share for offer in more.menu)


def test_equal_types_are_one_type():
    merged = ExperimentMenu(binary("1/5", "7/10", weights=["3/4", "1/4"])).solve()
    split = ExperimentMenu(binary("1/5", "7/10", "1/5", "1/5", weights=["1/2", "1/4", "1/8", "1/8"])).solve()
    assert split.lower == split.upper == merged.lower


def test_who_is_certain_buys_nothing():
    solution = ExperimentMenu(binary(0, 1)).solve()
    assert (solution.lower, solution.upper, solution.menu) == (0, 0, ())
    assert solution.primal.choice == (None, None)
    half = ExperimentMenu(binary(0, "1/2")).solve()
    assert half.lower == half.upper == F(1, 4)


def test_information_that_changes_no_action_is_worth_nothing():
    solution = ExperimentMenu(binary("1/5", "1/2"), [[2, 2], [0, 1]]).solve()
    assert (solution.lower, solution.upper, solution.menu) == (0, 0, ())


def test_fewer_actions_than_states_and_more():
    few = ExperimentMenu([{"prior": ["1/3"] * 3}, {"prior": ["1/2", "1/4", "1/4"]}], [[1, 0, 0], [0, 1, 1]]).solve()
    many = ExperimentMenu(binary("1/4", "1/2"), [[4, 0], [3, 3], [0, 4]]).solve()
    for solution in (few, many):
        assert solution.grade == "exact"
        assert audited(solution.problem, solution.menu) == solution.lower
        assert float(solution.lower) == pytest.approx(by_reactions(solution.problem), abs=1e-9)


def test_floats_are_snapped():
    third = 1 / 3
    types = [{"prior": [third, 1 - third], "weight": third}, {"prior": [0.5, 0.5], "weight": 1 - third}]
    solution = ExperimentMenu(types).solve()
    assert solution.grade == "exact"
    assert solution.problem.statement.weights == (F(1, 3), F(2, 3))
    assert solution.problem.snapped


def test_no_time_gives_the_best_single_price_and_the_whole_surplus():
    problem = suasion.load("bergemann-bonatti-smolin-2018-three-states")
    solution = problem.solve(time_limit=0)
    assert solution.lower <= F(83, 200) <= solution.upper <= problem.surplus


def tampered(change):
    document = suasion.load("bergemann-bonatti-smolin-2018-two-types").solve().document()
    change(document)
    return dual.verify(document).violation


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["primal"]["menu"][0].update(price="1/5"), "type 0 gets"),
        (lambda d: d["primal"].update(choice=[1, 1]), "from item 1, but"),
        (lambda d: d["primal"].update(choice=[None, 5]), r"primal.choice\[1\]: 5 is not an index from 0 to 1"),
        (lambda d: d["primal"]["menu"][1].update(experiment=[[1, 1], [0, 1]]), "in state 1 sum to 2, not to 1"),
        (lambda d: d["dual"]["ir"].__setitem__(0, "1/3"), "not to the weight 1/2"),
        (lambda d: d["dual"].update(deviations=[]), "the deviations of"),
        (lambda d: d["dual"].update(ic=[[0, 1, "-1/2"]]), "< 0"),
        (lambda d: d["dual"].update(obedience=[[0, 1, 2, 1]]), "not an index"),
        (lambda d: d.update(lower="24/100", value=0.24), "is not proven"),
    ],
)
def test_a_forged_file_is_refused(change, message):
    violation = tampered(change)
    assert violation is not None
    assert re.search(message, violation)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, 'exactly one of "types", "law" and "externality"'),
        ({"types": []}, "types: the list is empty"),
        ({"types": binary("1/2"), "law": {"uniform": [0, 1]}}, 'law: exactly one of "types"'),
        ({"types": binary("1/2"), "stakes": [1, 1]}, 'stakes: the field belongs to instances with "law"'),
        ({"types": [{"prior": [1, 0], "weight": "1/2"}]}, "types: the weights sum to 1/2"),
        ({"types": [{"prior": [1, 0], "weight": "1/2"}, {"prior": [1, 0]}]}, "either every type has a weight"),
        ({"types": [{"prior": [1, 0]}, {"prior": [1, 0, 0]}]}, r"types\[1\].prior: the list has 3 entries"),
        ({"types": [{"prior": ["1/2", "1/3"]}]}, r"types\[0\].prior: the entries sum to 5/6"),
        ({"types": [{"prior": [1, 0], "payoff": [[1, 0]]}, {"prior": [1, 0]}]}, "payoff: without payoffs"),
        ({"types": [{"prior": [1, 0], "wieght": 1}]}, "did you mean"),
        ({"types": binary("1/2"), "buyers": ["a", "b"]}, "buyers: the list has 2 entries"),
    ],
)
def test_bad_input(fields, message):
    with pytest.raises(dual.InputError, match=message):
        suasion.load({"kind": "experiment-menu", **fields})
