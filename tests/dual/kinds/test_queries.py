"""Queries that the checker looks through by itself, against every choice there is."""

import random
from fractions import Fraction as F
from itertools import combinations

import pytest

from dual.kinds import KINDS
from dual.kinds.queries.partitions import Refinements

KIND = KINDS["simulation"]


def buyers(rng, types, count, **fields):
    """Buyers of two states with partitions of them."""
    weights = [rng.randint(1, 5) for _ in range(types)]
    return KIND.statement(
        {
            "beliefs": sorted({F(rng.randint(1, 19), 20) for _ in range(3 * types)})[:types],
            "weights": [F(w, sum(weights)) for w in weights],
            "receiver": [[0, -1], [0, 1]],
            "sender": [[0, 1], [0, 1]],
            "partitions": [[rng.randint(0, 1) for _ in range(types)] for _ in range(count)],
            **fields,
        }
    )


@pytest.mark.parametrize("cost", [None, "1/200", "1/40"])
def test_the_best_choice_of_partitions(cost):
    rng, used = random.Random(str(cost)), set()
    for _ in range(25):
        types, queries = rng.randint(2, 5), rng.randint(1, 4)
        asked = rng.randint(1, queries)
        fields = {"queries": asked} if cost is None else {"cost": cost}
        refinements = Refinements(buyers(rng, types, queries, **fields))
        most = asked if cost is None else queries
        every = [chosen for k in range(most + 1) for chosen in combinations(range(queries), k)]
        value, chosen = refinements.best()
        used.add(len(chosen))
        assert value == refinements.value_of(chosen) == max(map(refinements.value_of, every))
    assert len(used) > 1
