"""The family of markets on which entry fees earn exactly what is guaranteed."""

from __future__ import annotations

from math import lcm

from dual.errors import InputError
from dual.numbers.exact import number
from transport.trading.network import TradingNetwork

MOST_HUBS = 40
"""The largest size of :func:`hubs`: values are multiples of lcm(1, ..., size), which has 16 digits there."""


def hubs(size: int) -> TradingNetwork:
    """The family on which an entry fee earns exactly its guarantee, the gain in welfare over a harmonic number.

    Sellers are ``size`` hubs, whom all buyers know, and as many strangers. With L the least common multiple of 1, ...,
    ``size``, the first ``size`` buyers value every seller at L, and the i-th of the others values a hub at L/i and a
    stranger at 0. Every buyer knows all hubs. Nothing earns more than L (checked up to ``size`` 6).

    Parameters
    ----------
    size : int
        From 1 to 40.

    Returns
    -------
    TradingNetwork
        With ``2 * size`` buyers and sellers.

    Raises
    ------
    InputError
        If the size is none.

    Examples
    --------
    >>> curve = hubs(4).fee_curve()
    >>> print(curve.best.revenue, curve.guarantee)
    12 12
    """
    exact = number(size, "size")
    if exact.denominator != 1 or not 1 <= exact <= MOST_HUBS:
        raise InputError(f"the size is an integer from 1 to {MOST_HUBS}", "size")
    count = int(exact)
    common = lcm(*range(1, count + 1))
    values = [[common] * (2 * count)] * count
    values += [[common // i] * count + [0] * count for i in range(1, count + 1)]
    known = [(i, j) for i in range(2 * count) for j in range(count)]
    return TradingNetwork(values, known, name=f"Hubs of size {count}")
