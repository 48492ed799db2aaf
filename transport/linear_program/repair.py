"""Anybody's floats made into proofs: prices that bound, points that are feasible, or neither.

What is given is rounded, to the simple fractions it may stand for and to dyadic ones. Where that fails by a little - a
reduced cost at a column without a bound, a row - it is moved by the least total amount that mends it, which is a linear
program again, solved exactly. Signs are conventions, so that prices are tried with either; nothing is believed that is
not proven in the end.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

from dual.errors import SuasionError
from dual.kinds.linear_program import kind
from dual.kinds.linear_program.statement import LinearProgramStatement
from transport.programs.effort import Effort
from transport.programs.linear import solve
from transport.programs.program import LinearProgram
from transport.programs.rounding import simple_near

from .bounds import inside
from .standard import ZERO, Amounts

_SIMPLE: Final = 10**4
"""Fractions up to this denominator are what a float may stand for; optima of textbooks have such."""
_NEAR: Final = Fraction(1, 10**6)
"""How far, relative to its size, a float may lie from such a fraction: solvers stop at 1e-7 or so."""
_BITS: Final = 50
"""Bits kept otherwise, below the largest number."""


def repaired(
    statement: LinearProgramStatement,
    values: Mapping[int, Any] | None,
    multipliers: Mapping[int, Any] | None,
    effort: Effort,
) -> tuple[Amounts | None, Amounts | None]:
    """A feasible point and valid prices near numbers of any kind; None for what cannot be had.

    Parameters
    ----------
    statement : LinearProgramStatement
    values, multipliers : mapping or None
        By column and by row, floats or exact; prices are those of what is maximised, up to their signs.
    effort : Effort

    Returns
    -------
    tuple
        The point, and the prices of what is maximised.
    """
    near = None if values is None else _point(statement, values, effort)
    prices = None if multipliers is None else _prices(statement, multipliers, effort)
    return near, prices


def _rounded(numbers: Mapping[int, Any]) -> Iterator[Amounts]:
    """What the numbers may stand for, the likeliest first."""
    exact = {k: x if isinstance(x, Fraction) else Fraction(x) for k, x in numbers.items() if x}
    yield exact
    meant: Amounts = {}
    for k, value in exact.items():
        near = simple_near(value, _SIMPLE, _NEAR * max(Fraction(1), abs(value)))
        meant[k] = value if near is None else near
    yield meant
    size = max((abs(value) for value in exact.values()), default=ZERO)
    step = Fraction(2) ** (math.frexp(float(size))[1] - _BITS) if size and size < 10**300 else Fraction(1)
    yield {k: round(value / step) * step for k, value in exact.items()}


# Points


def _point(statement: LinearProgramStatement, values: Mapping[int, Any], effort: Effort) -> Amounts | None:
    best: tuple[Fraction, Amounts] | None = None
    last: Amounts = {}
    for guess in _rounded(values):
        last = inside(statement, guess)
        try:
            worth = kind.lower(statement, kind.Point(tuple(last.items())))
        except SuasionError:
            continue
        if best is None or worth > best[0]:
            best = worth, last
    if best is not None:
        return best[1]
    return _nearest_point(statement, last, effort)


def _nearest_point(statement: LinearProgramStatement, values: Amounts, effort: Effort) -> Amounts | None:
    """The feasible point that moves the columns that need not be integers least in total."""
    whole = set(statement.integers)
    loose = [j for j in range(len(statement.objective)) if j not in whole]
    place = {j: k for k, j in enumerate(loose)}
    count = len(loose)
    rows: list[dict[int, Fraction]] = []
    senses, right = list[str](), list[Fraction]()

    def add(entries: dict[int, Fraction], sense: str, side: Fraction) -> None:
        rows.append(entries)
        senses.append(sense)
        right.append(side)

    for row, total in zip(statement.rows, kind.sums(statement, values), strict=True):
        entries = {place[j]: a for j, a in row.entries if j in place and a}
        entries |= {count + k: -a for k, a in entries.items()}
        equal = row.lower is not None and row.lower == row.upper
        if row.upper is not None:
            add(entries, "=" if equal else "<=", row.upper - total)
        if row.lower is not None and not equal:
            add(entries, ">=", row.lower - total)
    for j, k in place.items():
        low, high = statement.box(j)
        if high is not None:
            add({k: Fraction(1)}, "<=", high - values.get(j, ZERO))
        if low is not None:
            add({count + k: Fraction(1)}, "<=", values.get(j, ZERO) - low)
    moved = _least(LinearProgram([-1] * (2 * count), rows, senses, right), effort)
    if moved is None:
        return None
    found = {j: values.get(j, ZERO) + moved[k] - moved[count + k] for j, k in place.items()}
    return {j: value for j, value in {**values, **found}.items() if value}


# Prices


def _prices(statement: LinearProgramStatement, multipliers: Mapping[int, Any], effort: Effort) -> Amounts | None:
    best: tuple[Fraction, Amounts] | None = None
    relaxation = kind.Relaxation(statement)

    def consider(prices: Amounts) -> None:
        nonlocal best
        try:
            own = {i: statement.sign * y for i, y in prices.items()}
            bound = relaxation.proven(own, {}, "dual", empty=False)
        except SuasionError:
            return
        if bound is not None and (best is None or bound < best[0]):
            best = bound, prices

    guesses = [prices for guess in _rounded(multipliers) for prices in _signed(statement, guess)]
    for prices in guesses:
        consider(prices)
    if best is None:
        for prices in guesses[-3:]:
            moved = _nearest_prices(statement, prices, effort)
            if moved is not None:
                consider(moved)
    return None if best is None else best[1]


def _signed(statement: LinearProgramStatement, prices: Amounts) -> Iterator[Amounts]:
    """Prices with the signs that rows with one side allow: as given, all turned, or turned at equations alone."""
    for turned in (False, True):
        found, plain = Amounts(), Amounts()
        for i, given in prices.items():
            row, y = statement.rows[i], -given if turned else given
            allowed = (y > 0 and row.upper is not None) or (y < 0 and row.lower is not None)
            if allowed:
                found[i] = y
            both = row.upper is not None and row.lower is not None
            plain[i] = y if both else abs(y) if row.upper is not None else -abs(y) if row.lower is not None else ZERO
        yield found
        if turned:
            yield plain


def _nearest_prices(statement: LinearProgramStatement, prices: Amounts, effort: Effort) -> Amounts | None:
    """The prices that bound every column without a bound of its own, moved least in what their sides are worth."""
    open_columns = {j: ends for j in range(len(statement.objective)) if None in (ends := statement.box(j))}
    left = {j: statement.sign * statement.objective[j] for j in open_columns}
    held: dict[int, dict[int, Fraction]] = {j: {} for j in open_columns}
    count = len(statement.rows)
    for i, row in enumerate(statement.rows):
        y = prices.get(i, ZERO)
        for j, a in row.entries:
            if j in left and a:
                left[j] -= y * a
                held[j][i] = a
    rows: list[dict[int, Fraction]] = []
    senses, right = list[str](), list[Fraction]()
    for j, (low, high) in open_columns.items():
        entries = held[j] | {count + i: -a for i, a in held[j].items()}
        if not entries and not left[j]:
            continue
        rows.append(entries)
        senses.append("=" if low is None and high is None else ">=" if high is None else "<=")
        right.append(left[j])
    costs = []
    for i, row in enumerate(statement.rows):
        sides = [abs(side) for side in (row.lower, row.upper) if side is not None]
        costs.append(-1 - max(sides, default=ZERO))
        y = prices.get(i, ZERO)
        # A side that the row has not cannot be leant on.
        if row.upper is None:
            rows.append({i: Fraction(1), count + i: Fraction(-1)})
            senses.append("<=")
            right.append(-y)
        if row.lower is None:
            rows.append({i: Fraction(1), count + i: Fraction(-1)})
            senses.append(">=")
            right.append(-y)
    moved = _least(LinearProgram([*costs, *costs], rows, senses, right), effort)
    if moved is None:
        return None
    found = {i: prices.get(i, ZERO) + moved[i] - moved[count + i] for i in range(count)}
    return {i: y for i, y in found.items() if y}


def _least(program: LinearProgram, effort: Effort) -> tuple[Fraction, ...] | None:
    try:
        optimum = solve(program, time_limit=None if effort.time_limit is None else max(effort.remaining(), 0.0))
    except SuasionError:
        return None
    return optimum.primal if optimum.exact else None
