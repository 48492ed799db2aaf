"""From a rough plan to an exactly admissible one.

A receiver's posteriors are admissible if they average to the prior; given weights t(k) with
``sum t(k) points[k] = prior``, state s has mass ``t(k) points[k][s]`` at posterior k. :func:`admissible_weights` rounds
weights so that this holds exactly, and :func:`completed` turns a rough plan into one with exactly given marginals (the
rounding of Altschuler, Weed and Rigollet, on the cells that have mass before any others).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from dual.errors import SolverError

_BITS: Final = 60
"""Masses are rounded to this many bits: a loss far below that of any method, and short fractions."""
_SHRINKAGE: Final = (44, 40, 36, 32, 28, 24, 20, 14, 8, 4, 1, 0)
"""Bits of the share of all weights that is given up for the repair, tried in turn: the least that suffices costs
least."""
Cell = tuple[int, ...]


def admissible_weights(
    points: Sequence[Sequence[Fraction]], prior: Sequence[Fraction], rough: Sequence[float], corners: Sequence[int]
) -> list[Fraction]:
    """Weights near the rough ones with ``sum_k weights[k] points[k] = prior`` exactly.

    The rough weights are rounded and shrunk a little; what is missing then lies in the cone of the corners and is
    given to them.

    Parameters
    ----------
    points : sequence, shape (K, S)
    prior : sequence, shape (S,)
    rough : sequence of float, shape (K,)
        Negative entries count as zero.
    corners : sequence of int
        Affinely independent points with the prior in the relative interior of their hull.

    Returns
    -------
    list of Fraction, shape (K,)

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> weights = admissible_weights([(1, 0), (half, half), (0, 1)], (half, half), [0.1, 0.8, 0.1], [0, 2])
    >>> sum(weights), abs(float(weights[1]) - 0.8) < 1e-12
    (Fraction(1, 1), True)
    """
    from transport.programs.rational import solved
    from transport.programs.rounding import round_dyadic

    rounded = [max(weight, Fraction(0)) for weight in round_dyadic(rough, _BITS, 1.0)]
    used = [k for k, weight in enumerate(rounded) if weight]
    for bits in _SHRINKAGE:
        kept = 1 - Fraction(1, 1 << bits)
        weights = [weight * kept for weight in rounded]
        missing = [mass - sum((weights[k] * points[k][s] for k in used), Fraction(0)) for s, mass in enumerate(prior)]
        shares = solved(list(zip(*(points[k] for k in corners), strict=True)), missing)
        if shares is not None and min(shares) >= 0:
            for k, share in zip(corners, shares, strict=True):
                weights[k] += share
            return weights
    raise SolverError("the prior is not a mixture of the corners")


def completed(rough: Mapping[Cell, float], marginals: Sequence[Sequence[Fraction]]) -> dict[Cell, Fraction]:
    """A plan near the rough one with exactly these marginals.

    Parameters
    ----------
    rough : mapping
        Masses of cells, one index for each marginal; negative masses count as zero.
    marginals : sequence of sequences of Fraction
        Nonnegative, of equal totals.

    Returns
    -------
    dict
        Positive masses.

    Examples
    --------
    >>> third = Fraction(1, 3)
    >>> sorted(completed({(0, 0): 0.333, (1, 1): 0.667}, [[third, 2 * third], [third, 2 * third]]).items())
    [((0, 0), Fraction(1, 3)), ((1, 1), Fraction(2, 3))]
    """
    denominator = math.lcm(1 << _BITS, *(mass.denominator for marginal in marginals for mass in marginal))
    rest = [[mass.numerator * (denominator // mass.denominator) for mass in marginal] for marginal in marginals]
    plan: dict[Cell, int] = {}
    # Large masses first: where a marginal does not hold all, the small ones yield.
    for cell, mass in sorted(rough.items(), key=lambda entry: -entry[1]):
        wanted = math.floor(mass * (1 << _BITS)) * (denominator >> _BITS) if mass > 0 else 0
        granted = min(wanted, *(left[k] for left, k in zip(rest, cell, strict=True)))
        if granted > 0:
            plan[cell] = granted
            for left, k in zip(rest, cell, strict=True):
                left[k] -= granted
    _fill_where_there_is_mass(plan, rest)
    _fill_corner(plan, rest)
    return {cell: Fraction(mass, denominator) for cell, mass in plan.items()}


def _fill_where_there_is_mass(plan: dict[Cell, int], rest: list[list[int]]) -> None:
    for cell in plan:
        more = min(left[k] for left, k in zip(rest, cell, strict=True))
        if more:
            plan[cell] += more
            for left, k in zip(rest, cell, strict=True):
                left[k] -= more


def _fill_corner(plan: dict[Cell, int], rest: list[list[int]]) -> None:
    """Use up what is left in the order of the indices, as in the north-west corner rule."""
    at = [0] * len(rest)
    while True:
        for axis, left in enumerate(rest):
            while at[axis] < len(left) and not left[at[axis]]:
                at[axis] += 1
        if any(k == len(left) for k, left in zip(at, rest, strict=True)):
            return
        cell = tuple(at)
        more = min(left[k] for left, k in zip(rest, cell, strict=True))
        plan[cell] = plan.get(cell, 0) + more
        for left, k in zip(rest, cell, strict=True):
            left[k] -= more
