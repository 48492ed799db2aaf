"""The assignment program over triples, relaxed: columns by pricing in floats, then exact majorising potentials.

Without tips only heaviest buyer-store matchings count. Their program has the tight pairs alone, and everyone who has to
be matched is (:class:`~transport.delivery.heaviest.Ties`); its potentials u, p, z become a witness for all pairs as
``u + L r``, ``p + L c``, z with the weight L, as soon as L is large enough: on a tight pair nothing changes, and any
other pair has slack. Integers that are longer than a float's are not told apart by a program in floats, so their
program is solved exactly, over the columns that the floats have found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from dual.errors import SolverError
from dual.kinds.delivery.costs import Triple
from transport.programs.arrays import Numbers
from transport.programs.effort import Effort
from transport.programs.instance import allow, highs

from .arrays import Arrays
from .heaviest import Ties
from .prices import Prices

_GRIDS = (5040, 5040 * 1024)
"""Multipliers are rounded to fractions with these denominators (the first holds all denominators up to 10)."""
_ROUNDS = 200
"""Of columns: without an end floats could go round in circles."""
_BOXED_CELLS = 100_000
"""So many gains may be Python's integers, ten times slower than machine words."""
_EXACT_COLUMNS = 5000
"""Programs of more columns are not solved exactly; some seconds."""
_EXACT_ROUNDS = 20
"""Of columns in exact arithmetic, after the floats have found nearly all."""


@dataclass(frozen=True, eq=False)
class Bound:
    """Potentials that majorise every gain, exactly.

    Attributes
    ----------
    prices : Prices
    weight : Fraction
        The multiplier of the row of heaviest matchings (0 with tips).
    total : Fraction
        The bound they prove.
    reduced : float array, shape (B, S, K)
        Gains (weighted) minus potentials: nonpositive but for rounding, in the units of the arrays.
    """

    prices: Prices
    weight: Fraction
    total: Fraction
    reduced: Numbers


