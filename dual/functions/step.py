"""What a parsed expression is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final, NamedTuple

FUNCTIONS: Final = ("abs", "min", "max", "exp", "log", "sqrt", "sin", "cos", "erf", "normal_cdf")
COMPARISONS: Final = ("<", "<=", ">", ">=", "==", "!=")
SMOOTH: Final = ("exp", "log", "xlogx", "sqrt", "sin", "cos", "erf", "pi")
"""Functions whose values need not be rational; ``pi`` is the one that multiplies by pi."""

KINKED: Final = ("abs", "min", "max")
"""Functions that bend where a difference changes its sign."""


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


class Operations(dict[str, Callable[..., Any]]):
    """What each step does in some arithmetic; ``more(op)`` loads what is not there, with others of its sort."""

    def __init__(self, more: Callable[[str], Mapping[str, Callable[..., Any]]], known: Mapping[str, Any]) -> None:
        super().__init__(known)
        self.more = more

    def __missing__(self, op: str) -> Callable[..., Any]:
        self.update(self.more(op))
        return self[op]
