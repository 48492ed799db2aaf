"""Expressions over many points at once: doubles, and how far each may be off.

Every step of the expression carries its value in doubles and a bound of its distance from the true one (a running error
analysis: Higham 2002, Accuracy and Stability of Numerical Algorithms, section 3.3). Sums, products, quotients and roots
are off by at most half a unit in the last place. Of ``exp``, ``log``, ``sin`` and ``cos`` NumPy promises four units;
sixteen are allowed. A check that rests on this is an accelerated one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, Final

import numpy as np

from dual.functions.expression import Expression
from dual.functions.step import COMPARISONS, Step
from transport.programs.arrays import Floats

Pair = tuple[Any, Any]
"""Values and the bounds of their errors, either of any shape that broadcasts."""

_ULP: Final = 2.0**-52
"""Twice what a single rounding may lose."""
_LIBRARY: Final = 16 * _ULP
_TINY: Final = 1e-300
"""Covers results below the normal range of doubles."""
_INFLATED: Final = 1 + 8 * _ULP
"""Covers the roundings in computing a bound, of which no step makes more than ten."""
_BLOCK: Final = 1 << 15
"""Points evaluated at once: as many as stay in a core's cache."""


def tabulated(expression: Expression, axes: Sequence[Sequence[Fraction]]) -> tuple[Floats, Floats]:
    """Evaluate an expression on a grid.

    Parameters
    ----------
    expression : Expression
    axes : sequences of Fraction
        One for each of its variables.

    Returns
    -------
    values, errors : arrays, shape (len(axes[0]), len(axes[1]), ...)
        The true value differs from the double by at most the error; the error is infinite where doubles cannot tell (a
        division by something near zero, a comparison of equals, an overflow).

    Examples
    --------
    >>> third = [Fraction(k, 3) for k in range(4)]
    >>> values, errors = tabulated(Expression.parse("x*y >= 1/9", ["x", "y"]), [third, third])
    >>> values[2].tolist(), errors[1].tolist()
    ([0.0, 1.0, 1.0, 1.0], [0.0, inf, 0.0, 0.0])
    """
    shape = tuple(map(len, axes))
    values, errors = np.empty(shape), np.empty(shape)
    for part, value, error in blocks(expression, axes):
        values[part], errors[part] = value, error
    return values, errors


