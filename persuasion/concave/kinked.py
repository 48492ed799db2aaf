"""An expression's payoff over beliefs, in floating point, with the flats on which it may jump or bend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from operator import mul
from typing import TYPE_CHECKING

import numpy as np

from dual.kinds.concave import ConcavificationStatement
from dual.numbers.exact import Vector
from transport.functions.compiled import compiled, kinks
from transport.programs.arrays import Floats, Indices
from transport.programs.rational import solved

if TYPE_CHECKING:
    from dual.functions.expression import Expression


TIE = 3e-14
"""Sides of a comparison this close count as equal while beliefs are floats."""

_RESOLUTION = {1: 1, 2: 1024, 3: 64, 4: 24, 5: 12, 6: 8, 7: 6, 8: 5}
"""Of the sample of all beliefs, by number of states."""
_FLAT_RESOLUTION = {1: 1, 2: 128, 3: 16, 4: 8, 5: 5, 6: 4, 7: 3}
"""Of the sample of a kink or jump, by number of its corners: narrower sets get a finer grid for the same work."""
_MAX_FLATS = 300
"""Kinks and their crossings that get a sample of their own; an expression with more is proven, but found worse."""


@dataclass(frozen=True)
class Flat:
    """The beliefs at which some kinks vanish, or all beliefs.

    Attributes
    ----------
    kinks : tuple of tuple of Fraction
        Homogeneous forms h with ``h . q = 0``.
    vertices : tuple of tuple of Fraction
        Beliefs whose mixtures are the flat.
    dimension : int
    """

    kinks: tuple[Vector, ...]
    vertices: tuple[Vector, ...]
    dimension: int

    @cached_property
    def forms(self) -> Floats:
        """The kinks, scaled to a largest coefficient of one, shape (kinks, states)."""
        rows = np.array(self.kinks, dtype=np.float64).reshape(-1, len(self.vertices[0]))
        found: Floats = rows / np.abs(rows).max(axis=1, keepdims=True)
        return found

    @cached_property
    def tangents(self) -> Floats:
        """An orthonormal basis of the directions within the flat, shape (dimension, states)."""
        corners = np.array(self.vertices, dtype=np.float64)
        if not self.dimension:
            return np.zeros((0, corners.shape[1]))
        _, _, rows = np.linalg.svd(corners[1:] - corners[0])
        return rows[: self.dimension]


class KinkedPayoff:
    """The payoff on the face of beliefs that the prior allows.

    Parameters
    ----------
    statement : ConcavificationStatement
    value : Expression
        Its payoff.
    support : sequence of int, optional
        Another face than the prior's.

    Attributes
    ----------
    support : tuple of int
        The states of positive prior mass; all beliefs here are about these alone.
    prior : tuple of Fraction
    flats : tuple of Flat
        All beliefs first, then where one kink vanishes, two, ...
    """

    def __init__(
        self, statement: ConcavificationStatement, value: Expression, support: Sequence[int] | None = None
    ) -> None:
        self.states = len(statement.prior)
        allowed = [s for s, mass in enumerate(statement.prior) if mass]
        self.support = tuple(allowed if support is None else support)
        self.prior: Vector = tuple(statement.prior[s] for s in self.support)
        self.flats = tuple(_flats(self._forms(value), len(self.support)))
        self._strict = compiled(value)
        self._value = compiled(value, tie=TIE)

    def _forms(self, value: Expression) -> list[Vector]:
        """The kinks as homogeneous forms of beliefs, those that change their sign between certain states."""
        found: dict[Vector, None] = {}
        for constant, *coefficients in kinks(value):
            if self.states == 2:  # the third variable is p = q1
                coefficients = [coefficients[0], coefficients[1] + coefficients[2]]
            form = [constant + coefficients[s] for s in self.support]
            if min(form) < 0 < max(form):
                leading = next(c for c in form if c)
                found[tuple(c / leading for c in form)] = None
        return list(found)

    def full(self, belief: Sequence[Fraction]) -> Vector:
        """A belief about the support as one about all states."""
        place = dict(zip(self.support, belief, strict=True))
        return tuple(place.get(s, Fraction(0)) for s in range(self.states))

    def embedded(self, beliefs: Floats) -> Floats:
        """Beliefs about the support as points of the expression's variables."""
        full = np.zeros((*beliefs.shape[:-1], self.states + (self.states == 2)))
        full[..., list(self.support)] = beliefs
        if self.states == 2:
            full[..., 2] = full[..., 1]
        return full

    def value(self, beliefs: Floats, flats: Indices) -> Floats:
        """The payoff, shape (m, ...), at beliefs, shape (m, ..., support); minus infinity where it is no number.

        Only beliefs that were made for a flat of kinks may miss a threshold by rounding and still count as on it.
        """
        at = self.embedded(beliefs)
        values = self._strict(at)
        if flats.any():
            values[flats > 0] = self._value(at[flats > 0])
        return np.where(np.isfinite(values), values, -np.inf)

    def payoff(self, beliefs: Floats) -> Floats:
        """The payoff at beliefs about all states, shape (..., states); NaN or infinite where it is no number."""
        return self._strict(np.concatenate([beliefs, beliefs[..., 1:]], axis=-1) if self.states == 2 else beliefs)

    def gradient(self, beliefs: Floats) -> Floats:
        """Gradient of the payoff's extension ``|x| v(x / |x|)`` to masses, shape (..., support), at beliefs.

        Prices that touch the payoff smoothly at a belief are this gradient.
        """
        count = beliefs.shape[-1]
        towards = np.eye(count) - beliefs[..., None, :]
        slopes = self._value.slopes(self.embedded(beliefs)[..., None, :], self.embedded(towards))
        found: Floats = self._value(self.embedded(beliefs))[..., None] + slopes
        return found

    def sample(self) -> tuple[Floats, Indices]:
        """Beliefs all over every flat, shape (K, support), and the flat that each was made for."""
        beliefs, owners = [], []
        for index, flat in enumerate(self.flats):
            resolution = (_FLAT_RESOLUTION if index else _RESOLUTION)[flat.dimension + 1]
            corners = np.array(flat.vertices, dtype=np.float64)
            mixtures = lattice(flat.dimension + 1, resolution)
            for chosen in combinations(range(len(corners)), flat.dimension + 1):
                beliefs.append(mixtures @ corners[list(chosen)])
                owners.append(np.full(len(mixtures), index))
        return np.concatenate(beliefs), np.concatenate(owners)


