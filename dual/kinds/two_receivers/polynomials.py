"""Potentials on the square that are polynomials between knots, see :mod:`.square`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from dual.functions.band import Band, Cell
from dual.functions.bands import bands
from dual.functions.enclosure import prove_nonnegative
from dual.functions.expression import Expression
from dual.numbers.exact import Matrix, Vector, items, vector
from dual.statement import Record, stated

from .statement import STATES, read_knots

MAX_CELLS = 20_000
"""Cells of one pair of intervals after which an inequality counts as undecided."""


def read_polynomials(raw: object, where: str, _pieces: None, _powers: None, knots: Vector) -> Matrix:
    """Read the coefficients of a polynomial between any two knots."""
    pieces = items(raw, where, len(knots) - 1)
    return tuple(vector(one, f"{where}[{k}]") for k, one in enumerate(pieces))


@dataclass(frozen=True, repr=False)
class Polynomials(Record):
    """A potential that is a polynomial between neighbouring knots."""

    knots: Vector = stated(read_knots, "*knots", "from 0 to 1")
    polynomials: Matrix = stated(
        read_polynomials, "*pieces *powers", "between knots, coefficients of powers of the posterior", after="knots"
    )

    def prove(self, other: Any, utility: Expression, state: int, V: Fraction) -> None:
        """Prove ``V + (x - state) alpha(x) + (y - state) beta(y) - u >= 0`` on every pair of intervals."""
        payoff = bands(utility)
        for (a, b), alpha in zip(pairwise(self.knots), self.polynomials, strict=True):
            for (c, d), beta in zip(pairwise(other.knots), other.polynomials, strict=True):
                rule = _slack(payoff, state, V, alpha, beta)
                for corner in ((b, c), (a, d)):
                    prove_nonnegative(
                        rule, Cell([(a, c), corner, (b, d)]), cells=MAX_CELLS, name=f"the slack of u_{STATES[state]}"
                    )


def _slack(
    payoff: Callable[[Cell], Band], state: int, V: Fraction, alpha: Vector, beta: Vector
) -> Callable[[Cell], Band]:
    def rule(cell: Cell) -> Band:
        x, y = cell.coordinate(0), cell.coordinate(1)
        contribution = (x - state) * _horner(alpha, x, cell) + (y - state) * _horner(beta, y, cell)
        return contribution + V - payoff(cell)

    return rule


def _horner(coefficients: Vector, x: Band, cell: Cell) -> Band:
    total = cell.constant(coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        total = total * x + coefficient
    return total
