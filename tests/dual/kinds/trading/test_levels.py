"""Multipliers of single levels of prices, against every set of introductions."""

import math
import random
from fractions import Fraction

import pytest

from dual.errors import InputError, Violation
from dual.kinds.trading.kind import KIND
from dual.kinds.trading.statement import TradingNetworkStatement
from tests.dual.kinds.reading import checks
from tests.transport.trading import brute

_, upper = checks(KIND)

REFERENCE = {"kind": "trading-network", "values": [[12, 0], [12, 11]], "known": [[0, 0]]}


def market(rng, unit=1):
    n, m = rng.randint(1, 3), rng.randint(1, 3)
    values = [[Fraction(rng.randint(1, 9), unit) for _ in range(m)] for _ in range(n)]
    known = [[i, j] for i in range(n) for j in range(m) if rng.random() < 0.4]
    costs = [Fraction(rng.choice([0, 0, 1, 2]), unit) for _ in range(m)]
    document = {"kind": "trading-network", "values": values, "known": known, "costs": costs}
    return TradingNetworkStatement.read(document), values, known, costs


def best(values, known, costs):
    net = {(i, j): v - costs[j] for i, row in enumerate(values) for j, v in enumerate(row)}
    return brute.best_revenues(net, costs, {tuple(pair) for pair in known}, "largest")[0]


def most(values, known, costs, rows, unit):
    """What each pair adds at its best price, by the definition: all prices, all rows."""
    found = {}
    for i, line in enumerate(values):
        for j, value in enumerate(line):
            for steps in range(int((value - costs[j]) * unit) + 1):
                price = Fraction(steps, unit)
                utility = value - costs[j] - price
                earned = Fraction(0) if [i, j] in known else price + costs[j]
                earned += sum(d for a, b, t, d in rows if b == j and price >= t)
                earned += sum(d for a, b, t, d in rows if a == i and utility > values[a][b] - costs[b] - t)
                found[i, j] = max(found.get((i, j), Fraction(0)), earned)
    return found


@pytest.mark.parametrize("seed", range(40))
def test_any_multipliers_bound_every_set_of_introductions(seed):
    rng = random.Random(seed)
    unit = rng.choice([1, 1, 2])
    statement, values, known, costs = market(rng, unit)
    rows = [
        (i, j, Fraction(t, unit), Fraction(rng.randint(0, 6), rng.choice([1, 2, 3])))
        for i, j in known
        for t in range(1, int((values[i][j] - costs[j]) * unit) + 1)
        if rng.random() < 0.5
    ]
    adds = most(values, known, costs, rows, unit)
    buyers = [max((adds.get((i, j), 0) for j in range(len(costs))), default=0) for i in range(len(values))]
    sellers = [Fraction(0)] * len(costs)
    listed = [[i, j, [[t, d]]] for i, j, t, d in rows]
    dual = {"kind": "levels", "buyers": buyers, "sellers": sellers, "known": listed}
    bound = sum(buyers, Fraction(0)) - sum((d for *_, d in rows), Fraction(0))
    assert upper(statement, dual) == Fraction(math.floor(bound * unit), unit)
    assert upper(statement, dual) >= best(values, known, costs)
    positive = [i for i, value in enumerate(buyers) if value]
    if positive:
        less = list(buyers)
        less[rng.choice(positive)] -= Fraction(1, 100)
        with pytest.raises(Violation, match="more than their multipliers"):
            upper(statement, {**dual, "buyers": less})


def test_levels_of_the_reference_instance():
    """By hand: with d = 1 at each of twelve levels F_0(u) = u and G_0(p) = p."""
    statement = TradingNetworkStatement.read(REFERENCE)
    rows = [[0, 0, [[t, 1] for t in range(1, 13)]]]
    # b0 and s0: (12 - r) + r <= 13. b1 and s0: r + r <= 24. b1 and s1: r <= 11. And 11 + 13 - 12 = 12.
    dual = {"kind": "levels", "buyers": [0, 11], "sellers": [13, 0], "known": rows}
    assert upper(statement, dual) == 12


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"known": [[0, 0, [[13, 1]]]]}, InputError, "level"),
        ({"known": [[0, 0, [[0, 1]]]]}, InputError, "level"),
        ({"known": [[0, 0, [["1/2", 1]]]]}, InputError, "level"),
        ({"known": [[1, 0, [[1, 1]]]]}, Violation, "do not know each other"),
        ({"known": [[0, 0, [[1, -1]]]]}, Violation, "negative"),
        ({"known": [[0, 0]]}, InputError, "entries"),
        ({"buyers": [-1, 30]}, Violation, "negative"),
        ({"sellers": [40, 0, 0]}, InputError, "entries"),
    ],
)
def test_what_is_refused(change, error, message):
    statement = TradingNetworkStatement.read(REFERENCE)
    dual = {"kind": "levels", "buyers": [40, 40], "sellers": [40, 40], "known": []} | change
    with pytest.raises(error, match=message):
        upper(statement, dual)
