"""Expressions enclosed on cells; only what an expression uses is loaded."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Final

from dual.errors import InputError
from dual.numbers.interval import interval, outward, reciprocal

from .band import BITS, Band, Cell
from .expression import Expression
from .step import KINKED, SMOOTH, Operations


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
            return expression.evaluate(coordinates, Operations(_more, {**_POLYNOMIAL, "number": cell.constant}))
        except InputError:
            # Undefined on all of the cell, hence at its centre, where the error names the point.
            expression.enclose([interval(x) for x in cell.centre])
            raise

    return band


def _inverse(x: Band) -> Band:
    """Enclose 1/f, which is ``q + (1 - q f)/f`` for every q; a good one makes the second part small."""
    if x.hull.is_point:
        return x.constant(reciprocal(x.hull))
    from . import near

    image = reciprocal(outward(x.hull, BITS))
    q = near.reciprocal(x)
    error = (1 - q * x).hull * image
    if error.width >= image.width:
        return x.constant(image)
    found = q + x.constant(error)
    found.bounds = image
    return found


def _more(op: str) -> Mapping[str, Callable[..., Band]]:
    """Operations that few expressions use."""
    if op in SMOOTH:
        from . import series

        return series.OPERATIONS
    if op in KINKED:
        from . import kinks

        return kinks.OPERATIONS
    from . import comparing

    return comparing.OPERATIONS


_POLYNOMIAL: Final[Mapping[str, Callable[..., Band]]] = {
    "neg": operator.neg,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda x, y: x * _inverse(y),
    "**": lambda x, exponent: x**exponent if exponent >= 0 else _inverse(x) ** -exponent,
}
