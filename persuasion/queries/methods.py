"""Ways to choose queries: paths with few links, trees, and enumeration of noisy queries and partitions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, Final

from dual.errors import Undecided
from dual.kinds.informed.public import Signal
from dual.kinds.queries import noisy
from dual.kinds.queries.kind import Cell, Derived, Queries, asked
from dual.kinds.queries.order import Order
from dual.kinds.queries.partitions import Refinements
from dual.kinds.queries.potentials import Potentials, excess
from dual.kinds.queries.priced import DERIVED, Recursion
from dual.kinds.queries.statement import SimulationStatement
from transport.programs.effort import Effort
from transport.road.methods import Found, method

from .covering import chosen_by_cp_sat
from .layers import solve_layers
from .links import best_cuts

RULE: Final = "the cuts that the longest path ended in; every cell's experiment aims at its most reluctant best target"
COARSE: Final = 120
"""Places at which trees may ask where there are too many types for all of them."""


@method("links", "longest paths with few links; trees, noise and partitions by looking at all there are")
def solve_links(statement: SimulationStatement, effort: Effort) -> Found:
    """The way that suits the instance."""
    try:
        return solve_queries(statement, effort)
    except Undecided as limit:
        return Found(None, None, "links", claim=str(limit))


def solve_queries(statement: SimulationStatement, effort: Effort) -> Found:
    """Dispatch by what kind of queries there are."""
    if statement.state_count > 2:
        return solve_layers(statement, effort)
    effort.offer(lambda: unasked(statement))
    if statement.partitions is not None:
        return solve_partitions(statement, effort)
    if statement.noise:
        return solve_noisy(statement, effort)
    if statement.mode == "adaptive" and statement.price:
        return solve_tree(statement, effort)
    price = statement.price if statement.mode == "set" else Fraction(0)
    best = best_cuts(statement.order, statement.cells, price, effort)
    primal = with_cells(statement, Queries((), cuts=best.cuts))
    return Found(primal, potentials(statement.above, best), "links", best.rounds, rule=RULE)


def potentials(statement: SimulationStatement, best: Any) -> Potentials:
    """The longest paths as potentials; the charge makes up for rounding."""
    y = [Fraction(x) for x in (*best.forward.reach, best.forward.end)]
    charge = best.charge
    worst, _ = excess(statement.order, y, charge)
    return Potentials(charge + max(worst, Fraction(0)), tuple(y))


def told(statement: SimulationStatement) -> Potentials:
    """Potentials that count each pessimist as known, rounded up: a bound for all queries."""
    order = statement.order
    y = [Fraction(0)]
    scale = 2**60
    for (g, d), high, low in zip(order.q, order.h, order.l, strict=True):
        if g >= d:
            break
        y.append(y[-1] + Fraction(-((-scale * (high * d + low * g)) // (d * order.unit)), scale))
    return Potentials(Fraction(0), (*y, y[-1] + Fraction(order.silent, order.unit)))


def unasked(statement: SimulationStatement) -> Found:
    """No queries at all, and what the sender gets if types are known."""
    nothing = Queries((), chosen=()) if statement.partitions is not None else Queries((), cuts=())
    if statement.mode == "adaptive" and statement.price and statement.partitions is None:
        nothing = Queries(())
    return Found(with_cells(statement, nothing), told(statement.above), "links", rule=RULE)


def with_cells(statement: SimulationStatement, queries: Queries) -> Queries:
    """Queries with the best experiment in every cell."""
    parts, _ = asked(statement, queries)
    return Queries(experiments(parts), queries.cuts, queries.tree, queries.chosen)


def experiments(parts: Iterable[Order]) -> tuple[Cell, ...]:
    """The best experiment in each cell."""
    return tuple(Cell(tuple(Signal(message) for message in part.best()[1])) for part in parts)


def solve_tree(statement: SimulationStatement, effort: Effort) -> Found:
    """Queries that are paid when they are asked: the best tree, at some places only where there are many."""
    order = statement.order
    n, m = len(order.q), order.pessimists
    if m <= DERIVED:
        return Found(tree_of(statement, Recursion(statement)), Derived("recomputed"), "tree", rule=RULE)
    cells = min(COARSE, statement.cells)
    best = best_cuts(order, cells, Fraction(0), effort)
    nodes = sorted({0, *(cut for cut in best.cuts if cut <= m), n})
    bounded = best_cuts(order, statement.cells, Fraction(0), effort) if statement.cells < n else None
    dual = told(statement.above) if bounded is None else potentials(statement.above, bounded)
    return Found(tree_of(statement, Recursion(statement, nodes)), dual, "coarse-tree", rule=RULE)


def tree_of(statement: SimulationStatement, best: Recursion) -> Queries:
    """The best tree, read off the recursion."""
    size = len(best.nodes)
    last = len(best.layers) - 1
    free = statement.queries is None or statement.queries >= size

    def below(i: int, j: int, k: int) -> Any:
        value = best.layers[k][i][j]
        if k == 0 or value == best.layers[0][i][j]:
            return None
        down = k if free else k - 1
        parts = best.layers[down]
        # The fee is the same for every place, so the best place is where the parts are worth most.
        s = max(range(i + 1, j), key=lambda s: (parts[i][s] + parts[s][j], -s))
        return (best.nodes[s], below(i, s, down), below(s, j, down))

    return with_cells(statement, Queries((), tree=below(0, size - 1, last)))


def solve_noisy(statement: SimulationStatement, effort: Effort) -> Found:
    """Every choice of noisy queries; where there are too many, those that would be best without noise."""
    try:
        cuts = best_noisy(statement, effort)
        return Found(with_cells(statement, Queries((), cuts=cuts)), Derived("enumeration"), "enumeration", rule=RULE)
    except Undecided as limit:
        cells = min((statement.queries or 0) + 1, len(statement.order.q))
        best = best_cuts(statement.order, min(cells, 8), statement.price, effort)
        primal = with_cells(statement, Queries((), cuts=best.cuts))
        return Found(primal, told(statement.above), "noiseless-cuts", claim=str(limit), rule=RULE)


def best_noisy(statement: SimulationStatement, effort: Effort) -> tuple[int, ...]:
    """The best choice of noisy queries, by looking at all."""
    most = statement.queries or 0
    if most >= 64 or noisy.work(statement) > 2 * 10**8:
        raise Undecided(f"all choices of {most} noisy queries are too many to look at")
    best: tuple[Fraction, tuple[int, ...]] | None = None
    for cuts in noisy.choices(statement):
        value = noisy.value_of(statement, cuts)
        if best is None or value > best[0]:
            best = value, cuts
        if effort.exhausted():
            raise Undecided("the time limit was reached")
    return best[1] if best else ()


def solve_partitions(statement: SimulationStatement, effort: Effort) -> Found:
    """Every choice of partitions; an integer program's where there are too many."""
    refinements = Refinements(statement)
    try:
        _, chosen = refinements.best()
        return Found(
            with_cells(statement, Queries((), chosen=chosen)), Derived("enumeration"), "enumeration", rule=RULE
        )
    except Undecided as limit:
        chosen = greedy_partitions(refinements, statement)
        found = Found(with_cells(statement, Queries((), chosen=chosen)), Derived("refinement"), "greedy", rule=RULE)
        effort.offer(found)
        better = chosen_by_cp_sat(statement, refinements, effort)
        if better is not None and refinements.value_of(better) > refinements.value_of(chosen):
            primal = with_cells(statement, Queries((), chosen=better))
            return Found(primal, Derived("refinement"), "covering", claim=str(limit), rule=RULE)
        return Found(found.primal, found.dual, "greedy", claim=str(limit), rule=RULE)


def greedy_partitions(refinements: Refinements, statement: SimulationStatement) -> tuple[int, ...]:
    """Partitions that greedy search takes one after another, as long as they add something."""
    chosen: tuple[int, ...] = ()
    value = refinements.value_of(chosen)
    while len(chosen) < statement.most:
        tried = [tuple(sorted((*chosen, k))) for k in range(len(refinements.blocks)) if k not in chosen]
        if not tried:
            break
        better = max(tried, key=refinements.value_of)
        found = refinements.value_of(better)
        if found <= value and statement.price:
            break
        chosen, value = better, found
    return chosen


__all__: Sequence[str] = ["solve_links"]
