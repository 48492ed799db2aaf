"""Rounding of floats to exact numbers: dyadic ones, which keep arithmetic short, or the simple ones that are meant."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from dual.errors import SolverError
from transport.programs.arrays import Floats


def round_dyadic(values: Iterable[float] | Floats, bits: int = 40, scale: float | None = None) -> tuple[Fraction, ...]:
    """Round floats to multiples of ``2**-bits`` times a power of two of their size.

    The step of the grid is ``2**(e - bits)`` with the least ``e`` such that ``2**e >= scale``; rounding moves a
    value by at most half a step, and every result is an integer multiple of the same step.

    Parameters
    ----------
    values : iterable of float, shape (n,)
        A NumPy array is read in its own order, flattened.
    bits : int
        Bits kept below the scale.
    scale : float, optional
        The size the grid is relative to; the largest magnitude among the values if omitted.

    Returns
    -------
    tuple of Fraction, shape (n,)

    Raises
    ------
    SolverError
        If a value is not finite, or a scale is given that is not positive and finite.

    Examples
    --------
    >>> round_dyadic([0.3, 1.0, 0.0], bits=3)
    (Fraction(1, 4), Fraction(1, 1), Fraction(0, 1))
    >>> round_dyadic([0.3], bits=3, scale=100.0)
    (Fraction(0, 1),)
    """
    floats = np.asarray(values if isinstance(values, np.ndarray) else list(values), dtype=np.float64).ravel()
    if not np.isfinite(floats).all():
        raise SolverError(
            f"cannot round {floats[~np.isfinite(floats)][0]}: a backend returned a value that is not finite"
        )
    if scale is None:
        scale = float(np.abs(floats).max(initial=0.0)) or 1.0
    if not 0 < scale < math.inf:
        raise SolverError(f"cannot round relative to {scale}: a scale is positive and finite")
    mantissa, exponent = math.frexp(scale)
    exponent -= (mantissa == 0.5) + bits
    step = Fraction(2) ** exponent
    # Halves round to even, as the integers beyond 2**53 that cannot be moved at all also do.
    return tuple(round(Fraction(value) / step) * step for value in floats.tolist())


def dyadic(value: float | Fraction, bits: int) -> Fraction:
    """The nearest multiple of ``2**-bits``.

    Examples
    --------
    >>> dyadic(0.3, 2)
    Fraction(1, 4)
    """
    return Fraction(round(Fraction(value) * 2**bits), 2**bits)


def simple(value: float | Fraction, largest: int) -> Fraction:
    """The fraction nearest to a number among those with denominators up to ``largest``.

    Examples
    --------
    >>> simple(0.333, 10)
    Fraction(1, 3)
    """
    return Fraction(value).limit_denominator(largest)


def simple_near(value: float | Fraction, largest: int, within: float | Fraction) -> Fraction | None:
    """The simple fraction that a number may stand for; None if none is within a distance.

    Examples
    --------
    >>> simple_near(0.3333333334, 10, 1e-9), simple_near(0.333, 10, 1e-9)
    (Fraction(1, 3), None)
    """
    found = simple(value, largest)
    return found if abs(found - Fraction(value)) <= within else None


def simple_or_dyadic(value: float, largest: int, within: float, bits: int) -> Fraction:
    """The simple fraction that a float may stand for, otherwise the nearest multiple of ``2**-bits``.

    Examples
    --------
    >>> simple_or_dyadic(0.333333334, 60, 1e-7, 24), simple_or_dyadic(0.7182818, 60, 1e-7, 24)
    (Fraction(1, 3), Fraction(12050769, 16777216))
    """
    found = simple_near(value, largest, within)
    return dyadic(value, bits) if found is None else found


def simple_belief(belief: Iterable[float], largest: int, within: float) -> tuple[Fraction, ...] | None:
    """The belief of simple fractions, of sum one, that a belief in floats may stand for; None if none is within.

    Examples
    --------
    >>> [str(x) for x in simple_belief([0.3333333333, 0.6666666667], 1000, 1e-7)]
    ['1/3', '2/3']
    >>> simple_belief([0.3, 0.6], 1000, 1e-7) is None
    True
    """
    found = tuple(simple_near(x, largest, within) for x in belief)
    known = tuple(x for x in found if x is not None)
    return known if len(known) == len(found) and sum(known) == 1 else None


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """The fraction of the least denominator between two others.

    Examples
    --------
    >>> simplest_between(Fraction(3, 10), Fraction(4, 10))
    Fraction(1, 3)
    """
    whole = low.numerator // low.denominator
    if low == whole:
        return Fraction(whole)
    if whole + 1 <= high:
        return Fraction(whole + 1)
    return whole + 1 / simplest_between(1 / (high - whole), 1 / (low - whole))
