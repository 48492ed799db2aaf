"""Sets of actions: one agent who does several things, or a team in which each does one.

Doing all of S costs ``c(S)``, a sum, and succeeds with probability ``f(S)``; success is worth 1 to the principal. She
pays on success.

*One agent*, promised alpha, does what is best for him: ``g(alpha) = max_S alpha f(S) - c(S)``, a convex function of
alpha that is piecewise linear; where sets tie the principal may pick. She gets ``(1 - alpha) f(S)``.

* Primal: alpha and a best set. Dual: the pieces of g, each an alpha and a set that is best from there to the next
  one's alpha, the last to 1. On a piece g is linear, hence every best set within it has the same f: the principal
  gets most at its left end, and the bound is the largest ``(1 - alpha) f(S)``. As g is convex, a set that is best
  later has no smaller f: where a set is no longer best at the next alpha, that one's f takes the place of its own. At
  1 a *last* set may stand for it, which is best there, or all actions, than which nothing succeeds more often.
* That a set is best at some alpha is shown by looking at all sets, at most 2^16 of them; where f is additive, by each
  action for itself; and else by a branching tree over the actions (:mod:`dual.proofs.tree`) for a coverage function:
  maximise ``alpha sum_e w_e y_e - sum_i c_i x_i`` subject to ``y_e <= sum of x_i over the actions that cover e``, x
  binary and y in [0, 1]. Values are multiples of a step, so the tree's bound is rounded down to one.

*A team*: agent i of S works if her share ``c_i / (f(S) - f(S - i))`` of success makes up for her cost; the principal
gets ``f(S) (1 - the sum of shares)``. The checker looks at all sets itself; witnesses name the best one.

(Duetting, Ezra, Feldman and Kesselheim 2021, Combinatorial Contracts, and 2023, Multi-Agent Contracts.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from itertools import pairwise
from math import lcm
from typing import Any, Final, Self

from dual.errors import InputError, Violation
from dual.limits import NUMBERS, TREE_NODES
from dual.numbers.exact import Vector, index, items, probability, vector
from dual.numbers.masses import nonnegative
from dual.proofs import tree
from dual.proofs.rows import Rows
from dual.statement import Record, Witness, stated
from dual.words import brief

ENUMERATED: Final = 16
"""Actions whose sets the checker looks at one by one: 65,536 sets take a second."""


def read_coverage(raw: object, where: str) -> tuple[tuple[int, ...], ...]:
    """Read, for each action, the elements that it covers."""
    found = []
    for i, one in enumerate(items(raw, where)):
        covered = (index(e, f"{where}[{i}]", NUMBERS) for e in items(one, f"{where}[{i}]", empty=True))
        found.append(tuple(sorted(set(covered))))
    return tuple(found)


def read_set(raw: object, where: str, count: int | None = None) -> tuple[int, ...]:
    """Read a set of actions, each at most once."""
    found = tuple(index(i, f"{where}[{k}]", count or NUMBERS) for k, i in enumerate(items(raw, where, empty=True)))
    if len(set(found)) < len(found):
        raise InputError("an action stands twice in a set", where)
    return found


_costs = partial(vector, entry=nonnegative)


@dataclass(frozen=True, repr=False)
class SetFunction(Record):
    """What sets of actions cost and how often they succeed."""

    costs: Vector = stated(_costs, "*actions", "what each action costs, >= 0")
    additive: Vector | None = stated(_costs, "*actions", "what each action adds to the chance of success", default=None)
    coverage: tuple[tuple[int, ...], ...] | None = stated(
        read_coverage, "", "the elements that each action covers; success weighs what is covered", default=None
    )
    element_weights: Vector | None = stated(_costs, "*elements", "the weight of each element", default=None)
    table: Vector | None = stated(
        _costs, "*sets", "the chance of every set, by the number whose binary digits are its actions", default=None
    )

    def checked(self, found: Mapping[str, object], where: str) -> Self:  # noqa: ARG002
        """One form, of the right length."""
        n = len(self.costs)
        forms = [name for name in ("additive", "coverage", "table") if getattr(self, name) is not None]
        if len(forms) != 1:
            raise InputError('exactly one of "additive", "coverage" and "table" is needed', where)
        if (self.coverage is None) != (self.element_weights is None):
            raise InputError('the field goes with "coverage"', f"{where}.element_weights")
        if self.table is None:
            have, need = len(self.additive or self.coverage or ()), n
        else:
            if n > ENUMERATED:
                raise InputError(f"a table is read for at most {ENUMERATED} actions, not for {n}", f"{where}.table")
            have, need = len(self.table), 1 << n
        if have != need:
            raise InputError(f"the list has {have} entries where {need} are needed", f"{where}.{forms[0]}")
        weights = self.element_weights or ()
        if any(e >= len(weights) for covered in self.coverage or () for e in covered):
            raise InputError(f"there are {len(weights)} elements", f"{where}.coverage")
        return self

    def cost(self, chosen: Iterable[int]) -> Fraction:
        """``c(S)``."""
        return sum((self.costs[i] for i in chosen), Fraction(0))

    def success(self, chosen: Iterable[int]) -> Fraction:
        """``f(S)``."""
        if self.additive is not None:
            return sum((self.additive[i] for i in chosen), Fraction(0))
        if self.table is not None:
            return self.table[sum(1 << i for i in chosen)]
        covered = {e for i in chosen for e in (self.coverage or ())[i]}
        return sum(((self.element_weights or ())[e] for e in covered), Fraction(0))

    @cached_property
    def unit(self) -> int:
        """A common denominator of all numbers."""
        every = [*self.costs, *(self.additive or ()), *(self.element_weights or ()), *(self.table or ())]
        return lcm(*(x.denominator for x in every))

    @cached_property
    def every(self) -> tuple[list[int], list[int]]:
        """``f(S)`` and ``c(S)`` of every set, times the unit, in the order of the table.

        Raises
        ------
        InputError
            If there are too many.
        """
        n = len(self.costs)
        if n > ENUMERATED:
            raise InputError(f"the sets of {n} actions are too many to look at; at most {ENUMERATED} are", "costs")
        costs, weights, own = self._counted(self.costs), self._counted(self.element_weights), self.coverage or ()
        adds = self._counted(self.additive)
        success, spent, covered = [0] * (1 << n), [0] * (1 << n), [frozenset[int]()] * (1 << n)
        for code in range(1, 1 << n):
            rest, i = code & (code - 1), (code & -code).bit_length() - 1  # all but one action, and that one
            spent[code] = spent[rest] + costs[i]
            if self.additive is not None:
                success[code] = success[rest] + adds[i]
            elif self.coverage is not None:
                fresh = [e for e in own[i] if e not in covered[rest]]
                covered[code] = covered[rest].union(fresh)
                success[code] = success[rest] + sum(weights[e] for e in fresh)
        return (success if self.table is None else self._counted(self.table)), spent

    def _counted(self, values: Vector | None) -> list[int]:
        return [x.numerator * (self.unit // x.denominator) for x in values or ()]

    @cached_property
    def frontier(self) -> list[tuple[Fraction, Fraction, int]]:
        """Success, cost and number of the sets of which, at each alpha, one is best; the cheapest of equal success."""
        cheapest: dict[int, tuple[int, int]] = {}
        for code, (f, c) in enumerate(zip(*self.every, strict=True)):
            cheapest[f] = min((c, code), cheapest.get(f, (c, code)))
        hull: list[tuple[int, int, int]] = []
        for f, (c, code) in sorted(cheapest.items()):
            while len(hull) > 1 and _above(hull[-2], hull[-1], (f, c, code)):
                hull.pop()
            hull.append((f, c, code))
        return [(Fraction(f, self.unit), Fraction(c, self.unit), code) for f, c, code in hull]

    @cached_property
    def best_team(self) -> tuple[Fraction, tuple[int, ...]]:
        """The best team, by looking at every set; the first of several."""
        success = self.every[0]
        costs = [int(c * self.unit) for c in self.costs]
        best: tuple[Fraction, int] | None = None
        for code, f in enumerate(success):
            left = Fraction(1)
            for i in members(code):
                adds = f - success[code ^ 1 << i]
                if adds < 0 or (adds == 0 and costs[i]):
                    break
                left -= Fraction(costs[i], adds or 1)
                if best is not None and f * left <= best[0]:
                    break  # further shares make it no better
            else:
                if best is None or f * left > best[0]:
                    best = f * left, code
        if best is None:  # the empty team always works
            raise Violation("there is no team")
        return best[0] / self.unit, members(best[1])

    def relaxation(self, alpha: Fraction) -> tuple[Rows, Fraction]:
        """The linear program of a best set at alpha, and the step of which the values of sets are multiples."""
        n, weights = len(self.costs), self.element_weights or ()
        gains = [alpha * w for w in weights]
        rows: list[dict[int, Fraction | int]] = [{n + e: 1} for e in range(len(weights))]
        for i, covered in enumerate(self.coverage or ()):
            for e in covered:
                rows[e][i] = -1
        objective = [-c for c in self.costs] + gains
        boxes: list[tuple[int | None, int | None]] = [(0, 1)] * (n + len(weights))
        step = Fraction(1, lcm(*(x.denominator for x in objective)))
        return Rows(objective, rows, ["<="] * len(rows), [0] * len(rows), boxes, n), step


def _above(a: tuple[int, int, int], b: tuple[int, int, int], c: tuple[int, int, int]) -> bool:
    """Whether b lies on or above the line from a to c."""
    return (b[1] - a[1]) * (c[0] - a[0]) >= (c[1] - a[1]) * (b[0] - a[0])


def members(code: int) -> tuple[int, ...]:
    """The actions of a set, by its number.

    Examples
    --------
    >>> members(0b1101)
    (0, 2, 3)
    """
    return tuple(i for i in range(code.bit_length()) if code >> i & 1)


def read_nodes(raw: object, where: str) -> tuple[Any, ...]:
    """Read a tree's nodes; they are looked at when it is checked."""
    found = items(raw, where)
    if len(found) > TREE_NODES:
        raise InputError(f"the tree has {len(found)} nodes; at most {TREE_NODES} are read", where)
    return tuple(found)


