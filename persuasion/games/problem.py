"""Games with an AI: what an adviser who sees a signal of the state can make of the players."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self, Unpack

from dual.errors import FileError, InputError, SuasionError
from dual.kinds.games.kind import Honesty, Obedience, Plan
from dual.kinds.games.statement import GameStatement, Profile
from dual.verdict import Kind
from dual.words import brief
from transport.road.methods import by_name
from transport.road.problem import Problem
from transport.road.solution import Solution
from transport.road.table import Cell, Table

from .expected import expected
from .fields import GameFields
from .form import FORM
from .gambit import read_nfg, write_nfg
from .labels import action_name, player_names, plays, signal_name
from .methods import ALL_AT_ONCE, solve_columns, solve_direct
from .nash import Equilibrium, extreme_equilibria, pure_equilibria
from .payoff_set import PayoffSet
from .pricing import FASTER

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from transport.linear_program.problem import LinearProgramSolution


class GameSolution(Solution["Game"]):
    """The best (or worst) that an AI can do, with its recommendations."""

    primal: Plan | None
    dual: Obedience | Honesty | None

    @cached_property
    def plan(self) -> Mapping[tuple[int, Profile], Mapping[Profile, Fraction]]:
        """By (k, types), as far as they occur: the probability of each recommended profile; empty without a plan."""
        if self.primal is None:
            return {}
        statement = self.problem.statement
        return {
            cell: {profile: chance for profile, chance in told.items() if chance}
            for cell, told in self.primal.recommended(statement).items()
            if cell in statement.masses
        }

    def linear_program(self) -> LinearProgramSolution:
        """The game's program with this answer, see :meth:`transport.road.solution.Solution.linear_program`."""
        from dual.kinds.games.kind import values_of
        from dual.kinds.games.program import GameProgram
        from transport.linear_program.translate import translated

        asked = self.problem.statement
        game = GameProgram(asked)
        return translated(
            game.program(asked.sought),
            None if self.primal is None else values_of(game, self.primal),
            None if self.dual is None else self.dual.weights(game),
            infeasible=self.grade == "infeasible",
            minimises=asked.minimises,
            name=asked.name,
        )

    @cached_property
    def payoffs(self) -> tuple[Fraction, ...]:
        """What each player expects under the plan, before fees; empty without a plan."""
        statement = self.problem.statement
        return tuple(expected(statement, self.plan, table.at) for table in statement.payoffs) if self.plan else ()

    def probability(self, state: int | None = None, **played: int) -> Fraction:
        """How likely it is that some players take given actions, and the state is a given one.

        Parameters
        ----------
        state : int, optional
        **played : int
            ``p0=1`` says that player 0 takes action 1.

        Examples
        --------
        >>> from persuasion import Game
        >>> chicken = Game([1], [[[[6, 2], [7, 0]]], [[[6, 7], [2, 0]]]])
        >>> chicken.solve().probability(p0=0, p1=0)
        Fraction(1, 2)
        """
        wanted = {int(name.removeprefix("p")): action for name, action in played.items()}

        def event(s: int, *profile: int) -> Fraction:
            return Fraction(state in (None, s) and all(profile[i] == a for i, a in wanted.items()))

        return expected(self.problem.statement, self.plan, event)

    def facts(self) -> Iterable[tuple[str, str]]:
        """What each player expects."""
        names, costs = self.problem.player_names, self.problem.statement.costs
        for i, payoff in enumerate(self.payoffs):
            net = "" if costs is None else f" ({brief(payoff - costs[i])} after the fee)"
            yield f"{names[i]} expects", brief(payoff) + net

    @property
    def why(self) -> str:
        """That the fees are too high, where nothing is feasible."""
        if self.grade != "infeasible":
            return ""
        return "whatever the AI recommends, some player would rather not pay the fee"

    def tables(self) -> Sequence[Table]:
        """The recommendations: what the AI sees, the types, who is told what, and how likely it is."""
        statement = self.problem.statement
        rows: list[list[Cell]] = []
        for (k, t), told in self.plan.items():
            types: list[Cell] = [] if statement.law is None else list(t)
            for profile, chance in sorted(told.items(), key=lambda entry: -entry[1]):
                shown = [self.problem.action_name(i, a) for i, a in enumerate(profile)]
                rows.append([self.problem.signal_name(k), *types, *shown, chance])
        names = self.problem.player_names
        asked = [] if statement.law is None else [f"type of {name}" for name in names]
        more = f" (the first 20 of {len(rows)})" if len(rows) > 20 else ""
        return [Table("recommendations" + more, ["the AI sees", *asked, *names, "probability"], rows[:20])]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw for everything that the AI may know how likely each profile is to be recommended.

        Raises
        ------
        SuasionError
            If matplotlib is not installed, or there is no plan.
        """
        from .picture import draw

        return draw(self.problem.statement, self.plan, self.headline, ax)


class Game(Problem[GameStatement, GameSolution]):
    """A finite game whose players are advised, each privately, by an AI that sees a signal of the state.

    The AI commits to a plan: for what it sees (and for the players' types, known or reported) a probability of every
    action profile; each player is told the own action and follows if no other is better. The outcomes of all AIs with
    this information, whatever they say, are the Bayes correlated equilibria (Bergemann and Morris 2016); where types
    are reported, the communication equilibria (Forges 1986, Myerson 1982). Among them the objective is largest, or
    least: an AI can harm. Both are linear programs; see :mod:`dual.kinds.games.program` for the rows.

    Parameters
    ----------
    prior : array_like, shape (S,)
        Probabilities of the states.
    payoffs : sequence of array_like, each of shape (S, A_1, ..., A_n)
        One for each of the n players: by state and everybody's actions. Or Python functions of these, by name or
        number, if ``actions`` says what they are.
    objective : mapping, optional
        ``{"weights": [...]}`` of the players' payoffs, or ``{"table": ...}`` of shape (S, A_1, ..., A_n), for instance
        the indicator of an event; the sum of all payoffs if omitted.
    goal : {"max", "min"}
        Bounds are those of the objective itself either way; with "min" the plan attains ``upper``.
    law : array_like, shape (S, T_1, ..., T_n), optional
        Probabilities of the players' types in each state. Payoffs that depend on types have them in the state.
    sees : sequence of int or str, length S, optional
        What the AI sees in each state; states of equal labels are not separated. By default it sees the state.
    signals : array_like, shape (S, K), optional
        ``P(k | s)``, for an AI that errs; instead of ``sees``.
    costs : array_like, shape (n,), optional
        Fees >= 0. A player who does not pay gets no advice, and the others are advised as before; everybody has to
        find that advice is worth its fee. The objective is before fees. Only where types are known.
    types : {"known", "elicited"}
        Whether the AI knows the players' types, or asks them.
    states, players : sequence of str, optional
        Labels.
    actions : sequence of sequences of str, optional
        Labels of each player's actions.
    name, source, notes : str, optional
        Descriptions.

    Raises
    ------
    InputError
        If a shape or a number is wrong; the message names player and axis.

    Examples
    --------
    Chicken, a state and no more (Aumann 1974): a mediator gets the players 21/2 together.

    >>> chicken = Game([1], [[[[6, 2], [7, 0]]], [[[6, 7], [2, 0]]]])
    >>> chicken.solve().lower
    Fraction(21, 2)
    >>> chicken.replace(goal="min").solve().value  # an AI can harm: the mixed equilibrium alone gives them 28/3
    7.2
    """

    kind = "game"
    form = FORM
    methods = by_name(solve_columns, solve_direct)
    roads: ClassVar[Mapping[str, str]] = {
        "program": "the whole program at once, its basis solved exactly",
    }
    solution_class = GameSolution
    accelerated: ClassVar[Kind | None] = FASTER

    def __init__(
        self,
        prior: object,
        payoffs: object,
        objective: Mapping[str, object] | None = None,
        *,
        goal: str = "max",
        **fields: Unpack[GameFields],
    ) -> None:
        self._state({"prior": prior, "payoffs": payoffs, "objective": objective, "goal": goal, **fields})

    @classmethod
    def _points(cls, name: str, fields: Mapping[str, Any]) -> list[Sequence[Any]] | None:
        return plays(name, fields)

    @property
    def quick_check(self) -> Kind | None:
        """The faster check, for games of many plays."""
        statement = self.statement
        plays = len(statement.labels_seen) * len(statement.payoffs[0])
        return FASTER if plays > ALL_AT_ONCE and not statement.elicited else None

    @property
    def player_names(self) -> Sequence[str]:
        """The players' labels, or their numbers."""
        return player_names(self.statement)

    def action_name(self, player: int, action: int) -> str:
        """An action's label, or its number."""
        return action_name(self.statement, player, action)

    def signal_name(self, k: int) -> str:
        """What the AI sees, in words where there are any."""
        return signal_name(self.statement, k)

    def payoff_set(
        self,
        players: tuple[int, int] | None = None,
        *,
        objectives: Sequence[Mapping[str, object]] | None = None,
        informed: bool = True,
    ) -> PayoffSet:
        """All pairs of payoffs of two players, or of any two objectives, that an AI can bring about.

        Parameters
        ----------
        players : pair of int, optional
            Whose payoffs; the first two players by default.
        objectives : sequence of two mappings, optional
            Instead of players, each as the objective of a game.
        informed : bool
            False asks for what an AI that sees nothing can bring about: correlated equilibria.

        Returns
        -------
        PayoffSet
            A problem to solve; its solution has the polygon's vertices and facets, and is one file.

        Raises
        ------
        InputError
            If there are no such players, or there are players and objectives.

        Examples
        --------
        >>> chicken = Game([1], [[[[6, 2], [7, 0]]], [[[6, 7], [2, 0]]]])
        >>> [(str(x), str(y)) for x, y in chicken.payoff_set().solve().vertices]
        [('2', '7'), ('18/5', '18/5'), ('7', '2'), ('21/4', '21/4')]
        """
        count = len(self.statement.payoffs)
        if objectives is None:
            pair = (0, 1) if players is None else tuple(players)
            if len(pair) != 2 or any(i not in range(count) for i in pair):
                raise InputError(f"two of the players 0 to {count - 1} are needed", "players")
            objectives = [{"weights": [int(i == k) for k in range(count)]} for i in pair]
        elif players is not None:
            raise InputError("either players or objectives", "players")
        fields = {name: value for name, value in self.document().items() if name not in ("objective", "goal", "kind")}
        if not informed:
            fields.pop("signals", None)
            fields["sees"] = [0] * len(self.statement.prior)
        made = PayoffSet.__new__(PayoffSet)
        made._state({**fields, "objectives": objectives})
        return made

    # Without an AI

    def pure_equilibria(self) -> list[Equilibrium]:
        """Equilibria in pure strategies of the game without an AI, where each type of each player decides alone.

        Raises
        ------
        InputError
            If there are more than 100,000 profiles of strategies.

        Examples
        --------
        >>> chicken = Game([1], [[[[6, 2], [7, 0]]], [[[6, 7], [2, 0]]]])
        >>> [tuple(map(int, one.payoffs)) for one in chicken.pure_equilibria()]
        [(2, 7), (7, 2)]
        """
        return pure_equilibria(self.statement)

    def equilibria(self) -> list[Equilibrium]:
        """All extreme equilibria of two players without types when there is no AI, mixed ones included.

        Raises
        ------
        InputError
            If there are types, or not two players, or too many systems to solve.

        Examples
        --------
        >>> chicken = Game([1], [[[[6, 2], [7, 0]]], [[[6, 7], [2, 0]]]])
        >>> [tuple(map(str, one.payoffs)) for one in chicken.equilibria()]
        [('2', '7'), ('14/3', '14/3'), ('7', '2')]
        """
        return extreme_equilibria(self.statement)

    def uninformed(self) -> Game:
        """The game with an AI that sees nothing of the state: its outcomes are the correlated equilibria."""
        fields = {name: value for name, value in self.document().items() if name != "signals"}
        return self.from_document({**fields, "sees": [0] * len(self.statement.prior)})

    # Gambit

    @classmethod
    def from_nfg(cls, source: str | os.PathLike[str], **fields: object) -> Self:
        """Read a game of one state from an ``.nfg`` file of Gambit.

        Parameters
        ----------
        source : path, or the text of a file
        **fields
            Further fields of the game, for instance an objective.

        Raises
        ------
        FileError
            If the file cannot be read, or is not of this form.

        Examples
        --------
        >>> pennies = Game.from_nfg('NFG 1 R "Pennies" { "A" "B" } { 2 2 } 1 -1 -1 1 -1 1 1 -1')
        >>> pennies.equilibria()[0].strategies[0]
        ((Fraction(1, 2), Fraction(1, 2)),)
        """
        text = source if isinstance(source, str) and source.lstrip().startswith("NFG") else _content(source)
        return cls.from_document({**read_nfg(text), **fields})

    def to_nfg(self) -> str:
        """The game without an AI as the text of an ``.nfg`` file of Gambit; payoffs are means over the states.

        Raises
        ------
        InputError
            If players have types.
        """
        return write_nfg(self.statement, self.name or "a game")

    @classmethod
    def from_pygambit(cls, game: Any, **fields: object) -> Self:
        """Make a game of one state from one of pygambit, in strategic form; further fields as for :meth:`from_nfg`."""
        return cls.from_nfg(str(game.to_nfg()), **fields)

    def to_pygambit(self) -> Any:
        """The game without an AI as a game of pygambit.

        Raises
        ------
        SuasionError
            If pygambit is not installed.
        InputError
            If players have types.
        """
        try:
            import pygambit
        except ImportError:
            raise SuasionError("this needs pygambit; pip install pygambit") from None
        return pygambit.read_nfg(io.StringIO(self.to_nfg()))


def _content(path: str | os.PathLike[str]) -> str:
    try:
        return Path(path).read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise FileError(f"{os.fspath(path)}: not UTF-8 text") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise FileError(f"{os.fspath(path)}: cannot be read: {reason}") from None
