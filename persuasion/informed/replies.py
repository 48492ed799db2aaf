"""A tree over what types reply, which proves that no message is worth more than it costs.

In a node every type t has a set A_t of replies left. Its relaxation splits each message into one part for each reply
of each type, independently of what other types do: a linear program with y_ta(s) >= 0 and ``sum over a in A_t of
y_ta = x``, whose multipliers are the leaf's (:mod:`dual.kinds.informed.public`). The root's relaxation knows the types.
A node that holds a message of the experiment has the bound zero, so its multipliers have to be exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

import numpy as np

from dual.errors import SolverError
from dual.kinds.informed.public import Replies
from dual.kinds.informed.statement import TypedStatement
from dual.numbers.exact import Vector
from transport.programs.arrays import Floats
from transport.programs.branching import Box, Leaf, Relaxed, Split
from transport.programs.effort import Effort
from transport.programs.floating import maximise
from transport.programs.linear import Infeasible, LinearProgram, Unbounded, solve
from transport.programs.rounding import round_dyadic

from .pricing import GAIN
from .profiles import EXACT_ROWS, Floating, Profile, largest

NEAR: Final = 1e-7
"""A node whose bound in floats is below this share of all gains is closed exactly if it can be."""


class Improved(Exception):
    """A message is worth more than it costs.

    Parameters
    ----------
    profile : tuple of int
        What is replied to it.
    """

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self.profile = profile


@dataclass(frozen=True)
class _Node:
    box: Box
    left: list[list[int]]
    multipliers: list[tuple[int, int, int, float]]
    empty: bool = False


class RepliesTree:
    """The program that :func:`transport.programs.branching.branch` grows a tree for.

    Its objective is what a message of length one is worth beyond its price; nothing above zero is to be left.

    Parameters
    ----------
    statement : TypedStatement
    tables : Floating
    prices : Vector
    known : mapping
        Profiles that the prices pay for; another one is reported at once.
    effort : Effort
    """

    def __init__(
        self,
        statement: TypedStatement,
        tables: Floating,
        prices: Vector,
        known: Mapping[Profile, int],
        effort: Effort,
    ) -> None:
        self.statement, self.tables, self.known, self.effort = statement, tables, known, effort
        self.checker = Replies(statement, prices)
        self.prices = prices
        self.costs = tables.prices(prices)
        self.total = sum(prices, Fraction(0))

    @property
    def lower(self) -> Fraction:
        """Messages are to be worth no more than they cost."""
        return Fraction(0)

    def relax(self, above: Relaxed | None, part: Box) -> Relaxed | None:
        """Solve the relaxation where some replies are left."""
        if self.effort.exhausted():
            return None
        box = {**(above.state.box if above is not None else {}), **part}
        left = self.checker.replies_left(box)
        if left is None:
            return Relaxed(-np.inf, None, (), _Node(box, [], []))
        found = self._relaxation(left)
        if found is None:  # nothing like a message has these replies
            return Relaxed(-1.0, self._split(left, np.zeros(self.tables.own.shape[:2])), (), _Node(box, left, [], True))
        value, x, parts, multipliers = found
        node = _Node(box, left, multipliers)
        if value > GAIN:
            self._look(x)
        return Relaxed(value, self._split(left, parts), (), node)

    def leaf(self, relaxed: Relaxed) -> Leaf:
        """Multipliers for a node: rounded where there is room, exact where there is none."""
        node: _Node = relaxed.state
        if not node.left:
            return Leaf({"multipliers": []}, None, ())
        rounded = round_dyadic([m for *_, m in node.multipliers] or [0.0])
        entry = self._entry([(*place[:3], m) for place, m in zip(node.multipliers, rounded, strict=False)])
        bound = self._bound(node.box, entry)
        if node.empty or (bound > 0 and relaxed.bound <= NEAR):
            exact = self._exact(node.left)
            if exact is not None:
                entry = self._entry(exact)
                bound = self._bound(node.box, entry)
        return Leaf(entry, bound, ())

    def _entry(self, multipliers: list[tuple[int, int, int, Fraction]]) -> dict[str, Any]:
        return {"multipliers": [[t, a, b, m] for t, a, b, m in multipliers if m > 0]}

    def _bound(self, box: Box, entry: Mapping[str, object]) -> Fraction:
        bound = self.checker.bound(box, entry, "leaf")
        return Fraction(-1) if bound is None else bound - self.total

    def _look(self, x: Floats) -> None:
        """Report what types reply to a message that is worth more than it costs."""
        profile = tuple(self.tables.replies(x[None])[0].tolist())
        if profile not in self.known and float((self.tables.worth(profile) - self.costs) @ x) > GAIN:
            raise Improved(profile)

    def _split(self, left: list[list[int]], parts: Floats) -> Split | None:
        """Split the type whose message is divided most evenly."""
        open_types = [t for t, allowed in enumerate(left) if len(allowed) > 1]
        if not open_types:
            return None
        t = min(open_types, key=lambda t: (round(float(parts[t].max()), 9), t))
        a = max(left[t], key=lambda a: (parts[t, a], -a))
        k = t * self.statement.action_count + a
        return Split({"split": [k, 0]}, ({k: (0, 0)}, {k: (1, 1)}))

    def _relaxation(
        self, left: list[list[int]]
    ) -> tuple[float, Floats, Floats, list[tuple[int, int, int, float]]] | None:
        """Value, message, by type and reply the length of its part, and multipliers; None if it is infeasible."""
        own, gains = self.tables.own, self.tables.gains
        T, A, S = own.shape
        program = relaxation(left, own.tolist(), gains.tolist(), self.costs.tolist())
        right = np.zeros(len(program.equal))
        right[0] = 1.0
        columns = len(program.cost)
        result = maximise(
            np.array(program.cost),
            limits=(-_sparse(program.above, columns), np.zeros(len(program.above))) if program.above else None,
            equations=(_sparse(program.equal, columns), right),
            method="highs-ds",
        )
        if result is None:
            return None
        parts = np.zeros((T, A))
        for (t, a), start in program.start.items():
            parts[t, a] = result.x[start : start + S].sum()
        units = self._units
        found = [
            (t, a, b, float(m) * units[t]) for (t, a, b), m in zip(program.names, result.limits, strict=True) if m > 0
        ]
        return result.value, np.maximum(result.x[:S], 0.0), parts, found

    @cached_property
    def _units(self) -> list[float]:
        """What multipliers of rows in floats count in the file's units, by type."""
        (own, units), scale = self.statement.own, self.tables.scale
        return [float(scale * unit / largest(table)) for table, unit in zip(own, units, strict=True)]

    def _exact(self, left: list[list[int]]) -> list[tuple[int, int, int, Fraction]] | None:
        """The best multipliers of a node, exactly; None if that takes too long."""
        gains, unit = self.statement.gains
        stated = relaxation(left, self.statement.own[0], gains, [p * unit for p in self.prices])
        senses = ["="] * len(stated.equal) + [">="] * len(stated.above)
        right = [1] + [0] * (len(senses) - 1)
        program = LinearProgram(stated.cost, [*stated.equal, *stated.above], senses, right)
        limit = None if self.effort.time_limit is None else max(self.effort.remaining(), 0.0)
        weights: tuple[Fraction, ...]
        try:
            found = solve(program, time_limit=limit, exact_rows=EXACT_ROWS)
        except Infeasible as proof:
            # Large enough that no gains outweigh them.
            most = Fraction(sum(abs(x) for table in gains for row in table for x in row))
            most += max(abs(p) for p in self.prices) * unit
            weights = tuple(2 * most * y / -proof.farkas[0] for y in proof.farkas)
        except (SolverError, Unbounded):  # out of time; the rounded multipliers stay
            return None
        else:
            if not found.exact:
                return None
            weights = found.dual
        units, tail = self.statement.own[1], weights[len(stated.equal) :]
        return [(t, a, b, -m * units[t] / unit) for (t, a, b), m in zip(stated.names, tail, strict=True) if m < 0]


