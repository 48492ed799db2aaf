"""Pictures: what they draw, where it stands, and when there is none."""

from fractions import Fraction as F

import pytest

import suasion
from dual.errors import SuasionError
from persuasion import Concavification, MeanPersuasion, Persuasion
from suasion import catalog


def texts(ax):
    return [text.get_text() for text in ax.texts]


def legend(ax):
    return {text.get_text() for text in ax.get_legend().get_texts()}


def lines(ax):
    return [(list(map(float, line.get_xdata())), list(map(float, line.get_ydata()))) for line in ax.lines]


def test_the_prosecutor_shows_envelope_prior_and_posteriors():
    ax = suasion.load("kamenica-gentzkow-2011-prosecutor").solve().plot()
    assert ax.get_xlabel() == "posterior probability of guilty"
    assert {"plays acquit", "plays convict", "concave envelope", "prior", "posteriors"} <= legend(ax)
    assert {"value 3/5", "2/5", "3/5"} <= set(texts(ax))
    assert any(x == [0, 0.5, 1] and y == [0, 1, 1] for x, y in lines(ax))
    assert any(set(x) == {0.3} for x, _ in lines(ax))


def test_it_draws_on_the_axes_it_is_given():
    from matplotlib.figure import Figure

    ax = Figure().add_subplot()
    assert suasion.load("kamenica-gentzkow-2011-prosecutor").solve().plot(ax=ax) is ax


def test_three_states_are_a_triangle():
    ax = suasion.load("kamenica-gentzkow-2011-three-qualities").solve().plot()
    assert {"plays pass", "plays buy", "prior", "posteriors"} <= legend(ax)
    assert {"19/20", "1/20"} <= set(texts(ax))


def test_more_states_have_no_picture():
    four = Persuasion(["1/4"] * 4, [[0, 1]] * 4, [[0, s - 2] for s in range(4)]).solve()
    with pytest.raises(SuasionError, match="4"):
        four.plot()
    with pytest.raises(SuasionError, match="4"):
        Concavification(["1/4"] * 4, value="q0*q1").solve().plot()


def test_a_tangent_touches_its_payoff():
    ax = Concavification(["7/10", "3/10"], value="p**2*(3 - 2*p)").solve().plot()
    assert {"sender's payoff", "concave envelope", "prices", "prior", "posteriors"} <= legend(ax)
    assert "value 27/80" in texts(ax)


def test_means_show_what_is_pooled_and_revealed():
    ax = MeanPersuasion(law={"uniform": [0, 1]}, payoff="m**2*(3 - 2*m)").solve().plot()
    assert {"payoff", "prices", "revealed", "pooled at 5/8"} <= legend(ax)


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
