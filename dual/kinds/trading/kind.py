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
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from importlib import import_module

from dual.errors import InputError, Violation
from dual.numbers.exact import brief, number, vector
from dual.numbers.files import plain
from dual.statement import Statement, fields, instance_fields, labels
from dual.verdict import Kind

from .equilibrium import FREE, Equilibrium, Market, assignment_bound, equilibrium, largest, smallest
from .valuations import Pair, Valuations, pair_list
from .valuations import parse as valuations

ALL = "all"
PRICE_RULES = ("largest", "smallest")
TIES = ("platform", "hostile")
OBJECTIVES = ("revenue", "welfare", "equilibrium")


@dataclass(frozen=True, kw_only=True)
class TradingNetworkStatement(Statement):
    """Values, who knows whom (``None``: everyone), sellers' costs, and the rules of the market.

    ``known`` holds, for each buyer, the sellers she knows, ascending.
    """

    kind = "trading-network"
    buyers: tuple[str, ...] | None = None
    sellers: tuple[str, ...] | None = None
    values: Valuations
    known: tuple[tuple[int, ...], ...] | None
    costs: tuple[Fraction, ...]
    price_rule: str = "largest"
    ties: str = "platform"
    objective: str = "revenue"

    def document(self) -> dict[str, object]:
        """The instance as its file holds it, with exact numbers as text."""
        found = super().document()
        found["values"] = plain(self.values.document())
        found["known"] = ALL if self.known is None else [list(pair) for pair in self.known_pairs]
        if not any(self.costs):
            del found["costs"]
        return found

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


def parse(raw: Mapping[str, object]) -> TradingNetworkStatement:
    """Read a ``trading-network`` instance."""
    found, description = instance_fields(
        raw, ["values", "known"], ["buyers", "sellers", "costs", "price_rule", "ties", "objective"]
    )
    values = valuations(found["values"])
    costs = vector(found["costs"], "costs", values.shape[1]) if "costs" in found else (Fraction(0),) * values.shape[1]
    for j, cost in enumerate(costs):
        if cost < 0:
            raise InputError(f"{brief(cost)} is negative; a cost is >= 0", f"costs[{j}]")
    return TradingNetworkStatement(
        buyers=labels(found.get("buyers"), "buyers", values.shape[0]),
        sellers=labels(found.get("sellers"), "sellers", values.shape[1]),
        values=values,
        known=_known(found["known"], values),
        costs=costs,
        price_rule=_word(found, "price_rule", PRICE_RULES),
        ties=_word(found, "ties", TIES),
        objective=_word(found, "objective", OBJECTIVES),
        **description,
    )


def _known(raw: object, values: Valuations) -> tuple[tuple[int, ...], ...] | None:
    if isinstance(raw, str):
        if raw != ALL:
            raise InputError(f'"{raw[:60]}" is unknown; write a list of pairs [buyer, seller], or "{ALL}"', "known")
        return None
    known: list[list[int]] = [[] for _ in range(values.shape[0])]
    pairs = pair_list(raw, "known", values)
    for i, j in pairs:
        known[i].append(j)
    return None if len(pairs) == values.pairs() else tuple(map(tuple, known))


def _word(found: Mapping[str, object], name: str, words: Sequence[str]) -> str:
    word = found.get(name, words[0])
    if word not in words:
        raise InputError(f'"{str(word)[:60]}" is unknown; write {" or ".join(words)}', name)
    return str(word)


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


KIND = Kind("trading-network", parse, lower, upper, derives=derives)

__all__ = ["FREE", "KIND", "TradingNetworkStatement", "assignment_bound", "lower", "parse", "upper"]
