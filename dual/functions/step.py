"""What a parsed expression is made of."""

from __future__ import annotations

from fractions import Fraction
from typing import Final, NamedTuple

SERIES: Final = ("exp", "log", "xlogx", "sqrt", "sin", "cos", "erf")
"""Steps that are functions without a rational formula."""
IRRATIONAL: Final = (*SERIES, "pi")
"""Steps whose results need not be rational where their operands are."""


class Step(NamedTuple):
    """One operation of a parsed expression.

    Attributes
    ----------
    op : str
        ``"number"``, ``"pi"``, ``"variable"``, ``"neg"``, ``"+"``, ``"-"``, ``"*"``, ``"/"``, ``"**"``, a comparison,
        ``"and"``, ``"or"``, ``"not"`` or a function's name.
    operands : tuple of int
        The earlier steps it works on.
    value : Fraction, int or None
        The number; the index of the variable; the exponent.
    """

    op: str
    operands: tuple[int, ...] = ()
    value: Fraction | int | None = None
