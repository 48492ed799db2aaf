"""What an instance of kind ``experiment-menu`` says: who buys, what they believe, and what they decide.

There are three forms: finitely many ``types`` of buyers; a ``law`` of their beliefs about two states; or two buyers
who compete with each other (``externality``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from itertools import accumulate
from typing import Any, Final, Self

from dual.errors import InputError, WrongSum
from dual.functions.finite_law import FiniteLaw
from dual.functions.law import ContinuousLaw
from dual.functions.read_law import Law, parse_law
from dual.names import labels
from dual.numbers.arrays import Array, read_array, stored
from dual.numbers.choices import choice
from dual.numbers.exact import Matrix, Vector, distribution, items, matrix, number, over_common_denominator, vector
from dual.numbers.largest import largest
from dual.numbers.masses import mass, nonnegative
from dual.statement import Lengths, Record, Statement, stated
from dual.words import brief

OBEDIENCE: Final = ("interim", "ex-post")


@dataclass(frozen=True)
class ListedLaw:
    """Beliefs in state 1 that finitely many buyers hold.

    Attributes
    ----------
    support : Array, shape (n,)
        In [0, 1], in any order.
    prior : Array, shape (n,)
        How many hold each; they sum to one.
    """

    support: Array
    prior: Array

    def document(self) -> dict[str, object]:
        """The law as the instance's file holds it."""
        return {"support": self.support.plain(), "prior": self.prior.plain()}

    @cached_property
    def sorted(self) -> tuple[list[int], list[int]]:
        """Beliefs over their denominator, in increasing order, and for each the share of those up to it."""
        points, counts = self.support.line(0), self.prior.line(0)
        order = sorted(range(len(points)), key=points.__getitem__)
        return [points[i] for i in order], list(accumulate(counts[i] for i in order))


def read_beliefs(raw: object, where: str) -> ListedLaw | ContinuousLaw:
    """Read a law of beliefs: as any law, or ``support`` and ``prior`` as arrays beside the file."""
    if isinstance(raw, Mapping) and set(raw) == {"support", "prior"} and _large(raw["support"], raw["prior"]):
        law = ListedLaw(*(_line(raw[name], f"{where}.{name}") for name in ("support", "prior")))
        if law.support.shape != law.prior.shape:
            raise InputError(f"there are {len(law.support)} beliefs, but {len(law.prior)} weights", f"{where}.prior")
        if min(law.prior.data) < 0 or sum(law.prior.line(0)) != law.prior.denominator:
            raise InputError("weights are nonnegative and sum to one, exactly", f"{where}.prior")
        if min(law.support.data) < 0 or max(law.support.line(0)) > law.support.denominator:
            raise InputError("beliefs lie in [0, 1]", f"{where}.support")
        return law
    found = parse_law(raw, where)
    low, high = found.range
    if low < 0 or high > 1:
        raise InputError(f"beliefs lie in [0, 1], not from {brief(low)} to {brief(high)}", where)
    if isinstance(found, ContinuousLaw):
        return found
    return ListedLaw(_array(found.support), _array(found.prior))


def _large(*parts: object) -> bool:
    return all(isinstance(part, (Mapping, Array)) for part in parts)


def _line(raw: Any, where: str) -> Array:
    found = raw if isinstance(raw, Array) else stored(raw, where)
    if len(found.shape) != 1:
        raise InputError("one number a buyer is needed", where)
    return read_array(found, where, found.shape)


def _array(values: Vector) -> Array:
    numerators, unit = over_common_denominator(values)
    return Array((len(values),), tuple(numerators), unit)


def read_stakes(raw: object, where: str) -> Vector:
    """Read two positive numbers."""
    found = vector(raw, where, 2)
    for k, stake in enumerate(found):
        if stake <= 0:
            raise InputError("a stake is positive", f"{where}[{k}]")
    return found


@dataclass(frozen=True)
class ExponentialLaw:
    """Values from 0 on with density ``exp(-v / mean) / mean``."""

    mean: Fraction

    def document(self) -> dict[str, object]:
        """The law as the instance's file holds it."""
        return {"exponential": self.mean}


