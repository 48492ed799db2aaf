"""What buyers would pay sellers: exact values of the pairs that may trade, in three forms, and lists of pairs."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import repeat
from operator import floordiv
from typing import overload

from dual.errors import InputError
from dual.numbers.exact import index, items, matrix, number, over_common_denominator, vector
from dual.statement import fields
from dual.words import brief

Pair = tuple[int, int]
MAX_SIDE = 1_000_000
"""The most buyers, and the most sellers: each costs some 250 bytes, even if the file only counts them."""


@dataclass(frozen=True)
class Alike(Sequence[int]):
    """One number many times over."""

    amount: int
    length: int

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[int]:
        return repeat(self.amount, self.length)

    @overload
    def __getitem__(self, place: int) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> Alike: ...
    def __getitem__(self, place: int | slice) -> int | Alike:
        where = range(self.length)[place]
        return Alike(self.amount, len(where)) if isinstance(where, range) else self.amount


@dataclass(frozen=True, eq=False)
class Valuations:
    """``value(i, j) >= 0`` of buyer i for seller j, wherever the two may trade, as integers over one denominator.

    Attributes
    ----------
    shape : (int, int)
        Numbers of buyers and sellers.
    sellers : tuple of sequences of int
        For each buyer, ascending, the sellers she may trade with; ``range(m)`` if that is all of them.
    amounts : tuple of sequences of int
        For each buyer the numerators, in the order of ``sellers``.
    denominator : int
        Of all values.

    Notes
    -----
    A row of numerators that fits is an ``array`` of 64-bit integers: eight bytes an entry instead of some thirty; if
    values were given by buyer, it is :class:`Alike`.
    """

    shape: Pair
    sellers: tuple[Sequence[int], ...]
    amounts: tuple[Sequence[int], ...]
    denominator: int

    @classmethod
    def of(cls, shape: Pair, rows: Iterable[tuple[Sequence[int], Sequence[int]]], denominator: int = 1) -> Valuations:
        """Put rows of (ascending sellers, numerators) into the one form in which equal values are equal."""
        sellers: list[Sequence[int]] = []
        amounts: list[Sequence[int]] = []
        common = denominator
        for who, row in rows:
            sellers.append(range(shape[1]) if len(who) == shape[1] else who)
            amounts.append(row)
            if common != 1:
                common = _shared(common, row)
        if common != 1:
            amounts = [list(map(floordiv, row, [common] * len(row))) for row in amounts]
        return cls(shape, tuple(sellers), tuple(map(_compact, amounts)), denominator // common)

    def row(self, i: int) -> dict[int, int]:
        """The numerators of buyer i by seller."""
        return dict(zip(self.sellers[i], self.amounts[i], strict=True))

    def amount(self, i: int, j: int) -> int | None:
        """The numerator of one pair; None if it can never trade."""
        who = self.sellers[i]
        at = j if isinstance(who, range) else bisect_left(who, j)
        return self.amounts[i][at] if at < len(who) and who[at] == j else None

    @cached_property
    def _pairs(self) -> int:
        return sum(map(len, self.sellers))

    def pairs(self) -> int:
        """How many pairs may trade."""
        return self._pairs

    @property
    def listed(self) -> int:
        """How many numbers state them."""
        return self.shape[0] if self.by_buyer else self.pairs()

    @property
    def dense(self) -> bool:
        """Whether every pair may trade."""
        return self.pairs() == self.shape[0] * self.shape[1]

    @property
    def by_buyer(self) -> bool:
        """Whether the values were given by buyer, not by pair."""
        return isinstance(self.amounts[0], Alike)

    @cached_property
    def common(self) -> tuple[int, ...] | None:
        """Each buyer's one numerator for all sellers, if goods are homogeneous; else None."""
        alike = self.dense and all(isinstance(row, Alike) or row.count(row[0]) == len(row) for row in self.amounts)
        return tuple(row[0] for row in self.amounts) if alike else None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Valuations):
            return NotImplemented
        return (
            self.shape == other.shape
            and self.denominator == other.denominator
            and all(map(_same, self.sellers, other.sellers))
            and all(map(_same, self.amounts, other.amounts))
        )

    def __hash__(self) -> int:
        return hash((self.shape, self.denominator, tuple(row[0] for row in self.amounts if row)))

    def document(self) -> object:
        """The values as an instance file holds them: by buyer if given so, as rows, or as pairs if some are absent."""
        if self.by_buyer:
            return {"buyers": [Fraction(row[0], self.denominator) for row in self.amounts], "sellers": self.shape[1]}
        exact = [[Fraction(a, self.denominator) for a in row] for row in self.amounts]
        if self.dense:
            return exact
        found = [[i, j, a] for i, row in enumerate(exact) for j, a in zip(self.sellers[i], row, strict=True)]
        return {"pairs": found, "shape": list(self.shape)}


def _compact(row: Sequence[int]) -> Sequence[int]:
    if isinstance(row, array):
        return row
    try:
        return array("q", row)
    except (OverflowError, TypeError):  # long integers, functions of a parameter
        return list(row)


def _shared(divisor: int, row: Sequence[int]) -> int:
    """The greatest common divisor of integers; functions of a parameter are divided by nothing."""
    try:
        return math.gcd(divisor, *row)
    except TypeError:
        return 1


