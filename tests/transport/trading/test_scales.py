"""Markets whose values are of very different size, or have many digits: true, tight answers without a warning."""

from fractions import Fraction

import numpy as np
import pytest

from transport import TradingNetwork

from .brute import Everything, Pair, best_revenues


def market(rng: np.random.Generator) -> tuple[np.ndarray, set[Pair], list[float]]:
    n, m = rng.integers(1, 5, 2)
    scales = 10.0 ** rng.integers(-12, 13, [(n, m), (n, 1), (1, m), (1, 1)][rng.integers(4)])
    values = rng.random((n, m)) * scales if rng.random() < 0.7 else rng.integers(0, 4, (n, m)) * scales
    share = rng.choice([0.1, 0.3, 0.5, 0.7])
    known = {(i, j) for i in range(n) for j in range(m) if rng.random() < share}
    costs = (rng.random(m) * np.median(values)).tolist() if rng.random() < 0.25 else [0.0] * m
    return values, known, costs


def best_of(network: TradingNetwork) -> Fraction:
    """The greatest revenue, from all introductions that make up a part of a matching."""
    statement, unit = network.statement, network.model.unit
    values = statement.values
    net = {
        (i, j): (Fraction(a, values.denominator) - statement.costs[j]) / unit
        for i in range(values.shape[0])
        for j, a in values.row(i).items()
    }
    costs = [cost / unit for cost in statement.costs]
    everything = Everything(net, costs, set(statement.known_pairs), "largest", matched=True)
    return int(everything.most.max()) * unit


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("seed", [*range(30), *(pytest.param(k, marks=pytest.mark.slow) for k in range(30, 300))])
@pytest.mark.parametrize("method", ["exact", "branching"])
def test_badly_scaled_markets_are_solved_exactly(seed: int, method: str) -> None:
    values, known, costs = market(np.random.default_rng(seed))
    network = TradingNetwork(values, known, costs=costs)
    solution = network.solve(method)
    assert solution.grade == "exact"
    assert solution.lower == best_of(network)
    assert solution.verify().accepted


@pytest.mark.filterwarnings("error")
def test_values_of_many_digits_leave_the_other_rules_as_they_are() -> None:
    values = np.array([[0.1, 0.2, 0.3], [0.7e9, 1e-9, 0.3], [1e12, 0.11, 5.0]])
    for rule, ties in (("smallest", "platform"), ("largest", "hostile"), ("smallest", "hostile")):
        network = TradingNetwork(values, [(0, 0), (1, 1)], price_rule=rule, ties=ties)
        solution = network.solve()
        exact = {(i, j): Fraction(float(values[i, j])) for i in range(3) for j in range(3)}
        best = best_revenues(exact, [Fraction(0)] * 3, {(0, 0), (1, 1)}, rule)
        assert (solution.lower, solution.grade) == (best[ties == "hostile"], "exact")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("method", ["exact", "branching", "milp", "entry-fee"])
def test_numbers_beyond_floats_have_true_answers(method: str) -> None:
    """Known: (0, 0). Buyer 1 may buy from seller 0 at 10^400, whom buyer 0 wants at 10^-400 only."""
    big, small = "1e400", "1e-400"
    network = TradingNetwork([[small, 0], [big, small]], [(0, 0)])
    solution = network.solve(method)
    assert solution.lower is not None
    assert solution.upper is not None
    assert Fraction(10) ** 400 <= solution.lower <= solution.upper
    assert solution.verify().accepted
    solution.summary()


def test_a_thousandth_of_a_unit_is_not_closed_by_floats() -> None:
    """Introducing anything here earns nothing, and a bound of one unit above that is not good enough."""
    values = [["5764607523034235/288230376151711744"], ["0"], ["1080863910568919/36028797018963968"]]
    solution = TradingNetwork(values, [(2, 0)], costs=[0.005870524074648012]).solve("branching")
    assert (solution.lower, solution.upper) == (0, 0)
