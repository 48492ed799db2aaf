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
    drawn = ["concave envelope", "prices", "prior", "posteriors"]
    assert labels(ax) == ["plays acquit", "sender's payoff", "plays convict", *drawn]
    assert curve(ax, "concave envelope").tolist() == [[0, 0], [0.5, 1], [1, 1]]
    assert spots(ax, "posteriors") == [[0, 0], [0.5, 1]]
    assert sorted(written(ax)) == ["prob. 2/5", "prob. 3/5", "value 3/5"]
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
    assert {"bad", "fair", "good", "prob. 19/20", "prob. 1/20"} <= set(written(ax))
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


MACHADO = {  # severity 1, of Machado, Oliveira and Fernandes (2009), on linear RGB
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(colour, sight):
    from matplotlib.colors import to_rgb

    plain = np.array(to_rgb(colour))
    linear = np.where(plain <= 0.04045, plain / 12.92, ((plain + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(MACHADO[sight]) @ linear, 0, 1)
    x, y, z = np.cbrt(XYZ @ seen / (XYZ @ np.ones(3)))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def together():
    """Colours that stand for different things in one picture."""
    from persuasion import drawing
    from persuasion.two_receivers import picture as two
    from transport.delivery import picture as delivery
    from transport.road.picture import PALETTE, PRICES_STYLE
    from transport.trading import picture as trading

    return {
        "one receiver": [drawing.PAYOFF, drawing.ENVELOPE, PRICES_STYLE["color"], drawing.PRIOR],
        "two actions": list(drawing.TINTS[:2]),
        "two receivers": [*two.COLOURS.values()],
        "potentials": [two.FIRST["color"], two.SECOND["color"]],
        "bars": list(PALETTE[:5]),
        "delivery": [delivery.BUYER, delivery.STORE, delivery.COURIER],
        "trading": [trading._KNOWN, trading._INTRODUCED, trading._PALE],
    }


@pytest.mark.parametrize("sight", MACHADO)
def test_colours_of_one_picture_are_told_apart(sight):
    """A distance of 20 in CIELAB is seen at a glance; the potentials' old green and pink had 13 for deuteranopes."""
    for name, colours in together().items():
        for k, one in enumerate(colours):
            for other in colours[:k]:
                assert np.linalg.norm(lab(one, sight) - lab(other, sight)) > 20, (name, one, other)


def test_the_measure_sees_what_readers_do_not():
    assert np.linalg.norm(lab("#009E73", "deuteranopia") - lab("#CC79A7", "deuteranopia")) < 20


def test_a_curve_is_held_against_no_and_full_information(court):
    ax = court.value_curve("prior", ["1/4", "1/2", "3/4"]).plot()
    assert {"value (proven)", "no information", "full information"} <= set(labels(ax))
    assert curve(ax, "full information")[:, 1].tolist() == [0.25, 0.5, 0.75]
    assert curve(ax, "no information")[:, 1].tolist() == [0, 1, 1]


def test_a_payoff_that_falls_far_does_not_flatten_the_rest():
    steep = Concavification(["7/10", "3/10"], value="p - 200*max(p - 1/2, 0)**2").solve()
    low, high = steep.plot().get_ylim()
    assert high - low < 5  # the payoff itself falls to -49


def test_two_receivers_show_masses_prior_and_both_potentials():
    figure = suasion.load("arieli-et-al-2023-distance").solve().plot().figure
    centre = figure.axes[0]
    assert {"7/10"} <= {text.get_text() for axes in figure.axes for text in axes.texts}
    assert "prior" in labels(centre)
    below = next(axes for axes in figure.axes if axes.get_title().startswith("potentials"))
    assert labels(below) == ["alpha1 (receiver 1)", "alpha2 (receiver 2)"]
    styles = {(line.get_color(), line.get_marker()) for line in below.get_lines()}
    assert len(styles) == 2


def test_a_transport_names_its_cost_and_its_masses():
    ax = suasion.load("monge-1781-earth-on-a-line").solve().plot()
    assert ax.get_title() == "cost 3"
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["0: 1", "1: 2", "2: 1"]
    assert sorted(written(ax)) == ["1", "1", "2"]
