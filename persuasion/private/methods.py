"""Ways to solve private persuasion: column generation over plans, and the obedience program of a game."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from operator import mul
from typing import Any

import numpy as np

from dual.errors import SolverError
from dual.kinds.private import Multipliers as ObedienceMultipliers
from dual.kinds.private import Plan, Potentials, PrivateStatement, Separation, every_profile, sides
from dual.numbers.exact import Matrix
from persuasion.private.marginals import Marginals
from transport.coupling.admissible import admissible_weights, completed
from transport.coupling.majorants import excess, finite_floats, rounding_error
from transport.programs.arrays import Floats, Integers
from transport.programs.columns import Multipliers, Stop, generate
from transport.programs.effort import Effort
from transport.programs.linear import LinearProgram, solve
from transport.programs.program import Infeasible
from transport.road.methods import Found, method

_EXACT_ROWS = 400
"""Above so many rows a basis is not solved exactly unless asked for: its fractions grow as long as its time."""
_ROUNDS = 8
"""Of columns that enter the exact program: floats have found nearly all."""
_GAP = 1e-10
"""At which column generation ends: below it rounding decides."""
RULE = "the vertex that the method ended in"


@method("columns", "column generation over profiles of posteriors; a game by its obedience program")
def solve_private(statement: PrivateStatement, effort: Effort) -> Found:
    """The obedience program for a game, column generation for posteriors on grids."""
    if statement.is_game:
        return solve_game(statement, effort)
    return solve_on_grids(statement, effort)


# Games


def solve_game(statement: PrivateStatement, effort: Effort) -> Found:
    """Solve ``max <sender, m>`` over obedient plans of action profiles, exactly."""
    effort.offer(lambda: _uninformed(statement))
    receivers = [one.payoff for one in statement.receivers or ()]
    profiles = list(every_profile(statement.shape))
    states = len(statement.prior)
    rows: list[dict[int, Fraction | int]] = [{} for _ in range(states)]
    # One row for each receiver, recommended action and alternative.
    keys = [
        (r, a, other)
        for r, count in enumerate(statement.shape)
        for a, other in product(range(count), repeat=2)
        if a != other
    ]
    obedience: dict[tuple[int, int, int], dict[int, Fraction | int]] = {key: {} for key in keys}
    objective: list[Fraction] = []
    # One column for each state and profile; it enters the rows of all that it recommends.
    for s in range(states):
        for profile in profiles:
            k = len(objective)
            objective.append(statement.tables[s].at(*profile))
            rows[s][k] = 1
            for r, a in enumerate(profile):
                rewards = receivers[r][s]
                for other, reward in enumerate(rewards):
                    if other != a and rewards[a] != reward:
                        obedience[r, a, other][k] = rewards[a] - reward
    program = LinearProgram(
        objective,
        [*rows, *(obedience[key] for key in keys)],
        ["="] * states + [">="] * len(keys),
        [*statement.prior, *[0] * len(keys)],
    )
    # An inexact optimum means that time is over, or that something is wrong.
    optimum = solve(program, start=effort.start, time_limit=None if effort.time_limit is None else effort.remaining())
    if not optimum.exact and effort.time_limit is None:
        raise SolverError(f"the obedience program could not be solved exactly: {optimum.reason}")
    if not optimum.exact:
        return _uninformed(statement)
    # Read the multipliers and the plan back by their names.
    multipliers = [[[Fraction(0)] * len(payoff[0]) for _ in payoff[0]] for payoff in receivers]
    for (r, a, other), weight in zip(keys, optimum.dual[states:], strict=True):
        multipliers[r][a][other] = -weight
    plan: list[list[tuple[Any, ...]]] = [[] for _ in range(states)]
    for k, mass in enumerate(optimum.primal):
        if mass:
            s, at = divmod(k, len(profiles))
            plan[s].append((*profiles[at], mass))
    return Found(
        primal=Plan(tuple(map(tuple, plan))),
        dual=ObedienceMultipliers(tuple(optimum.dual[:states]), _deep(multipliers)),
        method="obedience",
        iterations=optimum.iterations + optimum.pivots,
        rule=RULE,
        warm=optimum.basis,
    )


def _uninformed(statement: PrivateStatement) -> Found:
    """What is true without a solver: everybody plays a best reply to the prior; V is the best that each state can give.

    Of equally good replies of a receiver the first is taken.
    """
    receivers = statement.receivers or ()
    replies = []
    for one in receivers:
        worth = [sum(map(mul, statement.prior, own)) for own in zip(*one.payoff, strict=True)]
        replies.append(worth.index(max(worth)))
    return Found(
        primal={"plan": [[[*replies, mass]] if mass else [] for mass in statement.prior]},
        dual={
            "V": [max(table) for table in statement.tables],
            "multipliers": [[[Fraction(0)] * one.actions] * one.actions for one in receivers],
        },
        method="no-information",
        rule=RULE,
    )


# Grids of posteriors


def solve_on_grids(statement: PrivateStatement, effort: Effort) -> Found:
    """Column generation, then an exact optimum where that is practical, else the rough answer repaired."""
    grids = statement.grids or ()
    # A prior that a receiver's grid does not span leaves no plan at all.
    splittings = []
    for r, grid in enumerate(grids):
        corners = splitting(grid, statement.prior)
        if isinstance(corners, Infeasible):
            return Found(
                primal=None,
                dual=Separation(r, tuple(corners.farkas)),
                method="splitting",
                infeasible=True,
            )
        splittings.append(corners)
    # Utilities of size one, whatever their units: the solver's tolerances are absolute.
    client = _client(statement, splittings)
    unit = max(1e-300, *(float(np.abs(table).max()) for table in client.utility))
    scaled = Marginals(client.masses, client.points, [table / unit for table in client.utility], client.start())
    if effort.time_limit is not None:
        V, beta = _repaired_dual(statement, client, np.zeros(client.rows))
        try:
            nowhere: Integers = np.zeros(0, dtype=np.int64)
            plan = _repaired_plan(statement, client, nowhere, np.zeros(0), splittings)
        except SolverError:  # the prior lies on the edge of what the grid spans
            effort.offer(Found(None, {"V": V, "beta": beta}, "no-information"))
        else:
            effort.offer(_witnesses(plan, V, beta, 0))
    # The optimum in floats, made exact by its basis where that is practical.
    stop = Stop(min(effort.gap, _GAP) if effort.gap else _GAP, effort.rounds or 10_000)
    found = generate(scaled, stop, effort)
    if effort.gap == 0 or (effort.gap is None and scaled.rows + scaled.states <= _EXACT_ROWS):
        effort.tell("solving the basis exactly")
        pool = np.unique(np.concatenate([found.ids, client.start(), scaled.price(Multipliers(found.duals)).ids]))
        exact = _exact(statement, client, pool, effort)
        if exact is not None:
            return _witnesses(*exact, found.rounds)
    effort.tell("rounding and repairing the witnesses")
    V, beta = _repaired_dual(statement, client, found.duals * unit)
    try:
        plan = _repaired_plan(statement, client, found.ids, found.masses, splittings)
    except SolverError:
        # The prior lies on the edge of what the grid spans, where rounding has no room.
        exact = _exact(statement, client, np.unique(np.concatenate([found.ids, client.start()])), effort)
        if exact is None:
            raise
        return _witnesses(*exact, found.rounds)
    return _witnesses(plan, V, beta, found.rounds)


def _deep(tables: Sequence[Sequence[Sequence[Fraction]]]) -> tuple[Matrix, ...]:
    return tuple(tuple(tuple(row) for row in table) for table in tables)


def _witnesses(plan: Sequence[Any], V: Sequence[Fraction], beta: list[list[list[Fraction]]], rounds: int) -> Found:
    return Found(
        primal=Plan(tuple(tuple((*cell, mass) for cell, mass in sorted(state.items()) if mass) for state in plan)),
        dual=Potentials(tuple(V), _deep(beta)),
        method="columns",
        iterations=rounds,
        rule=RULE,
    )


def splitting(grid: Sequence[Sequence[Fraction]], prior: Sequence[Fraction]) -> list[int] | Infeasible:
    """Affinely independent posteriors with the prior inside their hull: the certain beliefs if the grid has them."""
    place = {tuple(belief): k for k, belief in enumerate(grid)}
    certain = [tuple(Fraction(t == s) for t in range(len(prior))) for s, mass in enumerate(prior) if mass]
    if all(belief in place for belief in certain):
        return [place[belief] for belief in certain]
    rows = [{k: belief[s] for k, belief in enumerate(grid) if belief[s]} for s in range(len(prior))]
    # Posteriors far from the prior make a wide hull, with more room around the prior.
    far = [sum(((x - m) ** 2 for x, m in zip(belief, prior, strict=True)), Fraction(0)) for belief in grid]
    try:
        optimum = solve(LinearProgram(far, rows, ["="] * len(prior), list(prior)))
    except Infeasible as proof:
        return proof
    return [k for k, weight in enumerate(optimum.primal) if weight]


def _client(statement: PrivateStatement, splittings: Sequence[Sequence[int]]) -> Marginals:
    prior = np.array([float(mass) for mass in statement.prior])
    points = [np.array([[float(x) for x in belief] for belief in grid]) for grid in statement.grids or ()]
    tables = [finite_floats(table, f"utility[{s}]") for s, table in enumerate(statement.tables)]
    bare = Marginals(prior, points, tables)
    start = []
    for s in np.flatnonzero(prior).tolist():
        allowed = [
            np.array([k for k in own if beliefs[k, s] > 0]) for own, beliefs in zip(splittings, points, strict=True)
        ]
        start.append(bare.ids(s, [mesh.ravel() for mesh in np.meshgrid(*allowed, indexing="ij")]))
    return Marginals(prior, points, tables, np.concatenate(start))


def _exact(
    statement: PrivateStatement, client: Marginals, pool: Integers, effort: Effort
) -> tuple[list[dict[tuple[int, ...], Fraction]], Sequence[Fraction], list[list[list[Fraction]]]] | None:
    grids = statement.grids or ()
    states = len(statement.prior)
    basis = None
    for _ in range(_ROUNDS):
        state, places = client.split(pool)
        rows: list[dict[int, Fraction | int]] = [{} for _ in range(states + client.rows)]
        objective = []
        named = list(zip(state.tolist(), *(k.tolist() for k in places), strict=True))
        for column, (s, *cell) in enumerate(named):
            objective.append(statement.tables[s].at(*cell))
            rows[s][column] = 1
            for r, k in enumerate(cell):
                for later in range(1, states):
                    coefficient = (s == later) - grids[r][k][later]
                    if coefficient:
                        rows[states + int(client.offsets[r]) + k * (states - 1) + later - 1][column] = coefficient
        limit = None if effort.time_limit is None else max(effort.remaining(), 0.01)
        right = [*statement.prior, *[Fraction(0)] * client.rows]
        try:
            optimum = solve(LinearProgram(objective, rows, ["="] * len(rows), right), start=basis, time_limit=limit)
        except SolverError:  # no time for it: the rough answer is repaired instead
            return None
        if not optimum.exact:
            return None
        beta = _potentials(statement, client, optimum.dual[states:])
        V = list(optimum.dual[:states])
        beta = with_excluded(statement, V, beta)
        V = [V[s] if mass else _least(statement, s, beta) for s, mass in enumerate(statement.prior)]
        missing = _missing(statement, client, V, beta)
        if not len(missing):
            plan: list[dict[tuple[int, ...], Fraction]] = [{} for _ in range(states)]
            for (s, *cell), mass in zip(named, optimum.primal, strict=True):
                if mass:
                    plan[s][tuple(cell)] = mass
            return plan, V, beta
        # The old columns keep their numbers, so that the old basis is where the next program starts.
        pool, basis = np.concatenate([pool, np.setdiff1d(missing, pool)]), optimum.basis
    return None


def _potentials(
    statement: PrivateStatement, client: Marginals, duals: Sequence[Fraction]
) -> list[list[list[Fraction]]]:
    """``beta[r][k][s] = y_s - sum_s' belief_s' y_s'``, with y zero in the first state: of mean zero exactly."""
    states = len(statement.prior)
    found = []
    for r, grid in enumerate(statement.grids or ()):
        own = []
        for k, belief in enumerate(grid):
            start = int(client.offsets[r]) + k * (states - 1)
            y = [Fraction(0), *duals[start : start + states - 1]]
            mean = sum((a * b for a, b in zip(belief, y, strict=True)), Fraction(0))
            own.append([value - mean for value in y])
        found.append(own)
    return found


