"""Kind ``private-persuasion``: several receivers, finitely many states, private signals.

By beliefs: receiver r may hold the posteriors ``grids[r][k]``; utilities depend on the state and on all posteriors.
With m_s(k1, ..., kn) the mass of state s, every receiver's marginals obey
``m_s(k) = grids[r][k][s] sum_s' m_s'(k)``. Potentials beta with ``sum_s grids[r][k][s] beta[r][k][s] = 0`` and
``utility[s] <= V[s] + sum_r beta[r][k_r][s]`` prove the bound ``prior . V``.

As a game: receiver r chooses among finitely many actions, with payoffs that depend on the own action and the state.
The program over action profiles with obedience constraints (a Bayes correlated equilibrium) has multipliers >= 0 with
``V[s] >= sender[s][a] + sum_r sum_a' multipliers[r][a_r][a'] (payoff_r[s][a_r] - payoff_r[s][a'])``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import product
from operator import mul
from typing import Any, Self

from dual.errors import InputError, Violation
from dual.limits import NUMBERS, steps
from dual.names import labels, labels_each
from dual.numbers.arrays import Array, read_array
from dual.numbers.beliefs import beliefs
from dual.numbers.exact import Matrix, Vector, distribution, index, items, matrix, vector
from dual.numbers.masses import listed_masses
from dual.proofs.lagrangian import gains
from dual.proofs.majorant import first_excess
from dual.proofs.obedience import Receiver
from dual.statement import Record, Statement, Witness, stated
from dual.verdict import Kind
from dual.words import brief

Masses = list[dict[tuple[int, ...], Fraction]]


def read_grids(raw: object, where: str, receivers: int | None, _count: None, states: int) -> tuple[Matrix, ...]:
    """Read for each receiver the beliefs that she may hold."""
    listed = items(raw, where, receivers)
    return tuple(beliefs(one, f"{where}[{r}]", None, states) for r, one in enumerate(listed))


def read_tables(raw: Any, where: str, states: int, _count: None, sides: Any) -> tuple[Array, ...]:
    """Read a table for each state, over the posteriors of ``grids`` or the actions of ``receivers``."""
    if sides is None:
        raise InputError(_EITHER, "grids")
    shape = [one.actions if isinstance(one, Payoff) else len(one) for one in sides]
    if reduce(mul, shape, states) > NUMBERS:
        raise InputError(f"the table would have more than {NUMBERS} entries", where)
    if isinstance(raw, Array):
        raw = raw.parts()
    entries = list(raw) if hasattr(raw, "shape") else items(raw, where, states)
    if len(entries) != states:
        raise InputError(f"there are {len(entries)} tables for {states} states", where)
    return tuple(read_array(table, f"{where}[{s}]", shape) for s, table in enumerate(entries))


_EITHER = 'either "grids" and "utility" or "receivers" and "sender" are needed'


@dataclass(frozen=True, repr=False)
class Payoff(Record):
    """What a receiver gets in each state from each own action."""

    payoff: Matrix = stated(matrix, "states *actions", "in each state from each own action")

    @property
    def actions(self) -> int:
        """The number of actions."""
        return len(self.payoff[0])


def read_actions(
    raw: object, where: str, _count: int | None, receivers: Sequence[Payoff] | None
) -> tuple[tuple[str, ...], ...]:
    """Read names of each receiver's actions."""
    if receivers is None:
        raise InputError("only receivers with payoffs choose actions", where)
    return labels_each(raw, where, [one.actions for one in receivers])


