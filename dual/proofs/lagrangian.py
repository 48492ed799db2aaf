"""The obedience program's Lagrangian: payoffs with the multipliers' weight on obedience."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from operator import add

from dual.numbers.exact import Matrix

from .obedience import Receiver


def gains(payoff: Matrix, multipliers: Sequence[Sequence[Fraction]], where: str) -> list[list[Fraction]]:
    """The matrix ``[a][s]``: the multipliers' weight on the receiver's gains from obeying."""
    return [[gain / Fraction(unit) for gain in row] for row, unit in Receiver(payoff).weighed(multipliers, where)]


def obedient_payoffs(sender: Matrix, receiver: Matrix, multipliers: Sequence[Sequence[Fraction]]) -> Matrix:
    """The matrix ``[a][s]``: sender's payoff plus the multipliers' weight on the receiver's gains from obeying."""
    weighed = gains(receiver, multipliers, "multipliers")
    return tuple(tuple(map(add, column, row)) for column, row in zip(zip(*sender, strict=True), weighed, strict=True))
