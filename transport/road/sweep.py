"""Sweeps: one problem solved again and again while a parameter varies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from dual.errors import InputError, SuasionError
from dual.numbers.exact import probability
from transport.programs.progress import Progress, listening

from .entries import changed
from .methods import Answer
from .problem import Problem
from .table import Cell, Table

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

A_co = TypeVar("A_co", bound=Answer, covariant=True)


@dataclass(frozen=True, repr=False)
class Sweep(Generic[A_co]):
    """The solutions along a parameter, in order.

    Attributes
    ----------
    parameter : str
        What varies.
    values : tuple
        What it takes, as given.
    solutions : tuple of Solution
        One for each value.
    """

    parameter: str
    values: tuple[Any, ...]
    solutions: tuple[A_co, ...]

    def __len__(self) -> int:
        return len(self.solutions)

    def __iter__(self) -> Iterator[A_co]:
        """The solutions, in order."""
        return iter(self.solutions)

    @overload
    def __getitem__(self, place: int) -> A_co: ...
    @overload
    def __getitem__(self, place: slice) -> Sweep[A_co]: ...
    def __getitem__(self, place: int | slice) -> A_co | Sweep[A_co]:
        """One solution, or the sweep over some of the values."""
        if isinstance(place, slice):
            return Sweep(self.parameter, self.values[place], self.solutions[place])
        return self.solutions[place]

    def __repr__(self) -> str:
        return f"Sweep({self.parameter!r}, {len(self)} solutions)"

    def _repr_html_(self) -> str:
        return self.table().html()

    def table(self) -> Table:
        """Parameter, proven bounds, grade, what the value is compared with, and the policy; a row a solution."""
        solved: Sequence[Any] = self.solutions
        known: list[Mapping[str, Cell]] = [dict(solution.references()) for solution in solved]
        policies = [solution.policy for solution in solved]
        further = list(dict.fromkeys(name for one in known for name in one))
        rows: list[Sequence[Cell]] = [
            [_shown(value), s.lower, s.upper, s.grade, *(one.get(name) for name in further), policy]
            for value, s, one, policy in zip(self.values, solved, known, policies, strict=True)
        ]
        header = [self.parameter, "lower", "upper", "grade", *further, "policy"]
        if not any(policies):
            header, rows = header[:-1], [row[:-1] for row in rows]
        return Table(f"value as {self.parameter} varies", header, rows)

    def to_pandas(self, exact: bool = False) -> pandas.DataFrame:
        """The table as a data frame, floats unless exact numbers are asked for.

        Raises
        ------
        SuasionError
            If pandas is not installed.
        """
        return self.table().to_pandas(exact)

    def to_latex(self, caption: str | None = None, label: str | None = None) -> str:
        """The table in LaTeX; see :meth:`~transport.road.table.Table.latex`."""
        return self.table().latex(caption, label)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the proven bounds over a parameter that takes numbers.

        Raises
        ------
        SuasionError
            If a value of the parameter is not a number, or matplotlib is not installed.
        """
        from .picture import PALETTE, axes, legend_below, open_frame

        try:
            where = [float(Fraction(value)) for value in self.values]
        except (TypeError, ValueError):
            raise SuasionError(f"{self.parameter} does not take numbers, so there is no curve to draw") from None
        ax = axes(ax)
        nothing = float("nan")
        low = [nothing if s.lower is None else float(s.lower) for s in self.solutions]
        high = [nothing if s.upper is None else float(s.upper) for s in self.solutions]
        ax.fill_between(where, low, high, color=PALETTE[0], alpha=0.25, linewidth=0)
        ax.plot(where, low, color=PALETTE[0], marker="o", markersize=3, label="value (proven)")
        solved: Sequence[Any] = self.solutions
        known: list[Mapping[str, float]] = [solution.references() for solution in solved]
        for name, style, colour in zip(known[0] if known else (), ("--", ":", "-."), PALETTE[1:], strict=False):
            ax.plot(where, [float(one.get(name, nothing)) for one in known], color=colour, linestyle=style, label=name)
        ax.set_xlabel(self.parameter)
        ax.set_ylabel("value")
        open_frame(ax)
        legend_below(ax)
        return ax


def sweep(
    problem: Problem[Any, A_co],
    parameter: str,
    values: Iterable[object] | None = None,
    *,
    start: Answer | None = None,
    method: str | None = None,
    time_limit: float | None = None,
    progress: Progress | bool | None = None,
    executor: Executor | None = None,
) -> Sweep[A_co]:
    """Solve a problem for each value of a parameter.

    Parameters
    ----------
    problem : Problem
        Where the parameter is varied.
    parameter : str
        A field, or an entry of one: ``"prior"``, ``"sender[0][1]"``, ``"cost.entropy"``.
    values : iterable, optional
        For the prior of a two-state problem a number p means (1-p, p), and the default is 0, 1/20, ..., 1; any
        other parameter needs its values.
    start : Solution, optional
        For a warm start of the first solve; each later one starts from the one before.
    method, time_limit, progress
        As in :meth:`~transport.road.problem.Problem.solve`, for each solve.
    executor : concurrent.futures.Executor, optional
        Solves the problems side by side (then without warm starts); a Dask client's executor will do.

    Returns
    -------
    Sweep

    Raises
    ------
    InputError
        If there is no such parameter, or a value is not valid for it.

    Examples
    --------
    >>> from persuasion import Persuasion
    >>> court = Persuasion(["7/10", "3/10"], sender=[[0, 1], [0, 1]], receiver=[[1, 0], [0, 1]])
    >>> [str(s.lower) for s in sweep(court, "prior", ["1/4", "1/2"]).solutions]
    ['1/2', '1']
    """
    prior = problem.document().get("prior")
    binary = parameter == "prior" and isinstance(prior, list) and len(prior) == 2
    if values is None:
        if not binary:
            raise InputError("the values it takes are needed", parameter)
        values = [Fraction(k, 20) for k in range(21)]
    points = tuple(values)
    problems: list[Problem[Any, A_co]] = [
        changed(problem, parameter, _both(value) if binary else value) for value in points
    ]
    if executor is not None:
        tasks = [executor.submit(each.solve, method, time_limit=time_limit) for each in problems]
        return Sweep(parameter, points, tuple(task.result() for task in tasks))
    solutions: list[A_co] = []
    with listening(progress) as told:
        for each in problems:
            solutions.append(each.solve(method, time_limit=time_limit, progress=told, start=start))
            start = solutions[-1]
    return Sweep(parameter, points, tuple(solutions))


def _both(value: object) -> object:
    """A number p as the two-state prior (1-p, p)."""
    if hasattr(value, "__len__") and not isinstance(value, str):
        return value
    p = probability(value, "prior")
    return [1 - p, p]


def _shown(value: object) -> Cell:
    """A value as it was read: a float that stands for a fraction is shown as that."""
    if isinstance(value, float):
        return probability(value)
    return value if isinstance(value, (str, int, Fraction)) else str(value)
