"""The hard optimum: logic-based Benders decomposition, and the tree that proves it.

The relaxed assignment program bounds the welfare; a triple whose reduced gain leaves nothing above the best
equilibrium known is out. The master picks the best matching among the triples that are left, the support test accepts
it or names a conflict, and the conflict becomes a row of the master (Hooker and Ottosson, Mathematical Programming 96,
2003). What CP-SAT says is not believed: the bound is the relaxation's or a branching tree's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import Any

import numpy as np

from dual.errors import SolverError
from dual.kinds.delivery.bound import potentials, rounded
from dual.kinds.delivery.conflicts import Conflict, conflict
from dual.kinds.delivery.costs import Triple
from dual.kinds.delivery.equilibrium import welfare
from dual.kinds.delivery.rest import rest
from dual.kinds.delivery.statement import DeliveryStatement
from dual.kinds.delivery.witness import read_bound
from transport.programs.branching import branch
from transport.programs.effort import Effort

from .arrays import Arrays
from .branching import MAX_NODES, NOTHING, Better, Triples
from .heaviest import Fewest, Ties, certain_equilibrium, cheapest_couriers, fewest
from .master import best_matching
from .prices import Prices
from .relaxation import Bound, relax, triples_above
from .support import Contradiction, renamed, support
from .witness import lp_bound

Offer = Callable[[tuple[Triple, ...], Mapping[str, Any]], None]
"""Told a matching and the witness of a bound."""
MASTERS = 30
"""After so many masters the tree, which finds its own conflicts, is quicker than one more."""
LARGEST_TREE = 20_000
"""Above so many triples no tree is grown."""


@dataclass
class Search:
    """The state of one search.

    Attributes
    ----------
    trades : tuple of triples
        The best supported (or, for efficiency, any) matching known.
    value : Fraction
        Its welfare.
    above : mapping
        The witness of a bound on it.
    documents, conflicts : lists
        The contradictions found, as witnesses and as rows.
    """

    statement: DeliveryStatement
    arrays: Arrays
    effort: Effort
    offer: Offer
    trades: tuple[Triple, ...] = ()
    value: Fraction = Fraction(0)
    ties: Ties | None = None
    heaviest: tuple[tuple[int, int], ...] = ()
    documents: list[dict[str, Any]] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    rounds: int = 0
    above: Mapping[str, Any] = field(default_factory=dict)

    @property
    def priced(self) -> bool:
        """Whether matchings have to be supported by prices."""
        return self.statement.objective != "efficient"

    def begin(self, least: Fewest) -> None:
        """Start from an equilibrium that exists for certain."""
        start = certain_equilibrium(self.arrays, least, self.statement.tips or not self.priced)
        if start is None:
            raise SolverError("there is no equilibrium without tips")
        self.trades, self.value = start, welfare(self.statement, start)
        if self.priced and not self.statement.tips:
            self.ties, self.heaviest = Ties.of(self.arrays), least.pairs
        elif not self.priced and self.value < 0:
            self.trades, self.value = (), Fraction(0)
        # Every buyer is promised the best that any store and courier could give her.
        cost, _ = self.arrays.least(np.zeros(self.arrays.shape[2], dtype=self.arrays.values.dtype))
        best = np.maximum((self.arrays.values - cost).max(axis=1), 0)
        nothing = [np.zeros(count, dtype=best.dtype) for count in self.arrays.shape[1:]]
        self.above = lp_bound(Prices(*map(self.arrays.fractions, (best, *nothing))))
        self.offer(self.trades, self.above)

    def refusals(self, trades: Sequence[Triple]) -> list[tuple[dict[str, Any], Conflict]]:
        """Contradictions that no prices with tips solve, none if prices support the trades, or any matching will do.

        No two have a trade in common: once one is found, the rest of the market is put to the test without its agents.
        """
        found: list[tuple[dict[str, Any], Conflict]] = []
        kept, left = [list(range(count)) for count in self.arrays.shape], list(trades)
        while self.priced and self.statement.tips:
            places = [{agent: n for n, agent in enumerate(side)} for side in kept]
            inside = [(places[0][i], places[1][j], places[2][k]) for i, j, k in left]
            refused = support(self.arrays.chosen(*kept), inside, tips=True)
            if not isinstance(refused, Contradiction):
                break
            document = renamed(refused.document, kept)
            each = conflict(self.statement, document, "conflict")
            # Beside an agent who was taken out somebody may seem idle who is not.
            if sum(map(each.touched, trades)) > each.limit:
                found.append((document, each))
            named = [one for one in left if one in each.triples or one[:2] in each.pairs]
            left = [one for one in left if one not in named]
            if not named or not left:
                break
            gone = [{one[side] for one in named} for side in range(3)]
            kept = [[agent for agent in side if agent not in out] for side, out in zip(kept, gone, strict=True)]
        return found

    def note(self, documents: Sequence[dict[str, Any]]) -> None:
        """Keep contradictions."""
        self.documents += documents
        self.conflicts += [conflict(self.statement, document, "conflict") for document in documents]

    def accept(self, trades: Sequence[Triple]) -> None:
        """Keep a matching if it is better, with the couriers who deliver its pairs at the least cost."""
        cheapest = cheapest_couriers(self.arrays, [(i, j) for i, j, _ in trades])
        if self.ties is not None and not self.ties.hold([(i, j) for i, j, _ in trades]):
            return  # floats took it for a heaviest matching
        if not self.refusals(cheapest) and welfare(self.statement, cheapest) > self.value:
            self.trades, self.value = cheapest, welfare(self.statement, cheapest)
            self.effort.tell(f"welfare {float(self.value):.10g}")
            if self.effort.time_limit is None:  # under a limit the time is kept for the search and its own proof
                self.offer(self.trades, self.above)

    def units(self, amount: Fraction) -> float:
        """An amount in the arrays' units."""
        return float(amount * self.arrays.denominator)

    def decompose(self, bound: Bound, limit: Effort) -> None:
        """Master and support test in turn, over more and more triples, until nothing better can be left out."""
        slack = max(self.units(bound.total - self.value), 1.0)
        reach = min(slack, max(1.0, slack / 64))
        target = 4 * sum(self.arrays.shape)
        while reach < slack and len(triples_above(bound.reduced, -reach)) < target:
            reach *= 2
        while not limit.exhausted():
            slack = self.units(bound.total - self.value) - 1
            if slack < 0:
                return
            reach = min(reach, slack)
            triples = sorted({*triples_above(bound.reduced, -reach), *self.trades})
            most = floor(bound.total * self.arrays.denominator)
            if len(triples) > 10 * LARGEST_TREE or not self._masters(triples, most, limit):
                return
            if reach >= self.units(bound.total - self.value) - 1:
                return
            reach *= 2

    def _masters(self, triples: Sequence[Triple], most: int, limit: Effort) -> bool:
        """Solve masters over some triples until one is supported; False if the master was stopped early."""
        while True:
            self.rounds += 1
            found = best_matching(self.arrays, triples, self.conflicts, self.ties, most, self.trades, limit)
            if found is None:
                return False
            refused = self.refusals(found.trades)
            if not refused:
                self.accept(found.trades)
                return found.best
            self.note([document for document, _ in refused])
            reached = float(welfare(self.statement, found.trades))
            self.effort.tell(f"conflict {len(self.conflicts)} at welfare {reached:.10g}")
            if limit.exhausted() or self.rounds >= MASTERS:
                return False

    def witness(self, bound: Bound) -> dict[str, Any]:
        """What the relaxation's potentials prove."""
        found = lp_bound(bound.prices)
        if self.ties is not None:
            found |= {"weight": bound.weight, "heaviest": [list(pair) for pair in self.heaviest]}
        return found

    def prove(self, bound: Bound) -> Mapping[str, object]:
        """The witness of the upper bound: potentials if they close it, otherwise a tree as far as it gets."""
        witness = self.witness(bound)
        while rounded(self.statement, bound.total) > self.value and not self.effort.exhausted():
            began = time.perf_counter()
            root = potentials(self.statement, read_bound(witness, "bound", self.statement))
            part = rest(self.statement, root, self.value, self.conflicts)
            if len(part.triples) > LARGEST_TREE:
                break
            self.effort.tell(f"tree over {len(part.triples)} triples")
            again = time.perf_counter() - began  # the checker derives the same
            if self.effort.remaining() <= 2 * again:
                break
            program = Triples(self.statement, part, self.value, self.refusals, self.effort, again)
            try:
                grown = branch(program, self.effort, max_nodes=MAX_NODES, stop=program.out_of_time)
            except Better as found:
                self.note(program.conflicts)
                self.accept(found.trades)
                continue
            self.note(program.conflicts)
            tree = {
                **witness,
                "kind": "tree",
                "level": self.value,
                "nodes": [NOTHING] if grown is None else grown.nodes,
            }
            if self.documents:
                tree["conflicts"] = list(self.documents)
            return tree
        return witness


def search(
    statement: DeliveryStatement, arrays: Arrays, effort: Effort, offer: Offer
) -> tuple[Search, Mapping[str, object]]:
    """The best matching of a market without structure, and the witness of an upper bound.

    On the way ``offer`` is told matchings, each with the witness of a bound.
    """
    found = Search(statement, arrays, effort, offer)
    found.begin(fewest(arrays))
    bound = relax(arrays, found.trades, found.ties, effort)
    effort.tell(f"relaxation {float(bound.total):.10g}, welfare {float(found.value):.10g}")
    share = None if effort.time_limit is None else max(effort.remaining(), 0.0) / 2
    found.above = found.witness(bound)
    found.decompose(bound, Effort(share, effort.progress, incumbent=effort.incumbent))
    return found, found.prove(bound)
