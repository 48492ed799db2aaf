"""Prices that provably majorise an expression on the whole simplex of beliefs."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from fractions import Fraction
from operator import add, mul

import numpy as np

from dual.errors import InputError, SuasionError, Undecided, Violation
from dual.functions.band import Cell
from dual.functions.beliefs import above, coordinates, possible
from dual.functions.enclosure import prove_nonnegative
from dual.functions.expression import Expression, Irrational
from dual.kinds.concave import ConcavificationStatement
from dual.numbers.exact import Vector
from dual.numbers.interval import rounded
from transport.functions.infimum import lower_bound
from transport.functions.slope import exact_slope
from transport.programs.arrays import Floats
from transport.programs.effort import Effort
from transport.programs.rational import null_space, reduced
from transport.programs.rounding import round_dyadic

from .cutting_plane import Sample
from .faces import touching_beliefs
from .kinked import KinkedPayoff, lattice
from .splitting import Splitting, short_beliefs
from .tangency import Contact, Touch, centred

_FEWEST_CELLS = 40
"""What is tried even when time is short: simple payoffs need no more."""
_FIRST_CELLS = 300
"""For simple prices, which are the optimum or fail at once."""
_EXACT_CELLS = 1500
"""With the beliefs at which prices touch: more only help where the touch is flat."""
_RAISED_CELLS = 3000
"""For prices that are raised: a proof is certain to exist, and only work stands before it."""
_STAGES = ((300, 1e-9), (4000, 1e-7), (10_000, 1e-6))
"""After how many cells which raise of the prices, relative to the value (but at least to a hundredth of the payoff's
range), is good enough; the checker looks at 20,000 cells."""
_GOOD = Fraction(1, 10**9)
"""The raise that is tried where the first stage finds no smaller one, and less than ``_HOPELESS``."""
_HOPELESS = Fraction(1, 10)
"""Prices that miss by more, relative to the payoff's range, are wrong; to raise them would prove nothing of use."""
_STEEP = 1e8
"""Prices of excluded states beyond this, relative to the payoff's range, are a sign of an unbounded slope."""


class Exceeded(SuasionError):
    """The payoff exceeds the prices at a belief that the search had missed."""

    def __init__(self, belief: Vector) -> None:
        super().__init__("the payoff exceeds the prices")
        self.belief = belief


