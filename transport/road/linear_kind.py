"""Kinds that are linear programs with names: solved in floats, proven through an exact basis, repaired beyond that.

The program of a kind is stated once, in ``dual`` (:mod:`dual.proofs.linear`); :func:`solve_program` finds values and
multipliers for it. Programs of very many columns bring a :class:`Pricing`: columns then enter as they are needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from math import lcm
from typing import Any, Final, Protocol

from dual.errors import SolverError
from dual.numbers.exact import over_common_denominator
from dual.proofs.linear import Name, Program
from dual.proofs.named import Multipliers, Values
from transport.programs.effort import Effort
from transport.programs.highs import FloatSolver
from transport.programs.integral import IntegerProgram
from transport.programs.linear import float_solver, solve
from transport.programs.program import Basis, Infeasible, LinearProgram, Optimum
from transport.programs.repair import Table, feasible, raised, signed
from transport.programs.shadow import Shadow

from .linear_form import named_form
from .methods import Found, Method

EXACT_ROWS: Final = 600
"""Largest dense system that is solved exactly: 600 rows take a fraction of a second, 2,000 rows half a minute, and
their solutions have numbers of as many digits."""


RULE: Final = "the vertex that the method ended in"


@dataclass(frozen=True)
class Answer:
    """What was found for a program; nothing is believed until the checker has seen it.

    Attributes
    ----------
    values : mapping or None
        By number of the column, those that are not zero.
    multipliers : mapping or None
        By name of the row, those that are not zero.
    infeasible : bool
        Whether the multipliers are meant to prove that nothing is feasible.
    iterations : int
    claim : str or None
        The solver's word for what is missing.
    warm : object
        Where a similar program can start.
    """

    values: Mapping[int, Fraction] | None
    multipliers: Mapping[Name, Fraction] | None
    infeasible: bool = False
    iterations: int = 0
    claim: str | None = None
    warm: Basis | None = field(default=None, repr=False)


class Pricing(Protocol):
    """A program's columns, found without listing them."""

    def start(self) -> Sequence[int]:
        """The first columns to look at, in increasing order."""
        ...

    def column(self, k: int) -> Mapping[int, int]:
        """The coefficients of a column, by number of the row, in the row's units."""
        ...

    def best(self, multipliers: Sequence[Fraction], homogeneous: bool) -> Sequence[int]:
        """Columns worth more than they cost, those that gain most first; empty only if there is none.

        Multipliers are those of the rows as the program states them. A homogeneous question takes columns to be worth
        nothing.
        """
        ...

    def raised(self, multipliers: Sequence[Fraction]) -> Sequence[Fraction]:
        """Multipliers raised until no column gains."""
        ...


def solve_program(
    program: Program,
    effort: Effort,
    pricing: Pricing | None = None,
    offered: Callable[[Answer], Found] | None = None,
    master: Master | None = None,
) -> Answer:
    """Find values and multipliers for a program.

    Parameters
    ----------
    program : Program
    effort : Effort
        When time is over, what was found by then is returned, proven as far as it goes.
    pricing : Pricing, optional
        Finds columns of a program that has too many to list.
    offered : callable, optional
        Makes the kind's witnesses of answers on the way, which are offered: bounds of any multipliers, optima in
        floats, and those of the columns at hand.
    master : Master, optional
        Has solved a program with the same rows, all columns of it.

    Returns
    -------
    Answer
    """
    if master is None:
        master = Master(program, pricing)
    else:
        master.aim(program)

    def told(answer: Callable[[], Answer]) -> None:
        if offered is not None:
            effort.offer(lambda: offered(answer()))

    told(lambda: master.answer(None, 0, effort))
    basis = effort.start if isinstance(effort.start, Basis) and pricing is None else None
    optimum, iterations = None, 0
    fresh: Sequence[int]
    while True:
        try:
            optimum = master.optimum(basis, effort, told)
            iterations += optimum.iterations + optimum.pivots
            basis = optimum.basis
            fresh = [] if pricing is None else pricing.best(master.weights(optimum), homogeneous=False)
        except Infeasible as proof:
            farkas = master.stated(proof.farkas)
            fresh = [] if pricing is None else pricing.best(farkas, homogeneous=True)
            if not fresh:
                return Answer(None, master.named(farkas), infeasible=True, iterations=iterations)
        except SolverError as error:
            return master.answer(optimum, iterations, effort, str(error))
        effort.tell(f"{len(master.columns)} columns, {len(fresh) or 'none'} to add")
        # A float optimum may price columns that it holds; they are no news.
        fresh = [k for k in fresh if k not in master.known]
        if not fresh:
            return master.answer(optimum, iterations, effort, priced=True)
        if optimum is not None:
            told(partial(master.answer, optimum, iterations, effort))
        master.add(fresh)


