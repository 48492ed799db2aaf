"""Pictures of two-receiver plans: where each state's mass lies, both marginals, the potentials, and the slack."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from dual.functions.expression import Expression
from dual.kinds.two_receivers import grid
from dual.kinds.two_receivers.polynomials import Polynomials
from dual.kinds.two_receivers.square import Potentials
from dual.kinds.two_receivers.statement import STATES, TwoReceiverStatement
from dual.kinds.two_receivers.steps import Stepped
from dual.numbers.exact import Vector
from transport.coupling.majorants import as_floats
from transport.functions.compiled import compiled
from transport.programs.arrays import Floats
from transport.road.picture import BLUE, GREEN, VERMILION, axes, compact, label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = {"l": BLUE, "h": VERMILION}
FIRST: dict[str, Any] = {"color": GREEN, "linewidth": 5, "alpha": 0.45, "marker": "o", "markersize": 9}
SECOND: dict[str, Any] = {"color": "black", "linewidth": 1.2, "linestyle": (0, (5, 3)), "marker": "x", "markersize": 6}
"""The second is drawn on the wider first, so that both are seen where they are equal, as they often are."""
_SAMPLES = 201
"""Of the potentials on the square: enough for a smooth curve, few enough for a small vector file."""
_POINTS = 41
"""Up to so many points of a grid are drawn as points, since nothing is meant between them; beyond, they are a curve."""
_FLAT = 1e-9
"""Slack below this, relative to V, is the rounding of the floats it is drawn from."""
_JUMP = 8.0
"""A step at a knot is a jump if it is so many times the usual one: steep curves stay whole."""
_APART = 0.2
"""Numbers of atoms closer than this would cover each other: one goes above, one below."""
_NUMBERED = 8
"""Atoms whose masses are written beside them; more would cover one another."""
_LEAST = Fraction(1, 10**7)
"""Atoms of less mass would be dots without a size."""


Atoms = Sequence[tuple[Fraction, Fraction, Fraction]]
"""Of one state: both posteriors and the mass."""


def draw(
    statement: TwoReceiverStatement,
    plan: Sequence[Atoms],
    bound: grid.Potentials | Potentials | None,
    earned: Sequence[Fraction],
    title: str,
    ax: Axes | None = None,
) -> Axes:
    """Draw the plan of both states into given axes, or a whole page: plans, marginals, slack and potentials.

    Parameters
    ----------
    statement : TwoReceiverStatement
    plan : sequence of sequences of (Fraction, Fraction, Fraction)
        State by state the posteriors and the mass of each atom.
    bound : Potentials or None
        The dual witness.
    earned : sequence of Fraction
        What the plan earns in each state.
    title : str
    ax : Axes, optional

    Raises
    ------
    SuasionError
        If matplotlib is not installed.
    """
    prior = statement.prior
    if ax is not None:
        for state, atoms in zip(STATES, plan, strict=True):
            _bubbles(atoms, state, ax, sum(map(len, plan)) <= _NUMBERED)
        _square(ax, prior)
        ax.legend(loc="upper center", ncols=3, frameon=False, bbox_to_anchor=(0.5, 1.1))
        return ax
    figure: Any = axes().figure
    figure.clear()
    figure.set_size_inches(10.5, 8.6)
    outer = figure.add_gridspec(2, 2, height_ratios=(2.5, 1))
    V: Vector = bound.V if bound else ()
    at, potentials = _potentials(statement, bound)
    main = None
    for k, state in enumerate(STATES):
        inner = outer[0, k].subgridspec(2, 2, width_ratios=(5, 1), height_ratios=(1, 5), wspace=0.06, hspace=0.06)
        centre = figure.add_subplot(inner[1, 0])
        if V and all(map(len, potentials)):
            _slack((statement.low, statement.high)[k], k, V[k], centre, figure, at, potentials)
        _bubbles(plan[k], state, centre, len(plan[k]) <= _NUMBERED)
        _square(centre, prior)
        top, right = figure.add_subplot(inner[0, 0], sharex=centre), figure.add_subplot(inner[1, 1], sharey=centre)
        _marginals(plan[k], state, top, right)
        top.set_title(f"state {state}: earns {compact(earned[k])}" if any(plan) else f"state {state}", fontsize=11)
        main = main or centre
    below = figure.add_subplot(outer[1, :])
    _draw_potentials(below, at, potentials, statement.domain == "square")
    words = f"V_l = {compact(V[0])}, V_h = {compact(V[1])}" if V else "none proven"
    below.set_title(f"potentials; {words}", fontsize=11)
    figure.suptitle(title)
    shown: Axes = main if main is not None else below
    return shown


def _draw_potentials(ax: Axes, at: list[Floats], potentials: list[Floats], smooth: bool) -> None:
    """Both potentials: points on a grid, curves on the square and on fine grids."""
    for name, points, values, style in zip(
        ("alpha1 (receiver 1)", "alpha2 (receiver 2)"), at, potentials, (FIRST, SECOND), strict=True
    ):
        if len(values):
            curve = {"marker": ""} if smooth or len(points) > _POINTS else {"linestyle": ""}
            ax.plot(points, values, label=name, **{**style, **curve})
    _limited(ax, potentials)
    ax.set_xlim(-0.02, 1.02)
    ax.set_xlabel("posterior of h")
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)


def _bubbles(plan: Atoms, state: str, ax: Axes, numbered: bool) -> None:
    """Discs with areas like masses; not cut off at the frame, since certainty is where many lie."""
    atoms = [(float(x), float(y), 900 * float(mass)) for x, y, mass in plan if mass > _LEAST]
    x, y, sizes = zip(*atoms, strict=True) if atoms else ((), (), ())
    ax.scatter(
        x,
        y,
        sizes,
        color=COLOURS[state],
        edgecolors="white",
        linewidths=0.8,
        label=f"state {state}",
        zorder=5,
        clip_on=False,
    )
    if numbered:
        written: list[tuple[float, float]] = []
        for at, height, mass in sorted((float(x), float(y), mass) for x, y, mass in plan if mass > _LEAST):
            crowded = any(abs(at - x) < _APART and abs(height - y) < _APART / 2 for x, y in written)
            written.append((at, height))
            label(
                ax, (at, height), compact(mass), (-1.0 if at > 0.5 else 1.0, -1.0 if crowded or height > 0.9 else 1.0)
            )


def _square(ax: Axes, prior: Fraction) -> None:
    """The unit square of posteriors, with the prior on both axes."""
    ax.axvline(float(prior), color="black", linewidth=0.9, linestyle=":", label="prior", zorder=2)
    ax.axhline(float(prior), color="black", linewidth=0.9, linestyle=":", zorder=2)
    ax.set_xlim(-0.04, 1.04)
    ax.set_ylim(-0.04, 1.04)
    ax.set_xlabel("posterior of receiver 1")
    ax.set_ylabel("posterior of receiver 2")


def _marginals(plan: Atoms, state: str, top: Axes, right: Axes) -> None:
    """How much mass each receiver's posteriors have: bars beside the square, with numbers if they are few."""
    for ax, axis in ((top, 0), (right, 1)):
        masses: dict[float, Fraction] = {}
        for atom in (atom for atom in plan if atom[2] > _LEAST):
            at = float(atom[axis])
            masses[at] = masses.get(at, Fraction(0)) + atom[2]
        points, heights = list(masses), list(map(float, masses.values()))
        if axis == 0:
            ax.vlines(points, 0, heights, color=COLOURS[state], linewidth=2)
        else:
            ax.hlines(points, 0, heights, color=COLOURS[state], linewidth=2)
        ax.axis("off")
        most = max(heights, default=0.0)
        (ax.set_ylim if axis == 0 else ax.set_xlim)(0, 1.5 * most or 1.0)
        if len(points) <= _NUMBERED:
            for at, mass in masses.items():
                spot = (at, float(mass)) if axis == 0 else (float(mass), at)
                label(ax, spot, compact(mass), (0.0, 1.0) if axis == 0 else (1.0, 0.0), 8)