def lattice(count: int, resolution: int) -> Floats:
    """All probability vectors of ``count`` multiples of 1/resolution, shape (K, count).

    Examples
    --------
    >>> lattice(2, 2).tolist()
    [[0.0, 1.0], [0.5, 0.5], [1.0, 0.0]]
    """
    places = list(combinations(range(resolution + count - 1), count - 1))
    bars = np.array(places, dtype=np.int64).reshape(len(places), count - 1)
    ends = np.full((len(bars), 1), resolution + count - 1)
    steps = np.diff(np.hstack([np.full((len(bars), 1), -1), bars, ends]), axis=1) - 1
    return steps / resolution


def _flats(forms: Sequence[Vector], states: int) -> list[Flat]:
    corners = tuple(tuple(Fraction(s == k) for s in range(states)) for k in range(states))
    found = [Flat((), corners, states - 1)]
    for count in range(1, states):
        for chosen in combinations(forms, count):
            vertices = _vertices(chosen, states)
            dimension = states - 1 - count
            if len(vertices) > dimension and len(found) < _MAX_FLATS:
                found.append(Flat(chosen, vertices, dimension))
    return found


def _vertices(forms: Sequence[Vector], states: int) -> tuple[Vector, ...]:
    """The beliefs with as few states as possible at which all the forms vanish."""
    found: dict[Vector, None] = {}
    for used in combinations(range(states), len(forms) + 1):
        rows = [[form[s] for s in used] for form in forms] + [[Fraction(1)] * len(used)]
        masses = solved(rows, [Fraction(0)] * len(forms) + [Fraction(1)])
        if masses is not None and min(masses) >= 0:
            place = dict(zip(used, masses, strict=True))
            belief = tuple(place.get(s, Fraction(0)) for s in range(states))
            if not any(sum(map(mul, form, belief), Fraction(0)) for form in forms):
                found[belief] = None
    return tuple(found)
