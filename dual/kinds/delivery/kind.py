"""Kind ``delivery-market``, as the checker sees it; see its three modules."""

from __future__ import annotations

from dual.verdict import Kind

from .bound import infeasible, upper
from .equilibrium import lower
from .statement import DeliveryStatement
from .witness import Bound, NoEquilibrium, read_primal

KIND = Kind(
    "delivery-market",
    DeliveryStatement.read,
    lower,
    upper,
    infeasible,
    primal=read_primal,
    dual=Bound.read,
    refutation=NoEquilibrium.read,
)
