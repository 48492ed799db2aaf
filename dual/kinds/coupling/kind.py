"""Kind ``transport``: couple two discrete measures as well as possible.

::

    max  sum gain[i][j] m[i][j]   s.t.  sum_j m[i][j] = source[i],  sum_i m[i][j] = target[j],  m >= 0

over the pairs that may be used. A ``cost`` is a gain with the opposite sign. Where the totals differ the larger side
says ``<=``; with a ``mass`` both do, and the total is that mass. Besides there may be a most for single pairs, side
conditions ``lower <= sum a[i][j] m[i][j] <= upper``, and positions x and y with ``sum_j m[i][j] (y[j] - x[i]) = 0``,
which makes the plan a martingale. Primal witness: a plan. Dual witness: potentials f and g (>= 0 on a side of
``<=``), and prices p of the mass, w >= 0 of limits, z of conditions, h of positions, such that at every pair that may
be used::

    f[i] + g[j] + p + w[i][j] + sum_k z[k] a[k][i][j] + h[i] . (y[j] - x[i])  >=  gain[i][j],

which proves ``source . f + target . g + p mass + w . most + sum_k z[k] side[k]``, the side being the upper one where
z[k] is positive. If the same holds with zero in place of the gain and the bound is negative, there is no plan. For a
pattern of pairs that is Hall's condition: f = -1 on a set of sources, g = 1 on all targets they may reach, and these
take less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from operator import mul

from dual.errors import InputError, Violation
from dual.limits import steps
from dual.numbers.arrays import Array
from dual.numbers.sums import inner
from dual.proofs.majorant import first_excess
from dual.verdict import Kind
from dual.words import brief

from .statement import Condition, Coupling, Prices, TransportStatement
from .worth import Pairs, Points

ZERO = Fraction(0)


def lower(statement: TransportStatement, primal: Coupling) -> Fraction:
    """The gain of a plan that satisfies every condition; of distances that are irrational, a bound near it."""
    plan: dict[tuple[int, int], Fraction] = {}
    for k, (i, j, mass) in enumerate(primal.plan):
        if mass < 0:
            raise Violation(f"primal.plan[{k}]: the mass {brief(mass)} is negative")
        plan[i, j] = plan[i, j] + mass if (i, j) in plan else mass
    _marginals(statement, plan)
    _conditions(statement, plan)
    return inner([_gain(statement, i, j) for i, j in plan], list(plan.values()))


def _gain(statement: TransportStatement, i: int, j: int) -> Fraction:
    worth = statement.worth
    if isinstance(worth, Points):
        return -worth.cost(i, j, up=True)
    found = worth.at(i, j)
    if found is None:
        raise Violation(f"the plan uses the pair of source {i} and target {j}, which is forbidden")
    return found


def _marginals(statement: TransportStatement, plan: Mapping[tuple[int, int], Fraction]) -> None:
    rows, columns = ([ZERO] * len(side) for side in (statement.source, statement.target))
    for (i, j), mass in plan.items():
        rows[i] += mass
        columns[j] += mass
    sides = (("source", rows, statement.source), ("target", columns, statement.target))
    for (name, sums, wanted), most in zip(sides, statement.most, strict=True):
        for k, (placed, mass) in enumerate(zip(sums, wanted, strict=True)):
            if placed > mass if most else placed != mass:
                word = "at most " if most else ""
                raise Violation(f"the plan's masses at {name} {k} sum to {brief(placed)}, not to {word}{brief(mass)}")
    if statement.mass is not None and (total := sum(rows, ZERO)) != statement.mass:
        raise Violation(f"the plan moves {brief(total)}, not {brief(statement.mass)}")


def _conditions(statement: TransportStatement, plan: Mapping[tuple[int, int], Fraction]) -> None:
    for i, j, most in statement.capacity:
        if plan.get((i, j), ZERO) > most:
            raise Violation(
                f"the plan carries {brief(plan[i, j])} from source {i} to target {j}, at most {brief(most)}"
            )
    for k, condition in enumerate(statement.conditions or ()):
        total = sum((a * plan.get((i, j), ZERO) for i, j, a in condition.entries), ZERO)
        for bound, sign, word in ((condition.lower, 1, ">="), (condition.upper, -1, "<=")):
            if bound is not None and sign * total < sign * bound:
                raise Violation(f"{_name(condition, k)}: {brief(total)} where {word} {brief(bound)} is needed")
    if statement.martingale is None:
        return
    first, second = statement.martingale.source, statement.martingale.target
    drift = [[ZERO] * len(first[0]) for _ in first]
    for (i, j), mass in plan.items():
        for d, (x, y) in enumerate(zip(first[i], second[j], strict=True)):
            drift[i][d] += mass * (y - x)
    for i, moved in enumerate(drift):
        if any(moved):
            raise Violation(f"the mass of source {i} does not stay on average where it was")


def _name(condition: Condition, k: int) -> str:
    return condition.name or f"conditions[{k}]"


def bound(statement: TransportStatement, dual: Prices) -> Fraction:
    """What prices prove once they majorise the gain."""
    f, g = dual.potentials.source, dual.potentials.target
    for name, prices, most in zip(("source", "target"), (f, g), statement.most, strict=True):
        for k, price in enumerate(prices):
            if most and price < 0:
                raise Violation(f"potentials.{name}[{k}] = {brief(price)} < 0, though less than all may be used there")
    total = inner(statement.source, f) + inner(statement.target, g)
    if dual.mass is not None:
        if statement.mass is None:
            raise InputError("the mass that is moved is not given, and has no price", "dual.mass")
        total += dual.mass * statement.mass
    limits = {(i, j): most for i, j, most in statement.capacity}
    for k, (i, j, price) in enumerate(dual.capacity):
        if price < 0 or (i, j) not in limits:
            raise Violation(f"dual.capacity[{k}]: a price >= 0 of a pair with a limit is needed")
        total += price * limits[i, j]
    for k, (condition, price) in enumerate(zip(statement.conditions or (), dual.conditions or (), strict=False)):
        side = condition.upper if price > 0 else condition.lower
        if price and side is None:
            raise Violation(f"dual.conditions[{k}]: the price {brief(price)} leans on a side that there is not")
        total += price * side if price and side is not None else ZERO
    return total


def majorised(statement: TransportStatement, dual: Prices, *, gains: bool) -> None:
    """Refuse unless the prices majorise the gain, or zero, at every pair that may be used."""
    f, g = dual.potentials.source, dual.potentials.target
    worth = statement.worth
    if gains and statement.plain and isinstance(worth, Array):
        excess = first_excess(worth, f, g)
        if excess is not None:
            _refuse(statement, *excess, f[excess[0]] + g[excess[1]], gains=True)
        return
    n, m = worth.shape
    work = sum(map(len, worth.entries)) if isinstance(worth, Pairs) else n * m
    steps(12 * work, f"comparing {n:,} x {m:,} cells")
    extra: dict[tuple[int, int], Fraction] = {}
    for i, j, price in dual.capacity:
        extra[i, j] = extra.get((i, j), ZERO) + price
    for condition, price in zip(statement.conditions or (), dual.conditions or (), strict=False):
        for i, j, a in condition.entries:
            extra[i, j] = extra.get((i, j), ZERO) + price * a
    numbers = [*f, *g, *extra.values(), dual.mass or ZERO]
    common = lcm(*(price.denominator for price in numbers))
    second = [price.numerator * (common // price.denominator) for price in g]
    for i in range(n):
        base = f[i] + (dual.mass or ZERO)
        first = base.numerator * (common // base.denominator)
        for j, need in _needs(worth, i, gains):
            total = Fraction(first + second[j], common)
            if (i, j) in extra:
                total += extra[i, j]
            total += _slope(statement, dual, i, j)
            if worth.exceeds(i, j, total) if isinstance(worth, Points) and gains else total < need:
                _refuse(statement, i, j, total, gains=gains)


def _needs(worth: Array | Pairs | Points, i: int, gains: bool) -> Iterable[tuple[int, Fraction]]:
    if isinstance(worth, Pairs):
        return ((j, need if gains else ZERO) for j, need in worth.row(i).items())
    if isinstance(worth, Points) or not gains:
        return ((j, ZERO) for j in range(worth.shape[1]))
    return ((j, Fraction(entry, worth.denominator)) for j, entry in enumerate(worth.line(i)))


def _slope(statement: TransportStatement, dual: Prices, i: int, j: int) -> Fraction:
    if statement.martingale is None or dual.martingale is None:
        return ZERO
    away: Sequence[Fraction] = [
        y - x for x, y in zip(statement.martingale.source[i], statement.martingale.target[j], strict=True)
    ]
    if len(dual.martingale[i]) != len(away):
        raise InputError(f"{len(away)} slopes are needed", f"dual.martingale[{i}]")
    return sum(map(mul, dual.martingale[i], away), ZERO)


def _refuse(statement: TransportStatement, i: int, j: int, total: Fraction, *, gains: bool) -> None:
    if statement.plain and gains:
        need = brief(_gain(statement, i, j))
        parts = f"potentials.source[{i}] + potentials.target[{j}]"
        raise Violation(f"gain[{i}][{j}] = {need} > {brief(total)} = {parts}")
    need = brief(_gain(statement, i, j)) if gains else "0"
    raise Violation(f"source {i}, target {j}: the prices sum to {brief(total)} where at least {need} is needed")


def upper(statement: TransportStatement, dual: Prices) -> Fraction:
    """The bound of prices, once they majorise the gain."""
    total = bound(statement, dual)
    majorised(statement, dual, gains=True)
    return total


def infeasible(statement: TransportStatement, dual: Prices) -> None:
    """Refuse unless prices prove that there is no plan."""
    total = bound(statement, dual)
    majorised(statement, dual, gains=False)
    if total >= 0:
        raise Violation(f"the prices bound 0 by {brief(total)}, which is no contradiction")


KIND = Kind(
    "transport",
    TransportStatement.read,
    lower,
    upper,
    infeasible,
    primal=Coupling.read,
    dual=Prices.read,
    refutation=Prices.read,
    lacks=lambda statement: "" if statement.plain else "a full table, and nothing beside two marginals to be met",
)