@dataclass(frozen=True, repr=False)
class Piece(Record):
    """A set that is best from some alpha on."""

    alpha: Fraction = stated(probability, "", "what the agent is promised of a success")
    chosen: tuple[int, ...] = stated(read_set, "", "what he does")
    nodes: tuple[Any, ...] | None = stated(read_nodes, "", "a tree, if sets are too many to look at", default=None)


@dataclass(frozen=True, repr=False)
class Promise(Witness):
    """A share, and what the agent does for it."""

    alpha: Fraction = stated(probability, "", "what the agent is promised of a success")
    chosen: tuple[int, ...] = stated(read_set, "", "what he does")
    nodes: tuple[Any, ...] | None = stated(read_nodes, "", "a tree, if sets are too many to look at", default=None)


@dataclass(frozen=True, repr=False)
class Envelope(Witness):
    """What the agent does at every alpha."""

    pieces: tuple[Piece, ...] = stated(Piece, "*pieces", "from alpha = 0 on")
    nodes: tuple[Any, ...] | None = stated(read_nodes, "", "a tree at alpha = 1, if sets are too many", default=None)
    last: tuple[int, ...] | None = stated(
        read_set, "", "what he does at alpha = 1, or all actions, if not the last piece's set", default=None
    )


@dataclass(frozen=True, repr=False)
class Crew(Witness):
    """Who works in the best team."""

    chosen: tuple[int, ...] = stated(read_set, "", "the agents who work")


