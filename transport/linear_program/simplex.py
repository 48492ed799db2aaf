"""Linear programs without integers: an exact optimum, or a proof that there is none; beyond that, repaired floats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dual.errors import SolverError
from dual.kinds.linear_program.kind import Point, Proof
from dual.kinds.linear_program.statement import LinearProgramStatement
from transport.programs.effort import Effort
from transport.programs.linear import solve
from transport.programs.program import Basis, Infeasible, Optimum, Unbounded
from transport.road.methods import Found

from .bounds import covering, inside
from .standard import Amounts, Standard

RULE = "the vertex that the simplex method ended in"


@dataclass(frozen=True)
class Vertex:
    """An exact optimum in some boxes: the point, the prices of what is maximised, and where it was found."""

    values: Amounts
    multipliers: Amounts
    value: Fraction
    optimum: Optimum


def point(values: Mapping[int, Fraction], ray: Mapping[int, Fraction] | None = None) -> Point:
    """A primal witness."""
    return Point(tuple(sorted(values.items())), None if ray is None else tuple(sorted(ray.items())))


def proof(statement: LinearProgramStatement, multipliers: Mapping[int, Fraction]) -> Proof:
    """A dual witness of prices of what is maximised: as the objective's own."""
    return Proof(tuple((i, statement.sign * y) for i, y in sorted(multipliers.items()) if y))


def vertex(
    statement: LinearProgramStatement,
    effort: Effort,
    boxes: Mapping[int, tuple[Any, Any]] | None = None,
    gains: Mapping[int, Fraction] | None = None,
    start: Basis | None = None,
) -> Vertex:
    """The optimum of the program without integrality, in boxes.

    Raises
    ------
    Empty, Endless
        With proofs in the stated program's terms.
    SolverError
        If it is out of reach.
    """
    standard = Standard(statement, boxes, gains)
    limit = None if effort.time_limit is None else max(effort.remaining(), 0.0)
    try:
        optimum = solve(standard.program, start=start, time_limit=limit)
    except Infeasible as none:
        raise Empty(standard.multipliers(none.farkas)) from None
    except Unbounded as way:
        raise Endless(standard.values(way.point), standard.ray(way.ray)) from None
    values, weights = standard.values(optimum.primal), standard.multipliers(optimum.dual)
    worth = gains if gains is not None else {j: statement.sign * statement.objective[j] for j in values}
    return Vertex(values, weights, sum((worth.get(j, 0) * x for j, x in values.items()), Fraction(0)), optimum)


class Empty(SolverError):
    """Nothing is feasible, which multipliers of rows prove."""

    def __init__(self, multipliers: Amounts) -> None:
        super().__init__("nothing is feasible")
        self.multipliers = multipliers


class Endless(SolverError):
    """There is no optimum, which a point and a ray prove."""

    def __init__(self, values: Amounts, ray: Amounts) -> None:
        super().__init__("there is no optimum")
        self.values, self.ray = values, ray


def solve_continuous(statement: LinearProgramStatement, effort: Effort) -> Found:
    """Solve the program, whatever columns have to be integers."""
    from .repair import repaired

    start = effort.start if isinstance(effort.start, Basis) else None
    effort.offer(lambda: Found(point(inside(statement, {})), proof(statement, covering(statement)), "simplex"))
    try:
        found = vertex(statement, effort, start=start)
    except Empty as none:
        refutation = Proof(tuple(sorted(none.multipliers.items())))
        return Found(None, refutation, "simplex", infeasible=True)
    except Endless as way:
        return Found(point(way.values, way.ray), None, "simplex", unbounded=True)
    optimum = found.optimum
    count = optimum.iterations + optimum.pivots
    if optimum.exact:
        return Found(
            point(found.values), proof(statement, found.multipliers), "simplex", count, rule=RULE, warm=optimum.basis
        )
    near, prices = repaired(statement, found.values, found.multipliers, effort)
    return Found(
        None if near is None else point(near),
        None if prices is None else proof(statement, prices),
        "simplex-repaired",
        count,
        claim=optimum.reason,
        rule=RULE,
        warm=optimum.basis,
    )