def read_law_of_rivals(raw: object, where: str) -> Law | ExponentialLaw:
    """Read a law of values >= 0: finitely many points, uniform or exponential."""
    if isinstance(raw, ExponentialLaw) or not (isinstance(raw, Mapping) and set(raw) == {"exponential"}):
        return raw if isinstance(raw, ExponentialLaw) else read_law_of_values(raw, where)
    mean = number(raw["exponential"], f"{where}.exponential")
    if mean <= 0:
        raise InputError(f"the mean of an exponential law is positive, not {brief(mean)}", f"{where}.exponential")
    return ExponentialLaw(mean)


def read_law_of_values(raw: object, where: str) -> Law:
    """Read a law of values >= 0: finitely many points, or uniform."""
    found = parse_law(raw, where)
    if found.range[0] < 0:
        raise InputError("values are nonnegative", where)
    if isinstance(found, ContinuousLaw) and found.density is not None:
        raise InputError('a continuous law of values is uniform here, {"uniform": [a, b]}', where)
    return found


def read_theta(raw: object, where: str) -> Fraction:
    """Read the larger prior of two states."""
    found = mass(raw, where)
    if not Fraction(1, 2) <= found <= 1:
        raise InputError(f"{brief(found)} is not the larger one of two priors; it lies in [1/2, 1]", where)
    return found


def read_laws(raw: object, where: str) -> tuple[Law | ExponentialLaw, ...]:
    """Read a law of values for each of two buyers."""
    return tuple(read_law_of_rivals(one, f"{where}[{i}]") for i, one in enumerate(items(raw, where, 2)))


@dataclass(frozen=True, repr=False)
class Buyer(Record):
    """A type of buyer."""

    prior: Vector = stated(distribution, "states", "what the buyer believes, summing to one")
    weight: Fraction | None = stated(mass, "", "the share of this type; equal shares by default", default=None)
    payoff: Matrix | None = stated(matrix, "actions states", "payoffs of this type alone", default=None)


@dataclass(frozen=True, repr=False)
class Externality(Record):
    """Two buyers, each of whom loses when the other does well."""

    alpha: Fraction = stated(nonnegative, "", "the loss, per unit of own value, from the other's right action")
    theta: Fraction = stated(read_theta, "", "the prior of the likelier one of two states")
    law: Law | ExponentialLaw | None = stated(
        read_law_of_rivals,
        "",
        'the law of either buyer\'s value: a list, uniform or `{"exponential": mean}`',
        default=None,
    )
    laws: tuple[Law | ExponentialLaw, ...] | None = stated(read_laws, "", "a law for each buyer instead", default=None)
    obedience: str = stated(
        partial(choice, known=OBEDIENCE),
        "",
        "whether a buyer who acts on a recommendation knows only the own value, or what was told to both",
        default="interim",
    )

    def checked(self, found: Mapping[str, object], where: str) -> Self:  # noqa: ARG002
        """One law for both, or two of one sort."""
        if (self.law is None) == (self.laws is None):
            raise InputError('exactly one of "law" and "laws" is needed', where)
        if len({ContinuousLaw if isinstance(law, ContinuousLaw) else type(law) for law in self.buyers}) > 1:
            raise InputError("both laws are finite, or both are uniform, or both are exponential", f"{where}.laws")
        return self

    @property
    def buyers(self) -> tuple[Law | ExponentialLaw, ...]:
        """The law of each buyer's value."""
        if self.laws is not None:
            return self.laws
        return () if self.law is None else (self.law, self.law)

    @property
    def is_finite(self) -> bool:
        """Whether there are finitely many values."""
        return isinstance(self.buyers[0], FiniteLaw)


