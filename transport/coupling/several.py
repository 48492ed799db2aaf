"""Optimal transport between several discrete measures, with an exact certificate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any, ClassVar, Final, Unpack

import numpy as np

from dual.errors import InputError
from dual.kinds.coupling.several import Cell, Plan, Potentials, SeveralStatement, program
from dual.numbers.choices import choice
from dual.numbers.exact import Vector
from dual.proofs.linear import Name, Program
from dual.words import brief
from transport.programs.arrays import Floats, Integers
from transport.programs.effort import Effort
from transport.road.linear_form import LinearForm
from transport.road.linear_kind import RULE, Answer, solve_program
from transport.road.methods import Found, by_name, method
from transport.road.picture import compact
from transport.road.places import nothing_for_nan
from transport.road.problem import Described, Problem
from transport.road.solution import Solution
from transport.road.table import Cell as Entry
from transport.road.table import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from transport.linear_program.problem import LinearProgramSolution

ALL_AT_ONCE: Final = 4_000
"""Cells up to which the whole program goes to the solver."""
_AT_ONCE: Final = 500
"""Cells that enter in a round: more make larger programs, fewer make more rounds."""
_SHOWN: Final = 20
"""Cells shown in a table."""


class Pricing:
    """The cells as columns that are found, not listed (:class:`~transport.road.linear_kind.Pricing`).

    Parameters
    ----------
    statement : SeveralStatement
    asked : Program
        Its program.
    """

    def __init__(self, statement: SeveralStatement, asked: Program) -> None:
        self.statement, self.program = statement, asked
        self.cells: Integers = np.array(list(statement.cells), dtype=np.int64).reshape(-1, len(statement.marginals))
        self.starts = [0, *accumulate(map(len, statement.marginals))]
        try:
            self.gains: Floats = np.array([gain / self.program.unit for gain in self.program.objective], dtype=float)
        except OverflowError:
            raise InputError("an entry is beyond the range of doubles, in which solvers work; scale it") from None
        self.size = float(np.abs(self.gains).max(initial=0.0))

    def start(self) -> Sequence[int]:
        """The best cell of every point."""
        found = set()
        order = np.argsort(-self.gains, kind="stable")
        for side in self.cells.T:
            found.update(order[np.unique(side[order], return_index=True)[1]].tolist())
        return sorted(found)

    def column(self, k: int) -> Mapping[int, int]:
        """The rows of a cell's points."""
        return {start + i: 1 for start, i in zip(self.starts, self.cells[k].tolist(), strict=False)}

    def _excess(self, multipliers: Sequence[Fraction], homogeneous: bool) -> tuple[Floats, float]:
        """What each cell gains beyond its potentials, and by how much that may be off."""
        rough = np.array([float(y) for y in multipliers])
        found = np.zeros(len(self.cells)) if homogeneous else self.gains.copy()
        for start, side in zip(self.starts, self.cells.T, strict=False):
            found -= rough[start + side]
        terms = self.cells.shape[1] + 2
        return found, 2.0**-52 * terms * terms * (self.size + float(np.abs(rough).max(initial=0.0))) + 1e-300

    def best(self, multipliers: Sequence[Fraction], homogeneous: bool) -> Sequence[int]:
        """Cells that gain, those that gain most first; by exact sums where floats cannot tell."""
        gains, error = self._excess(multipliers, homogeneous)
        sure = np.flatnonzero(gains > error)
        if len(sure):
            return list(sure[np.argsort(-gains[sure], kind="stable")][:_AT_ONCE].tolist())
        unit = self.program.unit
        found = []
        for k in np.flatnonzero(gains >= -error).tolist():
            worth = Fraction(0) if homogeneous else Fraction(self.program.objective[k], unit)
            if worth > sum(multipliers[r] for r in self.column(k)):
                found.append(k)
        return found

    def raised(self, multipliers: Sequence[Fraction]) -> Sequence[Fraction]:
        """The first potential raised by what the best cell of each point gains, rounded up."""
        gains, error = self._excess(multipliers, homogeneous=False)
        most = np.full(len(self.statement.marginals[0]), -np.inf)
        np.maximum.at(most, self.cells[:, 0], gains)
        found = list(multipliers)
        for i, gain in enumerate(most.tolist()):
            if gain > -error:
                found[i] += Fraction(gain + 2 * error)
        return found


