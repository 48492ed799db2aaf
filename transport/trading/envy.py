"""The rows that keep known pairs from envy: what they say of each trade, and which of them a fractional point breaks.

A row has floors of utility and price and caps some terms; :mod:`dual.kinds.trading.revenue` says what it states and
why. Only floats here: the best floors and caps are those by which the point at hand is broken most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from transport.programs.arrays import Booleans, Floats, Integers

from .arrays import Model
from .bounds import Bounds

_TOLERANCE = 1e-6
"""Rows broken by less, in the relaxation's units, are not: a tenth of it would bring rows that floats cannot
satisfy."""
_LEAST = 1e-3
"""Floors leave at least this share of the largest value."""
_CHUNK = 50
"""Known pairs looked at together: few enough for the processor's cache."""
_LOOK = 1200
"""Known pairs for which floors are sought in one round."""
_TERMS = 3
"""Terms of a buyer or a seller, the largest first, that suggest floors."""


@dataclass(frozen=True)
class Row:
    """The envy of a known pair, by its place: the sellers and buyers whose terms are capped, and floors in units."""

    place: int
    sellers: frozenset[int] = frozenset()
    buyers: frozenset[int] = frozenset()
    floors: tuple[int, int] = (0, 0)


@dataclass(frozen=True, eq=False)
class Terms:
    """A row as ``sum of x[k] x_k + r[k] r_k >= least`` over some places of pairs, after division by ``size``."""

    places: Integers
    x: Floats
    r: Floats
    least: float
    size: float


class Envy:
    """All rows of a market, in multiples of its largest net value.

    Parameters
    ----------
    model : Model
    scale : float
        The largest net value, in units.
    bounds : Bounds, optional
        Within which values and prices count from the least utilities and prices on.
    """

    def __init__(self, model: Model, scale: float, bounds: Bounds | None = None) -> None:
        self.model = model
        self.scale = scale
        self.bounds = bounds
        net = model.net
        if bounds is not None:
            net = net - bounds.utility_low[model.buyers] - bounds.price_low[model.sellers]
        self.net: Floats = net.astype(np.float64) / scale
        self.possible = self.net >= 0 if bounds is None else bounds.may
        self.known = np.flatnonzero(model.known & (self.net > 0))

    @cached_property
    def of_buyer(self) -> list[Integers]:
        """The places of a buyer's possible pairs."""
        return grouped(self.model.buyers, self.possible, self.model.shape[0])

    @cached_property
    def of_seller(self) -> list[Integers]:
        """The places of a seller's possible pairs."""
        return grouped(self.model.sellers, self.possible, self.model.shape[1])

    def terms(self, row: Row) -> Terms:
        """The coefficients of a row."""
        i, j = int(self.model.buyers[row.place]), int(self.model.sellers[row.place])
        floors = [floor / self.scale for floor in row.floors]
        left = float(self.net[row.place]) - sum(floors)
        size = max(left, _LEAST)
        places, x, r = [np.array([row.place])], [np.full(1, left / size)], [np.zeros(1)]
        sides = (
            (self.of_buyer[i], self.model.sellers, row.sellers),
            (self.of_seller[j], self.model.buyers, row.buyers),
        )
        for k, (where, partner, capped) in enumerate(sides):
            where = where[where != row.place]
            slopes = slope(self.net[where], floors[k], left) / size
            caps = np.isin(partner[where], list(capped)) if capped else np.zeros(len(where), bool)
            slopes[caps] = 0.0
            use = caps | (slopes > 0)
            where, slopes, caps = where[use], slopes[use], caps[use]
            places.append(where)
            x.append(np.where(caps, left / size, slopes * self.net[where] if k == 0 else 0.0))
            r.append(-slopes if k == 0 else slopes)
        return Terms(np.concatenate(places), np.concatenate(x), np.concatenate(r), left / size, size)

    def broken(self, places: Integers, x: Floats, r: Floats, most: int) -> list[Row]:
        """Rows that fractional trades break, those broken most first.

        Parameters
        ----------
        places, x, r : arrays
            The fractional pairs, with their weights and prices.
        most : int
            How many rows at most.
        """
        buyers, sellers = self.model.buyers, self.model.sellers
        net = self.net[places]
        mine = _Side(buyers[places], sellers[places], net, x, net * x - r, self.model.shape[0])
        theirs = _Side(sellers[places], buyers[places], net, x, r, self.model.shape[1])
        known = self.known
        slack = mine.gain[buyers[known]] + theirs.gain[sellers[known]] - self.net[known]
        look = np.flatnonzero(mine.parted[buyers[known]] | theirs.parted[sellers[known]] | (slack < -_TOLERANCE))
        known, slack = known[look], slack[look]
        known = known[np.argsort(slack, kind="stable")[:_LOOK]]
        if not len(known):
            return []
        own = np.zeros(len(self.net))
        own[places] = x
        parts = [known[k : k + _CHUNK] for k in range(0, len(known), _CHUNK)]
        worst = [self._worst(part, own[part], mine, theirs) for part in parts]
        broken, *floors = (np.concatenate([found[k] for found in worst]) for k in range(3))
        order = np.argsort(-broken, kind="stable")
        return [
            self._row(int(known[q]), (float(floors[0][q]), float(floors[1][q])), mine, theirs)
            for q in order[:most].tolist()
            if broken[q] > _TOLERANCE
        ]

    def _worst(self, known: Integers, own: Floats, mine: _Side, theirs: _Side) -> tuple[Floats, Floats, Floats]:
        """By how much the row of each known pair is broken at the worst floors, and these."""
        value = self.net[known][:, None]
        buyers, sellers = self.model.buyers[known], self.model.sellers[known]
        his, hers = mine.without(buyers, sellers), theirs.without(sellers, buyers)
        zero = np.zeros_like(value)
        first = self._rounded(value, [zero, *his.levels(), *(value - level for level in hers.levels())])
        second = self._rounded(value, [zero, *hers.levels(), *(value - level for level in his.levels())])
        f, g = first[:, :, None], second[:, None, :]
        left = value[:, :, None] - f - g
        fine = (left > _LEAST) | (f + g == 0)
        left = np.where(fine, left, 1.0)
        kept = his.kept(f, left) + hers.kept(g, left)
        broken = np.where(fine, 1.0 - own[:, None, None] - kept / left, -1.0).reshape(len(known), -1)
        best = broken.argmax(axis=1)
        row, column = np.divmod(best, second.shape[1])
        q = np.arange(len(known))
        return broken[q, best], first[q, row], second[q, column]

    def _rounded(self, value: Floats, levels: Sequence[Floats]) -> Floats:
        """Levels as multiples of the unit, zero where they are no floors."""
        found = np.concatenate(levels, axis=1)
        found = np.rint(found * self.scale) / self.scale
        found[(found < 0) | (found >= value)] = 0.0
        return found

    def _row(self, place: int, levels: tuple[float, float], mine: _Side, theirs: _Side) -> Row:
        """The row with floors at these levels, its terms capped where that is less."""
        i, j = int(self.model.buyers[place]), int(self.model.sellers[place])
        f, g = levels
        left = float(self.net[place]) - f - g
        least = (0, 0)
        if self.bounds is not None:
            least = int(self.bounds.utility_low[i]), int(self.bounds.price_low[j])
        # Floats of more than 53 bits are rounded to either side; floors must not exceed what the pair is worth.
        worth = int(self.model.net[place]) - sum(least)
        first = min(round(f * self.scale), worth)
        second = min(round(g * self.scale), worth - first)
        floors = first + least[0], second + least[1]
        return Row(place, mine.capped(i, j, f, left), theirs.capped(j, i, g, left), floors)