def with_excluded(
    statement: PrivateStatement, V: Sequence[Fraction], beta: list[list[list[Fraction]]]
) -> list[list[list[Fraction]]]:
    """Raise potentials in states that their posterior excludes, where they cost nothing, above all demands."""
    for s, table in enumerate(statement.tables):
        most = max(table)
        if not statement.prior[s]:
            continue
        least = [min((own[s] for own in side), default=Fraction(0)) for side in beta]
        for r, grid in enumerate(statement.grids or ()):
            others = sum((low for k, low in enumerate(least) if k != r), Fraction(0))
            for k, belief in enumerate(grid):
                if not belief[s]:
                    beta[r][k][s] = max(beta[r][k][s], Fraction(math.ceil(most - V[s] - others)))
    return beta


def _missing(
    statement: PrivateStatement, client: Marginals, V: Sequence[Fraction], beta: list[list[list[Fraction]]]
) -> Integers:
    found: list[int] = []
    for s, table in enumerate(statement.tables):
        if not statement.prior[s]:
            continue
        r, c = sides(V[s], [tuple(own[s] for own in side) for side in beta])
        floats = client.utility[s].reshape(len(r), len(c))
        found += [s * client.cells + i * len(c) + j for i, j in excess(table, floats, r, c, most=2000)]
    return np.array(found, dtype=np.int64)


