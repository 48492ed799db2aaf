"""Sweeps: one problem solved again and again while a parameter varies, or several do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
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
    """The solutions along a parameter, in order; along several, the last goes fastest.

    Attributes
    ----------
    parameters : tuple of str
        What varies.
    points : tuple of tuples
        What they take, as given.
    solutions : tuple of Solution
        One for each point.
    """

    parameters: tuple[str, ...]
    points: tuple[tuple[Any, ...], ...]
    solutions: tuple[A_co, ...]

    @property
    def parameter(self) -> str:
        """The names of what varies, in one text."""
        return ", ".join(self.parameters)

    @property
    def values(self) -> tuple[Any, ...]:
        """What the parameter takes; where several vary, the tuples of what they take."""
        return self.points if len(self.parameters) > 1 else tuple(value for (value,) in self.points)

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
        """One solution, or the sweep over some of the points."""
        if isinstance(place, slice):
            return Sweep(self.parameters, self.points[place], self.solutions[place])
        return self.solutions[place]

    def __repr__(self) -> str:
        return f"Sweep({self.parameter!r}, {len(self)} solutions)"

    def _repr_html_(self) -> str:
        return self.table().cut().html()

    def table(self) -> Table:
        """Parameters, proven bounds, grade, what the value is compared with, and the policy; a row a solution."""
        solved: Sequence[Any] = self.solutions
        known: list[Mapping[str, Cell]] = [dict(solution.references()) for solution in solved]
        policies = [solution.policy for solution in solved]
        further = list(dict.fromkeys(name for one in known for name in one))
        rows: list[Sequence[Cell]] = [
            [*map(_shown, point), s.lower, s.upper, s.grade, *(one.get(name) for name in further), policy]
            for point, s, one, policy in zip(self.points, solved, known, policies, strict=True)
        ]
        header = [*self.parameters, "lower", "upper", "grade", *further, "policy"]
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
        """Draw the proven bounds over the last parameter, which takes numbers; a curve for each point of the others.

        Raises
        ------
        SuasionError
            If a value of the last parameter is not a number, or matplotlib is not installed.
        """
        from .picture import axes, legend_below, open_frame, shades

        try:
            where = [float(Fraction(point[-1])) for point in self.points]
        except (TypeError, ValueError):
            raise SuasionError(f"{self.parameters[-1]} does not take numbers, so there is no curve to draw") from None
        curves: dict[str, list[int]] = {}
        for k, point in enumerate(self.points):
            others = zip(self.parameters[:-1], point[:-1], strict=True)
            curves.setdefault(", ".join(f"{name} = {_shown(value)}" for name, value in others), []).append(k)
        ax = axes(ax)
        nothing = float("nan")
        for (name, places), colour in zip(curves.items(), shades(len(curves)), strict=True):
            solved = [self.solutions[k] for k in places]
            low = [nothing if s.lower is None else float(s.lower) for s in solved]
            high = [nothing if s.upper is None else float(s.upper) for s in solved]
            over = [where[k] for k in places]
            ax.fill_between(over, low, high, color=colour, alpha=0.25, linewidth=0)
            ax.plot(over, low, color=colour, marker="o", markersize=3, label=name or "value (proven)")
        if len(self.parameters) == 1:
            self._draw_references(ax, where)
        ax.set_xlabel(self.parameters[-1])
        ax.set_ylabel("value" if len(self.parameters) == 1 else "value (proven)")
        open_frame(ax)
        legend_below(ax)
        return ax

    def _draw_references(self, ax: Axes, where: Sequence[float]) -> None:
        """What the value is held against, a line each."""
        from .picture import PALETTE

        solved: Sequence[Any] = self.solutions
        known: list[Mapping[str, float]] = [solution.references() for solution in solved]
        names = list(known[0]) if known else []
        for name, style, colour in zip(names, ("--", ":", "-."), PALETTE[1:], strict=False):
            over = [one.get(name, float("nan")) for one in known]
            ax.plot(where, over, color=colour, linestyle=style, label=name)


def sweep(
    problem: Problem[Any, A_co],
    parameter: str | Mapping[str, Iterable[object] | None],
    values: Iterable[object] | None = None,
    *,
    start: Answer | None = None,
    method: str | None = None,
    time_limit: float | None = None,
    progress: Progress | bool | None = None,
    executor: Executor | None = None,
) -> Sweep[A_co]:
    """Solve a problem for each value of a parameter, or for each point of a grid in several.

    Parameters
    ----------
    problem : Problem
        Where the parameter is varied.
    parameter : str or mapping
        A field, or an entry of one: ``"prior"``, ``"sender[0][1]"``, ``"cost.entropy"``. Several with the values of
        each: ``{"receiver[0][0]": [1, 2], "prior": ["1/5", "2/5"]}``; all combinations are solved, and the last goes
        fastest.
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
    >>> print(sweep(court, {"receiver[0][0]": [1, 2], "prior": ["1/5", "2/5"]}).to_pandas(exact=True)["lower"].tolist())
    [Fraction(2, 5), Fraction(4, 5), Fraction(3, 10), Fraction(3, 5)]
    """
    if isinstance(parameter, Mapping):
        if values is not None:
            raise InputError("each parameter comes with its values in the mapping, so leave these out", "values")
        varied = dict(parameter)
    else:
        varied = {parameter: values}
    if not varied:
        raise InputError("at least one is needed", "parameter")
    prior = problem.document().get("prior")
    binary = isinstance(prior, list) and len(prior) == 2
    taken = [_points_of(name, given, binary) for name, given in varied.items()]
    points, problems = tuple(product(*taken)), []
    for point in points:
        each = problem
        for name, value in zip(varied, point, strict=True):
            each = changed(each, name, _both(value) if name == "prior" and binary else value)
        problems.append(each)
    names = tuple(varied)
    if executor is not None:
        tasks = [executor.submit(each.solve, method, time_limit=time_limit) for each in problems]
        return Sweep(names, points, tuple(task.result() for task in tasks))
    solutions: list[A_co] = []
    with listening(progress) as told:
        for each in problems:
            solutions.append(each.solve(method, time_limit=time_limit, progress=told, start=start))
            start = solutions[-1]
    return Sweep(names, points, tuple(solutions))


def _points_of(name: str, given: Iterable[object] | None, binary: bool) -> list[object]:
    """What a parameter takes; only the prior of two states has values of its own."""
    if given is not None:
        return list(given)
    if name != "prior" or not binary:
        raise InputError("the values it takes are needed", name)
    return [Fraction(k, 20) for k in range(21)]


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
