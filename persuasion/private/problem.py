"""Private persuasion: different signals to several receivers about one of finitely many states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

from dual.kinds import private as private_persuasion
from dual.kinds.private import Dual, Multipliers, Plan, Potentials, PrivateStatement, Separation, refuse, sides
from dual.numbers.beliefs import beliefs
from dual.numbers.exact import Vector
from dual.verdict import Kind
from dual.words import brief
from transport.coupling.majorants import as_floats, excess
from transport.road.methods import by_name
from transport.road.problem import Described, Problem
from transport.road.solution import Solution
from transport.road.table import Cell, Table

from .form import FORM
from .labels import action_name, state_name
from .methods import solve_private

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from transport.linear_program.problem import LinearProgramSolution


def fast_upper(statement: PrivateStatement, dual: Dual) -> Fraction:
    """The plain check's bound and refusals; a float filter decides most inequalities, exact integers the rest."""
    V, terms = dual.V, dual.terms(statement)
    for s, table in enumerate(statement.tables):
        r, c = sides(V[s], [own[s] for own in terms])
        for i, j in excess(table, as_floats(table).reshape(len(r), len(c)), r, c):
            refuse(statement, s, (i, j), r[i] + c[j])
    return sum((mass * price for mass, price in zip(statement.prior, V, strict=True)), Fraction(0))


