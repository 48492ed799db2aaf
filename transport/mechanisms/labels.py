"""What goods, items and offers are called where a person reads them."""

from __future__ import annotations

from fractions import Fraction

from dual.kinds.mechanisms.menu import Offer
from dual.kinds.mechanisms.statement import Good, MechanismStatement


def item_names(statement: MechanismStatement) -> tuple[str, ...]:
    """The items' labels, or their numbers."""
    return statement.items or tuple(f"item {j}" for j in range(statement.count))


def good_name(statement: MechanismStatement, good: Good) -> str:
    """An item, a bundle or a vertex in words."""
    if isinstance(good, tuple):
        return "{" + ", ".join(item_names(statement)[j] for j in good) + "}"
    if statement.allocation is not None:
        return "(" + ", ".join(map(str, statement.allocation[good])) + ")"
    return item_names(statement)[good]


def offer_name(statement: MechanismStatement, offer: Offer) -> str:
    """What an offer gives, and its price."""
    parts = [("" if chance == 1 else f"{_short(chance)} ") + good_name(statement, good) for good, chance in offer.goods]
    return f"{' + '.join(parts) or 'nothing'} at {_short(offer.price)}"


def _short(value: Fraction) -> str:
    """A fraction if it is simple, else six digits."""
    return str(value) if value.denominator <= 1000 else f"{float(value):.6g}"