def _slack(
    utility: Any, state: int, V: Fraction, ax: Axes, figure: Any, at: list[Floats], potentials: list[Floats]
) -> None:
    """Shade what the potentials leave over; mass can lie only where nothing is left."""
    if isinstance(utility, Expression):
        table = compiled(utility)(np.stack(np.meshgrid(*at, indexing="ij"), axis=-1))
    else:
        table = as_floats(utility)
    (x, y), (a, b) = at, potentials
    slack = float(V) + ((x - state) * a)[:, None] + (y - state) * b - table
    shade = np.maximum(slack, 0)
    finite = shade[np.isfinite(shade)]
    most = float(np.quantile(finite, 0.9)) if finite.size else 0.0
    if most <= _FLAT * (1 + abs(float(V))):
        return  # every cell is tight, and a bar of colours would say nothing
    # The darker half of the greys is left out: the plan has to be seen on it.
    mesh = ax.pcolormesh(
        x, y, shade.T, cmap="Greys", vmin=0, vmax=2 * most, shading="nearest", rasterized=True, zorder=0
    )
    bar = figure.colorbar(mesh, ax=ax, location="bottom", shrink=0.7, aspect=40, label="slack", extend="max")
    bar.ax.set_xlim(0, most)


def _potentials(
    statement: TwoReceiverStatement, bound: grid.Potentials | Potentials | None
) -> tuple[list[Floats], list[Floats]]:
    """Where the potentials are drawn, and their values there; empty without an upper bound."""
    if statement.domain != "square":
        at = [np.array([float(point) for point in axis]) for axis in (statement.x, statement.y)]
        sides = (bound.alpha1, bound.alpha2) if isinstance(bound, grid.Potentials) else ((), ())
        return at, [np.array([float(value) for value in side]) for side in sides]
    axis = np.linspace(0, 1, _SAMPLES)
    if not isinstance(bound, Potentials):
        return [axis, axis], [np.zeros(0), np.zeros(0)]
    return [axis, axis], [_on_square(one, axis) for one in (bound.alpha1, bound.alpha2)]


