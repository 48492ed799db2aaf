"""The program of a menu for finitely many types, with numbers of any sort.

A type who mimics another one replies to each signal as well as she can; what that is worth is a column of its own,
which none of her replies exceeds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import permutations, product
from typing import Any

from dual.kinds.experiments.statement import ExperimentMenuStatement
from dual.proofs.linear import Block, Name, Program, Row
from transport.road.linear_form import LinearForm


def program(statement: ExperimentMenuStatement) -> Program:
    """Columns ``told[k][s][w]``, ``price[k]``, ``reply[p][s]`` of each ordered pair of types.

    Rows ``state[k][w]``, ``take[k][a]``, ``obey[k][s][a]``, ``mimic[k][j]`` and ``reply[k][j][s][a]``.
    """
    rows = list(_rows(statement))
    n, A, W = _shape(statement)
    blocks = [
        Block(("told",), (n, A, W)),
        Block(("price",), (n,), free=True),
        Block(("reply",), (n * (n - 1), A), free=True),
    ]
    objective: list[Fraction | int] = [*[0] * (n * A * W), *statement.weights, *[0] * (n * (n - 1) * A)]
    return Program(blocks, objective, lambda: rows)


def _shape(statement: ExperimentMenuStatement) -> tuple[int, int, int]:
    return len(statement.gains), len(statement.gains[0]), len(statement.gains[0][0])


def _rows(statement: ExperimentMenuStatement) -> Iterator[Row]:
    n, A, W = _shape(statement)
    gains = statement.gains
    told = {place: c for c, place in enumerate(product(range(n), range(A), range(W)))}
    price = n * A * W
    reply = {place: price + n + c for c, place in enumerate(product(permutations(range(n), 2), range(A)))}
    for k, w in product(range(n), range(W)):
        yield Row(("state", k, w), "=", 1, {told[k, s, w]: 1 for s in range(A)}.items)
    for k in range(n):
        own = {told[k, s, w]: g for s, row in enumerate(gains[k]) for w, g in enumerate(row)} | {price + k: -1}
        for a, row in enumerate(gains[k]):
            yield Row(("take", k, a), ">=", sum(row), own.items)
        for s, a in permutations(range(A), 2):
            better = {told[k, s, w]: gains[k][s][w] - gains[k][a][w] for w in range(W)}
            yield Row(("obey", k, s, a), ">=", 0, better.items)
        for j in range(n):
            if j == k:
                continue
            as_j = {price + j: 1} | {reply[(k, j), s]: -1 for s in range(A)}
            yield Row(("mimic", k, j), ">=", 0, (own | as_j).items)
            for s, a in product(range(A), repeat=2):
                worth = {told[j, s, w]: -g for w, g in enumerate(gains[k][a])} | {reply[(k, j), s]: 1}
                yield Row(("reply", k, j, s, a), ">=", 0, worth.items)


def primal(statement: ExperimentMenuStatement, values: Mapping[int, Any]) -> object:
    """An item for each type; types who get the same share one."""
    n, A, W = _shape(statement)
    zero = Fraction(0)
    menu: list[dict[str, object]] = []
    choice = []
    for k in range(n):
        experiment = [[values.get((k * A + s) * W + w, zero) for w in range(W)] for s in range(A)]
        item: dict[str, object] = {
            "experiment": [row for row in experiment if any(row)],
            "price": values.get(n * A * W + k, zero),
        }
        if item not in menu:
            menu.append(item)
        choice.append(menu.index(item))
    return {"menu": menu, "choice": choice}


def dual(statement: ExperimentMenuStatement, multipliers: Mapping[Name, Any]) -> object:
    """Multipliers of taking an item at all, of mimicking, of obedience and of replies."""
    n, A, _ = _shape(statement)
    zero = Fraction(0)

    def listed(word: str) -> list[list[Any]]:
        return [[*name[1:], -weight] for name, weight in multipliers.items() if name[0] == word]

    return {
        "ir": [-sum((multipliers.get(("take", k, a), zero) for a in range(A)), zero) for k in range(n)],
        "ic": listed("mimic"),
        "obedience": listed("obey"),
        "deviations": listed("reply"),
    }


FORM = LinearForm(program, primal, dual)
