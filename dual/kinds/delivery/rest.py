"""Branching trees of delivery markets, over the triples that potentials leave above a level.

A triple whose reduced gain leaves nothing above the level is in no better matching. The tree (:mod:`dual.proofs.tree`)
bounds the rest. Its rows are: buyers, stores and couriers (each trades at most once); without tips the row ``v(O) >=
v(heaviest)``; one row a pair, ``y_ij = sum over k of x_ijk``; and one a conflict. Its variables are the triples that
are left, in the order of (i, j, k), then their pairs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from operator import sub
from typing import TYPE_CHECKING

from dual.errors import InputError
from dual.limits import numbers, steps
from dual.numbers.exact import items
from dual.proofs import tree
from dual.proofs.rows import Rows

from .bound import ZERO, Potentials, potentials, rounded
from .costs import Triple
from .statement import DeliveryStatement
from .witness import Tree

if TYPE_CHECKING:
    from .conflicts import Conflict


@dataclass(frozen=True)
class Rest:
    """The problem that a tree is about: the triples whose reduced gain reaches above a level."""

    triples: Sequence[Triple]
    pairs: Sequence[tuple[int, int]]
    rows: Rows


def rest(statement: DeliveryStatement, found: Potentials, level: Fraction, conflicts: Sequence[Conflict]) -> Rest:
    """The triples that a matching of welfare above the level can hold, and the rows it satisfies."""
    whole, (us, ps, zs, _), values = found.over(statement)
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


def upper(statement: DeliveryStatement, found: Tree) -> Fraction:
    """The bound of a branching tree over the triples that the level leaves."""
    if found.conflicts and not (statement.tips and statement.objective != "efficient"):
        raise InputError("conflicts of prices are for equilibria with tips", "dual.bound.conflicts")
    root = potentials(statement, found)
    where = "dual.bound.conflicts"
    listed = items(found.conflicts or (), where, empty=True)
    conflicts: list[Conflict] = []
    if listed:
        from .conflicts import conflict

        conflicts = [conflict(statement, raw, f"{where}[{n}]") for n, raw in enumerate(listed)]
    part = rest(statement, root, found.level, conflicts)
    bound = tree.upper(part.rows, found.nodes, "dual.bound.nodes")
    best = found.level if bound is None else max(found.level, bound)
    return rounded(statement, min(best, root.total))
