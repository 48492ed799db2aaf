"""Two receivers on the square by sums of squares: potentials between knots above, a policy at any posteriors below.

Where utilities are polynomials on pieces of the square, or near them, potentials of a degree are a semidefinite program
(:mod:`.potentials`; Lasserre's hierarchy), and a policy's posteriors are added one by one (:mod:`.posteriors`). If
bounds stay apart the degree is raised, then potentials get knots between the policy's posteriors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil
from typing import Any, Final

import numpy as np

from dual.errors import InputError, SolverError, Undecided
from dual.functions.expression import Expression
from dual.kinds.two_receivers.grid import Plan, lower
from dual.kinds.two_receivers.squares import parts
from dual.kinds.two_receivers.statement import TwoReceiverStatement
from dual.numbers.exact import Vector
from dual.proofs.squares import Terms
from transport.functions.compiled import compiled
from transport.programs.effort import Effort
from transport.programs.rounding import simple, simple_or_dyadic
from transport.road.linear_kind import solve_program
from transport.road.methods import Found, method

from .form import FORM
from .posteriors import posteriors, range_of
from .potentials import Posed, bound_of, posed

MOST: Final = 4
"""Half of the highest degree that is tried; a step beyond takes ten times as long, and knots gain more."""

CLOSE: Final = 1e-6
"""Bounds as close as that may be equal: an exact proof is looked for."""

ENOUGH: Final = 2e-10
"""A gap, relative to the range of utilities, at which nothing else is tried."""

GAIN: Final = 0.1
"""What a higher degree has to leave of a gap to be worth the next one; knots are tried instead."""

LOST: Final = 3e-9
"""What a polynomial in place of a utility may lose, relative to the range of utilities."""

CHAIN: Final = 6
"""Steps along curves of contact, from one receiver's posteriors to the other's."""

MOST_POINTS: Final = 40
"""Posteriors of a receiver on the grid that is solved exactly."""

APART: Final = 0.004
"""Posteriors closer than that are one place for knots: chains that never end are not followed to their limit."""

MOST_KNOTS: Final = 5
"""Knots of a potential between 0 and 1; parts of the square grow with their product."""

WHOLE: Final = ((Fraction(0), Fraction(1)),) * 2

Policy = tuple[Fraction, dict[str, object]]
"""A bound of the value, and the witness that proves it."""

RULE: Final = "posteriors where the slack of the potentials vanishes"


def pieces_of(statement: TwoReceiverStatement) -> int:
    """The highest degree of the polynomials that both utilities are, or are near, on pieces of the square.

    Raises
    ------
    InputError
        If the domain is no square, or a utility is none of the sort.
    """
    if statement.domain != "square":
        raise InputError('squares are for the domain "square"', "method")
    degree = 0
    for utility in (statement.low, statement.high):
        if not isinstance(utility, Expression):
            raise InputError("on the square a utility is an expression in x and y", "utility")
        try:
            found = parts(utility, WHOLE)
        except Undecided as error:
            raise InputError(str(error), "utility") from None
        degree = max(degree, *(sum(key) for part in found for key in part.worth), 0)
        if any(part.error for part in found):
            degree = 2 * MOST + 1
    return degree


@method(
    "squares", "utilities that are, or are near, polynomials on pieces of the square: potentials by sums of squares"
)
def solve_by_squares(statement: TwoReceiverStatement, effort: Effort) -> Found:
    """Raise the degree, then set knots, until bounds meet."""
    degree = pieces_of(statement)
    functions = [compiled(one) for one in (statement.low, statement.high) if isinstance(one, Expression)]
    held = posteriors(functions, float(statement.prior), effort)
    policy = _told(best_on(statement, _with(statement, *(map(_simple, points) for points in held))), effort)
    size = range_of(functions)
    upper: Policy | None = None
    rounds = tried = 0
    for questions in _questions(statement, degree, held, size):
        before = np.inf
        for asked in questions:
            if effort.exhausted():
                break
            limit = None if effort.time_limit is None else effort.remaining()
            try:
                bound = bound_of(statement, asked, limit)
                rounds += 1
                found = bound.rounded
            except SolverError:
                continue
            if upper is None or found[0] < upper[0]:
                upper = found
            if rounds == 1 and bound.slacks():
                policy = _better(policy, best_on(statement, _chained(bound.slacks(), _with(statement, [], [])[0])))
            effort.offer(Found(policy and policy[1], upper[1], "squares", rounds, rule=RULE))
            gap = float(upper[0] - policy[0]) if policy else np.inf
            short = policy is not None and _is_simple(policy) and len(asked.places) <= MOST_EXACT
            if policy is not None and short and gap < CLOSE * size:
                tried += 1
                exact = bound.exact()
                if exact is not None and exact[0] == policy[0]:
                    return Found(policy[1], exact[1], "squares", rounds, rule=RULE)
            if gap < ENOUGH * size and not (short and tried < 2):
                return Found(policy and policy[1], upper[1], "squares", rounds, rule=RULE)
            if gap > GAIN * before:
                break
            before = gap
    if upper is None:
        raise SolverError("no sums of squares were found")
    return Found(policy and policy[1], upper[1], "squares", rounds, rule=RULE)


MOST_EXACT: Final = 8
"""Parts of the square up to which an exact proof is looked for: its linear system grows with them."""


def _told(policy: Policy | None, effort: Effort) -> Policy | None:
    """A policy, once it is offered: it stands if there is no time for a bound."""
    if policy is not None:
        effort.offer(Found(policy[1], None, "squares", rule=RULE))
    return policy


def _is_simple(policy: Policy) -> bool:
    """Whether a policy's posteriors are short fractions, without which no bound meets its value exactly."""
    plan: Any = policy[1]["plan"]
    return all(point.denominator <= SHORT for atoms in plan.values() for *place, _ in atoms for point in place)


