"""Kind ``concavification``: the sender's payoff v as a function of the posterior, given as a list or an expression.

The value is the concave envelope of v at the prior (Aumann and Maschler 1995; Kamenica and Gentzkow 2011)::

    max  sum_k w_k v(q_k)     s.t.  sum_k w_k q_k = prior,   w >= 0   (so the weights sum to one)
    min  prior . P            s.t.  P . q >= v(q)  at every belief q

Over a list, the posteriors q_k are among the listed beliefs; a belief listed twice has the larger of its values. Over
an expression they are any beliefs about the two to four states. Primal witness: a splitting of the prior. Dual witness:
prices P. Where the prior is no average of listed beliefs, nothing is feasible; a vector y with ``y . q >= 0`` at every
listed belief and ``y . prior < 0`` separates it from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from operator import mul
from typing import Self

from dual.errors import InputError, Undecided, Violation
from dual.functions.band import Band, Cell, bands
from dual.functions.enclosure import Rule, prove_nonnegative
from dual.functions.expression import Expression
from dual.names import labels
from dual.numbers.exact import Matrix, Vector, distribution, number, over_common_denominator, vector
from dual.numbers.interval import PRECISION, Interval, interval, rounded
from dual.numbers.readers import beliefs, points
from dual.proofs.squares import Term, Terms, constant, polynomial, product, require_nonnegative, total, variable
from dual.statement import Record, Statement, Witness, stated
from dual.verdict import Kind
from dual.words import brief

MAX_STATES = 4
"""States up to which the payoff may be an expression."""


def read_value(raw: object, where: str, prior: Vector) -> Expression:
    """Read the payoff, and refuse it early if it is undefined at the prior or at certainty."""
    count = len(prior)
    if not 2 <= count <= MAX_STATES:
        raise InputError(f"an expression needs 2 to {MAX_STATES} states, not {count}; list beliefs instead", where)
    variables = [f"q{s}" for s in range(count)] + ["p"] * (count == 2)
    value = Expression.parse(raw, variables, where)
    for belief in (*corners(count), prior):
        with suppress(Undecided):
            value.enclose([interval(x) for x in coordinates(belief)])
    return value


def corners(states: int) -> tuple[Vector, ...]:
    """The beliefs that are certain of a state."""
    return tuple(tuple(Fraction(s == k) for s in range(states)) for k in range(states))


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
        "instead: the payoff at every posterior, an expression in `q0, q1, ...`, the belief in each of two to four "
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

    def payoff(self, belief: Vector) -> Interval | None:
        """Enclose the payoff of a belief, exactly where it is known to be rational; None if it is not listed."""
        if self.value is not None:
            return self.value.enclose([interval(x) for x in coordinates(belief)])
        return interval(self.table[belief]) if belief in self.table else None


def worths(beliefs: Iterable[Vector], prices: Vector) -> Iterator[Fraction]:
    """``prices . belief`` for every belief."""
    weights, denominator = over_common_denominator(prices)
    for belief in beliefs:
        masses, common = over_common_denominator(belief)
        yield sum(map(mul, weights, masses)) / Fraction(denominator * common)


def coordinates(belief: Sequence[Fraction]) -> Vector:
    """What the variables of an expression stand for at a belief: q0, q1, ..., and for two states also p = q1."""
    return (*belief, belief[1]) if len(belief) == 2 else tuple(belief)


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


@dataclass(frozen=True, repr=False)
class PricesWithPoints(Prices):
    """Prices that majorise an expression at every belief."""

    points: Matrix | None = stated(
        points, "*points states", "beliefs that help the proof and can not make a wrong one", default=None
    )
    squares: tuple[Term, ...] | None = stated(
        Term,
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
    total, listed, mean = interval(0), Fraction(0), [Fraction(0)] * len(statement.prior)
    for k, part in enumerate(primal.splitting):
        where = f"primal.splitting[{k}]"
        if part.weight < 0:
            raise Violation(f"{where}.weight = {brief(part.weight)} < 0")
        if statement.value is not None:
            total += statement.value.enclose([interval(x) for x in coordinates(part.belief)]) * part.weight
        elif part.belief in statement.table:
            listed += statement.table[part.belief] * part.weight
        else:
            raise Violation(f"{where}.belief = ({', '.join(map(brief, part.belief))}) is not listed")
        mean = [m + part.weight * q for m, q in zip(mean, part.belief, strict=True)]
    for s, (average, mass) in enumerate(zip(mean, statement.prior, strict=True)):
        if average != mass:
            raise Violation(f"the splitting's mean belief in state {s} is {brief(average)}, the prior is {brief(mass)}")
    if statement.value is None:
        return listed
    return total.lower if total.is_point else rounded(total.lower, PRECISION, up=False)


def upper(statement: ConcavificationStatement, dual: Prices) -> Fraction:
    """The bound ``prior . prices``, once the prices majorise the payoff at every belief.

    For an expression, ``points`` may name beliefs where the two may touch; the simplex is cut there first.
    """
    prices = dual.prices
    if statement.value is None:
        _check_list(statement, prices)
    else:
        squares = dual.squares if isinstance(dual, PricesWithPoints) else None
        if squares is not None:
            excess = surplus(statement.value, prices)
            require_nonnegative(excess, coordinates_of(len(prices)), squares, "dual.squares", "prices . q - value")
            return sum(map(mul, statement.prior, prices), Fraction(0))
        helping = (dual.points if isinstance(dual, PricesWithPoints) else None) or ()
        rule = slack(statement.value, prices)
        cell = all_beliefs(len(prices))
        prove_nonnegative(rule, cell, points=list(map(coordinates, helping)), name="prices . belief - value")
    return sum(map(mul, statement.prior, prices), Fraction(0))


def coordinates_of(states: int) -> list[Terms]:
    """All beliefs as polynomials in all but the last, which is one less the others."""
    found = [variable(k, states - 1) for k in range(states - 1)]
    return [*found, total([(Fraction(1), constant(1, states - 1)), *((Fraction(-1), one) for one in found)])]


def surplus(value: Expression, prices: Sequence[Fraction]) -> Terms:
    """``prices . q - value(q)`` as a polynomial in all beliefs but the last."""
    q = coordinates_of(len(prices))
    named = [*q, q[1]] if len(q) == 2 else q  # p is q1
    parts = list(zip(prices, q, strict=True))
    for key, weight in polynomial(value).items():
        made = constant(-weight, len(q) - 1)
        for exponent, one in zip(key, named, strict=True):
            for _ in range(exponent):
                made = product(made, one)
        parts.append((Fraction(1), made))
    return total(parts)


def slack(value: Expression, prices: Sequence[Fraction]) -> Rule:
    """The rule ``prices . q - value(q)`` on cells of the simplex of beliefs."""
    payoff = bands(value)

    def rule(cell: Cell) -> Band:
        linear = [sum(map(mul, prices, vertex), Fraction(0)) for vertex in cell.vertices]
        return cell.affine(linear) - payoff(cell)

    return rule


def all_beliefs(states: int) -> Cell:
    """All beliefs about a number of states, in the coordinates of an expression."""
    return Cell([coordinates(corner) for corner in corners(states)])


def _check_list(statement: ConcavificationStatement, prices: Vector) -> None:
    for k, (worth, value) in enumerate(
        zip(worths(statement.beliefs or (), prices), statement.values or (), strict=True)
    ):
        if worth < value:
            raise Violation(f"prices . beliefs[{k}] = {brief(worth)} < {brief(value)} = values[{k}]")


def infeasible(statement: ConcavificationStatement, refutation: Separation) -> None:
    """Refuse unless a vector separates the prior from every listed belief."""
    separating = refutation.separating
    if statement.value is not None:
        raise Violation("no splitting is infeasible where every belief is allowed")
    for k, worth in enumerate(worths(statement.beliefs or (), separating)):
        if worth < 0:
            raise Violation(f"separating . beliefs[{k}] = {brief(worth)} < 0")
    at_prior = sum(map(mul, separating, statement.prior), Fraction(0))
    if at_prior >= 0:
        raise Violation(f"separating . prior = {brief(at_prior)} is not negative")


KIND = Kind(
    "concavification",
    ConcavificationStatement.read,
    lower,
    upper,
    infeasible,
    primal=Splitting.read,
    dual=read_dual,
    refutation=Separation.read,
    varies=lambda statement: statement.value is None,
)
