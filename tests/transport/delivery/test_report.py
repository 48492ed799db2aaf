"""The comparison with and without tips, price ranges, and pictures."""

import io
from fractions import Fraction as F

import matplotlib
import numpy as np
import pytest

from dual.errors import InputError, SuasionError
from tests.transport.delivery.programs import program, random_market
from transport.datasets import town
from transport.delivery import DeliveryMarket
from transport.delivery.fleet import growing_fleet
from transport.delivery.picture import draw_couriers
from transport.delivery.report import price_ranges

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


def test_who_gains_adds_up_to_what_sides_gain():
    found = CORNERS.compare()
    changes = [row[3] for row in found.agents().rows]
    gains = found.gains()
    assert sum(changes[:2]) == gains["buyers"]
    assert sum(changes[2:4]) == gains["stores"]
    assert sum(changes[4:]) == gains["couriers"]
    assert all(after - before == change for _, before, after, change in found.agents().rows)


def test_quotes_keep_everybody_at_the_own_trade():
    solution = CORNERS.solve()
    totals, tips, pay = solution.quotes()
    for i, row in enumerate(totals.rows):
        left = [CORNERS.values[i][j] - F(cell.rstrip("*")) for j, cell in enumerate(row[1:])]
        assert max(*left, 0) == solution.buyer_utilities[i] == left[i]
    for i in range(2):
        for j in range(2):
            quoted = F(tips.rows[i][1 + j].rstrip("*")) + F(pay.rows[i][1 + j].rstrip("*"))
            for k, has in enumerate(solution.courier_utilities):
                assert quoted - CORNERS.costs.at(k, i, j) <= has
    assert [cell.endswith("*") for row in tips.rows for cell in row[1:]] == [True, False, False, True]
    with pytest.raises(SuasionError, match="no prices"):
        CORNERS.replace(objective="efficient").solve().quotes()
    many = DeliveryMarket(
        [[1] * 30] * 14, {"centre": "store", "courier_store": [[1] * 30], "buyer_store": [[0] * 30] * 14}
    )
    with pytest.raises(SuasionError, match="too many pairs"):
        many.solve().quotes()


def test_no_equilibrium_to_compare_with():
    found = DeliveryMarket([[5, 2], [3, 4]], [[[1, 1], [1, 1]]]).compare()
    assert found.without_tips.grade == "infeasible"
    assert found.gains() == {}
    assert not found.agents().rows
    assert "infeasible" in found.table().text()
    assert "without tips" not in found.price_ranges().text()


def test_price_ranges_by_hand():
    """One trade of value 5: the idle courier (4) makes the buyer or the store claim 1; with tips no more is needed."""
    market = DeliveryMarket([[5]], [[[2]], [[4]]])
    assert price_ranges(market.solve()) == {0: (F(0), F(5))}
    rivals = DeliveryMarket([[5], [3]], [[[0], [0]], [[0], [0]]])
    assert price_ranges(rivals.solve()) == {0: (F(3), F(5))}
    assert price_ranges(rivals.replace(tips=False).solve()) == {0: (F(3), F(5))}


def test_price_ranges_against_programs():
    """The least and the greatest of every price alone, by programs in floats."""
    from scipy.optimize import linprog

    rng = np.random.default_rng(2)
    for trial in range(12):
        market = random_market(rng, (5, 5, 6), 9).replace(tips=bool(trial % 2))
        solution = market.solve()
        if not solution.priced:
            continue
        rows, sides, bounds = program(market, solution.transactions, market.statement.tips)
        for j, ends in price_ranges(solution).items():
            price = np.zeros(len(bounds))
            price[market.shape[0] + j] = 1
            found = [linprog(sign * price, rows, sides, bounds=bounds).fun * sign for sign in (1, -1)]
            assert found == pytest.approx([float(end) for end in ends], abs=1e-7)


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
