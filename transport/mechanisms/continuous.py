"""Buyers whose values have laws: a menu or an auction from below, flux certificates on finer grids from above."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from math import comb
from typing import Final

from dual.errors import SolverError, Undecided
from dual.kinds.mechanisms.alike import SymmetricFlux
from dual.kinds.mechanisms.axis import Axis, at
from dual.kinds.mechanisms.flux import Flux, axes_of
from dual.kinds.mechanisms.kind import lower, upper
from dual.kinds.mechanisms.menu import Menu
from dual.kinds.mechanisms.mesh import MeshFlux, law_of
from dual.kinds.mechanisms.pair import AuctionFlux, shape_of
from dual.kinds.mechanisms.reserves import Reserves, earning
from dual.kinds.mechanisms.statement import MechanismStatement
from dual.kinds.mechanisms.virtual import Virtual, increasing
from dual.kinds.mechanisms.whole import WholePrice
from dual.kinds.mechanisms.whole import lower as whole_earns
from dual.numbers.arrays import Array
from dual.statement import Witness
from transport.programs.effort import Effort
from transport.programs.rounding import simple
from transport.road.methods import Found

from .alike import auction_flux, by_size, symmetric_flux
from .flux import FluxProgram, even_knots
from .lists import price_lists
from .menus import best_menu
from .mesh import mesh_flux, still_mesh
from .ranked import solve_ranked
from .samples import sampled_menu

GRIDS: Final = (8, 16, 24, 48, 72, 100, 150)
"""Intervals of each axis, from round to round; the error of the bound falls with their square."""
SYMMETRIC: Final = (4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48)
"""The same for fields by symmetry."""
MESHES: Final = (8, 16, 24, 36, 48, 72, 100)
"""Parts of each side of a mesh."""
QUICK: Final = 1_300
"""Cells up to which grids are refined where neither a gap nor a number of rounds is asked for: some seconds."""
PATIENT: Final = 25_000
"""Cells up to which they are refined at all; interior points of more take hours."""
AUCTION: Final = 16**4
"""The same for two bidders, where grids are solved by a first-order method: minutes."""
CLOSE: Final = 1e-3
"""A relative gap that is enough where nothing else is asked."""
VIRTUAL: Final = "virtual-values"
_BISECTIONS: Final = 60
"""Halvings of the interval in which the best reserve lies; its square is what the bound loses."""
_SIMPLE: Final = 10_000
"""Denominators of reserves that are tried first: where the best one is such a fraction, the answer is exact."""
_SUMS: Final = 10
"""Different items whose sum's law is written out, a term for every set of them, to sell all at one price."""
_PRICES: Final = 40
"""Prices that are tried for all, twice."""
_STEPS: Final = 200
"""Even steps at which reserves are tried."""


def solve_laws(statement: MechanismStatement, effort: Effort) -> Found:
    """Prove an interval for the best revenue."""
    items = statement.count
    if items == 1 and statement.apart:
        return virtual_values(statement) if increasing(axes_of(statement)[0]) else solve_ranked(statement, effort)
    if statement.bidders > 1:
        calm = AuctionFlux(1, Array(shape_of(statement, 1), (0,) * 2))
        half = (statement.breadth or Fraction(0)) / 2  # the best reserve of uniform values
        effort.offer(lambda: Found(Reserves((half, half)), calm, "auction-flux"))
        sold = lambda _asked: price_lists()  # noqa: E731 (for values in units of the largest)
        return _bracketed(statement, effort, "auction-flux", sold, _auction_fluxes(statement, effort))
    if statement.breadth is not None and items > 2:
        return _bracketed(statement, effort, "symmetric-flux", by_size, _symmetric_fluxes(statement, effort))
    if statement.joint is not None:
        return _bracketed(statement, effort, "mesh", lambda asked: best_menu(asked, effort), _meshes(statement, effort))
    sell: Callable[[MechanismStatement, Effort], Witness] = best_menu if items <= 2 else simple_or_sampled
    return _bracketed(statement, effort, "flux", lambda asked: sell(asked, effort), _fluxes(statement, effort))


def virtual_values(statement: MechanismStatement) -> Found:
    """One item: the second-price auction whose reserve has the item's cost as its virtual value."""
    (axis,), cost = axes_of(statement), statement.cost(0)
    low, high = axis.left, axis.right
    if (low - cost) * at(axis.density, low) >= 1:  # everybody is served
        high = low
    for _ in range(_BISECTIONS if low < high else 0):
        middle = (low + high) / 2
        gains = (middle - cost) * at(axis.density, middle) > 1 - at(axis.cumulative, middle)
        low, high = (low, middle) if gains else (middle, high)
    width = axis.right - axis.left
    reserve = axis.left + width * simple(((low + high) / 2 - axis.left) / width, _SIMPLE)
    reserve = reserve if low <= reserve <= high else (low + high) / 2
    bound = Virtual(tuple(sorted({axis.left, reserve, low, high, axis.right})))
    return Found(Reserves((reserve,)), bound, VIRTUAL, rule="a second-price auction with a reserve")