class Majorant:
    """What is needed to prove prices: the expression, its payoff with kinks, and the sample of a search."""

    def __init__(
        self, statement: ConcavificationStatement, value: Expression, sample: Sample, patient: bool = True
    ) -> None:
        self.statement = statement
        self.patient = patient
        self.value = value
        self.sample = sample
        self.kinked: KinkedPayoff = sample.kinked
        self.simplex: Cell = possible((1,) * self.kinked.states)
        self._outside: list[Floats] = []
        self._unit = Fraction(sample.scale)  # what the raise of the prices is measured by
        self._pace = 0.004  # seconds a cell, until some are timed

    def witness(self, touch: Touch, splitting: Splitting, effort: Effort) -> dict[str, object] | None:
        """The dual witness: exactly tight if that can be proven, else raised as little as can be proven.

        Raises
        ------
        Exceeded
            If the prices are too low at some belief.
        """
        points = [belief for belief in splitting.beliefs if max(belief) < 1]
        found = [] if effort.exhausted() else list(self._tight(touch))
        for prices in found:
            if self._proven(prices, points, self._affordable(_FIRST_CELLS, effort)):
                return _stated(prices, points)
        for prices in found[:1]:
            further = self._touching(prices, points)
            if self._proven(prices, further, self._affordable(_EXACT_CELLS, effort)):
                return _stated(prices, further)
        effort.tell("no exactly tight prices are proven; raising the prices")
        return self._raised(touch.prices, points, effort)

    def _touching(self, prices: Vector, points: Sequence[Vector]) -> list[Vector]:
        """The outermost beliefs at which prices and payoff are found to agree, and the given ones."""
        floats = np.array(prices, dtype=np.float64)
        return touching_beliefs(self.statement, self.value, floats, self.sample.scale, points)

    def remember(self, belief: Vector) -> None:
        """Let a belief that was missed take part in the next search."""
        at = np.array(belief, dtype=np.float64)
        inside = at[list(self.kinked.support)]
        if inside.sum() == at.sum():
            self.sample.add(inside[None], np.zeros(1, dtype=np.intp))
        else:
            self._outside.append(at)

    def constant(self, effort: Effort) -> dict[str, object] | None:
        """Equal prices of all states, at a bound of the payoff: a last resort."""
        stages = _STAGES[:1] if effort.exhausted() else _STAGES
        needed = self._shortfall((Fraction(0),) * self.kinked.states, [], effort, stages, search=False)
        return None if needed is None else {"prices": [needed] * self.kinked.states}

    def _affordable(self, cells: int, effort: Effort) -> int:
        """As many cells as can be looked at three times (here, once more, and by the checker) while time is left."""
        if effort.time_limit is None:
            return cells
        return max(_FEWEST_CELLS, min(cells, int(effort.remaining() / (3 * self._pace))))

    def _proven(self, prices: Vector, points: Sequence[Vector], cells: int) -> bool:
        try:
            at = [coordinates(point) for point in points]
            prove_nonnegative(above(self.value, prices), self.simplex, points=at, cells=cells)
        except (Violation, Undecided, InputError):
            return False
        return True

    def _tight(self, touch: Touch) -> Iterator[Vector]:
        """Prices that touch the payoff exactly at contacts with short fractions."""
        beliefs = short_beliefs(self.kinked, touch)
        if beliefs is None:
            return
        equations = self._tangency_equations(beliefs, touch.contacts)
        count = len(self.kinked.prior)
        if equations is None:
            return
        echelon, pivots = reduced(equations)
        if pivots[-1] == count:
            return
        particular = [Fraction(0)] * count
        for row, pivot in zip(echelon, pivots, strict=True):
            particular[pivot] = row[count]
        free = null_space([row[:count] for row in echelon], count)
        for prices in self._settled(tuple(particular), free, beliefs, touch.prices):
            floats = np.array(prices, dtype=np.float64)
            # Prices below the payoff at a sampled belief, by more than rounding, cannot be proven.
            if (self.sample.beliefs @ floats - self.sample.values).min() >= -1e-9 * self.sample.scale:
                yield from self._extended(prices)

    def _tangency_equations(self, beliefs: Sequence[Vector], found: Sequence[Contact]) -> list[list[Fraction]] | None:
        """Equations of the prices: they touch the payoff at the beliefs, smoothly where it is smooth."""
        equations = []
        try:
            for belief, contact in zip(beliefs, found, strict=True):
                at = coordinates(self.kinked.full(belief))
                worth = self.value.at(at)
                equations.append([*belief, worth])
                for direction in contact.directions:
                    total = sum(direction, Fraction(0))
                    along = [x - total * q for x, q in zip(direction, belief, strict=True)]
                    slope = exact_slope(self.value, at, coordinates(self.kinked.full(along)))
                    if slope is not None:
                        equations.append([*direction, total * worth + slope])
        except (Irrational, Undecided):
            return None
        return equations

    def _settled(
        self, particular: Vector, free: Sequence[Vector], beliefs: Sequence[Vector], prices: Floats
    ) -> Iterator[Vector]:
        """Fix the prices that are left open near the middle of what is possible, at round numbers first."""
        if not free:
            yield particular
            return
        base, along = np.array(particular, dtype=np.float64), np.array(free, dtype=np.float64)
        near = base + np.linalg.lstsq(along.T, prices - base, rcond=None)[0] @ along
        middle = centred(self.sample, [np.array(b, dtype=np.float64) for b in beliefs], near, free)
        shares = np.linalg.lstsq(along.T, middle - base, rcond=None)[0]
        size = math.floor(math.log2(self.sample.scale))
        for bits in (1, 4, 10, 40):
            unit = Fraction(2) ** (size - bits)
            steps = [round(Fraction(share) / unit) * unit for share in shares.tolist()]
            moves = [sum(map(mul, steps, column), Fraction(0)) for column in zip(*free, strict=True)]
            yield tuple(map(add, particular, moves))

    def _extended(self, prices: Vector) -> Iterator[Vector]:
        """Add prices of the states that the prior excludes, high enough to matter nowhere; nothing if none are."""
        kinked = self.kinked
        outside = [s for s in range(kinked.states) if s not in kinked.support]
        if not outside:
            yield prices
            return
        needed = self._needed(np.array(prices, dtype=np.float64), outside)
        if needed < _STEEP * self.sample.scale:
            unit = Fraction(2) ** math.floor(math.log2(self.sample.scale))
            place = dict(zip(kinked.support, prices, strict=True))
            for margin in (1, 4):
                high = (math.ceil(Fraction(needed) * margin / unit) + margin) * unit
                yield tuple(place.get(s, high) for s in range(kinked.states))

    def _needed(self, prices: Floats, outside: Sequence[int]) -> float:
        """The least price of the excluded states that majorises a sample of beliefs, also very near to the face."""
        kinked = self.kinked
        inside = lattice(len(kinked.support), {1: 1, 2: 64, 3: 16}[len(kinked.support)])
        beyond = lattice(len(outside), {1: 1, 2: 16, 3: 8}[len(outside)])
        shares = np.concatenate([2.0 ** -np.arange(0, 62, 2), np.linspace(0.02, 1, 50)])
        at = np.zeros((len(inside), len(beyond), len(shares), kinked.states))
        at[..., list(kinked.support)] = inside[:, None, None] * (1 - shares[:, None])
        at[..., list(outside)] = beyond[:, None] * shares[:, None]
        worth = kinked.payoff(at)
        needed = (worth - at[..., list(kinked.support)] @ prices) / shares
        found = needed[np.isfinite(needed)].tolist()
        for belief in self._outside:
            share = belief[list(outside)].sum()
            found.append(float(kinked.payoff(belief) - belief[list(kinked.support)] @ prices) / share)
        return max(found, default=0.0)

    def _raised(self, prices: Floats, points: Sequence[Vector], effort: Effort) -> dict[str, object] | None:
        """Round the prices and raise them by what is proven to be enough."""
        worth = abs(float(prices @ self.sample.prior))
        self._unit = Fraction(min(self.sample.scale, max(worth, self.sample.scale / 100)))
        full = self._rounded(prices)
        if full is None:
            return None
        many = self.kinked.states > 3  # then cells are too many to be tried without knowing where to cut
        points = self._touching(full, points) if many and not effort.exhausted() else points
        needed = self._shortfall(full, points, effort, _STAGES[:1])
        if (needed is None or needed > _GOOD * self._unit) and not self.patient:
            return None
        if (needed is None or needed > _GOOD * self._unit) and not effort.exhausted():
            points = points if many else self._touching(full, points)
            if needed is not None and needed < _HOPELESS * Fraction(self.sample.scale):
                effort.tell(f"proving prices raised by {float(_GOOD):.0e} of the value")
                higher = _higher(full, _GOOD * self._unit)
                if self._proven(higher, points, self._affordable(_RAISED_CELLS, effort)):
                    return _stated(higher, points)
            needed = self._shortfall(full, points, effort, _STAGES[1:])
        for factor in (1, 2, 8) if needed is not None else ():
            higher = _higher(full, (needed or Fraction(0)) * factor)
            if self._proven(higher, points, 20_000):
                return _stated(higher, points)
        return None

    def _shortfall(
        self,
        prices: Vector,
        points: Sequence[Vector],
        effort: Effort,
        stages: Sequence[tuple[int, float]],
        search: bool = True,
    ) -> Fraction | None:
        """By how much prices have to rise at most (or may fall) to majorise; None if no bound is found.

        Raises
        ------
        Exceeded
            If they are found to be too low, and ``search`` is on.
        """
        scale = Fraction(self.sample.scale)
        at = [coordinates(point) for point in points]
        rule = above(self.value, prices)
        best: Fraction | None = None
        for cells, good in stages:
            began = time.perf_counter()
            try:
                limit = self._affordable(cells, effort)
                bound = lower_bound(rule, self.simplex, self._unit / 10**10, points=at, cells=limit)
            except (Undecided, InputError):
                continue
            if search and bound.upper < -scale / 10**9:
                raise Exceeded(bound.point[: self.kinked.states])
            self._pace = (time.perf_counter() - began) / bound.cells
            slow = best is not None and -bound.lower > best / 5
            best = -bound.lower if best is None else min(best, -bound.lower)
            effort.tell(f"{bound.cells} cells: the prices are too low by at most {float(max(best, Fraction(0))):.1e}")
            if best <= Fraction(good) * self._unit or slow or effort.exhausted():
                break
        return best

    def _rounded(self, prices: Floats) -> Vector | None:
        """The prices as dyadic fractions, with those of excluded states.

        Where the payoff is too steep at the face of the prior's states, the others rise a little first.
        """
        scale = self.sample.scale
        size = max(float(np.abs(prices).max()), scale)
        for rise in (0.0, 1e-8, 1e-6):
            found = list(self._extended(round_dyadic(prices + rise * scale, 52, size)))
            if found:
                return found[-1]
        return None


def _higher(prices: Vector, rise: Fraction) -> Vector:
    step = rounded(rise, 20, up=True)
    return tuple(price + step for price in prices)


def _stated(prices: Vector, points: Sequence[Vector]) -> dict[str, object]:
    return {"prices": prices, **({"points": points} if points else {})}
