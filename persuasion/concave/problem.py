"""Concavification: the sender's payoff is a function of the posterior."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from operator import mul
from typing import TYPE_CHECKING, ClassVar, Unpack

import numpy as np

from dual.errors import InputError, SuasionError
from dual.functions.beliefs import corners
from dual.kinds.concave import ConcavificationStatement, Prices, Separation, Splitting
from dual.numbers.exact import Vector, distribution, items, number
from dual.numbers.interval import Interval, interval
from dual.words import brief
from persuasion.envelope import Envelope, Point, upper_hull
from persuasion.experiment import Signal, names, price_table, revealed
from transport.programs.effort import Effort
from transport.road.callables import called
from transport.road.given import Given
from transport.road.methods import Found, by_name, method
from transport.road.problem import Described, Problem
from transport.road.solution import Solution
from transport.road.table import Cell, Table

from .form import FORM
from .listed import solve_listed
from .smooth import solve_smoothly
from .squares import solve_by_squares
from .worth import worth

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from transport.linear_program.problem import LinearProgramSolution

TABLE_SIZE = 2001
"""Most beliefs at which a Python function is tabulated unless its resolution is given."""
_RESOLUTIONS = (1000, 420, 240, 120, 60, 20, 12, 6, 4, 2, 1)
"""Grids on which functions are tabulated, the finest with at most ``TABLE_SIZE`` points: with many divisors, so that
simple beliefs are on them."""


@dataclass(frozen=True)
class Benchmark:
    """The sender's payoff under three ways of informing the receiver.

    Attributes
    ----------
    no_information, full_information : Interval or None
        A point where the payoff is known to be rational; None where it is not listed.
    optimal : Fraction or None
        What the splitting is proven to attain.
    """

    no_information: Interval | None
    full_information: Interval | None
    optimal: Fraction | None

    def known(self) -> dict[str, float]:
        """What a curve of the value may be held against."""
        named = (("no information", self.no_information), ("full information", self.full_information))
        return {name: float(worth.middle) for name, worth in named if worth is not None}


class ConcavificationSolution(Solution["Concavification"]):
    """The best splitting of the prior, and prices that prove it."""

    primal: Splitting | None
    dual: Prices | Separation | None

    @cached_property
    def signals(self) -> tuple[Signal, ...]:
        """The splitting as an experiment: probability, posterior and joint masses of every signal."""
        parts = [part for part in (self.primal.splitting if self.primal else ()) if part.weight]
        return tuple(
            Signal.from_joint([part.weight * x for x in part.belief], f"signal {k}")
            for k, part in enumerate(parts, start=1)
        )

    def linear_program(self) -> LinearProgramSolution:
        """The program over the listed beliefs, see :meth:`transport.road.solution.Solution.linear_program`."""
        from dual.proofs.linear import Block, Program, Row
        from transport.linear_program.translate import translated

        asked = self.problem.statement
        if asked.beliefs is None:
            raise SuasionError("over all posteriors the program has infinitely many columns, and is not written out")
        listed = list(asked.table)
        place = {belief: k for k, belief in enumerate(listed)}
        rows = [
            Row(("state", s), "=", mass, {k: belief[s] for k, belief in enumerate(listed)}.items)
            for s, mass in enumerate(asked.prior)
        ]
        form = Program([Block(("weight",), (len(listed),))], list(asked.table.values()), lambda: rows)
        weights: dict[int, Fraction] = {}
        for part in self.primal.splitting if self.primal else ():
            weights[place[part.belief]] = weights.get(place[part.belief], Fraction(0)) + part.weight
        prices = self.prices if isinstance(self.dual, Prices) else self.dual.separating if self.dual else ()
        return translated(
            form,
            weights if self.primal else None,
            {("state", s): price for s, price in enumerate(prices)} if self.dual else None,
            infeasible=self.grade == "infeasible",
            name=asked.name,
        )

    @property
    def prices(self) -> Vector:
        """``prices[s]``, a supergradient of the concave envelope at the prior; empty without an upper bound."""
        return self.dual.prices if isinstance(self.dual, Prices) else ()

    @property
    def why(self) -> str:
        """Why no splitting exists, in words: the prices that separate the prior from all listed beliefs."""
        if not isinstance(self.dual, Separation):
            return ""
        prices = self.dual.separating
        worth = sum(map(mul, prices, self.problem.prior), Fraction(0))
        shown = ", ".join(map(brief, prices))
        return (
            f"the prior is no average of listed beliefs: at prices ({shown}) each of them is worth at least 0, "
            f"the prior {brief(worth)}"
        )

    def references(self) -> Mapping[str, float]:
        """The payoffs under no and full information, where they are known."""
        return self.comparison.known()

    @cached_property
    def comparison(self) -> Benchmark:
        """The payoffs under no, full and optimal information."""
        return Benchmark(self.problem.no_information, self.problem.full_information, self.lower)

    def envelope(self, points: int = 33) -> Envelope:
        """The value as a function of the prior, for two states.

        Parameters
        ----------
        points : int
            For an expression: number of equidistant priors at which it is solved and proven, at least 2. Between
            them the lower polygon joins splittings, and the upper one is the minimum of the prices proven. Where
            both meet already, nothing more is solved.

        Returns
        -------
        Envelope
            Exact for a list; for an expression two polygons that enclose the envelope.

        Raises
        ------
        InputError
            If ``points`` is no integer from 2.
        SuasionError
            If there are not two states.

        Examples
        --------
        >>> court = Concavification(["7/10", "3/10"], beliefs=[[1, 0], ["1/2", "1/2"], [0, 1]], values=[0, 1, 1])
        >>> [(str(p), str(value)) for p, value in court.solve().envelope().lower]
        [('0', '0'), ('1/2', '1'), ('1', '1')]
        """
        return self.problem.envelope(points)

    def facts(self) -> Iterable[tuple[str, str]]:
        """Comparison values and the scope of the certificate, for the summary."""
        for name, value in (
            ("no information", self.comparison.no_information),
            ("full information", self.comparison.full_information),
        ):
            yield name, "not listed" if value is None else str(value)
        if self.problem.statement.value is None:
            yield "certificate", f"covers the {len(self.problem.statement.table)} listed beliefs, nothing between them"

    def tables(self) -> Sequence[Table]:
        """The splitting and the prices, with labels."""
        states = self.problem.state_names
        rows: list[list[Cell]] = []
        for signal in self.signals:
            payoff = worth(self.problem.statement, signal.posterior)
            rows.append([signal.recommendation, signal.probability, *signal.posterior, str(payoff)])
        return [
            Table("splitting", ["signal", "probability", *(f"P({name})" for name in states), "payoff"], rows),
            price_table(states, self.problem.prior, self.prices),
        ]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw payoff, envelope, prices and posteriors (two states) or payoff and splitting in a triangle (three).

        Raises
        ------
        SuasionError
            If there are more than three states, or matplotlib is not installed.
        """
        from .picture import draw

        return draw(self.problem.statement, self.signals, self.prices, ax)


