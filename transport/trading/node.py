"""The linear relaxation within bounds: what is solved at every node of the tree.

Everything here is in floating point and trusted by nobody; :mod:`.leaves` makes exact bounds of its multipliers. A
program is built anew for each node, with the pairs that may trade there and the rows that bound its parent, and starts
from the parent's basis. Within bounds r is the price above its least, so that tighter bounds make stronger rows.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from transport.programs.arrays import Floats, Integers
from transport.programs.instance import allow

from .arrays import Model
from .bounds import Bounds
from .envy import Envy, Row
from .relaxation import simplex
from .rows import Pairs, Rows

_PENALTY = 20.0
"""Of breaking a row of envy, relative to the largest gain: above any multiplier met, and low enough for floats."""
_BATCH = 60
"""Broken rows that enter at once: more mean fewer linear programs, each larger."""
_STALL, _LITTLE = 4, 1e-5
"""So many rounds that gain less than this share end a node's rows: splitting gains more."""
_ZERO = 1e-9
"""Weights and multipliers below this are rounding errors of HiGHS, and left out."""
_BASIC = 1
"""HiGHS's number of the status."""
_MOST_ROWS = 2000
"""If there are more known pairs, their rows enter only when they are broken."""


@dataclass(frozen=True, eq=False)
class Basis:
    """Which columns and rows are basic, by what they stand for; 1 is basic, others are HiGHS's codes."""

    places: Integers
    x: Integers
    r: Integers
    links: Integers
    floors: Integers
    buyers: Integers
    sellers: Integers
    rows: Mapping[Row, tuple[int, int]]
    used: Any


@dataclass(frozen=True, eq=False)
class Point:
    """An optimum within bounds, in units.

    Attributes
    ----------
    value : float
    places, x, prices : arrays
        The pairs that may trade, their weights, and price times weight, net of cost.
    envy : sequence of (Row, float)
        Rows with their multipliers.
    rows : sequence of Row
        Those that bind.
    basis : Basis
    """

    value: float
    places: Integers
    x: Floats
    prices: Floats
    envy: Sequence[tuple[Row, float]]
    rows: Sequence[Row]
    basis: Basis

    @property
    def trades(self) -> list[int]:
        """The places of the pairs that trade by more than a half."""
        found: list[int] = self.places[self.x > 0.5].tolist()
        return found


