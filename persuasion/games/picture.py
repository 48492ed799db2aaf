"""Pictures of games: how likely each profile is recommended, and what payoffs an AI can bring about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from dual.errors import SuasionError
from dual.kinds.games.polygon import Point
from dual.kinds.games.statement import GameStatement, Profile
from transport.road.picture import PALETTE, axes, entitled, legend_below, open_frame, stacked_bars

from .labels import action_name, player_names, signal_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST: Final = 16
"""Profiles shown: more bars would be too thin for their names."""
_STRENGTHS: Final = (0.35, 0.8)
"""How opaque the sets are: what lies inside must show through the outer one."""


def draw(
    statement: GameStatement,
    plan: Mapping[tuple[int, Profile], Mapping[Profile, Fraction]],
    title: str,
    ax: Axes | None = None,
) -> Axes:
    """Draw a bar for each profile, divided by what the AI sees; the likeliest profiles if there are many.

    Raises
    ------
    SuasionError
        If matplotlib is not installed, or there is no plan to draw.
    """
    if not plan:
        raise SuasionError("there is no plan to draw")
    ax = axes(ax)
    masses: dict[int, dict[tuple[int, ...], float]] = {}
    for (k, t), told in plan.items():
        weight = float(sum(mass for _, mass in statement.masses[k, t]))
        for profile, chance in told.items():
            own = masses.setdefault(k, {})
            own[profile] = own.get(profile, 0.0) + weight * float(chance)
    profiles = {profile for own in masses.values() for profile in own}
    totals = {profile: sum(own.get(profile, 0.0) for own in masses.values()) for profile in profiles}
    shown = sorted(sorted(totals, key=lambda profile: (-totals[profile], profile))[:_MOST])
    longest = stacked_bars(
        ax,
        [", ".join(action_name(statement, i, a) for i, a in enumerate(profile)) for profile in shown],
        (
            (
                f"the AI sees {signal_name(statement, k)}",
                PALETTE[number % len(PALETTE)],
                [own.get(profile, 0.0) for profile in shown],
            )
            for number, (k, own) in enumerate(sorted(masses.items()))
        ),
    )
    ax.set_xlabel("probability")
    ax.set_ylabel("recommended: " + ", ".join(player_names(statement)))
    more = f", the likeliest {_MOST} of {len(totals)} profiles" if len(totals) > _MOST else ""
    ax.set_title(title + more, fontsize=10)
    ax.set_xlim(0, 1.06 * longest)
    open_frame(ax)
    legend_below(ax)
    return ax


def draw_set(
    sets: Sequence[tuple[str, Sequence[Point]]],
    points: Sequence[Point],
    names: tuple[str, str],
    title: str,
    ax: Axes | None = None,
) -> Axes:
    """Draw polygons, the largest first, and points in them.

    Parameters
    ----------
    sets : sequence of (str, sequence of pairs)
        A label and the corners in order; sets without corners are left out.
    points : sequence of pairs
        Equilibria without an AI.
    names : pair of str
        What the axes measure.
    title : str
    ax : Axes, optional

    Raises
    ------
    SuasionError
        If matplotlib is not installed, or there is no pair to draw.
    """
    if not sets[0][1]:
        raise SuasionError("there is no pair to draw")
    ax = axes(ax)
    for number, (label, corners) in enumerate(sets):
        if corners:
            xs, ys = ([float(corner[axis]) for corner in corners] for axis in (0, 1))
            ax.fill(xs, ys, color=PALETTE[number], alpha=_STRENGTHS[number], label=label)
            ax.plot([*xs, xs[0]], [*ys, ys[0]], "o-", color=PALETTE[number], markersize=4)
    if points:
        xs, ys = ([float(point[axis]) for point in points] for axis in (0, 1))
        ax.plot(xs, ys, "s", color="black", markersize=5, label="equilibria without it")
    ax.set_xlabel(names[0])
    ax.set_ylabel(names[1])
    entitled(ax, title)
    legend_below(ax)
    return ax
