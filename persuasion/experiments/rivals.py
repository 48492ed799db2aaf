"""Competing buyers: a linear program for finitely many values, the checker's own derivation for densities."""

from __future__ import annotations

from typing import Final

from dual.kinds.experiments.rivals import DERIVED, Derived, externality, program
from dual.kinds.experiments.statement import ExperimentMenuStatement
from transport.programs.effort import Effort
from transport.road.linear_kind import method_of
from transport.road.methods import Found

METHOD: Final = "program"


def solve_rivals(statement: ExperimentMenuStatement, effort: Effort) -> Found:
    """The best recommendations to two buyers who compete."""
    if externality(statement).is_finite:
        return method_of(program)(statement, effort)
    found = Derived(DERIVED)
    return Found(found, found, DERIVED, rule="the recommendations that are best profile by profile")