class Nodes:
    """The linear programs of a market.

    Parameters
    ----------
    model : Model
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.scale = float(max(int(model.net.max(initial=0)), 1))
        envious = np.flatnonzero(model.known & (model.net > 0))
        self.plain = dict.fromkeys(Row(int(place)) for place in envious) if len(envious) <= _MOST_ROWS else {}
        self.pairs: Pairs = {}

    def solve(
        self,
        bounds: Bounds,
        rows: Sequence[Row],
        basis: Basis | None,
        seconds: float,
        *,
        rounds: int = 0,
        cutoff: float = -np.inf,
        pivots: int | None = None,
    ) -> Point | float | None:
        """The optimum within bounds; its value alone if pivots are limited; None if time is over.

        Below the cutoff the point need not be an optimum: its multipliers prove its value, and that is all.

        Parameters
        ----------
        bounds : Bounds
        rows : sequence of Row
            Rows without floors and caps are there anyway, unless there are very many.
        basis : Basis or None
            Of a program with more pairs.
        seconds : float
        rounds : int
            Of further rows, as long as the value is above the cutoff.
        cutoff : float
            In units.
        pivots : int, optional
            At most.
        """
        return _Program(self, bounds, rows, basis).run(seconds, rounds, cutoff, pivots)


class _Program:
    """One program: columns x, r, then one to break each row of envy at a price."""

    def __init__(self, nodes: Nodes, bounds: Bounds, rows: Sequence[Row], basis: Basis | None) -> None:
        self.nodes, self.model, self.bounds, self.scale = nodes, nodes.model, bounds, nodes.scale
        model, scale = self.model, self.scale
        may = bounds.may
        if basis is not None:
            # Basic columns stay although they are closed, so that the basis remains one.
            may = may.copy()
            may[basis.places[basis.used]] = True
        self.places = places = np.flatnonzero(may)
        # Agents, and the range of each pair's price, in the program's units.
        self.buyers, i = np.unique(model.buyers[places], return_inverse=True)
        self.sellers, j = np.unique(model.sellers[places], return_inverse=True)
        self.price_low = bounds.price_low[model.sellers[places]]
        low, high = (
            np.maximum((end - self.price_low).astype(np.float64) / scale, 0.0)
            for end in bounds.pair_prices(model, places)
        )
        self.worth = self._worth(places)
        unknown = (~model.known[places]).astype(np.float64)
        paid = (self.price_low + model.costs[model.sellers[places]]).astype(np.float64) / scale
        self.open = bounds.may[places]
        self.count, self.floors = len(places), np.flatnonzero((low > 0) & self.open)
        # Columns: shares, then prices times shares. Rows: agents, links of price and share from above and below.
        k, n, m = self.count, len(self.buyers), len(self.sellers)
        pairs = np.arange(k)
        links, floors = n + m + pairs, n + m + k + np.arange(len(self.floors))
        self.first = n + m + k + len(self.floors)
        self.where = np.full(model.size, -1)
        self.where[places] = pairs
        blocks = [
            (i, pairs, np.ones(k)),
            (n + j, pairs, np.ones(k)),
            (links, pairs, -high),
            (links, k + pairs, np.ones(k)),
            (floors, self.floors, -low[self.floors]),
            (floors, k + self.floors, np.ones(len(floors))),
        ]
        # Rows of envy, scaled to what is left of them within the bounds; each has a column that breaks it at a penalty.
        more = [row for row in rows if row not in nodes.plain]
        stated = Rows(model, [*nodes.plain, *more], nodes.pairs)
        inside = stated.inside(bounds, exact=False, may=may)
        use = np.flatnonzero(inside.left > 0)
        self.envy = [stated.rows[q] for q in use.tolist()]
        sizes = np.maximum(inside.left[use].astype(np.float64) / scale, 1e-3)
        self.sizes = sizes.tolist()
        at = np.full(len(stated.rows), -1)
        at[use] = self.first + np.arange(len(use))
        term = at[inside.row]
        size = sizes[term - self.first]
        left = inside.left[inside.row].astype(np.float64) / scale / size
        slope, column = inside.slope / size, self.where[inside.place]
        x = np.where(inside.capped, left, np.where(inside.hers, 0.0, slope * self.worth[column]))
        blocks += [
            (term, column, x),
            (term, k + column, np.where(inside.hers, slope, -slope)),
            (self.first + np.arange(len(use)), 2 * k + np.arange(len(use)), np.ones(len(use))),
        ]
        # Who must trade does; the objective is the platform's revenue, negated.
        must = bounds.buyer_must[self.buyers], bounds.seller_must[self.sellers]
        self.cost = np.concatenate([-unknown * paid, -unknown, np.full(len(use), _PENALTY)])
        lower = [
            np.where(np.concatenate(must), 1.0, -np.inf),
            np.full(k, -np.inf),
            np.zeros(len(floors)),
            inside.left[use].astype(np.float64) / scale / sizes,
        ]
        upper = [np.ones(n + m), np.zeros(k), np.full(len(floors) + len(use), np.inf)]
        self.solver = self._passed(blocks, np.concatenate(lower), np.concatenate(upper))
        if basis is not None:
            self._begin(basis)

    def _worth(self, places: Integers) -> Floats:
        """The pairs' values above the bounds."""
        model = self.model
        worth = model.net[places] - self.bounds.utility_low[model.buyers[places]] - self.price_low
        found: Floats = worth.astype(np.float64) / self.scale
        return found

    def _passed(self, blocks: Sequence[tuple[Any, Any, Any]], lower: Floats, upper: Floats) -> Any:
        import highspy
        from scipy.sparse import csc_array

        at_row, at_column, value = (np.concatenate([block[k] for block in blocks]) for k in range(3))
        matrix = csc_array((value, (at_row, at_column)), shape=(len(lower), len(self.cost)))
        matrix.eliminate_zeros()
        program = highspy.HighsLp()
        program.num_row_, program.num_col_ = matrix.shape
        program.col_cost_ = self.cost
        program.col_lower_ = np.zeros(len(self.cost))
        free = np.full(len(self.cost) - 2 * self.count, np.inf)
        program.col_upper_ = np.concatenate([self.open.astype(float), np.where(self.open, np.inf, 0.0), free])
        program.row_lower_, program.row_upper_ = lower, upper
        program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        program.a_matrix_.start_, program.a_matrix_.index_ = matrix.indptr, matrix.indices
        program.a_matrix_.value_ = matrix.data
        solver = simplex()
        solver.passModel(program)
        return solver

    def _begin(self, basis: Basis) -> None:
        """Start from what is left of another program's basis."""
        import highspy

        status = [highspy.HighsBasisStatus(code) for code in range(5)]
        at = np.searchsorted(basis.places, self.places)
        rows = [basis.rows.get(row, (1, 0)) for row in self.envy]
        columns = [*basis.x[at].tolist(), *basis.r[at].tolist(), *(column for _, column in rows)]
        lines = [
            *basis.buyers[self.buyers].tolist(),
            *basis.sellers[self.sellers].tolist(),
            *basis.links[at].tolist(),
            *basis.floors[at][self.floors].tolist(),
            *(row for row, _ in rows),
        ]
        found = highspy.HighsBasis()
        found.valid, found.alien = True, True
        found.col_status = [status[code] for code in columns]
        found.row_status = [status[code] for code in lines]
        self.solver.setBasis(found)

    def run(self, seconds: float, rounds: int, cutoff: float, pivots: int | None) -> Point | float | None:
        import highspy

        states = highspy.HighsModelStatus
        deadline = time.monotonic() + seconds
        if cutoff > -np.inf:
            # The dual simplex method's multipliers prove its bound on the way, too.
            self.solver.setOptionValue("objective_bound", -cutoff / self.scale)
        if pivots is not None:
            self.solver.setOptionValue("simplex_iteration_limit", pivots)
        history: list[float] = []
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            allow(self.solver, left)
            self.solver.run()
            state = self.solver.getModelStatus()
            if state == states.kNotset:
                # A basis of another program can be worse than none.
                self.solver.clearSolver()
                self.solver.run()
                state = self.solver.getModelStatus()
            value = -float(self.solver.getInfo().objective_function_value) * self.scale
            if state == states.kInfeasible:
                return -np.inf
            if pivots is not None:
                return None if state == states.kTimeLimit else value
            if state not in (states.kOptimal, states.kObjectiveBound, states.kModelEmpty):
                return None
            history.append(value)
            found = self.solver.getSolution()
            values = np.asarray(found.col_value)
            stalled = len(history) > _STALL and history[-1 - _STALL] - value < _LITTLE * value
            if state == states.kObjectiveBound or value <= cutoff or stalled:
                break
            if len(history) > rounds or not self._cut(values):
                break
        return self._point(value, values, np.asarray(found.row_dual))

    def _cut(self, values: Floats) -> bool:
        """Add the rows that are broken most; whether there are any."""
        k, envy = self.count, Envy(self.model, self.scale, self.bounds)
        used = np.flatnonzero(values[:k] > _ZERO)
        broken = envy.broken(self.places[used], values[used], values[k + used], _BATCH)
        present = set(self.envy)
        new = [row for row in broken if row not in present]
        if not new:
            return False
        inside = Rows(self.model, new, self.nodes.pairs).inside(self.bounds, exact=False)
        for q, row in enumerate(new):
            size = max(float(inside.left[q]) / self.scale, 1e-3)
            term = np.flatnonzero(inside.row == q)
            if not len(term):
                continue
            left, slope = float(inside.left[q]) / self.scale / size, inside.slope[term] / size
            column, hers, capped = self.where[inside.place[term]], inside.hers[term], inside.capped[term]
            x = np.where(capped, left, np.where(hers, 0.0, slope * self.worth[column]))
            entries = np.concatenate([x, np.where(hers, slope, -slope)])
            at = np.concatenate([column, k + column])
            some = entries != 0
            self.solver.addRow(left, np.inf, int(some.sum()), at[some].astype(np.int32), entries[some])
            where = np.array([self.first + len(self.envy)], np.int32)
            self.solver.addCol(_PENALTY, 0.0, np.inf, 1, where, np.ones(1))
            self.envy.append(row)
            self.sizes.append(size)
        return True

    def _point(self, value: float, values: Floats, duals: Floats) -> Point:
        k = self.count
        prices = self.price_low * values[:k] + values[k : 2 * k] * self.scale
        ends = duals[self.first :]
        envy = [
            (row, float(dual) / size)
            for row, size, dual in zip(self.envy, self.sizes, ends.tolist(), strict=True)
            if dual > _ZERO
        ]
        basis = self._basis()
        held = [row for row, (line, column) in basis.rows.items() if line != _BASIC or column == _BASIC]
        return Point(value, self.places, values[:k], np.asarray(prices, dtype=float), envy, held, basis)

    def _basis(self) -> Basis:
        found = self.solver.getBasis()
        columns = np.array([int(status) for status in found.col_status])
        lines = np.array([int(status) for status in found.row_status])
        k, (n, m) = self.count, self.model.shape
        buyers, sellers, floors = np.ones(n, int), np.ones(m, int), np.ones(k, int)
        buyers[self.buyers] = lines[: len(self.buyers)]
        sellers[self.sellers] = lines[len(self.buyers) : len(self.buyers) + len(self.sellers)]
        start = len(self.buyers) + len(self.sellers)
        floors[self.floors] = lines[start + k : self.first]
        pairs = zip(lines[self.first :].tolist(), columns[2 * k :].tolist(), strict=True)
        rows = dict(zip(self.envy, pairs, strict=True))
        x, r, links = columns[:k], columns[k : 2 * k], lines[start : start + k]
        used = (x == _BASIC) | (r == _BASIC) | (links != _BASIC) | (floors != _BASIC)
        return Basis(self.places, x, r, links, floors, buyers, sellers, rows, used)
