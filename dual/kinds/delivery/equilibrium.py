"""Delivery markets from below: a matching, and the prices, compensations and tips that support it.

With utilities u of buyers and z of couriers, a matching is supported if

* a buyer i of store j has ``u_i = v_ij - p_j - t_ij``, one who buys nothing 0, and ``u_i >= v_ij' - p_j' - t_ij'``;
* a courier k of (i, j) has ``z_k = w_ij + t_ij - c_kij``, an idle one 0, and ``z_k >= w_ij' + t_ij' - c_kij'``;
* all numbers are >= 0, and an unsold store has price 0.

Compensations and tips are full matrices, or stand for the traded pairs alone, with a rule for all others: no
compensation (``"zero"``), and no tip (``"zero"``) or the greatest that no courier follows (``"highest"``),
``t_ij = min over k of (z_k + c_kij)``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import add, sub

from dual.errors import InputError, Violation
from dual.numbers.exact import Matrix
from dual.words import brief

from .costs import Table, Triple
from .statement import DeliveryStatement
from .witness import Equilibrium, Listed, Matching

ZERO = Fraction(0)


@dataclass(frozen=True)
class Quotes:
    """Compensations or tips: a full matrix, or entries at the traded pairs and a rule for all others."""

    table: Matrix | None
    traded: Mapping[tuple[int, int], Fraction]
    elsewhere: str

    def at(self, i: int, j: int) -> Fraction:
        """The quote of a traded pair."""
        return self.traded[i, j]

    def numbers(self) -> list[Fraction]:
        """All numbers that are written out."""
        return [*self.traded.values(), *(entry for row in self.table or () for entry in row)]


def lower(statement: DeliveryStatement, primal: Matching) -> Fraction:
    """The welfare of a supported matching (of any matching, if efficiency alone is sought)."""
    trades = primal.transactions
    if not isinstance(primal, Equilibrium):
        return welfare(statement, trades)
    p, u, z = primal.prices, primal.utilities.buyers, primal.utilities.couriers
    if primal.utilities.stores != p:
        raise Violation("the stores' utilities are not their prices")
    w = quotes(trades, primal.compensations, "compensations")
    t = quotes(trades, primal.tips, "tips")
    for name, numbers in (("prices", p), ("a buyer's utility", u), ("a courier's utility", z)):
        for n, entry in enumerate(numbers):
            if entry < 0:
                raise Violation(f"{name}[{n}] = {brief(entry)} < 0")
    sold = {j for _, j, _ in trades}
    for j, price in enumerate(p):
        if price and j not in sold:
            raise Violation(f"store {j} is unsold, but its price is {brief(price)}, not 0")
    if not statement.tips and (t.elsewhere == "highest" or any(t.numbers())):
        raise Violation("there are no tips in this market, but a tip differs from 0")
    deficit = sum((w.at(i, j) - p[j] for i, j, _ in trades), ZERO)
    if primal.deficit != deficit:
        raise Violation(f"the deficit is {brief(deficit)}, the sum of compensations minus prices over the trades")
    _own_utilities(statement, primal, w, t)
    if w.table is None or t.table is None:
        if w.table is not None or t.table is not None:
            raise InputError("compensations and tips take the same form: full matrices, or pairs", "primal")
        _rule_elsewhere(statement, primal, w, t)
    else:
        _full_tables(statement, primal, w.table, t.table)
    return welfare(statement, trades)


def welfare(statement: DeliveryStatement, trades: Sequence[Triple]) -> Fraction:
    """The sum of values minus costs."""
    return sum(map(statement.gain, trades), ZERO)


def quotes(trades: Sequence[Triple], stated: Matrix | Listed, name: str) -> Quotes:
    """Compensations or tips, in either form, for some trades."""
    where, pairs = f"primal.{name}", {(i, j) for i, j, _ in trades}
    if isinstance(stated, Listed):
        traded: dict[tuple[int, int], Fraction] = {}
        for n, (i, j, amount) in enumerate(stated.pairs):
            if (i, j) not in pairs or (i, j) in traded:
                raise Violation(f"{where}.pairs[{n}]: each traded pair is listed once, and no other")
            traded[i, j] = amount
        if len(traded) < len(pairs):
            raise Violation(f"{where}: a traded pair is missing")
        read = Quotes(None, traded, stated.elsewhere)
    else:
        read = Quotes(stated, {(i, j): stated[i][j] for i, j in pairs}, "written")
    if any(entry < 0 for entry in read.numbers()):
        raise Violation(f"{name}: an entry is negative")
    return read


def _own_utilities(statement: DeliveryStatement, primal: Equilibrium, w: Quotes, t: Quotes) -> None:
    """What everyone has from the own trade is the utility stated; who does not trade has 0."""
    p, u, z = primal.prices, primal.utilities.buyers, primal.utilities.couriers
    active_u: dict[int, Fraction] = {}
    active_z: dict[int, Fraction] = {}
    for i, j, k in primal.transactions:
        active_u[i] = statement.values[i][j] - p[j] - t.at(i, j)
        active_z[k] = w.at(i, j) + t.at(i, j) - statement.costs.at(k, i, j)
    for name, active, stated in (("buyer", active_u, u), ("courier", active_z, z)):
        for n, entry in enumerate(stated):
            if entry != active.get(n, ZERO):
                raise Violation(
                    f"{name} {n} has {brief(active.get(n, ZERO))} from the own trade, not the utility {brief(entry)}"
                )


def _rule_elsewhere(statement: DeliveryStatement, primal: Equilibrium, w: Quotes, t: Quotes) -> None:
    """The best choices when quotes off the trades follow a rule under which no courier leaves for them."""
    trades, p, u, z = primal.transactions, primal.prices, primal.utilities.buyers, primal.utilities.couriers
    pay = [w.at(i, j) + t.at(i, j) for i, j, _ in trades]
    whole, (us, ps, zs, pays, ts) = statement.whole.over(u, p, z, pay, [t.at(i, j) for i, j, _ in trades])
    for (i, j, _), paid in zip(trades, pays, strict=True):
        for k, utility in enumerate(zs):
            if paid - whole.costs.at(k, i, j) > utility:
                _prefers("courier", k, Fraction(paid - whole.costs.at(k, i, j), whole.denominator), z[k], i, j)
    if t.elsewhere == "highest":
        # On a traded pair the same inequality follows from the two utilities there.
        for i, j, k in whole.exceeded(whole.values, us, ps, zs):
            tip = Fraction(zs[k] + whole.costs.at(k, i, j), whole.denominator)
            _prefers("buyer", i, statement.values[i][j] - p[j] - tip, u[i], i, j)
        return
    net = [list(row) for row in whole.values]
    for (i, j, _), amount in zip(trades, ts, strict=True):
        net[i][j] -= amount
    _buyers_content(statement, net, us, ps, whole.denominator)


def _full_tables(statement: DeliveryStatement, primal: Equilibrium, w: Matrix, t: Matrix) -> None:
    """The best choices of buyers and couriers at quotes that are written out."""
    p, u, z = primal.prices, primal.utilities.buyers, primal.utilities.couriers
    stores = len(p)
    flat_w = [entry for row in w for entry in row]
    flat_t = [entry for row in t for entry in row]
    whole, (us, ps, zs, ws, ts) = statement.whole.over(u, p, z, flat_w, flat_t)
    tips: Table = [ts[n : n + stores] for n in range(0, len(ts), stores)]
    net: Table = [list(map(sub, row, tip)) for row, tip in zip(whole.values, tips, strict=True)]
    _buyers_content(statement, net, us, ps, whole.denominator)
    pay: Table = [list(map(add, ws[n : n + stores], ts[n : n + stores])) for n in range(0, len(ts), stores)]
    for i, j, k in whole.exceeded(pay, [0] * len(us), [0] * stores, zs):
        _prefers("courier", k, Fraction(pay[i][j] - whole.costs.at(k, i, j), whole.denominator), z[k], i, j)


def _buyers_content(
    statement: DeliveryStatement, net: Table, u: Sequence[int], p: Sequence[int], denominator: int
) -> None:
    for i in range(len(statement.values)):
        left = list(map(sub, net[i], p))
        best = max(left)
        if best > u[i]:
            _prefers("buyer", i, Fraction(best, denominator), Fraction(u[i], denominator), i, left.index(best))


def _prefers(who: str, number: int, gets: Fraction, has: Fraction, i: int, j: int) -> None:
    raise Violation(f"{who} {number} would get {brief(gets)} at pair ({i}, {j}), more than the utility {brief(has)}")
