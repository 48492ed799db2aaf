"""Tables: the same rows as text, LaTeX, CSV and data frame; sweeps and their curves."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction as F

import pytest

from dual.errors import SuasionError
from persuasion import Persuasion
from transport.road.sweep import sweep
from transport.road.table import Table

ROWS = [["convict & more", F(3, 5)], ["acquit", None], ["0.50", F(1, 3**50)]]
TABLE = Table("signals", ["action", "probability"], ROWS)
COURT = Persuasion(["7/10", "3/10"], sender=[[0, 1], [0, 1]], receiver=[[1, 0], [0, 1]])


def test_forms():
    assert TABLE.text().splitlines()[0] == "signals"
    assert "3/5" in TABLE.text()
    assert r"convict \& more" in TABLE.latex()
    assert TABLE.latex().startswith(r"\begin{tabular}")
    rows = list(csv.reader(io.StringIO(TABLE.csv())))
    assert rows == [["action", "probability"], ["convict & more", "3/5"], ["acquit", ""], ["0.50", f"1/{3**50}"]]
    frame = TABLE.to_pandas()
    assert list(frame.columns) == ["action", "probability"]
    assert frame["probability"][0] == 0.6
    assert "0.50" in TABLE.text()


def test_a_long_table_is_cut_for_a_page_only():
    wide = Table("sums", ["", *map(str, range(40))], [[i, *(i + j for j in range(40))] for i in range(100)])
    cut = wide.cut()
    assert cut.title == "sums (100 rows, 41 columns)"
    assert (len(cut.header), len(cut.rows)) == (16, 60)
    assert cut.rows[0][:3] == [0, 0, 1]
    assert cut.rows[-1][0] == 99
    assert cut.rows[-1][-1] == 99 + 39
    assert cut.header[cut.rows[-1].index("...")] == "..."
    assert len(wide.to_pandas()) == 100
    assert TABLE.cut() is TABLE
    one_state_more = Persuasion([F(1, 30)] * 30, sender=[[0, 1]] * 30, receiver=[[1, 0]] * 30).solve()
    assert max(map(len, one_state_more.summary().splitlines())) < 200
    assert len(one_state_more.tables()[0].header) == 32


def test_sweeps_side_by_side_equal_sweeps_in_turn():
    points = ["1/5", "1/4", "1/3"]
    with ThreadPoolExecutor(2) as pool:
        beside = sweep(COURT, "prior", points, executor=pool)
    assert beside.solutions == sweep(COURT, "prior", points).solutions
    assert [s.lower for s in beside.solutions] == [F(2, 5), F(1, 2), F(2, 3)]
    assert len(beside) == 3


def test_a_sweep_is_drawn_over_numbers_only():
    curve = sweep(COURT, "prior", ["1/5", 0.25])
    ax = curve.plot()
    assert list(ax.lines[0].get_ydata()) == [0.4, 0.5]
    assert ax.get_xlabel() == "prior"
    with pytest.raises(SuasionError, match="does not take numbers"):
        sweep(COURT, "sender[0]", [[0, 1]]).plot()


def test_a_grid_of_two_parameters():
    # If a wrong conviction loses k, the convicted are innocent with probability 1/(1 + k): the value is (1 + 1/k) p.
    grid = sweep(COURT, {"receiver[0][0]": [1, 2, 3], "prior": ["1/5", "1/4"]})
    assert grid.parameters == ("receiver[0][0]", "prior")
    assert [s.lower for s in grid] == [(1 + F(1, k)) * p for k in (1, 2, 3) for p in (F(1, 5), F(1, 4))]
    assert grid.values == tuple((k, p) for k in (1, 2, 3) for p in ("1/5", "1/4"))
    assert grid.table().header[:4] == ["receiver[0][0]", "prior", "lower", "upper"]
    assert list(grid.to_pandas(exact=True)["receiver[0][0]"]) == [1, 1, 2, 2, 3, 3]
    assert grid[2:4].values == ((2, "1/5"), (2, "1/4"))
    ax = grid.plot()
    assert [list(line.get_ydata()) for line in ax.lines][1] == [0.3, 0.375]
    assert ax.get_legend().get_texts()[0].get_text() == "receiver[0][0] = 1"
    assert len(sweep(COURT, {"receiver[0][0]": range(1, 11), "prior": ["1/5"]}).plot().lines) == 10


@pytest.mark.parametrize(
    ("parameter", "values", "message"),
    [
        ({"prior": ["1/5"]}, ["1/5"], "values: each parameter comes with its values"),
        ({}, None, "parameter: at least one"),
        ({"prior": ["1/5"], "sender[0][0]": None}, None, r"sender\[0\]\[0\]: the values it takes are needed"),
        ({"prior": ["1/5"], "sender[2][0]": [1]}, None, r"sender\[2\]\[0\]: a problem of kind persuasion has no such"),
    ],
)
def test_a_grid_that_is_none(parameter, values, message):
    with pytest.raises(SuasionError, match=message):
        sweep(COURT, parameter, values)
