"""Optimal transport: exact answers, hostile scalings, and refusals."""

import itertools
import json
from fractions import Fraction as F

import numpy as np
import pytest

import dual
from dual.errors import InputError
from suasion.registry import Faster
from transport import Transport, plan


def best_assignment(gain):
    """By brute force."""
    n = len(gain)
    return max(sum(gain[i][order[i]] for i in range(n)) for order in itertools.permutations(range(n)))


@pytest.mark.parametrize("seed", range(20))
def test_unit_masses_give_the_best_assignment(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 7))
    gain = rng.integers(-5, 6, size=(n, n))
    solution = Transport([1] * n, [1] * n, gain=gain).solve()
    assert solution.lower == solution.upper == best_assignment(gain.tolist())
    assert solution.verify().accepted


def on_a_line(points, masses, others, other_masses):
    """The least cost on a line: the integral of the difference of the distribution functions."""
    events = sorted(
        [(x, m) for x, m in zip(points, masses, strict=True)]
        + [(y, -m) for y, m in zip(others, other_masses, strict=True)]
    )
    total, height, last = F(0), F(0), events[0][0]
    for at, mass in events:
        total += abs(height) * (at - last)
        height, last = height + mass, at
    return total


@pytest.mark.parametrize("seed", range(10))
def test_distance_on_a_line(seed):
    rng = np.random.default_rng(seed)
    n, m = rng.integers(1, 30, size=2)
    x, y = ([F(int(k), 12) for k in rng.integers(0, 60, size=size)] for size in (n, m))
    a = [F(int(k)) for k in rng.integers(0, 9, size=n)]
    b = [F(int(k)) for k in rng.integers(1, 9, size=m)]
    a[0] += 1
    scale = sum(a) / sum(b)
    b = [scale * mass for mass in b]
    solution = Transport(a, b, cost=[[abs(p - q) for q in y] for p in x]).solve()
    known = on_a_line(x, a, y, b)
    assert solution.cost_bounds == (known, known)
    assert solution.grade == "exact"


@pytest.mark.parametrize("factor", [F(1, 10**12), F(1), F(10**12)])
def test_scaled_costs_cannot_mislead(factor):
    rng = np.random.default_rng(4)
    cost = rng.integers(0, 1000, size=(30, 40))
    source, target = rng.integers(1, 50, size=30), rng.integers(1, 50, size=40)
    target[0] += max(0, source.sum() - target.sum())
    source[0] += max(0, target.sum() - source.sum())
    plain = plan(source, target, cost=cost)
    scaled = plan(source, target, cost=[[factor * int(entry) for entry in row] for row in cost])
    assert plain.grade == scaled.grade == "exact"
    assert scaled.lower == factor * plain.lower


def test_random_floats_of_moderate_size_are_exact_or_proven_within_a_billionth():
    rng = np.random.default_rng(9)
    source, target = rng.random(60), rng.random(50)
    target *= source.sum() / target.sum()
    solution = Transport(source, target, gain=rng.random((60, 50))).solve()
    assert solution.verify().accepted
    assert solution.upper - solution.lower <= F(1, 10**9)


def test_a_solver_that_fails_silently_cannot_mislead(monkeypatch):
    import transport.coupling.balanced as module

    rng = np.random.default_rng(2)
    gain = rng.integers(0, 100, size=(12, 15))
    source, target = [5] * 12, [4] * 15
    truth = Transport(source, target, gain=gain).solve().lower

    def wrong(_statement, floats, _effort):
        plan = rng.random(floats.shape)
        return plan, floats.max(axis=1) - 7, np.full(floats.shape[1], 3.0), None

    monkeypatch.setattr(module, "_FLOW_CELLS", 0)
    monkeypatch.setattr(module, "_float_plan", wrong)
    mended = Transport(source, target, gain=gain).solve()
    assert (mended.lower, mended.upper) == (truth, truth)
    assert mended.solver["method"] == "network-simplex-mended"
    repaired = Transport(source, target, gain=gain).solve(gap=1e-9)
    assert repaired.grade == "bounded"
    assert repaired.lower <= truth <= repaired.upper
    assert repaired.verify().accepted


def test_totals_off_by_rounding_are_corrected_and_others_mean_at_most():
    tenth = [0.1] * 10
    assert Transport(tenth, [1.0], gain=[[1]] * 10).solve().lower == 1
    uneven = [1 / 3 + 1e-13, 2 / 3]
    assert Transport(uneven, [0.5, 0.5], gain=[[1, 0], [0, 1]]).solve().grade == "exact"
    assert Transport(["1/3", "1/3"], ["1/2", "1/2"], gain=[[1, 0], [0, 1]]).solve().lower == F(2, 3)
    assert Transport([0.5, 0.4], [0.5, 0.5], gain=[[1, 0], [0, 1]]).solve().lower == F(9, 10)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"source": [-1, 2]}, r"source\[0\]"),
        ({"gain": [[0, float("nan")], [1, 1]]}, r"gain\[0\]\[1\]"),
        ({"gain": [[0, 1, 2], [1, 1, 1]]}, "gain"),
        ({"cost": [[0, 1], [1, 0]]}, "exactly one"),
        ({"target": []}, "target"),
    ],
)
def test_bad_statements_are_refused(fields, message):
    good = {"source": [1, 1], "target": [1, 1], "gain": [[0, 1], [1, 0]]}
    with pytest.raises(InputError, match=message):
        Transport(**(good | fields))


def test_tampered_witnesses_are_refused_alike_by_both_checks():
    solution = Transport([1, 2], [2, 1], gain=[[3, 1], [0, 5]]).solve()
    document = json.loads(json.dumps(solution.document()))
    document["dual"]["potentials"]["source"][1] = str(F(document["dual"]["potentials"]["source"][1]) - F(1, 10**12))
    plain, fast = dual.verify(document), dual.verify(document, faster=Faster())
    assert plain.violation == fast.violation
    assert "gain[1]" in plain.violation
    document = json.loads(json.dumps(solution.document()))
    document["primal"]["plan"][0][2] = "1/2"
    assert "sum to" in dual.verify(document).violation


def test_no_mass_at_all():
    assert Transport([0, 0], [0], gain=[[1], [2]]).solve().lower == 0


def test_gains_of_very_different_sizes_do_not_keep_the_network_simplex_method_going():
    """Rounding makes it cycle; within the pivots it is given it ends, and the exact way takes over."""
    rng = np.random.default_rng(7)
    gain = [[F(int(rng.integers(-99, 100))) * F(10) ** int(rng.integers(-9, 10)) for _ in range(12)] for _ in range(9)]
    solution = Transport([F(1, 9)] * 9, [F(1, 12)] * 12, gain=gain).solve()
    assert solution.grade == "exact"
