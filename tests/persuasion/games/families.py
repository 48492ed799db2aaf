"""Games from the literature, as functions of what varies in them."""

from fractions import Fraction as F
from itertools import product


def table(function, *shape):
    """Nested lists of a function of indices."""
    if len(shape) == 1:
        return [function(k) for k in range(shape[0])]
    return [table(lambda *rest, k=k: function(k, *rest), *shape[1:]) for k in range(shape[0])]


def accuracy(q):
    """An AI that sees the true one of two states with probability q."""
    q = F(q)
    return [[q, 1 - q], [1 - q, q]]


EMAIL = [[[5, -10, 1], [-10, 5, 1]]]
"""Two drafts of which one is superior, and the choice to write a superior one oneself: [player][state][action]."""
SUPERIOR = {"table": [[1, 0, 1], [0, 1, 1]]}
SENT = {"table": [[1, 1, 0], [1, 1, 0]]}


def email(q, **options):
    return {"kind": "game", "prior": ["1/2", "1/2"], "payoffs": EMAIL, "signals": accuracy(q), **options}


def opera(**options):
    """Opera or football, where the weather w in {0, 2} decides what football is worth."""
    return {
        "kind": "game",
        "prior": ["1/2", "1/2"],
        "payoffs": [[[[10, 0], [0, 9 * w]] for w in (0, 2)], [[[9, 0], [0, 10 * w]] for w in (0, 2)]],
        **options,
    }


TOGETHER = {"table": [[[1, 0], [0, 1]]] * 2}


def one_investor(**options):
    """A project that pays 11/20 or -1, with equal odds."""
    return {
        "kind": "game",
        "prior": ["1/2", "1/2"],
        "payoffs": [[[0, -1], [0, "11/20"]]],
        "objective": {"table": [[0, 1], [0, 1]]},
        **options,
    }


def two_investors(e, objective, **options):
    """Each gets e more if the other invests too."""
    pays = (F(-1), F(11, 20))
    own = [table(lambda a, b, x=x: (x + F(e) * b) * a, 2, 2) for x in pays]
    other = [table(lambda a, b, x=x: (x + F(e) * a) * b, 2, 2) for x in pays]
    return {"kind": "game", "prior": ["1/2", "1/2"], "payoffs": [own, other], "objective": objective, **options}


MEAN = {"table": [table(lambda a, b: F(a + b, 2), 2, 2)] * 2}
ANY = {"table": [table(max, 2, 2)] * 2}


def independent(q):
    """Types that see the state with accuracy q, independently."""
    q = F(q)
    return [table(lambda t, u, s=s: (q if t == s else 1 - q) * (q if u == s else 1 - q), 2, 2) for s in range(2)]


def auction(objective, **options):
    """First-price auction: values 2 or 3, independent with equal odds, bids 0 or 1, ties split; bidders' surplus."""
    values = list(product((2, 3), repeat=2))

    def gain(i, s, *bids):
        share = F(1, 2) if bids[0] == bids[1] else F(bids[i] > bids[1 - i])
        return share * (values[s][i] - bids[i])

    surplus = table(lambda s, a, b: gain(0, s, a, b) + gain(1, s, a, b), 4, 2, 2)
    revenue = table(lambda _, a, b: max(a, b), 4, 2, 2)
    return {
        "kind": "game",
        "prior": ["1/4"] * 4,
        "payoffs": [table(lambda s, a, b, i=i: gain(i, s, a, b), 4, 2, 2) for i in range(2)],
        "objective": {"table": {"surplus": surplus, "revenue": revenue}[objective]},
        "law": [table(lambda t, u, s=s: int(values[s] == (2 + t, 2 + u)), 2, 2) for s in range(4)],
        **options,
    }
