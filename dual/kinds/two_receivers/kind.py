"""Kind ``two-receiver``: a binary state, two receivers who are told different things, utilities of both posteriors.

With m_s(x, y) the mass of state s (l or h) at posteriors x and y of state h, the value is that of::

    max  sum u_l m_l + u_h m_h     total masses 1-p and p,  m >= 0,
    s.t. x m_l(x, all y) = (1-x) m_h(x, all y)  for every x,  and likewise for every y

(Arieli, Babichenko and Sandomirskiy, Persuasion as Transportation). Primal witness: such a plan. Dual witness: V,
alpha1 and alpha2 with ``u_l <= V_l + x alpha1 + y alpha2`` and ``u_h <= V_h - (1-x) alpha1 - (1-y) alpha2``: they prove
the bound ``(1-p) V_l + p V_h``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from operator import mul
from typing import NoReturn

from dual.errors import InputError, Violation
from dual.functions.expression import Expression
from dual.limits import steps
from dual.numbers.arrays import Array, read_array
from dual.numbers.exact import brief, index, items, number, over_common_denominator, probability, vector
from dual.numbers.interval import interval
from dual.proofs.majorant import first_excess
from dual.statement import Statement, fields, instance_fields
from dual.verdict import Kind

Vector = tuple[Fraction, ...]
Utility = Array | Expression
STATES = ("l", "h")
DOMAINS = ("grid", "square")
Plan = tuple[dict[tuple[int, int], Fraction], dict[tuple[int, int], Fraction]]


@dataclass(frozen=True, kw_only=True)
class TwoReceiverStatement(Statement):
    """The prior of state h, the posteriors each receiver may hold, and the utility of both in either state."""

    kind = "two-receiver"
    prior: Fraction
    x: Vector
    y: Vector
    low: Utility
    high: Utility
    domain: str = "grid"

    @property
    def masses(self) -> tuple[Fraction, Fraction]:
        """The probabilities of the states l and h."""
        return 1 - self.prior, self.prior

    @cached_property
    def tables(self) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
        """For either state the utilities on the grid, from below and from above (equal where they are rational)."""
        low = self._table(self.low)
        return low, low if self.high == self.low else self._table(self.high)

    def _table(self, utility: Utility) -> tuple[Array, Array]:
        if isinstance(utility, Array):
            return utility, utility
        shape = (len(self.x), len(self.y))
        # A character of an expression takes some thirty steps at every point, where series are summed two hundred.
        series = any(name in utility.text for name in ("exp", "log", "sqrt", "sin", "cos"))
        work = (200 if series else 30) * len(utility.text) * shape[0] * shape[1]
        steps(work, f"evaluating a utility at {shape[0]:,} x {shape[1]:,} points")
        pairs = [ends(utility, x, y) for x in self.x for y in self.y]
        below = Array(shape, *_joined([low for low, _ in pairs]))
        if all(low == high for low, high in pairs):
            return below, below
        return below, Array(shape, *_joined([high for _, high in pairs]))

    def worth(self, state: int, first: object, second: object) -> Fraction:
        """The utility, from below, where a plan has mass: at grid indices, or at posteriors on the square."""
        utility = self.high if state else self.low
        if self.domain == "square" and isinstance(utility, Expression):
            return ends(utility, number(first), number(second))[0]
        i, j = int(number(first)), int(number(second))
        # A plan has mass at a few of the cells only.
        return ends(utility, self.x[i], self.y[j])[0] if isinstance(utility, Expression) else utility.at(i, j)

    def document(self) -> dict[str, object]:
        """The instance as its file holds it."""
        found = super().document()
        for name in ("x", "y", "low", "high", "domain"):
            del found[name]
        if self.x:
            found["grid"] = {"x": list(map(str, self.x)), "y": list(map(str, self.y))}
        found["utility"] = {name: _written(entry) for name, entry in zip(STATES, (self.low, self.high), strict=True)}
        if self.domain != "grid":
            found["domain"] = self.domain
        return found


def ends(utility: Expression, *point: Fraction) -> tuple[Fraction, Fraction]:
    """The utility at a point from below and from above; the same where it is known to be rational."""
    enclosed = utility.enclose([interval(side) for side in point])
    return enclosed.lower, enclosed.upper


def _joined(values: Sequence[Fraction]) -> tuple[tuple[int, ...], int]:
    numerators, denominator = over_common_denominator(values)
    return tuple(numerators), denominator


def _written(utility: Utility) -> object:
    return utility.text if isinstance(utility, Expression) else utility.plain()


def parse(raw: Mapping[str, object]) -> TwoReceiverStatement:
    """Read a ``two-receiver`` instance."""
    found, description = instance_fields(raw, ["prior", "utility"], ["grid", "domain"])
    prior = probability(found["prior"], "prior")
    if not 0 <= prior <= 1:
        raise InputError(f"{brief(prior)} is not a probability; it must lie in [0, 1]", "prior")
    domain = found.get("domain", "grid")
    if domain not in DOMAINS:
        raise InputError(f'"{str(domain)[:20]}" is no domain; write "grid" or "square"', "domain")
    x: Vector = ()
    y: Vector = ()
    if "grid" in found or domain == "grid":
        if "grid" not in found:
            raise InputError('the field is missing; only the domain "square" needs no grid', "grid")
        grid = fields(found["grid"], ["x", "y"], where="grid")
        x, y = (_axis(grid[name], f"grid.{name}", prior) for name in ("x", "y"))
    utility = fields(found["utility"], list(STATES), where="utility")
    read = [_utility(utility[name], f"utility.{name}", (len(x), len(y)), str(domain)) for name in STATES]
    return TwoReceiverStatement(prior=prior, x=x, y=y, low=read[0], high=read[1], domain=str(domain), **description)


def _axis(value: object, where: str, prior: Fraction) -> Vector:
    points = vector(value, where, entry=probability)
    for k, point in enumerate(points):
        if not 0 <= point <= 1:
            raise InputError(f"{brief(point)} is not a posterior; it must lie in [0, 1]", f"{where}[{k}]")
    for k, (one, next_one) in enumerate(pairwise(points)):
        if one >= next_one:
            raise InputError(f"{brief(next_one)} does not exceed the point before it", f"{where}[{k + 1}]")
    if not points[0] <= prior <= points[-1]:
        raise InputError(
            f"the prior {brief(prior)} lies outside [{brief(points[0])}, {brief(points[-1])}], "
            "so no beliefs on this grid average to it",
            where,
        )
    return points


def _utility(value: object, where: str, shape: tuple[int, int], domain: str) -> Utility:
    if isinstance(value, Expression):
        return value
    if isinstance(value, str):
        return Expression.parse(value, ["x", "y"], where)
    if domain == "square":
        raise InputError("on the square a utility is an expression in x and y", where)
    return read_array(value, where, shape)


def plan(statement: TwoReceiverStatement, raw: object) -> Plan:
    """Read a plan; refuse it unless its masses are nonnegative, of the right totals, and admissible to both."""
    found = fields(fields(raw, ["plan"], where="primal")["plan"], list(STATES), where="primal.plan")
    shape = len(statement.x), len(statement.y)
    masses: Plan = ({}, {})
    for state, name, total in zip(masses, STATES, statement.masses, strict=True):
        where = f"primal.plan.{name}"
        for k, item in enumerate(items(found[name], where, empty=True)):
            i, j, mass = items(item, f"{where}[{k}]", 3)
            place = index(i, f"{where}[{k}][0]", shape[0]), index(j, f"{where}[{k}][1]", shape[1])
            value = number(mass, f"{where}[{k}][2]")
            if value < 0:
                raise Violation(f"{where}[{k}]: the mass {brief(value)} is negative")
            state[place] = state.get(place, Fraction(0)) + value
        placed = sum(state.values(), Fraction(0))
        if placed != total:
            raise Violation(f"the masses in state {name} sum to {brief(placed)}, its probability is {brief(total)}")
    for receiver, points in enumerate((statement.x, statement.y)):
        admissible(masses, receiver, points)
    return masses


def admissible(masses: Plan, receiver: int, points: Vector) -> None:
    """Refuse a plan under which a receiver's messages would lead to other posteriors than the plan says."""
    low, high = ([Fraction(0)] * len(points) for _ in STATES)
    for marginal, state in zip((low, high), masses, strict=True):
        for place, mass in state.items():
            marginal[place[receiver]] += mass
    for k, point in enumerate(points):
        if (low[k] or high[k]) and point * low[k] != (1 - point) * high[k]:
            raise Violation(
                f"receiver {receiver + 1} at posterior {brief(point)} (index {k}): "
                f"the mass of l times {brief(point)} is {brief(point * low[k])}, "
                f"the mass of h times {brief(1 - point)} is {brief((1 - point) * high[k])}"
            )


