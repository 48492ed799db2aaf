"""One stage: an action that nobody sees, a contract on what comes out of it, and pay that is never negative.

Action a costs ``c_a``, brings outcome o with probability ``P_a(o)``, and leaves the agent ``z_a`` afterwards; his net
cost is ``d_a = c_a - z_a``. Of a contract b >= 0 he chooses an action that leaves him most, ``P_a . b - d_a``; if
there are several, the principal may pick.

* A contract and an action are checked by looking at all others: the agent's best reply.
* *Multipliers* ``mu >= 0`` with ``sum_k mu_k (P_a - P_k) <= P_a`` prove that action a costs the principal at least
  ``sum_k mu_k (d_a - d_k)``: for ``P_a . b >= sum_k mu_k (P_a - P_k) . b >= sum_k mu_k (d_a - d_k)``.
* A *ray* ``mu >= 0`` with ``sum_k mu_k (P_a - P_k) <= 0`` and ``sum_k mu_k (d_a - d_k) > 0`` proves that no contract
brings a
  about: a mixture of other actions looks the same, or better, at less cost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Self

from dual.errors import InputError, Violation
from dual.numbers.exact import Matrix, Vector, items, number
from dual.numbers.largest import largest
from dual.numbers.masses import listed_masses
from dual.statement import Record, stated
from dual.words import brief


def dot(x: Sequence[Fraction], y: Sequence[Fraction]) -> Fraction:
    """The sum of products."""
    return sum((a * b for a, b in zip(x, y, strict=True)), Fraction(0))


def read_pay(raw: object, where: str, outcomes: int | None) -> Vector:
    """Read pay by outcome, none of it negative."""
    found = tuple(number(one, f"{where}[{o}]") for o, one in enumerate(items(raw, where, outcomes)))
    for o, pay in enumerate(found):
        if pay < 0:
            raise Violation(f"{where}[{o}] = {brief(pay)} < 0: the agent would have to pay")
    return found


@dataclass(frozen=True, repr=False)
class ActionProof(Record):
    """Why an action costs at least so much, or cannot be brought about."""

    multipliers: tuple[tuple[Any, ...], ...] | None = stated(
        listed_masses, "actions", "[k, weight] of what keeps the agent from k", default=None
    )
    ray: tuple[tuple[Any, ...], ...] | None = stated(
        listed_masses, "actions", "[k, weight], for an action that no contract brings about", default=None
    )

    def checked(self, found: Mapping[str, object], where: str) -> Self:  # noqa: ARG002
        """One of the two, with weights >= 0."""
        if (self.multipliers is None) == (self.ray is None):
            raise InputError('exactly one of "multipliers" and "ray" is needed', where)
        for k, weight in self.multipliers or self.ray or ():
            if weight < 0:
                raise Violation(f"{where}: the weight {brief(weight)} of action {k} is negative")
        return self


@dataclass(frozen=True)
class Situation:
    """What the agent can do at one stage.

    Attributes
    ----------
    outcomes : matrix, shape (actions, outcomes)
    net_costs : vector
        Costs less what is left to the agent afterwards.
    rewards : vector
        What an outcome is worth to the principal, with all that comes afterwards.
    """

    outcomes: Matrix
    net_costs: Vector
    rewards: Vector

    def chosen(self, contract: Vector, action: int, where: str = "") -> tuple[Fraction, Fraction]:
        """What principal and agent get from a contract and an action, once that is a best reply."""
        kept = [dot(row, contract) - d for row, d in zip(self.outcomes, self.net_costs, strict=True)]
        best = largest(kept)
        if kept[action] < best:
            k = kept.index(best)
            raise Violation(f"{where}action {action} leaves the agent {brief(kept[action])}, action {k} {brief(best)}")
        return dot(self.outcomes[action], self.rewards) - dot(self.outcomes[action], contract), best

    def least_pay(self, action: int, proof: ActionProof, where: str = "") -> Fraction | None:
        """What an action costs at least, by its proof; None if it cannot be brought about."""
        own = self.outcomes[action]
        refuted = proof.multipliers is None
        total, pay = [Fraction(0)] * len(own), Fraction(0)
        for k, weight in proof.ray or proof.multipliers or ():
            pay += weight * (self.net_costs[action] - self.net_costs[k])
            for o, (p, q) in enumerate(zip(own, self.outcomes[k], strict=True)):
                total[o] += weight * (p - q)
        for o, (have, p) in enumerate(zip(total, own, strict=True)):
            most = Fraction(0) if refuted else p
            if have > most:
                raise Violation(
                    f"{where}action {action}, outcome {o}: the weights sum to {brief(have)} > {brief(most)}"
                )
        if refuted and pay <= 0:
            raise Violation(f"{where}action {action}: the ray gains {brief(pay)}, which is no contradiction")
        return None if refuted else pay

    def at_most(self, action: int, proof: ActionProof, where: str = "") -> Fraction | None:
        """What the principal gets at most from an action; None if it cannot be brought about."""
        pay = self.least_pay(action, proof, where)
        return None if pay is None else dot(self.outcomes[action], self.rewards) - pay
