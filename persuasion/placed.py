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
from dual.expression import Expression
from dual.grammar import COMPARISONS, Step
from transport.road.compiled import affine_forms, compiled, kinks

_SAMPLES = 2048
_SIMPLE = 10**6


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
    """Where an expression changes its sign: a simple fraction where it is zero there, else the nearest floats."""
    from scipy.optimize import brentq

    function = compiled(placed(expression, left, width))
    grid = np.linspace(0.0, 1.0, _SAMPLES + 1)
    signs = np.sign(function(grid[:, None]))
    for k in np.flatnonzero((signs[:-1] != signs[1:]) & ~np.isnan(signs[:-1] + signs[1:])):
        ends = grid[k], grid[k + 1]
        root = (
            ends[int(signs[k] != 0)] if not signs[k] * signs[k + 1] else brentq(lambda x: float(function([x])), *ends)
        )
        exact = left + width * Fraction(float(root))
        near = exact.limit_denominator(_SIMPLE)
        try:
            if expression.at([near]) == 0:
                yield near
                continue
        except SuasionError:
            pass
        for beside in (np.nextafter(root, -1.0), np.nextafter(root, 2.0)):
            yield left + width * Fraction(float(beside))
