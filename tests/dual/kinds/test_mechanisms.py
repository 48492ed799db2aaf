"""Selling: what is read, and what a checker would believe that forgot one thing."""

from fractions import Fraction as F

import pytest

from dual.checker import proven
from dual.errors import InputError
from dual.kinds import KINDS
from dual.kinds.mechanisms.mesh import MOST_PARTS, read_parts

KIND = KINDS["mechanism"]


def test_sides_are_cut_into_one_to_so_many_parts():
    assert [read_parts(count, "parts") for count in (1, "2", MOST_PARTS)] == [1, 2, MOST_PARTS]
    for count in (0, -1, "3/2", MOST_PARTS + 1):
        with pytest.raises(InputError, match="no number of parts"):
            read_parts(count, "parts")


@pytest.mark.parametrize("incentives", ["DSIC", "BIC"])
def test_bidders_may_be_paid_for_taking_part(incentives):
    """Both get 1 whatever they say, so that the seller loses 2."""
    raw = {"types": [{"values": [1]}, {"values": [2]}], "bidders": 2, "incentives": incentives}
    statement = KIND.statement(raw)
    nothing = [[[[0], [0]], [[0], [0]]]] * 2
    paid = [[-1, -1]] * 2 if incentives == "BIC" else [[[-1, -1], [-1, -1]]] * 2
    verdict = proven(KIND, statement, {"allocation": nothing, "payment": paid}, None)
    assert (verdict.lower, verdict.violation) == (F(-2), None)
