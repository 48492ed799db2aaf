"""Random branching trees over random integer programs: whatever they prove holds for every point of the program."""

import itertools
import random
from dataclasses import replace
from fractions import Fraction

import pytest

from dual.errors import InputError, SuasionError, Violation
from dual.proofs.rows import Rows
from dual.proofs.tree import upper
from tests.campaign.judge import seeded


def program(rng: random.Random) -> Rows:
    """Two to four integers with small boxes, now and then a last real variable without an end; rows of every sense."""
    count = rng.randint(2, 4)
    boxes: list[tuple[int | None, int | None]] = [rng.choice([(0, 1), (0, 1), (0, 2), (-1, 1)]) for _ in range(count)]
    if rng.random() < 0.3:
        boxes.append(rng.choice([(0, None), (None, 0), (None, None), (0, 1)]))
    rows, senses, sides = [], [], []
    for _ in range(rng.randint(1, 4)):
        if rng.random() < 0.5:  # what an exclusive split leans on, and rows that are almost it
            used = rng.sample(range(len(boxes)), rng.randint(2, len(boxes)))
            rows.append({k: Fraction(rng.choice([1, 1, 1, 1, 2, -1])) for k in used})
            senses.append(rng.choice(["<=", "<=", "=", ">="]))
            sides.append(Fraction(rng.choice([1, 1, 1, 0, 2])))
        else:
            rows.append({k: Fraction(rng.randint(-3, 3)) for k in range(len(boxes)) if rng.random() < 0.8})
            senses.append(rng.choice(["<=", ">=", "="]))
            sides.append(Fraction(rng.randint(-2, 4)))
    objective = [Fraction(rng.randint(-4, 6)) for _ in boxes]
    return Rows(objective, rows, senses, sides, boxes, count)


