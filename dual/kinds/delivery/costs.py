"""Delivery costs, dense or as sums around a centre, and the one inequality that every proof about them needs.

Separable costs are never written out: ``u_i + p_j + z_k >= value_ij - cost_kij`` for all triples takes one pass over
the pairs and one over the couriers' part, because the least of ``z_k + cost_kij`` over couriers splits too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import repeat
from math import lcm
from operator import add, sub
from typing import Any, Generic, TypeVar

from dual.errors import InputError, WrongLength
from dual.limits import numbers, steps
from dual.numbers.exact import Matrix, items, matrix
from dual.statement import fields
from dual.words import brief

Table = Sequence[Sequence[int]]
Triple = tuple[int, int, int]
N = TypeVar("N", int, Fraction)

PARTS: Mapping[str, tuple[str, str]] = {
    "store": ("courier_store", "buyer_store"),
    "buyer": ("courier_buyer", "buyer_store"),
    "courier": ("courier_buyer", "courier_store"),
}
"""The two parts of separable costs, named in the order of their axes."""
FORMER_NAME = "store_buyer"
"""What ``buyer_store`` was called in older files, where it is indexed [buyer][store] all the same."""


@dataclass(frozen=True)
class Costs(Generic[N]):
    """Costs of every courier k for every pair (i, j).

    Attributes
    ----------
    cube : sequence of matrices
        ``cube[k][i][j]`` if the costs are dense, else empty.
    centre : {"store", "buyer", "courier"} or None
        Where two legs meet: the cost is ``e_kj + d_ij``, ``e_ki + d_ij`` or ``a_ki + b_kj``.
    first, second : matrices
        The two legs, in the order of :data:`PARTS`.
    """

    cube: Sequence[Sequence[Sequence[N]]] = ()
    centre: str | None = None
    first: Sequence[Sequence[N]] = ()
    second: Sequence[Sequence[N]] = ()

    @property
    def couriers(self) -> int:
        """How many couriers there are."""
        return len(self.first) if self.centre else len(self.cube)

    @property
    def shape(self) -> tuple[int]:
        """The length of the first axis; the others are those of the values."""
        return (self.couriers,)

    def at(self, k: int, i: int, j: int) -> N:
        """The cost of one courier for one pair; the order of indices is that of the file, ``costs[k][i][j]``.

        Examples
        --------
        >>> Costs((), "store", ((1, 4),), ((1, 2),)).at(0, 0, 1)
        6
        """
        if self.centre is None:
            return self.cube[k][i][j]
        if self.centre == "store":
            return self.first[k][j] + self.second[i][j]
        return self.first[k][i] + self.second[i if self.centre == "buyer" else k][j]

    def row(self, k: int, i: int) -> Sequence[N]:
        """``cost_kij`` for all stores j."""
        if self.centre is None:
            return self.cube[k][i]
        if self.centre == "store":
            return list(map(add, self.first[k], self.second[i]))
        own = self.first[k][i]
        return [own + leg for leg in self.second[i if self.centre == "buyer" else k]]

    def tables(self) -> list[Sequence[Sequence[Any]]]:
        """All matrices."""
        return [self.first, self.second, *self.cube]

    def each(self, change: Callable[[Sequence[Sequence[N]]], Sequence[Sequence[int]]]) -> Costs[int]:
        """The same with every matrix changed."""
        return Costs([*map(change, self.cube)], self.centre, change(self.first), change(self.second))

    def document(self) -> object:
        """The costs as an instance file holds them."""
        if self.centre is None:
            return self.cube
        return {"centre": self.centre, **dict(zip(PARTS[self.centre], (self.first, self.second), strict=True))}


def read_costs(raw: object, where: str, couriers: int | None, buyers: int, stores: int) -> Costs[Fraction]:
    """Read the field ``costs`` of an instance."""
    if not isinstance(raw, Mapping):
        cube = tuple(
            _nonnegative(matrix(table, f"{where}[{k}]", buyers, stores), f"{where}[{k}]")
            for k, table in enumerate(items(raw, where, couriers))
        )
        return Costs(cube)
    centre = raw.get("centre")
    if not isinstance(centre, str) or centre not in PARTS:
        raise InputError('separable costs name their centre: "store", "buyer" or "courier"', f"{where}.centre")
    if FORMER_NAME in raw and "buyer_store" not in raw and "buyer_store" in PARTS[centre]:
        raw = {"buyer_store" if name == FORMER_NAME else name: part for name, part in raw.items()}
    found = fields(raw, ["centre", *PARTS[centre]], where=where)
    shape = {"courier_store": (couriers, stores), "courier_buyer": (couriers, buyers), "buyer_store": (buyers, stores)}
    first, second = (_leg(found[part], f"{where}.{part}", part, *shape[part]) for part in PARTS[centre])
    if centre == "courier" and len(first) != len(second):
        raise InputError(
            f"there are {len(second)} rows, but {where}.courier_buyer has {len(first)}", f"{where}.courier_store"
        )
    return Costs((), centre, first, second)


def _leg(raw: object, where: str, part: str, rows: int | None, columns: int) -> Matrix:
    """Read one part of separable costs; what its axes are is said where a length is wrong."""
    try:
        return _nonnegative(matrix(raw, where, rows, columns), where)
    except WrongLength as error:
        row, column = part.split("_")
        raise InputError(f"{error}; rows are {row}s, columns are {column}s") from None


def _nonnegative(table: Matrix, where: str) -> Matrix:
    for r, row in enumerate(table):
        for c, entry in enumerate(row):
            if entry.numerator < 0:
                raise InputError(f"{brief(entry)} is negative; values and costs are >= 0", f"{where}[{r}][{c}]")
    return table


def read_values(raw: object, where: str, buyers: int | None, stores: int | None) -> Matrix:
    """Read the field ``values``: a matrix of numbers >= 0, a row a buyer."""
    return _nonnegative(matrix(raw, where, buyers, stores), where)


@dataclass(frozen=True)
class Whole:
    """Values and costs as integers over one denominator."""

    values: Table
    costs: Costs[int]
    denominator: int

    @classmethod
    def of(cls, values: Matrix, costs: Costs[Fraction]) -> Whole:
        """Write exact numbers over their common denominator."""
        tables = [values, *costs.tables()]
        denominator = lcm(*{entry.denominator for table in tables for row in table for entry in row})
        _bearable(tables, denominator)

        def whole(table: Sequence[Sequence[Fraction]]) -> Table:
            return [[entry.numerator * (denominator // entry.denominator) for entry in row] for row in table]

        return cls(whole(values), costs.each(whole), denominator)

    def over(self, *groups: Sequence[Fraction]) -> tuple[Whole, list[list[int]]]:
        """The same numbers and some others besides, as integers over one denominator."""
        common = lcm(self.denominator, *{entry.denominator for group in groups for entry in group})
        factor = common // self.denominator
        _bearable([self.values, *self.costs.tables(), groups], common)

        def scaled(table: Table) -> Table:
            return table if factor == 1 else [[entry * factor for entry in row] for row in table]

        integers = [[entry.numerator * (common // entry.denominator) for entry in group] for group in groups]
        return Whole(scaled(self.values), self.costs.each(scaled), common), integers

    def exceeded(
        self, values: Table, u: Sequence[int], p: Sequence[int], z: Sequence[int]
    ) -> Iterator[tuple[int, int, int]]:
        """Triples (i, j, k) with ``u_i + p_j + z_k < values_ij - cost_kij``, at least one if there are any."""
        costs = self.costs
        if costs.centre == "courier" and _additive(values):
            yield from self._exceeded_from_courier(values, u, p, z)
        elif costs.centre in ("store", "buyer"):
            # The least of z_k + cost_kij over couriers is the nearest courier's leg, and the pair's own.
            nearest = [min(map(add, z, column)) for column in zip(*costs.first, strict=True)]
            for i, row in enumerate(values):
                net = map(sub, map(sub, row, p), costs.second[i])
                found = list(map(sub, net, nearest if costs.centre == "store" else repeat(nearest[i])))
                if max(found) > u[i]:
                    j = found.index(max(found))
                    yield i, j, min(range(costs.couriers), key=lambda k: z[k] + costs.at(k, i, j))
        else:
            yield from self._exceeded_one_by_one(values, u, p, z)

    def _exceeded_one_by_one(
        self, values: Table, u: Sequence[int], p: Sequence[int], z: Sequence[int]
    ) -> Iterator[tuple[int, int, int]]:
        steps(len(u) * len(p) * len(z), "comparing all triples", self.denominator)
        for i, row in enumerate(values):
            net = list(map(sub, row, p))
            for k, utility in enumerate(z):
                gains = list(map(sub, net, self.costs.row(k, i)))
                if max(gains) > u[i] + utility:
                    yield i, gains.index(max(gains)), k

    def _exceeded_from_courier(
        self, values: Table, u: Sequence[int], p: Sequence[int], z: Sequence[int]
    ) -> Iterator[tuple[int, int, int]]:
        net = list(map(sub, values[0], p))
        own = [row[0] - values[0][0] - u[i] for i, row in enumerate(values)]
        for k, utility in enumerate(z):
            from_stores = list(map(sub, net, self.costs.second[k]))
            from_buyers = list(map(sub, own, self.costs.first[k]))
            if max(from_stores) + max(from_buyers) > utility:
                yield from_buyers.index(max(from_buyers)), from_stores.index(max(from_stores)), k


def _additive(values: Table) -> bool:
    """Whether ``values_ij = f_i + g_j``."""
    top = values[0]
    return all(len(set(map(sub, row, top))) == 1 for row in values)


def _bearable(tables: Sequence[Sequence[Sequence[object]]], denominator: int) -> None:
    count = sum(len(row) for table in tables for row in table)
    numbers(count * (denominator.bit_length() // 256), "values and costs over one long denominator")
