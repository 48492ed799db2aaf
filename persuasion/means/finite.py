"""Mean persuasion with a finite law: an exact linear program over means around which prices touch the payoff."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from dual.functions.finite_law import FiniteLaw
from dual.kinds.means.kind import MeanPersuasionStatement
from transport.programs.effort import Effort
from transport.road.methods import Found

from .at_once import offer_no_information
from .contacts import contacts
from .exact import refined
from .martingale import left_curtain
from .prices import Curve, proven_prices
from .program import solve_prices
from .rescaled import RescaledPayoff
from .rounding import rounded_split
from .split import separating_prices

RULE = "a vertex of the program over means; of the policies with these means the left-curtain coupling"


def solve_finite(statement: MeanPersuasionStatement, law: FiniteLaw, effort: Effort) -> Found:
    """Solve ``max E_G u`` over mean-preserving contractions G of a finite law, exactly where possible."""
    separation = separating_prices(statement)
    if separation is not None:
        return Found(None, separation, "means", infeasible=True)
    index = sorted((i for i, mass in enumerate(law.prior) if mass), key=law.support.__getitem__)
    points, weights = [law.support[i] for i in index], [law.prior[i] for i in index]
    rescaled = RescaledPayoff(statement.payoff, points[0], points[-1], points)
    offer_no_information(statement, rescaled, effort)
    effort.tell(f"prices for a law on {len(points)} points")
    places = np.array([rescaled.place(x) for x in points])
    rough = solve_prices(rescaled, places, np.array([float(mass) for mass in weights]), effort)
    touched = contacts(rescaled, rough)
    effort.tell(f"exact program over {len(touched)} contacts")
    best = refined(rescaled, points, weights, touched, effort)
    if best is not None:
        signals = list(zip(best.means, left_curtain(best.means, best.masses, points, weights), strict=True))
        curve = Curve(tuple(points), best.prices)
    else:
        signals = [] if rescaled.listed else rounded_split(rescaled, rough.means, rough.masses, points, weights)
        curve = Curve(
            tuple(points), tuple(rescaled.base + rescaled.size * Fraction(price) for price in rough.prices.tolist())
        )
    knots = {mean for mean, _ in signals} | {contact.mean for contact in touched}
    proof = proven_prices(statement, rescaled, curve.with_knots(knots), best is not None)
    return Found(
        primal={"signals": [{"mean": mean, "joint": _over_all(row, index, len(law.prior))} for mean, row in signals]}
        if signals
        else None,
        dual=None if proof is None else proof.witness(),
        method="means" if best is not None else "means-rounded",
        iterations=rough.rounds + (best.pivots if best is not None else 0),
        rule=RULE,
    )


def _over_all(row: Sequence[Fraction], index: Sequence[int], count: int) -> list[Fraction]:
    """A row over the points with mass as one over all points of the law."""
    joint = [Fraction(0)] * count
    for i, mass in zip(index, row, strict=True):
        joint[i] = mass
    return joint
