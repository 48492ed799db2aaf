"""What a parsed expression is made of."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple


class Step(NamedTuple):
    """One operation of a parsed expression.

    Attributes
    ----------
    op : str
        ``"number"``, ``"variable"``, ``"neg"``, ``"+"``, ``"-"``, ``"*"``, ``"/"``, ``"**"``, a comparison,
        ``"and"``, ``"or"``, ``"not"`` or a function's name.
    operands : tuple of int
        The earlier steps it works on.
    value : Fraction, int or None
        The number; the index of the variable; the exponent.
    """

    op: str
    operands: tuple[int, ...] = ()
    value: Fraction | int | None = None
