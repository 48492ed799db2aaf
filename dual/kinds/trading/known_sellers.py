"""Few sellers whom anybody knows: every way to sell them, and one assignment for each.

Prices are the largest, ties go to the platform, and it is enough to introduce pairs that then trade. So a buyer is
adjacent to the sellers he knows and to the one he buys from, and a seller whom nobody knows to her buyer only. Once it
is settled who buys from each known seller (a case), the prices net of cost of known sellers are the greatest with

    ``p_j <= w_ij,  p_j <= w_ij - w_ik + p_k  for i the buyer of j and each k he knows;  p_j = 0 without a buyer``

where ``w_ij = v_ij - c_j``; if none are >= 0, the case is no equilibrium. Any other buyer i could gain ``u_i = max(0,
w_ij - p_j)`` from the sellers j he knows. He buys from a seller l whom nobody knows if ``w_il >= u_i``, and then the
platform earns ``w_il - u_i + c_l``; he has to buy from one if u_i > 0. So the most that a case earns is an assignment
problem. Multipliers a, b with ``a_i + b_l >= w_il - u_i + c_l`` on these pairs, ``b >= 0``, and ``a_i >= 0`` where
``u_i = 0``, prove that it is at most ``sum a + sum b``, besides ``p_j + c_j`` from each introduced buyer of a known
seller.

One assignment serves for most cases: if ``a_i + b_l >= w_il + c_l`` and ``a, b >= 0``, then ``a_i - u_i`` and b are
multipliers of any case, with 0 for the buyers of known sellers.

(Linear multipliers of the whole program, as in a branching tree, need not close a case: fractions of several buyers
can reach ``sum of w x >= u_i`` where no assignment does.)
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, product
from typing import TYPE_CHECKING

from dual.errors import InputError, Undecided, Violation
from dual.numbers.exact import brief, index, items, vector
from dual.statement import fields

if TYPE_CHECKING:
    from .kind import TradingNetworkStatement

MAX_KNOWN = 3
MAX_CASES = 10_000
MAX_WORK = 1_000_000
"""Cases times buyers."""


@dataclass(frozen=True)
class Case:
    """Who buys from each known seller, in units of the statement.

    Attributes
    ----------
    owners : mapping from known sellers to their buyers
        Without those who sell nothing.
    earned : int
        What their introduced trades earn.
    outside : tuple of int
        What each buyer could gain from the sellers he knows; 0 for buyers in ``owners``.
    """

    owners: Mapping[int, int]
    earned: int
    outside: tuple[int, ...]


class Cases:
    """The net values of a statement, and all cases that are equilibria."""

    def __init__(self, statement: TradingNetworkStatement) -> None:
        self.statement = statement
        values, unit = statement.values, int(1 / statement.unit)
        self.costs = [int(cost * unit) for cost in statement.costs]
        factor = unit // values.denominator
        self.known = sorted(frozenset().union(*statement.acquaintances))
        self.net = [
            {j: amount * factor - self.costs[j] for j, amount in values.row(i).items()} for i in range(values.shape[0])
        ]

    def __iter__(self) -> Iterator[Case]:
        choices = [[None, *(i for i, row in enumerate(self.net) if row.get(j, -1) >= 0)] for j in self.known]
        for buyers in product(*choices):
            taken = [i for i in buyers if i is not None]
            if len(set(taken)) == len(taken):
                owners = {j: i for j, i in zip(self.known, buyers, strict=True) if i is not None}
                prices = self._prices(owners)
                if prices is not None:
                    yield self._case(owners, prices)

    def _prices(self, owners: Mapping[int, int]) -> dict[int, int] | None:
        """The largest prices of known sellers; None if the case is no equilibrium."""
        prices = {j: self.net[owners[j]][j] if j in owners else 0 for j in self.known}
        for _ in range(len(self.known) + 1):
            before = dict(prices)
            for j, i in owners.items():
                row = self.net[i]
                others = (row[j] - row[k] + prices[k] for k in self.statement.acquaintances[i])
                prices[j] = min([prices[j], *others])
            if prices == before:
                return prices if all(p >= 0 for p in prices.values()) else None
        return None

    def _case(self, owners: Mapping[int, int], prices: Mapping[int, int]) -> Case:
        known = self.statement.acquaintances
        earned = sum(prices[j] + self.costs[j] for j, i in owners.items() if j not in known[i])
        buying = set(owners.values())
        outside = (
            0 if i in buying else max([0, *(row[j] - prices[j] for j in known[i])]) for i, row in enumerate(self.net)
        )
        return Case(owners, earned, tuple(outside))


def applies(statement: TradingNetworkStatement) -> bool:
    """Whether few enough sellers are known to go through all cases."""
    known: frozenset[int] = frozenset().union(*statement.acquaintances)
    cases = (statement.values.shape[0] + 1) ** len(known)
    return len(known) <= MAX_KNOWN and cases <= MAX_CASES and cases * statement.values.shape[0] <= MAX_WORK


def upper(statement: TradingNetworkStatement, dual: Mapping[str, object]) -> Fraction:
    """The bound that multipliers for all cases, and better ones for some, prove.

    ``{"kind": "known-sellers", "buyers": a, "sellers": b, "cases": [{"case": k, "buyers": a, "sellers": b}, ...]}``.
    Cases that are equilibria are numbered from 0 as :class:`Cases` goes through them: by the buyer of the first known
    seller, nobody before buyer 0, then of the next.

    Raises
    ------
    Violation
        Naming the first inequality that fails.
    Undecided
        If there are too many cases.
    """
    found = fields(dual, ["kind", "buyers", "sellers", "cases"], where="dual")
    if not applies(statement):
        raise Undecided("too many sellers are known to go through all ways to sell them")
    cases = Cases(statement)
    a, b = _multipliers(cases, Case({}, 0, (0,) * len(cases.net)), found, "dual")
    common = sum([*a, *b], Fraction(0))
    better = _better(found["cases"])
    best = Fraction(0)
    for k, case in enumerate(cases):
        if k in better:
            entry, where = better.pop(k)
            bound = sum(chain(*_multipliers(cases, case, entry, where)), Fraction(0))
        else:
            bound = common - sum(case.outside) - sum((a[i] for i in case.owners.values()), Fraction(0))
        best = max(best, case.earned + bound)
    for k, (_, where) in better.items():
        raise InputError(f"there is no case {k}", f"{where}.case")
    return math.floor(best) * statement.unit


def _better(raw: object) -> dict[int, tuple[Mapping[str, object], str]]:
    """The listed cases by number, each with its place."""
    found: dict[int, tuple[Mapping[str, object], str]] = {}
    for k, entry in enumerate([] if isinstance(raw, (list, tuple)) and not raw else items(raw, "dual.cases")):
        where = f"dual.cases[{k}]"
        read = fields(entry, ["case", "buyers", "sellers"], where=where)
        number = index(read["case"], f"{where}.case", MAX_CASES)
        if number in found:
            raise InputError(f"case {number} is listed twice; once is right", f"{where}.case")
        found[number] = (read, where)
    return found


def _multipliers(
    cases: Cases, case: Case, found: Mapping[str, object], where: str
) -> tuple[list[Fraction], list[Fraction]]:
    """The multipliers of a case in units, once they are seen to cover what it may earn."""
    unit = cases.statement.unit
    a = [x / unit for x in vector(found["buyers"], f"{where}.buyers", len(cases.net))]
    b = [x / unit for x in vector(found["sellers"], f"{where}.sellers", len(cases.costs))]
    for name, numbers, free in (("buyers", a, case.outside), ("sellers", b, (0,) * len(b))):
        for k, value in enumerate(numbers):
            if value < 0 and not free[k]:
                raise Violation(f"{where}.{name}[{k}] = {brief(value * unit)} < 0")
    buying, known = set(case.owners.values()), set(cases.known)
    for i, row in enumerate(cases.net):
        if i in buying:
            continue
        least = case.outside[i]
        for j, net in row.items():
            if j not in known and net >= least and a[i] + b[j] < net - least + cases.costs[j]:
                raise Violation(
                    f"{where}: buyers[{i}] + sellers[{j}] = {brief((a[i] + b[j]) * unit)}"
                    f" < {brief((net - least + cases.costs[j]) * unit)} = what the platform earns if the two trade"
                )
    return a, b
