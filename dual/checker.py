"""Verification of files and objects: the front of :mod:`dual.judge`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import IO, Protocol

from .errors import InputError
from .judge import judge, prove
from .kinds import kind_of
from .limits import budget, require_shallow
from .numbers.files import name_of
from .numbers.files import read as read_file
from .statement import Statement
from .verdict import Kind, Proof, Verdict


class Document(Protocol):
    """Anything that can state itself as a file would: a problem or a solution."""

    def document(self) -> Mapping[str, object]:
        """The content of its file."""
        ...


Source = str | os.PathLike[str] | IO[str] | IO[bytes] | Mapping[str, object] | Document


def load(source: Source) -> Mapping[str, object]:
    """The document of a path, an open file, a mapping or an object that knows its own."""
    if isinstance(source, Mapping) or hasattr(source, "document"):
        document = source if isinstance(source, Mapping) else source.document()
        require_shallow(document, "document")
        return document
    return read_file(source)


def parse(raw: Mapping[str, object]) -> Statement:
    """Read an instance of any kind.

    Raises
    ------
    InputError
        If a field is missing, unknown or not what its kind asks for; the message names the field.
    """
    read: Statement = kind_of(raw).statement(raw)
    return read


def verify(solution: Source, problem: Source | None = None, faster: Mapping[str, Kind] | None = None) -> Verdict:
    """Check in exact arithmetic every claim a solution makes.

    Parameters
    ----------
    solution : path, open file, mapping or Solution
        A solution in the format ``suasion-solution/1``.
    problem : path, open file, mapping or Problem, optional
        The instance that the solution has to answer.
    faster : mapping, optional
        Other ways to check some kinds, by name; a verdict that took one is labelled ``accelerated``.

    Returns
    -------
    Verdict
        The bounds that the witnesses prove, whatever the solution claims; ``violation`` names the first claim
        that is not proven.

    Raises
    ------
    InputError, FileError
        If the file cannot be read or is not a solution at all.

    Examples
    --------
    >>> verify(
    ...     {
    ...         "format": "suasion-solution/1",
    ...         "problem": {"kind": "persuasion", "prior": ["1"], "sender": [[2]], "receiver": [[0]]},
    ...         "value": 2,
    ...         "lower": "2",
    ...         "upper": "2",
    ...         "grade": "exact",
    ...         "primal": {"signals": [{"action": 0, "joint": [1]}]},
    ...         "dual": {"prices": [2], "multipliers": [[0]]},
    ...     }
    ... )
    Verdict(lower=Fraction(2, 1), upper=Fraction(2, 1), grade='exact', violation=None, accelerated=False, derived=False)
    """
    return examine(solution, problem, faster).verdict


def examine(solution: Source, problem: Source | None = None, faster: Mapping[str, Kind] | None = None) -> Proof:
    """As :func:`verify`, with the statement and the witnesses that were read."""
    document = load(solution)
    if "problem" not in document and "kind" in document:
        raise InputError('not a solution; it has no "problem"; solve the instance first')
    raw = document.get("problem")
    if isinstance(raw, Mapping) and "parameter" in raw:
        from . import families

        with budget(document):
            return Proof(families.verified(document, None if problem is None else load(problem), prove), None)
    with budget(document):
        return judge(document, None if problem is None else _asked(problem), faster or {})


def _asked(problem: Source) -> Statement:
    try:
        return parse(load(problem))
    except InputError as error:
        where = name_of(problem) if isinstance(problem, (str, os.PathLike)) else "instance"
        raise InputError(str(error), where) from None


def proven(kind: Kind, statement: Statement, primal: object, dual: object, infeasible: bool = False) -> Verdict:
    """What a pair of witnesses proves about a statement; either may be None."""
    return prove(kind, statement, primal, dual, "infeasible" if infeasible else "").verdict
