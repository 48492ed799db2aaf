"""Three states and more: the best experiment for every cell of the order, then the best cuts layer after layer.

Of a cell those from some k on act, so its best experiment has one message for each k that convinces k: a small linear
program, whose multipliers are the prices that the checker looks at (:mod:`dual.kinds.queries.layers`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

from dual.errors import SolverError
from dual.kinds.informed.public import Signal
from dual.kinds.queries.kind import Cell, Queries, leaves
from dual.kinds.queries.layers import Interval, Intervals, best, gains_of
from dual.kinds.queries.statement import SimulationStatement
from dual.numbers.exact import Vector
from transport.programs.effort import Effort
from transport.programs.linear import LinearProgram, solve
from transport.road.methods import Found

MOST: Final = 100
"""Groups of types up to which all cells are solved: some 5,000 programs, half a minute in all."""
RULE: Final = (
    "the first of the best cuts, layer after layer; every cell's experiment is the vertex its program ended in"
)


@dataclass(frozen=True)
class Cells:
    """The cells of an order, each with its best experiment and the prices that prove it.

    Attributes
    ----------
    statement : SimulationStatement
    """

    statement: SimulationStatement

    @cached_property
    def _gains(self) -> tuple[list[list[int]], list[list[int]], int]:
        return gains_of(self.statement)

    def solved(self, i: int, j: int, time_limit: float | None = None) -> tuple[list[Vector], Interval]:
        """The best experiment for the groups i+1..j, and its prices.

        Raises
        ------
        SolverError
            If no exact optimum is found in time.
        """
        d, c, unit = self._gains
        S, count = self.statement.state_count, j - i
        worth = [[sum(c[u][s] for u in range(k, j)) for s in range(S)] for k in range(i, j)]
        rows = [{k * S + s: 1 for k in range(count)} for s in range(S)]
        rows += [{k * S + s: x for s, x in enumerate(d[i + k]) if x} for k in range(count)]
        program = LinearProgram(
            [x for row in worth for x in row], rows, ["<="] * S + [">="] * count, [1] * S + [0] * count
        )
        found = solve(program, time_limit=time_limit)
        if not found.exact:
            raise SolverError(found.reason)
        messages = [tuple(found.primal[k * S : (k + 1) * S]) for k in range(count)]
        rest = tuple(1 - sum((x[s] for x in messages), Fraction(0)) for s in range(S))
        prices = tuple(price / unit for price in found.dual[:S])
        multipliers = tuple(-m / unit for m in found.dual[S:])
        return [x for x in (*messages, rest) if any(x)], Interval(i, j, prices, multipliers)


def solve_layers(statement: SimulationStatement, effort: Effort) -> Found:
    """Every cell's best experiment, and the best cuts."""
    n = len(statement.groups)
    if n > MOST:
        return Found(
            None, None, "layers", claim=f"{n} groups of types are more than {MOST}, for which all cells are solved"
        )
    effort.offer(lambda: silent(statement))
    below, above = Cells(statement), Cells(statement.above)
    messages: dict[tuple[int, int], list[Vector]] = {}
    intervals: list[Interval] = []
    worths = [[Fraction(0)] * (n + 1) for _ in range(n + 1)]
    limit = None if effort.time_limit is None else effort.remaining
    try:
        for i in range(n):
            for j in range(i + 1, n + 1):
                if effort.exhausted():
                    raise SolverError("the time limit was reached")
                messages[i, j], interval = below.solved(i, j, None if limit is None else limit())
                if above.statement is not statement:
                    _, interval = above.solved(i, j, None if limit is None else limit())
                intervals.append(interval)
                worths[i][j] = sum(interval.prices, Fraction(0))
            effort.tell(f"cells from {i + 1} of {n} on")
    except SolverError as stop:
        return Found(None, None, "layers", claim=str(stop))
    _, chosen = best(statement, worths)
    tree = statement.mode == "adaptive" and bool(statement.price)
    cuts: Sequence[int] = [end for _, end, _ in leaves(chosen, 0, n)][:-1] if tree else chosen
    ends = [0, *cuts, n]
    cells = tuple(Cell(tuple(map(Signal, messages[i, j]))) for i, j in pairwise(ends))
    primal = Queries(cells, tree=chosen) if tree else Queries(cells, cuts=tuple(chosen))
    return Found(primal, Intervals(tuple(intervals)), "layers", rule=RULE)


def silent(statement: SimulationStatement) -> Found:
    """No queries and no information, and prices that pay for everybody to act."""
    n, S = len(statement.groups), statement.state_count
    _, c, unit = gains_of(statement.above)
    intervals = [
        Interval(
            i, j, tuple(Fraction(sum(c[u][s] for u in range(i, j)), unit) for s in range(S)), (Fraction(0),) * (j - i)
        )
        for i in range(n)
        for j in range(i + 1, n + 1)
    ]
    cell = (Cell((Signal((Fraction(1),) * S),)),)
    tree = statement.mode == "adaptive" and bool(statement.price)
    return Found(Queries(cell) if tree else Queries(cell, cuts=()), Intervals(tuple(intervals)), "layers")


def values(statement: SimulationStatement, most: int) -> list[Fraction]:
    """What 0, 1, ..., ``most`` cuts are worth without a price, beyond what the sender gets if nobody acts."""
    n = len(statement.groups)
    cells = Cells(statement)
    worth = {(i, j): sum(cells.solved(i, j)[1].prices, Fraction(0)) for i in range(n) for j in range(i + 1, n + 1)}
    reach: list[Any] = [worth.get((0, j), Fraction(0)) for j in range(n + 1)]
    found = [reach[n]]
    for _ in range(most):
        reach = [
            max([reach[j], *(reach[i] + worth[i, j] for i in range(1, j))]) if j else Fraction(0) for j in range(n + 1)
        ]
        found.append(reach[n])
    return found


def told(statement: SimulationStatement) -> Fraction:
    """What types are worth that are known, beyond what the sender gets if nobody acts."""
    cells = Cells(statement)
    groups = range(len(statement.groups))
    return sum((price for k in groups for price in cells.solved(k, k + 1)[1].prices), Fraction(0))
