"""Menus: a linear program whose rows of misreporting enter as they are violated.

A type who reports another and answers each recommendation as she likes makes one row for each map from recommendations
to actions. There are ``A^A`` of them for each pair of types, of which few matter; the most violated one is her best
reply. So the program has one column for each recommendation and state, and its exact basis is no larger than that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import Final

import numpy as np

from dual.errors import SolverError
from dual.kinds.informed.menu import Honesty, Menu, MenuProgram, Recommendation
from dual.kinds.informed.segment import dot
from dual.kinds.informed.statement import TypedStatement
from dual.numbers.exact import over_common_denominator
from dual.proofs.linear import Name
from transport.programs.effort import Effort
from transport.programs.linear import solve
from transport.programs.program import LinearProgram, Optimum
from transport.programs.rounding import round_dyadic
from transport.road.methods import Found

from .profiles import Floating
from .thresholds import best_experiment

EXACT_ROWS: Final = 1500
"""Largest dense system that is solved exactly, some seconds' work. A program has no more columns than types times
actions times states, so those of a thousand are solved."""
_TOLERANCE: Final = 1e-9
"""Violations of rows, relative to a type's largest payoff, that count as rounding errors of the float phase."""
_EACH: Final = 8
"""Rows that enter in a round for each type: more of them make fewer but larger programs."""
_BITS: Final = 44
"""Bits kept of likelihoods and multipliers where the exact optimum is out of reach."""
RULE: Final = "the vertex that the method ended in; a type who is indifferent reports and does what the sender likes"

Row = tuple[int, int, tuple[int, ...]]
"""Type t as type r, and what she then does after each recommendation."""
Item = Sequence[Sequence[Fraction]]
"""Likelihoods ``[a][s]`` of the recommendations that a type gets; in every state they add up to one."""


def solve_menu(statement: TypedStatement, effort: Effort) -> Found:
    """The best menu, its basis solved exactly."""
    above = MenuProgram(statement.above)
    effort.offer(lambda: Found(offered(statement, common_items(statement)), mended(above, {}), "program"))
    master = Master(statement)
    optimum: Optimum | None = None
    rounds, exact, claim = 0, False, ""

    def witnesses(found: Optimum | None) -> Found:
        items = common_items(statement) if found is None else master.items(found)
        weights = {} if found is None else master.multipliers(found)
        reason = "" if found is None else found.reason
        menu, proof = offered(statement, items), mended(above, weights)
        return Found(menu, proof, "program", rounds, claim=reason or None, rule=RULE)

    try:
        while True:
            if effort.exhausted():
                raise SolverError("the time limit was reached")
            limit = None if effort.time_limit is None else effort.remaining()
            start = None if optimum is None else optimum.basis
            optimum = solve(master.program(), start=start, time_limit=limit, exact_rows=EXACT_ROWS if exact else 0)
            rounds += 1
            fresh = master.violated(optimum)
            if not fresh and optimum.exact:
                fresh = master.broken(optimum)
            effort.tell(f"{len(master.misreports)} rows of misreporting, {len(fresh) or 'none'} to add")
            if not fresh and (exact or optimum.exact):
                break
            exact = exact or not fresh
            master.misreports += fresh
            if effort.time_limit is not None and rounds.bit_count() == 1:
                effort.offer(partial(witnesses, optimum))
    except SolverError as error:
        claim = str(error)
    found = witnesses(optimum)
    if claim:
        effort.offer(found)
        return Found(offered(statement, common_items(statement)), found.dual, "program", rounds, claim=claim, rule=RULE)
    return found


