"""Loading, solving and verifying any kind of problem."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import IO, Any, TypeVar, overload

from dual.errors import FileError, InputError
from dual.kinds import kind_of
from dual.numbers.files import name_of, read
from dual.statement import fields
from transport.programs.progress import Progress
from transport.road import solution as road
from transport.road.families import Family
from transport.road.family_solution import FamilySolution
from transport.road.problem import Problem
from transport.road.prove import settled, theorem
from transport.road.solution import Solution
from transport.road.theorem import Theorem

from . import catalog
from .registry import class_of, problem_of

A = TypeVar("A", bound=Solution[Any])
_Made = TypeVar("_Made")


def load(
    source: str | os.PathLike[str] | IO[str] | IO[bytes] | Mapping[str, object] | Problem[Any, Any],
) -> Problem[Any, Any]:
    """Load an instance of any kind.

    Parameters
    ----------
    source : path, open file, mapping, str or Problem
        An instance file, its content, or the name of a catalog entry (a file of that name goes first). A file of
        Gambit, named ``.nfg``, is a game; ``.mps`` and ``.lp`` are linear programs. A problem is returned as it is.

    Returns
    -------
    Problem or Family
        Of the class that belongs to the instance's kind; an instance with a ``"parameter"`` is a
        :class:`~transport.road.families.Family` of such problems.

    Raises
    ------
    FileError
        If there is no such file or entry, or the file is not JSON.
    InputError
        If a field is missing, unknown or wrong; the message names file and field.

    Examples
    --------
    >>> load("kamenica-gentzkow-2011-prosecutor").solve().lower
    Fraction(3, 5)
    """
    if isinstance(source, Problem):
        return source
    if isinstance(source, Mapping):
        return problem_of(source)  # type: ignore[no-any-return]
    name = name_of(source)
    if isinstance(source, str) and not os.path.exists(source):
        if source in catalog.slugs():
            return problem_of(catalog.entry(source).instance)  # type: ignore[no-any-return]
        if source in catalog.families():
            return problem_of(catalog.family(source).instance)  # type: ignore[no-any-return]
        raise FileError(f"{source}: neither a file nor a catalog entry{catalog.hint(source)}")
    if isinstance(source, (str, os.PathLike)) and name.endswith(".nfg"):
        from persuasion import Game

        return Game.from_nfg(source)
    if isinstance(source, (str, os.PathLike)) and name.lower().endswith((".mps", ".lp")):
        from transport import LinearProgram

        return (LinearProgram.from_mps if name.lower().endswith(".mps") else LinearProgram.from_lp)(source)
    document = read(source)
    if "format" in document and "problem" in document:
        raise InputError("this is a solution; an instance is needed here", name)
    return _named(name, lambda found: problem_of(found, exact=True), document)


@overload
def solve(
    problem: Problem[Any, A],
    method: str | None = ...,
    *,
    time_limit: float | None = ...,
    progress: Progress | bool | None = ...,
    start: Solution[Any] | None = ...,
    gap: float | None = ...,
    rounds: int | None = ...,
) -> A: ...
@overload
def solve(
    problem: str | os.PathLike[str] | IO[str] | IO[bytes] | Mapping[str, object],
    method: str | None = ...,
    *,
    time_limit: float | None = ...,
    progress: Progress | bool | None = ...,
    start: Solution[Any] | None = ...,
    gap: float | None = ...,
    rounds: int | None = ...,
) -> Solution[Any]: ...
def solve(
    problem: Any,
    method: str | None = None,
    *,
    time_limit: float | None = None,
    progress: Progress | bool | None = None,
    start: Solution[Any] | None = None,
    gap: float | None = None,
    rounds: int | None = None,
) -> Any:
    """Solve a problem and prove the answer; the same as ``load(problem).solve(...)``.

    The problem may be whatever :func:`load` takes: a problem, a file, a catalog entry. See
    :meth:`transport.road.problem.Problem.solve` for the other parameters.

    Examples
    --------
    >>> solve("kamenica-gentzkow-2011-prosecutor").grade
    'exact'
    """
    return load(problem).solve(method, time_limit=time_limit, progress=progress, start=start, gap=gap, rounds=rounds)


def certify(
    problem: Problem[Any, A], primal: object = None, dual: object = None, *, time_limit: float | None = None
) -> A:
    """What somebody's own numbers prove about a problem; the same as ``problem.certify(...)``.

    Parameters
    ----------
    problem : Problem
    primal, dual : object, optional
        A point and prices in floats, from any solver, where the kind knows how to round and repair them; otherwise
        witnesses with the fields of a solution's file.
    time_limit : float, optional
        Seconds for a repair.

    Returns
    -------
    Solution
        With the bounds that are proven; what is refused is None, and ``solver["refused"]`` says why.

    Examples
    --------
    >>> court = load("kamenica-gentzkow-2011-prosecutor")
    >>> certify(court, dual={"prices": [1, 1], "multipliers": [[0, 0], [0, 0]]}).upper
    Fraction(1, 1)
    """
    return problem.certify(primal, dual, time_limit=time_limit)


def load_solution(source: str | os.PathLike[str] | IO[str] | IO[bytes] | Mapping[str, object]) -> Solution[Any]:
    """Load a solution; the checker proves its claims first.

    Raises
    ------
    FileError
        If the file cannot be read, or a claim is refused (the message gives the violated inequality).
    InputError
        If it is not a solution.
    """
    name = "solution" if isinstance(source, Mapping) else name_of(source)
    document = source if isinstance(source, Mapping) else read(source)
    raw = document.get("problem")
    if not isinstance(raw, Mapping):
        raise InputError('not a solution; it has no "problem"; solve the instance first', name)
    _named(name, kind_of, raw)
    if "parameter" in raw:
        answer: Any = _named(name, lambda found: _family_solution(found, raw, name), document)
        return answer  # type: ignore[no-any-return]
    return _named(name, lambda found: road.load(found, class_of, name), document)


def prove(source: str | os.PathLike[str] | IO[str] | IO[bytes] | Mapping[str, object]) -> Theorem:
    """Prove or refute a guess: a problem, with a parameter or without, and a policy, a dual or a value of it.

    Parameters
    ----------
    source : path, open file, mapping or str
        An object with ``"problem"``, an instance, and ``"primal"``, ``"dual"``, ``"value"`` or, where the instance has
        a ``"parameter"``, ``"pieces"``; or the name of a theorem in the catalog.

    Returns
    -------
    Theorem

    Raises
    ------
    FileError, InputError
        If the file cannot be read, or a field is wrong.

    Examples
    --------
    >>> print(prove("arieli-et-al-2023-opposite-products-formula"))
    proven:
    p - p**2    if 0 <= p <= 1
    """
    if isinstance(source, Mapping):
        name, document = "guess", source
    elif isinstance(source, str) and not os.path.exists(source) and source in catalog.theorems():
        name, document = source, catalog.theorem(source)
    else:
        name, document = name_of(source), read(source)

    def made(found: Mapping[str, object]) -> Theorem:
        raw = fields(found, ["problem"], ["pieces", "primal", "dual", "value", "name", "source", "notes"])["problem"]
        if not isinstance(raw, Mapping):
            raise InputError("an instance is needed here", "problem")
        guess = {part: found[part] for part in ("pieces", "primal", "dual", "value") if found.get(part) is not None}
        problem = problem_of(raw)
        return theorem(problem, guess) if isinstance(problem, Family) else settled(problem, guess)

    return _named(name, made, document)


def _family_solution(document: Mapping[str, object], raw: Mapping[str, object], name: str) -> FamilySolution:
    return FamilySolution.from_document(problem_of(raw), document, name)


def _named(name: str, make: Callable[[Mapping[str, object]], _Made], document: Mapping[str, object]) -> _Made:
    """Make something of a document, with the document's name in front of what is wrong with it."""
    try:
        return make(document)
    except InputError as error:
        raise InputError(str(error), name) from None
