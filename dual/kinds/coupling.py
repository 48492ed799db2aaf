"""Kind ``transport``: couple two discrete measures of equal total mass, as well as possible.

::

    max  sum gain[i][j] m[i][j]   s.t.  sum_j m[i][j] = source[i],  sum_i m[i][j] = target[j],  m >= 0

A ``cost`` is a gain with the opposite sign. Primal witness: a plan. Dual witness: potentials with
``f[i] + g[j] >= gain[i][j]``, which prove ``source . f + target . g``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from operator import mul
from typing import Any, Final, Self

from dual.errors import InputError, Violation
from dual.names import labels
from dual.numbers.arrays import Array, negative, table
from dual.numbers.exact import Vector, items, vector
from dual.numbers.masses import listed_masses, masses
from dual.proofs.majorant import first_excess
from dual.statement import Record, Statement, Witness, stated
from dual.verdict import Kind
from dual.words import brief

_ROUNDED: Final = Fraction(1, 10**9)
"""How far, relative to the total, the totals of floats may miss each other."""


@dataclass(frozen=True, kw_only=True, repr=False)
class TransportStatement(Statement):
    """Masses at the sources and targets, and a gain or a cost for each pair; ``source`` describes nothing here."""

    kind = "transport"
    source: Vector = stated(masses, "sources", "masses >= 0 at the sources")  # type: ignore[assignment]
    target: Vector = stated(masses, "targets", "masses >= 0 at the targets, of the same total")
    gain: Array | None = stated(table, "sources targets", "what a unit of mass gains, maximised", default=None)
    cost: Array | None = stated(table, "sources targets", "instead of a gain: what it costs, minimised", default=None)
    sources: tuple[str, ...] | None = stated(labels, "sources", "names of the sources", default=None)
    targets: tuple[str, ...] | None = stated(labels, "targets", "names of the targets", default=None)

    def checked(self, found: Mapping[str, object], where: str) -> Self:  # noqa: ARG002 (a statement is read nowhere else)
        """Refuse unless there is a gain or a cost; totals of floats that miss each other by rounding are made equal."""
        if (self.gain is None) == (self.cost is None):
            raise InputError("exactly one of gain and cost is needed", "gain")
        have, need = (sum(side, Fraction(0)) for side in (self.target, self.source))
        if have == need:
            return self
        given = [*items(found["source"], "source"), *items(found["target"], "target")]
        if not any(isinstance(one, float) for one in given) or abs(need - have) > _ROUNDED * need:
            message = f"the masses sum to {brief(have)}, those of source to {brief(need)}; the totals must agree"
            raise InputError(message, "target")
        largest = self.target.index(max(self.target))
        return replace(self, target=tuple(m + (need - have) * (j == largest) for j, m in enumerate(self.target)))

    @cached_property
    def worth(self) -> Array:
        """The gain, or the negative cost."""
        if self.gain is not None:
            return self.gain
        if self.cost is None:
            raise InputError("a gain or a cost is needed", "gain")
        return negative(self.cost)


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
    """Potentials with ``f[i] + g[j] >= gain[i][j]``."""

    potentials: Potentials = stated(Potentials, "", "f and g with f[i] + g[j] >= gain[i][j]")


def lower(statement: TransportStatement, primal: Coupling) -> Fraction:
    """The gain of a plan with the right marginals."""
    rows, columns = ([Fraction(0)] * len(side) for side in (statement.source, statement.target))
    value = Fraction(0)
    for k, (i, j, mass) in enumerate(primal.plan):
        if mass < 0:
            raise Violation(f"primal.plan[{k}]: the mass {brief(mass)} is negative")
        rows[i] += mass
        columns[j] += mass
        value += statement.worth.at(i, j) * mass
    for name, sums, wanted in (("source", rows, statement.source), ("target", columns, statement.target)):
        for k, (placed, mass) in enumerate(zip(sums, wanted, strict=True)):
            if placed != mass:
                raise Violation(f"the plan's masses at {name} {k} sum to {brief(placed)}, not to {brief(mass)}")
    return value


def bound(statement: TransportStatement, dual: Prices) -> Fraction:
    """What potentials prove once they majorise the gain."""
    f, g = dual.potentials.source, dual.potentials.target
    return sum(map(mul, statement.source, f), Fraction(0)) + sum(map(mul, statement.target, g), Fraction(0))


def upper(statement: TransportStatement, dual: Prices) -> Fraction:
    """The bound ``source . f + target . g``, once the potentials majorise the gain."""
    f, g = dual.potentials.source, dual.potentials.target
    excess = first_excess(statement.worth, f, g)
    if excess is not None:
        i, j = excess
        raise Violation(
            f"gain[{i}][{j}] = {brief(statement.worth.at(i, j))} > {brief(f[i] + g[j])} = potentials.source[{i}] + "
            f"potentials.target[{j}]"
        )
    return bound(statement, dual)


KIND = Kind(
    "transport", TransportStatement.read, lower, upper, primal=Coupling.read, dual=Prices.read, varies=lambda _: True
)
