"""Proofs by squares: found by a semidefinite program, rounded to exact ones.

::

    min  cost . s    s.t.   g_j + sum_i s_i h_ji  =  sum_k m_jk  z' G_jk z,    G_jk positive semidefinite

for polynomials g_j, h_ji, products m_jk of factors that are nonnegative on a region, and monomials z. CVXPY with
Clarabel solves it in floats, in Legendre polynomials and at Chebyshev points, where it is well conditioned. Two ways
lead to a proof (:mod:`dual.proofs.squares`):

* *bounded*: matrices are rounded, what the identity misses goes into the matrix without factors, and a multiple of a
  proof that 1 is positive, with matrices that are definite by far, makes all of them semidefinite; that costs the
  multiple (:func:`rounded`).
* *exact*: at an optimum the matrices are singular, as the slack vanishes at contact points. Their kernels, read as
  simple fractions, are taken out (facial reduction); on what is left they are definite, and a projection of the
  rounded numbers on the identity's affine space, in fractions, leaves them so (:func:`exact`).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import product as tuples
from typing import Any, Final

import numpy as np

from dual.errors import SolverError, Violation
from dual.numbers.exact import Vector
from dual.proofs.squares import Exponents, Terms, constant, product, require_semidefinite, total
from transport.programs.arrays import Floats

from .faces import congruent, onto, rational_rows
from .rational import null_space
from .regions import Inequality, Region, change, evaluated, form, monomial_at, monomials, plainly, value_at

ROUNDING: Final = 2**52
"""Matrices are rounded to multiples of one over this: below what the solver leaves open, and short."""

TOLERANCES: Final = (1e-11, 1e-7)
"""What Clarabel is asked for, and what if it fails; a solution that misses them is as good as the proof it leads to."""

PROJECTIONS: Final = 60
"""Projections to and fro: some hundredths of a second, for one or two digits of the bound."""

KERNEL: Final = 1e-4
"""Eigenvalues below this share of the largest belong to the kernel: interior-point solutions leave about 1e-5 there."""


@dataclass(frozen=True)
class Proof:
    """Values of s and a proof for each inequality, terms as files have them."""

    s: tuple[Fraction, ...]
    terms: tuple[list[dict[str, Any]], ...]
    exact: bool


class Layout:
    """What proofs on a region are made of, up to a degree.

    Attributes
    ----------
    scales : list of Fraction
        Products of many factors are small everywhere; a power of two makes up for it.
    multipliers : list of Terms
        The products, scaled.
    degrees, used, bases : list
        For each product the degree of the monomials that it goes with; the products that are used, and their monomials.
    """

    def __init__(self, region: Region, half: int) -> None:
        self.region, self.half = region, half
        self.scales = [Fraction(2 ** (2 * len(names))) for names in region.products]
        self.multipliers = [total([(scale, region.times(k))]) for k, scale in enumerate(self.scales)]
        self.degrees = [half - (max(map(sum, one)) + 1) // 2 for one in self.multipliers]
        self.used = [k for k, degree in enumerate(self.degrees) if degree >= 0]
        self.bases = [monomials(region.size, self.degrees[k]) for k in self.used]

    @cached_property
    def points(self) -> Floats:
        """Points at which polynomials of the whole degree are told apart, Chebyshev's as far as possible."""
        from scipy.linalg import qr

        size, degree = self.region.size, 2 * self.half
        nodes = (1 - np.cos(np.pi * (np.arange(degree + 1) + 0.5) / (degree + 1))) / 2
        grid = np.array(list(tuples(nodes, repeat=size)))
        if len(self.region.factors) == size + 1:  # a simplex, by Duffy's map of the cube
            for k in range(1, size):
                grid[:, k] *= 1 - grid[:, :k].sum(axis=1)
        values = evaluated(change(size, degree), monomials(size, degree), grid)
        _, _, pivots = qr(values, mode="economic", pivoting=True)
        return np.asarray(grid[pivots[: len(values)]], dtype=np.float64)

    @cached_property
    def weighted(self) -> list[Floats]:
        """For each product, shape (points, entries): what the entries of its matrix contribute at the points."""
        found = []
        for k, names in zip(self.used, self.bases, strict=True):
            values = evaluated(change(self.region.size, self.degrees[k]), names, self.points).T
            factor = plainly(self.multipliers[k], self.points)
            found.append(np.einsum("p,pi,pj->pij", factor, values, values).reshape(len(self.points), -1))
        return found

    @cached_property
    def spreading(self) -> Floats:
        """The matrix that finds the least entries which contribute given values at the points."""
        rows = np.hstack(self.weighted)
        return np.asarray(rows.T @ np.linalg.pinv(rows @ rows.T, rcond=1e-13, hermitian=True))

    def spread(self, values: Floats) -> list[Floats]:
        """Symmetric matrices of least entries that contribute given values at the points."""
        entries, found, at = self.spreading @ values, [], 0
        for names in self.bases:
            gram = entries[at : at + len(names) ** 2].reshape(len(names), -1)
            found.append((gram + gram.T) / 2)
            at += gram.size
        return found

    def monomial(self, k: int, gram: Floats, unit: int = ROUNDING) -> list[list[Fraction]]:
        """A matrix, rounded, in monomials instead of Legendre polynomials."""
        rows = change(self.region.size, self.degrees[self.used[k]])
        exact = [[_short((gram[i][j] + gram[j][i]) / 2, unit) for j in range(len(gram))] for i in range(len(gram))]
        return congruent(exact, rows)

    def legendre(self, k: int, gram: Sequence[Sequence[Fraction]]) -> Floats:
        """A matrix in monomials, in Legendre polynomials and floats."""
        back = np.linalg.inv(np.array(change(self.region.size, self.degrees[self.used[k]]), dtype=np.float64))
        return np.asarray(back.T @ np.array([[float(v) for v in row] for row in gram]) @ back)

    def summed(self, grams: Sequence[Sequence[Sequence[Fraction]]]) -> Terms:
        """The polynomial that squares add up to."""
        return total(
            (Fraction(1), product(self.multipliers[k], form(names, gram)))
            for k, names, gram in zip(self.used, self.bases, grams, strict=True)
        )

    def evenly(self, gap: Terms) -> list[list[Fraction]]:
        """A symmetric matrix without factors whose squares give a polynomial, spread evenly."""
        names = self.bases[0]
        counts: dict[Exponents, int] = {}
        for a in names:
            for b in names:
                key = tuple(map(sum, zip(a, b, strict=True)))
                counts[key] = counts.get(key, 0) + 1
        return [
            [gap.get(key := tuple(map(sum, zip(a, b, strict=True))), Fraction(0)) / counts[key] for b in names]
            for a in names
        ]

    def closed(self, target: Terms, grams: Sequence[list[list[Fraction]]]) -> list[list[list[Fraction]]]:
        """Matrices near others whose squares add up to a polynomial exactly.

        What is missing is spread over the matrices in floats, where they are well conditioned, until what is left is
        so small that it does not matter where it goes.
        """
        found = list(grams)
        for bits in (80, 110):
            gap = total([(Fraction(1), target), (Fraction(-1), self.summed(found))])
            more = self.spread(plainly(gap, self.points))
            exact = [self.monomial(k, gram, 2**bits) for k, gram in enumerate(more)]
            found = [_sum(one, other) for one, other in zip(found, exact, strict=True)]
        gap = total([(Fraction(1), target), (Fraction(-1), self.summed(found))])
        found[0] = _sum(found[0], self.evenly(gap))
        return found

    def terms(self, grams: Sequence[Sequence[Sequence[Fraction]]]) -> list[dict[str, Any]]:
        """A proof as files have it."""
        return [
            {
                "factors": self.region.products[k],
                "monomials": names,
                "gram": [[self.scales[k] * value for value in row] for row in gram],
            }
            for k, names, gram in zip(self.used, self.bases, grams, strict=True)
            if any(map(any, gram))
        ]


