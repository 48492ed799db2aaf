"""The linear program of a game with an AI: columns, rows and nothing else.

Everything counts masses. With ``P(k, t) = sum_s prior(s) P(k|s) P(t|s)`` and
``u_i(a; k, t) = sum_s prior(s) P(k|s) P(t|s) payoffs_i(s, a)``, likewise w(a; k, t) for the objective, an AI that
recommends profile a with probability y(a | k, t)

* maximises ``sum y w`` subject to ``sum_a y(a | k, t) = 1`` (rows ``total[k][t1]...[tn]``);
* *types known* (Bayes correlated equilibrium): nobody gains by b when told a, rows ``obey[i][t_i][a][b]``:
  ``sum over k, t_-i, a_-i of y (u_i(a) - u_i(b, a_-i)) >= 0``;
* *fees*: consulting pays, rows ``consult[i][t_i][b]``: the same sum over all own recommendations a_i, at least
  ``costs_i P(t_i)``;
* *types elicited* (communication equilibrium): nobody gains by reporting r in place of t and doing b when told a. With
  free columns ``best_i[t][r][a]`` for the most that t makes of a after the report r, rows ``react[i][t][r][a][b]`` say
  ``best >= sum over k, t_-i, a_-i of y(a | k, r, t_-i) u_i(b, a_-i; k, t)`` and rows ``report[i][t][r]`` that the own
  payoff is at least ``sum_a best``.

Sources: Bergemann and Morris (2016, 2019); Forges (1986), Myerson (1982) for reports.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache, partial
from itertools import permutations, product, repeat
from math import lcm, prod
from operator import add, neg, sub
from typing import overload

from dual.limits import steps
from dual.numbers.arrays import Array
from dual.numbers.exact import over_common_denominator
from dual.proofs.linear import Block, Name, Program, Row

from .statement import Objective, PlayStatement, Profile

Combination = Sequence[tuple[Fraction, Objective]]
"""A weighted sum of objectives."""


class GameProgram:
    """Columns and rows of a game.

    Attributes
    ----------
    statement : PlayStatement
    unit : int
        All masses count ``1 / unit``.
    """

    def __init__(self, statement: PlayStatement) -> None:
        self.statement = statement
        self.unit = lcm(*(mass.denominator for states in statement.masses.values() for _, mass in states))
        self.width = prod(statement.shape)
        """Action profiles, the columns of each k and t."""
        self.weights = {
            cell: [(s, mass.numerator * (self.unit // mass.denominator)) for s, mass in states]
            for cell, states in statement.masses.items()
        }
        self.flat = [table.reshaped((len(statement.prior), self.width)) for table in statement.payoffs]
        # One player's tables at a time: rows come player by player.
        self._table = lru_cache(maxsize=len(statement.labels_seen) * prod(statement.type_shape))(self._worth)

    @cached_property
    def cells(self) -> list[tuple[int, Profile]]:
        """What the AI may know: (k, t), in the order of the columns."""
        return list(product(range(len(self.statement.labels_seen)), self.statement.type_profiles()))

    @cached_property
    def place(self) -> dict[tuple[int, Profile], int]:
        """The first column of each (k, t)."""
        return {cell: c * self.width for c, cell in enumerate(self.cells)}

    @property
    def work(self) -> int:
        """An upper bound of the nonzero entries of all rows."""
        reported = self.statement.elicited
        rows = 1 + sum(T * A * (T * A if reported else A + 1) for T, A in self.statement.sizes)
        return rows * len(self.cells) * self.width

    def program(self, objective: Combination) -> Program:
        """The program that maximises a weighted sum of objectives."""
        statement = self.statement
        steps(self.work, f"a game of {len(self.cells)} x {self.width} plays")
        blocks = [Block(("play",), (*statement.cell_shape, *statement.shape))]
        if statement.elicited:
            blocks += [Block(("best", i), (T, T, A), free=True) for i, (T, A) in enumerate(self.statement.sizes)]
        goal = Goal(self, objective, sum(block.size for block in blocks))
        return Program(blocks, goal, self.rows, goal.unit)

    def goal(self, objective: Combination, size: int | None = None) -> Goal:
        """The objective's coefficients of the plays, or of so many columns."""
        return Goal(self, objective, len(self.cells) * self.width if size is None else size)

    def _worth(self, player: int, k: int, t: Profile) -> list[int]:
        """``u_i(a; k, t)`` for all a, counting 1 over the masses' unit times the payoffs' denominator."""
        return self.summed(self.flat[player], k, t)

    def summed(self, table: Array, k: int, t: Profile) -> list[int]:
        """A table of shape (S, profiles), summed over the states behind (k, t) with their masses."""
        total: list[int] | None = None
        for s, weight in self.weights.get((k, t), ()):
            part = [weight * entry for entry in table.line(s)]
            total = part if total is None else list(map(add, total, part))
        return total or [0] * self.width

    def worth(self, player: int, cell: tuple[int, Profile], place: int) -> int:
        """One entry of such a sum, of a player's payoffs."""
        return sum(weight * _entry(self.flat[player], s, place) for s, weight in self.weights.get(cell, ()))

    def rank(self, profile: Profile) -> int:
        """The place of an action profile in its cell."""
        place = 0
        for a, count in zip(profile, self.statement.shape, strict=True):
            place = place * count + a
        return place

    def profile(self, place: int) -> Profile:
        """The action profile at a place of its cell."""
        found = []
        for count in reversed(self.statement.shape):
            place, a = divmod(place, count)
            found.append(a)
        return tuple(reversed(found))

    def best_replies(self, plays: Mapping[int, Fraction]) -> dict[int, Fraction]:
        """The least values of the columns ``best`` that a plan allows: what each player makes of each lie at most."""
        found: dict[int, Fraction] = {}
        counts, common = over_common_denominator(list(plays.values()))
        for i, (T, A) in enumerate(self.statement.sizes):
            step = prod(self.statement.shape[i + 1 :])
            made: dict[tuple[int, int, int], list[int]] = {}
            for column, count in zip(plays, counts, strict=True):
                (k, types), place = self.cells[column // self.width], column % self.width
                told = place // step % A
                first = place - told * step
                for t in range(T):
                    worth = self._table(i, k, (*types[:i], t, *types[i + 1 :]))[first : first + A * step : step]
                    sums = made.get((t, types[i], told), [0] * A)
                    made[t, types[i], told] = [have + count * more for have, more in zip(sums, worth, strict=True)]
            unit = self.unit * self.statement.payoffs[i].denominator * common
            found |= {self.best(i, *key): Fraction(max(sums), unit) for key, sums in made.items()}
        return found

    # Rows

    def rows(self) -> Iterator[Row]:
        """All rows, in a fixed order."""
        for cell, start in self.place.items():
            yield Row(self.total(cell), "=", 1, partial(zip, range(start, start + self.width), repeat(1)))
        for i, (T, A) in enumerate(self.statement.sizes):
            unit = self.unit * self.statement.payoffs[i].denominator
            for t in range(T):
                if self.statement.elicited:
                    for r in range(T):
                        yield Row(self.report(i, t, r), ">=", 0, partial(self._reported, i, t, r), unit)
                        for a, b in product(range(A), repeat=2):
                            yield Row(self.react(i, t, r, a, b), ">=", 0, partial(self._reacted, i, t, r, a, b), unit)
                else:
                    for a, b in permutations(range(A), 2):
                        yield Row(self.obey(i, t, a, b), ">=", 0, partial(self._gains, i, t, a, b), unit)
                    if self.statement.costs is not None:
                        fee = self.statement.costs[i] * self.statement.type_mass(i, t)
                        for b in range(A):
                            yield Row(self.consult(i, t, b), ">=", fee, partial(self._all_gains, i, t, b), unit)

    def total(self, cell: tuple[int, Profile]) -> Name:
        """Name of the row of probabilities that sum to one."""
        k, t = cell
        return ("total", k) if self.statement.law is None else ("total", k, *t)

    def obey(self, i: int, t: int, a: int, b: int) -> Name:
        """Name of the row that player i of type t, told a, does not prefer b."""
        return ("obey", i, a, b) if self.statement.law is None else ("obey", i, t, a, b)

    def consult(self, i: int, t: int, b: int) -> Name:
        """Name of the row that player i of type t prefers paying for advice to playing b."""
        return ("consult", i, b) if self.statement.law is None else ("consult", i, t, b)

    def report(self, i: int, t: int, r: int) -> Name:
        """Name of the row that player i of type t does not prefer to report r."""
        return ("report", i, t, r)

    def react(self, i: int, t: int, r: int, a: int, b: int) -> Name:
        """Name of the row that b is no better than the best that t makes of advice a after the report r."""
        return ("react", i, t, r, a, b)

    def best(self, i: int, t: int, r: int, a: int) -> int:
        """The column of the most that player i of type t makes of advice a after the report r."""
        before = len(self.cells) * self.width + sum(T * T * A for T, A in self.statement.sizes[:i])
        T, A = self.statement.sizes[i]
        return before + (t * T + r) * A + a

    def _of(self, i: int, t: int) -> Iterator[tuple[int, Profile, int]]:
        """k, types and first column of all that the AI may know when player i has (or reports) type t."""
        return ((k, types, start) for (k, types), start in self.place.items() if types[i] == t)

    def _slices(self, i: int, a: int) -> Iterator[slice]:
        """Profiles in which player i plays a, as few slices: runs of the later players' actions, or strides."""
        step = prod(self.statement.shape[i + 1 :])
        block = step * self.statement.shape[i]
        if self.width // block <= step:
            return (slice(begin, begin + step) for begin in range(a * step, self.width, block))
        return (slice(a * step + j, self.width, block) for j in range(step))

    def _gains(self, i: int, t: int, a: int, b: int) -> Iterator[tuple[int, int]]:
        for k, types, start in self._of(i, t):
            worth, columns = self._table(i, k, types), range(start, start + self.width)
            for told, done in zip(self._slices(i, a), self._slices(i, b), strict=True):
                yield from zip(columns[told], map(sub, worth[told], worth[done]), strict=True)

    def _all_gains(self, i: int, t: int, b: int) -> Iterator[tuple[int, int]]:
        for a in range(self.statement.shape[i]):
            yield from self._gains(i, t, a, b)

    def _reported(self, i: int, t: int, r: int) -> Iterator[tuple[int, int]]:
        for k, types, start in self._of(i, t):
            yield from enumerate(self._table(i, k, types), start)
        unit = self.unit * self.statement.payoffs[i].denominator
        for a in range(self.statement.shape[i]):
            yield self.best(i, t, r, a), -unit

    def _reacted(self, i: int, t: int, r: int, a: int, b: int) -> Iterator[tuple[int, int]]:
        yield self.best(i, t, r, a), self.unit * self.statement.payoffs[i].denominator
        for k, types, start in self._of(i, r):
            worth = self._table(i, k, (*types[:i], t, *types[i + 1 :]))
            columns = range(start, start + self.width)
            for told, done in zip(self._slices(i, a), self._slices(i, b), strict=True):
                yield from zip(columns[told], map(neg, worth[done]), strict=True)


class Goal(Sequence[int]):
    """The objective's coefficients, made when they are asked for: one by one, or all in order."""

    def __init__(self, game: GameProgram, objective: Combination, size: int) -> None:
        self.game, self.size = game, size
        parts: list[tuple[Fraction, Array]] = []
        for share, one in objective:
            if one.table is not None:
                parts.append((share, one.table.reshaped((len(game.statement.prior), game.width))))
            else:
                parts += [(share * weight, table) for weight, table in zip(one.weights or (), game.flat, strict=True)]
        parts = [(weight, table) for weight, table in parts if weight]
        unit = lcm(*(weight.denominator * table.denominator for weight, table in parts))
        self.parts = [
            (weight.numerator * (unit // (weight.denominator * table.denominator)), table) for weight, table in parts
        ]
        self.unit = unit * game.unit

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[int]:
        for cell in self.game.cells:
            total = [0] * self.game.width
            for factor, table in self.parts:
                total = [have + factor * more for have, more in zip(total, self.game.summed(table, *cell), strict=True)]
            yield from total
        yield from repeat(0, self.size - len(self.game.cells) * self.game.width)

    @overload
    def __getitem__(self, k: int) -> int: ...
    @overload
    def __getitem__(self, k: slice) -> Sequence[int]: ...
    def __getitem__(self, k: int | slice) -> int | Sequence[int]:
        if isinstance(k, slice):
            return [self[j] for j in range(*k.indices(self.size))]
        c, place = divmod(k, self.game.width)
        if c >= len(self.game.cells):
            return 0
        behind = self.game.weights.get(self.game.cells[c], ())
        return sum(factor * weight * _entry(table, s, place) for factor, table in self.parts for s, weight in behind)


def _entry(table: Array, s: int, place: int) -> int:
    """An entry of a table of two axes, as an integer over the table's denominator."""
    value = table.at(s, place)
    return value.numerator * (table.denominator // value.denominator)
