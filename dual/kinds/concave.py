"""Kind ``concavification``: the sender's payoff v as a function of the posterior, given as a list or an expression.

The value is the concave envelope of v at the prior (Aumann and Maschler 1995; Kamenica and Gentzkow 2011)::

    max  sum_k w_k v(q_k)     s.t.  sum_k w_k q_k = prior,   w >= 0   (so the weights sum to one)
    min  prior . P            s.t.  P . q >= v(q)  at every belief q

Over a list, the posteriors q_k are among the listed beliefs; a belief listed twice has the larger of its values. Over
an expression they are any beliefs about two to eight states. Primal witness: a splitting of the prior. Dual witness:
prices P. Where the prior is no average of listed beliefs, nothing is feasible; a vector y with ``y . q >= 0`` at every
listed belief and ``y . prior < 0`` separates it from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from operator import mul
from typing import TYPE_CHECKING, Any, Self

from dual.errors import InputError, Undecided, Violation
from dual.names import labels
from dual.numbers.beliefs import beliefs, points
from dual.numbers.exact import Matrix, Vector, distribution, items, number, vector
from dual.statement import Record, Statement, Witness, stated
from dual.verdict import Kind
from dual.words import brief

if TYPE_CHECKING:
    from dual.functions.expression import Expression
    from dual.numbers.interval import Interval
    from dual.proofs.squares import Term


def read_value(raw: object, where: str, prior: Vector) -> Expression:
    """Read the payoff, and refuse it early if it is undefined at the prior or at certainty."""
    from dual.functions import beliefs

    value = beliefs.read(raw, where, len(prior), "; list beliefs instead")
    for belief in (*beliefs.corners(len(prior)), prior):
        with suppress(Undecided):
            beliefs.at(value, belief)
    return value


@dataclass(frozen=True, kw_only=True, repr=False)
class ConcavificationStatement(Statement):
    """A concavification problem: beliefs with the payoff of each, or the payoff as an expression."""

    kind = "concavification"
    prior: Vector = stated(distribution, "states", "probabilities, summing to one")
    beliefs: Matrix | None = stated(beliefs, "beliefs states", "the posteriors there may be", default=None)
    values: Vector | None = stated(vector, "beliefs", "the payoff at each of them", default=None)
    value: Expression | None = stated(
        read_value,
        "",
        "instead: the payoff at every posterior, an expression in `q0, q1, ...`, the belief in each of two to eight "
        "states (`p` is `q1` for two)",
        default=None,
        after="prior",
    )
    states: tuple[str, ...] | None = stated(labels, "states", "names of the states", default=None)

    def checked(self, found: Mapping[str, object], where: str) -> Self:  # noqa: ARG002 (a statement is read nowhere else)
        """Refuse unless there is a list or an expression, and not both."""
        for field in ("beliefs", "values"):
            if self.value is not None and field in found:
                raise InputError('"value" is for all beliefs; give either it or "beliefs" and "values"', field)
            if self.value is None and field not in found:
                raise InputError('the field is missing; give "beliefs" and "values", or "value"', field)
        return self

    @cached_property
    def table(self) -> dict[Vector, Fraction]:
        """The value of each listed belief, the larger one where a belief is listed twice."""
        found: dict[Vector, Fraction] = {}
        for belief, value in zip(self.beliefs or (), self.values or (), strict=True):
            found[belief] = max(value, found.get(belief, value))
        return found

    def payoff(self, belief: Vector) -> Interval | Fraction | None:
        """The payoff of a belief, enclosed where it is not known to be rational; None if it is not listed."""
        if self.value is None:
            return self.table.get(belief)
        from dual.functions import beliefs

        return beliefs.at(self.value, belief)


@dataclass(frozen=True, repr=False)
class Part(Record):
    """A posterior and how often it comes about."""

    belief: Vector = stated(distribution, "states", "the posterior")
    weight: Fraction = stated(number, "", "its probability")


@dataclass(frozen=True, repr=False)
class Splitting(Witness):
    """Posteriors whose mean is the prior."""

    splitting: tuple[Part, ...] = stated(Part, "parts", "the posteriors")


@dataclass(frozen=True, repr=False)
class Prices(Witness):
    """Prices that majorise the payoff of every listed belief."""

    prices: Vector = stated(vector, "states", "prices P with prior . P the bound")


def read_squares(raw: object, where: str, _count: int | None) -> tuple[Term, ...]:
    """Read a proof by squares."""
    from dual.proofs.squares import Term

    return tuple(Term.within(one, f"{where}[{k}]") for k, one in enumerate(items(raw, where)))


@dataclass(frozen=True, repr=False)
class PricesWithPoints(Prices):
    """Prices that majorise an expression at every belief."""

    points: Matrix | None = stated(
        points, "*points states", "beliefs that help the proof and can not make a wrong one", default=None
    )
    squares: tuple[Term, ...] | None = stated(
        read_squares,
        "*terms",
        "for a polynomial: terms that add up to prices . q - value, in all beliefs but the last",
        default=None,
    )


def read_dual(raw: object, statement: ConcavificationStatement, where: str) -> Prices:
    """Read a dual witness; only the proof for an expression takes points."""
    return (Prices if statement.value is None else PricesWithPoints).read(raw, statement, where)


@dataclass(frozen=True, repr=False)
class Separation(Witness):
    """A vector that separates the prior from every listed belief."""

    separating: Vector = stated(vector, "states", "y with y . q >= 0 at every listed belief and y . prior < 0")


def lower(statement: ConcavificationStatement, primal: Splitting) -> Fraction:
    """The expected payoff from a splitting of the prior."""
    total: Any = Fraction(0)
    mean = [Fraction(0)] * len(statement.prior)
    for k, part in enumerate(primal.splitting):
        where = f"primal.splitting[{k}]"
        if part.weight < 0:
            raise Violation(f"{where}.weight = {brief(part.weight)} < 0")
        payoff = statement.payoff(part.belief)
        if payoff is None:
            raise Violation(f"{where}.belief = ({', '.join(map(brief, part.belief))}) is not listed")
        total += payoff * part.weight
        mean = [m + part.weight * q for m, q in zip(mean, part.belief, strict=True)]
    for s, (average, mass) in enumerate(zip(mean, statement.prior, strict=True)):
        if average != mass:
            raise Violation(f"the splitting's mean belief in state {s} is {brief(average)}, the prior is {brief(mass)}")
    return total if statement.value is None else total.least  # type: ignore[no-any-return]


def upper(statement: ConcavificationStatement, dual: Prices) -> Fraction:
    """The bound ``prior . prices``, once the prices majorise the payoff at every belief.

    For an expression, ``points`` may name beliefs where the two may touch; the simplex is cut there first.
    """
    prices = dual.prices
    if statement.value is None:
        from dual.proofs.listed import require_majorant

        require_majorant(statement.beliefs or (), statement.values or (), prices)
    elif isinstance(dual, PricesWithPoints) and dual.squares is not None:
        from dual.proofs import surplus

        surplus.require_majorant(statement.value, prices, dual.squares)
    else:
        from dual.functions import beliefs, enclosure

        helping = (dual.points if isinstance(dual, PricesWithPoints) else None) or ()
        rule, everywhere = beliefs.above(statement.value, prices), beliefs.possible((1,) * len(prices))
        at = map(beliefs.coordinates, helping)
        enclosure.prove_nonnegative(rule, everywhere, points=at, name="prices . belief - value")
    return sum(map(mul, statement.prior, prices), Fraction(0))


def infeasible(statement: ConcavificationStatement, refutation: Separation) -> None:
    """Refuse unless a vector separates the prior from every listed belief."""
    if statement.value is not None:
        raise Violation("no splitting is infeasible where every belief is allowed")
    from dual.proofs.listed import require_separation

    require_separation(statement.beliefs or (), statement.prior, refutation.separating)


KIND = Kind(
    "concavification",
    ConcavificationStatement.read,
    lower,
    upper,
    infeasible,
    primal=Splitting.read,
    dual=read_dual,
    refutation=Separation.read,
    lacks=lambda statement: "" if statement.value is None else 'lists of "beliefs" and "values"',
)
