"""A menu: each type reports herself and is sent recommendations of her own.

``send[t][a][s]`` is the probability that type t is recommended a in state s. She may report r instead and answer each
recommendation a with whatever action she likes best, which gives her ``reply[t][r][a]``::

    max  sum c_t(s, a) send[t][a][s]
    total[t][s]         sum_a send[t][a][s] = 1
    report[t][r]        sum_{s,a} g_t(s, a) send[t][a][s] >= sum_a reply[t][r][a]
    react[t][r][a][b]   reply[t][r][a] >= sum_s g_t(s, b) send[r][a][s]

With r = t that is obedience. Of the dual witness, ``reports`` weigh the rows ``report``, ``reactions`` the rows
``react``, in units of g as the file states it; then for all t, s, a

    ``prices[t][s] >= c_t(s, a) + (sum_r reports[t][r]) g_t(s, a) - sum_r sum_b reactions[r][t][a][b] g_r(s, b)``

with ``sum_b reactions[t][r][a][b] = reports[t][r]``, and the bound is the sum of all prices (Castiglioni, Marchesi and
Gatti 2022, in persuasion with types).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dual.errors import Violation
from dual.limits import numbers, steps
from dual.numbers.exact import Matrix, Vector, index, items, matrix, number, over_common_denominator, vector
from dual.numbers.largest import largest
from dual.numbers.masses import nonnegative
from dual.proofs import linear
from dual.proofs.linear import Block, Name, Program, Row
from dual.statement import Record, Witness, stated
from dual.words import brief

from .segment import dot
from .statement import TypedStatement, read_likelihood


@dataclass(frozen=True, repr=False)
class Recommendation(Record):
    """What a type is told to do, and how likely that is."""

    action: int = stated(index, "actions", "the action")
    likelihood: Vector = stated(read_likelihood, "states", "how likely it is recommended in each state")


def read_menu(raw: object, where: str, statement: TypedStatement) -> tuple[tuple[Recommendation, ...], ...]:
    """Read a list of recommendations for each type."""
    return tuple(
        tuple(
            Recommendation.within(one, f"{where}[{t}][{k}]", statement.lengths())
            for k, one in enumerate(items(own, f"{where}[{t}]"))
        )
        for t, own in enumerate(items(raw, where, statement.type_count))
    )


@dataclass(frozen=True, repr=False)
class Menu(Witness):
    """An experiment for each type, in recommendations."""

    menu: tuple[tuple[Recommendation, ...], ...] = stated(
        read_menu, "", "for each report, recommendations that add up to one in every state", after="statement"
    )


def read_prices(raw: object, where: str, types: int, states: int) -> Matrix:
    """Read ``[t][s]``."""
    return matrix(raw, where, types, states)


def read_reports(raw: object, where: str, statement: TypedStatement) -> Matrix:
    """Read ``[t][r]`` >= 0."""
    types = statement.type_count
    return tuple(
        vector(row, f"{where}[{t}]", types, nonnegative) for t, row in enumerate(items(raw, where, types, what="rows"))
    )


def read_reactions(raw: object, where: str, statement: TypedStatement) -> tuple[tuple[Any, ...], ...]:
    """Read a list of ``[t, r, a, b, weight]`` with weights >= 0."""
    types, actions = statement.type_count, statement.action_count
    found = []
    for k, item in enumerate(items(raw, where, empty=True)):
        *place, weight = items(item, f"{where}[{k}]", 5)
        at = [index(x, f"{where}[{k}][{j}]", (types, types, actions, actions)[j]) for j, x in enumerate(place)]
        value = number(weight, f"{where}[{k}][4]")
        if value < 0:
            raise Violation(f"{where}[{k}]: the weight {brief(value)} is negative")
        found.append((*at, value))
    return tuple(found)


@dataclass(frozen=True, repr=False)
class Honesty(Witness):
    """Multipliers that bound what menus attain."""

    prices: Matrix = stated(read_prices, "types states", "of each type's likelihood in each state")
    reports: Matrix = stated(read_reports, "", "[t][r] >= 0: of reporting t rather than r", after="statement")
    reactions: tuple[tuple[Any, ...], ...] = stated(
        read_reactions, "", "[t, r, a, b, weight]: of b after the report r and the advice a", after="statement"
    )


class MenuProgram:
    """The linear program of a menu.

    Parameters
    ----------
    statement : TypedStatement
    """

    def __init__(self, statement: TypedStatement) -> None:
        self.statement = statement
        self.T, self.S, self.A = statement.type_count, statement.state_count, statement.action_count
        work = self.T * self.T * self.A * self.A * (self.S + 1)
        steps(4 * work, f"a menu for {self.T} types with {self.A} actions in {self.S} states")
        numbers(self.T * self.T * self.A, f"a menu for {self.T} types")

    def send(self, t: int, a: int, s: int) -> int:
        """The column of a recommendation."""
        return (t * self.A + a) * self.S + s

    def reply(self, t: int, r: int, a: int) -> int:
        """The column of what a type makes of a recommendation."""
        return self.T * self.A * self.S + (t * self.T + r) * self.A + a

    def program(self) -> Program:
        """Columns and rows as above."""
        gains, unit = self.statement.gains
        blocks = [Block(("send",), (self.T, self.A, self.S)), Block(("reply",), (self.T, self.T, self.A), free=True)]
        worth = [x for table in gains for row in table for x in row] + [0] * (self.T * self.T * self.A)
        return Program(blocks, worth, self.rows, unit)

    def rows(self) -> Iterator[Row]:
        """The rows of the program."""
        own, units = self.statement.own
        A, S = range(self.A), range(self.S)
        for t in range(self.T):
            for s in S:
                yield Row(("total", t, s), "=", 1, {self.send(t, a, s): 1 for a in A}.items)
        for t in range(self.T):
            mine = {self.send(t, a, s): own[t][a][s] for a in A for s in S if own[t][a][s]}
            for r in range(self.T):
                made = {self.reply(t, r, a): -units[t] for a in A}
                yield Row(("report", t, r), ">=", 0, (mine | made).items, units[t])
                for a in A:
                    for b in A:
                        lost = {self.send(r, a, s): -own[t][b][s] for s in S if own[t][b][s]}
                        lost[self.reply(t, r, a)] = units[t]
                        yield Row(("react", t, r, a, b), ">=", 0, lost.items, units[t])

    def values(self, menu: Menu) -> dict[int, Fraction]:
        """The columns' values of a menu; what types make of recommendations is the most that they can."""
        found: dict[int, Fraction] = {}
        for t, listed in enumerate(menu.menu):
            for told in listed:
                for s, chance in enumerate(told.likelihood):
                    k = self.send(t, told.action, s)
                    found[k] = found.get(k, Fraction(0)) + chance
        own, units = self.statement.own
        size = self.T * self.A * self.S
        chances, common = over_common_denominator([found.get(k, Fraction(0)) for k in range(size)])
        for r in range(self.T):
            for a in range(self.A):
                heard = chances[self.send(r, a, 0) : self.send(r, a, 0) + self.S]
                if any(heard):
                    for t, mine in enumerate(own):
                        made = largest(dot(row, heard) for row in mine)
                        found[self.reply(t, r, a)] = made / Fraction(common * units[t])
        return found

    def weights(self, proof: Honesty) -> dict[Name, Fraction]:
        """The multipliers of the program's rows."""
        found: dict[Name, Fraction] = {}
        for t in range(self.T):
            found |= {("total", t, s): price for s, price in enumerate(proof.prices[t])}
            found |= {("report", t, r): -weight for r, weight in enumerate(proof.reports[t])}
        for *place, weight in proof.reactions:
            name = ("react", *place)
            found[name] = found.get(name, Fraction(0)) - weight
        return found


def attained(statement: TypedStatement, menu: Menu) -> Fraction:
    """What the sender gets from a menu from which nobody gains by another report or reaction."""
    asked = MenuProgram(statement)
    return linear.attained(asked.program(), asked.values(menu))


def bounded(statement: TypedStatement, proof: Honesty) -> Fraction:
    """The bound that multipliers prove."""
    asked = MenuProgram(statement)
    return linear.proven(asked.program(), asked.weights(proof))
