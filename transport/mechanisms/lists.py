"""Price lists for two bidders: for each interval of the other's values the best prices there, by zooming in."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import Final

import numpy as np

from dual.kinds.mechanisms.lists import PriceLists, ends
from dual.numbers.arrays import Array
from dual.numbers.exact import over_common_denominator
from transport.programs.arrays import Floats

INTERVALS: Final = 24
"""Of every axis; what is lost falls with their square, and is 2e-4 here."""
_STEPS: Final = 11
"""Prices of either item, and of both, that are tried in a round."""
_ROUNDS: Final = 7
"""Each looks at a third of the last one's range: to 1e-4 in the end."""
_PARTS: Final = 10_000
"""Denominator of prices."""


def _earned(first: Floats, second: Floats, both: Floats) -> Floats:
    """What prices with ``both <= first + second`` earn from the unit square."""
    one = first * (1 - first) * (both - first)
    two = second * (1 - second) * (both - second)
    area = (1 - both + second) * (1 - both + first) - (first + second - both) ** 2 / 2
    found: Floats = one + two + both * area
    return found


def best_list(least: tuple[float, float]) -> tuple[float, float, float]:
    """The best prices of the first item, the second and both, none of them below what it costs at least."""
    low, high = [*least, 0.0], [1.0, 1.0, 2.0]
    found = (1.0, 1.0, 2.0)
    for _ in range(_ROUNDS):
        grids = [np.linspace(a, b, _STEPS) for a, b in zip(low, high, strict=True)]
        first, second, both = np.meshgrid(*grids, indexing="ij")
        # Both cost at least one of them and the least price of the other; more than their sum nobody pays.
        floor = np.maximum(first + least[1], second + least[0])
        both = np.clip(both, floor, np.maximum(first + second, floor))
        place = np.unravel_index(int(np.argmax(_earned(first, second, both))), first.shape)
        found = float(first[place]), float(second[place]), float(both[place])
        width = [(b - a) / 6 for a, b in zip(low, high, strict=True)]
        low = [max(x - w, m) for x, w, m in zip(found, width, (*least, 0.0), strict=True)]
        high = [min(x + w, m) for x, w, m in zip(found, width, (1.0, 1.0, 2.0), strict=True)]
    return found


def price_lists(intervals: int = INTERVALS) -> PriceLists:
    """The best price lists of this form, interval by interval."""
    n = intervals
    places = list(product(range(2), range(n), range(n)))
    single, both = dict.fromkeys(places, Fraction(0)), dict.fromkeys(places, Fraction(0))
    for r, k in product(range(2), range(n)):
        for j in range(k + 1):
            least = ends(r, k, n), ends(r, j, n)
            one, two, together = best_list((float(least[0]), float(least[1])))
            prices = [max(Fraction(round(p * _PARTS), _PARTS), m) for p, m in zip((one, two), least, strict=True)]
            all_ = max(Fraction(round(together * _PARTS), _PARTS), prices[0] + least[1], prices[1] + least[0])
            single[r, k, j], single[r, j, k] = prices[0], prices[1] if j < k else prices[0]
            both[r, k, j] = both[r, j, k] = all_ if j < k else max(all_, prices[0] + least[0])
    return PriceLists(n, _table(single, n), _table(both, n))


def _table(prices: Mapping[tuple[int, int, int], Fraction], intervals: int) -> Array:
    numerators, unit = over_common_denominator(list(prices.values()))
    return Array((2, intervals, intervals), tuple(numerators), unit)
