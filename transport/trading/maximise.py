"""Maximising a platform's revenue: heuristics from below, relaxations from above."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import combinations

import numpy as np

from dual import enumeration
from dual.valuations import Pair
from transport.road.branching import Closing, Relaxed, Split, branch
from transport.road.problem import Effort, Witnesses

from .arrays import Model
from .fees import FeeCurve, fee_curve
from .graph import Integers
from .integer import IntegerProgram, coefficients
from .leaves import closing, leaf
from .outcome import State
from .relaxation import Point, Relaxation
from .welfare import assignment_dual, efficient_equilibrium

RULE = "the introductions with the greatest revenue among those tried; {} competitive prices, ties {} the platform"


_ROOT_ROUNDS, _ROUNDS = 60, 2
_NODES_OF_OTHER_RULES = 201
_SEARCH_SHARE = 0.15
_SEARCH_PAIRS = 3000
_INTEGER_SHARE, _INTEGER_SECONDS, _INTEGER_SIZE = 0.2, 30.0, 100_000
_SEARCH_SECONDS = 20.0
_SWAP_PAIRS = 40_000
_MUCH_LESS = 0.9


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
        while at < len(moves) and not self.closed():
            better = False
            for introduced in moves[at]():
                if time.perf_counter() >= stop:
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

    def focus(self) -> None:
        """Keep what the tree's root leaves in question and the rows that bind there, if that is a smaller program."""
        if self.root is None or self.relaxation is None:
            return
        kept = set(self._in_question().tolist()) | {place for place, _ in self.root.x}
        if len(kept) < len(self.relaxation.column):
            self.relaxation = Relaxation(self.model, sorted(kept), [row for row, _ in self.root.envy])

    def refine(self) -> None:
        """Relax the root again from what it leaves in question, until that is no longer much less."""
        count = self.model.size
        while self.root is not None and len(self._in_question()) < _MUCH_LESS * count:
            count = len(self._in_question())
            self.focus()
            before, self.root = self.root, None
            if self.relax({}) is None:
                self.root = before
                return

    def _in_question(self) -> Integers:
        """The pairs that may trade in something better than the best so far."""
        if self.root is None or self.relaxation is None:
            return np.arange(self.model.size)
        more = float(self.lower / self.model.unit + 1) / self.relaxation.scale
        return np.flatnonzero(self.root.value + self.root.gains > more * (1 - 1e-6))

    def closed(self) -> bool:
        """Whether the root's bound is below the next multiple of the unit."""
        if self.root is None or self.relaxation is None:
            return False
        return self.root.value * self.relaxation.scale < (float(self.lower / self.model.unit) + 1) * (1 - 1e-6)

    def integer(self, seconds: float) -> None:
        """Try what an integer program's solver finds.

        It has all pairs, or those that the tree's root leaves in question if there is one; then it may not be large.
        """
        if self.root is None or self.relaxation is None:
            program = IntegerProgram(self.model)
        else:
            places = self._in_question()
            if coefficients(self.model, places) > _INTEGER_SIZE:
                return
            program = IntegerProgram(self.model, places, [row for row, _ in self.root.envy])
        found = program.solve(self.best, min(seconds, self.effort.remaining()))
        if found is not None:
            self.offer(found)

    def relax(self, box: Mapping[int, tuple[int, int]]) -> Relaxed | None:
        """Solve the relaxation within a box, and try the introductions that it suggests."""
        if self.relaxation is None:
            return None
        self.relaxation.restrict(box)
        size = self.relaxation.scale * float(self.model.unit)
        cutoff = float(self.lower + self.model.unit) / size
        rounds = _ROUNDS if box else _ROOT_ROUNDS
        found = self.relaxation.solve(self.effort.remaining(), rounds, cutoff * (1 - 1e-6))
        if found is None:
            return None
        self.root = self.root or found
        self.offer(self._rounded(found))
        return Relaxed(found.value * size, self._split(found, box), found)

    def _rounded(self, found: Point) -> list[Pair]:
        places = [place for place, weight in found.x if weight > 0.5 and not self.model.known[place]]
        return [(int(self.model.buyers[p]), int(self.model.sellers[p])) for p in places]

    def _split(self, found: Point, box: Mapping[int, tuple[int, int]]) -> Split | None:
        """Halve what is most undecided: the sellers of a buyer, or the buyers of a seller."""
        model = self.model
        rows: dict[tuple[int, int], list[tuple[int, float]]] = {}
        for place, weight in found.x:
            if 1e-6 < weight < 1 - 1e-6:
                rows.setdefault((0, int(model.buyers[place])), []).append((place, weight))
                rows.setdefault((1, int(model.sellers[place])), []).append((place, weight))
        if not rows:
            return None

        def doubt(row: tuple[int, int]) -> tuple[float, int]:
            entries = rows[row]
            spread = sum(w * (1 - w) * (0.1 + float(model.net[p]) / size) for p, w in entries)
            return spread, -(row[0] * model.shape[0] + row[1])

        size = float(max(int(model.net.max()), 1))
        row = max(rows, key=doubt)
        entries = rows[row]
        if len(entries) == 1:
            place = entries[0][0]
            return Split({"split": [self._number(place), 0]}, ({place: (0, 0)}, {place: (1, 1)}))
        first, second = self._halves(row, entries, box)
        words = {"either": [[self._number(p) for p in part] for part in (first, second)]}
        return Split(words, (dict.fromkeys(first, (0, 0)), dict.fromkeys(second, (0, 0))))

    def _halves(
        self, row: tuple[int, int], entries: list[tuple[int, float]], box: Mapping[int, tuple[int, int]]
    ) -> tuple[list[int], list[int]]:
        """Two parts of a buyer's or a seller's pairs, each with some weight: unknown and known, or high and low."""
        model = self.model
        owner = model.buyers if row[0] == 0 else model.sellers
        everyone: list[int] = [
            p for p in np.flatnonzero(owner == row[1]).tolist() if p not in box and model.net[p] >= 0
        ]
        known = sum(weight for place, weight in entries if model.known[place])
        total = sum(weight for _, weight in entries)
        if 0.05 < known < total - 0.05:
            order = sorted(everyone, key=lambda p: (bool(model.known[p]), p))
            cut = sum(not model.known[p] for p in everyone)
        else:
            weights = dict(entries)
            order = sorted(everyone, key=lambda p: (-int(model.net[p]), p))
            sums = np.cumsum([weights.get(p, 0.0) for p in order])
            inner = [k for k in range(1, len(order)) if 1e-6 < sums[k - 1] < total - 1e-6]
            cut = min(inner, key=lambda k: (abs(float(sums[k - 1]) - total / 2), k))
        return order[:cut], order[cut:]

    def _number(self, place: int) -> int:
        """The checker's number of a pair: (i, j) is ``i m + j``."""
        return int(self.model.buyers[place]) * self.model.shape[1] + int(self.model.sellers[place])

    def leaf(self, box: Mapping[int, tuple[int, int]], multipliers: Point) -> tuple[Mapping[str, object], Fraction]:
        """The exact bound of a leaf."""
        return leaf(self.model, box, multipliers.envy)

    def close(self, box: Mapping[int, tuple[int, int]], multipliers: Point) -> Closing | None:
        """The pairs that trade in nothing better than the best so far, with what proves it."""
        if self.relaxation is None:
            return None
        scale, most = self.relaxation.scale, int(self.lower / self.model.unit)
        hopeless = (multipliers.value + multipliers.gains) * scale < most + 1
        hopeless[list(box)] = False
        if not hopeless.any():
            return None
        witness, places = closing(self.model, box, multipliers, scale, most)
        if not len(places):
            return None
        words = {"closed": [self._number(p) for p in places.tolist()], "by": witness}
        return Closing(words, dict.fromkeys(places.tolist(), (0, 0)))

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


