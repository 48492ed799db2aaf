"""The exact linear program of a finite law over chosen means, with tangents where prices touch the payoff smoothly.

    max  sum_k w_k u(m_k)   over masses w >= 0 of means m_k and amounts z >= 0 of spreading at the inner points, where
    the masses, each split between the two neighbouring points, and the spreads add up to the law.

Its dual is the program for the prices at the points. A tangent is a column that moves a mean: it holds the prices'
slope at the payoff's. If tangents do not change the value, the prices may be taken with them, the policy without.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from dual.errors import SuasionError
from transport.programs.effort import Effort
from transport.programs.linear import solve
from transport.programs.program import LinearProgram, Optimum

from .contacts import Contact, simple_mean
from .program import Search
from .rescaled import RescaledPayoff

_ROUNDS = 10
"""Of means that enter the exact program: floats have found nearly all."""
_EXCESS = 1e-12
"""Excess over the prices that counts as none, relative to the payoff's range: floats do not see less."""
_MASS = 1e-6
"""Mass from which on a mean is used, so that the prices are tangent to the payoff there."""
_JUMP = Fraction(1, 10**12)
"""A step of the payoff below this, relative to its range, is a rounding error of the limit."""


Column = tuple[dict[int, Fraction], Fraction]
"""Coefficients by point, and what the column is worth."""


@dataclass(frozen=True)
class ExactPrices:
    """An exact vertex: increasing means with positive masses, and the prices at the points.

    ``excess`` is the largest amount by which the payoff was found to exceed the prices, on the solver's scale.
    """

    means: tuple[Fraction, ...]
    masses: tuple[Fraction, ...]
    prices: tuple[Fraction, ...]
    pivots: int
    excess: float = 0.0


def refined(
    rescaled: RescaledPayoff,
    points: Sequence[Fraction],
    weights: Sequence[Fraction],
    touched: Sequence[Contact],
    effort: Effort,
) -> ExactPrices | None:
    """Solve over the contacts, with tangents if that works, while means at which the prices are too low enter.

    Returns
    -------
    ExactPrices or None
        None if the program is too large for exact arithmetic or the time is over.
    """
    search = Search(rescaled, np.array([rescaled.place(x) for x in points]))
    held = None if rescaled.listed else _exchange(rescaled, points, weights, search, touched, True, effort)
    if held is not None and held.excess <= _EXCESS:
        return held
    free = _exchange(rescaled, points, weights, search, touched, False, effort)
    return min((found for found in (held, free) if found is not None), key=lambda found: found.excess, default=None)


def _exchange(
    rescaled: RescaledPayoff,
    points: Sequence[Fraction],
    weights: Sequence[Fraction],
    search: Search,
    touched: Sequence[Contact],
    tangent: bool,
    effort: Effort,
) -> ExactPrices | None:
    """Solve again and again while the means at which the prices are too low enter; the last solution, None if none."""
    means = {contact.mean for contact in touched} | set(rescaled.exact_means)
    if not tangent and not rescaled.listed:
        means |= {simple_mean(rescaled, place, 0.0) for contact in touched for place in contact.near}
    smooth = [contact.mean for contact in touched if contact.mass > _MASS] if tangent else []
    best = None
    for _ in range(_ROUNDS):
        within = [mean for mean in sorted(means) if points[0] <= mean <= points[-1]]
        found = _vertex(rescaled, points, weights, within, smooth, effort)
        if found is None:
            return best
        new, excess = search.violated(np.array([rescaled.scaled(price) for price in found.prices]))
        best = replace(found, excess=float(excess.max(initial=0.0)))
        missed = {simple_mean(rescaled, float(place), 1e-9) for place in new[excess > _EXCESS]} - means
        if not missed or effort.exhausted():
            return best
        means |= missed
    return best


def _vertex(
    rescaled: RescaledPayoff,
    points: Sequence[Fraction],
    weights: Sequence[Fraction],
    means: Sequence[Fraction],
    smooth: Sequence[Fraction],
    effort: Effort,
) -> ExactPrices | None:
    """Solve for given means; None without an exact solution, or if tangents would raise the prices."""
    spreads = [(_spread(points, i), Fraction(0)) for i in range(1, len(points) - 1)]
    columns = [*((_split(points, mean), rescaled.at(mean)) for mean in means), *spreads]
    optimum = _solved(columns, weights, effort)
    if optimum is None:
        return None
    prices, pivots = optimum.dual, optimum.iterations + optimum.pivots
    if smooth:
        tangents = [column for mean in smooth for column in _tangents(rescaled, points, mean)]
        held = _solved([*columns, *tangents], weights, effort)
        if held is None or held.value > optimum.value:
            return None
        prices, pivots = held.dual, pivots + held.iterations + held.pivots
    used = [(mean, mass) for mean, mass in zip(means, optimum.primal, strict=False) if mass]
    return ExactPrices(tuple(mean for mean, _ in used), tuple(mass for _, mass in used), prices, pivots)


def _solved(columns: Sequence[Column], weights: Sequence[Fraction], effort: Effort) -> Optimum | None:
    rows: list[dict[int, Fraction]] = [{} for _ in weights]
    for k, (column, _) in enumerate(columns):
        for i, coefficient in column.items():
            rows[i][k] = coefficient
    left = None if effort.time_limit is None else max(effort.remaining(), 0.0)
    program = LinearProgram([worth for _, worth in columns], rows, ["="] * len(rows), list(weights))
    try:
        optimum = solve(program, time_limit=left)
    except SuasionError:
        return None
    return optimum if optimum.exact else None


def _split(points: Sequence[Fraction], mean: Fraction) -> dict[int, Fraction]:
    """A mean as a mixture of the two points around it."""
    i = _segment(points, mean)
    if mean == points[i]:
        return {i: Fraction(1)}
    share = (mean - points[i]) / (points[i + 1] - points[i])
    return {i: 1 - share, i + 1: share} if share < 1 else {i + 1: share}


def _spread(points: Sequence[Fraction], i: int) -> dict[int, Fraction]:
    """Replace mass at a point by a mixture of its neighbours."""
    share = (points[i] - points[i - 1]) / (points[i + 1] - points[i - 1])
    return {i - 1: 1 - share, i: Fraction(-1), i + 1: share}


def _tangents(rescaled: RescaledPayoff, points: Sequence[Fraction], mean: Fraction) -> Iterator[Column]:
    """Columns that move a mean to the left or right, with what the payoff changes by."""
    value = rescaled.at(mean)
    for direction, jet in zip((-1, 1), rescaled.slopes(mean), strict=True):
        if jet is None or abs(Fraction(jet.value) - value) > rescaled.size * _JUMP:
            continue
        i = _segment(points, mean)
        if direction < 0 and mean == points[i]:
            i -= 1
        step = direction / (points[i + 1] - points[i])
        yield {i: -step, i + 1: step}, direction * Fraction(jet.slope)


def _segment(points: Sequence[Fraction], mean: Fraction) -> int:
    return max(min(bisect_right(points, mean) - 1, len(points) - 2), 0)
