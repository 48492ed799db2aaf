"""Programs stated in CVXPY: as its own reductions canonicalise them, with the names of variables and constraints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from dual.errors import InputError

from .arrays import finite, sparse_rows


def from_cvxpy(problem: Any) -> dict[str, Any]:
    """The content of an instance.

    CVXPY's chain for HiGHS makes ``min c x + d`` subject to ``A x + s = b`` with s zero or nonnegative; what it
    brings in (the pieces of an ``abs`` or a ``max``) is kept, as columns and rows of its own.

    Raises
    ------
    InputError
        If the problem is no linear program, or CVXPY refuses it.
    """
    import cvxpy
    from cvxpy.error import DCPError, DPPError, SolverError

    if not isinstance(problem, cvxpy.Problem):
        raise InputError("a cvxpy.Problem is needed", "problem")
    for parameter in problem.parameters():
        if parameter.value is None:
            raise InputError(f'the parameter "{parameter.name()}" has no value', "problem")
    try:
        data, _, inverse = problem.get_problem_data(cvxpy.HIGHS)
    except (DCPError, DPPError, SolverError, ValueError) as error:
        raise InputError(f"CVXPY refuses it: {' '.join(str(error).split())[:200]}", "problem") from None
    dims, program = data["dims"], data["param_prob"]
    quadratic = data.get("P")
    if dims.soc or dims.exp or dims.psd or dims.p3d or (quadratic is not None and quadratic.nnz):
        raise InputError("the problem has cones or a quadratic objective, and is no linear program", "problem")
    cost = np.asarray(data["c"], dtype=float).tolist()
    turn = -1 if isinstance(problem.objective, cvxpy.Maximize) else 1
    names = list(_columns(program, len(cost)))
    rows = []
    matrix = sparse_rows(data["A"], len(cost), "A") if dims.zero + dims.nonneg else []
    labels = list(_rows(problem, program.constraints))
    for k, (entries, b) in enumerate(zip(matrix, np.asarray(data["b"], dtype=float).tolist(), strict=True)):
        sides = {"lower": b, "upper": b} if k < dims.zero else {"upper": b}
        rows.append({"entries": entries, **sides, "name": labels[k]})
    lower, upper = (_ends(data.get(f"{side}_bounds"), len(cost)) for side in ("lower", "upper"))
    whole = sorted({*map(int, data.get("bool_vars_idx", ())), *map(int, data.get("int_vars_idx", ()))})
    for j in map(int, data.get("bool_vars_idx", ())):
        lower[j], upper[j] = 0, 1
    offset = inverse[-1].inverse_data["offset"]
    return {
        "objective": [turn * c for c in cost],
        "rows": rows,
        "lower": lower,
        "upper": upper,
        "integers": whole,
        "constant": turn * float(np.asarray(offset)),
        "goal": "max" if turn < 0 else "min",
        "columns": names,
    }


def _ends(bounds: Any, count: int) -> list[Any]:
    return [None] * count if bounds is None else [finite(b) for b in np.asarray(bounds, dtype=float).tolist()]


def _entries(shape: Sequence[int]) -> Iterator[str]:
    """Indices in the order in which CVXPY lays out a variable: the first one fastest."""
    if not shape:
        yield ""
        return
    for place in range(int(np.prod(shape))):
        yield "[" + ",".join(map(str, np.unravel_index(place, shape, order="F"))) + "]"


def _columns(program: Any, count: int) -> Iterator[str]:
    """Names of the columns."""
    names = [f"column {j}" for j in range(count)]
    variables = {variable.id: variable for variable in program.variables}
    taken: set[str] = set()
    for key, start in program.var_id_to_col.items():
        variable = variables[key]
        name = variable.name() if variable.name() not in taken else f"{variable.name()} ({key})"
        taken.add(name)
        for k, entry in enumerate(_entries(variable.shape)):
            names[start + k] = f"{name}{entry}"
    yield from names


def _rows(problem: Any, constraints: Sequence[Any]) -> Iterator[str]:
    """Names of the rows: the label of their constraint, or its place in the problem."""
    known = {}
    for k, constraint in enumerate(problem.constraints):
        known[constraint.id] = getattr(constraint, "label", None) or f"constraint {k}"
    taken: set[str] = set()
    for constraint in constraints:
        name = known.get(constraint.id, f"canonical {constraint.id}")
        name = name if name not in taken else f"{name} ({constraint.id})"
        taken.add(name)
        for entry in _entries(constraint.shape):
            yield f"{name}{entry}"
