"""Rounding of floats to dyadic rationals, so that exact arithmetic on them stays short."""

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