@dataclass(frozen=True, kw_only=True, repr=False)
class PrivateStatement(Statement):
    """Either grids of posteriors and utilities of them, or the receivers' payoffs and the sender's."""

    kind = "private-persuasion"
    prior: Vector = stated(distribution, "states", "probabilities, summing to one")
    grids: tuple[Matrix, ...] | None = stated(
        read_grids, "receivers *posteriors states", "the posteriors each receiver may hold", default=None
    )
    utility: tuple[Array, ...] | None = stated(
        read_tables, "states *posteriors", "the sender's, by all posteriors", default=None, after="grids"
    )
    receivers: tuple[Payoff, ...] | None = stated(
        Payoff, "receivers", "instead of grids, in a game: each receiver's payoff", default=None
    )
    sender: tuple[Array, ...] | None = stated(
        read_tables, "states *actions", "the sender's, by all actions", default=None, after="receivers"
    )

    states: tuple[str, ...] | None = stated(labels, "states", "names of the states", default=None)
    names: tuple[str, ...] | None = stated(labels, "receivers", "names of the receivers", default=None)
    actions: tuple[tuple[str, ...], ...] | None = stated(
        read_actions, "receivers", "in a game: names of each receiver's actions", default=None, after="receivers"
    )

    def checked(self, found: Mapping[str, object], where: str) -> Self:  # noqa: ARG002 (a statement is read nowhere else)
        """Refuse unless it is one of the two forms, and that in whole."""
        given = {name for name in ("grids", "utility", "receivers", "sender") if name in found}
        if given not in ({"grids", "utility"}, {"receivers", "sender"}):
            raise InputError(_EITHER, "grids")
        return self

    @property
    def is_game(self) -> bool:
        """Whether receivers choose actions."""
        return self.receivers is not None

    @property
    def tables(self) -> tuple[Array, ...]:
        """What the sender gets, by state: one table over all receivers' posteriors or actions."""
        return (self.sender if self.is_game else self.utility) or ()

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of posteriors or actions of each receiver."""
        return self.tables[0].shape


def read_plan(raw: object, where: str, states: int, _count: None, statement: PrivateStatement) -> tuple[Any, ...]:
    """Read for each state the masses that are listed by posteriors or actions."""
    listed = items(raw, where, states)
    return tuple(listed_masses(entries, f"{where}[{s}]", *statement.shape) for s, entries in enumerate(listed))


@dataclass(frozen=True, repr=False)
class Plan(Witness):
    """Masses >= 0 of the receivers' posteriors or actions that add up to the prior, state by state."""

    plan: tuple[Any, ...] = stated(
        read_plan, "states *masses", "masses [k1, ..., kn, mass] by posteriors or actions", after="statement"
    )

    def masses(self, prior: Vector) -> Masses:
        """The masses by state and place; refuse any that are negative or do not add up to the prior."""
        found: Masses = []
        for s, (entries, total) in enumerate(zip(self.plan, prior, strict=True)):
            state: dict[tuple[int, ...], Fraction] = {}
            for k, (*cell, mass) in enumerate(entries):
                if mass < 0:
                    raise Violation(f"primal.plan[{s}][{k}]: the mass {brief(mass)} is negative")
                state[tuple(cell)] = state.get(tuple(cell), Fraction(0)) + mass
            placed = sum(state.values(), Fraction(0))
            if placed != total:
                raise Violation(f"the masses in state {s} sum to {brief(placed)}, its probability is {brief(total)}")
            found.append(state)
        return found


def marginals(masses: Masses, receiver: int, count: int) -> list[Vector]:
    """For each of a receiver's posteriors or actions the masses by state."""
    found = [[Fraction(0)] * len(masses) for _ in range(count)]
    for s, state in enumerate(masses):
        for cell, mass in state.items():
            found[cell[receiver]][s] += mass
    return [tuple(row) for row in found]


def read_beta(raw: object, where: str, receivers: int, _count: None, states: int, statement: Any) -> tuple[Matrix, ...]:
    """Read a potential for each receiver, posterior and state."""
    grids = statement.grids or ()
    betas = zip(items(raw, where, receivers), grids, strict=True)
    return tuple(matrix(one, f"{where}[{r}]", len(grid), states) for r, (one, grid) in enumerate(betas))


def read_multipliers(raw: object, where: str, receivers: int, *given: Any) -> tuple[Matrix, ...]:
    """Read for each receiver a multiplier of every gain from obeying."""
    players = given[-1].receivers or ()
    weights = zip(items(raw, where, receivers), players, strict=True)
    return tuple(matrix(one, f"{where}[{r}]", own.actions, own.actions) for r, (one, own) in enumerate(weights))


@dataclass(frozen=True, repr=False)
class Potentials(Witness):
    """Prices of the states and potentials of posteriors, of mean zero at each posterior."""

    V: Vector = stated(vector, "states", "prices, with prior . V the bound")
    beta: tuple[Matrix, ...] = stated(
        read_beta, "receivers *posteriors states", "potentials, of mean zero at each posterior", after="statement"
    )

    def terms(self, statement: PrivateStatement) -> list[list[Vector]]:
        """For each receiver, state and posterior what is added to V there."""
        for r, (beta, grid) in enumerate(zip(self.beta, statement.grids or (), strict=True)):
            for k, (own, belief) in enumerate(zip(beta, grid, strict=True)):
                mean = sum(map(mul, own, belief), Fraction(0))
                if mean != 0:
                    where = f"dual.beta[{r}][{k}]"
                    raise Violation(f"{where}: the mean of the potential at this posterior is {brief(mean)}, not 0")
        return [list(zip(*beta, strict=True)) for beta in self.beta]


@dataclass(frozen=True, repr=False)
class Multipliers(Witness):
    """Prices of the states, and weights >= 0 of every receiver's gains from obeying."""

    V: Vector = stated(vector, "states", "prices, with prior . V the bound")
    multipliers: tuple[Matrix, ...] = stated(
        read_multipliers, "receivers *actions *actions", "weights >= 0 of the gains from obeying", after="statement"
    )

    def terms(self, statement: PrivateStatement) -> list[list[Vector]]:
        """For each receiver, state and action what is added to V there: what obedience earns is taken off it."""
        players = enumerate(zip(self.multipliers, statement.receivers or (), strict=True))
        found = [gains(own.payoff, weights, f"dual.multipliers[{r}]") for r, (weights, own) in players]
        return [[tuple(-gain for gain in state) for state in zip(*own, strict=True)] for own in found]


