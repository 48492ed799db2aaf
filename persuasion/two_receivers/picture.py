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
from dual.words import brief
from transport.coupling.majorants import as_floats
from transport.functions.compiled import compiled
from transport.programs.arrays import Floats
from transport.road.picture import axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = {"l": "#0072B2", "h": "#D55E00"}
FIRST, SECOND = "#009E73", "#CC79A7"
_SAMPLES = 201
"""Of the potentials on the square: enough for a smooth curve, few enough for a small vector file."""
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
    if ax is not None:
        for state, atoms in zip(STATES, plan, strict=True):
            _bubbles(atoms, state, ax)
        _square(ax)
        ax.legend(loc="upper center", ncols=2, frameon=False, bbox_to_anchor=(0.5, 1.1))
        return ax
    figure: Any = axes().figure
    figure.clear()
    figure.set_size_inches(10.5, 8.2)
    outer = figure.add_gridspec(2, 2, height_ratios=(2.3, 1))
    V: Vector = bound.V if bound else ()
    at, potentials = _potentials(statement, bound)
    main = None
    for k, state in enumerate(STATES):
        inner = outer[0, k].subgridspec(2, 2, width_ratios=(5, 1), height_ratios=(1, 5), wspace=0.04, hspace=0.04)
        centre = figure.add_subplot(inner[1, 0])
        if V and all(map(len, potentials)):
            _slack((statement.low, statement.high)[k], k, V[k], centre, figure, at, potentials)
        _bubbles(plan[k], state, centre)
        _square(centre)
        top, right = figure.add_subplot(inner[0, 0], sharex=centre), figure.add_subplot(inner[1, 1], sharey=centre)
        _marginals(plan[k], state, top, right)
        top.set_title(f"state {state}: earns {brief(earned[k])}" if any(plan) else f"state {state}")
        main = main or centre
    below = figure.add_subplot(outer[1, :])
    for name, points, values, colour in zip(("alpha1", "alpha2"), at, potentials, (FIRST, SECOND), strict=True):
        if len(values):
            below.plot(points, values, color=colour, label=name, linewidth=1.6)
    _limited(below, potentials)
    below.set_xlim(0, 1)
    below.set_xlabel("posterior of h")
    below.set_title("potentials")
    if V:
        below.plot([], [], " ", label=f"V_l = {brief(V[0])}, V_h = {brief(V[1])}")
    below.legend(frameon=False)
    figure.suptitle(title)
    shown: Axes = main if main is not None else below
    return shown


def _bubbles(plan: Atoms, state: str, ax: Axes) -> None:
    atoms = [(float(x), float(y), 900 * float(mass)) for x, y, mass in plan if mass > _LEAST]
    x, y, sizes = zip(*atoms, strict=True) if atoms else ((), (), ())
    label = f"state {state}"
    ax.scatter(x, y, sizes, color=COLOURS[state], alpha=0.75, edgecolors="white", linewidths=0.6, label=label, zorder=3)


def _square(ax: Axes) -> None:
    ax.set_xlim(-0.04, 1.04)
    ax.set_ylim(-0.04, 1.04)
    ax.set_xlabel("posterior of receiver 1")
    ax.set_ylabel("posterior of receiver 2")


def _marginals(plan: Atoms, state: str, top: Axes, right: Axes) -> None:
    for ax, axis in ((top, 0), (right, 1)):
        masses: dict[float, float] = {}
        for atom in plan:
            at = float(atom[axis])
            masses[at] = masses.get(at, 0.0) + float(atom[2])
        points, heights = list(masses), list(masses.values())
        if axis == 0:
            ax.vlines(points, 0, heights, color=COLOURS[state], linewidth=2)
        else:
            ax.hlines(points, 0, heights, color=COLOURS[state], linewidth=2)
        ax.axis("off")


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
    mesh = ax.pcolormesh(
        x, y, shade.T, cmap="Greys", vmin=0, vmax=most or 1.0, shading="nearest", rasterized=True, zorder=0
    )
    figure.colorbar(mesh, ax=ax, location="bottom", shrink=0.7, aspect=40, label="slack", extend="max")


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
    knots = np.array([float(knot) for knot in alpha.knots])
    piece = np.clip(np.searchsorted(knots, axis, side="right") - 1, 0, len(knots) - 2)
    if isinstance(alpha, Polynomials):
        found = np.zeros_like(axis)
        for k, coefficients in enumerate(alpha.polynomials):
            here = piece == k
            found[here] = np.polyval([float(c) for c in reversed(coefficients)], axis[here])
        return found
    ends = np.array([[float(value) for value in pair] for pair in alpha.pieces])
    share = (axis - knots[piece]) / (knots[piece + 1] - knots[piece])
    scaled = ends[piece, 0] * (1 - share) + ends[piece, 1] * share
    inner = (axis > 0) & (axis < 1)
    found = np.full_like(axis, np.nan)
    found[inner] = scaled[inner] / (axis[inner] * (1 - axis[inner]))
    return found


def _limited(ax: Axes, potentials: list[Floats]) -> None:
    """Keep the few values at the ends, which may be as large as they like, from flattening the rest."""
    inner = np.concatenate([side[1:-1] for side in potentials] or [np.zeros(0)])
    inner = inner[np.isfinite(inner)]
    if inner.size:
        low, high = np.quantile(inner, 0.01), np.quantile(inner, 0.99)
        room = 0.25 * (high - low) or 1.0
        ax.set_ylim(low - room, high + room)
