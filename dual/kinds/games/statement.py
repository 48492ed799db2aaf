"""What an instance of kind ``game`` says: players, states, types, and what the AI sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from itertools import product
from math import prod
from typing import Any, Self

from dual.errors import InputError
from dual.limits import NUMBERS
from dual.names import labels, labels_each
from dual.numbers.arrays import Array, read_array, stored
from dual.numbers.choices import choice
from dual.numbers.exact import (
    Matrix,
    Vector,
    distribution,
    index,
    items,
    over_common_denominator,
    vector,
)
from dual.numbers.masses import nonnegative
from dual.statement import Record, Statement, stated

Profile = tuple[int, ...]
"""One action, or one type, for each player."""


def read_payoffs(raw: Any, where: str, _players: int | None, states: int) -> tuple[Array, ...]:
    """One tensor ``[s][a1]...[an]`` for each of n players, all of one shape."""
    if isinstance(raw, (Mapping, Array)):
        raw = (stored(raw, where) if isinstance(raw, Mapping) else raw).parts()
    entries = [
        stored(one, f"{where}[{i}]") if isinstance(one, Mapping) else one
        for i, one in enumerate(list(raw) if hasattr(raw, "shape") else items(raw, where))
    ]
    shapes = [_shape_of(one, f"{where}[{i}]") for i, one in enumerate(entries)]
    for i, (entry, shape) in enumerate(zip(entries, shapes, strict=True)):
        need = (states, *shapes[0][1:])
        _require_shape(entry, shape, need, len(shapes), f"player {i}'s payoffs", f"{where}[{i}]")
    return tuple(
        read_array(one, f"{where}[{i}]", shape) for i, (one, shape) in enumerate(zip(entries, shapes, strict=True))
    )


def _require_shape(
    value: object, shape: Sequence[int], need: Sequence[int], players: int, whose: str, where: str
) -> None:
    """Refuse a table ``[s][a1]...[an]`` of another shape; whose it is and the axis are named."""
    if len(shape) != players + 1:
        raise InputError(
            f"{whose} have {len(shape)} axes where {players + 1} are needed: states and the actions of each of the "
            f"{players} players",
            where,
        )
    axes = ["states", *(f"player {i}'s actions" for i in range(players))]
    for axis, length, wanted in zip(axes, shape, need, strict=True):
        if length != wanted:
            other = "the prior" if axis == "states" else "player 0's payoffs"
            raise InputError(f"{whose} have length {length} along the axis of {axis}, {other} {wanted}", where)
    _require_even(value, shape, axes, whose, where)


def _require_even(value: object, shape: Sequence[int], axes: Sequence[str], whose: str, where: str) -> None:
    """Refuse nested lists that are shorter or longer in one place than in the first."""
    if not isinstance(value, (list, tuple)) or not shape:
        return
    if len(value) != shape[0]:
        raise InputError(
            f"{whose} have length {len(value)} along the axis of {axes[0]} here, elsewhere {shape[0]}", where
        )
    for k, one in enumerate(value):
        _require_even(one, shape[1:], axes[1:], whose, f"{where}[{k}]")


def read_table(raw: object, where: str, payoffs: Sequence[Array]) -> Array:
    """Read a table of the players' shape."""
    need = payoffs[0].shape
    if not isinstance(raw, (Mapping, Array)):
        _require_shape(raw, _shape_of(raw, where), need, len(payoffs), "the objective's entries", where)
    return read_array(raw, where, need)


def read_law(raw: Any, where: str, states: int, payoffs: Sequence[Array]) -> Array:
    """``P(t1, ..., tn | s)``: for each state a table over the players' types that sums to one."""
    if isinstance(raw, Mapping):
        raw = stored(raw, where)
    players = len(payoffs)
    shape = _shape_of(raw, where)
    if len(shape) != 1 + players or shape[0] != states:
        raise InputError(
            f"the table has shape {shape}; its axes are the {states} states and the types of the {players} players",
            where,
        )
    size = prod(shape[1:])
    flat: list[Fraction] = []
    for s, entry in enumerate(raw.nested() if isinstance(raw, Array) else items(raw, where, states)):
        flat += distribution(_flat(entry, f"{where}[{s}]", shape[1:]), f"{where}[{s}]", size)
    numerators, unit = over_common_denominator(flat)
    return Array(shape, tuple(numerators), unit)


