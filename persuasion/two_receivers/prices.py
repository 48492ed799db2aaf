"""Exactly feasible potentials of the two-receiver program out of rough ones."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from dual.errors import InputError
from dual.kinds.two_receivers.grid import Potentials
from dual.kinds.two_receivers.statement import TwoReceiverStatement
from persuasion.two_receivers.pairs import Pairs
from transport.coupling.majorants import rounding_error
from transport.programs.arrays import Floats

from .utilities import finite, sides


def repaired(client: Pairs, rough: Floats) -> Potentials:
    """Round the potentials, then raise V by the worst excess over all cells, found in floats and rounded up.

    The potential of a receiver's posterior 0 enters only the inequalities of state h, that of posterior 1 only those of
    state l; both are set last, where they have to be.
    """
    extremes = [np.array(ends) for ends in client.extremes]
    size = max(float(np.abs(ends).max()) for ends in extremes) or 1.0
    step = 2.0 ** max(math.frexp(size)[1] - 50, -1000)  # never 0, however small the utilities
    x, y = client.x, client.y
    duals = np.rint(rough / step) * step
    error = max(rounding_error(*extremes, r, c) for r, c in client.sides(duals))
    best = client.scan(duals).best
    V = [_up(float(value) + 4 * error, step) if math.isfinite(value) else 0.0 for value in best]
    a, b = duals[: len(x)].copy(), duals[len(x) :].copy()
    low, high = client.utility
    # Infinities stand for potentials that are not set yet; a last look at all of them keeps every inequality.
    if x[0] == 0:
        inner = slice(int(y[0] == 0), None)
        a[0] = _down(float((V[1] - (1 - y[inner]) * b[inner] - high[0, inner]).min(initial=math.inf)) - 4 * error, step)
    if y[0] == 0:
        b[0] = _down(float((V[1] - (1 - x) * a - high[:, 0]).min()) - 4 * error, step)
    if x[-1] == 1:
        inner = slice(None, -1 if y[-1] == 1 else None)
        a[-1] = _up(float((low[-1, inner] - V[0] - y[inner] * b[inner]).max(initial=-math.inf)) + 4 * error, step)
    if y[-1] == 1:
        b[-1] = _up(float((low[:, -1] - V[0] - x * a).max()) + 4 * error, step)
    return Potentials(_exact(V), _exact(a), _exact(b))


def _exact(values: Any) -> tuple[Fraction, ...]:
    return tuple(Fraction(float(value)) for value in values)


def _up(value: float, step: float) -> float:
    return math.ceil(value / step) * step if math.isfinite(value) else 0.0


def _down(value: float, step: float) -> float:
    return math.floor(value / step) * step if math.isfinite(value) else 0.0


def with_ends(
    statement: TwoReceiverStatement, V: tuple[Fraction, ...], a: list[Fraction], b: list[Fraction]
) -> Potentials:
    """Exact potentials, with those of the posteriors 0 and 1 set to where they have to be."""
    x, y = statement.x, statement.y
    low, high = sides(statement)
    if x[0] == 0:
        a[0] = min((V[1] - (1 - y[j]) * b[j] - high.at(0, j) for j in range(len(y)) if y[j] != 0), default=Fraction(0))
    if y[0] == 0:
        b[0] = min(V[1] - (1 - x[i]) * a[i] - high.at(i, 0) for i in range(len(x)))
    n, m = len(x) - 1, len(y) - 1
    if x[n] == 1:
        a[n] = max((low.at(n, j) - V[0] - y[j] * b[j] for j in range(len(y)) if y[j] != 1), default=Fraction(0))
    if y[m] == 1:
        b[m] = max(low.at(i, m) - V[0] - x[i] * a[i] for i in range(len(x)))
    return Potentials(V, tuple(a), tuple(b))


def client_of(statement: TwoReceiverStatement) -> Pairs:
    """The statement in floats, its utilities from above.

    Raises
    ------
    InputError
        If the domain is the square, which has no grid.
    """
    if statement.domain == "square":
        raise InputError('this method works on a grid; on the square use "columns"', "method")
    low, high = sides(statement)
    utility = [finite(low, "utility.l")]
    utility.append(utility[0] if high is low else finite(high, "utility.h"))
    x, y = (np.array([float(point) for point in axis]) for axis in (statement.x, statement.y))
    return Pairs(float(statement.prior), x, y, utility)
