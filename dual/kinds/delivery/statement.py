"""Kind ``delivery-market``: buyers, stores and couriers, with prices, compensations and perhaps tips.

Transactions are disjoint triples (buyer i, store j, courier k) of welfare ``values[i][j] - costs[k][i][j]``. They are
supported by prices p, compensations w and tips t, all >= 0, if every buyer and every courier gets a best choice at
them and unsold stores have price 0 (after Gonczarowski, Ma and Parkes, Pricing with Tips in Three-Sided Delivery
Platforms; the model is derived from their abstract). The value is the greatest welfare of a supported matching
(objective ``equilibrium-welfare``), or of any matching (``efficient``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from dual.errors import InputError, Violation
from dual.numbers.exact import index, items
from dual.numbers.files import plain
from dual.statement import Statement, instance_fields, labels

from . import costs as delivery_costs
from .costs import Costs, Matrix, Triple, Whole

OBJECTIVES = ("equilibrium-welfare", "efficient")
PRICE_RULES = ("least-deficit", "buyers", "stores", "couriers", "least-tips")
BUDGETS = ("none", "order", "total")
"""What compensations may be at most: anything, a trade's price, or the prices in sum. The model has no budget."""


@dataclass(frozen=True, kw_only=True)
class DeliveryStatement(Statement):
    """A delivery market: ``values[i][j]``, the costs, whether buyers may tip, and what is sought."""

    kind = "delivery-market"
    values: Matrix
    costs: Costs[Fraction]
    buyers: tuple[str, ...] | None = None
    stores: tuple[str, ...] | None = None
    couriers: tuple[str, ...] | None = None
    tips: bool = True
    objective: str = "equilibrium-welfare"
    price_rule: str = "least-deficit"

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

    def document(self) -> dict[str, object]:
        """The instance as its file holds it."""
        found = {
            "kind": self.kind,
            "name": self.name,
            "source": self.source,
            "notes": self.notes,
            "values": plain(self.values),
            "costs": plain(self.costs.document()),
            "buyers": plain(self.buyers),
            "stores": plain(self.stores),
            "couriers": plain(self.couriers),
            "tips": self.tips,
            "objective": self.objective,
            "price_rule": self.price_rule,
        }
        return {name: value for name, value in found.items() if value is not None}


def parse(raw: Mapping[str, object]) -> DeliveryStatement:
    """Read a ``delivery-market`` instance."""
    found, description = instance_fields(
        raw, ["values", "costs"], ["buyers", "stores", "couriers", "tips", "objective", "price_rule"]
    )
    values = delivery_costs.values_of(found["values"])
    costs = delivery_costs.parse(found["costs"], len(values), len(values[0]), None)
    tips = found.get("tips", True)
    if not isinstance(tips, bool):
        raise InputError("whether buyers may tip: true or false", "tips")
    return DeliveryStatement(
        values=values,
        costs=costs,
        buyers=labels(found.get("buyers"), "buyers", len(values)),
        stores=labels(found.get("stores"), "stores", len(values[0])),
        couriers=labels(found.get("couriers"), "couriers", costs.couriers),
        tips=tips,
        objective=choice(found.get("objective", OBJECTIVES[0]), "objective", OBJECTIVES),
        price_rule=choice(found.get("price_rule", PRICE_RULES[0]), "price_rule", PRICE_RULES),
        **description,
    )


def choice(value: object, where: str, known: tuple[str, ...]) -> str:
    """Read one of a few words."""
    if not isinstance(value, str) or value not in known:
        raise InputError(f"{str(value)[:40]!r} is unknown; known are {', '.join(known)}", where)
    return value


def transactions(statement: DeliveryStatement, raw: object, where: str) -> tuple[Triple, ...]:
    """Read a matching: triples of buyer, store and courier, nobody twice."""
    seen: list[set[int]] = [set(), set(), set()]
    read = []
    for n, item in enumerate(items(raw, where, empty=True)):
        place = f"{where}[{n}]"
        entry = items(item, place, 3)
        triple = tuple(index(entry[side], f"{place}[{side}]", statement.shape[side]) for side in range(3))
        for side, agent in enumerate(triple):
            if agent in seen[side]:
                raise Violation(f"{place}: {('buyer', 'store', 'courier')[side]} {agent} trades twice")
            seen[side].add(agent)
        read.append((triple[0], triple[1], triple[2]))
    return tuple(read)
