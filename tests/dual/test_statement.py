"""Stated fields: what a record reads, refuses, measures and writes."""

from dataclasses import dataclass
from fractions import Fraction as F

import pytest

from dual.errors import InputError
from dual.names import labels
from dual.numbers.exact import Matrix, Vector, distribution, index, matrix, vector
from dual.numbers.masses import listed_masses
from dual.statement import Record, Statement, Witness, stated


@dataclass(frozen=True, kw_only=True, repr=False)
class Bets(Statement):
    kind = "bets"
    prior: Vector = stated(distribution, "states", "probabilities")
    odds: Matrix = stated(matrix, "states horses", "what a horse pays")
    horses: tuple[str, ...] | None = stated(labels, "horses", "names", default=None)


@dataclass(frozen=True, repr=False)
class Bet(Record):
    horse: int = stated(index, "horses", "which")
    stakes: Vector = stated(vector, "states", "how much")


@dataclass(frozen=True, repr=False)
class Book(Witness):
    bets: tuple[Bet, ...] = stated(Bet, "bets", "all of them")
    plan: tuple[tuple[int, int, F], ...] = stated(listed_masses, "states horses", "masses", default=())


RAW = {"kind": "bets", "prior": [0.5, "1/2"], "odds": [[1, 2, 3], [4, 5, 6]], "horses": ["a", "b", "c"]}
BOOK = {"bets": [{"horse": 2, "stakes": ["1/3", 1]}], "plan": [[0, 2, "1/2"]]}


def test_a_statement_is_read_and_written_from_its_fields():
    bets = Bets.read(RAW)
    assert (bets.prior, bets.odds[1]) == ((F(1, 2), F(1, 2)), (4, 5, 6))
    assert bets.document() == {
        "kind": "bets", "prior": ["1/2", "1/2"], "odds": [["1", "2", "3"], ["4", "5", "6"]], "horses": ["a", "b", "c"],
    }  # fmt: skip
    assert Bets.read(bets.document()) == bets == Bets.read(RAW | {"name": "the same question"})
    assert bets.lengths() == {"states": 2, "horses": 3}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"odds": [[1, 2, 3]]}, "odds: the list has 1 rows where 2 are needed; rows are states, columns are horses"),
        ({"odds": [[1, 2], [1]]}, r"odds\[1\]: this row has 1 entries, but odds\[0\] has 2; rows are states, columns"),
        ({"horses": ["a", "b"]}, "horses: the list has 2 entries where 3 are needed; entries are horses"),
        ({"odds": None}, "odds: the field is missing"),
        ({"hroses": ["a"]}, 'hroses: unknown field; did you mean "horses"?'),
        ({"name": 3}, "name: a text is needed"),
    ],
)
def test_a_wrong_field_is_named(change, complaint):
    with pytest.raises(InputError, match=complaint):
        Bets.read(RAW | change)


def test_a_witness_takes_its_lengths_from_the_statement():
    bets = Bets.read(RAW)
    book = Book.read(BOOK, bets, "primal")
    assert book == Book((Bet(2, (F(1, 3), F(1))),), ((0, 2, F(1, 2)),))
    assert Book.read(book, bets) == book == Book.read(book.document(), bets)
    assert hash(Book.read(BOOK, bets)) == hash(book)
    assert len(repr(Book((Bet(2, (F(1, 3),) * 500),) * 500))) < 200


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"bets": [{"horse": 3, "stakes": [0, 1]}]}, r"primal.bets\[0\].horse: 3 is not an index from 0 to 2"),
        ({"bets": [{"horse": 0, "stakes": [0]}]}, r"primal.bets\[0\].stakes: the list has 1 entries .* are states"),
        ({"bets": []}, "primal.bets: the list is empty"),
        ({"plan": ""}, "primal.plan: '' is not a list"),
        ({"plan": {}}, "primal.plan: {} is not a list"),
        ({"plan": [[0, 0]]}, r"primal.plan\[0\]: the list has 2 entries where 3 are needed"),
        ({"plan": [[2, 0, 1]]}, r"primal.plan\[0\]\[0\]: 2 is not an index"),
        ({"more": 1}, "primal.more: unknown field"),
    ],
)
def test_a_wrong_witness_is_named(change, complaint):
    with pytest.raises(InputError, match=complaint):
        Book.read(BOOK | change, Bets.read(RAW), "primal")
