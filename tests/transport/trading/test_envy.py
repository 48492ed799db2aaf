"""Rows of envy: every equilibrium satisfies them, and the rows said to be broken are."""

import itertools
from fractions import Fraction

import numpy as np

from transport import TradingNetwork
from transport.trading.envy import Envy, Row


def network(seed: int, n: int) -> TradingNetwork:
    rng = np.random.default_rng(seed)
    known = [pair for pair in itertools.product(range(n), range(n)) if rng.random() < 0.4]
    return TradingNetwork(rng.integers(1, 30, (n, n)), known)


def counted(gain: Fraction, floor: int, left: int) -> Fraction:
    return min(max(gain - floor, Fraction(0)), Fraction(left))


def test_no_equilibrium_breaks_a_row() -> None:
    """A row counts at least what gain and price are above the floors, at whatever the platform introduces."""
    rng = np.random.default_rng(2)
    for seed in range(12):
        market = network(seed, 5)
        model = market.model
        envy = Envy(model, float(model.net.max()))
        unknown = [pair for pair in itertools.product(range(5), range(5)) if pair not in market.statement.known_pairs]
        outcome = market.evaluate([pair for pair in unknown if rng.random() < 0.3])
        x, r = np.zeros(25), np.zeros(25)
        for i, j in outcome.trades:
            x[5 * i + j], r[5 * i + j] = 1.0, float(outcome.prices[j]) / envy.scale
        for i, j in market.statement.known_pairs:
            value = int(model.net[5 * i + j])
            floor = int(rng.integers(0, value))
            floors = (floor, int(rng.integers(0, value - floor)))
            left = value - sum(floors)
            caps = [frozenset(k for k in range(5) if rng.random() < 0.3) for _ in range(2)]
            terms = envy.terms(Row(5 * i + j, *caps, floors))
            total = float(terms.x @ x[terms.places] + terms.r @ r[terms.places]) * terms.size * envy.scale
            truth = counted(outcome.utilities[i], floors[0], left) + counted(outcome.prices[j], floors[1], left)
            assert truth >= left
            assert total >= left - 1e-9


def test_rows_found_are_broken_by_as_much_as_any() -> None:
    """Two sellers in halves: gain and price are enough on average, though neither half is."""
    market = TradingNetwork([[10, 4], [10, 10], [2, 9]], [(0, 0)])
    envy = Envy(market.model, 10.0)
    # Buyer 0 takes seller 1 in half (gain 4), seller 0 goes by halves to buyer 1 at 10 and buyer 2 at 2.
    places, x, r = np.array([1, 2, 4]), np.array([0.5, 0.5, 0.5]), np.array([0.0, 0.5, 0.1])
    rows = envy.broken(places, x, r, 10)
    assert [row.place for row in rows] == [0]
    terms = envy.terms(rows[0])
    point = {place: (a, b) for place, a, b in zip(places.tolist(), x, r, strict=True)}
    total = sum(
        c * point.get(place, (0, 0))[0] + d * point.get(place, (0, 0))[1]
        for place, c, d in zip(terms.places.tolist(), terms.x, terms.r, strict=True)
    )
    assert total < terms.least - 0.3
    whole = envy.broken(np.array([2]), np.array([1.0]), np.array([1.0]), 10)
    assert whole == []