SHORT: Final = 10_000
"""Denominators of posteriors that are not rounded from floats."""


def _questions(
    statement: TwoReceiverStatement, degree: int, held: Sequence[Sequence[float]], size: float
) -> Iterator[Iterator[Posed]]:
    """What to ask for, in turn: ever higher degrees without knots, then with knots between posteriors."""
    least = max(1, ceil(degree / 2))
    if degree <= 2 * MOST:
        for knots in (WHOLE, tuple(map(_between, held))):
            yield (one for half in range(least, max(MOST, least + 1) + 1) for one in _asked(statement, knots, half))
        return
    found = [
        one for count in (1, 2, 3, 4) for half in (4, 5, 6) for one in _asked(statement, (_even(count),) * 2, half)
    ]
    near = sorted((one for one in found if max(one.lost) <= LOST * size), key=lambda one: one.work)
    yield iter(near[:2] or sorted(found, key=lambda one: max(one.lost))[:1])


def _asked(statement: TwoReceiverStatement, knots: Sequence[Vector], half: int) -> Iterator[Posed]:
    """A question, unless a part of the square has no interior, or pieces are too many."""
    try:
        yield posed(statement, knots, half)
    except (SolverError, InputError):
        return


def _even(count: int) -> Vector:
    return tuple(Fraction(k, count) for k in range(count + 1))


def _between(held: Sequence[float]) -> Vector:
    """Short knots between neighbouring posteriors, the widest gaps first if there are many."""
    middles = [
        ((b + a) / 2, b - a) for a, b in zip([0.0, *held], [*held, 1.0], strict=True) if b - a > APART
    ]  # fmt: skip
    chosen = sorted(middles, key=lambda one: -one[1])[:MOST_KNOTS]
    knots = {simple(middle, ceil(8 / width)) for middle, width in chosen}
    return (Fraction(0), *sorted(knots - {Fraction(0), Fraction(1)}), Fraction(1))


def _better(one: Policy | None, other: Policy | None) -> Policy | None:
    """The policy of higher value; at the same value the first."""
    return other if one is None or (other is not None and other[0] > one[0]) else one


def _with(statement: TwoReceiverStatement, x: Any, y: Any) -> tuple[list[Fraction], list[Fraction]]:
    """Posteriors with certainty and the prior."""
    always = {Fraction(0), Fraction(1), statement.prior}
    return sorted({*always, *x}), sorted({*always, *y})


def _chained(slacks: Sequence[Terms], first: Sequence[Fraction]) -> tuple[list[Fraction], list[Fraction]]:
    """From certainties and the prior on along the curves where a slack vanishes, from one receiver to the other."""
    sets = [set(first), set(first)]
    fresh: list[set[Fraction]] = [set(first), set(first)]
    for _ in range(CHAIN):
        later: list[set[Fraction]] = [set(), set()]
        for axis in range(2):
            for x in fresh[axis]:
                for terms in slacks:
                    later[1 - axis].update(map(_simple, _zeros(terms, axis, float(x))))
        fresh = [new - old for new, old in zip(later, sets, strict=True)]
        sets = [old | new for old, new in zip(sets, fresh, strict=True)]
        if max(map(len, sets)) > MOST_POINTS:
            break
    kept = [sorted({*first, *sorted(found)[:MOST_POINTS]}) for found in sets]
    return kept[0], kept[1]


def _zeros(terms: Terms, axis: int, x: float) -> list[float]:
    """Where a slack nearly vanishes on a line."""
    line = np.zeros(1 + max((key[1 - axis] for key in terms), default=0))
    for key, value in terms.items():
        line[key[1 - axis]] += float(value) * x ** key[axis]
    polynomial_of = np.polynomial.Polynomial(line)
    turning: Any = polynomial_of.deriv().roots()
    inner = [float(r.real) for r in turning if abs(r.imag) < 1e-4 and 0 < r.real < 1]
    scale = max(1e-9, float(np.max(np.abs(polynomial_of(np.linspace(0, 1, 33))))))
    return [y for y in (0.0, 1.0, *inner) if polynomial_of(y) < 1e-6 * scale]


def _simple(x: float) -> Fraction:
    """A short fraction if one is near, else a dyadic one."""
    return simple_or_dyadic(x, 200, 1e-6, 40)


def best_on(statement: TwoReceiverStatement, points: tuple[Any, Any]) -> tuple[Fraction, dict[str, object]] | None:
    """The best policy on a grid, exactly, with its value."""
    grid = {"x": points[0], "y": points[1]}
    fields = {"prior": statement.prior, "grid": grid, "utility": {"l": statement.low, "h": statement.high}}
    there = TwoReceiverStatement.read(fields)
    values = solve_program(FORM.program(there), Effort(None, None)).values
    if values is None:
        return None
    read = Plan.read(FORM.primal(there, values), there, "primal")
    plan = {
        name: [[points[0][i], points[1][j], mass] for i, j, mass in atoms]
        for name, atoms in (("l", read.plan.l), ("h", read.plan.h))
    }
    return lower(there, read), {"plan": plan}
