"""What a platform does to a market: welfare, revenue, the guarantee, and who gains and who loses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from dual.kinds.trading.witness import Outcome
from dual.numbers.exact import Vector
from dual.words import brief
from transport.road.table import Cell, Table

from .arrays import Model
from .outcome import State
from .prices import FREE, Equilibrium
from .welfare import efficient_equilibrium, introductions


def harmonic(k: int) -> Fraction:
    """``1 + 1/2 + ... + 1/k``.

    Examples
    --------
    >>> harmonic(3)
    Fraction(11, 6)
    """
    return _reciprocals(1, k + 1)


def _reciprocals(start: int, stop: int) -> Fraction:
    """The sum from start to stop, by halves, so that long numbers are added only a few times."""
    if stop - start < 8:
        return sum((Fraction(1, i) for i in range(start, stop)), Fraction(0))
    middle = (start + stop) // 2
    return _reciprocals(start, middle) + _reciprocals(middle, stop)


def guarantee(gain: Fraction, introductions: int) -> Fraction:
    """What some entry fee earns at least: ``gain / H_k`` with the fewest efficient introductions k.

    Parameters
    ----------
    gain : Fraction
        The greatest welfare less the welfare without a platform.
    introductions : int
        The fewest introductions that lead to the greatest welfare.
    """
    return gain / harmonic(introductions) if introductions else Fraction(0)


def _trading(some: Equilibrium, found: Outcome) -> Equilibrium:
    """An equilibrium to start from, with the trades of an outcome."""
    seller_of = np.full_like(some.seller_of, FREE)
    for i, j in found.trades:
        seller_of[i] = j
    return replace(some, seller_of=seller_of)


@dataclass(frozen=True)
class Report:
    """A market without a platform, with it, and at its best.

    Attributes
    ----------
    world_welfare : Fraction
        Of the pairs that know each other.
    platform_welfare, revenue : Fraction
        With the platform's introductions.
    best_welfare : Fraction
        Of all pairs.
    efficient_introductions : tuple of pairs
        The fewest that lead there.
    efficient_revenue : Fraction
        What those earn.
    hostile_revenue : Fraction
        What the platform's introductions earn if ties go against it.
    guarantee : Fraction
        ``dW / H_k0``, what some entry fee earns at least.
    buyer_gains : tuple of Fraction, shape (n,)
        Changes of the buyers' utilities from the world without a platform.
    seller_gains : tuple of Fraction, shape (m,)
        Changes of the sellers' prices net of cost, before any commission of the platform.
    """

    world_welfare: Fraction
    platform_welfare: Fraction
    revenue: Fraction
    best_welfare: Fraction
    efficient_introductions: tuple[tuple[int, int], ...]
    efficient_revenue: Fraction
    hostile_revenue: Fraction
    guarantee: Fraction
    buyer_gains: Vector
    seller_gains: Vector

    @classmethod
    def of(cls, model: Model, found: Outcome) -> Report:
        """Compare an outcome with the world without a platform and with the efficient introductions."""
        statement = model.statement
        rule, ties = statement.price_rule, statement.ties
        world = State(model, (), rule).outcome()
        best = efficient_equilibrium(model)
        efficient = introductions(model, best)
        best_welfare = best.welfare() * model.unit
        return cls(
            world_welfare=world.welfare,
            platform_welfare=found.welfare,
            revenue=found.revenue,
            best_welfare=best_welfare,
            efficient_introductions=tuple(efficient),
            efficient_revenue=State(model, efficient, rule, ties, best).revenue * model.unit,
            hostile_revenue=State(model, found.introduced, rule, "hostile", _trading(best, found)).revenue * model.unit,
            guarantee=guarantee(best_welfare - world.welfare, len(efficient)),
            buyer_gains=tuple(a - b for a, b in zip(found.utilities, world.utilities, strict=True)),
            seller_gains=tuple(a - b for a, b in zip(found.prices, world.prices, strict=True)),
        )

    @property
    def price_of_revenue_maximisation(self) -> Fraction | None:
        """The greatest welfare over the platform's; None if there is no welfare at all."""
        return self.best_welfare / self.platform_welfare if self.platform_welfare else None

    def facts(self) -> Iterator[tuple[str, str]]:
        """The lines of a summary."""
        yield "revenue", f"{brief(self.revenue)} ({brief(self.hostile_revenue)} if ties are hostile)"
        yield "guarantee", f"{brief(self.guarantee)} by an entry fee"
        welfare = (self.world_welfare, self.platform_welfare, self.best_welfare)
        yield "welfare", "{} without the platform, {} with it, {} at best".format(*map(brief, welfare))
        ratio = self.price_of_revenue_maximisation
        if ratio is not None:
            yield "best / platform", brief(ratio)
        count = len(self.efficient_introductions)
        yield "efficient", f"{count} introductions, which earn {brief(self.efficient_revenue)}"
        for side, gains in (("buyers", self.buyer_gains), ("sellers", self.seller_gains)):
            up, down = sum(g > 0 for g in gains), sum(g < 0 for g in gains)
            yield side, f"{up} gain, {down} lose, by {brief(sum(gains, Fraction(0)))} in all"

    def table(self, names: Sequence[str]) -> Table:
        """Who gains and who loses, with the names of buyers, then sellers."""
        rows: list[Sequence[Cell]] = [
            [name, gain] for name, gain in zip(names, (*self.buyer_gains, *self.seller_gains), strict=True) if gain
        ]
        return Table("changes by the platform (sellers: of the price)", ["who", "gain"], rows)
