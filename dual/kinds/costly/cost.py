"""What a belief costs: posterior-separable costs of information.

An experiment costs the expected value of ``cost(q)`` over its posteriors q. The named costs are written as divergences
from the prior m, which are zero there::

    entropy    k sum_s q[s] log(q[s] / m[s])      averages to k times the expected reduction of Shannon entropy
    quadratic  k sum_s (q[s] - m[s])^2            averages to k times the expected rise of the squared norm

An expression is taken as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from dual.errors import InputError
from dual.numbers.exact import number
from dual.statement import fields
from dual.words import brief

if TYPE_CHECKING:
    from .entropy import EntropyCost
    from .expressed import ExpressionCost
    from .quadratic import QuadraticCost

BeliefCost: TypeAlias = "EntropyCost | QuadraticCost | ExpressionCost"
"""Each has ``document()``, ``at(belief, prior)`` enclosing the cost, and ``check(excess, prior, where, points)``, which
refuses unless ``excess . q <= cost(q)`` for every belief q that puts no mass where the prior has none."""


def parse_cost(raw: object, where: str, prior: Sequence[Fraction]) -> BeliefCost:
    """Read the cost of an instance.

    Raises
    ------
    InputError
        If it is neither an object with one of the named costs, its weight >= 0, nor an expression that is defined at
        the prior and at the states it allows.
    """
    if isinstance(raw, str):
        from .expressed import read

        return read(raw, where, prior)
    if not isinstance(raw, Mapping):
        raise InputError('write {"entropy": k}, {"quadratic": k} or an expression in q0, q1, ...', where)
    named = fields(raw, [], ["entropy", "quadratic"], where=where)
    if len(named) != 1:
        raise InputError('exactly one of "entropy" and "quadratic" is needed', where)
    ((name, value),) = named.items()
    weight = number(value, f"{where}.{name}")
    if weight < 0:
        raise InputError(f"{brief(weight)} is negative; information costs at least nothing", f"{where}.{name}")
    if name == "entropy":
        from .entropy import EntropyCost

        return EntropyCost(weight)
    from .quadratic import QuadraticCost

    return QuadraticCost(weight)
