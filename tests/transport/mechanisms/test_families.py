"""Menus and auctions along a parameter: values, weights and costs, against solves at points and closed forms."""

import random
from fractions import Fraction as F

import pytest

import suasion
from tests.families import along, numbers, require_agreement, require_most_refused, seeds, spread


def stated(types, **fields):
    return suasion.load({"kind": "mechanism", "parameter": {"name": "t", "from": 0, "to": 1}, "types": types, **fields})


def menus_at_random(rng):
    """Additive, unit-demand, vertices, bids and tables; values, weights and costs move."""
    T, items = rng.randint(2, 4), rng.randint(1, 2)
    values, others = numbers(rng, T, items, low=0), numbers(rng, T, items, low=0)
    moved, shares = [along(*pair) for pair in zip(values, others, strict=True)], along(spread(rng, T), spread(rng, T))
    valued = [{"values": own} for own in values]
    yield stated([{"values": own} for own in moved])
    yield stated([{**own, "weight": share} for own, share in zip(valued, shares, strict=True)])
    yield stated(valued, costs=along(*numbers(rng, 2, items, low=0)))
    yield stated([{"values": own} for own in moved], valuation="unit-demand", costs=numbers(rng, items, low=0))
    yield stated([{"values": own} for own in moved], allocation=[numbers(rng, items, low=0) for _ in range(3)])
    bids = [[[[0], along([a], [b])[0]], [[0, 1], along([a + 1], [b + 2])[0]]] for (a, *_), (b, *_) in
            zip(values, others, strict=True)]  # fmt: skip
    yield stated([{"bids": own} for own in bids], valuation="xor")
    tables = [along([0, *one], [0, *two]) for one, two in zip(*numbers(rng, 2, T, 3, low=0), strict=True)]
    yield stated([{"table": own} for own in tables], valuation="table")


def auctions_at_random(rng):
    T, items = 2, rng.randint(1, 2)
    values, others = numbers(rng, T, items, low=0), numbers(rng, T, items, low=0)
    moved, shares = [along(*pair) for pair in zip(values, others, strict=True)], along(spread(rng, T), spread(rng, T))
    valued = [{"values": own, "weight": share} for own, share in zip(values, shares, strict=True)]
    for incentives in ("DSIC", "BIC"):
        several = {"bidders": 2, "incentives": incentives}
        yield stated([{"values": own} for own in moved], **several)
        yield stated(valued, **several, valuation=rng.choice(["additive", "unit-demand"]))
    bids = [[[[0], along([a], [b])[0]]] for (a, *_), (b, *_) in zip(values, others, strict=True)]
    yield stated([{"bids": own} for own in bids], valuation="xor", bidders=2)


@seeds(3, 100)
def test_random_menus_agree_with_solves_at_points(seed):
    rng = random.Random(seed)
    for family in menus_at_random(rng):
        require_agreement(family, 3 if seed < 3 else 50, rng)


@seeds(2, 20)
def test_random_auctions_agree_with_solves_at_points(seed):
    rng = random.Random(seed)
    for family in auctions_at_random(rng):
        require_agreement(family, 2 if seed < 2 else 50, rng)


@seeds(2, 20)
def test_a_changed_number_of_a_menu_or_an_auction_proves_nothing_false(seed):
    rng = random.Random(seed)
    families = [*menus_at_random(rng), *auctions_at_random(rng)]
    require_most_refused(families, rng, few=10, most=6 if seed < 2 else None, share=F(1, 5))


def test_a_posted_price_as_the_high_value_grows_likely():
    """Values 1 and 2: the item is sold to all at 1, or at 2 with chance t."""
    types = [{"values": [1], "weight": "1 - t"}, {"values": [2], "weight": "t"}]
    solution = stated(types).solve()
    assert solution.formula().splitlines() == ["1      if 0 <= t <= 1/2", "2*t    if 1/2 <= t <= 1"]
    assert [[str(offer.price) for offer in solution.policy(t).menu] for t in ("1/4", "3/4")] == [["1"], ["2"]]


def test_two_bidders_pay_by_virtual_values():
    """Myerson: of value 1 the virtual value is 1 - t/(1 - t), which counts only up to t = 1/2."""
    solution = suasion.load("myerson-1981-two-values-every-share").solve()
    for k in range(1, 12):
        t = F(k, 12)
        virtual = 1 - t / (1 - t)
        assert solution.value(t) == 2 * (1 - (1 - t) ** 2) + (1 - t) ** 2 * max(virtual, 0)
    assert solution.breakpoints == (F(1, 2),)


@pytest.mark.parametrize(
    "slug",
    [
        "mechanism-three-types-deterministic",
        "uniform-0-4-0-3",
        "mechanism-uniform-triangle",
        "myerson-1981-unlike-bidders",
    ],
)
def test_other_forms_of_mechanisms_name_what_is_possible(slug):
    document = {**suasion.load(slug).document(), "parameter": {"name": "t", "from": 1, "to": 2}}
    with pytest.raises(suasion.InputError, match='finitely many "types"') as error:
        suasion.load({**document, "costs": ["t", "t"]} if "types" in document else document)
    assert "\n" not in str(error.value)
