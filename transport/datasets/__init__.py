"""Markets from data and from stated rules.

The values of buyers are in no public data set. Where they are needed, they are drawn by the rule a function states,
from the seed it is given, and the instance's ``notes`` repeat both.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, hypot, lcm
from pathlib import Path
from typing import Literal

import numpy as np

from dual.errors import FileError, InputError
from dual.numbers.exact import number
from transport.delivery import DeliveryMarket
from transport.programs.arrays import Numbers
from transport.road.files import dump, write
from transport.trading.network import TradingNetwork

Place = tuple[float, float]
Rng = np.random.Generator | int | None
MOST_HUBS = 40
"""The largest size of :func:`hubs`."""


@dataclass(frozen=True)
class Snapshot:
    """A market, and where its people are.

    Attributes
    ----------
    market : DeliveryMarket
    places : mapping
        ``"buyers"``, ``"stores"`` and ``"couriers"``: a point (x, y) for each, as ``solution.plot`` takes them.
    """

    market: DeliveryMarket
    places: Mapping[str, Sequence[Place]]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the market as an instance file, atomically.

        Raises
        ------
        FileError
            If the file cannot be written.
        """
        write(path, dump(self.market.document()))


def load_mdrp(
    folder: str | os.PathLike[str],
    window: float | tuple[float, float] = 30,
    *,
    substitutes: int = 3,
    way_back: bool = False,
    tips: bool = True,
    rng: Rng = 0,
) -> Snapshot:
    """Read a meal-delivery instance (the public Grubhub format) and take a snapshot of its market.

    Orders placed in the window are the buyers. Each order's restaurant offers one meal per order it got in the window,
    so a store is a restaurant and the number of a meal. The couriers are those on shift when the window opens, at the
    places where they came on duty. Travel takes ``ceil(distance / metres_per_minute)`` minutes, and a delivery costs
    the minutes to the store plus the minutes from the store to the buyer, so costs have the store as their centre; with
    ``way_back`` the minutes from the buyer back to the courier's place are added, and the market has no centre.

    Values, in minutes too, are drawn: a meal of the restaurant ordered from is worth an integer from 40 to 120 to the
    buyer, uniformly; one of the ``substitutes`` nearest other restaurants with orders is worth that times a percentage
    from 50 to 90, uniformly, rounded down; any other is worth 0.

    Parameters
    ----------
    folder : path
        Holds ``orders.txt``, ``restaurants.txt``, ``couriers.txt`` and ``instance_parameters.txt``, tab-separated.
    window : float or (float, float)
        Minutes: a length > 0, for the window of this length (from an order's time on) with most orders, the earliest of
        them; or begin and end (the end excluded).
    substitutes : int
        How many other restaurants are worth something to a buyer, >= 0.
    way_back : bool
        Whether couriers count their way back.
    tips : bool
        Whether buyers may tip.
    rng : Generator, int or None
        Source of the values.

    Returns
    -------
    Snapshot

    Raises
    ------
    FileError
        If a file cannot be read.
    InputError
        If a file lacks a column or holds something else than numbers, or if the window holds no order or no courier.
    """
    base = Path(folder)
    orders, restaurants, couriers = (_table(base / f"{name}.txt") for name in ("orders", "restaurants", "couriers"))
    speed = _number(base / "instance_parameters.txt", _table(base / "instance_parameters.txt")[0], "meters_per_minute")
    if speed <= 0:
        raise InputError("a speed is > 0", "instance_parameters.txt: meters_per_minute")
    if substitutes < 0:
        raise InputError("a number >= 0 is needed", "substitutes")
    times = [_number(base / "orders.txt", row, "placement_time") for row in orders]
    begin, end = _window(times, window)
    chosen = [row for row, time in zip(orders, times, strict=True) if begin <= time < end]
    on_shift = [
        row
        for row in couriers
        if _number(base / "couriers.txt", row, "on_time") <= begin < _number(base / "couriers.txt", row, "off_time")
    ]
    for found, what in ((chosen, "orders"), (on_shift, "couriers on shift")):
        if not found:
            raise InputError(f"there are no {what} from minute {begin:g} to {end:g}", "window")

    kitchens = {row["restaurant"]: _place(base / "restaurants.txt", row) for row in restaurants}
    meals = [_field(base / "orders.txt", row, "restaurant") for row in chosen]
    for name in meals:
        if name not in kitchens:
            raise InputError(f'the restaurant "{name}" is not in restaurants.txt', "orders.txt")
    places = {
        "buyers": [_place(base / "orders.txt", row) for row in chosen],
        "stores": [kitchens[name] for name in meals],
        "couriers": [_place(base / "couriers.txt", row) for row in on_shift],
    }
    generator = np.random.default_rng(rng)
    values = _meal_values(meals, kitchens, substitutes, generator)

    def minutes(a: Sequence[Place], b: Sequence[Place]) -> list[list[int]]:
        return [[ceil(hypot(x - s, y - t) / speed) for s, t in b] for x, y in a]

    to_store = minutes(places["couriers"], places["stores"])
    to_buyer = minutes(places["buyers"], places["stores"])
    costs: object = {"centre": "store", "courier_store": to_store, "buyer_store": to_buyer}
    if way_back:
        back = minutes(places["couriers"], places["buyers"])
        costs = [
            [
                [reach + leg + home for reach, leg in zip(row, legs, strict=True)]
                for legs, home in zip(to_buyer, homes, strict=True)
            ]
            for row, homes in zip(to_store, back, strict=True)
        ]
    market = DeliveryMarket(
        values,
        costs,
        buyers=[_field(base / "orders.txt", row, "order") for row in chosen],
        stores=[f"{name}/{meals[: n + 1].count(name)}" for n, name in enumerate(meals)],
        couriers=[_field(base / "couriers.txt", row, "courier") for row in on_shift],
        tips=tips,
        name=f"{base.name}, minutes {begin:g} to {end:g}",
        source="Grubhub meal-delivery instances (grubhub/mdrplib); values are drawn, not data",
        notes=(
            f"values: 40 to 120 for the restaurant ordered from, 50 to 90 percent of it for the {substitutes} nearest"
            f" others, else 0; seed {rng if isinstance(rng, int) else 'not recorded'};"
            f" costs in minutes of travel{', with the way back' if way_back else ''}"
        ),
    )
    return Snapshot(market, places)


