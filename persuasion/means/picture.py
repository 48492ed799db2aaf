"""Pictures of mean persuasion: payoff, prices, and the law coloured by the signals that its states send."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import cycle, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from dual.functions.finite_law import FiniteLaw
from dual.functions.law import ContinuousLaw
from dual.kinds.means.kind import MeanPersuasionStatement
from dual.kinds.means.listed import PointPayoff
from dual.kinds.means.prices import Prices
from persuasion.drawing import PAYOFF, TINTS, draw_jumps
from transport.functions.compiled import compiled
from transport.road.picture import GREY, PRICES_STYLE, axes, label, legend_below, open_frame

from .placed import placed
from .rescaled import RescaledPayoff
from .signal import MeanSignal, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from dual.kinds.means.curved import CurvedPrices

REVEALED = GREY
_COLOURS = tuple(colour for colour in TINTS if colour not in (PAYOFF, PRICES_STYLE["color"], REVEALED))
_SAMPLES = 800
"""Of a curve over the whole range: smooth on paper, and quick."""
_LAW_HEIGHT = 0.22
"""How much of the picture's height the law takes."""
_FEW = 6
"""Signals with a name in the legend and words beside them; more would cover one another."""
_LEAST = Fraction(1, 10**6)
"""Less probable signals, and smaller distances relative to the range, are not seen."""
_FLAT = 1e-6
"""Of a payoff scaled to [0, 1]: what is no jump but rounding."""


def draw(
    statement: MeanPersuasionStatement,
    signals: Sequence[MeanSignal],
    prices: Prices | CurvedPrices | None,
    ax: Axes | None = None,
) -> Axes:
    """Draw payoff and prices over the mean, the means of pooled signals, and below them the law.

    Every state of the law is coloured by the signals it sends, grey where it is revealed; the mean that a pooled
    signal leads to is marked on the payoff in the signal's colour, with the signal's probability.

    Raises
    ------
    SuasionError
        If matplotlib is not installed.
    """
    ax = axes(ax)
    law = statement.law
    left, right = law.range
    rescaled = RescaledPayoff(statement.payoff, left, right)
    turns = cycle(_COLOURS)
    colours = [REVEALED if _revealed(signal) else next(turns) for signal in signals]
    _draw_payoff(ax, rescaled)
    if prices is not None:
        ax.plot(*_drawn(prices), zorder=4, **PRICES_STYLE)
    _make_room(ax, float(left), float(right))
    if isinstance(law, FiniteLaw):
        _draw_points(ax, law, signals, colours)
    else:
        _draw_density(ax, law, signals, colours)
    _draw_means(ax, rescaled, signals, colours)
    ax.set_xlabel("posterior mean, and state")
    ax.set_ylabel("sender's payoff")
    open_frame(ax)
    legend_below(ax)
    return ax


def _drawn(prices: Prices | CurvedPrices) -> tuple[list[float], list[float]]:
    """Means and prices, joined by lines: at the knots, and many between knots where the prices are curved."""
    if isinstance(prices, Prices):
        return list(map(float, prices.knots)), list(map(float, prices.values))
    means: list[float] = []
    heights: list[float] = []
    for left, right, piece in prices.pieces:
        count = _SAMPLES // 8 if len(piece) > 2 else 1
        inside = [left + (right - left) * Fraction(k, count) for k in range(count + 1)]
        means += map(float, inside)
        heights += [float(prices(x)) for x in inside]
    return means, heights


def _draw_payoff(ax: Axes, rescaled: RescaledPayoff) -> None:
    """The payoff, broken where it jumps; only its points where means are listed."""
    if isinstance(rescaled.payoff, PointPayoff):
        points = [(float(x), float(rescaled.at(x))) for x in rescaled.exact_means]
        ax.scatter([x for x, _ in points], [y for _, y in points], s=30, color=PAYOFF, zorder=5, label="payoff")
        return
    cuts = sorted({0.0, 1.0, *rescaled.marks.tolist()})
    name: str | None = "payoff"
    for start, stop in pairwise(cuts):
        if stop - start < 1e-6:  # an interval of negligible length
            continue
        places = np.linspace(start, stop, max(int(_SAMPLES * (stop - start)), 2) + 1)
        places[[0, -1]] += np.array([1e-9, -1e-9]) * (stop - start)  # limits, not the values at jumps
        heights = rescaled.values(places) * float(rescaled.size) + float(rescaled.base)
        ax.plot(_means(rescaled, places), heights, color=PAYOFF, linewidth=3, alpha=0.6, label=name, zorder=3)
        name = None
    jumps = [x for x in rescaled.exact_means if _missed(rescaled, x)]
    missed = [(float(x), height) for x in jumps for height in _missed(rescaled, x)]
    draw_jumps(ax, np.array(missed), np.array([(float(x), float(rescaled.at(x))) for x in jumps]))


def _missed(rescaled: RescaledPayoff, mean: Fraction) -> list[float]:
    """Limits of the payoff at a mean, from inside its range, that are not its value there."""
    value, (left, _, right, _) = rescaled.scaled(rescaled.at(mean)), rescaled.beside(mean)
    limits = ([left] if mean > rescaled.left else []) + ([right] if mean < rescaled.left + rescaled.width else [])
    return [limit * float(rescaled.size) + float(rescaled.base) for limit in limits if abs(limit - value) > _FLAT]


