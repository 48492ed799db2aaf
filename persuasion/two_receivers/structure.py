"""Two-receiver problems with a short answer, recognised by its proof.

* Separable utilities ``f(x) + g(y)`` in either state: two problems of one receiver each, and each is a concave
  envelope. A utility of one receiver's posterior alone is the special case.
* Utilities that are symmetric and supermodular in either state: a public signal is optimal. Its potentials are
  half the diagonal, because ``u(x,x)/2 + u(y,y)/2 >= u(x,y)`` there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from operator import add

import numpy as np

from dual.errors import Violation
from dual.kinds.two_receivers.grid import Potentials
from dual.kinds.two_receivers.statement import TwoReceiverStatement
from persuasion.two_receivers.pairs import Pairs
from transport.coupling.majorants import rounding_error
from transport.programs.arrays import Floats
from transport.road.methods import Found

from .fast import upper
from .plan import witness
from .utilities import Side, sides

_ROWS = 64
"""Rows looked at together, so that tables of any size need no second one."""
RULE = "a splitting of the prior between two neighbours on the concave envelope"


def short_way(statement: TwoReceiverStatement, client: Pairs) -> Found | None:
    """The exact answer if the structure gives it away, else None.

    The structure is looked up in doubles; whether it is there exactly, the potentials that it leads to tell.
    """
    tables = sides(statement)
    if not all(side.exact for side in tables):
        return None
    known = client.utility[:1] if tables[0] is tables[1] else client.utility
    if all(map(_looks_separable, known)):
        found = _separable(statement, tables)
    elif statement.x == statement.y and all(map(_looks_symmetric_supermodular, known)):
        found = _public(statement, tables)
    else:
        return None
    try:
        upper(statement, found.dual)
    except Violation:
        return None
    return found


def _looks_separable(floats: Floats) -> bool:
    """Whether ``u(i, j) - u(i, 0)`` is the same for every i."""
    first, error = floats[0] - floats[0, 0], 4 * rounding_error(floats)
    return all(np.abs(floats[part] - floats[part, :1] - first).max() <= error for part in _parts(len(floats)))


def _parts(count: int) -> Iterator[slice]:
    """A few rows, which tell most tables at once, and then all of them, some at a time; neighbours share one."""
    yield slice(None, None, max(1, count // 8))
    yield from (slice(begin, begin + _ROWS + 1) for begin in range(0, count, _ROWS))


def _looks_symmetric_supermodular(floats: Floats) -> bool:
    """Whether ``u(i, j) = u(j, i)`` and neighbouring cross differences are never negative."""
    error = 4 * rounding_error(floats)
    few, *parts = _parts(len(floats))
    for part in (few, *parts):
        if np.abs(floats[part] - floats[:, part].T).max() > error:
            return False
    return not any((np.diff(np.diff(floats[part], axis=1), axis=0) < -error).any() for part in parts)


def _separable(statement: TwoReceiverStatement, tables: Sequence[Side]) -> Found:
    """Two concave envelopes; the receivers' signals are independent given the state."""
    x, y = statement.x, statement.y
    along_x = [[table.at(i, 0) for i in range(len(x))] for table in tables]
    along_y = [[table.at(0, j) - table.at(0, 0) for j in range(len(y))] for table in tables]
    weights1, V1, alpha1 = envelope(x, along_x[0], along_x[1], statement.prior)
    weights2, V2, alpha2 = envelope(y, along_y[0], along_y[1], statement.prior)
    plan: list[dict[tuple[int, ...], Fraction]] = []
    for state, total in enumerate(statement.masses):
        first = {i: _mass(state, x[i], weight) for i, weight in weights1.items()}
        second = {j: _mass(state, y[j], weight) for j, weight in weights2.items()}
        plan.append({(i, j): a * b / total for i, a in first.items() for j, b in second.items() if total})
    alone = not any(map(any, along_x)) or not any(map(any, along_y)) or _constant(along_x) or _constant(along_y)
    return Found(
        primal=witness(plan),
        dual=Potentials(tuple(map(add, V1, V2)), tuple(alpha1), tuple(alpha2)),
        method="single-receiver" if alone else "separable",
        rule=RULE,
    )


def _constant(vectors: Sequence[Sequence[Fraction]]) -> bool:
    return all(entry == vector[0] for vector in vectors for entry in vector)


def _public(statement: TwoReceiverStatement, tables: Sequence[Side]) -> Found:
    """One concave envelope, of the payoff at equal posteriors; both receivers see the same signal."""
    x = statement.x
    half = [[table.at(i, i) / 2 for i in range(len(x))] for table in tables]
    weights, V, alpha = envelope(x, half[0], half[1], statement.prior)
    plan: list[dict[tuple[int, ...], Fraction]] = [
        {(i, i): _mass(state, x[i], weight) for i, weight in weights.items()} for state in (0, 1)
    ]
    return Found(
        primal=witness(plan),
        dual=Potentials(tuple(2 * value for value in V), tuple(alpha), tuple(alpha)),
        method="public",
        rule=RULE,
    )


def _mass(state: int, point: Fraction, weight: Fraction) -> Fraction:
    return weight * (point if state else 1 - point)


def envelope(
    points: Sequence[Fraction], low: Sequence[Fraction], high: Sequence[Fraction], prior: Fraction
) -> tuple[dict[int, Fraction], tuple[Fraction, Fraction], list[Fraction]]:
    """Concavify ``w(x) = (1-x) low(x) + x high(x)`` at the prior.

    Returns
    -------
    weights : dict
        Of at most two points that split the prior.
    V : tuple of Fraction
        The supporting line ``(1-x) V[0] + x V[1]``.
    alpha : list of Fraction
        With ``low <= V[0] + x alpha`` and ``high <= V[1] - (1-x) alpha``.

    Examples
    --------
    >>> weights, V, alpha = envelope([Fraction(0), Fraction(1, 2), Fraction(1)], [0, 1, 1], [0, 1, 1], Fraction(1, 4))
    >>> {k: str(w) for k, w in weights.items()}, [str(v) for v in V]
    ({0: '1/2', 1: '1/2'}, ['0', '2'])
    """
    worth = [(1 - x) * a + x * b for x, a, b in zip(points, low, high, strict=True)]
    hull: list[int] = []
    for k, x in enumerate(points):
        while len(hull) > 1:
            i, j = hull[-2:]
            if (worth[j] - worth[i]) * (x - points[j]) > (worth[k] - worth[j]) * (points[j] - points[i]):
                break
            hull.pop()
        hull.append(k)
    at = next(k for k, i in enumerate(hull) if points[i] >= prior)
    left, right = (hull[at], hull[at]) if points[hull[at]] == prior else (hull[at - 1], hull[at])
    if left == right:
        weights = {left: Fraction(1)}
        other = hull[at + 1] if at + 1 < len(hull) else hull[at - 1]
    else:
        share = (prior - points[left]) / (points[right] - points[left])
        weights, other = {left: 1 - share, right: share}, right
    slope = (worth[other] - worth[left]) / (points[other] - points[left]) if other != left else Fraction(0)
    start = worth[left] - slope * points[left]
    V = start, start + slope
    alpha = [(a - V[0]) / x if x else V[1] - b for x, a, b in zip(points, low, high, strict=True)]
    return weights, V, alpha
