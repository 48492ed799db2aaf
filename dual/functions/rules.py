"""Polynomials of one variable on cells."""

from __future__ import annotations

from dual.numbers.exact import Vector

from .band import Band, Cell
from .enclosure import Rule
from .powers import horner


def polynomial(coefficients: Vector) -> Rule:
    """A polynomial of a cell's first coordinate, by coefficients of its powers."""

    def band(cell: Cell) -> Band:
        *rest, last = coefficients
        return horner(tuple(rest), cell.coordinate(0), cell.constant(last))  # type: ignore[no-any-return]

    return band
