"""Flux certificates on triangles by linear programming, rounded, and scaled down until no triangle loses too much.

The program minimises the bound over the flows across edges (:mod:`dual.kinds.mechanisms.mesh` has the formulas). The
largest virtual value is an epigraph at six points of each triangle, whose weights integrate polynomials of degree 4.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import numpy as np

from dual.kinds.mechanisms.joint import area, coefficients
from dual.kinds.mechanisms.mesh import Mesh, MeshFlux, law_of, virtual_value
from dual.kinds.mechanisms.statement import MechanismStatement
from dual.numbers.arrays import Array
from transport.programs.arrays import Floats
from transport.programs.effort import Effort
from transport.programs.sparse import SparseProgram

from .finite import unit_of

_BITS: Final = 40
"""Bits behind the point of flows."""
_NEAR, _FAR = 0.091576213509771, 0.445948490915965
_POINTS: Final = np.array(
    [[1 - 2 * near if i == j else near for j in range(3)] for near in (_NEAR, _FAR) for i in range(3)]
)
"""Barycentric coordinates of the sample points (Dunavant's rule of degree 4)."""
_WEIGHTS: Final = np.repeat([0.109951743655322, 0.223381589678011], 3)


def still_mesh(statement: MechanismStatement) -> MeshFlux:
    """No flow, on the coarsest mesh: what a seller earns who knows the values."""
    count = Mesh(law_of(statement), 1).count
    return MeshFlux(1, Array((count,), (0,) * count))


def mesh_flux(statement: MechanismStatement, parts: int, effort: Effort) -> MeshFlux:
    """The best flows on a mesh, rounded.

    Raises
    ------
    SolverError
    """
    mesh, total = Mesh(law_of(statement), parts), float(law_of(statement).total)
    program, masses = _program(statement, mesh)
    flow = program.solve(effort, "ipm", crossover=False)[: mesh.count]
    outer = np.array(sorted(mesh.outer))
    flow[outer] = np.maximum(flow[outer], 0.0)
    numbers = np.array([[k for k, _ in sides] for sides in mesh.sides])
    signs = np.array([[sign for _, sign in sides] for sides in mesh.sides])
    # Rounding moves each of three flows by less than a unit, which some room pays for.
    loss = ((flow[numbers] * signs).sum(axis=1) + 4 * 2.0**-_BITS) / (masses / total)
    counts = np.round(flow / max(1.0, float(loss.max())) * (1 - 1e-12) * 2.0**_BITS).astype(np.int64)
    return MeshFlux(parts, Array((mesh.count,), tuple(counts.tolist()), 1 << _BITS))


def _program(statement: MechanismStatement, mesh: Mesh) -> tuple[SparseProgram, Floats]:
    """The program, and the masses of the triangles as the density is written."""
    from scipy.sparse import csr_array

    law = law_of(statement)
    total, unit = float(law.total), float(unit_of(x for corner in law.corners for x in corner))
    vertices = np.eye(2) if statement.allocation is None else np.array(statement.allocation, float)
    groups = [vertices[:1], vertices[1:]] if statement.apart else [vertices]
    rows, columns, entries, high = list[int](), list[int](), list[float](), list[float]()
    masses, cost, count = list[float](), list[float](), mesh.count

    def add(terms: dict[int, float], right: float) -> None:
        rows.extend([len(high)] * len(terms))
        columns.extend(terms)
        entries.extend(terms.values())
        high.append(right)

    for triangle, sides in zip(mesh.triangles, mesh.sides, strict=True):
        density, surface = coefficients(law.band(triangle)), float(area(triangle))
        masses.append(float(sum(density.values(), Fraction(0)) / len(density)) * surface)
        add({k: sign * total / masses[-1] for k, sign in sides}, 1.0)
        plain = [virtual_value(statement, triangle, density, [Fraction(0)] * 3, axis) for axis in range(2)]
        powers = np.array(list(plain[0]))
        basis = _bernstein(powers)
        values = np.array([basis @ [float(one[tuple(power)]) for power in powers.tolist()] for one in plain]) / unit
        corners = np.array([[float(x) for x in corner] for corner in triangle])
        points = _POINTS @ corners
        # The field at a point per unit of flow across each side.
        field = (points[:, None, :] - corners[None, :, :]) / (2 * surface) * total / unit
        for q, weight in enumerate(_WEIGHTS.tolist()):
            for group in groups:
                for vertex in group:
                    terms = {k: sign * float(field[q, i] @ vertex) for i, (k, sign) in enumerate(sides)}
                    scale = surface / total
                    add({k: entry * scale for k, entry in terms.items()} | {count: -1.0},
                        -scale * float(values[:, q] @ vertex))  # fmt: skip
                cost.append(-weight)
                count += 1
    lower = np.zeros(count)
    lower[: mesh.count] = [0.0 if k in mesh.outer else -np.inf for k in range(mesh.count)]
    program = SparseProgram(np.array([0.0] * mesh.count + cost), lower, np.full(count, np.inf))
    matrix = csr_array((entries, (rows, columns)), shape=(len(high), count))
    program.add(matrix, np.full(len(high), -np.inf), np.array(high))
    return program, np.array(masses)


def _bernstein(powers: Floats) -> Floats:
    """The Bernstein polynomials of some exponents at the sample points."""
    from scipy.special import gammaln

    counts = np.exp(gammaln(powers.sum(axis=1) + 1) - gammaln(powers + 1).sum(axis=1))
    found: Floats = counts * np.prod(_POINTS[:, None, :] ** powers[None, :, :], axis=2)
    return found
