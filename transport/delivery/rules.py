"""Price rules: which of the supporting prices are shown.

Among the prices that are best by a rule, the smallest vector of prices (in the order of stores), compensations and tips
(in the order of buyers) is picked. Most rules pick an end of the supporting prices; with tips the least deficit is a
chain of linear programs, in floats with a proof in integers or, where floats are too short, exact throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dual.kinds.delivery.costs import Triple
from transport.programs.effort import Effort

from .arrays import Arrays
from .extremes import Extremes
from .lexicographic import chained
from .polytope import objectives, picked
from .prices import Prices

EXACT_TRADES = 50
"""Programs are exact throughout for at most this many trades."""


class Ruled(NamedTuple):
    """Supporting prices, how they were picked, in words, and whether they are the rule's."""

    prices: Prices
    words: str
    proven: bool


def ruled(
    arrays: Arrays, trades: Sequence[Triple], tips: bool, rule: str, effort: Effort, found: Prices | None = None
) -> Ruled:
    """The supporting prices that a rule picks.

    If the time is over first, or no proof was found, prices that a method ``found``, or else an end of the supporting
    prices; the words say so.

    Raises
    ------
    SolverError
        If no prices support the trades, or an exact program has numbers that are too long.
    """
    ends = Extremes.of(arrays, trades, tips)
    picks = ends.potentials_of(rule)
    exactly = f"prices by the rule {rule}, then the smallest in order"
    if picks is not None:
        return Ruled(Prices.of(arrays, picks), exactly, True)
    chosen = chained(arrays, trades, objectives(rule, trades, ends.busy), effort)
    if chosen is None and len(trades) <= EXACT_TRADES and not effort.exhausted():
        chosen = picked(arrays, trades, tips, rule)
    if chosen is not None:
        return Ruled(chosen, exactly, True)
    why = "the time was over" if effort.exhausted() else "no proof was found"
    if found is not None:
        return Ruled(found, f"prices are the flow's potentials, not by the rule {rule}: {why}", False)
    greatest = Prices.of(arrays, ends.greatest_prices())
    return Ruled(greatest, f"prices are the greatest, not by the rule {rule}: {why}", False)
