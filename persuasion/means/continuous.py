"""Mean persuasion with a continuous law: finite laws around it, refined where prices bend, then an exact structure.

Pushed outward to the ends of cells, the law becomes a finite one that is more spread out: its prices are prices for the
law itself, an upper bound. Gathered at the means of cells it becomes a finite one that is less spread out: its policies
are policies, a lower bound. Cells are refined where the prices bend. The structure that shows is polished and made
exact; where that fails, the cells themselves give both witnesses.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from dual.errors import InputError, Undecided, Violation
from dual.functions.law import ContinuousLaw
from dual.kinds.means.kind import MeanPersuasionStatement, Policy, lower
from transport.programs.arrays import Booleans
from transport.programs.effort import Effort
from transport.road.methods import Found

from .at_once import offer_no_information
from .cells import cell_curve, cell_policy
from .curve import price_curve
from .curved import Curved, curved, proven
from .policy import ExactPiece, exact_pieces, policy
from .polish import polished
from .prices import Curve, proven_prices
from .program import FloatPrices, solve_prices
from .rescaled import RescaledPayoff
from .split import separating_prices
from .structure import read_structure, revealed_cells
from .table import LawTable

RULE = "revealed where the prices equal the payoff, else pooled into the means nearest to the interval's own"

_CELLS = 96
"""Into which a law is cut at first: the bends of the prices refine them."""
_ROUNDS = 12
"""Of refinement, each of which halves cells at bends."""
_LEAST_CELL = 1e-6
"""Smaller cells, relative to the range, gain nothing in floats."""
_BEND = 1e-7
"""Changes of the prices' slope below this are rounding errors."""
_GAP = (2e-7, 5e-8)
"""What the chords over revealed intervals may cost, as a share of the value: for irrational and rational payoffs."""
_KNOTS = (1500, 3000)
"""Of the prices, for irrational payoffs and rational ones: more are tighter, and each is a piece for the checker."""
_LEAST_SHARE = (0.05, 0.01)
"""Of the payoff's range, below which the gap asked for does not fall however small the value is; by rationality,
too."""
_ENOUGH = 4.0
"""A gap that misses the one asked for by more is tried to be closed on cells, which takes longer."""

Signals = list[dict[str, object]]


@dataclass(frozen=True)
class _Best:
    """The best witnesses so far, with what they are worth on the solver's scale."""

    signals: Signals | None = None
    low: float = -math.inf
    curve: Curve | Curved | None = None
    high: float = math.inf
    method: str = ""


def solve_continuous(statement: MeanPersuasionStatement, law: ContinuousLaw, effort: Effort) -> Found:
    """Solve ``max E_G u`` over mean-preserving contractions G of a continuous law, with proven bounds on both sides."""
    separation = separating_prices(statement)
    if separation is not None:
        return Found(None, separation, "means", infeasible=True)
    rescaled = RescaledPayoff(statement.payoff, law.lower, law.upper)
    offer_no_information(statement, rescaled, effort)
    table = LawTable(law)
    effort.tell("prices on refined cells")
    rough = refined_prices(rescaled, table, effort)
    best, gap = _Best(), _allowed(rescaled, rough)
    pieces = read_structure(rescaled, table, rough)
    structure = None if pieces is None else polished(rescaled, table, rough, pieces)
    if structure is not None:
        effort.tell(f"exact structure of {len(structure.pieces)} pieces")
        exact = exact_pieces(rescaled, law, structure)
        best = _with_policy(statement, rescaled, best, policy(rescaled, law, table, exact), "structure")
        effort.offer(_stated(best, rough, rescaled))
        best = _with_curved(statement, rescaled, table, best, exact)
        if best.high - best.low > gap:
            curve = price_curve(rescaled, table, exact, gap, _KNOTS[rescaled.rational])
            best = _with_prices(statement, rescaled, table, best, curve, rescaled.rational)
        effort.offer(_stated(best, rough, rescaled))
    if best.high - best.low > _ENOUGH * gap:
        effort.tell("policy and prices on cells")
        best = _with_policy(statement, rescaled, best, cell_policy(rescaled, law, rough, effort), "cells")
        effort.offer(_stated(best, rough, rescaled))
        curve = cell_curve(rescaled, table, rough, gap, _KNOTS[rescaled.rational])
        best = _with_prices(statement, rescaled, table, best, curve, False)
    return _stated(best, rough, rescaled)


