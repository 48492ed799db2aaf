"""What a platform can earn under any rule of prices and ties, by cases of what it introduces.

A tree (:mod:`dual.proofs.tree`) splits pairs that may be introduced, number ``i m + j``, so that a leaf knows of some
that they are, the pairs L, and of some that they are not; U is all other pairs. A leaf is one of

* numbers ``a_i, b_j >= 0`` with ``a_i + b_j >= v_ij`` on the pairs of U that do not know each other: no introduced pair
  pays more than its value, so that their sum is a bound;
* an equilibrium of U whose trades all lie in L, or know each other. It is one of every set A of introductions between
  L and U, so its trades are efficient there and its prices competitive, hence no less than the smallest. If what
  supports them as the largest lies in L and among those who know each other, they are no less than the largest of A
  either. Under hostile ties A earns no more than these trades do at these prices. Under friendly ones the efficient
  matching that earns most counts; it uses tight pairs of U, so ``ties`` bounds it by the dual of an assignment
  problem (:mod:`dual.kinds.trading.ties`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from dual.errors import InputError, Violation
from dual.limits import numbers, steps
from dual.numbers.exact import Vector, vector
from dual.proofs import tree
from dual.statement import Record, stated

from .equilibrium import Market, Support, assignment_bound, equilibrium, largest
from .statement import TradingNetworkStatement
from .ties import total_of_ties
from .valuations import Pair
from .witness import Cases, Ties, read_pairs, read_support

_STEPS_EACH = 20
"""What a pair costs in :mod:`dual.limits`' steps whenever a market is made."""


@dataclass(frozen=True, repr=False)
class Case(Record):
    """An equilibrium of all pairs that a leaf does not exclude."""

    trades: tuple[Pair, ...] = stated(read_pairs, "", "the pairs that trade", after="statement")
    prices: Vector = stated(vector, "sellers", "what sellers are paid; their costs where they sell nothing")
    utilities: Vector = stated(vector, "buyers", "what buyers gain")
    support: Support | None = stated(
        read_support, "sellers", "why prices are the largest, if they are", default=None, after="statement"
    )
    ties: Ties | None = stated(Ties, "", "under friendly ties, why no efficient matching earns more", default=None)


def upper(statement: TradingNetworkStatement, dual: Cases) -> Fraction:
    """The bound of a tree of introductions."""
    bound = tree.upper(Introductions(statement), dual.nodes)
    if bound is None:
        raise Violation("no set of introductions is left, but introducing nobody is possible")
    return bound


class Introductions:
    """Sets of introductions, for :mod:`dual.proofs.tree`."""

    def __init__(self, statement: TradingNetworkStatement) -> None:
        self.statement = statement
        self.buyers, self.width = statement.values.shape
        self._lengths = statement.lengths()

    def variables(self) -> int:
        """The number of pairs, possible or not."""
        return self.buyers * self.width

    def box(self, _variable: int) -> tuple[int, int]:
        """A pair is introduced or not."""
        return 0, 1

    def exclusive(self, _first: object, _second: object) -> bool:
        """Any two pairs may be introduced."""
        return False

    def follow(self, _box: tree.Box, _raw: object, where: str) -> tree.Box:
        """Nothing follows for other introductions."""
        raise InputError("nothing follows from introductions for others", where)

    def bound(
        self, box: tree.Box, leaf: Mapping[str, object], where: str, _one_of: Collection[int] = ()
    ) -> Fraction | None:
        """What no set of introductions within a box earns more than."""
        known = self.statement.acquaintances
        chosen, excluded = set[Pair](), set[Pair]()
        for k, (least, most) in box.items():
            i, j = divmod(k, self.width)
            if j in known[i] or self.statement.values.amount(i, j) is None:
                raise InputError(f"the pair ({i}, {j}) cannot be introduced", where)
            if least >= 1:
                chosen.add((i, j))
            elif most <= 0:
                excluded.add((i, j))
        if "trades" in leaf:
            found = Case.within(leaf, where, dict(self._lengths), {"statement": self.statement})
            return self._earned(found, chosen, excluded, where)
        worth = Ties.within(leaf, where, dict(self._lengths))
        nothing = (Fraction(0),) * self.width
        return assignment_bound(self._market(excluded, nothing, where, new=True), worth.buyers, worth.sellers, where)

    def _market(self, excluded: set[Pair], costs: Vector, where: str, *, new: bool = False) -> Market:
        """The market of all pairs that are not excluded, or of the new ones among them."""
        values, known = self.statement.values, self.statement.acquaintances
        if not excluded and not new:
            return Market.on(values, costs, None)
        numbers(2 * values.pairs(), f"{where}: a market of {values.pairs():,} pairs")
        longest = max(values.denominator, *(max(row, default=0) for row in values.amounts))
        steps(_STEPS_EACH * values.pairs(), f"going through all pairs for {where}", longest)
        rows = enumerate(values.sellers)
        pairs = [[j for j in row if (i, j) not in excluded and not (new and j in known[i])] for i, row in rows]
        return Market.on(values, costs, pairs)

    def _earned(self, found: Case, chosen: set[Pair], excluded: set[Pair], where: str) -> Fraction:
        """What an equilibrium of all pairs that are not excluded proves, its trades known or chosen."""
        known, costs = self.statement.acquaintances, self.statement.costs
        market = self._market(excluded, costs, where)
        state = equilibrium(market, found.trades, found.prices, found.utilities)
        sold = [(i, j) for i, j in found.trades if j not in known[i]]
        if not chosen.issuperset(sold):
            i, j = next(pair for pair in sold if pair not in chosen)
            raise Violation(f"{where}: the pair ({i}, {j}) trades, but need not be introduced")
        if sold and self.statement.price_rule == "largest":
            if found.support is None:
                raise InputError("the field is missing", f"{where}.support")
            least = [[*row, *(j for k, j in chosen if k == i)] for i, row in enumerate(known)]
            largest(Market.on(self.statement.values, costs, least), state, found.support)
        if self.statement.ties == "hostile":
            return sum((found.prices[j] for _, j in sold), Fraction(0))
        if found.ties is None:
            raise InputError("the field is missing", f"{where}.ties")
        return total_of_ties(market, state, lambda i, j: j not in known[i], found.ties, -1, f"{where}.ties")
