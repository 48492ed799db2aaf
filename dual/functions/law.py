"""Laws of a real-valued state: finitely many points, or a density on an interval.

A density is an expression in ``x``. It need not integrate to one: it is divided by its integral. Masses and moments are
exact for finite and uniform laws and for densities that are (piecewise) polynomials; otherwise they are enclosed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final

from dual.errors import InputError, Undecided, Violation
from dual.limits import budget
from dual.numbers.exact import distribution, probability, vector
from dual.numbers.interval import Interval, interval
from dual.statement import fields
from dual.words import brief

from .band import Band, Cell, bands
from .enclosure import integrate, lower_bound, prove_nonnegative
from .expression import Expression

_TOLERANCE: Final = Fraction(1, 1 << 64)
_CELLS: Final = 1000

Rule = Callable[[Cell], Band]


@dataclass(frozen=True)
class FiniteLaw:
    """A law with mass ``prior[i]`` at the point ``support[i]``; points are different, in any order."""

    support: tuple[Fraction, ...]
    prior: tuple[Fraction, ...]

    def document(self) -> dict[str, object]:
        """The law as the instance's file holds it."""
        return {"support": self.support, "prior": self.prior}

    @property
    def range(self) -> tuple[Fraction, Fraction]:
        """The least and the largest point that has mass; every mean lies between them."""
        used = [x for x, mass in zip(self.support, self.prior, strict=True) if mass]
        return min(used), max(used)

    def expected(self, knots: Sequence[Fraction], values: Sequence[Fraction]) -> Interval:
        """The expectation of the function that is linear between its knots."""
        total = Fraction(0)
        for x, mass in zip(self.support, self.prior, strict=True):
            if mass:
                total += mass * between(knots, values, x)
        return interval(total)


@dataclass(frozen=True)
class ContinuousLaw:
    """A law on ``[lower, upper]`` with a density in ``x``, uniform if there is none.

    Integrals here are those of the density as it is written, before it is divided by :attr:`total`.
    """

    lower: Fraction
    upper: Fraction
    density: Expression | None = None

    def document(self) -> dict[str, object]:
        """The law as the instance's file holds it."""
        ends = (self.lower, self.upper)
        return {"uniform": ends} if self.density is None else {"density": self.density.text, "interval": ends}

    @property
    def range(self) -> tuple[Fraction, Fraction]:
        """The ends; every mean lies between them."""
        return self.lower, self.upper

    @cached_property
    def rule(self) -> Rule:
        """The density on cells."""
        return _one if self.density is None else bands(self.density)

    @cached_property
    def total(self) -> Interval:
        """The integral of the density over the whole interval."""
        return self.mass(self.lower, self.upper)

    @cached_property
    def _scale(self) -> Fraction:
        """An upper bound of the integral, against which integrals are accurate."""
        return self.rule(_segment(self.lower, self.upper)).hull.magnitude * (self.upper - self.lower)

    def mass(self, left: Fraction, right: Fraction) -> Interval:
        """The integral of the density from ``left`` to ``right``."""
        if self.density is None:
            return interval(right - left)
        return self.integral(self.rule, left, right, Fraction(1))

    def moment(self, left: Fraction, right: Fraction) -> Interval:
        """The integral of ``x`` times the density, exact in the sense of :meth:`mass`."""
        if self.density is None:
            return interval((right - left) * (right + left) / 2)
        middle = (left + right) / 2  # centred, so that a law far from zero costs no accuracy
        centred = self.integral(lambda cell: (cell.coordinate(0) - middle) * self.rule(cell), left, right, right - left)
        return centred + self.mass(left, right) * middle

    def payoff(self, payoff: Rule, left: Fraction, right: Fraction, scale: Fraction) -> Interval:
        """The integral of a function times the density; ``scale`` is the size of the function."""
        return self.integral(lambda cell: payoff(cell) * self.rule(cell), left, right, scale)

    def integral(self, rule: Rule, left: Fraction, right: Fraction, scale: Fraction) -> Interval:
        """The integral of a function of the size ``scale`` times the density's."""
        return integrate(rule, _segment(left, right), _TOLERANCE * scale * self._scale)

    def expected(self, knots: Sequence[Fraction], values: Sequence[Fraction]) -> Interval:
        """The expectation of the function that is linear between its knots, which cover the interval."""
        inside = sorted({self.lower, self.upper, *(x for x in knots if self.lower < x < self.upper)})
        heights = [between(knots, values, x) for x in inside]
        least, size = min(heights), max(heights) - min(heights)
        total = interval(0)  # counted from the least price, so that a large constant costs no accuracy
        for left, right, low, high in zip(inside, inside[1:], heights, heights[1:], strict=False):
            if self.density is None:
                total += (right - left) * ((low + high) / 2 - least)
            elif size:
                line = _line(left, right, low - least, high - least)
                total += self.payoff(line, left, right, size)
        return total / self.total + least


