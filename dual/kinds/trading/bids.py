"""One seller under smallest prices: the next best bid bounds the revenue.

The platform earns something only if the seller sells to a stranger, whom nobody she knows outbids; the smallest price
is then the greatest value of another buyer adjacent to her, or her cost. So for any buyer b, her own value being no
less than what a stranger b pays, no more is earned than the greatest value of the buyers other than b, or the cost: if
the stranger is b, she pays what another one bids; if not, no more than her own value. And if b is known and all
strangers value the good less, or less than it costs, nothing is earned at all.
"""

from __future__ import annotations

from fractions import Fraction

from dual.errors import InputError

from .statement import TradingNetworkStatement
from .witness import OneSeller


def upper(statement: TradingNetworkStatement, dual: OneSeller) -> Fraction:
    """The bound that ``{"kind": "one-seller", "buyer": b}`` proves."""
    if statement.values.shape[1] > 1 or statement.price_rule != "smallest":
        raise InputError("this certificate is for one seller and smallest prices", "dual.kind")
    b, known, cost = dual.buyer, statement.acquaintances, statement.costs[0]
    values = [Fraction(row[0] if row else -1, statement.values.denominator) for row in statement.values.amounts]
    strangers = [value for i, value in enumerate(values) if 0 not in known[i] and value >= cost]
    if not strangers or (0 in known[b] and max(strangers) < values[b]):
        return Fraction(0)
    return max([cost, *values[:b], *values[b + 1 :]])
