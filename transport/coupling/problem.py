"""Optimal transport between two discrete measures, with an exact certificate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from dual.errors import InputError, Violation
from dual.kinds.coupling import kind as coupling
from dual.kinds.coupling.statement import Coupling, Prices, TransportStatement
from dual.kinds.coupling.worth import Points
from dual.numbers.arrays import Array
from dual.numbers.choices import choice
from dual.numbers.exact import Vector
from dual.statement import Witness
from dual.verdict import Kind
from dual.words import brief
from transport.programs.effort import Effort
from transport.road.methods import Found, by_name, method
from transport.road.picture import compact
from transport.road.places import nothing_for_nan
from transport.road.problem import Problem
from transport.road.solution import Solution
from transport.road.table import Cell, Table
from transport.road.views import Node

from .balanced import solve_balanced
from .conditioned import Form, solve_conditioned
from .form import FORM
from .majorants import as_floats, excess
from .placed import quick_excess, solve_placed
from .unbalanced import solve_unbalanced

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from transport.linear_program.problem import LinearProgramSolution


@method("best", "a network simplex, a flow over near pairs, or a linear program, whatever the conditions allow")
def solve_transport(statement: TransportStatement, effort: Effort) -> Found:
    """Solve a problem by the quickest of the ways that fit it."""
    worth = statement.worth
    if statement.capacity or statement.conditions or statement.martingale is not None:
        return solve_conditioned(statement, effort)
    if isinstance(worth, Points):
        return solve_placed(statement, effort)
    if isinstance(worth, Array) and statement.mass is None:
        return solve_balanced(statement, effort) if statement.plain else solve_unbalanced(statement, effort)
    return solve_conditioned(statement, effort)


def fast_upper(statement: TransportStatement, dual: Prices) -> Fraction:
    """The plain check's bound and refusals; a float filter decides most inequalities, exact integers the rest."""
    found, worth = dual.potentials, statement.worth
    extra = statement.capacity or statement.conditions or statement.martingale
    if extra or not (isinstance(worth, Points) or (isinstance(worth, Array) and statement.mass is None)):
        return coupling.upper(statement, dual)
    if isinstance(worth, Array) and excess(worth, as_floats(worth), found.source, found.target):
        return coupling.upper(statement, dual)
    if isinstance(worth, Points):
        pair = quick_excess(worth, dual)
        if pair is not None:
            total = brief(found.source[pair[0]] + found.target[pair[1]] + (dual.mass or 0))
            raise Violation(f"source {pair[0]}, target {pair[1]}: the prices sum to {total}, less than is needed")
    return coupling.bound(statement, dual)


