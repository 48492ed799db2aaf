"""Two buyers who compete: each gains from acting rightly, and loses when the other does.

There are two states; the likelier one has prior theta. A buyer of value v whose chance of the right action is x, the
other's being y, gets ``v (x - alpha y)``, less a payment. She hears a recommendation, and follows it if that is at
least as good as what she knows: a chance of theta, on average over the other's values (``interim``) or for each of them
(``ex-post``). A buyer who opts out keeps her chance theta, and the other learns the state: ``v (theta - alpha)``.

*Finitely many values* make a linear program with columns ``recommend[i][a][b]``, the chance of buyer i when the values
are the a-th and the b-th, and ``pay[i][a]``; rows ``most`` (a chance is at most one), ``obey``, ``ir`` (opting out) and
``ic`` (pretending to have another value). Witnesses are values and multipliers by name.

*Uniform values on [l, h]* have increasing virtual values ``phi(v) = 2 v - h``, with mean l. By the envelope of a
buyer's choices, revenue is ``E sum_i x_i (phi_i - alpha phi_j) + (alpha - theta) sum_i l_i``, largest where every x is
chosen by itself, as far as obedience allows; the chances are then monotone, so that it is attained:

    ex-post    x_i = 1 where phi_i > alpha phi_j, else theta:
               alpha (1 - theta) sum_i l_i + (1 - theta) sum_i E max(0, phi_i - alpha phi_j)
    interim    x_i = 1 for the share c of the lowest phi_j, c >= theta, where phi_i c - alpha (l_j - V_j(c) (1 - c)) is
               largest (what is taken off is alpha times the integral of phi_j over that share, V_j(c) its end), else 0

The checker integrates these piecewise quadratic functions itself; its witnesses only name that. Exponential values have
closed forms (:mod:`.exponential`).

(Bonatti, Dahleh, Horel and Nouripour 2022, Selling Information in Competitive Environments.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise, permutations, product
from typing import Final

from dual.errors import InputError
from dual.functions.finite_law import FiniteLaw
from dual.functions.law import ContinuousLaw
from dual.numbers.choices import choice
from dual.numbers.interval import Interval, interval
from dual.proofs import linear
from dual.proofs.linear import Block, Program, Row
from dual.proofs.named import Multipliers, Values
from dual.statement import Witness, stated

from .exponential import exponential_revenue
from .statement import ExperimentMenuStatement, Externality

DERIVED: Final = "virtual-values"


@dataclass(frozen=True, repr=False)
class Derived(Witness):
    """Says that the checker finds the optimum itself."""

    rule: str = stated(partial(choice, known=(DERIVED,)), "", "how the optimum is found")


def externality(statement: ExperimentMenuStatement) -> Externality:
    """The two buyers."""
    if statement.externality is None:
        raise InputError("there are no competing buyers", "externality")
    return statement.externality


def read_primal(raw: object, statement: ExperimentMenuStatement, where: str) -> Values | Derived:
    """Read what is recommended and paid."""
    return (Values if externality(statement).is_finite else Derived).read(raw, statement, where)


def read_dual(raw: object, statement: ExperimentMenuStatement, where: str) -> Multipliers | Derived:
    """Read multipliers."""
    return (Multipliers if externality(statement).is_finite else Derived).read(raw, statement, where)


def lower(statement: ExperimentMenuStatement, primal: Values | Derived) -> Fraction:
    """The revenue of recommendations and payments."""
    if isinstance(primal, Derived):
        return revenue(externality(statement)).lower
    asked = program(statement)
    return linear.attained(asked, primal.by_column(asked))


def upper(statement: ExperimentMenuStatement, dual: Multipliers | Derived) -> Fraction:
    """The bound that multipliers prove."""
    if isinstance(dual, Derived):
        return revenue(externality(statement)).upper
    return linear.proven(program(statement), dual.by_row())


# Finitely many values


class Rivals:
    """The columns and rows of two buyers with finitely many values."""

    def __init__(self, asked: Externality) -> None:
        self.asked = asked
        self.laws = [law for law in asked.buyers if isinstance(law, FiniteLaw)]
        self.sizes = [len(law.support) for law in self.laws]

    def recommend(self, i: int, profile: tuple[int, int]) -> int:
        """The column of buyer i's chance at a profile."""
        return (i * self.sizes[0] + profile[0]) * self.sizes[1] + profile[1]

    def pay(self, i: int, a: int) -> int:
        """The column of what buyer i pays for her a-th value."""
        return 2 * self.sizes[0] * self.sizes[1] + i * self.sizes[0] + a

    def profiles(self, i: int, a: int) -> Iterator[tuple[tuple[int, int], Fraction]]:
        """The profiles in which buyer i has her a-th value, with the chance of the other's."""
        for b, chance in enumerate(self.laws[1 - i].prior):
            yield ((b, a) if i else (a, b)), chance

    def gain(self, i: int, a: int, scale: Fraction) -> dict[int, Fraction]:
        """``scale`` times the expected ``x_i - alpha x_j`` of buyer i who says that she has her a-th value."""
        found = {}
        for profile, chance in self.profiles(i, a):
            found[self.recommend(i, profile)] = scale * chance
            found[self.recommend(1 - i, profile)] = -self.asked.alpha * scale * chance
        return found

    def rows(self) -> Iterator[Row]:
        """All rows."""
        asked = self.asked
        for i, a, b in product(range(2), *map(range, self.sizes)):
            x = {self.recommend(i, (a, b)): 1}
            yield Row(("most", i, a, b), "<=", 1, x.items)
            if asked.obedience == "ex-post":
                yield Row(("obey", i, a, b), ">=", asked.theta, x.items)
        for i in range(2):
            for a, value in enumerate(self.laws[i].support):
                if asked.obedience == "interim":
                    told = {self.recommend(i, profile): chance for profile, chance in self.profiles(i, a)}
                    yield Row(("obey", i, a), ">=", asked.theta, told.items)
                outside = value * (asked.theta - asked.alpha)
                yield Row(("ir", i, a), ">=", outside, {**self.gain(i, a, value), self.pay(i, a): Fraction(-1)}.items)
            for a, b in permutations(range(self.sizes[i]), 2):
                value = self.laws[i].support[a]
                entries = {**self.gain(i, a, value), self.pay(i, a): Fraction(-1), self.pay(i, b): Fraction(1)}
                for x_b, entry in self.gain(i, b, -value).items():
                    entries[x_b] = entries.get(x_b, Fraction(0)) + entry
                yield Row(("ic", i, a, b), ">=", 0, entries.items)