def _repaired_dual(
    statement: PrivateStatement, client: Marginals, rough: Floats
) -> tuple[list[Fraction], list[list[list[Fraction]]]]:
    """Round the multipliers; V is the largest excess over all cells, found in floats and rounded up."""
    size = max(float(np.abs(table).max()) for table in client.utility) or 1.0
    step = 2.0 ** max(math.frexp(size)[1] - 48, -1000)  # never 0, however small the utilities
    duals = np.rint(rough / step) * step
    terms = client.terms(duals)
    error = 4 * (len(terms) + 1) * rounding_error(*client.utility, *terms)
    best = client.price(Multipliers(duals)).best
    V = [Fraction(math.ceil((value + error) / step)) * Fraction(step) for value in best.tolist()]
    beta = with_excluded(statement, V, _potentials(statement, client, [Fraction(value) for value in duals.tolist()]))
    return [V[s] if mass else _least(statement, s, beta) for s, mass in enumerate(statement.prior)], beta


def _least(statement: PrivateStatement, s: int, beta: Sequence[Sequence[Sequence[Fraction]]]) -> Fraction:
    """A V that suffices in a state without mass."""
    return max(statement.tables[s]) - sum((min(own[s] for own in side) for side in beta), Fraction(0))


def _repaired_plan(
    statement: PrivateStatement, client: Marginals, ids: Integers, masses: Floats, splittings: Sequence[Sequence[int]]
) -> list[dict[tuple[int, ...], Fraction]]:
    state, places = client.split(ids)
    rough: list[dict[tuple[int, ...], float]] = [{} for _ in statement.prior]
    for s, mass, *cell in zip(state.tolist(), masses.tolist(), *(k.tolist() for k in places), strict=True):
        rough[s][tuple(cell)] = mass
    marginals: list[list[list[Fraction]]] = [[] for _ in statement.prior]
    for r, (grid, corners) in enumerate(zip(statement.grids or (), splittings, strict=True)):
        weights = [0.0] * len(grid)
        for own in rough:
            for place, mass in own.items():
                weights[place[r]] += mass
        exact = admissible_weights(grid, statement.prior, weights, corners)
        for s in range(len(statement.prior)):
            marginals[s].append([weight * belief[s] for weight, belief in zip(exact, grid, strict=True)])
    return [completed(own, sides_) for own, sides_ in zip(rough, marginals, strict=True)]
