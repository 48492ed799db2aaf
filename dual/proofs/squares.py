"""Sums of squares: a polynomial is nonnegative where it is a sum of products of nonnegative factors and squares.

A proof lists terms: some of the factors b_1, b_2, ... that are nonnegative on the region (x, 1-x, y, 1-y on the square;
the barycentric coordinates on a simplex), monomials z, and a positive semidefinite matrix G. It is right if::

    g  =  sum over terms of  (product of the term's factors)  z' G z

identically. Coefficients are compared, and G is factored as L D L' with D >= 0; a pivot is zero only where its row is.
Nothing is approximated and nothing subdivided, so that a proof may touch zero. On a box the terms may also leave
something over whose constant, in Chebyshev polynomials, outweighs the sizes of all its other coefficients: so less than
a polynomial's whole degree proves that it is positive, and functions near polynomials are proven with their distance.
Sources: Putinar (1993) and Schmuedgen (1991) for when there is such a proof, Lasserre (2001).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Final

from dual.errors import InputError, Violation
from dual.functions.expression import Expression
from dual.limits import steps
from dual.numbers.exact import Matrix, index, items, matrix
from dual.statement import Record, stated
from dual.words import brief

Box = Sequence[tuple[Fraction, Fraction]]
NONE: Final = Fraction(0)
Exponents = tuple[int, ...]
Terms = Mapping[Exponents, Fraction]
"""A polynomial: coefficients by exponents, those that are not zero."""

MAX_DEGREE = 40
"""Degree of a polynomial here: exact proofs of more have matrices that nobody waits for."""


def total(parts: Iterable[tuple[Fraction, Terms]]) -> Terms:
    """A weighted sum."""
    found: dict[Exponents, Fraction] = {}
    for weight, terms in parts:
        for key, value in terms.items():
            found[key] = found.get(key, Fraction(0)) + weight * value
    return {key: value for key, value in found.items() if value}


def product(a: Terms, b: Terms) -> Terms:
    """The product."""
    steps(len(a) * len(b), "multiplying polynomials")
    found: dict[Exponents, Fraction] = {}
    for i, x in a.items():
        for j, y in b.items():
            key = tuple(map(sum, zip(i, j, strict=True)))
            found[key] = found.get(key, Fraction(0)) + x * y
    if found and max(map(sum, found)) > MAX_DEGREE:
        raise InputError(f"a polynomial has a degree beyond {MAX_DEGREE}")
    return {key: value for key, value in found.items() if value}


def constant(value: Fraction | int, size: int) -> Terms:
    """A number as a polynomial in so many variables."""
    return {(0,) * size: Fraction(value)} if value else {}


def variable(k: int, size: int) -> Terms:
    """A variable."""
    return {tuple(int(j == k) for j in range(size)): Fraction(1)}


def sides(box: Box) -> list[Terms]:
    """What each variable is above its least and below its largest, nonnegative on a box."""
    size, found = len(box), list[Terms]()
    for axis, (low, high) in enumerate(box):
        for sign, end in ((1, low), (-1, high)):
            found.append(total([(Fraction(sign), variable(axis, size)), (-sign * end, constant(1, size))]))
    return found


def polynomial(expression: Expression) -> Terms:
    """The polynomial that an expression is.

    Raises
    ------
    InputError
        If it is none, or its degree is beyond ``MAX_DEGREE``.

    Examples
    --------
    >>> print(*polynomial(Expression.parse("(x - y)**2/2", ["x", "y"])).items())
    ((2, 0), Fraction(1, 2)) ((1, 1), Fraction(-1, 1)) ((0, 2), Fraction(1, 2))
    """
    size = len(expression.variables)
    made: list[Terms] = []
    for op, operands, value in expression.steps:
        a, b = (*(made[k] for k in operands), {}, {})[:2]
        if op == "number":
            made.append(constant(Fraction(value or 0), size))
        elif op == "variable":
            made.append(variable(int(value or 0), size))
        elif op in ("neg", "+", "-"):
            made.append(total([(Fraction(-1 if op == "neg" else 1), a), (Fraction(-1 if op == "-" else 1), b)]))
        elif op == "*":
            made.append(product(a, b))
        elif op == "/" and list(b) == [(0,) * size]:
            made.append(total([(1 / b[(0,) * size], a)]))
        elif op == "**" and value is not None and value >= 0:
            power = constant(1, size)
            for _ in range(int(value)):
                power = product(power, a)
            made.append(power)
        else:
            raise InputError("a polynomial is needed for a proof by squares", expression.where)
    return made[-1]


def read_factors(raw: object, where: str, _count: None) -> tuple[int, ...]:
    """Read the numbers of some factors, each used as often as it is listed."""
    return tuple(index(one, f"{where}[{k}]", 64) for k, one in enumerate(items(raw, where, empty=True)))


def read_monomials(raw: object, where: str, _count: int | None) -> tuple[Exponents, ...]:
    """Read monomials by their exponents."""
    return tuple(
        tuple(index(e, f"{where}[{k}][{j}]", MAX_DEGREE) for j, e in enumerate(items(one, f"{where}[{k}]")))
        for k, one in enumerate(items(raw, where))
    )


@dataclass(frozen=True, repr=False)
class Term(Record):
    """A product of factors times a sum of squares."""

    factors: tuple[int, ...] = stated(read_factors, "*factors", "which factors, by number")
    monomials: tuple[Exponents, ...] = stated(read_monomials, "*monomials", "their exponents")
    gram: Matrix = stated(matrix, "*monomials *monomials", "a positive semidefinite matrix")


def require_nonnegative(
    g: Terms,
    factors: Sequence[Terms],
    terms: Sequence[Term],
    where: str,
    name: str,
    box: Box = (),
    error: Fraction = NONE,
) -> None:
    """Refuse unless terms prove that a function is nonnegative where the factors are.

    Parameters
    ----------
    g : Terms
        The function, or a polynomial that it is near.
    factors, terms : sequence
    where, name : str
        What the proof and the function are called in errors.
    box : sequence of pair of Fraction
        Where the factors are nonnegative; without one nothing may be left over.
    error : Fraction
        How far from g the function is at most.

    Raises
    ------
    Violation
        If a matrix is not positive semidefinite, or a coefficient differs; both sides are named.
    """
    size = len(next(iter(factors[0])))
    made: list[tuple[Fraction, Terms]] = []
    for k, term in enumerate(terms):
        count = len(term.monomials)
        if any(len(one) != size for one in term.monomials) or any(f >= len(factors) for f in term.factors):
            raise InputError(f"monomials have {size} exponents, factors are 0 to {len(factors) - 1}", f"{where}[{k}]")
        if (len(term.gram), len(term.gram[0])) != (count, count):
            raise InputError(f"the matrix has {len(term.gram)} rows for {count} monomials", f"{where}[{k}].gram")
        require_semidefinite(term.gram, f"{where}[{k}].gram")
        found: Terms = total(
            (value, {tuple(map(sum, zip(a, b, strict=True))): Fraction(1)})
            for a, row in zip(term.monomials, term.gram, strict=True)
            for b, value in zip(term.monomials, row, strict=True)
        )
        for f in term.factors:
            found = product(found, factors[f])
        made.append((Fraction(1), found))
    rest = total([(Fraction(1), g), *((-one, squares) for one, squares in made)])
    if box and least(rest, box) >= error:
        return
    for key, value in rest.items():
        need = g.get(key, Fraction(0))
        raise Violation(f"{name}: the squares add up to {brief(need - value)}, not {brief(need)}, at exponents {key}")
    if error:
        raise Violation(f"{name}: the squares leave nothing over for an error of {brief(error)}")


def chebyshev(terms: Terms, box: Box) -> Terms:
    """A polynomial's coefficients in products of Chebyshev polynomials on a box, which are at most 1 there.

    Examples
    --------
    >>> chebyshev({(2,): Fraction(1)}, [(Fraction(-1), Fraction(1))])
    {(0,): Fraction(1, 2), (2,): Fraction(1, 2)}
    """
    for axis, (low, high) in enumerate(box):
        rows = _powers(max((key[axis] for key in terms), default=0), (low + high) / 2, (high - low) / 2)
        terms = total(
            (value * weight, {(*key[:axis], n, *key[axis + 1 :]): Fraction(1)})
            for key, value in terms.items()
            for n, weight in enumerate(rows[key[axis]])
        )
    return terms


def least(terms: Terms, box: Box) -> Fraction:
    """A lower bound of a polynomial on a box: its constant there less the sizes of all other coefficients."""
    found = chebyshev(terms, box)
    first = found.get((0,) * len(box), Fraction(0))
    return first + abs(first) - sum(map(abs, found.values()), Fraction(0))


def _powers(degree: int, middle: Fraction, reach: Fraction) -> list[list[Fraction]]:
    """Powers of ``middle + reach t`` in Chebyshev polynomials of t: ``t T_n`` is ``(T_(n+1) + T_|n-1|) / 2``."""
    rows = [[Fraction(1)]]
    for _ in range(degree):
        row = [middle * c for c in rows[-1]] + [Fraction(0)]
        for n, c in enumerate(rows[-1]):
            row[n + 1] += reach * c / 2
            row[abs(n - 1)] += reach * c / 2
        rows.append(row)
    return rows


def require_semidefinite(gram: Sequence[Sequence[Fraction]], where: str) -> None:
    """Refuse a matrix that is not symmetric and positive semidefinite, by elimination without fractions.

    After a pivot p > 0 the rest is ``p S`` with the Schur complement S, again in integers once divided by the last
    pivot (Bareiss).
    """
    count, unit = len(gram), lcm(*(value.denominator for row in gram for value in row))
    rest = [[value.numerator * (unit // value.denominator) for value in row] for row in gram]
    longest = max(abs(value) for row in rest for value in row)
    steps(count**3 * (1 + count * longest.bit_length() // 128), "factoring a matrix")
    if any(rest[i][j] != rest[j][i] for i in range(count) for j in range(i)):
        raise Violation(f"{where} is not symmetric")
    last = 1
    for i in range(count):
        pivot = rest[i][i]
        if pivot < 0 or (pivot == 0 and any(rest[i][i:])):
            raise Violation(f"{where} is not positive semidefinite: its pivot {i} is {brief(Fraction(pivot, last))}")
        if not pivot:
            continue
        for j in range(i + 1, count):
            for k in range(j, count):
                rest[j][k] = rest[k][j] = (pivot * rest[j][k] - rest[j][i] * rest[i][k]) // last
        last = pivot
