"""Menus and recommendations from elsewhere, audited: by brute force over double deviations, and against the optimum."""

import random
from fractions import Fraction as F
from itertools import product

import pytest

import dual
from persuasion import ExperimentMenu

RIVALS = {"alpha": "1/2", "theta": "1/2", "law": {"support": [1, 2], "prior": ["1/2", "1/2"]}}


def masses(rng, n):
    parts = [rng.randint(0, 3) for _ in range(n)]
    parts[rng.randrange(n)] += 1
    return [F(part, sum(parts)) for part in parts]


def worth(prior, payoff, experiment, replies):
    """What a type gets who answers signals as a map says."""
    return sum(
        prior[w] * payoff[a][w] * signal[w]
        for signal, a in zip(experiment, replies, strict=True)
        for w in range(len(prior))
    )


@pytest.mark.parametrize("recommended", [False, True])
@pytest.mark.parametrize("seed", range(15))
def test_every_double_deviation_is_found(seed, recommended):
    rng = random.Random(seed)
    n, A, W = 3, 2 + seed % 2, 2 + seed // 5
    types = [
        {"prior": masses(rng, W), "payoff": [[F(rng.randint(0, 5)) for _ in range(W)] for _ in range(A)]}
        for _ in range(n)
    ]
    menu = []
    for _ in range(3):
        columns = [masses(rng, A) for _ in range(W)]
        menu.append({"experiment": [list(row) for row in zip(*columns, strict=True)], "price": F(rng.randint(0, 4), 4)})
    choice = [rng.choice([None, 0, 1, 2]) for _ in range(n)]
    audit = ExperimentMenu(types).audit(menu, choice=choice, recommended=recommended)
    expected, earned = {}, F(0)
    for k, one in enumerate(types):
        prior, payoff = one["prior"], one["payoff"]
        best = {None: max(sum(p * u for p, u in zip(prior, row, strict=True)) for row in payoff)}
        for m, item in enumerate(menu):
            ways = [worth(prior, payoff, item["experiment"], way) for way in product(range(A), repeat=A)]
            best[m] = max(ways) - item["price"]
        kept = best[choice[k]]
        if recommended and choice[k] is not None:
            item = menu[choice[k]]
            kept = worth(prior, payoff, item["experiment"], range(A)) - item["price"]
        expected |= {(k, m): value - kept for m, value in best.items() if value > kept}
        top = max(best.values())
        earned += max(F(0) if m is None else menu[m]["price"] for m in best if best[m] == top) / n
    assert {(one.who[0], one.instead): one.gain for one in audit.deviations} == expected
    for one in audit.deviations:
        if one.instead is not None:
            (k,), item = one.who, menu[one.instead]
            gained = worth(types[k]["prior"], types[k]["payoff"], item["experiment"], one.replies) - item["price"]
            kept = gained - one.gain
            assert kept < gained
            assert (k, one.instead) in expected
    assert audit.earned == earned
    assert audit.claimed == sum((menu[m]["price"] for m in choice if m is not None), F(0)) / n
    assert audit.incentive_compatible == (not expected)


def test_optimal_menus_pass_and_dearer_ones_do_not():
    shop = ExperimentMenu([{"prior": ["1/5", "4/5"]}, {"prior": ["7/10", "3/10"]}, {"prior": ["1/2", "1/2"]}])
    best = shop.solve()
    menu = [{"experiment": item.experiment, "price": item.price} for item in best.primal.menu]
    audit = shop.audit(menu, choice=best.primal.choice)
    assert audit.incentive_compatible
    assert audit.claimed == audit.earned == best.lower
    for item in menu:
        item["price"] += F(1, 1000)
    audit = shop.audit(menu, choice=best.primal.choice)
    assert audit.claimed > best.lower > audit.earned
    assert audit.regret == F(1, 1000)
    assert "1/1000" in audit.table().text()


def test_rivals_who_would_rather_not():
    market = ExperimentMenu(externality=RIVALS)
    best = market.solve()
    told = [[[best.recommendations.get((i, a, b), F(0)) for b in range(2)] for a in range(2)] for i in range(2)]
    paid = [[best.payments.get((i, a), F(0)) for a in range(2)] for i in range(2)]
    audit = market.audit(recommendations=told, payments=paid)
    assert audit.incentive_compatible
    assert audit.earned == best.lower == F(3, 2)
    paid[1][1] += F(1, 10)
    audit = market.audit(recommendations=told, payments=paid)
    assert audit.earned is None
    assert audit.claimed == F(3, 2) + F(1, 20)
    assert {one.who for one in audit.deviations} == {(1, 1)}
    told[0][0][1] = F(3, 2)
    assert any("chance 3/2" in one for one in market.audit(recommendations=told, payments=paid).excesses)
    told[0] = [[F(1, 4)] * 2] * 2
    assert any("rather not follow" in one for one in market.audit(recommendations=told, payments=paid).excesses)


@pytest.mark.parametrize(
    ("asked", "given", "message"),
    [
        ({"externality": RIVALS}, {"menu": []}, "menu: a menu is audited for finitely many types"),
        ({"law": {"uniform": [0, 1]}}, {"menu": []}, "menu: a menu is audited for finitely many types"),
        ({"law": {"uniform": [0, 1]}}, {}, "menu: either a menu is audited"),
        ({"law": {"uniform": [0, 1]}}, {"recommendations": []}, "recommendations: recommendations are audited for"),
        ({"externality": RIVALS}, {"recommendations": [[[1]]], "payments": [[1]]}, "recommendations"),
        ({"externality": RIVALS}, {"recommendations": [[[1, 1]] * 2] * 2, "payments": [[1]] * 2}, r"payments\[0\]"),
        ({"types": [{"prior": [1, 0]}]}, {"menu": [{"experiment": [["1/2", 1]], "price": 1}]}, "sum to 1/2, not to 1"),
        ({"types": [{"prior": [1, 0]}]}, {"menu": [{"experiment": [[1, 1]]}]}, "price"),
        ({"types": [{"prior": [1, 0]}]}, {"menu": [], "choice": [0]}, r"choice\[0\]"),
    ],
)
def test_bad_input(asked, given, message):
    with pytest.raises(dual.SuasionError, match=message):
        ExperimentMenu(**asked).audit(**given)


def test_an_empty_menu_is_true_and_earns_nothing():
    audit = ExperimentMenu([{"prior": ["1/2", "1/2"]}]).audit([])
    assert (audit.claimed, audit.earned, audit.deviations) == (0, 0, ())
