"""Linear relaxations, for the branching trees of :mod:`dual.proofs.tree`.

A leaf is ``{"rows": [[i, y_i], ...]}``: any row multipliers of the right signs prove

    ``objective . x <= y . rhs + sum over k of max (objective - y A)_k x_k over the box``,

and ``{"farkas": [[i, y_i], ...]}`` proves that the leaf is empty, if the same sum without the objective is negative.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm

from dual.errors import InputError, Violation
from dual.limits import spend
from dual.numbers.exact import index, items, number, over_common_denominator
from dual.statement import fields
from dual.words import brief

from .tree import Box


@dataclass(frozen=True)
class Rows:
    """A linear relaxation: maximise ``objective . x`` subject to rows, with every variable in a box.

    Attributes
    ----------
    objective : sequence of Fraction
    rows : sequence of mappings from variable to coefficient
    senses : sequence of ``"<="``, ``">="``, ``"="``
    rhs : sequence of Fraction
    boxes : sequence of (low, high)
        ``None`` stands for infinity.
    integers : int
        The variables below this number are integers with finite boxes.
    """

    objective: Sequence[Fraction]
    rows: Sequence[Mapping[int, Fraction | int]]
    senses: Sequence[str]
    rhs: Sequence[Fraction | int]
    boxes: Sequence[tuple[int | None, int | None]]
    integers: int

    def variables(self) -> int:
        """How many variables may be split."""
        return self.integers

    def box(self, variable: int) -> tuple[int, int]:
        """The bounds of an integer variable at the root."""
        low, high = self.boxes[variable]
        if low is None or high is None:
            raise Violation(f"variable {variable} has no finite box, so it cannot be split")
        return int(low), int(high)

    def exclusive(self, first: Sequence[int], second: Sequence[int]) -> bool:
        """Whether one row ``sum of x <= 1`` over binaries holds all of these variables, none of them twice."""
        together = {*first, *second}
        if len(together) < len(first) + len(second) or any(self.box(k) != (0, 1) for k in together):
            return False
        return any(
            sense in ("<=", "=") and side == 1 and all(row.get(k) == 1 for k in together) and self._harmless(row)
            for row, sense, side in zip(self.rows, self.senses, self.rhs, strict=True)
        )

    def _harmless(self, row: Mapping[int, Fraction | int]) -> bool:
        """Whether no term of a row can be negative."""
        return all(c >= 0 and (self.boxes[k][0] or 0) >= 0 and self.boxes[k][0] is not None for k, c in row.items())

    def follow(self, _box: Box, _raw: object, where: str) -> Box:
        """Nothing follows from the boxes of a linear relaxation; its leaves do without."""
        raise InputError("nothing follows from the boxes of a linear relaxation", where)

    def bound(self, box: Box, leaf: Mapping[str, object], where: str, one_of: Collection[int] = ()) -> Fraction | None:
        """The bound that row multipliers prove within a box, or where one of some variables is one or more."""
        empty = "farkas" in leaf
        found = fields(leaf, ["farkas" if empty else "rows"], where=where)
        total, reduced, common = self._combined(next(iter(found.values())), where, objective=not empty)
        for k, slope in reduced.items():
            if slope:
                low, high = box.get(k) or self.boxes[k]
                end = high if slope > 0 else low
                if end is None:
                    shown = brief(Fraction(slope, common))
                    raise Violation(f"{where}: variable {k} has reduced cost {shown} and no bound on that side")
                total += slope * end
        parts = [total]
        if one_of:
            # Where a variable is one or more, only its own term is another: a negative slope counts from one on.
            bounds = [(k, *(box.get(k) or self.box(k))) for k in one_of]
            parts = [total + min(reduced.get(k, 0), 0) * (max(low, 1) - low) for k, low, high in bounds if high >= 1]
        if not parts:
            return None
        best = Fraction(max(parts), common)
        if empty and best >= 0:
            raise Violation(f"{where}: the multipliers do not prove the leaf empty, as {brief(best)} >= 0")
        return None if empty else best

    @cached_property
    def _gains(self) -> tuple[list[int], int]:
        """The objective in integers."""
        return over_common_denominator(self.objective)

    def _combined(
        self, raw: object, where: str, *, objective: bool
    ) -> tuple[Fraction | int, dict[int, Fraction | int], int]:
        """``y . rhs`` and ``objective - y A`` of multipliers with the right signs, times a common denominator."""
        entries = [items(entry, where, 2) for entry in items(raw, where, empty=True)]
        chosen = [(index(row, where, len(self.rows)), number(weight, where)) for row, weight in entries]
        gains, denominator = self._gains if objective else ([], 1)
        common = lcm(denominator, *(y.denominator for _, y in chosen))
        work = 6 * (len(gains) + sum(len(self.rows[i]) for i, _ in chosen)) * (1 + common.bit_length() // 64)
        spend(work, f"{where}: combining rows")
        total: Fraction | int = 0
        reduced: dict[int, Fraction | int] = {k: gain * (common // denominator) for k, gain in enumerate(gains) if gain}
        for i, y in chosen:
            if (self.senses[i] == "<=" and y < 0) or (self.senses[i] == ">=" and y > 0):
                raise Violation(f"{where}: the multiplier {brief(y)} of row {i} ({self.senses[i]}) has the wrong sign")
            weight = y.numerator * (common // y.denominator)
            total += weight * self.rhs[i]
            for k, coefficient in self.rows[i].items():
                reduced[k] = reduced.get(k, 0) - weight * coefficient
        return total, reduced, common
