"""Conflicts: trades that no prices support together, with the inequalities that say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Any

from dual.errors import Violation
from dual.numbers.exact import index, items
from dual.numbers.masses import listed_masses, nonnegative
from dual.statement import fields
from dual.words import brief

from .costs import Triple
from .statement import DeliveryStatement

ZERO = Fraction(0)
BUYERS, STORES, COURIERS = range(3)


@dataclass(frozen=True)
class Conflict:
    """Trades that no prices support together, unless agents are active whom the contradiction takes to be inactive.

    Attributes
    ----------
    pairs : set of (i, j)
        Traded, whoever delivers.
    triples : set of (i, j, k)
        Traded.
    least : mapping of (side, agent) to Fraction
        The utility that an agent must reach at least for the contradiction to vanish; one of them has to.
    statement : DeliveryStatement
    """

    pairs: frozenset[tuple[int, int]]
    triples: frozenset[Triple]
    least: Mapping[tuple[int, int], Fraction]
    statement: DeliveryStatement

    def touched(self, triple: Triple) -> int:
        """The coefficient of a triple in the row ``sum <= limit`` that excludes the conflict."""
        i, j, k = triple
        named = (i, j) in self.pairs or triple in self.triples
        buyers, stores, couriers = self._taken
        if not named and (i in buyers or j in stores or k in couriers):
            return 0  # it shares an agent with a trade of the conflict, so both cannot hold
        for agent in enumerate(triple):
            if agent in self.least and _reaches(self.statement, agent[0], triple, self.least[agent]):
                return named - 1
        return int(named)

    @cached_property
    def _taken(self) -> tuple[set[int], set[int], set[int]]:
        """Buyers, stores and couriers of the named trades."""
        pairs = [*self.pairs, *(triple[:2] for triple in self.triples)]
        return {i for i, _ in pairs}, {j for _, j in pairs}, {k for _, _, k in self.triples}

    def row(self, triples: Sequence[Triple]) -> dict[int, int]:
        """The coefficients of triples in that row, by their positions."""
        touched = ((n, self.touched(triple)) for n, triple in enumerate(triples))
        return {n: weight for n, weight in touched if weight}

    @property
    def limit(self) -> int:
        """The right hand side of that row."""
        return len(self.pairs) + len(self.triples) - 1


def _reaches(statement: DeliveryStatement, side: int, triple: Triple, least: Fraction) -> bool:
    """Whether an agent's utility can be as much as that in a triple that trades.

    Buyers and stores have at most the value. Where there are more couriers than trades can employ, so that some are
    always idle, couriers have at most what makes the idle ones indifferent: at best those of the highest costs.
    """
    i, j, k = triple
    if side < 2:
        return statement.values[i][j] >= least
    idle = statement.shape[2] - min(statement.shape[:2])
    if idle <= 0:
        return True
    costs = [statement.whole.costs.at(other, i, j) for other in range(statement.shape[2])]
    needed = costs[k] + ceil(least * statement.whole.denominator)
    return sum(cost >= needed for other, cost in enumerate(costs) if other != k) >= idle


@dataclass(frozen=True)
class Conditions:
    """Conditions of an equilibrium, each with a multiplier >= 0, summed up.

    Attributes
    ----------
    statement : DeliveryStatement
    where : str
    left : dict
        What each (side, agent) is left with on the left hand side.
    right : list of Fraction
        The right hand sides.
    pairs, triples : set
        What is traded for the upper bounds among them to hold: only these make the conflict a row.
    """

    statement: DeliveryStatement
    where: str
    left: dict[tuple[int, int], Fraction] = field(default_factory=dict)
    right: list[Fraction] = field(default_factory=list)
    pairs: set[tuple[int, int]] = field(default_factory=set)
    triples: set[Triple] = field(default_factory=set)

    def add(self, amount: Fraction, worth: Fraction, *agents: tuple[int, int]) -> None:
        """Add an amount of the condition that what some (side, agent) have sums to at least a worth."""
        for agent in agents:
            self.left[agent] = self.left.get(agent, ZERO) + amount
        self.right.append(amount * worth)

    def listed(self, raw: object, name: str, *bounds: int) -> tuple[tuple[Any, ...], ...]:
        """Read entries of indices and one multiplier >= 0."""
        return listed_masses(raw, f"{self.where}.{name}", *bounds, entry=nonnegative)

    def state(self, found: Mapping[str, object]) -> None:
        """Add what a conflict lists."""
        statement, shape = self.statement, self.statement.shape
        # Lower bounds on utilities: pairs and triples that must not gain.
        for *agents, m in self.listed(found["deviations"], "deviations", *shape[: 2 + statement.tips]):
            i, j, *courier = agents
            cost = statement.costs.at(courier[0], i, j) if courier else ZERO
            self.add(m, statement.values[i][j] - cost, *enumerate(agents))
        # Upper bounds, which hold because of what is traded.
        for i, j, m in self.listed(found["trades"], "trades", *shape[:2]):
            self.pairs.add((i, j))
            self.add(-m, statement.values[i][j], (BUYERS, i), (STORES, j))
        for i, j, k, other, m in self.listed(found["takeovers"], "takeovers", *shape, shape[COURIERS]):
            self.triples.add((i, j, k))
            self.add(m, statement.costs.at(k, i, j), (COURIERS, other))
            self.add(-m, statement.costs.at(other, i, j), (COURIERS, k))

    def contradicted(self, idle: object) -> Conflict:
        """The conflict that the conditions are, if their sum is one but for agents who are not idle."""
        place, names = f"{self.where}.idle", ("buyers", "stores", "couriers")
        inactive = fields(idle, names, where=place)
        nobody = [
            {index(agent, f"{place}.{side}", count) for agent in items(inactive[side], f"{place}.{side}", empty=True)}
            for side, count in zip(names, self.statement.shape, strict=True)
        ]
        # The sum contradicts only if nobody who may have more than nothing is left over.
        over = {agent: amount for agent, amount in self.left.items() if amount > 0}
        for (side, agent), amount in over.items():
            if agent not in nobody[side]:
                who = f"{names[side][:-1]} {agent}"
                raise Violation(f"{self.where}: the {who} is left over with weight {brief(amount)} and not inactive")
        total = sum(self.right, ZERO)
        if total <= 0:
            raise Violation(f"{self.where}: the inequalities do not contradict each other, as {brief(total)} <= 0")
        pairs = self.pairs - {(i, j) for i, j, _ in self.triples}
        # Utilities of those left over, times their weights, would have to sum to the total.
        least = {agent: total / (amount * len(over)) for agent, amount in over.items()}
        return Conflict(frozenset(pairs), frozenset(self.triples), least, self.statement)


def conflict(statement: DeliveryStatement, raw: object, where: str) -> Conflict:
    """Read a conflict and check that its inequalities contradict each other.

    Supporting utilities and prices u, p, z >= 0 are 0 for inactive agents and satisfy

    * ``deviations`` ``[i, j, k, m]``: ``u_i + p_j + z_k >= v_ij - c_kij`` (a tip that brings courier k must not pay);
      without tips ``[i, j, m]``: ``u_i + p_j >= v_ij``;
    * ``trades`` ``[i, j, m]``: ``u_i + p_j <= v_ij`` if i buys from j;
    * ``takeovers`` ``[i, j, k, l, m]``: ``z_l - z_k >= c_kij - c_lij`` if k delivers (i, j), for every courier l.

    With the multipliers m > 0 the left hand sides sum to at most 0 and the right hand sides to more than 0.
    """
    found = fields(raw, ["deviations", "trades", "takeovers", "idle"], where=where)
    conditions = Conditions(statement, where)
    conditions.state(found)
    return conditions.contradicted(found["idle"])
