"""The faster check of kind ``two-receiver``: a float filter decides most inequalities, exact integers the rest."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np

from dual.kinds.two_receivers import kind as two_receiver
from dual.kinds.two_receivers import square
from dual.kinds.two_receivers.grid import Potentials, refuse_excess
from dual.kinds.two_receivers.statement import TwoReceiverStatement
from transport.coupling.majorants import near, rounding_error

from .utilities import sides


def upper(statement: TwoReceiverStatement, dual: Potentials | square.Potentials) -> Fraction:
    """The same bound as the plain check proves, and the same refusals."""
    if isinstance(dual, square.Potentials):
        return two_receiver.upper(statement, dual)
    x, y, alpha1, alpha2 = (
        np.array([_near(v) for v in part]) for part in (statement.x, statement.y, dual.alpha1, dual.alpha2)
    )
    for state, (utility, V) in enumerate(zip(sides(statement), dual.V, strict=True)):
        # r[i] = V + (x[i] - state) alpha1[i], c[j] = (y[j] - state) alpha2[j] in floats. Numbers are rounded once, the
        # differences, products and the sum once more: at most five units of 2^-53 of |V|, |alpha1| and |alpha2|.
        r, c = _near(V) + (x - state) * alpha1, (y - state) * alpha2
        error = rounding_error(np.array([_near(V)]), alpha1, alpha2)
        for i, j in near(utility.floats, r, c, 2 * error):
            row = V + (statement.x[i] - state) * dual.alpha1[i]
            column = (statement.y[j] - state) * dual.alpha2[j]
            worth = utility.at(i, j)
            if worth > row + column:
                refuse_excess(statement, worth, {i: row}, {j: column}, state, (i, j))
    return dual.bound(statement)


def _near(value: Fraction) -> float:
    try:
        return value.numerator / value.denominator
    except OverflowError:
        return math.inf


KIND = replace(two_receiver.KIND, upper=upper)
