"""What one courier more is worth: the best equilibria of a fleet that grows."""

from __future__ import annotations

from transport.road.sweep import Sweep

from .market import DeliveryMarket, DeliverySolution


def growing_fleet(
    market: DeliveryMarket, time_limit: float | None = None
) -> tuple[Sweep[DeliverySolution], Sweep[DeliverySolution]]:
    """The best equilibria with and without tips for the first courier alone, the first two, and so on."""
    numbers = tuple(range(1, market.shape[2] + 1))
    sweeps = []
    for tips in (True, False):
        solved = [market.fleet(n).replace(tips=tips).solve(time_limit=time_limit) for n in numbers]
        sweeps.append(Sweep(("couriers",), tuple((n,) for n in numbers), tuple(solved)))
    return sweeps[0], sweeps[1]
