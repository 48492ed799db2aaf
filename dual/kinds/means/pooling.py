"""What signals attain that pool or reveal parts of a continuous law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any

from dual.errors import Undecided, Violation
from dual.functions.law import ContinuousLaw
from dual.numbers.exact import Matrix, Vector, items, vector
from dual.numbers.interval import Interval, interval
from dual.statement import Record, stated
from dual.words import brief

from .payoff import MeanPayoff


def read_parts(raw: object, where: str) -> Matrix:
    """Read intervals with the fractions of the law that they hold."""
    return tuple(vector(item, f"{where}[{k}]", 3) for k, item in enumerate(items(raw, where)))


@dataclass(frozen=True, repr=False)
class Pooled(Record):
    """A signal of a continuous law that leads to one mean."""

    intervals: Matrix = stated(read_parts, "", "[lo, hi, fraction]: what it pools")


@dataclass(frozen=True, repr=False)
class Revealed(Record):
    """Signals of a continuous law: one for every state between two."""

    reveal: Vector = stated(partial(vector, length=2), "", "from the first to the second")


def read_signal(raw: object, where: str, _statement: object) -> Pooled | Revealed:
    """Read a signal of either form."""
    revealed = "reveal" in raw if isinstance(raw, Mapping) else isinstance(raw, Revealed)
    return (Revealed if revealed else Pooled).within(raw, where)


def attained(law: ContinuousLaw, payoff: MeanPayoff, signals: Sequence[Any]) -> Interval:
    """The expected payoff of signals, pooled or revealed, that use up the law."""
    total, parts = interval(0), []
    for k, signal in enumerate(signals):
        where = f"primal.signals[{k}]"
        if hasattr(signal, "reveal"):
            left, right = _part(signal.reveal, f"{where}.reveal", law)
            parts.append((left, right, Fraction(1)))
            total += payoff.integral(law, left, right)
        else:
            pooled: list[Any] = [_part(part, f"{where}.intervals[{j}]", law) for j, part in enumerate(signal.intervals)]
            parts += pooled
            total += _pooled(law, payoff, pooled, where)
    _check_fractions(law, parts)
    return total / law.total


def _part(part: Vector, where: str, law: ContinuousLaw) -> Vector:
    if not law.lower <= part[0] < part[1] <= law.upper:
        raise Violation(
            f"{where}: from {brief(part[0])} to {brief(part[1])} is no interval of the law, "
            f"which goes from {brief(law.lower)} to {brief(law.upper)}"
        )
    if len(part) == 3 and part[2] < 0:
        raise Violation(f"{where}: the fraction {brief(part[2])} is negative")
    return part


def _pooled(
    law: ContinuousLaw, payoff: MeanPayoff, parts: Sequence[tuple[Fraction, Fraction, Fraction]], where: str
) -> Interval:
    """Mass times payoff of a pooled signal, before the density is normalised."""
    mass, moment = interval(0), interval(0)
    origin = parts[0][0]  # moments are taken about it, so that a law far from zero costs no accuracy
    for left, right, fraction in parts:
        mass += law.mass(left, right) * fraction
        moment += law.moment(left, right, origin) * fraction
    if mass.upper <= 0:
        return interval(0)
    if mass.lower <= 0:
        raise Undecided(f"{where}: the mass lies in {mass}; whether there is any is not decided")
    mean = moment / mass + origin
    low, high = law.range
    return payoff.at(Interval(max(mean.lower, low), min(mean.upper, high))) * mass


def _check_fractions(law: ContinuousLaw, parts: Sequence[tuple[Fraction, Fraction, Fraction]]) -> None:
    """Refuse unless the fractions add up to one between any two neighbouring ends."""
    steps: dict[Fraction, Fraction] = {law.lower: Fraction(0), law.upper: Fraction(0)}
    for left, right, fraction in parts:
        steps[left] = steps.get(left, Fraction(0)) + fraction
        steps[right] = steps.get(right, Fraction(0)) - fraction
    ends, total = sorted(steps), Fraction(0)
    for left, right in pairwise(ends):
        total += steps[left]
        if total != 1:
            raise Violation(
                f"between {brief(left)} and {brief(right)} the fractions add up to {brief(total)}, not to 1"
            )