def program(statement: ExperimentMenuStatement) -> Program:
    """The linear program of two buyers with finitely many values."""
    two = Rivals(externality(statement))
    blocks = [Block(("recommend", i), (two.sizes[0], two.sizes[1])) for i in range(2)]
    blocks += [Block(("pay", i), (two.sizes[i],), free=True) for i in range(2)]
    objective = [0] * two.pay(0, 0) + [f for law in two.laws for f in law.prior]
    return Program(blocks, objective, two.rows)


# Uniform and exponential values


def revenue(asked: Externality) -> Interval:
    """Enclose the optimal revenue where values have a density."""
    uniform = all(isinstance(law, ContinuousLaw) for law in asked.buyers)
    return interval(uniform_revenue(asked)) if uniform else exponential_revenue(asked)


def uniform_revenue(asked: Externality) -> Fraction:
    """The optimal revenue from two buyers with uniform values."""
    ends = [law.range for law in asked.buyers if isinstance(law, ContinuousLaw)]
    least = sum((low for low, _ in ends), Fraction(0))
    if asked.obedience == "ex-post":
        gains = sum((_excess(ends[i], ends[1 - i], asked.alpha) for i in range(2)), Fraction(0))
        return (1 - asked.theta) * (asked.alpha * least + gains)
    gains = sum((_interim(ends[i], ends[1 - i], asked) for i in range(2)), Fraction(0))
    return gains + (asked.alpha - asked.theta) * least


def _excess(own: tuple[Fraction, Fraction], other: tuple[Fraction, Fraction], alpha: Fraction) -> Fraction:
    """``E max(0, phi_i - alpha phi_j)``: virtual values are uniform on [2 l - h, h]."""
    p, q = 2 * own[0] - own[1], own[1]
    r, s = alpha * (2 * other[0] - other[1]), alpha * other[1]

    def part(t: Fraction, power: int) -> Fraction:
        return max(t, Fraction(0)) ** power / (2 if power == 2 else 6)

    if r == s:
        return (part(q - r, 2) - part(p - r, 2)) / (q - p)
    return (part(q - r, 3) - part(p - r, 3) - part(q - s, 3) + part(p - s, 3)) / ((q - p) * (s - r))


def _interim(own: tuple[Fraction, Fraction], other: tuple[Fraction, Fraction], asked: Externality) -> Fraction:
    """The mean over u in [0, 1], ``phi_i = 2 l - h + 2 (h - l) u``, of what the best share c gains."""
    (low, high), (l_j, h_j) = own, other
    alpha, theta = asked.alpha, asked.theta

    def phi_j(c: Fraction) -> Fraction:
        return 2 * l_j - h_j + 2 * (h_j - l_j) * c

    def gain(u: Fraction, c: Fraction) -> Fraction:
        phi = 2 * low - high + 2 * (high - low) * u
        return phi * c - alpha * (l_j - (l_j + (h_j - l_j) * c) * (1 - c))

    def share(u: Fraction, middle: Fraction) -> Fraction:
        """The best c, for u in a piece with this middle: at an end of [theta, 1], or where phi_i = alpha phi_j(c)."""
        phi = 2 * low - high + 2 * (high - low) * middle
        if phi >= alpha * h_j:
            return Fraction(1)
        if phi <= alpha * phi_j(theta):
            return theta
        phi = 2 * low - high + 2 * (high - low) * u
        return (phi / alpha - 2 * l_j + h_j) / (2 * (h_j - l_j))

    cuts = {Fraction(0), Fraction(1)}
    for level in (alpha * phi_j(theta), alpha * h_j):
        cuts.add(min(max((level - 2 * low + high) / (2 * (high - low)), Fraction(0)), Fraction(1)))
    total = Fraction(0)
    for left, right in pairwise(sorted(cuts)):
        middle = (left + right) / 2
        ends = [gain(u, share(u, middle)) for u in (left, middle, right)]
        total += (right - left) * (ends[0] + 4 * ends[1] + ends[2]) / 6  # exact: quadratic in between
    return total