class _Side:
    """Fractional trades by buyer (or by seller), each with at most so many columns as someone has trades.

    Parameters
    ----------
    owners, partners, worth, x, gains : arrays
        Of the trades: whose they are, with whom, the pair's value, the weight, and what the owner gains.
    count : int
        Of owners.
    """

    def __init__(
        self, owners: Integers, partners: Integers, worth: Floats, x: Floats, gains: Floats, count: int
    ) -> None:
        order = np.lexsort((-x, owners))
        owners = owners[order]
        rank = np.arange(len(order)) - np.searchsorted(owners, owners)
        shape = (count, int(rank.max(initial=0)) + 1)
        self.partner = np.full(shape, -1)
        self.partner[owners, rank] = partners[order]
        self.worth, self.x, self.gains = (np.zeros(shape) for _ in range(3))
        for table, entries in ((self.worth, worth), (self.x, x), (self.gains, gains)):
            table[owners, rank] = entries[order]
        self.gain: Floats = self.gains.sum(axis=1)
        self.parted: Any = ((self.x > _TOLERANCE) & (self.x < 1 - _TOLERANCE)).any(axis=1)

    def without(self, owners: Integers, partners: Integers) -> _Side:
        """The trades of some owners, less those with the given partners."""
        found = _Side.__new__(_Side)
        found.partner = self.partner[owners]
        keep = found.partner != partners[:, None]
        found.worth, found.x, found.gains = (a[owners] * keep for a in (self.worth, self.x, self.gains))
        return found

    def levels(self) -> list[Floats]:
        """Values and rates of gain of the largest trades, where floors may stand."""
        x = np.where(self.x > 0, self.x, 1.0)
        return [self.worth[:, :_TERMS], (self.gains / x)[:, :_TERMS]]

    def kept(self, floor: Floats, left: Floats) -> Floats:
        """The sum of an owner's terms above a floor, each capped where that is less."""
        total, top = np.zeros_like(left), floor + left
        for k in range(int((self.x > 0).sum(axis=1).max(initial=0))):
            worth, x, gains = (a[:, k, None, None] for a in (self.worth, self.x, self.gains))
            term = np.minimum(np.maximum(worth - floor, 0.0), left)
            term *= gains
            term /= np.minimum(np.maximum(worth, _TOLERANCE), top)
            total += np.minimum(term, left * x, out=term)
        return total

    def capped(self, owner: int, partner: int, floor: float, left: float) -> frozenset[int]:
        """The partners whose terms a row should cap."""
        terms = slope(self.worth[owner], floor, left) * self.gains[owner]
        caps = (terms > left * self.x[owner]) & (self.partner[owner] != partner)
        return frozenset(self.partner[owner][caps].tolist())


def slope(worth: Floats, floor: Any, left: Any) -> Floats:
    """``min((worth - floor)+, left) / min(worth, floor + left)``."""
    found: Floats = np.clip(worth - floor, 0.0, left) / np.maximum(np.minimum(worth, floor + left), 1e-12)
    return found


def grouped(owner: Integers, use: Booleans, count: int) -> list[Integers]:
    """The places of some pairs by owner."""
    places = np.flatnonzero(use)
    places = places[np.argsort(owner[places], kind="stable")]
    return np.split(places, np.searchsorted(owner[places], np.arange(1, count)))