Dual = Potentials | Multipliers


def read_dual(raw: object, statement: PrivateStatement, where: str) -> Dual:
    """Read a dual witness: multipliers in a game, else potentials."""
    return (Multipliers if statement.is_game else Potentials).read(raw, statement, where)


def lower(statement: PrivateStatement, primal: Plan) -> Fraction:
    """The sender's payoff from an admissible or obedient plan."""
    masses = primal.masses(statement.prior)
    for r, count in enumerate(statement.shape):
        by_state = marginals(masses, r, count)
        if statement.receivers is not None:
            receiver = Receiver(statement.receivers[r].payoff)
            work = sum(mass != 0 for found in by_state for mass in found) * count
            steps(work, "looking at every action after every recommendation", receiver.denominator)
            for a, found in enumerate(by_state):
                receiver.require_obedience(a, found, f"receiver {r}")
        elif statement.grids is not None:
            _admissible(r, by_state, statement.grids[r])
    return sum(
        (table.at(*cell) * mass
         for table, state in zip(statement.tables, masses, strict=True)
         for cell, mass in state.items()),
        Fraction(0),
    )  # fmt: skip


def _admissible(receiver: int, by_state: Sequence[Vector], grid: Matrix) -> None:
    for k, (masses, belief) in enumerate(zip(by_state, grid, strict=True)):
        total = sum(masses, Fraction(0))
        for s, (mass, share) in enumerate(zip(masses, belief, strict=True)):
            if mass != share * total:
                raise Violation(
                    f"receiver {receiver} at posterior {k}: state {s} has mass {brief(mass)}, the posterior asks for "
                    f"{brief(share * total)}"
                )


def upper(statement: PrivateStatement, dual: Dual) -> Fraction:
    """The bound ``prior . V``, once V and the receivers' terms majorise every table."""
    terms = dual.terms(statement)
    lines = len(statement.tables) * len(statement.tables[0]) // statement.shape[-1]
    steps(100 * lines * len(terms), f"summing the receivers' terms on {lines:,} lines")
    for s, table in enumerate(statement.tables):
        r, c = sides(dual.V[s], [own[s] for own in terms])
        found = first_excess(table, r, c)
        if found is not None:
            refuse(statement, s, found, r[found[0]] + c[found[1]])
    return sum(map(mul, statement.prior, dual.V), Fraction(0))


def refuse(statement: PrivateStatement, state: int, at: tuple[int, int], side: Fraction) -> None:
    """Name the inequality that fails on a line at a place."""
    line, last = at
    cell = [last]
    for count in reversed(statement.shape[:-1]):
        line, k = divmod(line, count)
        cell.insert(0, k)
    table = statement.tables[state]
    name = "sender" if statement.is_game else "utility"
    shown = "".join(f"[{k}]" for k in cell)
    raise Violation(
        f"{name}[{state}]{shown} = {brief(table.at(*cell))} > {brief(side)} = V[{state}] and the receivers' terms there"
    )


def sides(V: Fraction, terms: Sequence[Vector]) -> tuple[list[Fraction], Vector]:
    """Row sums over all receivers but the last, in the order of a table's lines, and the last receiver's terms."""
    return [V + sum(combination, Fraction(0)) for combination in product(*terms[:-1])], terms[-1]


def every_profile(shape: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """All combinations of indices, in the order of a table's entries."""
    return product(*map(range, shape))


@dataclass(frozen=True, repr=False)
class Separation(Witness):
    """A direction that separates the prior from all posteriors that a receiver may hold."""

    receiver: int = stated(index, "receivers", "whose posteriors")
    direction: Vector = stated(vector, "states", "nonnegative at them, negative at the prior")


def infeasible(statement: PrivateStatement, refutation: Separation) -> None:
    """Refuse unless a direction separates the prior from all posteriors that a receiver may hold."""
    if statement.grids is None:
        raise Violation("a game always has an obedient plan")
    direction, r = refutation.direction, refutation.receiver
    if sum(map(mul, direction, statement.prior), Fraction(0)) >= 0:
        raise Violation("the direction is not negative at the prior")
    for k, belief in enumerate(statement.grids[r]):
        if sum(map(mul, direction, belief), Fraction(0)) < 0:
            raise Violation(f"the direction is negative at posterior {k} of receiver {r}")


KIND = Kind(
    "private-persuasion",
    PrivateStatement.read,
    lower,
    upper,
    infeasible,
    primal=Plan.read,
    dual=read_dual,
    refutation=Separation.read,
    lacks=lambda _: "",
)
