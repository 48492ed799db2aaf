"""Verification: what the witnesses of a solution prove, held against what it claims."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import IO, Protocol

from .errors import InputError, Undecided, Violation, printable
from .kinds import kind_of, parse
from .limits import DIGITS
from .numbers.exact import brief, nearest_double, number, outward, too_long
from .numbers.files import name_of, read, require_shallow
from .statement import Statement, fields
from .verdict import Kind, Verdict, grade_of

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
    return read(source)


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
    claim = fields(load(solution), _FIELDS[:2] + _FIELDS[5:6], _FIELDS[2:5] + _FIELDS[6:])
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
        return Verdict(None, None, "unproven", "the solution answers another question than the given instance")
    infeasible = claim["grade"] == "infeasible"
    used = kind if faster is None else faster.get(kind.name, kind)
    proof = proven(used, statement, claim.get("primal"), claim.get("dual"), infeasible)
    verdict = _judge(claim, proof, statement.minimises)
    return verdict if used is kind else replace(verdict, accelerated=True)


def _asked(problem: Source) -> Statement:
    try:
        return parse(load(problem))
    except InputError as error:
        where = name_of(problem) if isinstance(problem, (str, os.PathLike)) else "instance"
        raise InputError(str(error), where) from None


def proven(kind: Kind, statement: Statement, primal: object, dual: object, infeasible: bool = False) -> Verdict:
    """What a pair of witnesses proves about a statement; either may be None.

    A lower bound above the upper one is no proof of anything but a fault in the checker, and is refused as such.
    """
    if infeasible:
        refusal = _infeasible(kind, statement, primal, dual)
        return Verdict(None, None, "unproven" if refusal else "infeasible", refusal)
    lower, low_refusal = _attempt(kind.lower, statement, primal, up=False)
    upper, high_refusal = _attempt(kind.upper, statement, dual, up=True)
    if lower is not None and upper is not None and lower > upper:
        return Verdict(None, None, "unproven", _CONTRADICTION.format(brief(lower), brief(upper)))
    derived = upper is not None and kind.derives is not None and kind.derives(dual)
    if statement.minimises:  # the largest value of -w is the least of w, with the opposite sign
        lower, upper = (None if bound is None else -bound for bound in (upper, lower))
    return Verdict(lower, upper, grade_of(lower, upper), low_refusal or high_refusal, derived=derived)


_CONTRADICTION = (
    "contradiction: the witnesses seem to prove value >= {} and value <= {}, so the checker itself is wrong, and "
    "nothing is proven; please report this file"
)


def _infeasible(kind: Kind, statement: Statement, primal: object, dual: object) -> str | None:
    """Why it is not proven that nothing satisfies the problem; None if it is."""
    if kind.infeasible is None:
        return f"a problem of kind {kind.name} is never infeasible"
    if primal is not None:
        return "a primal witness stands beside the claim that nothing is feasible"
    try:
        kind.infeasible(statement, dual)
    except (Violation, InputError, Undecided) as error:
        return str(error)
    return None


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
    check: Callable[[Statement, object], Fraction], statement: Statement, witness: object, *, up: bool
) -> tuple[Fraction | None, str | None]:
    """The bound that one check proves, or why it refuses; a bound too long to be written is rounded outward."""
    if witness is None:
        return None, None
    try:
        bound = check(statement, witness)
        if too_long(bound):
            bound = outward(bound, DIGITS // 4, up)
        if too_long(bound):
            raise Undecided(f"the bound {brief(bound)} has more than {DIGITS} digits")
    except (Violation, InputError, Undecided) as error:
        return None, str(error)
    return bound, None
