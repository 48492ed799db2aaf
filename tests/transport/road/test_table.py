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
