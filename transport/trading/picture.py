"""Pictures of trading networks: who knows, who is introduced, who trades at what price; and the entry-fee curve."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from dual.errors import SuasionError
from dual.kinds.trading.statement import TradingNetworkStatement
from dual.kinds.trading.witness import Outcome
from dual.words import brief
from transport.road.picture import BLUE, GREY, VERMILION, axes, label, legend_below

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAX_AGENTS = 60
"""On a side: more names would cover one another."""
_LABELLED = 16
"""Up to so many agents have their numbers beside them, and trades their prices."""
_KNOWN, _INTRODUCED, _PALE = BLUE, VERMILION, "#b8c4c9"


def draw_network(
    statement: TradingNetworkStatement,
    found: Outcome,
    names: tuple[Sequence[str], Sequence[str]],
    ax: Axes | None = None,
) -> Axes:
    """Draw buyers on the left and sellers on the right, acquaintance in grey, trades in colour with their prices."""
    n, m = map(len, names)
    if max(n, m) > MAX_AGENTS:
        raise SuasionError(f"a picture holds at most {MAX_AGENTS} buyers or sellers; there are {n} and {m}")
    ax = axes(ax)
    high = max(n, m)

    def place(k: int, count: int) -> float:
        return (high - count) / 2 + count - 1 - k

    # Lines: who knows or meets whom, trades on top.
    trades, introduced = set(found.trades), set(found.introduced)
    for i, j in {*statement.known_pairs, *introduced}:
        ends = [place(i, n), place(j, m)]
        colour = _INTRODUCED if (i, j) in introduced else _KNOWN
        if (i, j) in trades:
            ax.plot([0, 1], ends, color=colour, linewidth=2.2, zorder=2)
        else:
            ax.plot(
                [0, 1], ends, color=_INTRODUCED if (i, j) in introduced else _PALE, linewidth=0.9,
                linestyle="--" if (i, j) in introduced else "-", zorder=1,
            )  # fmt: skip
    # Agents, with their numbers while there is room for them.
    sides = ((0.0, n, names[0], found.utilities), (1.0, m, names[1], found.prices))
    for x, count, labels, numbers in sides:
        ys = [place(k, count) for k in range(count)]
        ax.scatter([x] * count, ys, s=42, color="#22313a", zorder=3)
        side, word = (-1, "utility") if x == 0 else (1, "price")
        for k, y in enumerate(ys):
            words = f"{labels[k]}\n{word} {brief(numbers[k])}" if count <= _LABELLED else labels[k]
            ax.text(x + 0.04 * side, y, words, ha="right" if side < 0 else "left", va="center", fontsize=8)
    if len(trades) <= _LABELLED:
        for i, j in sorted(trades):
            at = 0.1  # near the buyers, where lines have not met yet
            y = (1 - at) * place(i, n) + at * place(j, m)
            label(ax, (at, y), brief(found.prices[j] + found.utilities[i]), size=7.5)
        ax.plot([], [], " ", label="on a line: the buyer's value" if trades else None)
    # A legend of what occurs.
    for colour, style, words, shown in (
        (_KNOWN, "-", "trade of a known pair", trades - introduced),
        (_INTRODUCED, "-", "trade by introduction", trades & introduced),
        (_INTRODUCED, "--", "introduced, no trade", introduced - trades),
        (_PALE, "-", "know each other", set(statement.known_pairs) - trades),
    ):
        if shown:
            ax.plot([], [], color=colour, linestyle=style, label=words)
    legend_below(ax, -0.01)
    title = f"welfare {brief(found.welfare)}"
    if statement.objective != "equilibrium":
        title = f"revenue {brief(found.revenue)}, {title}"
    ax.set_title(title, fontsize=10)
    ax.set_xlim(-0.55, 1.55)
    ax.set_ylim(-0.6, high - 0.4)
    ax.set_axis_off()
    return ax


def draw_fees(
    points: Sequence[tuple[Fraction, Fraction, Fraction]], best: int, guarantee: Fraction, ax: Axes | None = None
) -> Axes:
    """Draw revenue and welfare over the entry fee (fee, revenue, welfare), the best point and what is guaranteed."""
    ax = axes(ax)
    fees = [0.0, *(float(fee) for fee, _, _ in points)]
    for name, colour, numbers in (
        ("welfare", _KNOWN, [float(welfare) for _, _, welfare in points]),
        ("revenue", _INTRODUCED, [float(revenue) for _, revenue, _ in points]),
    ):
        ax.stairs(numbers, _increasing(fees), baseline=None, color=colour, linewidth=1.8, label=name)
    ax.axhline(float(guarantee), color=GREY, linestyle=":", linewidth=1.2, label="guarantee")
    ax.plot([float(points[best][0])], [float(points[best][1])], marker="o", color=_INTRODUCED, markersize=5)
    ax.set_xlabel("entry fee per introduced pair")
    ax.set_ylabel("welfare, revenue")
    ax.set_ylim(bottom=0)
    ax.legend(fontsize=8)
    return ax


def _increasing(fees: list[float]) -> list[float]:
    """Edges of the steps; a last point beyond which nobody is introduced gets a step of its own."""
    edges = [fees[0]]
    least = (max(fees) or 1.0) * 0.02
    for k, fee in enumerate(fees[1:], start=1):
        last = k == len(fees) - 1
        edges.append(max(fee, edges[-1] + (5 * least if last else 0.0)))
    return edges
