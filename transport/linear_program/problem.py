"""LinearProgram: anybody's linear program, with integers or without, solved and proven."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

import numpy as np

from dual.errors import InputError
from dual.kinds.linear_program.kind import Point, Proof, summed
from dual.kinds.linear_program.statement import LinearProgramStatement
from dual.numbers.exact import number
from transport.programs.effort import Effort
from transport.road.methods import Found, by_name, method
from transport.road.problem import Described, Problem
from transport.road.solution import Solution
from transport.road.table import Cell, Table

from .form import FORM
from .simplex import point, proof, solve_continuous

if TYPE_CHECKING:
    from .conflict import Conflict

_LISTED = 20
"""Rows of a table in a summary; a program has thousands."""


@method("simplex", "simplex in floats, its basis solved exactly; with integers, a branching tree with exact leaves")
def solve_by_simplex(statement: LinearProgramStatement, effort: Effort) -> Found:
    """Solve a program of either sort."""
    if not statement.integers:
        return solve_continuous(statement, effort)
    from .integer import solve_integer

    return solve_integer(statement, effort)


class LinearProgramSolution(Solution["LinearProgram"]):
    """An optimum and its prices, or a proof that there is none."""

    primal: Point | None
    dual: Proof | None

    @cached_property
    def x(self) -> dict[str, Fraction]:
        """The values of the columns, by name; those that are left out are zero."""
        name = self.problem.statement.column_name
        return {name(j): value for j, value in sorted(summed(self.primal.values if self.primal else ()).items())}

    @cached_property
    def prices(self) -> dict[str, Fraction]:
        """What the optimum gains by a unit more on each row's binding side, by name; others are zero.

        With integers and a tree there are no such prices, and none are given. Of an infeasible program these are the
        multipliers that prove it.
        """
        name = self.problem.statement.row_name
        listed = self.dual.multipliers if self.dual and self.dual.multipliers else ()
        return {name(i): y for i, y in sorted(summed(listed).items()) if y}

    @cached_property
    def reduced_costs(self) -> dict[str, Fraction]:
        """What the objective gains by a unit more of each column, net of the rows' prices, by name; others are zero."""
        statement = self.problem.statement
        left = {j: c for j, c in enumerate(statement.objective) if c}
        for i, y in summed(self.dual.multipliers if self.dual and self.dual.multipliers else ()).items():
            for j, entry in statement.rows[i].entries:
                left[j] = left.get(j, Fraction(0)) - y * entry
        return {statement.column_name(j): d for j, d in sorted(left.items()) if d}

    @cached_property
    def ray(self) -> dict[str, Fraction]:
        """The direction without end of an unbounded program, by name; empty for any other."""
        name = self.problem.statement.column_name
        ray = self.primal.ray if self.primal and self.primal.ray else ()
        return {name(j): change for j, change in sorted(summed(ray).items()) if change}

    def linear_program(self) -> LinearProgramSolution:
        """Return the solution itself."""
        return self

    def vipr(self) -> str:
        """The certificate as the text of a VIPR 1.0 file, see :mod:`transport.linear_program.vipr`."""
        from .vipr import vipr

        return vipr(self)

    @property
    def why(self) -> str:
        """Which rows contradict each other, if nothing is feasible."""
        if self.grade != "infeasible" or self.dual is None:
            return ""
        if self.dual.multipliers is None:
            return f"no integer point, shown by a tree of {len(self.dual.nodes)} nodes"  # type: ignore[arg-type]
        rows = list(self.prices)
        shown = ", ".join(rows[:8]) + (f" and {len(rows) - 8} more" if len(rows) > 8 else "")
        return f"a combination of {len(rows)} rows contradicts the columns' bounds: {shown}"

    def tables(self) -> Sequence[Table]:
        """Columns that are not zero, and rows that have a price."""
        found = []
        for title, what, entries in (
            ("columns", ["column", "value"], self.x),
            ("ray", ["column", "change"], self.ray),
            ("prices", ["row", "price"], self.prices),
        ):
            rows: list[list[Cell]] = [[name, value] for name, value in list(entries.items())[:_LISTED]]
            more = f" (the first {_LISTED} of {len(entries)})" if len(entries) > _LISTED else ""
            found.append(Table(title + more, what, rows))
        return found


