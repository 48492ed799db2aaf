"""Delivery markets from above: bounds on welfare, conflicts that no prices solve, and markets without equilibrium.

A bound of kind ``lp`` holds u, p, z >= 0 with ``u_i + p_j + z_k >= v_ij - c_kij`` for all triples; no matching has more
welfare than their sum. Welfare is a multiple of one over the data's common denominator, so the sum is rounded down to
it. Without tips the traded pairs of an equilibrium are a heaviest buyer-store matching for the values, so their
weight is at least that of any matching ``heaviest``; with a ``weight`` L >= 0 on this row the inequality is
``u_i + p_j + z_k >= (1 + L) v_ij - c_kij`` and the bound is ``sum u + sum p + sum z - L v(heaviest)``.

A bound of kind ``tree`` holds the same numbers and a ``level``: a triple whose reduced gain leaves nothing above the
level is in no better matching. A branching tree (:mod:`dual.proofs.tree`) over the triples that are left bounds the
rest. Its rows are: buyers, stores and couriers (each trades at most once); without tips the row ``v(O) >=
v(heaviest)``; one row a pair, ``y_ij = sum over k of x_ijk``; and one a conflict. Its variables are the triples that
are left, in the order of (i, j, k), then their pairs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil, floor
from operator import sub
from typing import Any

from dual.errors import InputError, Violation
from dual.limits import numbers, steps
from dual.numbers.exact import index, items, number
from dual.proofs import tree
from dual.proofs.rows import Rows
from dual.statement import fields
from dual.words import brief

from .costs import Table, Triple, Whole
from .statement import DeliveryStatement
from .witness import Bound, Majorants, NoEquilibrium, Tree

ZERO = Fraction(0)


def upper(statement: DeliveryStatement, dual: Bound) -> Fraction:
    """The bound on welfare that a witness proves."""
    if isinstance(dual.bound, Tree):
        return _tree_bound(statement, dual.bound)
    return rounded(statement, potentials(statement, dual.bound).total)


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
    whole, (us, ps, zs, _), values = _over(statement, read)
    for i, j, k in whole.exceeded(values, us, ps, zs):
        bound = (1 + weight) * statement.values[i][j] - statement.costs.at(k, i, j)
        factor = f"{brief(1 + weight)} " if weight else ""
        raise Violation(
            f"buyers[{i}] + stores[{j}] + couriers[{k}] = {brief(u[i] + p[j] + z[k])} < {brief(bound)}"
            f" = {factor}values[{i}][{j}] - costs[{k}][{i}][{j}]"
        )
    return read


def _over(statement: DeliveryStatement, found: Potentials) -> tuple[Whole, list[list[int]], Table]:
    """Statement, potentials and weighted values as integers over one denominator."""
    whole, integers = statement.whole.over(found.u, found.p, found.z, [found.weight])
    over, under = (1 + found.weight).as_integer_ratio()
    return whole, integers, [[entry * over // under for entry in row] for row in whole.values]


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


def conflict(statement: DeliveryStatement, raw: object, where: str, budget: str = "none") -> Conflict:
    """Read a conflict and check that its inequalities contradict each other.

    Supporting utilities and prices u, p, z >= 0 are 0 for inactive agents and satisfy

    * ``deviations`` ``[i, j, k, m]``: ``u_i + p_j + z_k >= v_ij - c_kij`` (a tip that brings courier k must not pay);
      without tips ``[i, j, m]``: ``u_i + p_j >= v_ij``;
    * ``trades`` ``[i, j, m]``: ``u_i + p_j <= v_ij`` if i buys from j;
    * ``takeovers`` ``[i, j, k, l, m]``: ``z_l - z_k >= c_kij - c_lij`` if k delivers (i, j), for every courier l.

    With the multipliers m > 0 the left hand sides sum to at most 0 and the right hand sides to more than 0.

    The model has no budget. If one is put to the test, there are also ``budgets`` ``[i, j, k, m]``:
    ``u_i + z_k <= v_ij - c_kij`` if (i, j, k) trade. With the budget ``total`` this holds for the sum over all trades
    alone: the entries are all trades, with one multiplier.
    """
    parts = ["deviations", "trades", "takeovers", "idle", *(["budgets"] if budget != "none" else [])]
    found = fields(raw, parts, where=where)
    inactive = fields(found["idle"], ["buyers", "stores", "couriers"], where=f"{where}.idle")
    idle = tuple(
        frozenset(
            index(agent, f"{where}.idle.{side}", count)
            for agent in items(inactive[side], f"{where}.idle.{side}", empty=True)
        )
        for side, count in zip(("buyers", "stores", "couriers"), statement.shape, strict=True)
    )
    # What each agent is left with on the left hand side, and the sum of the right hand sides.
    left: dict[tuple[int, int], Fraction] = {}
    total = ZERO

    def count(side: int, agent: int, amount: Fraction) -> None:
        left[side, agent] = left.get((side, agent), ZERO) + amount

    # Lower bounds on utilities: pairs and triples that must not gain.
    buyers, stores, couriers = statement.shape
    for *agents, m in _weighted(found["deviations"], f"{where}.deviations", statement.shape[: 2 + statement.tips]):
        for side, agent in enumerate(agents):
            count(side, agent, m)
        total += m * (statement.gain(tuple(agents)) if statement.tips else statement.values[agents[0]][agents[1]])
    # Upper bounds, which hold because of what is traded: only these make the conflict a row.
    pairs, triples = set(), set()
    for i, j, m in _weighted(found["trades"], f"{where}.trades", (buyers, stores)):
        pairs.add((i, j))
        count(0, i, -m)
        count(1, j, -m)
        total -= m * statement.values[i][j]
    for i, j, k, other, m in _weighted(found["takeovers"], f"{where}.takeovers", (buyers, stores, couriers, couriers)):
        triples.add((i, j, k))
        count(2, other, m)
        count(2, k, -m)
        total += m * (statement.costs.at(k, i, j) - statement.costs.at(other, i, j))
    # Budgets, where they are put to the test, are upper bounds too.
    budgets = _weighted(found.get("budgets", ()), f"{where}.budgets", statement.shape)
    if budget == "total" and len({m for *_, m in budgets}) > 1:
        raise Violation(f"{where}.budgets: a budget of the sum has one multiplier for all trades")
    for i, j, k, m in budgets:
        triples.add((i, j, k))
        count(0, i, -m)
        count(2, k, -m)
        total -= m * statement.gain((i, j, k))
    # The sum contradicts only if nobody who may have more than nothing is left over.
    over = {agent: amount for agent, amount in left.items() if amount > 0}
    for (side, agent), amount in over.items():
        if agent not in idle[side]:
            name = ("buyer", "store", "courier")[side]
            raise Violation(f"{where}: the {name} {agent} is left over with weight {brief(amount)} and not inactive")
    if total <= 0:
        raise Violation(f"{where}: the inequalities do not contradict each other, as {brief(total)} <= 0")
    pairs -= {(i, j) for i, j, _ in triples}
    # Utilities of those left over, times their weights, would have to sum to the total.
    least = {agent: total / (amount * len(over)) for agent, amount in over.items()}
    return Conflict(frozenset(pairs), frozenset(triples), least, statement)


def _weighted(raw: object, where: str, bounds: Sequence[int]) -> list[Any]:
    """Read entries of indices and one multiplier >= 0."""
    read = []
    for n, item in enumerate(items(raw, where, empty=True)):
        entry = items(item, f"{where}[{n}]", len(bounds) + 1)
        weight = number(entry[-1], f"{where}[{n}]")
        if weight < 0:
            raise Violation(f"{where}[{n}]: the multiplier {brief(weight)} is negative")
        agents = [index(agent, f"{where}[{n}][{at}]", bound) for at, (agent, bound) in enumerate(zip(entry, bounds))]  # noqa: B905
        read.append((*agents, weight))
    return read


@dataclass(frozen=True)
class Rest:
    """The problem that a tree is about: the triples whose reduced gain reaches above a level."""

    triples: Sequence[Triple]
    pairs: Sequence[tuple[int, int]]
    rows: Rows


def rest(statement: DeliveryStatement, found: Potentials, level: Fraction, conflicts: Sequence[Conflict]) -> Rest:
    """The triples that a matching of welfare above the level can hold, and the rows it satisfies."""
    whole, (us, ps, zs, _), values = _over(statement, found)
    steps(len(us) * len(ps) * len(zs), "looking for the triples that are left", whole.denominator)
    step = whole.denominator // statement.whole.denominator
    next_level = (floor(level * statement.whole.denominator) + 1) * step
    slack = ceil(next_level - found.total * whole.denominator)
    triples = []
    for i, row in enumerate(values):
        net = list(map(sub, row, ps))
        kept = []
        for k, utility in enumerate(zs):
            gains = list(map(sub, net, whole.costs.row(k, i)))
            least = slack + us[i] + utility
            if max(gains) >= least:
                kept += [(j, k) for j, gain in enumerate(gains) if gain >= least]
        triples += [(i, j, k) for j, k in sorted(kept)]
        numbers(8 * len(triples), "a tree over the triples that are left")
    return Rest(triples, *_program(statement, triples, found.heaviest, conflicts))


def _program(
    statement: DeliveryStatement,
    triples: Sequence[Triple],
    heaviest: Fraction | None,
    conflicts: Sequence[Conflict],
) -> tuple[Sequence[tuple[int, int]], Rows]:
    rows: list[Mapping[int, Fraction | int]] = []
    rhs: list[Fraction | int] = []
    for side in range(3):
        agents: list[dict[int, Fraction | int]] = [{} for _ in range(statement.shape[side])]
        for n, triple in enumerate(triples):
            agents[triple[side]][n] = 1
        rows += agents
        rhs += [1] * len(agents)
    senses = ["<="] * len(rows)
    if heaviest is not None:
        rows.append({n: statement.values[i][j] for n, (i, j, _) in enumerate(triples)})
        rhs.append(heaviest)
        senses.append(">=")
    pairs = sorted({(i, j) for i, j, _ in triples})
    place = {pair: len(triples) + n for n, pair in enumerate(pairs)}
    links: dict[tuple[int, int], dict[int, Fraction | int]] = {pair: {place[pair]: -1} for pair in pairs}
    for n, (i, j, _) in enumerate(triples):
        links[i, j][n] = 1
    rows += links.values()
    rhs += [0] * len(links)
    senses += ["="] * len(links)
    buyers, stores, couriers = statement.shape
    # A triple takes some thirty steps, and where a courier is to be active one for every other courier.
    asked = [30 * len(triples) + buyers * stores * couriers * sum(side == 2 for side, _ in c.least) for c in conflicts]
    steps(sum(asked), f"holding {len(conflicts):,} conflicts against {len(triples):,} triples")
    for each in conflicts:
        rows.append(each.row(triples))
        rhs.append(each.limit)
        senses.append("<=")
    count = len(triples) + len(pairs)
    objective = [*map(statement.gain, triples), *([ZERO] * len(pairs))]
    return pairs, Rows(objective, rows, senses, rhs, [(0, 1)] * count, count)


def _tree_bound(statement: DeliveryStatement, found: Tree) -> Fraction:
    """The bound of a branching tree over the triples that the level leaves."""
    if found.conflicts and not (statement.tips and statement.objective != "efficient"):
        raise InputError("conflicts of prices are for equilibria with tips", "dual.bound.conflicts")
    root = potentials(statement, found)
    where = "dual.bound.conflicts"
    listed = items(found.conflicts or (), where, empty=True)
    conflicts = [conflict(statement, raw, f"{where}[{n}]") for n, raw in enumerate(listed)]
    part = rest(statement, root, found.level, conflicts)
    bound = tree.upper(part.rows, found.nodes, "dual.bound.nodes")
    best = found.level if bound is None else max(found.level, bound)
    return rounded(statement, min(best, root.total))
