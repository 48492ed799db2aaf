"""Kind ``delivery-market``, as the checker sees it; see its modules."""

from __future__ import annotations

from fractions import Fraction

from dual.verdict import Kind

from . import bound
from .equilibrium import lower
from .statement import DeliveryStatement
from .witness import Bound, NoEquilibrium, Tree, read_primal


def upper(statement: DeliveryStatement, dual: Bound) -> Fraction:
    """The bound on welfare that potentials prove, alone or with a tree."""
    if not isinstance(dual.bound, Tree):
        return bound.upper(statement, dual.bound)
    from . import rest

    return rest.upper(statement, dual.bound)


KIND = Kind(
    "delivery-market",
    DeliveryStatement.read,
    lower,
    upper,
    bound.infeasible,
    primal=read_primal,
    dual=Bound.read,
    refutation=NoEquilibrium.read,
)
