"""Families: a piece that is one point is checked with numbers."""

import json

import pytest

import dual
from dual.families import read_end
from persuasion import Persuasion
from transport.road.files import dump


def with_point(**claims):
    """The honest pieces on both sides of 1/2, and between them the point, with other claims."""
    court = Persuasion(["7/10", "3/10"], sender=[[0, 1], [0, 1]], receiver=[[1, 0], [0, 1]])
    document = json.loads(dump(court.family("prior", [1, 0], [0, 1]).solve().document()))
    first, last = document["pieces"]
    assert (first["to"], last["from"]) == ("1/2", "1/2")
    point = {**first, "from": "1/2", "to": "1/2", **claims}
    return {**document, "pieces": [first, point, last]}


def test_a_point_claims_what_holds_there():
    assert dual.verify(with_point()).accepted
    verdict = dual.verify(with_point(lower="1", upper="2*t", grade="exact"))
    assert verdict.accepted
    assert (verdict.pieces[1].lower, verdict.pieces[1].upper) == (1, 1)


@pytest.mark.parametrize("claims", [{"lower": "3*t"}, {"upper": "t"}, {"lower": "t + 1", "upper": "t + 1"}])
def test_a_point_claims_no_more(claims):
    verdict = dual.verify(with_point(**claims))
    assert not verdict.accepted
    assert "pieces[1]" in verdict.violation


def test_an_irrational_end_is_a_root_of_a_polynomial():
    between = ["7/10", "71/100"]
    assert read_end({"root": "2*t**2 - 1", "between": between}, "to", "t").polynomial == (-1, 0, 2)
    with pytest.raises(dual.InputError, match="a polynomial in t"):
        read_end({"root": "(2*t**2 - 1)/(t + 1)", "between": between}, "to", "t")
