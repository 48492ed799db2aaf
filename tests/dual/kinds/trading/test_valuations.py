"""Exact values of pairs: what is read, what is refused."""

from fractions import Fraction

import pytest

from dual.errors import InputError
from dual.kinds.trading.valuations import Alike, Valuations, pair_list, parse


def test_dense_and_sparse_listings_of_the_same_values_are_equal() -> None:
    sparse = {"pairs": [[1, 1, "1/2"], [0, 0, 3], [0, 1, 0], [1, 0, 2]], "shape": [2, 2]}
    assert parse([[3, 0], [2, "1/2"]]) == parse(sparse)
    assert parse([[3, 0], [2, "1/2"]]) != parse([[3, 0], [2, "1/3"]])


@pytest.mark.parametrize(
    "values",
    [
        [["1/3", 2], [0, "7/6"]],
        [[2**80, 0], [1, 5]],
        {"pairs": [[0, 2, "1/2"], [1, 0, 4]], "shape": [2, 3]},
    ],
)
def test_a_document_is_read_back(values: object) -> None:
    assert parse(parse(values).document()) == parse(values)


def test_integers_beyond_64_bits_stay_exact() -> None:
    read = parse([[2**70 + 1, 1]])
    assert Fraction(read.row(0)[0], read.denominator) == 2**70 + 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([[1, 2], [3]], r"values\[1\]: this row has 1 entries, but values\[0\] has 2"),
        ([[1, -2]], r"values\[0\]\[1\]: -2 is negative"),
        ([[float("nan")]], r"values\[0\]\[0\]: nan is not a finite number"),
        ([], "values: the list is empty"),
        ([[]], r"values\[0\]: the list is empty"),
        ({"pairs": [[0, 0, 1], [0, 0, 2]], "shape": [1, 1]}, r"values.pairs\[1\]: the pair \(0, 0\) is listed twice"),
        ({"pairs": [[0, 2, 1]], "shape": [1, 2]}, r"values.pairs\[0\]\[1\]: 2 is not an index from 0 to 1"),
        ({"pairs": [[0, 0, -1]], "shape": [1, 2]}, r"values.pairs\[0\]\[2\]: -1 is negative"),
        ({"pairs": [[0, 0, 1]], "shape": [1, 0]}, r"values.shape\[1\]: the shape is two integers, .*, from 1 to"),
        ({"pairs": [[0, 0, 1]], "shape": [10**12, 1]}, r"values.shape\[0\]: the shape is two integers, .*, from 1 to"),
        ({"pairs": [[0, 0, 1]]}, "values.shape: the field is missing"),
    ],
)
def test_wrong_values_are_named(values: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse(values)


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([[0, 0], [0, 0]], r"known\[1\]: the pair \(0, 0\) is listed twice"),
        ([[0, 1]], r"known\[0\]: the pair \(0, 1\) has no value"),
        ([[2, 0]], r"known\[0\]\[0\]: 2 is not an index from 0 to 1"),
        ([[0]], r"known\[0\]: the list has 1 entries where 2 are needed"),
        ([True], r"known\[0\]: True is not a list"),
    ],
)
def test_wrong_pairs_are_named(pairs: object, message: str) -> None:
    values = parse({"pairs": [[0, 0, 1], [1, 1, 1]], "shape": [2, 2]})
    with pytest.raises(InputError, match=message):
        pair_list(pairs, "known", values)


def test_an_empty_list_of_pairs_is_a_list() -> None:
    assert pair_list([], "known", Valuations.of((1, 1), [(range(1), [1])])) == []


def test_one_number_many_times_is_sliced_like_a_list() -> None:
    alike = Alike(7, 5)
    assert (list(alike[1:4]), list(alike[::2]), alike[4], len(alike[2:])) == ([7] * 3, [7] * 3, 7, 3)
    with pytest.raises(IndexError):
        alike[5]
