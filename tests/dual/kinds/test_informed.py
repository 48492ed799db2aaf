"""The sender's payoff from informed receivers: what the checker says of segments, messages and replies, by hand."""

import random
from fractions import Fraction as F
from itertools import product

import pytest

from dual.kinds import KINDS
from dual.kinds.informed.public import Replies, best_message
from dual.kinds.informed.segment import curve

KIND = KINDS["informed-persuasion"]


def earned(own, gains, x):
    """Replies of all types to a message, each by the definition: best for the type, then for the sender."""
    total = 0
    for mine, hers in zip(own, gains, strict=True):
        worth, gained = ([sum(a * b for a, b in zip(row, x, strict=True)) for row in table] for table in (mine, hers))
        total += max(gain for gain, w in zip(gained, worth, strict=True) if w == max(worth))
    return total


def tables(rng, types, actions, states, least=-2):
    """Small numbers, so that types who do not mind, ties and replies that change at a corner are met often."""
    return [[[rng.randint(least, 2) for _ in range(states)] for _ in range(actions)] for _ in range(types)]


@pytest.mark.parametrize("actions", [2, 3])
def test_a_line_above_the_listed_points_is_above_everywhere(actions):
    rng = random.Random(actions)
    grid = sorted({F(n, d) for d in range(1, 9) for n in range(d + 1)})
    for _ in range(120):
        own, gains = (tables(rng, rng.randint(1, 3), actions, 2) for _ in range(2))
        gains = gains[: len(own)] + tables(rng, max(len(own) - len(gains), 0), actions, 2)
        points = [(F(n, d), F(f, d)) for n, d, f in curve(own, gains)]
        assert [y for y, _ in points] == sorted({y for y, _ in points})
        assert (points[0][0], points[-1][0]) == (0, 1)
        for y, f in points:
            assert f == earned(own, gains, (1 - y, y))
        everywhere = [(y, earned(own, gains, (1 - y, y))) for y in grid]
        for slope in range(-4, 5):
            assert max(f - slope * y for y, f in everywhere) <= max(f - slope * y for y, f in points)


def instance(rng, states, types):
    """An instance and its tables: beliefs count into what a message is worth to types and sender."""
    weights = [[rng.randint(1, 4) for _ in range(states)] for _ in range(types)]
    beliefs = [[F(w, sum(row)) for w in row] for row in weights]
    receiver, sender = (tables(rng, 1, 3, states)[0] for _ in range(2))
    share = F(1, types)
    statement = KIND.statement(
        {
            "beliefs": [[str(b) for b in row] for row in beliefs],
            "weights": [str(share)] * types,
            "receiver": list(map(list, zip(*receiver, strict=True))),
            "sender": list(map(list, zip(*sender, strict=True))),
        }
    )
    own = [[[b * x for b, x in zip(belief, row, strict=True)] for row in receiver] for belief in beliefs]
    gains = [[[share * b * x for b, x in zip(belief, row, strict=True)] for row in sender] for belief in beliefs]
    return statement, own, gains


@pytest.mark.parametrize("states", [2, 3])
def test_no_message_beats_the_best_one(states):
    rng, met = random.Random(states), [0, 0]
    grid = [x for x in product(range(7), repeat=states) if sum(x) == 6]
    for _ in range(100):
        statement, own, gains = instance(rng, states, rng.randint(1, 3))
        prices = tuple(F(rng.randint(-4, 8), 6) for _ in range(states))
        if rng.random() < 0.5:  # those that just pay for the corners leave the inside to matter
            corners = [tuple(int(k == s) for k in range(states)) for s in range(states)]
            prices = tuple(F(earned(own, gains, corner)) for corner in corners)
        excess = [earned(own, gains, x) - sum(p * k for p, k in zip(prices, x, strict=True)) for x in grid]
        found = best_message(statement, prices)
        met[found is None] += 1
        if found is None:
            assert max(excess) <= 0
            continue
        x, value, cost = found
        assert value == earned(own, gains, x) > cost == sum(p * k for p, k in zip(prices, x, strict=True))
        assert sum(x) == 1
        assert max(excess) <= 6 * (value - cost)
    assert min(met) > 5


def test_one_state_has_one_message():
    statement = KIND.statement({"beliefs": [[1]], "weights": [1], "receiver": [[0, 1]], "sender": [[2, 3]]})
    assert best_message(statement, (F(5, 2),)) == ((F(1),), F(3), F(5, 2))
    assert best_message(statement, (F(3),)) is None


def test_replies_of_one_type_exclude_each_other():
    """Two types of three actions: variables 0 to 2 and 3 to 5."""
    statement, _, _ = instance(random.Random(1), 2, 2)
    replies = Replies(statement, (F(0), F(0)))
    assert replies.variables() == 6
    assert replies.exclusive([0], [1, 2])
    assert replies.exclusive([3, 4], [5])
    assert not replies.exclusive([0, 1], [3])
    assert not replies.exclusive([0, 1], [1])
