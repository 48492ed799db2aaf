"""Two receivers on the square with polynomial utilities: potentials by sums of squares, exact where they can be.

The dual, ``min (1-p) V_l + p V_h`` with ``V + (x - s) alpha1(x) + (y - s) alpha2(y) - u_s`` a sum of squares for
both states, is a semidefinite program for every degree (Lasserre's hierarchy). Where the slack vanishes, a policy may
have its atoms: the grid of these posteriors is solved exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import ceil
from typing import Any, Final

import numpy as np

from dual.errors import InputError, SolverError
from dual.functions.expression import Expression
from dual.kinds.two_receivers.grid import Plan, lower
from dual.kinds.two_receivers.statement import TwoReceiverStatement
from dual.proofs.squares import Terms, constant, polynomial, product, total, variable
from transport.programs.arrays import Floats
from transport.programs.effort import Effort
from transport.programs.floating import maximise
from transport.programs.regions import Inequality, box, legendre, plainly
from transport.programs.rounding import simple_or_dyadic
from transport.programs.squares import Proof, SquaresProgram
from transport.road.linear_kind import solve_program
from transport.road.methods import Found, method

from .form import FORM

MOST: Final = 4
"""Half of the highest degree that is tried; a step beyond takes ten times as long and rarely gains a digit."""

CLOSE: Final = 1e-6
"""Bounds as close as that may be equal: an exact proof is looked for."""

ENOUGH: Final = 1e-9
"""A relative gap at which no higher degree is tried."""

CHAIN: Final = 6
"""Steps along curves of contact, from one receiver's posteriors to the other's."""

MOST_POINTS: Final = 40
"""Posteriors of a receiver on the grid that is solved exactly."""

POLISH: Final[Any] = {"ftol": 1e-16, "gtol": 1e-11, "maxiter": 60}
"""When posteriors are in their best place: a linear program a step, some milliseconds each."""

RULE: Final = "atoms where the slack of the potentials vanishes"


def degree_of(terms: Terms) -> int:
    """The degree of a polynomial."""
    return max((sum(key) for key in terms), default=0)


def polynomials_of(statement: TwoReceiverStatement) -> list[Terms]:
    """Both utilities as polynomials.

    Raises
    ------
    InputError
        If the domain is no square, or a utility no polynomial.
    """
    if statement.domain != "square":
        raise InputError('squares are for the domain "square"', "method")
    found = []
    for utility in (statement.low, statement.high):
        if not isinstance(utility, Expression):
            raise InputError("on the square a utility is an expression in x and y", "utility")
        found.append(polynomial(utility))
    return found


@dataclass(frozen=True)
class Bound:
    """Potentials in floats, and what rounds them.

    Attributes
    ----------
    program : SquaresProgram
    power : int
        The degree of alpha.
    s : array
        V and the coefficients of alpha1 and alpha2 in Legendre polynomials.
    grams : list
    """

    program: SquaresProgram
    power: int
    s: Floats
    grams: list[list[Floats]]

    @property
    def value(self) -> float:
        """The bound, unproven."""
        return float(np.array(list(map(float, self.program.cost))) @ self.s)

    def polynomial(self, state: int) -> Terms:
        """The slack of a state."""
        return self.program.inequalities[state].at([Fraction(float(value)) for value in self.s])

    def witness(self, proof: Proof) -> dict[str, object]:
        """As files have it."""
        count, base = self.power + 1, legendre(self.power)
        alphas = []
        for axis in range(2):
            shares = proof.s[2 + axis * count : 2 + (axis + 1) * count]
            row = [
                sum((share * base[e][k] for e, share in enumerate(shares) if k <= e), Fraction(0)) for k in range(count)
            ]
            alphas.append({"knots": [0, 1], "polynomials": [row]})
        squares = dict(zip("lh", proof.terms, strict=True))
        return {"V": list(proof.s[:2]), "alpha1": alphas[0], "alpha2": alphas[1], "squares": squares}


def bound_of(prior: Fraction, utilities: Sequence[Terms], half: int, time_limit: float | None) -> Bound:
    """The best potentials of a degree."""
    power, one = 2 * half - 1, constant(1, 2)
    base, inequalities = legendre(power), []
    for state, utility in enumerate(utilities):
        moving = [one if state == 0 else {}, one if state == 1 else {}]
        for axis in range(2):
            side = total([(Fraction(1), variable(axis, 2)), (Fraction(-state), one)])
            for row in base:
                line: Terms = {(0, k) if axis else (k, 0): c for k, c in enumerate(row)}
                moving.append(product(side, line))
        inequalities.append(Inequality(total([(Fraction(-1), utility)]), tuple(moving)))
    free = [Fraction(0)] * (2 * (power + 1))
    program = SquaresProgram(box(2), inequalities, [1 - prior, prior, *free], half, [Fraction(1)] * 2 + free)
    return Bound(program, power, *program.solve(time_limit))


@method("squares", "polynomial utilities on the square: potentials by sums of squares, exact where they can be")
def solve_by_squares(statement: TwoReceiverStatement, effort: Effort) -> Found:
    """Raise the degree until bounds meet."""
    utilities = polynomials_of(statement)
    least = max(1, ceil(max(map(degree_of, utilities)) / 2))
    best: tuple[Fraction, dict[str, object]] | None = None
    policy: tuple[Fraction, dict[str, object]] | None = None
    rounds = 0
    for half in range(least, max(MOST, least + 1) + 1):
        if effort.exhausted():
            break
        limit = None if effort.time_limit is None else effort.remaining()
        try:
            bound = bound_of(statement.prior, utilities, half, limit)
            rounds += 1
            proof = bound.program.rounded(bound.s, bound.grams)
        except SolverError:  # inaccurate at this degree; a higher one may round
            continue
        upper = sum((c * v for c, v in zip(bound.program.cost, proof.s, strict=True)), Fraction(0))
        if best is None or upper < best[0]:
            best = upper, bound.witness(proof)
        for points in contacts(statement, bound):
            found = best_on(statement, points)
            if found is not None and (policy is None or found[0] > policy[0]):
                policy = found
        effort.offer(Found(policy and policy[1], best[1], "squares", rounds, rule=RULE))
        gap = float(best[0] - policy[0]) if policy else np.inf
        scale = max(1.0, abs(float(best[0])))
        if policy is not None and gap < CLOSE * scale:
            exact = bound.program.exact(bound.s, bound.grams, [[], []])
            if exact is not None:
                upper = sum((c * v for c, v in zip(bound.program.cost, exact.s, strict=True)), Fraction(0))
                if upper == policy[0]:
                    return Found(policy[1], bound.witness(exact), "squares", rounds, rule=RULE)
        if gap < ENOUGH * scale:
            break
    if best is None:
        raise SolverError("no sums of squares were found")
    return Found(policy and policy[1], best[1], "squares", rounds, rule=RULE)


def contacts(statement: TwoReceiverStatement, bound: Bound) -> list[tuple[list[Fraction], list[Fraction]]]:
    """Posteriors of both receivers where the slack vanishes, or nearly so: along curves, and at isolated points."""
    slacks = [bound.polynomial(state) for state in range(2)]
    first = sorted({Fraction(0), Fraction(1), statement.prior})
    found = [_chained(slacks, first)]
    side = np.linspace(0, 1, 129)
    grid = np.array([(x, y) for x in side for y in side])
    ends: tuple[list[float], list[float]] = ([], [])
    for terms in slacks:
        table = plainly(terms, grid).reshape(len(side), -1)
        wide = np.pad(table, 1, constant_values=np.inf)
        steps = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]
        around = np.min([wide[1 + i : 130 + i, 1 + j : 130 + j] for i, j in steps], axis=0)
        low = np.argwhere((table <= around) & (table < 1e-3 * max(1e-9, np.ptp(table))))
        for i, j in low[np.argsort(table[low[:, 0], low[:, 1]])][:24]:
            for axis, x in enumerate(_descended(terms, np.array([side[i], side[j]]))):
                ends[axis].append(x)
    found.append(polished(statement, *(sorted({*map(float, first), *one}) for one in ends)))
    return found


def _chained(slacks: Sequence[Terms], first: Sequence[Fraction]) -> tuple[list[Fraction], list[Fraction]]:
    """From certainties and the prior on along the curves where a slack vanishes, from one receiver to the other."""
    sets = [set(first), set(first)]
    fresh: list[set[Fraction]] = [set(first), set(first)]
    for _ in range(CHAIN):
        later: list[set[Fraction]] = [set(), set()]
        for axis in range(2):
            for x in fresh[axis]:
                for terms in slacks:
                    later[1 - axis].update(map(_simple, _zeros(terms, axis, float(x))))
        fresh = [new - old for new, old in zip(later, sets, strict=True)]
        sets = [old | new for old, new in zip(sets, fresh, strict=True)]
        if max(map(len, sets)) > MOST_POINTS:
            break
    kept = [sorted({*first, *sorted(found)[:MOST_POINTS]}) for found in sets]
    return kept[0], kept[1]


def _zeros(terms: Terms, axis: int, x: float) -> list[float]:
    """Where a slack nearly vanishes on a line."""
    line = np.zeros(1 + max((key[1 - axis] for key in terms), default=0))
    for key, value in terms.items():
        line[key[1 - axis]] += float(value) * x ** key[axis]
    polynomial_of = np.polynomial.Polynomial(line)
    turning: Any = polynomial_of.deriv().roots()
    inner = [float(r.real) for r in turning if abs(r.imag) < 1e-4 and 0 < r.real < 1]
    scale = max(1e-9, float(np.max(np.abs(polynomial_of(np.linspace(0, 1, 33))))))
    return [y for y in (0.0, 1.0, *inner) if polynomial_of(y) < 1e-6 * scale]


def _descended(terms: Terms, start: Floats) -> Floats:
    """A local minimum of a slack near a point."""
    from scipy.optimize import minimize

    value, slope = _evaluator(terms)
    reach = 1.5 / 128
    limits = [(max(0.0, x - reach), min(1.0, x + reach)) for x in start]
    how: Any = {"jac": True, "bounds": limits, "method": "L-BFGS-B"}

    def both(at: Floats) -> tuple[float, Floats]:
        return float(value(at[0], at[1])), np.array([float(d) for d in slope(at[0], at[1])])

    found = minimize(both, start, **how)
    return np.asarray(found.x)


def _evaluator(terms: Terms) -> tuple[Any, Any]:
    """A polynomial in x and y, and its derivatives, of arrays."""
    table = np.zeros((1 + max((k[0] for k in terms), default=0), 1 + max((k[1] for k in terms), default=0)))
    for key, value in terms.items():
        table[key] = float(value)
    from numpy.polynomial import polynomial as p

    tilted = [p.polyder(table, axis=axis) for axis in range(2)]
    return (lambda x, y: p.polyval2d(x, y, table)), (lambda x, y: [p.polyval2d(x, y, one) for one in tilted])


def polished(
    statement: TwoReceiverStatement, x: Sequence[float], y: Sequence[float]
) -> tuple[list[Fraction], list[Fraction]]:
    """Posteriors moved to where the best policy on them is worth most; the value's slope is that of its program."""
    from scipy.optimize import minimize

    functions = [_evaluator(terms) for terms in polynomials_of(statement)]
    masses = [1 - float(statement.prior), float(statement.prior)]

    # The best policy on a grid, and how its value changes as a point moves: what is paid there, less its row's price.
    def best(points: Floats, n: int) -> tuple[float, Floats, Floats]:
        xs, ys = points[:n], points[n:]
        X, Y = (one.ravel() for one in np.meshgrid(xs, ys, indexing="ij"))
        size, m = len(X), len(ys)
        gain = np.concatenate([value(X, Y) for value, _ in functions])
        rows = np.zeros((2 + n + m, 2 * size))
        rows[0, :size], rows[1, size:] = 1, 1
        for cell in range(size):
            i, j = divmod(cell, m)
            rows[2 + i, [cell, size + cell]] = xs[i], xs[i] - 1
            rows[2 + n + j, [cell, size + cell]] = ys[j], ys[j] - 1
        found = maximise(gain, equations=(rows, [*masses, *[0.0] * (n + m)]), guess=True)
        if found is None:
            return np.inf, np.zeros(len(points)), np.zeros((2, n, m))
        mass = found.x.reshape(2, n, m)
        slope = np.zeros(len(points))
        for state, (_, derivatives) in enumerate(functions):
            for axis, d in enumerate(derivatives(X, Y)):
                part = (d.reshape(n, m) * mass[state]).sum(axis=1 - axis)
                slope[slice(0, n) if axis == 0 else slice(n, None)] -= part
        held = np.concatenate([mass.sum(axis=(0, 2)), mass.sum(axis=(0, 1))])
        return -found.value, slope + found.equations[2:] * held, mass

    # Points without mass go, the others move uphill; a move that rounding made worse is not taken.
    points, n = np.array([*x, *y]), len(x)
    for _ in range(2):
        _, _, mass = best(points, n)
        held = np.concatenate([mass.sum(axis=(0, 2)), mass.sum(axis=(0, 1))]) > 1e-9
        if not held[:n].any() or not held[n:].any():
            break
        points, n = points[held], int(held[:n].sum())
        limits = [(0.0, 1.0)] * len(points)
        start = points
        moved = minimize(
            partial(_first_two, best, n), start, jac=True, bounds=limits, method="L-BFGS-B", options=POLISH
        )
        points = moved.x if moved.fun <= best(start, n)[0] else start
    # Certainty and no information keep the grid feasible.
    always = [Fraction(0), Fraction(1), statement.prior]
    return sorted({*always, *map(_simple, points[:n])}), sorted({*always, *map(_simple, points[n:])})


def _first_two(best: Callable[[Floats, int], tuple[float, Floats, Floats]], n: int, at: Floats) -> tuple[float, Floats]:
    """A value and its slope, without the policy."""
    value, slope, _ = best(at, n)
    return value, slope


def _simple(x: float) -> Fraction:
    """A short fraction if one is near, else a dyadic one."""
    return simple_or_dyadic(x, 200, 1e-6, 40)


def best_on(statement: TwoReceiverStatement, points: tuple[Any, Any]) -> tuple[Fraction, dict[str, object]] | None:
    """The best policy on a grid, exactly, with its value."""
    grid = {"x": points[0], "y": points[1]}
    fields = {"prior": statement.prior, "grid": grid, "utility": {"l": statement.low, "h": statement.high}}
    there = TwoReceiverStatement.read(fields)
    values = solve_program(FORM.program(there), Effort(None, None)).values
    if values is None:
        return None
    read = Plan.read(FORM.primal(there, values), there, "primal")
    plan = {
        name: [[points[0][i], points[1][j], mass] for i, j, mass in atoms]
        for name, atoms in (("l", read.plan.l), ("h", read.plan.h))
    }
    return lower(there, read), {"plan": plan}
