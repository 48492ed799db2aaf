"""Linear programs with names: what values attain, what multipliers prove, and when nothing is feasible.

::

    max  c . x   s.t.  A x  (<=, =, >=)  b,   x[k] >= 0 unless column k is free

* *Values* x that satisfy every row prove that ``c . x`` is attained.
* *Multipliers* y, nonnegative for ``<=``, nonpositive for ``>=`` and of any sign for ``=``, prove the bound ``y . b``
  if ``y A >= c``, with equality at free columns: then ``c . x <= y A x <= y . b`` for every feasible x.
* Multipliers of the same signs with ``y A >= 0`` (zero at free columns) and ``y . b < 0`` prove that no x is feasible
  (Farkas).

A kind whose problem is such a program states its columns and rows; everything else about its proofs is here.
Work and memory are linear in the nonzero entries of the rows whose multiplier is not zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import repeat
from math import lcm, prod

from dual.errors import InputError, Violation
from dual.words import brief

Name = tuple[str | int, ...]
"""What a column or a row is called: a word and indices, as in ``("obey", 0, 1, 2)``."""

Number = int | Fraction


@dataclass(frozen=True)
class Block:
    """A rectangular family of columns, named by a prefix and indices and numbered in row-major order.

    Attributes
    ----------
    name : Name
        The prefix: columns of ``Block(("play",), (2, 3))`` are ``play[0][0]`` to ``play[1][2]``.
    shape : tuple of int
    free : bool
        Whether the columns may be negative.
    """

    name: Name
    shape: tuple[int, ...]
    free: bool = False

    @property
    def size(self) -> int:
        """How many columns there are."""
        return prod(self.shape)


@dataclass(frozen=True)
class Row:
    """``sum_k (entry_k / unit) x_k  (sense)  right``.

    Attributes
    ----------
    name : Name
    sense : {"<=", "=", ">="}
    right : Fraction or int
    entries : callable
        Gives the pairs of column and coefficient, each column at most once, and anew at each call: of a mapping,
        its method ``items``. It is called only if the row matters, so that large programs need not be written out.
    unit : int
        What the coefficients are divided by, so that they can be integers.
    """

    name: Name
    sense: str
    right: Number
    entries: Callable[[], Iterable[tuple[int, Number]]]
    unit: int = 1


@dataclass(frozen=True)
class Program:
    """Maximise ``sum_k (objective[k] / unit) x_k`` over the columns of the blocks, subject to rows.

    Attributes
    ----------
    blocks : sequence of Block
        Numbered one after the other.
    objective : sequence of Fraction or int
        One for each column; it may make its entries when they are asked for.
    rows : callable
        Gives the rows, in the same order at each call.
    unit : int
    """

    blocks: Sequence[Block]
    objective: Sequence[Number]
    rows: Callable[[], Iterable[Row]]
    unit: int = 1

    @cached_property
    def count(self) -> int:
        """The number of columns."""
        return sum(block.size for block in self.blocks)

    def starts(self) -> Iterator[tuple[int, Block]]:
        """Each block with the number of its first column."""
        start = 0
        for block in self.blocks:
            yield start, block
            start += block.size

    def column(self, k: int) -> Name:
        """The name of column k."""
        start, block = next((start, block) for start, block in self.starts() if k < start + block.size)
        rest, places = k - start, list[int]()
        for length in reversed(block.shape):
            rest, place = divmod(rest, length)
            places.append(place)
        return (*block.name, *reversed(places))

    def place(self, name: Name) -> int | None:
        """The number of the column of a name; None if there is none."""
        for start, block in self.starts():
            indices = name[len(block.name) :]
            if name[: len(block.name)] == block.name and len(indices) == len(block.shape):
                k = 0
                for index, length in zip(indices, block.shape, strict=True):
                    if not isinstance(index, int) or not 0 <= index < length:
                        return None
                    k = k * length + index
                return start + k
        return None

    def free(self, k: int) -> bool:
        """Whether column k may be negative."""
        return any(block.free for start, block in self.starts() if start <= k < start + block.size)

    def written(self) -> Program:
        """The same program with its rows written out, for checks of many witnesses; memory for every entry."""
        rows = [Row(row.name, row.sense, row.right, list(row.entries()).__iter__, row.unit) for row in self.rows()]
        return Program(self.blocks, self.objective, lambda: rows, self.unit)

    def valued(self, objective: Sequence[Number], unit: int) -> Program:
        """The same rows with another objective."""
        return Program(self.blocks, objective, self.rows, unit)


def shown(name: Name) -> str:
    """A name as people read it.

    Examples
    --------
    >>> shown(("obey", 0, 1, 2))
    'obey[0][1][2]'
    """
    return str(name[0]) + "".join(f"[{k}]" for k in name[1:])


def attained(program: Program, values: Mapping[int, Fraction]) -> Fraction:
    """The objective at values of columns (absent ones are zero).

    Raises
    ------
    Violation
        If a value is negative where it may not be, or a row fails; it names the column, or the row with both sides.

    Examples
    --------
    >>> diet = Program([Block(("eat",), (2,))], [3, 2], lambda: [Row(("time",), "<=", 4, {0: 2, 1: 1}.items)])
    >>> attained(diet, {1: Fraction(4)}), proven(diet, {("time",): Fraction(2)})
    (Fraction(8, 1), Fraction(8, 1))
    """
    counts, unit = _counted(program, values)
    for row in program.rows():
        total = sum(entry * counts[k] for k, entry in row.entries() if k in counts)
        scale = unit * row.unit
        need = row.right * scale
        if total < need if row.sense == ">=" else total > need if row.sense == "<=" else total != need:
            found, needed = total / Fraction(scale), row.right / Fraction(1)
            raise Violation(f"{shown(row.name)}: {brief(found)} where {row.sense} {brief(needed)} is needed")
    return sum(program.objective[k] * count for k, count in counts.items()) / Fraction(unit * program.unit)


def worth(program: Program, values: Mapping[int, Fraction]) -> Fraction:
    """The objective at values whose rows have been checked."""
    counts, unit = _counted(program, values)
    return sum(program.objective[k] * count for k, count in counts.items()) / Fraction(unit * program.unit)


def _counted(program: Program, values: Mapping[int, Fraction]) -> tuple[dict[int, int], int]:
    """Values as integers over one denominator, once none is negative that may not be."""
    for k, value in values.items():
        if value < 0 and not program.free(k):
            raise Violation(f"{shown(program.column(k))} = {brief(value)} < 0")
    unit = lcm(*(value.denominator for value in values.values()))
    return {k: value.numerator * (unit // value.denominator) for k, value in values.items() if value}, unit


def proven(program: Program, multipliers: Mapping[Name, Fraction]) -> Fraction:
    """The bound that multipliers of rows (absent ones are zero) prove.

    Raises
    ------
    Violation
        If a multiplier has the wrong sign, or a column is worth more than it costs; both sides are named.
    """
    return _combined(program, multipliers, program.objective, program.unit)


def emptied(program: Program, multipliers: Mapping[Name, Fraction]) -> None:
    """Refuse unless multipliers prove that no values satisfy the rows."""
    bound = _combined(program, multipliers, None, 1)
    if bound >= 0:
        raise Violation(f"the multipliers bound 0 by {brief(bound)}, which is no contradiction")


def _combined(
    program: Program, multipliers: Mapping[Name, Fraction], goal: Sequence[Number] | None, unit: int
) -> Fraction:
    """``y . b``, once ``y A`` is at least the goal (zero without one) in every column."""
    used, missing = [], set(multipliers)
    for row in program.rows():
        weight = multipliers.get(row.name, Fraction(0))
        missing.discard(row.name)
        if (row.sense == "<=" and weight < 0) or (row.sense == ">=" and weight > 0):
            side = "negative" if weight < 0 else "positive"
            raise Violation(f"the multiplier {brief(weight)} of {shown(row.name)}, a row of {row.sense}, is {side}")
        if weight:
            used.append((weight, row))
    if missing:
        raise InputError(f"there is no row {shown(min(missing, key=str))}")
    # Integers over one denominator: sums of fractions would cost a greatest common divisor for each entry.
    common = lcm(unit, *(weight.denominator * row.unit for weight, row in used))
    left: list[Number] = [0] * program.count
    bound = Fraction(0)
    for weight, row in used:
        bound += weight * row.right
        factor = weight.numerator * (common // (weight.denominator * row.unit))
        for k, entry in row.entries():
            left[k] += factor * entry
    stretch = common // unit
    needs = iter(repeat(0, program.count) if goal is None else goal)
    for start, block in program.starts():
        for k in range(start, start + block.size):
            need = next(needs) * stretch
            if left[k] < need or (block.free and left[k] != need):
                raise Violation(
                    f"{shown(program.column(k))}: the multipliers sum to {brief(left[k] / Fraction(common))} where "
                    f"{'' if block.free else 'at least '}{brief(need / Fraction(common))} is needed"
                )
    return bound
