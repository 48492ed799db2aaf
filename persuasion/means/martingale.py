"""The left-curtain coupling: which part of a finite law goes into each signal, given the signals' means and masses.

Beiglböck and Juillet (2016): the means are served from left to right, and each takes its *shadow*, the part of what is
left of the law that has the right mass and mean and lies between two quantiles of it. If the means are a
mean-preserving contraction of the law, all find theirs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Any, TypeVar

from dual.errors import SolverError

Number = TypeVar("Number", Fraction, float)


def left_curtain(
    means: Sequence[Number], masses: Sequence[Number], points: Sequence[Number], law: Sequence[Number]
) -> list[list[Number]]:
    """Split a law on increasing points among signals with increasing means.

    Parameters
    ----------
    means, masses : sequence, length K
        Of the signals; together a mean-preserving contraction of the law. Fractions are treated exactly, floats with
        some tolerance.
    points, law : sequence, length n
        Increasing points and their masses.

    Returns
    -------
    list of list, shape (K, n)
        Joint masses: row k sums to ``masses[k]`` and has the mean ``means[k]``, columns sum to the law.

    Raises
    ------
    SolverError
        If the means are no mean-preserving contraction of the law.

    Examples
    --------
    >>> half, quarter = Fraction(1, 2), Fraction(1, 4)
    >>> [[str(x) for x in row] for row in left_curtain([1, 2], [half, half], [0, 1, 2, 3], [quarter] * 4)]
    [['1/8', '1/4', '1/8', '0'], ['1/8', '0', '1/8', '1/4']]
    """
    left = list(law)
    joint = []
    for k, (mean, mass) in enumerate(zip(means, masses, strict=True)):
        row = list(left) if k == len(means) - 1 else _shadow(mean, mass, points, left)
        left = [rest - taken for rest, taken in zip(left, row, strict=True)]
        joint.append(row)
    return joint


def _shadow(mean: Any, mass: Any, points: Sequence[Any], law: Sequence[Any]) -> list[Any]:
    """The part of a law between two of its quantiles that has the given mass and mean."""
    ends = list(accumulate(law, initial=0 * mass))  # quantiles at which the points begin and end
    areas = list(accumulate((x * share for x, share in zip(points, law, strict=True)), initial=0 * mass))
    last = ends[-1] - mass
    exact = isinstance(mass, Fraction)
    if last < 0 and exact:
        raise SolverError("the means carry more mass than the law")

    def area(quantile: Any) -> Any:
        """The integral of the quantile function up to here."""
        k = min(max(bisect_left(ends, quantile), 1), len(points))
        return areas[k] + points[k - 1] * (quantile - ends[k])

    def moment(start: Any) -> Any:
        return area(start + mass) - area(start)

    starts = sorted({s for end in ends for s in (end, end - mass) if 0 < s < last} | {0 * mass, max(last, 0 * mass)})
    wanted = mass * mean
    k = bisect_left(starts, wanted, key=moment)
    if exact and (k == len(starts) or (k == 0 and moment(starts[0]) > wanted)):
        raise SolverError("the means are no mean-preserving contraction of the law")
    k = min(k, len(starts) - 1)
    start = starts[k]
    if k and moment(start) != wanted:
        low, high = moment(starts[k - 1]), moment(start)
        start = starts[k - 1] + (start - starts[k - 1]) * ((wanted - low) / (high - low))
    stop = start + mass
    return [max(min(end, stop) - max(begin, start), 0 * mass) for begin, end in pairwise(ends)]