def require_best(
    sets: SetFunction, alpha: Fraction, chosen: Sequence[int], nodes: tuple[Any, ...] | None, where: str
) -> Fraction:
    """What a set leaves the agent at alpha, once no other leaves him more."""
    if any(i >= len(sets.costs) for i in chosen):
        raise InputError(f"there are {len(sets.costs)} actions", f"{where}.chosen")
    have = alpha * sets.success(chosen) - sets.cost(chosen)
    if sets.additive is not None:
        pairs = zip(sets.additive, sets.costs, strict=True)
        most: Fraction | None = sum((max(alpha * f - c, Fraction(0)) for f, c in pairs), Fraction(0))
    elif nodes is None:
        most = max(alpha * f - c for f, c, _ in sets.frontier)
    else:
        if sets.coverage is None:
            raise InputError("a tree is for coverage functions", f"{where}.nodes")
        relaxation, step = sets.relaxation(alpha)
        bound = tree.upper(relaxation, nodes, f"{where}.nodes")
        most = None if bound is None else (bound / step).__floor__() * step
    if most is None or most > have:
        shown = "something" if most is None else brief(most)
        raise Violation(
            f"{where}: at alpha = {brief(alpha)} the set leaves the agent {brief(have)}, he may have {shown}"
        )
    return have


