"""Programs with integer columns: the best point from HiGHS, and a branching tree of our own that proves it.

HiGHS exports no tree, so its answer is a start and no more. A node's relaxation is solved in floats; its rounded prices
are a leaf if they prove enough, and the exact optimum of the node is taken where they do not. What a tree proves is the
checker's own function of it.

Splitting columns with many values may go on for ever (``2 x - 2 y = 1``). Before such a column, what columns like it
have together in some row is split, in coprime integers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Final

import numpy as np

from dual.errors import SolverError, SuasionError
from dual.kinds.linear_program.kind import Proof, Relaxation
from dual.kinds.linear_program.statement import Entries, LinearProgramStatement, Row
from transport.programs.arrays import Floats
from transport.programs.branching import Box, Leaf, Relaxed, Split, branch
from transport.programs.effort import Effort
from transport.programs.instance import highs
from transport.programs.interrupts import heedful
from transport.programs.rounding import round_dyadic
from transport.road.methods import Found

from .simplex import Empty, Endless, point, solve_continuous, vertex
from .standard import Amounts

RULE: Final = "the best point that HiGHS or the tree met first"
_SEARCH_SECONDS: Final = 60.0
"""What HiGHS may take to look for a good point if there is no limit: without one the tree only grows longer."""
_SEARCH_SHARE: Final = 0.4
"""Its share of a limit."""
_INTEGRAL: Final = 1e-6
"""A column this near to an integer is one, until the exact optimum says otherwise."""
_WIDE: Final = 100
"""A column has many values if its ends are farther apart."""
_NOTHING: Any = -math.inf
"""What is attained before anything is: compares with fractions as it should."""


def solve_integer(statement: LinearProgramStatement, effort: Effort) -> Found:
    """Solve a program with integer columns."""
    try:
        root = vertex(statement, effort)
    except (Empty, Endless) as word:
        if isinstance(word, Empty):
            return solve_continuous(statement, effort)
        return _endless(statement, word, effort)
    tree = _Tree(statement, effort, root.multipliers if root.optimum.exact else None)
    # What the root alone proves is an answer, if the time is over soon.
    effort.offer(lambda: Found(tree.best, tree.proof([tree.root_entry()]), "branching", rule=RULE))
    tree.consider(_highs(statement, effort), effort)
    grown = branch(tree, effort, step=statement.step)
    if grown is None:
        return Found(tree.best, tree.proof([tree.root_entry()]), "branching", claim="the time was over", rule=RULE)
    nodes = grown.nodes
    dual = Proof(_listed(nodes[0]["rows"])) if len(nodes) == 1 and "rows" in nodes[0] else tree.proof(nodes)
    none = tree.best is None and all("children" in node or "farkas" in node for node in nodes)
    if none and len(nodes) == 1:
        dual = Proof(_listed(nodes[0]["farkas"]))
    return Found(tree.best, dual, "branching", len(nodes), infeasible=none, rule=RULE)


def _listed(raw: object) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(entry) for entry in raw)  # type: ignore[attr-defined]


def _endless(statement: LinearProgramStatement, way: Endless, effort: Effort) -> Found:
    """A ray of the relaxation needs an integer point to start from."""
    whole = all(way.values.get(j, Fraction(0)).denominator == 1 for j in statement.integers)
    start = way.values if whole else None
    if not whole:
        zero = LinearProgramStatement.read(
            {**statement.document(), "objective": [0] * len(statement.objective), "constant": 0}
        )
        found = solve_integer(zero, effort)
        if found.infeasible:
            return found
        start = None if found.primal is None else dict(found.primal.values)
    if start is None:
        return Found(None, None, "branching", claim="the relaxation has no bound, and no integer point was found")
    return Found(point(start, way.ray), None, "branching", unbounded=True)


@dataclass(frozen=True)
class _State:
    """A node: the bounds of columns, prices in floats, and what is known exactly."""

    box: Mapping[int, tuple[int, int]]
    prices: Floats | None
    entry: Mapping[str, object] | None = None
    exact: Fraction | None = field(default=None)


class _Tree:
    """What :func:`transport.programs.branching.branch` asks for."""

    def __init__(self, statement: LinearProgramStatement, effort: Effort, root: Amounts | None) -> None:
        self.statement, self.effort = statement, effort
        self.relaxation = Relaxation(statement)
        self.place = {j: k for k, j in enumerate(statement.integers)}
        self.root = root
        self.best: Any = None
        self._lower: Fraction = _NOTHING
        self.sums = _sums(statement, [j for j in statement.integers if self._wide(self.place[j], {})])
        self.relaxation = Relaxation(statement, self.sums)
        self.extended = replace(statement, rows=self.relaxation.rows) if self.sums else statement
        """With the sums as further rows."""
        self._model = _Model(self.extended)

    @property
    def lower(self) -> Fraction:
        """The best value attained so far, without the constant."""
        return self._lower

    def proof(self, nodes: Sequence[object]) -> Proof:
        """A dual witness."""
        return Proof(nodes=nodes, sums=self.sums or None)

    def root_entry(self) -> dict[str, object]:
        """The root's own prices, which hold in every node; where they are floats, rounded."""
        return {"rows": [] if self.root is None else self._signed(self.root, {})}

    def consider(self, values: Mapping[int, float] | None, effort: Effort) -> None:
        """Take the best exact point that has these integers."""
        if values is None:
            return
        fixed = {j: (Fraction(round(values.get(j, 0.0))),) * 2 for j in self.statement.integers}
        try:
            found = vertex(self.statement, effort, fixed)
        except SuasionError:
            return
        if found.optimum.exact and found.value > self._lower:
            self._lower, self.best = found.value, point(found.values)
            self.effort.offer(lambda: Found(self.best, self.proof([self.root_entry()]), "branching", rule=RULE))

    def relax(self, above: Relaxed | None, part: Box) -> Relaxed | None:
        """Solve a node; one without a fractional column exactly."""
        if self.effort.exhausted():
            return None
        box = {**({} if above is None else above.state.box), **part}
        if any(low > high for low, high in box.values()):
            return Relaxed(-math.inf, None, (), _State(box, None, {"rows": []}))
        found = self._model.solve(*self.relaxation.parts(box))
        if found is None:
            return self._exactly(box)
        bound, x, prices = found
        # Clearly below the incumbent in floats: rounded prices will prove it, and no exact solve is needed.
        if self._lower is not _NOTHING and bound <= float(self._lower) - 1e-6 * (1 + abs(bound)):
            return Relaxed(bound, None, (), _State(box, prices))
        chosen = self._fractional(dict(enumerate(x)), box, _INTEGRAL)
        if chosen is None:
            return self._exactly(box)
        return Relaxed(bound, _split(*chosen, self, box), (), _State(box, prices))

    def _fractional(self, x: Mapping[int, Any], box: Box, least: float) -> tuple[int, int] | None:
        """Where to split: at the integer column that is nearest to a half, or before a wide one at a combination."""
        found = _farthest({k: x.get(j, 0) for j, k in self.place.items()}, least)
        if found is None:
            return None
        if self.sums and self._wide(found[0], box):
            sums = (sum(int(entry) * x.get(j, 0) for j, entry in one) for one in self.sums)
            found = _farthest(dict(enumerate(sums, self.relaxation.columns)), least) or found
        return found

    def _wide(self, variable: int, box: Box) -> bool:
        """Whether a column has many values."""
        low, high = box.get(variable) or self.relaxation.box(variable)
        return high - low > _WIDE

    def _exactly(self, box: Mapping[int, tuple[int, int]]) -> Relaxed:
        """The node's optimum in exact arithmetic."""
        columns, sides = self.relaxation.parts(box)
        rows = list(self.extended.rows)
        for i, ends in sides.items():
            rows[i] = Row(rows[i].entries, *_finite(ends))
        stated = replace(self.extended, rows=tuple(rows)) if sides else self.statement
        try:
            found = vertex(stated, self.effort, {j: _finite(ends) for j, ends in columns.items()})
        except Empty as none:
            farkas = [[i, y] for i, y in none.multipliers.items()]
            return Relaxed(-math.inf, None, (), _State(box, None, {"farkas": farkas}))
        except SuasionError:
            return Relaxed(math.inf, None, (), _State(box, None, self.root_entry()))
        if not found.optimum.exact:
            return Relaxed(math.inf, None, (), _State(box, None, self.root_entry()))
        entry = {"rows": self._signed(found.multipliers, box)}
        state = _State(box, None, entry, found.value)
        chosen = self._fractional(found.values, box, 0)
        if chosen is not None:
            return Relaxed(_float(found.value), _split(*chosen, self, box), (), state)
        if found.value > self._lower:
            self._lower, self.best = found.value, point(found.values)
        return Relaxed(_float(found.value), None, (), state)

    def leaf(self, relaxed: Relaxed) -> Leaf:
        """The first witness that proves the node to hold nothing better, or the best there is."""
        state = relaxed.state
        if any(low > high for low, high in state.box.values()):
            return Leaf({"rows": []}, None, ())
        best: Leaf | None = None
        for entry in self._witnesses(state):
            try:
                bound = self.relaxation.bound(state.box, entry, "leaf")
            except SuasionError:
                continue
            found = Leaf(entry, bound, ())
            if best is None or (best.bound is not None and (bound is None or bound < best.bound)):
                best = found
            if bound is None or bound <= self._lower:
                return found
        if best is None:
            raise SolverError("no prices of the relaxation are known that prove a bound")
        return best

    def _witnesses(self, state: _State) -> Any:
        if state.entry is not None:
            yield state.entry
        elif state.prices is not None:
            for bits in (20, 45):
                rounded = round_dyadic(state.prices, bits)
                yield {"rows": self._signed({i: y for i, y in enumerate(rounded) if y}, state.box)}
            if not self.effort.exhausted():
                yield self._exactly(state.box).state.entry
        yield self.root_entry()

    def _signed(self, prices: Mapping[int, Fraction], box: Box) -> list[list[object]]:
        """Prices as a leaf has them, those that lean on a missing side left out."""
        found, (_, sides) = list[list[object]](), self.relaxation.parts(box)
        for i, y in sorted(prices.items()):
            row = self.extended.rows[i]
            low, high = _finite(sides[i]) if i in sides else (row.lower, row.upper)
            if (high if y > 0 else low) is not None:
                found.append([i, self.statement.sign * y])
        return found


