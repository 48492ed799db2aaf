"""Ways to solve the two-receiver program, and how each rough answer becomes exact witnesses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dual.errors import SolverError
from dual.kinds.two_receivers.statement import TwoReceiverStatement
from persuasion.two_receivers.near import coarse_to_fine
from persuasion.two_receivers.pairs import Pairs
from transport.programs.arrays import Floats, Integers
from transport.programs.columns import Stop, generate
from transport.programs.effort import Effort
from transport.programs.first_order import minimise
from transport.programs.floating import TIGHT, maximise
from transport.road.methods import Found, method

from .exact import exact_optimum
from .plan import admissible_plan, witness
from .prices import client_of, repaired

_PDLP_TOLERANCE = 1e-9
"""Of the first-order method, relative; it is there to be compared with, so it may take its time."""

EXACT_ROWS = 302
"""Up to as many rows (grid points of both receivers and two totals) the exact optimum is sought unasked."""
GAP = 1e-10
"""At which column generation ends, relative to the utility's size: below it rounding decides."""
_OFF_CENTRE = 16
"""Times the size of differences up to which the utilities' middle costs no digits that matter."""
RULE = "the vertex that the method ended in"


@dataclass(frozen=True)
class Rough:
    """An answer in floats.

    Attributes
    ----------
    cells, masses : arrays
        The plan.
    duals : array, shape (n + m,)
        alpha1 and alpha2.
    iterations : int
    """

    cells: Integers
    masses: Floats
    duals: Floats
    iterations: int


@dataclass(frozen=True)
class Warm:
    """Where column generation can start on the same grid: potentials and cells of an earlier plan."""

    shape: tuple[int, int]
    duals: Floats
    cells: Integers


@method("columns", "a short way where the utility has one, else column generation from coarse grids")
def solve_by_columns(statement: TwoReceiverStatement, effort: Effort) -> Found:
    """Take the short way if the structure allows one, else generate columns from coarse grids to the full one."""
    from .structure import short_way

    if statement.domain == "square":
        from .square import solve_on_square

        return solve_on_square(statement, effort)
    client = client_of(statement)
    effort.offer(lambda: no_information(statement, client))
    short = short_way(statement, client)
    return short if short is not None else solve_generated(statement, effort)


@method("generated", "column generation from coarse grids, whatever the utility's structure")
def solve_generated(statement: TwoReceiverStatement, effort: Effort) -> Found:
    """Column generation, whatever the structure."""
    client = client_of(statement)
    effort.offer(lambda: no_information(statement, client))
    scaled, unit = scaled_client(client)
    stop = Stop(min(effort.gap, GAP) if effort.gap else GAP, effort.rounds or 10_000)
    if isinstance(effort.start, Warm) and effort.start.shape == client.shape:
        found = generate(scaled, stop, effort, effort.start.duals, effort.start.cells)
    else:
        found = coarse_to_fine(scaled, stop, effort)
    rough = Rough(found.ids, found.masses, found.duals * unit, found.rounds)
    return finished(statement, client, rough, effort, "columns", Warm(client.shape, found.duals, found.ids))


@method("direct", "the whole linear program at once, by HiGHS")
def solve_directly(statement: TwoReceiverStatement, effort: Effort) -> Found:
    """The whole program at once, by HiGHS through SciPy."""

    def solve(cost: Floats, matrix: Any, right: Floats) -> tuple[Floats, Floats, int]:
        found = maximise(cost, equations=(matrix, right), tolerance=TIGHT, seconds=effort.remaining())
        if found is None:
            raise SolverError("HiGHS through SciPy finds no plan")
        return found.x, found.equations, found.iterations

    return _whole(statement, effort, "direct", solve)


@method("cvxpy", "the whole program at once, stated in cvxpy and solved by an interior-point method")
def solve_by_cvxpy(statement: TwoReceiverStatement, effort: Effort) -> Found:
    """The whole program at once, stated in CVXPY and solved by the HiGHS it finds there."""
    import cvxpy

    def solve(cost: Floats, matrix: Any, right: Floats) -> tuple[Floats, Floats, int]:
        mass = cvxpy.Variable(len(cost))
        ties = matrix @ mass == right
        program = cvxpy.Problem(cvxpy.Maximize(cost @ mass), [ties, mass >= 0])
        options: dict[str, float] = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
        if effort.time_limit is not None:
            options["time_limit"] = max(effort.remaining(), 0.1)
        try:
            program.solve(solver=cvxpy.HIGHS, **options)
        except cvxpy.SolverError as error:
            raise SolverError(f"CVXPY: {error}") from None
        if mass.value is None or ties.dual_value is None:
            raise SolverError(f"CVXPY: status {program.status}")
        return np.asarray(mass.value), np.asarray(ties.dual_value), 0

    return _whole(statement, effort, "cvxpy", solve)


