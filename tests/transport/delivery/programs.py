"""Random markets and transactions, and the linear program of the prices that support them."""

import numpy as np

from transport.delivery import DeliveryMarket


def random_market(rng, largest=(4, 4, 5), high=6):
    buyers, stores, couriers = (int(rng.integers(1, n)) for n in largest)
    values = rng.integers(0, high, (buyers, stores))
    return DeliveryMarket(values, rng.integers(0, high, (couriers, buyers, stores)))


def random_trades(rng, market):
    orders = [rng.permutation(count) for count in market.shape]
    count = int(rng.integers(0, min(market.shape) + 1))
    return [tuple(int(side[n]) for side in orders) for n in range(count)]


def program(market, trades, tips):
    """The inequalities of supporting u, p, z, written down from the model: matrix, right hand side, bounds."""
    shape = market.shape
    values = np.array(market.values, dtype=float)
    first = np.cumsum([0, *shape])
    cost = market.costs.at
    rows, sides = [], []

    def at_least(entries, side):
        row = np.zeros(first[-1])
        for group, agent, weight in entries:
            row[first[group] + agent] += weight
        rows.append(-row)
        sides.append(-float(side))

    for i in range(shape[0]):
        for j in range(shape[1]):
            if not tips:
                at_least([(0, i, 1), (1, j, 1)], values[i, j])
            for k in range(shape[2] if tips else 0):
                at_least([(0, i, 1), (1, j, 1), (2, k, 1)], values[i, j] - cost(k, i, j))
    for i, j, k in trades:
        at_least([(0, i, -1), (1, j, -1)], -values[i, j])
        for other in range(shape[2]):
            at_least([(2, other, 1), (2, k, -1)], cost(k, i, j) - cost(other, i, j))
    active = {(group, trade[group]) for trade in trades for group in range(3)}
    bounds = [(0, None if (group, agent) in active else 0) for group in range(3) for agent in range(shape[group])]
    return np.array(rows), np.array(sides), bounds
