"""What pairs of a source and a target are worth: a full table, a list of those there are, or points and a metric."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import isqrt, lcm, prod
from typing import Any, Final

from dual.errors import InputError
from dual.numbers.arrays import Array, negative, table
from dual.numbers.choices import choice
from dual.numbers.exact import Matrix, Vector, items, vector
from dual.numbers.masses import listed_masses
from dual.statement import fields

METRICS: Final = ("euclidean", "squared", "cityblock")
ROOT_BITS: Final = 80
"""Binary digits behind the point to which a distance that is no rational number is enclosed."""


@dataclass(frozen=True)
class Pairs:
    """The pairs that may be used, with what each is worth; all others are forbidden.

    Attributes
    ----------
    shape : tuple of int
        Sources and targets.
    entries : tuple of mappings
        For each source, what its pairs are worth, by target.
    """

    shape: tuple[int, int]
    entries: tuple[Mapping[int, Fraction], ...]

    def row(self, i: int) -> Mapping[int, Fraction]:
        """The pairs of a source."""
        return self.entries[i]

    def at(self, i: int, j: int) -> Fraction | None:
        """What a pair is worth; None if it is forbidden."""
        return self.entries[i].get(j)

    def negative(self) -> Pairs:
        """With every sign changed."""
        return Pairs(self.shape, tuple({j: -c for j, c in row.items()} for row in self.entries))

    def plain(self) -> object:
        """As a file holds it."""
        listed = [[i, j, str(c)] for i, row in enumerate(self.entries) for j, c in sorted(row.items())]
        return {"pairs": listed}

    def __hash__(self) -> int:
        return hash((self.shape, sum(map(len, self.entries))))


@dataclass(frozen=True)
class Points:
    """A cost that is a distance, of points of the sources to points of the targets; it is never written out.

    Attributes
    ----------
    metric : {"euclidean", "squared", "cityblock"}
        ``squared`` is the square of the euclidean distance. On a line the euclidean distance is that of the city
        blocks.
    source, target : tuple of tuple of Fraction
        Coordinates.
    """

    metric: str
    source: tuple[Vector, ...]
    target: tuple[Vector, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Sources and targets."""
        return len(self.source), len(self.target)

    @property
    def rational(self) -> bool:
        """Whether all distances are rational numbers."""
        return self.metric != "euclidean" or len(self.source[0]) == 1

    @cached_property
    def whole(self) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]], int]:
        """The coordinates in integers over a common denominator."""
        unit = lcm(*(x.denominator for point in (*self.source, *self.target) for x in point))
        first, second = (
            [tuple(x.numerator * (unit // x.denominator) for x in point) for point in side]
            for side in (self.source, self.target)
        )
        return first, second, unit

    def squares(self, i: int, j: int) -> int:
        """The squared distance in units of the coordinates."""
        first, second, _ = self.whole
        return sum((a - b) ** 2 for a, b in zip(first[i], second[j], strict=True))

    def cost(self, i: int, j: int, *, up: bool) -> Fraction:
        """The distance of a pair; of one that is irrational a bound from above or below, near it."""
        first, second, unit = self.whole
        if self.metric == "squared":
            return Fraction(self.squares(i, j), unit * unit)
        if self.rational:
            return Fraction(sum(abs(a - b) for a, b in zip(first[i], second[j], strict=True)), unit)
        square = self.squares(i, j) << (2 * ROOT_BITS)
        root = isqrt(square)
        return Fraction(root + (up and root * root < square), unit << ROOT_BITS)

    def exceeds(self, i: int, j: int, total: Fraction) -> bool:
        """Whether the negative cost is more than a number, decided exactly."""
        if self.rational:
            return -self.cost(i, j, up=True) > total
        bound = -total
        _, _, unit = self.whole
        return bound > 0 and bound * bound * unit * unit > self.squares(i, j)

    def plain(self) -> object:
        """As a file holds it."""
        sides = ([[str(x) for x in point] for point in side] for side in (self.source, self.target))
        return {"metric": self.metric, **dict(zip(("source", "target"), sides, strict=True))}

    def __hash__(self) -> int:
        return hash((self.metric, self.shape, self.source[0]))


Worth = Array | Pairs | Points


def read_worth(value: object, where: str, rows: int, columns: int) -> Array | Pairs | Points:
    """Read gains or costs: a table, in which null forbids a pair; ``{"pairs": ...}``; or ``{"metric": ...}``."""
    if isinstance(value, (Pairs, Points)):
        return value
    if isinstance(value, Mapping) and "pairs" in value:
        return _listed(fields(value, ["pairs"], where=where)["pairs"], f"{where}.pairs", rows, columns)
    if isinstance(value, Mapping) and "metric" in value:
        return _placed(value, where, rows, columns)
    found, holes = read_table(value, where, (rows, columns))
    if not holes:
        return found
    rest = [{j: found.at(i, j) for j in range(columns) if i * columns + j not in holes} for i in range(rows)]
    return Pairs((rows, columns), tuple(rest))


def _listed(value: object, where: str, rows: int, columns: int) -> Pairs:
    entries: list[dict[int, Fraction]] = [{} for _ in range(rows)]
    for k, (i, j, worth) in enumerate(listed_masses(value, where, rows, columns)):
        if j in entries[i]:
            raise InputError(f"the pair of source {i} and target {j} stands already in the list", f"{where}[{k}]")
        entries[i][j] = worth
    return Pairs((rows, columns), tuple(entries))


def _placed(value: Mapping[str, object], where: str, rows: int, columns: int) -> Points:
    found = fields(value, ["metric", "source", "target"], where=where)
    metric = choice(found["metric"], f"{where}.metric", METRICS)
    source = read_positions(found["source"], f"{where}.source", rows)
    return Points(metric, source, read_positions(found["target"], f"{where}.target", columns, len(source[0])))


def read_positions(value: object, where: str, count: int | None, dimension: int | None = None) -> Matrix:
    """Read points, each a number or a vector of numbers, all of one dimension."""
    found: list[Vector] = []
    for k, point in enumerate(items(value, where, count)):
        whole = isinstance(point, (list, tuple)) or hasattr(point, "tolist")
        found.append(vector(point if whole else [point], f"{where}[{k}]", dimension))
        dimension = len(found[-1])
    return tuple(found)


def read_table(value: object, where: str, shape: tuple[int, ...]) -> tuple[Array, frozenset[int]]:
    """Read a table in which null, or in Python an infinite float, forbids what it is about: zeros, and their places."""
    if isinstance(value, (Array, Mapping)):
        return table(value, where, *shape), frozenset()
    if has_doubles(value):
        try:
            return table(value, where, *shape), frozenset()
        except InputError:  # an infinite entry, mostly; what is wrong otherwise is found once more
            pass
    holes: list[int] = []
    filled = _filled(value, where, shape, 0, holes)
    return table(filled if holes else value, where, *shape), frozenset(holes)


def _filled(value: Any, where: str, shape: tuple[int, ...], start: int, holes: list[int]) -> Any:
    """The same with zeros for what is forbidden, which is noted by its number."""
    if not shape:
        if hole(value):
            holes.append(start)
            return 0
        return value
    step = prod(shape[1:])
    listed = items(value.tolist() if hasattr(value, "tolist") else value, where, shape[0])
    return [_filled(one, f"{where}[{k}]", shape[1:], start + k * step, holes) for k, one in enumerate(listed)]


def has_doubles(value: object) -> bool:
    """Whether a value is an array of doubles, which is read as it is unless a pair in it is forbidden."""
    try:
        return memoryview(value).format == "d"  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False


def hole(entry: Any) -> bool:
    """Whether an entry forbids what it is about."""
    return entry is None or (isinstance(entry, float) and math.isinf(entry))


def turned(worth: Array | Pairs) -> Array | Pairs:
    """Gains from costs."""
    return negative(worth) if isinstance(worth, Array) else worth.negative()


def pairs_of(worth: Worth) -> Iterator[tuple[int, int]]:
    """The pairs that may be used."""
    if isinstance(worth, Pairs):
        return ((i, j) for i, row in enumerate(worth.entries) for j in row)
    return ((i, j) for i in range(worth.shape[0]) for j in range(worth.shape[1]))
