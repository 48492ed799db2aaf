"""Receivers who know something: one experiment for all, and menus; the programs over profiles and messages in HiGHS.

For two states, reading the instance is inside the seconds. HiGHS answers in floats and without a proof: on the program
over all profiles of replies, on the whole program of a menu, and on the integer program that looks for a message worth
more than the optimal prices. That is the last step of a search only, so it has no value of its own.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array

from dual.kinds.informed.menu import MenuProgram
from persuasion import InformedPersuasion
from persuasion.informed.profiles import Floating, all_profiles, cell_rows

from .peers import BUY, PATIENCE, Row, checked, shares, whole
from .record import Case, solved

TWO_STATES = (10_000, 100_000)
PUBLIC = ((10, 4, 2), (8, 4, 3), (100, 3, 2), (25, 6, 2), (40, 5, 2))
"""Types, states, actions."""
LIMIT = 180.0
"""Seconds on the clock for each of these: the largest ends in a proven bracket."""
MENUS = ((20, 4, 3), (30, 4, 3), (50, 4, 2), (100, 5, 2), (83, 4, 3), (25, 4, 10), (250, 2, 2))
QUICK_PUBLIC, QUICK_MENUS = ((6, 4, 2),), ((10, 3, 2),)


def types(T: int, S: int, A: int, seed: int, disclosure: str = "public") -> InformedPersuasion:
    """Types with random beliefs and payoffs of their own; the sender's gains are not negative."""
    rng = random.Random(seed)
    beliefs = [shares([rng.randint(1, 9) for _ in range(S)]) for _ in range(T)]
    receiver = [[[rng.randint(-5, 5) for _ in range(A)] for _ in range(S)] for _ in range(T)]
    sender = [[[rng.randint(0, 5) for _ in range(A)] for _ in range(S)] for _ in range(T)]
    return InformedPersuasion(beliefs, receiver, sender, disclosure=disclosure)


def readings(count: int, floats: bool) -> tuple[list[Any], list[Fraction] | None]:
    """Random beliefs and weights about two states, as fractions or as floats."""
    rng = random.Random(1)
    if floats:
        return [rng.random() for _ in range(count)], None
    return [Fraction(rng.randint(1, 999), 1000) for _ in range(count)], shares(
        [rng.randint(1, 9) for _ in range(count)]
    )


def read_and_solved(count: int, floats: bool) -> Callable[[], Row]:
    """An instance of two states read, solved and proven."""
    beliefs, weights = readings(count, floats)
    return lambda: dict(solved(InformedPersuasion(beliefs, weights=weights, **BUY))())


def file_checked(count: int, floats: bool) -> Callable[[], Row]:
    """The file of its answer checked once more."""
    beliefs, weights = readings(count, floats)
    return checked(InformedPersuasion(beliefs, weights=weights, **BUY))


def ours(disclosure: str, *size: int) -> Callable[[], Row]:
    """Random types, at most so long."""
    return solved(types(*size, seed=1, disclosure=disclosure), time_limit=LIMIT)


def profiles(*size: int) -> Callable[[], Row]:
    """The program over all profiles."""
    problem = types(*size, seed=1)
    return lambda: {"lower": by_profiles(problem), "grade": "claim"}


def messages(*size: int) -> Callable[[], Row]:
    """The integer program at the optimal prices."""
    problem = types(*size, seed=1)
    prices = problem.solve(time_limit=LIMIT).prices
    return lambda: {"missing": missing_message(problem, prices), "grade": "claim"}


def whole_menu(*size: int) -> Callable[[], Row]:
    """The whole program of a menu."""
    program = MenuProgram(types(*size, seed=1, disclosure="menu").statement).program()
    return lambda: {"lower": whole(program), "grade": "claim"}


