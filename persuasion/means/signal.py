"""The signals of a policy about a real-valued state, and how to say them in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from dual.functions.finite_law import FiniteLaw
from dual.functions.law import ContinuousLaw
from dual.functions.read_law import Law
from dual.kinds.means.kind import Policy
from dual.kinds.means.pooling import Pooled, Revealed
from dual.kinds.means.splitting import Pool

Part = tuple[Fraction, Fraction, Fraction]

_NEGLIGIBLE = Fraction(1, 10**9)
"""Shares below this come from rounding, and are not shown."""
_FEW = 6
"""Intervals or points of a signal that are named; of more the first and last ones."""
_SHORT = 1000
"""Denominators up to this are shown as fractions, others as decimals."""


@dataclass(frozen=True)
class MeanSignal:
    """One signal, or the full revelation of an interval of states.

    Attributes
    ----------
    probability : Fraction
        How often it is sent.
    mean : Fraction or None
        The posterior mean; None if the states are revealed.
    joint : tuple of Fraction
        For a finite law, the joint mass with every point of it; else empty.
    parts : tuple of (left, right, fraction)
        For a continuous law, the intervals of states that send it, with which probability; else empty.
    words : str
        Which states send it.

    Notes
    -----
    Probability and mean are exact where masses and moments of the law are; else they are the middle of an enclosure
    that is right to about 19 digits.
    """

    probability: Fraction
    mean: Fraction | None
    joint: tuple[Fraction, ...]
    parts: tuple[Part, ...]
    words: str


def signals_of(law: Law, policy: Policy) -> tuple[MeanSignal, ...]:
    """The signals of a primal witness, in the order of their means."""
    if isinstance(law, FiniteLaw):
        found = [_finite(law, signal) for signal in policy.signals if isinstance(signal, Pool)]
    else:
        found = [_continuous(law, signal) for signal in policy.signals if not isinstance(signal, Pool)]
    return tuple(sorted((signal for signal in found if signal.probability > 0), key=_place))


def _place(signal: MeanSignal) -> Fraction:
    return signal.parts[0][0] if signal.mean is None else signal.mean


def _finite(law: FiniteLaw, signal: Pool) -> MeanSignal:
    joint = signal.joint
    shares = [(x, mass / whole) for x, mass, whole in zip(law.support, joint, law.prior, strict=True) if mass]
    shares.sort()
    words = [short(x) if share == 1 else f"{short(x)} ({short(share)})" for x, share in shares]
    if len(words) > _FEW:
        words = [*words[: _FEW // 2], "...", *words[-_FEW // 2 :]]
    return MeanSignal(sum(joint, Fraction(0)), signal.mean, joint, (), ", ".join(words))


def _continuous(law: ContinuousLaw, signal: Pooled | Revealed) -> MeanSignal:
    total = law.total.middle
    if isinstance(signal, Revealed):
        left, right = signal.reveal
        mass = law.mass(left, right).middle / total
        return MeanSignal(mass, None, (), ((left, right, Fraction(1)),), f"reveal {_interval(left, right)}")
    parts: list[Part] = [(left, right, fraction) for left, right, fraction in signal.intervals]
    masses = [law.mass(left, right).middle * fraction for left, right, fraction in parts]
    moments = [law.moment(left, right).middle * fraction for left, right, fraction in parts]
    mass = sum(masses, Fraction(0))
    mean = sum(moments, Fraction(0)) / mass if mass else parts[0][0]
    return MeanSignal(mass / total, mean, (), tuple(parts), f"pool {_listed(parts, masses)}")


def _listed(parts: Sequence[Part], masses: Sequence[Fraction]) -> str:
    """Intervals with their fractions; what weighs next to nothing is rounding, and left out."""
    least = _NEGLIGIBLE * sum(masses, Fraction(0))
    shown = []
    for (left, right, fraction), mass in zip(parts, masses, strict=True):
        if mass > least:
            some = "" if fraction > 1 - _NEGLIGIBLE else f"{short(fraction)} of "
            shown.append(some + _interval(left, right))
    if len(shown) > _FEW:
        shown = [*shown[: _FEW // 2], "...", *shown[-_FEW // 2 :]]
    return " and ".join(shown)


def _interval(left: Fraction, right: Fraction) -> str:
    return f"[{short(left)}, {short(right)}]"


def short(value: Fraction, digits: int = 6) -> str:
    """A short fraction as it is, another number to some digits, more if it is large.

    Examples
    --------
    >>> short(Fraction(5, 8)), short(Fraction(1, 12345)), short(Fraction(10000003, 10))
    ('5/8', '8.10045e-05', '1000000.3')
    """
    if value.denominator <= _SHORT and abs(value.numerator) < _SHORT**2:
        return str(value)
    return f"{float(value):.{digits + len(str(abs(int(value)))) - 1}g}"


def formula(coefficients: Sequence[Fraction]) -> str:
    """A polynomial in the mean, in short numbers.

    Examples
    --------
    >>> formula([Fraction(0), Fraction(-1), Fraction(5, 2)]), formula([Fraction(0)])
    ('-m + 5/2*m**2', '0')
    """
    names = ("", "m", *(f"m**{k}" for k in range(2, len(coefficients))))
    terms = []
    for c, name in zip(coefficients, names, strict=False):
        size = "" if name and abs(c) == 1 else short(abs(c))
        if c:
            terms.append(("-" if c < 0 else "+", "*".join(filter(None, (size, name)))))
    words = " ".join(f"{sign} {term}" for sign, term in terms)
    return words.removeprefix("+ ").replace("- ", "-", 1) if words.startswith("-") else words.removeprefix("+ ") or "0"
