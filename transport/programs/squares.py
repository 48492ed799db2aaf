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

KERNEL: Final = 1e-4
"""Eigenvalues below this share of the largest belong to the kernel: interior-point solutions leave about 1e-5 there."""


@dataclass(frozen=True)
class Proof:
    """Values of s and a proof for each inequality, terms as files have them."""

    s: tuple[Fraction, ...]
    terms: tuple[list[dict[str, object]], ...]
    exact: bool


class SquaresProgram:
    """A program over sums of squares.

    Parameters
    ----------
    region : Region
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
        self.region, self.inequalities, self.cost, self.half = region, inequalities, cost, half
        self.raising = tuple(raising)
        # Products of many factors are small everywhere; a power of two makes up for it.
        self.scales = [Fraction(2 ** (2 * len(names))) for names in region.products]
        self.multipliers = [total([(scale, region.times(k))]) for k, scale in enumerate(self.scales)]
        self.degrees = [half - (len(names) + 1) // 2 for names in region.products]
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

    def solve(self, time_limit: float | None = None) -> tuple[Floats, list[list[Floats]]]:
        """Values of s, and for each inequality the matrices, in Legendre polynomials.

        Raises
        ------
        SolverError
            If Clarabel finds no optimum.
        """
        import cvxpy

        points = self.points
        s = cvxpy.Variable(len(self.cost))
        grams: list[list[Any]] = []
        rules = []
        size = self.region.size
        weighted = []
        for k, names in zip(self.used, self.bases, strict=True):
            values = evaluated(change(size, self.degrees[k]), names, points).T
            factor = plainly(self.multipliers[k], points)
            weighted.append(np.einsum("p,pi,pj->pij", factor, values, values).reshape(len(points), -1))
        for one in self.inequalities:
            mine = [cvxpy.Variable((len(names), len(names)), PSD=True) for names in self.bases]
            left = plainly(one.fixed, points) + np.array([plainly(h, points) for h in one.moving]).T @ s
            right = sum(w @ cvxpy.vec(g, order="C") for w, g in zip(weighted, mine, strict=True))
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
        found = [[np.asarray(g.value) for g in mine] for mine in grams]
        return self._polished(np.asarray(s.value), found, weighted)

    def _polished(
        self, s: Floats, grams: list[list[Floats]], weighted: Sequence[Floats]
    ) -> tuple[Floats, list[list[Floats]]]:
        """The nearest numbers that satisfy the identities, which interior-point methods leave open most."""
        for _ in range(3):
            rows, miss = [], []
            widths = [w.shape[1] for w in weighted]
            for j, one in enumerate(self.inequalities):
                moving = np.array([plainly(h, self.points) for h in one.moving]).T
                before = np.zeros((len(self.points), j * sum(widths)))
                after = np.zeros((len(self.points), (len(self.inequalities) - j - 1) * sum(widths)))
                rows.append(np.hstack([moving, before, *(-w for w in weighted), after]))
                squares = sum(w @ g.reshape(-1) for w, g in zip(weighted, grams[j], strict=True))
                miss.append(squares - plainly(one.fixed, self.points) - moving @ s)
            matrix = np.vstack(rows)
            step = matrix.T @ (np.linalg.pinv(matrix @ matrix.T, rcond=1e-13, hermitian=True) @ np.concatenate(miss))
            s = s + step[: len(s)]
            at = len(s)
            for mine in grams:
                for k, gram in enumerate(mine):
                    change_of = step[at : at + gram.size].reshape(gram.shape)
                    mine[k] = gram + (change_of + change_of.T) / 2
                    at += gram.size
        return s, grams

    def rounded(self, s: Floats, grams: Sequence[Sequence[Floats]]) -> Proof:
        """A proof near a solution in floats, at the price of raising every inequality a little.

        Raises
        ------
        SolverError
            If the solution is too far from one.
        """
        margin, one = positive(self.region, self.half)
        values = [_short(value) for value in s]
        raw = [[self._monomial(k, gram) for k, gram in enumerate(mine)] for mine in grams]
        missing = [self._missing(j, values, mine) for j, mine in enumerate(raw)]
        floats = [float(np.min(np.linalg.eigvalsh(gram))) for mine in grams for gram in mine]
        need = max(0.0, -min(floats)) + 4 * max(self._size(gap) for gap in missing) + 2.0**-45
        for _ in range(12):
            extra = Fraction(int(need / margin * 2**60) + 1, 2**60)
            lifted = [value + extra * rise for value, rise in zip(values, self.raising, strict=True)]
            proofs = [self._lifted(mine, gap, one, extra) for mine, gap in zip(raw, missing, strict=True)]
            try:
                for mine in proofs:
                    for gram in mine:
                        require_semidefinite(gram, "")
            except Violation:
                need *= 2
                continue
            return Proof(tuple(lifted), tuple(self._terms(mine) for mine in proofs), False)
        raise SolverError("the squares that were found are too far from a proof")

    def _size(self, gap: Terms) -> float:
        """How much a polynomial asks of the matrix without factors, in Legendre polynomials."""
        size = self.region.size
        spread = self._spread(gap)
        back = np.linalg.inv(np.array(change(size, self.degrees[0]), dtype=np.float64))
        matrix = back.T @ np.array([[float(v) for v in row] for row in spread]) @ back
        return float(np.max(np.abs(np.linalg.eigvalsh(matrix)))) if matrix.size else 0.0

    def _monomial(self, k: int, gram: Floats) -> list[list[Fraction]]:
        """A matrix, rounded, in monomials instead of Legendre polynomials."""
        rows = change(self.region.size, self.degrees[self.used[k]])
        exact = [[_short((gram[i][j] + gram[j][i]) / 2) for j in range(len(gram))] for i in range(len(gram))]
        return congruent(exact, rows)

    def _missing(self, j: int, s: Sequence[Fraction], grams: Sequence[Sequence[Sequence[Fraction]]]) -> Terms:
        """What the squares fall short of an inequality's polynomial."""
        return total(
            [
                (Fraction(1), self.inequalities[j].at(s)),
                *((Fraction(-1), product(self.multipliers[k], form(names, gram)))
                  for k, names, gram in zip(self.used, self.bases, grams, strict=True)),
            ]
        )  # fmt: skip

    def _spread(self, gap: Terms) -> list[list[Fraction]]:
        """A symmetric matrix whose squares give a polynomial, spread evenly."""
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

    def _lifted(
        self,
        grams: Sequence[list[list[Fraction]]],
        gap: Terms,
        one: Sequence[Sequence[Sequence[Fraction]]],
        extra: Fraction,
    ) -> list[list[list[Fraction]]]:
        found = []
        for k, gram in enumerate(grams):
            more = self._spread(gap) if k == 0 else None
            found.append(
                [
                    [value + extra * one[k][i][j] + (more[i][j] if more else 0) for j, value in enumerate(row)]
                    for i, row in enumerate(gram)
                ]
            )
        return found

    def _terms(self, grams: Sequence[Sequence[Sequence[Fraction]]]) -> list[dict[str, object]]:
        return [
            {
                "factors": self.region.products[k],
                "monomials": names,
                "gram": [[self.scales[k] * value for value in row] for row in gram],
            }
            for k, names, gram in zip(self.used, self.bases, grams, strict=True)
            if any(map(any, gram))
        ]

    def exact(
        self, s: Floats, grams: Sequence[Sequence[Floats]], contacts: Sequence[Sequence[Sequence[Fraction]]]
    ) -> Proof | None:
        """A proof in the face of the solution, whose slack vanishes where that of the solution does; None without one.

        ``contacts`` are points, for each inequality, at which its slack is to vanish.
        """
        faces = []
        for j, mine in enumerate(grams):
            own = []
            for k, gram in enumerate(mine):
                at = [p for p in contacts[j] if value_at(self.multipliers[self.used[k]], p) > 0]
                face = self._face(k, gram, at)
                if face is None:
                    return None
                own.append(face)
            faces.append(own)
        return self._projected(s, grams, faces)

    def _face(self, k: int, gram: Floats, contacts: Sequence[Sequence[Fraction]]) -> list[Vector] | None:
        """A basis of what is orthogonal to a matrix's kernel: rows of coefficients of polynomials, in monomials."""
        names, size = self.bases[k], self.region.size
        rows = np.array(change(size, self.degrees[self.used[k]]), dtype=np.float64)
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
                for a, b, value, terms in self._entries(k, grams[j][k], face):
                    for key, c in terms.items():
                        equations.setdefault((j, key), {})[len(start)] = -c
                    names.append((j, k, a, b))
                    start.append(value)
        right = [-self.inequalities[j].fixed.get(key, Fraction(0)) for j, key in equations]
        found = onto(list(equations.values()), right, start)
        return None if found is None else self._assembled(found, names, faces)

    def _entries(
        self, k: int, gram: Floats, face: Sequence[Sequence[Fraction]]
    ) -> Iterator[tuple[int, int, Fraction, Terms]]:
        """The entries of a matrix within a face: where, near which number, and which polynomial each multiplies."""
        if not face:
            return
        inner = self._inner(k, gram, face)
        lines = [{n: c for n, c in zip(self.bases[k], row, strict=True) if c} for row in face]
        for a in range(len(face)):
            for b in range(a, len(face)):
                twice = total([(Fraction(1 if a == b else 2), product(lines[a], lines[b]))])
                yield a, b, _short(inner[a][b], 2**40), product(self.multipliers[self.used[k]], twice)

    def _inner(self, k: int, gram: Floats, face: Sequence[Sequence[Fraction]]) -> Floats:
        """The matrix H with ``N H N'`` nearest to a matrix in monomials."""
        rows = np.array(change(self.region.size, self.degrees[self.used[k]]), dtype=np.float64)
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
        for own, parts in zip(faces, inner, strict=True):
            grams = []
            for k, (face, part) in enumerate(zip(own, parts, strict=True)):
                gram = congruent(part, face) if face else [[Fraction(0)] * len(self.bases[k])] * len(self.bases[k])
                try:
                    require_semidefinite(gram, "")
                except Violation:
                    return None
                grams.append(gram)
            terms.append(self._terms(grams))
        return Proof(tuple(found[: len(self.cost)]), tuple(terms), True)


