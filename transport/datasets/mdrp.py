"""Markets from the public meal-delivery instances of Grubhub."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence
from math import ceil, hypot
from pathlib import Path

import numpy as np

from dual.errors import FileError, InputError
from dual.numbers.exact import number
from transport.delivery import DeliveryMarket

from .snapshot import Place, Rng, Snapshot

Row = dict[str, str]


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
    orders, couriers, kitchens, speed = _read(base)
    if substitutes < 0:
        raise InputError("a number >= 0 is needed", "substitutes")
    begin, end = _window([_number(base / "orders.txt", row, "placement_time") for row in orders], window)
    chosen, on_shift = _present(base, orders, couriers, begin, end)
    meals = [_field(base / "orders.txt", row, "restaurant") for row in chosen]
    for name in meals:
        if name not in kitchens:
            raise InputError(f'the restaurant "{name}" is not in restaurants.txt', "orders.txt")
    places = {
        "buyers": [_place(base / "orders.txt", row) for row in chosen],
        "stores": [kitchens[name] for name in meals],
        "couriers": [_place(base / "couriers.txt", row) for row in on_shift],
    }
    market = DeliveryMarket(
        _meal_values(meals, kitchens, substitutes, np.random.default_rng(rng)),
        _travel(places, speed, way_back),
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


def _read(base: Path) -> tuple[list[Row], list[Row], dict[str, Place], float]:
    """Orders, couriers, the restaurants' places by name, and metres a minute."""
    orders, restaurants, couriers = (_table(base / f"{name}.txt") for name in ("orders", "restaurants", "couriers"))
    speed = _number(base / "instance_parameters.txt", _table(base / "instance_parameters.txt")[0], "meters_per_minute")
    if speed <= 0:
        raise InputError("a speed is > 0", "instance_parameters.txt: meters_per_minute")
    return orders, couriers, {row["restaurant"]: _place(base / "restaurants.txt", row) for row in restaurants}, speed


def _present(
    base: Path, orders: Sequence[Row], couriers: Sequence[Row], begin: float, end: float
) -> tuple[list[Row], list[Row]]:
    """The orders that are placed in a window, and the couriers on shift when it opens."""
    chosen = [row for row in orders if begin <= _number(base / "orders.txt", row, "placement_time") < end]
    path = base / "couriers.txt"
    on_shift = [row for row in couriers if _number(path, row, "on_time") <= begin < _number(path, row, "off_time")]
    for found, what in ((chosen, "orders"), (on_shift, "couriers on shift")):
        if not found:
            raise InputError(f"there are no {what} from minute {begin:g} to {end:g}", "window")
    return chosen, on_shift


def _travel(places: Mapping[str, Sequence[Place]], speed: float, way_back: bool) -> object:
    """Minutes to the store and on to the buyer, and with ``way_back`` home again."""

    def minutes(a: Sequence[Place], b: Sequence[Place]) -> list[list[int]]:
        return [[ceil(hypot(x - s, y - t) / speed) for s, t in b] for x, y in a]

    to_store = minutes(places["couriers"], places["stores"])
    to_buyer = minutes(places["buyers"], places["stores"])
    if not way_back:
        return {"centre": "store", "courier_store": to_store, "buyer_store": to_buyer}
    back = minutes(places["couriers"], places["buyers"])
    return [
        [
            [reach + leg + home for reach, leg in zip(row, legs, strict=True)]
            for legs, home in zip(to_buyer, homes, strict=True)
        ]
        for row, homes in zip(to_store, back, strict=True)
    ]


def _meal_values(
    meals: Sequence[str], kitchens: Mapping[str, Place], substitutes: int, generator: np.random.Generator
) -> list[list[int]]:
    """What each buyer gives for each meal: drawn for her own and for the nearest substitutes, else 0."""
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
