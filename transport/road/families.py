"""Families: a problem along a parameter, solved for all its values at once and proven as one.

A problem of a linear kind whose numbers are functions of a parameter has optimal bases that stay optimal on intervals.
Each is found at a point, its vertex written as functions of the parameter (:mod:`transport.programs.parametric`), and
the kind's own check run on it at the point tells how far it holds; what is left over on either side comes next.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextvars import copy_context
from dataclasses import dataclass
from fractions import Fraction
from operator import add
from typing import Any, Final

from dual.errors import InputError, SolverError, Undecided, Violation
from dual.families import Family as Stated
from dual.families import Parameter, Piece, proven
from dual.judge import prove
from dual.limits import budget
from dual.numbers.exact import items, number, probability
from dual.words import brief, plain
from transport.programs.effort import Effort, Incumbent, Stopped, Watch, mind
from transport.programs.progress import Progress, listening

from .entries import changed, entry_of
from .family_solution import FamilySolution
from .files import save
from .linear_form import Completion, form_of
from .pieces import Found, Search, filled
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

        As :meth:`transport.road.problem.Problem.prove`, with expressions in the parameter; and

        Parameters
        ----------
        pieces : list of mapping, optional
            Instead, guesses by ``from``, ``to`` and ``open``, where they differ along the interval.

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
        progress: Progress | bool | None = None,
        gap: float | None = None,
        rounds: int | None = None,
    ) -> FamilySolution:
        """Solve the problem for all values of the parameter, and prove it.

        Parameters
        ----------
        method : str, optional
            ``"parametric"``, the only one.
        time_limit : float, optional
            Seconds, >= 0; parts of the interval that are not reached by then stay unproven. So do those that are not
            reached when Ctrl-C is pressed; it is raised if nothing is proven by then.
        progress : callable or bool, optional
            Called with a short line of news; True shows it beside a clock.
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
        form = form_of(self.problem_class)
        if form is None:
            raise InputError(f"no families are solved of kind {self.kind}", "parameter")
        proofs = Proofs(self.stated)
        incumbent = Incumbent(lambda found: (proofs.of(found),), add, eager=True)
        with listening(progress) as told:
            effort = Effort(None if time_limit is None else float(time_limit), told, incumbent=incumbent)
            search = Search(self.stated, form, effort)
            try:
                Watch(effort).run(search.run)
            except (Stopped, KeyboardInterrupt, SolverError) as stop:
                mind(stop, effort, incumbent)
            answer: tuple[Part, ...] | None = incumbent.answer()
            if answer is None and incumbent.interrupted:
                raise KeyboardInterrupt
            known = {id(part.found): part for part in answer or ()}
            held = filled(search.whole, [part.found for part in known.values()])
            parts = [known.get(id(found)) or proofs.of(found) for found in held]
            solver = {"method": METHOD, "seconds": 0.0, "iterations": search.bases}
            if any(part.piece.grade == "unproven" for part in parts):
                solver["stopped"] = "interrupted" if incumbent.interrupted else "time limit"
            entries, pieces = [part.entry for part in parts], [part.piece for part in parts]
            solver["seconds"] = round(time.perf_counter() - effort.began, 6)
            return FamilySolution.of(self, entries, pieces, solver)


@dataclass(frozen=True)
class Part:
    """A piece that was found, as it stands in a file, and what the checker proved of it."""

    found: Found
    entry: Mapping[str, Any]
    piece: Piece


class Proofs:
    """Has the checker prove pieces one by one, with one budget of work for all, as if they stood in a file."""

    def __init__(self, stated: Stated) -> None:
        self.stated = stated
        with budget(stated.document()):
            self.context = copy_context()

    def of(self, found: Found) -> Part:
        """A piece with its proof.

        Raises
        ------
        SolverError
            If the checker refuses it.
        """
        entry = found.document()
        try:
            return Part(found, entry, self.context.run(proven, self.stated, entry, "piece", prove))
        except (Violation, InputError, Undecided) as refusal:
            raise SolverError(f"what was found is refused: {refusal}") from None


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
    # Floats of a prior are snapped where the field is set. Zeros may be left out of a document, so the end is set then.
    document = changed(problem, field, start or end).document() if scalar else problem.document()
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


METHOD: Final = "parametric"
