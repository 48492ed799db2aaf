"""Pairs that cannot trade: what is missing in values and costs, put as numbers that rule the pair out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from dual.errors import InputError
from dual.kinds.delivery.costs import FORMER_NAME
from dual.numbers.exact import number
from transport.road.places import nothing_for_nan


def ruled_out(values: Any, costs: Any) -> tuple[Any, Any, int] | None:
    """Values and costs without holes, and the cost that fills them, above all others and all values together.

    A matching that uses such a pair has less welfare than any that does not. A missing value is 0, and every courier's
    cost of the pair prohibitive. None if they are no tables.

    Raises
    ------
    InputError
        If costs are legs that meet at the courier, which cannot rule out a buyer with a store.

    Examples
    --------
    >>> ruled_out([[3, None]], [[[1, 2]], [[None, 0]]])
    ([[3, 0]], [[[1, 10]], [[10, 10]]], 10)
    """
    legs = isinstance(costs, Mapping)
    named = {name: part for name, part in costs.items() if name != "centre"} if legs else {}
    tables = list(named.values()) if legs else costs
    if not _is_list(tables) or not all(map(_is_table, (values, *tables))):
        return None
    values, *tables = map(nothing_for_nan, (values, *tables))
    total = sum((number(x, "values") for x in _numbers(values)), Fraction(0))
    total += sum((number(x, "costs") for table in tables for x in _numbers(table)), Fraction(0))
    prohibitive = 10 ** len(str(int(total) + 1))
    pairwise = {"buyer_store", FORMER_NAME}
    holes = {(i, j) for i, row in enumerate(values) for j, value in enumerate(row) if value is None}
    if holes and legs and not pairwise & named.keys():
        i, j = min(holes)
        raise InputError(
            "legs that meet at the courier cannot rule out one store for one buyer; write costs as "
            "[courier][buyer][store]",
            f"values[{i}][{j}]",
        )

    def filled(table: Any, closed: bool) -> list[list[Any]]:
        return [
            [prohibitive if cost is None or (closed and (i, j) in holes) else cost for j, cost in enumerate(row)]
            for i, row in enumerate(table)
        ]

    full = [[0 if value is None else value for value in row] for row in values]
    if not legs:
        return full, [filled(table, True) for table in tables], prohibitive
    parts = {name: filled(part, name in pairwise) for name, part in zip(named, tables, strict=True)}
    return full, {**costs, **parts}, prohibitive


def _is_list(value: Any) -> bool:
    return hasattr(value, "__len__") and not isinstance(value, (str, Mapping))


def _is_table(value: Any) -> bool:
    return _is_list(value) and all(map(_is_list, value))


def _numbers(table: Any) -> Iterator[Any]:
    return (x for row in table for x in row if x is not None)
