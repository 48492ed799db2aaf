"""The integer program: its optimum is the market's, and nothing it says is believed."""

import itertools

import numpy as np
import pytest

import transport.trading.integer as integer
from dual.errors import SuasionError
from transport import TradingNetwork
from transport.trading.outcome import State


def market(seed: int, n: int, m: int, **rules: object) -> TradingNetwork:
    rng = np.random.default_rng(seed)
    known = [pair for pair in itertools.product(range(n), range(m)) if rng.random() < 0.4]
    costs = rng.integers(0, 3, m).tolist() if seed % 2 else [0] * m
    return TradingNetwork(rng.integers(0, 20, (n, m)), known, costs=costs, **rules)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(12))
def test_the_program_finds_what_the_tree_proves(seed: int) -> None:
    network = market(seed, 5, 4)
    proven = network.solve()
    assert proven.grade == "exact"
    for start in (None, State(network.model, ())):
        found = integer.IntegerProgram(network.model).solve(start, 60.0)
        assert found is not None
        assert network.evaluate(found).revenue == proven.lower
    solution = network.solve(method="milp")
    assert (solution.lower, solution.upper, solution.grade) == (proven.lower, proven.lower, "exact")
    assert solution.solver["method"] == "milp and branching"
    assert solution.verify().accepted


def test_an_equilibrium_is_a_point_of_the_program() -> None:
    """Every row holds at any equilibrium of introductions that trade."""
    for seed in range(10):
        network = market(seed, 6, 5)
        model = network.model
        traded = State(model, network.solve(method="entry-fee").introduced)
        program = integer.IntegerProgram(model)
        arrays, point = program.arrays(), program.point(traded)
        shape = (arrays.num_row_, arrays.num_col_)
        matrix = np.zeros(shape)
        for k in range(shape[1]):
            part = slice(arrays.a_matrix_.start_[k], arrays.a_matrix_.start_[k + 1])
            matrix[np.asarray(arrays.a_matrix_.index_)[part], k] = np.asarray(arrays.a_matrix_.value_)[part]
        activity = matrix @ point
        assert (activity <= np.asarray(arrays.row_upper_) + 1e-7).all()
        assert (activity >= np.asarray(arrays.row_lower_) - 1e-7).all()
        earned = float(np.asarray(arrays.col_cost_) @ point) * program.scale
        assert earned == pytest.approx(traded.revenue)


def test_pairs_at_a_loss_are_left_out() -> None:
    network = TradingNetwork([[12, 0], [12, 11]], [(0, 0)])
    assert integer.IntegerProgram(network.model).solve(None, 60.0) == [(1, 0)]
    # At a cost of 12 only seller 1's pair is left.
    costly = TradingNetwork([[11, 0], [11, 11]], [(0, 0)], costs=[12, 0])
    assert integer.IntegerProgram(costly.model).solve(None, 60.0) == [(1, 1)]
    nothing = TradingNetwork([[1, 1]], [(0, 0)], costs=[2, 2])
    assert integer.IntegerProgram(nothing.model).solve(None, 60.0) is None


@pytest.mark.parametrize("rules", [{"price_rule": "smallest"}, {"ties": "hostile"}])
def test_other_rules_evaluate_what_it_finds(rules: dict[str, object]) -> None:
    network = market(3, 4, 3, **rules)
    assert network.solve(method="milp").lower == network.solve().lower
    assert network.replace(objective="welfare").solve(method="milp").grade == "exact"


def test_a_program_too_large_to_build_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(integer, "MOST_ENTRIES", 10)
    with pytest.raises(SuasionError, match='more than 10 coefficients; use the method "exact"'):
        market(1, 5, 4).solve(method="milp")
