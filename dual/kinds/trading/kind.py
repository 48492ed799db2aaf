"""Kind ``trading-network``: buyers, sellers, who knows whom, and a platform that introduces further pairs.

Outcome and prices are a competitive equilibrium of the pairs that know each other, with the largest competitive
prices (or the smallest). The platform introduces pairs and earns the prices of the trades among them
(D'Amico-Wong, Gonczarowski, Ma and Parkes 2024). Objectives: ``revenue``; ``welfare``, the best introductions for
welfare; ``equilibrium``, no introductions at all.

Primal witness: introductions, and the equilibrium they lead to with the support of its prices
(:mod:`dual.kinds.trading.equilibrium`). Dual witness: assignment prices for welfare; for revenue multipliers, alone or
in a branching tree (:mod:`dual.kinds.trading.revenue`), cases of introductions
(:mod:`dual.kinds.trading.introductions`), or homogeneous goods (:mod:`dual.kinds.trading.homogeneous`).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from importlib import import_module

from dual.errors import Violation
from dual.verdict import Kind
from dual.words import brief

from .equilibrium import Equilibrium, Market, assignment_bound, equilibrium, largest, smallest
from .statement import TradingNetworkStatement
from .valuations import Pair
from .witness import Assignment, Derived, Dual, Outcome, read_dual, read_primal


def lower(statement: TradingNetworkStatement, primal: Outcome) -> Fraction:
    """The welfare or revenue of the equilibrium that some introductions lead to."""
    _refuse_introductions(statement, primal.introduced)
    market = _market_with(statement, primal.introduced)
    state = equilibrium(market, primal.trades, primal.prices, primal.utilities)
    (largest if statement.price_rule == "largest" else smallest)(market, state, primal.support)
    welfare = (sum(state.utilities) + sum(state.net)) / Fraction(state.denominator)
    earned = _revenue(statement, state, primal.introduced)
    if primal.hostile is not None:
        from .ties import total_of_ties

        introduced = set(primal.introduced)
        earned = total_of_ties(market, state, lambda i, j: (i, j) in introduced, primal.hostile)
    for name, stated, value in (("welfare", primal.welfare, welfare), ("revenue", primal.revenue, earned)):
        if stated != value:
            raise Violation(f"{name} = {brief(stated)} is stated, but it is {brief(value)}")
    return earned if statement.objective == "revenue" else welfare


def _refuse_introductions(statement: TradingNetworkStatement, introduced: Sequence[Pair]) -> None:
    for i, j in introduced:
        if j in statement.acquaintances[i]:
            raise Violation(f"the pair ({i}, {j}) is introduced, but the two know each other already")
    if introduced and statement.objective == "equilibrium":
        raise Violation("pairs are introduced, but the objective is the equilibrium without a platform")


def _market_with(statement: TradingNetworkStatement, introduced: Sequence[Pair]) -> Market:
    if statement.known is None or not introduced:
        return statement.world
    pairs = [list(row) for row in statement.known]
    for i, j in introduced:
        pairs[i].append(j)
    return Market.on(statement.values, statement.costs, pairs)


def _revenue(statement: TradingNetworkStatement, state: Equilibrium, introduced: Sequence[Pair]) -> Fraction:
    sold = [j for i, j in introduced if state.seller_of[i] == j]
    return sum(state.net[j] for j in sold) / Fraction(state.denominator) + sum(statement.costs[j] for j in sold)


def upper(statement: TradingNetworkStatement, dual: Dual) -> Fraction:
    """The bound that assignment prices (welfare) or a revenue certificate prove."""
    if isinstance(dual, Assignment):
        alone = statement.objective == "equilibrium" or statement.known is None
        market = statement.world if alone else Market.on(statement.values, statement.costs, None)
        return assignment_bound(market, dual.buyers, dual.sellers)
    module = "revenue" if dual.kind in ("lp", "tree") else dual.kind  # a verdict loads only what it rests on
    bound: Fraction = import_module(f".{module}", __package__).upper(statement, dual)
    return bound


def derives(dual: object) -> bool:
    """Whether the checker finds the optimum itself."""
    return isinstance(dual, Derived)


def lacks(statement: TradingNetworkStatement) -> str:
    """What has families: equilibria, and introductions for welfare."""
    has = statement.objective == "equilibrium" or (statement.objective == "welfare" and statement.ties != "hostile")
    return "" if has else 'objective "equilibrium", or "welfare" with ties that are not hostile'


KIND = Kind(
    "trading-network",
    TradingNetworkStatement.read,
    lower,
    upper,
    derives=derives,
    primal=read_primal,
    dual=read_dual,
    lacks=lacks,
)