def _means(rescaled: RescaledPayoff, places: Any) -> Any:
    return float(rescaled.left) + float(rescaled.width) * places


def _make_room(ax: Axes, left: float, right: float) -> None:
    """Leave the lowest part of the picture to the law, and some room above for words."""
    low, high = ax.get_ylim()
    high += 0.06 * (high - low)
    ax.set_yticks([tick for tick in ax.get_yticks() if low <= tick <= high])
    ax.set_ylim(low - (high - low) * _LAW_HEIGHT / (1 - _LAW_HEIGHT), high)
    margin = 0.02 * (right - left) or 0.5
    ax.set_xlim(left - margin, right + margin)
    ax.axhline(low, color="0.75", linewidth=0.8)
    ax.text(-0.01, _LAW_HEIGHT / 2, "law", transform=ax.transAxes, ha="right", va="center", fontsize=9, color="0.35")


def _draw_density(ax: Axes, law: ContinuousLaw, signals: Sequence[MeanSignal], colours: Sequence[str]) -> None:
    """The density, filled by signals; where several share a state, one above the other by their fractions."""
    width = law.upper - law.lower
    cuts = sorted({law.lower, law.upper, *(end for signal in signals for part in signal.parts for end in part[:2])})
    density = None if law.density is None else compiled(placed(law.density, law.lower, width))
    highest = 1.0 if density is None else float(np.nanmax(density(np.linspace(0.0, 1.0, _SAMPLES)[:, None])))
    cells = []
    for left, right in pairwise(cuts):
        ends = [float((x - law.lower) / width) for x in (left, right)]
        places = np.linspace(ends[0], ends[1], max(int(_SAMPLES * (ends[1] - ends[0])), 2))
        curve = np.ones_like(places) if density is None else density(places[:, None]) / highest
        cells.append((left, right, places, curve * 0.9 * _LAW_HEIGHT, np.zeros_like(places)))
    names: set[str] = set()
    for signal, colour in zip(signals, colours, strict=True):
        name: str | None = "revealed" if _revealed(signal) else f"pooled at {_rounded(signal.mean or Fraction(0))}"
        if name in names or len(names) >= _FEW or signal.probability < _LEAST:
            name = None
        for left, right, places, curve, base in cells:
            fraction = sum(float(f) for start, stop, f in signal.parts if start <= left and right <= stop)
            if fraction > 0:
                spots = float(law.lower) + float(width) * places
                ax.fill_between(
                    spots,
                    base,
                    base + fraction * curve,
                    color=colour,
                    alpha=0.75,
                    linewidth=0,
                    transform=ax.get_xaxis_transform(),
                    label=name,
                )
                base += fraction * curve
                names.add(name or "")
                name = None


def _draw_points(ax: Axes, law: FiniteLaw, signals: Sequence[MeanSignal], colours: Sequence[str]) -> None:
    """The law's points as bars, filled by signals."""
    highest = float(max(law.prior))
    used = sorted(x for x, mass in zip(law.support, law.prior, strict=True) if mass)
    gaps = [float(b - a) for a, b in pairwise(used)]
    width = min([0.6 * gap for gap in gaps] + [0.03 * (float(used[-1] - used[0]) or 1.0)])
    base = [0.0] * len(law.support)
    names: set[str] = set()
    for signal, colour in zip(signals, colours, strict=True):
        name = "one state" if _revealed(signal) else f"mean {_rounded(signal.mean or Fraction(0))}"
        heights = [0.9 * _LAW_HEIGHT * float(mass) / highest for mass in signal.joint]
        ax.bar(
            [float(x) for x in law.support],
            heights,
            width,
            bottom=base,
            color=colour,
            alpha=0.85,
            transform=ax.get_xaxis_transform(),
            label=None if name in names or len(names) >= _FEW else name,
        )
        names.add(name)
        base = [low + height for low, height in zip(base, heights, strict=True)]


def _draw_means(ax: Axes, rescaled: RescaledPayoff, signals: Sequence[MeanSignal], colours: Sequence[str]) -> None:
    """The means on the payoff, each with a line down to the law and its probability."""
    floor = ax.get_ylim()[0]
    for signal, colour in zip(signals, colours, strict=True):
        if signal.mean is None or signal.probability < _LEAST:
            continue
        # Rounding may have moved a mean a little off a jump or a listed point.
        mean = min(rescaled.exact_means, key=lambda x: abs(x - signal.mean))  # type: ignore[operator]
        if abs(mean - signal.mean) > rescaled.width * _LEAST:
            mean = signal.mean
        spot = (float(mean), float(rescaled.at(mean)))
        ax.plot([spot[0]] * 2, [floor, spot[1]], color=colour, linewidth=1, linestyle=":", zorder=2)
        ax.scatter(*spot, s=48, color=colour, edgecolor="black", linewidth=0.8, zorder=6)
        if len(signals) <= _FEW:
            words = f"prob. {_rounded(signal.probability)}"
            label(ax, spot, words, (-1.0, 0.6))


def _rounded(value: Fraction) -> str:
    return short(value, 4)


def _revealed(signal: MeanSignal) -> bool:
    return signal.mean is None or sum(mass > 0 for mass in signal.joint) == 1
