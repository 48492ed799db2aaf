"""Delivery markets: the problem, and the questions to ask of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar, Unpack

from dual.errors import InputError, Violation
from dual.kinds.delivery.costs import Costs, Triple
from dual.kinds.delivery.statement import BUDGETS, PRICE_RULES, DeliveryStatement
from dual.kinds.delivery.witness import disjoint
from dual.numbers.choices import choice
from dual.numbers.exact import Matrix
from transport.programs.effort import Effort
from transport.road.methods import by_name
from transport.road.places import places
from transport.road.problem import Described, Problem

from .arrays import Arrays, sorted_trades
from .budget import within
from .methods import solve_best, solve_decomposed, solve_monolithic
from .missing import ruled_out
from .names import Names, names
from .report import TipsComparison
from .rules import ruled
from .solution import MatchingSolution
from .support import Contradiction, support
from .supported import Refused, Supported


class DeliverySolution(MatchingSolution["DeliveryMarket"]):
    """A matching, its prices, and the proof that no other is better."""


SIDES = ("buyer", "store", "courier")
Trades = Iterable[Sequence[int | str]]


class DeliveryMarket(Problem[DeliveryStatement, DeliverySolution]):
    """Buyers, stores and couriers who trade in triples, at prices, compensations and perhaps tips.

    A matching M of disjoint triples (i, j, k) has welfare ``W(M) = sum of values[i][j] - costs[k][i][j]``. Prices p,
    compensations w (paid by the platform) and tips t, all >= 0 and quoted for every pair, support it if each buyer's
    trade maximises ``values[i][j] - p_j - t_ij`` and each courier's ``w_ij + t_ij - costs[k][i][j]`` (nobody does worse
    than with nothing), and unsold stores have price 0. The value is the greatest welfare of a supported matching.
    The model is derived: the paper's abstract (Gonczarowski, Ma and Parkes, Pricing with Tips in Three-Sided Delivery
    Platforms) is true of it, and of none of the other rules that were tried.

    Parameters
    ----------
    values : array_like, shape (B, S)
        Buyers' values for stores, >= 0.
    costs : array_like, shape (K, B, S), or mapping
        Couriers' costs, >= 0, indexed [courier][buyer][store]; or a sum of two legs around a centre:
        ``{"centre": "store", "courier_store": e, "buyer_store": d}`` for ``e[k][j] + d[i][j]``,
        ``{"centre": "buyer", "courier_buyer": e, "buyer_store": d}`` for ``e[k][i] + d[i][j]``,
        ``{"centre": "courier", "courier_buyer": a, "courier_store": b}`` for ``a[k][i] + b[k][j]``. These are never
        written out where a flow solves the market (the last one only if values are sums of a buyer's and a store's
        number).
    buyers, stores, couriers : sequence of str, optional
        Names, all different.
    tips : bool
        Whether buyers may tip; without, all tips are 0.
    objective : {"equilibrium-welfare", "efficient"}
        The best supported matching, or the best matching whether supported or not.
    price_rule : {"least-deficit", "buyers", "stores", "couriers", "least-tips"}
        Which supporting prices are shown: those of least deficit (compensations minus prices over the trades), of the
        greatest total utility of a side, or of the least tips on trades; among these the smallest vector of prices (in
        the order of stores), compensations and tips (in the order of buyers). If no courier is idle, nothing bounds
        compensations, and ``couriers`` chooses among the least deficits.
    missing : {"impossible"}, optional
        Reads None and NaN as what cannot be: a missing value as a buyer and a store that never trade, a missing cost as
        a courier who cannot serve the pair. They are given a cost above all values and other costs together, which
        ``notes`` names: no matching of greatest welfare uses them unless every supported one does.
    name, source, notes : str, optional
        Descriptions.

    Raises
    ------
    InputError
        If a shape, a number or a name is wrong; the message names the field.

    Examples
    --------
    >>> market = DeliveryMarket(values=[[5, 2], [3, 4]], costs=[[[1, 1], [1, 1]]])
    >>> solution = market.solve()
    >>> solution.lower, solution.grade, solution.transactions
    (Fraction(4, 1), 'exact', ((0, 0, 0),))
    >>> market.replace(tips=False).solve().grade
    'infeasible'
    """

    kind = "delivery-market"
    methods = by_name(solve_best, solve_decomposed, solve_monolithic)
    roads: ClassVar[Mapping[str, str]] = {
        "one-trade": "at most one trade is possible",
        "flow": "costs are additive around one side: a flow and its potentials",
        "decomposition-tree": "the decomposition with a branching tree",
        "fewest-couriers": "no equilibrium without tips: too few couriers for the smallest heaviest matching",
    }
    solution_class = DeliverySolution
    former_names: ClassVar[Mapping[str, str]] = {"costs.store_buyer": "buyer_store"}

    def __init__(
        self,
        values: object,
        costs: object,
        *,
        buyers: Sequence[str] | None = None,
        stores: Sequence[str] | None = None,
        couriers: Sequence[str] | None = None,
        tips: bool = True,
        objective: str = "equilibrium-welfare",
        price_rule: str = "least-deficit",
        missing: str | None = None,
        **described: Unpack[Described],
    ) -> None:
        self._state(
            {
                "values": values,
                "costs": costs,
                "buyers": buyers,
                "stores": stores,
                "couriers": couriers,
                "tips": tips,
                "objective": objective,
                "price_rule": price_rule,
                "missing": missing,
                **described,
            }
        )

    @classmethod
    def _understood(cls, fields: Mapping[str, Any], options: Mapping[str, object]) -> Mapping[str, Any]:
        """Values and costs that may be missing."""
        if options.get("missing") is None:
            return fields
        choice(options["missing"], "missing", ("impossible",))
        found = ruled_out(fields.get("values"), fields.get("costs"))
        if found is None:  # no tables: the reader says what is wrong
            return fields
        values, costs, prohibitive = found
        notes = fields.get("notes"), f"What cannot trade costs {prohibitive}, more than all values and other costs."
        return {**fields, "values": values, "costs": costs, "notes": "\n".join(filter(None, notes))}

    def replace(self, **fields: object) -> DeliveryMarket:
        """The same market with some fields changed.

        Examples
        --------
        >>> DeliveryMarket([[4]], [[[10]]]).replace(tips=False).solve().lower
        Fraction(-6, 1)
        """
        s = self.statement
        kept: dict[str, object] = {entry.name: getattr(s, entry.name) for entry in dataclasses.fields(s)}
        kept["costs"] = s.costs.document()  # exact numbers, which need not go through text
        made = DeliveryMarket.__new__(DeliveryMarket)
        made._state({**kept, **fields})
        return made

    @property
    def values(self) -> Matrix:
        """``values[i][j]``."""
        return self.statement.values

    @property
    def costs(self) -> Costs[Fraction]:
        """The costs; ``costs.at(k, i, j)`` is one of them."""
        return self.statement.costs

    @property
    def shape(self) -> tuple[int, int, int]:
        """The numbers of buyers, stores and couriers."""
        return self.statement.shape

    @cached_property
    def arrays(self) -> Arrays:
        """Values and costs in integer arrays."""
        return Arrays.of(self.statement)

    @property
    def names(self) -> Names:
        """The names of buyers, stores and couriers, or their numbers."""
        return names(self.statement)

    def welfare(self, trades: Trades) -> Fraction:
        """``W(M)`` of disjoint triples, by index or name.

        Raises
        ------
        InputError
            If a triple is not one, or someone trades twice.
        """
        return sum((self.statement.gain(triple) for triple in self._trades(trades)), Fraction(0))

    def _trades(self, trades: Trades) -> tuple[Triple, ...]:
        try:
            named = places(trades, list(zip(SIDES, self._named_sides(), strict=True)), "transactions")
            return sorted_trades(disjoint([list(trade) for trade in named], "transactions", *self.statement.shape))
        except Violation as error:
            raise InputError(str(error)) from None

    def _named_sides(self) -> tuple[Sequence[str] | None, ...]:
        return self.statement.buyers, self.statement.stores, self.statement.couriers

    def support(
        self,
        trades: Trades,
        tips: bool | None = None,
        price_rule: str | None = None,
        budget: str = "none",
    ) -> Supported | Refused:
        """Decide in polynomial time whether prices support a matching.

        Parameters
        ----------
        trades : sequence of (buyer, store, courier)
            Disjoint triples, by index or name.
        tips : bool, optional
            Whether buyers may tip; by default as in the market.
        price_rule : str, optional
            Which supporting prices are wanted; by default the market's.
        budget : {"none", "order", "total"}
            What the platform may pay: anything, as in the model; at most its price for every trade,
            ``w_ij <= p_j``; or at most the prices in sum over the trades. The last two are not part of the model: they
            are decided by a linear program, and the rule picks among the prices within the budget.

        Returns
        -------
        Supported or Refused
            With ``supported`` True and prices, compensations and tips; or False and the inequalities that contradict
            each other, in numbers (``witness``) and in words (``str``). The checker has seen either.

        Raises
        ------
        InputError
            If the transactions, the rule or the budget are not valid.
        SolverError
            If a budget needs numbers that are too long.

        Examples
        --------
        >>> market = DeliveryMarket([[3, 4], [4, 3]], [[[0, 10], [10, 10]], [[10, 10], [10, 0]], [[10, 0], [0, 10]]])
        >>> market.support([(0, 0, 0), (1, 1, 1)]).supported
        False
        >>> market.support([(0, 1, 0), (1, 0, 1)]).supported
        False
        >>> market.replace(costs=[[[0, 10], [10, 10]], [[10, 10], [10, 0]]]).support([(0, 0, 0), (1, 1, 1)]).supported
        True
        """
        market = self if tips is None or tips == self.statement.tips else self.replace(tips=tips)
        rule = choice(price_rule or self.statement.price_rule, "price_rule", PRICE_RULES)
        choice(budget, "budget", BUDGETS)
        read = self._trades(trades)
        found = support(market.arrays, read, market.statement.tips)
        if isinstance(found, Contradiction):
            return Refused.of(market.statement, read, found)
        if budget != "none" and read:
            limited = within(market.arrays, read, market.statement.tips, budget, rule)
            if isinstance(limited, Contradiction):
                return Refused.of(market.statement, read, limited, budget)
            prices, how = limited
        else:
            prices, how, _ = ruled(market.arrays, read, market.statement.tips, rule, Effort())
        return Supported.of(market.statement, read, prices, how, budget)

    def fleet(self, couriers: int) -> DeliveryMarket:
        """The market with only the first few couriers.

        Raises
        ------
        InputError
            If there are not as many, or none are asked for.
        """
        if not 1 <= couriers <= self.shape[2]:
            raise InputError(f"a number from 1 to {self.shape[2]} is needed", "couriers")
        costs = self.costs
        second = costs.second[:couriers] if costs.centre == "courier" else costs.second
        fewer = Costs(costs.cube[:couriers], costs.centre, costs.first[:couriers], second)
        names = self.statement.couriers
        return self.replace(costs=fewer.document(), couriers=None if names is None else names[:couriers])

    def compare(self, *, time_limit: float | None = None) -> TipsComparison:
        """Efficient welfare, and the best equilibria with and without tips: who gains and who loses from tips.

        Parameters
        ----------
        time_limit : float, optional
            Seconds for each of the three problems.

        Returns
        -------
        TipsComparison
            The three solutions, ``table()``, ``gains()`` and ``price_ranges()``.

        Examples
        --------
        >>> market = DeliveryMarket([[5, 4], [4, 2]], [[[0, 5], [5, 5]], [[5, 5], [5, 0]]])
        >>> found = market.compare()
        >>> [str(s.lower) for s in (found.efficient, found.with_tips, found.without_tips)]
        ['7', '7', '-2']
        """
        asked: dict[str, object] = {"objective": "equilibrium-welfare"}
        questions = ({"objective": "efficient"}, {"tips": True, **asked}, {"tips": False, **asked})
        solved = [self.replace(**question).solve(time_limit=time_limit) for question in questions]
        return TipsComparison(*solved)