@lru_cache(maxsize=64)
def layout(region: Region, half: int) -> Layout:
    """The layout of a region; regions are told apart by identity."""
    return Layout(region, half)


class SquaresProgram:
    """A program over sums of squares.

    Parameters
    ----------
    region : Region
        Where inequalities are to hold that name no region of their own.
    inequalities : sequence of Inequality
    cost : sequence of Fraction
    half : int
        Half of the degree up to which the identities hold.
    raising : sequence of Fraction
        A direction of s that raises every inequality by one.
    """

    def __init__(
        self,
        region: Region,
        inequalities: Sequence[Inequality],
        cost: Sequence[Fraction],
        half: int,
        raising: Sequence[Fraction],
    ) -> None:
        self.inequalities, self.cost, self.half = inequalities, cost, half
        self.raising = tuple(raising)
        self.layouts = [layout(one.region or region, half) for one in inequalities]

    def solve(self, time_limit: float | None = None) -> tuple[Floats, list[list[Floats]]]:
        """Values of s, and for each inequality the matrices, in Legendre polynomials.

        Raises
        ------
        SolverError
            If Clarabel finds no optimum.
        """
        import cvxpy

        s = cvxpy.Variable(len(self.cost))
        grams: list[list[Any]] = []
        rules = []
        for one, there in zip(self.inequalities, self.layouts, strict=True):
            mine = [cvxpy.Variable((len(names), len(names)), PSD=True) for names in there.bases]
            left = plainly(one.fixed, there.points) + _moving(one, there.points) @ s
            right = sum(w @ cvxpy.vec(g, order="C") for w, g in zip(there.weighted, mine, strict=True))
            rules.append(left == right)
            grams.append(mine)
        program = cvxpy.Problem(cvxpy.Minimize(np.array(list(map(float, self.cost))) @ s), rules)
        for tolerance in TOLERANCES:
            options: dict[str, Any] = dict.fromkeys(("tol_gap_abs", "tol_gap_rel", "tol_feas"), tolerance)
            if time_limit is not None:
                options["time_limit"] = max(time_limit, 0.01)
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # an inaccurate solution is as good as the proof it leads to
                    program.solve(solver=cvxpy.CLARABEL, **options)
            except cvxpy.SolverError:  # the next attempt scales or regularises in another way
                continue
            if s.value is not None:
                break
        if s.value is None:
            raise SolverError(f"Clarabel: status {program.status}")
        values = np.asarray(s.value)
        return values, [self._met(j, values, [np.asarray(g.value) for g in mine]) for j, mine in enumerate(grams)]

    def _met(self, j: int, s: Floats, grams: list[Floats]) -> list[Floats]:
        """Matrices that satisfy an identity and are semidefinite, both nearly, by projecting to and fro.

        Interior-point methods leave the identity open most; where the two sets meet with their insides, as they do
        away from a tight optimum, a few dozen projections close both by many digits.
        """
        one, there = self.inequalities[j], self.layouts[j]
        target = plainly(one.fixed, there.points) + _moving(one, there.points) @ s
        for _ in range(PROJECTIONS):
            squares = sum(w @ g.reshape(-1) for w, g in zip(there.weighted, grams, strict=True))
            grams = [g + more for g, more in zip(grams, there.spread(target - squares), strict=True)]
            pairs = [np.linalg.eigh(g) for g in grams]
            if all(values[0] >= 0 for values, _ in pairs if len(values)):
                break
            grams = [(vectors * values.clip(0)) @ vectors.T for values, vectors in pairs]
        squares = sum(w @ g.reshape(-1) for w, g in zip(there.weighted, grams, strict=True))
        return [g + more for g, more in zip(grams, there.spread(target - squares), strict=True)]

    def rounded(self, s: Floats, grams: Sequence[Sequence[Floats]]) -> Proof:
        """A proof near a solution in floats, at the price of raising every inequality a little.

        Raises
        ------
        SolverError
            If the solution is too far from one.
        """
        values = [_short(value) for value in s]
        need, closed, ones = 2.0**-50, [], []
        for one, there, floats in zip(self.inequalities, self.layouts, grams, strict=True):
            raw = [there.monomial(k, gram) for k, gram in enumerate(floats)]
            closed.append(there.closed(one.at(values), raw))
            ones.append(positive(there.region, self.half))
            for k, (near, definite) in enumerate(zip(closed[-1], ones[-1], strict=True)):
                need = max(need, -_least(there.legendre(k, near), there.legendre(k, definite)))
        for _ in range(12):
            extra = Fraction(int(need * 2**60) + 1, 2**60)
            lifted = [value + extra * rise for value, rise in zip(values, self.raising, strict=True)]
            proofs = [
                [_sum(gram, definite, extra) for gram, definite in zip(mine, own, strict=True)]
                for mine, own in zip(closed, ones, strict=True)
            ]
            try:
                for mine in proofs:
                    for gram in mine:
                        require_semidefinite(gram, "")
            except Violation:
                need *= 2
                continue
            found = (there.terms(mine) for there, mine in zip(self.layouts, proofs, strict=True))
            return Proof(tuple(lifted), tuple(found), False)
        raise SolverError("the squares that were found are too far from a proof")

    def exact(
        self, s: Floats, grams: Sequence[Sequence[Floats]], contacts: Sequence[Sequence[Sequence[Fraction]]]
    ) -> Proof | None:
        """A proof in the face of the solution, whose slack vanishes where that of the solution does; None without one.

        ``contacts`` are points, for each inequality, at which its slack is to vanish.
        """
        faces = []
        for j, (there, mine) in enumerate(zip(self.layouts, grams, strict=True)):
            own = []
            for k, gram in enumerate(mine):
                at = [p for p in contacts[j] if value_at(there.multipliers[there.used[k]], p) > 0]
                face = self._face(there, k, gram, at)
                if face is None:
                    return None
                own.append(face)
            faces.append(own)
        return self._projected(s, grams, faces)

    def _face(self, there: Layout, k: int, gram: Floats, contacts: Sequence[Sequence[Fraction]]) -> list[Vector] | None:
        """A basis of what is orthogonal to a matrix's kernel: rows of coefficients of polynomials, in monomials."""
        names, size = there.bases[k], there.region.size
        rows = np.array(change(size, there.degrees[there.used[k]]), dtype=np.float64)
        values, vectors = np.linalg.eigh((gram + gram.T) / 2)
        small = values < KERNEL * max(1e-3, float(values[-1]))
        # The kernel of T' G T is T^-1 times that of G.
        kernel = np.linalg.solve(rows, vectors[:, small]) if small.any() else np.zeros((len(names), 0))
        exact = [[monomial_at(name, point) for name in names] for point in contacts]
        null = rational_rows(kernel.T) if kernel.shape[1] else []
        if null is None:
            return None
        return null_space([*exact, *null], len(names))

    def _projected(
        self, s: Floats, grams: Sequence[Sequence[Floats]], faces: Sequence[Sequence[list[Vector]]]
    ) -> Proof | None:
        """The rounded numbers, moved onto the identities within the faces, if the matrices stay definite."""
        start: list[Fraction] = [_short(value, 2**40) for value in s]
        names: list[tuple[int, int, int, int]] = []
        equations: dict[tuple[int, Exponents], dict[int, Fraction]] = {}
        for j, one in enumerate(self.inequalities):
            for key in one.fixed:
                equations.setdefault((j, key), {})
            for i, h in enumerate(one.moving):
                for key, value in h.items():
                    equations.setdefault((j, key), {})[i] = value
        for j, own in enumerate(faces):
            for k, face in enumerate(own):
                for a, b, value, terms in self._entries(self.layouts[j], k, grams[j][k], face):
                    for key, c in terms.items():
                        equations.setdefault((j, key), {})[len(start)] = -c
                    names.append((j, k, a, b))
                    start.append(value)
        right = [-self.inequalities[j].fixed.get(key, Fraction(0)) for j, key in equations]
        found = onto(list(equations.values()), right, start)
        return None if found is None else self._assembled(found, names, faces)

    def _entries(
        self, there: Layout, k: int, gram: Floats, face: Sequence[Sequence[Fraction]]
    ) -> Iterator[tuple[int, int, Fraction, Terms]]:
        """The entries of a matrix within a face: where, near which number, and which polynomial each multiplies."""
        if not face:
            return
        inner = self._inner(there, k, gram, face)
        lines = [{n: c for n, c in zip(there.bases[k], row, strict=True) if c} for row in face]
        for a in range(len(face)):
            for b in range(a, len(face)):
                twice = total([(Fraction(1 if a == b else 2), product(lines[a], lines[b]))])
                yield a, b, _short(inner[a][b], 2**40), product(there.multipliers[there.used[k]], twice)

    def _inner(self, there: Layout, k: int, gram: Floats, face: Sequence[Sequence[Fraction]]) -> Floats:
        """The matrix H with ``N H N'`` nearest to a matrix in monomials."""
        rows = np.array(change(there.region.size, there.degrees[there.used[k]]), dtype=np.float64)
        whole = rows.T @ ((gram + gram.T) / 2) @ rows
        inverse = np.linalg.pinv(np.array([[float(c) for c in row] for row in face]).T)
        return np.asarray(inverse @ whole @ inverse.T)

    def _assembled(
        self,
        found: Sequence[Fraction],
        names: Sequence[tuple[int, int, int, int]],
        faces: Sequence[Sequence[list[Vector]]],
    ) -> Proof | None:
        inner = [[[[Fraction(0)] * len(face) for _ in face] for face in own] for own in faces]
        for (j, k, a, b), value in zip(names, found[len(self.cost) :], strict=True):
            inner[j][k][a][b] = inner[j][k][b][a] = value
        terms = []
        for there, own, parts in zip(self.layouts, faces, inner, strict=True):
            grams = []
            for k, (face, part) in enumerate(zip(own, parts, strict=True)):
                gram = congruent(part, face) if face else [[Fraction(0)] * len(there.bases[k])] * len(there.bases[k])
                try:
                    require_semidefinite(gram, "")
                except Violation:
                    return None
                grams.append(gram)
            terms.append(there.terms(grams))
        return Proof(tuple(found[: len(self.cost)]), tuple(terms), True)


