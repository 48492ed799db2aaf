"""A payoff of the mean as a solver sees it: floats on [0, 1], special points, one-sided slopes.

Nothing here is part of a proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

import numpy as np

from dual.errors import InputError
from dual.functions.expression import Expression
from dual.functions.step import SMOOTH
from dual.kinds.means.expressed import ExpressionPayoff
from dual.kinds.means.listed import PointPayoff
from dual.kinds.means.payoff import MeanPayoff
from dual.kinds.means.pieces import PiecewisePayoff
from dual.numbers.interval import interval
from dual.words import brief
from transport.functions.compiled import compiled
from transport.functions.jet import Jet, one_sided
from transport.programs.arrays import Floats

from .placed import placed, placed_polynomial, switches, without_constant

_SAMPLES = 2048
"""Of the payoff: peaks between two are found by a search, narrower ones are missed and show in the gap."""
_FAR = 1000.0
"""A payoff as far from zero, in units of its range, loses digits in doubles, so it is evaluated exactly."""
_BESIDE = Fraction(1, 2**30)
"""How far from a point its one-sided limits are looked up, relative to the range."""
_CLOSE = Fraction(1, 2**36)
"""How far from a jump, on its higher side, a mean is put."""
_FALLS_SHORT = Fraction(1, 10**9)
"""A limit that is higher by less, relative to the value, is a rounding error."""


class RescaledPayoff:
    """A payoff over the range of means, moved to [0, 1] and scaled so that its values fill about [0, 1].

    A *place* is a float in [0, 1]; special means (where the payoff may jump or bend, listed points) keep their exact
    values.

    Parameters
    ----------
    payoff : MeanPayoff
    left, right : Fraction
        The range of means.
    special : iterable of Fraction
        Further means to keep exact.

    Raises
    ------
    InputError
        If the payoff is not finite somewhere on the range.
    """

    def __init__(self, payoff: MeanPayoff, left: Fraction, right: Fraction, special: Iterable[Fraction] = ()) -> None:
        self.payoff, self.left, self.width = payoff, left, right - left
        found = {x for x in special_points(payoff, left, right) if left <= x <= right}
        if not self.listed:
            found |= {left, right, *special}
            found |= {beside for x in found for beside in self._not_attained(x)}
        self._means = {self.place(x): x for x in sorted(found)}
        self.marks: Floats = np.array(list(self._means))
        self._function, self._offset = self._direct()
        self.base, self.size = self._offset, Fraction(1)
        self.grid: Floats = self.marks if self.listed else np.union1d(self.marks, np.arange(_SAMPLES + 1) / _SAMPLES)
        values = self.values(self.grid)
        if not np.isfinite(values).all():
            where = self.mean(float(self.grid[~np.isfinite(values)][0]))
            raise InputError(f"the payoff is not a finite number at m = {brief(where)}", "payoff")
        low, high = (Fraction(float(end)) for end in (values.min(), values.max()))
        if high > low:
            if max(abs(low), abs(high)) > _FAR * (high - low):
                self._function = self._exactly
            self.base, self.size = self._offset + low, high - low
        self.grid_values = self.values(self.grid)

    @property
    def listed(self) -> bool:
        """Whether only listed means are allowed; they are the special ones then."""
        return isinstance(self.payoff, PointPayoff)

    @property
    def exact_means(self) -> tuple[Fraction, ...]:
        """The special means, increasing."""
        return tuple(self._means.values())

    @property
    def rational(self) -> bool:
        """Whether the payoff is a rational number at rational means."""
        return not isinstance(self.payoff, ExpressionPayoff) or is_rational(self.payoff.expression)

    def place(self, mean: Fraction) -> float:
        """Where a mean lies in [0, 1]."""
        return float((mean - self.left) / self.width) if self.width else 0.0

    def mean(self, place: float) -> Fraction:
        """The mean that a solver's coordinate in [0, 1] stands for.

        A breakpoint of the payoff if one lies there, else the float taken as a fraction.
        """
        return self._means[place] if place in self._means else self.left + self.width * Fraction(place)

    def at(self, mean: Fraction) -> Fraction:
        """The payoff at a mean: exactly if it is known to be rational, else to 42 digits."""
        return self.payoff.at(interval(mean)).middle

    def scaled(self, payoff: Fraction) -> float:
        """A payoff on the solver's scale."""
        try:
            return float((payoff - self.base) / self.size)
        except OverflowError:
            return float("inf")

    def values(self, places: Floats) -> Floats:
        """The payoff at places, on the solver's scale."""
        found = self._function(places)
        if self._function != self._exactly:
            found = (found - float(self.base - self._offset)) / float(self.size)
            known = np.isin(places, self.marks)
            found[known] = self._exactly(places[known])
        return found

    def slopes(self, mean: Fraction) -> tuple[Jet | None, Jet | None]:
        """Limits and slopes from the left and from the right, in the payoff's units; None where there is none."""
        left = self._side(mean, -1) if mean > self.left else None
        return left, self._side(mean, 1) if mean < self.left + self.width else None

    def beside(self, mean: Fraction) -> tuple[float, float, float, float]:
        """Limits and slopes from the left and the right on the solver's scale, from 2^-30 of the range away.

        Away, so that a jump at an irrational point is seen from the floats next to it. At an end the other side counts.
        """
        found: list[float] = []
        for direction in (-1, 1):
            away = direction * self.width * _BESIDE
            inside = self.left <= mean + 2 * away <= self.left + self.width
            jet = self._side(mean + away, direction) if inside else None
            if jet is not None:
                slope = Fraction(jet.slope)
                found += [self.scaled(Fraction(jet.value) - slope * away), float(slope * self.width / self.size)]
        return tuple(found if len(found) == 4 else 2 * found) if found else (0.0, 0.0, 0.0, 0.0)  # type: ignore[return-value]

    def _not_attained(self, mean: Fraction) -> Iterator[Fraction]:
        """Means close to one at which the payoff falls short of its limit from a side."""
        value = self.at(mean)
        for direction, jet in zip((-1, 1), self.slopes(mean), strict=True):
            limit = value if jet is None else Fraction(jet.value)
            if limit - value > _FALLS_SHORT * max(abs(value), abs(limit)):
                yield mean + direction * self.width * _CLOSE

    def _side(self, mean: Fraction, direction: int) -> Jet | None:
        if isinstance(self.payoff, ExpressionPayoff):
            return one_sided(self.payoff.expression, mean, direction)
        if isinstance(self.payoff, PointPayoff):
            return None
        parts = [piece for _, _, piece in self.payoff.parts(mean, mean)]
        piece = parts[0] if direction < 0 else parts[-1]
        value = sum((c * mean**j for j, c in enumerate(piece)), Fraction(0))
        return Jet(value, sum((j * c * mean ** (j - 1) for j, c in enumerate(piece) if j), Fraction(0)))

    def _direct(self) -> tuple[Callable[[Floats], Floats], Fraction]:
        """The payoff in floats, short of a constant, and that constant."""
        if self.width and isinstance(self.payoff, ExpressionPayoff):
            rest, constant = without_constant(self.payoff.expression)
            function = compiled(placed(rest, self.left, self.width), tie=1e-14)
            return lambda places: function(places[..., None]), constant
        if self.width and isinstance(self.payoff, PiecewisePayoff):
            constant = self.at(self.left)
            return _piecewise(self.payoff, self.left, self.width, constant), constant
        return self._exactly, Fraction(0)

    def _exactly(self, places: Floats) -> Floats:
        return np.array([self.scaled(self.at(self.mean(place))) for place in places.tolist()], dtype=np.float64)


