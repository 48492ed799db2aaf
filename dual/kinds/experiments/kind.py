"""Kind ``experiment-menu``: which checks belong to which form of its instances.

Finitely many types: :mod:`.menus`. A law of beliefs about two states: :mod:`.two_states`; where types are such a law,
its ``split`` is a dual witness for them, too. A law of scales beside
it: :mod:`.scale`. Two buyers who compete: :mod:`.rivals`.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from dual.verdict import Kind

from . import menus, rivals, scale, two_states
from .statement import ExperimentMenuStatement


def read_primal(raw: object, statement: ExperimentMenuStatement, where: str) -> Any:
    """Read the witness of what is attained."""
    if statement.externality is not None:
        return rivals.read_primal(raw, statement, where)
    if statement.scale is not None:
        return scale.Menu.read(raw, statement, where)
    return (two_states if statement.types is None else menus).Menu.read(raw, statement, where)


def read_dual(raw: object, statement: ExperimentMenuStatement, where: str) -> Any:
    """Read the witness of what bounds it."""
    if statement.externality is not None:
        return rivals.read_dual(raw, statement, where)
    if statement.scale is not None:
        return scale.read_dual(raw, statement, where)
    split = isinstance(raw, two_states.Prices) or (isinstance(raw, Mapping) and "split" in raw)
    if statement.types is None or (split and statement.one_law is not None):
        return two_states.Prices.read(raw, statement, where)
    return menus.Prices.read(raw, statement, where)


def lower(statement: ExperimentMenuStatement, primal: Any) -> Fraction:
    """The revenue that is attained."""
    if statement.externality is not None:
        return rivals.lower(statement, primal)
    if statement.scale is not None:
        return scale.lower(statement, primal)
    return menus.lower(statement, primal) if statement.types is not None else two_states.lower(statement, primal)


def upper(statement: ExperimentMenuStatement, dual: Any) -> Fraction:
    """The bound that is proven."""
    if statement.externality is not None:
        return rivals.upper(statement, dual)
    if statement.scale is not None:
        return scale.upper(statement, dual)
    if isinstance(dual, two_states.Prices):
        return two_states.upper(statement.one_law or statement, dual)
    return menus.upper(statement, dual)


def derives(dual: Any) -> bool:
    """Whether the checker finds the optimum itself."""
    return isinstance(dual, rivals.Derived)


KIND = Kind(
    "experiment-menu",
    ExperimentMenuStatement.read,
    lower,
    upper,
    derives=derives,
    primal=read_primal,
    dual=read_dual,
    lacks=lambda statement: 'finitely many "types"' if statement.types is None else "",
)
