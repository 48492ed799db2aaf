"""Delivery costs, dense or as sums around a centre, and the one inequality that every proof about them needs.

Separable costs are never written out: ``u_i + p_j + z_k >= value_ij - cost_kij`` for all triples takes one pass over
the pairs and one over the couriers' part, because the least of ``z_k + cost_kij`` over couriers splits too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from operator import add, sub

from dual.errors import InputError
from dual.numbers.exact import brief, items, matrix
from dual.statement import fields

Matrix = tuple[tuple[Fraction, ...], ...]
Integers = Sequence[Sequence[int]]
Triple = tuple[int, int, int]

PARTS: Mapping[str, tuple[str, str]] = {
    "store": ("courier_store", "store_buyer"),
    "buyer": ("courier_buyer", "store_buyer"),
    "courier": ("courier_buyer", "courier_store"),
}
"""The two parts of separable costs; ``store_buyer`` is indexed [buyer][store], the others start with the courier."""


@dataclass(frozen=True)
class Costs:
    """Costs of every courier k for every pair (i, j).

    Attributes
    ----------
    cube : tuple of matrices
        ``cube[k][i][j]`` if the costs are dense, else empty.
    centre : {"store", "buyer", "courier"} or None
        Where two legs meet: the cost is ``e_kj + d_ij``, ``e_ki + d_ij`` or ``a_ki + b_kj``.
    first, second : matrices
        The two legs, in the order of :data:`PARTS`.
    """

    cube: tuple[Matrix, ...] = ()
    centre: str | None = None
    first: Matrix = ()
    second: Matrix = ()

    @property
    def couriers(self) -> int:
        """How many couriers there are."""
        return len(self.first) if self.centre else len(self.cube)

    def at(self, k: int, i: int, j: int) -> Fraction:
        """The cost of one courier for one pair.

        Examples
        --------
        >>> F = Fraction
        >>> Costs((), "store", ((F(1), F(4)),), ((F(1), F(2)),)).at(0, 0, 1)
        Fraction(6, 1)
        """
        if self.centre is None:
            return self.cube[k][i][j]
        if self.centre == "store":
            return self.first[k][j] + self.second[i][j]
        if self.centre == "buyer":
            return self.first[k][i] + self.second[i][j]
        return self.first[k][i] + self.second[k][j]

    def document(self) -> object:
        """The costs as an instance file holds them."""
        if self.centre is None:
            return self.cube
        return {"centre": self.centre, **dict(zip(PARTS[self.centre], (self.first, self.second), strict=True))}


def parse(raw: object, buyers: int, stores: int, couriers: int | None) -> Costs:
    """Read the field ``costs`` of an instance."""
    if not isinstance(raw, Mapping):
        cube = tuple(
            _nonnegative(matrix(table, f"costs[{k}]", buyers, stores), f"costs[{k}]")
            for k, table in enumerate(items(raw, "costs", couriers))
        )
        return Costs(cube)
    centre = raw.get("centre")
    if not isinstance(centre, str) or centre not in PARTS:
        raise InputError('separable costs name their centre: "store", "buyer" or "courier"', "costs.centre")
    found = fields(raw, ["centre", *PARTS[centre]], where="costs")
    shape = {"courier_store": (couriers, stores), "courier_buyer": (couriers, buyers), "store_buyer": (buyers, stores)}
    first, second = (
        _nonnegative(matrix(found[part], f"costs.{part}", *shape[part]), f"costs.{part}") for part in PARTS[centre]
    )
    if centre == "courier" and len(first) != len(second):
        raise InputError(
            f"there are {len(second)} rows, but costs.courier_buyer has {len(first)}", "costs.courier_store"
        )
    return Costs((), centre, first, second)


def _nonnegative(table: Matrix, where: str) -> Matrix:
    for r, row in enumerate(table):
        for c, entry in enumerate(row):
            if entry.numerator < 0:
                raise InputError(f"{brief(entry)} is negative; values and costs are >= 0", f"{where}[{r}][{c}]")
    return table


def values_of(raw: object) -> Matrix:
    """Read the field ``values``: a matrix of numbers >= 0, a row a buyer."""
    return _nonnegative(matrix(raw, "values"), "values")


@dataclass(frozen=True)
class Whole:
    """Values and costs as integers over one denominator."""

    values: Integers
    cube: Sequence[Integers]
    centre: str | None
    first: Integers
    second: Integers
    denominator: int

    @classmethod
    def of(cls, values: Matrix, costs: Costs) -> Whole:
        """Write exact numbers over their common denominator."""
        tables = [values, costs.first, costs.second, *costs.cube]
        denominator = lcm(*{entry.denominator for table in tables for row in table for entry in row})

        def whole(table: Matrix) -> list[list[int]]:
            if denominator == 1:
                return [[entry.numerator for entry in row] for row in table]
            return [[entry.numerator * (denominator // entry.denominator) for entry in row] for row in table]

        value, first, second, *cube = map(whole, tables)
        return cls(value, cube, costs.centre, first, second, denominator)

    def times(self, factor: int) -> Whole:
        """The same numbers over ``factor`` times the denominator."""
        if factor == 1:
            return self

        def scaled(table: Integers) -> Integers:
            return [[entry * factor for entry in row] for row in table]

        return Whole(
            scaled(self.values),
            [scaled(table) for table in self.cube],
            self.centre,
            scaled(self.first),
            scaled(self.second),
            self.denominator * factor,
        )

    @property
    def couriers(self) -> int:
        """How many couriers there are."""
        return len(self.first) if self.centre else len(self.cube)

    def row(self, k: int, i: int) -> Sequence[int]:
        """``cost_kij`` for all stores j."""
        if self.centre is None:
            return self.cube[k][i]
        if self.centre == "store":
            return list(map(add, self.first[k], self.second[i]))
        if self.centre == "buyer":
            return [self.first[k][i] + leg for leg in self.second[i]]
        return [self.first[k][i] + leg for leg in self.second[k]]

    def at(self, k: int, i: int, j: int) -> int:
        """``cost_kij``."""
        if self.centre is None:
            return self.cube[k][i][j]
        if self.centre == "store":
            return self.first[k][j] + self.second[i][j]
        if self.centre == "buyer":
            return self.first[k][i] + self.second[i][j]
        return self.first[k][i] + self.second[k][j]

    def exceeded(
        self, values: Integers, u: Sequence[int], p: Sequence[int], z: Sequence[int]
    ) -> Iterator[tuple[int, int, int]]:
        """Triples (i, j, k) with ``u_i + p_j + z_k < values_ij - cost_kij``, at least one if there are any."""
        if self.centre == "store":
            floors = [min(map(add, z, column)) for column in zip(*self.first, strict=True)]
            rows = [(i, list(map(sub, self._net(values, p, i), floors)), u[i]) for i in range(len(values))]
        elif self.centre == "buyer":
            nearest = [min(map(add, z, column)) for column in zip(*self.first, strict=True)]
            rows = [(i, list(self._net(values, p, i)), u[i] + nearest[i]) for i in range(len(values))]
        elif self.centre == "courier" and _additive(values):
            yield from self._exceeded_from_courier(values, u, p, z)
            return
        else:
            yield from self._exceeded_one_by_one(values, u, p, z)
            return
        for i, found, limit in rows:
            if max(found) > limit:
                j = found.index(max(found))
                yield i, j, min(range(self.couriers), key=lambda k: z[k] + self.at(k, i, j))

    def _net(self, values: Integers, p: Sequence[int], i: int) -> Iterator[int]:
        return map(sub, map(sub, values[i], p), self.second[i])

    def _exceeded_one_by_one(
        self, values: Integers, u: Sequence[int], p: Sequence[int], z: Sequence[int]
    ) -> Iterator[tuple[int, int, int]]:
        for i, row in enumerate(values):
            net = list(map(sub, row, p))
            for k in range(self.couriers):
                surplus = max(map(sub, net, self.row(k, i)))
                if surplus > u[i] + z[k]:
                    yield i, list(map(sub, net, self.row(k, i))).index(surplus), k

    def _exceeded_from_courier(
        self, values: Integers, u: Sequence[int], p: Sequence[int], z: Sequence[int]
    ) -> Iterator[tuple[int, int, int]]:
        net = list(map(sub, values[0], p))
        own = [row[0] - values[0][0] - u[i] for i, row in enumerate(values)]
        for k in range(self.couriers):
            from_stores = list(map(sub, net, self.second[k]))
            from_buyers = list(map(sub, own, self.first[k]))
            if max(from_stores) + max(from_buyers) > z[k]:
                yield from_buyers.index(max(from_buyers)), from_stores.index(max(from_stores)), k


def _additive(values: Integers) -> bool:
    """Whether ``values_ij = f_i + g_j``."""
    top = values[0]
    return all(len(set(map(sub, row, top))) == 1 for row in values)
