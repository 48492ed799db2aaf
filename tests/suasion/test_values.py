"""Problems and solutions are values; what holds for every kind is tested in ``tests/test_every_kind.py``."""

import subprocess
import sys
import textwrap
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction as F

import numpy as np
import pytest

import suasion
from persuasion import Persuasion, PrivatePersuasion, TwoReceiverPersuasion
from transport import Transport

COURT = Persuasion(
    ["7/10", "3/10"], [[0, 1], [0, 1]], [[1, 0], [0, 1]], states=["innocent", "guilty"], name="court & jury"
)


def test_what_is_shown_of_the_court():
    assert repr(COURT) == "Persuasion(states=2, actions=2, name='court & jury')"
    solution = COURT.solve()
    assert repr(solution) == "PersuasionSolution(value=3/5 = 0.6, grade='exact')"
    page = COURT._repr_html_()
    assert "court &amp; jury" in page
    assert "innocent" in page
    assert "7/10" in page
    assert "P(guilty)" in solution._repr_html_()
    assert repr(solution.value_curve(values=["1/2"])) == "Sweep('prior', 1 solutions)"
    assert "<table>" in solution.value_curve(values=["1/2"])._repr_html_()


def test_problems_that_ask_the_same_are_the_same():
    assert COURT.replace(name="another name") == COURT
    assert hash(COURT) == hash(COURT.replace(name="another name"))
    assert COURT.replace(prior=["1/2", "1/2"]) != COURT
    assert len({COURT, COURT.replace(name="x"), COURT.replace(prior=["1/2", "1/2"])}) == 2


def test_a_curve_is_solved_by_other_processes():
    solution = COURT.solve()
    with ProcessPoolExecutor(2) as executor:
        curve = solution.value_curve(values=["1/10", "1/4", "1/2"], executor=executor)
    assert [s.lower for s in curve.solutions] == [F(1, 5), F(1, 2), F(1)]
    assert [s.problem.prior[1] for s in curve.solutions] == [F(1, 10), F(1, 4), F(1, 2)]
    assert all(s.verify().accepted for s in curve.solutions)


def test_the_arrays_of_a_witness():
    arrays = COURT.solve().arrays()
    assert set(arrays) == {"signals.action", "signals.joint", "prices", "multipliers"}
    assert all(array.dtype == np.float64 for array in arrays.values())
    assert arrays["signals.joint"].tolist() == [[0.4, 0.0], [0.3, 0.3]]
    assert arrays["signals.action"].tolist() == [0, 1]
    assert arrays["prices"].tolist() == [0, 2]
    assert arrays["multipliers"].shape == (2, 2)


def test_listed_masses_make_a_full_array():
    arrays = Transport([1, 2], [2, 1], gain=[[1, 0], [0, 1]]).solve().arrays()
    assert arrays["plan"].sum(axis=0).tolist() == [2, 1]
    assert arrays["plan"].sum(axis=1).tolist() == [1, 2]
    assert set(arrays) == {"plan", "potentials.source", "potentials.target"}


def test_suasion_solve_takes_what_a_problem_takes():
    problem = TwoReceiverPersuasion("1/2", "(x - y)**2", grid=["0", "1/2", "1"])
    solution = suasion.solve(problem, gap=0, rounds=50)
    assert solution == problem.solve(gap=0, rounds=50)
    with pytest.raises(suasion.InputError, match="gap: a gap is a number >= 0"):
        suasion.solve(problem, gap=-1)
    with pytest.raises(suasion.InputError, match="rounds: at least one"):
        suasion.solve(problem, rounds=0)


def test_a_refused_proof_that_nothing_is_feasible_is_dropped():
    """The posteriors 2/5 and 1/2 do not average to the prior 7/10; a direction that proves nothing is refused."""
    problem = PrivatePersuasion(["3/10", "7/10"], grids=[[["3/5", "2/5"], ["1/2", "1/2"]]], utility=[[1, 1], [1, 1]])
    honest = problem.solve()
    assert honest.grade == "infeasible"
    from transport.road.methods import Found

    lie = Found(None, {"receiver": 0, "direction": [1, 1]}, "a lie", infeasible=True)
    refused = type(honest).certified(problem, lie)
    assert (refused.grade, refused.dual) == ("unproven", None)
    assert "not negative at the prior" in refused.solver["refused"]
    assert refused.verify().accepted


