"""Menus of three items and more whose values are uniform: found on points in the box, weighed exactly.

On some thousand points revenue is smoothed: each point takes every offer with a probability that rises with what it
leaves her. A gradient method moves all lotteries and prices while the smoothing fades.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import comb
from typing import Any, Final

import numpy as np

from dual.errors import Undecided
from dual.kinds.mechanisms.flux import axes_of
from dual.kinds.mechanisms.menu import Menu, Offer
from dual.kinds.mechanisms.regions import lower
from dual.kinds.mechanisms.statement import MechanismStatement
from transport.programs.arrays import Floats
from transport.programs.effort import Effort
from transport.programs.rounding import simple

from .finite import unit_of

MOST_ITEMS: Final = 3
"""Volumes in more dimensions take too long for a search; a given menu of four items is weighed in seconds."""
_POINTS: Final = 4096
_FADING: Final = (0.01, 0.004, 0.0015, 0.0005)
"""How much worse an offer may be, relative to the largest value, and still be taken now and then."""
_OPTIONS: Final[Any] = {"maxiter": 150}
_RARE: Final = 2e-3
"""Offers that fewer points take are left out: each costs time, and earns less than what is not seen anyway."""
_SNAPS: Final = (60, 1000, 10**6)
"""Denominators to which lotteries and prices are rounded; the menu that earns most is kept, the simplest first."""
_SEEDS: Final = 2
"""Starts with some lotteries besides the sets of items."""


class Points:
    """Values at points of a lattice (Korobov), with what goods are worth there."""

    def __init__(self, statement: MechanismStatement) -> None:
        self.statement, axes = statement, axes_of(statement)
        self.unit = unit_of(end for axis in axes for end in (axis.left, axis.right))
        # The fractional parts of k times powers of a root fill the box evenly (Roberts).
        root = 2.0
        for _ in range(50):
            root = (1 + root) ** (1 / (len(axes) + 1))
        shares = (0.5 + np.arange(1, _POINTS + 1)[:, None] * root ** -np.arange(1.0, len(axes) + 1)) % 1.0
        low, high = (np.array([float(end / self.unit) for end in ends])
                     for ends in zip(*((axis.left, axis.right) for axis in axes), strict=True))  # fmt: skip
        goods = np.eye(len(axes)) if statement.allocation is None else np.array(statement.allocation, float)
        self.worth: Floats = (low + (high - low) * shares) @ goods.T
        self.costs = np.array([float(statement.cost(good) / self.unit) for good in statement.all_goods])
        self.size = float(np.abs(self.worth).sum(axis=1).max())

    def allowed(self, lotteries: Floats) -> Floats:
        """Probabilities that are some."""
        found: Floats = np.clip(lotteries, 0.0, 1.0)
        if not self.statement.apart:
            found = found / np.maximum(found.sum(axis=1, keepdims=True), 1.0)
        return found

    def earned(self, menu: Floats, fading: float) -> tuple[float, Floats]:
        """Smoothed revenue of lotteries and prices, and its gradient."""
        lotteries, prices = menu[:, :-1], menu[:, -1]
        profit = np.append(prices - lotteries @ self.costs, 0.0)
        left = np.c_[self.worth @ lotteries.T - prices, np.zeros(len(self.worth))] / (fading * self.size)
        taken = np.exp(left - left.max(axis=1, keepdims=True))
        taken /= taken.sum(axis=1, keepdims=True)
        mean = taken @ profit
        pull = taken * (profit - mean[:, None]) / (fading * self.size)
        slope = np.zeros_like(menu)
        slope[:, :-1] = pull[:, :-1].T @ self.worth - taken[:, :-1].sum(axis=0)[:, None] * self.costs
        slope[:, -1] = taken[:, :-1].sum(axis=0) - pull[:, :-1].sum(axis=0)
        count = len(self.worth)
        return float(mean.sum()) / count, slope / count

    def improved(self, menu: Floats, effort: Effort) -> Floats:
        """A menu nearby that earns more, without what is rarely taken."""
        from scipy.optimize import minimize

        width = menu.shape[1]
        bounds = [*[(0.0, 1.0)] * (width - 1), (None, None)] * len(menu)
        for fading in _FADING:
            if effort.exhausted():
                break

            def loss(flat: Floats, fading: float = fading) -> tuple[float, Floats]:
                tried = flat.reshape(-1, width)
                value, slope = self.earned(np.c_[self.allowed(tried[:, :-1]), tried[:, -1]], fading)
                if not self.statement.apart:  # probabilities that sum to more than 1 are scaled down
                    total = tried[:, :-1].sum(axis=1, keepdims=True)
                    along = (slope[:, :-1] * tried[:, :-1]).sum(axis=1, keepdims=True) / np.maximum(total, 1.0)
                    slope[:, :-1] = (slope[:, :-1] - np.where(total > 1, along, 0.0)) / np.maximum(total, 1.0)
                return -value, -slope.ravel()

            found = minimize(loss, menu.ravel(), jac=True, method="L-BFGS-B", bounds=bounds, options=_OPTIONS)
            menu = np.asarray(found.x).reshape(-1, width)
            menu[:, :-1] = self.allowed(menu[:, :-1])
        left = np.c_[self.worth @ menu[:, :-1].T - menu[:, -1], np.zeros(len(self.worth))]
        shares = np.bincount(left.argmax(axis=1), minlength=len(menu) + 1)[:-1] / len(self.worth)
        kept: Floats = menu[shares > _RARE]
        return kept

    def starts(self) -> Iterator[Floats]:
        """Every set of items, or every good, at nine tenths of what it would be sold for alone; and some lotteries."""
        goods = self.worth.shape[1]
        sets = np.eye(goods)
        if self.statement.apart:
            sets = np.array([[s >> j & 1 for j in range(goods)] for s in range(1, 1 << goods)], float)
        yield self._priced(sets)
        rng = np.random.default_rng(1)
        for _ in range(_SEEDS):
            more = self.allowed(np.round(rng.random((goods + comb(goods, 2), goods)) * 1.4, 1))
            yield self._priced(np.r_[sets, more])

    def _priced(self, lotteries: Floats) -> Floats:
        worth = np.sort(self.worth @ lotteries.T, axis=0)[::-1]
        profit = (worth - lotteries @ self.costs) * np.arange(1, len(worth) + 1)[:, None]
        best = worth[profit.argmax(axis=0), np.arange(len(lotteries))]
        found: Floats = np.c_[lotteries, best * 0.97]
        return found

    def exact(self, menu: Floats) -> Menu:
        """The menu in fractions."""
        best, earned = Menu(()), Fraction(0)
        for snap in _SNAPS:
            offers = []
            for *lottery, price in menu.tolist():
                chances = [simple(one, snap) for one in lottery]
                total = sum(chances, Fraction(0))
                if not self.statement.apart and total > 1:
                    chances = [one / total for one in chances]
                offers.append(Offer(tuple(chances), simple(price, snap) * self.unit))
            found = Menu(tuple(offers))
            value = lower(self.statement, found)
            if value > earned * (1 + Fraction(1, 10**6)):
                best, earned = found, value
        return best


def sampled_menu(statement: MechanismStatement, effort: Effort) -> Menu:
    """The best menu that is found; an empty one where menus are not weighed."""
    best, earned = Menu(()), Fraction(0)
    if statement.count > MOST_ITEMS or not all(axis.uniform for axis in axes_of(statement)):
        return best
    points = Points(statement)
    for start in points.starts():
        if effort.exhausted():
            break
        try:
            found = points.exact(points.improved(start, effort))
        except Undecided:
            continue
        value = lower(statement, found)
        effort.tell(f"a menu of {len(found.menu)} offers earns {float(value):.9g}")
        if value > earned:
            best, earned = found, value
    return best
