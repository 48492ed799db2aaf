"""A single buyer of finitely many types, and menus without lotteries: upper bounds by branching over who gets what.

Which menu is best is an integer program. Types k that have weight get the good c where ``x_kc`` is one, and leave the
seller a margin ``r_k`` beyond cost. With net values ``n_k(c) = val_k(c) - cost(c)``:

    max sum_k f_k r_k,    sum_c n_k(c) x_kc - r_k >= 0,    sum_c n_k(c) x_kc - r_k >= sum_c n_k(c) x_jc - r_j,

where goods exclude each other ``sum_c x_kc <= 1`` besides. Margins lie between 0 and the most that a type's goods are
worth beyond cost: an offer below cost may be raised to it, as those who took it then leave no less. With bids, a type
is given one of its own: a bundle is cut down to the best own bid inside it.

Variables are numbered type by type, ``x_kc`` first and then all margins; rows are those of exclusion, of taking part,
and of types k against j, in this order. A witness is a tree over the x (:mod:`dual.proofs.tree`), its leaves
multipliers of rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate, permutations
from math import ceil

from dual.limits import numbers, steps
from dual.numbers.choices import as_written
from dual.proofs import tree
from dual.proofs.rows import Rows
from dual.statement import Witness, stated

from .statement import Good, MechanismStatement


@dataclass(frozen=True, repr=False)
class Branches(Witness):
    """A tree over who gets what."""

    nodes: object = stated(as_written, "", "the root first; see dual.proofs.tree")


@dataclass(frozen=True)
class CertainProgram:
    """The integer program of a statement.

    Attributes
    ----------
    statement : MechanismStatement
    """

    statement: MechanismStatement

    @cached_property
    def types(self) -> list[int]:
        """The types that have weight."""
        return [k for k, weight in enumerate(self.statement.weights) if weight]

    @cached_property
    def goods(self) -> list[list[Good]]:
        """For each of them the goods that it may get."""
        return [self.statement.goods(k) for k in self.types]

    @cached_property
    def starts(self) -> list[int]:
        """The first variable of each type, and that of the margins."""
        return [0, *accumulate(map(len, self.goods))]

    def net(self, k: int, good: Good) -> Fraction:
        """What a good is worth to the k-th of the types that have weight beyond its cost."""
        return self.statement.value(self.types[k], good) - self.statement.cost(good)

    @cached_property
    def most(self) -> list[Fraction]:
        """The largest margins of each type."""
        zero = Fraction(0)
        nets = [[max(self.net(k, good), zero) for good in own] for k, own in enumerate(self.goods)]
        return [sum(own, zero) if self.statement.apart else max(own, default=zero) for own in nets]

    @cached_property
    def rows(self) -> list[tuple[Mapping[int, Fraction | int], int]]:
        """Entries and right-hand sides, all of them ``<=``."""
        count, margin = len(self.types), self.starts[-1]
        found: list[tuple[Mapping[int, Fraction | int], int]] = []
        if not self.statement.apart:
            found += [(dict.fromkeys(range(a, b), 1), 1) for a, b in zip(self.starts, self.starts[1:], strict=False)]

        def worth(k: int, j: int, sign: int) -> dict[int, Fraction | int]:
            """What the offer of type j leaves type k."""
            own = {self.starts[j] + c: sign * net for c, good in enumerate(self.goods[j]) if (net := self.net(k, good))}
            return {**own, margin + j: -sign}

        found += [(worth(k, k, -1), 0) for k in range(count)]
        return found + [({**worth(k, k, -1), **worth(k, j, 1)}, 0) for k, j in permutations(range(count), 2)]

    def relaxation(self) -> Rows:
        """The program with margins and probabilities in boxes."""
        count, margin = len(self.types), self.starts[-1]
        wide = max(map(len, self.goods), default=1)
        numbers(count**2 * 2 * wide, "comparing types")
        steps(count**2 * 2 * wide * (20 + self.statement.most_bids), "comparing types")
        objective = [Fraction(0)] * margin + [self.statement.weights[k] for k in self.types]
        boxes = [(0, 1)] * margin + [(0, ceil(top)) for top in self.most]
        return Rows(objective, [row for row, _ in self.rows], ["<="] * len(self.rows),
                    [side for _, side in self.rows], boxes, margin)  # fmt: skip


def upper(statement: MechanismStatement, dual: Branches) -> Fraction:
    """The bound that a tree proves."""
    found = tree.upper(CertainProgram(statement).relaxation(), dual.nodes)
    return Fraction(0) if found is None else found
