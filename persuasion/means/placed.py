"""Functions of one variable on an interval, moved to [0, 1] without losing digits: expressions and polynomials.

An interval far from zero is no harder than any other: what is affine in the variable is moved exactly before it becomes
floating point. Nothing here is part of a proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from math import comb

import numpy as np

from dual.errors import SuasionError
from dual.functions.expression import Expression
from dual.functions.step import COMPARISONS, Step
from dual.numbers.interval import interval
from transport.functions.compiled import affine_forms, compiled, kinks
from transport.programs.rounding import simple

_SAMPLES = 2048
"""Among which changes of sign are looked for: kinks closer than this are missed, and cost tightness, not truth."""
_SIMPLE = 10**6
"""Largest denominator of a root that is recognised as rational."""
_BISECTIONS = 38
"""Of an irrational root: to some 2^-49 of the range, where two numbers around it do as well as itself."""


def placed(expression: Expression, left: Fraction, width: Fraction) -> Expression:
    """The expression in the place t in [0, 1] where its variable is ``left + width * t``.

    Examples
    --------
    >>> far = Expression.parse("(m - 1000000)**2", ["m"])
    >>> placed(far, Fraction(1000000), Fraction(2)).at([Fraction(1, 2)])
    Fraction(1, 1)
    """
    steps: list[Step] = [Step("variable", (), 0)]
    where: list[int] = []
    moved = [None if form is None else (form[0] + form[1] * left, form[1] * width) for form in affine_forms(expression)]

    def add(step: Step) -> int:
        steps.append(step)
        return len(steps) - 1

    def line(start: Fraction, slope: Fraction) -> int:
        if not slope:
            return add(Step("number", (), start))
        product = add(Step("*", (add(Step("number", (), slope)), 0)))
        return add(Step("+", (product, add(Step("number", (), start)))))

    for step, form in zip(expression.steps, moved, strict=True):
        if form is not None:
            where.append(line(*form))
            continue
        sides = [moved[k] for k in step.operands]
        if step.op in COMPARISONS and sides[0] is not None and sides[1] is not None:
            difference = line(sides[0][0] - sides[1][0], sides[0][1] - sides[1][1])
            where.append(add(Step(step.op, (difference, line(Fraction(0), Fraction(0))))))
        else:
            where.append(add(Step(step.op, tuple(where[k] for k in step.operands), step.value)))
    return Expression(expression.text, ("t",), tuple(steps), expression.where)


def without_constant(expression: Expression) -> tuple[Expression, Fraction]:
    """Split off the numbers that are added to the rest of an expression, which may dwarf it.

    Examples
    --------
    >>> rest, constant = without_constant(Expression.parse("(m - 1000000) + m**2", ["m"]))
    >>> constant, rest.at([Fraction(2)])
    (Fraction(-1000000, 1), Fraction(6, 1))
    """
    steps = list(expression.steps)
    constant = Fraction(0)
    found: int | None = None
    open_terms = [(len(steps) - 1, 1)]
    while open_terms:
        term, sign = open_terms.pop()
        op, operands, value = steps[term]
        if op in ("+", "-", "neg"):
            open_terms += zip(operands, (sign if op != "neg" else -sign, sign if op == "+" else -sign), strict=False)
            continue
        if op == "number":
            constant += sign * Fraction(value or 0)
            continue
        if sign < 0:
            steps.append(Step("neg", (term,)))
            term = len(steps) - 1
        if found is not None:
            steps.append(Step("+", (found, term)))
            term = len(steps) - 1
        found = term
    if found is None:
        steps, found = [Step("number", (), Fraction(0))], 0
    elif found < len(steps) - 1:
        steps = steps[: found + 1]
    return Expression(expression.text, expression.variables, tuple(steps), expression.where), constant


def placed_polynomial(coefficients: Sequence[Fraction], left: Fraction, width: Fraction) -> list[Fraction]:
    """The coefficients, in the place t, of a polynomial in ``left + width * t``.

    Examples
    --------
    >>> [str(c) for c in placed_polynomial([Fraction(0), Fraction(0), Fraction(1)], Fraction(1), Fraction(2))]
    ['1', '4', '4']
    """
    return [
        width**k * sum((comb(j, k) * c * left ** (j - k) for j, c in enumerate(coefficients) if j >= k), Fraction(0))
        for k in range(len(coefficients))
    ]


def switches(expression: Expression, left: Fraction, right: Fraction) -> Iterator[Fraction]:
    """Where comparisons, ``abs``, ``min`` and ``max`` may switch between two points: exact if rational and simple."""
    for constant, slope in kinks(expression):
        yield -constant / slope
    forms = affine_forms(expression)
    for step in expression.steps:
        pairs: list[tuple[int, ...]] = [step.operands] if step.op == "abs" else []
        if step.op in ("min", "max", *COMPARISONS):
            pairs = list(combinations(step.operands, 2))
        for pair in pairs:
            if any(forms[k] is None for k in pair):
                yield from _roots(_difference(expression, pair), left, right - left)


def _difference(expression: Expression, pair: tuple[int, ...]) -> Expression:
    steps = expression.steps[: max(pair) + 1]
    last = Step("-", pair) if len(pair) == 2 else Step("neg", pair)
    return Expression(expression.text, expression.variables, (*steps, last), expression.where)


def _roots(expression: Expression, left: Fraction, width: Fraction) -> Iterator[Fraction]:
    """Where an expression changes its sign: a simple fraction where it is zero there, else two numbers around it."""
    grid = np.linspace(0.0, 1.0, _SAMPLES + 1)
    signs = np.sign(compiled(placed(expression, left, width))(grid[:, None]))
    for k in np.flatnonzero((signs[:-1] != signs[1:]) & ~np.isnan(signs[:-1] + signs[1:])):
        low, high = (left + width * Fraction(float(place)) for place in grid[[k, k + 1]])
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2
            if _sign(expression, middle) == signs[k]:
                low = middle
            else:
                high = middle
        near = simple(high, _SIMPLE)
        if low <= near <= high and _sign(expression, near) == 0:
            yield near
        else:
            yield from (low, high)


def _sign(expression: Expression, at: Fraction) -> float:
    """The sign of an expression's value: 1, 0 or -1; NaN where it is not defined."""
    try:
        found = expression.enclose([interval(at)]).middle
    except SuasionError:
        return float("nan")
    return float((found > 0) - (found < 0))
