"""Games without an AI: equilibria by definition, by closed forms, and inside what an AI can do; Gambit's files."""

import importlib.util
import random
from fractions import Fraction as F
from itertools import product
from pathlib import Path

import pytest

import dual
import suasion
from persuasion import Game
from suasion.command import main

spec = importlib.util.spec_from_file_location("games_families", Path(__file__).with_name("families.py"))
families = importlib.util.module_from_spec(spec)
spec.loader.exec_module(families)


def worth(table, x, y):
    return sum(p * q * table[a][b] for (a, p), (b, q) in product(enumerate(x), enumerate(y)))


def random_bimatrix(seed, most=4, size=9):
    rng = random.Random(seed)
    m, n = rng.randint(1, most), rng.randint(1, most)
    return [[[rng.randint(-size, size) for _ in range(n)] for _ in range(m)] for _ in range(2)]


@pytest.mark.parametrize("seed", range(40))
def test_equilibria_are_mutual_best_replies_and_lie_in_the_payoff_set(seed):
    A, B = random_bimatrix(seed, 3)
    game = Game([1], [[A], [B]])
    found = game.equilibria()
    assert found
    for one in found:
        (x,), (y,) = one.strategies
        assert sum(x) == sum(y) == 1
        assert min(*x, *y) >= 0
        assert one.payoffs == (worth(A, x, y), worth(B, x, y))
        for a in range(len(A)):
            assert worth(A, [int(k == a) for k in range(len(A))], y) <= one.payoffs[0]
        for b in range(len(A[0])):
            assert worth(B, x, [int(k == b) for k in range(len(A[0]))]) <= one.payoffs[1]
    pure = {one.payoffs for one in game.pure_equilibria()}
    assert pure <= {one.payoffs for one in found}
    best = game.solve().lower
    assert max(sum(one.payoffs) for one in found) <= best


@pytest.mark.parametrize("seed", range(60))
def test_generic_games_have_an_odd_number_of_equilibria(seed):
    """Wilson (1971); payoffs from a large range are generic but for rare ties, which the seeds avoid."""
    A, B = random_bimatrix(seed, 4, 10**6)
    assert len(Game([1], [[A], [B]]).equilibria()) % 2 == 1


@pytest.mark.parametrize("seed", range(30))
def test_mixed_equilibria_of_two_by_two_games_are_the_closed_form(seed):
    rng = random.Random(seed)
    A, B = ([[rng.randint(-9, 9) for _ in range(2)] for _ in range(2)] for _ in range(2))
    da, db = A[0][0] - A[1][0] - A[0][1] + A[1][1], B[0][0] - B[0][1] - B[1][0] + B[1][1]
    mixed = []
    if da and db:
        x, y = F(B[1][1] - B[1][0], db), F(A[1][1] - A[0][1], da)
        if 0 < x < 1 and 0 < y < 1:
            mixed = [(((x, 1 - x),), ((y, 1 - y),))]
    found = [one.strategies for one in Game([1], [[A], [B]]).equilibria()]
    assert [one for one in found if 0 < one[0][0][0] < 1 and 0 < one[1][0][0] < 1] == mixed


def test_opera_and_football_without_an_ai():
    """Payoffs (10, 9), (9, 10) and (90/19, 90/19); the AI that knows nothing can do no less, and no more than 19."""
    game = suasion.load(families.opera())
    assert {one.payoffs for one in game.equilibria()} == {(10, 9), (9, 10), (F(90, 19), F(90, 19))}
    assert {one.payoffs for one in game.pure_equilibria()} == {(10, 9), (9, 10)}
    assert game.uninformed().solve().lower == 19


def test_the_auction_without_an_ai_bids_one():
    """Without the AI the only pure equilibrium bids 1 whatever the value, and leaves the bidders 3/2."""
    (one,) = suasion.load(families.auction("surplus")).pure_equilibria()
    assert all(strategy == (0, 1) for player in one.strategies for strategy in player)
    assert sum(one.payoffs) == F(3, 2)


def test_degenerate_games_have_all_extreme_equilibria():
    """If player 1 does not care, every reply of hers to a best reply of player 2 will do."""
    found = Game([1], [[[[1, 1], [1, 1]]], [[[1, 0], [0, 1]]]]).equilibria()
    assert {(one.strategies[0][0], one.strategies[1][0]) for one in found} == {
        ((1, 0), (1, 0)),
        ((0, 1), (0, 1)),
        ((F(1, 2), F(1, 2)), (1, 0)),
        ((F(1, 2), F(1, 2)), (0, 1)),
    }


def test_what_is_not_offered_is_said():
    with pytest.raises(dual.InputError, match="two players without types"):
        suasion.load(families.auction("surplus")).equilibria()
    many = Game([1], [[[[0] * 12] * 12], [[[0] * 12] * 12]])
    with pytest.raises(dual.InputError, match="100,000 systems"):
        many.equilibria()