@method("concavification", "a list by its linear program, an expression by cutting planes or squares")
def _solve(statement: ConcavificationStatement, effort: Effort) -> Found:
    """Lists by their linear program; expressions by cutting planes, or by squares if few cells do not prove those."""
    return (solve_listed if statement.value is None else solve_smoothly)(statement, effort)


class Concavification(Problem[ConcavificationStatement, ConcavificationSolution]):
    """The concave envelope, at a prior, of the sender's payoff as a function of the posterior.

    ``max sum_k w_k v(q_k)`` over splittings ``sum_k w_k q_k = prior``; the dual is ``min prior . P`` over prices with
    ``P . q >= v(q)`` at every belief q (Aumann and Maschler 1995; Kamenica and Gentzkow 2011).

    Parameters
    ----------
    prior : array_like, shape (S,)
        Probabilities of the states, summing to one.
    beliefs : array_like, shape (K, S), optional
        The posteriors that are allowed, each summing to one. Of a belief listed twice the larger value counts.
    values : array_like, shape (K,), optional
        The sender's payoff at each.
    value : str or callable, optional
        The sender's payoff at every belief, instead of values. A text is an expression in ``q0, q1, ...``, the
        belief in each of 2 to 8 states; for two states ``p`` is ``q1``. Comparisons are 0 or 1, and decide ties as
        they are written. A Python function takes a belief, an array of shape (S,), and is tabulated on the given
        beliefs or on a grid with the prior; the certificate then covers the table only.
    resolution : int, optional
        Of that grid: all beliefs that are multiples of 1/resolution. By default at most 2,001 of them.
    states : sequence of str, optional
        Labels, all different.
    name, source, notes : str, optional
        Descriptions.

    Raises
    ------
    InputError
        If a shape, a number, a label or the expression is wrong; the message names the field.

    Examples
    --------
    >>> solution = Concavification([0.7, 0.3], value="p**2*(3 - 2*p)").solve()
    >>> solution.lower, solution.grade, [str(price) for price in solution.prices]
    (Fraction(27, 80), 'exact', ['0', '9/8'])
    >>> [(str(signal.posterior[1]), str(signal.probability)) for signal in solution.signals]
    [('0', '3/5'), ('3/4', '2/5')]
    """

    kind = "concavification"
    form = FORM
    methods = by_name(_solve, solve_by_squares)
    roads: ClassVar[Mapping[str, str]] = {
        "listed": "the linear program over the listed beliefs, its basis solved exactly",
        "listed-rounded": "the same, rounded, where an exact basis is too long",
        "cutting-plane": "cutting planes on the simplex, polished to exact tangencies",
        "no-or-full-information": "the better of no and full information: there was no time for more",
    }
    solution_class = ConcavificationSolution

    def __init__(
        self,
        prior: object,
        *,
        beliefs: object = None,
        values: object = None,
        value: str | Callable[..., object] | None = None,
        resolution: int | None = None,
        states: Sequence[str] | None = None,
        **described: Unpack[Described],
    ) -> None:
        fields = {"prior": prior, "beliefs": beliefs, "values": values, "value": value, "states": states}
        if callable(value):
            if values is not None:
                raise InputError("a function gives the values; leave them out", "values")
            plain = Given(ConcavificationStatement, {**fields, "value": None}, booleans=True).fields
            table, scope = tabulated(value, plain.get("prior"), plain.get("beliefs"), resolution)
            fields.update(plain, **table, value=None)
            notes = described.get("notes")
            described["notes"] = scope if notes is None else f"{notes}\n{scope}"
        elif resolution is not None:
            raise InputError("only a Python function is tabulated; leave it out", "resolution")
        self._state({**fields, **described})

    @property
    def prior(self) -> Vector:
        """``prior[s]``."""
        return self.statement.prior

    @property
    def state_names(self) -> tuple[str, ...]:
        """The states' labels, or their numbers."""
        return names(self.statement.states, len(self.prior))

    @cached_property
    def no_information(self) -> Interval | None:
        """The payoff at the prior; None if that is not listed."""
        return worth(self.statement, self.prior)

    @cached_property
    def full_information(self) -> Interval | None:
        """The expected payoff when the state is revealed; None if a certain state is not listed."""
        total = interval(0)
        for joint in revealed(self.prior):
            payoff = worth(self.statement, tuple(Fraction(mass > 0) for mass in joint))
            if payoff is None:
                return None
            total += payoff * sum(joint)
        return total

    def envelope(self, points: int = 33) -> Envelope:
        """The value as a function of the prior, for two states; see :meth:`ConcavificationSolution.envelope`."""
        if len(self.prior) != 2:
            raise SuasionError(f"the envelope over a line of priors needs two states, not {len(self.prior)}")
        if self.statement.value is None:
            hull = upper_hull((belief[1], value) for belief, value in self.statement.table.items())
            return Envelope(hull, hull)
        from .tracing import traced

        if number(points, "points").denominator != 1 or points < 2:
            raise InputError(f"{points} is not an integer from 2", "points")
        return traced(self._at, int(points))

    def _at(self, p: Fraction) -> tuple[list[Point], Vector]:
        """What the best splitting of the prior (1 - p, p) is proven to attain, point by point, and its prices."""
        solution = self.replace(prior=(1 - p, p)).solve()
        payoffs = [(signal.posterior[1], worth(self.statement, signal.posterior)) for signal in solution.signals]
        attained = [(q, payoff.lower) for q, payoff in payoffs if payoff is not None]
        if solution.lower is not None:
            attained.append((p, solution.lower))
        return attained, solution.prices