def _same(one: Sequence[int], other: Sequence[int]) -> bool:
    return one == other or (len(one) == len(other) and all(a == b for a, b in zip(one, other, strict=True)))


def parse(raw: object) -> Valuations:
    """Read values, by pair or, where all m sellers are alike to each buyer, by buyer.

    ``[[v_ij]]``, ``{"pairs": [[i, j, v], ...], "shape": [n, m]}`` or ``{"buyers": [v_i], "sellers": m}``.

    Raises
    ------
    InputError
        On ragged rows, values that are negative or no numbers, pairs out of range or listed twice.

    Examples
    --------
    >>> parse([["1/2", 2], [0, 1]]).row(0)
    {0: 1, 1: 4}
    >>> parse({"pairs": [[0, 1, 3]], "shape": [2, 2]}).document()
    {'pairs': [[0, 1, Fraction(3, 1)]], 'shape': [2, 2]}
    >>> parse({"buyers": [5, "1/2"], "sellers": 3}) == parse([[5, 5, 5], ["1/2", "1/2", "1/2"]])
    True
    """
    if isinstance(raw, Valuations):
        return raw
    if not isinstance(raw, Mapping):
        read = matrix(raw, "values")
        for i, row in enumerate(read):
            for j, entry in enumerate(row):
                _not_negative(entry, f"values[{i}][{j}]")
        denominator = math.lcm(*(value.denominator for row in read for value in row))
        width = range(len(read[0]))
        return Valuations.of(
            (len(read), len(width)), [(width, _numerators(row, denominator)) for row in read], denominator
        )
    if "buyers" in raw or "sellers" in raw:
        return _by_buyer(fields(raw, ["buyers", "sellers"], where="values"))
    found = fields(raw, ["pairs", "shape"], where="values")
    sides = items(found["shape"], "values.shape", 2)
    what = "the shape is two integers, the numbers of buyers and sellers,"
    shape = (_side(sides[0], "values.shape[0]", what), _side(sides[1], "values.shape[1]", what))
    rows: list[dict[int, Fraction]] = [{} for _ in range(shape[0])]
    for k, record in enumerate(items(found["pairs"], "values.pairs")):
        where = f"values.pairs[{k}]"
        triple = items(record, where, 3)
        buyer, seller = index(triple[0], f"{where}[0]", shape[0]), index(triple[1], f"{where}[1]", shape[1])
        if seller in rows[buyer]:
            raise InputError(f"the pair ({buyer}, {seller}) is listed twice; once is right", where)
        rows[buyer][seller] = _not_negative(number(triple[2], f"{where}[2]"), f"{where}[2]")
    denominator = math.lcm(*(value.denominator for row in rows for value in row.values()))
    ordered = [tuple(sorted(row)) for row in rows]
    return Valuations.of(
        shape,
        [(who, _numerators([row[j] for j in who], denominator)) for who, row in zip(ordered, rows, strict=True)],
        denominator,
    )


def _by_buyer(found: Mapping[str, object]) -> Valuations:
    values = vector(found["buyers"], "values.buyers", entry=lambda v, where: _not_negative(number(v, where), where))
    width = range(_side(found["sellers"], "values.sellers", "the number of sellers is an integer"))
    amounts, denominator = over_common_denominator(values)
    rows = tuple(Alike(amount, len(width)) for amount in amounts)
    return Valuations((len(rows), len(width)), (width,) * len(rows), rows, denominator)


def _side(value: object, where: str, what: str) -> int:
    exact = number(value, where)
    if exact.denominator != 1 or not 1 <= exact <= MAX_SIDE:
        raise InputError(f"{what} from 1 to {MAX_SIDE:,}", where)
    return int(exact)


def _not_negative(value: Fraction, where: str) -> Fraction:
    if value < 0:
        raise InputError(f"{brief(value)} is negative; a value is >= 0", where)
    return value


def _numerators(row: Sequence[Fraction], denominator: int) -> list[int]:
    return [value.numerator * (denominator // value.denominator) for value in row]


def pair_list(raw: object, where: str, values: Valuations) -> list[Pair]:
    """Read a list, possibly empty, of different pairs [buyer, seller] that may trade."""
    if hasattr(raw, "tolist"):
        raw = raw.tolist()
    if isinstance(raw, (set, frozenset)):
        raw = sorted(raw)
    if isinstance(raw, (list, tuple)) and not raw:
        return []
    rows: dict[int, frozenset[int] | range] = {}
    seen: set[Pair] = set()
    for k, entry in enumerate(items(raw, where)):
        place = f"{where}[{k}]"
        i, j = items(entry, place, 2)
        if type(i) is not int or type(j) is not int or not (0 <= i < values.shape[0] and 0 <= j < values.shape[1]):
            i, j = index(i, f"{place}[0]", values.shape[0]), index(j, f"{place}[1]", values.shape[1])
        pair = (i, j)
        if pair in seen:
            raise InputError(f"the pair {pair} is listed twice; once is right", place)
        if pair[0] not in rows:
            who = values.sellers[pair[0]]
            rows[pair[0]] = who if isinstance(who, range) else frozenset(who)
        if pair[1] not in rows[pair[0]]:
            raise InputError(f"the pair {pair} has no value, so it can never trade", place)
        seen.add(pair)
    return sorted(seen)
