"""Payoffs of a game as Python functions of the state and everybody's actions."""

import pytest

import suasion
from dual.errors import InputError

NAMES = {"states": ["low", "high"], "players": ["Ann", "Bob"], "actions": [["invest", "wait"], ["invest", "wait"]]}


def earns(state, own, other):
    """An investment that pays 1 when the state is high and costs 1 when it is low, a little more together."""
    gain = (1 if state == "high" else -1) if own == "invest" else 0
    return gain + (own == other == "invest") / 10


def test_functions_are_the_tables_they_stand_for():
    payoffs = [earns, lambda s, a, b: earns(s, b, a)]
    table = [[[0, 0], [0, 0]], [[1, 0], [0, 0]]]
    acts = NAMES["actions"][0]
    tables = [[[[f(s, a, b) for b in acts] for a in acts] for s in NAMES["states"]] for f in payoffs]
    plain = suasion.Game(["1/2", "1/2"], tables, {"table": table}, **NAMES)
    made = suasion.Game(["1/2", "1/2"], payoffs, {"table": lambda s, a, b: s == "high" and a == b == "invest"}, **NAMES)
    assert made == plain
    assert made.statement.notes is None  # all of the game is in the table
    assert made.solve().lower == plain.solve().lower
    assert made.replace(payoffs=payoffs) == plain
    assert made.payoff_set().solve().vertices == plain.payoff_set().solve().vertices
    one_by_one = suasion.Game(["1/2", "1/2"], [tables[0], payoffs[1]], {"table": table}, **NAMES)
    assert one_by_one == plain


def test_actions_have_to_be_known():
    with pytest.raises(InputError, match=r"payoffs: nothing says for how many actions.*give actions="):
        suasion.Game([1], [lambda *_: 0, [[[0, 0]]]])
    with pytest.raises(InputError, match=r"payoffs\[1\]"):
        suasion.Game([1], [[[[0, 1]]], lambda _, __: 0], actions=[["x"], ["y", "z"]])
