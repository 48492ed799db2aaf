"""Linear programs whose numbers depend on a parameter: an optimal basis, and its vertex as functions of the parameter.

The vertex of a basis solves square systems whose entries are rational functions of the parameter; its coordinates are
rational functions, too. They are found from exact solutions at a few points by rational interpolation, and believed
only once the checker has seen them. Where a basis stays optimal, :class:`Tracing` tells: it runs a check at one point,
notes every comparison that it makes, and :meth:`Tracing.reach` is the interval on which all of them come out the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from dual.errors import SolverError, Violation
from dual.functions import polynomial as poly
from dual.functions.polynomial import Polynomial
from dual.functions.varying import Comparison, Domain, End, Function, Root, beyond, quotient
from dual.proofs.linear import Name, Program

from . import rational, rounding
from .linear import solve
from .program import Basis, LinearProgram, Optimum

if TYPE_CHECKING:
    from flint import fmpq_poly

EXACT_ROWS: Final = 400
"""Largest system that is solved exactly, and for many values of the parameter: each takes some tenths of a second."""

MOST_POINTS: Final = 512
"""Points of an interpolation; functions of degrees up to half of that are found."""

NARROW: Final = Fraction(1, 2**60)
"""Width of the interval that a file gives for an irrational end."""


def value_at(number: Any, t: Fraction) -> Fraction:
    """A number, or a function at a point."""
    return number.at(t) if isinstance(number, Function) else Fraction(number)


class ParametricProgram:
    """A program with functions of a parameter among its numbers.

    Parameters
    ----------
    program : Program
        As a kind states it for an instance that was read within :func:`dual.functions.varying.varying`.
    domain : Comparison
        Where the parameter goes.
    """

    def __init__(self, program: Program, domain: Comparison) -> None:
        self.domain = domain
        self.rows = [
            (row.sense, row.right, {k: Fraction(1, row.unit) * entry for k, entry in row.entries() if entry})
            for row in program.rows()
        ]
        self.names = [row.name for row in program.rows()]
        self.objective = [Fraction(1, program.unit) * entry for entry in program.objective]
        self.free = [k for start, b in program.starts() if b.free for k in range(start, start + b.size)]

    def named(self, weights: Mapping[int, Any]) -> dict[Name, Any]:
        """Multipliers by name of the row, those that are not zero."""
        return {self.names[r]: weight for r, weight in weights.items() if weight}

    def at(self, t: Fraction) -> LinearProgram:
        """The program at a value of the parameter."""
        return LinearProgram(
            [value_at(entry, t) for entry in self.objective],
            [{k: value_at(entry, t) for k, entry in row.items()} for _, _, row in self.rows],
            [sense for sense, _, _ in self.rows],
            [value_at(right, t) for _, right, _ in self.rows],
            self.free,
        )

    def optimum(self, t: Fraction, start: Basis | None, time_limit: float | None = None) -> Optimum:
        """An exact optimum at a value of the parameter.

        Raises
        ------
        SolverError
            If it is out of reach.
        """
        found = solve(self.at(t), start=start, time_limit=time_limit, exact_rows=EXACT_ROWS)
        if not found.exact:
            raise SolverError(f"no exact optimum at {t}: {found.reason}")
        return found

    def vertex(self, basis: Basis) -> tuple[dict[int, Any], dict[int, Any]]:
        """Values by column and multipliers by row of a basis, as functions of the parameter.

        Raises
        ------
        SolverError
            If their degree is beyond reach, or the basis is none at any point.
        """
        columns, rows = basis.columns, basis.rows
        right = [self.rows[r][1] for r in rows]
        goal = [self.objective[k] for k in columns]
        matrix = [[self.rows[r][2].get(k, 0) for k in columns] for r in rows]
        values = interpolated(lambda t: _solved(matrix, right, t, turned=False), len(columns), self.domain)
        weights = interpolated(lambda t: _solved(matrix, goal, t, turned=True), len(rows), self.domain)
        return (
            {k: value for k, value in zip(columns, values, strict=True) if value},
            {r: weight for r, weight in zip(rows, weights, strict=True) if weight},
        )


def _solved(matrix: Sequence[Sequence[Any]], side: Sequence[Any], t: Fraction, turned: bool) -> list[Any] | None:
    """The solution of a square system at a point, as FLINT numbers; None where there is not exactly one."""
    square = rational.matrix([[value_at(entry, t) for entry in row] for row in matrix], len(side))
    return rational.solved_square(square.transpose() if turned else square, [value_at(entry, t) for entry in side])


def interpolated(solution: Callable[[Fraction], Sequence[Any] | None], size: int, domain: Comparison) -> list[Any]:
    """The rational functions with given values, of the least degree that a redundant point confirms."""
    if not size:
        return []
    points: list[Fraction] = []
    values: list[Sequence[Any]] = []
    fresh = _points()
    failures = 0
    wanted = 4
    while wanted <= MOST_POINTS:
        while len(points) < wanted:
            t = next(fresh)
            found = solution(t)
            if found is None:
                failures += 1
                if failures > MOST_POINTS:
                    raise SolverError("the basis is singular wherever it was looked at")
                continue
            points.append(t)
            values.append(found)
        fitted = _fitted(points, values, domain)
        if fitted is not None:
            return fitted
        wanted *= 2
    raise SolverError(f"the optimum is no rational function of a degree below {MOST_POINTS // 2}")


def _points() -> Iterator[Fraction]:
    """2, -2, 3, -3, ...: short numbers, away from the values at which parameters like to be special."""
    for k in count(2):
        yield Fraction(k)
        yield Fraction(-k)


def _fitted(points: Sequence[Fraction], values: Sequence[Sequence[Any]], domain: Comparison) -> list[Any] | None:
    """All functions through the points, or None if one of them takes more points."""
    from flint import fmpq, fmpq_poly

    zeros = fmpq_poly([1])
    basis: list[tuple[fmpq_poly, fmpq]] = []
    for t in points:
        basis.append((zeros, zeros(fmpq(t.numerator, t.denominator))))
        zeros *= fmpq_poly([fmpq(-t.numerator, t.denominator), 1])
    found = []
    for sequence in zip(*values, strict=True):
        through = fmpq_poly([0])
        for (factor, scale), t, value in zip(basis, points, sequence, strict=True):
            miss = value - through(fmpq(t.numerator, t.denominator))
            if miss:
                through += factor * (miss / scale)
        fraction = _reconstructed(zeros, through, len(points), domain)
        if fraction is None:
            return None
        found.append(fraction)
    return found


def _reconstructed(zeros: fmpq_poly, through: fmpq_poly, points: int, domain: Comparison) -> Any:
    """A fraction that agrees with a polynomial at the zeros, with two degrees to spare; None if there is none.

    The extended Euclidean algorithm, ended where the degrees of numerator and denominator are least (Cauchy
    interpolation; von zur Gathen and Gerhard, Modern Computer Algebra, section 5.8).
    """
    from flint import fmpq_poly

    older, newer = zeros, through
    left, right = fmpq_poly([0]), fmpq_poly([1])
    best = None
    while newer:
        degree = newer.degree() + right.degree()
        if best is None or degree < best[0]:
            best = (degree, newer, right)
        whole = older // newer
        older, newer = newer, older - whole * newer
        left, right = right, left - whole * right
    if best is None:
        return Fraction(0)
    if best[0] > points - 3:
        return None
    top, bottom = (_integers(side) for side in best[1:])
    scale = bottom[1] * Fraction(1, top[1])
    return quotient(tuple(c * scale.numerator for c in top[0]), tuple(c * scale.denominator for c in bottom[0]), domain)


def _integers(side: fmpq_poly) -> tuple[Polynomial, int]:
    return tuple(int(c) for c in side.numer().coeffs()), int(side.denom())


class Tracing:
    """Comparisons decided at one point of the parameter, and noted."""

    def __init__(self, t: Fraction, name: str) -> None:
        self.t, self.name = t, name
        self.noted: dict[tuple[Polynomial, str], None] = {}

    @property
    def reaches(self) -> tuple[Fraction, Fraction]:
        """The point."""
        return self.t, self.t

    @property
    def inside(self) -> Fraction:
        """The point."""
        return self.t

    def sign(self, difference: Function, relation: str) -> bool:
        """Decide a comparison at the point."""
        a = poly.times(difference.top, difference.bottom)
        here = poly.sign(a, self.t)
        holds = here < 0 or (here == 0 and relation == "<=")
        # What keeps the answer: below, not below, not above, above.
        self.noted[a, {"<": "<" if holds else ">=", "<=": "<=" if holds else ">"}[relation]] = None
        return holds

    def divide(self, denominator: Polynomial) -> None:
        """Refuse a denominator that vanishes at the point."""
        if not poly.sign(denominator, self.t):
            raise Violation(f"a denominator vanishes at {self.t}")
        self.noted[denominator, "!="] = None

    def reach(self, start: End, end: End) -> Domain:
        """The largest part of an interval around the point on which every comparison comes out the same."""
        low, high = (start, False), (end, False)
        for a, relation in self.noted:
            for root, left, right in turns(a, beyond(start, False), beyond(end, True), self.name):
                # A strict comparison fails at the root itself, the others may fail beyond it.
                strict = relation in ("<", ">", "!=")
                wrong = 1 if relation == "<=" else -1
                side = order(root, self.t)
                if side >= 0 and (strict or right == wrong):
                    high = _nearer(high, (root, strict), -1)
                if side <= 0 and (strict or left == wrong):
                    low = _nearer(low, (root, strict), 1)
        return Domain(low[0], high[0], self.name, low[1], high[1])


def _nearer(old: tuple[End, bool], new: tuple[End, bool], direction: int) -> tuple[End, bool]:
    side = order(new[0], old[0]) * direction
    return new if side > 0 else (old[0], old[1] or new[1]) if side == 0 else old


def turns(a: Polynomial, low: Fraction, high: Fraction, name: str) -> Iterator[tuple[End, int, int]]:
    """The roots of a polynomial in [low, high], with its signs just before and just after."""
    if len(a) < 2:
        return
    simple = poly.squarefree(a)
    found = poly.roots(simple, low, high)
    for k, (left, right) in enumerate(found):
        if left < right:
            yield _end(simple, (left, right), name), poly.sign(a, left), poly.sign(a, right)
            continue
        before = (left + (found[k - 1][1] if k else low)) / 2
        after = (right + (found[k + 1][0] if k + 1 < len(found) else high)) / 2
        yield left, poly.sign(a, before), poly.sign(a, after)


def _end(simple: Polynomial, root: tuple[Fraction, Fraction], name: str) -> End:
    """A root as an end of a piece: the rational that it is, or its polynomial with a narrow interval."""
    # Two fractions with denominators up to the leading coefficient are further apart than this.
    lead = abs(simple[-1])
    low, high = poly.refined(simple, root, min(NARROW, Fraction(1, 2 * lead * lead)))
    near = rounding.simple((low + high) / 2, lead)
    # A fraction outside of the interval is another root, if it is one.
    if low == high or (low < near < high and not poly.sign(simple, near)):
        return low if low == high else near
    return Root(_factor(simple, low, high), low, high, name)


def _factor(simple: Polynomial, low: Fraction, high: Fraction) -> Polynomial:
    """The irreducible factor that vanishes between two numbers: of a low degree, as a rule, and quick to check with."""
    from flint import fmpz_poly

    factors = (tuple(int(c) for c in factor.coeffs()) for factor, _ in fmpz_poly(list(simple)).factor()[1])
    return next((one for one in factors if poly.sign(one, low) * poly.sign(one, high) < 0), simple)


def _beside(root: Root, t: Fraction) -> int:
    """On which side of a rational an irrational root lies."""
    low, high = root.low, root.high
    while low < t < high:
        low, high = poly.refined(root.polynomial, (low, high), (high - low) / 2)
    return 1 if t <= low else -1


def order(a: End, b: End) -> int:
    """-1, 0 or 1 as one end lies before, at or behind another."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return (a > b) - (a < b)
    if isinstance(a, Fraction) or isinstance(b, Fraction):
        return _beside(a, b) if isinstance(a, Root) and isinstance(b, Fraction) else -order(b, a)
    shared = poly.common(a.polynomial, b.polynomial)
    low, high = max(a.low, b.low), min(a.high, b.high)
    if low < high and len(shared) > 1 and poly.sign(shared, low) * poly.sign(shared, high) < 0:
        return 0
    first, second = (a.low, a.high), (b.low, b.high)
    while max(first[0], second[0]) < min(first[1], second[1]):
        first = poly.refined(a.polynomial, first, (first[1] - first[0]) / 2)
        second = poly.refined(b.polynomial, second, (second[1] - second[0]) / 2)
    return -1 if first[1] <= second[0] else 1