def _sums(statement: LinearProgramStatement, columns: Sequence[int]) -> tuple[Entries, ...]:
    """What some columns have in every row, in coprime integers, each once."""
    found = dict[Entries, None]()
    for row in statement.rows:
        own = [(j, entry) for j, entry in row.integral[0] if entry and j in columns]
        unit = math.gcd(*(entry for _, entry in own))
        if len(own) > 1:
            found[tuple((j, Fraction(entry, unit)) for j, entry in sorted(own))] = None
    return tuple(found)


def _farthest(values: Mapping[int, Any], least: float) -> tuple[int, int] | None:
    """The number of what is farthest from an integer, and the integer below it; None if nothing is."""
    k = max(values, key=lambda k: abs(values[k] - round(values[k])))
    return (k, math.floor(values[k])) if abs(values[k] - round(values[k])) > least else None


def _float(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value)


def _finite(ends: Sequence[Any]) -> tuple[Fraction | None, Fraction | None]:
    low, high = (None if abs(end) == math.inf else Fraction(end) for end in ends)
    return low, high


def _split(variable: int, at: int, tree: _Tree, box: Box) -> Split:
    low, high = box.get(variable) or tree.relaxation.box(variable)
    return Split({"split": [variable, at]}, ({variable: (low, min(high, at))}, {variable: (max(low, at + 1), high)}))


