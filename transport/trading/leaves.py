"""Exact bounds on revenue from approximate multipliers of envy.

Whatever the multipliers d are, the best a and b that go with them are the prices of an assignment problem, and that is
solved exactly; so only d is rounded, and to simple fractions where it is near them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from .arrays import Model
from .fees import reweighted
from .graph import integers
from .prices import equilibrium

_SIMPLE, _NEAR = 60, 1e-7
_BITS = 24


def simple(value: float) -> Fraction:
    """A fraction with a small denominator near a float, otherwise a dyadic one.

    Examples
    --------
    >>> simple(0.333333334), simple(0.7182818)
    (Fraction(1, 3), Fraction(6025349, 8388608))
    """
    near = Fraction(value).limit_denominator(_SIMPLE)
    return near if abs(near - Fraction(value)) < _NEAR else Fraction(round(value * 2**_BITS), 2**_BITS)


def leaf(
    model: Model, box: Mapping[int, tuple[int, int]], envy: Mapping[int, float]
) -> tuple[dict[str, object], Fraction]:
    """The witness ``{"buyers": a, "sellers": b, "known": d}`` of a leaf, and the bound that it proves.

    Parameters
    ----------
    model : Model
    box : mapping from places of pairs to (low, high)
    envy : mapping from places of known pairs to approximate multipliers
    """
    exact = {place: simple(weight) for place, weight in sorted(envy.items())}
    exact = {place: weight for place, weight in exact.items() if weight > 0}
    scale = math.lcm(*(weight.denominator for weight in exact.values()))
    n, m = model.shape
    out, into = [0] * n, [0] * m
    paid = 0
    for place, weight in exact.items():
        d = int(weight * scale)
        out[model.buyers[place]] += d
        into[model.sellers[place]] += d
        paid += d * int(model.net[place])
    profit = _profits(model, out, into, scale)
    forced = [place for place, (low, _) in box.items() if low]
    weights = profit.copy()
    for place in forced:
        i, j = model.buyers[place], model.sellers[place]
        weights[(model.buyers == i) | (model.sellers == j)] = -1
    weights[[place for place, (_, high) in box.items() if not high]] = -1
    found = equilibrium(reweighted(model, integers(weights)))
    a, b = found.utilities.astype(object), found.prices.astype(object)
    total = int(a.sum()) + int(b.sum()) - paid
    for place in forced:
        # A pair that must trade pays its own multipliers back, so these may be as high as its rivals ask.
        i, j = model.buyers[place], model.sellers[place]
        a[i], b[j] = int(profit[model.buyers == i].max()), int(profit[model.sellers == j].max())
        total += int(profit[place])
    denominator = scale * int(1 / model.unit)
    witness = {
        "buyers": [Fraction(int(k), denominator) for k in a],
        "sellers": [Fraction(int(k), denominator) for k in b],
        "known": [[int(model.buyers[p]), int(model.sellers[p]), weight] for p, weight in exact.items()],
    }
    return witness, math.floor(Fraction(total, scale)) * model.unit


def _profits(model: Model, out: list[int], into: list[int], scale: int) -> Any:
    """``w max(D_i, D^j + [unknown]) + c_j [unknown]`` for every pair, -1 where trade makes a loss."""
    most = max(max(out), max(into) + scale)
    size = int(np.abs(model.net).max(initial=0)) + int(model.costs.max(initial=0))
    kind: Any = np.int64 if most * size < 2**60 and model.net.dtype != object else object
    net, costs = model.net.astype(kind), model.costs.astype(kind)
    unknown = (~model.known).astype(np.int64).astype(kind) * scale
    d_out, d_in = np.array(out, dtype=kind), np.array(into, dtype=kind)
    profit = net * np.maximum(d_out[model.buyers], d_in[model.sellers] + unknown) + costs[model.sellers] * unknown
    profit[net < 0] = -1
    return profit
