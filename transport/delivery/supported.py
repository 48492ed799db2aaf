"""The answers of the support test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dual.errors import SolverError, Violation
from dual.kinds.delivery.conflicts import BUYERS, COURIERS, Conditions, Conflict
from dual.kinds.delivery.costs import Triple
from dual.kinds.delivery.equilibrium import lower
from dual.kinds.delivery.statement import DeliveryStatement
from dual.kinds.delivery.witness import Equilibrium
from dual.statement import fields
from dual.words import brief

from .names import names
from .prices import Prices
from .support import Contradiction
from .witness import primal


@dataclass(frozen=True)
class Supported:
    """A matching with the prices that support it.

    Attributes
    ----------
    transactions : tuple of (buyer, store, courier)
    buyers, prices, couriers : tuples of Fraction
        Utilities of buyers, prices (utilities) of stores, utilities of couriers.
    compensations, tips : mapping of (buyer, store) to Fraction
        On the trades.
    deficit : Fraction
        Compensations minus prices over the trades.
    witness : mapping
        The primal witness as in a solution file, quotes for all other pairs included.
    rule : str
        How the prices were picked.
    supported : bool
        True.
    """

    transactions: tuple[Triple, ...]
    buyers: tuple[Fraction, ...]
    prices: tuple[Fraction, ...]
    couriers: tuple[Fraction, ...]
    compensations: Mapping[tuple[int, int], Fraction]
    tips: Mapping[tuple[int, int], Fraction]
    deficit: Fraction
    witness: Mapping[str, Any]
    rule: str
    supported: bool = True

    @classmethod
    def of(
        cls, statement: DeliveryStatement, trades: Sequence[Triple], found: Prices, rule: str, budget: str = "none"
    ) -> Supported:
        """Write the witness, and have the checker look at it."""
        witness = primal(statement, trades, found)
        if statement.objective == "equilibrium-welfare":
            lower(statement, Equilibrium.read(witness, statement, "witness"))
        tips = {(i, j): statement.values[i][j] - found.buyers[i] - found.stores[j] for i, j, _ in trades}
        pay = {(i, j): found.couriers[k] + statement.costs.at(k, i, j) - tips[i, j] for i, j, k in trades}
        losses = [pay[i, j] - found.stores[j] for i, j, _ in trades]
        deficit = sum(losses, Fraction(0))
        if (budget == "order" and max(losses, default=0) > 0) or (budget == "total" and deficit > 0):
            raise SolverError("the prices are not within the budget")
        return cls(tuple(trades), found.buyers, found.stores, found.couriers, pay, tips, deficit, witness, rule)


@dataclass(frozen=True)
class Refused:
    """A matching that no prices support, and why.

    Attributes
    ----------
    transactions : tuple of (buyer, store, courier)
    witness : mapping
        Inequalities of equilibrium with multipliers, as in :func:`dual.kinds.delivery.conflicts.conflict`: together
        they say that something positive is at most 0.
    words : str
        The same, inequality by inequality: who would deviate to what.
    supported : bool
        False.
    """

    transactions: tuple[Triple, ...]
    witness: Mapping[str, Any]
    words: str
    supported: bool = False

    def __str__(self) -> str:
        return self.words

    @classmethod
    def of(
        cls, statement: DeliveryStatement, trades: Sequence[Triple], found: Contradiction, budget: str = "none"
    ) -> Refused:
        """Have the checker look at the contradiction, and put it into words."""
        row = contradiction(statement, found.document, budget)
        paid = {(i, j, k) for i, j, k, _ in found.document.get("budgets", ())}
        if sum(map(row.touched, trades)) <= row.limit or (budget == "total" and paid not in (set(), set(trades))):
            raise SolverError("the contradiction is not about these transactions")
        return cls(tuple(trades), found.document, _words(statement, found.document, budget))


def contradiction(statement: DeliveryStatement, document: Mapping[str, Any], budget: str) -> Conflict:
    """Check that conditions contradict each other, where a budget may be among them.

    The model has none. If one is put to the test, there are also ``budgets`` ``[i, j, k, m]``:
    ``u_i + z_k <= v_ij - c_kij`` if (i, j, k) trade. With the budget ``total`` this holds for the sum over all trades
    alone: the entries are all trades, with one multiplier.
    """
    found = fields(document, ["deviations", "trades", "takeovers", "idle"], ["budgets"], "witness")
    conditions = Conditions(statement, "witness")
    conditions.state(found)
    listed = conditions.listed(found.get("budgets", ()), "budgets", *statement.shape)
    if budget == "none" and listed:
        raise SolverError("the model has no budget")
    if budget == "total" and len({m for *_, m in listed}) > 1:
        raise Violation("witness.budgets: a budget of the sum has one multiplier for all trades")
    for i, j, k, m in listed:
        conditions.triples.add((i, j, k))
        conditions.add(-m, statement.gain((i, j, k)), (BUYERS, i), (COURIERS, k))
    return conditions.contradicted(found["idle"])


def _words(statement: DeliveryStatement, document: Mapping[str, Any], budget: str) -> str:
    buyers, stores, couriers = names(statement)
    lines, total = ["No prices support this matching; together these conditions contradict each other:"], Fraction(0)

    def say(text: str, times: int, amount: Fraction) -> None:
        nonlocal total
        total += times * amount
        lines.append(f"- {text}" + (f" ({times} times)" if times > 1 else ""))

    # A pair, or a pair with a courier, that would deviate.
    for i, j, *rest, m in document["deviations"]:
        worth = statement.values[i][j]
        if rest:
            k = rest[0]
            gain = worth - statement.costs.at(k, i, j)
            say(f"{buyers[i]} would buy at {stores[j]} and tip {couriers[k]} to come (a gain of {brief(gain)} to share)"
                f" unless u[{buyers[i]}] + p[{stores[j]}] + z[{couriers[k]}] >= {brief(gain)}", m, gain)  # fmt: skip
        else:
            say(f"{buyers[i]} would buy at {stores[j]}, worth {brief(worth)},"
                f" unless u[{buyers[i]}] + p[{stores[j]}] >= {brief(worth)}", m, worth)  # fmt: skip
    # What those who trade have to share, and what keeps a cheaper courier from taking over.
    for i, j, m in document["trades"]:
        worth = statement.values[i][j]
        say(f"{buyers[i]} buys at {stores[j]}, so u[{buyers[i]}] + p[{stores[j]}] <= {brief(worth)}", m, -worth)
    for i, j, k, other, m in document["takeovers"]:
        has, needs = statement.costs.at(k, i, j), statement.costs.at(other, i, j)
        say(f"{couriers[other]} would take over the order of {buyers[i]} at {stores[j]} from {couriers[k]} (cost"
            f" {brief(needs)} instead of {brief(has)}) unless z[{couriers[other]}] >= z[{couriers[k]}]"
            f" + {brief(has - needs)}", m, has - needs)  # fmt: skip
    # Budgets bound what is paid, over all orders or for each.
    budgets = document.get("budgets", ())
    if budget == "total" and budgets:
        welfare = sum((statement.gain((i, j, k)) for i, j, k, _ in budgets), Fraction(0))
        say("compensations are at most the prices in sum, so what buyers and couriers have is at most the welfare, "
            + " + ".join(f"u[{buyers[i]}] + z[{couriers[k]}]" for i, _, k, _ in budgets)
            + f" <= {brief(welfare)}", budgets[0][3], -welfare)  # fmt: skip
    for i, j, k, m in budgets if budget == "order" else ():
        gain = statement.gain((i, j, k))
        say(f"{couriers[k]} is paid at most the price of {stores[j]} for {buyers[i]}'s order, so u[{buyers[i]}]"
            f" + z[{couriers[k]}] <= {brief(gain)}", m, -gain)  # fmt: skip
    # Agents that do not trade have nothing, and the sum of all lines is a contradiction.
    sides = (("u", buyers, "buyers"), ("p", stores, "stores"), ("z", couriers, "couriers"))
    idle = [f"{letter}[{who[a]}]" for letter, who, side in sides for a in document["idle"][side]]
    if idle:
        lines.append(f"- {' = '.join(idle)} = 0, as they do not trade")
    lines.append(f"Added up they say 0 >= {brief(total)}.")
    return "\n".join(lines)