def _primal(statement: SeveralStatement, values: Mapping[int, Any]) -> dict[str, object]:
    cells = list(statement.cells)
    return {"plan": [[*cells[k], mass] for k, mass in sorted(values.items())]}


def _dual(statement: SeveralStatement, multipliers: Mapping[Name, Any]) -> dict[str, object]:
    return {
        "potentials": [
            [multipliers.get(("marginal", r, i), Fraction(0)) for i in range(len(side))]
            for r, side in enumerate(statement.marginals)
        ]
    }


@method("program", "the linear program over the cells by simplex, cells entering as they gain where they are many")
def solve_several(statement: SeveralStatement, effort: Effort) -> Found:
    """Solve the program, its basis exactly."""
    many = len(statement.cells) > ALL_AT_ONCE

    def found(answer: Answer) -> Found:
        values, weights = answer.values, answer.multipliers
        return Found(
            None if values is None else Plan.read(_primal(statement, values), statement),
            None if weights is None else Potentials.read(_dual(statement, weights), statement),
            "columns" if many else "program",
            answer.iterations,
            answer.infeasible,
            answer.claim,
            RULE,
            answer.warm,
        )

    asked = program(statement)
    pricing = Pricing(statement, asked) if many else None
    return found(solve_program(asked, effort, pricing, found))


