"""Kind ``game``: what an AI that sees a signal of the state can make players do.

The program is that of :mod:`dual.kinds.games.program`, its proofs those of :mod:`dual.proofs.linear`; here the
witnesses of files become values and multipliers of that program. Without a ``law`` of types, the indices of types are
left out everywhere.

* primal: ``plan[k][t1]...[tn]``, a list of ``[a1, ..., an, probability]`` that sum to one (empty where k and t never
  meet and types are known);
* dual: ``V[k][t1]...[tn]`` (rows ``total``), ``multipliers[i][t][a][b]`` >= 0 (``obey``) and, with fees,
  ``participation[i][t][b]`` >= 0 (``consult``), so that for all k, t, a

  ``V >= w(a) + sum_i sum_b multipliers (u_i(a) - u_i(b, a_-i)) + sum_i sum_b participation (u_i(a) - u_i(b, a_-i)
  - costs_i P(k, t))``; the bound is the sum of V;
* dual, types elicited: ``V``, ``reports[i][t][r]`` >= 0 and ``reactions[i]``, a list of ``[t, r, a, b, multiplier]``.

Where the objective is minimised, w stands for its negative. Fees that nobody would pay are proven by the same
multipliers with w = 0 and a negative sum of V.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from dual.errors import InputError, Violation
from dual.numbers.arrays import Array, read_array
from dual.numbers.exact import index, items, number
from dual.proofs import linear
from dual.proofs.linear import Name
from dual.statement import Witness, stated
from dual.verdict import Kind
from dual.words import brief

from .program import GameProgram
from .statement import GameStatement, PlayStatement, Profile

Recommended = Mapping[Profile, Fraction]
"""The probability of each recommended profile."""


# Reading


def read_plan(raw: object, where: str, statement: PlayStatement) -> tuple[Any, ...]:
    """Read ``plan[k][t1]...[tn]``, lists of ``[a1, ..., an, probability]``."""
    return _cells(raw, where, statement, statement.cell_shape, ())


def _cells(
    raw: object, where: str, statement: PlayStatement, shape: tuple[int, ...], cell: tuple[int, ...]
) -> tuple[Any, ...]:
    if shape:
        listed = items(raw, where, shape[0])
        return tuple(_cells(one, f"{where}[{k}]", statement, shape[1:], (*cell, k)) for k, one in enumerate(listed))
    # What is recommended where nothing happens changes nothing; a file may leave it out.
    never = not statement.elicited and statement.cell(cell) not in statement.masses
    read = []
    for m, item in enumerate(items(raw, where, empty=never)):
        place, counts = f"{where}[{m}]", statement.shape
        *actions, chance = items(item, place, len(counts) + 1)
        profile = (index(a, f"{place}[{i}]", counts[i]) for i, a in enumerate(actions))
        read.append((*profile, number(chance, f"{place}[{len(counts)}]")))
    return tuple(read)


def read_V(raw: object, where: str, statement: PlayStatement) -> Array:
    """Read a number for each ``[k][t1]...[tn]``."""
    return read_array(raw, where, statement.cell_shape)


def read_obedience(raw: object, where: str, statement: PlayStatement) -> tuple[Array, ...]:
    """Read ``[i][t][a][b]`` >= 0."""
    return _weights(raw, where, statement, [(T, A, A) for T, A in statement.sizes])


def read_participation(raw: object, where: str, statement: PlayStatement) -> tuple[Array, ...]:
    """Read ``[i][t][b]`` >= 0."""
    return _weights(raw, where, statement, [(T, A) for T, A in statement.sizes])


def read_reports(raw: object, where: str, statement: PlayStatement) -> tuple[Array, ...]:
    """Read ``[i][t][r]`` >= 0."""
    return _weights(raw, where, statement, [(T, T) for T, _ in statement.sizes])


def _weights(raw: object, where: str, statement: PlayStatement, shapes: list[tuple[int, ...]]) -> tuple[Array, ...]:
    """One table of weights >= 0 for each player; in games without types the first axis is left out in files."""
    typed = statement.law is not None or statement.elicited
    found = []
    for i, entry in enumerate(items(raw, where, len(shapes))):
        table = read_array(entry, f"{where}[{i}]", shapes[i] if typed else shapes[i][1:])
        for place, weight in zip(product(*map(range, table.shape)), table, strict=True):
            if weight < 0:
                raise Violation(f"{where}[{i}]{''.join(f'[{k}]' for k in place)} = {brief(weight)} < 0")
        found.append(table)
    return tuple(found)


def read_reactions(raw: object, where: str, statement: PlayStatement) -> tuple[tuple[tuple[Any, ...], ...], ...]:
    """Read for each player a list of ``[t, r, a, b, weight]`` with weights >= 0; what is not listed is 0."""
    found = []
    for i, listed in enumerate(items(raw, where, len(statement.sizes))):
        T, A = statement.sizes[i]
        own = []
        for m, item in enumerate(items(listed, f"{where}[{i}]", empty=True)):
            place = f"{where}[{i}][{m}]"
            *indices, weight = items(item, place, 5)
            at = [
                index(k, f"{place}[{j}]", bound) for j, (k, bound) in enumerate(zip(indices, (T, T, A, A), strict=True))
            ]
            value = number(weight, f"{place}[4]")
            if value < 0:
                raise Violation(f"{place}: the weight {brief(value)} is negative")
            own.append((*at, value))
        found.append(tuple(own))
    return tuple(found)


# Witnesses


@dataclass(frozen=True, repr=False)
class Plan(Witness):
    """What the AI recommends."""

    plan: tuple[Any, ...] = stated(
        read_plan, "", "[k][t1]...[tn]: a list of [a1, ..., an, probability], summing to one", after="statement"
    )

    def recommended(self, statement: PlayStatement) -> Mapping[tuple[int, Profile], Recommended]:
        """By k and types; where nothing was recommended, the first profile."""
        found: dict[tuple[int, Profile], Recommended] = {}
        for cell in product(*map(range, statement.cell_shape)):
            entries = self.plan
            for k in cell:
                entries = entries[k]
            told: dict[Profile, Fraction] = {}
            for *profile, chance in entries:
                told[tuple(profile)] = told.get(tuple(profile), Fraction(0)) + chance
            found[statement.cell(cell)] = told or {(0,) * len(statement.shape): Fraction(1)}
        return found


@dataclass(frozen=True, repr=False)
class Obedience(Witness):
    """Multipliers of a game whose types the AI knows."""

    V: Array = stated(read_V, "", "[k][t1]...[tn]: the bound is their sum", after="statement")
    multipliers: tuple[Array, ...] = stated(
        read_obedience, "", "[i][t][a][b] >= 0: of following a rather than taking b", after="statement"
    )
    participation: tuple[Array, ...] | None = stated(
        read_participation,
        "",
        "[i][t][b] >= 0: of paying for advice, where there are fees",
        default=None,
        after="statement",
    )

    def weights(self, game: GameProgram) -> dict[Name, Fraction]:
        """The multipliers of the program's rows."""
        typed = game.statement.law is not None
        weights = {game.total(cell): value for cell, value in zip(game.cells, self.V, strict=True)}
        for i, (T, A) in enumerate(game.statement.sizes):
            for (t, a, b), weight in _positive(self.multipliers[i], (T, A, A), typed):
                if a != b:
                    weights[game.obey(i, t, a, b)] = -weight
            if self.participation is not None:
                for (t, b), weight in _positive(self.participation[i], (T, A), typed):
                    weights[game.consult(i, t, b)] = -weight
        for cell, fees in fees_of(game, weights).items():
            weights[game.total(cell)] += fees
        return weights


