"""Pictures: where matplotlib is asked for, and what all of them share: colours, styles and words on a pale ground."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from dual.errors import SuasionError
from dual.words import brief

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE, VERMILION, GREEN, PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
SKY, ORANGE, YELLOW, GREY = "#56B4E9", "#E69F00", "#F0E442", "#999999"
PALETTE: Final = (BLUE, VERMILION, YELLOW, PINK, SKY, ORANGE, GREEN, GREY)
"""Okabe and Ito's colours in an order in which the first five are told apart by colour-blind readers of every kind."""

PRICES_STYLE: Final[dict[str, Any]] = {
    "color": PINK,
    "linewidth": 1.6,
    "linestyle": (0, (6, 2, 1.2, 2)),
    "label": "prices",
}
"""Prices prove upper bounds in many kinds, and look the same in all of them."""

_LONGEST: Final = 1000
"""Denominators up to this are readable in a picture; beyond, four digits say more than a long fraction."""


def axes(ax: Axes | None = None) -> Axes:
    """The given axes, or new ones on a figure of their own.

    Raises
    ------
    SuasionError
        If matplotlib is not installed.
    """
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot
    except ImportError:
        raise SuasionError('pictures need matplotlib; pip install "suasion[plot]"') from None
    return pyplot.subplots(figsize=(6.4, 4.4), layout="constrained")[1]


def shades(count: int, palette: Sequence[str] = PALETTE) -> list[Any]:
    """So many colours: those of a palette while they last, else along a scale that brightens evenly."""
    if count <= len(palette):
        return list(palette[:count])
    from matplotlib import colormaps

    return [colormaps["cividis"](k / (count - 1)) for k in range(count)]


def compact(value: Fraction) -> str:
    """A number as a label has room for it.

    Examples
    --------
    >>> compact(Fraction(3, 5)), compact(Fraction(1234567, 9876543))
    ('3/5', '0.125')
    """
    return brief(value) if value.denominator <= _LONGEST else f"{float(value):.4g}"


def label(ax: Axes, spot: Any, words: str, direction: tuple[float, float] = (0.0, 0.0), size: float = 9) -> None:
    """Write beside a point, on the side that a direction names, on a pale ground."""
    across = "left" if direction[0] > 0.3 else "right" if direction[0] < -0.3 else "center"
    up = "bottom" if direction[1] > 0.3 else "top" if direction[1] < -0.3 else "center"
    ground = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.8}
    shift = (7 * direction[0], 7 * direction[1])
    ax.annotate(words, spot, shift, textcoords="offset points", ha=across, va=up, fontsize=size, bbox=ground, zorder=8)


def stacked_bars(ax: Axes, rows: Sequence[str], parts: Iterable[tuple[str, Any, Sequence[float]]]) -> float:
    """Draw a horizontal bar for each row, the first on top, from parts with a label, a colour and a width in each row.

    Returns
    -------
    float
        The length of the longest bar; 1 if there is none.
    """
    left = [0.0] * len(rows)
    for name, colour, widths in parts:
        ax.barh(range(len(rows)), widths, left=left, color=colour, label=name)
        left = [a + b for a, b in zip(left, widths, strict=True)]
    ax.set_yticks(range(len(rows)), rows)
    ax.invert_yaxis()
    return max(left, default=1.0)


def legend_below(ax: Axes, lowest: float = -0.17) -> None:
    """Put the legend under the axes, where it covers nothing."""
    handles, names = ax.get_legend_handles_labels()
    columns = next((n for n in (4, 3, 2) if n * (max(map(len, names), default=0) + 7) < 80), 1)
    ax.legend(handles, names, loc="upper center", bbox_to_anchor=(0.5, lowest), ncol=columns, frameon=False)


def entitled(ax: Axes, words: str) -> None:
    """Put a title above the axes, in lines short enough that a narrow picture does not cut them."""
    ax.set_title(textwrap.fill(words, 60), fontsize=10, loc="left")


def whole_ticks(ax: Axes) -> None:
    """Mark whole numbers alone on the horizontal axis: it counts."""
    from matplotlib.ticker import MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(integer=True))


def open_frame(ax: Axes) -> None:
    """Leave only the two sides of the frame that bear numbers."""
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
