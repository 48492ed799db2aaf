"""Homogeneous goods where each buyer knows one seller: a proven optimum without branching.

Values are integers from 1 to 100, by buyer; each buyer knows one of n sellers at random.
"""

from __future__ import annotations

import numpy as np

from transport import TradingNetwork

from .record import Case, solved


def ours(n, seed):
    """Reading, solving, proving."""
    rng = np.random.default_rng(seed)
    values, known = rng.integers(1, 101, n), list(enumerate(rng.integers(0, n, n).tolist()))

    def work():
        return solved(TradingNetwork({"buyers": values, "sellers": n}, known))()

    return work


def cases(quick):
    for n in (1000,) if quick else (1000, 10_000, 100_000):
        yield Case("homogeneous", f"{n:,} buyers", n, "suasion", "ours", (n, 0))