PAYOFFS = 'NFG 1 R "A \\"game\\"" { "Ann" "Bob" }\n{ 2 3 }\n1 1 0 2 0 2 1 1 0.3 -1/2 2 0\n'
OUTCOMES = """NFG 1 D "" { "Ann" "Bob" }
{ { "up" "down" } { "a" "b" "c" } }
"a comment"
{ { "both" 1, 1 } { "" 0 2 } { "x" 0.3, -0.5 } { "" 2 0 } }
1 2 2 1 3 4
"""


@pytest.mark.parametrize("text", [PAYOFFS, OUTCOMES])
def test_both_versions_of_nfg_are_read(text):
    game = Game.from_nfg(text)
    first, second = map(list, game.statement.payoffs)
    assert game.statement.shape == (2, 3)
    assert first == [1, 0, F(3, 10), 0, 1, 2]
    assert second == [1, 2, F(-1, 2), 2, 1, 0]
    assert game.statement.players == ("Ann", "Bob")


def test_nfg_files_survive_a_round_trip(tmp_path):
    rng = random.Random(0)
    tensors = [[[[[rng.randint(-9, 9) for _ in range(2)] for _ in range(3)] for _ in range(2)]] for _ in range(3)]
    game = Game(
        [1], tensors, players=["a b", 'c"d', "e\\f"], actions=[["x", "y"], ["l", "m", "r"], ["0", "1"]], name="n"
    )
    (tmp_path / "game.nfg").write_text(game.to_nfg())
    assert Game.from_nfg(tmp_path / "game.nfg") == game
    states = Game(["1/3", "2/3"], [[[0, 3], [3, 0]]])
    assert list(Game.from_nfg(states.to_nfg()).statement.payoffs[0]) == [2, 1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("EFG 2 R", 'it starts with "NFG 1"'),
        ('NFG 1 R "t" { "A" } { 2 } 1', "a payoff, of 2, is needed"),
        ('NFG 1 R "t" { "A" } { 2 } 1 2 3', "nothing is expected after the payoffs"),
        ('NFG 1 R "t" { "A" } { 2 2 } 1 2 3 4', "strategies of 2 players are listed, but there are 1"),
        ('NFG 1 R "t" { "A" } { 2 } { { "" 1 } } 1 2', "there is no outcome 2"),
        ('NFG 1 R "t" { "A" } { 2 } 1 x', "'x' is not a number"),
        ('NFG 1 R "t { "A" } { 2 } 1 2', "is"),
        ("NFG", "the version 1 is needed"),
    ],
)
def test_files_of_another_form_are_refused_in_one_line(text, message, tmp_path):
    (tmp_path / "game.nfg").write_text(text)
    with pytest.raises(dual.FileError) as error:
        Game.from_nfg(tmp_path / "game.nfg")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_the_front_door_takes_files_of_gambit(tmp_path, capsys):
    (tmp_path / "game.nfg").write_text(OUTCOMES)
    assert suasion.load(tmp_path / "game.nfg") == Game.from_nfg(OUTCOMES)
    assert main(["solve", str(tmp_path / "game.nfg")]) == 0
    assert "Ann expects" in capsys.readouterr().out
    (tmp_path / "bad.nfg").write_text("NFG 2")
    assert main(["solve", str(tmp_path / "bad.nfg")]) == 2
    error = capsys.readouterr().err
    assert "bad.nfg" in error
    assert error.count("\n") == 1


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(dual.FileError, match=r"nowhere.nfg: cannot be read"):
        Game.from_nfg("nowhere.nfg")


def test_pygambit_reads_and_writes_the_same_game():
    pygambit = pytest.importorskip("pygambit")
    game = Game.from_nfg(OUTCOMES)
    assert Game.from_pygambit(game.to_pygambit()).statement.payoffs == game.statement.payoffs
    rng = random.Random(5)
    for _ in range(10):
        m, n = rng.randint(1, 3), rng.randint(1, 3)
        payoffs = [[[[F(rng.randint(-5, 5), rng.randint(1, 3)) for _ in range(n)] for _ in range(m)]] for _ in range(2)]
        game = Game([1], payoffs, players=['a "quoted" name', "b"])
        theirs = game.to_pygambit()
        back = Game.from_pygambit(theirs)
        assert (back.statement.payoffs, back.player_names) == (game.statement.payoffs, game.player_names)
        found = pygambit.nash.enummixed_solve(theirs, rational=True).equilibria
        mixed = {
            tuple(tuple(F(str(one[i][label])) for label in theirs.get_strategies(i)) for i in theirs.players)
            for one in found
        }
        assert mixed == {tuple(own[0] for own in one.strategies) for one in game.equilibria()}
