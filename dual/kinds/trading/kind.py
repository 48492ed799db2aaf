"""Kind ``trading-network``: buyers, sellers, who knows whom, and a platform that introduces further pairs.

Trades and prices are a competitive equilibrium of the pairs that know each other, with the largest competitive
prices (or the smallest). The platform introduces pairs and earns the prices of the trades among them
(D'Amico-Wong, Gonczarowski, Ma and Parkes 2024). Objectives: ``revenue``; ``welfare``, the best introductions for
welfare; ``equilibrium``, no introductions at all.

Primal witness: introductions, and the equilibrium they lead to with the support of its prices
(:mod:`dual.kinds.trading.equilibrium`). Dual witness: assignment prices for welfare; for revenue multipliers, alone or
in a branching tree (:mod:`dual.kinds.trading.revenue`), or what the structure of some markets allows
(``CERTIFICATES``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, partial
from importlib import import_module
from typing import Self

from dual.errors import InputError, Violation
from dual.names import DESCRIPTION, labels
from dual.numbers.choices import choice
from dual.numbers.exact import Vector, number, vector
from dual.numbers.masses import nonnegative
from dual.statement import Statement, fields, stated
from dual.verdict import Kind
from dual.words import brief

from .equilibrium import FREE, Equilibrium, Market, assignment_bound, equilibrium, largest, smallest
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
        read_known, "", 'pairs `[i, j]` that know each other, or `"all"`', after="values"
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
        """Costs that are not stated are zero."""
        return self if self.costs else replace(self, costs=(Fraction(0),) * self.values.shape[1])

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


PRIMAL = ("introduced", "trades", "prices", "utilities", "support", "welfare", "revenue")


def lower(statement: TradingNetworkStatement, primal: object) -> Fraction:
    """The welfare or revenue of the equilibrium that some introductions lead to."""
    hostile = statement.ties == "hostile" and statement.objective != "equilibrium"
    found = fields(primal, [*PRIMAL, "hostile"] if hostile else PRIMAL, where="primal")
    introduced = _introduced(statement, found["introduced"])
    trades = pair_list(found["trades"], "primal.trades", statement.values)
    market = _market_with(statement, introduced)
    state = equilibrium(market, trades, found["prices"], found["utilities"])
    (largest if statement.price_rule == "largest" else smallest)(market, state, found["support"])
    welfare = Fraction(sum(state.utilities) + sum(state.net), state.denominator)
    earned = _revenue(statement, state, introduced)
    if hostile:
        from .ties import least_revenue

        earned = least_revenue(market, state, set(introduced), found["hostile"])
    for name, value in (("welfare", welfare), ("revenue", earned)):
        if number(found[name], f"primal.{name}") != value:
            raise Violation(f"{name} = {brief(number(found[name]))} is stated, but it is {brief(value)}")
    return earned if statement.objective == "revenue" else welfare


def _introduced(statement: TradingNetworkStatement, raw: object) -> list[Pair]:
    introduced = pair_list(raw, "primal.introduced", statement.values)
    for i, j in introduced:
        if j in statement.acquaintances[i]:
            raise Violation(f"the pair ({i}, {j}) is introduced, but the two know each other already")
    if introduced and statement.objective == "equilibrium":
        raise Violation("pairs are introduced, but the objective is the equilibrium without a platform")
    return introduced


def _market_with(statement: TradingNetworkStatement, introduced: Sequence[Pair]) -> Market:
    if statement.known is None or not introduced:
        return statement.world
    pairs = [list(row) for row in statement.known]
    for i, j in introduced:
        pairs[i].append(j)
    return Market.on(statement.values, statement.costs, pairs)


def _revenue(statement: TradingNetworkStatement, state: Equilibrium, introduced: Sequence[Pair]) -> Fraction:
    sold = [j for i, j in introduced if state.seller_of[i] == j]
    return Fraction(sum(state.net[j] for j in sold), state.denominator) + sum(statement.costs[j] for j in sold)


CERTIFICATES = {
    "lp": "revenue",
    "tree": "revenue",
    "homogeneous": "homogeneous",
    "one-seller": "bids",
    "autarky": "autarky",
    "enumeration": "enumeration",
}
"""The modules that check what bounds a revenue; a verdict loads only the one it rests on."""


def upper(statement: TradingNetworkStatement, dual: object) -> Fraction:
    """The bound that assignment prices (welfare) or a revenue certificate prove."""
    if statement.objective == "revenue":
        kind = dual.get("kind") if isinstance(dual, Mapping) else None
        if not isinstance(kind, str) or kind not in CERTIFICATES:
            raise InputError(f"the certificate of a revenue is one of {', '.join(CERTIFICATES)}", "dual.kind")
        bound: Fraction = import_module(f".{CERTIFICATES[kind]}", __package__).upper(statement, dual)
        return bound
    found = fields(dual, ["kind", "buyers", "sellers"], where="dual")
    if found["kind"] != "lp":
        raise InputError('the certificate of a welfare is of kind "lp"', "dual.kind")
    if statement.objective == "equilibrium" or statement.known is None:
        market = statement.world
    else:
        market = Market.on(statement.values, statement.costs, None)
    return assignment_bound(market, found["buyers"], found["sellers"])


def derives(dual: object) -> bool:
    """Whether the checker finds the optimum itself."""
    return isinstance(dual, Mapping) and dual.get("kind") in ("homogeneous", "enumeration")


KIND = Kind("trading-network", TradingNetworkStatement.read, lower, upper, derives=derives)

__all__ = ["FREE", "KIND", "TradingNetworkStatement", "assignment_bound", "lower", "upper"]
