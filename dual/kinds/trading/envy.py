"""Rows of envy: what multipliers of them add to the profits of pairs; :mod:`dual.kinds.trading.revenue` says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from dual.errors import InputError, Violation
from dual.numbers.exact import index, items, number
from dual.words import brief

from .part import Part, Variables

SLOPES = 18
"""Bits after the point of a slope: fewer make rows weaker, more make integers longer."""


@dataclass(frozen=True)
class Row:
    """A known pair, its net value, multiplier, the sellers and buyers whose terms are capped, and floors, in units."""

    buyer: int
    seller: int
    value: int
    weight: Fraction
    capped: tuple[frozenset[int], frozenset[int]]
    floors: tuple[int, int]


def read_rows(market: Variables, raw: object, where: str, pool: Sequence[Row] = (), over: int = 1) -> list[Row]:
    """Read rows ``[i, j, multiplier, capped sellers, capped buyers, floor of utility, floor of price]``.

    The last two, or the last four, may be left out. ``[k, multiplier]`` is row k of those that a tree lists for all its
    leaves. Multipliers are divided by ``over``.
    """
    rows: list[Row] = []
    for k, entry in enumerate(items(raw, where, empty=True)):
        place = f"{where}[{k}]"
        parts = items(entry, place)
        if len(parts) == 2:
            known = pool[index(parts[0], place, len(pool))]
            rows.append(replace(known, weight=_weight(parts[1], place) / over))
        elif len(parts) in (3, 5, 7):
            rows.append(_row(market, [*parts[:2], *parts[3:]], _weight(parts[2], place) / over, place))
        else:
            raise InputError(
                "a row is [i, j, multiplier], [i, j, multiplier, capped sellers, capped buyers] or the latter with "
                "the floors of utility and of price at its end; or [k, multiplier], for row k of the tree",
                place,
            )
    return rows


def read_pool(market: Variables, raw: object, where: str) -> list[Row]:
    """Read the rows of a tree: as in a leaf, without multipliers."""
    rows = []
    for k, entry in enumerate(items(raw, where, empty=True)):
        parts = items(entry, f"{where}[{k}]")
        if len(parts) not in (2, 4, 6):
            raise InputError("a row of a tree is as in a leaf, without a multiplier", f"{where}[{k}]")
        rows.append(_row(market, parts, Fraction(0), f"{where}[{k}]"))
    return rows


def _row(market: Variables, parts: Sequence[object], weight: Fraction, where: str) -> Row:
    i, j = index(parts[0], where, market.buyers), index(parts[1], where, market.width)
    value = market.known_value(i, j, where)
    sizes = (market.width, market.buyers)
    caps = [_indices(part, where, size) for part, size in zip(parts[2:4], sizes, strict=False)]
    sellers, buyers = caps or (frozenset(), frozenset())
    return Row(i, j, value, weight, (sellers - {j}, buyers - {i}), _floors(market, parts[4:], value, where))


def _weight(raw: object, where: str) -> Fraction:
    weight = number(raw, where)
    if weight < 0:
        raise Violation(f"{where}: the multiplier {brief(weight)} is negative")
    return weight


def _indices(raw: object, where: str, bound: int) -> frozenset[int]:
    found = [index(item, where, bound) for item in items(raw, where, empty=True)]
    if len(set(found)) < len(found):
        raise InputError("a term is capped twice", where)
    return frozenset(found)


def _floors(market: Variables, parts: Sequence[object], value: int, where: str) -> tuple[int, int]:
    f, g = [number(part, where) * market.unit for part in parts] or (Fraction(0), Fraction(0))
    if f.denominator != 1 or g.denominator != 1:
        raise InputError(f"a floor is a multiple of the values' unit 1/{market.unit}", where)
    if min(f, g) < 0 or f + g > value:
        raise Violation(f"{where}: floors are >= 0 and together no more than the pair's value net of cost")
    return int(f), int(g)


@dataclass
class Sums:
    """Sums of multipliers, over ``denominator * 2^SLOPES``.

    Attributes
    ----------
    paid : int
        ``sum of d h``, in units.
    rates : list of int
        For each member the sum of d over rows without floors and caps, where every slope is 1.
    others : dict of lists
        What other rows add for (buyer, seller as a member): to the buyer's rate, the seller's, the profit in units.
    """

    paid: int
    rates: list[int]
    others: dict[tuple[int, int], list[int]] = field(default_factory=dict)


def sums(part: Part, rows: Sequence[Row], weights: Sequence[int]) -> Sums:
    """What rows say in a part of the market, of what utilities and prices have there beyond the least."""
    market, low = part.market, part.low
    found = Sums(0, [0] * market.members)
    for row, d in zip(rows, weights, strict=True):
        ends = row.buyer, market.buyers + row.seller
        floors = [max(floor - low[end], 0) for floor, end in zip(row.floors, ends, strict=True)]
        left = row.value - sum(low[end] for end in ends) - sum(floors)
        if left <= 0:
            continue
        found.paid += d * left << SLOPES
        if not (any(floors) or any(row.capped)):
            for end in ends:
                found.rates[end] += d << SLOPES
            continue
        for side, (end, partner) in enumerate((ends, ends[::-1])):
            first = market.buyers * (1 - side)  # partners are counted from here
            for other, net in part.open(end):
                if other == partner and side == 1:
                    continue  # the pair itself counts once
                entry = found.others.setdefault((end, other) if side == 0 else (other, end), [0, 0, 0])
                if other == partner or other - first in row.capped[side]:
                    entry[2] += d * left << SLOPES
                else:
                    entry[side] += d * slope(net - low[end] - low[other], floors[side], left)
    return found


def slope(value: int, floor: int, left: int) -> int:
    """``min((value - floor)+, left) / min(value, floor + left)`` in multiples of 2^-18, rounded up."""
    if value <= floor:
        return 0
    return -(-(min(value - floor, left) << SLOPES) // min(value, floor + left))
