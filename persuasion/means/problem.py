"""Mean persuasion: the sender's payoff depends on the receiver's posterior mean of a real-valued state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Unpack, cast

from dual.errors import InputError, Violation
from dual.functions.finite_law import FiniteLaw
from dual.functions.law import ContinuousLaw
from dual.kinds.means.kind import MeanPersuasionStatement, Policy, PriceFunction
from dual.kinds.means.prices import Prices
from dual.numbers.exact import number, probability, vector
from dual.numbers.interval import Interval, interval
from dual.words import brief
from persuasion.concave.problem import Benchmark
from transport.programs.effort import Effort
from transport.road.callables import scope_of, table_of
from transport.road.methods import Found, by_name, method
from transport.road.picture import entitled
from transport.road.problem import Described, Problem
from transport.road.solution import Solution
from transport.road.table import Cell, Table

from .continuous import solve_continuous
from .finite import solve_finite
from .signal import MeanSignal, formula, signals_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from dual.kinds.means.curved import CurvedPriceFunction, CurvedPrices


class MeanPersuasionSolution(Solution["MeanPersuasion"]):
    """The best policy, and the price function that proves it."""

    primal: Policy | None
    dual: PriceFunction | CurvedPriceFunction | None

    @cached_property
    def signals(self) -> tuple[MeanSignal, ...]:
        """The policy, in the order of the means: which states send a signal, how often, and the mean it leads to."""
        return () if self.primal is None else signals_of(self.problem.statement.law, self.primal)

    @cached_property
    def prices(self) -> Prices | CurvedPrices | None:
        """The price function: ``knots``, ``values`` there, and its value at a point when called; None without a bound.

        Between knots it is linear, or else a polynomial (``polynomials``, coefficients of powers of the mean).
        """
        return None if self.dual is None else self.dual.prices

    @property
    def why(self) -> str:
        """Why no policy exists, in words; ``prices`` is the convex function that proves it."""
        if self.grade != "infeasible":
            return ""
        return (
            "no mean-preserving contraction of the law lives on the listed means: a convex function (the prices) is at "
            "least 0 at each of them, and negative in expectation under the law"
        )

    def references(self) -> Mapping[str, float]:
        """The payoffs under no and full information, where they are known."""
        return self.comparison.known()

    @cached_property
    def comparison(self) -> Benchmark:
        """The payoffs under no, full and optimal information."""
        return Benchmark(self.problem.no_information, self.problem.full_information, self.lower)

    def facts(self) -> Iterable[tuple[str, str]]:
        """Comparison values, for the summary."""
        for name, value in (
            ("no information", self.comparison.no_information),
            ("full information", self.comparison.full_information),
        ):
            yield name, "not allowed: it leads to means that are not listed" if value is None else brief(value.middle)

    def tables(self) -> Sequence[Table]:
        """The policy and the prices."""
        policy: list[list[Cell]] = [
            [signal.words, "each its own" if signal.mean is None else signal.mean, signal.probability]
            for signal in self.signals
        ]
        tables = [Table("policy", ["states", "posterior mean", "probability"], policy)]
        if self.prices is not None:
            revealed = [signal.parts[0] for signal in self.signals if signal.mean is None]
            pairs = list(zip(self.prices.knots, self.prices.values, strict=True))
            if not isinstance(self.prices, Prices):
                between: list[Cell] = [*map(formula, self.prices.polynomials), ""]
                rows: list[list[Cell]] = [[*pair, piece] for pair, piece in zip(pairs, between, strict=True)]
                return [*tables, Table("prices", ["mean", "price", "up to the next mean"], rows)]
            prices: list[list[Cell]] = [
                [x, value] for x, value in pairs if not any(left < x < right for left, right, _ in revealed)
            ]
            left_out = len(self.prices.knots) - len(prices)
            note = f" ({left_out} more knots where states are revealed)" if left_out else ""
            tables.append(Table(f"prices, linear between{note}", ["mean", "price"], prices))
        return tables

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the payoff, the prices, and the law coloured by the signals that its states send.

        Raises
        ------
        SuasionError
            If matplotlib is not installed.
        """
        from .picture import draw

        ax = draw(self.problem.statement, self.signals, self.prices, ax)
        entitled(ax, self.headline)
        return ax


@method("means", "an exact program over means, or the structure of a continuous policy")
def solve_by_means(statement: MeanPersuasionStatement, effort: Effort) -> Found:
    """Solve by the road the law asks for: an exact program over means, or the structure of a continuous policy."""
    law = statement.law
    if isinstance(law, FiniteLaw):
        return solve_finite(statement, law, effort)
    return solve_continuous(statement, law, effort)


@method("squares", "the same policies; prices proven by squares: a payoff that is, or is near, polynomials on pieces")
def solve_by_squares(statement: MeanPersuasionStatement, effort: Effort) -> Found:
    """Prove the prices of the other method by squares wherever there are any."""
    from .curved import with_squares

    if hasattr(statement.payoff, "points"):
        raise InputError("squares prove prices at all means, and here are listed ones", "method")
    found = solve_by_means(statement, effort)
    if found.dual is None:
        return found
    return replace(found, dual=with_squares(statement, found.dual, effort), method="squares")