def is_rational(expression: Expression) -> bool:
    """Whether an expression uses arithmetic alone, so that it is rational at rational points."""
    return not any(step.op in SMOOTH for step in expression.steps)


def special_points(payoff: MeanPayoff, left: Fraction, right: Fraction) -> Iterator[Fraction]:
    """Breakpoints, listed points, and where an expression's comparisons, ``abs``, ``min`` and ``max`` may switch."""
    if isinstance(payoff, PiecewisePayoff):
        yield from payoff.breakpoints
    elif isinstance(payoff, PointPayoff):
        yield from payoff.points
    else:
        yield from switches(payoff.expression, left, right)


def _piecewise(
    payoff: PiecewisePayoff, left: Fraction, width: Fraction, constant: Fraction
) -> Callable[[Floats], Floats]:
    """The payoff at places, short of a constant, as floats."""
    breaks = np.array([float((x - left) / width) for x in payoff.breakpoints])
    moved = [placed_polynomial((piece[0] - constant, *piece[1:]), left, width) for piece in payoff.pieces]
    degree = max(map(len, moved))
    table = np.array([[*map(float, piece), *[0.0] * (degree - len(piece))] for piece in moved])

    def value(places: Floats) -> Floats:
        k = np.clip(np.searchsorted(breaks, places, side="right") - 1, 0, len(moved) - 1)
        found = np.zeros_like(places)
        for column in reversed(range(degree)):
            found = found * places + table[k, column]
        return found

    return value
