"""News of a long solve: who is told, and a clock that runs between two pieces of news."""

import io
import sys
import time
import warnings
from fractions import Fraction as F

import suasion
from transport.programs import progress
from transport.programs.progress import clock, listening


def test_who_listens():
    told = []
    for asked, expected in ((None, None), (False, None), (told.append, told.append)):
        with listening(asked) as found:
            assert found == expected


def test_the_clock_runs_between_news(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "_TICK", 0.05)
    with clock() as tell:
        tell("the only news")
        begun = stream.getvalue().count("the only news")
        deadline = time.monotonic() + 30
        while stream.getvalue().count("the only news") < begun + 3 and time.monotonic() < deadline:
            time.sleep(0.05)
    assert stream.getvalue().count("the only news") >= begun + 3


def test_a_notebook_without_widgets_gets_plain_text(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setitem(sys.modules, "ipykernel", sys)
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with clock() as tell:
            tell("news")
    assert "news" in stream.getvalue()


def test_true_shows_a_line_for_a_solve_a_sweep_and_a_family(capsys):
    court = suasion.Persuasion(["7/10", "3/10"], [[0, 1], [0, 1]], [[1, 0], [0, 1]])
    assert court.solve(progress=True).lower == court.solve(progress=False).lower
    assert len(court.solve().value_curve("prior", ["1/4", "1/2"], progress=True).solutions) == 2
    assert court.family("prior", 0, 1).solve(progress=True).value("1/4") == F(1, 2)
    assert suasion.solve(court, progress=True).grade == "exact"
    assert "00:00" in capsys.readouterr().err
