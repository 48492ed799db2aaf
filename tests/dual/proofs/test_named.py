"""A kind that is a linear program with names: read, checked, refused."""

from dataclasses import dataclass
from fractions import Fraction as F

import pytest

from dual.checker import proven
from dual.errors import InputError
from dual.numbers.exact import Vector, vector
from dual.numbers.masses import nonnegative
from dual.proofs.linear import Block, Program, Row
from dual.proofs.named import Multipliers, Values, linear_kind
from dual.statement import Statement, stated


@dataclass(frozen=True, kw_only=True, repr=False)
class KnapsackStatement(Statement):
    """Fill a bag with divisible things."""

    kind = "divisible-knapsack"
    worth: Vector = stated(vector, "things", "what a thing is worth")
    weight: Vector = stated(vector, "things", "what it weighs")
    limit: F = stated(nonnegative, "", "what the bag carries")
    least: F = stated(nonnegative, "", "what it has to carry", default=F(0))


def program(statement):
    things = range(len(statement.worth))
    rows = [
        Row(("limit",), "<=", statement.limit, dict(enumerate(statement.weight)).items),
        Row(("least",), ">=", statement.least, dict(enumerate(statement.weight)).items),
        *(Row(("one", k), "<=", 1, {k: 1}.items) for k in things),
    ]
    return Program([Block(("take",), (len(things),))], statement.worth, lambda: rows)


KIND = linear_kind(KnapsackStatement, program)
BAG = KIND.statement({"worth": [6, 5, 2], "weight": [2, 3, 4], "limit": 4})
FULL = {"values": [["take", 0, 1], ["take", 1, "2/3"]]}
BOUND = {"multipliers": [["limit", "5/3"], ["one", 0, "8/3"]]}


def test_a_pair_of_witnesses_proves_the_optimum():
    verdict = proven(KIND, BAG, FULL, BOUND)
    assert (verdict.lower, verdict.upper, verdict.grade) == (F(28, 3), F(28, 3), "exact")
    primal, dual = Values.read(FULL, BAG), Multipliers.read(BOUND, BAG)
    assert proven(KIND, BAG, primal, dual) == verdict
    assert primal.document() == {"values": [["take", 0, "1"], ["take", 1, "2/3"]]}


@pytest.mark.parametrize(
    ("primal", "message"),
    [
        ({"values": [["take", 0, 2]]}, "one[0]: 2 where <= 1 is needed"),
        ({"values": [["take", 3, 1]]}, "primal.values: there is no column take[3]"),
        ({"values": [["take", 1]]}, "primal.values: there is no column take"),
        ({"values": [[0, 1]]}, "primal.values: there is no column 0"),
        ({"values": [["take", 0, 1], ["take", 0, 1]]}, "primal.values[1]: the name stands already in the list"),
        ({"values": [[1]]}, "primal.values[0]: a name is needed before the number"),
        ({"values": [["take", "0", 1]]}, "primal.values: there is no column take[0]"),
        ({"values": [["take", 0.5, 1]]}, "primal.values[0][1]: a name is made of words and whole numbers"),
        ({"values": [["take", 0, "x"]]}, "primal.values[0][2]: 'x' is not a number"),
        ({"multipliers": []}, "primal.multipliers: unknown field"),
    ],
)
def test_what_is_wrong_with_a_witness_is_named(primal, message):
    verdict = proven(KIND, BAG, primal, None)
    assert verdict.lower is None
    assert verdict.violation.startswith(message)


def test_a_row_that_there_is_not_is_named():
    assert proven(KIND, BAG, None, {"multipliers": [["one", 7, 1]]}).violation == "there is no row one[7]"


def test_emptiness_is_proven():
    heavy = KIND.statement({"worth": [1], "weight": [2], "limit": 5, "least": 3})
    farkas = {"multipliers": [["least", -1], ["one", 0, 2]]}
    assert proven(KIND, heavy, None, farkas, infeasible=True).grade == "infeasible"
    assert proven(KIND, heavy, None, {"multipliers": []}, infeasible=True).violation
    assert proven(KIND, BAG, None, farkas, infeasible=True).violation


def test_statements_are_read_strictly():
    with pytest.raises(InputError, match="weight"):
        KIND.statement({"worth": [6, 5, 2], "weight": [2, 3], "limit": 4})
