"""Supporting utilities and prices in exact numbers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from .arrays import Arrays
from .support import Potentials


@dataclass(frozen=True)
class Prices:
    """Utilities of buyers, prices of stores and utilities of couriers, exact; 0 for whoever is inactive."""

    buyers: tuple[Fraction, ...]
    stores: tuple[Fraction, ...]
    couriers: tuple[Fraction, ...]

    @classmethod
    def of(cls, arrays: Arrays, found: Potentials) -> Prices:
        """The numbers that integer potentials stand for."""
        return cls(*map(arrays.fractions, (found.buyers, found.prices, found.couriers)))
