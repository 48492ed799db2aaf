"""Pictures: what is drawn lies where theory says."""

from fractions import Fraction as F
from itertools import pairwise

import numpy as np
import pytest

import suasion
from dual.errors import SuasionError
from persuasion import Concavification, MeanPersuasion, Persuasion
from suasion import catalog

pyplot = pytest.importorskip("matplotlib.pyplot")


@pytest.fixture(autouse=True)
def _closed_figures():
    yield
    pyplot.close("all")


@pytest.fixture
def court():
    return Persuasion(
        ["7/10", "3/10"], sender=[[0, 1], [0, 1]], receiver=[[1, 0], [0, 1]],
        states=["innocent", "guilty"], actions=["acquit", "convict"],
    ).solve()  # fmt: skip


def shop(**labels):
    return Persuasion(["3/10", "2/5", "3/10"], sender=[[0, 1]] * 3, receiver=[[0, -2], [0, -1], [0, 3]], **labels)


def labels(ax):
    return ax.get_legend_handles_labels()[1]


def curve(ax, label):
    (line,) = [line for line in ax.get_lines() if line.get_label() == label]
    return np.column_stack([line.get_xdata(), line.get_ydata()])


def written(ax):
    return [text.get_text() for text in ax.texts]


def spots(ax, label):
    (dots,) = [dots for dots in ax.collections if dots.get_label() == label]
    return sorted(np.asarray(dots.get_offsets()).tolist())


def test_the_court(court):
    ax = court.plot()
    assert labels(ax) == ["plays acquit", "sender's payoff", "plays convict", "concave envelope", "prior", "posteriors"]
    assert curve(ax, "concave envelope").tolist() == [[0, 0], [0.5, 1], [1, 1]]
    assert spots(ax, "posteriors") == [[0, 0], [0.5, 1]]
    assert sorted(written(ax)) == ["2/5", "3/5", "value 3/5"]
    assert curve(ax, "prior")[:, 0].tolist() == [0.3, 0.3]
    assert ax.get_xlabel() == "posterior probability of guilty"
    hollow = [dots for dots in ax.collections if dots.get_facecolor().tolist() == [[1, 1, 1, 1]]]
    assert [dots.get_offsets().tolist() for dots in hollow] == [[[0.5, 0.0]]]  # the payoff jumps there


def test_given_axes_are_used(court):
    _, ax = pyplot.subplots()
    assert court.plot(ax) is ax


def test_regions_of_many_actions_cover_the_line():
    rng = np.random.default_rng(3)
    problem = Persuasion(["1/2", "1/2"], rng.integers(0, 9, (2, 12)).tolist(), rng.integers(0, 40, (2, 12)).tolist())
    ax = problem.solve().plot()
    bands = sorted(patch.get_extents().transformed(ax.transData.inverted()).intervalx.tolist() for patch in ax.patches)
    assert bands[0][0] == pytest.approx(0)
    assert bands[-1][1] == pytest.approx(1)
    for (_, end), (start, _) in pairwise(bands):
        assert end == pytest.approx(start)


def test_the_shop():
    """The buyer is indifferent between 3/5, 0, 2/5 and 0, 3/4, 1/4: the border runs between these beliefs."""
    ax = shop(states=["bad", "fair", "good"], actions=["leave", "buy"]).solve().plot()
    assert labels(ax) == ["plays leave", "plays buy", "posteriors", "prior"]
    assert {"bad", "fair", "good", "19/20", "1/20"} <= set(written(ax))
    buy = ax.patches[1].get_xy()
    border = [[2 / 5 / 2, 3**0.5 / 2 * 2 / 5], [3 / 4 + 1 / 8, 3**0.5 / 2 / 4], [1 / 2, 3**0.5 / 2]]
    for corner in border:
        assert np.abs(buy - corner).max(axis=1).min() < 1e-12
    assert spots(ax, "prior") == [pytest.approx([2 / 5 + 3 / 20, 3**0.5 / 2 * 3 / 10])]
    assert len(spots(ax, "posteriors")) == 2


