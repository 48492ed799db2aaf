"""What an instance of kind ``trading-network`` says: values, who knows whom, costs, and the rules of the market."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, partial
from typing import Self

from dual.errors import InputError
from dual.names import DESCRIPTION, labels
from dual.numbers.choices import choice
from dual.numbers.exact import Vector, vector
from dual.numbers.masses import nonnegative
from dual.statement import Statement, stated

from .equilibrium import Market
from .valuations import Pair, Valuations, pair_list
from .valuations import parse as valuations

ALL = "all"
PRICE_RULES = ("largest", "smallest")
TIES = ("platform", "hostile")
OBJECTIVES = ("revenue", "welfare", "equilibrium")


def read_values(raw: object, where: str, _buyers: None, _sellers: None) -> Valuations:  # noqa: ARG001 (its own field)
    """Read what buyers would pay sellers."""
    return valuations(raw)


def read_known(raw: object, where: str, values: Valuations) -> tuple[tuple[int, ...], ...] | None:
    """Read who knows whom: for each buyer the sellers she knows, ascending; None if that is everyone."""
    if isinstance(raw, str):
        if raw != ALL:
            raise InputError(f'"{raw[:60]}" is unknown; write a list of pairs [buyer, seller], or "{ALL}"', where)
        return None
    known: list[list[int]] = [[] for _ in range(values.shape[0])]
    pairs = pair_list(raw, where, values)
    for i, j in pairs:
        known[i].append(j)
    return None if len(pairs) == values.pairs() else tuple(map(tuple, known))


@dataclass(frozen=True, kw_only=True, repr=False)
class TradingNetworkStatement(Statement):
    """Values, who knows whom (``None``: everyone), sellers' costs, and the rules of the market.

    ``known`` holds, for each buyer, the sellers she knows, ascending.
    """

    kind = "trading-network"
    values: Valuations = stated(
        read_values,
        "buyers sellers",
        'values >= 0; or `{"pairs": [[i, j, v], ...], "shape": [n, m]}`, where an absent pair can never trade; or '
        '`{"buyers": [v0, v1, ...], "sellers": m}`, where all m sellers are alike to each buyer',
    )
    known: tuple[tuple[int, ...], ...] | None = stated(
        read_known, "", 'pairs `[i, j]` that know each other, or `"all"`; none by default', default=(), after="values"
    )
    costs: Vector = stated(
        partial(vector, entry=nonnegative), "sellers", "costs >= 0, which prices include; zero by default", default=()
    )
    buyers: tuple[str, ...] | None = stated(labels, "buyers", "names of the buyers", default=None)
    sellers: tuple[str, ...] | None = stated(labels, "sellers", "names of the sellers", default=None)
    price_rule: str = stated(
        partial(choice, known=PRICE_RULES), "", "which of the competitive prices are paid", default=PRICE_RULES[0]
    )
    ties: str = stated(
        partial(choice, known=TIES), "", "in whose favour equally efficient matchings are chosen", default=TIES[0]
    )
    objective: str = stated(
        partial(choice, known=OBJECTIVES),
        "",
        "what is maximised; `equilibrium`: nobody is introduced",
        default=OBJECTIVES[0],
    )

    def checked(self, found: Mapping[str, object], where: str) -> Self:  # noqa: ARG002 (a statement is read nowhere else)
        """Costs that are not stated are zero, and nobody knows anybody unless it is said."""
        buyers, sellers = self.values.shape
        known = ((),) * buyers if self.known == () else self.known
        return (
            self
            if self.costs and known is self.known
            else replace(self, costs=self.costs or (Fraction(0),) * sellers, known=known)
        )

    def document(self) -> dict[str, object]:
        """The instance as its file holds it, names first, with exact numbers as text."""
        found = super().document()
        found["known"] = ALL if self.known is None else [list(pair) for pair in self.known_pairs]
        if not any(self.costs):
            del found["costs"]
        first = ("kind", *DESCRIPTION, "buyers", "sellers")
        return {name: found[name] for name in (*first, *found) if name in found}

    @property
    def known_pairs(self) -> list[Pair]:
        """The pairs that know each other, in order."""
        if self.known is None:
            return [(i, j) for i, who in enumerate(self.values.sellers) for j in who]
        return [(i, j) for i, who in enumerate(self.known) for j in who]

    @cached_property
    def acquaintances(self) -> tuple[frozenset[int] | range, ...]:
        """The sellers each buyer knows, for quick look-ups."""
        if self.known is None:
            return tuple(who if isinstance(who, range) else frozenset(who) for who in self.values.sellers)
        return tuple(map(frozenset, self.known))

    @cached_property
    def world(self) -> Market:
        """The pairs that know each other."""
        return Market.on(self.values, self.costs, self.known)

    @cached_property
    def unit(self) -> Fraction:
        """The largest number of which all values and costs, hence all welfares and extreme prices, are multiples."""
        return Fraction(1, Market((), self.costs, self.values.denominator).scaled()[0])
