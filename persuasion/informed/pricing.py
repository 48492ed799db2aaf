"""Messages that are worth more than they cost, found by local search and by an integer program.

Local search: where a profile of replies is best, the best message is a small linear program; what types reply to it may
be better for the sender, and so on. The integer program is exact up to its tolerances and has no big constants: with
z_ta = 1 if type t replies a, and y_ta(s) = z_ta x(s),

    max sum c_t(s, a) y_ta(s) - P . x  s.t.  sum_s x(s) = 1,  sum_a y_ta = x,  sum_s y_ta(s) = z_ta,
                                            sum_s (g_t(s, a) - g_t(s, b)) y_ta(s) >= 0.

Its messages are only proposals: what they are worth is looked up.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

import numpy as np

from transport.programs.arrays import Floats
from transport.programs.effort import Effort
from transport.programs.floating import maximise

from .profiles import Floating, Profile

GAIN: Final = 1e-9
"""What a message has to be worth beyond its price, relative to all gains, to be looked at: floats err by less."""
STARTS: Final = 60
"""Random messages from which local search starts in each round; more find more profiles, at a millisecond each."""


def climbed(tables: Floating, prices: Floats, starts: Floats, most: int = 30) -> Iterator[Profile]:
    """Profiles that local search finds worth more than their messages cost, the best few."""
    found: dict[Profile, float] = {}
    seen: set[Profile] = set()
    for profile in map(tuple, tables.replies(starts).tolist()):
        while profile not in seen:
            seen.add(profile)
            best = cell_optimum(tables, prices, profile)
            if best is None:
                break
            x, value = best
            if value > GAIN:
                found[profile] = value
            profile = tuple(tables.replies(x[None])[0].tolist())
    yield from sorted(found, key=lambda p: (-found[p], p))[:most]


def cell_optimum(tables: Floating, prices: Floats, profile: Profile) -> tuple[Floats, float] | None:
    """The message of length one that is worth most beyond its price where a profile is a best reply."""
    types = np.arange(len(profile))
    chosen = tables.own[types, list(profile)]
    rows = (tables.own - chosen[:, None, :]).reshape(-1, len(prices))
    rows = rows[(rows > 0).any(axis=1)]
    worth = tables.worth(profile) - prices
    limits = (rows, np.zeros(len(rows))) if len(rows) else None
    whole = np.ones((1, len(prices))), [1.0]
    found = maximise(worth, limits=limits, equations=whole, method="highs-ds", guess=True)
    return None if found is None else (found.x, found.value)


def random_messages(states: int, rng: np.random.Generator, count: int = STARTS) -> Floats:
    """Messages all over the simplex, sides and corners included."""
    inside = rng.dirichlet(np.ones(states), count // 2)
    near = rng.dirichlet(np.full(states, 0.3), count - count // 2)
    near[near < 0.02] = 0.0
    found: Floats = np.vstack([np.eye(states), np.full((1, states), 1 / states), inside, near])
    found /= found.sum(axis=1, keepdims=True)
    return found


def integer_message(tables: Floating, prices: Floats, effort: Effort) -> Floats | None:
    """The message that the integer program finds worth most beyond its price; None without one in time."""
    from ortools.linear_solver import pywraplp

    solver = pywraplp.Solver.CreateSolver("SCIP")
    if solver is None:
        return None
    T, A, S = tables.own.shape
    x = [solver.NumVar(0.0, 1.0, "") for _ in range(S)]
    solver.Add(sum(x) == 1)
    goal = -sum(float(p) * v for p, v in zip(prices, x, strict=True))
    for t in range(T):
        y = [[solver.NumVar(0.0, 1.0, "") for _ in range(S)] for _ in range(A)]
        z = [solver.BoolVar("") for _ in range(A)]
        solver.Add(sum(z) == 1)
        for s in range(S):
            solver.Add(sum(y[a][s] for a in range(A)) == x[s])
        for a in range(A):
            solver.Add(sum(y[a]) == z[a])
            goal += sum(float(tables.gains[t, a, s]) * y[a][s] for s in range(S))
            for b in range(A):
                d = tables.own[t, a] - tables.own[t, b]
                if b != a and d.any():
                    solver.Add(sum(float(d[s]) * y[a][s] for s in range(S)) >= 0)
    solver.Maximize(goal)
    left = effort.remaining()
    if math.isfinite(left):
        solver.SetTimeLimit(max(1, int(1000 * left)))
    if solver.Solve() not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
        return None
    found: Floats = np.maximum([v.solution_value() for v in x], 0.0)
    found /= found.sum()
    return found


def as_floats(messages: Sequence[Sequence[Fraction]]) -> Floats:
    """Messages at length one."""
    found = np.array([[float(k / sum(message)) for k in message] for message in messages])
    return found.reshape(len(messages), -1)
