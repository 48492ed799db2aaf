"""Bounds on utilities and prices: what a part of the branching tree leaves of a market.

:mod:`dual.kinds.trading.part` says why they hold; a certificate lists them in the order in which they are found here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from transport.programs.arrays import Integers, Numbers

from .arrays import Model

_SWEEPS = 200
"""Bounds that creep are left alone after so many rounds: they make long certificates and gain little."""

Steps = list[Any]
"""Bounds as certificates list them: ``variable`` or ``[variable, partner]``."""

Flags = Any
"""An array of booleans."""


@dataclass(frozen=True, eq=False)
class Bounds:
    """The pairs that may trade, by place, who must trade, and where utilities and prices lie, in units.

    Attributes
    ----------
    may : array of bool, shape (pairs,)
    buyer_must, seller_must : arrays of bool
    utility_low, utility_high : arrays, shape (n,)
    price_low, price_high : arrays, shape (m,)
        Net of cost.
    """

    may: Flags
    buyer_must: Flags
    seller_must: Flags
    utility_low: Numbers
    utility_high: Numbers
    price_low: Numbers
    price_high: Numbers

    @classmethod
    def of(cls, model: Model) -> Bounds:
        """Those of the whole market."""
        n, m = model.shape
        top = max(int(model.net.max(initial=0)), 0)
        kind = model.net.dtype
        sides = [np.zeros(n, kind), np.full(n, top, kind), np.zeros(m, kind), np.full(m, top, kind)]
        return cls(model.net >= 0, np.zeros(n, bool), np.zeros(m, bool), *sides)

    def closed(self, places: Integers) -> Bounds:
        """The same without some pairs; nothing is derived of that yet."""
        may = self.may.copy()
        may[places] = False
        return replace(self, may=may)

    def within(self, model: Model, part: Mapping[int, tuple[int, int]], steps: Steps | None = None) -> Bounds | None:
        """What is left where some of the checker's variables are restricted; None if that is nothing.

        Parameters
        ----------
        model : Model
        part : mapping from the checker's numbers to (low, high)
            The pair (i, j) has number ``i m + j``, buyer i's utility ``n m + i``, seller j's price ``n m + n + j``.
        steps : list, optional
            Gets what follows, for the certificate.
        """
        n, m = model.shape
        state = _State.of(self)
        for number, (low, high) in part.items():
            if number < n * m:
                place = int(model.places([divmod(number, m)])[0])
                if low >= 1:
                    if not state.may[place]:
                        return None
                    state.force(model, place)
                elif high <= 0:
                    state.may[place] = False
            else:
                lows, highs = (
                    (state.utility_low, state.utility_high)
                    if number < n * m + n
                    else (state.price_low, state.price_high)
                )
                at = number - n * m - (0 if number < n * m + n else n)
                lows[at], highs[at] = max(lows[at], low), min(highs[at], high)
        return state.propagate(model, steps)

    def propagated(self, model: Model, steps: Steps | None = None) -> Bounds | None:
        """All that follows from these bounds; None if nothing lies within them."""
        return _State.of(self).propagate(model, steps)

    def range_of(self, model: Model, number: int) -> tuple[int, int]:
        """Where a variable lies, by the checker's number."""
        n, m = model.shape
        at = number - n * m
        if at < 0:
            return 0, 1
        low, high, at = (
            (self.utility_low, self.utility_high, at) if at < n else (self.price_low, self.price_high, at - n)
        )
        return int(low[at]), int(high[at])

    def pair_prices(self, model: Model, places: Integers) -> tuple[Numbers, Numbers]:
        """The least and the greatest price at which each of some pairs may trade."""
        i, j, net = model.buyers[places], model.sellers[places], model.net[places]
        low = np.maximum(self.price_low[j], net - self.utility_high[i])
        return low, np.minimum(self.price_high[j], net - self.utility_low[i])