@dataclass
class Master:
    """The program over the likelihoods of recommendations, with the rows that have entered.

    Parameters
    ----------
    statement : TypedStatement
    misreports : list of Row
    """

    statement: TypedStatement
    misreports: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gains, self.unit = self.statement.gains
        self.own, self.units = self.statement.own
        self.table = Floating(self.statement).own
        self.shape = T, A, S = self.statement.type_count, self.statement.action_count, self.statement.state_count
        self._rows: list[dict[int, int]] = [
            {self._at(t, a, s): 1 for a in range(A)} for t in range(T) for s in range(S)
        ]
        self.obedience = [(t, a, b) for t in range(T) for a in range(A) for b in range(A) if b != a]
        for t, a, b in self.obedience:
            entries = {self._at(t, a, s): self.own[t][a][s] - self.own[t][b][s] for s in range(S)}
            self._rows.append({k: x for k, x in entries.items() if x})

    def _at(self, t: int, a: int, s: int) -> int:
        _, A, S = self.shape
        return (t * A + a) * S + s

    def _misreport(self, row: Row) -> dict[int, int]:
        t, r, replies = row
        entries = {self._at(t, a, s): x for a, line in enumerate(self.own[t]) for s, x in enumerate(line)}
        for a, b in enumerate(replies):
            for s, x in enumerate(self.own[t][b]):
                entries[self._at(r, a, s)] = -x
        return {k: x for k, x in entries.items() if x}

    def program(self) -> LinearProgram:
        """The program as it is now."""
        T, _, S = self.shape
        self._rows += [self._misreport(row) for row in self.misreports[len(self._rows) - T * S - len(self.obedience) :]]
        rest = len(self._rows) - T * S
        cost = [x for table in self.gains for row in table for x in row]
        return LinearProgram(cost, self._rows, ["="] * (T * S) + [">="] * rest, [1] * (T * S) + [0] * rest)

    def items(self, optimum: Optimum) -> list[Item]:
        """The likelihoods by type; floats are rounded, and made to add up to one."""
        T, A, S = self.shape
        x = optimum.primal if optimum.exact else round_dyadic([max(0.0, float(k)) for k in optimum.primal], _BITS)
        found: list[Item] = []
        for t in range(T):
            item = [list(x[self._at(t, a, 0) : self._at(t, a, 0) + S]) for a in range(A)]
            for s in range(S):
                total = sum((row[s] for row in item), Fraction(0))
                for row in item:
                    row[s] = row[s] / total if total else Fraction(1, A)
            found.append(item)
        return found

    def violated(self, optimum: Optimum) -> list[Row]:
        """For each type the misreports that gain her most, found in floats."""
        T, A, S = self.shape
        x = np.array(list(map(float, optimum.primal))).reshape(T, A, S)
        truth = np.einsum("tas,tas->t", self.table, x)
        # made[t, r, a, b]: what type t gets after report r and recommendation a if she does b.
        made = np.einsum("tbs,ras->trab", self.table, x)
        gain = made.max(axis=3).sum(axis=2) - truth[:, None]
        np.fill_diagonal(gain, -np.inf)
        known = set(self.misreports)
        found: list[Row] = []
        for t in range(T):
            for r in np.argsort(-gain[t], kind="stable")[:_EACH]:
                if gain[t, r] <= _TOLERANCE:
                    break
                row = (t, int(r), tuple(map(int, made[t, r].argmax(axis=1))))
                if row not in known:
                    found.append(row)
        return found

    def broken(self, optimum: Optimum) -> list[Row]:
        """The misreports that gain a type anything, exactly."""
        T, A, S = self.shape
        x, _ = over_common_denominator(optimum.primal)
        items = [[x[self._at(t, a, 0) : self._at(t, a, 0) + S] for a in range(A)] for t in range(T)]
        found: list[Row] = []
        for t, mine in enumerate(self.own):
            truth = sum(map(dot, mine, items[t]))
            for r, item in enumerate(items):
                if r == t:
                    continue
                worth = [[dot(row, heard) for row in mine] for heard in item]
                if sum(map(max, worth)) > truth:
                    found.append((t, r, tuple(one.index(max(one)) for one in worth)))
        return found

    def multipliers(self, optimum: Optimum) -> dict[Name, Fraction]:
        """Those of the reactions that rows stand for, in the units of the checker's program."""
        T, _, S = self.shape
        dual = optimum.dual if optimum.exact else round_dyadic(list(map(float, optimum.dual)), _BITS)
        found: dict[Name, Fraction] = {}
        rest = iter(dual[T * S :])
        for t, a, b in self.obedience:
            found["react", t, t, a, b] = min(next(rest), Fraction(0)) * self.units[t] / self.unit
        # Rows that entered after the program was solved have no multiplier yet.
        for (t, r, replies), y in zip(self.misreports, rest, strict=False):
            if y < 0:
                for a, b in enumerate(replies):
                    name: Name = ("react", t, r, a, b)
                    found[name] = found.get(name, Fraction(0)) + y * self.units[t] / self.unit
        return found


