"""Branching on pairs, utilities and prices: the tree that bounds a platform's revenue.

A node is a part of the market with bounds on utilities and prices. Its linear program gives a point to split and
multipliers of envy; with these, what cannot hold a better solution is cut off before the node is split.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from transport.programs.branching import Box, Entry, Leaf, Relaxed, Split
from transport.programs.effort import Effort

from .bounds import Bounds
from .dives import Diver
from .envy import Row
from .leaves import Multipliers
from .node import Nodes, Point
from .search import Search
from .splits import Candidate, Splits, candidates
from .tighten import EMPTY, Relax, Tightening, goal_above

_ROOT_ROUNDS, _ROUNDS = 60, 3
"""Of rows of envy, at the root and at other nodes."""
_SWEEPS = 4
"""Of a thorough root; the last but one asks linear programs, too."""
_PIVOTS = 100
"""When a split is tried."""
_DIVE_SHARE, _DIVE_SECONDS = 0.15, 30.0
"""Of the time left, and at most so long, for dives: a good incumbent early cuts off more, but proves nothing."""
_LEVEL_SHARE, _LEVEL_SECONDS = 0.15, 30.0
"""Of the time left, and at most so long, for linear programs that tighten bounds at the root."""
_BELOW = 0.25
"""Multipliers that show a part dominated are improved until the bound is below the goal by this share of the gap."""
_WIDE = 0.08
"""The share of its bound that a quick root may leave open."""
_MUCH_BETTER, _EARLY = 0.2, 0.4
"""A root is tightened again if so much of its gap has been attained since, and so much is still open."""
_DIVE_EVERY = 20
"""Nodes between two dives: an incumbent found late still cuts off what is open."""
_MOST_TERMS = 300_000
"""Rows with more terms than this are not multiplied out exactly here; the checker does it anyway."""
_MOST_RESCUES = 2_000
"""Splits where floats have nothing more to say. Small markets are fixed by fewer; in larger ones they help little."""
_MOST_PAIRS = 20_000
"""With more pairs in question, a market is not branched on."""


@dataclass(frozen=True, eq=False)
class _Part:
    """A node.

    Attributes
    ----------
    bounds : Bounds or None
        None if nothing lies there.
    point : Point or None
        Its optimum.
    multipliers : Multipliers
    candidate : Candidate or None
        How it is split.
    before : Bounds or None
        Without its fixings.
    """

    bounds: Bounds | None
    point: Point | None
    multipliers: Multipliers
    candidate: Candidate | None = None
    before: Bounds | None = None


@dataclass
class _Root:
    """The root while it is being tightened: its value, the rows that bind there, its optimum within what is left."""

    value: float
    rows: Sequence[Row]
    point: Point | None


class Branching:
    """The revenue's tree, for :func:`transport.programs.branching.branch`.

    Parameters
    ----------
    search : Search
        Whose root has been relaxed, and which keeps the incumbent.
    effort : Effort
    thorough : bool
        Whether every bound at the root is tightened, which pays for a large tree; otherwise dives come first.
    """

    def __init__(self, search: Search, effort: Effort, *, thorough: bool = False) -> None:
        self.search = search
        self.thorough = thorough
        self.model = search.model
        self.effort = effort
        self.nodes = Nodes(search.model)
        self.splits = Splits()
        self.diver = Diver(self.nodes, search.try_places, self._goal)
        self._children = 0
        self._rescues = 0
        self._gap: tuple[float, float] | None = None

    @property
    def lower(self) -> Fraction:
        """The incumbent's revenue."""
        return self.search.lower

    def _goal(self) -> float:
        """Revenue below this, in units, does not exceed the incumbent's."""
        return goal_above(self._attained())

    def _attained(self) -> int:
        """The incumbent's revenue, in units."""
        return int(self.lower / self.model.unit)

    def in_vain(self, bound: float) -> bool:
        """Whether to begin again: a quick root leaves too much, or much better introductions have been found early on.

        Parameters
        ----------
        bound : float
            Of the tree so far.
        """
        if self._gap is None:
            return False
        first, attained = self._gap
        if not self.thorough:
            return first - attained > _WIDE * first
        best, bound = (float(number) / float(self.model.unit) for number in (self.lower, bound))
        gap = max(first - attained, 0.0)  # never again without something better, even if floats put the bound below it
        return best - attained > _MUCH_BETTER * gap and bound - best > _EARLY * gap

    def relax(self, above: Relaxed | None, part: Box) -> Relaxed | None:
        """Solve the relaxation in a part of a node, or tighten the root."""
        if above is None:
            return self._root()
        return self._child(above, part)

    def _root(self) -> Relaxed | None:
        found = self.search.root
        bounds = Bounds.of(self.model).propagated(self.model)
        if found is None or bounds is None:
            return None
        steps = self._tightening(bounds, Multipliers(self.model, found.envy, self.nodes.pairs))
        root = _Root(found.value, [row for row, _ in found.envy], None)
        if not self.thorough:
            self._dive(steps, root)
        for sweep in range(_SWEEPS if self.thorough else 1):
            steps.pairs_by_excess()
            if steps.bounds is None or steps.bounds.may.sum() > _MOST_PAIRS:
                break
            if self.thorough:
                steps.levels(self._better(root) if sweep == _SWEEPS - 2 else None)
                steps.pairs()
            if not self._resolve(steps, root):
                break
        self._gap = root.value, float(self.lower / self.model.unit)
        return self._relaxed(steps, root.point, root.value)

    def _dive(self, steps: Tightening, root: _Root) -> None:
        """Look for a better incumbent, unless the root is cut off already."""
        if steps.bounds is None:
            return
        leaf = steps.multipliers.leaf(steps.bounds)
        if leaf.bound < steps.goal:
            return
        gains = np.full(self.model.size, -np.inf)
        gains[np.flatnonzero(steps.bounds.may)] = leaf.excess
        seconds = min(_DIVE_SHARE * self.effort.remaining(), _DIVE_SECONDS)
        count = self.diver.run(steps.bounds, gains, root.rows, seconds)
        tries = self.search.improve()
        self.effort.tell(f"revenue {float(self.lower):.6g} after {count} dives and {tries} exchanges")
        steps.attained = self._attained()

    def _better(self, root: _Root) -> Relax:
        """Better multipliers for parts of the root, as long as there is time for that."""
        stop = time.perf_counter() + min(_LEVEL_SHARE * self.effort.remaining(), _LEVEL_SECONDS)
        return lambda within: self._relax(within, root) if time.perf_counter() < stop else None

    def _relax(self, within: Bounds, root: _Root) -> Multipliers | None:
        """Better multipliers for a part of the root, if they show it dominated."""
        basis = root.point.basis if root.point else None
        goal = self._goal()
        low_enough = goal - _BELOW * max(root.value - goal, 0.0)
        tried = self.nodes.solve(within, root.rows, basis, self.effort.remaining(), cutoff=low_enough)
        if not isinstance(tried, Point):
            return None
        if tried.value >= goal:
            self.search.try_places(tried.trades)
            return None
        return Multipliers(self.model, tried.envy, self.nodes.pairs)

    def _resolve(self, steps: Tightening, root: _Root) -> bool:
        """Relax the root again within what is left; whether there may be something better."""
        if steps.bounds is None:
            return False
        solved = self._solve(steps.bounds, root.point, rows=root.rows, rounds=_ROOT_ROUNDS)
        if not isinstance(solved, Point):
            return False
        root.point, root.rows, root.value = solved, solved.rows, min(root.value, solved.value)
        steps.multipliers = Multipliers(self.model, solved.envy, self.nodes.pairs)
        steps.attained = self._attained()
        self.effort.tell(f"bound {root.value * float(self.model.unit):.6g}, {len(solved.places)} pairs in question")
        return solved.value >= steps.goal

    def _tightening(self, bounds: Bounds, multipliers: Multipliers) -> Tightening:
        deadline = time.perf_counter() + min(self.effort.remaining(), 1e9)
        return Tightening(self.model, multipliers, self._attained(), deadline, bounds, stop=self.effort.exhausted)

    def _solve(
        self, bounds: Bounds, above: Point | None, *, rows: Sequence[Row] = (), rounds: int = _ROUNDS
    ) -> Point | float | None:
        """The optimum within bounds, whose trades are tried as an incumbent."""
        found = self.nodes.solve(
            bounds,
            above.rows if above else rows,
            above.basis if above else None,
            self.effort.remaining(),
            rounds=rounds,
            cutoff=self._goal(),
        )
        if isinstance(found, Point):
            self.search.try_places(found.trades)
        return found

    def _child(self, above: Relaxed, part: Box) -> Relaxed | None:
        state: _Part = above.state
        self._rescues += state.candidate is None
        bounds = state.bounds.within(self.model, part) if state.bounds is not None else None
        if bounds is None:
            self._learn(state, part, above.bound, -math.inf)
            return Relaxed(-math.inf, None, [], _Part(None, None, state.multipliers))
        goal = self._goal()
        found = self._solve(bounds, state.point)
        if isinstance(found, float):
            # Only floats say that nothing is left; if no exact bound agrees, the part is split further.
            return Relaxed(-math.inf, self._rescue(bounds), [], _Part(bounds, None, state.multipliers))
        if found is None:
            return None
        multipliers = Multipliers(self.model, found.envy, self.nodes.pairs)
        if found.value < goal <= multipliers.leaf(bounds).bound:
            # The solver's word is not enough.
            found = self.nodes.solve(bounds, found.rows, None, self.effort.remaining())
            if not isinstance(found, Point):
                return None
            multipliers = Multipliers(self.model, found.envy, self.nodes.pairs)
        self._learn(state, part, above.bound / float(self.model.unit), found.value)
        steps = self._tightening(bounds, multipliers)
        self._children += 1
        if found.value >= goal:
            if self._children % _DIVE_EVERY == 0:
                self.diver.once(bounds, found, self.effort.remaining())
            steps.pairs_by_excess()
        return self._relaxed(steps, found, found.value, bounds)

    def _learn(self, above: _Part, part: Box, before: float, after: float) -> None:
        """Remember what the split that leads to a part has gained."""
        candidate = above.candidate
        if candidate is None or candidate.number not in part:
            return
        side = candidate.parts.index(tuple(part[candidate.number]))
        goal = self._goal()
        self.splits.observe(candidate, side, min(max(before - after, 0.0), max(before - goal, 0.0) + 1))

    def _relaxed(self, steps: Tightening, point: Point | None, value: float, before: Bounds | None = None) -> Relaxed:
        """A node with its split, if it needs one."""
        bounds, unit = steps.bounds, float(self.model.unit)
        state = _Part(bounds, point, steps.multipliers, before=before)
        if bounds is None:
            return Relaxed(-math.inf, None, steps.fixings, state)
        if point is None or value < self._goal():
            return Relaxed(value * unit, self._rescue(bounds), steps.fixings, state)
        found = candidates(self.model, bounds, point)
        goal = self._goal()

        def attempt(number: int, part: tuple[int, int]) -> float:
            within = bounds.within(self.model, {number: part})
            if within is None:
                return -math.inf
            tried = self.nodes.solve(
                within, point.rows, point.basis, self.effort.remaining(), cutoff=goal, pivots=_PIVOTS
            )
            return tried if isinstance(tried, float) else value

        chosen = self.splits.choose(found, value, goal, attempt)
        state = _Part(bounds, point, steps.multipliers, chosen, before)
        split = chosen.split() if chosen else self._rescue(bounds)
        return Relaxed(value * unit, split, steps.fixings, state)

    def _rescue(self, bounds: Bounds) -> Split | None:
        """A split for a part that floats call solved, if its exact bound does not agree.

        Where values of very different size meet, multipliers in floats are too coarse. Once it is fixed who trades
        with whom, bounds on utilities and prices alone are exact.
        """
        model = self.model
        places = np.flatnonzero(bounds.may)
        sides = ((model.buyers, bounds.buyer_must), (model.sellers, bounds.seller_must))
        fixed = np.ones(len(places), bool)
        for owner, must in sides:
            fixed &= must[owner[places]] & (np.bincount(owner[places])[owner[places]] == 1)
        undecided = places[~fixed]
        if not len(undecided) or self._rescues >= _MOST_RESCUES:
            return None
        number = int(model.numbers(undecided[model.net[undecided].argmax()]))
        return Split({"split": [number, 0]}, ({number: (0, 0)}, {number: (1, 1)}))

    def leaf(self, relaxed: Relaxed) -> Leaf:
        """The exact bound of a leaf, with or without its fixings.

        Multipliers are made for the bounds before a node's last fixings, and may prove less within those after.
        """
        state: _Part = relaxed.state
        if state.bounds is None:
            return Leaf(EMPTY, None, relaxed.fixings)
        found = self._bound(state, state.bounds)
        if state.before is not None and found[1] > relaxed.bound:
            before = self._bound(state, state.before)
            if before[1] < found[1]:
                return Leaf(*before, [])
        return Leaf(*found, relaxed.fixings)

    def _bound(self, state: _Part, bounds: Bounds) -> tuple[Entry, Fraction]:
        """The exact bound that a node's multipliers prove within bounds."""
        found = state.multipliers.leaf(bounds)
        if found.bound >= self._goal() and state.multipliers.rows.size <= _MOST_TERMS:
            found = state.multipliers.leaf(bounds, exact=True)
            bare = Multipliers(self.model, ())
            alone = bare.leaf(bounds, exact=True)
            if alone.bound < found.bound:
                return bare.witness(alone), math.floor(alone.bound) * self.model.unit
        return state.multipliers.witness(found), math.floor(found.bound) * self.model.unit
