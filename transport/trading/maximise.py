"""Maximising a platform's revenue: heuristics from below, relaxations from above."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import numpy as np

from dual.kinds.trading import enumeration
from dual.kinds.trading.valuations import Pair
from transport.programs.branching import branch
from transport.programs.effort import Effort
from transport.road.methods import Witnesses

from .arrays import Model
from .bounds import Bounds
from .branching import Branching
from .fees import FeeCurve, fee_curve
from .integer import IntegerProgram
from .leaves import Multipliers
from .listing import listed
from .outcome import State
from .relaxation import Point, Relaxation
from .welfare import assignment_dual, efficient_equilibrium

RULE = "the introductions with the greatest revenue among those tried; {} competitive prices, ties {} the platform"

_ROOT_ROUNDS = 25
_FIRST_NODES = 101
"""If so many nodes do not suffice, it pays to tighten the root."""
_SEARCHED = 0.9
"""The share of a time limit that is searched; the rest is for the checker."""
_SEARCH_SHARE = 0.15
_SEARCH_PAIRS = 3000
_SEARCH_SECONDS = 20.0
_SWAP_PAIRS = 40_000


class Search:
    """The best introductions so far, and the relaxation that bounds all others: what branching works on."""

    def __init__(self, model: Model, effort: Effort) -> None:
        self.model = model
        self.effort = effort
        self.best = self._state(())
        self.lower = Fraction(0)
        self.tried: set[tuple[Pair, ...]] = {()}
        self.relaxation: Relaxation | None = None
        self.root: Point | None = None

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
        self.offer(curve.best.introduced)
        everyone = efficient_equilibrium(self.model)
        world = self._state(()).equilibrium
        pairs = {*everyone.trades, *world.trades, *self.best.equilibrium.trades}
        pairs |= {pair for point in curve.points for pair in point.introduced}
        self.relaxation = Relaxation(self.model, sorted(self.model.places(sorted(pairs)).tolist()))

    def improve(self) -> int:
        """Add, drop and exchange single introductions, and let trades swap partners, while that helps.

        Returns
        -------
        int
            The number of tries.
        """
        limit = _SEARCH_SHARE * self.effort.remaining()
        stop = time.perf_counter() + min(limit, _SEARCH_SECONDS)
        tries = 0
        moves: list[Callable[[], Iterator[set[Pair]]]] = [self._single_changes, self._swaps]
        at = 0
        while at < len(moves):
            better = False
            for introduced in moves[at]():
                if time.perf_counter() >= stop or self.effort.exhausted():
                    return tries
                tries += 1
                better |= self.offer(introduced)
            at = 0 if better else at + 1
        return tries

    def _single_changes(self) -> Iterator[set[Pair]]:
        """Every pair of the relaxation in turn, dropped from the best introductions or put in the way of none."""
        if self.relaxation is None:
            return
        model = self.model
        for p in [p for p in sorted(self.relaxation.column) if not model.known[p]][:_SEARCH_PAIRS]:
            pair = int(model.buyers[p]), int(model.sellers[p])
            now = set(self.best.introduced)
            rest = {other for other in now if other[0] != pair[0] and other[1] != pair[1]}
            yield rest if pair in now else {*rest, pair}

    def _swaps(self) -> Iterator[set[Pair]]:
        """Any two trades, known or not, with their sellers exchanged: neither half may be of use without the other."""
        model = self.model
        if model.size > _SWAP_PAIRS:
            return
        places = np.flatnonzero((model.net >= 0) & ~model.known)
        unknown = set(zip(model.buyers[places].tolist(), model.sellers[places].tolist(), strict=True))
        for (i, j), (k, other) in combinations(list(self.best.equilibrium.trades), 2):
            new = {(i, other), (k, j)} & unknown
            if new:
                yield {p for p in self.best.introduced if p[0] not in (i, k) and p[1] not in (j, other)} | new

    def integer(self, seconds: float) -> None:
        """Try what an integer program's solver finds."""
        found = IntegerProgram(self.model).solve(self.best, min(seconds, self.effort.remaining()))
        if found is not None:
            self.offer(found)

    def begin(self) -> None:
        """Relax the market as a whole, if there is time."""
        if self.relaxation is None:
            return
        self.root = self.relaxation.solve(self.effort.remaining(), _ROOT_ROUNDS)
        if self.root is not None:
            self.offer_places([place for place, weight in self.root.x if weight > 0.5])

    def offer_places(self, places: Iterable[int]) -> bool:
        """Try the trades of some pairs, by place."""
        unknown = [p for p in places if not self.model.known[p]]
        return self.offer([(int(self.model.buyers[p]), int(self.model.sellers[p])) for p in unknown])

    def witnesses(self, dual: Mapping[str, object], method: str, iterations: int) -> Witnesses:
        """What was found, for the checker."""
        rule = RULE.format(self.best.rule, "for" if self.best.ties == "platform" else "against")
        return Witnesses(self.best.outcome().witness(), dual, method, iterations=iterations, rule=rule)