@method("pdlp", "the whole program at once, by the first-order method PDLP")
def solve_by_pdlp(statement: TwoReceiverStatement, effort: Effort) -> Found:
    """The whole program at once, by the first-order method PDLP of OR-Tools; its duals are rough."""

    def solve(cost: Floats, matrix: Any, right: Floats) -> tuple[Floats, Floats, int]:
        free = np.zeros(len(cost)), np.full(len(cost), np.inf)
        found = minimise(-cost, matrix, right, right, free, effort, _PDLP_TOLERANCE)
        return found.x, -found.y, found.iterations

    return _whole(statement, effort, "pdlp", solve)


def _whole(statement: TwoReceiverStatement, effort: Effort, method: str, solve: Any) -> Found:
    """Hand a peer the program with all its columns; read plan and potentials back."""
    from scipy.sparse import csr_array

    client = client_of(statement)
    effort.offer(lambda: no_information(statement, client))
    scaled, unit = scaled_client(client)
    cells = np.concatenate([
        client.allowed(state, *(grid.ravel() for grid in np.indices(client.shape))) for state in (0, 1)
    ])  # fmt: skip
    columns = scaled.columns(cells)
    count = len(cells)
    rows = np.concatenate([columns.block, 2 + columns.rows])
    places = np.concatenate([np.arange(count), np.repeat(np.arange(count), 2)])
    matrix = csr_array(
        (np.concatenate([np.ones(count), columns.coefficients]), (rows, places)), shape=(2 + client.rows, count)
    )
    right = np.concatenate([client.masses, np.zeros(client.rows)])
    masses, prices, iterations = solve(columns.cost, matrix, right)
    duals = prices[2:]
    used = masses > 1e-13
    rough = Rough(cells[used], masses[used], duals * unit, iterations)
    return finished(statement, client, rough, effort, method)


def scaled_client(client: Pairs) -> tuple[Pairs, float]:
    """The same cells with utilities of size one around zero; the constant taken out does not matter to plans."""
    ends = client.extremes
    unit = max(high - low for low, high in ends) or 1.0
    if all(low >= -1 and high <= 1 for low, high in ends) and unit > 0.25:
        return client, 1.0
    centre = ((ends[0][0] + ends[0][1]) / 2, (ends[1][0] + ends[1][1]) / 2)
    scaled = Pairs(client.prior, client.x, client.y, client.utility, centre, unit)
    if max(map(abs, centre)) <= _OFF_CENTRE * unit:
        return scaled, unit
    # A large constant would round away what is small beside it, if it were taken out last.
    everywhere = slice(None)
    utility = [scaled.worth(state, everywhere, everywhere) for state in (0, 1)]
    return Pairs(client.prior, client.x, client.y, utility), unit


def tight_cells(client: Pairs, rough: Rough) -> Integers:
    """The plan's cells and those that the potentials leave least slack: where an exact optimum is sought."""
    return np.unique(np.concatenate([rough.cells, client.start(), client.scan(rough.duals).ids]))


def finished(
    statement: TwoReceiverStatement, client: Pairs, rough: Rough, effort: Effort, method: str, warm: Any = None
) -> Found:
    """Exact witnesses: an exact optimum where that is practical or asked for, else the rough answer repaired."""
    if effort.time_limit is not None:
        effort.offer(_repaired(statement, client, rough, method, warm))
    if effort.gap == 0 or (effort.gap is None and client.rows + 2 <= EXACT_ROWS):
        effort.tell("solving the basis exactly")
        limit = None if effort.time_limit is None else max(effort.remaining(), 0.01)
        exact = exact_optimum(statement, client, tight_cells(client, rough), limit)
        if exact is not None:
            plan, prices = exact
            return Found(
                primal=witness(plan),
                dual=prices,
                method=method,
                iterations=rough.iterations,
                rule=RULE,
                warm=warm,
            )
    effort.tell("rounding and repairing the witnesses")
    return _repaired(statement, client, rough, method, warm)


def no_information(statement: TwoReceiverStatement, client: Pairs) -> Found:
    """What is true without a solver: the least informative plan, and potentials that are constant."""
    nothing = np.zeros(0, dtype=np.int64)
    rough = Rough(nothing, np.zeros(0), np.zeros(len(client.x) + len(client.y)), 0)
    return _repaired(statement, client, rough, "no-information", None)


def _repaired(statement: TwoReceiverStatement, client: Pairs, rough: Rough, method: str, warm: Any) -> Found:
    """The rough answer, rounded and repaired."""
    state, i, j = client.split(rough.cells)
    masses: tuple[dict[tuple[int, ...], float], dict[tuple[int, ...], float]] = ({}, {})
    for s, row, column, mass in zip(*(part.tolist() for part in (state, i, j, rough.masses)), strict=True):
        masses[s][row, column] = mass
    found = repaired(client, rough.duals)
    return Found(
        primal=witness(admissible_plan(statement, masses)),
        dual=found,
        method=method,
        iterations=rough.iterations,
        rule=RULE,
        warm=warm,
    )
