"""Whether there is a stationary equilibrium at all, by looking at every candidate.

In a stationary equilibrium every state s has an action a, brought about at the least pay; by duality of linear
programs that is ``sum_k mu_k (d_a - d_k)`` for a vertex mu of ``{mu >= 0: sum_k mu_k (P_a - P_k) <= P_a}``, which
does not depend on values. So the agent's values U solve one of finitely many systems of linear equations, and the
principal's V another one:

    U(s) = pay_s - d_a(U),        V(s) = P_a . (r + discount V) - pay_s,        d_k(U) = c_k - discount P_k . U

If each system has a single solution and none of them is an equilibrium (least pay, brought about, best for the
principal), there is none. Least pay is the largest over vertices; an action is out of reach if an extreme ray of the
cone ``sum_k mu_k (P_a - P_k) <= 0`` gains by ``sum_k mu_k (d_a - d_k)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import combinations, product
from math import comb, prod
from typing import Final

from dual.errors import Undecided, Violation
from dual.limits import steps
from dual.numbers.choices import choice
from dual.numbers.elimination import solved
from dual.numbers.exact import Matrix
from dual.statement import Witness, stated

from .processes import situation
from .stage import Situation, dot
from .statement import ContractStatement

RULE: Final = "enumeration"
Weights = tuple[tuple[int, Fraction], ...]
"""Of other actions k, those that are not zero."""


@dataclass(frozen=True, repr=False)
class Absence(Witness):
    """Says that the checker looks at every candidate."""

    rule: str = stated(partial(choice, known=(RULE,)), "", "how it is seen that there is no equilibrium")


@dataclass(frozen=True)
class Candidate:
    """What each state brings about, by which multipliers, and the values that follow."""

    actions: tuple[int, ...]
    multipliers: tuple[Weights, ...]
    principal: tuple[Fraction, ...]
    agent: tuple[Fraction, ...]


def corners(outcomes: Matrix, a: int, rays: bool) -> list[Weights]:
    """The vertices of an action's multipliers; or extreme rays of their cone, with weights that sum to one."""
    others = [k for k in range(len(outcomes)) if k != a]
    normals = [[outcomes[a][o] - outcomes[k][o] for k in others] for o in range(len(outcomes[a]))]
    limits = [Fraction(0) if rays else p for p in outcomes[a]]
    normals += [[Fraction(-(k == j)) for k in others] for j in others]
    limits += [Fraction(0)] * len(others)
    # A ray is a vertex of the cone cut off where the weights sum to one.
    tight = len(others) - rays
    found: dict[Weights, None] = {}
    if rays and not others:
        return []
    for chosen in combinations(range(len(normals)), tight):
        matrix, right = [normals[i] for i in chosen], [limits[i] for i in chosen]
        if rays:
            matrix, right = [*matrix, [Fraction(1)] * len(others)], [*right, Fraction(1)]
        mu = solved(matrix, right)
        if mu is not None and all(dot(n, mu) <= b for n, b in zip(normals, limits, strict=True)):
            found[tuple((k, x) for k, x in zip(others, mu, strict=True) if x)] = None
    return list(found)


class Candidates:
    """All candidates of an instance with a discount."""

    def __init__(self, statement: ContractStatement) -> None:
        self.statement, self.stages = statement, statement.states or ()
        for stage in self.stages:
            A, width = len(stage.costs), len(stage.rewards)
            steps(A * comb(A - 1 + width, width) * A**3, "listing the vertices of an action's multipliers")
        self.vertices = [[corners(s.outcomes, a, rays=False) for a in range(len(s.costs))] for s in self.stages]
        self.rays = [[corners(s.outcomes, a, rays=True) for a in range(len(s.costs))] for s in self.stages]
        self.count = prod(sum(map(len, own)) for own in self.vertices)
        steps(200 * self.count * len(self.stages) ** 3, f"looking at {self.count:,} candidates for an equilibrium")
        factor = statement.discount or Fraction(0)
        self.moves = [
            [
                [factor * dot(row, column) for column in zip(*statement.successors[s], strict=True)]
                for row in stage.outcomes
            ]
            for s, stage in enumerate(self.stages)
        ]

    def __iter__(self) -> Iterator[Candidate]:
        choices = [[(a, mu) for a, listed in enumerate(own) for mu in listed] for own in self.vertices]
        for chosen in product(*choices):
            yield self._candidate(tuple(a for a, _ in chosen), tuple(mu for _, mu in chosen))

    def _candidate(self, actions: tuple[int, ...], multipliers: tuple[Weights, ...]) -> Candidate:
        size = range(len(self.stages))
        matrix, right = [], []
        for s, (a, mu) in enumerate(zip(actions, multipliers, strict=True)):
            costs, moves = self.stages[s].costs, self.moves[s]
            row = [Fraction(s == t) - moves[a][t] for t in size]
            constant = -costs[a]
            for k, weight in mu:
                row = [x - weight * (q - p) for x, p, q in zip(row, moves[a], moves[k], strict=True)]
                constant += weight * (costs[a] - costs[k])
            matrix.append(row)
            right.append(constant)
        agent = solved(matrix, right)
        if agent is None:
            raise Undecided("an agent's values are not determined by what he does, so that not all can be looked at")
        earned = []
        for s, a in enumerate(actions):
            stage = self.stages[s]
            pay = agent[s] + stage.costs[a] - dot(self.moves[s][a], agent)
            earned.append(dot(stage.outcomes[a], stage.rewards) - pay)
        own = [[Fraction(s == t) - self.moves[s][a][t] for t in size] for s, a in enumerate(actions)]
        principal = solved(own, earned)
        if principal is None:
            raise Undecided("the values of a principal are not determined")
        return Candidate(actions, multipliers, tuple(principal), tuple(agent))

    def is_equilibrium(self, one: Candidate) -> bool:
        """Whether every state's action is brought about at the least pay, and no other is better for the principal."""
        factor = self.statement.discount or Fraction(0)
        for s, a in enumerate(one.actions):
            here = situation(self.statement, s, one.principal, one.agent, factor)
            worth = [self._worth(here, s, k) for k in range(len(here.net_costs))]
            if worth[a] is None or worth[a] != one.principal[s]:
                return False
            if any(value is not None and value > one.principal[s] for value in worth):
                return False
        return True

    def _worth(self, here: Situation, s: int, a: int) -> Fraction | None:
        """What the principal gets from an action at the least pay; None if it is out of reach."""

        def gain(mu: Weights) -> Fraction:
            return sum((w * (here.net_costs[a] - here.net_costs[k]) for k, w in mu), Fraction(0))

        if any(gain(ray) > 0 for ray in self.rays[s][a]):
            return None
        pay = max(gain(mu) for mu in self.vertices[s][a])
        return dot(here.outcomes[a], here.rewards) - pay


def require_none(statement: ContractStatement) -> None:
    """Refuse unless no candidate is a stationary equilibrium."""
    candidates = Candidates(statement)
    for one in candidates:
        if candidates.is_equilibrium(one):
            raise Violation(f"the actions {list(one.actions)} are those of a stationary equilibrium")
