"""Pairs that cannot trade: against all matchings that avoid them."""

import itertools
import math
import random
from fractions import Fraction as F

import numpy as np
import pandas
import pytest

import suasion
from dual import InputError


def best_allowed(values, costs):
    """The greatest welfare of matchings without what is missing."""
    sizes, best = (len(values), len(values[0]), len(costs)), F(0)
    for count in range(1, min(sizes) + 1):
        for buyers in itertools.combinations(range(sizes[0]), count):
            for rest in itertools.product(*(itertools.permutations(range(size), count) for size in sizes[1:])):
                triples = list(zip(buyers, *rest, strict=True))
                if all(values[i][j] is not None and costs[k][i][j] is not None for i, j, k in triples):
                    best = max(best, sum((values[i][j] - costs[k][i][j] for i, j, k in triples), F(0)))
    return best


@pytest.mark.parametrize("seed", range(25))
def test_impossible_pairs_are_never_used(seed):
    rng = random.Random(seed)
    buyers, stores, couriers = (rng.randint(1, 3) for _ in range(3))
    scale = rng.choice([F(1), F(1, 10**12), F(10**12)])

    def entry(most):
        return None if rng.random() < 0.3 else scale * rng.randint(0, most)

    values = [[entry(9) for _ in range(stores)] for _ in range(buyers)]
    costs = [[[entry(6) for _ in range(stores)] for _ in range(buyers)] for _ in range(couriers)]
    market = suasion.DeliveryMarket(values, costs, objective="efficient", missing="impossible")
    solution = market.solve()
    assert solution.lower == solution.upper == best_allowed(values, costs)
    assert all(values[i][j] is not None and costs[k][i][j] is not None for i, j, k in solution.transactions)


def test_holes_in_frames_and_legs():
    values = pandas.DataFrame([[5, 5.5], [6, math.nan]], index=["Ann", "Bob"], columns=["baker", "smith"])
    legs = {"centre": "store", "courier_store": np.array([[1, math.nan]]), "buyer_store": [[1, 2], [None, 1]]}
    market = suasion.DeliveryMarket(values, legs, missing="impossible", notes="A Monday.")
    assert market.solve().lower == 3  # Ann buys from the baker: nothing else is left
    assert market.statement.notes.startswith("A Monday.\nWhat cannot trade costs ")
    assert market.replace(tips=False).values == market.values


def test_what_cannot_be_said_is_refused():
    legs = {"centre": "courier", "courier_buyer": [[1]], "courier_store": [[1, 2]]}
    with pytest.raises(InputError, match=r"values\[0\]\[1\]: legs that meet at the courier cannot rule out"):
        suasion.DeliveryMarket([[5, None]], legs, missing="impossible")
    with pytest.raises(InputError, match=r"values\[0\]\[1\]: None is not a number"):
        suasion.DeliveryMarket([[5, None]], [[[1, 2]]])
    with pytest.raises(InputError, match='missing: "zero" is unknown'):
        suasion.DeliveryMarket([[5, None]], [[[1, 2]]], missing="zero")
    with pytest.raises(InputError, match=r"^costs: "):
        suasion.DeliveryMarket([[5, 4]], 3, missing="impossible")