Law = FiniteLaw | ContinuousLaw


def between(knots: Sequence[Fraction], values: Sequence[Fraction], x: Fraction) -> Fraction:
    """The value at ``x`` of the function that is linear between its knots; ``x`` lies between the first and last.

    Examples
    --------
    >>> between([Fraction(0), Fraction(2)], [Fraction(1), Fraction(2)], Fraction(1))
    Fraction(3, 2)
    """
    k = bisect_left(knots, x)
    if knots[k] == x:
        return values[k]
    share = (x - knots[k - 1]) / (knots[k] - knots[k - 1])
    return values[k - 1] + share * (values[k] - values[k - 1])


def parse_law(raw: object, where: str = "law") -> Law:
    """Read a law: ``{"support", "prior"}``, ``{"uniform": [a, b]}`` or ``{"density": text, "interval": [a, b]}``.

    Raises
    ------
    InputError
        If it is none of these, if points coincide, if an interval is empty, or if a density is not proven to be
        nonnegative with a positive integral.
    """
    found = fields(raw, [], ["support", "prior", "uniform", "density", "interval"], where)
    if set(found) == {"support", "prior"}:
        support = vector(found["support"], f"{where}.support", entry=probability)
        seen: dict[Fraction, int] = {}
        for i, x in enumerate(support):
            if x in seen:
                raise InputError(
                    f"the point {brief(x)} stands already at {where}.support[{seen[x]}]", f"{where}.support[{i}]"
                )
            seen[x] = i
        return FiniteLaw(support, distribution(found["prior"], f"{where}.prior", len(support)))
    if set(found) == {"uniform"}:
        return ContinuousLaw(*_ends(found["uniform"], f"{where}.uniform"))
    if set(found) == {"density", "interval"}:
        ends = _ends(found["interval"], f"{where}.interval")
        law = ContinuousLaw(*ends, Expression.parse(found["density"], ["x"], f"{where}.density"))
        _check_density(law, f"{where}.density")
        return law
    raise InputError(
        'a law is {"support", "prior"}, {"uniform": [a, b]} or {"density", "interval": [a, b]}, not '
        + ("empty" if not found else "the fields " + ", ".join(f'"{name}"' for name in found)),
        where,
    )


def _ends(raw: object, where: str) -> tuple[Fraction, Fraction]:
    left, right = vector(raw, where, 2, probability)
    if left >= right:
        raise InputError(f"the interval from {brief(left)} to {brief(right)} is empty; a law needs a < b", where)
    return left, right


@budget()
def _check_density(law: ContinuousLaw, where: str) -> None:
    segment = _segment(law.lower, law.upper)
    try:
        if not _plainly_nonnegative(law):
            _prove_density(law.rule, segment)
        total = law.total
    except (Violation, Undecided) as error:
        raise InputError(
            f"a density has to be nonnegative and bounded, which fails or is not proven: {error}", where
        ) from None
    if total.lower <= 0:
        raise InputError(f"a density needs a positive integral; this one's lies in {total}", where)


def _plainly_nonnegative(law: ContinuousLaw) -> bool:
    """Whether interval arithmetic alone shows it; it may where the density touches zero at an irrational point."""
    try:
        return law.density is None or law.density.enclose([Interval(law.lower, law.upper)]).lower >= 0
    except Undecided:
        return False


def _prove_density(rule: Rule, segment: Cell) -> None:
    try:
        prove_nonnegative(rule, segment, cells=_CELLS, name="the density")
    except Undecided:
        # It may touch zero at a fraction that bisection never meets.
        low = lower_bound(rule, segment, cells=_CELLS).point[0].limit_denominator(10**6)
        prove_nonnegative(rule, segment, points=[[low]], cells=_CELLS, name="the density")


def _segment(left: Fraction, right: Fraction) -> Cell:
    return Cell([[left], [right]])


def _one(cell: Cell) -> Band:
    return cell.constant(1)


def _line(left: Fraction, right: Fraction, low: Fraction, high: Fraction) -> Rule:
    """The affine function with these values at two points."""
    slope = (high - low) / (right - left)
    return lambda cell: cell.affine([low + slope * (x - left) for (x,) in cell.vertices])
