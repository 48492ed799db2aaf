"""What an instance with informed receivers says: what each type believes, what everybody wants.

Two tables of masses decide everything, for each type t, state s and action a::

    gains   c_t(s, a) = law(t, s) sender_t(s, a)         what the sender gets, times how likely t and s are
    own     g_t(s, a) = belief_t(s) receiver_t(s, a)     what the type gets, as she weighs the states

With ``beliefs`` alone ``law(t, s) = weights[t] belief_t(s)``; a ``joint`` law alone is every type's belief, too (that
its rows do not sum to one changes nothing). With both, priors differ: the sender evaluates by her law, types decide by
their beliefs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, partial
from itertools import repeat
from math import lcm
from operator import mul
from typing import ClassVar, Final, Self

from dual.errors import InputError
from dual.limits import numbers, steps
from dual.names import labels
from dual.numbers.choices import choice
from dual.numbers.exact import Matrix, Vector, distribution, items, matrix, over_common_denominator, probability, vector
from dual.statement import Lengths, Statement, stated, stated_fields
from dual.words import brief, plain

from .segment import Table, curve

DISCLOSURES: Final = ("public", "menu")
LONG: Final = 12_000
"""Bits that the denominator of all gains may have: some 3,600 digits, so that prices can still be written."""
FINE: Final = 384
"""Bits that gains keep where their denominator would be longer: a thousand types or a million, what is lost then is
beyond the hundredth digit, and sums stay short."""
Payoffs = Matrix | tuple[Matrix, ...]


def read_beliefs(raw: object, where: str, types: int | None, states: int | None) -> Matrix:
    """Read a belief for each type; a number p alone is the belief (1-p, p) about two states."""
    found = []
    for t, entry in enumerate(items(raw, where, types)):
        place = f"{where}[{t}]"
        if _is_list(entry):
            found.append(distribution(entry, place, states))
        else:
            p = probability(entry, place)
            if not 0 <= p.numerator <= p.denominator:
                raise InputError(f"{brief(p)} is no probability", place)
            found.append((1 - p, p))
        if len(found[t]) != len(found[0]):
            raise InputError(f"{where}[0] is about {len(found[0])} states, this belief about {len(found[t])}", place)
    return tuple(found)


def read_joint(raw: object, where: str, types: int | None, states: int | None) -> Matrix:
    """Read probabilities of type and state that sum to one together."""
    rows = [items(row, f"{where}[{t}]", states) for t, row in enumerate(items(raw, where, types, what="rows"))]
    for t, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise InputError(f"this row has {len(row)} entries, but {where}[0] has {len(rows[0])}", f"{where}[{t}]")
    width = len(rows[0])
    flat = distribution([entry for row in rows for entry in row], where)
    return tuple(flat[t * width : (t + 1) * width] for t in range(len(rows)))


def read_payoffs(raw: object, where: str, beliefs: Matrix | None, joint: Matrix | None) -> Payoffs:
    """Read ``[s][a]``, or ``[t][s][a]`` where payoffs depend on the type."""
    known = beliefs if beliefs is not None else joint
    if known is None:
        raise InputError("the field is missing; types need beliefs, or a joint law with the states", "beliefs")
    rows = items(raw, where)
    first = items(rows[0], f"{where}[0]")
    if first and _is_list(first[0]):
        listed = items(raw, where, len(known), what="types")
        return tuple(matrix(one, f"{where}[{t}]", len(known[0])) for t, one in enumerate(listed))
    return matrix(raw, where, len(known[0]))


@dataclass(frozen=True, kw_only=True, repr=False)
class TypedStatement(Statement):
    """Receivers of several types, and what they and the sender want."""

    beliefs: Matrix | None = stated(
        read_beliefs,
        "types states",
        "what each type believes; for two states a number alone is P(state 1); left out, it is the joint law's",
        default=None,
    )
    joint: Matrix | None = stated(
        read_joint,
        "types states",
        "the sender's law of types and states, summing to one; with beliefs besides, priors differ",
        default=None,
    )
    weights: Vector | None = stated(
        distribution, "types", "probabilities of the types, equal ones if left out; not with a joint law", default=None
    )
    receiver: Payoffs = stated(
        read_payoffs, "", "[s][a], or [t][s][a]: the receivers' payoffs, of each type", after="beliefs joint"
    )
    sender: Payoffs = stated(read_payoffs, "", "[s][a], or [t][s][a]: the sender's payoffs", after="beliefs joint")
    types: tuple[str, ...] | None = stated(labels, "types", "names of the types", default=None)
    states: tuple[str, ...] | None = stated(labels, "states", "names of the states", default=None)
    actions: tuple[str, ...] | None = stated(labels, "actions", "names of the actions", default=None)

    def checked(self, found: Mapping[str, object], where: str) -> Self:  # noqa: ARG002 (what is read says it all)
        """The tables have one number of actions, and every type has a posterior after every message."""
        if self.joint is not None and self.weights is not None:
            raise InputError("a joint law holds the weights of the types; leave one of the two out", "weights")
        for name, table in (("receiver", self.receiver), ("sender", self.sender)):
            for t, row in enumerate(own[0] for own in by_type(table, 1 if _shared(table) else len(table))):
                if len(row) != self.action_count:
                    place = name if _shared(table) else f"{name}[{t}]"
                    raise InputError(f"there are {len(row)} actions here, {self.action_count} in receiver", place)
        if self.actions is not None and len(self.actions) != self.action_count:
            raise InputError(f"{len(self.actions)} names for {self.action_count} actions", "actions")
        if self.joint is not None and self.beliefs is not None:
            for t, (law, belief) in enumerate(zip(self.joint, self.beliefs, strict=True)):
                for s, (mass, own) in enumerate(zip(law, belief, strict=True)):
                    if mass and own <= 0:
                        raise InputError(
                            f"type {t} rules state {s} out, but the law gives it {brief(mass)}: after a message sent "
                            "only there she would have no posterior",
                            f"beliefs[{t}][{s}]",
                        )
        return self

    @property
    def trusted(self) -> Matrix:
        """What each type goes by: her belief, or her row of the joint law."""
        known = self.beliefs if self.beliefs is not None else self.joint
        return known if known is not None else ()

    @property
    def type_count(self) -> int:
        """How many types there are."""
        return len(self.trusted)

    @property
    def state_count(self) -> int:
        """How many states there are."""
        return len(self.trusted[0])

    @property
    def action_count(self) -> int:
        """How many actions there are."""
        return len(self.receiver[0]) if _shared(self.receiver) else len(self.receiver[0][0])  # type: ignore[arg-type]

    def document(self) -> dict[str, object]:
        """The instance as its file holds it; beliefs about two states as numbers alone."""
        found = {entry.name: getattr(self, entry.name) for entry in stated_fields(type(self))}
        if self.beliefs is not None and self.state_count == 2:
            found["beliefs"] = [belief[1] for belief in self.beliefs]
        return {"kind": self.kind, **{name: plain(value) for name, value in found.items() if value is not None}}

    def lengths(self) -> Lengths:
        """How many types, states and actions there are."""
        return {"types": self.type_count, "states": self.state_count, "actions": self.action_count}

    @cached_property
    def law(self) -> Matrix:
        """The sender's law of types and states."""
        if self.joint is not None:
            return self.joint
        return tuple(tuple(w * p for p in belief) for w, belief in zip(self._shares, self.trusted, strict=True))

    @property
    def _shares(self) -> Vector:
        """The weights of the types, without a joint law."""
        return self.weights if self.weights is not None else (Fraction(1, self.type_count),) * self.type_count

    @cached_property
    def _chances(self) -> list[tuple[list[int], int]]:
        """What each type goes by as integers, with what they are divided by."""
        return [over_common_denominator(row) for row in self.trusted]

    @cached_property
    def own(self) -> tuple[Table, list[int]]:
        """``g_t(s, a)`` as integers ``[t][a][s]``, and for each type what they are divided by."""
        found, units = [], []
        for (chances, unit), (columns, own) in zip(
            self._chances, _columns(self.receiver, self.type_count), strict=True
        ):
            found.append([list(map(mul, chances, column)) for column in columns])
            units.append(unit * own)
        return found, units

    @cached_property
    def gains(self) -> tuple[Table, int]:
        """``c_t(s, a)`` as integers ``[t][a][s]``, and what all of them are divided by.

        Where a common denominator would be too long they are rounded down, so that what an experiment is found to give
        it gives; what bounds the instance :attr:`above` bounds this one.
        """
        tables, unit = self._gains
        if unit:
            return [
                table if unit == own else [[x * (unit // own) for x in row] for row in table] for table, own in tables
            ], unit
        # FINE bits behind the leading one of the largest gain
        longest = max((abs(x).bit_length() - own.bit_length() for table, own in tables for row in table for x in row))
        unit = 1 << max(0, FINE - longest)
        side = -1 if self._up else 1
        return [[[side * (side * x * unit // own) for x in row] for row in table] for table, own in tables], unit

    @cached_property
    def _gains(self) -> tuple[list[tuple[list[list[int]], int]], int]:
        """Gains of each type with what they are divided by, and a common multiple of that; 0 if it is too long."""
        joint = self.joint
        chances = self._chances if joint is None or self.beliefs is None else map(over_common_denominator, joint)
        shares = self._shares if joint is None else (Fraction(1),) * self.type_count
        found, common = [], 1
        for (row, unit), share, (columns, own) in zip(
            chances, shares, _columns(self.sender, self.type_count), strict=True
        ):
            weights = row if share.numerator == 1 else [share.numerator * x for x in row]
            divided = unit * share.denominator * own
            found.append(([list(map(mul, weights, column)) for column in columns], divided))
            if common and common % divided:
                common = lcm(common, divided)
                if common.bit_length() > LONG:
                    common = 0
        count = self.type_count * self.state_count * self.action_count
        steps(8 * count, f"the gains of {self.type_count} types over one denominator", common)
        numbers(count * (1 + (common.bit_length() or FINE) // 256), f"the gains of {self.type_count} types")
        return found, common

    _up: ClassVar[bool] = False

    @cached_property
    def above(self) -> Self:
        """The instance itself, but that its gains are rounded up where they are rounded down."""
        if self._gains[1] or self._up:
            return self
        found = replace(self)
        alike = {name: value for name, value in vars(self).items() if name in ("own", "_chances", "_gains")}
        vars(found).update(alike, _up=True)
        return found

    @cached_property
    def curve(self) -> list[tuple[int, int, int]]:
        """For two states, f from the message that is sent in state 0 alone to the one in state 1 alone."""
        return curve(self.own[0], self.gains[0])


def _is_list(value: object) -> bool:
    return isinstance(value, (list, tuple)) or bool(getattr(value, "shape", ()))


def _shared(payoffs: Payoffs) -> bool:
    """Whether all types have these payoffs."""
    return not isinstance(payoffs[0][0], tuple)


def by_type(payoffs: Payoffs, types: int) -> Sequence[Matrix]:
    """The payoffs of each type."""
    return (payoffs,) * types if _shared(payoffs) else payoffs  # type: ignore[return-value]


def _columns(payoffs: Payoffs, types: int) -> Iterable[tuple[list[list[int]], int]]:
    """The payoffs of each type by action and state, in integers over one denominator."""
    return repeat(_over_one(payoffs), types) if _shared(payoffs) else map(_over_one, payoffs)  # type: ignore[arg-type]


def _over_one(payoff: Matrix) -> tuple[list[list[int]], int]:
    flat, unit = over_common_denominator([x for state in payoff for x in state])
    return [flat[a :: len(payoff[0])] for a in range(len(payoff[0]))], unit


@dataclass(frozen=True, kw_only=True, repr=False)
class InformedStatement(TypedStatement):
    """One experiment for types that nobody sees, or a menu from which they choose."""

    kind = "informed-persuasion"
    disclosure: str = stated(
        partial(choice, known=DISCLOSURES),
        "",
        "one experiment that all types see, or an experiment for each type, who reports herself",
        default="public",
    )


def read_likelihood(raw: object, where: str, states: int) -> Vector:
    """Read the probability of a message in each state."""
    found = vector(raw, where, states, probability)
    for s, chance in enumerate(found):
        if chance < 0:
            raise InputError(f"{brief(chance)} is negative; a probability lies in [0, 1]", f"{where}[{s}]")
    return found
