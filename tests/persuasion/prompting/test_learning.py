"""Learning to prompt: noise-free traces by hand, and rates of regret from fixed seeds."""

import math
from fractions import Fraction as F

import numpy as np
import pytest

from dual.errors import InputError
from persuasion import Prompting

GOOD = Prompting([[10, 5, None], [None, None, 8]], [["9.1", "8.9", None], [None, None, 10]])
EASY = Prompting([[1, "1/2"], ["1/4", 0]], [[1, 0], [1, 0]])


def last(benchmark="strong", rounds=1000, runs=1, table=GOOD, **options):
    return table.simulate(rounds=rounds, runs=runs, **options).regret(benchmark)[-1]


@pytest.mark.parametrize("rounds", [10, 100, 1000])
def test_exploring_once_teaches_the_wrong_lesson_for_ever(rounds):
    """Prompt 0 shows 10 and 5 while the assistant explores, 15/2 < 8 on average: 0 + 5 + 2 + 2, then 2 a round."""
    assert last(rounds=rounds, human=("etc", 2), ai=("etc", 1)) == 2 * rounds + 1


@pytest.mark.parametrize("rounds", [10, 100, 1000])
def test_exploring_twice_costs_13(rounds):
    """After 0 + 5 + 2 + 2 the assistant has learned: 0 + 0 + 2 + 2, then nothing."""
    assert last(rounds=rounds, human=("eetc", 2, 2), ai=("etc", 1)) == 13


def test_the_same_seed_the_same_play_and_another_another():
    options = {"human": "ucb", "ai": "ucb", "rounds": 200, "runs": 5, "sigma": 0.3}
    first, again, other = (EASY.simulate(**options, rng=seed).payoffs for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("human", ["etc", "eetc", "ucb", "regret-ucb", "exp3", "elimination"])
@pytest.mark.parametrize("ai", ["etc", "ucb", "exp3", "elimination"])
def test_every_pair_of_learners_plays_possible_responses_only(human, ai):
    found = GOOD.simulate(human=human, ai=ai, rounds=400, runs=4, sigma=0.2)
    steps = np.diff(found.payoffs[0], axis=1) / np.diff(found.at)
    assert (steps >= 5 - 1e-9).all()
    assert (steps <= 10 + 1e-9).all()
    assert len(found.error("human")) == len(found.at) == len(found.regret("ai"))


@pytest.mark.parametrize(
    ("human", "ai"), [("ucb", "ucb"), ("regret-ucb", "ucb"), ("elimination", "elimination"), ("eetc", "etc")]
)
def test_an_easy_game_is_learned(human, ai):
    """Good prompts and good responses go together: per round, little is lost late in the play."""
    found = EASY.simulate(human=human, ai=ai, rounds=4000, runs=10, sigma=0.1)
    mean = found.regret("strong")
    assert mean[-1] < 0.35 * 4000
    assert (mean[-1] - mean[len(mean) // 2]) / 4000 < 0.3


def test_rates():
    """Commitment after (T/K)^(2/3) rounds grows as T^(2/3); what commits to the wrong prompt grows linearly."""
    horizons = [1000, 4000, 16000]
    grown = [last(table=EASY, rounds=T, runs=8, sigma=0.05, human=("eetc",), ai=("etc", 20)) for T in horizons]
    slope = np.polyfit(np.log(horizons), np.log(grown), 1)[0]
    assert 0.55 < slope < 0.8
    stuck = GOOD.simulate(human=("etc", 2), ai=("etc", 1), rounds=4000, runs=1)
    assert 0.97 < stuck.rate("strong") < 1.03


@pytest.mark.parametrize(
    ("horizons", "runs"),
    [([900, 3600], 60), pytest.param([2500, 10_000, 40_000], 100, marks=pytest.mark.slow, id="long")],
)
def test_where_prompts_are_as_near_as_can_be_told_apart_regret_grows_as_a_square_root(horizons, runs):
    """Gaps of 4 / sqrt(T), the hardest ones for T rounds: regret is sqrt(T) up to constants, from both sides.

    The third prompt, which is worth nothing, keeps the range of payoffs, to which learners' rewards are relative.
    """
    grown = []
    for T in horizons:
        near = Prompting([[1], [1 - F(4) / round(T**0.5)], [0]], [[1], [1], [1]])
        grown.append(last(table=near, rounds=T, runs=runs, sigma=0.5, human=("ucb",), ai=("etc", 1)))
    assert 0.4 < np.polyfit(np.log(horizons), np.log(grown), 1)[0] < 0.6


@pytest.mark.slow
def test_a_confident_index_grows_like_a_square_root():
    horizons = [4000, 16000, 64000]
    gap = Prompting([["0.55", "0.45"], ["0.5", "0.4"]], [[1, 0], [1, 0]])
    grown = [last(table=gap, rounds=T, runs=40, sigma=0.5, human=("ucb",), ai=("ucb",)) for T in horizons]
    assert np.polyfit(np.log(horizons), np.log(grown), 1)[0] < 0.75


def test_the_bounds_of_the_theorems_hold_and_only_where_there_is_a_theorem():
    for human in (("etc",), ("regret-ucb",)):
        found = EASY.simulate(human=human, ai=("etc",), rounds=3000, runs=10, sigma=0.2)
        assert all(mean <= bound + 1e-9 for mean, bound in zip(found.regret("human"), found.bound(), strict=True))
    assert EASY.simulate(human="exp3", rounds=10, runs=1).bound() is None


def test_a_regret_that_does_not_grow_has_no_rate():
    assert math.isnan(GOOD.simulate(("eetc", 2, 2), ("etc", 1), rounds=10, runs=1).rate("ai"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"human": "thompson"}, "human: 'thompson' is no learner; known are etc, eetc"),
        ({"ai": "eetc"}, "ai: 'eetc' is no learner"),
        ({"human": ("etc", 1, 2)}, "etc takes 1 numbers, not 2"),
        ({"human": ("etc", 0)}, "a positive integer"),
        ({"rounds": 0}, "rounds: 0 is not a positive integer"),
        ({"runs": True}, "runs"),
        ({"sigma": -1}, "sigma"),
        ({"delta": 1}, "delta"),
    ],
)
def test_bad_settings(options, message):
    with pytest.raises(InputError, match=message):
        EASY.simulate(**options)


def test_pictures():
    pytest.importorskip("matplotlib")
    ax = GOOD.solve().plot()
    assert ax.get_xlabel() == "tolerance e"
    drawn = GOOD.simulate(rounds=50, runs=3, sigma=0.1).plot()
    assert {text.get_text() for text in drawn.get_legend().get_texts()} >= {"human", "ai", "strong", "weak"}
