"""A made-up town."""

from __future__ import annotations

from typing import Literal

import numpy as np

from dual.errors import InputError
from transport.delivery import DeliveryMarket
from transport.programs.arrays import Numbers

from .snapshot import Rng, Snapshot


def town(
    buyers: int = 5,
    stores: int = 4,
    couriers: int = 5,
    *,
    side: int = 12,
    costs: Literal["round-trip", "one-way"] = "round-trip",
    rng: Rng = 0,
) -> Snapshot:
    """A made-up town on a square grid of streets.

    Everyone stands at a uniform crossing of ``side + 1`` by ``side + 1``. A buyer values a store at an integer from
    ``side`` to ``3 side``, uniformly. Couriers count blocks walked: to the store, on to the buyer, and (``round-trip``)
    back to where they started, so that costs have no centre; or (``one-way``) not back.

    Parameters
    ----------
    buyers, stores, couriers : int
        How many of each, >= 1.
    side : int
        Length of the town in blocks, >= 1.
    costs : {"round-trip", "one-way"}
    rng : Generator, int or None

    Raises
    ------
    InputError
        If a number is less than 1 or the costs are unknown.

    Examples
    --------
    >>> town(2, 2, 2, rng=1).market.shape
    (2, 2, 2)
    """
    for name, count in (("buyers", buyers), ("stores", stores), ("couriers", couriers), ("side", side)):
        if count < 1:
            raise InputError("a number >= 1 is needed", name)
    if costs not in ("round-trip", "one-way"):
        raise InputError(f'{str(costs)[:40]!r} is unknown; known are "round-trip", "one-way"', "costs")
    generator = np.random.default_rng(rng)
    at_buyers, at_stores, at_couriers = (
        generator.integers(0, side + 1, size=(n, 2)) for n in (buyers, stores, couriers)
    )
    values = generator.integers(side, 3 * side + 1, size=(buyers, stores))

    def blocks(a: Numbers, b: Numbers) -> Numbers:
        found: Numbers = abs(a[:, None, :] - b[None, :, :]).sum(axis=2)
        return found

    to_store, to_buyer = blocks(at_couriers, at_stores), blocks(at_buyers, at_stores)
    back = blocks(at_couriers, at_buyers)
    walked: object = {"centre": "store", "courier_store": to_store, "buyer_store": to_buyer}
    if costs == "round-trip":
        walked = to_store[:, None, :] + to_buyer[None, :, :] + back[:, :, None]
    market = DeliveryMarket(
        values,
        walked,
        name=f"A town of {buyers} buyers, {stores} stores and {couriers} couriers",
        source=f"transport.datasets.town: {costs}, side {side}, seed {rng if isinstance(rng, int) else 'unknown'}",
    )
    sides = zip(("buyers", "stores", "couriers"), (at_buyers, at_stores, at_couriers), strict=True)
    return Snapshot(market, {name: [(float(x), float(y)) for x, y in spots] for name, spots in sides})
