"""Closed forms on the square: a guess in the posteriors and a parameter, completed by proofs by squares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from fractions import Fraction
from math import ceil
from typing import Any, Final

import numpy as np

from dual.errors import InputError, SolverError, Undecided
from dual.functions.expression import Expression
from dual.functions.varying import Domain, varying
from dual.kinds.two_receivers import square, squares
from dual.kinds.two_receivers.polynomials import Polynomials
from dual.kinds.two_receivers.statement import STATES, TwoReceiverStatement
from dual.proofs.squares import Terms, constant, polynomial, total
from dual.words import brief, plain
from transport.programs.arrays import Floats
from transport.programs.regions import Inequality, Region, box, plainly, value_at
from transport.programs.rounding import simple
from transport.programs.squares import SquaresProgram
from transport.road.prove import Counterexample

BELOW: Final = 1e-7
"""A slack that is as much below zero somewhere, relative to its size, is negative there and not by rounding."""

MORE: Final = 2
"""Degrees that are tried, from the least on."""

SIDE: Final = 24
"""Points along each axis at which a guess is looked through first."""


def completed(statement: TwoReceiverStatement, dual: object, domain: Domain | None) -> object:
    """A dual with its potentials as polynomials, and proofs by squares for both inequalities.

    Without a parameter they may do without, if subdivision proves them as well.

    Raises
    ------
    Counterexample
        Where an inequality fails.
    Undecided
        If no proof is found, nor a point where it fails.
    """
    if statement.domain != "square" or not isinstance(dual, Mapping) or "squares" in dual:
        return dual
    name = [] if domain is None else [domain.name]
    found = dict(dual)
    for axis, letter in (("alpha1", "x"), ("alpha2", "y")):
        if isinstance(found.get(axis), str):
            found[axis] = {"knots": ["0", "1"], "polynomials": [_coefficients(str(found[axis]), [letter, *name], axis)]}
    with nullcontext() if domain is None else varying(domain):
        read: Any = square.Potentials.read(found, statement, "dual")
        try:
            slacks = _slacks(statement, read)
        except (InputError, Undecided):
            if domain is not None:
                raise
            return found
    for state, listed in slacks.items():
        for part, slack in listed:
            _look(slack, part, state, ["x", "y", *name])
    try:
        found["squares"] = {
            state: [_proof(slack, part, state) for part, slack in listed] for state, listed in slacks.items()
        }
    except Undecided:
        if domain is not None:
            raise
    return plain(found)


def _slacks(statement: TwoReceiverStatement, read: Any) -> dict[str, list[tuple[squares.Part, Terms]]]:
    """What potentials leave over in either state, on each part of the square."""
    alphas = [read.alpha1, read.alpha2]
    for axis, one in zip(("alpha1", "alpha2"), alphas, strict=True):
        if not isinstance(one, Polynomials) or len(one.polynomials) > 1:
            raise InputError("a guess has potentials that are one polynomial from 0 to 1", f"dual.{axis}")
    rows = [one.polynomials[0] for one in alphas]
    found = {}
    for k, (state, utility) in enumerate(zip(STATES, (statement.low, statement.high), strict=True)):
        if not isinstance(utility, Expression):
            raise InputError("on the square a utility is an expression in x and y", f"utility.{state}")
        parts = squares.parts(utility, [one.knots for one in alphas])
        found[state] = [(part, squares.slack_of(part.worth, k, read.V[k], rows)) for part in parts]
    return found


def _less(slack: Terms, error: Fraction) -> Terms:
    """A polynomial less a number."""
    if not error:
        return slack
    return total([(Fraction(1), slack), (-error, constant(1, len(next(iter(slack)))))])


def _region(part: squares.Part) -> Region:
    """The cube of both posteriors and the parameter, cut where switches change their signs."""
    sides = len(part.box)
    cube = box(sides).products
    switches = range(2 * sides, len(part.factors))
    return Region(tuple(part.factors), (*cube, *((k, *one) for k in switches for one in cube)))


def _coefficients(text: str, variables: list[str], where: str) -> list[str]:
    """A potential in one posterior and perhaps a parameter, by powers of the posterior."""
    terms = polynomial(Expression.parse(text, variables, f"dual.{where}"))
    rows: list[dict[int, Fraction]] = [{} for _ in range(1 + max((key[0] for key in terms), default=0))]
    for (power, *of_parameter), value in terms.items():
        rows[power][sum(of_parameter)] = value
    return [
        str(row.get(0, 0)) if set(row) <= {0} else " + ".join(f"({v})*{variables[1]}**{k}" for k, v in row.items())
        for row in rows
    ]


def _proof(whole: Terms, part: squares.Part, state: str) -> Sequence[Mapping[str, object]]:
    """Squares that add up to a slack, less what the utility may be above its polynomial."""
    region, size = _region(part), len(part.box)
    slack = _less(whole, part.error)
    if not slack:
        return [{"factors": [], "monomials": [[0] * size], "gram": [["0"]]}]
    least = ceil(max(map(sum, slack)) / 2)
    moving = (constant(1, size),)
    for half in range(max(1, least), max(1, least) + MORE):
        try:
            program = SquaresProgram(region, [Inequality(slack, moving)], [Fraction(1)], half, [Fraction(1)])
            s, grams = program.solve()
            fixed = SquaresProgram(region, [Inequality(slack, ())], [], half, [])
            exact = fixed.exact(np.zeros(0), grams, [[]])
            if exact is not None:
                return exact.terms[0]
            if s[0] < 0:  # positive throughout: what is left over is a square of a constant
                proof = program.rounded(s, grams)
                if proof.s[0] <= 0:
                    rest = {"factors": [], "monomials": [[0] * size], "gram": [[-proof.s[0]]]}
                    return [*proof.terms[0], rest]
        except SolverError:  # inaccurate at this degree; a higher one may round
            continue
    raise Undecided(f"no squares were found for the slack of u_{state}, and no point at which it is negative")


def _look(whole: Terms, part: squares.Part, state: str, names: Sequence[str]) -> None:
    """Name a point of a part where a slack is negative, if one is found."""
    slack = _less(whole, -part.error)
    if not slack:
        return
    line = np.linspace(0, 1, SIDE + 1)
    ends = [(float(low), float(high)) for low, high in part.box]
    grid = np.stack(np.meshgrid(*(low + (high - low) * line for low, high in ends), indexing="ij"), axis=-1)
    points = grid.reshape(-1, len(ends))
    for switch in part.factors[2 * len(ends) :]:
        points = points[plainly(switch, points) >= 0]
    if not len(points):
        return
    values = plainly(slack, points)
    scale = max(1e-9, float(np.max(np.abs(values))))
    for k in np.argsort(values)[:3]:
        for at in (_lowest(slack, points[k], ends), points[k]):
            near = [simple(float(v), 1000) for v in at]
            point = [min(max(v, low), high) for v, (low, high) in zip(near, part.box, strict=True)]
            value = value_at(slack, point)
            if value < 0 and float(-value) > BELOW * scale and all(value_at(f, point) >= 0 for f in part.factors):
                where = dict(zip(names, point, strict=True))
                message = f"V_{state} and the potentials less u_{state} are {brief(value)} < 0"
                raise Counterexample(message, where)


def _lowest(slack: Terms, start: Floats, ends: Sequence[tuple[float, float]]) -> Floats:
    """A local minimum of a slack near a point."""
    from scipy.optimize import minimize

    how: Any = {"bounds": ends, "method": "L-BFGS-B"}

    def value(at: Floats) -> float:
        return float(plainly(slack, at[None, :])[0])

    return np.asarray(minimize(value, start, **how).x)
