"""What an answer about informed receivers says: who does what after which message, and what other ways would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from dual.kinds.informed.segment import dot, payoff
from dual.kinds.informed.statement import TypedStatement
from dual.numbers.exact import Vector, over_common_denominator
from transport.programs.linear import LinearProgram, solve

from .thresholds import best_chord, single_state


@dataclass(frozen=True)
class Message:
    """A message, and what it does.

    Attributes
    ----------
    likelihood : tuple of Fraction, shape (S,)
        How likely it is in each state.
    probability : Fraction
        How often it is sent, by the sender's law.
    actions : tuple of int, shape (T,)
        What each type does after it; ties for the sender.
    posteriors : tuple of (tuple of Fraction or None), shape (T, S)
        What each type then believes; None where she takes the message to be impossible.
    indifferent : tuple of int
        The types that the message is aimed at: they find another action as good.
    payoff : Fraction
        What the sender gets from it, in all.
    """

    likelihood: Vector
    probability: Fraction
    actions: tuple[int, ...]
    posteriors: tuple[Vector | None, ...]
    indifferent: tuple[int, ...]
    payoff: Fraction


@dataclass(frozen=True)
class Comparison:
    """What the sender gets in five ways; None where a program was too large to solve exactly.

    Attributes
    ----------
    no_information, full_information : Fraction
    public : Fraction or None
        One experiment for all.
    menu : Fraction or None
        Types report themselves.
    told : Fraction or None
        Types are known: the best experiment for each.
    """

    no_information: Fraction
    full_information: Fraction
    public: Fraction | None
    menu: Fraction | None
    told: Fraction | None


def message(statement: TypedStatement, likelihood: Vector) -> Message:
    """What a message does."""
    (gains, unit), (own, _) = statement.gains, statement.own
    x, common = over_common_denominator(likelihood)
    actions, indifferent = [], []
    for t, (mine, hers) in enumerate(zip(own, gains, strict=True)):
        worth = [dot(row, x) for row in mine]
        best = [a for a, value in enumerate(worth) if value == max(worth)]
        actions.append(max(best, key=lambda a: (dot(hers[a], x), -a)))
        if len(best) > 1:
            indifferent.append(t)
    posteriors: list[Vector | None] = []
    for belief in statement.trusted:
        masses = [b * k for b, k in zip(belief, likelihood, strict=True)]
        total = sum(masses, Fraction(0))
        posteriors.append(tuple(mass / total for mass in masses) if total else None)
    law = [sum(column, Fraction(0)) for column in zip(*statement.law, strict=True)]
    probability = sum((p * k for p, k in zip(law, likelihood, strict=True)), Fraction(0))
    made = Fraction(payoff(own, gains, x), common * unit)
    return Message(tuple(likelihood), probability, tuple(actions), tuple(posteriors), tuple(indifferent), made)


def uninformed(statement: TypedStatement) -> Fraction:
    """What the sender gets if she says nothing."""
    (gains, unit), (own, _) = statement.gains, statement.own
    return Fraction(payoff(own, gains, [1] * statement.state_count), unit)


def revealed(statement: TypedStatement) -> Fraction:
    """What she gets if she says all."""
    (gains, unit), (own, _) = statement.gains, statement.own
    size = statement.state_count
    corners = [[int(k == s) for k in range(size)] for s in range(size)]
    return sum((Fraction(payoff(own, gains, corner), unit) for corner in corners), Fraction(0))


def told(statement: TypedStatement) -> Fraction | None:
    """What she gets if she knows the types: the best experiment for each; None if that is not found exactly."""
    return sum_of([told_type(statement, t) for t in range(statement.type_count)])


def sum_of(values: Sequence[Fraction | None]) -> Fraction | None:
    """The sum, if every term is known."""
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) if len(known) == len(values) else None


def told_type(statement: TypedStatement, t: int) -> Fraction | None:
    """What she gets from a type that she knows: by threshold, or by obedience to recommendations."""
    (gains, unit), (own, _) = statement.gains, statement.own
    mine, hers = own[t], gains[t]
    A, S = statement.action_count, statement.state_count
    if S <= 2:
        return sum((best_chord if S == 2 else single_state)([mine], [hers], unit).prices, Fraction(0))
    rows = [{a * S + s: 1 for a in range(A)} for s in range(S)]
    rows += [{a * S + s: mine[a][s] - mine[b][s] for s in range(S)} for a, b in permutations(range(A), 2)]
    senses, right = ["="] * S + [">="] * (len(rows) - S), [1] * S + [0] * (len(rows) - S)
    found = solve(LinearProgram([x for row in hers for x in row], rows, senses, right))
    return found.value / unit if found.exact else None


def by_target(statement: TypedStatement) -> list[tuple[Fraction, Fraction]]:
    """For two states, what the best experiment gives that uses a threshold message, for each of them.

    Returns
    -------
    list of (share, value)
        The message's likelihood in state 1 relative to both states, and the value; in increasing order.
    """
    unit = statement.gains[1]
    places = [(Fraction(n, d), Fraction(f, d * unit)) for n, d, f in statement.curve]
    half = Fraction(1, 2)
    found = []
    for y, f in places:
        if y == half:
            found.append((y, 2 * f))
            continue
        others = [(z, g) for z, g in places if (z >= half) == (y < half) or z == half]
        best = max((f * (z - half) + g * (half - y)) / (z - y) for z, g in others)
        found.append((y, 2 * best))
    return found
