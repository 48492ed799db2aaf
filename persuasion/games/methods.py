"""Ways to solve a game: its whole program at once, or column generation over the plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any, Final

import numpy as np

from dual.kinds.games.kind import Honesty, Obedience, Plan, fees_of
from dual.kinds.games.program import Combination, GameProgram
from dual.kinds.games.statement import GameStatement, PlayStatement, Profile
from dual.numbers.arrays import Array
from dual.numbers.exact import over_common_denominator
from dual.proofs.linear import Name
from transport.coupling.majorants import as_floats
from transport.programs.effort import Effort
from transport.road.linear_kind import RULE, Answer, solve_program
from transport.road.methods import Found, method

from .nash import pure_equilibria
from .pricing import Plays

ALL_AT_ONCE: Final = 20_000
"""Plays up to which the whole program goes to the solver: it is the quicker way up to about as many."""
QUICK: Final = 1_000
"""Profiles of pure strategies that are tried for a first plan under a time limit: some milliseconds."""


@method("columns", "column generation over action profiles, all at once where they are few")
def solve_columns(statement: GameStatement, effort: Effort) -> Found:
    """All plays at once if they are few, else those that are needed."""
    return solve_game(statement, statement.sought, effort, direct=False)


@method("direct", "the whole program at once")
def solve_direct(statement: GameStatement, effort: Effort) -> Found:
    """All plays at once."""
    return solve_game(statement, statement.sought, effort, direct=True)


def solve_game(statement: PlayStatement, objective: Combination, effort: Effort, direct: bool = False) -> Found:
    """Maximise an objective over the plans that are followed."""
    game = GameProgram(statement)
    pricing = Plays(game, objective) if by_columns(game) and not direct else None
    method = "program" if pricing is None else "columns"
    effort.offer(lambda: Found(unadvised(game), None, method))

    def found(answer: Answer) -> Found:
        return witnesses(game, answer, method)

    return found(solve_program(game.program(objective), effort, pricing, found))


def by_columns(game: GameProgram) -> bool:
    """Whether plays are so many that they had better enter as they are needed."""
    return len(game.cells) * game.width > ALL_AT_ONCE and not game.statement.elicited


def witnesses(game: GameProgram, answer: Answer, method: str) -> Found:
    """What was found, in the form of the kind's files."""
    return Found(
        primal=None if answer.values is None else plan_of(game, answer.values),
        dual=None if answer.multipliers is None else multipliers_of(game, answer.multipliers),
        method=method,
        iterations=answer.iterations,
        infeasible=answer.infeasible,
        claim=answer.claim,
        rule=RULE,
        warm=answer.warm,
    )


def unadvised(game: GameProgram) -> Plan | None:
    """A pure equilibrium of the game without an AI, as advice that says nothing new; None if none is quickly seen."""
    statement = game.statement
    if statement.costs is not None:
        return None
    if statement.law is None:
        found = [[[a] for a in profile] for profile in _stable(statement)]
    elif prod(A**T for T, A in statement.sizes) > QUICK:
        return None
    else:
        pure = pure_equilibria(statement)
        found = [[[own.index(1) for own in player] for player in one.strategies] for one in pure]
    for taken in found:
        profiles = [tuple(taken[i][t] for i, t in enumerate(types)) for _, types in game.cells]
        return Plan(nested([((*profile, Fraction(1)),) for profile in profiles], statement.cell_shape))
    return None


def _stable(statement: PlayStatement) -> list[list[int]]:
    """Profiles of players without types from which, in floats, nobody gains by turning alone."""
    chances = np.array([float(p) for p in statement.prior])
    stable = np.ones(statement.shape, dtype=bool)
    for i, payoffs in enumerate(statement.payoffs):
        expected = np.tensordot(chances, as_floats(payoffs).reshape(len(chances), *statement.shape), 1)
        stable &= expected >= expected.max(axis=i, keepdims=True)
    profiles: list[list[int]] = np.argwhere(stable).tolist()
    return profiles


def plan_of(game: GameProgram, values: Mapping[int, Fraction]) -> Plan:
    """The plan as files hold it: by what the AI sees and by types, lists of recommendations."""
    statement = game.statement
    told: list[list[tuple[Any, ...]]] = [[] for _ in game.cells]
    for k, chance in sorted(values.items()):
        c, place = divmod(k, game.width)
        if c < len(told) and (statement.elicited or game.cells[c] in statement.masses):
            told[c].append((*game.profile(place), chance))
    return Plan(nested([tuple(entries) for entries in told], statement.cell_shape))


def multipliers_of(game: GameProgram, weights: Mapping[Name, Fraction]) -> Obedience | Honesty:
    """The dual witness as files hold it."""
    statement = game.statement
    fees = fees_of(game, weights)
    V = table(
        [weights.get(game.total(c), Fraction(0)) - fees.get(c, Fraction(0)) for c in game.cells], statement.cell_shape
    )
    sizes = statement.sizes

    def tables(shapes: Sequence[Profile], row: Callable[..., Name], typed: bool) -> tuple[Array, ...]:
        found = []
        for i, shape in enumerate(shapes):
            entries = [-weights.get(row(i, *place), Fraction(0)) for place in product(*map(range, shape))]
            found.append(table(entries, shape if typed else shape[1:]))
        return tuple(found)

    if statement.elicited:
        reactions: list[list[tuple[Any, ...]]] = [[] for _ in sizes]
        for name, weight in weights.items():
            if name[0] == "react":
                reactions[int(name[1])].append((*name[2:], -weight))
        reports = tables([(T, T) for T, _ in sizes], game.report, True)
        return Honesty(V, reports, tuple(tuple(sorted(own)) for own in reactions))
    typed = statement.law is not None
    obedience = tables([(T, A, A) for T, A in sizes], game.obey, typed)
    return Obedience(V, obedience, None if statement.costs is None else tables(sizes, game.consult, typed))


def table(entries: Sequence[Fraction], shape: Profile) -> Array:
    """Exact numbers in row-major order as an array."""
    numerators, unit = over_common_denominator(entries)
    return Array(shape, tuple(numerators), unit)


def nested(flat: Sequence[Any], shape: Profile) -> tuple[Any, ...]:
    """A list in row-major order as nested tuples."""
    if len(shape) == 1:
        return tuple(flat)
    step = len(flat) // shape[0]
    return tuple(nested(flat[k * step : (k + 1) * step], shape[1:]) for k in range(shape[0]))
