"""A family seen from a point of its interval: what is optimal there, as functions of the parameter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, Protocol

from dual.families import Family
from dual.functions.varying import Domain, varying
from dual.proofs.linear import Block, Program, Row
from dual.verdict import Grade
from dual.words import plain
from transport.programs.parametric import ParametricProgram
from transport.programs.program import Basis, Infeasible

from .linear_form import Form, LinearForm, StructuralForm


@dataclass(frozen=True)
class Witnesses:
    """What is meant to be proven around a point, as files hold it.

    Attributes
    ----------
    primal, dual : object
    grade : str
        ``"infeasible"`` if the dual is to prove that nothing is feasible, else empty.
    """

    primal: object
    dual: object
    grade: Grade | None = None


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

    def __init__(self, stated: Family, whole: Domain, form: LinearForm) -> None:
        self.stated, self.whole, self.form = stated, whole, form
        self.statement = stated.statement(whole)
        with varying(whole):
            self.program = ParametricProgram(form.program(self.statement), whole)
        self.basis: Basis | None = None

    @cached_property
    def elastic(self) -> ParametricProgram:
        """By how little rows have to give way: the multipliers of this question refute them."""
        with varying(self.whole):
            return ParametricProgram(elastic((self.form.refuting or self.form.program)(self.statement)), self.whole)

    def around(self, t: Fraction) -> Witnesses:
        """The vertex of a basis that is optimal at a point."""
        try:
            optimum = self.program.optimum(t, self.basis)
        except Infeasible:
            _, weights = self.elastic.vertex(self.elastic.optimum(t, None).basis)
            return self._refuted(self.statement, weights)
        self.basis = optimum.basis
        values, weights = self.program.vertex(optimum.basis)
        return self._optimal(self.statement, values, weights)

    def only(self, t: Fraction) -> Witnesses:
        """The vertex in numbers."""
        statement = self.stated.at(t)
        try:
            optimum = self.program.optimum(t, self.basis)
        except Infeasible:
            return self._refuted(statement, dict(enumerate(self.elastic.optimum(t, None).dual)))
        values = {k: value for k, value in enumerate(optimum.primal) if value}
        return self._optimal(statement, values, dict(enumerate(optimum.dual)))

    def _optimal(self, statement: Any, values: Mapping[int, Any], weights: Mapping[int, Any]) -> Witnesses:
        named = self.program.named(weights)
        with varying(self.whole):
            return Witnesses(plain(self.form.primal(statement, values)), plain(self.form.dual(statement, named)))

    def _refuted(self, statement: Any, weights: Mapping[int, Any]) -> Witnesses:
        named = self.elastic.named(weights)
        with varying(self.whole):
            return Witnesses(None, plain((self.form.refutation or self.form.dual)(statement, named)), "infeasible")


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


def along(stated: Family, whole: Domain, form: Form) -> Along:
    """A family, to be looked at from points of its interval."""
    return ByBasis(stated, whole, form) if isinstance(form, LinearForm) else ByStructure(stated, whole, form)