def _without_a_tree(search: Search, curve: FeeCurve) -> Witnesses:
    witness, _ = leaf(search.model, {}, ())
    return search.witnesses({"kind": "lp", **witness}, "entry-fee", curve.solves)


def maximise_revenue(model: Model, effort: Effort, *, whole: bool = False) -> Witnesses:
    """Entry fees, local search, an integer program and branching, until the bounds meet or the time is over.

    The upper bound is that of the largest prices and friendly ties, which other rules never exceed. Where it is not
    attained under other rules, small markets are enumerated.

    Parameters
    ----------
    model : Model
    effort : Effort
    whole : bool
        Whether the integer program has all pairs and half of the time, and comes first; otherwise it has a small part
        of the time and the pairs that the root of the tree leaves in question.
    """
    effort.tell("entry fees")
    search = Search(model, effort)
    curve = fee_curve(model)
    search.start(curve)
    if whole:
        tries = search.improve()
        effort.tell(f"revenue {float(search.lower):.6g} after {tries} exchanges; integer program")
        search.integer(effort.remaining() / 2)
        search.relax({})
    else:
        search.relax({})
        tries = search.improve()
    statement = model.statement
    usual = (statement.price_rule, statement.ties) == ("largest", "platform")
    if not usual:
        if statement.ties == "hostile" and search.lower == 0 and (dual := autarky(model)):
            return search.witnesses(dual, "autarky", tries)
        if enumeration.work(statement) <= enumeration.MAX_WORK:
            search.offer(enumeration.best(statement)[1])
            return search.witnesses({"kind": "enumeration"}, "enumeration", tries)
    if not whole and not search.closed():
        search.refine()
        effort.tell(f"revenue {float(search.lower):.6g} after {tries} exchanges; integer program")
        search.integer(min(_INTEGER_SHARE * effort.remaining(), _INTEGER_SECONDS))
        search.focus()
    effort.tell(f"revenue {float(search.lower):.6g}; branching")
    # Under other rules the tree closes the gap to its own optimum only, so a small one will do.
    tree = branch(search, effort, step=model.unit, **({} if usual else {"max_nodes": _NODES_OF_OTHER_RULES}))
    if tree is None:
        return _without_a_tree(search, curve)
    dual = {"kind": "lp", **tree.nodes[0]} if len(tree.nodes) == 1 else {"kind": "tree", "nodes": tree.nodes}
    return search.witnesses(dual, "milp and branching" if whole else "branching", len(tree.nodes))


def autarky(model: Model) -> dict[str, object] | None:
    """The certificate that hostile ties leave nothing, where known pairs alone reach the greatest welfare."""
    best = efficient_equilibrium(model)
    trades = list(best.trades)
    if any(j not in model.statement.acquaintances[i] for i, j in trades):
        return None
    return {**assignment_dual(model, best), "kind": "autarky", "trades": [list(pair) for pair in trades]}
