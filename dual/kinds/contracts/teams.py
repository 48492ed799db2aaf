"""Teams of more agents than sets can be looked at: a branching tree over who works.

Success is additive or a coverage function, hence submodular: what an agent adds falls as the team grows. In a part of
the tree the agents I work, and some others U may. Then for any team S between I and I with U

    f(S) <= min( f(I) + sum of gains_j over the others j in S,  f(I with U) ),     gains_j = f(I with j) - f(I),
    an agent i of I is promised at least ``c_i / (f(I) - f(I without i))``, another one j at least ``c_j / gains_j``.

With others in parts, those of the largest ``gains_j^2 / c_j`` first, the principal's ``success * (1 - promises)`` is at
most the largest value of a concave, rising function times a falling line: it is unimodal, and its top is where the
first of its quadratic pieces turns. Where U is empty the bound is what I brings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from dual.errors import InputError, Violation
from dual.proofs import tree
from dual.statement import Witness, stated

from .sets import Crew, SetFunction, read_nodes, team_value

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, repr=False)
class Parts(Witness):
    """A tree over who works."""

    nodes: tuple[Any, ...] = stated(read_nodes, "", "a branching tree; its leaves need no numbers")


@dataclass(frozen=True)
class Teams:
    """What a tree needs to know; agent i works where variable i is one."""

    sets: SetFunction

    def box(self, variable: int) -> tuple[int, int]:  # noqa: ARG002 (all variables are binary)
        """An agent works or does not."""
        return 0, 1

    def variables(self) -> int:
        """The number of agents."""
        return len(self.sets.costs)

    def exclusive(self, first: object, second: object) -> bool:  # noqa: ARG002
        """Any two agents can work together."""
        return False

    def follow(self, box: tree.Box, raw: object, where: str) -> tree.Box:  # noqa: ARG002
        """Nothing is derived of agents."""
        raise Violation(f"{where}: nothing follows for teams")

    def bound(
        self,
        box: tree.Box,
        leaf: Mapping[str, object],
        where: str,
        one_of: Collection[int] = (),
    ) -> Fraction | None:
        """What no team of a part exceeds; None if none of them can be made to work."""
        if leaf or one_of:
            raise InputError("a leaf of a tree of teams is empty, and nothing is closed", where)
        return self.top(box)[0]

    def top(self, box: tree.Box) -> tuple[Fraction | None, tuple[int, ...], list[int]]:
        """The bound of a part, the team of those who are in it wholly at the top, and the others by rank."""
        costs, unit = self.costs, self.sets.unit
        inside = [i for i in range(len(costs)) if box.get(i, (0, 1))[0] == 1]
        open_ = [i for i in range(len(costs)) if box.get(i, (0, 1)) == (0, 1)]
        g, adds, gains, most = self.successes(inside, open_)
        left = ONE
        for i, added in zip(inside, adds, strict=True):
            if costs[i]:
                if not added:
                    return None, (), []
                left -= Fraction(costs[i], added)
        # Who adds nothing, and costs, can never be made to work; who costs nothing comes first.
        useful = [j for j in open_ if gains[j]]
        useful.sort(key=lambda j: (costs[j] > 0, -Fraction(gains[j] ** 2, costs[j] or 1)))
        team = inside
        if left <= 0:
            return ZERO, tuple(team), useful
        for rank, j in enumerate(useful):
            # (g + gains x)(left - share x) for x up to where success is at its most.
            share, end = Fraction(costs[j], gains[j]), Fraction(min(gains[j], most - g), gains[j])
            turn = (left / share - Fraction(g, gains[j])) / 2 if share else end
            if turn < end or end < 1:
                x = max(min(turn, end), ZERO)
                return (g + gains[j] * x) * (left - share * x) / unit, tuple(team), useful[rank:]
            g, left, team = g + gains[j], left - share, [*team, j]
        return g * left / unit, tuple(team), []

    @cached_property
    def costs(self) -> list[int]:
        """Costs in units."""
        return self._counted(self.sets.costs)

    @cached_property
    def _weights(self) -> list[int]:
        return self._counted(self.sets.additive or self.sets.element_weights or ())

    def _counted(self, values: Sequence[Fraction]) -> list[int]:
        return [x.numerator * (self.sets.unit // x.denominator) for x in values]

    def successes(self, inside: Sequence[int], open_: Sequence[int]) -> tuple[int, list[int], dict[int, int], int]:
        """In units: of I; what each of I adds to it; what each of U gains it; of I with U."""
        weights, own = self._weights, self.sets.coverage
        if own is None:
            gains = {j: weights[j] for j in open_}
            g = sum(weights[i] for i in inside)
            return g, [weights[i] for i in inside], gains, g + sum(gains.values())
        times = Counter(e for i in inside for e in own[i])
        adds = [sum(weights[e] for e in own[i] if times[e] == 1) for i in inside]
        gains = {j: sum(weights[e] for e in own[j] if e not in times) for j in open_}
        g = sum(weights[e] for e in times)
        fresh = {e for j in open_ for e in own[j] if e not in times}
        return g, adds, gains, g + sum(weights[e] for e in fresh)


def assembled(sets: SetFunction, witness: Crew) -> Fraction:
    """What a team brings."""
    if any(i >= len(sets.costs) for i in witness.chosen):
        raise InputError(f"there are {len(sets.costs)} agents", "chosen")
    have = team_value(sets, witness.chosen)
    if have is None:
        raise Violation(f"the team {list(witness.chosen)} cannot be made to work")
    return have


def parted(sets: SetFunction, witness: Parts) -> Fraction:
    """What no team exceeds, by a tree."""
    # Nobody at work brings at least nothing, so that some part holds a team.
    return max(tree.upper(Teams(sets), witness.nodes) or ZERO, ZERO)
