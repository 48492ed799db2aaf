"""Private persuasion: theory's values, games, infeasible grids, refusals; and two receivers as the special case."""

import itertools
import json
from fractions import Fraction as F

import numpy as np
import pytest

import dual
from dual.errors import InputError
from persuasion import Persuasion, PrivatePersuasion, TwoReceiverPersuasion
from suasion.registry import Faster


def binary(points):
    return [[1 - F(point), F(point)] for point in points]


def tabulated(shape_points, function, states=2):
    table = np.array([function(*cell) for cell in itertools.product(*shape_points)], dtype=object).reshape(
        [len(points) for points in shape_points]
    )
    return [table.tolist()] * states


@pytest.mark.parametrize(("receivers", "needed"), [(2, 1), (3, 2), (3, 3), (4, 2)])
@pytest.mark.parametrize("prior", [F(3, 10), F(1, 5)])
def test_k_of_n_receivers_must_act(receivers, needed, prior):
    threshold = F(3, 5)
    points = [F(0), prior, threshold, F(1)]
    grids = [binary(points)] * receivers
    utility = tabulated([points] * receivers, lambda *xs: int(sum(x >= threshold for x in xs) >= needed))
    solution = PrivatePersuasion([1 - prior, prior], grids=grids, utility=utility).solve()
    known = min(F(1), prior * (1 + F(receivers, needed) * (1 / threshold - 1)))
    assert (solution.lower, solution.grade) == (known, "exact")
    # The same as a game: act pays 1 - threshold in state 1 and costs threshold in state 0.
    act = [[0, -threshold], [0, 1 - threshold]]
    sender = tabulated([[0, 1]] * receivers, lambda *acts: int(sum(acts) >= needed))
    game = PrivatePersuasion.from_game([1 - prior, prior], sender, [act] * receivers).solve()
    assert (game.lower, game.grade) == (known, "exact")
    assert game.verify().accepted


def test_squared_distances_of_four_receivers():
    points = [F(k, 10) for k in range(11)]
    utility = tabulated([points] * 2, lambda x, y: (x - y) ** 2)
    p = F(3, 10)
    assert PrivatePersuasion([1 - p, p], grids=[binary(points)] * 2, utility=utility).solve().lower == p * (1 - p)
    points = [F(0), F(3, 20), F(3, 10), F(13, 20), F(1)]
    pairs = list(itertools.combinations(range(4), 2))
    utility = tabulated([points] * 4, lambda *xs: sum((xs[i] - xs[j]) ** 2 for i, j in pairs))
    solution = PrivatePersuasion([1 - p, p], grids=[binary(points)] * 4, utility=utility).solve()
    assert solution.lower == 4 * p * (1 - p)


def test_squared_distance_with_three_states():
    points = [[F(a, 4), F(b, 4), F(4 - a - b, 4)] for a in range(5) for b in range(5 - a)]
    prior = [F(1, 2), F(1, 4), F(1, 4)]
    utility = tabulated([points] * 2, lambda x, y: sum((a - b) ** 2 for a, b in zip(x, y, strict=True)), states=3)
    solution = PrivatePersuasion(prior, grids=[points] * 2, utility=utility).solve()
    assert (solution.lower, solution.grade) == (1 - sum(m * m for m in prior), "exact")


@pytest.mark.parametrize("seed", range(8))
def test_two_receivers_are_the_special_case(seed):
    rng = np.random.default_rng(seed)
    n, m = (int(k) for k in rng.integers(3, 12, size=2))
    x, y = ([F(k, size - 1) for k in range(size)] for size in (n, m))
    u = rng.integers(-9, 10, size=(2, n, m))
    p = F(int(rng.integers(1, 20)), 20)
    pair = TwoReceiverPersuasion(p, {"l": u[0], "h": u[1]}, grid={"x": x, "y": y}).solve()
    for gap in (None, 1e-9):
        private = PrivatePersuasion([1 - p, p], grids=[binary(x), binary(y)], utility=u).solve(gap=gap)
        assert private.lower <= pair.upper
        assert pair.lower <= private.upper
        assert private.upper - private.lower <= F(1, 10**8)
        assert private.verify().accepted


@pytest.mark.parametrize("seed", range(5))
def test_one_receiver_playing_a_game_is_ordinary_persuasion(seed):
    rng = np.random.default_rng(seed)
    states, actions = (int(k) for k in rng.integers(2, 5, size=2))
    sender, receiver = rng.integers(-5, 6, size=(2, states, actions))
    prior = [F(1, states)] * states
    game = PrivatePersuasion.from_game(prior, sender, [receiver]).solve()
    assert game.lower == game.upper == Persuasion(prior, sender, receiver).solve().lower


def test_trap_1_exactly_one_acts():
    act, one = [[0, -1], [0, 1]], [[0, 1], [1, 0]]
    assert PrivatePersuasion.from_game(["7/10", "3/10"], [one, one], [act, act]).solve().lower == F(3, 5)


def test_three_receivers_with_noise_within_a_billionth():
    rng = np.random.default_rng(0)
    x = binary([F(k, 12) for k in range(13)])
    solution = PrivatePersuasion(["3/5", "2/5"], grids=[x] * 3, utility=rng.random((2, 13, 13, 13))).solve(gap=1e-9)
    assert solution.upper - solution.lower <= F(1, 10**9)
    plain, fast = dual.verify(solution), dual.verify(solution, faster=Faster())
    assert plain.accepted
    assert (plain.lower, plain.upper) == (fast.lower, fast.upper)