class MultiMarginalSolution(Solution["MultiMarginalTransport"]):
    """The best plan and its potentials."""

    primal: Plan | None
    dual: Potentials | None

    @cached_property
    def plan(self) -> dict[Cell, Fraction]:
        """Positive masses by cell, an index for each marginal."""
        return {tuple(cell): mass for *cell, mass in (self.primal.plan if self.primal else ())}

    @property
    def potentials(self) -> tuple[Vector, ...]:
        """One for each marginal, summing to no less than the gain at every cell; empty without an upper bound."""
        return self.dual.potentials if self.dual else ()

    @property
    def cost_bounds(self) -> tuple[Fraction | None, Fraction | None]:
        """Proven lower and upper bound of the least cost."""
        return (None if self.upper is None else -self.upper), (None if self.lower is None else -self.lower)

    @property
    def why(self) -> str:
        """Why there is no plan."""
        if self.grade != "infeasible":
            return ""
        return "too few cells may be used: the potentials contradict the marginals"

    def linear_program(self) -> LinearProgramSolution:
        """The program over all cells with this answer, see :meth:`transport.road.solution.Solution.linear_program`."""
        from transport.linear_program.translate import translated

        asked = self.problem.statement
        return translated(
            program(asked),
            {asked.cells[cell]: mass for cell, mass in self.plan.items()} if self.primal else None,
            self.dual.weights() if self.dual else None,
            infeasible=self.grade == "infeasible",
            name=asked.name,
        )

    def facts(self) -> Iterable[tuple[str, str]]:
        """The cost, where one was stated."""
        if self.problem.statement.cost is not None:
            low, high = ("?" if bound is None else brief(bound) for bound in self.cost_bounds)
            yield "cost", low if low == high else f"in [{low}, {high}]"

    def tables(self) -> Sequence[Table]:
        """The plan, largest masses first."""
        names = self.problem.point_names
        entries = sorted(self.plan.items(), key=lambda entry: -entry[1])
        rows: list[list[Entry]] = [
            [*(side[i] for side, i in zip(names, cell, strict=True)), mass] for cell, mass in entries[:_SHOWN]
        ]
        more = f" (the largest {_SHOWN} of {len(entries)})" if len(entries) > _SHOWN else ""
        header = [f"marginal {r}" for r in range(len(names))]
        return [Table("plan" + more, [*header, "mass"], rows)]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the plan: an axis for each marginal, and for each cell a line through its points, as wide as its mass.

        Raises
        ------
        SuasionError
            If matplotlib is not installed.
        """
        from .picture import draw_several

        cost = self.problem.statement.cost is not None
        low, high = self.cost_bounds if cost else (self.lower, self.upper)
        title = self.headline if low != high or low is None else f"{'cost' if cost else 'gain'} {compact(low)}"
        return draw_several(self.problem.statement, self.problem.point_names, self.plan, title, ax)


class MultiMarginalTransport(Problem[SeveralStatement, MultiMarginalSolution]):
    """Couple several discrete measures so that the expected gain is largest, or the expected cost least.

    ``max sum gain[i, j, k, ...] m[i, j, k, ...]`` over plans m >= 0 with the marginals. Potentials, one for each
    marginal, that sum to no less than the gain at every cell prove the bound ``sum_r marginals[r] . f[r]``.

    Parameters
    ----------
    marginals : sequence of array_like
        Masses >= 0, at least two lists. Where totals differ, the smallest is moved, and the others are the most there
        may be.
    gain, cost : array_like, one axis for each marginal, or sequence of mappings
        Exactly one of them. None, or an infinite float, forbids a cell. ``[{"marginals": [0, 2], "table": c}, ...]``
        are tables over some of the marginals, which are summed.
    points : sequence of sequences of str, optional
        Names of each marginal's points.
    missing : {"impossible"}, optional
        Reads NaN, too, among gains or costs as a cell that may not be used.
    **described
        ``name``, ``source``, ``notes``, and how numbers are read: ``floats``, ``normalise``.

    Raises
    ------
    InputError
        If a shape, a number or a name is wrong.

    Notes
    -----
    Work and memory grow with the number of cells, the product of all sizes: fifty points in each of three marginals
    take seconds, a hundred about a minute. Two marginals are better asked of :class:`Transport`.

    Examples
    --------
    >>> apart = [[None, 1, "1/2"], [1, None, 1], ["1/2", 1, None]]
    >>> pairs = [{"marginals": pair, "table": apart} for pair in ([0, 1], [0, 2], [1, 2])]
    >>> solution = MultiMarginalTransport([[1, 1, 1]] * 3, cost=pairs).solve()
    >>> solution.cost_bounds, solution.grade
    ((Fraction(15, 2), Fraction(15, 2)), 'exact')
    """

    kind = "multi-marginal-transport"
    form = LinearForm(program, _primal, _dual)
    methods = by_name(solve_several)
    roads: ClassVar[Mapping[str, str]] = {"columns": "many cells, which entered as they gained"}
    solution_class = MultiMarginalSolution

    def __init__(
        self,
        marginals: object,
        *,
        gain: object = None,
        cost: object = None,
        points: object = None,
        missing: str | None = None,
        **described: Unpack[Described],
    ) -> None:
        fields = {"marginals": marginals, "gain": gain, "cost": cost, "points": points, "missing": missing}
        self._state({**fields, **described})

    @classmethod
    def _understood(cls, fields: Mapping[str, Any], options: Mapping[str, object]) -> Mapping[str, Any]:
        """With ``missing="impossible"`` NaN among gains or costs is a cell that may not be used."""
        if options.get("missing") is None:
            return fields
        choice(options["missing"], "missing", ("impossible",))
        return {name: _holed(value) if name in ("gain", "cost") else value for name, value in fields.items()}

    @property
    def point_names(self) -> list[Sequence[str]]:
        """What each marginal's points are called, if only by number."""
        statement = self.statement
        return [
            [str(i) for i in range(len(side))] if statement.points is None else statement.points[r]
            for r, side in enumerate(statement.marginals)
        ]


def _holed(value: Any) -> Any:
    if isinstance(value, (list, tuple)) and value and isinstance(value[0], Mapping):
        return [{**one, "table": nothing_for_nan(one.get("table"))} for one in value]
    return nothing_for_nan(value)
