"""Kind ``mechanism``: the most that a seller of goods can earn from buyers whose values are private.

=================================  =====================================  ======================================
what is known of the buyers        primal witness: what is earned         dual witness: what is not exceeded
=================================  =====================================  ======================================
one buyer, finitely many types     ``menu`` (:mod:`.menu`)                ``ir``, ``ic`` (:mod:`.menu`)
the same without lotteries         ``menu``                               ``nodes`` (:mod:`.certain`)
several buyers, finitely many      ``allocation`` or ``assignments``,     ``multipliers`` (:mod:`.auction`)
types                              ``payment`` (:mod:`.auction`)
one buyer, laws of values          ``menu`` (:mod:`.regions`),            ``knots``, ``field``, ``spreads``
                                   ``reserves`` (:mod:`.reserves`), or    (:mod:`.flux`)
                                   ``whole`` (:mod:`.whole`)
the same, items alike              also ``by_size`` (:mod:`.alike`)       also ``intervals``, ``tau`` (:mod:`.alike`)
one buyer, a joint law of two      ``menu`` (:mod:`.regions`)             ``parts``, ``flow`` (:mod:`.mesh`)
two buyers, two items alike        ``reserves``, or ``single`` and        ``intervals``, ``tau`` (:mod:`.pair`)
                                   ``both`` (:mod:`.lists`)
one item, buyers with laws         ``reserves``, or ``thresholds`` and    ``knots`` (:mod:`.virtual`), or
                                   ``ranks`` (:mod:`.ranked`)             ``knots``, ``heights`` (:mod:`.ranked`)
=================================  =====================================  ======================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final

from dual.proofs.named import Multipliers
from dual.statement import Witness
from dual.verdict import Kind

from . import alike, auction, certain, flux, lists, menu, mesh, pair, ranked, regions, reserves, virtual, whole
from .statement import MechanismStatement

Bound = Callable[[MechanismStatement, Any], Fraction]

_EARNED: Final[Mapping[type[Witness], Bound]] = {
    auction.Auction: auction.lower,
    auction.BundleAuction: auction.lower,
    alike.PricesBySize: alike.lower,
    reserves.Reserves: reserves.lower,
    lists.PriceLists: lists.lower,
    whole.WholePrice: whole.lower,
    ranked.Ranking: ranked.lower,
}
_BOUNDED: Final[Mapping[type[Witness], Bound]] = {
    Multipliers: auction.upper,
    menu.Multipliers: menu.upper,
    certain.Branches: certain.upper,
    flux.Flux: flux.upper,
    alike.SymmetricFlux: alike.upper,
    pair.AuctionFlux: pair.upper,
    virtual.Virtual: virtual.upper,
    ranked.Majorants: ranked.upper,
    mesh.MeshFlux: mesh.upper,
}


def _has(raw: object, field: str) -> bool:
    return hasattr(raw, field) or (isinstance(raw, Mapping) and field in raw)


def _one_item(statement: MechanismStatement) -> bool:
    return statement.laws is not None and statement.count == 1 and statement.apart


def read_primal(raw: object, statement: MechanismStatement, where: str) -> Witness:
    """Read the witness of what is earned."""
    cls: type[Witness] = menu.Menu
    if statement.bidder_laws is not None or (_one_item(statement) and _has(raw, "ranks")):
        cls = ranked.Ranking
    elif statement.laws is None:
        if statement.bidders > 1:
            cls = auction.BundleAuction if statement.bundled else auction.Auction
    elif statement.bidders > 1 and statement.count > 1 and _has(raw, "single"):
        cls = lists.PriceLists
    elif statement.bidders > 1 or _has(raw, "reserves"):
        cls = reserves.Reserves
    elif _has(raw, "whole"):
        cls = whole.WholePrice
    elif _has(raw, "by_size"):
        cls = alike.PricesBySize
    return cls.read(raw, statement, where)


def read_dual(raw: object, statement: MechanismStatement, where: str) -> Witness:
    """Read the witness of what cannot be exceeded."""
    cls: type[Witness] = flux.Flux
    if statement.bidder_laws is not None or (_one_item(statement) and _has(raw, "heights")):
        cls = ranked.Majorants
    elif statement.joint is not None:
        cls = mesh.MeshFlux
    elif statement.deterministic:
        cls = certain.Branches
    elif statement.laws is None:
        cls = Multipliers if statement.bidders > 1 else menu.Multipliers
    elif _one_item(statement) and not _has(raw, "field") and not _has(raw, "tau"):
        cls = virtual.Virtual
    elif statement.bidders > 1:
        cls = pair.AuctionFlux
    elif _has(raw, "tau"):
        cls = alike.SymmetricFlux
    return cls.read(raw, statement, where)


def lower(statement: MechanismStatement, primal: Witness) -> Fraction:
    """What a menu or an auction earns."""
    if isinstance(primal, menu.Menu):
        return menu.lower(statement, primal) if statement.types is not None else regions.lower(statement, primal)
    return _EARNED[type(primal)](statement, primal)


def upper(statement: MechanismStatement, dual: Witness) -> Fraction:
    """What no mechanism exceeds."""
    return _BOUNDED[type(dual)](statement, dual)


def lacks(statement: MechanismStatement) -> str:
    """What has families: programs over finitely many types."""
    return (
        "" if statement.types and not statement.deterministic else 'finitely many "types", lotteries among the offers'
    )


KIND = Kind(
    "mechanism",
    MechanismStatement.read,
    lower,
    upper,
    primal=read_primal,
    dual=read_dual,
    lacks=lacks,
)
