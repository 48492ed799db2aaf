"""Programs given as arrays: those that ``scipy.optimize.linprog`` and ``milp`` take."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from dual.errors import InputError

Entries = list[list[Any]]


def sparse_rows(matrix: Any, columns: int, where: str) -> list[Entries]:
    """The rows of a matrix, dense or sparse, as ``[column, coefficient]``.

    Raises
    ------
    InputError
        If it is no matrix of so many columns.
    """
    if hasattr(matrix, "tocsr"):
        held = matrix.tocsr()
        if held.shape[1] != columns:
            raise InputError(f"there are {held.shape[1]} columns where {columns} are needed", where)
        held.sum_duplicates()
        return [
            [
                [int(j), a]
                for j, a in zip(
                    held.indices[held.indptr[i] : held.indptr[i + 1]].tolist(),
                    held.data[held.indptr[i] : held.indptr[i + 1]].tolist(),
                    strict=True,
                )
                if a
            ]
            for i in range(held.shape[0])
        ]
    dense = np.asarray(matrix, dtype=object)
    if dense.ndim == 1 and columns == dense.size:
        dense = dense.reshape(1, -1)
    if dense.ndim != 2 or dense.shape[1] != columns:
        raise InputError(f"a matrix with {columns} columns is needed, not the shape {dense.shape}", where)
    return [[[j, a] for j, a in enumerate(row) if a != 0] for row in dense.tolist()]


def finite(bound: Any) -> Any:
    """A bound, None if it is infinite."""
    return None if bound is None or (isinstance(bound, (float, np.floating)) and math.isinf(bound)) else bound


def _listed(values: Any, count: int, where: str) -> list[Any]:
    listed = np.asarray(values, dtype=object).ravel().tolist()
    if len(listed) != count:
        raise InputError(f"there are {len(listed)} entries where {count} are needed", where)
    return listed


def _pairs(bounds: Any, count: int) -> list[Sequence[Any]]:
    if hasattr(bounds, "lb") and hasattr(bounds, "ub"):  # scipy.optimize.Bounds
        lows, highs = (np.broadcast_to(np.asarray(end, dtype=object), (count,)) for end in (bounds.lb, bounds.ub))
        return list(zip(lows.tolist(), highs.tolist(), strict=True))
    if bounds is None:
        return [(0, None)] * count
    listed = bounds.tolist() if hasattr(bounds, "tolist") else list(bounds)
    if len(listed) == 2 and not any(isinstance(one, (list, tuple, np.ndarray)) for one in listed):
        return [(listed[0], listed[1])] * count
    if len(listed) == 1 and count != 1:
        listed = listed * count
    if len(listed) != count or any(len(one) != 2 for one in listed):
        raise InputError(f"a pair, or {count} pairs, of a lower and an upper bound are needed", "bounds")
    return listed


def from_linprog(
    c: Any, matrix_ub: Any, b_ub: Any, matrix_eq: Any, b_eq: Any, bounds: Any, integrality: Any
) -> dict[str, Any]:
    """The content of an instance: minimise c x subject to ``A_ub x <= b_ub`` and ``A_eq x = b_eq``."""
    cost = np.asarray(c, dtype=object).ravel().tolist()
    rows: list[dict[str, Any]] = []
    for name, matrix, side in (("ub", matrix_ub, b_ub), ("eq", matrix_eq, b_eq)):
        if (matrix is None) != (side is None):
            raise InputError(f"A_{name} and b_{name} are given together", f"b_{name}")
        if matrix is None:
            continue
        held = sparse_rows(matrix, len(cost), f"A_{name}")
        for k, (entries, b) in enumerate(zip(held, _listed(side, len(held), f"b_{name}"), strict=True)):
            b = finite(b)
            if b is None and name == "eq":
                raise InputError("an equation has a finite side", f"b_eq[{k}]")
            sides = {} if b is None else {"upper": b} if name == "ub" else {"lower": b, "upper": b}
            rows.append({"entries": entries, **sides, "name": f"{name}[{k}]"})
    lower, upper = zip(*((finite(low), finite(high)) for low, high in _pairs(bounds, len(cost))), strict=True)
    found: dict[str, Any] = {"objective": cost, "rows": rows, "lower": lower, "upper": upper, "goal": "min"}
    if integrality is not None:
        flags = np.broadcast_to(np.asarray(integrality), (len(cost),)).tolist()
        if any(flag not in (0, 1) for flag in flags):
            raise InputError("columns are continuous (0) or integers (1)", "integrality")
        found["integers"] = [j for j, flag in enumerate(flags) if flag]
    return found
