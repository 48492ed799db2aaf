"""Types in order: whatever convinces one convinces the next, too.

Type t acts on a message x >= 0 iff ``d_t . x >= 0``. By Farkas every such x has ``d_u . x >= 0`` iff ``d_u >= k d_t``
in every state for some k >= 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def convinced_too(d: Sequence[int], e: Sequence[int]) -> bool:
    """Whether whatever convinces d convinces e: ``e >= k d`` for some k >= 0."""
    least = [Fraction(y, x) for x, y in zip(d, e, strict=True) if x < 0]
    most = [Fraction(y, x) for x, y in zip(d, e, strict=True) if x > 0]
    if any(y < 0 for x, y in zip(d, e, strict=True) if x == 0) or (most and min(most) < 0):
        return False
    return not (least and most) or max(least) <= min(most)


def ordered(differences: Sequence[Sequence[int]]) -> tuple[list[list[int]], tuple[int, int] | None]:
    """Types from the most reluctant to the readiest, those whom the same convinces together.

    Returns
    -------
    groups : list of lists of int
    apart : pair of int or None
        Two types whom different messages convince, if there are such; then there is no order.
    """

    def readiness(t: int) -> tuple[Fraction, int]:
        up, down = (sum(max(sign * x, 0) for x in differences[t]) for sign in (1, -1))
        return Fraction(up - down, up + down) if down else Fraction(1), t

    groups: list[list[int]] = []
    for t in sorted(range(len(differences)), key=readiness):
        if not groups:
            groups.append([t])
            continue
        before = groups[-1][0]
        if not convinced_too(differences[before], differences[t]):
            return groups, (before, t)
        if convinced_too(differences[t], differences[before]):
            groups[-1].append(t)
        else:
            groups.append([t])
    return groups, None
