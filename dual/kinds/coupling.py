"""Kind ``transport``: couple two discrete measures of equal total mass, as well as possible.

::

    max  sum gain[i][j] m[i][j]   s.t.  sum_j m[i][j] = source[i],  sum_i m[i][j] = target[j],  m >= 0

A ``cost`` is a gain with the opposite sign. Primal witness: a plan. Dual witness: potentials with
``f[i] + g[j] >= gain[i][j]``, which prove ``source . f + target . g``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from operator import mul
from typing import Final

from dual.errors import InputError, Violation
from dual.numbers.arrays import Array, negative, read_array
from dual.numbers.exact import brief, index, items, number, probability, text, vector
from dual.proofs.majorant import first_excess
from dual.statement import Statement, fields, words
from dual.verdict import Kind

Vector = tuple[Fraction, ...]
_ROUNDED: Final = Fraction(1, 10**9)


@dataclass(frozen=True, kw_only=True)
class TransportStatement(Statement):
    """Masses at the sources and targets, and a gain or a cost for each pair."""

    kind = "transport"
    source: Vector  # type: ignore[assignment]
    target: Vector
    gain: Array | None = None
    cost: Array | None = None

    @cached_property
    def worth(self) -> Array:
        """The gain, or the negative cost."""
        if self.gain is not None:
            return self.gain
        if self.cost is None:
            raise InputError("a gain or a cost is needed", "gain")
        return negative(self.cost)


def parse(raw: Mapping[str, object]) -> TransportStatement:
    """Read a ``transport`` instance."""
    # "source" is the masses here, and describes nothing.
    found = fields(raw, ["source", "target"], ["gain", "cost", "kind", "name", "notes"])
    described = {name: words(found.get(name), name) for name in ("name", "notes")}
    if ("gain" in found) == ("cost" in found):
        raise InputError("exactly one of gain and cost is needed", "gain")
    source, target = (_masses(found[name], name) for name in ("source", "target"))
    short = sum(source, Fraction(0)) - sum(target, Fraction(0))
    if short:
        given = [*items(found["source"], "source"), *items(found["target"], "target")]
        if not any(isinstance(one, float) for one in given) or abs(short) > _ROUNDED * sum(source, Fraction(0)):
            raise InputError(
                f"the masses sum to {brief(sum(target, Fraction(0)))}, "
                f"those of source to {brief(sum(source, Fraction(0)))}; the totals must agree",
                "target",
            )
        largest = max(range(len(target)), key=lambda j: target[j])
        target = tuple(mass + short * (j == largest) for j, mass in enumerate(target))
    shape = len(source), len(target)
    return TransportStatement(
        source=source,
        target=target,
        gain=None if "gain" not in found else read_array(found["gain"], "gain", shape),
        cost=None if "cost" not in found else read_array(found["cost"], "cost", shape),
        **described,
    )


def _masses(raw: object, where: str) -> Vector:
    masses = vector(raw, where, entry=probability)
    for k, mass in enumerate(masses):
        if mass < 0:
            raise InputError(f"{text(mass)} is negative; a mass is not", f"{where}[{k}]")
    return masses


def lower(statement: TransportStatement, primal: object) -> Fraction:
    """The gain of a plan with the right marginals."""
    entries = fields(primal, ["plan"], where="primal")["plan"]
    rows, columns = ([Fraction(0)] * len(side) for side in (statement.source, statement.target))
    value = Fraction(0)
    for k, item in enumerate(items(entries, "primal.plan", empty=True)):
        where = f"primal.plan[{k}]"
        first, second, amount = items(item, where, 3)
        i, j = index(first, f"{where}[0]", len(rows)), index(second, f"{where}[1]", len(columns))
        mass = number(amount, f"{where}[2]")
        if mass < 0:
            raise Violation(f"{where}: the mass {brief(mass)} is negative")
        rows[i] += mass
        columns[j] += mass
        value += statement.worth.at(i, j) * mass
    for name, sums, masses in (("source", rows, statement.source), ("target", columns, statement.target)):
        for k, (placed, mass) in enumerate(zip(sums, masses, strict=True)):
            if placed != mass:
                raise Violation(f"the plan's masses at {name} {k} sum to {brief(placed)}, not to {brief(mass)}")
    return value


def potentials(statement: TransportStatement, dual: object) -> tuple[Vector, Vector]:
    """Read a dual witness."""
    found = fields(
        fields(dual, ["potentials"], where="dual")["potentials"], ["source", "target"], where="dual.potentials"
    )
    return (
        vector(found["source"], "dual.potentials.source", len(statement.source)),
        vector(found["target"], "dual.potentials.target", len(statement.target)),
    )


def bound(statement: TransportStatement, f: Vector, g: Vector) -> Fraction:
    """What potentials prove once they majorise the gain."""
    return sum(map(mul, statement.source, f), Fraction(0)) + sum(map(mul, statement.target, g), Fraction(0))


def upper(statement: TransportStatement, dual: object) -> Fraction:
    """The bound ``source . f + target . g``, once the potentials majorise the gain."""
    f, g = potentials(statement, dual)
    excess = first_excess(statement.worth, f, g)
    if excess is not None:
        i, j = excess
        raise Violation(
            f"gain[{i}][{j}] = {brief(statement.worth.at(i, j))} > {brief(f[i] + g[j])} = potentials.source[{i}] + "
            f"potentials.target[{j}]"
        )
    return bound(statement, f, g)


KIND = Kind("transport", parse, lower, upper)
