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
from fractions import Fraction
from itertools import product

from dual.errors import InputError, Violation
from dual.numbers.arrays import read_array
from dual.numbers.exact import brief, index, items, number
from dual.proofs import linear
from dual.proofs.linear import Name
from dual.statement import fields
from dual.verdict import Kind

from .program import GameProgram
from .statement import GameStatement, Objective, Profile, parse

Plan = Mapping[tuple[int, Profile], Mapping[Profile, Fraction]]
"""By what the AI sees and the types: the probability of each recommended profile."""


def sought(statement: GameStatement) -> Objective:
    """What is maximised: the objective, or its negative."""
    return statement.objective.negative() if statement.minimises else statement.objective


def lower(statement: GameStatement, primal: object) -> Fraction:
    """What an obeyed plan attains."""
    game = GameProgram(statement)
    plan = read_plan(statement, fields(primal, ["plan"], where="primal")["plan"], "primal.plan")
    return linear.attained(game.program(sought(statement)), values_of(game, plan))


def upper(statement: GameStatement, dual: object) -> Fraction:
    """The bound that multipliers prove."""
    game = GameProgram(statement)
    return linear.proven(game.program(sought(statement)), read_multipliers(game, dual, "dual"))


def infeasible(statement: GameStatement, dual: object) -> None:
    """Refuse unless multipliers prove that no plan is obeyed and worth its fees."""
    game = GameProgram(statement)
    linear.emptied(game.program(sought(statement)), read_multipliers(game, dual, "dual"))


def read_plan(statement: GameStatement, raw: object, where: str) -> Plan:
    """Read the recommendations; those for what never happens may be left out."""
    by_signal = items(raw, where, len(statement.labels_seen))
    plan: dict[tuple[int, Profile], Mapping[Profile, Fraction]] = {}
    for k, t in product(range(len(by_signal)), statement.type_profiles()):
        entries, place = by_signal[k], f"{where}[{k}]"
        for own, count in zip(t if statement.law is not None else (), statement.type_shape, strict=False):
            entries, place = items(entries, place, count)[own], f"{place}[{own}]"
        # What is recommended where nothing happens changes nothing; a file may say so by an empty list.
        if entries == [] and not statement.elicited and (k, t) not in statement.masses:
            plan[k, t] = {(0,) * len(statement.shape): Fraction(1)}
        else:
            plan[k, t] = _recommendations(statement, entries, place)
    return plan


def _recommendations(statement: GameStatement, raw: object, where: str) -> Mapping[Profile, Fraction]:
    shape = statement.shape
    found: dict[Profile, Fraction] = {}
    for m, item in enumerate(items(raw, where)):
        place = f"{where}[{m}]"
        *actions, chance = items(item, place, len(shape) + 1)
        profile = tuple(index(a, f"{place}[{i}]", shape[i]) for i, a in enumerate(actions))
        if profile in found:
            raise InputError(f"the profile {list(profile)} stands already in the list", place)
        found[profile] = number(chance, f"{place}[{len(shape)}]")
    return found


def values_of(game: GameProgram, plan: Plan) -> dict[int, Fraction]:
    """The columns' values of a plan; what players make of lies is the most that they can."""
    values: dict[int, Fraction] = {}
    for cell, recommended in plan.items():
        for profile, chance in recommended.items():
            values[game.place[cell] + game.rank(profile)] = chance
    if game.statement.elicited:
        values |= game.best_replies(values)
    return values


def read_multipliers(game: GameProgram, raw: object, where: str) -> dict[Name, Fraction]:
    """Read V and the multipliers of the players, as those of the program's rows."""
    statement, players = game.statement, len(game.sizes)
    own = ["reports", "reactions"] if statement.elicited else ["multipliers"]
    found = fields(raw, ["V", *own, *(["participation"] if statement.costs is not None else [])], where=where)
    types = () if statement.law is None else statement.type_shape
    V = read_array(found["V"], f"{where}.V", (len(statement.labels_seen), *types))
    weights = {game.total(cell): value for cell, value in zip(game.cells, V, strict=True)}

    def tables(name: str) -> Iterator[tuple[int, str, object]]:
        for i, entry in enumerate(items(found[name], f"{where}.{name}", players)) if name in found else ():
            yield i, f"{where}.{name}[{i}]", entry

    for i, place, entry in tables("multipliers"):
        T, A = game.sizes[i]
        for (t, a, b), weight in _nonnegative(entry, place, (T, A, A), statement.law is not None):
            if a != b:
                weights[game.obey(i, t, a, b)] = -weight
    for i, place, entry in tables("participation"):
        for (t, b), weight in _nonnegative(entry, place, game.sizes[i], statement.law is not None):
            weights[game.consult(i, t, b)] = -weight
    for cell, fees in fees_of(game, weights).items():
        weights[game.total(cell)] += fees
    for i, place, entry in tables("reports"):
        T, _ = game.sizes[i]
        for (t, r), weight in _nonnegative(entry, place, (T, T), True):
            weights[game.report(i, t, r)] = -weight
    for i, place, entry in tables("reactions"):
        weights |= _reactions(game, entry, place, i)
    return weights


def fees_of(game: GameProgram, weights: Mapping[Name, Fraction]) -> Mapping[tuple[int, Profile], Fraction]:
    """By k and t: ``sum_i sum_b participation[i][t_i][b] costs_i P(k, t)``, which files take off V."""
    costs = game.statement.costs
    if costs is None:
        return {}
    paid = {
        (i, t): -costs[i] * sum((weights.get(game.consult(i, t, b), Fraction(0)) for b in range(A)), Fraction(0))
        for i, (T, A) in enumerate(game.sizes)
        for t in range(T)
    }
    return {
        cell: sum((mass for _, mass in states), Fraction(0))
        * sum((paid[own] for own in enumerate(cell[1])), Fraction(0))
        for cell, states in game.statement.masses.items()
    }


def _nonnegative(
    raw: object, where: str, shape: tuple[int, ...], typed: bool
) -> Iterator[tuple[tuple[int, ...], Fraction]]:
    """The positive entries of a table, whose first axis is left out in files of games without types."""
    table = read_array(raw, where, shape if typed else shape[1:])
    for place, weight in zip(product(*map(range, shape)), table, strict=True):
        if weight < 0:
            shown = "".join(f"[{k}]" for k in (place if typed else place[1:]))
            raise Violation(f"{where}{shown} = {brief(weight)} < 0")
        if weight:
            yield place, weight


def _reactions(game: GameProgram, raw: object, where: str, i: int) -> dict[Name, Fraction]:
    T, A = game.sizes[i]
    found: dict[Name, Fraction] = {}
    for m, item in enumerate(raw if isinstance(raw, (list, tuple)) else items(raw, where)):
        place = f"{where}[{m}]"
        *indices, weight = items(item, place, 5)
        t, r, a, b = (
            index(k, f"{place}[{j}]", bound) for j, (k, bound) in enumerate(zip(indices, (T, T, A, A), strict=True))
        )
        value = number(weight, f"{place}[4]")
        if value < 0:
            raise Violation(f"{place}: the multiplier {brief(value)} is negative")
        name = game.react(i, t, r, a, b)
        found[name] = found.get(name, Fraction(0)) - value
    return found


KIND = Kind("game", parse, lower, upper, infeasible)