@dataclass(frozen=True, repr=False)
class Honesty(Witness):
    """Multipliers of a game whose types are reported."""

    V: Array = stated(read_V, "", "[k][t1]...[tn]: the bound is their sum", after="statement")
    reports: tuple[Array, ...] = stated(
        read_reports, "", "[i][t][r] >= 0: of reporting t rather than r", after="statement"
    )
    reactions: tuple[tuple[tuple[Any, ...], ...], ...] = stated(
        read_reactions,
        "",
        "[i]: a list of [t, r, a, b, weight], of b after the report r and the advice a",
        after="statement",
    )

    def weights(self, game: GameProgram) -> dict[Name, Fraction]:
        """The multipliers of the program's rows."""
        weights = {game.total(cell): value for cell, value in zip(game.cells, self.V, strict=True)}
        for i, (T, _) in enumerate(game.statement.sizes):
            for (t, r), weight in _positive(self.reports[i], (T, T), True):
                weights[game.report(i, t, r)] = -weight
            for *at, weight in self.reactions[i]:
                name = game.react(i, *at)
                weights[name] = weights.get(name, Fraction(0)) - weight
        return weights


def read_dual(raw: object, statement: PlayStatement, where: str = "dual") -> Obedience | Honesty:
    """Read the multipliers that belong to a game."""
    if statement.elicited:
        return Honesty.read(raw, statement, where)
    found = Obedience.read(raw, statement, where)
    if (found.participation is None) != (statement.costs is None):
        word = "missing" if found.participation is None else "not needed in a game without fees"
        raise InputError(f"the field is {word}", f"{where}.participation")
    return found


