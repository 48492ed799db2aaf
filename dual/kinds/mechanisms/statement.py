"""What an instance of kind ``mechanism`` says: goods, what buyers may value them at, and what the seller may do.

A *good* is what a lottery puts probability on: an item (``additive``: each item on its own; ``unit-demand``: at most
one), a bundle of items (``xor``, ``table``), or a vertex of the set of allocations. Whoever buys nothing gets nothing
and pays nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache, partial
from math import prod
from typing import Final, Self

from dual.errors import InputError, WrongSum
from dual.functions.law import ContinuousLaw
from dual.functions.read_law import parse_law
from dual.limits import NUMBERS
from dual.names import labels
from dual.numbers.choices import choice, flag
from dual.numbers.exact import Matrix, Vector, distribution, index, items, matrix, number, vector
from dual.numbers.largest import largest
from dual.numbers.masses import mass, nonnegative
from dual.statement import Record, Statement, stated
from dual.words import brief

from .axis import Axis
from .joint import JointLaw, read_joint

Bundle = tuple[int, ...]
"""Items in increasing order."""
Good = int | Bundle
"""An item or a vertex by its number, or a bundle."""

VALUATIONS: Final = ("additive", "unit-demand", "xor", "table")
MOST_ITEMS: Final = 1_000_000
"""Items are numbered below this where they have no names."""
MOST_BUNDLED: Final = 16
"""Items of a table of all bundles: 65,536 numbers for each type."""


def read_bundle(raw: object, where: str, count: int | None) -> Bundle:
    """Read a nonempty set of items."""
    found = [index(one, f"{where}[{k}]", count or MOST_ITEMS) for k, one in enumerate(items(raw, where))]
    if len(set(found)) < len(found):
        raise InputError("an item stands twice in the bundle", where)
    return tuple(sorted(found))


def read_bids(raw: object, where: str, _bids: int | None) -> tuple[tuple[Bundle, Fraction], ...]:
    """Read bids ``[[item, ...], value]``, each bundle once."""
    found: dict[Bundle, Fraction] = {}
    for k, item in enumerate(items(raw, where)):
        listed, value = items(item, f"{where}[{k}]", 2)
        bundle = read_bundle(listed, f"{where}[{k}][0]", None)
        if bundle in found:
            raise InputError("there is a bid for this bundle already", f"{where}[{k}]")
        found[bundle] = nonnegative(value, f"{where}[{k}][1]")
    return tuple(found.items())


def read_weight(raw: object, where: str) -> Fraction:
    """Read a probability."""
    return mass(raw, where)


def read_law(raw: object, where: str) -> ContinuousLaw:
    """Read a law with a density."""
    law = parse_law(raw, where)
    if not isinstance(law, ContinuousLaw):
        raise InputError('finitely many values are stated as "types"; a law has a density', where)
    return law


def read_laws(raw: object, where: str, count: int | None) -> tuple[ContinuousLaw, ...]:
    """Read a law for each item."""
    return tuple(read_law(one, f"{where}[{k}]") for k, one in enumerate(items(raw, where, count)))


def read_count(raw: object, where: str) -> int:
    """Read a number of bidders."""
    found = number(raw, where)
    if found.denominator != 1 or not 1 <= found <= 1000:
        raise InputError(f"{brief(found)} is not a number of bidders", where)
    return int(found)


def read_shares(raw: object, where: str, bidders: int | None, types: int | None) -> Matrix:
    """Read for each bidder a probability of each type."""
    return tuple(distribution(one, f"{where}[{i}]", types) for i, one in enumerate(items(raw, where, bidders)))


def read_costs(raw: object, where: str, count: int | None) -> Vector:
    """Read what each item costs the seller, >= 0."""
    return vector(raw, where, count, nonnegative)


def read_vertices(raw: object, where: str, _vertices: int | None, count: int | None) -> Matrix:
    """Read the vertices of the set of allocations."""
    return matrix(raw, where, None, count)


@dataclass(frozen=True, repr=False)
class BuyerType(Record):
    """What one type of buyer values the goods at, and how likely it is."""

    values: Vector | None = stated(vector, "items", "of each item", default=None)
    bids: tuple[tuple[Bundle, Fraction], ...] | None = stated(
        read_bids, "*bids", "`[[item, ...], value]`, for valuation `xor`: worth is the best bid inside", default=None
    )
    table: Vector | None = stated(
        vector, "*bundles", "for valuation `table`: of every bundle, item j counting 2^j in its number", default=None
    )
    weight: Fraction | None = stated(read_weight, "", "its probability; equal for all if left out", default=None)


_FIELD: Final = {"additive": "values", "unit-demand": "values", "xor": "bids", "table": "table"}


@dataclass(frozen=True, kw_only=True, repr=False)
class MechanismStatement(Statement):
    """Goods for sale, and what is known of the buyers."""

    kind = "mechanism"
    items: tuple[str, ...] | None = stated(labels, "items", "names of the items", default=None)
    valuation: str = stated(
        partial(choice, known=VALUATIONS), "", "what several items are worth together", default="additive"
    )
    types: tuple[BuyerType, ...] | None = stated(BuyerType, "types", "the types of each buyer", default=None)
    laws: tuple[ContinuousLaw, ...] | None = stated(
        read_laws, "items", "instead of types: independent laws of the items' values", default=None
    )
    bidder_laws: tuple[ContinuousLaw, ...] | None = stated(
        read_laws,
        "bidders",
        "of a single item, instead of types and laws: each bidder's law of its value",
        default=None,
    )
    joint: JointLaw | None = stated(
        read_joint, "", "of two items, instead of types and laws: a law of both values, on a polygon", default=None
    )
    bidders: int = stated(read_count, "", "how many buyers there are, independent; alike by default", default=1)
    bidder_weights: Matrix | None = stated(
        read_shares,
        "bidders types",
        "of several buyers who are not alike: how likely each of them is of which type, 0 for none of their own",
        default=None,
    )
    incentives: str = stated(
        partial(choice, known=("DSIC", "BIC")),
        "",
        "of several buyers: truth and taking part are best whatever the others' types are, or on average over them",
        default="DSIC",
    )
    deterministic: bool = stated(
        flag, "", "whether menus for a single buyer's types have no lotteries; false by default", default=False
    )
    costs: Vector | None = stated(read_costs, "items", "what an item costs the seller, >= 0", default=None)
    allocation: Matrix | None = stated(
        read_vertices,
        "*vertices items",
        "vertices of the set of allocations to a single buyer, beside nothing; by default every item or not",
        default=None,
    )

    def checked(self, found: Mapping[str, object], where: str) -> Self:  # noqa: ARG002 (what is read says it all)
        """Refuse what does not belong together."""
        if sum(one is not None for one in (self.types, self.laws, self.bidder_laws, self.joint)) != 1:
            raise InputError('either "types", "laws", "bidder_laws" or "joint" is needed', "types")
        if self.bidder_laws is not None:
            self._check_bidder_laws(self.bidder_laws)
        elif self.types is not None:
            self._check_types(self.types)
        elif self.bundled:
            raise InputError("with laws, valuations are additive or unit-demand", "valuation")
        if self.bidder_weights is not None:
            self._check_bidder_weights(self.bidder_weights)
        if self.deterministic and (self.types is None or self.bidders > 1):
            raise InputError("lotteries are left out for a single buyer of finitely many types", "deterministic")
        if self.joint is not None:
            self._check_joint()
        if self.laws is not None:
            self._check_laws(self.laws)
        if self.allocation is not None and (self.valuation != "additive" or self.bidders > 1):
            raise InputError("vertices of allocations are those to a single buyer with additive values", "allocation")
        return self

    def _check_bidder_laws(self, laws: Sequence[ContinuousLaw]) -> None:
        if self.valuation != "additive" or self.allocation is not None or self.bidders > 1:
            raise InputError("bidders with laws of their own bid for a single item", "bidder_laws")
        if len(self.costs or "1") != 1 or len(self.items or "1") != 1:
            raise InputError("there is a single item", "items" if self.costs is None else "costs")
        for k, law in enumerate(laws):
            Axis.of(law, f"bidder_laws[{k}].density")

    def _check_bidder_weights(self, rows: Matrix) -> None:
        if self.types is None or self.bidders != len(rows):
            many = f'as many buyers as "bidders" says, {self.bidders}'
            raise InputError(f"a row of weights is needed for each of {many}, of finitely many types", "bidder_weights")
        if any(one.weight is not None for one in self.types):
            raise InputError("types have weights of their own, or each bidder has weights", "bidder_weights")

    def _check_joint(self) -> None:
        if self.bidders > 1:
            raise InputError("a joint law is for a single buyer", "joint")
        lengths = {"items": self.items, "costs": self.costs, "allocation": self.allocation and self.allocation[0]}
        for name, given in lengths.items():
            if given is not None and len(given) != 2:
                raise InputError("there are two items, of values x and y", name)

    def _check_laws(self, laws: Sequence[ContinuousLaw]) -> None:
        """What proofs cover: one buyer, one item, or two additive buyers of two items alike."""
        axes = [Axis.of(law, f"laws[{k}].density") for k, law in enumerate(laws)]
        if not self.apart and not all(axis.uniform for axis in axes):
            raise InputError("laws have densities where items are given or not one by one; here they are uniform",
                             "laws")  # fmt: skip
        pair = (self.bidders, len(laws), self.breadth is None) == (2, 2, False)
        if self.bidders > 1 and not pair and not (len(laws) == 1 and self.apart):
            raise InputError(
                "with laws there is one buyer, there is one item, or there are two additive buyers of two items, all "
                "values uniform on [0, b] and without costs",
                "bidders",
            )

    @cached_property
    def breadth(self) -> Fraction | None:
        """The largest value b, if items are additive and alike, uniform on [0, b], and cost nothing."""
        laws = self.laws or ()
        if not self.apart or not laws or any(self.costs or ()):
            return None
        alike = all(law.density is None and not law.lower and law.upper == laws[0].upper for law in laws)
        return laws[0].upper if alike else None

    def _check_types(self, types: Sequence[BuyerType]) -> None:
        needed = _FIELD[self.valuation]
        given = [one.weight for one in types if one.weight is not None]
        for k, one in enumerate(types):
            for name in ("values", "bids", "table"):
                if name != needed and getattr(one, name) is not None:
                    raise InputError(f'with valuation {self.valuation}, a type has "{needed}"', f"types[{k}].{name}")
            if getattr(one, needed) is None:
                raise InputError("the field is missing", f"types[{k}].{needed}")
            if one.table is not None:
                size = len(one.table)
                if size != len(types[0].table or ()) or size & (size - 1) or not 2 <= size <= 2**MOST_BUNDLED:
                    raise InputError("a table has as many values as there are sets of items: 2, 4, 8, ...",
                                     f"types[{k}].table")  # fmt: skip
                if one.table[0]:
                    raise InputError("nothing is worth 0", f"types[{k}].table[0]")
        if self.items is not None and self.count > len(self.items):
            raise InputError(f"there are {len(self.items)} names, but a bid for item {self.count - 1}", "items")
        if given and len(given) < len(types):
            raise InputError("either every type has a weight or none", "types")
        if given and sum(given) != 1:
            raise WrongSum(f"the weights sum to {brief(sum(given, Fraction(0)))}, not to 1", "types")
        if self.bidders > 1 and len(types) ** self.bidders > NUMBERS:
            raise InputError(f"{len(types)} types of {self.bidders} bidders make too many profiles", "bidders")

    @cached_property
    def count(self) -> int:
        """The number of items; for bids, of those that have a name or a bid."""
        if self.laws is not None or self.bidder_laws is not None:
            return len(self.laws or "1")
        if self.joint is not None:
            return 2
        first = self.types[0] if self.types else BuyerType()
        if first.values is not None:
            return len(first.values)
        if first.table is not None:
            return len(first.table).bit_length() - 1
        named = len(self.items or self.costs or ())
        return max([named, *(bundle[-1] + 1 for one in self.types or () for bundle, _ in one.bids or ())])

    @property
    def buyers(self) -> int:
        """How many bidders there are, alike or not."""
        return self.bidders if self.bidder_laws is None else len(self.bidder_laws)

    @cached_property
    def weights(self) -> Vector:
        """The probability of each type."""
        types = self.types or ()
        return tuple(Fraction(1, len(types)) if one.weight is None else one.weight for one in types)

    def weights_of(self, i: int) -> Vector:
        """The probability of each type of bidder i."""
        return self.weights if self.bidder_weights is None else self.bidder_weights[i]

    def cost(self, good: Good) -> Fraction:
        """What a good costs the seller."""
        if self.costs is None:
            return Fraction(0)
        if isinstance(good, tuple):
            return sum((self.costs[j] for j in good), Fraction(0))
        if self.allocation is not None:
            return _dot(self.costs, self.allocation[good])
        return self.costs[good]

    def value(self, k: int, good: Good) -> Fraction:
        """What a good is worth to type k."""
        one = (self.types or ())[k]
        if isinstance(good, tuple):
            if one.table is not None:
                return one.table[sum(1 << j for j in good)]
            inside = _set(good)
            bids = [value for bundle, value in one.bids or () if inside.issuperset(bundle)]
            return largest(bids) if bids else Fraction(0)
        values = one.values or ()
        return values[good] if self.allocation is None else _dot(values, self.allocation[good])

    def goods(self, k: int) -> list[Good]:
        """The goods that a lottery meant for type k needs.

        With bids these are its own: cutting a bundle down to the best own bid inside it changes nothing for this type
        and is worth no more to any other.
        """
        one = (self.types or ())[k]
        if one.bids is not None:
            return [bundle for bundle, _ in one.bids]
        return list(self.all_goods)

    @cached_property
    def all_goods(self) -> tuple[Good, ...]:
        """Every item, vertex, or bundle of a table."""
        if self.valuation == "table":
            return tuple(tuple(j for j in range(self.count) if s >> j & 1) for s in range(1, 1 << self.count))
        return tuple(range(self.count if self.allocation is None else len(self.allocation)))

    @cached_property
    def most_bids(self) -> int:
        """The most bids that a type has, which is what it takes to value a bundle; 1 without bids."""
        return max(len(one.bids or "1") for one in self.types or (BuyerType(),))

    @property
    def apart(self) -> bool:
        """Whether each good is given or not regardless of the others; otherwise at most one of them is given."""
        return self.valuation == "additive" and self.allocation is None

    @property
    def bundled(self) -> bool:
        """Whether goods are bundles."""
        return self.valuation in ("xor", "table")

    @property
    def profiles(self) -> int:
        """How many profiles of types there are."""
        return prod(len(self.types or ()) for _ in range(self.bidders))


def _dot(a: Vector, b: Vector) -> Fraction:
    return sum((x * y for x, y in zip(a, b, strict=True) if x and y), Fraction(0))


@lru_cache(maxsize=100_000)
def _set(bundle: Bundle) -> frozenset[int]:
    return frozenset(bundle)
