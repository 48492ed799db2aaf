"""The platform's problem as an integer program without big constants, for HiGHS; see :mod:`dual.kinds.trading.revenue`.

Its answer is a suggestion: the matching is evaluated again with exact prices, and its bound proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from dual.errors import SuasionError
from dual.kinds.trading.valuations import Pair
from transport.programs.arrays import Integers
from transport.programs.instance import allow, highs

from .arrays import Model
from .outcome import State

MOST_ENTRIES = 20_000_000
"""Programs with more coefficients are not built."""
_LARGEST = 100.0
"""Values are scaled to this, so that the solver's tolerances are small beside them."""


class IntegerProgram:
    """The single-level program: columns x, then columns r, for all pairs that do not trade at a loss.

    Parameters
    ----------
    model : Model

    Raises
    ------
    SuasionError
        If the program has more than :data:`MOST_ENTRIES` coefficients.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.places = np.flatnonzero(model.net >= 0)
        self.scale = max(int(model.net.max(initial=0)), 1) / _LARGEST
        self.known = np.flatnonzero(model.known & (model.net > 0))
        if self._coefficients() > MOST_ENTRIES:
            raise SuasionError(
                f'the integer program would have more than {MOST_ENTRIES} coefficients; use the method "exact" or '
                '"entry-fee"'
            )
        self.entries = self._envy()

    def _coefficients(self) -> int:
        """How many coefficients the program has."""
        model, total = self.model, 4 * len(self.places)
        for owner, size, times in ((model.buyers, model.shape[0], 2), (model.sellers, model.shape[1], 1)):
            total += times * int((np.bincount(owner[self.places], minlength=size)[owner[self.known]]).sum())
        return total

    def _envy(self) -> tuple[Integers, Integers, Integers, Integers]:
        """For the rows of known pairs: the pair's place and the column of each term, buyer's terms, then seller's."""
        model = self.model
        by_seller = np.argsort(model.sellers[self.places], kind="stable")
        sides = []
        for owner, order in ((model.buyers, np.arange(len(self.places))), (model.sellers, by_seller)):
            mine = owner[self.places][order]
            start, end = (np.searchsorted(mine, owner[self.known], side) for side in ("left", "right"))
            counts = end - start
            which = np.repeat(np.arange(len(self.known)), counts)
            at = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(start, counts)
            sides += [which, order[at]]
        return sides[0], sides[1], sides[2], sides[3]

    def arrays(self) -> Any:
        """The program as HiGHS takes it."""
        import highspy
        from scipy.sparse import csc_array

        model, count = self.model, len(self.places)
        n, m = model.shape
        net = model.net[self.places].astype(np.float64) / self.scale
        unknown = ~model.known[self.places]
        pairs, first = np.arange(count), n + m + count
        mine, x_of, theirs, r_of = self.entries
        others = self.places[x_of] != self.known[mine]
        rivals = self.places[r_of] != self.known[theirs]
        blocks: list[tuple[Any, Any, Any]] = [
            (model.buyers[self.places], pairs, np.ones(count)),
            (n + model.sellers[self.places], pairs, np.ones(count)),
            (n + m + pairs, pairs, -net),
            (n + m + pairs, count + pairs, np.ones(count)),
            (first + mine, x_of, net[x_of]),
            (first + mine[others], count + x_of[others], -np.ones(int(others.sum()))),
            (first + theirs[rivals], count + r_of[rivals], np.ones(int(rivals.sum()))),
        ]
        at_row, at_column, value = (np.concatenate([block[k] for block in blocks]) for k in range(3))
        lower = model.net[self.known].astype(np.float64) / self.scale
        matrix = csc_array((value, (at_row, at_column)), shape=(first + len(lower), 2 * count))
        infinity = highspy.kHighsInf
        program = highspy.HighsLp()
        program.num_row_, program.num_col_ = matrix.shape
        costs = model.costs[model.sellers[self.places]].astype(np.float64) / self.scale
        program.col_cost_ = np.concatenate([costs * unknown, unknown.astype(np.float64)])
        program.col_lower_ = np.zeros(2 * count)
        program.col_upper_ = np.concatenate([np.ones(count), net])
        program.row_lower_ = np.concatenate([np.full(first, -infinity), lower])
        program.row_upper_ = np.concatenate([np.ones(n + m), np.zeros(count), np.full(len(lower), infinity)])
        program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        program.a_matrix_.start_, program.a_matrix_.index_ = matrix.indptr, matrix.indices
        program.a_matrix_.value_ = matrix.data
        program.sense_ = highspy.ObjSense.kMaximize
        kinds = highspy.HighsVarType
        program.integrality_ = [kinds.kInteger] * count + [kinds.kContinuous] * count
        return program

    def point(self, state: State) -> Any:
        """The columns of an equilibrium."""
        count = len(self.places)
        values = np.zeros(2 * count)
        trades = list(state.equilibrium.trades)
        where = self.model.places(trades)
        at = np.minimum(np.searchsorted(self.places, where), count - 1)
        use = self.places[at] == where
        values[at[use]] = 1.0
        sold = np.array([j for _, j in trades], dtype=np.int64)[use]
        values[count + at[use]] = state.equilibrium.prices[sold].astype(np.float64) / self.scale
        return values

    def solve(self, start: State | None, seconds: float) -> Iterable[Pair] | None:
        """The introduced trades of the best point found; None if there is none.

        Parameters
        ----------
        start : State or None
            An equilibrium to begin with.
        seconds : float
            After which the solver stops.
        """
        import highspy

        step = 1 / self.scale
        # Revenues are multiples of the step, so a gap below one is none.
        solver = highs(mip_rel_gap=0.0, mip_abs_gap=max(0.99 * step, 1e-6), mip_feasibility_tolerance=1e-7)
        allow(solver, seconds)
        if not len(self.places):
            return None
        solver.passModel(self.arrays())
        if start is not None:
            suggestion = highspy.HighsSolution()
            suggestion.col_value = self.point(start)
            solver.setSolution(suggestion)
        solver.run()
        info = solver.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        x = np.asarray(solver.getSolution().col_value)[: len(self.places)]
        chosen = self.places[(x > 0.5) & ~self.model.known[self.places]]
        return list(zip(self.model.buyers[chosen].tolist(), self.model.sellers[chosen].tolist(), strict=True))
