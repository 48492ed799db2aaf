"""What a belief is worth to the sender."""

from __future__ import annotations

from dual.kinds.concave import ConcavificationStatement
from dual.numbers.exact import Vector
from dual.numbers.interval import Interval, interval


def worth(statement: ConcavificationStatement, belief: Vector) -> Interval | None:
    """Enclose the payoff of a belief, exactly where it is known to be rational; None if it is not listed."""
    payoff = statement.payoff(belief)
    return None if payoff is None else interval(payoff)
