"""Repair: an exactly obedient experiment out of a nearly obedient one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dual.kinds.finite import PersuasionStatement
from dual.numbers.exact import Vector, over_common_denominator
from persuasion.finite.replies import best_reply, in_integers
from transport.programs.rounding import round_dyadic

_SHARE = Fraction(1, 2**36)
"""How much of the prior is set aside to make up for rounding."""
_GRID = 2**60
"""Shares are rounded down to multiples of its inverse, far below what is set aside."""


def obedient_experiment(
    statement: PersuasionStatement, joints: Sequence[tuple[int, Sequence[Fraction]]]
) -> list[tuple[int, Vector]]:
    """Turn rounded joint masses into an experiment that is obedient in exact arithmetic.

    The masses are scaled state by state to the prior and shrunk by 1 - 2^-36. The share thus set aside moves each
    posterior towards a belief at which its action is strictly best; what is left of it reveals the state. A signal
    that is still not obedient is given to the receiver's best reply.

    Parameters
    ----------
    statement : PersuasionStatement
    joints : sequence of (action, masses)
        Approximate, possibly negative masses.

    Returns
    -------
    list of (action, masses)
        Obedient; the masses add up to the prior exactly.
    """
    prior = statement.prior
    sender, receiver = in_integers(statement.sender), in_integers(statement.weighed)
    masses = [(a, [max(mass, Fraction(0)) for mass in joint]) for a, joint in joints if any(m > 0 for m in joint)]
    totals = [sum((joint[s] for _, joint in masses), Fraction(0)) for s in range(len(prior))]
    signals = []
    for a, joint in masses:
        # Shares of each state's prior on one dyadic grid, so that sums over states keep short denominators.
        kept = [
            (1 - _SHARE) * whole * Fraction(int(mass / total * _GRID), _GRID) if total else Fraction(0)
            for mass, whole, total in zip(joint, prior, totals, strict=True)
        ]
        towards = _strictly_best(statement, a)
        if towards is not None:
            weight = _SHARE / 2 ** len(masses).bit_length()
            kept = [mass + weight * whole * t for mass, whole, t in zip(kept, prior, towards, strict=True)]
        signals.append((best_reply(sender, receiver, over_common_denominator(kept)[0], a), tuple(kept)))
    merged: dict[int, list[Fraction]] = {}
    for a, kept_masses in signals:
        merged[a] = [x + y for x, y in zip(merged.get(a, [Fraction(0)] * len(prior)), kept_masses, strict=True)]
    for s, whole in enumerate(prior):
        rest = whole - sum((joint[s] for joint in merged.values()), Fraction(0))
        reply = max(range(len(sender[s])), key=lambda a, s=s: (receiver[s][a], sender[s][a]))  # type: ignore[misc]
        merged.setdefault(reply, [Fraction(0)] * len(prior))[s] += rest
    return [(a, tuple(joint)) for a, joint in sorted(merged.items())]


def _strictly_best(statement: PersuasionStatement, action: int) -> Vector | None:
    """Shares t in [0, 1] of the prior's masses at which an action is best by the widest margin; None if by none."""
    import numpy as np

    from transport.programs.floating import maximise

    floats = np.array([[float(x) for x in row] for row in statement.weighed])
    floats /= np.abs(floats).max() or 1.0
    gains = np.array([float(x) for x in statement.prior])[:, None] * (floats[:, [action]] - floats)
    gains = np.delete(gains, action, axis=1)
    states, others = gains.shape
    if not others:
        return None
    found = maximise(
        np.append(np.zeros(states), 1.0),
        limits=(np.hstack([-gains.T, np.ones((others, 1))]), np.zeros(others)),
        bounds=[(0, 1)] * states + [(None, None)],
        guess=True,
    )
    if found is None or found.x[-1] <= 0:
        return None
    return tuple(min(max(share, Fraction(0)), Fraction(1)) for share in round_dyadic(found.x[:states]))
