"""Kind ``delivery-market``, as the checker sees it; see its three modules."""

from __future__ import annotations

from .delivery_bound import infeasible, upper
from .delivery_equilibrium import lower
from .delivery_market import parse
from .verdict import Kind

KIND = Kind("delivery-market", parse, lower, upper, infeasible)
