"""The ends of the supporting prices, by shortest paths, and the price rules that pick one of them.

Tips on trades can be 0, and prices are the more the couriers' utilities are: at the greatest ones, buyers' utilities
and prices are bound by ``u_i + p_j >= v_ij - m_ij`` and by ``u_i + p_j <= v_ij`` on trades, a system of differences of
u and -p. Its solutions are a lattice: there is one with the greatest utilities of all buyers and the least prices of
all stores, and one with the opposite. Given u and p, couriers' utilities are a lattice, too. So are those of buyers and
couriers without tips. A rule that asks for the greatest total of a side asks for one end, and the smallest vector of
prices, then of compensations, is what is left of the others at their ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dual.errors import SolverError
from dual.kinds.delivery.costs import Triple
from transport.programs.arrays import Numbers

from .arrays import Arrays, sorted_trades
from .support import Contradiction, Potentials, Test, shortest


@dataclass(frozen=True, eq=False)
class Extremes:
    """The ends of all supporting utilities and prices of one matching.

    Attributes
    ----------
    top, bottom : arrays
        The greatest and the least utilities of served buyers over all supporting prices, in the order of the trades;
        with tips of 0 on trades (always possible) prices are least and greatest there.
    """

    arrays: Arrays
    test: Test
    top: Numbers
    bottom: Numbers

    @classmethod
    def of(cls, arrays: Arrays, trades: Sequence[Triple], tips: bool) -> Extremes:
        """Least and greatest supporting utilities of a matching, the two ends of their lattice.

        Raises
        ------
        SolverError
            If no prices support the matching.
        """
        test = Test(arrays, sorted_trades(trades), tips)
        if isinstance(test.run(), Contradiction):
            raise SolverError("the matching is not supported")
        bottom = -shortest(-test.low, test.envy_arcs.T).distance if len(test.i) else test.low
        return cls(arrays, test, test.utilities, bottom)

    @property
    def busy(self) -> bool:
        """Whether no courier is idle."""
        return not len(self.test.free)

    def prices(self) -> tuple[Numbers, Numbers]:
        """The least and the greatest prices of sold stores over all supporting prices, in the order of the trades."""
        worth = self.arrays.values[self.test.i, self.test.j]
        return worth - self.top, worth - self.bottom

    def potentials_of(self, rule: str) -> Potentials | None:
        """The end of the lattice that a price rule selects.

        None if no end solves the rule, but a linear program that trades some agents' utilities for others'.
        """
        test = self.test
        least_deficit = rule == "least-deficit" or (rule == "couriers" and self.busy)
        if least_deficit and test.tips and len(test.i):
            return None
        if rule == "couriers" and not self.busy:
            return self._greatest_couriers()
        return self.greatest_prices() if least_deficit or rule == "stores" else self._least_couriers(self.top)

    def greatest_prices(self) -> Potentials:
        """The greatest prices, then the least compensations."""
        return self._least_couriers(self.bottom)

    def _least_couriers(self, utilities: Numbers) -> Potentials:
        """The least utilities of couriers that go with buyers' utilities and without tips on trades."""
        test = self.test
        prices = self.arrays.values[test.i, test.j] - utilities
        u, p = self._spread(utilities, prices)
        low = np.zeros_like(utilities)
        if test.tips:
            low = np.maximum(low, self.arrays.best_gain_by_courier(u, p)[test.k])
        z = -shortest(-low, test.takeover_arcs.T).distance if len(low) else low
        return Potentials(u, p, test.spread(z))

    def _greatest_couriers(self) -> Potentials:
        """The greatest utilities of couriers, then the least prices, then the least utilities of buyers."""
        test = self.test
        prices = self.prices()[0]
        if not test.tips:
            return Potentials(*self._spread(self.top, prices), test.spread(test.greatest))
        z = test.spread(test.greatest)
        p = self._spread(self.top, prices)[1]
        surplus = self.arrays.values - self.arrays.least(z)[0] - p
        least = np.maximum(surplus.max(axis=1), 0)[test.i]
        return Potentials(self._spread(least, prices)[0], p, z)

    def _spread(self, utilities: Numbers, prices: Numbers) -> tuple[Numbers, Numbers]:
        buyers, stores, _ = self.arrays.shape
        u, p = np.zeros(buyers, dtype=utilities.dtype), np.zeros(stores, dtype=utilities.dtype)
        u[self.test.i], p[self.test.j] = utilities, prices
        return u, p