def _positive(table: Array, shape: tuple[int, ...], typed: bool) -> Iterator[tuple[tuple[int, ...], Fraction]]:
    for place, weight in zip(product(*map(range, shape)), table if typed else table.reshaped(shape), strict=True):
        if weight:
            yield place, weight


def fees_of(game: GameProgram, weights: Mapping[Name, Fraction]) -> Mapping[tuple[int, Profile], Fraction]:
    """By k and t: ``sum_i sum_b participation[i][t_i][b] costs_i P(k, t)``, which files take off V."""
    costs = game.statement.costs
    if costs is None:
        return {}
    paid = {
        (i, t): -costs[i] * sum((weights.get(game.consult(i, t, b), Fraction(0)) for b in range(A)), Fraction(0))
        for i, (T, A) in enumerate(game.statement.sizes)
        for t in range(T)
    }
    return {
        cell: sum((mass for _, mass in states), Fraction(0))
        * sum((paid[own] for own in enumerate(cell[1])), Fraction(0))
        for cell, states in game.statement.masses.items()
    }


# The checks


def values_of(game: GameProgram, plan: Plan) -> dict[int, Fraction]:
    """The columns' values of a plan; what players make of lies is the most that they can."""
    values: dict[int, Fraction] = {}
    for cell, told in plan.recommended(game.statement).items():
        for profile, chance in told.items():
            values[game.place[cell] + game.rank(profile)] = chance
    if game.statement.elicited:
        values |= game.best_replies(values)
    return values


def lower(statement: GameStatement, primal: Plan) -> Fraction:
    """What a plan that is followed attains."""
    game = GameProgram(statement)
    return linear.attained(game.program(statement.sought), values_of(game, primal))


def upper(statement: GameStatement, dual: Obedience | Honesty) -> Fraction:
    """The bound that multipliers prove."""
    game = GameProgram(statement)
    return linear.proven(game.program(statement.sought), dual.weights(game))


def infeasible(statement: GameStatement, dual: Obedience | Honesty) -> None:
    """Refuse unless multipliers prove that no plan is followed and worth its fees."""
    game = GameProgram(statement)
    linear.emptied(game.program(statement.sought), dual.weights(game))


KIND = Kind(
    "game",
    GameStatement.read,
    lower,
    upper,
    infeasible,
    primal=Plan.read,
    dual=read_dual,
    refutation=read_dual,
    lacks=lambda statement: "types that the adviser knows" if statement.elicited else "",
)
