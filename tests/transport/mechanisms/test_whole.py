"""All items at one price: the law of a sum, by other formulas and samples, and as what is sold of three items."""

from fractions import Fraction as F

import numpy as np
import pytest

import dual
from dual.kinds.mechanisms import alike, regions, whole
from dual.kinds.mechanisms.menu import Menu
from transport import Mechanism
from transport.mechanisms.continuous import separate_or_whole


def statement(*intervals, **fields):
    return Mechanism(laws=[{"uniform": list(ends)} for ends in intervals], **fields).statement


@pytest.mark.parametrize("seed", range(6))
def test_the_law_of_a_sum(seed):
    rng = np.random.default_rng(seed)
    ends = [(int(a), int(a + w)) for a, w in zip(rng.integers(-2, 3, 4), rng.integers(1, 5, 4), strict=True)]
    sums = sum(rng.uniform(a, b, 200_000) for a, b in ends)
    for share in (F(1, 10), F(1, 3), F(1, 2), F(9, 10)):
        price = sum(a for a, _ in ends) + share * sum(b - a for a, b in ends)
        sampled = float((sums > float(price)).mean())
        assert float(whole.bought(statement(*ends), price)) == pytest.approx(sampled, abs=5e-3)


def test_two_items_are_polygons_and_items_alike_volumes():
    two = statement((0, 1), (1, 3))
    for price in (F(1), F(3, 2), F(5, 2), F(4)):
        menu = Menu.read({"menu": [{"lottery": [1, 1], "price": price}]}, two)
        assert whole.lower(two, whole.WholePrice(price)) == regions.lower(two, menu)
    three = statement(*[(0, 1)] * 3)
    for price in (F(1, 2), F(6, 5), F(2)):
        assert whole.bought(three, price) == 1 - alike.chances([price] * 3)[0]


def test_different_items_are_better_sold_together():
    problem = Mechanism(laws=[{"uniform": [0, k]} for k in (1, 2, 3)])
    found = separate_or_whole(problem.statement)
    assert problem.benchmarks["separate"] == F(3, 2)
    assert isinstance(found, whole.WholePrice)
    assert whole.lower(problem.statement, found) > F(8, 5)
    # As a witness in a file it proves what it earns, and no more.
    document = problem.solve(rounds=1).document()
    document["primal"] = {"whole": str(found.whole)}
    assert "is not proven" in dual.verify(document).violation
    document.update(lower="8/5", value=1.6)
    assert dual.verify(document).accepted


def test_costs_are_taken_off():
    plain, dear = statement((0, 1), (0, 2), (0, 3)), statement((0, 1), (0, 2), (0, 3), costs=[0, 0, 1])
    price = whole.WholePrice(F(3))
    assert whole.lower(dear, price) == whole.lower(plain, price) * F(2, 3)
