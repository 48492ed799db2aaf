"""Expressions in floating point: fast over arrays, with the places where they may jump or bend.

Solvers search with these; nothing here is part of a proof.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from dual.expression import COMPARISONS, Expression, Step

Array = npt.NDArray[np.float64]
Affine = tuple[Fraction, ...]
"""An affine function of the variables: its constant, then a coefficient for each variable."""

_FUNCTIONS: dict[str, Callable[..., Array]] = {
    "neg": np.negative,
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "abs": np.abs,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "min": lambda *operands: reduce(np.minimum, operands),
    "max": lambda *operands: reduce(np.maximum, operands),
    "and": lambda x, y: _as_float((x != 0) & (y != 0), x + y),
    "or": lambda x, y: _as_float((x != 0) | (y != 0), x + y),
    "not": lambda x: _as_float(x == 0, x),
}
_RELATIONS: dict[str, Callable[[Array], npt.NDArray[np.bool_]]] = {
    "<": lambda x: x < 0,
    "<=": lambda x: x <= 0,
    ">": lambda x: x > 0,
    ">=": lambda x: x >= 0,
    "==": lambda x: x == 0,
    "!=": lambda x: x != 0,
}


def compiled(expression: Expression, *, tie: float = 0.0) -> Callable[[npt.ArrayLike], Array]:
    """Turn an expression into a vectorised float function.

    Parameters
    ----------
    expression : Expression
    tie : float
        Comparisons of affine functions regard sides that differ by at most ``tie`` times their largest coefficient
        as equal, so that a point meant to lie on a threshold is not moved off it by rounding.

    Returns
    -------
    callable
        Takes points, shape (..., variables), and returns values, shape (...): NaN or an infinity where the
        expression is undefined or overflows a double.

    Examples
    --------
    >>> hat = compiled(Expression.parse("(p >= 3/10) * p", ["p"]))
    >>> hat([[0.25], [0.5]]).tolist()
    [0.0, 0.5]
    """
    program = [
        _instruction(step, width) for step, width in zip(expression.steps, _widths(expression, tie), strict=True)
    ]

    def value(points: npt.ArrayLike) -> Array:
        at = np.asarray(points, dtype=np.float64)
        results: list[Array] = []
        with np.errstate(all="ignore"):
            for run, operands in program:
                results.append(run(at) if operands is None else run(*[results[k] for k in operands]))
        return np.broadcast_to(results[-1], at.shape[:-1]).astype(np.float64)

    return value


def kinks(expression: Expression) -> tuple[Affine, ...]:
    """The affine functions at whose zeros an expression may jump or bend.

    They are the differences of what it compares, what stands under ``abs``, and the differences of the operands of
    ``min`` and ``max``, as far as these are affine; each once, scaled to a leading coefficient of one. Constants are
    left out.

    Examples
    --------
    >>> [[str(c) for c in form] for form in kinks(Expression.parse("abs(2*p - 1) + (p**2 > p)", ["p"]))]
    [['-1/2', '1']]
    """
    forms = affine_forms(expression)
    found: dict[Affine, None] = {}
    for step in expression.steps:
        pairs = [(step.operands[0], None)] if step.op == "abs" else []
        if step.op in ("min", "max", *COMPARISONS):
            pairs = list(combinations(step.operands, 2))
        for first, second in pairs:
            form = forms[first] if second is None else _combined(forms[first], forms[second], -1)
            leading = next((c for c in form[1:] if c), None) if form is not None else None
            if form is not None and leading is not None:
                found[tuple(c / leading for c in form)] = None
    return tuple(found)


def affine_forms(expression: Expression) -> list[Affine | None]:
    """Every step of an expression as an affine function of the variables; None where it is none or not seen as one."""
    count = len(expression.variables)
    forms: list[Affine | None] = []
    for op, operands, value in expression.steps:
        inner = [forms[k] for k in operands]
        if op == "number":
            form: Affine | None = (Fraction(value or 0), *[Fraction(0)] * count)
        elif op == "variable":
            form = (Fraction(0), *(Fraction(k == value) for k in range(count)))
        else:
            form = None if None in inner else _affine(op, [f for f in inner if f is not None], value)
        forms.append(form)
    return forms


@dataclass(frozen=True)
class _Slope:
    """A value and its derivative along a line; the derivative is None where there is none, or it is not rational."""

    value: Fraction
    slope: Fraction | None


def _affine(op: str, inner: list[Affine], value: Fraction | int | None) -> Affine | None:
    first, *rest = inner
    constants = [form[0] for form in inner if not any(form[1:])]
    if op == "neg":
        return tuple(-c for c in first)
    if op in ("+", "-"):
        return _combined(first, rest[0], 1 if op == "+" else -1)
    if op == "*" and constants:
        other = rest[0] if not any(first[1:]) else first
        return tuple(constants[0] * c for c in other)
    if op == "/" and not any(rest[0][1:]) and rest[0][0]:
        return tuple(c / rest[0][0] for c in first)
    if op == "**" and value == 1:
        return first
    return None


def _combined(first: Affine | None, second: Affine | None, sign: int) -> Affine | None:
    if first is None or second is None:
        return None
    return tuple(a + sign * b for a, b in zip(first, second, strict=True))


def _widths(expression: Expression, tie: float) -> list[float]:
    """How far apart the sides of each comparison may be and still count as equal."""
    forms = affine_forms(expression)
    widths = []
    for step in expression.steps:
        form = _combined(forms[step.operands[0]], forms[step.operands[1]], -1) if step.op in COMPARISONS else None
        widths.append(0.0 if form is None else tie * _float(max(map(abs, form))))
    return widths


def _instruction(step: Step, width: float) -> tuple[Callable[..., Any], tuple[int, ...] | None]:
    op, operands, value = step
    if op == "number":
        constant = np.float64(_float(Fraction(value or 0)))
        return lambda _: constant, None
    if op == "variable":
        column = int(value or 0)
        return lambda points: points[..., column], None
    if op == "**":
        exponent = int(value or 0)
        return lambda x: np.power(x, np.float64(exponent)) if abs(exponent) > 3 else _small_power(x, exponent), operands
    if op in COMPARISONS:
        relation = _RELATIONS[op]
        return lambda x, y: _compared(relation, x, y, width), operands
    return _FUNCTIONS[op], operands


def _small_power(x: Array, exponent: int) -> Array:
    """Products are much faster than the general power."""
    product = reduce(np.multiply, [x] * abs(exponent), np.ones_like(x))
    return product if exponent >= 0 else 1 / product


def _compared(relation: Callable[[Array], npt.NDArray[np.bool_]], x: Array, y: Array, width: float) -> Array:
    difference = np.subtract(x, y)
    if width:
        difference = np.where(np.abs(difference) <= width, 0.0, difference)
    # Equal infinities differ by NaN.
    return _as_float(relation(np.where(np.equal(x, y), 0.0, difference)), difference)


def _as_float(truth: npt.NDArray[np.bool_], operands: Array) -> Array:
    """A condition as 0 or 1, NaN where an operand is."""
    return np.where(np.isnan(operands), np.nan, truth)


def _float(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