class PrivateSolution(Solution["PrivatePersuasion"]):
    """The best plan of private signals."""

    primal: Plan | None
    dual: Potentials | Multipliers | Separation | None

    @cached_property
    def plan(self) -> tuple[dict[tuple[int, ...], Fraction], ...]:
        """By state: positive masses of the receivers' posteriors or actions, as indices."""
        return tuple(
            {tuple(cell): mass for *cell, mass in state} for state in (self.primal.plan if self.primal else ())
        )

    def linear_program(self) -> LinearProgramSolution:
        """The program over profiles of posteriors or actions, with this answer.

        See :meth:`transport.road.solution.Solution.linear_program`.
        """
        from transport.linear_program.translate import translated

        from .form import multipliers, program, values

        asked = self.problem.statement
        return translated(
            program(asked),
            None if self.primal is None else values(asked, self.primal),
            None if self.dual is None else multipliers(asked, self.dual),
            infeasible=self.grade == "infeasible",
            name=asked.name,
        )

    @property
    def V(self) -> Vector:
        """The price of each state; empty without an upper bound."""
        return self.dual.V if isinstance(self.dual, (Potentials, Multipliers)) else ()

    def facts(self) -> Iterable[tuple[str, str]]:
        """The size of the plan and the states' prices."""
        if self.plan:
            yield "plan", f"{sum(map(len, self.plan))} atoms"
        if self.V:
            yield "V", ", ".join(map(brief, self.V))

    def tables(self) -> Sequence[Table]:
        """The plan, largest masses first: who is recommended what, or who believes what."""
        statement = self.problem.statement
        grids = statement.grids
        atoms = sorted(
            ((mass, s, cell) for s, state in enumerate(self.plan) for cell, mass in state.items()), reverse=True
        )
        rows: list[list[Cell]] = []
        for mass, s, cell in atoms[:20]:
            shown = [
                action_name(statement, r, k) if grids is None else "(" + ", ".join(map(brief, grids[r][k])) + ")"
                for r, k in enumerate(cell)
            ]
            rows.append([state_name(statement, s) if statement.states else s, *shown, mass])
        word = "posterior" if grids is not None else "action"
        title = "recommendations" if grids is None else "plan"
        more = f" (the largest 20 of {len(atoms)})" if len(atoms) > 20 else ""
        header = ["state", *(f"{word} of {name}" for name in statement.names or range(len(statement.shape))), "mass"]
        return [Table(title + more, header, rows)]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw for every state and profile with mass a bar of its probability.

        Raises
        ------
        SuasionError
            If matplotlib is not installed.
        """
        from .picture import draw

        return draw(self.problem.statement, self.plan, self.headline, ax)


class PrivatePersuasion(Problem[PrivateStatement, PrivateSolution]):
    """A sender tells each of several receivers something privately.

    By beliefs, ``max sum_s <utility[s], m_s>`` over plans whose totals are the prior and under which every receiver's
    posteriors are what the plan says: ``m_s(k) = grids[r][k][s] sum_s' m_s'(k)`` for receiver r at posterior k. As a
    game, the same objective over action profiles with obedience constraints; make one with :meth:`from_game`.

    Parameters
    ----------
    prior : array_like, shape (S,)
    grids : sequence of array_like, shapes (K_r, S)
        The posteriors each receiver may hold.
    utility : array_like, shape (S, K_1, ..., K_n), or callable
        A function of the state (its name, or its index) and of each receiver's posterior, a tuple of S fractions, is
        tabulated; the certificate then covers the table only.
    receivers : sequence of mappings
        ``{"payoff": ...}`` of shape (S, A_r), instead of grids.
    sender : array_like, shape (S, A_1, ..., A_n), or callable
        Instead of utility; a function of the state and of everybody's actions.
    states, names : sequence of str, optional
        Labels of the states and of the receivers.
    actions : sequence of sequences of str, optional
        In a game: labels of each receiver's actions.
    name, source, notes : str, optional
        Descriptions.

    Raises
    ------
    InputError
        If a shape or a number is wrong.

    Examples
    --------
    >>> beliefs = [[1, 0], ["1/2", "1/2"], [0, 1]]
    >>> both = [[0, 0, 0], [0, 1, 1], [0, 1, 1]]
    >>> problem = PrivatePersuasion(["7/10", "3/10"], grids=[beliefs, beliefs], utility=[both, both])
    >>> problem.solve().lower
    Fraction(3, 5)
    """

    kind = "private-persuasion"
    form = FORM
    methods = by_name(solve_private)
    roads: ClassVar[Mapping[str, str]] = {
        "obedience": "a game: the obedience program over action profiles",
        "splitting": "one receiver's posteriors cannot average to the prior: a separating direction",
        "no-information": "everybody keeps the prior: there was no time for more",
    }
    solution_class = PrivateSolution
    accelerated: ClassVar[Kind | None] = replace(private_persuasion.KIND, upper=fast_upper)

    def __init__(
        self,
        prior: object,
        *,
        grids: object = None,
        utility: object = None,
        receivers: object = None,
        sender: object = None,
        states: Sequence[str] | None = None,
        names: Sequence[str] | None = None,
        actions: Sequence[Sequence[str]] | None = None,
        **described: Unpack[Described],
    ) -> None:
        self._state(
            {
                "prior": prior,
                "grids": grids,
                "utility": utility,
                "receivers": receivers,
                "sender": sender,
                "states": states,
                "names": names,
                "actions": actions,
                **described,
            }
        )

    @classmethod
    def _points(cls, name: str, fields: Mapping[str, Any]) -> list[Sequence[Any]] | None:
        if name not in ("utility", "sender"):
            return None
        states = fields.get("states") or range(len(fields["prior"]))
        if name == "sender":
            payoffs = [one["payoff"] if isinstance(one, Mapping) else one for one in fields.get("receivers") or ()]
            named = fields.get("actions") or [range(len(payoff[0])) for payoff in payoffs]
            return [states, *named]
        grids = fields.get("grids") or ()
        return [states, *(beliefs(grid, f"grids[{r}]", None, None) for r, grid in enumerate(grids))]

    @classmethod
    def from_game(
        cls, prior: object, sender: object, receivers: Sequence[object], **described: Any
    ) -> PrivatePersuasion:
        """A game: receivers with finitely many actions and payoffs of the own action and the state.

        Ties favour the sender: a recommendation is obeyed if no other action is better.

        Parameters
        ----------
        prior : array_like, shape (S,)
        sender : array_like, shape (S, A_1, ..., A_n)
        receivers : sequence of array_like, shapes (S, A_r)
        **described
            Labels and descriptions, as in the constructor: ``states``, ``names``, ``actions``, ``name`` ...

        Examples
        --------
        Exactly one of two receivers shall act, each of whom acts if state 1 is at least as likely as state 0:

        >>> act = [[0, -1], [0, 1]]
        >>> one = [[0, 1], [1, 0]]
        >>> PrivatePersuasion.from_game(["7/10", "3/10"], [one, one], [act, act]).solve().lower
        Fraction(3, 5)
        """
        return cls(prior, sender=sender, receivers=[{"payoff": payoff} for payoff in receivers], **described)