def test_an_expression_of_two_states():
    ax = Concavification(["7/10", "3/10"], value="p**2*(3 - 2*p)").solve().plot()
    assert labels(ax) == ["sender's payoff", "concave envelope", "prices", "prior", "posteriors"]
    assert curve(ax, "prices").tolist() == [[0, 0], [1, 9 / 8]]
    assert spots(ax, "posteriors") == [[0, 0], [0.75, 27 / 32]]
    p, height = curve(ax, "concave envelope").T
    assert height == pytest.approx(np.where(p <= 3 / 4, 9 * p / 8, p**2 * (3 - 2 * p)), abs=1e-6)
    assert written(ax)[-1] == "value 27/80"
    low, high = ax.get_ylim()
    assert low < 0 < 27 / 32 < high


def test_jumps_are_drawn_hollow_and_filled():
    ax = Concavification(["7/10", "3/10"], value="(p > 1/2) + 2*(p >= 3/4)").solve().plot()
    small = [dots for dots in ax.collections if dots.get_label().startswith("_")]
    missed, met = (sorted(np.round(dots.get_offsets(), 6).tolist()) for dots in small)
    assert missed == [[0.5, 1.0], [0.75, 1.0]]
    assert met == [[0.5, 0.0], [0.75, 3.0]]


def test_a_list_of_two_states():
    problem = Concavification(["7/10", "3/10"], beliefs=[[1, 0], ["1/2", "1/2"], [0, 1]], values=[0, 1, 1])
    ax = problem.solve().plot()
    assert curve(ax, "sender's payoff (listed)").tolist() == [[0, 0], [0.5, 1], [1, 1]]
    assert curve(ax, "concave envelope").tolist() == [[0, 0], [0.5, 1], [1, 1]]


def test_an_infeasible_list_shows_the_list():
    ax = Concavification(["9/10", "1/10"], beliefs=[["1/2", "1/2"], [0, 1]], values=[1, 2]).solve().plot()
    assert "sender's payoff (listed)" in labels(ax)
    assert not any(text.startswith("value") for text in written(ax))


def test_an_expression_of_three_states():
    ax = Concavification(["1/2", "1/4", "1/4"], value="q2", states=["a", "b", "c"]).solve().plot()
    (raster,) = ax.get_images()
    shown = raster.get_array()
    height = (np.arange(shown.shape[0]) + 0.5) / shown.shape[0]
    assert np.nanmax(np.abs(shown.filled(np.nan) - height[:, None])) < 1e-12
    assert ax.figure.axes[1].get_ylabel() == "sender's payoff"


def test_a_list_of_three_states():
    third = F(1, 3)
    problem = Concavification([third] * 3, beliefs=[[1, 0, 0], [0, 1, 0], [0, 0, 1], [third] * 3], values=[3, 0, 0, 2])
    ax = problem.solve().plot()
    assert ax.collections[0].get_array().tolist() == [3, 0, 0, 2]


def test_other_numbers_of_states_have_no_picture():
    with pytest.raises(SuasionError, match="4 states have no picture"):
        Concavification(["1/4"] * 4, value="q0").solve().plot()
    with pytest.raises(SuasionError, match="1 states have no picture"):
        Persuasion([1], [[0]], [[0]]).solve().plot()


def test_means_show_what_is_pooled_and_revealed():
    ax = MeanPersuasion(law={"uniform": [0, 1]}, payoff="m**2*(3 - 2*m)").solve().plot()
    assert {"payoff", "prices", "revealed", "pooled at 5/8"} <= set(labels(ax))


@pytest.mark.parametrize("slug", [s for s in catalog.slugs() if s.startswith(("kamenica", "dworczak", "gentzkow"))])
def test_every_entry_of_one_receiver_is_drawn_or_says_why_not(slug, tmp_path):
    solution = suasion.load(slug).solve()
    states = len(getattr(solution.problem, "prior", (F(1),)))
    if states > 3:
        with pytest.raises(SuasionError):
            solution.plot()
        return
    solution.plot().get_figure().savefig(tmp_path / "picture.png")
    assert (tmp_path / "picture.png").stat().st_size > 5000
