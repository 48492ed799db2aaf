"""What a transport problem states: masses, what pairs are worth, and conditions beside the marginals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, Final, Self

from dual.errors import InputError
from dual.names import labels, words
from dual.numbers.arrays import Array
from dual.numbers.exact import Matrix, Vector, items, number, vector
from dual.numbers.masses import listed_masses, masses, nonnegative
from dual.numbers.sums import total
from dual.statement import Record, Statement, Witness, stated

from .worth import Pairs, Points, Worth, read_positions, read_worth, turned

_ROUNDED: Final = Fraction(1, 10**9)
"""How far, relative to the total, the totals of floats may miss each other."""


def levelled(sides: Sequence[Vector], given: Iterable[object]) -> tuple[Vector, ...]:
    """Masses with the total of the first side, where floats were given whose totals miss it by rounding only."""
    need = total(sides[0])
    if all(total(side) == need for side in sides) or not any(isinstance(one, float) for one in given):
        return tuple(sides)
    found = [sides[0]]
    for side in sides[1:]:
        missing = need - total(side)
        largest = side.index(max(side))
        rounded = abs(missing) <= _ROUNDED * need
        found.append(tuple(m + missing * (rounded and j == largest) for j, m in enumerate(side)))
    return tuple(found)


@dataclass(frozen=True, repr=False)
class Martingale(Record):
    """Where sources and targets stand: on average mass is to stay where it comes from."""

    source: Matrix = stated(read_positions, "sources", "where each source stands, a number or a vector")
    target: Matrix = stated(read_positions, "targets", "where each target stands")


@dataclass(frozen=True, repr=False)
class Condition(Record):
    """``lower <= sum of entries times masses <= upper``; a side that is left out does not bind."""

    entries: tuple[tuple[Any, ...], ...] = stated(
        listed_masses, "sources targets", "[source, target, coefficient], ...: others are 0"
    )
    lower: Fraction | None = stated(number, "", "the least that the sum may be", default=None)
    upper: Fraction | None = stated(number, "", "the most that it may be", default=None)
    name: str | None = stated(words, "", "what the condition is called", default=None)


def read_capacity(value: object, where: str, *bounds: int) -> tuple[tuple[Any, ...], ...]:
    """Read the most that pairs may carry, each pair once."""
    read = listed_masses(value, where, *bounds, entry=nonnegative)
    if len({(i, j) for i, j, _ in read}) < len(read):
        raise InputError("a pair stands twice in the list", where)
    return read


@dataclass(frozen=True, kw_only=True, repr=False)
class TransportStatement(Statement):
    """Masses at the sources and targets, and a gain or a cost for each pair; ``source`` describes nothing here."""

    kind = "transport"
    source: Vector = stated(masses, "sources", "masses >= 0 at the sources")  # type: ignore[assignment]
    target: Vector = stated(
        masses, "targets", "masses >= 0 at the targets; where totals differ, the larger side is the most there may be"
    )
    gain: Array | Pairs | None = stated(
        read_worth,
        "sources targets",
        'what a unit of mass gains, maximised: a table, null for a pair that may not be used; or `{"pairs": [[i, j, '
        "gain], ...]}` with the pairs that may",
        default=None,
    )
    cost: Worth | None = stated(
        read_worth,
        "sources targets",
        'instead of a gain: what it costs, minimised; besides `{"metric": m, "source": points, "target": points}`, '
        "where m is `euclidean`, `squared` or `cityblock`",
        default=None,
    )
    mass: Fraction | None = stated(
        nonnegative,
        "",
        "how much is moved in all, no more than is at any source or target (partial transport)",
        default=None,
    )
    capacity: tuple[tuple[Any, ...], ...] = stated(
        read_capacity, "sources targets", "[source, target, most], ...: the most that pairs may carry", default=()
    )
    conditions: tuple[Condition, ...] | None = stated(
        Condition, "conditions", "side conditions on the plan, each an object", default=None
    )
    martingale: Martingale | None = stated(
        Martingale, "", "where mass from each source has to stay on average", default=None
    )
    sources: tuple[str, ...] | None = stated(labels, "sources", "names of the sources", default=None)
    targets: tuple[str, ...] | None = stated(labels, "targets", "names of the targets", default=None)

    def checked(self, found: Mapping[str, object], where: str) -> Self:  # noqa: ARG002 (a statement is read nowhere else)
        """Refuse unless there is a gain or a cost; totals of floats that miss each other by rounding are made equal."""
        if (self.gain is None) == (self.cost is None):
            raise InputError("exactly one of gain and cost is needed", "gain")
        if isinstance(self.gain, Points):
            raise InputError("a metric is a cost", "gain")
        if self.martingale is not None:
            first, second = self.martingale.source, self.martingale.target
            if len(first[0]) != len(second[0]):
                raise InputError(f"points have {len(first[0])} coordinates at the sources", "martingale.target[0]")
        if self.mass is not None:
            return self
        given = [*items(found["source"], "source"), *items(found["target"], "target")]
        source, target = levelled((self.source, self.target), given)
        return self if target == self.target else replace(self, source=source, target=target)

    @cached_property
    def most(self) -> tuple[bool, bool]:
        """Whether the masses of sources and of targets are the most there may be, and not what there has to be."""
        totals = total(self.source), total(self.target)
        if self.mass is not None:
            return True, True
        return (False, False) if totals[0] == totals[1] else (totals[0] > totals[1], totals[1] > totals[0])

    @property
    def plain(self) -> bool:
        """Whether there are two marginals, a full table, and nothing else."""
        extra = self.mass is not None or self.capacity or self.conditions or self.martingale is not None
        return not extra and self.most == (False, False) and isinstance(self.worth, Array)

    @cached_property
    def worth(self) -> Worth:
        """The gain, or the negative cost; of points the cost itself."""
        if self.gain is not None:
            return self.gain
        if self.cost is None:
            raise InputError("a gain or a cost is needed", "gain")
        return self.cost if isinstance(self.cost, Points) else turned(self.cost)

    @property
    def table(self) -> Array:
        """The gains as a full table."""
        if not isinstance(self.worth, Array):
            raise InputError("a full table is needed here", "cost" if self.gain is None else "gain")
        return self.worth


@dataclass(frozen=True, repr=False)
class Coupling(Witness):
    """A plan: masses >= 0 with the marginals source and target."""

    plan: tuple[tuple[Any, ...], ...] = stated(listed_masses, "sources targets", "masses by source and target")


@dataclass(frozen=True, repr=False)
class Potentials(Record):
    """A number for each source and each target."""

    source: Vector = stated(vector, "sources", "f")
    target: Vector = stated(vector, "targets", "g")


@dataclass(frozen=True, repr=False)
class Prices(Witness):
    """Potentials, and prices of what else is asked, that together majorise the gain."""

    potentials: Potentials = stated(Potentials, "", "f and g with f[i] + g[j] >= gain[i][j]")
    mass: Fraction | None = stated(number, "", "the price of the mass moved, if it is given", default=None)
    capacity: tuple[tuple[Any, ...], ...] = stated(
        listed_masses, "sources targets", "[source, target, price >= 0] of pairs with a limit", default=()
    )
    conditions: Vector | None = stated(vector, "conditions", "the price of each side condition", default=None)
    martingale: Matrix | None = stated(
        read_positions, "sources", "for each source the slope of what moving its mass away is charged", default=None
    )
