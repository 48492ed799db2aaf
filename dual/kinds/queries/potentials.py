"""Potentials and a multiplier that bound what any cuts are worth.

Cuts divide the order into cells. A path through the nodes 0..m (m pessimists) and ``end`` gets at least their value:
the link from t-1 to j <= m, a cell whose target is t, is worth ``G(t, j) = H_j - H_(t-1) + q_t (L_j - L_(t-1))``, the
one from t-1 to the end B(t), the one from m to the end W (:mod:`dual.kinds.queries.order`); steps from i-1 to i cost
nothing. So with potentials y and a multiplier lambda >= 0 for which

    ``y_j >= y_(j-1)``, ``y_j >= y_(t-1) + G(t, j) - lambda``, ``y_end >= y_(t-1) + B(t) - lambda``,
    ``y_end >= y_m + W - lambda``

k cells are worth at most ``y_end - y_0 + k lambda``. All links at once take O(m) steps: for t from m down to 1 the
least ``y_j - H_j - q_t L_j`` over j >= t is at a corner of the lower hull of the points (L_j, y_j - H_j), and it moves
in one direction.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from dual.errors import InputError, Violation
from dual.limits import steps
from dual.numbers.exact import Vector, over_common_denominator, vector
from dual.numbers.masses import nonnegative
from dual.statement import Witness, stated
from dual.words import brief

from .order import Order
from .statement import SimulationStatement


def read_potentials(raw: object, where: str) -> Vector:
    """Read y_0, ..., y_m, y_end."""
    return vector(raw, where)


@dataclass(frozen=True, repr=False)
class Potentials(Witness):
    """A multiplier of queries, and potentials of the nodes."""

    multiplier: Fraction = stated(nonnegative, "", "what a cell is worth at most beyond the potentials")
    potentials: Vector = stated(read_potentials, "", "y_0, ..., y_m of the pessimists in order, and y_end")

    @classmethod
    def read(cls, raw: object, statement: SimulationStatement, where: str = "") -> Self:  # type: ignore[override]
        """Read them; there are as many as nodes."""
        found = super().read(raw, statement, where)
        need = statement.order.pessimists + 2
        if len(found.potentials) != need:
            raise InputError(
                f"{len(found.potentials)} potentials where {need} are needed: y_0, one for each pessimist, y_end",
                f"{where}.potentials",
            )
        return found


def excess(order: Order, potentials: Sequence[Fraction], multiplier: Fraction) -> tuple[Fraction, str]:
    """By how much a link is worth more than the potentials and the multiplier allow, at most, and which one."""
    m, unit = order.pessimists, order.unit
    values, common = over_common_denominator([*potentials, multiplier])
    *y, end, charge = [value * unit for value in values]
    longest = max(map(abs, [*y, end, 1])) * max((d for _, d in order.q[:m]), default=1)
    steps(30 * (m + 1), f"the links between {m} pessimists", longest)
    worst, what = Fraction(-1), ""
    H, L = [x * common for x in order.H[: m + 1]], [x * common for x in order.L[: m + 1]]
    hull: deque[tuple[int, int, int]] = deque()  # (L_j, y_j - H_j, j), the newest first
    scale = common * unit
    for t in range(m, 0, -1):
        _push(hull, (L[t], y[t] - H[t], t))
        g, d = order.q[t - 1]
        while len(hull) > 1 and d * hull[-2][1] - g * hull[-2][0] <= d * hull[-1][1] - g * hull[-1][0]:
            hull.pop()
        x, z, j = hull[-1]
        over = d * (y[t - 1] - H[t - 1] - charge) - g * L[t - 1] - (d * z - g * x)
        if over * worst.denominator > worst.numerator * d * scale:
            worst, what = Fraction(over, d * scale), f"the cell from type {t} to {j} of the order"
        step = y[t - 1] - y[t]
        if step * worst.denominator > worst.numerator * scale:
            worst, what = Fraction(step, scale), f"the step to node {t}"
    last = Fraction(y[m] + order.silent * common - charge - end, scale)
    if last > worst:
        worst, what = last, "the cell of all believers"
    for t, aimed in enumerate(order.ends):
        n, d = aimed.numerator, aimed.denominator
        over = (y[t] - charge - end) * d + n * common
        if over * worst.denominator > worst.numerator * d * scale:
            worst, what = Fraction(over, d * scale), f"the cell from type {t + 1} to the end of the order"
    return worst, what


def _push(hull: deque[tuple[int, int, int]], spot: tuple[int, int, int]) -> None:
    """Add a point on the left of a lower hull."""
    x, z, _ = spot
    if hull and hull[0][0] == x:
        if hull[0][1] <= z:
            return
        hull.popleft()
    while len(hull) > 1:
        (b, v, _), (c, w, _) = hull[0], hull[1]
        if (v - z) * (c - b) < (w - v) * (b - x):
            break
        hull.popleft()
    hull.appendleft(spot)


def bound(statement: SimulationStatement, proof: Potentials) -> Fraction:
    """What potentials bound, once no link is worth more.

    Fewer, adaptive, noisy or other queries tell no more than that many cells do, so the bound holds for them, too; the
    price of queries is taken off where all are chosen at first.
    """
    worst, what = excess(statement.order, proof.potentials, proof.multiplier)
    if worst > 0:
        raise Violation(f"{what} is worth {brief(worst)} more than potentials and multiplier allow")
    whole = statement.otherwise + proof.potentials[-1] - proof.potentials[0]
    if statement.partitions is not None or statement.noise:
        return whole + proof.multiplier * len(statement.order.q)
    if statement.mode == "adaptive":
        return whole + proof.multiplier * statement.cells
    # k cells take k - 1 queries; of what a cell is worth its query takes the price.
    rest = proof.multiplier - statement.price
    return whole + statement.price + rest * (statement.cells if rest > 0 else 1)
