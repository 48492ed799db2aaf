"""Certificates as VIPR 1.0, the format of a public checker and of its verified successor.

A VIPR file (Cheung, Gleixner and Steffy, IPCO 2017) states the program, points that are feasible, and derivations:
sums of earlier constraints, roundings, assumptions that a branch makes, and their discharge. Ours say in those words
what the witnesses of a :class:`~transport.LinearProgram` say: prices are one sum, a tree's leaf is a sum under the
assumptions of its branch.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from dual.errors import SuasionError
from dual.kinds.linear_program.kind import summed
from dual.kinds.linear_program.statement import Entries, LinearProgramStatement
from transport.road.solution import Solution

_NAME: Final = re.compile(r"[^\s%{}]+")


def vipr(solution: Solution[Any]) -> str:
    """The text of a VIPR 1.0 file that proves what a solution claims.

    The constant of the objective is left out, as VIPR has none.

    Raises
    ------
    SuasionError
        If nothing is proven, or that there is no bound, which VIPR cannot say.
    """
    if solution.grade == "unbounded" or (solution.primal is None and solution.dual is None):
        raise SuasionError(f"VIPR has no certificate for a solution of grade {solution.grade}")
    return _Writer(solution).text()


class _Writer:
    def __init__(self, solution: Solution[Any]) -> None:
        self.solution = solution
        self.statement: LinearProgramStatement = solution.problem.statement
        self.constraints: list[str] = []
        self.derived: list[str] = []
        self.lower: list[int | None] = []
        """Where the lower bound of each column stands, and below the upper one, and the two sides of each row."""
        self.upper: list[int | None] = []
        self.sides: list[tuple[int | None, int | None]] = []
        self.bounds = 0
        self.place = {j: k for k, j in enumerate(self.statement.integers)}
        self.sums: Sequence[Entries] = (solution.dual and solution.dual.sums) or ()
        self._state()

    def _state(self) -> None:
        for j in range(len(self.statement.objective)):
            low, high = self.statement.box(j)
            self.lower.append(None if low is None else self._add(f"l{j}", "G", low, [(j, 1)]))
            self.upper.append(None if high is None else self._add(f"u{j}", "L", high, [(j, 1)]))
        self.bounds = len(self.constraints)
        for i, row in enumerate(self.statement.rows):
            if row.lower is not None and row.lower == row.upper:
                at = self._add(f"r{i}", "E", row.lower, row.entries)
                self.sides.append((at, at))
            else:
                low_at = None if row.lower is None else self._add(f"r{i}l", "G", row.lower, row.entries)
                high_at = None if row.upper is None else self._add(f"r{i}u", "L", row.upper, row.entries)
                self.sides.append((low_at, high_at))

    def _add(self, name: str, sense: str, side: Fraction, entries: Iterable[tuple[int, Any]]) -> int:
        self.constraints.append(f"{name} {sense} {side}  {_sparse(entries)}")
        return len(self.constraints) - 1

    def _derive(self, constraint: str, reason: str) -> int:
        self.derived.append(f"d{len(self.derived)} {constraint} {{ {reason} }} -1")
        return len(self.constraints) + len(self.derived) - 1

    def text(self) -> str:
        """The whole file."""
        statement, solution = self.statement, self.solution
        if solution.dual is not None:
            if solution.dual.nodes is None:
                boxes: dict[int, tuple[Any, Any]] = {}
                words = "farkas" if solution.grade == "infeasible" else "rows"
                self._conclude(summed(solution.dual.multipliers or ()), boxes, words == "farkas")
            else:
                self._tree(solution.dual.nodes)
        low, high = (
            None if bound is None else bound - statement.constant for bound in (solution.lower, solution.upper)
        )
        goal = f"range {'-inf' if low is None else low} {'inf' if high is None else high}"
        values = summed(solution.primal.values) if solution.primal is not None else None
        integers = statement.integers
        return "\n".join(
            [
                "VER 1.0",
                f"VAR {len(statement.objective)}",
                *self._names(),
                f"INT {len(integers)}",
                *([" ".join(map(str, integers))] if integers else []),
                f"OBJ {statement.goal}",
                _sparse((j, c) for j, c in enumerate(statement.objective) if c),
                f"CON {len(self.constraints)} {self.bounds}",
                *self.constraints,
                f"RTP {'infeas' if solution.grade == 'infeasible' else goal}",
                f"SOL {0 if values is None else 1}",
                *([] if values is None else [f"point {_sparse(values.items())}"]),
                f"DER {len(self.derived)}",
                *self.derived,
                "",
            ]
        )

    def _names(self) -> Sequence[str]:
        """Names of the columns that VIPR can hold: without blanks, each once."""
        given = [self.statement.column_name(j) for j in range(len(self.statement.objective))]
        fit = self.statement.columns is not None and all(_NAME.fullmatch(name) for name in given)
        return given if fit else [f"x{j}" for j in range(len(given))]

    def _conclude(self, prices: Mapping[int, Fraction], boxes: Mapping[int, tuple[Any, Any]], empty: bool) -> int:
        """A sum of rows and bounds: of the objective, or one that is false.

        ``boxes`` says where the bounds of integer columns and sums stand that a branch has changed, as pairs of a place
        and a bound, by their numbers in the tree.
        """
        statement = self.statement
        minimises = statement.minimises and not empty
        left: dict[int, Fraction] = {} if empty else {j: c for j, c in enumerate(statement.objective) if c}
        weights: dict[int, Fraction] = {}
        total = Fraction(0)
        for i, y in prices.items():
            if y:
                place, side, listed = self._side(i, (y > 0) != minimises, boxes)
                weights[place] = weights.get(place, Fraction(0)) + y
                total += y * side
                for j, a in listed:
                    left[j] = left.get(j, Fraction(0)) - y * a
        for j, slope in left.items():
            if slope:
                place, end = self._end(j, (slope > 0) != minimises, boxes)
                weights[place] = weights.get(place, Fraction(0)) + slope
                total += slope * end
        if empty:
            return self._derive(f"L {total} 0", _reason("lin", weights))
        step, sense = statement.step, "G" if minimises else "L"
        if step and (total / step).denominator != 1:
            rounded = math.ceil(total / step) if minimises else math.floor(total / step)
            entries = _sparse((j, c / step) for j, c in enumerate(statement.objective) if c)
            scaled = {place: weight / step for place, weight in weights.items()}
            at = self._derive(f"{sense} {rounded} {entries}", _reason("rnd", scaled))
            return self._derive(f"{sense} {rounded * step} OBJ", _reason("lin", {at: step}))
        return self._derive(f"{sense} {total} OBJ", _reason("lin", weights))

    def _side(self, i: int, high: bool, boxes: Mapping[int, tuple[Any, Any]]) -> tuple[int, Fraction, Entries]:
        """Where a side of a row, or of a sum behind the rows, stands, what it is, and the row's entries."""
        rows = self.statement.rows
        if i < len(rows):
            found, entries = (self.sides[i][high], rows[i].upper if high else rows[i].lower), rows[i].entries
        else:
            k = i - len(rows)
            found, entries = (boxes.get(k + len(self.place)) or (None, None))[high] or (None, None), self.sums[k]
        place, side = found
        if place is None or side is None:
            raise SuasionError("a price leans on a side that its row has not")
        return place, side, entries

    def _end(self, column: int, high: bool, boxes: Mapping[int, tuple[Any, Any]]) -> tuple[int, Fraction]:
        """Where a bound stands, and what it is."""
        k = self.place.get(column)
        if k is not None and k in boxes:
            found: tuple[int, Fraction] | None = boxes[k][high]
        else:
            place, end = (self.upper if high else self.lower)[column], self.statement.box(column)[high]
            found = None if place is None or end is None else (place, end)
        if found is None:
            raise SuasionError("a reduced cost leans on a bound that its column has not")
        return found

    def _box(self, column: int) -> tuple[Any, Any]:
        """The bounds of an integer column, rounded inward."""
        ends: list[tuple[int, Fraction] | None] = []
        for high, place in enumerate((self.lower[column], self.upper[column])):
            end = self.statement.box(column)[high]
            if place is None or end is None:
                ends.append(None)
                continue
            whole = Fraction(math.floor(end) if high else math.ceil(end))
            if whole != end:
                place = self._derive(
                    f"{'L' if high else 'G'} {whole} 1 {column} 1", _reason("rnd", {place: Fraction(1)})
                )
            ends.append((place, whole))
        return ends[0], ends[1]

    def _tree(self, nodes: Any) -> None:
        """Every leaf under its assumptions, and the assumptions discharged on the way back to the root."""
        whole = {k: self._box(j) for k, j in enumerate(self.statement.integers)}
        bound = self.solution.lower if self.statement.minimises else self.solution.upper
        sense = "G" if self.statement.minimises else "L"
        claim = "L -1 0" if bound is None else f"{sense} {bound - self.statement.constant} OBJ"
        waiting: list[tuple[str, int, dict[int, tuple[Any, Any]], Any]] = [("node", 0, {}, None)]
        done: dict[int, int] = {}
        while waiting:
            what, at, box, note = waiting.pop()
            node = nodes[at]
            if what == "join":
                first, second = (int(child) for child in node["children"])
                done[at] = self._derive(claim, f"uns {done.pop(first)} {note[0]} {done.pop(second)} {note[1]}")
            elif "children" in node:
                k, split = int(node["split"][0]), int(node["split"][1])
                low, high = box.get(k) or whole.get(k) or (None, None)
                split_at = _sparse(self.sums[k - len(whole)] if k >= len(whole) else [(self.statement.integers[k], 1)])
                below = self._derive(f"L {split} {split_at}", "asm")
                above = self._derive(f"G {split + 1} {split_at}", "asm")
                left, right = (int(child) for child in node["children"])
                waiting.append(("join", at, box, (below, above)))
                waiting.append(("node", right, {**box, k: (_larger(low, (above, Fraction(split + 1))), high)}, None))
                waiting.append(("node", left, {**box, k: (low, _smaller(high, (below, Fraction(split))))}, None))
            else:
                done[at] = self._leaf(node, box)

    def _leaf(self, node: Mapping[str, Any], box: Mapping[int, tuple[Any, Any]]) -> int:
        for low, high in box.values():
            if low is not None and high is not None and low[1] > high[1]:
                return self._derive(f"L {high[1] - low[1]} 0", f"lin 2 {high[0]} 1 {low[0]} -1")
        empty = "farkas" in node
        prices = summed([(int(i), Fraction(y)) for i, y in node["farkas" if empty else "rows"]])
        return self._conclude(prices, box, empty)


def _larger(first: tuple[int, Fraction] | None, second: tuple[int, Fraction]) -> tuple[int, Fraction]:
    return second if first is None or second[1] >= first[1] else first


def _smaller(first: tuple[int, Fraction] | None, second: tuple[int, Fraction]) -> tuple[int, Fraction]:
    return second if first is None or second[1] <= first[1] else first


def _sparse(entries: Iterable[tuple[int, Any]]) -> str:
    listed = list(entries)
    return " ".join([str(len(listed)), *(f"{k} {value}" for k, value in listed)])


def _reason(rule: str, weights: Mapping[int, Fraction]) -> str:
    return f"{rule} {_sparse((k, w) for k, w in sorted(weights.items()) if w)}"
