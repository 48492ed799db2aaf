"""Payoffs as functions of the posterior mean m: values at listed means, an expression, or polynomials in pieces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from dual.errors import InputError
from dual.functions.read_law import Law
from dual.statement import fields

if TYPE_CHECKING:
    from .expressed import ExpressionPayoff
    from .listed import PointPayoff
    from .pieces import PiecewisePayoff


MeanPayoff: TypeAlias = "ExpressionPayoff | PiecewisePayoff | PointPayoff"


def parse_payoff(raw: object, law: Law, where: str = "payoff") -> MeanPayoff:
    """Read a payoff: an expression in ``m``, ``{"breakpoints", "pieces"}`` or ``{"points", "values"}``.

    Raises
    ------
    InputError
        If it is none of these, if breakpoints do not increase or do not cover the law's range, or if points coincide.
    """
    if not isinstance(raw, Mapping):
        from .expressed import read_expression

        return read_expression(raw, where)
    found = fields(raw, [], ["breakpoints", "pieces", "points", "values"], where)
    if set(found) == {"breakpoints", "pieces"}:
        from .pieces import read_piecewise

        return read_piecewise(found, law, where)
    if set(found) == {"points", "values"}:
        from .listed import read_points

        return read_points(found, where)
    raise InputError('a payoff is an expression in m, {"breakpoints", "pieces"} or {"points", "values"}', where)
