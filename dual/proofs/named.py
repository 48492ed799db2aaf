"""A kind that is a linear program with names, whole: its witnesses, and its checks.

A kind needs no more than a statement and the program that it stands for. Its files hold values and multipliers by
name, ``["play", 0, 1, "1/2"]`` for ``play[0][1] = 1/2``; what is not listed is zero. Larger kinds give their witnesses
a form of their own and use :mod:`dual.proofs.linear` directly, as kind ``game`` does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from dual.errors import InputError
from dual.numbers.exact import items, number
from dual.statement import Statement, Witness, stated
from dual.verdict import Kind

from . import linear
from .linear import Name, Program, shown

S = TypeVar("S", bound=Statement)

Entry = tuple[Any, ...]
"""A name and a number: ``("play", 0, 1, Fraction(1, 2))``."""


def read_named(raw: object, where: str) -> tuple[Entry, ...]:
    """Read numbers by name, each name once."""
    found: dict[Name, Fraction] = {}
    for k, item in enumerate(items(raw, where, empty=True)):
        *parts, value = items(item, f"{where}[{k}]")
        if not parts:
            raise InputError("a name is needed before the number", f"{where}[{k}]")
        name = []
        for j, part in enumerate(parts):
            if not isinstance(part, str):
                exact = number(part, f"{where}[{k}][{j}]")
                if exact.denominator != 1:
                    raise InputError("a name is made of words and whole numbers", f"{where}[{k}][{j}]")
                part = int(exact)
            name.append(part)
        if tuple(name) in found:
            raise InputError("the name stands already in the list", f"{where}[{k}]")
        found[tuple(name)] = number(value, f"{where}[{k}][{len(parts)}]")
    return tuple((*name, value) for name, value in found.items())


@dataclass(frozen=True, repr=False)
class Values(Witness):
    """Values of columns."""

    values: tuple[Entry, ...] = stated(read_named, "", "[word, index, ..., value]: a column's value; others are 0")

    def by_column(self, program: Program) -> dict[int, Fraction]:
        """The values by number of the column."""
        found: dict[int, Fraction] = {}
        for *name, value in self.values:
            k = program.place(tuple(name))
            if k is None:
                raise InputError(f"there is no column {shown(tuple(name))}", "primal.values")
            found[k] = value
        return found


@dataclass(frozen=True, repr=False)
class Multipliers(Witness):
    """Multipliers of rows."""

    multipliers: tuple[Entry, ...] = stated(
        read_named, "", "[word, index, ..., multiplier]: a row's multiplier; others are 0"
    )

    def by_row(self) -> dict[Name, Fraction]:
        """The multipliers by name of the row."""
        return {tuple(name): value for *name, value in self.multipliers}


def linear_kind(statement: type[S], program: Callable[[S], Program]) -> Kind:
    """The kind of problems that a linear program stands for.

    Parameters
    ----------
    statement : type of Statement
    program : callable
        The program of a statement, with what is maximised.
    """

    def lower(stated: S, primal: Values) -> Fraction:
        asked = program(stated)
        return linear.attained(asked, primal.by_column(asked))

    def upper(stated: S, dual: Multipliers) -> Fraction:
        return linear.proven(program(stated), dual.by_row())

    def infeasible(stated: S, dual: Multipliers) -> None:
        linear.emptied(program(stated), dual.by_row())

    return Kind(
        statement.kind,
        statement.read,
        lower,
        upper,
        infeasible,
        primal=Values.read,
        dual=Multipliers.read,
        refutation=Multipliers.read,
        lacks=lambda _: "",
    )
