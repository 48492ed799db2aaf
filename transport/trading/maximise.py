"""Maximising a platform's revenue: heuristics from below, relaxations from above."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from dual.valuations import Pair

from ..road.branching import Relaxed, branch
from ..road.problem import Effort, Witnesses
from .arrays import Model
from .fees import FeeCurve, fee_curve
from .leaves import leaf
from .outcome import State
from .relaxation import Point, Relaxation
from .welfare import efficient_equilibrium

RULE = "the introductions with the greatest revenue among those tried; {} competitive prices, ties {} the platform"


class Search:
    """The best introductions so far, and the relaxation that bounds all others: what branching works on."""

    def __init__(self, model: Model, effort: Effort) -> None:
        self.model = model
        self.effort = effort
        self.best = self._state(())
        self.lower = Fraction(0)
        self.tried: set[tuple[Pair, ...]] = {()}
        self.relaxation: Relaxation | None = None

    def _state(self, introduced: Iterable[Pair]) -> State:
        statement = self.model.statement
        return State(self.model, introduced, statement.price_rule, statement.ties)

    def offer(self, introduced: Iterable[Pair]) -> bool:
        """Try some introductions; whether they are the best so far."""
        pairs = tuple(sorted(introduced))
        if pairs in self.tried:
            return False
        self.tried.add(pairs)
        state = self._state(pairs)
        value = state.revenue * self.model.unit
        if value <= self.lower:
            return False
        self.best, self.lower = state, value
        return True

    def start(self, curve: FeeCurve) -> None:
        """Begin with the entry fees' introductions and their pairs' columns."""
        for point in curve.points:
            self.offer(point.introduced)
        everyone = efficient_equilibrium(self.model)
        world = self._state(()).equilibrium
        pairs = {*everyone.trades, *world.trades, *self.best.equilibrium.trades}
        pairs |= {pair for point in curve.points for pair in point.introduced}
        self.relaxation = Relaxation(self.model, sorted(self.model.places(sorted(pairs)).tolist()))

    def relax(self, box: Mapping[int, tuple[int, int]]) -> Relaxed | None:
        """Solve the relaxation within a box, and try the introductions that it suggests."""
        if self.relaxation is None:
            return None
        self.relaxation.restrict(box)
        found = self.relaxation.solve(self.effort.remaining())
        if found is None:
            return None
        self.offer(self._rounded(found))
        size = self.relaxation.scale * float(self.model.unit)
        variable = self._fractional(found, box)
        return Relaxed(found.value * size, variable, 0, found.envy)

    def _rounded(self, found: Point) -> list[Pair]:
        places = [place for place, weight in found.x if weight > 0.5 and not self.model.known[place]]
        return [(int(self.model.buyers[p]), int(self.model.sellers[p])) for p in places]

    def _fractional(self, found: Point, box: Mapping[int, tuple[int, int]]) -> int | None:
        """The pair that is nearest to trading by half, counted by its value."""
        score = {
            place: min(weight, 1 - weight) * (0.1 + float(self.model.net[place]))
            for place, weight in found.x
            if 1e-6 < weight < 1 - 1e-6 and place not in box
        }
        return max(score, key=lambda place: (score[place], -place)) if score else None

    def leaf(self, box: Mapping[int, tuple[int, int]], envy: Any) -> tuple[Mapping[str, object], Fraction]:
        """The exact bound of a leaf."""
        return leaf(self.model, box, envy)

    def witnesses(self, dual: Mapping[str, object], method: str, iterations: int) -> Witnesses:
        """What was found, for the checker."""
        rule = RULE.format(self.best.rule, "for" if self.best.ties == "platform" else "against")
        return Witnesses(self.best.outcome().witness(), dual, method, iterations=iterations, rule=rule)


def revenue_by_fees(model: Model, effort: Effort) -> Witnesses:
    """The best entry fee from below; from above the relaxation if there is time for it, or unknown pairs' welfare."""
    search = Search(model, effort)
    curve = fee_curve(model)
    search.start(curve)
    witness, _ = leaf(model, {}, {})
    return search.witnesses({"kind": "lp", **witness}, "entry-fee", curve.solves)


def maximise_revenue(model: Model, effort: Effort) -> Witnesses:
    """Entry fees, local search and branching, until the bounds meet or the time is over."""
    effort.tell("entry fees")
    search = Search(model, effort)
    curve = fee_curve(model)
    search.start(curve)
    effort.tell(f"revenue {float(search.lower):.6g}; branching")
    tree = branch(search, effort)
    if tree is None:
        witness, _ = leaf(model, {}, {})
        return search.witnesses({"kind": "lp", **witness}, "entry-fee", curve.solves)
    nodes = [_numbered(model, node) for node in tree.nodes]
    dual = {"kind": "lp", **nodes[0]} if len(nodes) == 1 else {"kind": "tree", "nodes": nodes}
    return search.witnesses(dual, "exact", len(nodes))


def _numbered(model: Model, node: Mapping[str, object]) -> Mapping[str, object]:
    """A node with its variable in the checker's numbers: pair (i, j) is ``i m + j``."""
    if "split" not in node:
        return node
    place, at = node["split"]  # type: ignore[misc]
    variable = int(model.buyers[place]) * model.shape[1] + int(model.sellers[place])
    return {"split": [variable, at], "children": node["children"]}
