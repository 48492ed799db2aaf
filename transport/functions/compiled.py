"""Expressions in floating point: fast over arrays, with derivatives and the places where they may jump or bend.

Solvers search with these; nothing here is part of a proof.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from dual.functions.expression import Expression
from dual.functions.step import COMPARISONS, Step
from dual.numbers.exact import Vector
from transport.programs.arrays import Floats

"""An affine function of the variables: its constant, then a coefficient for each variable."""


class Compiled:
    """An expression as a vectorised float function; made by :func:`compiled`."""

    def __init__(self, expression: Expression, tie: float) -> None:
        self.expression = expression
        self._steps = list(zip(expression.steps, _widths(expression, tie), strict=True))

    def __call__(self, points: npt.ArrayLike) -> Floats:
        """Values, shape (...), at points, shape (..., variables)."""
        at = np.asarray(points, dtype=np.float64)
        values: list[Floats] = []
        with np.errstate(all="ignore"):
            for step, width in self._steps:
                values.append(_value(step, [values[k] for k in step.operands], at, width))
        return _filled(values[-1], at)

    def slopes(self, points: npt.ArrayLike, directions: npt.ArrayLike) -> Floats:
        """Derivatives, shape (...), at points along directions, both of shape (..., variables).

        Conditions count as constant. At a kink of ``abs``, ``min`` or ``max`` the derivative is one of those beside it.
        """
        at, along = np.broadcast_arrays(np.asarray(points, np.float64), np.asarray(directions, np.float64))
        values: list[Floats] = []
        slopes: list[Floats] = []
        with np.errstate(all="ignore"):
            for step, width in self._steps:
                inner = [values[k] for k in step.operands]
                values.append(_value(step, inner, at, width))
                slopes.append(_slope(step, inner, [slopes[k] for k in step.operands], values[-1], along))
        return _filled(slopes[-1], at)


def compiled(expression: Expression, *, tie: float = 0.0) -> Compiled:
    """Turn an expression into a vectorised float function.

    Parameters
    ----------
    expression : Expression
    tie : float
        Comparisons of affine functions regard sides that differ by at most ``tie`` times their largest coefficient
        as equal, so that a point meant to lie on a threshold is not moved off it by rounding.

    Returns
    -------
    Compiled
        A function that takes points, shape (..., variables), and returns values, shape (...): NaN or an infinity
        where the expression is undefined or overflows a double.

    Examples
    --------
    >>> hat = compiled(Expression.parse("(p >= 3/10) * p**2", ["p"]))
    >>> hat([[0.25], [0.5]]).tolist(), hat.slopes([[0.5]], [[1.0]]).tolist()
    ([0.0, 0.25], [1.0])
    """
    return Compiled(expression, tie)


def kinks(expression: Expression) -> tuple[Vector, ...]:
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
    found: dict[Vector, None] = {}
    for step in expression.steps:
        met: list[Vector | None] = []
        if step.op == "abs":
            met = [forms[step.operands[0]]]
        elif step.op in ("min", "max", *COMPARISONS):
            met = [_combined(forms[i], forms[j], -1) for i, j in combinations(step.operands, 2)]
        for form in met:
            leading = None if form is None else next((c for c in form[1:] if c), None)
            if form is not None and leading is not None:
                found[tuple(c / leading for c in form)] = None
    return tuple(found)


def affine_forms(expression: Expression) -> list[Vector | None]:
    """Every step of an expression as an affine function of the variables; None where it is not seen to be one."""
    count = len(expression.variables)
    forms: list[Vector | None] = []
    for op, operands, value in expression.steps:
        inner = [form for form in (forms[k] for k in operands) if form is not None]
        form: Vector | None = None
        if op == "number":
            form = (Fraction(value or 0), *[Fraction(0)] * count)
        elif op == "variable":
            form = (Fraction(0), *(Fraction(k == value) for k in range(count)))
        elif len(inner) == len(operands):
            form = _affine(op, inner, value)
        forms.append(form)
    return forms


def _affine(op: str, inner: list[Vector], value: Fraction | int | None) -> Vector | None:
    constants = [form for form in inner if not any(form[1:])]
    if op == "neg":
        return tuple(-c for c in inner[0])
    if op in ("+", "-"):
        return _combined(inner[0], inner[1], 1 if op == "+" else -1)
    if op == "*" and constants:
        other = inner[1] if inner[0] is constants[0] else inner[0]
        return tuple(constants[0][0] * c for c in other)
    if op == "/" and not any(inner[1][1:]) and inner[1][0]:
        return tuple(c / inner[1][0] for c in inner[0])
    return inner[0] if op == "**" and value == 1 else None


def _combined(first: Vector | None, second: Vector | None, sign: int) -> Vector | None:
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


def _erf(x: Any) -> Any:
    from scipy.special import erf

    return erf(x)


_LEAST = float(np.finfo(float).tiny)
_VALUES: dict[str, Callable[..., Any]] = {
    "neg": np.negative,
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "abs": np.abs,
    "exp": np.exp,
    "log": np.log,
    "xlogx": lambda x: np.where(np.equal(x, 0), 0.0, x * np.log(np.where(np.equal(x, 0), 1.0, x))),
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "erf": _erf,
    "pi": lambda x: np.pi * x,
    "min": lambda *operands: reduce(np.minimum, operands),
    "max": lambda *operands: reduce(np.maximum, operands),
    "and": lambda x, y: _truth((x != 0) & (y != 0), x + y),
    "or": lambda x, y: _truth((x != 0) | (y != 0), x + y),
    "not": lambda x: _truth(x == 0, x),
}
RELATIONS: dict[str, Callable[[Any], Any]] = {
    "<": lambda difference: difference < 0,
    "<=": lambda difference: difference <= 0,
    ">": lambda difference: difference > 0,
    ">=": lambda difference: difference >= 0,
    "==": lambda difference: difference == 0,
    "!=": lambda difference: difference != 0,
}
_SLOPES: dict[str, Callable[..., Any]] = {
    # result, operands, slopes of the operands
    "neg": lambda _y, _x, d: -d[0],
    "+": lambda _y, _x, d: d[0] + d[1],
    "-": lambda _y, _x, d: d[0] - d[1],
    "*": lambda _y, x, d: x[0] * d[1] + d[0] * x[1],
    "/": lambda y, x, d: (d[0] - y * d[1]) / x[1],
    "abs": lambda _y, x, d: np.where(x[0] < 0, -d[0], d[0]),
    "exp": lambda y, _x, d: y * d[0],
    "log": lambda _y, x, d: d[0] / x[0],
    # At 0 the slope is infinite: as steep as doubles are next to it.
    "xlogx": lambda _y, x, d: (np.log(np.maximum(x[0], _LEAST)) + 1) * d[0],
    "sqrt": lambda y, _x, d: np.where(np.equal(d[0], 0), 0.0, d[0] / (2 * y)),  # 0 along a line of zeros
    "sin": lambda _y, x, d: np.cos(x[0]) * d[0],
    "cos": lambda _y, x, d: -np.sin(x[0]) * d[0],
    "erf": lambda _y, x, d: 2 / np.sqrt(np.pi) * np.exp(-np.square(x[0])) * d[0],
    "pi": lambda _y, _x, d: np.pi * d[0],
}


def _value(step: Step, operands: list[Any], points: Floats, width: float) -> Any:
    op, _, value = step
    if op == "number":
        return np.float64(_float(Fraction(value or 0)))
    if op == "variable":
        return points[..., int(value or 0)]
    if op == "**":
        return _power(operands[0], int(value or 0))
    if op in COMPARISONS:
        x, y = operands
        # Equal infinities differ by NaN.
        difference = np.where(np.equal(x, y), 0.0, np.subtract(x, y))
        return _truth(RELATIONS[op](np.where(np.abs(difference) <= width, 0.0, difference)), difference)
    return _VALUES[op](*operands)


def _slope(step: Step, operands: list[Any], slopes: list[Any], result: Any, directions: Floats) -> Any:
    op, _, value = step
    if op == "variable":
        return directions[..., int(value or 0)]
    if op == "**":
        exponent = int(value or 0)
        return exponent * _power(operands[0], exponent - 1) * slopes[0] if exponent else np.float64(0)
    if op in ("min", "max"):
        return _chosen(result, operands, slopes)
    rule = _SLOPES.get(op)
    return np.float64(0) if rule is None else rule(result, operands, slopes)


def _power(x: Any, exponent: int) -> Any:
    """Products are much faster than the general power."""
    if abs(exponent) > 3:
        return np.power(x, np.float64(exponent))
    product = reduce(np.multiply, [x] * abs(exponent), np.ones_like(x))
    return product if exponent >= 0 else np.divide(1.0, product)


def _chosen(result: Any, operands: list[Any], slopes: list[Any]) -> Any:
    """The slope of the first operand that is the result."""
    found = slopes[-1]
    for x, slope in zip(operands[-2::-1], slopes[-2::-1], strict=True):
        found = np.where(x == result, slope, found)
    return found


def _truth(truth: Any, operands: Any) -> Any:
    """A condition as 0 or 1, NaN where an operand is."""
    return np.where(np.isnan(operands), np.nan, truth)


def _filled(values: Any, points: Floats) -> Floats:
    return np.array(np.broadcast_to(values, points.shape[:-1]), dtype=np.float64)


def _float(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