def lower(statement: TwoReceiverStatement, primal: object) -> Fraction:
    """The expected utility of an admissible plan."""
    if statement.domain == "square":
        from . import square

        return square.lower(statement, primal)
    masses = plan(statement, primal)
    return sum(
        (statement.worth(state, *place) * mass
         for state, atoms in enumerate(masses)
         for place, mass in atoms.items() if mass),
        Fraction(0),
    )  # fmt: skip


@dataclass(frozen=True)
class Potentials:
    """A dual witness on a grid: ``V`` for both states, a potential for each receiver's posteriors."""

    V: Vector
    alpha1: Vector
    alpha2: Vector

    def sides(self, statement: TwoReceiverStatement) -> list[tuple[Vector, Vector]]:
        """For either state vectors r and c such that the utility at (i, j) must not exceed ``r[i] + c[j]``."""
        (low, high), x, y = self.V, statement.x, statement.y
        return [
            (
                tuple(low + point * a for point, a in zip(x, self.alpha1, strict=True)),
                tuple(map(mul, y, self.alpha2)),
            ),
            (
                tuple(high - (1 - point) * a for point, a in zip(x, self.alpha1, strict=True)),
                tuple((point - 1) * a for point, a in zip(y, self.alpha2, strict=True)),
            ),
        ]

    def bound(self, statement: TwoReceiverStatement) -> Fraction:
        """What the potentials prove once they majorise."""
        return sum(map(mul, statement.masses, self.V), Fraction(0))


