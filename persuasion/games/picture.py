"""Pictures of games: how likely each profile is recommended, and what payoffs an AI can bring about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dual.errors import InputError, SuasionError
from transport.road.picture import axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .payoff_set import PayoffSetSolution
    from .problem import GameSolution

PALETTE: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_MOST: Final = 16
"""Profiles shown: more bars would be too thin for their names."""


def draw(solution: GameSolution, ax: Axes | None = None) -> Axes:
    """Draw a bar for each profile, divided by what the AI sees; the likeliest profiles if there are many.

    Raises
    ------
    SuasionError
        If matplotlib is not installed, or there is no plan to draw.
    """
    if not solution.plan:
        raise SuasionError("there is no plan to draw")
    ax = axes(ax)
    problem = solution.problem
    masses: dict[int, dict[tuple[int, ...], float]] = {}
    for (k, t), told in solution.plan.items():
        weight = float(sum(mass for _, mass in problem.statement.masses[k, t]))
        for profile, chance in told.items():
            own = masses.setdefault(k, {})
            own[profile] = own.get(profile, 0.0) + weight * float(chance)
    profiles = {profile for own in masses.values() for profile in own}
    totals = {profile: sum(own.get(profile, 0.0) for own in masses.values()) for profile in profiles}
    shown = sorted(sorted(totals, key=lambda profile: (-totals[profile], profile))[:_MOST])
    left = [0.0] * len(shown)
    for number, (k, own) in enumerate(sorted(masses.items())):
        widths = [own.get(profile, 0.0) for profile in shown]
        ax.barh(
            range(len(shown)),
            widths,
            left=left,
            color=PALETTE[number % len(PALETTE)],
            label=f"the AI sees {problem.signal_name(k)}",
        )
        left = [a + b for a, b in zip(left, widths, strict=True)]
    names = [", ".join(problem.action_name(i, a) for i, a in enumerate(profile)) for profile in shown]
    ax.set_yticks(range(len(shown)), names)
    ax.invert_yaxis()
    ax.set_xlabel("probability")
    ax.set_ylabel("recommended: " + ", ".join(problem.player_names))
    more = f", the likeliest {_MOST} of {len(totals)} profiles" if len(totals) > _MOST else ""
    ax.set_title(f"value {solution.value:.6g}{more}" if isinstance(solution.value, float) else "plan")
    ax.legend(frameon=False)
    return ax


def draw_set(solution: PayoffSetSolution, ax: Axes | None = None) -> Axes:
    """Draw all pairs that the AI can bring about; inside, those that it can without seeing anything, and equilibria.

    Raises
    ------
    SuasionError
        If matplotlib is not installed, or there is no pair to draw.
    """
    if not solution.vertices:
        raise SuasionError("there is no pair to draw")
    ax = axes(ax)
    problem = solution.problem
    sets = [(f"the AI sees {problem.sight}", solution.vertices, 0.35)]
    if len(problem.statement.labels_seen) > 1:
        sets.append(("it sees nothing", problem.uninformed().solve().vertices, 0.8))
    for number, (label, corners, strength) in enumerate(sets):
        if corners:
            xs, ys = ([float(corner[axis]) for corner in corners] for axis in (0, 1))
            ax.fill(xs, ys, color=PALETTE[number], alpha=strength, label=label)
            ax.plot([*xs, xs[0]], [*ys, ys[0]], "o-", color=PALETTE[number], markersize=4)
    try:
        points = problem.unadvised()
    except InputError:  # too many candidates for a picture
        points = []
    if points:
        xs, ys = ([float(point[axis]) for point in points] for axis in (0, 1))
        ax.plot(xs, ys, "s", color="black", markersize=5, label="equilibria without it")
    names = problem.objective_names
    ax.set_xlabel(names[0])
    ax.set_ylabel(names[1])
    ax.set_title(problem.name or "what an AI can bring about")
    ax.legend(frameon=False)
    return ax
