"""Full tables with equal totals: the tree behind the floats, and what large tables are read as."""

from array import array
from fractions import Fraction as F

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from dual.numbers.arrays import Array
from transport import Transport
from transport.coupling import balanced
from transport.coupling.forest import flows
from transport.coupling.majorants import excess, undecided


def test_a_tree_is_found_even_if_the_cells_of_least_slack_close_cycles_only(monkeypatch):
    # 30 rows in two blocks: within the blocks there is no slack at all, between them there is.
    monkeypatch.setattr(balanced, "_NEAREST", 1)
    block = np.arange(30) // 15
    slack = (block[:, None] != block).astype(float)
    placed = np.eye(30)
    tree = balanced.nearest_tree(placed, slack)
    assert len(tree) == 59
    assert set(zip(range(30), range(30), strict=True)) <= set(tree)
    assert len(flows(tree, [F(1)] * 30, [F(1)] * 30)) == 59


@pytest.mark.parametrize("kind", ["integers", "decimals", "binary"])
def test_large_tables_are_solved_exactly(kind):
    rng = np.random.default_rng(3)
    cost = rng.integers(0, 10**6, (210, 210))
    table = {"integers": cost, "decimals": cost / 1000, "binary": cost / 2.0**40 + rng.integers(0, 8, cost.shape)}[kind]
    pairs = zip(*linear_sum_assignment(table), strict=True)
    exact = {"integers": lambda i, j: F(int(cost[i, j])), "decimals": lambda i, j: F(int(cost[i, j]), 1000)}
    worth = exact.get(kind, lambda i, j: F(table[i, j]))
    expected = sum((worth(i, j) for i, j in pairs), F(0))
    solution = Transport([1] * 210, [1] * 210, cost=table).solve()
    assert solution.cost_bounds == (expected, expected)


def test_one_float_among_many_that_is_no_decimal_decides_how_all_are_read():
    cost = np.full((60, 60), 0.5)
    cost[:, 0] = 0.1
    problem = Transport([1] * 60, [1] * 60, cost=cost)
    assert problem.statement.cost.at(0, 0) == F(1, 10)
    cost[59, 59] = 1 / 3
    problem = Transport([1] * 60, [1] * 60, cost=cost)
    assert (problem.statement.cost.at(0, 0), problem.statement.cost.at(59, 59)) == (F(0.1), F(1 / 3))


def test_an_infinite_cost_in_a_large_array_forbids_the_pair():
    cost = np.ones((70, 70))
    cost[np.arange(70), np.arange(70)] = np.inf
    solution = Transport([1] * 70, [1] * 70, cost=cost).solve()
    assert solution.cost_bounds == (70, 70)
    assert all(i != j for i, j, _ in solution.primal.plan)


@pytest.mark.parametrize("seed", range(40))
def test_no_cell_above_is_missed_however_sizes_differ(seed):
    """Tables, potentials of any size, and cells an ulp above or below the exact sum, or far from it."""
    rng = np.random.default_rng(seed)
    sizes = 10.0 ** rng.integers(-12, 13, size=3)
    r, c = ([F(float(x)) * F(1, int(rng.integers(1, 9))) for x in size * rng.normal(size=9)] for size in sizes[:2])
    table = np.array([[float(a + b) for b in c] for a in r])
    moved = rng.integers(0, 4, size=table.shape)
    table = np.where(moved == 0, np.nextafter(table, np.inf), np.where(moved == 1, np.nextafter(table, -np.inf), table))
    table = np.where(rng.random(table.shape) < 0.2, table - sizes[2] * rng.random(table.shape), table)
    above = {(i, j) for i in range(9) for j in range(9) if F(float(table[i, j])) > r[i] + c[j]}
    assert above
    seen = set(undecided(table, r, c))
    assert above <= seen
    held = Array((9, 9), array("d", table.ravel().tolist()))
    assert set(excess(held, table, r, c, most=100)) == above