@lru_cache(maxsize=64)
def positive(region: Region, half: int) -> Any:
    """A proof that 1 is positive, with matrices in monomials that are definite by far.

    Raises
    ------
    SolverError
        If there is none.
    """
    import cvxpy

    there = layout(region, half)
    least = cvxpy.Variable()
    parts, rules = [], []
    right: Any = 0
    for names, weighted in zip(there.bases, there.weighted, strict=True):
        gram = cvxpy.Variable((len(names), len(names)), symmetric=True)
        rules.append(gram - least * np.eye(len(names)) >> 0)
        right = right + weighted @ cvxpy.vec(gram, order="C")
        parts.append(gram)
    rules.append(right == 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            cvxpy.Problem(cvxpy.Maximize(least), rules).solve(solver=cvxpy.CLARABEL)
    except cvxpy.SolverError as error:
        raise SolverError(f"Clarabel: {error}") from None
    if least.value is None or least.value <= 0:
        raise SolverError("no proof that 1 is positive was found")
    raw = [there.monomial(k, np.asarray(gram.value)) for k, gram in enumerate(parts)]
    return there.closed(constant(1, region.size), raw)


def _moving(one: Inequality, points: Floats) -> Floats:
    """The polynomials that move, at points: shape (points, s)."""
    return np.array([plainly(h, points) for h in one.moving]).reshape(len(one.moving), len(points)).T


def _least(gram: Floats, definite: Floats) -> float:
    """The least t with ``G >= t D`` for a definite matrix D."""
    from scipy.linalg import LinAlgError, eigh

    try:
        return float(eigh((gram + gram.T) / 2, (definite + definite.T) / 2, eigvals_only=True)[0])
    except LinAlgError as error:
        raise SolverError(f"no proof that 1 is positive was found: {error}") from None


def _sum(
    a: Sequence[Sequence[Fraction]], b: Sequence[Sequence[Fraction]], factor: Fraction = Fraction(1)
) -> list[list[Fraction]]:
    """``A + factor B``."""
    return [[x + factor * y for x, y in zip(p, q, strict=True)] for p, q in zip(a, b, strict=True)]


def _short(value: float, unit: int = ROUNDING) -> Fraction:
    return Fraction(round(float(value) * unit), unit)
