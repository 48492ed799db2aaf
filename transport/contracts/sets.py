"""Sets of actions: the pieces of an agent's value by crossing lines, best sets by enumeration, greedily or by CP-SAT.

A piece of the envelope is found by asking for a best set where the lines of two known ones cross; if nothing is better
there, they are neighbours. K pieces take about 2 K questions. Where sets are too many to look at, the answer to each is
proven by a branching tree of our own, as solvers export none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from math import lcm
from typing import Any, Final

from dual.errors import SolverError
from dual.kinds.contracts.sets import ENUMERATED, Crew, Envelope, Piece, Promise, SetFunction, members
from dual.kinds.contracts.statement import ContractStatement
from transport.programs.branching import Box, Leaf, Relaxed, Split, Tree, branch
from transport.programs.cp_sat import run
from transport.programs.effort import Effort
from transport.programs.linear import solve
from transport.programs.program import Infeasible, LinearProgram
from transport.road.methods import Found

from .teams import solve_team

ENVELOPE: Final = "envelope"
TEAM: Final = "team"
_INT64: Final = 2**62
"""Sums of values stay below this in CP-SAT, whose numbers have 64 bits."""
RULE: Final = "the least alpha among equally good ones"


@dataclass(frozen=True)
class Line:
    """What a set leaves the agent: ``alpha f - c``."""

    chosen: tuple[int, ...]
    f: Fraction
    c: Fraction

    def at(self, alpha: Fraction) -> Fraction:
        """Its value at alpha."""
        return alpha * self.f - self.c


class Demand:
    """Best sets at any alpha, of those that tie the one that succeeds most."""

    def __init__(self, sets: SetFunction, effort: Effort) -> None:
        self.sets, self.effort = sets, effort
        self.asked = 0

    def best(self, alpha: Fraction) -> Line:
        """A best set at alpha."""
        self.asked += 1
        if self.effort.exhausted():
            raise SolverError("the time limit was reached")
        sets = self.sets
        if sets.additive is not None:
            chosen = tuple(i for i, (f, c) in enumerate(zip(sets.additive, sets.costs, strict=True)) if alpha * f >= c)
        elif len(sets.costs) <= ENUMERATED:
            chosen = members(max(sets.frontier, key=lambda one: (alpha * one[0] - one[1], one[0]))[2])
        else:
            chosen = self._by_cp_sat(alpha)
        return Line(chosen, sets.success(chosen), sets.cost(chosen))

    def _by_cp_sat(self, alpha: Fraction) -> tuple[int, ...]:
        """A best set of a coverage function, its objective scaled to integers by an exact common denominator."""
        from ortools.sat.python import cp_model

        sets, weights = self.sets, self.sets.element_weights or ()
        values = [*(alpha * w for w in weights), *sets.costs]
        unit = lcm(*(v.denominator for v in values))
        if unit * sum(values) >= _INT64:
            # Rounded: a set that is nearly best still makes a valid question for the tree, which proves or corrects it.
            unit = int(_INT64 // max(1, int(sum(values)) + 1) // 4)
        model = cp_model.CpModel()
        x = [model.new_bool_var(f"x{i}") for i in range(len(sets.costs))]
        y = [model.new_bool_var(f"y{e}") for e in range(len(weights))]
        for e, covered in enumerate(y):
            model.add_bool_or([*(x[i] for i, own in enumerate(sets.coverage or ()) if e in own), covered.negated()])
        gains = sum(int(unit * alpha * w) * covered for w, covered in zip(weights, y, strict=True))
        model.maximize(gains - sum(int(unit * c) * one for c, one in zip(sets.costs, x, strict=True)))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.absolute_gap_limit = solver.parameters.relative_gap_limit = 0.0
        if self.effort.time_limit is not None:
            solver.parameters.max_time_in_seconds = max(self.effort.remaining(), 0.01)
        status = run(solver, model, self.effort)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise SolverError("CP-SAT found no set")
        return tuple(i for i, one in enumerate(x) if solver.value(one))


@dataclass
class Cover:
    """The branching program of a best set at alpha.

    Attributes
    ----------
    lower : Fraction
        The best value known; better sets that turn up on the way raise it.
    found : tuple of int
        The set that attains it.
    """

    sets: SetFunction
    alpha: Fraction
    lower: Fraction
    found: tuple[int, ...]
    effort: Effort
    boxes: dict[int, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rows, self.step = self.sets.relaxation(self.alpha)

    def relax(self, above: Relaxed | None, part: Box) -> Relaxed | None:
        """Solve the linear program in a part of a node, exactly."""
        box = {**(above.state[0] if above is not None else {}), **part}
        if self.effort.exhausted():
            return None
        n = len(self.sets.costs)
        rows: list[dict[int, Fraction | int]] = [dict(row) for row in self.rows.rows]
        senses, right = list(self.rows.senses), list(self.rows.rhs)
        for k in range(len(self.rows.objective)):
            low, high = box.get(k, (0, 1))
            if low > high:
                return Relaxed(-float("inf"), None, (), (box, None))
            rows.append({k: 1})
            senses.append("=" if low == high else "<=")
            right.append(high)
        try:
            found = solve(LinearProgram(list(self.rows.objective), rows, senses, right))
        except Infeasible as refuted:
            weights = refuted.farkas[: len(self.rows.rows)]
            return Relaxed(-float("inf"), None, (), (box, ("farkas", weights)))
        weights = found.dual[: len(self.rows.rows)]
        chosen = tuple(i for i in range(n) if found.primal[i] * 2 >= 1)
        value = self.alpha * self.sets.success(chosen) - self.sets.cost(chosen)
        if value > self.lower:
            self.lower, self.found = value, chosen
        split = None
        parts = [(abs(x - Fraction(1, 2)), i) for i, x in enumerate(found.primal[:n]) if x.denominator > 1]
        if parts:
            _, i = min(parts)
            split = Split({"split": [i, 0]}, ({i: (0, 0)}, {i: (1, 1)}))
        return Relaxed(float(found.value), split, (), (box, ("rows", weights)))

    def leaf(self, relaxed: Relaxed) -> Leaf:
        """The multipliers of a node, and the bound that they prove, rounded down to a step."""
        box, (word, weights) = relaxed.state
        entry: dict[str, Any] = {word: [[k, y] for k, y in enumerate(weights) if y]}
        bound = self.rows.bound(box, entry, "leaf")
        return Leaf(entry, None if bound is None else (bound / self.step).__floor__() * self.step, ())


def proven_best(sets: SetFunction, line: Line, alpha: Fraction, effort: Effort) -> tuple[Line, Tree | None]:
    """A set that is best at alpha, with its tree if it needs one; a better one than was asked about if there is."""
    if sets.coverage is None or len(sets.costs) <= ENUMERATED:
        return line, None
    program = Cover(sets, alpha, line.at(alpha), line.chosen, effort)
    grown = branch(program, effort, step=program.step)
    if grown is None or grown.upper > program.lower:
        raise SolverError("the time limit was reached, or the tree is too large")
    chosen = program.found
    return Line(chosen, sets.success(chosen), sets.cost(chosen)), grown


def unpaid(sets: SetFunction) -> Found:
    """No promise, for which the agent does what costs nothing; nobody gets more than all actions bring."""
    everything = range(len(sets.costs))
    free = tuple(i for i in everything if not sets.costs[i])
    nodes: tuple[Any, ...] | None = None if sets.coverage is None else ({"rows": []},)
    pieces = (Piece(Fraction(0), free, nodes),)
    return Found(Promise(Fraction(0), free, nodes), Envelope(pieces, last=tuple(everything)), ENVELOPE)


def bracket(sets: SetFunction, known: Mapping[Fraction, tuple[Line, Tree | None]]) -> Found:
    """What best sets at some alphas, 0 and 1 among them, prove; between them success only grows."""
    held = [Piece(alpha, line.chosen, _nodes(grown)) for alpha, (line, grown) in sorted(known.items()) if alpha < 1]
    last, grown = known[Fraction(1)]
    best = max(held, key=lambda piece: (1 - piece.alpha) * sets.success(piece.chosen))
    promise = Promise(best.alpha, best.chosen, best.nodes)
    return Found(promise, Envelope(tuple(held), _nodes(grown), last.chosen), ENVELOPE, len(known), rule=RULE)


def pieces_of(sets: SetFunction, effort: Effort) -> tuple[list[Piece], tuple[Any, ...] | None, int]:
    """The pieces of the agent's value from 0 to 1, the tree at 1, and how many questions were asked.

    Raises
    ------
    SolverError
        If the time is over.
    """
    demand = Demand(sets, effort)
    zero, one = Fraction(0), Fraction(1)
    known: dict[Fraction, tuple[Line, Tree | None]] = {}

    def asked(alpha: Fraction) -> Line:
        known[alpha] = proven_best(sets, demand.best(alpha), alpha, effort)
        # Under a time limit an offer costs a check of all that was found: one each time that has doubled.
        if one in known and (effort.time_limit is None or len(known).bit_count() == 1):
            effort.offer(partial(bracket, sets, dict(known)))
        return known[alpha][0]

    def between(left: Line, right: Line, to: Fraction) -> list[tuple[Fraction, Line]]:
        """The breakpoints right of the left line, up to where the right line is best."""
        if left.f == right.f:
            return []
        alpha = (right.c - left.c) / (right.f - left.f)
        middle = asked(alpha)
        effort.tell(f"{demand.asked} best sets")
        if middle.at(alpha) == left.at(alpha):
            return [(alpha, right)]
        return [*between(left, middle, alpha), *between(middle, right, to)]

    first, last = asked(zero), asked(one)
    found = [(zero, first), *between(first, last, one)]
    # Where two breakpoints fall together, as at 0 with actions that cost nothing, the later set succeeds more often.
    last_at = dict(found)
    trees = {alpha: grown for alpha, (_, grown) in known.items()}
    held = [Piece(alpha, line.chosen, _nodes(trees.get(alpha))) for alpha, line in last_at.items() if alpha < 1]
    return held, _nodes(trees[one]), demand.asked


def _nodes(grown: Tree | None) -> tuple[Any, ...] | None:
    return None if grown is None else tuple(grown.nodes)


def solve_sets(statement: ContractStatement, effort: Effort) -> Found:
    """The best promise to an agent who does several things, or the best team."""
    if statement.team is not None and len(statement.team.costs) > ENUMERATED:
        return solve_team(statement.team, effort)
    if statement.team is not None:
        crew = Crew(statement.team.best_team[1])
        return Found(crew, crew, TEAM, rule="the first of equally good teams")
    sets = statement.combinatorial
    if sets is None:
        raise SolverError("there are no sets of actions")
    if sets.table is None:
        effort.offer(lambda: unpaid(sets))
    try:
        pieces, nodes, asked = pieces_of(sets, effort)
    except SolverError as error:
        return Found(None, None, ENVELOPE, claim=str(error))
    best = max(pieces, key=lambda piece: (1 - piece.alpha) * sets.success(piece.chosen))
    promise = Promise(best.alpha, best.chosen, best.nodes)
    return Found(promise, Envelope(tuple(pieces), nodes), ENVELOPE, asked, rule=RULE)
