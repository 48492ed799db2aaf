"""What an instance of kind ``game`` says: players, states, types, and what the AI sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import prod
from typing import Any

from dual.errors import InputError
from dual.numbers.arrays import Array, negative, read_array, stored
from dual.numbers.exact import brief, distribution, index, items, over_common_denominator, vector
from dual.numbers.files import plain
from dual.statement import Statement, fields, instance_fields, labels

Vector = tuple[Fraction, ...]
Profile = tuple[int, ...]
"""One action, or one type, for each player."""

MODES = ("known", "elicited")


@dataclass(frozen=True)
class Objective:
    """A linear objective: a weighted sum of the players' payoffs, or a table ``[s][a1]...[an]``."""

    weights: Vector | None = None
    table: Array | None = None

    def negative(self) -> Objective:
        """The objective with the opposite sign."""
        if self.table is not None:
            return Objective(table=negative(self.table))
        return Objective(weights=tuple(-weight for weight in self.weights or ()))

    def document(self) -> dict[str, object]:
        """The objective as files hold it."""
        return {"weights": self.weights} if self.table is None else {"table": self.table}


@dataclass(frozen=True, kw_only=True)
class GameStatement(Statement):
    """A finite game of incomplete information, what the AI sees, and what is wanted of it."""

    kind = "game"
    prior: Vector
    payoffs: tuple[Array, ...]
    objective: Objective
    goal: str = "max"
    law: Array | None = None
    sees: tuple[int, ...] | tuple[str, ...] | None = None
    signals: tuple[Vector, ...] | None = None
    costs: Vector | None = None
    types: str = "known"
    states: tuple[str, ...] | None = None
    players: tuple[str, ...] | None = None
    actions: tuple[tuple[str, ...], ...] | None = None

    @property
    def shape(self) -> Profile:
        """How many actions each player has."""
        return self.payoffs[0].shape[1:]

    @property
    def type_shape(self) -> Profile:
        """How many types each player has."""
        return (1,) * len(self.payoffs) if self.law is None else self.law.shape[1:]

    @property
    def minimises(self) -> bool:
        """Whether the least value of the objective is asked for."""
        return self.goal == "min"

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

    def document(self) -> dict[str, object]:
        """The instance as its file holds it."""
        found = super().document()
        found["objective"] = plain(self.objective.document())
        return found


OPTIONAL = ("law", "sees", "signals", "costs", "types", "states", "players", "actions")


def parse(raw: Mapping[str, object]) -> GameStatement:
    """Read a ``game`` instance."""
    found, descriptions = instance_fields(raw, ["prior", "payoffs"], ["objective", "goal", *OPTIONAL])
    read: dict[str, Any] = {**game_fields(found), **descriptions}
    objective = read_objective(found.get("objective"), "objective", read["payoffs"])
    goal = one_of(found.get("goal", "max"), "goal", ("max", "min"))
    return GameStatement(objective=objective, goal=goal, **read)


def game_fields(found: Mapping[str, object]) -> dict[str, Any]:
    """Read the fields that say what is played and what the AI sees."""
    prior = distribution(found["prior"], "prior")
    payoffs = _payoffs(found["payoffs"], len(prior))
    shape, players = payoffs[0].shape[1:], len(payoffs)
    if "sees" in found and "signals" in found:
        raise InputError('the AI sees labels ("sees") or noisy signals ("signals"), not both', "signals")
    read: dict[str, Any] = {"prior": prior, "payoffs": payoffs}
    if "law" in found:
        read["law"] = _law(found["law"], len(prior), players)
    if "sees" in found:
        read["sees"] = _sees(found["sees"], len(prior))
    if "signals" in found:
        rows = items(found["signals"], "signals", len(prior))
        width = len(items(rows[0], "signals[0]"))
        read["signals"] = tuple(distribution(row, f"signals[{s}]", width) for s, row in enumerate(rows))
    read["types"] = one_of(found.get("types", "known"), "types", MODES)
    if "costs" in found:
        read["costs"] = vector(found["costs"], "costs", players)
        for i, cost in enumerate(read["costs"]):
            if cost < 0:
                raise InputError(f"{brief(cost)} is negative; a fee is not", f"costs[{i}]")
        if read["types"] == "elicited":
            raise InputError("there are no fees where types are elicited", "costs")
    read["states"] = labels(found.get("states"), "states", len(prior))
    read["players"] = labels(found.get("players"), "players", players)
    if "actions" in found:
        names = items(found["actions"], "actions", players)
        read["actions"] = tuple(
            labels(own, f"actions[{i}]", count) for i, (own, count) in enumerate(zip(names, shape, strict=True))
        )
    return read