class LinearProgram(Problem[LinearProgramStatement, LinearProgramSolution]):
    """A linear program, some of whose columns may have to be integers.

    ``max (or min) objective . x + constant`` subject to ``lower <= entries . x <= upper`` for every row, and every
    column within its bounds. Row multipliers y of any sign prove ``sum_i y_i side_i + sum_j (c - y A)_j end_j``, with
    the side and the end that are worst in each term.

    Parameters
    ----------
    objective : array_like, shape (columns,)
        What a unit of each column is worth.
    rows : sequence of mappings
        ``{"entries": [[column, coefficient], ...], "lower": ..., "upper": ..., "name": ...}``; a side that is left out
        does not bind, and an equation has both.
    lower, upper : array_like, shape (columns,), optional
        Bounds of the columns, None where there is none; by default 0 and none.
    integers : sequence of int
        The columns that are integers.
    constant : number
        Added to the objective.
    goal : {"max", "min"}
    columns : sequence of str, optional
        Names of the columns.
    name, source, notes : str, optional
        Descriptions.

    Raises
    ------
    InputError
        If a field is wrong; the message names it.

    Examples
    --------
    >>> diet = LinearProgram([3, 2], [{"entries": [[0, 2], [1, 1]], "upper": 4}, {"entries": [[0, 1]], "upper": "3/2"}])
    >>> solution = diet.solve()
    >>> solution.lower, solution.grade, solution.prices
    (Fraction(8, 1), 'exact', {'row 0': Fraction(2, 1)})
    """

    kind = "linear-program"
    form = FORM
    methods = by_name(solve_by_simplex)
    roads: ClassVar[Mapping[str, str]] = {
        "simplex-repaired": "the float optimum repaired, where its basis is too large to be solved exactly",
        "branching": "a program with integers: the best point found, and a tree that bounds all others",
        "given": "somebody's own point and prices, rounded and repaired",
    }
    solution_class = LinearProgramSolution

    def __init__(
        self,
        objective: object,
        rows: object = (),
        lower: object = None,
        upper: object = None,
        *,
        integers: Iterable[int] = (),
        constant: object = 0,
        goal: str = "max",
        columns: object = None,
        **described: Unpack[Described],
    ) -> None:
        fields = {"objective": objective, "rows": rows, "lower": lower, "upper": upper, "integers": list(integers)}
        self._state({**fields, "constant": constant, "goal": goal, "columns": columns, **described})

    @classmethod
    def from_mps(cls, path: str | os.PathLike[str]) -> LinearProgram:
        """Read an MPS file, fixed or free; decimals are the fractions that are typed.

        Raises
        ------
        FileError, InputError
            If it cannot be read; the message names the line.
        """
        from .mps import read_mps

        return cls.from_document(read_mps(path))

    @classmethod
    def from_lp(cls, path: str | os.PathLike[str]) -> LinearProgram:
        """Read a file in the LP format; decimals are the fractions that are typed.

        Raises
        ------
        FileError, InputError
            If it cannot be read; the message names the line.
        """
        from .lp import read_lp

        return cls.from_document(read_lp(path))

    @classmethod
    def from_arrays(
        cls,
        c: Any,
        A_ub: Any = None,
        b_ub: Any = None,
        A_eq: Any = None,
        b_eq: Any = None,
        bounds: Any = (0, None),
        integrality: Any = None,
    ) -> LinearProgram:
        """Make a minimisation of the arrays that ``scipy.optimize.linprog`` takes, dense or sparse.

        Parameters
        ----------
        c : array_like, shape (n,)
        A_ub, A_eq : array_like or sparse array, shapes (m, n), (k, n), optional
        b_ub, b_eq : array_like, shapes (m,), (k,), optional
        bounds : pair, or sequence of n pairs
            None and infinities stand for no bound.
        integrality : array_like, optional
            One where a column is an integer.

        Raises
        ------
        InputError
            If shapes do not agree or a number is none.

        Examples
        --------
        >>> LinearProgram.from_arrays([-1, -2], A_ub=[[1, 1]], b_ub=[4], bounds=[(0, 3), (0, 2)]).solve().upper
        Fraction(-6, 1)
        """
        from .arrays import from_linprog

        return cls.from_document(from_linprog(c, A_ub, b_ub, A_eq, b_eq, bounds, integrality))

    @classmethod
    def from_cvxpy(cls, problem: Any) -> LinearProgram:
        """Make the linear program that CVXPY reduces a problem to, with the names of its variables and constraints.

        Raises
        ------
        InputError
            If the problem is no linear program, or a parameter has no value.
        """
        from .cvxpy_problem import from_cvxpy

        return cls.from_document(from_cvxpy(problem))

    def certify(
        self, primal: object = None, dual: object = None, *, time_limit: float | None = None
    ) -> LinearProgramSolution:
        """What somebody's own numbers prove, from any solver: rounded, repaired where they fail by a little, checked.

        Parameters
        ----------
        primal : array_like, shape (columns,), or mapping, optional
            A point, or values by name or index.
        dual : array_like, shape (rows,), or mapping, optional
            Prices of the rows; with the signs of any convention, as signs are mended.
        time_limit : float, optional
            Seconds for the repair.

        Returns
        -------
        LinearProgramSolution
            With the bounds that are proven; a side for which nothing could be made of the numbers is None.

        Raises
        ------
        InputError
            If there are not as many numbers as columns or rows, or one is no number.

        Examples
        --------
        >>> diet = LinearProgram([3, 2], [{"entries": [[0, 2], [1, 1]], "upper": 4}])
        >>> proven = diet.certify([0.0, 4.0000001], [1.9999999])
        >>> proven.lower, proven.upper
        (Fraction(8, 1), Fraction(8, 1))
        """
        from .repair import repaired

        statement = self.statement
        effort = Effort(time_limit)
        columns = {statement.column_name(j): j for j in range(len(statement.objective))}
        rows = {statement.row_name(i): i for i in range(len(statement.rows))}
        given = None if primal is None else _by_index(primal, "primal", columns)
        weights = None if dual is None else _by_index(dual, "dual", rows)
        if weights is not None:
            weights = {i: statement.sign * y for i, y in weights.items()}
        near, prices = repaired(statement, given, weights, effort)
        found = Found(
            None if near is None else point(near), None if prices is None else proof(statement, prices), "given"
        )
        return self.solution_class.certified(self, found)

    def conflict(self, *, smallest: bool = False) -> Conflict | None:
        """Rows and bounds that contradict each other, none of which can be left out; None if the program is feasible.

        Parameters
        ----------
        smallest : bool
            Look for as few as possible, which may take long; otherwise no subset of what is returned is a conflict,
            but another conflict may be smaller.

        Raises
        ------
        InputError
            If some columns are integers: their conflicts are not looked for.
        SolverError
            If exact arithmetic is out of reach.
        """
        from .conflict import conflict

        return conflict(self.statement, smallest=smallest)


def _by_index(given: object, where: str, names: Mapping[str, int]) -> dict[int, Fraction]:
    """Amounts by name, index or place, as exact ones."""
    entries: Iterable[tuple[object, object]]
    if isinstance(given, Mapping):
        entries = given.items()
    else:
        listed = given.tolist() if hasattr(given, "tolist") else given
        if not isinstance(listed, (list, tuple)) or len(listed) != len(names):
            raise InputError(f"{len(names)} numbers are needed, one for each of them", where)
        entries = enumerate(listed)
    found = {}
    for key, value in entries:
        place = names.get(str(key)) if isinstance(key, str) else key
        if not isinstance(place, (int, np.integer)) or not 0 <= place < len(names):
            raise InputError(f"there is no {key!r}", where)
        found[int(place)] = number(value, f"{where}[{key!r}]")
    return found