def _on_square(alpha: Polynomials | Stepped, axis: Floats) -> Floats:
    """A potential's values; between pieces that do not meet there is a gap instead of a steep line."""
    knots = np.array([float(knot) for knot in alpha.knots])
    piece = np.clip(np.searchsorted(knots, axis, side="right") - 1, 0, len(knots) - 2)
    found = np.full_like(axis, np.nan)
    if isinstance(alpha, Polynomials):
        for k, coefficients in enumerate(alpha.polynomials):
            here = piece == k
            found[here] = np.polyval([float(c) for c in reversed(coefficients)], axis[here])
    else:
        ends = np.array([[float(value) for value in pair] for pair in alpha.pieces])
        share = (axis - knots[piece]) / (knots[piece + 1] - knots[piece])
        scaled = ends[piece, 0] * (1 - share) + ends[piece, 1] * share
        inner = (axis > 0) & (axis < 1)
        found[inner] = scaled[inner] / (axis[inner] * (1 - axis[inner]))
    steps, size = np.abs(np.diff(found)), np.nanmax(np.abs(found), initial=0.0)
    usual = np.nanmedian(steps) if np.isfinite(steps).any() else 0.0
    jumps = np.flatnonzero((np.diff(piece) > 0) & (steps > _JUMP * usual + _FLAT * size))
    found[jumps] = np.nan
    return found


def _limited(ax: Axes, potentials: list[Floats]) -> None:
    """Keep the few values at the ends, which may be as large as they like, from flattening the rest."""
    inner = np.concatenate([side[1:-1] for side in potentials] or [np.zeros(0)])
    inner = inner[np.isfinite(inner)]
    if inner.size:
        low, high = np.quantile(inner, 0.01), np.quantile(inner, 0.99)
        room = 0.25 * (high - low) or 1.0
        ax.set_ylim(low - room, high + room)
