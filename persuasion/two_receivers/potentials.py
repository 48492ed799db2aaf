"""Potentials on the square by sums of squares: polynomials between knots, proven on every piece.

::

    min (1-p) V_l + p V_h    s.t.   V + (x - s) alpha1(x) + (y - s) alpha2(y) - u_s  >= 0  on each part of the square

Parts are those of the checker (:mod:`dual.kinds.two_receivers.squares`), each in coordinates of its own: a cell between
knots as the unit square, a triangle as the standard one, where Legendre polynomials are well conditioned. A utility
that is no polynomial of the degree is replaced by one near it; V makes up for the difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations, pairwise
from typing import Any, Final

from dual.errors import InputError, SolverError
from dual.functions.expression import Expression
from dual.kinds.two_receivers.squares import Part, parts
from dual.kinds.two_receivers.statement import STATES, TwoReceiverStatement
from dual.numbers.exact import Vector
from dual.proofs.squares import Terms, chebyshev, constant, product, total, variable
from transport.programs.arrays import Floats
from transport.programs.faces import congruent
from transport.programs.regions import Inequality, Region, box, legendre, monomials, simplex, substituted, value_at
from transport.programs.squares import Proof, SquaresProgram

UNIT: Final = ((Fraction(0), Fraction(1)),) * 2


@dataclass(frozen=True)
class Placed:
    """A part in coordinates of its own.

    Attributes
    ----------
    part : Part
    images : tuple of Terms
        x and y, of the coordinates.
    back : tuple of Terms
        The coordinates, of x and y.
    region : Region
        The part.
    names : tuple of int
        Which of the part's factors each of the region's is, times a positive number.
    shares : tuple of Fraction
        That number: the region's factor over the part's.
    """

    part: Part
    images: tuple[Terms, ...]
    back: tuple[Terms, ...]
    region: Region
    names: tuple[int, ...]
    shares: tuple[Fraction, ...]

    def local(self, terms: Terms) -> Terms:
        """A polynomial in x and y, of the coordinates."""
        return substituted(terms, self.images)

    def proof(self, terms: Sequence[dict[str, Any]]) -> list[dict[str, object]]:
        """Terms of a proof, in x and y and with the part's factors."""
        found: list[dict[str, object]] = []
        for one in terms:
            basis = monomials(2, max(map(sum, one["monomials"])))
            images = [substituted({name: Fraction(1)}, self.back) for name in one["monomials"]]
            rows = [[image.get(key, Fraction(0)) for key in basis] for image in images]
            share = Fraction(1)
            for f in one["factors"]:
                share *= self.shares[f]
            scaled = [[share * value for value in row] for row in one["gram"]]
            factors = [self.names[f] for f in one["factors"]]
            found.append({"factors": factors, "monomials": basis, "gram": congruent(scaled, rows)})
        return found


def placed(part: Part) -> Placed:
    """A part in coordinates of its own.

    Raises
    ------
    SolverError
        If it has no interior.
    """
    factors = part.factors
    if len(factors) == 4:
        return _in_box(part, box(2), range(4))
    if any(sum(key) > 1 for one in factors for key in one):
        return _cut(part, range(len(factors)))
    corners = _corners(factors)
    edges = [f for f in range(len(factors)) if sum(value_at(factors[f], corner) == 0 for corner in corners) > 1]
    if len(corners) < 3:
        raise SolverError("a piece of the square has no interior")
    if len(corners) > 3:
        return _cut(part, edges)
    # A triangle: each side's factor is the barycentric coordinate of the corner across it, times its value there.
    across = [next(f for f in edges if value_at(factors[f], corner) > 0) for corner in corners]
    shares = tuple(1 / value_at(factors[f], corner) for f, corner in zip(across, corners, strict=True))
    back = tuple(total([(share, factors[f])]) for f, share in zip(across[:2], shares[:2], strict=True))
    images = []
    for axis in range(2):
        moved = [(corner[axis] - corners[2][axis], variable(k, 2)) for k, corner in enumerate(corners[:2])]
        images.append(total([*moved, (corners[2][axis], constant(1, 2))]))
    return Placed(part, tuple(images), back, simplex(2), tuple(across), shares)


def _corners(factors: Sequence[Terms]) -> list[tuple[Fraction, ...]]:
    """The corners of a polygon, where all of some affine functions are nonnegative."""
    lines = [[f.get((1, 0), Fraction(0)), f.get((0, 1), Fraction(0)), f.get((0, 0), Fraction(0))] for f in factors]
    found = set()
    for (a, b, c), (d, e, g) in combinations(lines, 2):
        size = a * e - b * d
        if size:
            point = ((b * g - c * e) / size, (c * d - a * g) / size)
            if all(value_at(one, point) >= 0 for one in factors):
                found.add(point)
    return sorted(found)