@dataclass
class _Stated:
    """A relaxation: maximise ``cost``; rows ``equal`` are zero but the first, which is one; rows ``above`` are >= 0."""

    cost: list[Any]
    equal: list[dict[int, Any]]
    above: list[dict[int, Any]] = field(default_factory=list)
    names: list[tuple[int, int, int]] = field(default_factory=list)
    start: dict[tuple[int, int], int] = field(default_factory=dict)


def relaxation(left: list[list[int]], own: Any, gains: Any, costs: Sequence[Any]) -> _Stated:
    """The relaxation of a node, in whatever numbers the tables have: x first, then the parts of divided types."""
    S = len(costs)
    stated = _Stated([-cost for cost in costs], [dict.fromkeys(range(S), 1)])
    for t, allowed in enumerate(left):
        if len(allowed) == 1:
            stated.start[t, allowed[0]] = 0
            stated.cost[:S] = [c + g for c, g in zip(stated.cost[:S], gains[t][allowed[0]], strict=True)]
        else:
            for a in allowed:
                stated.start[t, a] = len(stated.cost)
                stated.cost += gains[t][a]
            stated.equal += [{s: -1, **{stated.start[t, a] + s: 1 for a in allowed}} for s in range(S)]
        for a in allowed:
            for b, other in enumerate(own[t]):
                d = [x - y for x, y in zip(own[t][a], other, strict=True)]
                if b != a and any(k < 0 for k in d):
                    stated.names.append((t, a, b))
                    stated.above.append({stated.start[t, a] + s: k for s, k in enumerate(d) if k})
    return stated


def _sparse(rows: Sequence[Mapping[int, float]], columns: int) -> Any:
    from scipy.sparse import csr_array

    ends = np.cumsum([0, *map(len, rows)])
    places = np.array([k for row in rows for k in row], dtype=np.int64)
    entries = np.array([x for row in rows for x in row.values()], dtype=np.float64)
    return csr_array((entries, places, ends), shape=(len(rows), columns))
