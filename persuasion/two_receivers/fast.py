"""The faster check of kind ``two-receiver``: a float filter decides most inequalities, exact integers the rest."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from dual.kinds.two_receivers import kind as two_receiver
from dual.kinds.two_receivers.kind import TwoReceiverStatement, potentials, refuse_excess

from .utilities import sides


def upper(statement: TwoReceiverStatement, dual: object) -> Fraction:
    """The same bound as the plain check proves, and the same refusals."""
    if statement.domain == "square":
        return two_receiver.upper(statement, dual)
    found = potentials(statement, dual)
    for state, (utility, (r, c)) in enumerate(zip(sides(statement), found.sides(statement), strict=True)):
        for i, j in utility.excess(r, c):
            refuse_excess(statement, utility.at(i, j), r, c, state, (i, j))
    return found.bound(statement)


KIND = replace(two_receiver.KIND, upper=upper)
