"""Menus for informed receivers along a parameter: shares, beliefs, laws and payoffs, against solves at points."""

import random
from fractions import Fraction as F

import pytest

import suasion
from persuasion import InformedPersuasion
from tests.families import along, numbers, require_agreement, require_most_refused, seeds, spread


def families_at_random(rng):
    T, S, A = rng.randint(1, 3), rng.randint(2, 3), rng.randint(2, 3)
    beliefs = [[F(1, 7) + F(7 - S, 7) * p for p in spread(rng, S)] for _ in range(T)]
    moved = [[F(1, 7) + F(7 - S, 7) * p for p in spread(rng, S)] for _ in range(T)]
    receiver, sender = numbers(rng, S, A), numbers(rng, S, A)
    base = {"beliefs": beliefs, "receiver": receiver, "sender": sender, "disclosure": "menu"}
    menu = InformedPersuasion(**base)
    document = {**menu.document(), "parameter": {"name": "t", "from": 0, "to": 1}}
    yield menu.family("receiver", receiver, numbers(rng, S, A))
    yield menu.family("sender", sender, numbers(rng, S, A))
    yield suasion.load({**document, "weights": along(spread(rng, T), spread(rng, T))})
    yield suasion.load({**document, "beliefs": [along(*pair) for pair in zip(beliefs, moved, strict=True)]})
    flat = along(spread(rng, T * S), spread(rng, T * S))
    joint = [flat[t * S : (t + 1) * S] for t in range(T)]
    yield suasion.load({**document, "joint": joint})


@seeds(3, 100)
def test_random_menus_agree_with_solves_at_points(seed):
    rng = random.Random(seed)
    for family in families_at_random(rng):
        require_agreement(family, 3 if seed < 3 else 50, rng)


@seeds(2, 10)
def test_a_changed_number_of_a_menu_proves_nothing_false(seed):
    rng = random.Random(seed)
    require_most_refused(families_at_random(rng), rng, few=5, most=5 if seed < 2 else None, share=F(1, 3))


def test_a_menu_for_one_type_is_the_prosecutor():
    """With one type a menu is an experiment: worth 2p up to 1/2, then 1."""
    menu = InformedPersuasion(
        beliefs=[["7/10", "3/10"]], sender=[[0, 1], [0, 1]], receiver=[[1, 0], [0, 1]], disclosure="menu"
    )
    solution = menu.family("beliefs[0]", ["99/100", "1/100"], ["1/100", "99/100"]).solve()
    for t, value in ((0, F(1, 50)), (F(1, 4), F(51, 100)), (F(1, 2), 1), (1, 1)):
        assert solution.value(t) == value


def test_a_public_experiment_has_no_families():
    public = InformedPersuasion(beliefs=["1/3", "1/2"], sender=[[0, 1], [0, 1]], receiver=[[1, 0], [0, 1]])
    with pytest.raises(suasion.InputError, match="no families are known"):
        public.family("sender[0][0]", 0, 1)
    menu = public.replace(disclosure="menu").document()
    doubted = {
        **menu,
        "parameter": {"name": "t", "from": 0, "to": "1/2"},
        "joint": [["1/4", "1/4"], ["1/4", "1/4"]],
        "beliefs": [["t", "1 - t"], ["1/2", "1/2"]],
    }
    with pytest.raises(suasion.InputError, match="type 0 rules state 0 out|not everywhere"):  # noqa: RUF043
        suasion.load(doubted)
