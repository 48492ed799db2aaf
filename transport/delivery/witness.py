"""The witness of an equilibrium, in the form of the files."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dual.kinds.delivery.costs import Triple
from dual.kinds.delivery.statement import DeliveryStatement

from .prices import Prices

FULL_TABLES = 400
"""Markets of more buyer-store pairs list the traded pairs alone, with the rule for all others."""


def primal(statement: DeliveryStatement, trades: Sequence[Triple], prices: Prices) -> dict[str, object]:
    """The primal witness: on trades the tip ``v_ij - u_i - p_j`` and the compensation ``z_k + c_kij`` minus it.

    Elsewhere nothing is paid, and with tips the tip is the greatest that no courier follows.
    """
    u, p, z = prices.buyers, prices.stores, prices.couriers
    tips = {(i, j): statement.values[i][j] - u[i] - p[j] for i, j, _ in trades}
    pay = {(i, j): z[k] + statement.costs.at(k, i, j) - tips[i, j] for i, j, k in trades}
    return {
        "transactions": [list(trade) for trade in trades],
        "prices": p,
        "compensations": _quotes(statement, pay, None),
        "tips": _quotes(statement, tips, z if statement.tips else None),
        "utilities": {"buyers": u, "stores": p, "couriers": z},
        "deficit": sum((pay[i, j] - p[j] for i, j, _ in trades), Fraction(0)),
    }


def _quotes(
    statement: DeliveryStatement, traded: dict[tuple[int, int], Fraction], z: Sequence[Fraction] | None
) -> object:
    buyers, stores, couriers = statement.shape
    if buyers * stores > FULL_TABLES:
        rule = "zero" if z is None else "highest"
        return {"pairs": [[i, j, amount] for (i, j), amount in sorted(traded.items())], "elsewhere": rule}

    def quote(i: int, j: int) -> Fraction:
        if (i, j) in traded:
            return traded[i, j]
        if z is None:
            return Fraction(0)
        return min(z[k] + statement.costs.at(k, i, j) for k in range(couriers))

    return [[quote(i, j) for j in range(stores)] for i in range(buyers)]


def lp_bound(prices: Prices) -> dict[str, object]:
    """The witness of an upper bound by majorising potentials."""
    return {"kind": "lp", "buyers": prices.buyers, "stores": prices.stores, "couriers": prices.couriers}
