"""The faster check of kind ``two-receiver``: a float filter decides most inequalities, exact integers the rest."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from dual.kinds.two_receivers import kind as two_receiver
from dual.kinds.two_receivers import square
from dual.kinds.two_receivers.grid import Potentials, refuse_excess
from dual.kinds.two_receivers.statement import TwoReceiverStatement

from .utilities import sides


def upper(statement: TwoReceiverStatement, dual: Potentials | square.Potentials) -> Fraction:
    """The same bound as the plain check proves, and the same refusals."""
    if isinstance(dual, square.Potentials):
        return two_receiver.upper(statement, dual)
    for state, (utility, (r, c)) in enumerate(zip(sides(statement), dual.sides(statement), strict=True)):
        for i, j in utility.excess(r, c):
            refuse_excess(statement, utility.at(i, j), r, c, state, (i, j))
    return dual.bound(statement)


KIND = replace(two_receiver.KIND, upper=upper)
