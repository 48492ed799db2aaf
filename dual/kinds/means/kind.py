"""Kind ``mean-persuasion``: the sender's payoff depends on the receiver's posterior mean of a real-valued state.

With a law F of the state and a payoff u of the mean the value is (Dworczak and Martini 2019)::

    max  E_G u  over the laws G of posterior means, the mean-preserving contractions of F
    min  E_F P  over convex P >= u on the range of F

A density need not integrate to one: it is divided by its integral. A piecewise payoff takes the larger value at a
breakpoint; a payoff ``{"points", "values"}`` allows the listed means only.

Primal witness: ``{"signals": [...]}``. For a finite law each signal is ``{"mean": m, "joint": [mass per point]}``; the
masses add up to the prior and have the mean m. For a continuous law each signal is one of ::

    {"intervals": [[lo, hi, fraction], ...]}   one mean: the given fractions of the law between lo and hi, pooled
    {"reveal": [lo, hi]}                       full revelation: every state between lo and hi is a signal of its own

and at every state of the law's range (up to ends of intervals) the fractions add up to exactly one, where ``reveal``
counts one. Mass and mean of a pooled signal are derived from the law; where they are not known exactly they are
enclosed, and the signal counts with the least payoff in the enclosure.

Dual witness: ``{"prices": {"knots": [...], "values": [...]}}``, a convex function, linear between its knots, which
cover the law's range. It proves its expectation under F. With listed points it may prove infeasibility instead: no
mean-preserving contraction of F lives on points where a convex function with a negative expectation is nonnegative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from dual.errors import Violation
from dual.functions.law import ContinuousLaw, FiniteLaw, Law, between
from dual.functions.read_law import parse_law
from dual.numbers.exact import Vector, items, number, vector
from dual.numbers.interval import Interval, interval
from dual.statement import Statement, fields, stated
from dual.verdict import Kind
from dual.words import brief

from .payoff import MeanPayoff, PointPayoff, parse_payoff

__all__ = ["KIND", "ContinuousLaw", "FiniteLaw", "MeanPersuasionStatement", "Prices"]


def read_payoff(raw: object, where: str, law: Law) -> MeanPayoff:
    """Read the payoff of a mean of a law."""
    return parse_payoff(raw, law, where)


@dataclass(frozen=True, kw_only=True, repr=False)
class MeanPersuasionStatement(Statement):
    """A mean persuasion problem: the law of the state and the payoff of the posterior mean."""

    kind = "mean-persuasion"
    law: Law = stated(
        parse_law,
        "",
        'the law of the state: `{"support": [...], "prior": [...]}`, `{"uniform": [a, b]}`, or '
        '`{"density": expression in x, "interval": [a, b]}`',
    )
    payoff: MeanPayoff = stated(
        read_payoff,
        "",
        "the payoff of a mean: an expression in `m`; or "
        '`{"breakpoints": [b0, ..., bn], "pieces": [[c0, c1, ...], ...]}`, piece k on `[b_k, b_{k+1}]` with powers of '
        '`m`, the larger value at breakpoints; or `{"points": [...], "values": [...]}`',
        after="law",
    )


def lower(statement: MeanPersuasionStatement, primal: object) -> Fraction:
    """The expected payoff of the signals' means."""
    signals = items(fields(primal, ["signals"], where="primal")["signals"], "primal.signals")
    if isinstance(statement.law, FiniteLaw):
        value = _finite(statement.law, statement.payoff, signals)
    else:
        from .pooling import attained

        value = attained(statement.law, statement.payoff, signals)
    return value.least


def _finite(law: FiniteLaw, payoff: MeanPayoff, signals: Sequence[object]) -> Interval:
    value, left = interval(0), list(law.prior)
    low, high = law.range
    for k, signal in enumerate(signals):
        where = f"primal.signals[{k}]"
        found = fields(signal, ["mean", "joint"], where=where)
        mean = number(found["mean"], f"{where}.mean")
        joint = vector(found["joint"], f"{where}.joint", len(law.support))
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


@dataclass(frozen=True)
class Prices:
    """A convex function that is linear between its knots."""

    knots: Vector
    values: Vector

    def __call__(self, x: Fraction) -> Fraction:
        """The price at a point between the first and the last knot."""
        return between(self.knots, self.values, x)


def prices(raw: object, law: Law) -> Prices:
    """Read a dual witness: knots that increase and cover the law's range, and values that are convex."""
    where = "dual.prices"
    found = fields(fields(raw, ["prices"], where="dual")["prices"], ["knots", "values"], where=where)
    knots = vector(found["knots"], f"{where}.knots")
    values = vector(found["values"], f"{where}.values", len(knots))
    low, high = law.range
    if knots[0] > low or knots[-1] < high:
        raise Violation(
            f"{where}.knots: {brief(knots[0])} to {brief(knots[-1])} does not cover {brief(low)} to {brief(high)}"
        )
    slopes: list[Fraction] = []
    for k in range(1, len(knots)):
        if knots[k] <= knots[k - 1]:
            raise Violation(f"{where}.knots[{k}] = {brief(knots[k])} <= {brief(knots[k - 1])} = knots[{k - 1}]")
        slopes.append((values[k] - values[k - 1]) / (knots[k] - knots[k - 1]))
        if slopes[-1] < slopes[max(k - 2, 0)]:
            raise Violation(
                f"{where} is not convex at knots[{k - 1}] = {brief(knots[k - 1])}: the slope falls"
                f" from {brief(slopes[-2])} to {brief(slopes[-1])}"
            )
    return Prices(knots, values)


def upper(statement: MeanPersuasionStatement, dual: object) -> Fraction:
    """The expectation of convex prices, once they majorise the payoff at every mean."""
    price = prices(dual, statement.law)
    statement.payoff.prove_below(price.knots, price.values, *statement.law.range)
    bound = statement.law.expected(price.knots, price.values)
    return bound.greatest


def infeasible(statement: MeanPersuasionStatement, dual: object) -> None:
    """Refuse unless a convex function is nonnegative at all listed points and has a negative expectation."""
    if not isinstance(statement.payoff, PointPayoff):
        raise Violation("every law has a mean-preserving contraction where no points are listed")
    price = prices(dual, statement.law)
    low, high = statement.law.range
    for k, point in enumerate(statement.payoff.points):
        if low <= point <= high and price(point) < 0:
            raise Violation(f"the price at points[{k}] = {brief(point)} is {brief(price(point))}, below zero")
    expected = statement.law.expected(price.knots, price.values)
    if expected.upper >= 0:
        raise Violation(f"the expectation of the prices, {expected}, is not negative, so they separate nothing")


KIND = Kind("mean-persuasion", MeanPersuasionStatement.read, lower, upper, infeasible)
