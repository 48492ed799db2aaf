"""Answers at once, without a solver: for short limits, and where the problem is of a kind that has a construction."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from operator import mul

from dual.kinds.finite import Experiment, PersuasionStatement, Prices, Signal
from dual.numbers.exact import over_common_denominator
from transport.road.methods import Found

from .partial import choices, exact_weight, in_floats, prices_at, weight_on_receiver
from .replies import best_reply, in_integers
from .segmentation import equal_revenue


def no_or_full_information(statement: PersuasionStatement) -> Found:
    """What is true at once: the better of no and full information, and the prices that pay every state its best."""
    prior, states, actions = statement.prior, range(len(statement.prior)), range(len(statement.sender[0]))
    # In integers over one denominator each, in which the same replies and the same plan are best.
    masses, _ = over_common_denominator(prior)
    sender, receiver = map(in_integers, (statement.sender, statement.weighed))
    # In every state the receiver's best reply; states with the same one share its signal, which keeps the check short.
    revealed = [max(actions, key=lambda a, s=s: (receiver[s][a], sender[s][a])) for s in states]  # type: ignore[misc]
    pooled = best_reply(sender, receiver, masses)
    by_plan = [
        (sum(mass * row[a] for mass, row, a in zip(masses, sender, plan, strict=True)), plan)
        for plan in ([pooled] * len(prior), revealed)
    ]
    _, plan = max(by_plan, key=lambda entry: entry[0])
    signals = [
        (a, [mass if chosen == a else Fraction(0) for mass, chosen in zip(prior, plan, strict=True)])
        for a in sorted({chosen for mass, chosen in zip(prior, plan, strict=True) if mass})
    ]
    dual = Prices(tuple(map(max, statement.sender)), ((Fraction(0),) * len(actions),) * len(actions))
    return Found(
        primal=Experiment(tuple(Signal(a, tuple(joint)) for a, joint in signals)),
        dual=dual,
        method="no-or-full-information",
        rule="the better of no and full information",
    )


def segmented(statement: PersuasionStatement) -> Found | None:
    """Equal-revenue segments, or no or full information, if the receiver posts prices and none is provably better."""
    primal = equal_revenue(statement)
    if primal is None:
        return None
    found = weight_on_receiver(*in_floats(statement))
    if found is None:
        return None
    dual = prices_at(statement, exact_weight(statement, found))
    bound = sum(map(mul, statement.prior, dual.prices), Fraction(0))
    first = no_or_full_information(statement)
    segments = Found(
        primal=primal, dual=dual, method="segmentation", rule="equal-revenue segments, one after the other"
    )
    for candidate in (segments, replace(first, dual=dual)):
        signals = candidate.primal.signals
        payoff = sum(
            (mass * row[one.action] for one in signals for mass, row in zip(one.joint, statement.sender, strict=True)),
            Fraction(0),
        )
        if payoff == bound:
            return candidate
    return None


def weighted(statement: PersuasionStatement) -> Found:
    """What comes from a receiver who only has to do as well as without information: an experiment and a bound."""
    first = no_or_full_information(statement)
    floats = in_floats(statement)
    found = weight_on_receiver(*floats)
    if found is None:
        return first
    choice = choices(*floats, found).tolist()
    sender, receiver = map(in_integers, (statement.sender, statement.weighed))
    masses, _ = over_common_denominator(statement.prior)
    signals: dict[int, list[Fraction]] = {}
    for told in sorted(set(choice)):
        joint = [mass if a == told else 0 for mass, a in zip(masses, choice, strict=True)]
        if any(joint):
            mine = signals.setdefault(best_reply(sender, receiver, joint, told), [Fraction(0)] * len(masses))
            for s, mass in enumerate(statement.prior):
                mine[s] += mass if joint[s] else 0
    return Found(
        primal=Experiment(tuple(Signal(a, tuple(joint)) for a, joint in sorted(signals.items()))),
        dual=prices_at(statement, exact_weight(statement, found)),
        method="weight-on-receiver",
        rule="states that choose alike when the receiver's payoff has a weight share a signal",
    )
