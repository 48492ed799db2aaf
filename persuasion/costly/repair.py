"""Exactly obedient experiments next to accurate masses in floating point.

Where an obedience constraint binds, rounding would break it. The binding constraints of a signal are therefore solved
for some of its masses, which then follow exactly from the others; what is missing from the prior afterwards is
revealed.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from operator import mul

from persuasion.experiment import revealed
from persuasion.finite.repair import obedient_experiment
from persuasion.finite.replies import best_reply
from transport.programs.arrays import Floats
from transport.programs.rational import reduced
from transport.programs.rounding import dyadic, simple_or_dyadic

from .program import Program
from .witness import Joints

_GRID = 70
"""Of masses: rounding takes some 2^-70 off the value, in short fractions."""
_NEAR = 1e-9
"""Posterior probabilities below count as zero, slacks below as binding, where masses are solved for."""
_SHORT = 10**4
"""Largest denominator of a mass that is taken for the one meant."""
_FROM = 1e-10
"""How near the float must be to it."""


def rounded_experiments(program: Program, joints: Floats) -> Iterable[Joints]:
    """Experiments next to masses in floating point: the closest one, one in short fractions, and those surely obedient.

    Parameters
    ----------
    program : Program
    joints : array, shape (A, S)
        Nonnegative masses of the program's actions and states.
    """
    for short in (False, True):
        yield program.exact_joints(_split(program, joints, short))
    yield _obedient(program, joints)
    yield obedient_experiment(program.statement, program.exact_joints(_split(program, joints, False)))


def _split(program: Program, joints: Floats, short: bool) -> list[list[Fraction]]:
    """Masses that split the prior exactly: in each state the likeliest signal makes up for the others' rounding."""
    weights = joints.sum(axis=1)
    rows = [
        [_rounded(weight, short) * _rounded(mass / weight, short) if weight else Fraction(0) for mass in row]
        for weight, row in zip(weights.tolist(), joints.tolist(), strict=True)
    ]
    for k, s in enumerate(program.states):
        largest = int(joints[:, k].argmax())
        others = sum((row[k] for a, row in enumerate(rows) if a != largest), Fraction(0))
        rows[largest][k] = program.statement.prior[s] - others
    return rows


def _rounded(value: float, short: bool = False) -> Fraction:
    """The next dyadic fraction, or one with a small denominator if that is near enough."""
    return simple_or_dyadic(value, _SHORT, _FROM, _GRID) if short else dyadic(value, _GRID)


def _obedient(program: Program, joints: Floats) -> Joints:
    """Signals that are obedient because their binding constraints hold exactly, and the rest of the prior revealed."""
    statement = program.statement
    signals = program.exact_joints([_obedient_signal(program, a, row) for a, row in enumerate(joints)])
    totals = [sum((joint[s] for _, joint in signals), Fraction(0)) for s in range(len(statement.prior))]
    fitting = min([mass / total for mass, total in zip(statement.prior, totals, strict=True) if total] + [Fraction(1)])
    scale = Fraction(int(fitting * 2**_GRID), 2**_GRID)
    merged = {a: [scale * mass for mass in joint] for a, joint in signals}
    rest = [mass - scale * total for mass, total in zip(statement.prior, totals, strict=True)]
    for joint in revealed(rest):
        a = best_reply(statement.sender, statement.weighed, joint)
        merged[a] = [x + y for x, y in zip(merged.get(a, [Fraction(0)] * len(joint)), joint, strict=True)]
    return sorted(merged.items())


def _obedient_signal(program: Program, action: int, masses: Floats) -> list[Fraction]:
    """One signal's masses, rounded such that its binding obedience constraints hold as equations."""
    weight = float(masses.sum())
    possible = [k for k, mass in enumerate(masses.tolist()) if mass > _NEAR * weight]
    found = [_rounded(mass) if k in possible else Fraction(0) for k, mass in enumerate(masses.tolist())]
    binding = [
        program.exact_gain(index)
        for index, (a, _) in enumerate(program.pairs)
        if a == action and program.gains[index] @ masses <= _NEAR * weight
    ]
    # The largest masses follow from the others: relative to them the rounding errors that they take on are smallest.
    order = sorted(possible, key=lambda k: -masses[k])
    echelon, pivots = reduced([[gains[k] for k in order] for gains in binding])
    free = [Fraction(0) if at in pivots else found[k] for at, k in enumerate(order)]
    for at, row in zip(pivots, echelon, strict=True):
        found[order[at]] = max(-sum(map(mul, row, free), Fraction(0)), Fraction(0))
    return found
