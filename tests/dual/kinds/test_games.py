"""Games: what is paid for advice, and the box that all payoffs lie in, by hand."""

from fractions import Fraction as F

from dual.kinds import KINDS
from dual.kinds.games.kind import fees_of
from dual.kinds.games.payoff_set import box
from dual.kinds.games.polygon import hull, size
from dual.kinds.games.program import GameProgram


def test_fees_are_paid_by_all_who_ask_in_every_state():
    """One player pays 3 for advice: multipliers 2 and 1/2 of the two ways to do without it take off 15/2, by state."""
    raw = {"prior": ["1/4", "3/4"], "payoffs": [[[1, 0], [0, 1]]], "objective": {"weights": [1]}, "costs": [3]}
    game = GameProgram(KINDS["game"].statement(raw))
    weights = {game.consult(0, 0, 0): F(-2), game.consult(0, 0, 1): F(-1, 2)}
    found = fees_of(game, weights)
    assert {cell: fee for cell, fee in found.items() if fee} == {
        cell: F(15, 2) * sum(mass for _, mass in states) for cell, states in game.statement.masses.items()
    }
    assert sum(found.values()) == F(15, 2)


def test_the_box_of_all_payoffs():
    """A state of 1/4 and one of 3/4: the first objective goes from 1/4 - 3/2 to 1/2 + 3, the second from 0 to 7/4."""
    raw = {
        "prior": ["1/4", "3/4"],
        "payoffs": [[[[1], [2]], [[-2], [4]]], [[[7], [0]], [[0], [0]]]],
        "objectives": [{"weights": [1, 0]}, {"weights": [0, 1]}],
    }
    statement = KINDS["payoff-set"].statement(raw)
    low, high = F(1, 4) - F(3, 2), F(1, 2) + 3
    top = F(7, 4)
    assert box(GameProgram(statement), statement) == [(low, 0), (high, 0), (high, top), (low, top)]


def test_a_hull_of_three_points_is_as_large_however_they_are_listed():
    corners = [(F(0), F(0)), (F(1), F(1)), (F(2), F(0))]
    assert hull(corners) == [corners[0], corners[2], corners[1]]
    assert size(hull(corners)) == size(corners) == 1 + 3
    assert hull([(F(0), F(0)), (F(1), F(1)), (F(2), F(2))]) == [(0, 0), (2, 2)]
