"""Short files that would make the checker work for long, or hold much: answered soon, or refused in a line."""

import tracemalloc
from typing import Any

import pytest

import dual


def solution(problem: dict[str, Any], certificate: dict[str, Any]) -> dict[str, Any]:
    market = {"kind": "trading-network", "known": [], **problem}
    return {"format": "suasion-solution/1", "problem": market, "grade": "unproven", "dual": certificate}


ONES = [1] * 100
CASES = [
    {"split": [0, 0], "children": [1, 2]},
    *[{"trades": [], "prices": [0] * 300_000, "utilities": ONES}] * 2,
]
CHAIN = [
    {"closed": [k], "by": {"trades": [], "prices": [0] * 4, "utilities": [10**3999] * 4}, "children": [k + 1]}
    for k in range(15)
]
HOSTILE = [
    # A tree over thirty million pairs that the file only counts.
    solution({"values": {"buyers": [1] * 3, "sellers": 10_000_000}}, {"kind": "tree", "nodes": [{"empty": True}]}),
    solution({"values": {"buyers": ONES, "sellers": 300_000}}, {"kind": "tree", "nodes": [{"empty": True}]}),
    solution(
        {"values": {"buyers": ONES, "sellers": 100_000}}, {"kind": "lp", "buyers": ONES, "sellers": [], "known": []}
    ),
    solution({"values": {"buyers": ONES, "sellers": 300_000}}, {"kind": "homogeneous"}),
    # Cases of thirty million pairs, of few and long numbers, and many cases of a million pairs.
    solution({"values": {"buyers": ONES, "sellers": 300_000}}, {"kind": "introductions", "nodes": CASES}),
    solution(
        {"values": {"buyers": ONES, "sellers": 300_000}, "known": "all"}, {"kind": "introductions", "nodes": CASES}
    ),
    solution({"values": {"pairs": [[0, 0, 1]], "shape": [10_000_000, 10_000_000]}}, {"kind": "homogeneous"}),
    solution(
        {"values": {"pairs": [[0, 0, 1]], "shape": [100_000, 100_000]}}, {"kind": "tree", "nodes": [{"empty": True}]}
    ),
    solution(
        {"values": {"buyers": ONES, "sellers": 300_000}},
        {"kind": "known-sellers", "buyers": [0], "sellers": [0], "cases": []},
    ),
    # A thousand steps over a million pairs; a chain of nodes; numbers of many digits.
    solution(
        {"values": {"buyers": [1] * 1000, "sellers": 1000}},
        {"kind": "lp", "buyers": [0] * 1000, "sellers": [0] * 1000, "known": [], "bounds": [10**6] * 20_000},
    ),
    solution(
        {"values": {"buyers": [1] * 1000, "sellers": 1000}},
        {
            "kind": "tree",
            "nodes": [{"closed": [k], "by": {"empty": True}, "children": [k + 1]} for k in range(2000)],
        },
    ),
    solution(
        {"values": [[f"1/{10**3990 + 5 * i + j}" for j in range(5)] for i in range(4)]},
        {"kind": "lp", "buyers": [f"1/{10**3980 + k}" for k in range(4)], "sellers": [0] * 5, "known": []},
    ),
    solution(
        {"values": [[10**3999] * 4] * 4},
        {"kind": "introductions", "nodes": [*CHAIN, {"trades": [], "prices": [0] * 4, "utilities": [10**3999] * 4}]},
    ),
    solution(
        {"values": {"buyers": [1] * 1000, "sellers": 1000}},
        {
            "kind": "introductions",
            "nodes": [
                *({"split": [k, 0], "children": [2 * k + 1, 2 * k + 2]} for k in range(20)),
                *({"trades": [], "prices": [0] * 1000, "utilities": [1] * 1000} for _ in range(21)),
            ],
        },
    ),
]


@pytest.mark.parametrize("file", HOSTILE, ids=range(len(HOSTILE)))
def test_short_files_are_answered_in_a_line(file: dict[str, Any]) -> None:
    """Work and memory are counted before they are spent, so a test that ends at all is the test."""
    try:
        said = str(dual.verify(file))
    except dual.InputError as error:
        said = str(error)
    assert "\n" not in said
    assert len(said) < 500


def test_what_is_too_large_is_named() -> None:
    with pytest.raises(dual.InputError, match="number of sellers is an integer from 1 to 1,000,000"):
        dual.verify(HOSTILE[0])
    assert "takes more than 150,000,000 steps in all" in str(dual.verify(HOSTILE[1]))
    assert "nodes[1]: a market of 30,000,000 pairs takes" in str(dual.verify(HOSTILE[4]))


def test_counting_to_a_million_takes_little_memory() -> None:
    tracemalloc.start()
    try:
        assert str(dual.verify(HOSTILE[8])).startswith("refused: dual.kind")
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()
