"""The shadow of a linear program: what its points reach in two objectives at once, corner by corner.

Each basis is optimal in a cone of directions, bounded by reduced costs of both objectives. Where it holds the direction
across an edge, the edge is proven without another solve (shadow vertex method: Gass and Saaty 1955, Borgwardt 1987).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dual.numbers.exact import over_common_denominator

from .highs import FloatSolver
from .integral import ZERO, IntegerProgram
from .program import Exact
from .tableau import GaveUp, Tableau

Direction = tuple[int, int]


@dataclass(frozen=True)
class Cone:
    """The directions in which a basis is optimal, and what proves that.

    Attributes
    ----------
    multipliers : pair of mappings
        For each objective, by row, those at which all of the basis breaks even; zeros are left out.
    gains : sequence of (int, int)
        Reduced costs for both objectives, with a denominator of its own, of everything that may enter.
    balances : sequence of (int, int)
        The same of columns that are free, which must not gain either way.
    """

    multipliers: tuple[Mapping[int, Fraction], Mapping[int, Fraction]]
    gains: Sequence[Direction]
    balances: Sequence[Direction]

    def proves(self, direction: Direction) -> bool:
        """Whether no point lies farther in a direction than that of the basis."""
        x, y = direction
        return all(x * a + y * b <= 0 for a, b in self.gains) and not any(x * a + y * b for a, b in self.balances)

    def weights(self, direction: Direction) -> dict[int, Fraction]:
        """The multipliers that prove it, by row."""
        (x, y), (first, second) = direction, self.multipliers
        rows = sorted(first.keys() | second.keys())
        return {i: x * first.get(i, ZERO) + y * second.get(i, ZERO) for i in rows}


class Shadow:
    """A program's rows with two objectives, explored from corner to corner.

    Parameters
    ----------
    program : IntegerProgram
        Its objective is not looked at.
    objectives : pair of sequences of Fraction or int, each of shape (columns,)
    exact_rows : int
        The largest dense system solved exactly.

    Examples
    --------
    >>> from .program import LinearProgram
    >>> square = IntegerProgram(LinearProgram([0, 0], [{0: 1}, {1: 1}], ["<=", "<="], [4, 6]))
    >>> values, cone = Shadow(square, ([1, 0], [0, 1]), 100).corner((1, 2))
    >>> values, cone.proves((1, 0)), cone.proves((-1, 2))
    ((Fraction(4, 1), Fraction(6, 1)), True, False)
    """

    def __init__(
        self, program: IntegerProgram, objectives: tuple[Sequence[Exact], Sequence[Exact]], exact_rows: int
    ) -> None:
        entries, self.unit = over_common_denominator([Fraction(x) for objective in objectives for x in objective])
        self.objectives = entries[: program.columns], entries[program.columns :]
        self.program, self.exact_rows = program, exact_rows
        self.sides = [program.aimed(objective) for objective in self.objectives]
        self.solver = FloatSolver(program, None, None)

    def corner(self, direction: Direction, deadline: float | None = None) -> tuple[tuple[Fraction, ...], Cone] | None:
        """The columns' values at a basis that is optimal in a direction, as far as floats can tell, and its cone.

        None if there is no telling.

        Raises
        ------
        SolverError
            If the deadline, on the clock of ``time.monotonic``, passes.
        """
        x, y = direction
        goal = self.program.aimed([x * a + y * b for a, b in zip(*self.objectives, strict=True)])
        self.solver.aim(goal, deadline)
        found = self.solver.solve()
        if not found.optimal:
            return None
        try:
            tableau = Tableau(goal, found.basis, self.exact_rows, deadline)
        except GaveUp:
            return None
        if tableau.violated():
            return None
        values, common = tableau.point()
        z = {j: Fraction(value, common) for j, value in values.items() if value and j < self.program.columns}
        multipliers, reduced = [], []
        for side in tableau.turned(self.sides):
            weights, unit = side.multipliers()
            stated = side.program.stated_dual({i: Fraction(weight, unit) for i, weight in weights.items() if weight})
            multipliers.append({i: weight / self.unit for i, weight in enumerate(stated) if weight})
            gains, unit = side.reduced_costs()
            scale = unit * side.program.cost_factor
            reduced.append({k: gain / scale for k, gain in gains.items() if not side.is_fixed(k)})
        pairs = {k: over_common_denominator([gain, reduced[1][k]])[0] for k, gain in reduced[0].items()}
        cone = Cone(
            (multipliers[0], multipliers[1]),
            [(a, b) for k, (a, b) in pairs.items() if (a or b) and not tableau.is_free(k)],
            [(a, b) for k, (a, b) in pairs.items() if (a or b) and tableau.is_free(k)],
        )
        return self.program.stated_primal(z), cone
