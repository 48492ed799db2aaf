"""Where prices touch the payoff on every face of the simplex: the corners of the set of beliefs at which they agree.

A proof cuts the simplex at these beliefs first. Where prices and payoff agree along a line or a plane, its ends lie on
edges and sides, and cells that end there have Bernstein coefficients of one sign at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, permutations

import numpy as np

from dual.functions.expression import Expression
from dual.kinds.concave import ConcavificationStatement
from dual.numbers.exact import Vector
from transport.programs.arrays import Floats
from transport.programs.rounding import simple_belief

from .cutting_plane import polished, spread_out
from .kinked import KinkedPayoff

_AGREE = 1e-11
"""Relative to the payoff's range."""
_APART = 1e-3
"""Beliefs closer than this are one: far more than errors of a climb, far less than what two contacts are apart."""


def touching_beliefs(
    statement: ConcavificationStatement, value: Expression, prices: Floats, scale: float, known: Sequence[Vector] = ()
) -> list[Vector]:
    """Beliefs about all states at which payoff and prices agree, extreme on some face, those on edges first.

    Known ones are kept, in place of found ones nearby.
    """
    given = [np.array(belief, dtype=np.float64) for belief in known]
    found: list[Floats] = []
    for size in range(2, len(prices) + 1):
        for used in combinations(range(len(prices)), size):
            face = KinkedPayoff(statement, value, used)
            for belief in _extremes(face, prices[list(used)], scale):
                full = np.zeros(len(prices))
                full[list(used)] = belief
                if full.max() < 1 - _APART and not _within(found, full):
                    found.append(full)
    new = [belief for belief in found if all(np.abs(belief - other).max() > _APART for other in given)]
    return sorted([*map(short, new), *known], key=lambda belief: sum(map(bool, belief)))


def _within(found: Sequence[Floats], belief: Floats) -> bool:
    """Whether a belief all but is a mixture of others."""
    from scipy.optimize import nnls

    if not found:
        return False
    columns = np.vstack([np.array(found).T, np.ones(len(found))])
    return bool(nnls(columns, np.append(belief, 1.0))[1] < _APART)


def short(belief: Floats) -> Vector:
    """A belief as short fractions if they are near, else as the dyadic ones it is, with sum one.

    Examples
    --------
    >>> [str(x) for x in short(np.array([0.3333333333, 0.6666666667]))]
    ['1/3', '2/3']
    """
    near = simple_belief(belief.tolist(), 1000, 1e-7)
    if near is not None:
        return near
    exact = [Fraction(x) for x in belief.tolist()]
    total = sum(exact, Fraction(0))
    return tuple(x / total for x in exact)


def _extremes(face: KinkedPayoff, prices: Floats, scale: float) -> Iterator[Floats]:
    """The outermost beliefs of agreement on one face, one for each direction between two states."""
    beliefs, flats = face.sample()
    excess = face.value(beliefs, flats) - beliefs @ prices
    starts = spread_out(beliefs, flats, excess, 12)
    ends = polished(face, prices, beliefs[starts], flats[starts], _AGREE * scale)
    beliefs, flats = np.vstack([beliefs, ends]), np.concatenate([flats, flats[starts]])
    excess = face.value(beliefs, flats) - beliefs @ prices
    agreeing = np.flatnonzero(excess > -_AGREE * scale)
    for i, j in permutations(range(beliefs.shape[1]), 2) if len(agreeing) else ():
        first = agreeing[int((beliefs[agreeing, i] - beliefs[agreeing, j]).argmax())]
        yield _sharpened(face, prices, beliefs[first], int(flats[first]))


def _sharpened(face: KinkedPayoff, prices: Floats, belief: Floats, flat: int) -> Floats:
    """Newton's method towards the nearby belief at which the prices are tangent; else the belief itself."""
    tangents = face.flats[flat].tangents
    at = belief
    for _ in range(4):
        if not len(tangents) or at.min() <= 0:
            return belief
        step = 1e-6 * float(at.min())
        slopes = (face.gradient(at[None])[0] - prices) @ tangents.T
        ahead, behind = (face.gradient(at + sign * step * tangents) @ tangents.T for sign in (1, -1))
        curvature = (ahead - behind) / (2 * step)
        if not (np.isfinite(slopes).all() and np.isfinite(curvature).all()):
            return belief
        at = at - np.linalg.pinv(curvature, rcond=1e-5) @ slopes @ tangents
    return at if at.min() > 0 and float(np.abs(at - belief).max()) < _APART / 10 else belief