def potentials(statement: TwoReceiverStatement, raw: object) -> Potentials:
    """Read a dual witness on the grid."""
    found = fields(raw, ["V", "alpha1", "alpha2"], where="dual")
    return Potentials(
        vector(found["V"], "dual.V", 2),
        vector(found["alpha1"], "dual.alpha1", len(statement.x)),
        vector(found["alpha2"], "dual.alpha2", len(statement.y)),
    )


def upper(statement: TwoReceiverStatement, dual: object) -> Fraction:
    """The bound ``(1-p) V_l + p V_h``, once the potentials majorise both utilities."""
    if statement.domain == "square":
        from . import square

        return square.upper(statement, dual)
    found = potentials(statement, dual)
    for state, ((_, above), (r, c)) in enumerate(zip(statement.tables, found.sides(statement), strict=True)):
        excess = first_excess(above, r, c)
        if excess is not None:
            refuse_excess(statement, above.at(*excess), r, c, state, excess)
    return found.bound(statement)


def refuse_excess(
    statement: TwoReceiverStatement, worth: Fraction, r: Vector, c: Vector, state: int, cell: tuple[int, int]
) -> NoReturn:
    """Refuse because at a cell the utility is worth more than ``r[i] + c[j]``."""
    i, j = cell
    signs = ("+ x alpha1 + y alpha2", "- (1-x) alpha1 - (1-y) alpha2")
    raise Violation(
        f"u_{STATES[state]}[{i}][{j}] = {brief(worth)} > {brief(r[i] + c[j])} = "
        f"V_{STATES[state]} {signs[state]} at x = {brief(statement.x[i])}, y = {brief(statement.y[j])}"
    )


KIND = Kind("two-receiver", parse, lower, upper)
