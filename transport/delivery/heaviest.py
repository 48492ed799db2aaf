"""Two-sided assignments behind the three-sided market: heaviest matchings, fewest couriers, cheapest couriers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from dual.errors import SolverError
from dual.kinds.delivery.costs import Triple
from transport.programs.arrays import Numbers

from .arrays import Arrays, sorted_trades
from .support import shortest

_EXACT_FLOATS = 2**50
"""Below this SciPy's assignment, in doubles, makes no rounding error; above, matchings are found in integers, ..."""
_EXACT_CELLS = 10_000
"""... by an exact linear program, which larger markets do not wait for."""


@dataclass(frozen=True, eq=False)
class Assignment:
    """A matching of greatest weight and potentials that prove it, in integers."""

    pairs: tuple[tuple[int, int], ...]
    rows: Numbers
    columns: Numbers
    weight: int


def heaviest(weights: Numbers) -> Assignment:
    """A matching that maximises the sum of weights; pairs of weight <= 0 are left out.

    Raises
    ------
    SolverError
        If the numbers are too long for the fast method and the market too large for the exact one.
    """
    from scipy.optimize import linear_sum_assignment

    gains = np.maximum(weights, 0)
    if int(gains.max()) * (sum(gains.shape) + 1) < _EXACT_FLOATS:
        rows, columns = linear_sum_assignment(np.asarray(gains, dtype=float), maximize=True)
        pairs = [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if gains[i, j] > 0]
    else:
        pairs = _by_program(gains)
    potentials = _potentials(gains, pairs)
    if potentials is None:
        raise SolverError("the assignment is not optimal: an alternating path gains")
    return Assignment(tuple(pairs), *potentials, sum(int(gains[i, j]) for i, j in pairs))


def _by_program(gains: Numbers) -> list[tuple[int, int]]:
    from transport.programs.linear import LinearProgram, solve

    height, width = gains.shape
    if height * width > _EXACT_CELLS:
        raise SolverError("the numbers are too long for an assignment of this size")
    rows: list[dict[int, int]] = [{i * width + j: 1 for j in range(width)} for i in range(height)]
    rows += [{i * width + j: 1 for i in range(height)} for j in range(width)]
    found = solve(LinearProgram([int(g) for g in gains.ravel()], rows, ["<="] * len(rows), [1] * len(rows)))
    if not found.exact or any(x.denominator > 1 for x in found.primal):
        raise SolverError("the assignment was not solved exactly")
    return [divmod(at, width) for at, x in enumerate(found.primal) if x and gains.flat[at] > 0]


def _potentials(gains: Numbers, pairs: Sequence[tuple[int, int]]) -> tuple[Numbers, Numbers] | None:
    """Potentials that majorise and are tight on the pairs: shortest paths over matched rows."""
    rows, columns = np.zeros(gains.shape[0], dtype=gains.dtype), np.zeros(gains.shape[1], dtype=gains.dtype)
    i, j = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    left = np.setdiff1d(np.arange(len(rows)), i)
    worth = gains[i, j]
    root = worth.copy()
    if len(left) and len(pairs):
        root = np.minimum(root, worth - gains[np.ix_(left, j)].max(axis=0))
    paths = shortest(root, worth - gains[np.ix_(i, j)])
    rows[i] = paths.distance
    columns[j] = worth - paths.distance
    if paths.cycle is not None or (rows < 0).any() or (gains > rows[:, None] + columns).any():
        return None
    return rows, columns


def cheapest_couriers(arrays: Arrays, pairs: Sequence[tuple[int, int]]) -> tuple[Triple, ...]:
    """The couriers who deliver given pairs at the least total cost; there must be enough of them."""
    if not pairs:
        return ()
    i, j = np.array(pairs, dtype=np.int64).T
    costs = arrays.costs(np.arange(arrays.shape[2])[:, None], i, j)
    # A bonus above all costs makes every order worth delivering.
    bonus = (int(costs.max()) + 1) * (len(pairs) + 1)
    found = heaviest((bonus - costs.astype(object)).astype(object) if not arrays.small else bonus - costs)
    return sorted_trades([(*pairs[order], courier) for courier, order in found.pairs])


