"""What signals attain that split the masses of a finite law."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dual.errors import Violation
from dual.functions.finite_law import FiniteLaw
from dual.numbers.exact import Vector, number, vector
from dual.numbers.interval import Interval, interval
from dual.statement import Record, stated
from dual.words import brief

from .payoff import MeanPayoff


def read_joint(raw: object, where: str, statement: Any) -> Vector:
    """Read a mass for every point of a finite law."""
    return vector(raw, where, len(statement.law.support))


@dataclass(frozen=True, repr=False)
class Pool(Record):
    """A signal of a finite law."""

    mean: Fraction = stated(number, "", "the mean it leads to")
    joint: Vector = stated(read_joint, "", "its joint mass with every point, >= 0", after="statement")


def read_signal(raw: object, where: str, statement: Any) -> Pool:
    """Read a signal."""
    return Pool.within(raw, where, known={"statement": statement})


def attained(law: FiniteLaw, payoff: MeanPayoff, signals: Sequence[Any]) -> Interval:
    """The expected payoff of signals that use up the masses, each of the mean that it says."""
    value, left = interval(0), list(law.prior)
    low, high = law.range
    for k, signal in enumerate(signals):
        where = f"primal.signals[{k}]"
        mean, joint = signal.mean, signal.joint
        if not low <= mean <= high:
            raise Violation(f"{where}.mean = {brief(mean)} lies outside the law's range, {brief(low)} to {brief(high)}")
        excess = Fraction(0)
        for i, (x, mass) in enumerate(zip(law.support, joint, strict=True)):
            if mass < 0:
                raise Violation(f"{where}.joint[{i}] = {brief(mass)} < 0")
            left[i] -= mass
            excess += mass * (x - mean)
        if excess:
            raise Violation(
                f"{where}: the sum over i of joint[i] (support[i] - mean) is {brief(excess)}, not 0,"
                f" for mean = {brief(mean)}"
            )
        value += payoff.at(interval(mean)) * sum(joint, Fraction(0))
    for i, rest in enumerate(left):
        if rest:
            mass = law.prior[i]
            raise Violation(
                f"the signals' masses at support[{i}] sum to {brief(mass - rest)}, the prior is {brief(mass)}"
            )
    return value