class _Model:
    """The relaxation in HiGHS, its columns' bounds changed from node to node."""

    def __init__(self, statement: LinearProgramStatement) -> None:
        self._solver = _highs_model(statement, integers=False)
        heedful(self._solver)
        self._plain = np.array([_ends(statement.box(j)) for j in range(len(statement.objective))])
        self._changed: dict[int, tuple[Any, Any]] = {}
        self._bound = set[int]()

    def solve(
        self, boxes: Mapping[int, tuple[Any, Any]], sides: Mapping[int, tuple[Any, Any]]
    ) -> tuple[float, Floats, Floats] | None:
        """The bound, the point and the prices of what is maximised; None if HiGHS is not sure of an optimum."""
        import highspy

        for j in {*self._changed, *boxes}:
            low, high = boxes.get(j) or tuple(self._plain[j])
            self._solver.changeColBounds(j, float(low), float(high))
        for i in {*self._bound, *sides}:
            self._solver.changeRowBounds(i, *map(float, sides.get(i, (-math.inf, math.inf))))
        self._changed, self._bound = dict(boxes), set(sides)
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self._solver.getSolution()
        bound = -float(self._solver.getInfo().objective_function_value)
        return bound, np.asarray(solution.col_value), -np.asarray(solution.row_dual)


def _ends(ends: tuple[Fraction | None, Fraction | None]) -> tuple[float, float]:
    low, high = ends
    return (-math.inf if low is None else _float(low)), (math.inf if high is None else _float(high))


def _highs_model(statement: LinearProgramStatement, *, integers: bool) -> Any:
    import highspy

    solver = highs(interruptible=True, parallel="off")
    count = len(statement.objective)
    bounds = np.array([_ends(statement.box(j)) for j in range(count)])
    cost = np.array([-statement.sign * _float(c) for c in statement.objective])
    none = np.zeros(0, dtype=np.int32)
    solver.addCols(
        count, cost, bounds[:, 0].copy(), bounds[:, 1].copy(), 0, np.zeros(count, np.int32), none, np.zeros(0)
    )
    for row in statement.rows:
        low, high = _ends((row.lower, row.upper))
        index = np.array([j for j, _ in row.entries], dtype=np.int32)
        solver.addRow(low, high, len(index), index, np.array([_float(a) for _, a in row.entries]))
    if integers:
        whole = np.array(statement.integers, dtype=np.int32)
        kinds = np.full(len(whole), highspy.HighsVarType.kInteger)
        solver.changeColsIntegrality(len(whole), whole, kinds)
    return solver


def _highs(statement: LinearProgramStatement, effort: Effort) -> dict[int, float] | None:
    """The best point that HiGHS finds in its time; its word for it is not taken."""
    solver = _highs_model(statement, integers=True)
    seconds = (
        _SEARCH_SECONDS if effort.time_limit is None else min(effort.remaining(), _SEARCH_SHARE * effort.time_limit)
    )
    if seconds <= 0:
        return None
    for option, value in {"mip_rel_gap": 0.0, "mip_abs_gap": 0.0, "time_limit": seconds}.items():
        solver.setOptionValue(option, value)
    heedful(solver, effort.exhausted)
    solver.run()
    solution = solver.getSolution()
    if not solution.value_valid or not len(solution.col_value):
        return None
    return {j: float(x) for j, x in enumerate(solution.col_value) if x}