def blocks(
    expression: Expression, axes: Sequence[Sequence[Fraction]], step: int = 1
) -> Iterator[tuple[slice, Floats, Floats]]:
    """The same some points of the first axis at a time, so that nothing as large as the grid is held.

    Yields
    ------
    part, values, errors : slice, arrays
        Which points of the first axis, and what :func:`tabulated` says of them; of every step-th block only.
    """
    shape = tuple(map(len, axes))
    (first, off), *others = (_axis(axis, k, len(axes)) for k, axis in enumerate(axes))
    height = max(1, _BLOCK // math.prod(shape[1:]))
    for begin in range(0, shape[0], height * step):
        part = slice(begin, min(begin + height, shape[0]))
        whole = (part.stop - begin, *shape[1:])
        value, error = _evaluated(expression, [(first[part], off[part]), *others])
        yield part, np.broadcast_to(value, whole), np.broadcast_to(error, whole)


def _evaluated(expression: Expression, points: list[Pair]) -> Pair:
    found: list[Pair] = []
    with np.errstate(all="ignore"):
        for step in expression.steps:
            value, error = _step(step, [found[k] for k in step.operands], points)
            # What is not known stays so, whatever is made of it: an exact evaluation may find it undefined.
            known = np.isfinite(value) & np.isfinite(error)
            for k in step.operands:
                known = known & np.isfinite(found[k][1])
            found.append((np.where(known, value, 0.0), np.where(known, error * _INFLATED, np.inf)))
    return found[-1]


def _axis(axis: Sequence[Fraction], k: int, count: int) -> Pair:
    numbers = [_number(point) for point in axis]
    shape = [1] * count
    shape[k] = len(axis)
    return np.reshape([n[0] for n in numbers], shape), np.reshape([n[1] for n in numbers], shape)


def _number(number: Fraction) -> tuple[float, float]:
    try:
        value = float(number)
    except OverflowError:
        return 0.0, float("inf")
    return value, 0.0 if Fraction(value) == number else abs(value) * _ULP + _TINY


def _step(step: Step, operands: list[Pair], points: list[Pair]) -> Pair:
    op, _, value = step
    if op == "number":
        return _number(Fraction(value or 0))
    if op == "variable":
        return points[int(value or 0)]
    if op == "**":
        return _power(operands[0], int(value or 0))
    if op in COMPARISONS:
        return _compared(op, *operands)
    found: Pair = _RULES[op](*operands)
    return found


def _rounded(value: Any, error: Any) -> Pair:
    return value, error + np.abs(value) * _ULP + _TINY


def _sum(x: Pair, y: Pair) -> Pair:
    value = x[0] + y[0]
    # Sums round without error where nothing is lost, such as those of small integers; zero is the case that matters.
    return value, x[1] + y[1] + np.abs(value) * _ULP


def _negative(x: Pair) -> Pair:
    return -x[0], x[1]


def _product(x: Pair, y: Pair) -> Pair:
    value = x[0] * y[0]
    error = np.abs(x[0]) * y[1] + np.abs(y[0]) * x[1] + x[1] * y[1]
    exact = ((x[0] == 0) & (x[1] == 0)) | ((y[0] == 0) & (y[1] == 0))
    return value, np.where(exact, 0.0, error + np.abs(value) * _ULP + _TINY)


def _quotient(x: Pair, y: Pair) -> Pair:
    value = x[0] / y[0]
    room = np.abs(y[0]) * (1 - _ULP) - y[1]
    error = np.where(room > 0, (x[1] + np.abs(value) * y[1]) / room, np.inf)
    exact = (x[0] == 0) & (x[1] == 0) & (room > 0)
    return value, np.where(exact, 0.0, error + np.abs(value) * _ULP + _TINY)


def _power(x: Pair, exponent: int) -> Pair:
    found: Pair | None = None
    square, left = x, abs(exponent)
    while left:
        if left & 1:
            found = square if found is None else _product(found, square)
        left >>= 1
        if left:
            square = _product(square, square)
    found = found or (1.0, 0.0)
    return found if exponent >= 0 else _quotient((1.0, 0.0), found)


def _absolute(x: Pair) -> Pair:
    return np.abs(x[0]), x[1]


def _least(*operands: Pair) -> Pair:
    value, error = operands[0]
    for other, off in operands[1:]:
        value, error = np.minimum(value, other), np.maximum(error, off)
    return value, error


def _largest(*operands: Pair) -> Pair:
    value, error = _least(*map(_negative, operands))
    return -value, error


def _exp(x: Pair) -> Pair:
    value = np.exp(x[0])
    return value, value * np.expm1(x[1]) * (1 + _LIBRARY) + value * _LIBRARY + _TINY


def _log(x: Pair) -> Pair:
    value, room = np.log(x[0]), x[0] * (1 - _ULP) - x[1]
    return value, np.where(room > 0, x[1] / room, np.inf) + np.abs(value) * _LIBRARY + _TINY


def _xlogx(x: Pair) -> Pair:
    zero = (x[0] == 0) & (x[1] == 0)
    value, error = _product(x, _log((np.where(zero, 1.0, x[0]), x[1])))
    return np.where(zero, 0.0, value), np.where(zero, 0.0, error)


def _sqrt(x: Pair) -> Pair:
    value, room = np.sqrt(x[0]), x[0] * (1 - _ULP) - x[1]
    error = np.where(room > 0, x[1] / value, np.where((x[0] == 0) & (x[1] == 0), 0.0, np.inf))
    return value, error + value * _ULP


def _sin(x: Pair) -> Pair:
    value = np.sin(x[0])
    return value, np.where((x[0] == 0) & (x[1] == 0), 0.0, x[1] + _LIBRARY)


def _cos(x: Pair) -> Pair:
    value = np.cos(x[0])
    return value, np.where((x[0] == 0) & (x[1] == 0), 0.0, x[1] + _LIBRARY)


def _erf(x: Pair) -> Pair:
    """The slope is below 2/sqrt(pi) < 1.13; Cephes states errors of two units for erf, 64 are allowed."""
    from scipy.special import erf

    value = erf(x[0])
    return value, np.where((x[0] == 0) & (x[1] == 0), 0.0, 1.13 * x[1] + 4 * _LIBRARY * np.abs(value) + _TINY)


def _truth(known: Any, true: Any) -> Pair:
    return np.where(known & true, 1.0, 0.0), np.where(known, 0.0, np.inf)


def _true(x: Pair) -> Pair:
    """Whether a number is not zero."""
    away = np.abs(x[0]) > x[1]
    return _truth(away | ((x[0] == 0) & (x[1] == 0)), away)


def _compared(op: str, x: Pair, y: Pair) -> Pair:
    off, rest = _sum(x, _negative(y))
    below, above = off < -rest, off > rest
    # Two doubles without error are compared as they are.
    sure = (np.add(x[1], y[1]) == 0) & (off == 0)
    true = {
        "<": below,
        ">": above,
        "<=": below | sure,
        ">=": above | sure,
        "==": sure,
        "!=": below | above,
    }[op]
    return _truth(below | above | sure, true)


def _both(x: Pair, y: Pair) -> Pair:
    return _least(_true(x), _true(y))


def _either(x: Pair, y: Pair) -> Pair:
    return _largest(_true(x), _true(y))


def _not(x: Pair) -> Pair:
    value, error = _true(x)
    return 1 - value, error


_RULES: Final[dict[str, Any]] = {
    "neg": _negative,
    "+": _sum,
    "-": lambda x, y: _sum(x, _negative(y)),
    "*": _product,
    "/": _quotient,
    "abs": _absolute,
    "min": _least,
    "max": _largest,
    "exp": _exp,
    "log": _log,
    "xlogx": _xlogx,
    "sqrt": _sqrt,
    "sin": _sin,
    "cos": _cos,
    "erf": _erf,
    "pi": lambda x: _product(x, (math.pi, 2e-16)),
    "and": _both,
    "or": _either,
    "not": _not,
}
