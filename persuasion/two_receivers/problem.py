"""Two receivers: what to tell each of them when the state is binary and payoffs depend on both posteriors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

from dual.errors import InputError
from dual.kinds.two_receivers import grid, square
from dual.kinds.two_receivers.statement import STATES, TwoReceiverStatement, Utility
from dual.numbers.exact import Vector, probability, vector
from dual.statement import Witness
from dual.verdict import Kind
from dual.words import brief
from transport.road.methods import by_name
from transport.road.problem import Described, Problem
from transport.road.solution import Solution
from transport.road.table import Cell, Table

from . import fast as pair_fast
from .form import FORM
from .methods import solve_by_columns, solve_by_cvxpy, solve_by_pdlp, solve_directly, solve_generated
from .nested import solve_by_nested_transport
from .squares import solve_by_squares

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from transport.linear_program.problem import LinearProgramSolution


@dataclass(frozen=True)
class Message:
    """What both receivers hear with some probability in one state.

    Attributes
    ----------
    state : str
        ``"l"`` or ``"h"``.
    x, y : Fraction
        The posteriors of state h that the two receivers' messages lead to.
    mass : Fraction
        Joint probability of the state and the messages.
    """

    state: str
    x: Fraction
    y: Fraction
    mass: Fraction


class TwoReceiverSolution(Solution["TwoReceiverPersuasion"]):
    """The best plan, the potentials that prove it, and both receivers' marginals."""

    primal: grid.Plan | square.Plan | None
    dual: grid.Potentials | square.Potentials | None

    @cached_property
    def plan(self) -> tuple[Message, ...]:
        """The plan's atoms, state by state; empty without a lower bound."""
        if self.primal is None:
            return ()
        plan, x, y = self.primal.plan, self.problem.x, self.problem.y
        on_grid = isinstance(self.primal, grid.Plan)
        atoms: list[Any] = [(name, *atom) for name, own in zip(STATES, (plan.l, plan.h), strict=True) for atom in own]
        return tuple(Message(s, x[a], y[b], mass) if on_grid else Message(s, a, b, mass) for s, a, b, mass in atoms)

    def linear_program(self) -> LinearProgramSolution:
        """The program over pairs of posteriors, see :meth:`transport.road.solution.Solution.linear_program`.

        Raises
        ------
        InputError
            If the domain is the square, or a utility is irrational.
        """
        from transport.linear_program.translate import translated

        from .form import multipliers, program, values

        asked = self.problem.statement
        if asked.domain == "square":
            raise InputError("on the square there is no linear program of finitely many columns", "domain")
        if any(below is not above for below, above in asked.tables):
            raise InputError("a utility is irrational, and no linear program has its values", "utility")
        return translated(
            program(asked),
            values(asked, self.primal) if isinstance(self.primal, grid.Plan) else None,
            multipliers(self.dual) if isinstance(self.dual, grid.Potentials) else None,
            name=asked.name,
        )

    @cached_property
    def marginals(self) -> tuple[dict[Fraction, Fraction], dict[Fraction, Fraction]]:
        """For each receiver the probability of every posterior, in order of the posteriors."""
        found: tuple[dict[Fraction, Fraction], dict[Fraction, Fraction]] = ({}, {})
        for message in self.plan:
            for marginal, posterior in zip(found, (message.x, message.y), strict=True):
                marginal[posterior] = marginal.get(posterior, Fraction(0)) + message.mass
        return dict(sorted(found[0].items())), dict(sorted(found[1].items()))

    @property
    def V(self) -> Vector:
        """``(V_l, V_h)``; empty without an upper bound."""
        return self.dual.V if self.dual else ()

    @property
    def alpha1(self) -> Vector:
        """The potential of receiver 1's posteriors, on the grid; empty without an upper bound."""
        return self.dual.alpha1 if isinstance(self.dual, grid.Potentials) else ()

    @property
    def alpha2(self) -> Vector:
        """The potential of receiver 2's posteriors, on the grid; empty without an upper bound."""
        return self.dual.alpha2 if isinstance(self.dual, grid.Potentials) else ()

    @cached_property
    def values_by_state(self) -> tuple[Fraction, Fraction]:
        """What the plan earns in the states l and h: two transport problems' values, given the marginals."""
        sums = [Fraction(0), Fraction(0)]
        if self.primal is None:
            return sums[0], sums[1]
        on_grid = isinstance(self.primal, grid.Plan)
        worth: Any = grid.worth if on_grid else square.worth
        for state, atoms in enumerate((self.primal.plan.l, self.primal.plan.h)):
            sums[state] = sum((mass * worth(self.problem.statement, state, a, b) for a, b, mass in atoms), Fraction(0))
        return sums[0], sums[1]

    def facts(self) -> Iterable[tuple[str, str]]:
        """The size and the parts of the value."""
        if self.plan:
            yield "plan", f"{len(self.plan)} atoms"
            low, high = self.values_by_state
            yield "by state", f"l {brief(low)}, h {brief(high)}"
        if self.V:
            yield "V", f"l {brief(self.V[0])}, h {brief(self.V[1])}"

    def tables(self) -> Sequence[Table]:
        """The plan, largest masses first, and both receivers' posteriors."""
        atoms = sorted(self.plan, key=lambda m: -m.mass)[:20]
        rows: list[list[Cell]] = [[m.state, m.x, m.y, m.mass] for m in atoms]
        more = f" (the largest 20 of {len(self.plan)})" if len(self.plan) > 20 else ""
        found = [Table("plan" + more, ["state", "x", "y", "mass"], rows)]
        for receiver, marginal in enumerate(self.marginals):
            if len(marginal) <= 20:
                entries: list[list[Cell]] = [[point, mass] for point, mass in marginal.items()]
                found.append(Table(f"receiver {receiver + 1}", ["posterior", "probability"], entries))
        return found

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw both states' plans with their marginals, the potentials, and the slack of the proof.

        Given axes receive the plan of both states alone.

        Raises
        ------
        SuasionError
            If matplotlib is not installed.
        """
        from .picture import draw

        plan = [[(m.x, m.y, m.mass) for m in self.plan if m.state == state] for state in STATES]
        name = self.problem.name or "two receivers"
        title = f"{name}: {self.headline}"
        return draw(self.problem.statement, plan, self.dual, self.values_by_state, title, ax)


class TwoReceiverPersuasion(Problem[TwoReceiverStatement, TwoReceiverSolution]):
    """A sender tells two receivers different things about a binary state; her payoff depends on both posteriors.

    With x and y the receivers' posteriors of state h, and m_s the joint mass of state s with them, the value is
    ``max <u_l, m_l> + <u_h, m_h>`` over masses with totals 1-p and p and
    ``x m_l(x, .) = (1-x) m_h(x, .)`` for every x, likewise for every y (Arieli, Babichenko and Sandomirskiy,
    Persuasion as Transportation): the best of all optimal transport problems, one a state, whose marginals each
    receiver could hold.

    Parameters
    ----------
    prior : number
        Probability of state h, in [0, 1].
    utility : mapping or array_like or str
        ``{"l": ..., "h": ...}``, each an array of shape (n, m), an expression in ``x`` and ``y``, or a Python function
        of both, which is tabulated on the grid (the certificate then covers the table only); one alone serves both
        states. A function is called with fractions, and with floats if it does not take them.
    grid : mapping or array_like, optional
        ``{"x": [...], "y": [...]}``, the posteriors that receivers 1 and 2 may hold, increasing, shapes (n,), (m,); one
        list alone serves both. Needed unless the domain is the square, or the utility is a data frame, whose index
        and columns are the grid then.
    domain : {"grid", "square"}, optional
        Whether posteriors are confined to the grid (default) or may be any in [0, 1].
    name, source, notes : str, optional
        Descriptions.

    Raises
    ------
    InputError
        If a shape, a number or an expression is wrong, or the prior lies outside a grid.

    Examples
    --------
    >>> problem = TwoReceiverPersuasion("1/2", "(x - y)**2", grid=["0", "1/4", "1/2", "3/4", "1"])
    >>> solution = problem.solve()
    >>> solution.lower, solution.grade
    (Fraction(1, 4), 'exact')
    """

    kind = "two-receiver"
    form = FORM
    methods = by_name(
        solve_by_columns,
        solve_generated,
        solve_by_nested_transport,
        solve_directly,
        solve_by_cvxpy,
        solve_by_pdlp,
        solve_by_squares,
    )
    roads: ClassVar[Mapping[str, str]] = {
        "public": "both receivers are told the same, which is proven to be optimal",
        "separable": "the utility is a sum of one part for each receiver: two problems of one receiver",
        "single-receiver": "only one receiver matters",
        "square": "a utility on the square near no polynomials on pieces: moving grids, and prices proven everywhere",
        "breakpoints": "a utility on the square with steps: the grid of its breakpoints is exact",
        "no-information": "both keep the prior: there was no time for more",
    }
    solution_class = TwoReceiverSolution
    accelerated: ClassVar[Kind | None] = pair_fast.KIND

    def __init__(
        self,
        prior: object,
        utility: object,
        *,
        grid: object = None,
        domain: str | None = None,
        **described: Unpack[Described],
    ) -> None:
        if grid is None and domain is None:
            grid = _grid_of(utility)
        self._state(
            {
                "prior": prior,
                "grid": grid if grid is None or isinstance(grid, Mapping) else {"x": grid, "y": grid},
                "utility": utility if isinstance(utility, Mapping) else {"l": utility, "h": utility},
                "domain": domain,
                **described,
            }
        )

    def certify(
        self, primal: object = None, dual: object = None, *, time_limit: float | None = None
    ) -> TwoReceiverSolution:
        """What somebody's own plan and potentials prove, from any solver: rounded, repaired and checked.

        Parameters
        ----------
        primal : (l, h), arrays of shape (n, m), or mapping, optional
            Plans in floats, dense or sparse, or a witness with the fields of a solution's file.
        dual : (alpha1, alpha2), array_like, shape (n + m,), or mapping, optional
            The multipliers of both receivers' rows with either sign, in floats (V follows from them); or a witness.
        time_limit : float, optional
            Seconds; a repair takes some passes over the utilities whatever it is.

        Returns
        -------
        TwoReceiverSolution
            With the bounds that are proven. ``solve(start=...)`` begins at its potentials and pairs.

        Raises
        ------
        InputError
            If a shape is wrong, or floats come with the square as domain.

        Examples
        --------
        >>> problem = TwoReceiverPersuasion("1/2", "(x - y)**2", grid=["0", "1/2", "1"])
        >>> problem.certify(dual=([0, 1e-9, 0], [0, 0, 0])).upper <= Fraction(1, 2)
        True
        """
        if all(one is None or isinstance(one, Witness) or _is_witness(one) for one in (primal, dual)):
            return super().certify(primal, dual, time_limit=time_limit)
        from .given import certified

        return self.solution_class.certified(self, certified(self.statement, primal, dual))

    @classmethod
    def _points(cls, name: str, fields: Mapping[str, Any]) -> list[Sequence[Any]] | None:
        if name != "utility":
            return None
        grid = fields.get("grid")
        if not isinstance(grid, Mapping) or not {"x", "y"} <= set(grid):
            raise InputError(
                "a Python function is tabulated on a grid; give grid=[...], or write an expression such as "
                '"(x - y)**2"',
                "utility",
            )
        return [vector(grid[axis], f"grid.{axis}", None, probability) for axis in ("x", "y")]

    @property
    def prior(self) -> Fraction:
        """The probability of state h."""
        return self.statement.prior

    @property
    def x(self) -> Vector:
        """Receiver 1's posteriors."""
        return self.statement.x

    @property
    def y(self) -> Vector:
        """Receiver 2's posteriors."""
        return self.statement.y

    @property
    def utility(self) -> tuple[Utility, Utility]:
        """The utilities in the states l and h, as stated."""
        return self.statement.low, self.statement.high


def _is_witness(given: object) -> bool:
    return isinstance(given, Mapping) and not set(given) <= set(STATES)


def _grid_of(utility: Any) -> object:
    """The grid that a data frame of utilities has as index and columns."""
    frame: Any = next(iter(utility.values()), None) if isinstance(utility, Mapping) else utility
    return {"x": list(frame.index), "y": list(frame.columns)} if hasattr(frame, "columns") else None
