"""Concavification of an expression: cutting planes and Newton's method in floating point, then exact witnesses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dual.errors import SuasionError
from dual.kinds.concave import ConcavificationStatement
from transport.programs.effort import Effort
from transport.road.methods import Found

from .cutting_plane import Sample
from .kinked import KinkedPayoff
from .majorant import Exceeded, Majorant
from .splitting import split_exactly
from .tangency import Touch, touch

RULE = "posteriors are pooled where that costs nothing; prices left open are put in the middle of what is possible"
NOT_ATTAINED = "the supremum is not attained: posteriors approach a threshold at which the payoff drops"
_ATTEMPTS = 12
"""Times that the prices are found again with the beliefs at which the proof got stuck; most need one."""


def solve_expressed(statement: ConcavificationStatement, effort: Effort, patient: bool = True) -> Found:
    """Find prices that touch the payoff at posteriors around the prior, and prove both sides as tightly as possible.

    Without patience only prices are proven that few cells prove within 1e-9 of the value.
    """
    if statement.value is None:
        raise SuasionError("this method needs the payoff as an expression")
    kinked = KinkedPayoff(statement, statement.value)
    known = isinstance(effort.start, np.ndarray) and effort.start.shape[1:] == (len(kinked.prior),)
    sample = Sample(kinked, effort.start if known else None)
    majorant = Majorant(statement, statement.value, sample, patient)
    # Answers for a limit that ends soon: no information, and a constant above the payoff.
    rounds, dual = 0, None
    nothing = {"splitting": [{"belief": statement.prior, "weight": 1}]}
    effort.offer(Found(nothing, None, "cutting-plane", rule="no information"))
    if effort.time_limit is not None:
        effort.offer(
            Found(nothing, majorant.constant(replace(effort, time_limit=0.0)), "cutting-plane", rule="no information")
        )
    # Where the proof gets stuck, the prices are exceeded or nearly so; the belief joins the sample.
    for _ in range(_ATTEMPTS):
        found = touch(sample, effort)
        rounds += found.rounds
        splitting = split_exactly(statement, kinked, found, sample.tolerance)
        primal = {
            "splitting": [
                {"belief": belief, "weight": weight}
                for belief, weight in zip(splitting.beliefs, splitting.weights, strict=True)
            ]
        }
        effort.offer(Found(primal, None, "cutting-plane", iterations=rounds, rule=RULE))
        try:
            dual = majorant.witness(found, splitting, effort)
        except Exceeded as missed:
            majorant.remember(missed.belief)
            continue
        break
    # A constant above the payoff is better than no bound.
    dual = dual or (majorant.constant(effort) if patient else None)
    interior = len(kinked.prior) == kinked.states
    return Found(
        primal=primal,
        dual=dual,
        method="cutting-plane",
        iterations=rounds,
        claim=None if dual is not None else f"{float(splitting.worth)}: no bound from above was found",
        rule=f"{RULE}; {NOT_ATTAINED}" if _approached(found) else RULE,
        warm=np.array([contact.belief for contact in found.contacts]) if interior else None,
    )


def _approached(found: Touch) -> bool:
    return any(contact.open for contact in found.contacts)
