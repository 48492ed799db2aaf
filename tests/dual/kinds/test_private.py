"""Private persuasion as the checker reads it: either grids and utilities, or a game, in whole, of the right sizes."""

from __future__ import annotations

import numpy as np
import pytest

import dual
from dual.errors import InputError

HALVES = ["1/2", "1/2"]
GRID = [["1", 0], HALVES, [0, 1]]
GRIDS = {"kind": "private-persuasion", "prior": HALVES, "grids": [GRID], "utility": [[0, 1, 2], [0, 1, 2]]}
GAME = {
    "kind": "private-persuasion",
    "prior": HALVES,
    "receivers": [{"payoff": [[1, 0], [0, 1]]}, {"payoff": [[1, 0], [0, 1]]}],
    "sender": [[[0, 1], [1, 2]], [[0, 1], [1, 2]]],
}
EITHER = 'either "grids" and "utility" or "receivers" and "sender" are needed'


def without(instance, *fields):
    return {name: value for name, value in instance.items() if name not in fields}


@pytest.mark.parametrize(
    ("instance", "message"),
    [
        (without(GRIDS, "grids"), f"grids: {EITHER}"),
        (without(GRIDS, "utility"), f"grids: {EITHER}"),
        (without(GAME, "receivers"), f"grids: {EITHER}"),
        (without(GAME, "sender"), f"grids: {EITHER}"),
        (without(GRIDS, "grids", "utility"), f"grids: {EITHER}"),
        ({**GRIDS, "receivers": GAME["receivers"][:1]}, f"grids: {EITHER}"),
        ({**GAME, "grids": [GRID, GRID]}, f"grids: {EITHER}"),
        ({**GRIDS, "utility": [[0, 1, 2]]}, "utility: the list has 1 entries where 2 are needed"),
        ({**GRIDS, "utility": np.zeros((3, 3))}, "utility: there are 3 tables for 2 states"),
        ({**GRIDS, "utility": 3}, "utility: 3 is not a list"),
        ({**GRIDS, "utility": {"l": [0, 1, 2]}}, "utility: "),
    ],
)
def test_half_of_a_form_or_another_size_is_refused(instance, message):
    with pytest.raises(InputError) as caught:
        dual.parse(instance)
    assert str(caught.value).startswith(message)


def test_an_array_is_read_as_its_lists_are():
    tables = np.arange(8).reshape(2, 2, 2)
    assert dual.parse({**GAME, "sender": tables}) == dual.parse({**GAME, "sender": tables.tolist()})


def test_a_table_may_have_as_many_entries_as_the_limit_says_and_no_more(monkeypatch):
    monkeypatch.setattr("dual.kinds.private.NUMBERS", 8)
    assert dual.parse(GAME).shape == (2, 2)
    monkeypatch.setattr("dual.kinds.private.NUMBERS", 7)
    with pytest.raises(InputError, match="sender: the table would have more than 7 entries"):
        dual.parse(GAME)
