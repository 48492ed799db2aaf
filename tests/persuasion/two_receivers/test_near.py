"""Choosing the cells that are nearly tight, and solving over them."""

import numpy as np
import pytest

from persuasion import TwoReceiverPersuasion
from persuasion.two_receivers import near
from persuasion.two_receivers.near import Near, coarse_to_fine, near_cells
from persuasion.two_receivers.pairs import Pairs
from transport.programs.columns import Multipliers, Stop, generate


def client(seed, n=40, m=30):
    rng = np.random.default_rng(seed)
    x, y = np.linspace(0, 1, n), np.unique([0, 0.4, *rng.random(m)])
    return Pairs(0.4, x, y, [rng.random((n, len(y))) for _ in range(2)], (0.5, 0.25), 2.0), rng


def every(pairs):
    """All cells that can hold mass."""
    return np.concatenate([pairs.allowed(s, *(k.ravel() for k in np.indices(pairs.shape))) for s in (0, 1)])


@pytest.mark.parametrize("seed", range(3))
def test_with_all_cells_near_prices_are_those_of_the_whole(seed):
    whole, rng = client(seed)
    part = Near(whole, every(whole))
    for at in (Multipliers(rng.normal(size=whole.rows)), Multipliers(np.zeros(whole.rows), np.array([0.1, 0.2]))):
        one, other = whole.price(at), part.price(at)
        assert np.allclose(one.best, other.best, rtol=0, atol=1e-14)
        inner = np.concatenate([(axis > 0) & (axis < 1) for axis in (whole.x, whole.y)])
        assert np.allclose(one.duals[inner], other.duals[inner], rtol=0, atol=1e-11)
        assert set(one.ids.tolist()) == set(other.ids.tolist())


@pytest.mark.parametrize("seed", range(3))
def test_the_cells_chosen_are_those_of_little_slack(seed, monkeypatch):
    whole, rng = client(seed)
    at = whole.look(rng.normal(size=whole.rows) / 10)
    slacks = []
    for state, (r, c) in enumerate(whole.sides(at.duals)):
        slacks.append(at.best[state] + r[:, None] + c - whole.worth(state, slice(None), slice(None)))
    inside = np.zeros(2 * whole.cells, dtype=bool)
    inside[every(whole)] = True
    flat = np.concatenate([one.ravel() for one in slacks])
    assert flat[inside].min() > -1e-12, "prices with these potentials majorise"
    monkeypatch.setattr(near, "_MOST", 10**6)
    for slack in (0.02, 0.1):
        assert set(near_cells(whole, at, slack).tolist()) == set(np.flatnonzero(inside & (flat < slack)).tolist())
    monkeypatch.setattr(near, "_MOST", 2)
    few = near_cells(whole, at, 1.0)
    assert 0 < len(few) < 4 * whole.rows
    assert flat[few].max() < np.sort(flat[inside])[4 * whole.rows]


def test_ties_choose_nothing():
    axis = np.linspace(0, 1, 50)
    flat = Pairs(0.5, axis, axis, [np.zeros((50, 50))] * 2)
    assert not len(near_cells(flat, flat.look(np.zeros(100)), 1.0))


@pytest.mark.parametrize("rounds", [0, 1, near._ROUNDS])
@pytest.mark.parametrize("kind", ["noise", "waves", "steps", "flat"])
def test_the_optimum_is_that_of_all_cells_however_few_rounds_choose(kind, rounds, monkeypatch):
    monkeypatch.setattr(near, "_ROUNDS", rounds)
    monkeypatch.setattr(near, "_LARGE", 100)
    rng = np.random.default_rng(7)
    x, y = np.linspace(0, 1, 83), np.unique([*np.linspace(0.1, 0.9, 67), 0.3])
    a, b = x[:, None], y[None, :]
    utility = {
        "noise": [rng.random((len(x), len(y))) for _ in range(2)],
        "waves": [np.sin(37 * a * b), np.cos(25 * (a - b) ** 2)],
        "steps": [((a >= 0.6) | (b >= 0.3)) * 1.0, ((a >= 0.8) & (b < 0.55)) * 2.0],
        "flat": [0 * a * b, 0 * a * b + 1],
    }[kind]
    whole = Pairs(0.3, x, y, utility)
    found, plain = coarse_to_fine(whole, Stop(1e-10), floor=8), generate(whole, Stop(1e-10))
    assert found.value == pytest.approx(plain.value, abs=1e-9)
    assert found.bound == pytest.approx(plain.bound, abs=1e-9)
    assert whole.masses @ whole.look(found.duals).best == pytest.approx(plain.bound, abs=1e-9)


def test_few_looks_at_all_cells_are_enough():
    rng = np.random.default_rng(3)
    axis, tables = np.linspace(0, 1, 241), rng.random((2, 241, 241))
    found = coarse_to_fine(Pairs(0.4, axis, axis, list(tables)), Stop(1e-10))
    assert found.passes <= 6
    assert found.bound - found.value <= 1e-10


@pytest.mark.parametrize("stop", [{"rounds": 1}, {"rounds": 15}, {"time_limit": 0.05}])
def test_stopping_early_leaves_proven_bounds(stop):
    rng = np.random.default_rng(5)
    axis, tables = np.linspace(0, 1, 161), rng.random((2, 161, 161))
    problem = TwoReceiverPersuasion("2/5", {"l": tables[0], "h": tables[1]}, grid=axis)
    solution = problem.solve("generated", gap=1e-9, **stop)
    assert solution.lower <= solution.upper
    assert solution.grade == "bounded"