def read_sees(raw: object, where: str, states: int) -> tuple[int, ...] | tuple[str, ...]:
    """What the AI sees in each state: numbers below the number of states, or words; equal ones are not separated."""
    entries = items(raw, where, states)
    words = [one for one in entries if isinstance(one, str)]
    if len(words) == states:
        return tuple(words)
    return tuple(index(one, f"{where}[{s}]", states) for s, one in enumerate(entries))


def read_signals(raw: object, where: str, states: int, signals: int | None) -> Matrix:
    """``P(k | s)``: for each state the probabilities of what the AI sees."""
    rows = items(raw, where, states)
    width = len(items(rows[0], f"{where}[0]")) if signals is None else signals
    return tuple(distribution(row, f"{where}[{s}]", width) for s, row in enumerate(rows))


def read_actions(raw: object, where: str, _players: int, payoffs: Sequence[Array]) -> tuple[tuple[str, ...], ...]:
    """Names of each player's actions."""
    return labels_each(raw, where, payoffs[0].shape[1:])


@dataclass(frozen=True, repr=False)
class Objective(Record):
    """A linear objective: a weighted sum of the players' payoffs, or a table."""

    weights: Vector | None = stated(vector, "players", "the weight of each player's payoff", default=None)
    table: Array | None = stated(read_table, "", "[s][a1]...[an]: what counts", default=None, after="payoffs")

    def checked(self, found: Mapping[str, object], where: str) -> Self:  # noqa: ARG002
        """One of the two."""
        if (self.weights is None) == (self.table is None):
            raise InputError('exactly one of "weights" and "table" is needed', where)
        return self


