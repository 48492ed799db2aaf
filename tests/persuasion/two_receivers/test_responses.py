"""One receiver's best response: a concavification, and never worse than what it answers."""

import numpy as np
import pytest
from scipy.optimize import linprog

from persuasion.two_receivers.near import coarse_to_fine
from persuasion.two_receivers.pairs import Pairs
from persuasion.two_receivers.responses import line, supporting_line
from transport.programs.columns import Multipliers, Stop, generate


@pytest.mark.parametrize("seed", range(40))
def test_the_supporting_line_is_the_lowest_at_the_prior(seed):
    rng = np.random.default_rng(seed)
    x = np.unique(np.concatenate([[0.0], rng.integers(1, 20, size=rng.integers(1, 12)) / 20, [1.0]]))
    heights = rng.integers(-5, 6, size=len(x)).astype(float)
    prior = float(rng.choice(x)) if seed % 2 else float(rng.uniform(0.01, 0.99))
    prices = supporting_line(x, heights, prior)
    assert (line(prices, x) >= heights - 1e-12).all()
    best = linprog([1 - prior, prior], -np.stack([1 - x, x], axis=1), -heights, bounds=(None, None)).fun
    assert line(prices, np.array(prior)) == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_responses_bound_what_they_name_and_improve_on_what_was_asked(seed):
    rng = np.random.default_rng(seed)
    x, y = (np.linspace(0, 1, int(n)) for n in rng.integers(3, 30, size=2))
    if seed % 3 == 1:
        x, y = x[1:-1] * 0.9, y[:-1]
    prior = float(rng.uniform(max(x[0], y[0]), min(x[-1], y[-1])))
    client = Pairs(prior, x, y, [rng.normal(size=(len(x), len(y))) for _ in range(2)])
    asked = rng.normal(size=client.rows)
    found = client.price(Multipliers(asked))
    assert client.masses @ found.best <= client.masses @ client.scan(asked).best + 1e-12
    assert (client.scan(found.duals).best <= found.best + 1e-9).all()
    best = generate(client, Stop(1e-11)).value
    assert client.masses @ found.best >= best - 1e-9


def test_idle_rows_are_met_by_both_states():
    rng = np.random.default_rng(4)
    x = np.linspace(0, 1, 21)
    client = Pairs(0.3, x, x, [rng.random((21, 21)) for _ in range(2)])
    asked = rng.normal(size=client.rows)
    bare = client.split(client.price(Multipliers(asked, np.zeros(2))).ids)
    state, *places = client.split(client.price(Multipliers(asked, np.zeros(2), np.ones(client.rows, dtype=bool))).ids)
    for met, own in zip(bare[1:], places, strict=True):
        inner = set(met.tolist()) - {0, 20}
        assert inner
        assert all(inner <= set(own[state == s].tolist()) for s in (0, 1))


def test_smooth_utilities_take_few_rounds_on_fine_grids():
    x = np.linspace(0, 1, 401)
    utility = [np.sin(3 * x)[:, None] * np.cos(4 * x), np.cos(5 * np.outer(x, x))]
    found = coarse_to_fine(Pairs(0.4, x, x, utility), Stop(1e-10))
    assert found.bound - found.value <= 1e-9
    assert found.passes <= 20


def test_a_posterior_that_no_message_leads_to_asks_nothing_of_the_line():
    found = supporting_line(np.array([0.0, 1.0]), np.array([-np.inf, 0.5]), 1.0)
    assert found[1] == 0.5
    assert np.isfinite(found).all()