def _meal_values(
    meals: Sequence[str], kitchens: Mapping[str, Place], substitutes: int, generator: np.random.Generator
) -> list[list[int]]:
    open_ones = sorted(set(meals), key=meals.index)
    values = []
    for own in meals:
        x, y = kitchens[own]
        others = sorted(
            (name for name in open_ones if name != own),
            key=lambda name: (hypot(kitchens[name][0] - x, kitchens[name][1] - y), open_ones.index(name)),
        )
        worth = int(generator.integers(40, 121))
        shown = {own: worth}
        shares = generator.integers(50, 91, size=len(others[:substitutes]))
        shown |= {name: worth * int(share) // 100 for name, share in zip(others[:substitutes], shares, strict=True)}
        values.append([shown.get(name, 0) for name in meals])
    return values


def _window(times: Sequence[float], window: float | tuple[float, float]) -> tuple[float, float]:
    if isinstance(window, tuple):
        if not window[0] < window[1]:
            raise InputError("begin and end of a window are two numbers, the first smaller", "window")
        return float(window[0]), float(window[1])
    length = float(number(window, "window"))
    if length <= 0:
        raise InputError("the length of a window is > 0", "window")
    begin = max(sorted(set(times)), key=lambda start: sum(start <= time < start + length for time in times))
    return begin, begin + length


def _table(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8") as stream:
            rows = [dict(row) for row in csv.DictReader(stream, delimiter="\t")]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise FileError(f"{path}: cannot be read: {reason}") from None
    if not rows:
        raise InputError("the table has no rows", str(path))
    return rows


def _field(path: Path, row: Mapping[str, str | None], name: str) -> str:
    value = row.get(name)
    if not value:
        raise InputError(f'the column "{name}" is missing or empty', str(path))
    return value


def _number(path: Path, row: Mapping[str, str | None], name: str) -> float:
    return float(number(_field(path, row, name), f"{path}: {name}"))


def _place(path: Path, row: Mapping[str, str | None]) -> Place:
    return _number(path, row, "x"), _number(path, row, "y")


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


def hubs(size: int) -> TradingNetwork:
    """The family on which an entry fee earns exactly its guarantee, the gain in welfare over a harmonic number.

    Sellers are ``size`` hubs, whom all buyers know, and as many strangers. With L the least common multiple of 1, ...,
    ``size``, the first ``size`` buyers value every seller at L, and the i-th of the others values a hub at L/i and a
    stranger at 0. Every buyer knows all hubs. Nothing earns more than L (checked up to ``size`` 6).

    Parameters
    ----------
    size : int
        From 1 to 40.

    Returns
    -------
    TradingNetwork
        With ``2 * size`` buyers and sellers.

    Raises
    ------
    InputError
        If the size is none.

    Examples
    --------
    >>> curve = hubs(4).fee_curve()
    >>> print(curve.best.revenue, curve.guarantee)
    12 12
    """
    exact = number(size, "size")
    if exact.denominator != 1 or not 1 <= exact <= MOST_HUBS:
        raise InputError(f"the size is an integer from 1 to {MOST_HUBS}", "size")
    count = int(exact)
    common = lcm(*range(1, count + 1))
    values = [[common] * (2 * count)] * count
    values += [[common // i] * count + [0] * count for i in range(1, count + 1)]
    known = [(i, j) for i in range(2 * count) for j in range(count)]
    return TradingNetwork(values, known, name=f"Hubs of size {count}")