def method_of(program: Callable[[Any], Program]) -> Method[Any]:
    """The method of a kind whose witnesses are values and multipliers by name (:mod:`dual.proofs.named`).

    Parameters
    ----------
    program : callable
        The program of a statement.
    """
    form = named_form(program)

    def solve_linear(statement: Any, effort: Effort) -> Found:
        asked = program(statement)

        def witnesses(answer: Answer) -> Found:
            values, weights = answer.values, answer.multipliers
            return Found(
                None if values is None else Values(tuple((*asked.column(k), v) for k, v in sorted(values.items()))),
                None if weights is None else Multipliers(tuple((*name, weight) for name, weight in weights.items())),
                "program",
                answer.iterations,
                answer.infeasible,
                answer.claim,
                RULE,
                answer.warm,
            )

        return witnesses(solve_program(asked, effort, offered=witnesses))

    return Method("program", "the kind's linear program by simplex, its basis solved exactly", solve_linear, form)


class Master:
    """The program over the columns at hand, in integers.

    Attributes
    ----------
    columns : list of int
        The columns at hand, in the order in which they came.
    table : Table
        Rows count in ``1 / units[r]`` of the program's.
    """

    def __init__(self, program: Program, pricing: Pricing | None) -> None:
        self.program, self.pricing = program, pricing
        self.rows = list(program.rows())
        self.columns: list[int] = []
        self.known: set[int] = set()
        self._integral: IntegerProgram | None = None
        self._floats: FloatSolver | None = None
        goal = [Fraction(entry) / program.unit for entry in program.objective] if pricing is None else []
        self.unit = lcm(*(entry.denominator for entry in goal)) if pricing is None else program.unit
        if pricing is None:
            entries = [dict(row.entries()) for row in self.rows]
            finer = [lcm(*(Fraction(entry).denominator for entry in row.values())) for row in entries]
            held: list[dict[int, int]] = [
                {k: int(entry * factor) for k, entry in row.items()} for row, factor in zip(entries, finer, strict=True)
            ]
            self.columns = list(range(program.count))
            cost = [int(entry * self.unit) for entry in goal]
        else:
            finer, held, cost = [1] * len(self.rows), [{} for _ in self.rows], []
        self.units = [row.unit * factor for row, factor in zip(self.rows, finer, strict=True)]
        right = [Fraction(row.right) * unit for row, unit in zip(self.rows, self.units, strict=True)]
        free = [k for start, b in program.starts() if b.free for k in range(start, start + b.size)]
        self.held, self.cost = held, cost
        self.table = Table(held, [row.sense for row in self.rows], right, cost, frozenset(free))
        if pricing is not None:
            self.add(pricing.start())

    def aim(self, program: Program) -> None:
        """Take another objective, of a program with the same rows."""
        self.cost, common = over_common_denominator(list(map(Fraction, program.objective)))
        self.program, self.unit = program, common * program.unit
        self.table = replace(self.table, cost=self.cost)
        if self._integral is not None:
            self._integral = self._integral.aimed(self.cost)

    def _stated(self) -> LinearProgram | IntegerProgram:
        """The program for the solver; read once where columns do not change."""
        if self.pricing is not None:
            return self.table.program()
        if self._integral is None:
            self._integral = IntegerProgram(self.table.program())
        return self._integral

    def add(self, columns: Sequence[int]) -> None:
        """Take columns in."""
        if self.pricing is None:
            return
        for k in columns:
            place = len(self.columns)
            self.columns.append(k)
            self.known.add(k)
            self.cost.append(int(self.program.objective[k]))
            for r, entry in self.pricing.column(k).items():
                self.held[r][place] = entry

    def optimum(self, basis: Basis | None, effort: Effort, told: Callable[[Callable[[], Answer]], None]) -> Optimum:
        """The optimum over the columns at hand; one in floats is told before the exact phase.

        Raises
        ------
        Infeasible, SolverError
        """
        if effort.exhausted():
            raise SolverError("the time limit was reached")

        def rough(found: Optimum) -> None:
            told(lambda: self.answer(found, 0, effort))

        limit = None if effort.time_limit is None else effort.remaining()
        asked = self._stated()
        if isinstance(asked, LinearProgram):
            return solve(asked, start=basis, time_limit=limit, exact_rows=EXACT_ROWS)
        # All columns are at hand: the next objective starts where this one ends.
        if self._floats is None or self._floats.restated:
            self._floats = float_solver(asked, basis)
        return solve(asked, time_limit=limit, exact_rows=EXACT_ROWS, rough=rough, solver=self._floats)

    def shadow(self, *objectives: Program) -> Shadow:
        """What points reach in the objectives of two programs with the same rows, all columns at hand."""
        first, second = ([Fraction(entry, one.unit) for entry in one.objective] for one in objectives)
        return Shadow(IntegerProgram(self.table.program()), (first, second), EXACT_ROWS)

    def of_shadow(self, weights: Mapping[int, Fraction]) -> dict[Name, Fraction]:
        """A shadow's multipliers, by the rows' names."""
        return {self.rows[i].name: weight * self.units[i] for i, weight in weights.items() if weight}

    def stated(self, multipliers: Sequence[Fraction]) -> list[Fraction]:
        """Multipliers of the program's own rows."""
        return [
            Fraction(weight.numerator * unit, weight.denominator * self.unit) if weight else weight
            for weight, unit in zip(multipliers, self.units, strict=True)
        ]

    def named(self, multipliers: Sequence[Fraction]) -> dict[Name, Fraction]:
        """Multipliers by the rows' names, those that are not zero."""
        return {row.name: weight for row, weight in zip(self.rows, multipliers, strict=True) if weight}

    def weights(self, optimum: Optimum) -> list[Fraction]:
        """An optimum's multipliers, with the right signs."""
        return self.stated(optimum.dual if optimum.exact else signed(optimum.dual, self.table.senses))

    def answer(
        self,
        optimum: Optimum | None,
        iterations: int,
        effort: Effort,
        claim: str | None = None,
        *,
        priced: bool = False,
    ) -> Answer:
        """What the last optimum proves; without one, any multipliers prove something.

        ``priced`` says that no column gains at its multipliers, so that they need no raising if they are exact.
        """
        rough = [Fraction(0)] * len(self.rows)
        if optimum is not None:
            rough = list(optimum.dual) if optimum.exact else signed(optimum.dual, self.table.senses)
        if priced and optimum is not None and optimum.exact:
            weights: Sequence[Fraction] | None = self.stated(rough)
        elif self.pricing is None:
            found = raised(self.table, rough)
            weights = None if found is None else self.stated(found)
        else:
            weights = self.pricing.raised(self.stated(rough))
        values: Sequence[Fraction] | None = None
        if optimum is not None:
            limit = None if effort.time_limit is None else effort.remaining()
            # Columns that came after the optimum was found are zero in it.
            known = [*optimum.primal, *[Fraction(0)] * (len(self.columns) - len(optimum.primal))]
            values = known if optimum.exact else feasible(self.table, list(map(float, known)), limit)
            claim = claim or optimum.reason or None
        return Answer(
            None if values is None else {k: value for k, value in zip(self.columns, values, strict=True) if value},
            None if weights is None else self.named(weights),
            iterations=iterations,
            claim=claim,
            warm=None if optimum is None else optimum.basis,
        )