@dataclass(frozen=True, kw_only=True, repr=False)
class PlayStatement(Statement):
    """A finite game of incomplete information and what the AI sees."""

    prior: Vector = stated(distribution, "states", "probabilities, summing to one")
    payoffs: tuple[Array, ...] = stated(read_payoffs, "players states", "[i][s][a1]...[an]: the payoffs of player i")
    law: Array | None = stated(
        read_law, "states", "[s][t1]...[tn]: probabilities of the players' types", default=None, after="payoffs"
    )
    sees: tuple[int, ...] | tuple[str, ...] | None = stated(
        read_sees, "states", "what the AI sees; equal labels are not separated; the state by default", default=None
    )
    signals: Matrix | None = stated(
        read_signals, "states signals", "probabilities of what the AI sees, in place of labels", default=None
    )
    costs: Vector | None = stated(
        partial(vector, entry=nonnegative), "players", "fees >= 0 for advice; who does not pay gets none", default=None
    )
    types: str = stated(
        partial(choice, known=("known", "elicited")), "", "whether the AI knows the types or asks", default="known"
    )
    states: tuple[str, ...] | None = stated(labels, "states", "names of the states", default=None)
    players: tuple[str, ...] | None = stated(labels, "players", "names of the players", default=None)
    actions: tuple[tuple[str, ...], ...] | None = stated(
        read_actions, "players", "names of each player's actions", default=None, after="payoffs"
    )

    def checked(self, found: Mapping[str, object], where: str) -> Self:  # noqa: ARG002
        """What the AI sees is said once, fees need known types, and everything can be held in memory."""
        if self.sees is not None and self.signals is not None:
            raise InputError('the AI sees labels ("sees") or noisy signals ("signals"), not both', "signals")
        if self.costs is not None and self.elicited:
            raise InputError("there are no fees where types are elicited", "costs")
        cells = prod(self.cell_shape)
        for count, what in ((cells * prod(self.shape), "plays"), (cells * len(self.prior), "states of what is known")):
            if count > NUMBERS:
                raise InputError(
                    f"signals, types and actions make {count:,} {what}; at most {NUMBERS:,} are taken", "payoffs"
                )
        return self

    @property
    def shape(self) -> Profile:
        """How many actions each player has."""
        return self.payoffs[0].shape[1:]

    @property
    def type_shape(self) -> Profile:
        """How many types each player has."""
        return (1,) * len(self.payoffs) if self.law is None else self.law.shape[1:]

    @property
    def sizes(self) -> list[tuple[int, int]]:
        """Each player's number of types and of actions."""
        return list(zip(self.type_shape, self.shape, strict=True))

    @property
    def cell_shape(self) -> Profile:
        """How many signals there are and, in games with types, how many types of each player."""
        return (len(self.labels_seen), *(() if self.law is None else self.type_shape))

    def cell(self, place: Profile) -> tuple[int, Profile]:
        """What the AI may know, k and the types, from indices as in files."""
        return place[0], (place[1:] if self.law is not None else (0,) * len(self.payoffs))

    @property
    def elicited(self) -> bool:
        """Whether players report their types to the AI."""
        return self.types == "elicited"

    @cached_property
    def labels_seen(self) -> tuple[object, ...]:
        """What the AI may see, in the order of the index k."""
        if self.signals is not None:
            return tuple(range(len(self.signals[0])))
        if self.sees is None:
            return tuple(range(len(self.prior)))
        if isinstance(self.sees[0], str):
            return tuple(dict.fromkeys(self.sees))
        return tuple(range(1 + max(map(int, self.sees))))

    def sight(self, s: int) -> Sequence[tuple[int, Fraction]]:
        """What the AI sees in state s: indices k with their probabilities."""
        if self.signals is not None:
            return [(k, share) for k, share in enumerate(self.signals[s]) if share]
        return [(s if self.sees is None else self.labels_seen.index(self.sees[s]), Fraction(1))]

    @cached_property
    def masses(self) -> Mapping[tuple[int, Profile], Sequence[tuple[int, Fraction]]]:
        """By what the AI sees and the players' types: the states behind it with ``prior(s) P(k|s) P(t|s) > 0``."""
        found: dict[tuple[int, Profile], list[tuple[int, Fraction]]] = {}
        for s, mass in enumerate(self.prior):
            for k, share in self.sight(s):
                for t in self.type_profiles():
                    chance = Fraction(1) if self.law is None else self.law.at(s, *t)
                    if mass and chance:
                        found.setdefault((k, t), []).append((s, mass * share * chance))
        return found

    def type_profiles(self) -> Iterator[Profile]:
        """All combinations of types."""
        return product(*map(range, self.type_shape))

    def type_mass(self, player: int, own: int) -> Fraction:
        """The probability of a player's type."""
        return sum(
            (mass for (_, t), states in self.masses.items() if t[player] == own for _, mass in states), Fraction(0)
        )


@dataclass(frozen=True, kw_only=True, repr=False)
class GameStatement(PlayStatement):
    """A game, and what is wanted of it."""

    kind = "game"
    objective: Objective | None = stated(
        Objective,
        "",
        "what is maximised or minimised; the sum of all payoffs by default",
        default=None,
        after="payoffs",
    )
    goal: str = stated(partial(choice, known=("max", "min")), "", "the sense of the objective", default="max")

    @property
    def minimises(self) -> bool:
        """Whether the least value of the objective is asked for."""
        return self.goal == "min"

    @property
    def sought(self) -> list[tuple[Fraction, Objective]]:
        """What is maximised: the objective, or its negative."""
        objective = self.objective or Objective((Fraction(1),) * len(self.payoffs))
        return [(Fraction(-1 if self.minimises else 1), objective)]


def _shape_of(value: Any, where: str) -> tuple[int, ...]:
    """The lengths of nested lists along their first entries."""
    found: list[int] = []
    while isinstance(value, (list, tuple)):
        found.append(len(items(value, where)))
        value = value[0]
    return (*found, *map(int, getattr(value, "shape", ())))


def _flat(value: object, where: str, shape: Sequence[int]) -> list[object]:
    entries = items(value, where, shape[0])
    if len(shape) == 1:
        return list(entries)
    return [one for k, entry in enumerate(entries) for one in _flat(entry, f"{where}[{k}]", shape[1:])]
