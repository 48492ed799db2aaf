"""The branching driver: its tree proves the optimum of small integer programs, or a true bound where it is stopped."""

import random
from dataclasses import dataclass, field
from fractions import Fraction as F
from itertools import product
from typing import Any

import pytest

from dual.proofs import tree
from dual.proofs.rows import Rows
from transport.programs.branching import Box, Fixing, Leaf, Relaxed, Split, branch
from transport.programs.effort import Effort
from transport.programs.linear import Infeasible, LinearProgram, solve


@dataclass
class Binary:
    """Maximise ``gain . x`` with ``A x <= b`` and x binary; linear programs are solved exactly."""

    gain: list[int]
    rows: list[list[int]]
    right: list[int]
    lower: F = F(-1000)
    solved: int = 0
    reduced: bool = False
    boxes: list[Box] = field(default_factory=list)

    def __post_init__(self) -> None:
        count = len(self.gain)
        entries = [{k: F(a) for k, a in enumerate(row) if a} for row in self.rows]
        self.checker = Rows(
            [F(g) for g in self.gain], entries, ["<="] * len(entries), self.right, [(0, 1)] * count, count
        )

    def relax(self, above: Relaxed | None, part: Box) -> Relaxed | None:
        box: dict[int, tuple[int, int]] = {**(above.state[0] if above else {}), **part}
        self.solved += 1
        count = len(self.gain)
        ends: Any = [box.get(k, (0, 1)) for k in range(count)]
        rows = [{k: a for k, a in enumerate(row) if a} for row in self.rows]
        rows += [{k: 1} for k in range(count)] * 2
        senses = ["<="] * (len(self.rows) + count) + [">="] * count
        right = [*self.right, *(high for _, high in ends), *(low for low, _ in ends)]
        try:
            found = solve(LinearProgram(self.gain, rows, senses, right))
        except Infeasible as proof:
            return Relaxed(-float("inf"), None, (), (box, {"farkas": listed(proof.farkas[: len(self.rows)])}))
        fractional = [k for k, x in enumerate(found.primal) if x.denominator > 1]
        if not fractional:
            self.lower = max(self.lower, found.value)
        leaf = {"rows": listed(found.dual[: len(self.rows)])}
        fixings = []
        if self.reduced:
            # A variable whose trade the node's own multipliers rule out is fixed at zero, with them as the proof.
            for k in [k for k in range(count) if k not in box]:
                bound = self.checker.bound(box, leaf, "leaf", [k])
                if bound is not None and bound <= self.lower:
                    fixings.append(Fixing({"closed": [k], "by": leaf}))
                    box[k] = (0, 0)
        fractional = [k for k in fractional if k not in box]
        split = (
            Split({"split": [fractional[0], 0]}, ({fractional[0]: (0, 0)}, {fractional[0]: (1, 1)}))
            if fractional
            else None
        )
        return Relaxed(float(found.value), split, fixings, (box, leaf))

    def leaf(self, relaxed: Relaxed) -> Leaf:
        box, leaf = relaxed.state
        return Leaf(leaf, self.checker.bound(box, leaf, "leaf"), relaxed.fixings)

    def optimum(self) -> int:
        """By looking at all points."""
        points = product((0, 1), repeat=len(self.gain))
        return max(
            sum(g * x for g, x in zip(self.gain, point, strict=True))
            for point in points
            if all(sum(a * x for a, x in zip(row, point, strict=True)) <= b
                   for row, b in zip(self.rows, self.right, strict=True))
        )  # fmt: skip


def listed(weights):
    return [[i, y] for i, y in enumerate(weights) if y]


def binary(seed, **given):
    rng = random.Random(seed)
    count, rows = rng.randint(4, 7), rng.randint(1, 3)
    return Binary(
        [rng.randint(1, 20) for _ in range(count)],
        [[rng.randint(0, 9) for _ in range(count)] for _ in range(rows)],
        [rng.randint(4, 15) for _ in range(rows)],
        **given,
    )


@pytest.mark.parametrize("reduced", [False, True])
@pytest.mark.parametrize("seed", range(25))
def test_the_tree_proves_the_optimum(seed, reduced):
    program = binary(seed, reduced=reduced)
    found = branch(program, Effort(None, None), step=F(1))
    assert found is not None
    best = program.optimum()
    assert program.lower == best
    proven = tree.upper(program.checker, found.nodes)
    assert proven is not None
    assert best <= proven == found.upper < best + 1
    assert not reduced or seed or any("closed" in node for node in found.nodes)


@pytest.mark.parametrize("seed", range(25))
def test_a_tree_that_is_stopped_proves_a_true_bound(seed):
    program = binary(seed)
    for most in (1, 3, 5, 9):
        found = branch(program, Effort(None, None), max_nodes=most)
        assert found is not None
        assert len(found.nodes) <= most
        proven = tree.upper(program.checker, found.nodes)
        assert proven is not None
        assert program.optimum() <= proven == found.upper
    whole = branch(program, Effort(None, None), stop=lambda _: True)
    assert whole is not None
    assert len(whole.nodes) == 1


def test_without_time_for_the_root_there_is_no_tree():
    program = binary(0)
    program.relax = lambda _above, _part: None  # type: ignore[method-assign]
    assert branch(program, Effort(None, None)) is None
