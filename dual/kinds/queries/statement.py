"""What an instance with queries says: types who differ in how much convinces them, and what may be asked.

Two actions. With two states, no type likes action 1 less in state 1 or more in state 0, and the sender gains from it.
Type t acts on a message x iff ``x(1) >= kappa_t x(0)``, where kappa_t is what she loses in state 0 over what she gains
in state 1, beliefs included. The query "would she act on this message?" is a threshold on kappa. With three states and
more, types have to be in order by the messages that convince them (:mod:`dual.kinds.queries.layers`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from typing import Any, Final, Self

from dual.errors import InputError
from dual.kinds.informed.statement import TypedStatement, by_type
from dual.limits import steps
from dual.numbers.choices import choice
from dual.numbers.exact import index, items, number, probability
from dual.numbers.masses import nonnegative
from dual.statement import stated
from dual.words import brief

from . import nested
from .order import Order, ordered

MODES: Final = ("set", "adaptive")
MOST_QUERIES: Final = 10**6
"""More queries than anybody can have types."""
Partition = tuple[int | str, ...]


def read_queries(raw: object, where: str) -> int:
    """Read how many queries may be asked."""
    found = number(raw, where)
    if found.denominator != 1 or not 0 <= found <= MOST_QUERIES:
        raise InputError(f"{brief(found)} is no number of queries from 0 to {MOST_QUERIES:,}", where)
    return int(found)


def read_noise(raw: object, where: str) -> Fraction:
    """Read how likely an answer is wrong."""
    found = probability(raw, where)
    if not 0 <= found <= 1:
        raise InputError(f"{brief(found)} is no probability", where)
    return found


def read_partitions(raw: object, where: str, beliefs: Any, joint: Any) -> tuple[Partition, ...]:
    """Read for each query a label for each type: a number or a word; equal ones get the same answer."""
    types = len(beliefs if beliefs is not None else joint or ())
    found = []
    for k, entry in enumerate(items(raw, where)):
        own: list[int | str] = []
        for t, label in enumerate(items(entry, f"{where}[{k}]", types)):
            own.append(label if isinstance(label, str) else index(label, f"{where}[{k}][{t}]", 10**9))
        found.append(tuple(own))
    return tuple(found)


@dataclass(frozen=True, kw_only=True, repr=False)
class SimulationStatement(TypedStatement):
    """How many queries to a simulator of the receiver, and what they cost."""

    kind = "simulation"
    queries: int | None = stated(
        read_queries, "", "at most so many queries; no limit if left out, which needs a cost", default=None
    )
    mode: str = stated(
        partial(choice, known=MODES),
        "",
        "whether all queries are chosen at first, or each after the answers to those before",
        default="set",
    )
    cost: Fraction | None = stated(nonnegative, "", "what a query costs that is asked", default=None)
    noise: Fraction | None = stated(
        read_noise, "", "how likely each answer is wrong, independently of the others", default=None
    )
    partitions: tuple[Partition, ...] | None = stated(
        read_partitions,
        "",
        "instead of thresholds the queries that there are, each a label for every type, equal where answers are",
        default=None,
        after="beliefs joint",
    )

    def checked(self, found: Mapping[str, object], where: str) -> Self:
        """The types are ordered by what convinces them, and the options go together."""
        super().checked(found, where)
        if self.state_count < 2 or self.action_count != 2:
            raise InputError(
                f"queries need two states or more and two actions, there are {self.state_count} and "
                f"{self.action_count}",
                "receiver",
            )
        if self.state_count > 2:
            self._require_order()
        else:
            self._require_thresholds()
        if self.queries is None and self.cost is None:
            raise InputError("the field is missing; without a limit queries need a cost", "queries")
        for name in ("noise", "partitions"):
            if getattr(self, name) is not None and self.state_count > 2:
                raise InputError(f"this is solved for two states only, there are {self.state_count}", name)
            if getattr(self, name) is not None and self.mode == "adaptive":
                raise InputError(f"adaptive queries with {name} are not solved; leave one of the two out", name)
        if self.noise is not None and self.queries is None:
            raise InputError("the field is missing; noisy queries need a limit, as each of them tells more", "queries")
        if self.noise is not None and self.partitions is not None:
            raise InputError("noisy partitions are not solved; leave one of the two out", "noise")
        return self

    def _require_order(self) -> None:
        """With three states and more, the messages that convince one type are among those that convince the next."""
        _, apart = self._grouped
        if apart is not None:
            raise InputError(
                f"types {apart[0]} and {apart[1]} have no order: some message convinces the one alone, and some the "
                "other; with more than two states queries need types in order",
                "receiver",
            )
        own = by_type(self.sender, self.type_count) if isinstance(self.sender[0][0], tuple) else (self.sender,)
        for t, payoff in enumerate(own):
            if any(row[1] < row[0] for row in payoff):
                place = f"sender[{t}]" if len(own) > 1 else "sender"
                raise InputError("the sender has to gain from action 1 in every state", place)

    def _require_thresholds(self) -> None:
        """With two states, all types like action 1 in state 1, and the sender likes it always."""
        for name, table in (("receiver", self.receiver), ("sender", self.sender)):
            own = by_type(table, self.type_count) if isinstance(table[0][0], tuple) else (table,)
            for t, payoff in enumerate(own):
                place = f"{name}[{t}]" if isinstance(table[0][0], tuple) else name
                bad, good = (row[1] - row[0] for row in payoff)
                if name == "receiver" and (bad > 0 or good < 0):
                    raise InputError("action 1 has to be no worse in state 1 and no better in state 0", place)
                if name == "sender" and (bad < 0 or good < 0):
                    raise InputError("the sender has to gain from action 1 in both states", place)

    @cached_property
    def _grouped(self) -> tuple[list[list[int]], tuple[int, int] | None]:
        own = self.own[0]
        steps(60 * self.type_count * self.state_count, f"sorting {self.type_count} types")
        return nested.ordered([[y - x for x, y in zip(*table, strict=True)] for table in own])

    @property
    def groups(self) -> list[list[int]]:
        """The types from the most reluctant to the readiest, those whom the same messages convince together."""
        return self.order.members if self.state_count == 2 else self._grouped[0]

    @cached_property
    def order(self) -> Order:
        """The types from the most reluctant to the readiest, those with one threshold together."""
        (gains, unit), (own, _) = self.gains, self.own
        likes = [(table[1][1] - table[0][1], table[0][0] - table[1][0]) for table in own]
        longest = max(unit, max(map(max, likes)) ** 2)
        steps(20 * self.type_count, f"sorting {self.type_count} types", longest)
        high = [table[1][1] - table[0][1] for table in gains]
        low = [table[1][0] - table[0][0] for table in gains]
        return ordered(likes, high, low, unit)

    @cached_property
    def otherwise(self) -> Fraction:
        """What the sender gets if nobody acts."""
        gains, unit = self.gains
        return Fraction(sum(sum(table[0]) for table in gains), unit)

    @property
    def price(self) -> Fraction:
        """What a query costs."""
        return Fraction(0) if self.cost is None else self.cost

    @property
    def most(self) -> int:
        """More queries than this tell nothing new: as many thresholds as separate all types, or all partitions."""
        ways = len(self.groups) - 1 if self.partitions is None else len(self.partitions)
        if self.noise:
            ways = MOST_QUERIES
        return ways if self.queries is None else min(self.queries, ways)

    @property
    def cells(self) -> int:
        """At most so many cells can be told apart by cuts: adaptive queries reach 2^K of them."""
        count = len(self.groups)
        if self.queries is None:
            return count
        if self.mode == "adaptive":
            return min(1 << min(self.queries, count.bit_length()), count)
        return min(self.queries + 1, count)
