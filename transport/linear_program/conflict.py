"""Why nothing is feasible: rows and bounds that contradict each other, none of which can be left out.

From the support of exact Farkas multipliers rows and bounds are left out one by one as long as the rest still is a
conflict (Chinneck's deletion filter); every test is an exact solve. A conflict with as few members as possible is met
from below: every conflict has a member in each set that, left out, makes the rest feasible; the smallest choice that
meets all such sets found so far is a lower bound, and the answer once it is a conflict itself (Ignatiev et al., CP
2015).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from dual.errors import InputError, SolverError
from dual.kinds.linear_program.statement import LinearProgramStatement
from transport.programs.effort import Effort
from transport.road.table import Cell, Table

from .simplex import Empty, Endless, vertex

Member = tuple[str, int]
"""``("row", i)`` or the bound ``("lower", j)`` or ``("upper", j)`` of a column."""

_SIDES: Final = ("lower", "upper")


@dataclass(frozen=True)
class Conflict:
    """Rows and bounds that no point satisfies together.

    Attributes
    ----------
    rows : tuple of str
        Names of the rows.
    bounds : tuple of str
        The bounds of columns, as inequalities.
    multipliers : dict
        By name of the row: the combination of the rows that contradicts the bounds.
    smallest : bool
        Whether no conflict has fewer members; otherwise only none inside this one.
    """

    rows: tuple[str, ...]
    bounds: tuple[str, ...]
    multipliers: dict[str, Fraction]
    smallest: bool

    def table(self) -> Table:
        """The members, rows with their multipliers."""
        rows: list[list[Cell]] = [[name, self.multipliers.get(name, Fraction(0))] for name in self.rows]
        return Table("conflict", ["member", "multiplier"], [*rows, *([bound, ""] for bound in self.bounds)])


def conflict(statement: LinearProgramStatement, *, smallest: bool = False) -> Conflict | None:
    """Rows and bounds that contradict each other; see :meth:`LinearProgram.conflict`."""
    if statement.integers:
        raise InputError("conflicts are those of programs without integers; leave them out", "integers")
    search = _Search(statement)
    everything = search.members()
    multipliers = search.contradiction(everything)
    if multipliers is None:
        return None
    found = search.smallest(everything) if smallest else search.reduced(search.support(multipliers))
    proof = search.contradiction(found) or {}
    rows = tuple(statement.row_name(i) for what, i in found if what == "row")
    bounds = tuple(_bound(statement, what, j) for what, j in found if what != "row")
    return Conflict(rows, bounds, {statement.row_name(i): y for i, y in proof.items()}, smallest)


def _bound(statement: LinearProgramStatement, side: str, column: int) -> str:
    end = statement.box(column)[_SIDES.index(side)]
    return f"{statement.column_name(column)} {'>=' if side == 'lower' else '<='} {end}"


class _Search:
    def __init__(self, statement: LinearProgramStatement) -> None:
        self.statement = statement

    def members(self) -> list[Member]:
        """All rows and bounds that say anything."""
        rows = [("row", i) for i, row in enumerate(self.statement.rows) if (row.lower, row.upper) != (None, None)]
        ends = [
            (side, j)
            for j in range(len(self.statement.objective))
            for side, end in zip(_SIDES, self.statement.box(j), strict=True)
            if end is not None
        ]
        return rows + ends

    def contradiction(self, members: Collection[Member]) -> dict[int, Fraction] | None:
        """Multipliers of rows that prove these members to contradict each other; None if a point satisfies them."""
        kept = set(members)
        count = len(self.statement.objective)
        rows = [i for i in range(len(self.statement.rows)) if ("row", i) in kept]
        boxes = [self.statement.box(j) for j in range(count)]
        part = replace(
            self.statement,
            objective=(Fraction(0),) * count,
            rows=tuple(self.statement.rows[i] for i in rows),
            lower=tuple(low if ("lower", j) in kept else None for j, (low, _) in enumerate(boxes)),
            upper=tuple(high if ("upper", j) in kept else None for j, (_, high) in enumerate(boxes)),
        )
        try:
            found = vertex(part, Effort())
        except Empty as none:
            return {rows[i]: y for i, y in none.multipliers.items()}
        except Endless:
            return None
        if not found.optimum.exact:
            raise SolverError("the program is too large to tell conflicts exactly")
        return None

    def support(self, multipliers: dict[int, Fraction]) -> list[Member]:
        """The rows and bounds that a combination leans on."""
        left: dict[int, Fraction] = {}
        for i, y in multipliers.items():
            for j, a in self.statement.rows[i].entries:
                left[j] = left.get(j, Fraction(0)) - y * a
        ends: list[Member] = [("upper" if slope > 0 else "lower", j) for j, slope in left.items() if slope]
        return [("row", i) for i in multipliers] + ends

    def reduced(self, members: Sequence[Member]) -> list[Member]:
        """A part of a conflict that is one, and has no smaller part that is."""
        kept = list(members)
        for member in members:
            rest = [one for one in kept if one != member]
            if member in kept:
                proof = self.contradiction(rest)
                if proof is not None:
                    used = set(self.support(proof))
                    kept = [one for one in rest if one in used]
        return sorted(kept, key=members.index)

    def smallest(self, members: Sequence[Member]) -> list[Member]:
        """A conflict with as few members as any."""
        meet: list[list[Member]] = []
        while True:
            chosen = _hitting(meet)
            if self.contradiction(chosen) is not None:
                return sorted(chosen, key=members.index)
            # Grown until it is feasible with nothing more: what is left out has to be met.
            grown = list(chosen)
            for member in members:
                if member not in chosen and self.contradiction([*grown, member]) is None:
                    grown.append(member)
            inside = set(grown)
            meet.append([one for one in members if one not in inside])


def _hitting(sets: Sequence[Sequence[Member]]) -> list[Member]:
    """A smallest choice with a member in each set."""
    if not sets:
        return []
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    every = sorted({member for one in sets for member in one})
    chosen = {member: model.new_bool_var(f"{member[0]} {member[1]}") for member in every}
    for one in sets:
        model.add_at_least_one(chosen[member] for member in one)
    model.minimize(sum(chosen.values()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    if solver.solve(model) != cp_model.OPTIMAL:
        raise SolverError("CP-SAT found no smallest choice of rows")
    return [member for member in every if solver.boolean_value(chosen[member])]
