"""Pictures of queries: cuts on the types' line with the cells' messages, value over K, value by target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dual.errors import SuasionError
from dual.kinds.queries.statement import SimulationStatement
from persuasion.drawing import ENVELOPE, PAYOFF
from transport.road.picture import GREEN, axes, entitled, legend_below, open_frame, shades, whole_ticks
from transport.road.table import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Line:
    """The types on a line: those of one cell side by side among equals.

    Attributes
    ----------
    types : list of int
        From the most reluctant to the readiest.
    place : dict
        Where each type stands.
    """

    types: list[int]
    place: dict[int, int]

    @classmethod
    def of(cls, groups: Sequence[Sequence[int]], cells: Sequence[Sequence[int]]) -> Line:
        """The types of an order's groups."""
        cell = {t: k for k, own in enumerate(cells) for t in own}
        types = [t for group in groups for t in sorted(group, key=lambda t: (cell.get(t, 0), t))]
        return cls(types, {t: k for k, t in enumerate(types)})

    def runs(self, cell: Sequence[int]) -> list[tuple[int, int]]:
        """First and last place of each row of neighbours in a cell."""
        found: list[tuple[int, int]] = []
        for k in sorted(self.place[t] for t in cell):
            if found and found[-1][1] == k - 1:
                found[-1] = (found[-1][0], k)
            else:
                found.append((k, k))
        return found

    def finish(self, ax: Axes, cells: Sequence[Sequence[int]], names: Sequence[str]) -> None:
        """Draw the cuts between cells of neighbours, and write the types' names or count them."""
        runs = [self.runs(cell) for cell in cells]
        if all(len(own) == 1 for own in runs):
            ends = {own[0][1] for own in runs} - {len(self.types) - 1}
            for k, end in enumerate(sorted(ends)):
                ax.axvline(end + 0.5, color="0.6", linewidth=0.9, label="" if k else "cut between cells")
        ax.set_xlim(-0.6, len(self.types) - 0.4)
        if len(self.types) <= _NAMED and max(len(names[t]) for t in self.types) * len(self.types) <= _LETTERS:
            ax.set_xticks(range(len(self.types)), [names[t] for t in self.types])
        else:
            whole_ticks(ax)
        ax.set_xlabel("types, from the most reluctant to the readiest")
        open_frame(ax)
        legend_below(ax)


_NAMED, _LETTERS = 24, 90
"""So many types are named under their line, if their names have no more letters than it has room for."""


def draw(
    statement: SimulationStatement,
    cells: Sequence[Sequence[int]],
    experiments: Sequence[Sequence[Sequence[Fraction]]],
    names: Sequence[str],
    title: str,
    ax: Axes | None = None,
) -> Axes:
    """Draw how much each type believes, in her cell's colour, and the messages that her cell hears.

    Raises
    ------
    SuasionError
        If matplotlib is not installed, or there is nothing to draw.
    """
    if not cells:
        raise SuasionError("there are no queries to draw")
    ax = axes(ax)
    if statement.state_count > 2:
        return _draw_readiness(statement, cells, names, title, ax)
    order = statement.order
    line = Line.of(order.members, cells)
    trusting = {
        t: order.q[k][0] / order.q[k][1] if order.q[k][1] else 2.0 for k, own in enumerate(order.members) for t in own
    }
    sure = [t for t in line.types if trusting[t] > 1]
    for colour, types, messages in zip(_cell_colours(cells), cells, experiments, strict=False):
        at = [t for t in types if trusting[t] <= 1]
        ax.plot([line.place[t] for t in at], [trusting[t] for t in at], "o", color=colour)
        persuading = sorted({float(x[0] / x[1]) for x in messages if x[1]})
        for first, last in line.runs(types):
            ax.hlines(persuading, first - 0.4, last + 0.4, color=colour, linewidth=2)
    ax.plot([], [], "o", color="0.4", label="the most that this type still acts on")
    ax.plot([], [], color="0.4", linewidth=2, label="what her cell is told")
    if sure:
        ax.plot([line.place[t] for t in sure], [1.06] * len(sure), "^", color="0.4", label="acts unless told not to")
    ax.set_ylim(-0.03, 1.1)
    ax.set_ylabel(f"likelihood of the message, {_state(statement, 0)} over {_state(statement, 1)}")
    entitled(ax, title)
    line.finish(ax, cells, names)
    return ax


def _cell_colours(cells: Sequence[Sequence[int]]) -> list[Any]:
    """A colour for each cell; noisy answers tell no types apart, and have none of their own."""
    return ["0.4"] * len(cells) if len(set(map(tuple, cells))) == 1 else shades(len(cells))


def _state(statement: SimulationStatement, s: int) -> str:
    return statement.states[s] if statement.states else f"state {s}"


def _draw_readiness(
    statement: SimulationStatement, cells: Sequence[Sequence[int]], names: Sequence[str], title: str, ax: Axes
) -> Axes:
    """More than two states: each type by how much of what is at stake for her speaks for acting."""
    (own, _), line = statement.own, Line.of(statement.groups, cells)
    for colour, types in zip(_cell_colours(cells), cells, strict=True):
        shares = []
        for t in types:
            d = [y - x for x, y in zip(*own[t], strict=True)]
            shares.append(sum(max(x, 0) for x in d) / (sum(map(abs, d)) or 1))
        ax.plot([line.place[t] for t in types], shares, "o", color=colour)
    ax.plot([], [], "o", color="0.4", label="a type, in her cell's colour")
    ax.set_ylim(-0.05, 1.05)
    ax.set_ylabel("share of the states' stakes that speak for acting")
    entitled(ax, title)
    line.finish(ax, cells, names)
    return ax


def draw_curve(curve: Table, greedy: Table | None, told: Fraction, ax: Axes | None = None) -> Axes:
    """Draw the value over the number of queries."""
    ax = axes(ax)
    for table, style, colour, label in (
        (curve, "o-", PAYOFF, "best queries"),
        (greedy, "s--", GREEN, "greedy"),
    ):
        if table is None:
            continue
        points = [(float(row[0] or 0), float(row[1] or 0)) for row in table.rows]
        ax.plot([x for x, _ in points], [y for _, y in points], style, color=colour, label=label)
    ax.axhline(float(told), color=ENVELOPE, linestyle=":", label="types told")
    ax.set_xlabel("queries")
    whole_ticks(ax)
    ax.set_ylabel("value")
    ax.legend(frameon=False)
    return ax


def draw_targets(statement: SimulationStatement, ax: Axes | None = None) -> Axes:
    """Draw what aiming at each pessimist gives, and saying nothing."""
    ax = axes(ax)
    order = statement.order
    base = float(statement.otherwise)
    values = [base + float(one) / order.unit for one in order.ends]
    ax.plot(range(1, len(values) + 1), values, "o-", color=PAYOFF, label="aimed at this type")
    ax.axhline(base + order.silent / order.unit, color=ENVELOPE, linestyle=":", label="nothing said")
    ax.set_xlabel("target, from the most reluctant")
    ax.set_ylabel("value without queries")
    ax.legend(frameon=False)
    return ax