def common_items(statement: TypedStatement) -> list[Item]:
    """One experiment for everybody: the best one about two states, else the better of no and full information."""
    S = statement.state_count
    if S <= 2:
        return [best_experiment(statement).messages]
    corners = [[Fraction(int(k == s)) for k in range(S)] for s in range(S)]
    return [[[Fraction(1)] * S], corners]


def offered(statement: TypedStatement, items: Sequence[Item]) -> Menu:
    """What types make of any experiments that all of them can choose from; that is a menu in which nobody misreports.

    Each type chooses what is best for her, and answers each message with what is best for her; ties are for the sender.
    """
    S = statement.state_count
    lengths = [len(item) for item in items]
    flat, _ = over_common_denominator([x for item in items for message in item for x in message])
    messages = iter([flat[k : k + S] for k in range(0, len(flat), S)])
    listed = [[next(messages) for _ in range(length)] for length in lengths]
    told = []
    for mine, hers in zip(statement.own[0], statement.gains[0], strict=True):
        best: tuple[int, int, int, list[int]] | None = None
        for k, item in enumerate(listed):
            replies = [
                max((dot(g, x), dot(c, x), -b) for b, (g, c) in enumerate(zip(mine, hers, strict=True))) for x in item
            ]
            found = sum(g for g, _, _ in replies), sum(c for _, c, _ in replies), -k
            if best is None or found > best[:3]:
                best = *found, [-b for _, _, b in replies]
        _, _, k, actions = best or (0, 0, 0, [])
        likelihood: dict[int, list[Fraction]] = {}
        for b, message in zip(actions, items[-k], strict=True):
            if any(message):
                likelihood[b] = [x + y for x, y in zip(likelihood.get(b, [Fraction(0)] * S), message, strict=True)]
        told.append(tuple(Recommendation(b, tuple(likelihood[b])) for b in sorted(likelihood)))
    return Menu(tuple(told))


def mended(asked: MenuProgram, multipliers: Mapping[Name, Fraction]) -> Honesty:
    """Multipliers of a menu's program made to prove something, whatever they are.

    Reactions are raised until those to each recommendation add up to the same; prices then pay for the rest.
    """
    zero = Fraction(0)
    (gains, unit), (own, units) = asked.statement.gains, asked.statement.own
    T, S, A = asked.T, asked.S, asked.A
    react = {name[1:]: max(-m, zero) for name, m in multipliers.items() if name[0] == "react" and m < 0}
    reports = [[zero] * T for _ in range(T)]
    for t in range(T):
        for r in range(T):
            sums = [sum((react.get((t, r, a, b), zero) for b in range(A)), zero) for a in range(A)]
            reports[t][r] = max(sums)
            for a, total in enumerate(sums):
                if total < max(sums):
                    react[t, r, a, a] = react.get((t, r, a, a), zero) + max(sums) - total
    # What recommending a to t costs by what others, or she, would make of it.
    charged = [[[zero] * S for _ in range(A)] for _ in range(T)]
    for place, m in react.items():
        r, t, a, b = map(int, place)
        line, row = charged[t][a], own[r][b]
        share = m / units[r]
        for s in range(S):
            line[s] += share * row[s]
    prices = []
    for t in range(T):
        weight = sum(reports[t], zero) / units[t]
        prices.append(
            tuple(
                max(Fraction(gains[t][a][s], unit) + weight * own[t][a][s] - charged[t][a][s] for a in range(A))
                for s in range(S)
            )
        )
    listed = tuple((*place, m) for place, m in sorted(react.items()) if m)
    return Honesty(tuple(prices), tuple(map(tuple, reports)), listed)
