"""The incumbent of a platform's revenue: the best introductions so far, and local changes to them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import combinations

import numpy as np

from dual.kinds.trading.valuations import Pair
from transport.programs.effort import Effort
from transport.road.methods import Found

from .arrays import Model
from .fees import FeeCurve
from .integer import IntegerProgram
from .outcome import State
from .prices import Equilibrium
from .relaxation import Point, Relaxation
from .wander import TRIES_EACH, Walk
from .welfare import efficient_equilibrium

RULE = "the introductions with the greatest revenue among those tried; {} competitive prices, ties {} the platform"
_ROOT_ROUNDS = 25
"""Of rows and columns: later ones lower the bound by less than the tree does in the same time."""
_SEARCH_SHARE = 0.15
"""Of the time left, for exchanges of introductions: a good incumbent cuts off more, but proves nothing."""
_WALK_SHARE = 0.45
"""The same for a walk, where a first tree has left a gap: what is found then is mostly all that is."""
_SEARCH_PAIRS = 3000
"""Pairs that are tried in turn, each of which is an assignment problem."""
_SEARCH_SECONDS = 30.0
"""And at most so long."""
_WIDE = 0.25
"""The share of a bound that is much to be left open."""
_SWAP_PAIRS = 40_000
"""In larger markets pairs of trades are not exchanged: there are too many."""


class Search:
    """The incumbent, and the relaxation that bounds all others: what branching works on."""

    def __init__(self, model: Model, effort: Effort) -> None:
        self.model = model
        self.effort = effort
        self.best = self._state(())
        self.lower = Fraction(0)
        self.tried: set[tuple[Pair, ...]] = {()}
        self.relaxation: Relaxation | None = None
        self.root: Point | None = None

    def _state(self, introduced: Iterable[Pair], start: Equilibrium | None = None) -> State:
        statement = self.model.statement
        return State(self.model, introduced, statement.price_rule, statement.ties, start)

    def try_incumbent(self, introduced: Iterable[Pair]) -> bool:
        """Try some introductions as an incumbent; whether they are the best so far."""
        pairs = tuple(sorted(introduced))
        if pairs in self.tried:
            return False
        self.tried.add(pairs)
        return self._keep(self._state(pairs))

    def _keep(self, state: State) -> bool:
        value = state.revenue * self.model.unit
        if value <= self.lower:
            return False
        self.best, self.lower = state, value
        return True

    def start(self, curve: FeeCurve | None = None) -> None:
        """Begin with the columns of what trades in simple cases, and with the entry fees' introductions, if asked."""
        if curve is not None:
            self.try_incumbent(curve.best.introduced)
        everyone = efficient_equilibrium(self.model)
        world = self._state(()).equilibrium
        pairs = {*everyone.trades, *world.trades, *self.best.equilibrium.trades}
        pairs |= {pair for point in (curve.points if curve is not None else ()) for pair in point.introduced}
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
                better |= self.try_incumbent(introduced)
            at = 0 if better else at + 1
        return tries

    def wander(self) -> int:
        """Walk on from the best introductions, also through worse ones; how many are tried."""
        stop = time.perf_counter() + min(_WALK_SHARE * self.effort.remaining(), _SEARCH_SECONDS)
        walk = Walk(self.model, self.best)
        for introduced in walk.improvements(TRIES_EACH * min(self.model.shape)):
            if introduced is not None:
                self.try_incumbent(introduced)
            if time.perf_counter() >= stop or self.effort.exhausted():
                break
        return walk.tries

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
            self.try_incumbent(found)

    def begin(self) -> None:
        """Relax the market as a whole, if there is time."""
        if self.relaxation is None:
            return
        self.root = self.relaxation.solve(self.effort.remaining(), _ROOT_ROUNDS)
        if self.root is not None:
            self.try_places([place for place, weight in self.root.x if weight > 0.5])

    def try_places(self, places: Iterable[int]) -> bool:
        """Try the trades of some pairs as an incumbent, by index."""
        unknown = [p for p in places if not self.model.known[p]]
        return self.try_incumbent([(int(self.model.buyers[p]), int(self.model.sellers[p])) for p in unknown])

    def wide(self, bound: float) -> bool:
        """Whether a bound, in units, leaves much open."""
        return float(self.lower / self.model.unit) < (1 - _WIDE) * bound

    def witnesses(self, dual: Mapping[str, object], method: str, iterations: int) -> Found:
        """What was found, for the checker."""
        rule = RULE.format(self.best.rule, "for" if self.best.ties == "platform" else "against")
        return Found(self.best.outcome(), dual, method, iterations=iterations, rule=rule)