def _stated(best: _Best, rough: FloatPrices, rescaled: RescaledPayoff) -> Found:
    proven = best.signals is not None and best.curve is not None
    return Found(
        primal=None if best.signals is None else {"signals": best.signals},
        dual=None if best.curve is None else best.curve.witness(),
        method=best.method or "cells",
        iterations=rough.rounds,
        claim=None if proven else float(rescaled.base + rescaled.size * Fraction(rough.value)),
        rule=RULE if best.method == "structure" else "",
    )


def _allowed(rescaled: RescaledPayoff, rough: FloatPrices) -> float:
    """What chords may cost on the solver's scale."""
    share = abs(rough.value + float(rescaled.base / rescaled.size))
    return _GAP[rescaled.rational] * min(max(share, _LEAST_SHARE[rescaled.rational]), 1.0)


def _with_policy(
    statement: MeanPersuasionStatement, rescaled: RescaledPayoff, best: _Best, signals: Signals | None, method: str
) -> _Best:
    if not signals:
        return best
    try:
        low = rescaled.scaled(lower(statement, Policy.read({"signals": signals}, statement, "primal")))
    except (Violation, Undecided, InputError):
        return best
    return replace(best, signals=signals, low=low, method=method) if low > best.low else best


def _with_curved(
    statement: MeanPersuasionStatement,
    rescaled: RescaledPayoff,
    table: LawTable,
    best: _Best,
    pieces: Sequence[ExactPiece],
) -> _Best:
    """Prices that are the payoff where states are revealed, if they are proven."""
    if rescaled.listed or all(piece.means for piece in pieces):
        return best
    found = curved(statement, price_curve(rescaled, table, pieces, math.inf, 0), pieces)
    known = None if found is None else proven(statement, found, rescaled.size)
    if known is None:
        return best
    high = rescaled.scaled(known[1])
    return replace(best, curve=known[0], high=high) if high < best.high else best


def _with_prices(
    statement: MeanPersuasionStatement,
    rescaled: RescaledPayoff,
    table: LawTable,
    best: _Best,
    curve: Curve,
    exact: bool,
) -> _Best:
    proven = proven_prices(statement, rescaled, curve, exact)
    if proven is None:
        return best
    places, known = np.unique([rescaled.place(x) for x in proven.knots], return_index=True)
    high = float(table.spread(places) @ np.array([rescaled.scaled(proven.values[k]) for k in known]))
    return replace(best, curve=proven, high=high) if high < best.high else best


def refined_prices(rescaled: RescaledPayoff, table: LawTable, effort: Effort) -> FloatPrices:
    """Prices for the law pushed outward to cells that are refined around bends of the prices."""
    places = np.union1d(np.union1d(np.linspace(0.0, 1.0, _CELLS + 1), rescaled.marks), table.bends)
    places = places[np.append(True, np.diff(places) > _LEAST_CELL / 10)]
    places[-1] = 1.0
    found = solve_prices(rescaled, places, table.spread(places), effort)
    rounds = found.rounds
    for _ in range(_ROUNDS):
        coarse = _coarse(rescaled, found)
        if not coarse.any() or effort.exhausted():
            break
        widths = np.diff(found.places)[coarse, None]
        steps = found.places[:-1][coarse, None] + widths * np.array([0.25, 0.5, 0.75])
        places = np.union1d(found.places, steps.ravel())
        found = solve_prices(rescaled, places, table.spread(places), effort, found.means)
        rounds += found.rounds
    return replace(found, rounds=rounds)


def _coarse(rescaled: RescaledPayoff, prices: FloatPrices) -> Booleans:
    """Which cells are next to a bend of the prices outside revealed intervals, and can be cut further."""
    widths = np.diff(prices.places)
    bends = np.concatenate([[0.0], np.diff(np.diff(prices.prices) / widths), [0.0]])
    # No part of the law has its mean at an end of the range: mass there belongs to a bend that is not seen yet.
    bends[[0, -1]] = [prices.masses[prices.means == end].sum() for end in prices.places[[0, -1]]]
    revealed = revealed_cells(rescaled, prices)
    bent = (bends > _BEND) & ~(np.append(True, revealed) & np.append(revealed, True))
    return np.asarray((bent[1:] | bent[:-1]) & (widths > _LEAST_CELL), dtype=bool)