class MeanPersuasion(Problem[MeanPersuasionStatement, MeanPersuasionSolution]):
    """A sender informs a receiver about a real-valued state, and cares about the receiver's posterior mean.

    The laws G of posterior means that some policy leads to are the mean-preserving contractions of the law F of the
    state. The value is ``max E_G u`` over them, and equals ``min E_F P`` over convex functions P that majorise the
    payoff u (Dworczak and Martini, "The Simple Economics of Optimal Persuasion", 2019).

    Parameters
    ----------
    law : dict
        ``{"support": [...], "prior": [...]}``: points, all different, with probabilities that sum to one.
        ``{"uniform": [a, b]}``: uniform on an interval, a < b.
        ``{"density": "exp(-x)", "interval": [a, b]}``: a density as an expression in ``x``, nonnegative with a positive
        integral; it need not integrate to one, it is divided by its integral.
    payoff : str or dict
        An expression in ``m``, the mean; it has to be finite at every mean in the law's range.
        ``{"breakpoints": [b0, ..., bn], "pieces": [[c0, c1, ...], ...]}``: on the k-th interval between breakpoints the
        polynomial ``c0 + c1 m + c2 m**2 + ...``, and the larger value at breakpoints, which cover the law's range.
        ``{"points": [...], "values": [...]}``: only the listed posterior means are allowed. The values may be a Python
        function of the mean; the certificate then covers the listed means only.
    name, source, notes : str, optional
        Descriptions.

    Raises
    ------
    InputError
        If a field is not one of these, or a number in it is wrong; the message names the field.

    Notes
    -----
    The answer is exact where optimal means, cuts and payoffs are rational and simple. Where states are revealed the
    prices are the payoff, if that is, or is near, one polynomial between two of its breakpoints; elsewhere they are
    its chords, which cost up to 2e-7 of the value (of a few hundredths of the payoff's range if the value is smaller).

    Of several optimal policies for a continuous law, the states are revealed where the prices equal the payoff
    throughout; any other interval with affine prices is pooled into its mean if the prices touch the payoff there,
    else into the two nearest means at which they do. With a finite law the policy is a vertex of a linear program.

    Where only listed means are allowed and the law's moments are not known exactly (a density that is no piecewise
    polynomial), the upper bound alone is proven.

    Examples
    --------
    >>> smoothstep = MeanPersuasion({"uniform": [0, 1]}, "m**2*(3 - 2*m)")
    >>> solution = smoothstep.solve()
    >>> solution.lower, solution.grade
    (Fraction(539, 1024), 'exact')
    >>> [signal.words for signal in solution.signals]
    ['reveal [0, 1/4]', 'pool [1/4, 1]']
    >>> pass_mark = MeanPersuasion({"support": [0, 1], "prior": ["7/10", "3/10"]}, "m >= 1/2")
    >>> [(str(s.mean), str(s.probability)) for s in pass_mark.solve().signals]
    [('0', '2/5'), ('1/2', '3/5')]
    """

    kind = "mean-persuasion"
    methods = by_name(solve_by_means, solve_by_squares)
    roads: ClassVar[Mapping[str, str]] = {
        "means-rounded": "the program over means, rounded, where an exact basis is too long",
        "structure": "a continuous policy of intervals that are pooled or revealed, its cuts solved exactly",
        "cells": "a policy on small intervals of a continuous law",
        "no-information": "one signal at the prior mean: there was no time for more",
    }
    solution_class = MeanPersuasionSolution

    def __init__(
        self,
        law: object,
        payoff: object,
        **described: Unpack[Described],
    ) -> None:
        if isinstance(payoff, Mapping) and callable(payoff.get("values")) and "points" in payoff:
            points = vector(list(cast(Iterable[object], payoff["points"])), "payoff.points", None, probability)
            payoff = {**payoff, "values": table_of(payoff["values"], [points], "payoff.values")}
            notes = described.get("notes")
            described["notes"] = "\n".join(filter(None, [notes, scope_of(["payoff"])]))
        self._state({"law": law, "payoff": payoff, **described})

    @property
    def law(self) -> FiniteLaw | ContinuousLaw:
        """The law of the state."""
        return self.statement.law

    @property
    def prior_mean(self) -> Interval:
        """The mean of the law, as an interval: a point where it is known exactly."""
        ends = self.law.range
        return self.law.expected(Prices(ends, ends)) if ends[0] < ends[1] else interval(ends[0])

    def payoff_at(self, mean: object) -> Interval:
        """The payoff at a posterior mean, as an interval: a point where it is known to be rational.

        Parameters
        ----------
        mean : number
            In the law's range.

        Raises
        ------
        InputError
            If it is no number, or the payoff is not defined there.
        Violation
            If only listed means are allowed, and this is none of them.

        Examples
        --------
        >>> MeanPersuasion({"uniform": [0, 1]}, "abs(m - 1/2)").payoff_at("1/3")
        Interval(lower=Fraction(1, 6), upper=Fraction(1, 6))
        """
        return self.statement.payoff.at(interval(number(mean, "mean")))

    @property
    def no_information(self) -> Interval | None:
        """What an uninformative signal is worth; None where it is not allowed.

        Examples
        --------
        >>> str(MeanPersuasion({"uniform": [0, 1]}, "m**2").no_information)
        '1/4'
        """
        try:
            return self.statement.payoff.at(self.prior_mean)
        except Violation:
            return None

    @property
    def full_information(self) -> Interval | None:
        """What full revelation is worth; None where it is not allowed.

        Examples
        --------
        >>> str(MeanPersuasion({"uniform": [0, 1]}, "m**2").full_information)
        '1/3'
        """
        law, payoff = self.statement.law, self.statement.payoff
        try:
            if isinstance(law, ContinuousLaw):
                return payoff.integral(law, law.lower, law.upper) / law.total
            total = interval(0)
            for x, mass in zip(law.support, law.prior, strict=True):
                if mass:
                    total += payoff.at(interval(x)) * mass
            return total
        except Violation:
            return None