def promised(sets: SetFunction, primal: Promise) -> Fraction:
    """What the principal gets from a promise."""
    if primal.alpha < 0:
        raise Violation(f"alpha = {brief(primal.alpha)} < 0")
    require_best(sets, primal.alpha, primal.chosen, primal.nodes, "primal")
    return (1 - primal.alpha) * sets.success(primal.chosen)


def enveloped(sets: SetFunction, dual: Envelope) -> Fraction:
    """The bound that the pieces of the agent's value prove."""
    if dual.pieces[0].alpha != 0:
        raise Violation(f"the first piece begins at {brief(dual.pieces[0].alpha)}, not at 0")
    for k, piece in enumerate(dual.pieces):
        require_best(sets, piece.alpha, piece.chosen, piece.nodes, f"pieces[{k}]")
    bounds = []
    for k, (piece, later) in enumerate(pairwise(dual.pieces), 1):
        if not piece.alpha < later.alpha <= 1:
            raise Violation(
                f"pieces[{k}] begins at {brief(later.alpha)}, after {brief(piece.alpha)}; they increase to 1"
            )
        here, there = (later.alpha * sets.success(s) - sets.cost(s) for s in (piece.chosen, later.chosen))
        bounds.append((1 - piece.alpha) * sets.success((piece if here == there else later).chosen))
    final = dual.pieces[-1]
    last = final.chosen if dual.last is None else dual.last
    if dual.last is None or sets.table is not None or len(last) < len(sets.costs):
        require_best(sets, Fraction(1), last, dual.nodes, "dual")
    return max([*bounds, (1 - final.alpha) * sets.success(last)])


def shares(sets: SetFunction, chosen: Sequence[int]) -> list[Fraction] | None:
    """What each agent of a team has to be promised; None if nothing makes one of them work."""
    found = []
    for i in chosen:
        adds = sets.success(chosen) - sets.success([j for j in chosen if j != i])
        if adds < 0 or (adds == 0 and sets.costs[i]):
            return None
        found.append(sets.costs[i] / adds if sets.costs[i] else Fraction(0))
    return found


def team_value(sets: SetFunction, chosen: Sequence[int]) -> Fraction | None:
    """What the principal gets from a team; None if it cannot be made to work."""
    found = shares(sets, chosen)
    return None if found is None else sets.success(chosen) * (1 - sum(found, Fraction(0)))


def crewed(sets: SetFunction, witness: Crew) -> Fraction:
    """What the best team brings, once it is the one that is named."""
    if any(i >= len(sets.costs) for i in witness.chosen):
        raise InputError(f"there are {len(sets.costs)} agents", "chosen")
    have, (most, best) = team_value(sets, witness.chosen), sets.best_team
    if have != most:
        shown = "cannot be made to work" if have is None else f"brings {brief(have)}"
        raise Violation(f"the team {list(witness.chosen)} {shown}, but {list(best)} brings {brief(most)}")
    return most