def _bracketed(
    statement: MechanismStatement,
    effort: Effort,
    name: str,
    sell: Callable[[MechanismStatement], Witness],
    certificates: Iterator[tuple[Witness, float]],
) -> Found:
    """What is sold, and the best of some certificates."""
    if statement.bidders == 1:
        calm_one = still_mesh if statement.joint is not None else still
        effort.offer(lambda: Found(Menu(()), calm_one(statement), name))
    found, below, rounds = Found(None, None, name, rule="the best that was found"), 0.0, 0
    close = CLOSE if effort.gap is None and effort.rounds is None else effort.gap or 0.0
    try:
        while True:
            certificate, above = next(certificates)
            rounds += 1
            found = replace(found, dual=certificate, iterations=rounds)
            effort.offer(found)
            # The first certificate is there sooner than anything to sell.
            if rounds == 1:
                found = replace(found, primal=sell(statement))
                below = float(lower(statement, found.primal))
                effort.offer(found)
            effort.tell(f"round {rounds}: revenue in [{below:.9g}, {above:.9g}]")
            if rounds == effort.rounds or (above - below) <= close * abs(above):
                return found
    except (StopIteration, SolverError, Undecided) as stop:
        return replace(found, claim=None if effort.exhausted() else str(stop) or None)


def still(statement: MechanismStatement) -> Flux:
    """No field on a single cell: what a seller earns who knows the values."""
    return FluxProgram(statement, even_knots(statement, 1)).still()


def simple_or_sampled(statement: MechanismStatement, effort: Effort) -> Witness:
    """The best one of items one by one, all at one price, and a menu that is searched for."""
    found: Witness = separate_or_whole(statement) if statement.apart else Menu(())
    menu = sampled_menu(statement, effort)
    return menu if lower(statement, menu) > lower(statement, found) else found


def best_reserves(statement: MechanismStatement) -> Reserves:
    """For every item the best reserve among even steps, refined once."""
    return Reserves(
        tuple(_reserve(axis, statement.bidders, statement.cost(j)) for j, axis in enumerate(axes_of(statement)))
    )


def separate_or_whole(statement: MechanismStatement) -> Reserves | WholePrice:
    """The better one of items one by one and all at one price."""
    apart = best_reserves(statement)
    if len(statement.laws or ()) > _SUMS or any(law.density is not None for law in statement.laws or ()):
        return apart
    low = sum((law.lower for law in statement.laws or ()), Fraction(0))
    high = sum((law.upper for law in statement.laws or ()), Fraction(0))
    best = WholePrice(_zoomed(low, high, _PRICES, lambda price: whole_earns(statement, WholePrice(price))))
    return best if whole_earns(statement, best) > lower(statement, apart) else apart


def _reserve(axis: Axis, bidders: int, cost: Fraction) -> Fraction:
    return _zoomed(axis.left, axis.right, _STEPS, earning(axis, bidders, cost))


def _zoomed(left: Fraction, right: Fraction, steps: int, earned: Callable[[Fraction], Fraction]) -> Fraction:
    """About the best price between two: the best of even steps, and then of even steps around it."""
    low, high, best = left, right, left
    for _ in range(2):
        width = (high - low) / steps
        best = max((low + width * i for i in range(steps + 1)), key=earned)
        low, high = max(left, best - width), min(right, best + width)
    return best


def _counts(grids: Sequence[int], cells: Callable[[int], int], effort: Effort, patient: int = PATIENT) -> Iterator[int]:
    """Intervals of every axis, from round to round; many items leave room for a few only, at last for one."""
    most = QUICK if effort.gap is None and effort.rounds is None else patient
    yield max(n for n in range(1, grids[0] + 1) if n == 1 or cells(n) <= most)
    yield from (n for n in grids[1:] if cells(n) <= most)


def _fluxes(statement: MechanismStatement, effort: Effort) -> Iterator[tuple[Flux, float]]:
    for count in _counts(GRIDS, lambda n: n**statement.count, effort):
        if count == 1:  # which needs no program
            yield still(statement), float(upper(statement, still(statement)))
        else:
            program = FluxProgram(statement, even_knots(statement, count))
            flux = program.repaired(program.solve(effort))
            yield flux, program.estimate


def _meshes(statement: MechanismStatement, effort: Effort) -> Iterator[tuple[MeshFlux, float]]:
    sides = len(law_of(statement).corners) - 2
    for count in _counts(MESHES, lambda n: sides * n**2, effort):
        flux = mesh_flux(statement, count, effort)
        yield flux, float(upper(statement, flux))


def _symmetric_fluxes(statement: MechanismStatement, effort: Effort) -> Iterator[tuple[SymmetricFlux, float]]:
    for count in _counts(SYMMETRIC, lambda n: comb(n + statement.count - 1, statement.count), effort):
        field = symmetric_flux(statement, count, effort)
        yield field, float(upper(statement, field))


def _auction_fluxes(statement: MechanismStatement, effort: Effort) -> Iterator[tuple[AuctionFlux, float]]:
    for count in _counts(SYMMETRIC, lambda n: n**4, effort, AUCTION):
        field = auction_flux(statement, count, effort)
        yield field, float(upper(statement, field))
