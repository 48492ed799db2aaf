"""What the columns' bounds and single rows say of a program, before anything is solved."""

from __future__ import annotations

import math
from fractions import Fraction

from dual.kinds.linear_program.statement import LinearProgramStatement

from .standard import ZERO, Amounts


def inside(statement: LinearProgramStatement, values: Amounts) -> Amounts:
    """The nearest values within the columns' bounds, integers where they have to be."""
    whole, found = set(statement.integers), {}
    for j in range(len(statement.objective)):
        value = values.get(j, ZERO)
        low, high = statement.box(j)
        if j in whole:
            value = Fraction(round(value))
            low, high = low and Fraction(math.ceil(low)), high and Fraction(math.floor(high))  # None and 0 stay
        value = value if low is None else max(value, low)
        value = value if high is None else min(value, high)
        if value:
            found[j] = value
    return found


def covering(statement: LinearProgramStatement) -> Amounts:
    """Prices of what is maximised by rows that pay for the columns that may grow for ever, as far as one is seen.

    A row pays for what it holds with positive entries, if all its columns have a least value to fall back on.
    """
    gains = {j: statement.sign * c for j, c in enumerate(statement.objective)}
    left = {j: gain for j, gain in gains.items() if gain > 0 and statement.box(j)[1] is None}
    found: Amounts = {}
    for i, row in enumerate(statement.rows):
        for turn, side in ((1, row.upper), (-1, row.lower)):
            paid = [left[j] / (turn * entry) for j, entry in row.entries if turn * entry > 0 and left.get(j, ZERO) > 0]
            if side is None or not paid or any(turn * a < 0 or statement.box(j)[0] is None for j, a in row.entries):
                continue
            found[i] = found.get(i, ZERO) + turn * max(paid)
            for j, entry in row.entries:
                if j in left:
                    left[j] -= max(paid) * turn * entry
    return found
