"""Games with an AI: many players, and payoff sets; HiGHS on the whole program, and direction by direction.

HiGHS answers in floats and without a proof. For a payoff set it looks beyond every edge, too, but cannot tell vertices
that are a billionth apart.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import highspy
import numpy as np

from dual.kinds.games.program import GameProgram
from persuasion import Game
from persuasion.games.payoff_set import PayoffSet

from .peers import Row, shares, whole
from .record import Case, solved

PLAYERS = (10, 14, 16, 18)
"""With two actions each, in four states: 4,096 to 1,048,576 plays."""
SETS = (("known", 0), ("known", 1), ("elicited", 1), ("elicited", 0), ("elicited", 6))
"""Of random numbers with these seeds: two players with three actions and three types, three states."""
SAME = 1e-9
"""Distance at which points in floats are one."""


def crowd(players: int) -> Game:
    """Players with two actions each and random payoffs; the AI knows the state."""
    rng = np.random.default_rng(players)
    payoffs = [rng.integers(-4, 5, (4, *[2] * players)) for _ in range(players)]
    return Game(["1/4"] * 4, payoffs, {"weights": [1] * players})


def pair(types: str, seed: int, size: int) -> PayoffSet:
    """Two players with so many actions and types."""
    draw = random.Random(seed)
    laws = []
    for _ in range(3):
        masses = shares([draw.randint(1, 5) for _ in range(size**2)])
        laws.append([masses[k : k + size] for k in range(0, size**2, size)])
    payoffs = [nested(draw, [3, size, size]) for _ in range(2)]
    return Game(["1/2", "1/4", "1/4"], payoffs, law=laws, types=types).payoff_set()


def nested(rng: random.Random, shape: list[int]) -> Any:
    """A table of small integers."""
    return [nested(rng, shape[1:]) for _ in range(shape[0])] if shape else rng.randint(-4, 4)


def ours(players: int) -> Callable[[], Row]:
    """The largest sum of payoffs."""
    return solved(crowd(players))


def highs(players: int) -> Callable[[], Row]:
    """The whole program."""
    game = crowd(players)
    program = GameProgram(game.statement).program(game.statement.sought)
    return lambda: {"lower": whole(program), "grade": "claim"}


def polygon(*instance: Any) -> Callable[[], Row]:
    """All of a payoff set."""
    problem = pair(*instance)

    def work() -> Row:
        solution = problem.solve()
        bounds = {"lower": solution.lower, "upper": solution.upper, "grade": solution.grade}
        return {**bounds, "vertices": len(solution.vertices), "complete": solution.complete}

    return work


def directions(*instance: Any) -> Callable[[], Row]:
    """A payoff set in floats."""
    game = GameProgram(pair(*instance).statement)
    first, second = (game.program([(Fraction(1), objective)]) for objective in game.statement.objectives)
    goals = np.array([[float(x) / one.unit for x in one.objective] for one in (first, second)])
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    free = {k for start, block in first.starts() if block.free for k in range(start, start + block.size)}
    for k in range(first.count):
        solver.addVar(-np.inf if k in free else 0.0, np.inf)
    for row in first.rows():
        entries = [(k, float(x) / row.unit) for k, x in row.entries() if x]
        columns, values = np.array([k for k, _ in entries], np.int32), np.array([x for _, x in entries])
        solver.addRow(float(row.right), float(row.right) if row.sense == "=" else np.inf, len(entries), columns, values)
    every = np.arange(first.count, dtype=np.int32)

    def look(direction: Any) -> Any:
        solver.changeColsCost(len(every), every, -(direction / np.hypot(*direction)) @ goals)
        solver.run()
        return goals @ np.array(solver.getSolution().col_value)

    def work() -> Row:
        points = [look(np.array(axis)) for axis in ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))]
        edges = [(points[k], points[(k + 1) % 4]) for k in range(4)]
        while edges:
            a, b = edges.pop()
            across = np.array([b[1] - a[1], a[0] - b[0]])
            if np.hypot(*across) > SAME and across @ (point := look(across)) > across @ a + SAME * np.hypot(*across):
                points.append(point)
                edges += [(a, point), (point, b)]
        middle = np.mean(points, axis=0)
        x, y = np.array(sorted(points, key=lambda p: np.arctan2(*(p - middle)[::-1]))).T
        area = abs(x @ np.roll(y, 1) - y @ np.roll(x, 1)) / 2
        return {"lower": area + np.ptp(x) + np.ptp(y), "grade": "claim", "vertices": len(points)}

    return work


def cases(quick: bool) -> Iterator[Case]:
    """Many players, payoff sets."""
    for players in (8,) if quick else PLAYERS:
        name = f"{players} players, {4 * 2**players:,} plays"
        yield Case("players", name, 4 * 2**players, "suasion", "ours", (players,))
        if players <= 16:
            yield Case("players", name, 4 * 2**players, "HiGHS", "highs", (players,))
    size = 2 if quick else 3
    for types, seed in SETS[1:3] if quick else SETS:
        name = f"payoff set, {size}x{size} actions, types {types}, seed {seed}"
        yield Case("payoff set", name, size, "suasion", "polygon", (types, seed, size))
        yield Case("payoff set", name, size, "HiGHS", "directions", (types, seed, size))
