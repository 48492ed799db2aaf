"""Problem: the frozen, validated start of the road that every kind travels."""

from __future__ import annotations

import os
import time
import warnings
from abc import ABC
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypedDict, TypeVar

from dual.errors import InputError, SolverError, WrongSum
from dual.kinds import KINDS
from dual.numbers.arrays import LARGEST_INLINE, Array
from dual.numbers.choices import choice, flag
from dual.numbers.exact import number
from dual.statement import Statement
from dual.verdict import Kind
from transport.programs.effort import Effort, Incumbent, Stopped, Watch, mind
from transport.programs.progress import Progress, listening

from .decimals import decimals, notes
from .files import save
from .given import Given, statement_class
from .hints import hinted
from .linear_form import Form
from .methods import Answer, Found, Method
from .shares import normalised
from .table import Table
from .views import arrays_of, frames_of, html_page, shortened, stated_tables

if TYPE_CHECKING:
    from .families import Family
    from .theorem import Theorem

S_co = TypeVar("S_co", bound=Statement, covariant=True)
A_co = TypeVar("A_co", bound=Answer, covariant=True)


class Options(TypedDict, total=False):
    """What :meth:`Problem.solve` takes besides the method."""

    time_limit: float | None
    progress: Progress | bool | None
    start: Answer | None
    gap: float | None
    rounds: int | None


class Described(TypedDict, total=False):
    """What describes a problem and takes no part in the mathematics, and how its numbers are to be read.

    ``floats="binary"`` takes floats as the binary fractions they are, not as the decimals they print as; probabilities
    are read as fractions either way. ``normalise=True`` divides what is to sum to one by its sum.
    """

    name: str | None
    source: str | None
    notes: str | None
    floats: str
    normalise: bool


OPTIONS = ("floats", "normalise", "missing")
"""What a constructor takes about how its fields are to be read; no file has them."""


