"""Teams of many agents: branching over who works, by the checker's own bound of a part."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final

from dual.kinds.contracts.sets import Crew, SetFunction, team_value
from dual.kinds.contracts.teams import Parts, Teams
from transport.programs.branching import Box, Leaf, Relaxed, Split, branch
from transport.programs.effort import Effort
from transport.road.methods import Found

TREE: Final = "team-tree"
_CHECK: Final = 0.6
"""The share of the time that is left to the check, which bounds every part once more."""


@dataclass
class Assembly:
    """The branching program.

    Attributes
    ----------
    lower : Fraction
        What the best team so far brings.
    found : tuple of int
        That team.
    """

    sets: SetFunction
    effort: Effort
    lower: Fraction = Fraction(0)
    found: tuple[int, ...] = ()

    @cached_property
    def teams(self) -> Teams:
        """What bounds a part."""
        return Teams(self.sets)

    def relax(self, above: Relaxed | None, part: Box) -> Relaxed | None:
        """The bound of a part, and who is next to be decided about: the one whose gain per pay is largest."""
        box = {**(above.state[0] if above is not None else {}), **part}
        if self.effort.exhausted():
            return None
        bound, team, others = self.teams.top(box)
        if bound is None:
            return Relaxed(-float("inf"), None, (), (box, None))
        self._try(team)
        free = others or [i for i in range(len(self.sets.costs)) if i not in box]
        split = None if not free else Split({"split": [free[0], 0]}, ({free[0]: (0, 0)}, {free[0]: (1, 1)}))
        return Relaxed(float(bound), split, (), (box, bound))

    def leaf(self, relaxed: Relaxed) -> Leaf:
        """A leaf needs no numbers."""
        return Leaf({}, relaxed.state[1], ())

    def _try(self, team: tuple[int, ...]) -> None:
        value = team_value(self.sets, team)
        if value is not None and value > self.lower:
            self.lower, self.found = value, tuple(sorted(team))

    def improve(self) -> None:
        """Add, drop or exchange an agent as long as that brings more."""
        better = True
        while better and not self.effort.exhausted():
            held, before = set(self.found), self.lower
            rest = [i for i in range(len(self.sets.costs)) if i not in held]
            for one in [held | {i} for i in rest] + [held - {i} for i in held]:
                self._try(tuple(one))
            if self.lower == before:
                for i in held:
                    for j in rest:
                        self._try(tuple(held - {i} | {j}))
            better = self.lower > before


def solve_team(sets: SetFunction, effort: Effort) -> Found:
    """The best team, and a tree that proves that no other brings more."""
    program = Assembly(sets, effort)
    effort.offer(Found(Crew(()), Parts(({},)), TREE))
    program.relax(None, {})
    program.improve()
    effort.offer(Found(Crew(program.found), Parts(({},)), TREE))
    left = effort.remaining()
    grown = branch(program, effort, stop=lambda _bound: effort.remaining() < _CHECK * left)
    if grown is None:
        return Found(Crew(program.found), Parts(({},)), TREE, claim="the time limit was reached")
    claim = None if grown.upper <= program.lower else "the time limit was reached, or the tree is too large"
    return Found(Crew(program.found), Parts(tuple(grown.nodes)), TREE, len(grown.nodes), claim=claim)
