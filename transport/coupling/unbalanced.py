"""A full table whose totals differ: a row or a column without a gain takes what is left over."""

from __future__ import annotations

from fractions import Fraction

from dual.kinds.coupling.statement import Coupling, Potentials, Prices, TransportStatement
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
    lines = [[str(Fraction(entry, table.denominator)) for entry in table.line(i)] for i in range(n)]
    if spare > 0:
        lines = [[*line, "0"] for line in lines]
        source, target = statement.source, (*statement.target, spare)
    else:
        lines.append(["0"] * m)
        source, target = (*statement.source, -spare), statement.target
    whole = TransportStatement.read({"source": source, "target": target, "gain": lines})
    effort_alone = Effort(effort.time_limit, effort.progress, None, effort.gap, effort.rounds, effort.began)
    found = solve_balanced(whole, effort_alone)
    if found.primal is None or found.dual is None:
        return Found(None, None, found.method, claim=found.claim)
    f, g = found.dual.potentials.source, found.dual.potentials.target
    shift = g[m] if spare > 0 else -f[n]
    potentials = Potentials(tuple(x + shift for x in f[:n]), tuple(y - shift for y in g[:m]))
    plan = Coupling(tuple(entry for entry in found.primal.plan if entry[0] < n and entry[1] < m))
    return Found(plan, Prices(potentials), found.method, found.iterations, claim=found.claim, rule=found.rule)
