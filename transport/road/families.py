"""Families: a problem along a parameter, solved for all its values at once and proven as one.

A problem of a linear kind whose numbers are functions of a parameter has optimal bases that stay optimal on intervals.
Each is found at a point, its vertex written as functions of the parameter (:mod:`transport.programs.parametric`), and
the kind's own check run on it at the point tells how far it holds; what is left over on either side comes next.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from dual.errors import InputError, SolverError, Violation
from dual.families import Family as Stated
from dual.families import Parameter
from dual.functions.varying import Domain, End, Root, beyond, varying
from dual.numbers.exact import items, number, probability
from dual.proofs.linear import Name
from dual.verdict import grade_of
from dual.words import brief, plain
from transport.programs.effort import Progress
from transport.programs.parametric import ParametricProgram, Tracing, order
from transport.programs.program import Basis, Infeasible

from .entries import changed, entry_of
from .family_solution import FamilySolution
from .files import save
from .linear_form import Completion, LinearForm
from .theorem import Theorem


@dataclass(frozen=True, repr=False)
class Family:
    """A problem with numbers that are functions of one parameter.

    Made by :meth:`transport.road.problem.Problem.family`, or by ``suasion.load`` from an instance file with a
    ``"parameter"``.

    Parameters
    ----------
    problem_class : type of Problem
    document : mapping
        The instance, with expressions in the parameter wherever it may hold numbers, and
        ``"parameter": {"name": "t", "from": a, "to": b}``.

    Raises
    ------
    InputError
        If the parameter or a field is wrong, also if it is so for some values of the parameter only, or problems of
        this kind are no linear programs.

    Examples
    --------
    >>> from persuasion import Persuasion
    >>> court = Persuasion(["7/10", "3/10"], sender=[[0, 1], [0, 1]], receiver=[[1, 0], [0, 1]])
    >>> solution = court.family("prior", [1, 0], [0, 1]).solve()
    >>> print(solution.formula())
    2*t    if 0 <= t <= 1/2
    1      if 1/2 <= t <= 1
    >>> solution.value("3/10"), solution.grade
    (Fraction(3, 5), 'exact')
    """

    problem_class: type[Any]
    stated: Stated

    @classmethod
    def from_document(cls, problem_class: type[Any], document: Mapping[str, object]) -> Family:
        """Make a family from the content of an instance file."""
        stated = Stated.read(document)
        if form_of(problem_class) is None:
            raise InputError(f"no families are solved of kind {problem_class.kind}", "parameter")
        return cls(problem_class, stated)

    @property
    def kind(self) -> str:
        """The kind of problem."""
        return str(self.problem_class.kind)

    @property
    def name(self) -> str | None:
        """The instance's name."""
        found = self.stated.instance.get("name")
        return None if found is None else str(found)

    @property
    def parameter(self) -> Parameter:
        """The parameter, and from where to where it goes."""
        return self.stated.parameter

    @property
    def completion(self) -> Completion | None:
        """What completes a guessed dual, if the kind has inequalities that ask for it."""
        form = form_of(self.problem_class)
        return None if form is None else form.complete

    def document(self) -> dict[str, object]:
        """The content of the instance's file."""
        return plain(self.stated.document())  # type: ignore[return-value]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the instance file, atomically.

        Raises
        ------
        FileError
            If the file cannot be written.
        """
        save(self.document(), path)

    def at(self, t: object) -> Any:
        """The problem at a value of the parameter.

        Raises
        ------
        InputError
            If the parameter does not go there.
        """
        return self.problem_class.from_statement(self.stated.at(self._inside(t)))

    def _inside(self, t: object) -> Fraction:
        exact = number(t, self.parameter.name)
        if not self.parameter.start <= exact <= self.parameter.end:
            start, end = brief(self.parameter.start), brief(self.parameter.end)
            raise InputError(f"{brief(exact)} lies outside [{start}, {end}]", self.parameter.name)
        return exact

    def __repr__(self) -> str:
        parameter = self.parameter
        where = f"{parameter.name} from {brief(parameter.start)} to {brief(parameter.end)}"
        return f"Family({self.problem_class.__name__}, {where})"

    def prove(
        self,
        *,
        value: object = None,
        primal: object = None,
        dual: object = None,
        pieces: object = None,
    ) -> Theorem:
        """Prove a guess for every value of the parameter, or refute it at one.

        Parameters
        ----------
        value : str, optional
            The value, an expression in the parameter.
        primal, dual : mapping, optional
            A policy and what bounds it, as the kind's files have them, with expressions in the parameter. For two
            receivers on the square, ``alpha1`` and ``alpha2`` may be expressions in x, y and the parameter.
        pieces : list of mapping, optional
            Instead, such guesses by ``from``, ``to`` and ``open``, where they differ along the interval.

        Returns
        -------
        Theorem

        Raises
        ------
        InputError
            If the guess is none; the message names the field.

        Examples
        --------
        >>> from persuasion import TwoReceiverPersuasion
        >>> far = TwoReceiverPersuasion("1/2", "(x - y)**2", domain="square").family("prior", 0, 1, parameter="p")
        >>> guess = {"V": ["p**2", "(1 - p)**2"], "alpha1": "2*(x - p)", "alpha2": "2*(y - p)"}
        >>> policy = {"l": [[0, "p", "1 - p"]], "h": [[1, "p", "p"]]}
        >>> print(far.prove(value="p*(1 - p)", primal={"plan": policy}, dual=guess))
        proven:
        p - p**2    if 0 <= p <= 1
        """
        from .prove import theorem

        given = {"value": value, "primal": primal, "dual": dual, "pieces": pieces}
        return theorem(self, {name: one for name, one in given.items() if one is not None})

    def solve(
        self,
        method: str | None = None,
        *,
        time_limit: float | None = None,
        progress: Progress | None = None,
        gap: float | None = None,
        rounds: int | None = None,
    ) -> FamilySolution:
        """Solve the problem for all values of the parameter, and prove it.

        Parameters
        ----------
        method : str, optional
            ``"parametric"``, the only one.
        time_limit : float, optional
            Seconds, >= 0; parts of the interval that are not reached by then stay unproven.
        progress : callable, optional
            Called with a short line of news.
        gap, rounds : None
            For other problems: a family is solved exactly, piece by piece.

        Raises
        ------
        InputError
            If the method is unknown, a time limit is none, or a gap or rounds are given.
        SolverError
            If nothing satisfies the problem for some value, or an exact optimum is out of reach.
        """
        if method not in (None, METHOD):
            raise InputError(f'"{method}" is unknown for families; known: {METHOD}', "method")
        if time_limit is not None and number(time_limit, "time_limit") < 0:
            raise InputError("a time limit is a number of seconds >= 0", "time_limit")
        if gap is not None or rounds is not None:
            raise InputError("a family is solved exactly, so there is no gap to stop at, and no rounds", "gap")
        began = time.perf_counter()
        search = _Search(self, None if time_limit is None else began + float(time_limit), progress)
        pieces = [one.document() for one in search.run()]
        solver = {"method": METHOD, "seconds": round(time.perf_counter() - began, 6), "iterations": search.bases}
        if search.stopped:
            solver["stopped"] = "time limit"
        return FamilySolution.certified(self, pieces, solver)


def segment(problem: Any, field: str, start: object, end: object, name: str) -> Family:
    """A problem with a field along a segment; see :meth:`transport.road.problem.Problem.family`."""
    start, end = (side.tolist() if hasattr(side, "tolist") else side for side in (start, end))
    scalar = not isinstance(start, (list, tuple, Mapping))
    if scalar:
        low, high, moving = number(start, "from"), number(end, "to"), name
        prior = problem.document().get("prior")
        if field == "prior" and isinstance(prior, list) and len(prior) == 2:
            moving, start = [f"1 - {name}", name], [1 - low, low]  # type: ignore[assignment]
    else:
        low, high, moving = Fraction(0), Fraction(1), _between(start, end, field, name)
    # Floats of a prior are snapped where the field is set: each end is a problem of its own.
    document = changed(problem, field, start).document() if scalar else problem.document()
    place, last = entry_of(document, field, problem.kind)
    place[last] = moving
    document["parameter"] = {"name": name, "from": low, "to": high}
    return Family.from_document(type(problem), document)


def _between(start: Any, end: Any, where: str, name: str) -> Any:
    """Expressions that go from one list to another as the parameter goes from 0 to 1."""
    if isinstance(start, (list, tuple)) or isinstance(end, (list, tuple)):
        first, last = items(start, where), items(end, where, len(items(start, where)))
        return [_between(a, b, f"{where}[{k}]", name) for k, (a, b) in enumerate(zip(first, last, strict=True))]
    a, b = probability(start, where), probability(end, where)
    return str(a) if a == b else f"{a} + ({b - a})*{name}"


def form_of(problem_class: type[Any]) -> LinearForm | None:
    """How problems of a class are linear programs; None if they are not."""
    return problem_class.linear or next((one.form for one in problem_class.methods.values() if one.form), None)


METHOD: Final = "parametric"
SENTENCE: Final = "the parametric simplex method: bases, and the intervals on which they are optimal"


@dataclass(frozen=True)
class _Found:
    """A piece before it is checked."""

    domain: Domain
    primal: object = None
    dual: object = None
    lower: object = None
    upper: object = None

    def document(self) -> dict[str, object]:
        domain = self.domain
        sides = (("from", domain.open_start), ("to", domain.open_end))
        missing = [side for side, is_open in sides if is_open and self.primal is not None]
        found = {
            "from": domain.start,
            "to": domain.end,
            **({"open": missing} if missing else {}),
            "lower": self.lower,
            "upper": self.upper,
            "grade": grade_of(self.lower, self.upper),  # type: ignore[arg-type]
            "primal": self.primal,
            "dual": self.dual,
        }
        return plain(found)  # type: ignore[return-value]


class _Search:
    """The pieces of a family, found one by one."""

    def __init__(self, family: Family, deadline: float | None, progress: Progress | None) -> None:
        parameter, form = family.parameter, form_of(family.problem_class)
        if form is None:
            raise InputError(f"no families are solved of kind {family.kind}", "parameter")
        self.family, self.form, self.deadline, self.progress = family, form, deadline, progress
        self.whole = Domain(parameter.start, parameter.end, parameter.name)
        self.statement = family.stated.statement(self.whole)
        with varying(self.whole):
            self.program = ParametricProgram(form.program(self.statement), self.whole)
        self.basis: Basis | None = None
        self.bases = 0
        self.stopped = False

    def run(self) -> list[_Found]:
        """Pieces that cover the interval, in order."""
        found: list[_Found] = []
        work: list[tuple[End, End]] = [(self.whole.start, self.whole.end)]
        while work:
            start, end = work.pop()
            if self.deadline is not None and time.perf_counter() > self.deadline:
                self.stopped = True
                found.append(_Found(Domain(start, end, self.whole.name)))
                continue
            piece = self._inside(start, end)
            found.append(piece)
            if self.progress is not None:
                self.progress(f"{len(found)} pieces, {len(work)} parts to look at")
            if order(start, piece.domain.start) < 0:
                work.append((start, piece.domain.start))
            if order(piece.domain.end, end) < 0:
                work.append((piece.domain.end, end))
        found.sort(key=lambda piece: beyond(piece.domain.start, False))
        return list(self._closed(found))

    def _inside(self, start: End, end: End) -> _Found:
        """A piece of a part of the interval."""
        low, high = beyond(start, True), beyond(end, False)
        for share, width in SHARES:
            t = _simplest(low + (high - low) * share, low + (high - low) * (share + width))
            piece = self._around(t, start, end)
            if piece is not None and piece.domain.start != piece.domain.end:
                return piece
        raise SolverError(f"no basis stays optimal near {brief(t)}")

    def _around(self, t: Fraction, start: End, end: End) -> _Found | None:
        """What the basis that is optimal at a point proves around it; None if it is a basis at that point alone."""
        try:
            optimum = self.program.optimum(t, self.basis)
        except Infeasible:
            name = self.whole.name
            raise SolverError(f"nothing satisfies the problem at {name} = {brief(t)}; let {name} stop before") from None
        self.basis, self.bases = optimum.basis, self.bases + 1
        values, weights = self.program.vertex(optimum.basis)
        primal, dual = self._witnesses(values, {self.program.names[r]: w for r, w in weights.items()})
        trace = Tracing(t, self.whole.name)
        try:
            with varying(trace):
                statement = self.family.stated.kind.statement(self.family.stated.instance)
                bounds = _bounds(statement, self.family, primal, dual)
        except Violation:
            # Where pieces meet, a vertex may satisfy equations that hold at the point only.
            return None
        return _Found(trace.reach(start, end), primal, dual, *bounds)

    def _witnesses(self, values: Mapping[int, Any], weights: Mapping[Name, Any]) -> tuple[object, object]:
        with varying(self.whole):
            primal = plain(self.form.primal(self.statement, values))
            dual = plain(self.form.dual(self.statement, weights))
        return primal, dual

    def _closed(self, pieces: Sequence[_Found]) -> Iterator[_Found]:
        """The pieces, and between neighbours that are both open a piece that is the point."""
        whole = [
            *([] if not pieces[0].domain.open_start else [self._point(pieces[0].domain.start)]),
            *pieces,
            *([] if not pieces[-1].domain.open_end else [self._point(pieces[-1].domain.end)]),
        ]
        for k, piece in enumerate(whole):
            yield piece
            if k + 1 < len(whole) and piece.domain.open_end and whole[k + 1].domain.open_start:
                yield self._point(piece.domain.end)

    def _point(self, end: End) -> _Found:
        """The optimum at one value of the parameter."""
        if isinstance(end, Root):
            raise SolverError(f"both neighbours of the irrational parameter {end} have poles there")
        optimum = self.program.optimum(end, self.basis)
        values = {k: value for k, value in enumerate(optimum.primal) if value}
        weights = {self.program.names[r]: weight for r, weight in enumerate(optimum.dual) if weight}
        statement = self.family.stated.at(end)
        primal, dual = plain(self.form.primal(statement, values)), plain(self.form.dual(statement, weights))
        try:
            bounds = _bounds(statement, self.family, primal, dual)
        except Violation as refusal:
            raise SolverError(f"an optimum was refused: {refusal}") from None
        return _Found(Domain(end, end, self.whole.name), primal, dual, *bounds)


SHARES: Final = tuple(
    (Fraction(share, 1009), Fraction(1, width))
    for width in (20, 1000)
    for share in (535, 313, 719, 131, 887, 211, 433, 653)
)
"""Where in a part of the interval a basis is looked for, in turn, and how far on for the sake of a short number: a
point at which pieces meet has no basis around it."""


def _bounds(statement: Any, family: Family, primal: object, dual: object) -> tuple[Any, Any]:
    """What a pair of witnesses proves, by the kind's own check."""
    kind = family.stated.kind
    low = kind.lower(statement, kind.primal(primal, statement, "primal"))
    high = kind.upper(statement, kind.dual(dual, statement, "dual"))
    return (-high, -low) if statement.minimises else (low, high)


def _simplest(low: Fraction, high: Fraction) -> Fraction:
    """The fraction of the least denominator between two others."""
    whole = low.numerator // low.denominator
    if low == whole:
        return Fraction(whole)
    if whole + 1 <= high:
        return Fraction(whole + 1)
    return whole + 1 / _simplest(1 / (high - whole), 1 / (low - whole))
