"""Verification: what the witnesses of a solution prove, held against what it claims."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import IO, Any, Protocol

from .errors import InputError, Undecided, Violation, printable
from .kinds import kind_of, parse
from .limits import DIGITS, budget
from .numbers.exact import brief, nearest_double, number, outward, too_long
from .numbers.files import name_of, require_shallow
from .numbers.files import read as read_file
from .statement import Statement, fields
from .verdict import Kind, Reading, Verdict, grade_of

FORMAT = "suasion-solution/1"
_FIELDS = ("format", "problem", "value", "lower", "upper", "grade", "primal", "dual", "solver")


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


@dataclass(frozen=True)
class Proof:
    """What was checked, read strictly, and what it proves; a witness that is refused is None."""

    verdict: Verdict
    statement: Any
    primal: Any = None
    dual: Any = None


@budget()
def examine(solution: Source, problem: Source | None = None, faster: Mapping[str, Kind] | None = None) -> Proof:
    """As :func:`verify`, with the statement and the witnesses that were read."""
    document = load(solution)
    if is_family(document.get("problem")):
        return _family(document, problem)
    claim = fields(document, _FIELDS[:2] + _FIELDS[5:6], _FIELDS[2:5] + _FIELDS[6:])
    if claim["format"] != FORMAT:
        raise InputError(f'the format is "{FORMAT}"', "format")
    raw = claim["problem"]
    if not isinstance(raw, Mapping):
        raise InputError("an instance is needed here", "problem")
    try:
        kind = kind_of(raw)
        statement = kind.statement(raw)
    except InputError as error:
        raise InputError(str(error), "problem") from None
    if problem is not None and statement != _asked(problem):
        refusal = "the solution answers another question than the given instance"
        return Proof(Verdict(None, None, "unproven", refusal), statement)
    infeasible = claim["grade"] == "infeasible"
    used = kind if faster is None else faster.get(kind.name, kind)
    proof = prove(used, statement, claim.get("primal"), claim.get("dual"), infeasible)
    verdict = _judge(claim, proof.verdict, statement.minimises)
    return replace(proof, verdict=replace(verdict, accelerated=used is not kind))


def is_family(problem: object) -> bool:
    """Whether an instance depends on a parameter."""
    return isinstance(problem, Mapping) and "parameter" in problem


def _family(document: Mapping[str, object], problem: Source | None) -> Proof:
    """What the solution of a family proves."""
    from . import families

    if document.get("format") != FORMAT:
        raise InputError(f'the format is "{FORMAT}"', "format")
    verdict = families.verified(document, None if problem is None else load(problem), proven)
    return Proof(verdict, None)


def _asked(problem: Source) -> Statement:
    try:
        return parse(load(problem))
    except InputError as error:
        where = name_of(problem) if isinstance(problem, (str, os.PathLike)) else "instance"
        raise InputError(str(error), where) from None


def proven(kind: Kind, statement: Statement, primal: object, dual: object, infeasible: bool = False) -> Verdict:
    """What a pair of witnesses proves about a statement; either may be None."""
    return prove(kind, statement, primal, dual, infeasible).verdict


@budget()
def prove(kind: Kind, statement: Statement, primal: object, dual: object, infeasible: bool = False) -> Proof:
    """As :func:`proven`, with the witnesses as they were read.

    A witness is an object of a file, or one of the kind's own made by hand; both are read strictly. A lower bound above
    the upper one is no proof of anything but a fault in the checker, and is refused as such.
    """
    if infeasible:
        refutation, refusal = _infeasible(kind, statement, primal, dual)
        return Proof(Verdict(None, None, "unproven" if refusal else "infeasible", refusal), statement, None, refutation)
    low, lower, low_refusal = _attempt(kind.primal, kind.lower, statement, primal, "primal")
    high, upper, high_refusal = _attempt(kind.dual, kind.upper, statement, dual, "dual")
    if lower is not None and upper is not None and lower > upper:
        refusal = _CONTRADICTION.format(brief(lower), brief(upper))
        return Proof(Verdict(None, None, "unproven", refusal), statement)
    derived = upper is not None and kind.derives is not None and kind.derives(high)
    if statement.minimises:  # the largest value of -w is the least of w, with the opposite sign
        lower, upper = (None if bound is None else -bound for bound in (upper, lower))
    verdict = Verdict(lower, upper, grade_of(lower, upper), low_refusal or high_refusal, derived=derived)
    return Proof(verdict, statement, low, high)


_CONTRADICTION = (
    "contradiction: the witnesses seem to prove value >= {} and value <= {}, so the checker itself is wrong, and "
    "nothing is proven; please report this file"
)


def _infeasible(kind: Kind, statement: Statement, primal: object, dual: object) -> tuple[Any, str | None]:
    """The proof that nothing satisfies the problem, or why there is none."""
    if kind.infeasible is None:
        return None, f"a problem of kind {kind.name} is never infeasible"
    if primal is not None:
        return None, "a primal witness stands beside the claim that nothing is feasible"
    try:
        found = kind.refutation(dual, statement, "dual")
        kind.infeasible(statement, found)
    except (Violation, InputError, Undecided) as error:
        return None, str(error)
    return found, None


def _judge(claim: Mapping[str, object], proof: Verdict, minimises: bool) -> Verdict:
    """Hold the claims of a file against what its witnesses prove."""
    if proof.violation is not None:
        return proof
    try:
        refusal = _unproven_claim(claim, proof, minimises)
    except InputError as error:
        refusal = str(error)
    return replace(proof, violation=None if refusal is None else printable(refusal))


def _unproven_claim(claim: Mapping[str, object], proof: Verdict, minimises: bool) -> str | None:
    below, above = ("dual", "primal") if minimises else ("primal", "dual")
    low = number(claim["lower"], "lower") if "lower" in claim else None
    high = number(claim["upper"], "upper") if "upper" in claim else None
    if low is not None and (proof.lower is None or proof.lower < low):
        return f"lower = {brief(low)} is not proven; the {below} witness proves {_bound(proof.lower)}"
    if high is not None and (proof.upper is None or proof.upper > high):
        return f"upper = {brief(high)} is not proven; the {above} witness proves {_bound(proof.upper)}"
    grade = "infeasible" if proof.grade == "infeasible" else grade_of(low, high)
    if claim["grade"] != grade:
        return f'grade "{str(claim["grade"])[:20]}" is claimed, but the claimed bounds are {grade}'
    side, attained = ("an upper", high) if minimises else ("a lower", low)
    if attained is None:
        return None if "value" not in claim else f"a value is claimed without {side} bound"
    if "value" not in claim:
        return f"the value is missing beside {side} bound"
    nearest = nearest_double(attained)
    value = number(claim["value"], "value")
    if value != attained if isinstance(nearest, str) else nearest_double(value) != nearest:
        return f"value = {brief(value)} is not the double nearest to {side.split()[1]} = {brief(attained)}"
    return None


def _bound(value: Fraction | None) -> str:
    return "none" if value is None else brief(value)


def _attempt(
    read: Reading, check: Callable[[Any, Any], Fraction], statement: Statement, witness: object, where: str
) -> tuple[Any, Fraction | None, str | None]:
    """A witness as read and the bound it proves, or why it is refused; too long a bound is rounded outward."""
    if witness is None:
        return None, None, None
    try:
        found = read(witness, statement, where)
        bound = check(statement, found)
        if too_long(bound):
            bound = outward(bound, DIGITS // 4, where == "dual")
        if too_long(bound):
            raise Undecided(f"the bound {brief(bound)} has more than {DIGITS} digits")
    except (Violation, InputError, Undecided) as error:
        return None, None, str(error)
    return found, bound, None