def test_an_accelerated_check_is_named_in_the_solution():
    assert Transport([1], [1], gain=[[1]]).solve().solver["accelerated"] is True
    assert "accelerated" not in COURT.solve().solver


SCRIPT = """
import suasion
from persuasion import (
    Concavification, CostlyPersuasion, Game, MeanPersuasion, Persuasion, PrivatePersuasion, Prompting,
    TwoReceiverPersuasion
)
from transport import AssignmentMarket, DeliveryMarket, TradingNetwork, Transport

court = Persuasion(["7/10", "3/10"], [[0, 1], [0, 1]], [[1, 0], [0, 1]])
reveal_type(court.solve())
reveal_type(court.solve().problem)
reveal_type(court.solve().signals)
reveal_type(court.replace(prior=[1, 0]).solve())
reveal_type(suasion.solve(court))
reveal_type(Concavification(["1/2", "1/2"], value="p").solve())
reveal_type(CostlyPersuasion(["1/2", "1/2"], [[0], [0]], [[0], [0]], cost={"quadratic": 1}).solve())
reveal_type(MeanPersuasion({"uniform": [0, 1]}, "m").solve())
reveal_type(PrivatePersuasion(["1"], utility=[[1]], grids=[[["1"]]]).solve())
reveal_type(TwoReceiverPersuasion("1/2", "x*y", domain="square").solve())
reveal_type(Transport([1], [1], gain=[[1]]).solve())
reveal_type(TradingNetwork([[1]]).solve())
reveal_type(AssignmentMarket([[1]]).solve())
reveal_type(DeliveryMarket([[1]], [[[0]]]).solve())
chicken = Game([1], [[[[6, 2], [7, 0]]], [[[6, 7], [2, 0]]]])
reveal_type(chicken.solve())
reveal_type(chicken.solve().plan)
reveal_type(chicken.payoff_set().solve())
reveal_type(chicken.payoff_set().solve().vertices)
reveal_type(Prompting([[1]], [[1]]).solve())
reveal_type(court.solve().value_curve().solutions)
reveal_type(DeliveryMarket([[1]], [[[0]]]).solve().problem)
"""
REVEALED = [
    "PersuasionSolution",
    "Persuasion",
    "tuple[persuasion.experiment.Signal, ...]",
    "PersuasionSolution",
    "PersuasionSolution",
    "ConcavificationSolution",
    "CostlyPersuasionSolution",
    "MeanPersuasionSolution",
    "PrivateSolution",
    "TwoReceiverSolution",
    "TransportSolution",
    "TradingNetworkSolution",
    "TradingNetworkSolution",
    "DeliverySolution",
    "GameSolution",
    "typing.Mapping[tuple[int, tuple[int, ...]], typing.Mapping[tuple[int, ...], fractions.Fraction]]",
    "PayoffSetSolution",
    "list[tuple[fractions.Fraction, fractions.Fraction]]",
    "PromptingSolution",
    "tuple[persuasion.finite.problem.PersuasionSolution, ...]",
    "DeliveryMarket",
]


def test_a_users_script_keeps_its_types(tmp_path):
    script = tmp_path / "script.py"
    classes = [suasion.registry.class_of(kind) for kind in suasion.kinds()]
    anybody = "".join(
        f"\ndef f{k}(p: suasion.{c.__name__}) -> None:\n    reveal_type(p.solve())\n" for k, c in enumerate(classes)
    )
    script.write_text(textwrap.dedent(SCRIPT) + anybody)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", str(script)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    lines = [line.split('"')[1] for line in done.stdout.splitlines() if "Revealed type" in line]
    expected = [*REVEALED, *(c.solution_class.__name__ for c in classes)]
    assert [line if "[" in line else line.rsplit(".", 1)[-1] for line in lines] == expected, done.stdout
    assert done.returncode == 0, done.stdout


def test_a_misspelled_field_of_a_constructor_is_named():
    with pytest.raises(suasion.InputError, match='nmae: unknown field; did you mean "name"'):
        Persuasion(["1"], [[0]], [[0]], nmae="court")