@dataclass(frozen=True, init=False, repr=False)
class Problem(ABC, Generic[S_co, A_co]):
    """A problem of some kind, with its kind of statement and of solution: validated, exact, frozen.

    Subclasses name their ``kind``, take its file's fields in the constructor and list their ``methods``, the
    default first. ``roads`` explains the further names that ``solver["method"]`` may carry: special cases that are
    recognised, and what is taken where the exact way is too long.

    A kind whose check has a faster way that leans on NumPy names it in ``accelerated``, and one that has families says
    in ``form`` what finds them.

    Attributes
    ----------
    statement : Statement
        The instance in exact numbers, as the checker reads it.
    snapped : tuple of str
        What was read as something else than the float that was given.
    """

    kind: ClassVar[str]
    methods: ClassVar[Mapping[str, Method[Any]]]
    roads: ClassVar[Mapping[str, str]] = {}
    solution_class: ClassVar[type[Any]]
    accelerated: ClassVar[Kind | None] = None
    form: ClassVar[Form | None] = None
    former_names: ClassVar[Mapping[str, str]] = {}
    """Names of fields in older files and what they are called now, ``"costs.old": "new"``."""
    as_given: ClassVar[frozenset[str]] = frozenset()
    """Fields that the kind puts in the form of a file by itself."""
    alone: ClassVar[Mapping[str, str]] = {}
    """For lists of objects, the field that a number or a list is which stands alone in an object's place."""

    statement: S_co
    snapped: tuple[str, ...] = field(compare=False)

    def _state(self, fields: Mapping[str, object]) -> None:
        """Read the fields of a constructor; see :class:`~transport.road.given.Given` for what they may be."""
        self._read({name: value for name, value in fields.items() if name not in OPTIONS}, fields)

    def _read(self, fields: Mapping[str, object], options: Mapping[str, object] | None = None) -> None:
        """Read the fields of a constructor, or without options those of a document."""
        if fields.get("kind", self.kind) != self.kind:
            raise InputError(f'the kind is "{self.kind}" here, not "{fields["kind"]}"', "kind")
        self.mind_former_names(fields)
        asked = options or {}
        floats = choice(asked.get("floats") or "decimal", "floats", ("decimal", "binary"))
        cls = statement_class(self.kind)
        alone = self.alone if options is not None else {}
        given = Given(cls, fields, booleans=options is not None, points=self._points, skip=self.as_given, alone=alone)
        if flag(asked.get("normalise") or False, "normalise"):
            given.fields = normalised(given.fields, cls, given.notes)
        read = self._understood(given.fields, asked)
        if floats == "decimal":
            read = {name: decimals(value) for name, value in read.items()}
        try:
            statement = KINDS[self.kind].statement({**self._converted(read), "kind": self.kind})
        except InputError as error:
            if isinstance(error, WrongSum) and options is not None:
                raise InputError(f"{error}; normalise=True divides them by their sum") from None
            raise hinted(error, fields) from None
        noted = [line for name, value in read.items() for line in notes(value, _kept(statement, name), name)]
        object.__setattr__(self, "statement", statement)
        object.__setattr__(self, "snapped", (*given.notes, *noted))

    @classmethod
    def mind_former_names(cls, fields: Mapping[str, Any]) -> None:
        """Warn of names that are still read but were changed."""
        for former, name in cls.former_names.items():
            found: Any = fields
            *path, last = former.split(".")
            for step in path:
                found = found.get(step) if isinstance(found, Mapping) else None
            if isinstance(found, Mapping) and last in found:
                message = f'{former}: the field is called "{name}" now; the old name will not be read for ever'
                warnings.warn(message, FutureWarning, stacklevel=5)

    @classmethod
    def _understood(cls, fields: Mapping[str, Any], options: Mapping[str, object]) -> Mapping[str, Any]:
        """The fields in lists and arrays, with what only this kind knows put in the form of a file."""
        if options.get("missing") is not None:
            raise InputError(f"nothing may be missing in a problem of kind {cls.kind}", "missing")
        return fields

    @classmethod
    def _converted(cls, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """The same once floats are read, with what this kind reads faster than the checker does."""
        return fields

    @classmethod
    def _points(cls, name: str, fields: Mapping[str, Any]) -> list[Sequence[Any]] | None:  # noqa: ARG003 (for grids)
        """What a function in a field is called with, where that is not the labels or indices of the field's axes."""
        return None

    @property
    def quick_check(self) -> Kind | None:
        """The faster check that an answer to this problem goes through, if it is worth it."""
        return self.accelerated

    @classmethod
    def from_document(cls, document: Mapping[str, object]) -> Self:
        """Make the problem from the content of an instance file.

        Raises
        ------
        InputError
            If a field is missing, unknown or wrong; the message names it.
        """
        made = cls.__new__(cls)
        made._read(document)
        return cls.from_statement(made.statement, made.snapped)

    @classmethod
    def from_statement(cls, statement: Statement, snapped: tuple[str, ...] = ()) -> Self:
        """Make the problem from a statement that was read already."""
        own = cls.class_for(statement)
        made = own.__new__(own)
        object.__setattr__(made, "statement", statement)
        object.__setattr__(made, "snapped", snapped)
        return made

    @classmethod
    def class_for(cls, statement: Statement) -> type[Self]:  # noqa: ARG003 (for the kinds with more than one class)
        """The class whose problems say this, where a kind has more than one."""
        return cls

    def document(self) -> dict[str, object]:
        """The content of the instance's file, exact numbers as text."""
        return self.statement.document()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the instance file, atomically; large arrays go into an ``.npz`` of the same name beside it.

        Raises
        ------
        FileError
            If the file cannot be written.
        """
        save(self.document(), path)

    @property
    def name(self) -> str | None:
        """The instance's name."""
        return self.statement.name

    def __repr__(self) -> str:
        sizes = [f"{axis}={length}" for axis, length in self.statement.lengths().items()]
        named = [] if self.name is None else [f"name={shortened(self.name, 60)!r}"]
        return f"{type(self).__name__}({', '.join(sizes[:6] + named)})"

    def __getstate__(self) -> dict[str, Any]:
        """What a copy or another process needs; whatever was derived is derived again."""
        return {entry.name: getattr(self, entry.name) for entry in fields(self)}

    def to_numpy(self) -> dict[str, Any]:
        """The numbers of the statement as arrays of floats, by field; what makes no rectangle is left out."""
        return arrays_of(self.statement, self.statement)

    def to_pandas(self) -> dict[str, Any]:
        """The vectors and matrices of the statement as exact series and frames, by field, with labels.

        Given back to the constructor they make the same problem.

        Raises
        ------
        SuasionError
            If pandas is not installed.
        """
        return frames_of(self.statement)

    def tables(self) -> Sequence[Table]:
        """What is asked, as tables: one for each vector or matrix of the statement, with labels."""
        return stated_tables(self.statement)

    def _repr_html_(self) -> str:
        """For notebooks: the same as tables."""
        heading = f"{self.name} ({self.kind})" if self.name else self.kind
        return html_page([("problem", heading)], self.tables())

    def replace(self, **fields: object) -> Self:
        """The same problem with some fields changed.

        Examples
        --------
        >>> from persuasion import Persuasion
        >>> court = Persuasion(["7/10", "3/10"], sender=[[0, 1], [0, 1]], receiver=[[1, 0], [0, 1]])
        >>> court.replace(prior=["1/2", "1/2"]).solve().lower
        Fraction(1, 1)
        """
        made = type(self).__new__(type(self))
        made._state({**self.document(), **fields})
        return made

    def family(self, field: str, start: object, end: object, *, parameter: str = "t") -> Family:
        """The same problem with a field, or an entry of one, that goes along a segment.

        Parameters
        ----------
        field : str
            ``"prior"``, ``"receiver[1][1]"``; an instance file may have expressions in the parameter anywhere.
        start, end : number or list of numbers
            Where it goes from and to. Numbers are the parameter itself; along a segment of lists, which have one shape,
            the parameter goes from 0 to 1.
        parameter : str
            The parameter's name.

        Returns
        -------
        Family
            Its ``solve`` gives value and policy for every value of the parameter, with one proof.

        Raises
        ------
        InputError
            If there is no such field, the two ends are not of one shape, or the kind has no families.

        Examples
        --------
        >>> from persuasion import Persuasion
        >>> court = Persuasion(["7/10", "3/10"], sender=[[0, 1], [0, 1]], receiver=[[1, 0], [0, 1]])
        >>> print(court.family("receiver[1][1]", "1/4", 4).solve().formula())
        3/10 + 3/10*t    if 1/4 <= t <= 7/3
        1                if 7/3 <= t <= 4
        """
        from .families import segment

        return segment(self, field, start, end, parameter)

    def solve(
        self,
        method: str | None = None,
        *,
        time_limit: float | None = None,
        progress: Progress | bool | None = None,
        start: Answer | None = None,
        gap: float | None = None,
        rounds: int | None = None,
    ) -> A_co:
        """Solve the problem and prove the answer.

        Parameters
        ----------
        method : str, optional
            One of ``methods``; the first is the default.
        time_limit : float, optional
            Seconds, >= 0, for everything that the caller waits for; the answer is then true but may be less tight.
        progress : callable or bool, optional
            Called with a short line of news; True shows it beside a clock, in a notebook or on standard error.
        start : Solution, optional
            A solution of a similar problem, for a warm start.
        gap : float, optional
            Methods that work in rounds may stop at this relative gap, >= 0; 0 asks for the exact optimum.
        rounds : int, optional
            Methods that work in rounds stop after so many, >= 1.

        Returns
        -------
        Solution
            Its bounds are what the checker proved from the witnesses.

        Notes
        -----
        An interrupt from the keyboard ends the solve as a time limit does, with what is proven by then (it is raised if
        that is nothing); ``solver["stopped"]`` says so.

        Raises
        ------
        InputError
            If the method is unknown, or a time limit, a gap or a number of rounds is none.
        SolverError
            If a backend fails and no witness could be made without it.
        """
        name = next(iter(self.methods)) if method is None else method
        if name not in self.methods:
            raise InputError(f'"{name}" is unknown for kind {self.kind}; known: {", ".join(self.methods)}', "method")
        if time_limit is not None and number(time_limit, "time_limit") < 0:
            raise InputError("a time limit is a number of seconds >= 0", "time_limit")
        if start is not None and not hasattr(start, "warm"):
            raise InputError("a solution is needed; solve a similar problem first", "start")
        if gap is not None and number(gap, "gap") < 0:
            raise InputError("a gap is a number >= 0", "gap")
        if rounds is not None and number(rounds, "rounds") < 1:
            raise InputError("at least one round is needed", "rounds")
        limit = None if time_limit is None else float(time_limit)
        incumbent = Incumbent(
            lambda found: self.solution_class.certified(self, found),
            self.solution_class.better,
            eager=limit is not None,
        )
        with listening(progress) as told:
            effort = Effort(
                limit,
                told,
                None if start is None else start.warm,
                None if gap is None else float(gap),
                None if rounds is None else int(rounds),
                incumbent=incumbent,
            )
            return self._answered(name, effort, incumbent)

    def prove(self, *, value: object = None, primal: object = None, dual: object = None) -> Theorem:
        """Prove a guess, or refute it.

        Parameters
        ----------
        value : number or str, optional
            What the problem is worth; an expression if it is irrational.
        primal, dual : mapping, optional
            A policy and what bounds it, with the fields of a solution's file. For two receivers on the square,
            ``alpha1`` and ``alpha2`` may be expressions in x and y.

        Returns
        -------
        Theorem

        Raises
        ------
        InputError
            If the guess is none; the message names the field.

        Examples
        --------
        >>> from persuasion import Persuasion
        >>> court = Persuasion(["7/10", "3/10"], sender=[[0, 1], [0, 1]], receiver=[[1, 0], [0, 1]])
        >>> print(court.prove(value="3/5", dual={"prices": [0, 2], "multipliers": [[0, 0], [1, 0]]}))
        proven:
        value = 3/5
        >>> print(court.prove(value="1/2"))
        refuted: a policy is worth 3/5, more than 1/2
        """
        from .prove import settled

        given = {"value": value, "primal": primal, "dual": dual}
        return settled(self, {name: one for name, one in given.items() if one is not None})

    def certify(self, primal: object = None, dual: object = None, *, time_limit: float | None = None) -> A_co:  # noqa: ARG002 (for the kinds that repair)
        """What somebody's own witnesses prove.

        Parameters
        ----------
        primal, dual : mapping or Witness, optional
            With the fields of a solution's file. Some kinds also take floats, which they round and repair.
        time_limit : float, optional
            Seconds for a repair.

        Returns
        -------
        Solution
            With the bounds that are proven; a witness that is refused is None, and ``solver["refused"]`` says why.
        """
        found: Any = self.solution_class.certified(self, Found(primal, dual, "given"))
        return found  # type: ignore[no-any-return]

    def _answered(self, method: str, effort: Effort, incumbent: Incumbent) -> A_co:
        """Let a method work until it is done or stopped; what is proven by then is the answer."""
        try:
            answer = Watch(effort).run(lambda: incumbent.settle(self.methods[method](self.statement, effort)))
            stopped = effort.exhausted() or incumbent.curtailed
            if answer.grade == "unproven":  # what a method ends with may be less than what it offered on its way
                answer = incumbent.answer()
        except (Stopped, KeyboardInterrupt, SolverError) as stop:
            mind(stop, effort, incumbent)
            stopped, answer = True, incumbent.answer()
            if answer is None and incumbent.interrupted:
                raise KeyboardInterrupt from None
            if answer is None:
                answer = incumbent.settle(
                    Found(None, None, method, claim="the time was over before anything was proven")
                )
        by = ("interrupted" if incumbent.interrupted else "time limit") if stopped else None
        ended: Any = answer.ended(time.perf_counter() - effort.began, by)
        return ended  # type: ignore[no-any-return]


def _kept(statement: Statement, name: str) -> Any:
    """What a field was read as, in lists and exact numbers or their texts."""
    return _plainly(getattr(statement, name, None))


def _plainly(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plainly(item) for item in value]
    if isinstance(value, Array):
        return value.tolist() if len(value) <= LARGEST_INLINE else None
    return value.document() if hasattr(value, "document") else value