@dataclass(frozen=True, kw_only=True, repr=False)
class ExperimentMenuStatement(Statement):
    """A monopolist who sells experiments."""

    kind = "experiment-menu"
    types: tuple[Buyer, ...] | None = stated(Buyer, "types", "the types of buyers", default=None)
    payoff: Matrix | None = stated(
        matrix,
        "actions states",
        "what an action is worth in a state, to types without payoffs of their own; 1 for the action that matches the "
        "state by default",
        default=None,
    )
    law: ListedLaw | ContinuousLaw | None = stated(
        read_beliefs, "", "instead of types: the law of beliefs in state 1, of two states and two actions", default=None
    )
    stakes: Vector | None = stated(
        read_stakes, "", "with a law: what the right action gains in states 1 and 2; 1 and 1 by default", default=None
    )
    scale: Law | None = stated(
        read_law_of_values,
        "",
        "with a law that has a density: the uniform law of what is at stake, independent",
        default=None,
    )
    externality: Externality | None = stated(Externality, "", "instead of types: two buyers who compete", default=None)
    buyers: tuple[str, ...] | None = stated(labels, "types", "names of the types", default=None)
    states: tuple[str, ...] | None = stated(labels, "states", "names of the states", default=None)
    actions: tuple[str, ...] | None = stated(labels, "actions", "names of the actions", default=None)

    def checked(self, found: Mapping[str, object], where: str) -> Self:  # noqa: ARG002
        """One of the three forms, with the fields that belong to it."""
        forms = [name for name in ("types", "law", "externality") if getattr(self, name) is not None]
        if len(forms) != 1:
            raise InputError(
                'exactly one of "types", "law" and "externality" is needed', forms[1] if forms else "types"
            )
        belongs = {"payoff": "types", "buyers": "types", "actions": "types", "stakes": "law", "scale": "law"}
        for name, form in belongs.items():
            if getattr(self, name) is not None and form != forms[0]:
                raise InputError(f'the field belongs to instances with "{form}"', name)
        if self.scale is not None:
            uniform = isinstance(self.scale, ContinuousLaw) and isinstance(self.law, ContinuousLaw)
            if self.stakes is not None or not uniform:
                raise InputError("a uniform law of scales goes with a density of beliefs, without stakes", "scale")
        if self.types is None:
            if self.states is not None and len(self.states) != 2:
                raise InputError("there are two states here", "states")
            return self
        given = [buyer.weight for buyer in self.types if buyer.weight is not None]
        if given and len(given) < len(self.types):
            raise InputError("either every type has a weight or none has", "types")
        if given and sum(given) != 1:
            raise WrongSum(f"the weights sum to {brief(sum(given, Fraction(0)))}, not to 1", "types")
        shapes = {(len(table), len(table[0])) for table in self.payoffs}
        if len(shapes) > 1:
            raise InputError("without payoffs there are as many actions as states; state them all", "payoff")
        return self

    def lengths(self) -> Lengths:
        """How many types, states and actions there are."""
        found = super().lengths()
        if self.types is not None:
            found.setdefault("actions", found["states"])
        return found

    @cached_property
    def weights(self) -> Vector:
        """The share of each type."""
        types = self.types or ()
        return tuple(Fraction(1, len(types)) if buyer.weight is None else buyer.weight for buyer in types)

    @cached_property
    def payoffs(self) -> tuple[Matrix, ...]:
        """``u_k[a][w]`` of each type."""
        types = self.types or ()
        matching = self.payoff
        if matching is None and types:
            n = range(len(types[0].prior))
            matching = tuple(tuple(Fraction(a == w) for w in n) for a in n)
        return tuple(matching if buyer.payoff is None else buyer.payoff for buyer in types)  # type: ignore[misc]

    @cached_property
    def gains(self) -> tuple[Matrix, ...]:
        """``g_k[a][w] = prior_k[w] u_k[a][w]``: what action a contributes in state w to a type's expected payoff."""
        return tuple(
            tuple(tuple(p * u for p, u in zip(buyer.prior, row, strict=True)) for row in table)
            for buyer, table in zip(self.types or (), self.payoffs, strict=True)
        )

    @cached_property
    def one_law(self) -> ExperimentMenuStatement | None:
        """The same question about a law of beliefs, if there are two states and two actions, each right in one."""
        types, payoffs = self.types, set(self.payoffs)
        if not types or len(payoffs) > 1 or (len(self.payoffs[0]), len(self.payoffs[0][0])) != (2, 2):
            return None
        (p, q), (r, s) = self.payoffs[0]
        if (p - r) * (s - q) <= 0:
            return None
        law = ListedLaw(_array(tuple(buyer.prior[0] for buyer in types)), _array(self.weights))
        return ExperimentMenuStatement(law=law, stakes=(abs(p - r), abs(s - q)))

    @cached_property
    def outside(self) -> Vector:
        """What each type gets without any information."""
        return tuple(largest(map(sum, table)) for table in self.gains)
