"""Pictures of menus of experiments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np

from dual.functions.finite_law import FiniteLaw
from dual.functions.law import ContinuousLaw
from dual.functions.read_law import Law
from dual.kinds.experiments import menus, two_states
from dual.kinds.experiments.statement import ExperimentMenuStatement, ExponentialLaw, Externality
from transport.road.picture import axes, legend_below

from .offers import Offer, value_of_information

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_POINTS: Final = 501
"""Of either axis, at which the items' regions are drawn."""
_COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_STYLES: Final = ("-", "--", "-.", ":")
_MOST: Final = 60
"""Types that are drawn side by side."""


def draw(statement: ExperimentMenuStatement, menu: Sequence[Offer], value: float, ax: Axes | None = None) -> Axes:
    """Draw what each item adds to acting without information, and its price where it is bought."""
    ax = axes(ax)
    if statement.types is not None:
        return _draw_types(statement, menu, value, ax)
    s1, s2 = map(float, two_states.stakes_of(statement))
    x = np.linspace(0, 1, 401)
    free = np.maximum(s1 * x, s2 * (1 - x))
    ax.plot(x, s1 * x + s2 * (1 - x) - free, color="0.6", label="value of the state")
    for m, offer in enumerate(menu):
        a, d = float(offer.experiment[0][0]), float(offer.experiment[1][1])
        colour, style = _COLOURS[m % len(_COLOURS)], _STYLES[m % len(_STYLES)]
        gain = np.maximum(s1 * a * x + s2 * d * (1 - x) - free, 0)
        ax.plot(x, gain, style, color=colour, label=f"{offer.name}, at {float(offer.price):.4g}")
        for left, right in offer.buyers:  # type: ignore[misc]
            ax.plot([float(left), float(right)], [float(offer.price)] * 2, color=colour, linewidth=4, alpha=0.5)
    ax.set_xlabel("belief in state 1")
    ax.set_ylabel("gain over no information; bars: price paid")
    ax.set_title(f"revenue {value:.6g}")
    ax.margins(y=0.15)
    ax.legend(frameon=False, fontsize="small")
    return ax


def _draw_types(statement: ExperimentMenuStatement, menu: Sequence[Offer], value: float, ax: Axes) -> Axes:
    count = min(len(statement.weights), _MOST)
    place = {k: offer for offer in menu for k in offer.buyers}
    known = [float(value_of_information(statement, k)) for k in range(count)]
    gains, prices = list[float](), list[float]()
    for k in range(count):
        offer = place.get(k)
        worth = (
            Fraction(0) if offer is None else menus.worth(statement.gains[k], offer.experiment) - statement.outside[k]
        )
        gains.append(float(worth))
        prices.append(0.0 if offer is None else float(offer.price))
    at = np.arange(count)
    ax.bar(at, known, width=0.8, color="0.88", label="value of the state")
    ax.bar(at, gains, width=0.8, color="#56B4E9", label="value of the item bought")
    ax.bar(at, prices, width=0.4, color="#0072B2", label="price")
    if count <= 12:
        ax.set_xticks(at, statement.buyers or [str(k) for k in range(count)])
    ax.set_xlabel("type")
    ax.set_title(f"revenue {value:.6g}")
    ax.margins(y=0.15)
    legend_below(ax)
    return ax


def draw_rivals(
    asked: Externality, recommendations: Mapping[tuple[int, int, int], Fraction], value: float, ax: Axes | None = None
) -> Axes:
    """Draw the first buyer's chance of the right action, over the values of both."""
    ax = axes(ax)
    first, second = asked.buyers
    if isinstance(first, FiniteLaw) and isinstance(second, FiniteLaw):
        shape = (len(first.support), len(second.support))
        chances = np.zeros(shape)
        for (i, a, b), chance in recommendations.items():
            if i == 0:
                chances[a, b] = float(chance)
        image = ax.imshow(chances.T, origin="lower", vmin=0, vmax=1, cmap="Blues", aspect="auto")
        ax.set_xticks(range(shape[0]), [str(v) for v in first.support])
        ax.set_yticks(range(shape[1]), [str(v) for v in second.support])
    else:
        (low, high), (c, d) = map(_shown, asked.buyers)
        v, w = np.meshgrid(np.linspace(low, high, 201), np.linspace(c, d, 201))
        alpha, theta = float(asked.alpha), float(asked.theta)
        if isinstance(first, ExponentialLaw) and isinstance(second, ExponentialLaw):
            right = v - float(first.mean) > alpha * (w - float(second.mean))
            known = -float(second.mean) * np.log(max(1 - theta, 1e-300))
        else:
            right = 2 * v - high > alpha * (2 * w - d)
            known = c + theta * (d - c)
        if asked.obedience == "interim":
            right |= w <= known
        least = theta if asked.obedience == "ex-post" else 0.0
        image = ax.imshow(
            np.where(right, 1.0, least),
            origin="lower",
            extent=(low, high, c, d),
            vmin=0,
            vmax=1,
            cmap="Blues",
            aspect="auto",
        )
    ax.figure.colorbar(image, ax=ax, label="chance of the first buyer's right action")
    ax.set_xlabel("value of the first buyer")
    ax.set_ylabel("value of the second buyer")
    ax.set_title(f"revenue {value:.6g}")
    return ax


def _shown(law: Law | ExponentialLaw) -> tuple[float, float]:
    """The values that are drawn; of exponential ones, 98 in a hundred."""
    if isinstance(law, ExponentialLaw):
        return 0.0, 4 * float(law.mean)
    low, high = law.range
    return float(low), float(high)


def draw_scale(statement: ExperimentMenuStatement, menu: Sequence[Offer], value: float, ax: Axes | None = None) -> Axes:
    """Draw who buys what, by belief and scale."""
    ax = axes(ax)
    if isinstance(statement.law, ContinuousLaw) and isinstance(statement.scale, ContinuousLaw):
        (left, right), (low, high) = (tuple(map(float, law.range)) for law in (statement.law, statement.scale))
        x, v = np.linspace(left, right, _POINTS), np.linspace(low, high, _POINTS)[:, None]
        diagonals = [(float(offer.experiment[0][0]), float(offer.experiment[1][1])) for offer in menu]
        gains = [a * x + d * (1 - x) - np.maximum(x, 1 - x) for a, d in diagonals]
        kept = [0 * v * x, *(v * g - float(offer.price) for g, offer in zip(gains, menu, strict=True))]
        taken = np.argmax(kept, axis=0)
        for m, offer in enumerate(menu, 1):
            # For every belief those who take an item are an interval of scales.
            those = taken == m
            edges = np.where(those, v, high).min(axis=0), np.where(those, v, low).max(axis=0)
            label = f"{offer.name}, at {float(offer.price):.4g}"
            colour = _COLOURS[(m - 1) % len(_COLOURS)]
            ax.fill_between(x, *edges, where=those.any(axis=0), color=colour, alpha=0.4, linewidth=0, label=label)
        ax.set_xlim(left, right)
        ax.set_ylim(low, high)
    ax.set_xlabel("belief in state 1")
    ax.set_ylabel("what is at stake")
    ax.set_title(f"who buys; revenue at least {value:.6g}")
    ax.legend(frameon=False, fontsize="small", loc="lower center")
    return ax
