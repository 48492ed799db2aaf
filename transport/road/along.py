"""A family seen from a point of its interval: what is optimal there, as functions of the parameter."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, Protocol

from dual.errors import SolverError
from dual.families import Family
from dual.functions.varying import Domain, varying
from dual.proofs.linear import Block, Program, Row
from dual.verdict import Grade
from dual.words import plain
from transport.programs.effort import Effort
from transport.programs.parametric import ParametricProgram
from transport.programs.program import Basis, Infeasible, Optimum, Unbounded

from .linear_form import Form, LinearForm, StructuralForm


@dataclass(frozen=True)
class Witnesses:
    """What is meant to be proven around a point, as files hold it.

    Attributes
    ----------
    primal, dual : object
    grade : str or None
        ``"infeasible"`` or ``"unbounded"`` if the one witness is to prove that, else None.
    """

    primal: object
    dual: object
    grade: Grade | None = None


Vertex = tuple[Mapping[int, Any], Mapping[int, Any]]
Reading = Callable[[ParametricProgram, Optimum], Vertex]
"""How an optimum is told: values by column and multipliers by row, in numbers or as functions."""


class Along(Protocol):
    """A family, to be looked at from points of its interval."""

    def around(self, t: Fraction) -> Witnesses:
        """What is optimal at a point, as functions of the parameter that may be so around it.

        Raises
        ------
        SolverError
            If it is out of reach.
        """
        ...

    def only(self, t: Fraction) -> Witnesses:
        """What is optimal at a point, in numbers."""
        ...


class ByBasis:
    """A linear program along a parameter: its optimal bases, and where there is none those of its elastic program."""

    def __init__(self, stated: Family, whole: Domain, form: LinearForm, effort: Effort) -> None:
        self.stated, self.whole, self.form, self.effort = stated, whole, form, effort
        self.statement = stated.statement(whole)
        with varying(whole):
            self.program = ParametricProgram(form.program(self.statement), whole)
        self.basis: Basis | None = None

    def around(self, t: Fraction) -> Witnesses:
        """The vertex of a basis that is optimal at a point."""
        return self._found(t, self.statement, lambda program, optimum: program.vertex(optimum.basis))

    def only(self, t: Fraction) -> Witnesses:
        """The vertex in numbers."""
        return self._found(
            t, self.stated.at(t), lambda _, optimum: (_numbered(optimum.primal), _numbered(optimum.dual))
        )

    def _found(self, t: Fraction, statement: Any, read: Reading) -> Witnesses:
        try:
            optimum = self._optimum(self.program, t, self.basis)
        except Infeasible:
            _, weights = read(self.elastic, self._optimum(self.elastic, t))
            return self._refuted(statement, weights)
        except Unbounded:
            (point, _), (ray, _) = (read(asked, self._optimum(asked, t)) for asked in (self.still, self.rays))
            return self._unbounded(statement, point, ray)
        self.basis = optimum.basis
        return self._optimal(statement, *read(self.program, optimum))

    def _optimum(self, program: ParametricProgram, t: Fraction, start: Basis | None = None) -> Optimum:
        left = self.effort.remaining()
        return program.optimum(t, start, left if math.isfinite(left) else None)

    @cached_property
    def elastic(self) -> ParametricProgram:
        """By how little rows have to give way: the multipliers of this question refute them."""
        return self._changed(lambda: elastic((self.form.refuting or self.form.program)(self.statement)))

    @cached_property
    def still(self) -> ParametricProgram:
        """What is feasible, whatever it is worth."""
        return self._changed(lambda: worthless(self.form.program(self.statement)))

    @cached_property
    def rays(self) -> ParametricProgram:
        """The directions that lead on for ever, with what they gain up to one."""
        return self._changed(lambda: directions(self.form.program(self.statement)))

    def _changed(self, program: Callable[[], Program]) -> ParametricProgram:
        with varying(self.whole):
            return ParametricProgram(program(), self.whole)

    def _optimal(self, statement: Any, values: Mapping[int, Any], weights: Mapping[int, Any]) -> Witnesses:
        named = self.program.named(weights)
        with varying(self.whole):
            return Witnesses(plain(self.form.primal(statement, values)), plain(self.form.dual(statement, named)))

    def _refuted(self, statement: Any, weights: Mapping[int, Any]) -> Witnesses:
        named = self.elastic.named(weights)
        with varying(self.whole):
            return Witnesses(None, plain((self.form.refutation or self.form.dual)(statement, named)), "infeasible")

    def _unbounded(self, statement: Any, point: Mapping[int, Any], ray: Mapping[int, Any]) -> Witnesses:
        if self.form.ray is None:
            raise SolverError("no bound holds, and problems of this kind have no proof of that")
        with varying(self.whole):
            return Witnesses(plain(self.form.ray(statement, point, ray)), None, "unbounded")


def _numbered(values: Sequence[Fraction]) -> dict[int, Fraction]:
    return {k: value for k, value in enumerate(values) if value}


def elastic(program: Program) -> Program:
    """A program whose rows may be missed, at a cost of one a unit; nothing else is worth anything."""
    loose: list[Row] = []
    count = program.count
    for row in program.rows():
        signs = {">=": (1,), "<=": (-1,), "=": (1, -1)}[row.sense]
        own = {count + k: sign * row.unit for k, sign in enumerate(signs)}
        loose.append(replace(row, entries={**dict(row.entries()), **own}.items))
        count += len(signs)
    missed = count - program.count
    return Program([*program.blocks, Block(("missed",), (missed,))], [0] * program.count + [-1] * missed, lambda: loose)


def worthless(program: Program) -> Program:
    """A program whose columns are worth nothing."""
    return Program(program.blocks, [0] * program.count, program.rows)


def directions(program: Program) -> Program:
    """The directions in which a program goes on for ever, and the most that they gain, up to one."""
    gain = Row(("gain",), "<=", 1, dict(enumerate(program.objective)).items, program.unit)

    def rows() -> list[Row]:
        return [*(replace(row, right=0) for row in program.rows()), gain]

    return Program(program.blocks, program.objective, rows, program.unit)


class ByStructure:
    """A kind whose solutions have a structure that carries over."""

    def __init__(self, stated: Family, whole: Domain, form: StructuralForm) -> None:
        self.stated, self.whole, self.form = stated, whole, form
        self.statement = stated.statement(whole)

    def around(self, t: Fraction) -> Witnesses:
        """What the structure at a point says as functions."""
        found = self.form.solve(self.stated.at(t))
        with varying(self.whole):
            primal, dual = self.form.witnesses(self.statement, found)
            return Witnesses(plain(primal), plain(dual))

    def only(self, t: Fraction) -> Witnesses:
        """What the structure at a point says there."""
        statement = self.stated.at(t)
        primal, dual = self.form.witnesses(statement, self.form.solve(statement))
        return Witnesses(plain(primal), plain(dual))


def along(stated: Family, whole: Domain, form: Form, effort: Effort) -> Along:
    """A family, to be looked at from points of its interval."""
    return ByBasis(stated, whole, form, effort) if isinstance(form, LinearForm) else ByStructure(stated, whole, form)
