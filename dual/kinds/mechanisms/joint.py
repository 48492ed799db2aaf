"""Laws of two values that go together: a convex polygon with a polynomial density on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import factorial
from typing import Final

from dual.errors import InputError, Undecided, Violation
from dual.functions.band import Band, Cell
from dual.functions.bands import bands
from dual.functions.bernstein import factorials, unpacked
from dual.functions.enclosure import Rule, prove_nonnegative
from dual.functions.expression import Expression
from dual.functions.integral import mean
from dual.limits import budget, steps
from dual.numbers.exact import Vector, items, vector
from dual.statement import fields

MOST_POWERS: Final = 8
"""Highest degree of a density of two values: work grows with its fourth power."""
_CELLS: Final = 1000
"""Triangles into which the polygon may be cut until the density is proven nonnegative on each."""

Triangle = tuple[Vector, Vector, Vector]
Powers = tuple[int, ...]


def area(triangle: Triangle) -> Fraction:
    """The area, positive if the corners go around counterclockwise."""
    (a, b), (c, d), (e, f) = triangle
    return ((c - a) * (f - b) - (e - a) * (d - b)) / 2


def longest(point: Vector) -> int:
    """The bits of its longest number."""
    return max(x.numerator.bit_length() + x.denominator.bit_length() for x in point)


def fan(polygon: Sequence[Vector]) -> Iterator[Triangle]:
    """Triangles from the first corner to every side."""
    return ((polygon[0], a, b) for a, b in pairwise(polygon[1:]))


@dataclass(frozen=True)
class JointLaw:
    """A density on a convex polygon; it is divided by its integral.

    Attributes
    ----------
    corners : tuple of Vector
        Counterclockwise.
    density : Expression or None
        In x and y, nonnegative; None is uniform.
    """

    corners: tuple[Vector, ...]
    density: Expression | None = None

    def document(self) -> dict[str, object]:
        """The law as the instance's file holds it."""
        found: dict[str, object] = {"corners": self.corners}
        return found if self.density is None else {**found, "density": self.density.text}

    @cached_property
    def rule(self) -> Rule:
        """From triangles to the density there."""
        return bands(self.density) if self.density is not None else lambda cell: cell.constant(1)

    def band(self, triangle: Triangle) -> Band:
        """The density on a triangle, exactly.

        Raises
        ------
        InputError
            If it is no polynomial there.
        """
        band = self.rule(Cell(triangle))
        if band.remainder is not None or band.faces or band.degree > MOST_POWERS:
            where = "joint" if self.density is None else self.density.where
            raise InputError(f"a density is a polynomial in x and y of degree at most {MOST_POWERS} here", where)
        return band

    def integral(self, triangle: Triangle) -> Fraction:
        """The integral of the density, as it is written, over a triangle."""
        return area(triangle) * mean(self.band(triangle)).lower

    @cached_property
    def total(self) -> Fraction:
        """The integral over the polygon."""
        return sum((self.integral(triangle) for triangle in fan(self.corners)), Fraction(0))

    def mass(self, polygon: Sequence[Vector]) -> Fraction:
        """How likely the values lie in a convex polygon, counterclockwise."""
        bits = max((longest(corner) for corner in polygon), default=0)
        steps(len(polygon) * (500 if self.density is None else 20_000), "the mass of a polygon", 1 << (4 * bits))
        return sum((self.integral(triangle) for triangle in fan(polygon)), Fraction(0)) / self.total


def coefficients(band: Band) -> Mapping[Powers, Fraction]:
    """The Bernstein coefficients of a polynomial on a triangle, by exponents."""
    scale = band.denominator * factorial(band.degree)
    return {
        unpacked(key, 3): Fraction(weight * band.terms.get(key, 0), scale)
        for key, weight in factorials(3, band.degree).items()
    }


@budget()
def read_joint(raw: object, where: str) -> JointLaw:
    """Read ``{"corners": [[x, y], ...], "density": text in x and y}``; without a density it is uniform."""
    if isinstance(raw, JointLaw):
        return raw
    found = fields(raw, ["corners"], ["density"], where)
    listed = enumerate(items(found["corners"], f"{where}.corners"))
    corners = tuple(vector(one, f"{where}.corners[{k}]", 2) for k, one in listed)
    turns = [(corners[k - 2], corners[k - 1], corners[k]) for k in range(len(corners))]
    around = sum(area(one) > 0 for one in fan(corners)) == len(corners) - 2 > 0
    if not around or any(area(turn) <= 0 for turn in turns):
        raise InputError("these are no corners of a convex polygon, counterclockwise", f"{where}.corners")
    density = None if "density" not in found else Expression.parse(found["density"], ["x", "y"], f"{where}.density")
    law = JointLaw(corners, density)
    try:
        for triangle in fan(corners):
            if min(coefficients(law.band(triangle)).values()) < 0:
                prove_nonnegative(law.rule, Cell(triangle), cells=_CELLS, name="the density")
    except (Violation, Undecided) as error:
        what = f"a density has to be nonnegative, which fails or is not proven: {error}"
        raise InputError(what, f"{where}.density") from None
    if law.total <= 0:
        raise InputError("a density needs a positive integral", f"{where}.density")
    return law