class Columns:
    """A linear program over some of the triples, in HiGHS, to which triples are added.

    Parameters
    ----------
    arrays : Arrays
    ties : Ties, optional
        Only heaviest buyer-store matchings count.
    """

    def __init__(self, arrays: Arrays, ties: Ties | None) -> None:

        self.arrays = arrays
        self.unit = 2.0 ** max(0, int(arrays.largest).bit_length() - 8)
        self.solver = highs(solver="simplex")
        rows = sum(arrays.shape)
        self.matched = np.zeros(rows, dtype=bool) if ties is None else ties.matched(arrays.shape[2])
        none = np.zeros(0, dtype=np.int32)
        self.solver.addRows(
            rows, np.where(self.matched, 1.0, -np.inf), np.ones(rows), 0, np.zeros(rows, dtype=np.int32), none,
            np.zeros(0),
        )  # fmt: skip
        self.present: set[Triple] = set()
        self.values = np.asarray(arrays.values, dtype=float) / self.unit

    def add(self, triples: Iterable[Triple]) -> int:
        """Add triples that are not there; return how many they were."""
        fresh = sorted(set(triples) - self.present)
        self.present.update(fresh)
        if not fresh:
            return 0
        buyers, stores, _ = self.arrays.shape
        i, j, k = np.array(fresh, dtype=np.int64).T
        gains = self.values[i, j] - np.asarray(self.arrays.costs(k, i, j), dtype=float) / self.unit
        index = [i, buyers + j, buyers + stores + k]
        value = [np.ones(len(fresh))] * 3
        height = len(index)
        self.solver.addCols(
            len(fresh), -gains, np.zeros(len(fresh)), np.full(len(fresh), np.inf), height * len(fresh),
            (height * np.arange(len(fresh))).astype(np.int32), np.stack(index, axis=1).ravel().astype(np.int32),
            np.stack(value, axis=1).ravel(),
        )  # fmt: skip
        return len(fresh)

    def duals(self, effort: Effort) -> tuple[Numbers, Numbers, Numbers]:
        """Solve; return u, p, z in the arrays' units.

        Raises
        ------
        SolverError
            If the time is over or the solver fails.
        """
        import highspy

        if effort.time_limit is not None:
            allow(self.solver, effort.remaining())
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise SolverError(f"HiGHS reports {self.solver.modelStatusToString(self.solver.getModelStatus())!r}")
        y = -np.asarray(self.solver.getSolution().row_dual) * self.unit
        return self._split(np.where(self.matched, y, np.maximum(y, 0.0)))

    def exact_duals(self) -> tuple[Numbers, Numbers, Numbers] | None:
        """The same, as fractions that are optimal for the columns present; None if that is out of reach."""
        from transport.programs.linear import LinearProgram, solve

        triples = sorted(self.present)
        buyers, stores, _ = self.arrays.shape
        i, j, k = np.array(triples, dtype=np.int64).T
        rows: list[dict[int, int]] = [{} for _ in self.matched]
        for n, triple in enumerate(triples):
            for agent in (triple[0], buyers + triple[1], buyers + stores + triple[2]):
                rows[agent][n] = 1
        gains = self.arrays.values[i, j] - self.arrays.costs(k, i, j)
        senses = ["=" if matched else "<=" for matched in self.matched]
        try:
            found = solve(LinearProgram([int(gain) for gain in gains], rows, senses, [1] * len(rows)))
        except SolverError:  # columns too few for the agents that have to be matched, as floats misjudged them
            return None
        return self._split(np.array(found.dual, dtype=object)) if found.exact else None

    def _split(self, y: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        buyers, stores, _ = self.arrays.shape
        return y[:buyers], y[buyers : buyers + stores], y[buyers + stores :]


def relax(arrays: Arrays, start: Sequence[Triple], ties: Ties | None, effort: Effort) -> Bound:
    """The relaxation's bound, from a feasible matching to start with; looser if the time is over."""
    gains = np.asarray(arrays.gains, dtype=float)
    if ties is not None:
        gains = np.where(ties.tight[:, :, None], gains, -np.inf)
    columns = Columns(arrays, ties)
    columns.add([*start, *(triple for triple in _first(gains) if np.isfinite(gains[triple]))])
    buyers, stores, couriers = arrays.shape
    found: tuple[Numbers, Numbers, Numbers] = np.zeros(buyers), np.zeros(stores), np.zeros(couriers)
    batch = 6 * sum(arrays.shape)
    for _ in range(_ROUNDS):
        try:
            found = columns.duals(effort)
        except SolverError as failure:
            effort.tell(str(failure))  # what is known by now still gives a bound
            break
        u, p, z = found
        reduced = gains - u[:, None, None] - p[:, None] - z
        # Gains below the solver's tolerance would enter for ever.
        if reduced.max() <= 1e-7 * columns.unit or not columns.add(_largest(reduced, batch, 1e-7 * columns.unit)):
            break
        batch = min(2 * batch, 20_000)
    least = sum(
        int(arrays.values[i, j]) - int(arrays.costs(np.array(k), np.array(i), np.array(j))) for i, j, k in start
    )
    boxed = gains.size <= _BOXED_CELLS
    bounds = [
        majorise(arrays, found[1], found[2], grid, ties, least) for grid in (_GRIDS if arrays.small or boxed else (1,))
    ]
    if boxed and not arrays.small:
        bounds += _exactly(arrays, columns, ties, least, effort)
    return min(bounds, key=lambda bound: bound.total)


def _exactly(arrays: Arrays, columns: Columns, ties: Ties | None, least: int, effort: Effort) -> list[Bound]:
    """Bounds of exact programs, each with the columns that the one before has missed."""
    bounds: list[Bound] = []
    for _ in range(_EXACT_ROUNDS):
        if effort.exhausted() or len(columns.present) > _EXACT_COLUMNS:
            break
        found = columns.exact_duals()
        if found is None:
            break
        u, p, z = found
        grid = lcm(*(y.denominator for y in (*p, *z)))
        bounds.append(majorise(arrays, p, z, grid, ties, least))
        missed = arrays.gains.astype(object) - u[:, None, None] - p[:, None] - z > 0
        if ties is not None:
            missed &= ties.tight[:, :, None]
        if not columns.add(_triples(*np.nonzero(missed))):
            break
    return bounds


def majorise(arrays: Arrays, p: Numbers, z: Numbers, grid: int, ties: Ties | None, least: int) -> Bound:
    """Round p and z to a grid, and raise u until every gain is majorised, exactly.

    With ties the pairs that are not tight are out of question: the weight is large enough to say so of every matching
    that holds one and has a welfare of ``least`` or more.
    """
    scaled = arrays.times(grid)
    prices, utilities = (_rounded(numbers, grid, scaled) for numbers in (p, z))
    gains = scaled.gains - prices[:, None] - utilities
    if ties is None:
        u = np.maximum(gains.max(axis=(1, 2)), 0)
    else:
        u = np.where(ties.tight[:, :, None], gains, gains.min() - 1).max(axis=(1, 2))
        u = np.where(ties.rows > 0, u, np.maximum(u, 0))
    total = sum(int(x) for part in (u, prices, utilities) for x in part)
    gains = gains - u[:, None, None]
    reduced, weight = np.asarray(gains, dtype=float) / grid, 0
    if ties is not None:
        loose = ~ties.tight
        reduced[loose] = -np.inf
        # In units of the grid: what the weight has to make up for, and the slack that it multiplies.
        over = gains.max(axis=2)[loose].astype(object) + max(0, total - least * grid)
        needs = [*zip(over, ties.slack[loose], strict=True)]
        needs += [*zip(-u, ties.rows, strict=True), *zip(-prices, ties.columns, strict=True)]
        weight = max((-(-int(need) // (int(slack) * grid)) for need, slack in needs if need > 0), default=0)
        u = u.astype(object) + weight * grid * ties.rows.astype(object)
        prices = prices.astype(object) + weight * grid * ties.columns.astype(object)
    shown = Prices(*(scaled.fractions(part) for part in (u, prices, utilities)))
    return Bound(shown, Fraction(weight), Fraction(total, scaled.denominator), reduced)


def _rounded(numbers: Numbers, grid: int, scaled: Arrays) -> Numbers:
    integers = [round(Fraction(x) * grid) for x in numbers]
    return np.array(integers, dtype=object).astype(scaled.values.dtype)


def _first(gains: Numbers, few: int = 6) -> list[Triple]:
    """The triples of largest gain of every agent."""
    found: list[Triple] = []
    for side in range(3):
        table: Any = np.moveaxis(gains, side, 0).reshape(gains.shape[side], -1)
        best = np.argpartition(-table, min(few, table.shape[1] - 1), axis=1)[:, :few]
        others = np.unravel_index(best, tuple(n for at, n in enumerate(gains.shape) if at != side))
        own = np.broadcast_to(np.arange(gains.shape[side])[:, None], best.shape)
        parts = [*others[:side], own, *others[side:]]
        found += _triples(*(part.ravel() for part in parts))
    return found


def _largest(reduced: Numbers, count: int, tolerance: float) -> list[Triple]:
    flat = reduced.ravel()
    at = np.argpartition(-flat, min(count, len(flat) - 1))[:count] if len(flat) > count else np.arange(len(flat))
    at = np.sort(at[flat[at] > tolerance])
    return _triples(*np.unravel_index(at, reduced.shape))


def _triples(i: Numbers, j: Numbers, k: Numbers) -> list[Triple]:
    return list(zip(i.tolist(), j.tolist(), k.tolist(), strict=True))


def triples_above(reduced: Numbers, least: float) -> list[Triple]:
    """The triples whose reduced gain is at least this (and a little less, for rounding), in order."""
    return _triples(*np.nonzero(reduced >= least - 1e-6 * max(1.0, abs(least))))
