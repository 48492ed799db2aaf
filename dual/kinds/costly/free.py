"""Beliefs that cost nothing."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dual.errors import Violation
from dual.words import brief


def require_dear(excess: Sequence[Fraction], prior: Sequence[Fraction], where: str) -> None:
    """Refuse a payoff that exceeds the price in a state, where beliefs cost nothing."""
    for s, (gain, mass) in enumerate(zip(excess, prior, strict=True)):
        if mass and gain > 0:
            raise Violation(f"{where}: the payoff in state {s} exceeds the price by {brief(gain)} > 0")