@dataclass
class _State:
    """Bounds while they are being derived."""

    may: Flags
    buyer_must: Flags
    seller_must: Flags
    utility_low: Any
    utility_high: Any
    price_low: Any
    price_high: Any

    @classmethod
    def of(cls, bounds: Bounds) -> _State:
        return cls(**{name: value.copy() for name, value in vars(bounds).items()})

    def force(self, model: Model, place: int) -> None:
        """Let a pair trade: its buyer and its seller with nobody else."""
        i, j = model.buyers[place], model.sellers[place]
        self.may[model.of_buyer(i)] = False
        self.may[model.of_seller(j)] = False
        self.may[place] = self.buyer_must[i] = self.seller_must[j] = True

    def propagate(self, model: Model, steps: Steps | None) -> Bounds | None:
        """Derive until nothing changes."""
        envious = np.flatnonzero(model.known & (model.net >= 0))
        kb, ks, kw = model.buyers[envious], model.sellers[envious], model.net[envious]
        places = np.flatnonzero(self.may)
        before = self._progress()
        n, m = model.shape
        utilities, prices = n * m, n * m + n
        for _ in range(_SWEEPS):
            b, s, w = model.buyers[places], model.sellers[places], model.net[places]
            _lower(self.price_high, s, w - self.utility_low[b], prices, steps)
            _raise(self.utility_low, kb, kw - self.price_high[ks], ks, utilities, steps)
            _lower(self.utility_high, b, w - self.price_low[s], utilities, steps)
            _raise(self.price_low, ks, kw - self.utility_high[kb], kb, prices, steps)
            low = np.maximum(self.price_low[s], w - self.utility_high[b])
            fine = low <= np.minimum(self.price_high[s], w - self.utility_low[b])
            self.may[places[~fine]] = False
            self.buyer_must |= self.utility_low > 0
            self.seller_must |= self.price_low > 0
            if (self.utility_low > self.utility_high).any() or (self.price_low > self.price_high).any():
                return None
            if not self._force_the_last(model, places, steps):
                return None
            places = places[self.may[places]]
            now = self._progress()
            if now == before:
                break
            before = now
        return Bounds(**vars(self))

    def _progress(self) -> list[Any]:
        """What changes whenever anything is derived."""
        return [value.sum() for value in vars(self).values()]

    def _force_the_last(self, model: Model, places: Integers, steps: Steps | None) -> bool:
        """Force the only pair of whoever must trade; whether everyone who must has one."""
        sides = ((model.buyers, self.buyer_must), (model.sellers, self.seller_must))
        for (owner, must), (partner, theirs) in (sides, sides[::-1]):
            left = places[self.may[places]]
            counts, others = (
                np.bincount(who[left], minlength=len(flags)) for who, flags in ((owner, must), (partner, theirs))
            )
            if (must & (counts == 0)).any():
                return False
            only = (must & (counts == 1))[owner[left]]
            news = only & ((others > 1) | ~theirs)[partner[left]]
            for place in left[news].tolist():
                if not self.may[place]:
                    return False
                self.force(model, place)
                if steps is not None:
                    steps.append(int(model.numbers(place)))
        return True


def _lower(high: Any, owner: Integers, worth: Numbers, first: int, steps: Steps | None) -> None:
    """Lower the greatest numbers to the most that anyone's pairs are worth, at least zero."""
    most = np.zeros(len(high), worth.dtype)
    np.maximum.at(most, owner, worth)
    if steps is not None:
        steps += (first + np.flatnonzero(most < high)).tolist()
    np.minimum(high, most, out=high)


def _raise(low: Any, owner: Integers, envied: Numbers, partner: Integers, first: int, steps: Steps | None) -> None:
    """Raise the least numbers so that nobody envies an acquaintance."""
    before = low.copy() if steps is not None else None
    np.maximum.at(low, owner, envied)
    if steps is None or before is None:
        return
    new = np.flatnonzero((envied == low[owner]) & (low > before)[owner])
    _, once = np.unique(owner[new], return_index=True)
    steps += [[first + k, p] for k, p in zip(owner[new[once]].tolist(), partner[new[once]].tolist(), strict=True)]
