"""A value by cases: a number or a function of the parameter on each part of the interval, as text and as LaTeX."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dual.functions import polynomial as poly
from dual.functions.varying import End, Function, Root


@dataclass(frozen=True)
class Case:
    """A bound on a part of the interval: ``value`` is a number, or a function of the parameter."""

    start: End
    end: End
    value: Any
    upper: Any = None

    @property
    def shown(self) -> str:
        """The value, or what is proven of it."""
        if self.value is not None:
            return str(self.value)
        return "unproven" if self.upper is None else f"at most {self.upper}"


def latex(value: Any, name: str) -> str:
    """A number, root or function in LaTeX; None is a value that is not proven."""
    if value is None:
        return r"\text{unproven}"
    if isinstance(value, Root):
        return f"{float(value):.6g}\\ldots"
    if not isinstance(value, Function):
        return _fraction(Fraction(value))
    if len(value.bottom) == 1:
        return _terms(value.top, name, value.bottom[0])
    return f"\\frac{{{_terms(value.top, name, 1)}}}{{{_terms(value.bottom, name, 1)}}}"


def _fraction(value: Fraction) -> str:
    size = abs(value)
    shown = str(size) if size.denominator == 1 else f"\\frac{{{size.numerator}}}{{{size.denominator}}}"
    return ("-" if value < 0 else "") + shown


def _terms(a: poly.Polynomial, name: str, divisor: int) -> str:
    return poly.written(a, name, divisor, _fraction, "{}^{{{}}}".format, " ", falling=True)
