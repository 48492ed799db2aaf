"""Ways to solve a game: its whole program at once, or column generation over the plans."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from dual.kinds.games.kind import fees_of, sought
from dual.kinds.games.program import GameProgram
from dual.kinds.games.statement import GameStatement, Objective
from transport.road.linear_kind import Answer, solve_program
from transport.road.problem import Effort, Witnesses

from .pricing import Plays

if TYPE_CHECKING:
    from .problem import Game

ALL_AT_ONCE: Final = 20_000
"""Plays up to which the whole program goes to the solver: it is the quicker way up to about as many."""
RULE: Final = "the vertex that the method ended in"


def solve_columns(problem: Game, effort: Effort) -> Witnesses:
    """All plays at once if they are few, else those that are needed."""
    return solve_game(problem.statement, sought(problem.statement), effort, direct=False)


def solve_direct(problem: Game, effort: Effort) -> Witnesses:
    """All plays at once."""
    return solve_game(problem.statement, sought(problem.statement), effort, direct=True)


def solve_game(statement: GameStatement, objective: Objective, effort: Effort, direct: bool) -> Witnesses:
    """Maximise an objective over the plans that are obeyed."""
    game = GameProgram(statement)
    many = len(game.cells) * game.width > ALL_AT_ONCE
    pricing = Plays(game, objective) if many and not direct and not statement.elicited else None
    answer = solve_program(game.program(objective), effort, pricing)
    return Witnesses(
        primal=None if answer.values is None else {"plan": plan_of(game, answer)},
        dual=None if answer.multipliers is None else multipliers_of(game, answer),
        method="program" if pricing is None else "columns",
        iterations=answer.iterations,
        infeasible=answer.infeasible,
        claim=answer.claim,
        rule=RULE,
        warm=answer.warm,
    )


def plan_of(game: GameProgram, answer: Answer) -> list[object]:
    """The plan as files hold it: by what the AI sees and by types, lists of recommendations."""
    statement = game.statement
    by_cell: dict[int, list[list[object]]] = {c: [] for c in range(len(game.cells))}
    for k, chance in sorted((answer.values or {}).items()):
        c, place = divmod(k, game.width)
        if c < len(game.cells) and (statement.elicited or game.cells[c] in statement.masses):
            by_cell[c].append([*game.profile(place), chance])
    return nested(list(by_cell.values()), game.cell_shape)


def multipliers_of(game: GameProgram, answer: Answer) -> dict[str, object]:
    """The dual witness as files hold it."""
    statement, weights = game.statement, answer.multipliers or {}

    def of(row: tuple[str | int, ...]) -> Fraction:
        return abs(weights.get(row, Fraction(0)))

    fees = fees_of(game, weights)
    V: list[object] = [weights.get(game.total(c), Fraction(0)) - fees.get(c, Fraction(0)) for c in game.cells]
    found: dict[str, object] = {"V": nested(V, game.cell_shape)}
    sizes = list(enumerate(game.sizes))
    if statement.elicited:
        found["reports"] = [[[of(game.report(i, t, r)) for r in range(T)] for t in range(T)] for i, (T, _) in sizes]
        reactions: list[list[list[object]]] = [[] for _ in sizes]
        for name, weight in weights.items():
            if name[0] == "react":
                reactions[int(name[1])].append([*name[2:], -weight])
        found["reactions"] = reactions
        return found
    obeyed = [
        [[[of(game.obey(i, t, a, b)) for b in range(A)] for a in range(A)] for t in range(T)] for i, (T, A) in sizes
    ]
    consulted = [[[of(game.consult(i, t, b)) for b in range(A)] for t in range(T)] for i, (T, A) in sizes]
    typed = statement.law is not None
    found["multipliers"] = obeyed if typed else [own[0] for own in obeyed]
    if statement.costs is not None:
        found["participation"] = consulted if typed else [own[0] for own in consulted]
    return found


def nested(flat: list[object], shape: tuple[int, ...]) -> list[object]:
    """A list in row-major order as nested lists."""
    if len(shape) == 1:
        return flat
    step = len(flat) // shape[0]
    return [nested(flat[k * step : (k + 1) * step], shape[1:]) for k in range(shape[0])]
