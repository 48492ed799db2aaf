"""The assignment program over triples, relaxed: columns by pricing in floats, then exact majorising potentials."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from dual.errors import SolverError
from dual.kinds.delivery.costs import Triple
from transport.programs.effort import Effort

from .arrays import Array, Arrays
from .prices import Prices

_GRIDS = (5040, 5040 * 1024)
"""Multipliers are rounded to fractions with these denominators (the first holds all denominators up to 10)."""
_ROUNDS = 200
_BOXED_CELLS = 100_000


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
    reduced: Array


class Columns:
    """A linear program over some of the triples, in HiGHS, to which triples are added.

    Parameters
    ----------
    arrays : Arrays
    floor : int, optional
        Adds the row ``sum of values >= floor``.
    """

    def __init__(self, arrays: Arrays, floor: int | None) -> None:
        import highspy

        self.arrays = arrays
        self.unit = 2.0 ** max(0, int(arrays.largest).bit_length() - 8)
        self.solver = highspy.Highs()
        for option, value in {"output_flag": False, "threads": 1, "random_seed": 0, "solver": "simplex"}.items():
            self.solver.setOptionValue(option, value)
        rows = sum(arrays.shape)
        none = np.zeros(0, dtype=np.int32)
        self.solver.addRows(
            rows, np.full(rows, -np.inf), np.ones(rows), 0, np.zeros(rows, dtype=np.int32), none, np.zeros(0)
        )
        self.floor = floor is not None
        if floor is not None:
            self.solver.addRow(float(floor) / self.unit, np.inf, 0, none, np.zeros(0))
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
        if self.floor:
            index.append(np.full(len(fresh), sum(self.arrays.shape)))
            value.append(self.values[i, j])
        height = len(index)
        self.solver.addCols(
            len(fresh), -gains, np.zeros(len(fresh)), np.full(len(fresh), np.inf), height * len(fresh),
            (height * np.arange(len(fresh))).astype(np.int32), np.stack(index, axis=1).ravel().astype(np.int32),
            np.stack(value, axis=1).ravel(),
        )  # fmt: skip
        return len(fresh)

    def duals(self, effort: Effort) -> tuple[Array, Array, Array, float]:
        """Solve; return u, p, z in the arrays' units and the weight.

        Raises
        ------
        SolverError
            If the time is over or the solver fails.
        """
        import highspy

        if effort.time_limit is not None:
            left = max(effort.remaining(), 0.0)
            self.solver.setOptionValue("time_limit", self.solver.getRunTime() + left)
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise SolverError(f"HiGHS reports {self.solver.modelStatusToString(self.solver.getModelStatus())!r}")
        y = -np.asarray(self.solver.getSolution().row_dual)
        buyers, stores, couriers = self.arrays.shape
        u, p, z, rest = np.split(np.maximum(y * self.unit, 0.0), np.cumsum([buyers, stores, couriers]))
        return u, p, z, max(0.0, -float(y[-1])) if len(rest) else 0.0


def relax(arrays: Arrays, start: Sequence[Triple], floor: int | None, effort: Effort) -> Bound:
    """The relaxation's bound, from a feasible matching to start with; looser if the time is over."""
    gains = np.asarray(arrays.gains, dtype=float)
    values = np.asarray(arrays.values, dtype=float)[:, :, None]
    columns = Columns(arrays, floor)
    columns.add([*start, *_first(gains)])
    found: tuple[Array, Array, Array, float] | None = None
    batch = 6 * sum(arrays.shape)
    for _ in range(_ROUNDS):
        try:
            found = columns.duals(effort)
        except SolverError as failure:
            effort.tell(str(failure))  # what is known by now still gives a bound
            break
        u, p, z, weight = found
        reduced = gains + weight * values - u[:, None, None] - p[:, None] - z
        if reduced.max() <= 1e-7 * columns.unit or not columns.add(_largest(reduced, batch, 1e-7 * columns.unit)):
            break
        batch = min(2 * batch, 20_000)
    buyers, stores, couriers = arrays.shape
    if found is None:
        found = np.zeros(buyers), np.zeros(stores), np.zeros(couriers), 0.0
    best: Bound | None = None
    for grid in _GRIDS if arrays.small or gains.size <= _BOXED_CELLS else (1,):
        bound = majorise(arrays, found[1], found[2], found[3], grid, floor or 0)
        if best is None or bound.total < best.total:
            best = bound
    if best is None:
        raise SolverError("no bound was made")
    return best


def majorise(arrays: Arrays, p: Array, z: Array, weight: float, grid: int, floor: int) -> Bound:
    """Round p, z and the weight to a grid, and raise u until every gain is majorised, exactly."""
    scaled = arrays.times(grid)
    exact_weight = Fraction(round(weight * grid), grid)
    prices, utilities = (_rounded(numbers, grid, scaled) for numbers in (p, z))
    values = scaled.values + (scaled.values // grid) * int(exact_weight * grid)
    gains = values[:, :, None] - scaled.values[:, :, None] + scaled.gains
    gains = gains - prices[:, None] - utilities
    u = np.maximum(gains.max(axis=(1, 2)), 0)
    total = sum(int(x) for part in (u, prices, utilities) for x in part)
    shown = Prices(*(scaled.fractions(part) for part in (u, prices, utilities)))
    bound = Fraction(total, scaled.denominator) - exact_weight * Fraction(floor, arrays.denominator)
    return Bound(shown, exact_weight, bound, np.asarray(gains - u[:, None, None], dtype=float) / grid)


def _rounded(numbers: Array, grid: int, scaled: Arrays) -> Array:
    integers = [round(Fraction(float(x)) * grid) for x in numbers]
    return np.array(integers, dtype=object).astype(scaled.values.dtype)


def _first(gains: Array, few: int = 6) -> list[Triple]:
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


def _largest(reduced: Array, count: int, tolerance: float) -> list[Triple]:
    flat = reduced.ravel()
    at = np.argpartition(-flat, min(count, len(flat) - 1))[:count] if len(flat) > count else np.arange(len(flat))
    at = np.sort(at[flat[at] > tolerance])
    return _triples(*np.unravel_index(at, reduced.shape))


def _triples(i: Array, j: Array, k: Array) -> list[Triple]:
    return list(zip(i.tolist(), j.tolist(), k.tolist(), strict=True))


def room(reduced: Array, least: float) -> list[Triple]:
    """The triples whose reduced gain is at least this (and a little less, for rounding), in order."""
    return _triples(*np.nonzero(reduced >= least - 1e-6 * max(1.0, abs(least))))
