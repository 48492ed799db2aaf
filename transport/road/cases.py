"""A value by cases: a number or a function of the parameter on each part of the interval, as text and as LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from dual.families import EMPTY
from dual.functions import polynomial as poly
from dual.functions.varying import End, Function, Root
from transport.programs.parametric import value_at


@dataclass(frozen=True)
class Case:
    """The value on a part of the interval, a number or a function of the parameter; or its bounds.

    Where the grade is not ``exact``, ``value`` and ``upper`` are what is proven from below and above; None is nothing.
    """

    start: End
    end: End
    value: Any
    upper: Any = None
    grade: str = "exact"
    open_start: bool = False
    open_end: bool = False

    @property
    def shown(self) -> str:
        """The value, or what is proven of it."""
        return self._said(str)

    def _said(self, written: Callable[[Any], str]) -> str:
        if self.grade == "exact":
            return written(self.value)
        if self.grade in EMPTY:
            return self.grade
        bounds = (("at least", self.value), ("at most", self.upper))
        return ", ".join(f"{word} {written(bound)}" for word, bound in bounds if bound is not None) or "unproven"

    def where(self, name: str) -> str:
        """The part of the interval, in plain text."""
        if self.start == self.end:
            return f"{name} = {self.start}"
        left, right = ("<" if is_open else "<=" for is_open in (self.open_start, self.open_end))
        return f"{self.start} {left} {name} {right} {self.end}"

    def latex(self, name: str) -> str:
        """A row of a formula by cases in LaTeX."""
        if self.grade == "exact":
            value = latex(self.value, name)
        else:
            value = f"\\text{{{self._said(lambda bound: f'${latex(bound, name)}$')}}}"
        left, right = ("<" if is_open else r"\le" for is_open in (self.open_start, self.open_end))
        where = f"{latex(self.start, name)} {left} {name} {right} {latex(self.end, name)}"
        if self.start == self.end:
            where = f"{name} = {latex(self.start, name)}"
        return f"{value} & \\text{{if }} {where}"


def joined(cases: Iterable[Case]) -> tuple[Case, ...]:
    """Cases in order, those side by side with the same formula as one; a point where two meet belongs to both."""
    found: list[Case] = []
    for own in cases:
        case = own
        if found:
            last = found.pop()
            meet = last.grade == case.grade == "exact" and _agree(last.value, case.value, case.start)
            if meet:
                last, case = replace(last, open_end=False), replace(case, open_start=False)
            if last.shown == case.shown:
                case = replace(case, start=last.start, open_start=last.open_start)
            elif meet and case.start == case.end:
                case = last
            elif not (meet and last.start == last.end):
                found.append(last)
        found.append(case)
    return tuple(found)


def _agree(one: Any, other: Any, t: End) -> bool:
    """Whether two values are the same number at a rational point."""
    if one is None or other is None or not isinstance(t, Fraction):
        return False
    if any(isinstance(value, Function) and not poly.sign(value.bottom, t) for value in (one, other)):
        return False
    return bool(value_at(one, t) == value_at(other, t))


def latex(value: Any, name: str) -> str:
    """A number, root or function in LaTeX."""
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