@dataclass(frozen=True, eq=False)
class Fewest:
    """The heaviest buyer-store matchings: their weight, one of least cardinality, and what proves that.

    Attributes
    ----------
    weight : int
        In the arrays' units.
    pairs : tuple of (i, j)
    witness : dict
        The dual witness of kind ``cardinality``: its bound is ``len(pairs)``.
    """

    weight: int
    pairs: tuple[tuple[int, int], ...]
    witness: dict[str, Any]


def fewest(arrays: Arrays) -> Fewest:
    """Find a heaviest matching for the values with the fewest pairs (maximise many times the weight minus one)."""
    buyers, stores, _ = arrays.shape
    times = min(buyers, stores) + 1
    values = arrays.values if arrays.largest * times < _EXACT_FLOATS else arrays.values.astype(object)
    found = heaviest(times * values - 1)
    witness = {
        "kind": "cardinality",
        "heaviest": [list(pair) for pair in found.pairs],
        "weight": Fraction(times * arrays.denominator),
        "buyers": [Fraction(int(x)) for x in found.rows],
        "stores": [Fraction(int(x)) for x in found.columns],
    }
    return Fewest(sum(int(arrays.values[pair]) for pair in found.pairs), found.pairs, witness)


@dataclass(frozen=True, eq=False)
class Ties:
    """All heaviest buyer-store matchings at once, by potentials r and c that prove one of them heaviest.

    A matching is heaviest if and only if all its pairs are tight, ``r_i + c_j = v_ij``, and everyone whose potential is
    positive is matched. That needs no sum of values, whose rounding would mistake one matching for another.

    Attributes
    ----------
    rows, columns : arrays
        The potentials, in the arrays' units.
    slack : array, shape (B, S)
        ``r_i + c_j - v_ij``, 0 on tight pairs.
    """

    rows: Numbers
    columns: Numbers
    slack: Numbers

    @classmethod
    def of(cls, arrays: Arrays) -> Ties:
        """The ties of a market for its values."""
        found = heaviest(arrays.values)
        return cls(found.rows, found.columns, found.rows[:, None] + found.columns - arrays.values)

    @property
    def tight(self) -> Numbers:
        """Which pairs a heaviest matching may hold."""
        found: Numbers = self.slack == 0
        return found

    def hold(self, pairs: Sequence[tuple[int, int]]) -> bool:
        """Whether some pairs are a heaviest matching."""
        served, sold = ({pair[side] for pair in pairs} for side in (0, 1))
        unmatched = [self.rows[i] for i in range(len(self.rows)) if i not in served]
        unmatched += [self.columns[j] for j in range(len(self.columns)) if j not in sold]
        return not any(self.slack[pair] for pair in pairs) and not any(unmatched)

    def matched(self, couriers: int) -> Numbers:
        """Who has to be matched, of buyers, stores and (never) couriers in a row."""
        return np.concatenate([self.rows > 0, self.columns > 0, np.zeros(couriers, dtype=bool)])


def certain_equilibrium(arrays: Arrays, least: Fewest, tips: bool) -> tuple[Triple, ...] | None:
    """Transactions that are always supported; None if there are none (without tips, with too few couriers).

    With enough couriers these are a heaviest matching, which needs no tips. With fewer, tips support any transactions
    that employ all of them at the least cost.
    """
    couriers = arrays.shape[2]
    if couriers >= len(least.pairs):
        return cheapest_couriers(arrays, least.pairs)
    if not tips:
        return None
    worthiest = sorted(least.pairs, key=lambda pair: (-int(arrays.values[pair]), pair))[:couriers]
    return cheapest_couriers(arrays, sorted(worthiest))
