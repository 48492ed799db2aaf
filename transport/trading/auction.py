"""A nearly efficient matching of a large sparse market, by an auction (Bertsekas 1988).

All buyers without a seller bid at once for the one they like best: so much that they would like their second best as
much, and a little more. Each seller goes to the highest bid. Prices start at zero and only rise, so sellers nobody bid
for stay at zero. The matching misses efficiency by at most the little more per buyer, which exact repair makes up for.
"""

from __future__ import annotations

import numpy as np

from transport.programs.arrays import Integers

from .graph import Sparse

FREE = -1
"""Nobody's partner."""
_STEP = 1 / 300_000
"""The little more, as a share of the largest value."""
_ROUNDS = 20_000
"""Of bids: a price war ends here at the latest, and the matching is just smaller."""


def auction(graph: Sparse) -> Integers:
    """Partners of the rows, ``FREE`` for none; where the rounds run out, the matching is just smaller.

    Examples
    --------
    >>> pairs = np.array([0, 0, 1]), np.array([0, 1, 0])
    >>> auction(Sparse((2, 2), *pairs, np.array([5, 3, 4]))).tolist()
    [1, 0]
    """
    _, _, values = graph.floats()
    partner: Integers = np.full(graph.shape[0], FREE)
    owner: Integers = np.full(graph.shape[1], FREE)
    prices = np.zeros(graph.shape[1])
    step = max(float(values.max(initial=0.0)), 1e-300) * _STEP
    bidders = np.flatnonzero(np.diff(graph.start))
    for _ in range(_ROUNDS):
        if not len(bidders):
            break
        counts = graph.start[bidders + 1] - graph.start[bidders]
        first = np.cumsum(counts) - counts
        edges = np.repeat(graph.start[bidders] - first, counts) + np.arange(counts.sum())
        profits = values[edges] - prices[graph.columns[edges]]
        best = np.maximum.reduceat(profits, first)
        who = np.repeat(np.arange(len(bidders)), counts)
        hits = np.flatnonzero(profits == best[who])
        favourite = hits[np.unique(who[hits], return_index=True)[1]]
        profits[favourite] = -np.inf
        second = np.maximum(np.maximum.reduceat(profits, first), 0.0)
        stay = best > 0
        bidders, sellers = bidders[stay], graph.columns[edges[favourite[stay]]]
        bids = prices[sellers] + (best - second)[stay] + step
        order = np.lexsort((bids, sellers))
        bidders, sellers, bids = bidders[order], sellers[order], bids[order]
        wins = np.append(sellers[1:] != sellers[:-1], True)[: len(sellers)]
        ousted = owner[sellers[wins]]
        ousted = ousted[ousted != FREE]
        partner[ousted] = FREE
        owner[sellers[wins]], partner[bidders[wins]] = bidders[wins], sellers[wins]
        prices[sellers[wins]] = bids[wins]
        bidders = np.concatenate([bidders[~wins], ousted])
    return partner
