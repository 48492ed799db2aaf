"""Methods: from a delivery market to witnesses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dual.errors import InputError, SolverError
from dual.kinds.delivery.statement import DeliveryStatement
from transport.programs.effort import Effort
from transport.road.methods import Found, method

from .answer import Answer, offering, witnesses
from .arrays import Arrays
from .flow import efficient_by_flow, layers
from .heaviest import Fewest, cheapest_couriers, fewest
from .monolith import monolithic
from .prices import Prices
from .search import search
from .witness import lp_bound

_CELL = 1e-6
"""About the seconds that the checker takes for a number of the market, to be set aside within a time limit."""
LONGEST = 900
"""The methods look at numbers in doubles, too; sums and multiples of longer ones leave their range."""


@method("best", "a flow where the costs allow it, else the decomposition")
def solve_best(statement: DeliveryStatement, effort: Effort) -> Found:
    """A flow where the market has a centre, decomposition with a branching tree where it has none."""
    return _solved(statement, effort, general=decomposed)


@method("decomposition", "logic-based Benders decomposition with a branching tree, whatever the structure")
def solve_decomposed(statement: DeliveryStatement, effort: Effort) -> Found:
    """Decomposition, whatever the structure."""
    return _solved(statement, effort, general=decomposed, structured=False)


@method("monolithic", "one mixed-integer program for matching and prices")
def solve_monolithic(statement: DeliveryStatement, effort: Effort) -> Found:
    """One mixed-integer program for matching and prices."""
    return _solved(statement, effort, general=monolithic, structured=False)


def decomposed(statement: DeliveryStatement, arrays: Arrays, effort: Effort) -> Answer:
    """The answer of the decomposition."""
    found, bound = search(statement, arrays, effort, offering(statement, arrays, effort))
    how = "decomposition" + ("-tree" if bound["kind"] == "tree" else "")
    return Answer(found.trades, bound, how, iterations=found.rounds)


def _solved(statement: DeliveryStatement, effort: Effort, general: object, structured: bool = True) -> Found:
    arrays = Arrays.of(statement)
    if arrays.largest.bit_length() > LONGEST:
        raise InputError(
            f"over their common denominator, values and costs are integers of more than {LONGEST} bits, too long to"
            " solve (whether prices support given transactions can still be asked)",
            "values",
        )
    if effort.time_limit is not None:
        effort = replace(effort, time_limit=effort.time_limit - _CELL * arrays.size)
    least: Fewest | None = None
    if statement.objective != "efficient" and not statement.tips:
        least = fewest(arrays)
        if len(least.pairs) > arrays.shape[2]:
            return Found(None, {"bound": least.witness}, "fewest-couriers", infeasible=True)
    answer = (_one_trade(arrays, least) or _by_flow(statement, arrays, least)) if structured else None
    if answer is None:
        answer = general(statement, arrays, effort)  # type: ignore[operator]
    return witnesses(statement, arrays, answer, effort)


def _one_trade(arrays: Arrays, least: Fewest | None) -> Answer | None:
    """One buyer, store or courier: the triple of largest gain, whose side takes it all as potential."""
    if min(arrays.shape) > 1 or least is not None:
        return None
    cost, who = arrays.least(np.zeros(arrays.shape[2], dtype=arrays.values.dtype))
    gains = arrays.values - cost
    i, j = (int(at) for at in np.unravel_index(int(gains.argmax()), gains.shape))
    gain = max(int(gains[i, j]), 0)
    sides = [np.zeros(count, dtype=arrays.values.dtype) for count in arrays.shape]
    sides[arrays.shape.index(1)][0] = gain
    trades = ((i, j, int(who[i, j])),) if gain else ()
    prices = Prices(*map(arrays.fractions, sides))
    return Answer(trades, lp_bound(prices), "one-trade", prices)


def _by_flow(statement: DeliveryStatement, arrays: Arrays, least: Fewest | None) -> Answer | None:
    """A market with a centre; without tips the weight of heaviest matchings goes before welfare."""
    weight = 0
    if least is not None:
        # More than any two matchings can differ in welfare.
        weight = min(arrays.shape) * arrays.largest + 1
    weighted = Arrays.of(statement, weight) if weight else arrays
    structure = layers(weighted)
    if structure is None:
        return None
    try:
        trades, found = efficient_by_flow(structure)
    except SolverError:
        return None  # numbers of more than 64 bits: the general method is exact
    prices = Prices(*(tuple(arrays.fraction(x) for x in part) for part in (found.buyers, found.prices, found.couriers)))
    bound = lp_bound(prices)
    if least is None:
        return Answer(trades, bound, "flow", prices)
    trades = cheapest_couriers(arrays, [(i, j) for i, j, _ in trades])
    bound |= {"weight": weight, "heaviest": [list(pair) for pair in least.pairs]}
    return Answer(trades, bound, "flow")
