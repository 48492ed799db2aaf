"""What is true of mean persuasion at once: no information below, constant prices above."""

from __future__ import annotations

from fractions import Fraction
from operator import mul

from dual.functions.finite_law import FiniteLaw
from dual.kinds.means.kind import MeanPersuasionStatement
from transport.programs.effort import Effort
from transport.road.methods import Found

from .prices import Curve, proven_prices
from .rescaled import RescaledPayoff


def offer_no_information(statement: MeanPersuasionStatement, rescaled: RescaledPayoff, effort: Effort) -> None:
    """Offer the policy that pools all states and, where time is limited, constant prices; the policy goes first."""
    law = statement.law
    if isinstance(law, FiniteLaw):
        mean = sum(map(mul, law.support, law.prior), Fraction(0))
        primal: dict[str, object] = {"signals": [{"mean": mean, "joint": list(law.prior)}]}
    else:
        primal = {"signals": [{"intervals": [[law.lower, law.upper, 1]]}]}
    effort.offer(Found(primal, None, "no-information"))
    if effort.time_limit is None:
        return
    low, high = law.range
    curve = (
        proven_prices(statement, rescaled, Curve((low, high), (rescaled.base, rescaled.base)), exact=False)
        if low < high
        else None
    )
    if curve is not None:
        effort.offer(Found(primal, curve.witness(), "no-information"))