@lru_cache(maxsize=32)
def positive(region: Region, half: int) -> tuple[float, Any]:
    """A proof that 1 is positive with matrices definite by far: their least eigenvalue, and they, in monomials."""
    program = SquaresProgram(region, [], [Fraction(1)], half, [Fraction(1)])
    import cvxpy

    points, size = program.points, region.size
    least = cvxpy.Variable()
    parts, rules = [], []
    right: Any = 0
    for k, names in zip(program.used, program.bases, strict=True):
        values = evaluated(change(size, program.degrees[k]), names, points).T
        weighted = np.einsum("p,pi,pj->pij", plainly(program.multipliers[k], points), values, values)
        gram = cvxpy.Variable((len(names), len(names)), symmetric=True)
        rules.append(gram - least * np.eye(len(names)) >> 0)
        right = right + weighted.reshape(len(points), -1) @ cvxpy.vec(gram, order="C")
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
    raw = [program._monomial(k, np.asarray(gram.value)) for k, gram in enumerate(parts)]
    squares = total(
        (Fraction(1), product(program.multipliers[k], form(names, gram)))
        for k, names, gram in zip(program.used, program.bases, raw, strict=True)
    )
    gap = total([(Fraction(1), constant(1, size)), (Fraction(-1), squares)])
    spread = program._spread(gap)
    raw[0] = [[v + w for v, w in zip(a, b, strict=True)] for a, b in zip(raw[0], spread, strict=True)]
    return float(least.value) / 2, raw


def _short(value: float, unit: int = ROUNDING) -> Fraction:
    return Fraction(round(float(value) * unit), unit)