def points(rows: Rows) -> list[tuple[int, ...]]:
    """Every feasible integer point; an open variable takes a few values."""
    ranges = [
        range((-3 if high is None or high <= 0 else 0) if low is None else low, (4 if high is None else high) + 1)
        for low, high in rows.boxes
    ]
    found = []
    for x in itertools.product(*ranges):
        holds = {"<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b, "=": lambda a, b: a == b}
        lefts = (sum(c * x[k] for k, c in row.items()) for row in rows.rows)
        if all(holds[s](left, side) for left, s, side in zip(lefts, rows.senses, rows.rhs, strict=True)):
            found.append(x)
    return found


def multipliers(rng: random.Random, rows: Rows, right: bool = True) -> list[list[object]]:
    found: list[list[object]] = []
    for i, sense in enumerate(rows.senses):
        if rng.random() < 0.7:
            size = Fraction(rng.randint(0, 6), rng.choice([1, 2]))
            sign = {"<=": 1, ">=": -1, "=": rng.choice([1, -1])}[sense]
            found.append([i, str(size * sign * (1 if right or rng.random() < 0.5 else -1))])
    return found


def tree(rng: random.Random, rows: Rows) -> list[dict[str, object]]:
    """A random tree, sometimes wrong: exclusive sets that are not, multipliers of the wrong sign."""
    nodes: list[dict[str, object]] = [{}]
    k = 0
    while k < len(nodes):
        grow = len(nodes) < 8
        draw = rng.random()
        variable = rng.randrange(rows.integers)
        if grow and draw < 0.35:
            nodes[k] = {"split": [variable, rng.randint(-1, 2)], "children": [len(nodes), len(nodes) + 1]}
            nodes += [{}, {}]
        elif grow and draw < 0.5:
            chosen = rng.sample(range(rows.integers), rng.randint(2, rows.integers))
            cut = rng.randint(1, len(chosen) - 1)
            second = chosen[cut:] if rng.random() < 0.8 else chosen[cut - 1 :]
            nodes[k] = {"either": [chosen[:cut], second], "children": [len(nodes), len(nodes) + 1]}
            nodes += [{}, {}]
        elif grow and draw < 0.65:
            nodes[k] = {"closed": [variable], "by": leaf(rng, rows), "children": [len(nodes)]}
            nodes.append({})
        else:
            nodes[k] = leaf(rng, rows)
        k += 1
    return nodes


def leaf(rng: random.Random, rows: Rows) -> dict[str, object]:
    name = "farkas" if rng.random() < 0.35 else "rows"
    return {name: multipliers(rng, rows, right=rng.random() < 0.9)}


def random_trees(seed: object, count: int) -> int:
    proven = 0
    for k in range(count):
        rng = seeded("trees", seed, k)
        rows = program(rng)
        feasible = points(rows)
        for _ in range(8):
            nodes = tree(rng, rows)
            try:
                bound = upper(rows, nodes)
            except SuasionError:
                continue
            proven += 1
            worths = [sum(c * x for c, x in zip(rows.objective, point, strict=True)) for point in feasible]
            assert not worths or (bound is not None and bound >= max(worths)), (rows, nodes, bound)
    return proven


def test_whatever_a_tree_proves_is_true():
    assert random_trees("few", 150) > 150


@pytest.mark.slow
def test_whatever_a_tree_proves_is_true_at_length():
    random_trees("many", 20_000)


def by_hand(rows: Rows, y: list[list[object]], objective: bool) -> Fraction | None:
    """``y . rhs + sum of the largest reduced term over the box``; None where a term has no end."""
    weights = {i: Fraction(str(w)) for i, w in y}
    total = sum((w * rows.rhs[i] for i, w in weights.items()), Fraction(0))
    for k, (low, high) in enumerate(rows.boxes):
        slope = (rows.objective[k] if objective else 0) - sum(
            w * rows.rows[i].get(k, Fraction(0)) for i, w in weights.items()
        )
        end = high if slope > 0 else low
        if slope and end is None:
            return None
        total += slope * (end or 0)
    return total


def test_a_leaf_proves_what_its_formula_says():
    seen = 0
    for k in range(200):
        rng = seeded("leaves", k)
        rows = program(rng)
        y = multipliers(rng, rows)
        for name in ("rows", "farkas"):
            expected = by_hand(rows, y, name == "rows")
            if expected is None or (name == "farkas" and expected >= 0):
                with pytest.raises(Violation):
                    upper(rows, [{name: y}])
            else:
                assert upper(rows, [{name: y}]) == (expected if name == "rows" else None)
                seen += 1
        for i, sense in enumerate(rows.senses):
            for size in ("1", "1/9"):
                wrong = {"<=": f"-{size}", ">=": size}.get(sense)
                if wrong is not None:
                    with pytest.raises(Violation, match="wrong sign"):
                        upper(rows, [{"rows": [[i, wrong]]}])
    assert seen > 100


def test_a_closed_variable_is_bounded_on_both_sides():
    """Where it is one or more the witness's bound holds, elsewhere that of the other node: by the same formula."""
    for k in range(60):
        rng = seeded("closed", k)
        rows = program(rng)
        y = multipliers(rng, rows)
        for variable in range(rows.integers):
            low, high = rows.boxes[variable]
            bounds = []
            for box in ((max(low, 1), high), (low, min(high, 0))):
                boxes = [*rows.boxes[:variable], box, *rows.boxes[variable + 1 :]]
                bounds.append(by_hand(replace(rows, boxes=boxes), y, True))
            if None not in bounds:
                nodes = [{"closed": [variable], "by": {"rows": y}, "children": [1]}, {"rows": y}]
                assert upper(rows, nodes) == max(bounds)


ONE = Fraction(1)


def binaries(sense: str = "<=", side: int = 1, coefficients: tuple[int, ...] = (1, 1), low: int | None = 0) -> Rows:
    """Maximise x + y, and 0 z, under one row over x, y and perhaps z."""
    row = {k: Fraction(c) for k, c in enumerate(coefficients)}
    boxes: list[tuple[int | None, int | None]] = [(0, 1), (0, 1), (low, 1)]
    return Rows([ONE, ONE, 0 * ONE], [row], [sense], [Fraction(side)], boxes, 2)


EITHER = [{"either": [[0], [1]], "children": [1, 2]}, {"rows": []}, {"rows": []}]


def test_two_sets_are_exclusive_only_by_a_row_that_says_so():
    for right in (binaries(), binaries("="), binaries(coefficients=(1, 1, 3)), binaries(coefficients=(1, 1, 0))):
        assert upper(right, EITHER) == 1
    for wrong in (
        binaries(">="),
        binaries(side=2),
        binaries(coefficients=(1,)),
        binaries(coefficients=(1, 2)),
        binaries(coefficients=(1, 1, -1)),
        binaries(coefficients=(1, 1, 1), low=-1),
        binaries(coefficients=(1, 1, 1), low=None),
    ):
        with pytest.raises(Violation, match="both be one"):
            upper(wrong, EITHER)
    with pytest.raises(Violation, match="both be one"):
        upper(binaries(), [{"either": [[0], [0]], "children": [1, 2]}, {"rows": []}, {"rows": []}])
    for box in ((0, 2), (-1, 1)):
        wide = Rows([ONE, ONE], [{0: ONE, 1: ONE}], ["<="], [ONE], [(0, 1), box], 2)
        with pytest.raises(Violation, match="both be one"):
            upper(wide, EITHER)


def test_a_variable_without_ends_is_not_split():
    for box in ((0, None), (None, 1)):
        open_box = Rows([ONE], [{0: ONE}], ["<="], [ONE], [box], 1)
        with pytest.raises(Violation, match="no finite box"):
            upper(open_box, [{"split": [0, 0], "children": [1, 2]}, {"rows": [[0, 1]]}, {"rows": [[0, 1]]}])


def test_nodes_that_are_none():
    with pytest.raises(InputError, match="a node is an object"):
        upper(binaries(), [[0]])
    with pytest.raises(InputError, match="a leaf is an object"):
        upper(binaries(), [{"closed": [0], "by": [], "children": [1]}, {"rows": []}])


def test_nothing_is_empty_by_multipliers_that_sum_to_zero():
    with pytest.raises(Violation, match="0 >= 0"):
        upper(binaries(), [{"farkas": []}])
    # x + y <= -1/2 is empty, by a half and no more.
    narrow = Rows([ONE, ONE], [{0: ONE, 1: ONE}], ["<="], [-ONE / 2], [(0, 1), (0, 1)], 2)
    assert upper(narrow, [{"farkas": [[0, 1]]}]) is None
    flat = Rows([ONE, ONE], [{0: ONE, 1: ONE}], ["<="], [ONE / 2], [(0, 1), (0, 1)], 2)
    with pytest.raises(Violation, match="1/2 >= 0"):
        upper(flat, [{"farkas": [[0, 1]]}])