def revenue_by_fees(model: Model, effort: Effort) -> Witnesses:
    """The best entry fee from below; from above the welfare of unknown pairs."""
    effort.tell("entry fees")
    search = Search(model, effort)
    curve = fee_curve(model)
    search.offer(curve.best.introduced)
    return _without_a_tree(search, curve)


def _without_a_tree(search: Search, curve: FeeCurve | None = None) -> Witnesses:
    """The best introductions so far, none before there are entry fees, and the welfare of unknown pairs."""
    multipliers = Multipliers(search.model, ())
    found = multipliers.leaf(Bounds.of(search.model), exact=True)
    method, solves = ("no-introductions", 0) if curve is None else ("entry-fee", curve.solves)
    return search.witnesses({"kind": "lp", **multipliers.witness(found)}, method, solves)


def _enumerated(search: Search) -> Witnesses | None:
    """The best of all sets of introductions, if these are few."""
    statement = search.model.statement
    if enumeration.work(statement) > enumeration.MAX_WORK:
        return None
    search.offer(enumeration.best(statement)[1])
    return search.witnesses({"kind": "enumeration"}, "enumeration", len(search.tried))


def maximise_revenue(model: Model, effort: Effort, *, whole: bool = False) -> Witnesses:
    """Entry fees, dives, local search and branching, until the bounds meet or the time is over.

    The upper bound is that of the largest prices and friendly ties, which other rules never exceed. Where it is not
    attained under other rules, small markets are enumerated.

    Parameters
    ----------
    model : Model
    effort : Effort
    whole : bool
        Whether an integer program comes first, with half of the time.
    """
    effort.tell("entry fees")
    if effort.time_limit is not None:
        effort = replace(effort, time_limit=_SEARCHED * effort.time_limit)
    search = Search(model, effort)
    effort.offer(_without_a_tree(search))
    curve = fee_curve(model)
    statement = model.statement
    if not model.in_floats:
        # Linear programs in floats mean nothing where numbers have hundreds of digits.
        search.offer(curve.best.introduced)
        search.improve()
        return _enumerated(search) or _without_a_tree(search, curve)
    search.start(curve)
    effort.offer(_without_a_tree(search, curve))
    if whole:
        search.improve()
        effort.tell(f"revenue {float(search.lower):.6g}; integer program")
        search.integer(effort.remaining() / 2)
    search.begin()
    usual = (statement.price_rule, statement.ties) == ("largest", "platform")
    if not usual:
        tries = search.improve()
        if statement.ties == "hostile" and search.lower == 0 and (dual := autarky(model)):
            return search.witnesses(dual, "autarky", tries)
        if (found := _enumerated(search)) is not None:
            return found
    effort.tell(f"revenue {float(search.lower):.6g}; branching")
    branching = Branching(search, effort)
    tree = branch(branching, effort, step=model.unit, max_nodes=_FIRST_NODES, stop=branching.in_vain)
    # Under other rules the tree closes the gap to its own optimum only, so a small one will do.
    again = usual
    while tree is not None and tree.upper > search.lower and again and not effort.exhausted():
        branching = Branching(search, effort, thorough=True)
        larger = branch(branching, effort, step=model.unit, stop=branching.in_vain)
        tree = larger if larger is not None and larger.upper <= tree.upper else tree
        again = branching.in_vain(float(tree.upper))
    if tree is None:
        return _without_a_tree(search, curve)
    nodes = listed(model, tree.nodes)
    dual = {"kind": "lp", **nodes[0]} if len(nodes) == 1 else {"kind": "tree", "nodes": nodes}
    return search.witnesses(dual, "milp and branching" if whole else "branching", len(nodes))


def autarky(model: Model) -> dict[str, object] | None:
    """The certificate that hostile ties leave nothing, where known pairs alone reach the greatest welfare."""
    best = efficient_equilibrium(model)
    trades = list(best.trades)
    if any(j not in model.statement.acquaintances[i] for i, j in trades):
        return None
    return {**assignment_dual(model, best), "kind": "autarky", "trades": [list(pair) for pair in trades]}
