"""Ways to persuade informed receivers: thresholds, columns of profiles with a tree, the program of a menu."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np

from dual.errors import InputError, SolverError, Undecided
from dual.kinds.informed.public import PLAIN, Experiment, Prices, Signal, best_message
from dual.kinds.informed.segment import payoff
from dual.kinds.informed.statement import InformedStatement, TypedStatement
from dual.numbers.exact import Vector, over_common_denominator
from transport.programs.branching import branch
from transport.programs.effort import Effort
from transport.programs.rounding import round_dyadic
from transport.road.methods import Found, method

from .menus import solve_menu
from .pricing import as_floats, climbed, integer_message, random_messages
from .profiles import Best, Floating, Profiles, all_profiles, exact_reply, nested_profiles, ordered_types
from .replies import Improved, RepliesTree
from .thresholds import best_experiment

RULE: Final = "the vertex that the method ended in; every type breaks ties for the sender"
MOST_PROFILES: Final = 5_000
"""Profiles that the method of that name lists: some seconds."""
SEARCHED: Final = 3
"""Rounds of local search without news before the integer program is asked."""


@method("columns", "thresholds for two states, else profiles of replies as they are needed; menus by their program")
def solve_columns(statement: InformedStatement, effort: Effort) -> Found:
    """The way that suits the instance."""
    if statement.disclosure == "menu":
        return solve_menu(statement, effort)
    return solve_public(statement, effort)


@method("profiles", "every profile of replies at once, where they are few")
def solve_profiles(statement: InformedStatement, effort: Effort) -> Found:
    """The whole program over all profiles."""
    if statement.disclosure == "menu":
        raise InputError("a menu has no profiles; leave the method out", "method")
    if statement.action_count**statement.type_count > MOST_PROFILES:
        raise InputError(f"there are more than {MOST_PROFILES:,} profiles of replies", "method")
    effort.offer(lambda: quick(statement, "profiles"))
    search = Search(statement, effort, "profiles")
    for profile in all_profiles(statement):
        search.profiles.add(profile)
    return search.run()


def solve_public(statement: TypedStatement, effort: Effort) -> Found:
    """One experiment for all types."""
    if statement.state_count <= 2:
        effort.offer(lambda: quick(statement, "thresholds"))
        try:
            best = best_experiment(statement)
        except Undecided as limit:
            return Found(None, None, "thresholds", claim=str(limit))
        signals = tuple(Signal(message) for message in best.messages)
        return Found(Experiment(signals), Prices(best.prices), "thresholds", rule=RULE)
    effort.offer(lambda: quick(statement, "columns"))
    search = Search(statement, effort, "columns")
    order = ordered_types(statement)
    if order is not None:
        search.method = "nested"
        for profile in nested_profiles(order):
            search.profiles.add(profile)
    return search.run()


def quick(statement: TypedStatement, method: str) -> Found:
    """The better of no and full information, and prices that pay for every reply."""
    (gains, _), (own, _), (most, unit) = statement.gains, statement.own, statement.above.gains
    size = statement.state_count
    prices = tuple(Fraction(sum(max(row[s] for row in table) for table in most), unit) for s in range(size))
    corners = [[int(k == s) for k in range(size)] for s in range(size)]
    full = sum(payoff(own, gains, corner) for corner in corners) > payoff(own, gains, [1] * size)
    messages = corners if full else [[1] * size]
    signals = tuple(Signal(tuple(map(Fraction, x))) for x in messages)
    return Found(Experiment(signals), Prices(prices, ({"multipliers": []},)), method)  # a look along all lines is long


@dataclass
class Search:
    """Column generation over profiles.

    Attributes
    ----------
    statement : TypedStatement
    effort : Effort
    method : str
    """

    statement: TypedStatement
    effort: Effort
    method: str

    def __post_init__(self) -> None:
        self.tables = Floating(self.statement)
        self.profiles = Profiles(self.statement)
        self.rng = np.random.default_rng(0)
        self.rounds = 0

    def run(self) -> Found:
        """Add profiles until no message is worth more than it costs; what is proven by then if the time is over."""
        size = self.statement.state_count
        for corner in [*np.eye(size, dtype=int).tolist(), [1] * size]:
            self.profiles.add(exact_reply(self.statement, corner))
        best: Best | None = None
        quiet = 0
        while True:
            limit = None if self.effort.time_limit is None else max(self.effort.remaining(), 0.0)
            try:
                if self.effort.exhausted():
                    raise SolverError("the time limit was reached")
                best = self.profiles.best(limit)
            except SolverError as stop:
                return self._found(best, None, str(stop))
            self.rounds += 1
            self.effort.tell(f"{len(self.profiles.known)} profiles, at least {float(sum(best.prices)):.9g}")
            quiet = 0 if self._searched(best) else quiet + 1
            if quiet < SEARCHED and (quiet == 0 or size > PLAIN):
                continue
            if best.reason:
                return self._found(best, None, best.reason)
            closed = self._swept(best) if size <= PLAIN else self._branched(best)
            if closed is not None:
                return closed
            quiet = 0

    def _swept(self, best: Best) -> Found | None:
        """Look through all messages of three states that matter; None if one is missing, and was added."""
        missing = best_message(self.statement.above, best.prices)
        if missing is None:
            return self._found(best, None, None)
        message, _ = over_common_denominator(missing[0])
        if self.profiles.add(exact_reply(self.statement, message)):
            return None
        return self._found(best, None, "a message is missing that its own profile does not give")

    def _branched(self, best: Best) -> Found | None:
        """Ask the integer program, then prove it by a tree; None if a message is missing, and was added."""
        if self._asked(best):
            return None
        try:
            program = RepliesTree(self.statement.above, self.tables, best.prices, self.profiles.known, self.effort)
            tree = branch(program, self.effort)
        except Improved as news:
            self.profiles.add(news.profile)
            return None
        return self._found(best, None if tree is None else tuple(tree.nodes), None)

    def _searched(self, best: Best) -> bool:
        """Add profiles that local search finds worth more than they cost."""
        starts = random_messages(self.statement.state_count, self.rng)
        if best.messages:
            starts = np.vstack([starts, as_floats(best.messages)])
        found = [
            self.profiles.add(profile) for profile in climbed(self.tables, self.tables.prices(best.prices), starts)
        ]
        return any(found)

    def _asked(self, best: Best) -> bool:
        """Add what types reply to the message that the integer program proposes."""
        if not self.effort.affords("ortools.linear_solver.pywraplp"):
            return False
        costs = self.tables.prices(best.prices)
        x = integer_message(self.tables, costs, self.effort)
        if x is None:
            return False
        found = [self.profiles.add(profile) for profile in climbed(self.tables, costs, x[None])]
        return any(found)

    def _found(self, best: Best | None, nodes: tuple[Any, ...] | None, claim: str | None) -> Found:
        """The witnesses of the best experiment, as far as they prove something."""
        if best is None:
            return quick(self.statement, self.method)
        exact = not best.reason
        messages = best.messages if exact else rounded(best.messages, self.statement.state_count)
        prices: Vector | None = best.prices
        if self.statement.state_count > PLAIN:
            prices = best.prices if nodes is not None else None
        elif claim is not None or not exact:
            prices = raised(self.statement, best.prices if exact else round_dyadic(map(float, best.prices)))
        early = quick(self.statement, self.method)
        return Found(
            Experiment(tuple(Signal(tuple(message)) for message in messages)),
            early.dual if prices is None else Prices(prices, nodes),
            self.method,
            self.rounds,
            claim=claim or best.reason or None,
            rule=RULE,
        )


def rounded(messages: Sequence[Sequence[Fraction]], size: int) -> list[tuple[Fraction, ...]]:
    """Messages in floats made an experiment: rounded, and likelihoods of each state made to add up to one."""
    short = [[max(k, Fraction(0)) for k in round_dyadic(map(float, message), scale=1.0)] for message in messages]
    totals = [sum((message[s] for message in short), Fraction(0)) for s in range(size)]
    return [tuple(k / total for k, total in zip(message, totals, strict=True)) for message in short]


def raised(statement: TypedStatement, prices: Vector) -> Vector:
    """Prices raised evenly until no message is worth more than it costs, for up to three states."""
    missing = best_message(statement.above, prices)
    if missing is None:
        return prices
    _, value, cost = missing
    return tuple(price + value - cost for price in prices)
