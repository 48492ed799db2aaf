"""Somebody's own floats made into proofs: plans that have the marginals, potentials that majorise.

A plan is rounded and completed to the marginals. Of potentials either side is enough: the least ones of the other side
follow from it, so that whatever comes from a first-order method proves a bound. Signs are conventions (of costs they
are the other way round), so that both are tried. Where plan and potentials are nearly optimal, the cells with mass and
those with little slack make a tree, and what follows from it exactly may be the optimum itself.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

import numpy as np

from dual.kinds.coupling.statement import Coupling, Potentials, Prices, TransportStatement
from transport.programs.arrays import Floats, given_floats
from transport.programs.rounding import round_dyadic

from .admissible import completed
from .balanced import nearest_tree
from .forest import flows, potentials
from .majorants import excess, finite_floats, rounding_error

_BITS: Final = 48
"""Bits kept of potentials below the largest one."""


def repaired(statement: TransportStatement, primal: object, dual: object) -> tuple[Coupling | None, Prices | None]:
    """A plan and prices near numbers of any kind; None where none are given.

    Parameters
    ----------
    statement : TransportStatement
        With a full table, equal totals and nothing else.
    primal : array_like, shape (n, m), or sparse array, optional
    dual : (f, g), or array_like, shape (n + m,), optional

    Raises
    ------
    InputError
        If the shape is wrong or an entry is no finite number.
    """
    gain = finite_floats(statement.table, "gain" if statement.cost is None else "cost")
    placed = None if primal is None else _plan(primal, gain.shape)
    sides = None if dual is None else _lowest(statement, gain, *_sides(dual, gain.shape))
    if placed is not None and sides is not None:
        tree = nearest_tree(placed, sides[0][:, None] + sides[1] - gain)
        plan = flows(tree, statement.source, statement.target)
        f, g = potentials(tree, statement.table)
        if min(plan.values()) >= 0 and not excess(statement.table, gain, f, g):
            masses = tuple((*cell, mass) for cell, mass in sorted(plan.items()) if mass)
            return Coupling(masses), Prices(Potentials(tuple(f), tuple(g)))
    return (
        None if placed is None else _completed(statement, placed),
        None if sides is None else _raised(gain, sides[1]),
    )


def _plan(primal: object, shape: tuple[int, ...]) -> Floats:
    return np.maximum(given_floats(primal, "primal", shape), 0.0)


def _sides(dual: object, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    n, m = shape
    if isinstance(dual, (list, tuple)) and len(dual) == 2:
        return given_floats(dual[0], "dual[0]", (n,)), given_floats(dual[1], "dual[1]", (m,))
    both = given_floats(dual, "dual", (n + m,))
    return both[:n], both[n:]


def _lowest(statement: TransportStatement, gain: Floats, f: Floats, g: Floats) -> tuple[Floats, Floats]:
    """The best potentials with one side as given or turned, the other as low as it can be."""
    source, target = (np.array([float(mass) for mass in side]) for side in (statement.source, statement.target))
    candidates = []
    for sign in (1.0, -1.0):
        rows = (gain - sign * g).max(axis=1)
        candidates.append((rows, (gain - rows[:, None]).max(axis=0)))
        columns = (gain - sign * f[:, None]).max(axis=0)
        candidates.append(((gain - columns).max(axis=1), columns))
    return min(candidates, key=lambda pair: float(source @ pair[0] + target @ pair[1]))


def _raised(gain: Floats, g: Floats) -> Prices:
    """The potentials of the targets rounded, and those of the sources as low as they can be, rounded up."""
    second = round_dyadic(g, _BITS)
    rounded = np.array([float(x) for x in second])
    rows = (gain - rounded).max(axis=1)
    error = Fraction(rounding_error(gain, rounded, rows))
    step = Fraction(2) ** (math.frexp(float(np.abs(rows).max()))[1] - _BITS)
    first = tuple(math.ceil((Fraction(row) + error) / step) * step for row in rows.tolist())
    return Prices(Potentials(first, tuple(second)))


def _completed(statement: TransportStatement, placed: Floats) -> Coupling:
    total = sum(statement.source, Fraction(0))
    size = float(placed.sum())
    if not total or not size:
        exact = completed({}, [statement.source, statement.target])
        return Coupling(tuple((*cell, mass) for cell, mass in sorted(exact.items())))
    unit = [[mass / total for mass in side] for side in (statement.source, statement.target)]
    cells = zip(*(part.tolist() for part in np.nonzero(placed)), strict=True)
    filled = completed({(i, j): float(placed[i, j]) / size for i, j in cells}, unit)
    return Coupling(tuple((*cell, mass * total) for cell, mass in sorted(filled.items())))