def tabulated(
    value: Callable[..., object], prior: object, beliefs: object = None, resolution: int | None = None
) -> tuple[dict[str, object], str]:
    """Tabulate a Python function on beliefs; return the fields ``beliefs`` and ``values``, and a note on their scope.

    Examples
    --------
    >>> table, _ = tabulated(lambda q: q[1] >= 0.5, ["7/10", "3/10"], resolution=2)
    >>> [str(belief[1]) for belief in table["beliefs"]], [int(v) for v in table["values"]]
    (['0', '3/10', '1/2', '1'], [0, 0, 1, 1])
    """
    start = distribution(prior, "prior")
    if beliefs is not None:
        if resolution is not None:
            raise InputError("the beliefs are given; leave it out", "resolution")
        points = [distribution(q, f"beliefs[{k}]", len(start)) for k, q in enumerate(items(beliefs, "beliefs"))]
        where = "at the given beliefs"
    else:
        size = _default_resolution(len(start)) if resolution is None else int(number(resolution, "resolution"))
        if size < 1 or (resolution is not None and size != number(resolution)):
            raise InputError(f"{resolution} is not a positive integer", "resolution")
        points = sorted({*_lattice(len(start), size), start, *corners(len(start))}, reverse=True)
        where = f"at the prior and all multiples of 1/{size}"
    values = []
    takes = f"it is called with a belief, an array of {len(start)} probabilities: value=lambda q: ... q[1] ..."
    for belief in points:
        try:
            values.append(called(value, [np.array(belief, dtype=np.float64)], "value"))
        except (TypeError, InputError) as error:
            raise InputError(f"{' '.join(str(error).removeprefix('value: ').split())}; {takes}", "value") from None
    scope = (
        f"The payoff was tabulated from a Python function {where} ({len(points)} beliefs); "
        "the certificate covers this table only, and any claim beyond it is unproven."
    )
    return {"beliefs": points, "values": values}, scope


def _default_resolution(states: int) -> int:
    return next(size for size in _RESOLUTIONS if math.comb(size + states - 1, states - 1) <= TABLE_SIZE or size == 1)


def _lattice(states: int, size: int) -> list[Vector]:
    """All beliefs in multiples of 1/size."""
    from .kinked import lattice

    return [tuple(Fraction(round(x * size), size) for x in row) for row in lattice(states, size).tolist()]
