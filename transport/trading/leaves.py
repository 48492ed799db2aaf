"""Exact bounds on revenue from approximate multipliers of envy.

Whatever the multipliers d are, the best a and b that go with them are the prices of an assignment problem, and that is
solved exactly; so only d is rounded, and to simple fractions where it is near them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from .arrays import Model
from .fees import reweighted
from .graph import integers
from .prices import equilibrium
from .relaxation import Row

_SIMPLE, _NEAR = 60, 1e-7
_BITS = 24


def simple(value: float) -> Fraction:
    """A fraction with a small denominator near a float, otherwise a dyadic one.

    Examples
    --------
    >>> simple(0.333333334), simple(0.7182818)
    (Fraction(1, 3), Fraction(12050769, 16777216))
    """
    near = Fraction(value).limit_denominator(_SIMPLE)
    return near if abs(near - Fraction(value)) < _NEAR else Fraction(round(value * 2**_BITS), 2**_BITS)


def leaf(
    model: Model, box: Mapping[int, tuple[int, int]], envy: Sequence[tuple[Row, float]]
) -> tuple[dict[str, object], Fraction]:
    """The witness ``{"buyers": a, "sellers": b, "known": rows}`` of a leaf, and the bound that it proves.

    Parameters
    ----------
    model : Model
    box : mapping from places of pairs to (low, high)
    envy : sequence of (Row, float)
        Rows of the relaxation with approximate multipliers.
    """
    exact = [(row, weight) for row, weight in ((row, simple(d)) for row, d in envy) if weight > 0]
    scale = math.lcm(*(weight.denominator for _, weight in exact))
    weights = [(row, int(weight * scale)) for row, weight in exact]
    paid = sum(d * int(model.net[row.place]) for row, d in weights)
    profit = _profits(model, weights, scale)
    forced = [place for place, (low, _) in box.items() if low]
    free = profit.copy()
    for place in forced:
        i, j = model.buyers[place], model.sellers[place]
        free[(model.buyers == i) | (model.sellers == j)] = -1
    free[[place for place, (_, high) in box.items() if not high]] = -1
    found = equilibrium(reweighted(model, integers(free)))
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
        "known": [_stated(model, row, weight) for row, weight in exact],
    }
    return witness, math.floor(Fraction(total, scale)) * model.unit


def _stated(model: Model, row: Row, weight: Fraction) -> list[object]:
    pair = [int(model.buyers[row.place]), int(model.sellers[row.place]), weight]
    return [*pair, sorted(row.sellers), sorted(row.buyers)] if row.sellers or row.buyers else pair


def _profits(model: Model, rows: Sequence[tuple[Row, int]], scale: int) -> Any:
    """``w max(D, D' + [unknown]) + C + c [unknown]`` for every pair, -1 where trade makes a loss."""
    n, m = model.shape
    out, into = [0] * n, [0] * m
    capped: dict[tuple[int, int], list[int]] = {}
    for row, d in rows:
        i, j = int(model.buyers[row.place]), int(model.sellers[row.place])
        out[i] += d
        into[j] += d
        pairs = [((i, k), (d, 0)) for k in row.sellers] + [((k, j), (0, d)) for k in row.buyers]
        for pair, (mine, theirs) in pairs:
            less = capped.setdefault(pair, [0, 0, 0])
            less[0] += mine
            less[1] += theirs
            less[2] += d * int(model.net[row.place])
    size = int(np.abs(model.net).max(initial=0)) + int(model.costs.max(initial=0))
    most = 2 * max(*out, *into) + scale
    kind: Any = np.int64 if most * size < 2**60 and model.net.dtype != object else object
    net, costs = model.net.astype(kind), model.costs.astype(kind)
    unknown = (~model.known).astype(np.int64).astype(kind) * scale
    d_out, d_in = np.array(out, dtype=kind)[model.buyers], np.array(into, dtype=kind)[model.sellers]
    extra = costs[model.sellers] * unknown
    if capped:
        places = model.places(capped)
        taken = np.array(list(capped.values()), dtype=kind)
        d_out[places] -= taken[:, 0]
        d_in[places] -= taken[:, 1]
        extra[places] += taken[:, 2]
    profit = net * np.maximum(d_out, d_in + unknown) + extra
    profit[net < 0] = -1
    return profit
