"""Five scripts as a newcomer would write them, each from data to an answer, and a notebook's cells."""

import io
import itertools
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction as F

import numpy as np
import pandas as pd

import suasion


def test_a_prosecutor_is_swept():
    court = suasion.Persuasion(
        prior={"innocent": 0.7, "guilty": 0.3},
        sender=pd.DataFrame(0, ["innocent", "guilty"], ["acquit", "convict"]).assign(convict=1),
        receiver=lambda state, action: (state == "guilty") == (action == "convict"),
    )
    table = court.solve().value_curve("prior", np.linspace(0, 1, 21)).to_pandas()
    # Twice the probability of guilt, until everybody is convicted.
    assert table["lower"].tolist() == [float(min(F(k, 10), 1)) for k in range(21)]
    grid = [
        [court.replace(prior=[1 - p, p]).replace(receiver=[[1, 0], [0, r]]).solve().lower for r in (1, 2)]
        for p in (0.2, 0.3)
    ]
    # With a payoff r of convicting the guilty she does so from p = 1/(1+r) on: innocents at the rate r p/(1-p).
    assert grid == [[F(2, 5), F(3, 5)], [F(3, 5), F(9, 10)]]


def test_two_receivers_by_a_function():
    problem = suasion.TwoReceiverPersuasion(0.5, lambda x, y: (x - y) ** 2, grid=np.linspace(0, 1, 17))
    solution = problem.solve()
    assert solution.lower == F(1, 4)
    assert solution.summary().count("read as") <= 2
    plan = solution.to_numpy()
    assert plan["plan.l"].shape == plan["plan.h"].shape == (17, 17)
    assert plan["plan.l"].sum() + plan["plan.h"].sum() == 1


def test_voters_by_a_function():
    wish = pd.DataFrame({"no": [0, 0], "yes": [-1, 1]})
    problem = suasion.PrivatePersuasion.from_game(
        [0.7, 0.3], lambda _, *votes: sum(votes) >= 2, [wish] * 3, name="a majority of three"
    )
    solution = problem.solve()
    # In state 0 two of three hear "yes": every "yes" of the other state, 3 * 3/10 in all, carries as many.
    brute = F(3, 10) + min(F(7, 10), 3 * F(3, 10) / 2)
    assert solution.lower == brute == F(3, 4)
    assert len(solution.plan) == 2


def test_a_delivery_market_from_csv():
    orders = pd.read_csv(io.StringIO("buyer,store,value\nAnn,deli,9\nAnn,wok,4\nBob,deli,7\nBob,wok,6\n"))
    legs = pd.read_csv(io.StringIO("courier,store,cost\nKim,deli,1\nKim,wok,2\nLee,deli,2\nLee,wok,1\n"))
    walks = pd.read_csv(io.StringIO("store,buyer,cost\ndeli,Ann,1\ndeli,Bob,2\nwok,Ann,3\nwok,Bob,1\n"))
    values = orders.pivot(index="buyer", columns="store", values="value")
    costs = {
        "centre": "store",
        "courier_store": legs.pivot(index="courier", columns="store", values="cost"),
        "buyer_store": walks.pivot(index="buyer", columns="store", values="cost"),
    }
    market = suasion.DeliveryMarket(values, costs, stores=["wok", "deli"])
    assert market.names == (("Ann", "Bob"), ("wok", "deli"), ("Kim", "Lee"))
    assert market.costs.at(0, 1, 1) == 1 + 2
    solution = market.replace(objective="efficient").solve()
    reach, walk = costs["courier_store"].to_numpy(), costs["buyer_store"].to_numpy()
    matchings = [
        sum(
            int(values.to_numpy()[i, j] - reach[k, j] - walk[i, j])
            for i, j, k in zip(range(2), stores, who, strict=True)
        )
        for stores in itertools.permutations(range(2))
        for who in itertools.permutations(range(2))
    ]
    assert solution.lower == max(matchings) == 11
    assert market.welfare([("Ann", "deli", "Kim"), ("Bob", "wok", "Lee")]) == 11


def _value(problem):
    return problem.solve()


def test_many_random_problems_in_two_processes():
    rng = np.random.default_rng(1)
    problems = [
        suasion.Persuasion(rng.random(5), rng.random((5, 4)), rng.random((5, 4)), normalise=True) for _ in range(8)
    ]
    with ProcessPoolExecutor(2) as pool:
        found = list(pool.map(_value, problems))
    assert [one.lower for one in found] == [problem.solve().lower for problem in problems]
    assert all(one.grade == "exact" and one.verify().accepted for one in found)


def test_a_notebook_shows_tables_and_no_internals():
    solution = suasion.solve("kamenica-gentzkow-2011-prosecutor")
    curve = solution.value_curve("prior", [0.1, 0.3])
    for shown in (solution, solution.problem, solution.tables()[0], curve):
        page = shown._repr_html_()
        assert "<table" in page
        assert "Fraction(" not in page
        assert "0x" not in page
        assert len(repr(shown)) < 200
