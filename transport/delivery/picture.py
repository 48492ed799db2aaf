"""Pictures of delivery markets: who trades with whom, and what is paid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dual.errors import InputError, SuasionError
from dual.kinds.delivery.costs import Triple
from dual.words import brief
from transport.road.picture import BLUE, PINK, VERMILION, axes, label, legend_below
from transport.road.sweep import Sweep

from .names import Names

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LARGEST = 60
"""Agents on a side: more names would cover one another."""
BUYER, STORE, COURIER = BLUE, VERMILION, PINK
MARKERS = {BUYER: "o", STORE: "s", COURIER: "^"}
"""Each side has a shape of its own, too."""
_PRICED = 12
"""Trades whose prices are written on their lines; more lines leave no room between them."""
_ASIDE = 0.05
"""Where on a line its price begins: beside the store or courier, whose lines are a row apart there."""
_ROW = 0.34
"""Inches a row of agents takes."""


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
    given = ax is not None
    ax = axes(ax)
    columns = ((1, 0.0, STORE, "stores"), (0, 1.0, BUYER, "buyers"), (2, 2.0, COURIER, "couriers"))
    most = max(map(len, names))
    for side, x, colour, word in columns:
        active = {trade[side] for trade in trades}
        for n, name in enumerate(names[side]):
            style: dict[str, Any] = {"marker": MARKERS[colour], "linestyle": "", "color": colour, "zorder": 3}
            ax.plot(x, -n, alpha=1.0 if n in active else 0.3, label=None if n else word, **style)
            label(ax, (x, -n), name, (-1.2 if x < 1 else 0.0 if x == 1 else 1.2, 1.0 if x == 1 else 0.0), 8)
    for k, (i, j, courier) in enumerate(trades):
        ax.plot([0, 1], [-j, -i], color=STORE, linewidth=1.2, label=None if k else "store to buyer")
        ax.plot([1, 2], [-i, -courier], color=COURIER, linewidth=1.2, label=None if k else "carried by")
    if paid and len(trades) <= _PRICED:
        _prices(ax, trades, paid)
    ax.set_xlim(-0.6, 2.7)
    ax.set_ylim(-most + 0.4, 0.7)
    ax.set_axis_off()
    reached = "" if welfare is None else f"welfare {brief(welfare)}"
    ax.set_title(", ".join(filter(None, ("" if trades else "no trade", reached))), fontsize=10)
    legend_below(ax, 0.0)
    if not given and ax.figure is not None:
        figure: Any = ax.figure
        figure.set_size_inches(7.2, 1.6 + _ROW * (most + 1))
    return ax


def _prices(
    ax: Axes, trades: Sequence[Triple], paid: Mapping[tuple[int, int], tuple[Fraction, Fraction, Fraction]]
) -> None:
    """Write what is paid on each trade's lines, near the store and near the courier, where lines are apart."""
    for i, j, k in trades:
        price, tip, pay = paid[i, j]
        label(ax, (_ASIDE, -j + _ASIDE * (j - i)), f"price {brief(price)}", (1.0, 0.0), 7)
        label(ax, (2 - _ASIDE, -k + _ASIDE * (k - i)), f"tip {brief(tip)}, compensation {brief(pay)}", (-1.0, 0.0), 7)


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
        ax.plot([courier[0], store[0]], [courier[1], store[1]], color=COURIER, linewidth=1.4, linestyle=":")
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
    shared = Counter(tuple(place)[:2] for name, _, _ in sides for place in places[name])
    for spot, count in shared.items():
        if count > 1:
            label(ax, spot, f"{count} here", (1.0, 1.0), 7)
    legend_below(ax, -0.08)
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
