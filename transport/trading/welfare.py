"""Efficient introductions, and the certificates of welfare: assignment prices of every pair."""

from __future__ import annotations

from typing import Any

import numpy as np

from dual.kinds.trading import homogeneous
from dual.kinds.trading.valuations import Pair
from transport.road.methods import Found

from .arrays import Model
from .homogeneous import efficient_homogeneous
from .outcome import State, among_efficient
from .prices import Equilibrium, efficient_with_extreme_prices

RULE = "an efficient matching with the {} competitive prices; ties {}"


def equilibrium_witnesses(model: Model) -> Found:
    """The equilibrium of the pairs that know each other."""
    statement = model.statement
    state = State(model, (), statement.price_rule)
    return Found(
        primal=state.outcome(),
        dual=assignment_dual(model, state.equilibrium),
        method="assignment",
        rule=RULE.format(statement.price_rule, "as the matching algorithm breaks them"),
    )


def welfare_witnesses(model: Model) -> Found:
    """The fewest introductions that lead to the greatest welfare."""
    statement = model.statement
    best = efficient_equilibrium(model)
    state = State(model, introductions(model, best), statement.price_rule, statement.ties)
    return Found(
        primal=state.outcome(),
        dual=assignment_dual(model, best),
        method="assignment",
        rule=RULE.format(statement.price_rule, "go to the matching with the fewest introductions"),
    )


def assignment_dual(model: Model, found: Equilibrium) -> dict[str, object]:
    """Utilities and net prices as the certificate that welfare is no greater."""
    return {"kind": "lp", "buyers": model.exact(found.utilities), "sellers": model.exact(found.prices)}


def efficient_equilibrium(model: Model, most: bool = False) -> Equilibrium:
    """An equilibrium of all pairs; its matching uses the fewest unknown pairs, or the most."""
    if not most and model.statement.values.by_buyer and homogeneous.applies(model.statement):
        return efficient_homogeneous(model)
    graph = model.graph(None)
    found = efficient_with_extreme_prices(graph)
    if model.statement.known is None:
        return found
    rows, columns = graph.tight(found.utilities, found.prices)
    if len(rows) == sum(1 for _ in found.trades):
        return found
    known: Any = model.known[model.places(zip(rows.tolist(), columns.tolist(), strict=True))]
    best, _ = among_efficient(graph.shape, found, (rows, columns), np.where(known, 0, 1 if most else -1).astype(object))
    return efficient_with_extreme_prices(graph, start=best)


def introductions(model: Model, found: Equilibrium) -> list[Pair]:
    """The trades of a matching that need an introduction."""
    known = model.statement.acquaintances
    return [(i, j) for i, j in found.trades if j not in known[i]]


def efficient_introductions(model: Model) -> list[Pair]:
    """The fewest introductions that lead to the greatest welfare."""
    return introductions(model, efficient_equilibrium(model))