def read_objective(raw: object, where: str, payoffs: Sequence[Array]) -> Objective:
    """Read an objective; without one, the sum of all payoffs."""
    if raw is None:
        return Objective(weights=(Fraction(1),) * len(payoffs))
    found = fields(raw, [], ["weights", "table"], where=where)
    if len(found) != 1:
        raise InputError('exactly one of "weights" and "table" is needed', where)
    if "weights" in found:
        return Objective(weights=vector(found["weights"], f"{where}.weights", len(payoffs)))
    return Objective(table=read_array(found["table"], f"{where}.table", payoffs[0].shape))


def one_of(value: object, where: str, known: Sequence[str]) -> str:
    """Read one of a few words."""
    if not isinstance(value, str) or value not in known:
        raise InputError(f"{str(value)[:60]!r} is unknown; write " + " or ".join(f'"{word}"' for word in known), where)
    return value


def _payoffs(raw: Any, states: int) -> tuple[Array, ...]:
    """One tensor ``[s][a1]...[an]`` for each of n players, all of one shape."""
    if isinstance(raw, (Mapping, Array)):
        raw = _slices(stored(raw, "payoffs") if isinstance(raw, Mapping) else raw)
    entries = [
        stored(one, f"payoffs[{i}]") if isinstance(one, Mapping) else one
        for i, one in enumerate(list(raw) if hasattr(raw, "shape") else items(raw, "payoffs"))
    ]
    shapes = [_shape_of(one, f"payoffs[{i}]") for i, one in enumerate(entries)]
    axes = ["states", *(f"player {i}'s actions" for i in range(len(shapes)))]
    for i, shape in enumerate(shapes):
        where = f"payoffs[{i}]"
        if len(shape) != len(axes):
            raise InputError(
                f"player {i}'s payoffs have {len(shape)} axes where {len(axes)} are needed: states and the actions "
                f"of each of the {len(shapes)} players",
                where,
            )
        for axis, length, need in zip(axes, shape, (states, *shapes[0][1:]), strict=True):
            if length != need:
                other = "the prior" if axis == "states" else "player 0's payoffs"
                raise InputError(
                    f"player {i}'s payoffs have length {length} along the axis of {axis}, {other} {need}", where
                )
    return tuple(
        read_array(one, f"payoffs[{i}]", shape) for i, (one, shape) in enumerate(zip(entries, shapes, strict=True))
    )


def _slices(whole: Array) -> list[Array]:
    """One array for each index of the first axis."""
    lines = whole.reshaped((whole.shape[0], len(whole) // whole.shape[0]))
    return [Array(whole.shape[1:], tuple(lines.line(i)), whole.denominator) for i in range(whole.shape[0])]


def _shape_of(value: Any, where: str) -> tuple[int, ...]:
    """The lengths of nested lists along their first entries."""
    found: list[int] = []
    while isinstance(value, (list, tuple)):
        found.append(len(items(value, where)))
        value = value[0]
    return (*found, *map(int, getattr(value, "shape", ())))


def _law(raw: Any, states: int, players: int) -> Array:
    """``P(t1, ..., tn | s)``: for each state a table over the players' types that sums to one."""
    if isinstance(raw, Mapping):
        raw = stored(raw, "law")
    shape = _shape_of(raw, "law")
    if len(shape) != 1 + players or shape[0] != states:
        raise InputError(
            f"the table has shape {shape}; its axes are the {states} states and the types of the {players} players",
            "law",
        )
    size = prod(shape[1:])
    flat: list[Fraction] = []
    for s, entry in enumerate(raw.nested() if isinstance(raw, Array) else items(raw, "law", states)):
        flat += distribution(_flat(entry, f"law[{s}]", shape[1:]), f"law[{s}]", size)
    numerators, unit = over_common_denominator(flat)
    return Array(shape, tuple(numerators), unit)


def _flat(value: object, where: str, shape: Sequence[int]) -> list[object]:
    entries = items(value, where, shape[0])
    if len(shape) == 1:
        return list(entries)
    return [one for k, entry in enumerate(entries) for one in _flat(entry, f"{where}[{k}]", shape[1:])]


def _sees(raw: object, states: int) -> tuple[int, ...] | tuple[str, ...]:
    """What the AI sees in each state: numbers below the number of states, or words; equal ones are not separated."""
    entries = items(raw, "sees", states)
    words = [one for one in entries if isinstance(one, str)]
    if len(words) == states:
        return tuple(words)
    return tuple(index(one, f"sees[{s}]", states) for s, one in enumerate(entries))
