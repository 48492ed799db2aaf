"""Price lists for two bidders: played out on random values, against separate auctions, and what is refused."""

import copy
import re
from fractions import Fraction as F
from functools import cache

import numpy as np
import pytest

import dual
from dual.kinds.mechanisms import lists
from transport import Mechanism
from transport.mechanisms.lists import price_lists

UNIT = {"uniform": [0, 1]}


@cache
def solved():
    return Mechanism(laws=[UNIT] * 2, bidders=2).solve(rounds=1).document()


def test_nobody_gets_what_the_other_has_and_revenue_is_what_is_said():
    """The auction itself, played 100,000 times: who takes what from which list."""
    n = 6
    found = price_lists(n)
    rng = np.random.default_rng(1)
    values = rng.random((2, 100_000, 2))
    cells = (values * n).astype(int)
    single, both = (np.array([float(one) for one in table]).reshape(2, n, n) for table in (found.single, found.both))
    paid, taken = 0.0, []
    for r in range(2):
        (v, w), (k, j) = values[r].T, cells[1 - r].T
        prices = np.array([0 * v, single[r, k, j], single[r, j, k], both[r, k, j]])
        choice = np.argmax(np.array([0 * v, v, w, v + w]) - prices, axis=0)
        paid += np.take_along_axis(prices, choice[None], 0).mean()
        taken.append(np.array([choice % 2 == 1, choice >= 2]))
    assert not (taken[0] & taken[1]).any()
    statement = Mechanism(laws=[UNIT] * 2, bidders=2).statement
    assert float(lists.lower(statement, found)) == pytest.approx(paid, abs=4e-3)


def test_lists_earn_more_than_separate_auctions_and_scale():
    for b in (1, F(1, 10**6), 7):
        statement = Mechanism(laws=[{"uniform": [0, b]}] * 2, bidders=2).statement
        assert F(84, 100) < lists.lower(statement, price_lists(6)) / b < F(88, 100)


def test_second_prices_are_lists():
    """No reserve, items one by one: the auction of two second prices earns twice 1/3, up to the grid's square."""
    n = 5
    ends = [[lists.ends(r, k, n) for k in range(n)] for r in range(2)]
    single = [[[ends[r][k] for _ in range(n)] for k in range(n)] for r in range(2)]
    both = [[[ends[r][k] + ends[r][j] for j in range(n)] for k in range(n)] for r in range(2)]
    statement = Mechanism(laws=[UNIT] * 2, bidders=2).statement
    read = lists.PriceLists.read({"intervals": n, "single": single, "both": both}, statement)
    assert abs(lists.lower(statement, read) - F(2, 3)) <= F(1, n**2)


@pytest.mark.parametrize("incentives", ["DSIC", "BIC"])
def test_the_bracket(incentives):
    solution = Mechanism(laws=[UNIT] * 2, bidders=2, incentives=incentives).solve(rounds=1)
    assert F(".853") < solution.lower < F(".8802") < solution.upper
    assert dual.verify(solution.document()).accepted
    assert "both" in solution.tables()[0].text()
    pytest.importorskip("matplotlib")
    assert "price of both" in solution.plot().get_title()


def test_no_time_gives_separate_auctions():
    solution = Mechanism(laws=[UNIT] * 2, bidders=2).solve(time_limit=0)
    assert solution.lower == F(5, 6)
    assert F(4, 3) <= solution.upper < F(4, 3) + F(1, 10**12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["primal"]["single"][1][2].__setitem__(3, 0), "single.1, 2, 3. = 0, less than"),
        (lambda d: d["primal"]["both"][0][5].__setitem__(7, 0), "both.0, 5, 7. = 0, less than"),
        (lambda d: d["primal"]["both"][0][5].__setitem__(7, 2), "is not both"),
        (lambda d: d["primal"].update(intervals=3), "single"),
    ],
)
def test_a_forged_file_is_refused(change, message):
    document = copy.deepcopy(solved())
    document["primal"] = {
        name: getattr(value, "tolist", lambda value=value: value)() for name, value in document["primal"].items()
    }
    change(document)
    violation = dual.verify(document).violation
    assert violation is not None
    assert re.search(message, violation)
