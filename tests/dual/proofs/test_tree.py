"""Branching trees: a knapsack proven by hand, and trees that leave something out."""

from fractions import Fraction

import pytest

from dual.errors import InputError, Undecided, Violation
from dual.limits import TREE_NODES
from dual.proofs.rows import Rows
from dual.proofs.tree import upper


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


def test_one_witness_closes_variables() -> None:
    # Where y >= 1, 5/2 of the row bound the value by 10 + 4 - 15/2; elsewhere it is 5 at most.
    by = {"rows": [[0, "5/2"]]}
    nodes: list[object] = [{"closed": [1], "by": by, "children": [1]}, {"rows": []}]
    assert upper(rows(), nodes) == Fraction(13, 2)
    assert upper(rows(), [{**nodes[0], "closed": [0]}, {"rows": []}]) == 10  # type: ignore[dict-item]
    assert upper(rows(), [{**nodes[0], "closed": [1, 0]}, {"rows": []}]) == 10  # type: ignore[dict-item]
    # With y >= 1 the row leaves no x, so x is closed by an empty part.
    nodes = [
        split(1, 0, 1, 2),
        {"rows": []},
        {"closed": [0], "by": {"farkas": [[0, 1]]}, "children": [3]},
        {"rows": []},
    ]
    assert upper(rows(), nodes) == 5
    # Where y <= 0 there is no part with y >= 1 to bound.
    nodes = [split(1, 0, 1, 2), {"closed": [1], "by": by, "children": [3]}, {"farkas": [[0, 2]]}, {"rows": []}]
    with pytest.raises(Violation, match="do not prove the leaf empty"):
        upper(rows(), nodes)
    nodes[2] = {"rows": [[0, "5/2"]]}
    assert upper(rows(), nodes) == Fraction(13, 2)


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ([{"closed": [1], "by": {"farkas": [[0, 1]]}, "children": [1]}, {"rows": []}], "do not prove the leaf empty"),
        ([{"closed": [1], "by": {"rows": [[0, -1]]}, "children": [1]}, {"rows": []}], "wrong sign"),
        ([{"closed": [1], "by": {"rows": []}, "children": [0]}], "does not stand later"),
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


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"closed": [2]}, r"nodes\[0\].closed: 2 is not an index"),
        ({"closed": []}, r"nodes\[0\].closed"),
        ({"by": [[0, 1]]}, r"nodes\[0\].by: a leaf is an object"),
        ({"children": [1, 2]}, r"nodes\[0\].children"),
        ({"open": []}, r"nodes\[0\].open"),
    ],
)
def test_wrong_closings_are_named(change: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        upper(rows(), [{"closed": [1], "by": {"rows": []}, "children": [1], **change}, {"rows": []}])


def test_a_variable_without_an_end_needs_a_reduced_cost_of_the_right_sign() -> None:
    free = Rows([Fraction(1)], [{0: Fraction(1)}], ["<="], [Fraction(3)], [(0, None)], 0)
    assert upper(free, [{"rows": [[0, 1]]}]) == 3
    with pytest.raises(Violation, match="no bound on that side"):
        upper(free, [{"rows": []}])


def test_a_forest_is_not_read() -> None:
    with pytest.raises(Undecided, match=f"at most {TREE_NODES}"):
        upper(rows(), [{}] * (TREE_NODES + 1))


def test_a_closed_variable_that_is_one_or_more_anyway_leaves_the_bound() -> None:
    # Max -x with 1 <= x <= 3 is -1, and with -2 <= x <= 3 it is 2; where x >= 1 both are -1.
    relaxation = Rows([Fraction(-1)], [], [], [], [(-2, 3)], 1)
    leaf: dict[str, object] = {"rows": []}
    assert relaxation.bound({}, leaf, "leaf") == 2
    assert relaxation.bound({0: (1, 3)}, leaf, "leaf") == -1
    assert relaxation.bound({0: (1, 3)}, leaf, "leaf", [0]) == -1
    assert relaxation.bound({}, leaf, "leaf", [0]) == -1
    assert relaxation.bound({0: (-2, 0)}, leaf, "leaf", [0]) is None
