"""Menus of experiments along a parameter: shares, beliefs and payoffs, against solves at points and closed forms."""

import random
from fractions import Fraction as F

import pytest

import suasion
from persuasion import ExperimentMenu
from tests.families import along, numbers, require_agreement, require_most_refused, seeds, spread


def families_at_random(rng):
    """Payoffs, one payoff, shares (in the objective) and beliefs (in the rows, and in what types have anyway)."""
    n, W, A = rng.randint(1, 3), rng.randint(2, 3), rng.randint(2, 3)
    priors, payoff = [spread(rng, W) for _ in range(n)], numbers(rng, A, W)
    menu = ExperimentMenu([{"prior": prior} for prior in priors], payoff=payoff)
    document = {**menu.document(), "parameter": {"name": "t", "from": 0, "to": 1}}
    shares = along(spread(rng, n), spread(rng, n))
    moved = [along(prior, spread(rng, W)) for prior in priors]
    yield menu.family("payoff", payoff, numbers(rng, A, W))
    yield menu.family("payoff[0][0]", -3, 3)
    yield suasion.load({**document, "types": [{"prior": p, "weight": w} for p, w in zip(priors, shares, strict=True)]})
    yield suasion.load({**document, "types": [{"prior": prior} for prior in moved]})


@seeds(4, 100)
def test_random_menus_agree_with_solves_at_points(seed):
    rng = random.Random(seed)
    for family in families_at_random(rng):
        require_agreement(family, 3 if seed < 4 else 50, rng)


@seeds(2, 20)
def test_a_changed_number_of_a_menu_proves_nothing_false(seed):
    rng = random.Random(seed)
    require_most_refused(families_at_random(rng), rng, few=10, most=10 if seed < 2 else None, share=F(1, 3))


def test_two_types_who_lean_to_different_states():
    """By hand: a signal that proves the unlikely state, sent in it with chance q, is worth q/5 to the surer type.

    To the other, who acts on the other state anyway, silence after it is worth 3/10 - 7/10 (1 - q) at most, so she is
    kept at her full-information price 3/10 if q/5 covers that: q = 4/5. Both at 1/5 earn more from a share 5/7 on.
    """
    solution = suasion.load("bergemann-bonatti-smolin-2018-two-types-every-share").solve()
    assert solution.breakpoints == (F(5, 7),)
    for k in range(11):
        t = F(k, 10)
        assert solution.value(t) == max(F(3, 10) * (1 - t) + F(4, 25) * t, F(1, 5))
    assert {item.price for item in solution.policy("1/2").menu} == {F(4, 25), F(3, 10)}
    assert [item.price for item in solution.policy("9/10").menu] == [F(1, 5)]


def test_one_type_pays_what_the_truth_is_worth():
    """A single buyer with belief t is charged min(t, 1 - t): the whole value of information."""
    family = suasion.load(
        {
            "kind": "experiment-menu",
            "parameter": {"name": "t", "from": 0, "to": 1},
            "types": [{"prior": ["t", "1 - t"]}],
        }
    )
    assert family.solve().formula().splitlines() == ["t        if 0 <= t <= 1/2", "1 - t    if 1/2 <= t <= 1"]


@pytest.mark.parametrize(
    "change",
    [
        {"types": None, "law": {"uniform": ["t", 1]}},
        {"types": None, "law": {"uniform": [0, 1]}, "stakes": ["1 + t", 1]},
        {"types": None, "law": {"support": ["t/2", "1/2"], "prior": ["1/2", "1/2"]}},
        {"types": None, "law": {"support": ["1/3", "1/2"], "prior": ["t", "1 - t"]}},
        {"types": None, "externality": {"alpha": "t", "theta": "3/4", "law": {"uniform": [0, 1]}}},
        {"types": None, "externality": {"alpha": 1, "theta": "1/2 + t/2", "law": {"exponential": "1 + t"}}},
        {"types": None, "law": "t"},
        {"types": "t"},
        {"types": [{"prior": ["t", "t"]}]},
        {"types": [{"prior": ["1/2", "1/2"], "weight": "t"}]},
    ],
)
def test_other_forms_of_menus_refuse_in_one_line(change):
    document = {
        "kind": "experiment-menu",
        "parameter": {"name": "t", "from": 0, "to": 1},
        "types": [{"prior": ["1/2", "1/2"]}],
        **change,
    }
    with pytest.raises(suasion.InputError) as error:
        suasion.load({name: value for name, value in document.items() if value is not None})
    assert "\n" not in str(error.value)
