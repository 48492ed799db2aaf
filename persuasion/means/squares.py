"""Proofs by squares that prices are convex and majorise a payoff, where subdivision would not end.

In one variable nothing has to be guessed. A polynomial is ``r^2 h`` with a square-free h; it is nonnegative on an
interval if and only if h is positive on it, off zeros at the ends. What is positive has squares with room to spare
(Markov and Lukacs), so that those of a semidefinite program, rounded, are a proof; times r^2 they still are, with
equality where r vanishes, at numbers that need not be rational.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil, lcm
from typing import Any, Final

from dual.errors import SolverError
from dual.functions.polynomial import common, derivative, divided, roots, times, trimmed
from dual.kinds.means.curved import CurvedPrices
from dual.kinds.means.squares import Part, bends, excesses
from dual.proofs.squares import Terms, constant, least, product, total, variable
from transport.programs.faces import congruent
from transport.programs.regions import Inequality, box, substituted
from transport.programs.squares import SquaresProgram

MOST: Final = 30
"""Degree of a polynomial that is left to squares; matrices of more are ill-conditioned in floats."""

Term = dict[str, Any]


def proofs(
    prices: CurvedPrices, payoff: Any, needed: Callable[[Part], bool] = lambda _: True
) -> dict[str, list[list[Term] | None]]:
    """Terms for every inequality that needs them; None leaves one to subdivision."""
    found = {"convex": bends(prices), "above": excesses(prices, payoff)}
    return {name: [_terms(part) if needed(part) else None for part in parts] for name, parts in found.items()}


def touches(part: Part) -> bool:
    """Whether a polynomial has a square among its factors, so that it may touch zero where no number is rational."""
    whole = _whole(part.slack)
    return part.error == 0 and len(whole) > 2 and len(common(whole, derivative(whole))) > 1


def _terms(part: Part) -> list[Term] | None:
    if least(part.slack, part.box) >= part.error:
        return []
    slack = total([(Fraction(1), part.slack), (-part.error, constant(1, 1))])
    if len(part.factors) > 2 or max(map(sum, slack)) > MOST or part.box[0][0] == part.box[0][1]:
        return None
    try:
        root, ends, rest = _split(slack, *part.box[0])
        return _multiplied(_positive(rest, *part.box[0]), root, ends)
    except SolverError:  # subdivision proves what is positive by less than floats see
        return None


def _split(g: Terms, low: Fraction, high: Fraction) -> tuple[Terms, tuple[int, ...], Terms]:
    """A square's root, zeros at the ends (0 for the lower one, 1 for the upper one), and what is left, positive."""
    squares: tuple[int, ...] = (1,)
    rest, shared = (whole := _whole(g)), common(whole, derivative(whole))
    rest, power = divided(rest, shared), 1
    while len(rest) > 1:
        both = common(rest, shared)
        for _ in range(power // 2):
            squares = times(squares, divided(rest, both))
        rest, shared, power = both, divided(shared, both), power + 1
    h = _quotient(g, times(squares, squares))
    ends = []
    for k, (sign, end) in enumerate(((1, low), (-1, high))):
        if not sum(c * end**n for (n,), c in h.items()):
            h = _quotient(h, tuple(int(c * end.denominator) for c in (-sign * end, Fraction(sign))))
            h = {key: c * end.denominator for key, c in h.items()}
            ends.append(k)
    if sum(c * low**n for (n,), c in h.items()) < 0 or roots(_whole(h), low, high):
        raise SolverError("a polynomial is negative somewhere")
    return {(k,): Fraction(c) for k, c in enumerate(squares) if c}, tuple(ends), h


def _positive(h: Terms, low: Fraction, high: Fraction) -> list[Term]:
    """Terms in ``x = (m - low) / (high - low)`` for a positive polynomial, written in m."""
    width = high - low
    image = total([(width, variable(0, 1)), (low, constant(1, 1))])
    moved = substituted(h, [image])
    size = max(map(abs, moved.values()))
    degree = max(map(sum, moved))
    scaled = total([(1 / size, moved)])
    least_: Fraction = scaled.get((0,), Fraction(0))
    terms: list[Term] = [{"factors": (), "monomials": [(0,)], "gram": [[Fraction(0)]]}]
    if degree:
        one = Inequality(scaled, (constant(-1, 1),))
        program = SquaresProgram(box(1), [one], [Fraction(-1)], ceil(degree / 2), [Fraction(-1)])
        proof = program.rounded(*program.solve())
        least_ = proof.s[0]
        terms += proof.terms[0]
    if least_ < 0:
        raise SolverError("a polynomial is too near to zero for squares")
    terms[0]["gram"] = [[least_]]
    back = total([(1 / width, variable(0, 1)), (-low / width, constant(1, 1))])
    found = []
    for term in terms:
        rows = _rows([substituted({tuple(name): Fraction(1)}, [back]) or constant(1, 1) for name in term["monomials"]])
        gram = congruent(term["gram"], rows)
        weight = size / width ** len(term["factors"])
        if any(map(any, gram)):
            found.append({"factors": term["factors"], "gram": [[weight * v for v in row] for row in gram]})
    return found


def _multiplied(terms: Sequence[Term], root: Terms, ends: tuple[int, ...]) -> list[Term]:
    """Terms times the square of a polynomial and factors of the ends."""
    found = []
    for term in terms:
        count = len(term["gram"])
        rows = _rows([product({(k,): Fraction(1)}, root) for k in range(count)])
        found.append(
            {
                "factors": sorted((*term["factors"], *ends)),
                "monomials": [(k,) for k in range(len(rows[0]))],
                "gram": congruent(term["gram"], rows),
            }
        )
    return found


def _rows(polynomials: Sequence[Terms]) -> list[list[Fraction]]:
    """Coefficients, a row for each polynomial."""
    width = 1 + max(max(key) for one in polynomials for key in one)
    return [[one.get((k,), Fraction(0)) for k in range(width)] for one in polynomials]


def _whole(g: Terms) -> tuple[int, ...]:
    """A positive multiple in integers."""
    unit = lcm(*(c.denominator for c in g.values()))
    degree = max((k for (k,) in g), default=-1)
    return trimmed([int(g.get((k,), Fraction(0)) * unit) for k in range(degree + 1)])


def _quotient(a: Terms, b: Sequence[int]) -> Terms:
    """The quotient of polynomials that divide."""
    rest = {k: c for (k,), c in a.items()}
    found: dict[tuple[int, ...], Fraction] = {}
    for shift in range(max(rest) - len(b) + 1, -1, -1):
        c = rest.get(shift + len(b) - 1, Fraction(0)) / b[-1]
        if c:
            found[(shift,)] = c
            for k, one in enumerate(b):
                rest[shift + k] = rest.get(shift + k, Fraction(0)) - c * one
    return found
