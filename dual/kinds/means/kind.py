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
cover the law's range; or with ``"polynomials"``, one between any two knots (:mod:`.curved`), in place of values. It
proves its expectation under F. With listed points it may prove infeasibility instead: no
mean-preserving contraction of F lives on points where a convex function with a negative expectation is nonnegative.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dual.errors import Violation
from dual.functions.read_law import Law, parse_law
from dual.numbers.exact import items
from dual.numbers.interval import Interval
from dual.statement import Statement, Witness, stated
from dual.verdict import Kind

from .payoff import MeanPayoff, parse_payoff
from .prices import Prices

if TYPE_CHECKING:
    from .curved import CurvedPriceFunction
    from .pooling import Pooled, Revealed
    from .splitting import Pool

    Signal = Pool | Pooled | Revealed


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


def read_signals(raw: object, where: str, statement: MeanPersuasionStatement) -> tuple[Signal, ...]:
    """Read the signals of a policy, in the form that belongs to the law."""
    read = _signals_of(statement.law).read_signal
    return tuple(read(item, f"{where}[{k}]", statement) for k, item in enumerate(items(raw, where)))


def _signals_of(law: Law) -> Any:
    """What signals of a law say and attain."""
    if law.continuous:
        from . import pooling

        return pooling
    from . import splitting

    return splitting


@dataclass(frozen=True, repr=False)
class Policy(Witness):
    """Signals that use up the law."""

    signals: tuple[Signal, ...] = stated(read_signals, "", "what is told", after="statement")


@dataclass(frozen=True, repr=False)
class PriceFunction(Witness):
    """Convex prices that majorise the payoff, or separate the law from the listed points."""

    prices: Prices = stated(Prices, "", "the price of a mean")

    def prove(self, statement: MeanPersuasionStatement) -> None:
        """Refuse unless they majorise the payoff."""
        statement.payoff.prove_below(self.prices, *statement.law.range)


def read_dual(raw: Any, statement: MeanPersuasionStatement, where: str = "") -> PriceFunction | CurvedPriceFunction:
    """Read prices that are linear, or polynomials, between their knots."""
    prices = raw.get("prices") if isinstance(raw, Mapping) else getattr(raw, "prices", None)
    if "polynomials" in prices if isinstance(prices, Mapping) else hasattr(prices, "polynomials"):
        from .curved import CurvedPriceFunction

        return CurvedPriceFunction.read(raw, statement, where)
    return PriceFunction.read(raw, statement, where)


def lower(statement: MeanPersuasionStatement, primal: Policy) -> Fraction:
    """The expected payoff of the signals' means."""
    value: Interval = _signals_of(statement.law).attained(statement.law, statement.payoff, primal.signals)
    return value.least


def upper(statement: MeanPersuasionStatement, dual: PriceFunction | CurvedPriceFunction) -> Fraction:
    """The expectation of convex prices, once they majorise the payoff at every mean."""
    dual.prices.require_convex(statement.law)
    dual.prove(statement)
    return statement.law.expected(dual.prices).greatest


def infeasible(statement: MeanPersuasionStatement, dual: PriceFunction) -> None:
    """Refuse unless a convex function is nonnegative at all listed points and has a negative expectation."""
    if not hasattr(statement.payoff, "points"):
        raise Violation("every law has a mean-preserving contraction where no points are listed")
    dual.prices.require_convex(statement.law)
    from .listed import require_separation

    require_separation(statement.payoff, statement.law, dual.prices)


KIND = Kind(
    "mean-persuasion",
    MeanPersuasionStatement.read,
    lower,
    upper,
    infeasible,
    primal=Policy.read,
    dual=read_dual,
    refutation=PriceFunction.read,
)