class TransportSolution(Solution["Transport"]):
    """The best plan and its potentials."""

    primal: Coupling | None
    dual: Prices | None

    @cached_property
    def plan(self) -> dict[tuple[int, int], Fraction]:
        """Positive masses by (source, target)."""
        return {(i, j): mass for i, j, mass in (self.primal.plan if self.primal else ())}

    def linear_program(self) -> LinearProgramSolution:
        """The program over all pairs with this answer, see :meth:`transport.road.solution.Solution.linear_program`."""
        from dual.proofs.linear import Block, Name, Program, Row
        from transport.linear_program.translate import translated

        asked = self.problem.statement
        form = Form(asked)
        names: list[Name] = [(*owner, sense) for owner, sense in zip(form.owners, form.senses, strict=True)]
        rows = [
            Row(name, sense, right, entries.items)
            for name, sense, right, entries in zip(names, form.senses, form.right, form.rows, strict=True)
        ]
        whole = [Block(("plan",), asked.worth.shape)]
        place = {pair: k for k, pair in enumerate(form.pairs)}
        return translated(
            Program(
                whole if asked.plain else [Block(("plan", *pair), ()) for pair in form.pairs],
                form.gains(),
                lambda: rows,
            ),
            {place[pair]: mass for pair, mass in self.plan.items()} if self.primal else None,
            dict(zip(names, form.multipliers(self.dual), strict=True)) if self.dual else None,
            infeasible=self.grade == "infeasible",
            name=asked.name,
        )

    @property
    def potentials(self) -> tuple[Vector, Vector]:
        """``f`` and ``g`` with ``f[i] + g[j] >= gain[i][j]``; empty without an upper bound."""
        return (self.dual.potentials.source, self.dual.potentials.target) if self.dual else ((), ())

    @property
    def cost_bounds(self) -> tuple[Fraction | None, Fraction | None]:
        """Proven lower and upper bound of the least cost."""
        return (None if self.upper is None else -self.upper), (None if self.lower is None else -self.lower)

    @property
    def why(self) -> str:
        """Why there is no plan: sources whose targets take too little, where it is that."""
        if self.grade != "infeasible" or self.dual is None:
            return ""
        f, g = self.potentials
        if self.dual.martingale is not None and any(map(any, self.dual.martingale)):
            return "no plan is a martingale: the marginals are not in convex order, or pairs it needs are forbidden"
        more = self.dual.mass or self.dual.capacity or any(self.dual.conditions or ())
        if more or not set(f) <= {-1, 0} or not set(g) <= {0, 1}:
            return "the prices contradict the marginals and conditions"
        held, reached = [i for i, x in enumerate(f) if x], [j for j, x in enumerate(g) if x]
        asked = self.problem.statement
        have = sum((asked.source[i] for i in held), Fraction(0))
        take = sum((asked.target[j] for j in reached), Fraction(0))
        sources, targets = (
            ", ".join(str(k) if names is None else names[k] for k in one[:10]) + ", ..." * (len(one) > 10)
            for one, names in ((held, asked.sources), (reached, asked.targets))
        )
        reach = f"only targets {targets}, which take {brief(take)}" if reached else "no target at all"
        return f"sources {sources} have {brief(have)} and may reach {reach}"

    def edges(self) -> Iterable[tuple[Node, Node, Mapping[str, Any]]]:
        """Source and target of every positive mass, with ``mass``."""
        sources, targets = self.problem.statement.sources, self.problem.statement.targets
        for (i, j), mass in self.plan.items():
            one = str(i) if sources is None else sources[i]
            other = str(j) if targets is None else targets[j]
            yield ("source", one), ("target", other), {"mass": mass}

    def facts(self) -> Iterable[tuple[str, str]]:
        """The cost, where one was stated."""
        if self.problem.statement.cost is not None:
            low, high = ("?" if bound is None else brief(bound) for bound in self.cost_bounds)
            yield "cost", low if low == high else f"in [{low}, {high}]"

    def tables(self) -> Sequence[Table]:
        """The plan, largest masses first."""
        entries = sorted(self.plan.items(), key=lambda entry: -entry[1])
        sources, targets = self.problem.statement.sources, self.problem.statement.targets
        rows: list[list[Cell]] = [
            [i if sources is None else sources[i], j if targets is None else targets[j], mass]
            for (i, j), mass in entries[:20]
        ]
        more = f" (the largest 20 of {len(entries)})" if len(entries) > 20 else ""
        return [Table("plan" + more, ["source", "target", "mass"], rows)]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the plan: a disc for each pair, its area the mass.

        Raises
        ------
        SuasionError
            If matplotlib is not installed.
        """
        from .picture import draw

        low, high = self.cost_bounds if self.problem.statement.cost is not None else (self.lower, self.upper)
        what = "gain" if self.problem.statement.cost is None else "cost"
        return draw(
            self.problem.statement,
            self.plan,
            self.headline if low != high or low is None else f"{what} {compact(low)}",
            ax,
        )


class Transport(Problem[TransportStatement, TransportSolution]):
    """Couple two discrete measures so that the expected gain is largest, or the expected cost least.

    ``max sum gain[i][j] m[i][j]`` over plans m >= 0 with marginals source and target (Kantorovich). Potentials with
    ``f[i] + g[j] >= gain[i][j]`` prove the bound ``source . f + target . g``.

    Parameters
    ----------
    source, target : array_like, shapes (n,), (m,)
        Masses >= 0. Where totals differ, all of the smaller side is moved, and the larger one is the most there may be.
    gain, cost : array_like, shape (n, m), or mapping
        Exactly one of them. None, or an infinite float, forbids a pair. ``{"pairs": [[i, j, c], ...]}`` lists the pairs
        that may be used, and a cost may be ``{"metric": m, "source": points, "target": points}`` with a metric
        ``"euclidean"``, ``"squared"`` or ``"cityblock"``, which is never written out.
    mass : number, optional
        How much is moved in all; source and target are then the most there may be.
    capacity : sequence of (i, j, most), optional
        The most that single pairs may carry.
    conditions : sequence of mappings, optional
        ``{"entries": [[i, j, a], ...], "lower": ..., "upper": ..., "name": ...}``: bounds of ``sum a m[i][j]``.
    martingale : mapping, optional
        ``{"source": x, "target": y}``, numbers or vectors: ``sum_j m[i][j] (y[j] - x[i]) = 0``.
    sources, targets : sequence of str, optional
        Names, all different.
    name, notes : str, optional
        Descriptions.
    floats : {"decimal", "binary"}
        How floats are read.
    normalise : bool
        Whether each side's masses are divided by their sum.
    missing : {"impossible"}, optional
        Reads NaN, too, among gains or costs as a pair that may not be used.

    Raises
    ------
    InputError
        If a shape, a number or a name is wrong.

    Notes
    -----
    If there is no plan, ``why`` says so: sources whose targets take too little (Hall), where it is that. A check of
    points looks at every pair: the plain one takes up to some 3,500 sources and targets, beyond which the faster one
    (``verify --fast``, and what ``solve`` reports) is needed.

    Examples
    --------
    >>> problem = Transport(["1/2", "1/2"], ["1/3", "2/3"], cost=[[0, 1], [1, 0]])
    >>> solution = problem.solve()
    >>> solution.cost_bounds, solution.grade
    ((Fraction(1, 6), Fraction(1, 6)), 'exact')
    >>> Transport([1, 1], [1, 1], cost=[[None, 1], [None, 2]]).solve().why
    'sources 0, 1 have 2 and may reach only targets 1, which take 1'
    """

    kind = "transport"
    form = FORM
    methods = by_name(solve_transport)
    roads: ClassVar[Mapping[str, str]] = {
        "network-simplex": "POT's network simplex in floats, its tree solved exactly",
        "network-simplex-mended": "the float tree was off: an exact program from its basis",
        "network-simplex-repaired": "the float plan repaired to an exact one, where an exact program is too long",
        "potentials": "the tree of least slack at the potentials that were given as a start, solved exactly",
        "corner": "what is true without a solver: there was no time for one",
        "program": "the linear program over the pairs that may be used, its basis solved exactly",
        "in-order": "points on a line: the plan that keeps the order",
        "flow": "a flow in integers, over near pairs of points until no other gains, its tree solved exactly",
        "flow-repaired": "the same, its potentials rounded so that they are enough",
        "too-much": "more is to be moved than there is on one side",
    }
    solution_class = TransportSolution
    accelerated: ClassVar[Kind | None] = replace(coupling.KIND, upper=fast_upper)

    def __init__(
        self,
        source: object,
        target: object,
        *,
        gain: object = None,
        cost: object = None,
        mass: object = None,
        capacity: object = (),
        conditions: object = None,
        martingale: object = None,
        sources: Sequence[str] | None = None,
        targets: Sequence[str] | None = None,
        name: str | None = None,
        notes: str | None = None,
        floats: str = "decimal",
        normalise: bool = False,
        missing: str | None = None,
    ) -> None:
        marginals = {"source": source, "target": target, "gain": gain, "cost": cost}
        beside = {"mass": mass, "capacity": capacity, "conditions": conditions, "martingale": martingale}
        named = {"sources": sources, "targets": targets, "name": name, "notes": notes}
        asked = {"floats": floats, "normalise": normalise, "missing": missing}
        self._state({**marginals, **beside, **named, **asked})

    def certify(
        self, primal: object = None, dual: object = None, *, time_limit: float | None = None
    ) -> TransportSolution:
        """What somebody's own plan and potentials prove, from any solver: rounded, repaired and checked.

        Parameters
        ----------
        primal : array_like, shape (n, m), sparse array, or mapping, optional
            A plan in floats, or a witness with the fields of a solution's file.
        dual : (f, g), array_like, shape (n + m,), or mapping, optional
            Potentials in floats with any sign, of which either side alone is enough; or a witness.
        time_limit : float, optional
            Seconds; a repair takes some passes over the table whatever it is.

        Returns
        -------
        TransportSolution
            With the bounds that are proven. ``solve(start=...)`` begins at its potentials.

        Raises
        ------
        InputError
            If a shape is wrong, or floats come with a problem that is no full table with equal totals.

        Examples
        --------
        >>> problem = Transport([1, 1], [1, 1], cost=[[0, 1], [1, 0]])
        >>> proven = problem.certify([[0.9999, 0], [0, 1.0001]], ([1e-9, 0], [0, 0]))
        >>> proven.cost_bounds
        (Fraction(0, 1), Fraction(0, 1))
        """
        given = (primal, dual)
        if all(one is None or isinstance(one, (Mapping, Witness)) for one in given):
            return super().certify(primal, dual, time_limit=time_limit)
        if not self.statement.plain:
            raise InputError("floats are repaired for a full table with equal totals; give an exact witness", "dual")
        from .given import repaired

        plan, prices = repaired(self.statement, primal, dual)
        return self.solution_class.certified(self, Found(plan, prices, "given", warm=prices))

    @classmethod
    def _understood(cls, fields: Mapping[str, Any], options: Mapping[str, object]) -> Mapping[str, Any]:
        """With ``missing="impossible"`` NaN among gains or costs is a pair that may not be used."""
        if options.get("missing") is None:
            return fields
        choice(options["missing"], "missing", ("impossible",))
        return {name: nothing_for_nan(value) if name in ("gain", "cost") else value for name, value in fields.items()}


def plan(source: object, target: object, *, gain: object = None, cost: object = None) -> TransportSolution:
    """Solve an optimal transport problem and prove the answer; see :class:`Transport`.

    Examples
    --------
    >>> plan([1, 2], [2, 1], gain=[[1, 0], [0, 1]]).lower
    Fraction(2, 1)
    """
    return Transport(source, target, gain=gain, cost=cost).solve()