def test_a_prior_outside_a_grid_is_proven_infeasible():
    grid = [["1/2", "1/4", "1/4"], ["1/4", "1/2", "1/4"]]
    problem = PrivatePersuasion(["1/4", "1/4", "1/2"], grids=[grid], utility=[[0, 1]] * 3)
    solution = problem.solve()
    assert solution.grade == "infeasible"
    assert solution.verify().accepted
    document = json.loads(json.dumps(solution.document()))
    document["dual"]["direction"] = [0, 0, -1]
    assert "negative at posterior 0" in dual.verify(document).violation


def test_grids_without_certain_beliefs():
    grid = [["4/5", "1/5"], ["1/2", "1/2"], ["1/5", "4/5"]]
    u = [[[3, 0, 1], [0, 2, 0], [1, 0, 3]], [[0, 5, 1], [5, 0, 0], [1, 0, 4]]]
    problem = PrivatePersuasion(["3/5", "2/5"], grids=[grid, grid], utility=u)
    exact, rough = problem.solve(), problem.solve(gap=1e-9)
    assert exact.grade == "exact"
    assert rough.lower <= exact.lower <= rough.upper
    assert rough.upper - rough.lower < F(1, 10**9)


def test_states_without_probability():
    grid = [[1, 0, 0], [0, 1, 0], ["1/2", "1/2", 0], ["1/3", "1/3", "1/3"]]
    u = np.arange(48).reshape(3, 4, 4)
    for gap in (None, 1e-9):
        solution = PrivatePersuasion(["1/2", "1/2", 0], grids=[grid, grid], utility=u).solve(gap=gap)
        assert solution.verify().accepted
        assert solution.upper - solution.lower <= F(1, 10**6)


def test_labels_are_shown_and_change_nothing():
    # A new drug (bad, good) and three members of a board, of whom two have to vote yes.
    votes = [[0, -1], [0, 1]]
    named = {"states": ["bad", "good"], "names": ["Ann", "Bob", "Cay"], "actions": [["no", "yes"]] * 3}

    def passes(_state, *actions):
        return int(sum(action in (1, "yes") for action in actions) >= 2)

    plain = PrivatePersuasion.from_game(["3/5", "2/5"], passes, [votes] * 3).solve()
    labelled = PrivatePersuasion.from_game(["3/5", "2/5"], passes, [votes] * 3, **named)
    assert PrivatePersuasion.from_game({"good": "2/5", "bad": "3/5"}, passes, [votes] * 3, **named) == labelled
    solution = labelled.solve()
    # p (1 + N/k (1/a - 1)) with p = 2/5, N/k = 3/2 and the threshold a = 1/2: all of 1.
    assert solution.lower == plain.lower == 1
    table = solution.tables()[0]
    assert table.header == ["state", "action of Ann", "action of Bob", "action of Cay", "mass"]
    assert {row[0] for row in table.rows} == {"bad", "good"}
    assert {cell for row in table.rows for cell in row[1:4]} <= {"yes", "no"}
    assert "bad" in [text.get_text() for text in solution.plot().get_legend().get_texts()]
    with pytest.raises(InputError, match=r"actions\[2\]: the list has 1 entries? where 2 are needed"):
        labelled.replace(actions=[["no", "yes"], ["no", "yes"], ["yes"]])
    with pytest.raises(InputError, match="actions: only receivers with payoffs choose actions"):
        PrivatePersuasion([1], grids=[[[1]]], utility=[[0]], actions=[["x"]])


def test_tampered_witnesses_are_refused():
    act, one = [[0, -1], [0, 1]], [[0, 1], [1, 0]]
    document = PrivatePersuasion.from_game(["7/10", "3/10"], [one, one], [act, act]).solve().document()
    document = json.loads(json.dumps(document))
    broken = json.loads(json.dumps(document))
    broken["dual"]["V"][0] = str(F(broken["dual"]["V"][0]) - F(1, 100))
    assert "sender[0]" in dual.verify(broken).violation
    broken = json.loads(json.dumps(document))
    broken["primal"]["plan"][0] = [[1, 1, "7/10"]]
    assert "prefers action 0" in dual.verify(broken).violation
    grid = binary([0, F(1, 2), 1])
    document = PrivatePersuasion(["1/2", "1/2"], grids=[grid], utility=[[0, 2, 1], [0, 1, 1]]).solve().document()
    broken = json.loads(json.dumps(document))
    broken["dual"]["beta"][0][1][0] = str(F(broken["dual"]["beta"][0][1][0]) + 1)
    assert "mean" in dual.verify(broken).violation


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"grids": [[[1, 0], ["1/2", "1/3"]]]}, r"grids\[0\]\[1\]"),
        ({"utility": [[0, 1]]}, "utility"),
        ({"utility": [[0, 1, 2], [0, 1]]}, r"utility\[0\]"),
        ({"receivers": [{"payoff": [[1], [0]]}]}, "either"),
        ({"prior": ["1/2", "1/3"]}, "prior"),
    ],
)
def test_bad_statements_are_refused(fields, message):
    good = {"prior": ["1/2", "1/2"], "grids": [binary([0, 1])], "utility": [[0, 1], [1, 0]]}
    with pytest.raises(InputError, match=message):
        PrivatePersuasion(**(good | fields))
