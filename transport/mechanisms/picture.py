"""Pictures of menus: where in the space of two items' values each offer is bought."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from dual.errors import SuasionError
from dual.kinds.mechanisms.alike import PricesBySize, chances
from dual.kinds.mechanisms.flux import axes_of
from dual.kinds.mechanisms.lists import PriceLists
from dual.kinds.mechanisms.menu import Menu
from dual.kinds.mechanisms.ranked import Ranking, groups
from dual.kinds.mechanisms.regions import allocation, box, regions
from dual.kinds.mechanisms.statement import MechanismStatement
from transport.road.picture import axes, entitled, legend_below, whole_ticks

from .labels import item_names, offer_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442")
_HATCHES: Final = ("", "//", "\\\\", "..", "xx", "--", "++")
"""Each region also has a pattern of its own, for readers who do not see colours apart."""


def draw(statement: MechanismStatement, primal: object, value: object, ax: Axes | None = None) -> Axes:
    """Draw the regions of a menu of two items, or the prices of numbers of items.

    Raises
    ------
    SuasionError
        If matplotlib is not installed, or there is nothing that could be drawn.
    """
    title = f": revenue {value:.6g}" if isinstance(value, float) else ""
    if isinstance(primal, PricesBySize):
        return _by_size(statement, primal, title, axes(ax))
    if isinstance(primal, PriceLists):
        return _lists(statement, primal, title, axes(ax))
    if isinstance(primal, Ranking):
        return _ranks(statement, primal, title, axes(ax))
    two = statement.count == 2 and statement.valuation in ("additive", "unit-demand")
    if not isinstance(primal, Menu) or not two:
        raise SuasionError(
            "there are pictures of menus and price lists for two items, of prices by number of items, and of rankings"
        )
    ax = axes(ax)
    if statement.types is not None:
        _types(statement, primal, ax)
    else:
        offers = [(allocation(statement, offer.lottery), offer.price) for offer in primal.menu]
        law = statement.joint
        corners = box(axes_of(statement)) if law is None else law.corners
        for r, region in enumerate(regions(corners, offers)):
            if region:
                xs, ys = zip(*((float(x), float(y)) for x, y in region), strict=True)
                ax.fill(xs, ys, facecolor=_COLOURS[r % 7], hatch=_HATCHES[r % 7], alpha=0.45, edgecolor="0.3",
                        label=offer_name(statement, primal.menu[r]))  # fmt: skip
        xs, ys = zip(*corners, strict=True)
        ax.set_xlim(float(min(xs)), float(max(xs)))
        ax.set_ylim(float(min(ys)), float(max(ys)))
        if law is not None:
            around = [*corners, corners[0]]
            ax.plot([float(x) for x, _ in around], [float(y) for _, y in around], color="0.3", linewidth=1)
    names = item_names(statement)
    ax.set_xlabel(f"value of {names[0]}")
    ax.set_ylabel(f"value of {names[1]}")
    entitled(ax, f"what is bought at which values{title}")
    if ax.get_legend_handles_labels()[0]:  # nothing may be sold
        ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def _lists(statement: MechanismStatement, primal: PriceLists, title: str, ax: Axes) -> Axes:
    """An item's price by colour, and lines of equal price of both, over the other's values; of the first bidder."""
    b, n = float(statement.breadth or 1), primal.intervals
    single, both = (
        [[b * float(t.at(0, k, j)) for k in range(n)] for j in range(n)] for t in (primal.single, primal.both)
    )
    image = ax.imshow(single, origin="lower", extent=(0, b, 0, b), cmap="Blues", aspect="auto")
    middles = [b * (k + 0.5) / n for k in range(n)]
    lines = ax.contour(middles, middles, both, colors=_COLOURS[1], linewidths=1)
    ax.clabel(lines, fontsize="small")
    names = item_names(statement)
    ax.figure.colorbar(image, ax=ax, label=f"price of {names[0]}")
    ax.set_xlabel(f"the other's value of {names[0]}")
    ax.set_ylabel(f"the other's value of {names[1]}")
    ax.set_title(f"price of both by lines{title}")
    return ax


def _types(statement: MechanismStatement, menu: Menu, ax: Axes) -> None:
    """A dot for each type, as large as it is likely."""
    taken = menu.choices(statement)
    largest = max(statement.weights)
    for r in [*range(len(menu.menu)), None]:
        members = [k for k, choice in enumerate(taken) if choice == r]
        if members:
            points = [tuple(float(x) for x in (statement.types or ())[k].values or ()) for k in members]
            ax.scatter(
                [x for x, _ in points],
                [y for _, y in points],
                s=[120 * float(statement.weights[k] / largest) + 10 for k in members],
                color="0.8" if r is None else _COLOURS[r % 7],
                marker="x" if r is None else "os^vDP*"[r % 7],
                label="nothing" if r is None else offer_name(statement, menu.menu[r]),
            )


def _ranks(statement: MechanismStatement, primal: Ranking, title: str, ax: Axes) -> Axes:
    """For every law the rank of each value, as a share of the highest; flat where bidders are treated alike."""
    # The lowest rank that is served lies above nothing.
    highest = float(max(rank for own in primal.ranks for rank in own)) + 1
    for g, ((axis, count), own, ranks) in enumerate(
        zip(groups(statement), primal.thresholds, primal.ranks, strict=True)
    ):
        values = [float(v) for v in own]
        label = f"law {g}" if count == 1 else f"law {g}, {count} bidders"
        ax.step([*values, float(axis.right)], [(float(r) + 1) / highest for r in (*ranks, ranks[-1])], where="post",
                color=_COLOURS[g % 7], linestyle=("-", "--", ":", "-.")[g % 4], label=label)  # fmt: skip
    ax.set_xlabel("value")
    ax.set_ylabel("rank, of the highest")
    ax.set_ylim(bottom=0)
    entitled(ax, f"the item goes to the highest rank{title}")
    ax.legend(frameon=False, loc="upper left")
    return ax


def _by_size(statement: MechanismStatement, primal: PricesBySize, title: str, ax: Axes) -> Axes:
    b = statement.breadth or Fraction(1)
    sizes = range(1, len(primal.by_size) + 1)
    sold = chances([price / b for price in primal.by_size])[1:]
    ax.bar(sizes, [float(chance) for chance in sold], color="#56B4E9", label="probability that so many are bought")
    ax.plot(sizes, [float(price) for price in primal.by_size], "o-", color="#D55E00", label="price")
    ax.set_xlabel("number of items")
    entitled(ax, f"prices by size{title}")
    whole_ticks(ax)
    legend_below(ax)
    return ax
