"""Pictures of delivery markets: who trades with whom, and what is paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dual.errors import InputError, SuasionError
from dual.kinds.delivery.costs import Triple
from dual.words import brief
from transport.road.picture import axes
from transport.road.sweep import Sweep

from .names import Names

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LARGEST = 60
BUYER, STORE, COURIER = "#1f77b4", "#d62728", "#2ca02c"


def draw_trades(
    trades: Sequence[Triple],
    names: Names,
    paid: Mapping[tuple[int, int], tuple[Fraction, Fraction, Fraction]],
    welfare: Fraction | None,
    ax: Axes | None = None,
) -> Axes:
    """Draw stores, buyers and couriers as three columns; a line is a trade, with its price, tip and compensation."""
    if max(map(len, names)) > LARGEST:
        raise SuasionError(f"more than {LARGEST} agents on a side are not drawn without places; see draw_map")
    ax = axes(ax)
    columns = ((1, 0.0, STORE), (0, 1.0, BUYER), (2, 2.0, COURIER))
    for side, x, colour in columns:
        active = {trade[side] for trade in trades}
        for n, name in enumerate(names[side]):
            ax.plot(x, -n, "o", color=colour, alpha=1.0 if n in active else 0.25, zorder=3)
            left = x < 1
            ax.annotate(name, (x, -n), xytext=(-8 if left else 8, 6 if x == 1 else 0), textcoords="offset points",
                        ha="right" if left else "left", va="center", fontsize=8)  # fmt: skip
    for i, j, k in trades:
        ax.plot([0, 1], [-j, -i], color=STORE, linewidth=1)
        ax.plot([1, 2], [-i, -k], color=COURIER, linewidth=1)
        if paid and len(trades) <= 12:
            price, tip, pay = paid[i, j]
            _label(ax, 0.2, -j + 0.2 * (j - i), f"price {brief(price)}")
            _label(ax, 1.78, -i + 0.78 * (i - k), f"tip {brief(tip)}, pay {brief(pay)}")
    ax.set_xlim(-0.6, 2.7)
    ax.set_axis_off()
    reached = "" if welfare is None else f"welfare {brief(welfare)}"
    ax.set_title("stores, buyers, couriers: " + reached, fontsize=10)
    return ax


def _label(ax: Axes, x: float, y: float, text: str) -> None:
    ax.annotate(text, (x, y), fontsize=7, ha="center", va="center", bbox={"fc": "white", "ec": "none", "pad": 0.6})


def draw_map(
    trades: Sequence[Triple],
    shape: tuple[int, int, int],
    places: Mapping[str, Sequence[Sequence[float]]],
    welfare: Fraction | None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a market on the plane.

    Parameters
    ----------
    trades : sequence of (buyer, store, courier)
    shape : triple of int
        How many there are of each.
    places : mapping
        ``"buyers"``, ``"stores"`` and ``"couriers"``: a point (x, y) for each.
    welfare : Fraction or None
    ax : Axes, optional

    Raises
    ------
    InputError
        If a place is missing.
    SuasionError
        If matplotlib is not installed.
    """
    sides = (("buyers", BUYER, "o"), ("stores", STORE, "s"), ("couriers", COURIER, "^"))
    for (name, _, _), count in zip(sides, shape, strict=True):
        if len(places.get(name, ())) != count:
            raise InputError(f"{count} places are needed", f"places.{name}")
    ax = axes(ax)
    for i, j, k in trades:
        buyer, store, courier = places["buyers"][i], places["stores"][j], places["couriers"][k]
        ax.plot([courier[0], store[0]], [courier[1], store[1]], color=COURIER, linewidth=1, linestyle=":")
        ax.annotate("", xy=(buyer[0], buyer[1]), xytext=(store[0], store[1]),
                    arrowprops={"arrowstyle": "->", "color": "0.35", "linewidth": 1})  # fmt: skip
    for side, (name, colour, marker) in enumerate(sides):
        active = {trade[side] for trade in trades}
        for inside, alpha in ((True, 1.0), (False, 0.3)):
            shown = [place for n, place in enumerate(places[name]) if (n in active) == inside]
            if shown:
                xs, ys = zip(*(tuple(place)[:2] for place in shown), strict=True)
                ax.scatter(xs, ys, c=colour, marker=marker, alpha=alpha, s=26, zorder=3,
                           label=name if inside else f"{name}, inactive")  # fmt: skip
    ax.set_aspect("equal")
    ax.legend(fontsize=7, loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)
    if welfare is not None:
        ax.set_title(f"{len(trades)} trades, welfare {brief(welfare)}", fontsize=10)
    return ax


def draw_couriers(with_tips: Sweep[Any], without: Sweep[Any], ax: Axes | None = None) -> Axes:
    """Draw welfare with and without tips as the number of couriers grows; gaps where there is no equilibrium."""
    ax = axes(ax)
    for sweep, name, marker in ((with_tips, "with tips", "o"), (without, "without tips", "s")):
        low = [float("nan") if s.lower is None else float(s.lower) for s in sweep.solutions]
        ax.plot([int(n) for n in sweep.values], low, marker=marker, markersize=4, label=name)
    missing = [int(n) for n, s in zip(without.values, without.solutions, strict=True) if s.grade == "infeasible"]
    if missing:
        ax.axvspan(min(missing) - 0.5, max(missing) + 0.5, alpha=0.12, color="0.4", label="no equilibrium without tips")
    ax.set_xlabel("couriers")
    ax.set_ylabel("best equilibrium welfare")
    ax.legend()
    return ax
