"""Laws of a real-valued state on finitely many points; masses and moments are exact."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from dual.errors import InputError
from dual.numbers.exact import distribution, probability, vector
from dual.numbers.interval import Interval, interval
from dual.words import brief


@dataclass(frozen=True)
class FiniteLaw:
    """A law with mass ``prior[i]`` at the point ``support[i]``; points are different, in any order.

    What is true of it: masses are nonnegative and sum to one, so that every expectation is exact.
    """

    continuous: ClassVar[bool] = False
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

    def expected(self, price: Any) -> Interval:
        """The expectation of a function."""
        pairs = zip(self.support, self.prior, strict=True)
        return interval(sum(price(x) * mass for x, mass in pairs if mass))


def read(points: object, masses: object, where: str) -> FiniteLaw:
    """Read a law, and refuse points that coincide."""
    support = vector(points, f"{where}.support", entry=probability)
    seen: dict[Fraction, int] = {}
    for i, x in enumerate(support):
        if x in seen:
            raise InputError(
                f"the point {brief(x)} stands already at {where}.support[{seen[x]}]", f"{where}.support[{i}]"
            )
        seen[x] = i
    return FiniteLaw(support, distribution(masses, f"{where}.prior", len(support)))
