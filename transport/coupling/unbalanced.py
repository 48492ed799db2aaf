"""A full table whose totals differ: a row or a column without a gain takes what is left over."""

from __future__ import annotations

from array import array
from fractions import Fraction
from typing import Any

from dual.kinds.coupling.statement import Coupling, Potentials, Prices, TransportStatement
from dual.numbers.arrays import Array
from transport.programs.effort import Effort
from transport.road.methods import Found

from .balanced import solve_balanced


def solve_unbalanced(statement: TransportStatement, effort: Effort) -> Found:
    """Solve the balanced problem with what is left over, and leave that out again.

    Potentials are shifted until that of what is left over is zero; then the others are >= 0 on the side that has too
    much.
    """
    table = statement.table
    n, m = table.shape
    spare = sum(statement.source, Fraction(0)) - sum(statement.target, Fraction(0))
    if spare > 0:
        source, target = statement.source, (*statement.target, spare)
    else:
        source, target = (*statement.source, -spare), statement.target
    whole = TransportStatement.read({"source": source, "target": target, "gain": _wider(table, rows=spare <= 0)})
    effort_alone = Effort(effort.time_limit, effort.progress, None, effort.gap, effort.rounds, effort.began)
    found = solve_balanced(whole, effort_alone)
    if found.primal is None or found.dual is None:
        return Found(None, None, found.method, claim=found.claim)
    f, g = found.dual.potentials.source, found.dual.potentials.target
    shift = g[m] if spare > 0 else -f[n]
    potentials = Potentials(tuple(x + shift for x in f[:n]), tuple(y - shift for y in g[:m]))
    plan = Coupling(tuple(entry for entry in found.primal.plan if entry[0] < n and entry[1] < m))
    return Found(plan, Prices(potentials), found.method, found.iterations, claim=found.claim, rule=found.rule)


def _wider(table: Array, *, rows: bool) -> Array:
    """The table with a row or a column of zeros at its end."""
    n, m = table.shape
    data: Any = table.data
    zeros = (0.0 if table.is_float else 0,)
    if rows:
        wide = (*data, *(zeros * m)) if isinstance(data, tuple) else data + array(data.typecode, zeros * m)
        return Array((n + 1, m), wide, table.denominator if not table.is_float else 1)
    lines = (data[k : k + m] for k in range(0, n * m, m))
    if isinstance(data, tuple):
        wide = tuple(entry for line in lines for entry in (*line, 0))
    else:
        wide = array(data.typecode)
        for line in lines:
            wide.extend(line)
            wide.append(zeros[0])
    return Array((n, m + 1), wide, table.denominator if not table.is_float else 1)
