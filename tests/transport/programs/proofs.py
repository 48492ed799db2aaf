"""Linear programs for tests, and proofs of their outcomes from the statement alone, in plain fractions."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

from transport.programs.program import Infeasible, LinearProgram, Optimum, Unbounded


def outcome(run):
    """An optimum, or the exception that proves there is none."""
    try:
        return run()
    except (Infeasible, Unbounded) as proof:
        return proof


def dense(program):
    return [[Fraction(row.get(j, 0)) for j in range(len(program.objective))] for row in program.rows]


def dot(first, second):
    return sum((Fraction(a) * b for a, b in zip(first, second, strict=True)), Fraction(0))


def prove(program, found):
    """Check an outcome by weak duality, Farkas' lemma or a ray; any of them is a complete proof."""
    matrix = dense(program)
    columns = [list(column) for column in zip(*matrix, strict=True)] or [[] for _ in program.objective]

    def feasible(x, rhs):
        assert all(value >= 0 or j in program.free for j, value in enumerate(x))
        for row, sense, side in zip(matrix, program.senses, rhs, strict=True):
            left = dot(row, x)
            assert left == side if sense == "=" else left <= side if sense == "<=" else left >= side

    def covers(y, objective):
        for sense, value in zip(program.senses, y, strict=True):
            assert sense == "=" or (value >= 0 if sense == "<=" else value <= 0)
        for j, (column, gain) in enumerate(zip(columns, objective, strict=True)):
            assert dot(column, y) == gain if j in program.free else dot(column, y) >= gain

    zero = [0] * len(program.rhs)
    if isinstance(found, Optimum):
        assert found.exact
        assert found.reason == ""
        feasible(found.primal, program.rhs)
        covers(found.dual, program.objective)
        assert found.value == dot(program.objective, found.primal) == dot(program.rhs, found.dual)
        assert all(j in found.basis.columns for j, value in enumerate(found.primal) if value)
        assert all(i in found.basis.rows for i, value in enumerate(found.dual) if value)
    elif isinstance(found, Infeasible):
        covers(found.farkas, [0] * len(program.objective))
        assert dot(program.rhs, found.farkas) < 0
    else:
        assert isinstance(found, Unbounded)
        feasible(found.point, program.rhs)
        feasible(found.ray, zero)
        assert dot(program.objective, found.ray) > 0


def best_vertex(program):
    """The best value among all basic feasible solutions, by trying every basis; None if there are none."""
    m = len(program.rows)
    equations = [list(row) for row in dense(program)]
    cost = [Fraction(gain) for gain in program.objective]
    for j in sorted(program.free):
        for row in equations:
            row.append(-row[j])
        cost.append(-cost[j])
    for i, sense in enumerate(program.senses):
        if sense != "=":
            for k, row in enumerate(equations):
                row.append(Fraction((1 if sense == "<=" else -1) * (i == k)))
            cost.append(Fraction(0))
    best = None
    for size in range(m + 1):
        for chosen in itertools.combinations(range(len(cost)), size):
            x = _only_solution([[row[j] for j in chosen] for row in equations], program.rhs)
            if x is not None and all(value >= 0 for value in x):
                value = dot([cost[j] for j in chosen], x)
                best = value if best is None else max(best, value)
    return best


def _only_solution(rows, rhs):
    """Gauss-Jordan elimination; None unless there is exactly one solution."""
    work = [[*row, Fraction(side)] for row, side in zip(rows, rhs, strict=True)]
    size = len(rows[0]) if rows else 0
    for j in range(size):
        pivot = next((i for i in range(j, len(work)) if work[i][j]), None)
        if pivot is None:
            return None
        work[j], work[pivot] = work[pivot], work[j]
        work[j] = [value / work[j][j] for value in work[j]]
        for i, row in enumerate(work):
            if i != j and row[j]:
                work[i] = [value - row[j] * other for value, other in zip(row, work[j], strict=True)]
    return None if any(row[-1] for row in work[size:]) else [row[-1] for row in work[:size]]


def random_program(rng: random.Random, most_columns=6, most_rows=7):
    """A small program with many ties: entries from a handful of values, some rows proportional, some columns free."""
    n, m = rng.randint(1, most_columns), rng.randint(0, most_rows)
    size, fractional = rng.choice([1, 2, 5]), rng.random() < 0.3

    def number():
        value = rng.randint(-size, size)
        return Fraction(value, rng.randint(1, 4)) if fractional else value

    rows = [{j: number() for j in range(n) if rng.random() < 0.7} for _ in range(m)]
    if m > 1 and rng.random() < 0.3:
        rows[rng.randrange(m)] = {j: 2 * value for j, value in rows[rng.randrange(m)].items()}
    return LinearProgram(
        [number() for _ in range(n)],
        rows,
        [rng.choice(["=", "<=", ">=", "<="]) for _ in range(m)],
        [rng.choice([0, number()]) for _ in range(m)],
        [j for j in range(n) if rng.random() < 0.15],
    )


def obedience(prior, sender, receiver):
    """One-receiver persuasion: the masses x(s, a), total per state the prior, every recommendation obeyed."""
    states, actions = len(sender), len(sender[0])
    rows = [{s * actions + a: 1 for a in range(actions)} for s in range(states)]
    pairs = [(a, b) for a in range(actions) for b in range(actions) if a != b]
    rows += [{s * actions + a: receiver[s][a] - receiver[s][b] for s in range(states)} for a, b in pairs]
    senses = ["="] * states + [">="] * len(pairs)
    return LinearProgram([gain for row in sender for gain in row], rows, senses, [*prior, *[0] * len(pairs)])


def random_obedience(rng: random.Random, size, most=5, noise=0):
    def payoffs():
        return [[rng.randint(-most, most) + noise * rng.randint(-9, 9) for _ in range(size)] for _ in range(size)]

    weights = [rng.randint(1, 19) for _ in range(size)]
    return obedience([Fraction(w, sum(weights)) for w in weights], payoffs(), payoffs())
