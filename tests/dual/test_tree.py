"""Branching trees: a knapsack proven by hand, and trees that leave something out."""

from fractions import Fraction

import pytest

from dual.errors import Undecided, Violation
from dual.tree import MAX_NODES, Rows, upper


def rows(*, conflict: bool = False) -> Rows:
    """Max 5x + 4y subject to 2x + 3y <= 4 over binaries: the relaxation is worth 23/3, the optimum 5."""
    one = Fraction(1)
    matrix = [{0: 2 * one, 1: 3 * one}, *([{0: one, 1: one}] if conflict else [])]
    sides = [4 * one, *([one] if conflict else [])]
    return Rows([5 * one, 4 * one], matrix, ["<="] * len(sides), sides, [(0, 1), (0, 1)], 2)


def split(variable: int, at: int, *children: int) -> dict[str, object]:
    return {"split": [variable, at], "children": list(children)}


def test_the_root_alone_proves_the_relaxation() -> None:
    assert upper(rows(), [{"rows": [[0, "4/3"]]}]) == Fraction(23, 3)
    assert upper(rows(), [{"rows": []}]) == 9


def test_a_split_with_an_empty_leaf_proves_the_optimum() -> None:
    # y <= 0 leaves 5; y >= 1 and x >= 1 break the row; y >= 1 and x <= 0 leave 4.
    nodes = [split(1, 0, 1, 2), {"rows": []}, split(0, 0, 3, 4), {"rows": []}, {"farkas": [[0, 1]]}]
    assert upper(rows(), nodes) == 5


def test_either_of_two_sets_is_zero_where_a_row_says_so() -> None:
    nodes = [{"either": [[0], [1]], "children": [1, 2]}, {"rows": []}, {"rows": []}]
    assert upper(rows(conflict=True), nodes) == 5
    with pytest.raises(Violation, match="can both be one"):
        upper(rows(), nodes)


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ([split(1, 0, 1, 1), {"rows": []}], "has a parent already"),
        ([split(1, 0, 1, 0), {"rows": []}], "does not stand later"),
        ([{"rows": []}, {"rows": []}], r"nodes\[1\] is reached by no split"),
        ([{"rows": [[0, -1]]}], "wrong sign"),
        ([split(0, 0, 1, 2), {"rows": []}, {"farkas": [[0, 1]]}], "do not prove the leaf empty"),
    ],
)
def test_a_tree_that_proves_nothing_is_refused(nodes: list[object], message: str) -> None:
    with pytest.raises(Violation, match=message):
        upper(rows(), nodes)


def test_a_variable_without_an_end_needs_a_reduced_cost_of_the_right_sign() -> None:
    free = Rows([Fraction(1)], [{0: Fraction(1)}], ["<="], [Fraction(3)], [(0, None)], 0)
    assert upper(free, [{"rows": [[0, 1]]}]) == 3
    with pytest.raises(Violation, match="no bound on that side"):
        upper(free, [{"rows": []}])


def test_a_forest_is_not_read() -> None:
    with pytest.raises(Undecided, match=f"at most {MAX_NODES}"):
        upper(rows(), [{}] * (MAX_NODES + 1))
