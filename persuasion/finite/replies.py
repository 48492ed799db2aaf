"""Where in the simplex of beliefs the receiver plays what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul
from typing import TypeVar

from dual.numbers.exact import Matrix, Vector, over_common_denominator

Number = TypeVar("Number", Fraction, int)


def best_reply(
    sender: Sequence[Sequence[Number]],
    receiver: Sequence[Sequence[Number]],
    belief: Sequence[Number],
    wanted: int | None = None,
) -> int:
    """The receiver's best action at a belief, or at joint masses proportional to one.

    Among equally good actions the wanted one is taken, then the sender's favourite, then the first.

    Examples
    --------
    >>> best_reply([(0, 1), (0, 1)], [(1, 0), (0, 1)], [Fraction(1, 2), Fraction(1, 2)])
    1
    """

    def worth(a: int) -> tuple[Number, bool, Number]:
        return expected(belief, receiver, a), a == wanted, expected(belief, sender, a)

    return max(range(len(sender[0])), key=worth)


def expected(belief: Sequence[Number], payoff: Sequence[Sequence[Number]], action: int) -> Number:
    """The expectation of ``payoff[s][action]`` under a belief; in integers if all numbers are."""
    # Beliefs that reveal a state are all but empty, and there are as many of them as states.
    here = [s for s, mass in enumerate(belief) if mass]
    total: Number = sum(map(mul, (belief[s] for s in here), (payoff[s][action] for s in here)))
    return total


def in_integers(table: Matrix) -> list[list[int]]:
    """A table of payoffs over one denominator, which changes no comparison."""
    flat, _ = over_common_denominator([payoff for row in table for payoff in row])
    width = len(table[0])
    return [flat[k : k + width] for k in range(0, len(flat), width)]


@dataclass(frozen=True)
class ReplyInterval:
    """An interval of posteriors (two states) inside which the receiver plays one action."""

    left: Fraction
    right: Fraction
    action: int


def reply_intervals(sender: Matrix, receiver: Matrix) -> tuple[ReplyInterval, ...]:
    """Cut [0, 1], the posteriors of the second state, where the receiver's best reply changes.

    Ties favour the sender, then the first action. At a cut itself the receiver is indifferent.

    Examples
    --------
    >>> from persuasion import Persuasion
    >>> court = Persuasion(["7/10", "3/10"], sender=[[0, 1], [0, 1]], receiver=[[1, 0], [0, 1]])
    >>> [(str(i.left), str(i.right), i.action) for i in reply_intervals(court.sender, court.receiver)]
    [('0', '1/2', 0), ('1/2', '1', 1)]
    """
    lines = [_lines((receiver, sender), a) for a in range(len(sender[0]))]

    def just_after(at: Fraction) -> Callable[[int], tuple[Fraction, ...]]:
        return lambda a: tuple(x for start, slope in lines[a] for x in (start + slope * at, slope))

    at, found = Fraction(0), []
    while at < 1:
        action = max(range(len(lines)), key=just_after(at))
        overtaken = [_overtaken(lines[action], other) for other in lines]
        right = min([x for x in overtaken if x is not None and x > at] + [Fraction(1)])
        found.append(ReplyInterval(at, right, action))
        at = right
    return tuple(found)


def reply_polygon(sender: Matrix, receiver: Matrix, action: int) -> tuple[Vector, ...]:
    """The corners of the beliefs (three states) at which an action is a best reply; empty unless they fill an area.

    Where the receiver is indifferent on a whole area, it belongs to the action the sender prefers there.

    Examples
    --------
    >>> from persuasion import Persuasion
    >>> shop = Persuasion(["3/10", "2/5", "3/10"], sender=[[0, 1]] * 3, receiver=[[0, -2], [0, -1], [0, 3]])
    >>> [[str(x) for x in corner] for corner in reply_polygon(shop.sender, shop.receiver, 1)]
    [['3/5', '0', '2/5'], ['0', '3/4', '1/4'], ['0', '0', '1']]
    """
    corners: list[Vector] = [tuple(Fraction(k == s) for k in range(3)) for s in range(3)]
    for other in range(len(sender[0])):
        gain = _difference(receiver, action, other)
        if not any(gain):
            gain = _difference(sender, action, other)
        if not any(gain) and other < action:
            return ()
        corners = _clipped(corners, gain)
    return tuple(corners) if len(corners) > 2 and _area(corners) else ()


def _lines(tables: Sequence[Matrix], a: int) -> tuple[tuple[Fraction, Fraction], ...]:
    """Payoffs of receiver and sender (the tables) from an action as functions of the posterior: value at 0, slope."""
    return tuple((table[0][a], table[1][a] - table[0][a]) for table in tables)


def _overtaken(
    mine: Sequence[tuple[Fraction, Fraction]], other: Sequence[tuple[Fraction, Fraction]]
) -> Fraction | None:
    """Where another action becomes the better reply, to the right; None if nowhere."""
    for (start, slope), (other_start, other_slope) in zip(mine, other, strict=True):
        if slope != other_slope:
            return (start - other_start) / (other_slope - slope) if other_slope > slope else None
        if start != other_start:
            return None
    return None


def _difference(payoff: Sequence[Vector], action: int, other: int) -> Vector:
    return tuple(row[action] - row[other] for row in payoff)


def _clipped(corners: Sequence[Vector], gain: Vector) -> list[Vector]:
    """The part of a convex polygon where ``gain . belief >= 0``."""
    kept: list[Vector] = []
    for k, corner in enumerate(corners):
        before = corners[k - 1]
        here, there = (sum(map(mul, gain, q), Fraction(0)) for q in (corner, before))
        if here * there < 0:
            kept.append(tuple((here * b - there * c) / (here - there) for b, c in zip(before, corner, strict=True)))
        if here >= 0:
            kept.append(corner)
    return kept


def _area(corners: Sequence[Vector]) -> Fraction:
    """Area of a polygon in the coordinates (belief in state 1, belief in state 2), up to sign and a factor."""
    return sum(
        (corners[k - 1][1] * corner[2] - corners[k - 1][2] * corner[1] for k, corner in enumerate(corners)), Fraction(0)
    )
