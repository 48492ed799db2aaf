"""Delivery markets from above: bounds on welfare, and markets without equilibrium.

A bound of kind ``lp`` holds u, p, z >= 0 with ``u_i + p_j + z_k >= v_ij - c_kij`` for all triples; no matching has more
welfare than their sum. Welfare is a multiple of one over the data's common denominator, so the sum is rounded down to
it. Without tips the traded pairs of an equilibrium are a heaviest buyer-store matching for the values, so their
weight is at least that of any matching ``heaviest``; with a ``weight`` L >= 0 on this row the inequality is
``u_i + p_j + z_k >= (1 + L) v_ij - c_kij`` and the bound is ``sum u + sum p + sum z - L v(heaviest)``.

A bound of kind ``tree`` holds the same numbers and a tree over the triples that they leave
(:mod:`dual.kinds.delivery.rest`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from dual.errors import InputError, Violation
from dual.words import brief

from .costs import Table, Whole
from .statement import DeliveryStatement
from .witness import Majorants, NoEquilibrium

ZERO = Fraction(0)


def upper(statement: DeliveryStatement, found: Majorants) -> Fraction:
    """The bound on welfare that potentials prove."""
    return rounded(statement, potentials(statement, found).total)


def rounded(statement: DeliveryStatement, bound: Fraction) -> Fraction:
    """The greatest possible welfare that is not above a bound."""
    return Fraction(floor(bound * statement.whole.denominator), statement.whole.denominator)


@dataclass(frozen=True)
class Potentials:
    """Majorising u, p, z, what they sum to, and the row of heaviest matchings with its multiplier."""

    u: Sequence[Fraction]
    p: Sequence[Fraction]
    z: Sequence[Fraction]
    weight: Fraction
    heaviest: Fraction | None

    @property
    def total(self) -> Fraction:
        """The proven upper bound on welfare: ``sum u + sum p + sum z - L v(heaviest)``."""
        return sum(self.u, ZERO) + sum(self.p, ZERO) + sum(self.z, ZERO) - self.weight * (self.heaviest or ZERO)

    def over(self, statement: DeliveryStatement) -> tuple[Whole, list[list[int]], Table]:
        """Statement, potentials and weighted values as integers over one denominator."""
        whole, integers = statement.whole.over(self.u, self.p, self.z, [self.weight])
        over, under = (1 + self.weight).as_integer_ratio()
        return whole, integers, [[entry * over // under for entry in row] for row in whole.values]


def potentials(statement: DeliveryStatement, found: Majorants) -> Potentials:
    """Check that u, p, z majorise every gain."""
    u, p, z = found.buyers, found.stores, found.couriers
    weight, heaviest = found.weight or ZERO, None
    if found.heaviest is not None:
        if statement.tips or statement.objective == "efficient":
            why = "`heaviest` is allowed only where `tips` is false and the objective is an equilibrium"
            raise InputError(why, "dual.bound.heaviest")
        heaviest = pairs_weight(statement, found.heaviest)
        if weight < 0:
            raise Violation(f"weight = {brief(weight)} < 0")
    elif found.weight is not None:
        raise InputError("`weight` needs `heaviest` beside it", "dual.bound.weight")
    read = Potentials(u, p, z, weight, heaviest)
    whole, (us, ps, zs, _), values = read.over(statement)
    for i, j, k in whole.exceeded(values, us, ps, zs):
        bound = (1 + weight) * statement.values[i][j] - statement.costs.at(k, i, j)
        factor = f"{brief(1 + weight)} " if weight else ""
        raise Violation(
            f"buyers[{i}] + stores[{j}] + couriers[{k}] = {brief(u[i] + p[j] + z[k])} < {brief(bound)}"
            f" = {factor}values[{i}][{j}] - costs[{k}][{i}][{j}]"
        )
    return read


def pairs_weight(statement: DeliveryStatement, pairs: Sequence[tuple[int, int]]) -> Fraction:
    """The value of a buyer-store matching."""
    return sum((statement.values[i][j] for i, j in pairs), ZERO)


def infeasible(statement: DeliveryStatement, dual: NoEquilibrium) -> None:
    """Refuse unless every heaviest buyer-store matching is proven to need more couriers than there are.

    ``buyers_i + stores_j >= weight v_ij - 1`` with numbers >= 0 means that a matching of weight V has at least
    ``weight V - sum buyers - sum stores`` pairs.
    """
    if statement.tips or statement.objective == "efficient":
        raise Violation("with tips, and without prices, a market always has a solution")
    found = dual.bound
    if found.kind != "cardinality":
        raise InputError('what proves that there is no equilibrium is of kind "cardinality"', "dual.bound.kind")
    u, p, weight = found.buyers, found.stores, found.weight
    if weight < 0:
        raise Violation(f"weight = {brief(weight)} < 0")
    for i, row in enumerate(statement.values):
        for j, value in enumerate(row):
            if u[i] + p[j] < weight * value - 1:
                raise Violation(
                    f"buyers[{i}] + stores[{j}] = {brief(u[i] + p[j])} < {brief(weight * value - 1)}"
                    f" = weight values[{i}][{j}] - 1"
                )
    least = weight * pairs_weight(statement, found.heaviest) - sum(u, ZERO) - sum(p, ZERO)
    if least <= statement.shape[2]:
        raise Violation(f"heaviest matchings need {brief(least)} couriers or more; there are {statement.shape[2]}")
