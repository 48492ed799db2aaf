"""Upper bounds for a single buyer of two items whose values go together: flux certificates on triangles.

Values have a density g on a convex polygon. It is cut from its first corner into triangles, and each of them into
``parts^2`` alike. A mechanism is a convex utility u >= 0 with allocation grad u in X; it earns
``int (grad u . (v - c) - u) g``. A witness states for every edge the *flow* across it, out of the triangle that comes
first, as a share of all mass. In a triangle K with corners p_0, p_1, p_2, area A, mass m, and flows a_i out across the
sides opposite to them, the field

    T(v) = sum_i a_i (v - p_i) / (2 A)  +  W(v),          div T = sum_i a_i / A + g - m / A,

has the flow of each side spread evenly along it: W moves the density's Bernstein coefficients to their mean, and leaves
no side. A unit that passes from the coefficient of ``l^(e + i)`` to that of ``l^(e + j)``, with n the degree of g, is
``(p_i - p_j) / (n + 1)`` times the Bernstein polynomial of ``l^(e + i + j)``. Integration by parts of ``grad u . T``
shows: if flows leave the polygon, none enters, and in every triangle ``sum_i a_i <= m``, no mechanism earns more than

    sum over triangles of  int  max over x in X of  x . ((v - c) g + T).

That is a polynomial in barycentric coordinates for each x. Where one x is best for all Bernstein coefficients, the
integral is their mean; elsewhere triangles are halved, and in the end the means of the largest coefficients are above.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final

from dual.errors import InputError, Violation
from dual.limits import numbers, steps
from dual.numbers.arrays import Array, read_array
from dual.numbers.exact import Vector, number
from dual.statement import Witness, stated
from dual.words import brief

from .flux import UNIT, below_one, rounded_up
from .joint import JointLaw, Powers, Triangle, area, coefficients, fan, longest
from .statement import MechanismStatement

MOST_PARTS: Final = 400
_HALVINGS: Final = 7
"""How often a triangle in which the best allocation changes is halved; the error falls with every second one by 4."""

Edge = tuple[Vector, Vector]
Polynomial = Mapping[Powers, Fraction]


def law_of(statement: MechanismStatement) -> JointLaw:
    """The joint law."""
    if statement.joint is None:
        raise InputError("a mesh is for values with a joint law", "joint")
    return statement.joint


def triangles(law: JointLaw, parts: int) -> Iterator[Triangle]:
    """The triangles of the mesh."""
    for a, b, c in fan(law.corners):

        def at(i: int, j: int) -> Vector:
            return tuple(x + ((y - x) * i + (z - x) * j) / parts for x, y, z in zip(a, b, c, strict=True))  # noqa: B023

        for i in range(parts):
            for j in range(parts - i):
                yield at(i, j), at(i + 1, j), at(i, j + 1)
                if i + j < parts - 1:
                    yield at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)


class Mesh:
    """Triangles and their edges.

    Attributes
    ----------
    triangles : list of Triangle
    sides : list of tuple
        For each triangle and corner the number of the edge opposite to it, and whether flow across it counts as leaving
        (1) or entering (-1).
    outer : set of int
        Edges that only one triangle has.
    count : int
        How many edges there are.
    """

    def __init__(self, law: JointLaw, parts: int) -> None:
        bits = max(map(longest, law.corners))
        steps((len(law.corners) - 2) * parts**2 * 8000, f"a mesh of {parts} parts", 1 << (4 * bits))
        self.triangles, found = list(triangles(law, parts)), dict[Edge, int]()
        self.sides, self.outer = list[tuple[tuple[int, int], ...]](), set[int]()
        for triangle in self.triangles:
            own = []
            for i in range(3):
                a, b = triangle[i - 2], triangle[i - 1]
                edge = (a, b) if a < b else (b, a)
                first = edge not in found
                k = found.setdefault(edge, len(found))
                own.append((k, 1 if first else -1))
                (self.outer.add if first else self.outer.discard)(k)
            self.sides.append(tuple(own))
        self.count = len(found)


def read_parts(raw: object, where: str) -> int:
    """Read into how many parts sides are cut."""
    found = number(raw, where)
    if found.denominator != 1 or not 1 <= found <= MOST_PARTS:
        raise InputError(f"{brief(found)} is no number of parts from 1 to {MOST_PARTS}", where)
    return int(found)


def read_flow(raw: object, where: str, statement: MechanismStatement, parts: int) -> Array:
    """Read a number for each edge."""
    sides = len(law_of(statement).corners)
    # Every triangle has three edges, and those inside have two triangles.
    edges = (3 * (sides - 2) * parts**2 + (sides * parts)) // 2
    numbers(edges, "the edges of a mesh")
    return read_array(raw, where, (edges,))


@dataclass(frozen=True, repr=False)
class MeshFlux(Witness):
    """Flows across the edges of a mesh."""

    parts: int = stated(read_parts, "", "into how many parts every side is cut")
    flow: Array = stated(
        read_flow, "", "[edge]: the share of all mass that crosses it, in the order in which triangles come",
        after="statement parts",
    )  # fmt: skip


def upper(statement: MechanismStatement, dual: MeshFlux) -> Fraction:
    """The bound that flows prove."""
    law, mesh = law_of(statement), Mesh(law_of(statement), dual.parts)
    flow = list(dual.flow)
    for k in sorted(mesh.outer):
        if flow[k] < 0:
            raise Violation(f"flow[{k}] = {brief(flow[k])} < 0 enters at the border")
    size = below_one(*(x for corner in law.corners for x in corner))
    total = 0
    for r, (triangle, sides) in enumerate(zip(mesh.triangles, mesh.sides, strict=True)):
        out = [sign * flow[k] * law.total for k, sign in sides]
        density = coefficients(law.band(triangle))
        steps(40 * len(density) ** 2 + 400, "virtual values on a mesh", law.total.denominator)
        mean, surface = sum(density.values(), Fraction(0)) / len(density), area(triangle)
        if sum(out) > mean * surface:
            raise Violation(f"triangle {r}: {brief(sum(out, Fraction(0)) / law.total)} leaves it, and its mass is "
                            f"{brief(mean * surface / law.total)}")  # fmt: skip
        virtual = [virtual_value(statement, triangle, density, out, axis) for axis in range(2)]
        total += rounded_up(surface * largest(statement, virtual) / (law.total * size))
    return total * UNIT * size


def virtual_value(
    statement: MechanismStatement, triangle: Triangle, density: Polynomial, out: Sequence[Fraction], axis: int
) -> Polynomial:
    """What giving an item is worth: the Bernstein coefficients of ``(v - c) g + T`` along an axis."""
    n = sum(next(iter(density)))
    p = [corner[axis] for corner in triangle]
    cost = Fraction(0) if statement.costs is None else statement.costs[axis]
    field = [sum((a * (x - y) for a, y in zip(out, p, strict=True)), Fraction(0)) / (2 * area(triangle)) for x in p]
    found: dict[Powers, Fraction] = {}
    for power in _powers(n + 1):
        terms = [(power[j], field[j] + (p[j] - cost) * density[_moved(power, j, -1)]) for j in range(3) if power[j]]
        found[power] = sum((k * term for k, term in terms), Fraction(0)) / (n + 1)
    # Whatever a coefficient has above the mean goes from corner 0 to corner 1, and from there to corner 2.
    mean = sum(density.values(), Fraction(0)) / len(density)
    left = {power: one - mean for power, one in density.items()}
    for power in sorted(left, reverse=True):
        i = 0 if power[0] else 1
        if left[power] and power[i]:
            found[_moved(power, i + 1, 1)] += left[power] * (p[i + 1] - p[i]) / (n + 1)
            left[_moved(power, i, -1, i + 1, 1)] += left[power]
    return found


def _powers(degree: int) -> list[Powers]:
    return [(i, j, degree - i - j) for i in range(degree + 1) for j in range(degree + 1 - i)]


def _moved(power: Powers, *changes: int) -> Powers:
    found = list(power)
    for place, by in zip(changes[::2], changes[1::2], strict=True):
        found[place] += by
    return tuple(found)


def largest(statement: MechanismStatement, virtual: Sequence[Polynomial]) -> Fraction:
    """The mean over a triangle of what the best allocation is worth, or more."""
    if statement.apart:
        pairs = [[one, dict.fromkeys(one, Fraction(0))] for one in virtual]
        return sum((_mean_of_largest(pair, _HALVINGS) for pair in pairs), Fraction(0))
    vertices = statement.allocation or ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1)))
    choices = [{power: x * first + y * virtual[1][power] for power, first in virtual[0].items()} for x, y in vertices]
    return _mean_of_largest([*choices, dict.fromkeys(virtual[0], Fraction(0))], _HALVINGS)


def _mean_of_largest(choices: Sequence[Polynomial], halvings: int) -> Fraction:
    """The mean of the largest of some polynomials, or that of their largest coefficients."""
    best = {power: max(choice[power] for choice in choices) for power in choices[0]}
    if not halvings or any(choice == best for choice in choices):
        return sum(best.values(), Fraction(0)) / len(best)
    halves = zip(*map(_halved, choices), strict=True)
    return sum((_mean_of_largest(half, halvings - 1) for half in halves), Fraction(0)) / 2


def _halved(polynomial: Polynomial) -> tuple[Polynomial, Polynomial]:
    """A polynomial on the halves of its triangle, cut from the middle of the side 01 to corner 2 (de Casteljau).

    Corners are numbered so that next the other two sides are cut.
    """
    degree = sum(next(iter(polynomial)))
    first, second = dict[Powers, Fraction](), dict[Powers, Fraction]()
    for c in range(degree + 1):
        row, m = [polynomial[degree - c - b, b, c] for b in range(degree - c + 1)], 0
        while row:
            # In (corner 2, corner 0, middle) and in (corner 1, corner 2, middle).
            first[c, degree - c - m, m], second[degree - c - m, c, m] = row[0], row[-1]
            row, m = [(a + b) / 2 for a, b in pairwise(row)], m + 1
    return first, second
