"""Large obedience programs by what binds: the same optimum as written out, and sparse multipliers."""

import json
from fractions import Fraction as F

import numpy as np
import pytest

import persuasion.finite.obedience as module
import suasion
from dual.checker import verify
from suasion import Persuasion


def problem(seed, states, actions, digits=0):
    rng = np.random.default_rng(seed)
    prior = rng.integers(1, 20, states)
    sender, receiver = (rng.integers(0, 100, (states, actions)).tolist() for _ in range(2))
    if digits:
        receiver = [[F(x, 10**digits) + rng.integers(0, 2) for x in row] for row in receiver]
    return Persuasion([F(int(p), int(prior.sum())) for p in prior], sender=sender, receiver=receiver)


@pytest.mark.parametrize("seed", range(12))
def test_the_optimum_is_that_of_the_program_written_out(seed, monkeypatch):
    rng = np.random.default_rng(seed)
    asked = problem(seed, int(rng.integers(1, 9)), int(rng.integers(1, 9)), digits=seed % 3)
    whole = asked.solve()
    monkeypatch.setattr(module, "_WRITTEN_OUT", 0)
    generated = asked.solve()
    assert generated.grade == whole.grade == "exact"
    assert generated.lower == whole.lower
    assert verify(generated).accepted


@pytest.mark.parametrize("scale", [F(1, 10**12), F(10**12)])
def test_badly_scaled_payoffs(scale, monkeypatch):
    asked = problem(3, 7, 6)
    whole = asked.solve()
    monkeypatch.setattr(module, "_WRITTEN_OUT", 0)
    statement = asked.statement
    stretched = asked.replace(receiver=[[scale * x for x in row] for row in statement.receiver])
    assert stretched.solve().lower == whole.lower


def test_price_discrimination_has_a_closed_form():
    # Uniform values 1..n, the seller's action is a price: with consumer surplus as the aim the market is segmented so
    # that the seller gets her uniform monopoly profit and consumers all the rest (Bergemann, Brooks and Morris 2015).
    n = 30
    values = range(1, n + 1)
    sender = [[max(v - p, 0) for p in values] for v in values]
    receiver = [[p if p <= v else 0 for p in values] for v in values]
    total = F(sum(values), n)
    profit = max(F(p * (n - p + 1), n) for p in values)
    solution = Persuasion([F(1, n)] * n, sender=sender, receiver=receiver).solve()
    assert solution.lower == solution.upper == total - profit


def test_multipliers_of_many_actions_are_written_as_a_list(tmp_path):
    solution = problem(1, 30, 40).solve()
    document = solution.document()
    listed = document["dual"]["multipliers"]
    assert all(len(entry) == 3 for entry in listed)
    assert len(listed) == sum(1 for row in solution.multipliers for y in row if y)
    solution.save(tmp_path / "solution.json")
    assert suasion.load_solution(tmp_path / "solution.json") == solution
    full = {**document["dual"], "multipliers": [[str(y) for y in row] for row in solution.multipliers]}
    assert verify(json.loads(json.dumps({**document, "dual": full}))).accepted
    for change, complaint in (
        ([*listed, listed[0]], "stands already"),
        ([*listed, [0, 40, 1]], "index from 0 to 39"),
        ([[a, b, f"-{y}"] for a, b, y in listed], "< 0"),
        (listed[1:], "not proven"),
    ):
        verdict = verify({**document, "dual": {**document["dual"], "multipliers": change}})
        assert not verdict.accepted
        assert complaint in verdict.violation or "prices[" in verdict.violation


def test_three_actions_are_a_matrix_whatever_it_looks_like():
    court = (
        Persuasion(["1/2", "1/2"], sender=[[0, 1, 1], [0, 1, 1]], receiver=[[1, 0, 0], [0, 1, 2]]).solve().document()
    )
    court["dual"]["multipliers"] = [[0, 1, 0], [0, 0, 0], [1, 0, 0]]
    assert (
        verify(court).violation is None
        or "prices" in verify(court).violation
        or "not proven" in verify(court).violation
    )
    court["dual"]["multipliers"] = [[0, 1, 1]]
    assert "3 are needed" in verify(court).violation
