"""Expressions enclosed on cells; only what an expression uses is loaded."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import reduce
from importlib import import_module
from typing import Any, Final

from dual.errors import InputError
from dual.numbers.interval import Interval, interval

from .band import Band, Cell
from .expression import Expression
from .step import SERIES


def bands(expression: Expression) -> Callable[[Cell], Band]:
    """Turn an expression into a function from cells to bands; a cell's coordinates are the expression's variables.

    On a single point the value is as tight as :meth:`Expression.enclose` makes it.

    Examples
    --------
    >>> square = bands(Expression.parse("x*x - x", ["x"]))
    >>> square(Cell([[0], [1]])).hull
    Interval(lower=Fraction(-1, 2), upper=Fraction(0, 1))
    """

    def band(cell: Cell) -> Band:
        if len(cell.corners[0]) != len(expression.variables):
            raise InputError(f"the cell needs {len(expression.variables)} coordinates", expression.where)
        if cell.size == 1:
            return cell.constant(expression.enclose([interval(x) for x in cell.vertices[0]]))
        coordinates = [cell.coordinate(axis) for axis in range(len(expression.variables))]
        try:
            return expression.evaluate(
                coordinates, {**OPERATIONS, "number": cell.constant, "pi": lambda: cell.constant(_pi())}
            )
        except InputError:
            # Undefined on all of the cell, hence at its centre, where the error names the point.
            expression.enclose([interval(x) for x in cell.centre])
            raise

    return band


def _later(module: str, name: str) -> Callable[..., Band]:
    """A function of a module that is loaded when it is needed."""

    def apply(*bands: Any) -> Band:
        found: Band = getattr(import_module(f"dual.functions.{module}"), name)(*bands)
        return found

    return apply


def _pi() -> Interval:
    from dual.numbers import elementary

    return elementary.pi()


_minimum, _maximum, _inverse = (
    _later("comparing", "minimum"),
    _later("comparing", "maximum"),
    _later("taylor", "inverse"),
)
_less, _equal = _later("comparing", "less"), _later("comparing", "equal")

OPERATIONS: Final[Mapping[str, Callable[..., Band]]] = {
    "neg": operator.neg,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda x, y: x * _inverse(y),
    "**": lambda x, exponent: x**exponent if exponent >= 0 else _inverse(x) ** -exponent,
    "min": lambda *x: reduce(_minimum, x),
    "max": lambda *x: reduce(_maximum, x),
    "abs": _later("comparing", "absolute"),
    "<": _less,
    ">": lambda x, y: _less(y, x),
    "<=": lambda x, y: 1 - _less(y, x),
    ">=": lambda x, y: 1 - _less(x, y),
    "==": _equal,
    "!=": lambda x, y: 1 - _equal(x, y),
    "and": _later("comparing", "both"),
    "or": _later("comparing", "either"),
    "not": lambda x: _equal(x, x - x),
    **{name: _later("taylor", name) for name in SERIES},
}
"""What each step of an expression does to bands."""