def _in_box(part: Part, region: Region, names: Sequence[int]) -> Placed:
    """The coordinates of the box around a part."""
    images, back = [], []
    for axis, (low, high) in enumerate(part.box[:2]):
        images.append(total([(high - low, variable(axis, 2)), (low, constant(1, 2))]))
        back.append(total([(1 / (high - low), variable(axis, 2)), (-low / (high - low), constant(1, 2))]))
    widths = [high - low for low, high in part.box[:2] for _ in range(2)]
    shares = tuple(1 / widths[f] if f < 4 else Fraction(1) for f in names)
    return Placed(part, tuple(images), tuple(back), region, tuple(names), shares)


def _cut(part: Part, names: Sequence[int]) -> Placed:
    """A part of a box that is no triangle: products of up to two of its factors."""
    whole = _in_box(part, box(2), names)
    factors = [
        total([(share, whole.local(part.factors[f]))]) for f, share in zip(whole.names, whole.shares, strict=True)
    ]
    count = range(len(factors))
    region = Region(tuple(factors), ((), *((k,) for k in count), *combinations(count, 2)))
    return _in_box(part, region, names)


@dataclass(frozen=True)
class Bound:
    """Potentials in floats, and what rounds them.

    Attributes
    ----------
    knots : sequence of Vector
        Of either potential.
    power : int
        Their degree.
    places : sequence of tuple
        For each inequality the state and its part.
    lost : tuple of Fraction
        For either state how far its utility is from the polynomials that stand for it.
    program : SquaresProgram
    s : array
        V, and between any two knots the coefficients of alpha1, then of alpha2, in Legendre polynomials.
    grams : list
    """

    knots: Sequence[Vector]
    power: int
    places: Sequence[tuple[int, Placed]]
    lost: tuple[Fraction, ...]
    program: SquaresProgram
    s: Floats
    grams: list[list[Floats]]

    @property
    def whole(self) -> bool:
        """Whether utilities are polynomials of the degree themselves."""
        return not any(self.lost)

    @cached_property
    def rounded(self) -> tuple[Fraction, dict[str, object]]:
        """The bound that is proven, and its witness."""
        return self.witness(self.program.rounded(self.s, self.grams))

    def exact(self) -> tuple[Fraction, dict[str, object]] | None:
        """A bound without loss, if its proof has simple numbers."""
        proof = self.program.exact(self.s, self.grams, [[] for _ in self.grams]) if self.whole else None
        return None if proof is None else self.witness(proof)

    def slacks(self) -> list[Terms]:
        """The slack of each state, where the square is one piece."""
        s = [Fraction(float(value)) for value in self.s]
        return [one.at(s) for one in self.program.inequalities] if len(self.places) == 2 else []

    def witness(self, proof: Proof) -> tuple[Fraction, dict[str, object]]:
        """A bound, and the witness as files have it."""
        V = [value + lost for value, lost in zip(proof.s[:2], self.lost, strict=True)]
        alphas, at = [], 2
        for knots in self.knots:
            rows = []
            for low, high in pairwise(knots):
                lines = _lines(self.power, low, high)
                shares = proof.s[at : at + len(lines)]
                rows.append([sum((c * line[k] for c, line in zip(shares, lines, strict=True)), Fraction(0))
                             for k in range(self.power + 1)])  # fmt: skip
                at += len(lines)
            alphas.append({"knots": list(knots), "polynomials": rows})
        squares: dict[str, list[object]] = {"l": [], "h": []}
        for (state, place), terms in zip(self.places, proof.terms, strict=True):
            squares[STATES[state]].append(place.proof(terms) or _NOTHING)
        bound = sum((c * v for c, v in zip(self.program.cost, V, strict=False)), Fraction(0))
        return bound, {"V": V, "alpha1": alphas[0], "alpha2": alphas[1], "squares": squares}


_NOTHING: Final = [{"factors": [], "monomials": [[0, 0]], "gram": [[0]]}]


def _lines(power: int, low: Fraction, high: Fraction) -> list[list[Fraction]]:
    """Legendre polynomials between two knots, by coefficients."""
    back = total([(1 / (high - low), variable(0, 1)), (-low / (high - low), constant(1, 1))])
    found = []
    for row in legendre(power):
        image = substituted({(k,): c for k, c in enumerate(row) if c}, (back,))
        found.append([image.get((k,), Fraction(0)) for k in range(power + 1)])
    return found


