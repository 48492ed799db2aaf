"""What leaves the toolkit: arrays, frames, graphs, LaTeX, and sweeps that are sequences."""

from fractions import Fraction as F

import numpy as np
import pytest

import suasion
from dual.errors import SuasionError

COURT = suasion.Persuasion(
    ["7/10", "3/10"],
    [[0, 1], [0, 1]],
    [[1, 0], [0, 1]],
    states=["innocent", "guilty"],
    actions=["acquit", "convict"],
)


@pytest.mark.parametrize(
    "slug",
    ["kamenica-gentzkow-2011-prosecutor", "monge-1781-earth-on-a-line", "gentzkow-kamenica-2014-prosecutor-quadratic"],
)
def test_frames_make_the_same_problem_again(slug):
    problem = suasion.load(slug)
    frames = problem.to_pandas()
    assert frames
    assert problem.replace(**frames) == problem


def test_frames_have_labels_and_exact_numbers():
    frames = COURT.to_pandas()
    assert frames["sender"].loc["guilty", "convict"] == 1
    assert frames["prior"]["innocent"] == F(7, 10)
    assert suasion.Persuasion(**frames).statement == COURT.statement


def test_arrays_of_problem_and_solution():
    assert np.array_equal(COURT.to_numpy()["receiver"], np.eye(2))
    solution = COURT.solve()
    assert solution.to_numpy().keys() == solution.arrays().keys()
    assert solution.to_numpy()["signals.joint"].sum() == pytest.approx(1)


def test_tables_of_a_solution():
    frames = COURT.solve().to_pandas()
    assert frames["experiment"]["probability"].tolist() == [0.4, 0.6]
    assert COURT.solve().to_pandas(exact=True)["prices"]["price"].sum() == 2


def test_latex_with_a_caption():
    text = COURT.solve().to_latex(caption="The prosecutor.", label="tab:court")
    assert text.count(r"\begin{table}") == text.count(r"\end{table}") == 2
    assert r"\caption{Experiment. The prosecutor.}" in text
    assert r"\label{tab:court}" in text
    assert r"\label{tab:court-2}" in text
    assert r"\begin{table}" not in COURT.solve().to_latex()
    assert r"\caption{prices}" in COURT.solve().tables()[1].latex(caption="")


def test_a_sweep_is_a_sequence():
    sweep = COURT.solve().value_curve("prior", np.linspace(0, 1, 11))
    assert len(list(sweep)) == len(sweep) == 11
    assert sweep[4].lower == sweep[-7].lower == F(4, 5)
    assert [s.lower for s in sweep[1:3]] == [F(1, 5), F(2, 5)]
    assert sweep[1:3].values == sweep.values[1:3]
    table = sweep.to_pandas()
    assert table["prior"].tolist() == [k / 10 for k in range(11)]  # what was solved, not what NumPy rounded
    assert table["policy"][3] == "acquit 2/5, convict 3/5"
    assert {"no information", "full information"} <= set(table.columns)
    assert r"\caption{A curve.}" in sweep.to_latex(caption="A curve.")


def test_graphs():
    pytest.importorskip("networkx")
    network = suasion.TradingNetwork([[12, 0], [12, 11]], known=[(0, 0)], buyers=["Ann", "Bob"], sellers=["x", "y"])
    graph = network.solve().to_networkx()
    assert graph.nodes["Ann"]["side"] == "buyer"
    assert graph.edges["Bob", "x"] == {"value": 12, "known": False, "introduced": True, "traded": True, "price": 12}
    plan = suasion.Transport([1, 1], [1, 1], cost=[[0, 1], [1, 0]]).solve().to_networkx()
    assert sorted(plan.nodes) == [("source", "0"), ("source", "1"), ("target", "0"), ("target", "1")]
    market = suasion.DeliveryMarket([[5, 2], [3, 4]], [[[1, 1], [1, 1]]]).solve().to_networkx()
    assert {"buyer 0", "store 0", "courier 0"} == set(market.nodes)
    assert COURT.solve().to_networkx().edges["guilty", "convict"]["mass"] == F(3, 10)
    with pytest.raises(SuasionError, match="an answer of kind mean-persuasion is no graph here; see its tables"):
        suasion.MeanPersuasion({"uniform": [0, 1]}, "m").solve().to_networkx()