def by_profiles(problem: InformedPersuasion) -> float:
    """The program over all profiles of replies, whole, in HiGHS."""
    statement = problem.statement
    (gains, unit), (own, _), S = statement.gains, statement.own, statement.state_count
    profiles = all_profiles(statement)
    cost = [sum(gains[t][a][s] for t, a in enumerate(p)) / unit for p in profiles for s in range(S)]
    count = 0
    rows: list[tuple[int, int, float]] = []
    for m, profile in enumerate(profiles):
        for d in cell_rows(own, profile):
            rows += [(count, m * S + s, -float(x)) for s, x in enumerate(d) if x]
            count += 1
    i, k, v = zip(*rows, strict=True)
    equal = coo_array((np.ones(len(cost)), (np.tile(np.arange(S), len(profiles)), np.arange(len(cost))))).tocsr()
    found = linprog(
        -np.array(cost),
        coo_array((v, (i, k)), shape=(count, len(cost))).tocsr(),
        np.zeros(count),
        equal,
        np.ones(S),
        method="highs",
    )
    return -float(found.fun)


def missing_message(problem: InformedPersuasion, prices: Any) -> float:
    """What a message is worth beyond its price at most, by the integer program in HiGHS; relative to all gains."""
    tables = Floating(problem.statement)
    T, A, S = tables.own.shape
    costs = tables.prices(prices)
    x, y, z = np.arange(S), S + np.arange(T * A * S).reshape(T, A, S), S + T * A * S + np.arange(T * A).reshape(T, A)
    count = S + T * A * S + T * A
    goal = np.zeros(count)
    goal[x], goal[y] = costs, -tables.gains
    rows: list[tuple[list[int], list[float], float, float]] = [([*map(int, x)], [1.0] * S, 1.0, 1.0)]
    for t in range(T):
        rows.append(([*map(int, z[t])], [1.0] * A, 1.0, 1.0))
        rows += [([*map(int, y[t, :, s]), s], [1.0] * A + [-1.0], 0.0, 0.0) for s in range(S)]
        for a in range(A):
            rows.append(([*map(int, y[t, a]), int(z[t, a])], [1.0] * S + [-1.0], 0.0, 0.0))
            for b in range(A):
                if b != a:
                    d = tables.own[t, a] - tables.own[t, b]
                    rows.append(([*map(int, y[t, a])], d.tolist(), 0.0, np.inf))
    i = [r for r, (columns, *_) in enumerate(rows) for _ in columns]
    matrix = coo_array(
        ([v for _, values, *_ in rows for v in values], (i, [k for columns, *_ in rows for k in columns])),
        shape=(len(rows), count),
    ).tocsr()
    found = milp(
        goal,
        constraints=LinearConstraint(matrix, [r[2] for r in rows], [r[3] for r in rows]),
        bounds=Bounds(0, 1),
        integrality=np.isin(np.arange(count), z),
        options={"time_limit": PATIENCE},
    )
    return math.nan if found.x is None or found.status else -float(found.fun)


def cases(quick: bool) -> Iterator[Case]:
    """Two states, more states, menus."""
    for count in (1000,) if quick else TWO_STATES:
        for floats in (False, True):
            name = f"two states, {count:,} types, {'floats' if floats else 'fractions'}"
            yield Case("two states", name, count, "suasion", "read_and_solved", (count, floats))
            yield Case("two states", name, count, "check of the file", "file_checked", (count, floats))
    for T, S, A in QUICK_PUBLIC if quick else PUBLIC:
        name = f"public, {T} types, {S} states, {A} actions"
        yield Case("public", name, T * S * A, "suasion", "ours", ("public", T, S, A))
        if A**T <= 7000:
            yield Case("public", name, T * S * A, "all profiles in HiGHS", "profiles", (T, S, A))
        if T < 40:
            yield Case("public", name, T * S * A, "a missing message in HiGHS", "messages", (T, S, A))
    for T, S, A in QUICK_MENUS if quick else MENUS:
        name = f"menu, {T} types, {S} states, {A} actions"
        yield Case("menu", name, T * S * A, "suasion", "ours", ("menu", T, S, A))
        if T <= 50:
            yield Case("menu", name, T * S * A, "whole program in HiGHS", "whole_menu", (T, S, A))
