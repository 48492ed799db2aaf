"""Kind ``delivery-market``: buyers, stores and couriers, with prices, compensations and perhaps tips.

Transactions are disjoint triples (buyer i, store j, courier k) of welfare ``values[i][j] - costs[k][i][j]``. They are
supported by prices p, compensations w and tips t, all >= 0, if every buyer and every courier gets a best choice at
them and unsold stores have price 0 (after Gonczarowski, Ma and Parkes, Pricing with Tips in Three-Sided Delivery
Platforms; the model is derived from their abstract). The value is the greatest welfare of a supported matching
(objective ``equilibrium-welfare``), or of any matching (``efficient``).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial

from dual.names import labels
from dual.numbers.choices import choice, flag
from dual.numbers.exact import Matrix
from dual.statement import Statement, stated

from .costs import Costs, Triple, Whole, read_costs, read_values

OBJECTIVES = ("equilibrium-welfare", "efficient")
PRICE_RULES = ("least-deficit", "buyers", "stores", "couriers", "least-tips")
BUDGETS = ("none", "order", "total")
"""What compensations may be at most: anything, a trade's price, or the prices in sum. The model has no budget."""


@dataclass(frozen=True, kw_only=True, repr=False)
class DeliveryStatement(Statement):
    """A delivery market: values and costs, whether buyers may tip, and what is sought."""

    kind = "delivery-market"
    values: Matrix = stated(read_values, "buyers stores", "values >= 0")
    costs: Costs[Fraction] = stated(
        read_costs,
        "couriers buyers stores",
        'costs >= 0; or legs that add up: `{"centre": "store", "courier_store": [k][j], "buyer_store": [i][j]}`, '
        '`{"centre": "buyer", "courier_buyer": [k][i], "buyer_store": [i][j]}`, '
        '`{"centre": "courier", "courier_buyer": [k][i], "courier_store": [k][j]}`',
    )
    buyers: tuple[str, ...] | None = stated(labels, "buyers", "names of the buyers", default=None)
    stores: tuple[str, ...] | None = stated(labels, "stores", "names of the stores", default=None)
    couriers: tuple[str, ...] | None = stated(labels, "couriers", "names of the couriers", default=None)
    tips: bool = stated(flag, "", "whether buyers may tip", default=True)
    objective: str = stated(partial(choice, known=OBJECTIVES), "", "what is sought", default=OBJECTIVES[0])
    price_rule: str = stated(
        partial(choice, known=PRICE_RULES), "", "which of the supporting prices are reported", default=PRICE_RULES[0]
    )

    @property
    def shape(self) -> tuple[int, int, int]:
        """The numbers of buyers, stores and couriers."""
        return len(self.values), len(self.values[0]), self.costs.couriers

    @cached_property
    def whole(self) -> Whole:
        """Values and costs as integers over one denominator."""
        return Whole.of(self.values, self.costs)

    def gain(self, triple: Triple) -> Fraction:
        """``values[i][j] - costs[k][i][j]``."""
        i, j, k = triple
        return self.values[i][j] - self.costs.at(k, i, j)
