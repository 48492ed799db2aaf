"""Kind ``costly-persuasion``: one receiver, finitely many states and actions, and information that costs.

The sender maximises payoff minus the expected cost of the posteriors over obedient experiments; with sender and
receiver alike this is rational inattention (Sims 2003; Matejka and McKay 2015; Caplin, Dean and Leahy 2022)::

    max  sum x(s,a) sender[s][a] - sum_a p_a cost(q_a),   p_a = sum_s x(s,a),   q_a = x(.,a) / p_a
    s.t. sum_a x(s,a) = prior[s],   sum_s x(s,a) (receiver[s][a] - receiver[s][a']) >= 0,   x >= 0

Primal witness: an obedient experiment. Dual witness: prices P and multipliers L >= 0. With
``B[a][s] = sender[s][a] + sum_a' L[a][a'] (receiver[s][a] - receiver[s][a'])`` the prices have to majorise payoff minus
cost, ``P . q >= B[a] . q - cost(q)`` for every action a and every belief q that the prior allows (no mass on a state
without prior mass). After a recommendation a that is obeyed at q, ``B[a] . q`` is at least the sender's payoff, so that
every experiment is worth at most ``prior . P``.

The named costs of a belief are its divergences from the prior, see :mod:`dual.kinds.costly.cost`; they differ from the
reduction of entropy (of the negative squared norm) by a function linear in q that is zero at the prior, which no
experiment's expected cost can tell apart. In these terms no irrational number enters the bound, and P is the derivative
of the value with respect to the prior.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

from dual.kinds import finite
from dual.kinds.finite import Experiment, PersuasionStatement, Prices, Signal
from dual.numbers.beliefs import points
from dual.numbers.exact import Matrix
from dual.numbers.interval import PRECISION, Interval, interval, rounded
from dual.proofs.lagrangian import obedient_payoffs
from dual.statement import stated
from dual.verdict import Kind

from .cost import BeliefCost, parse_cost


@dataclass(frozen=True, kw_only=True, repr=False)
class CostlyPersuasionStatement(PersuasionStatement):
    """A finite persuasion problem with a cost of information."""

    kind = "costly-persuasion"
    cost: BeliefCost = stated(
        parse_cost,
        "",
        'what a belief costs: `{"entropy": k}` or `{"quadratic": k}`, k >= 0, or an expression in `q0, q1, ...`',
        after="prior",
    )


def information_cost(signals: Sequence[Signal], statement: CostlyPersuasionStatement) -> Interval:
    """The expected cost of an experiment's posteriors; exact where it is known to be rational."""
    total = interval(0)
    for signal in signals:
        mass = sum(signal.joint, Fraction(0))
        if mass:
            total += statement.cost.at([m / mass for m in signal.joint], statement.prior) * mass
    return total


def lower(statement: CostlyPersuasionStatement, primal: Experiment) -> Fraction:
    """The sender's payoff from an obedient experiment, minus its cost."""
    gross = finite.lower(statement, primal)
    cost = information_cost(primal.signals, statement)
    net = gross - cost.upper
    return net if cost.is_point else rounded(net, PRECISION, up=False)


@dataclass(frozen=True, repr=False)
class PricesWithPoints(Prices):
    """Prices, and for a cost that is an expression beliefs where the two may touch."""

    points: Matrix | None = stated(
        points, "*points states", "beliefs that help the proof and can not make a wrong one", default=None
    )


def read_dual(raw: object, statement: CostlyPersuasionStatement, where: str) -> Prices:
    """Read a dual witness; only a cost that is an expression takes points."""
    return (PricesWithPoints if hasattr(statement.cost, "expression") else Prices).read(raw, statement, where)


def upper(statement: CostlyPersuasionStatement, dual: Prices) -> Fraction:
    """The bound ``prior . prices``, once the prices majorise payoff minus cost."""
    helping = (dual.points if isinstance(dual, PricesWithPoints) else None) or ()
    for a, payoffs in enumerate(obedient_payoffs(statement.sender, statement.weighed, dual.multipliers)):
        excess = [payoff - price for payoff, price in zip(payoffs, dual.prices, strict=True)]
        where = f"prices do not majorise action {a}'s payoff minus cost"
        statement.cost.check(excess, statement.prior, where, helping)
    return sum(map(mul, statement.prior, dual.prices), Fraction(0))


KIND = Kind("costly-persuasion", CostlyPersuasionStatement.read, lower, upper, primal=Experiment.read, dual=read_dual)
