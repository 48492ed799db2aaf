"""The comparison with and without tips, price ranges, and pictures."""

import io
from fractions import Fraction as F

import matplotlib
import pytest

from dual.errors import InputError, SuasionError
from transport.datasets import town
from transport.delivery import DeliveryMarket
from transport.delivery.picture import draw_couriers
from transport.delivery.report import growing_fleet, price_ranges

CORNERS = DeliveryMarket([[5, 4], [4, 2]], [[[0, 5], [5, 5]], [[5, 5], [5, 0]]])
"""Without tips the heaviest matching (0, 1), (1, 0) is served, for 10; with tips (0, 0), (1, 1), for nothing."""


def test_what_tips_change():
    found = CORNERS.compare()
    assert [s.lower for s in (found.efficient, found.with_tips, found.without_tips)] == [7, 7, -2]
    for solution in (found.with_tips, found.without_tips):
        totals = found.totals(solution)
        assert totals["buyers"] + totals["couriers"] - totals["deficit"] == solution.lower
    gains = found.gains()
    assert gains["buyers"] + gains["couriers"] - gains["deficit"] == 9
    text = str(found)
    assert "best without tips" in text
    assert "tips change" in text


def test_no_equilibrium_to_compare_with():
    found = DeliveryMarket([[5, 2], [3, 4]], [[[1, 1], [1, 1]]]).compare()
    assert found.without_tips.grade == "infeasible"
    assert found.gains() == {}
    assert "infeasible" in found.table().text()
    assert "without tips" not in found.price_ranges().text()


def test_price_ranges_by_hand():
    """One trade of value 5: the idle courier (4) makes the buyer or the store claim 1; with tips no more is needed."""
    market = DeliveryMarket([[5]], [[[2]], [[4]]])
    assert price_ranges(market.solve()) == {0: (F(0), F(5))}
    rivals = DeliveryMarket([[5], [3]], [[[0], [0]], [[0], [0]]])
    assert price_ranges(rivals.solve()) == {0: (F(3), F(5))}
    assert price_ranges(rivals.replace(tips=False).solve()) == {0: (F(3), F(5))}


def test_pictures_show_the_trades():
    snapshot = town(4, 3, 4, rng=2)
    solution = snapshot.market.solve()
    columns = solution.plot()
    assert len(columns.lines) == sum(snapshot.market.shape) + 2 * len(solution.transactions)
    on_map = solution.plot(places=snapshot.places)
    assert len(on_map.lines) == len(solution.transactions)
    with pytest.raises(InputError, match=r"places\.couriers"):
        solution.plot(places={**snapshot.places, "couriers": []})
    for ax in (columns, on_map):
        ax.figure.savefig(io.BytesIO())
        matplotlib.pyplot.close(ax.figure)


def test_no_picture_of_nothing():
    with pytest.raises(SuasionError, match="no matching"):
        DeliveryMarket([[5, 2], [3, 4]], [[[1, 1], [1, 1]]], tips=False).solve().plot()


def test_a_growing_fleet():
    with_tips, without = growing_fleet(CORNERS)
    assert [s.lower for s in with_tips.solutions] == [5, 7]
    assert [s.grade for s in without.solutions] == ["infeasible", "exact"]
    ax = draw_couriers(with_tips, without)
    assert [line.get_label() for line in ax.lines] == ["with tips", "without tips"]
    matplotlib.pyplot.close(ax.figure)
    with pytest.raises(InputError, match="couriers: a number from 1 to 2"):
        CORNERS.fleet(3)
