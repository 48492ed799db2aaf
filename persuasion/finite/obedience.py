"""The obedience program: the best experiment with finitely many states and actions, and its prices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dual.kinds.finite import Experiment, PersuasionStatement, Prices, Signal
from dual.numbers.exact import Matrix, over_common_denominator
from dual.proofs.lagrangian import obedient_payoffs
from persuasion.experiment import thinned
from transport.programs.effort import Effort
from transport.road.methods import Found, method

from .canonical import canonical_order
from .generated import solve_by_rows
from .repair import obedient_experiment

if TYPE_CHECKING:
    from transport.programs.program import LinearProgram, Optimum


_WRITTEN_OUT = 50_000
"""Programs with more entries have their rows generated; smaller ones are written out: one solve finds their vertex."""
RULE = "a vertex of the obedience program in the canonical order of states and actions, thinned to independent signals"


@method("obedience", "the obedience program by simplex, its basis solved exactly")
def solve_by_obedience(statement: PersuasionStatement, effort: Effort) -> Found:
    """Solve ``max <x, sender>`` over obedient ``x >= 0`` with the prior as state marginal, exactly where possible."""
    from transport.programs.linear import solve

    from .at_once import no_or_full_information, segmented, weighted

    asked = statement
    effort.offer(lambda: no_or_full_information(asked))
    effort.offer(lambda: weighted(asked))
    states, actions = canonical_order(asked.prior, asked.sender, asked.weighed)
    statement = _rearranged(asked, states, actions)
    effort.tell(f"obedience program: {len(states)} states, {len(actions)} actions")
    limit = None if effort.time_limit is None else effort.remaining()
    if len(states) * len(actions) ** 2 > _WRITTEN_OUT:
        segments = segmented(statement)
        if segments is not None:
            return _in_order(segments, states, actions)
        payoffs, scale = _whole_payoffs(statement.weighed)

        def generated(optimum: Optimum) -> Found:
            return _witnesses(statement, (states, actions), optimum, scale, effort)

        found = solve_by_rows(statement, payoffs, effort, lambda rough: effort.offer(lambda: generated(rough)))
        if found is not None:
            return generated(found)
    program, scale = obedience_program(statement.prior, statement.sender, statement.weighed)

    def witnesses(optimum: Optimum) -> Found:
        return _witnesses(statement, (states, actions), optimum, scale, effort)

    return witnesses(
        solve(program, start=effort.start, time_limit=limit, rough=lambda found: effort.offer(lambda: witnesses(found)))
    )


def _witnesses(
    statement: PersuasionStatement,
    order: tuple[Sequence[int], Sequence[int]],
    optimum: Optimum,
    scale: Fraction,
    effort: Effort,
) -> Found:
    """Exact witnesses of an optimum of the program in the canonical order; rounded and repaired if it is in floats."""
    states, actions = order
    joints, dual = _split(optimum.primal, optimum.dual, len(states), len(actions), scale)
    if not optimum.exact:
        effort.tell("rounding and repairing the witnesses")
        dual = majorising(statement.sender, statement.weighed, dual.multipliers)
        joints = obedient_experiment(statement, joints)
    signals = [(a, joint) for a, joint in joints if any(joint)]
    if len(signals) > len(states):
        weights = thinned([joint for _, joint in signals])
        signals = [
            (a, tuple(weight * mass for mass in joint))
            for (a, joint), weight in zip(signals, weights, strict=True)
            if weight
        ]
    return Found(
        primal=Experiment(tuple(Signal(a, tuple(j)) for a, j in _renumbered(signals, states, actions))),
        dual=_renumbered_dual(dual, states, actions),
        method="obedience" if optimum.exact else "obedience-rounded",
        iterations=optimum.iterations + optimum.pivots,
        claim=None if optimum.exact else optimum.reason or None,
        rule=RULE,
        warm=optimum.basis,
    )


def obedience_program(prior: Sequence[Fraction], sender: Matrix, receiver: Matrix) -> tuple[LinearProgram, Fraction]:
    """The program over ``x[a][s]``, and the factor by which the receiver's payoffs were multiplied in it.

    Rows: one equality a state, then ``sum_s x[a][s] (receiver[s][a] - receiver[s][a']) >= 0`` for every pair
    ``a != a'`` in lexicographic order.
    """
    import numpy as np

    from transport.programs.program import LinearProgram

    states, actions = len(prior), len(sender[0])
    payoffs, scale = _whole_payoffs(receiver)
    ones = np.ones(actions, dtype=np.int64)
    rows: list[Any] = [(np.arange(s, states * actions, states), ones) for s in range(states)]
    for a in range(actions):
        columns = np.arange(a * states, (a + 1) * states)
        gains = payoffs[:, [a]] - payoffs
        for other in range(actions):
            if other != a:
                used = np.flatnonzero(gains[:, other])
                rows.append((columns[used], gains[used, other]))
    program = LinearProgram(
        objective=[sender[s][a] for a in range(actions) for s in range(states)],
        rows=rows,
        senses=["="] * states + [">="] * (len(rows) - states),
        rhs=[*prior, *[0] * (len(rows) - states)],
    )
    return program, scale


def _whole_payoffs(receiver: Matrix) -> tuple[Any, Fraction]:
    """The receiver's payoffs as coprime integers, and the factor that makes them so."""
    import numpy as np

    flat, scale = over_common_denominator([payoff for row in receiver for payoff in row])
    common = math.gcd(*flat) or 1
    payoffs: Any = np.array([payoff // common for payoff in flat], dtype=object).reshape(len(receiver), -1)
    if all(abs(payoff // common) < 2**62 for payoff in flat):
        payoffs = payoffs.astype(np.int64)
    return payoffs, Fraction(scale, common)


def majorising(
    sender: Matrix,
    receiver: Matrix,
    multipliers: Matrix,
) -> Prices:
    """The lowest prices that majorise for given multipliers, any negative one of which is raised to zero."""
    raised = tuple(tuple(max(weight, Fraction(0)) for weight in row) for row in multipliers)
    payoffs = obedient_payoffs(tuple(map(tuple, sender)), tuple(map(tuple, receiver)), raised)
    return Prices(tuple(max(column) for column in zip(*payoffs, strict=True)), raised)


def _split(
    primal: Sequence[Fraction], dual: Sequence[Fraction], states: int, actions: int, scale: Fraction
) -> tuple[list[tuple[int, tuple[Fraction, ...]]], Prices]:
    joints = [(a, tuple(primal[a * states : (a + 1) * states])) for a in range(actions)]
    weights = iter(dual[states:])
    multipliers = tuple(
        tuple(Fraction(0) if other == a else -scale * next(weights) for other in range(actions)) for a in range(actions)
    )
    return joints, Prices(tuple(dual[:states]), multipliers)


def _rearranged(statement: PersuasionStatement, states: Sequence[int], actions: Sequence[int]) -> PersuasionStatement:
    def table(payoffs: Matrix) -> tuple[tuple[Fraction, ...], ...]:
        return tuple(tuple(payoffs[s][a] for a in actions) for s in states)

    return PersuasionStatement(
        prior=tuple(statement.prior[s] for s in states),
        sender=table(statement.sender),
        receiver=table(statement.weighed),
    )


def _in_order(found: Found, states: Sequence[int], actions: Sequence[int]) -> Found:
    """Witnesses of the rearranged problem as those of the one that was asked."""
    signals = [(signal.action, signal.joint) for signal in found.primal.signals]
    primal = Experiment(tuple(Signal(a, tuple(joint)) for a, joint in _renumbered(signals, states, actions)))
    return replace(found, primal=primal, dual=_renumbered_dual(found.dual, states, actions))


def _renumbered(
    signals: Sequence[tuple[int, Sequence[Fraction]]], states: Sequence[int], actions: Sequence[int]
) -> list[tuple[int, list[Fraction]]]:
    place = {s: k for k, s in enumerate(states)}
    return sorted((actions[a], [joint[place[s]] for s in range(len(states))]) for a, joint in signals)


def _renumbered_dual(dual: Prices, states: Sequence[int], actions: Sequence[int]) -> Prices:
    at_state, at_action = ({j: k for k, j in enumerate(order)} for order in (states, actions))
    return Prices(
        tuple(dual.prices[at_state[s]] for s in range(len(states))),
        tuple(
            tuple(dual.multipliers[at_action[a]][at_action[b]] for b in range(len(actions)))
            for a in range(len(actions))
        ),
    )