@dataclass(frozen=True)
class Posed:
    """Parts of the square, each with a state and a polynomial for its utility, and what that loses in either state."""

    knots: Sequence[Vector]
    half: int
    places: Sequence[tuple[int, Placed]]
    worths: Sequence[Terms]
    lost: tuple[Fraction, ...]

    @property
    def work(self) -> float:
        """How long a proof takes, compared with others."""
        return len(self.places) * float(self.half) ** 5


def posed(statement: TwoReceiverStatement, knots: Sequence[Vector], half: int) -> Posed:
    """The parts between knots, half of whose proofs' degree is given.

    Raises
    ------
    InputError
        If a utility is no polynomial piece by piece, nor near one.
    SolverError
        If a part has no interior.
    """
    places, worths, lost = [], [], [Fraction(0)] * 2
    for state, utility in enumerate((statement.low, statement.high)):
        if not isinstance(utility, Expression):
            raise InputError("on the square a utility is an expression in x and y", "utility")
        for part in parts(utility, knots):
            place = placed(part)
            # How far they are apart is measured where the checker measures it: on the box around the part.
            around = _in_box(part, box(2), range(4))
            near, distance = _near(around.local(part.worth), 2 * half)
            worth = place.local(substituted(near, around.back))
            lost[state] = max(lost[state], part.error + distance)
            places.append((state, place))
            worths.append(worth)
    return Posed(knots, half, places, worths, tuple(lost))


def bound_of(statement: TwoReceiverStatement, asked: Posed, time_limit: float | None) -> Bound:
    """The best potentials between knots.

    Raises
    ------
    SolverError
        If none are found.
    """
    power = 2 * asked.half - 1
    lines = [[_lines(power, low, high) for low, high in pairwise(own)] for own in asked.knots]
    starts = [2, 2 + (power + 1) * len(lines[0])]
    count = starts[1] + (power + 1) * len(lines[1])
    inequalities = []
    for (state, place), worth in zip(asked.places, asked.worths, strict=True):
        moving: list[Terms] = [constant(1, 2) if k == state else {} for k in range(2)] + [{}] * (count - 2)
        for axis in range(2):
            away = total([(Fraction(1), variable(axis, 2)), (Fraction(-state), constant(1, 2))])
            first = starts[axis] + (power + 1) * place.part.place[axis]
            for k, row in enumerate(lines[axis][place.part.place[axis]]):
                moving[first + k] = place.local(product(away, _along(row, axis)))
        inequalities.append(Inequality(total([(Fraction(-1), worth)]), tuple(moving), place.region))
    cost = [*statement.masses, *[Fraction(0)] * (count - 2)]
    raising = [Fraction(int(k < 2)) for k in range(count)]
    program = SquaresProgram(box(2), inequalities, cost, asked.half, raising)
    return Bound(asked.knots, power, asked.places, asked.lost, program, *program.solve(time_limit))


def _near(terms: Terms, degree: int) -> tuple[Terms, Fraction]:
    """A polynomial of a degree near one of a higher degree on the unit square, and how far they are apart.

    Its Chebyshev coefficients up to the degree: what is left out is as large as the others' sizes at most.
    """
    if max(map(sum, terms), default=0) <= degree:
        return terms, Fraction(0)
    rows = _chebyshev(degree)
    found: Terms = total(
        (Fraction(round(value * 2**60), 2**60), product(_along(rows[i], 0), _along(rows[j], 1)))
        for (i, j), value in chebyshev(terms, UNIT).items()
        if i + j <= degree
    )
    rest = chebyshev(total([(Fraction(1), terms), (Fraction(-1), found)]), UNIT)
    return found, 2 * sum(map(abs, rest.values()), Fraction(0))


def _chebyshev(degree: int) -> list[list[Fraction]]:
    """Chebyshev polynomials on [0, 1], by coefficients."""
    found = [[Fraction(1)], [Fraction(-1), Fraction(2)]]
    for n in range(2, degree + 1):
        row = [Fraction(0)] * (n + 1)
        for k, c in enumerate(found[-1]):
            row[k] -= 2 * c
            row[k + 1] += 4 * c
        for k, c in enumerate(found[-2]):
            row[k] -= c
        found.append(row)
    return found


def _along(row: Sequence[Fraction], axis: int) -> Terms:
    return {(0, k) if axis else (k, 0): c for k, c in enumerate(row) if c}
