"""Judgement: what the witnesses of a solution prove, held against what it claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from .errors import InputError, Undecided, Violation
from .kinds import kind_of
from .limits import budget, too_long
from .numbers.exact import nearest_double, number
from .statement import Statement, fields
from .verdict import Kind, Proof, Reading, Verdict, grade_of
from .words import brief, contradiction

FORMAT = "suasion-solution/1"
_FIELDS = ("format", "problem", "value", "lower", "upper", "grade", "primal", "dual", "solver")


def judge(document: Mapping[str, object], asked: Statement | None, faster: Mapping[str, Kind]) -> Proof:
    """Check every claim of a solution's document, and that it answers what was asked, if anything was.

    ``faster`` has other ways to check some kinds, by name; a verdict that took one is labelled ``accelerated``.
    """
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
    if asked is not None and statement != asked:
        refusal = "the solution answers another question than the given instance"
        return Proof(Verdict(None, None, "unproven", refusal), statement)
    used = faster.get(kind.name, kind)
    proof = prove(used, statement, claim.get("primal"), claim.get("dual"), str(claim["grade"]))
    verdict = replace(proof.verdict, accelerated=used is not kind)
    if verdict.violation is None:
        try:
            _require_claims(claim, verdict, statement.minimises)
        except (Violation, InputError) as error:
            verdict = replace(verdict, violation=str(error))
    return replace(proof, verdict=verdict)


def prove(kind: Kind, statement: Statement, primal: object, dual: object, claimed: str = "") -> Proof:
    """As :func:`proven`, with the witnesses as they were read.

    A witness is an object of a file, or one of the kind's own made by hand; both are read strictly. A lower bound above
    the upper one is no proof of anything but a fault in the checker, and is refused as such.
    """
    with budget(statement, primal, dual):
        if claimed in ("infeasible", "unbounded"):
            from .absence import without_optimum

            return without_optimum(attempt, kind, statement, primal, dual, infeasible=claimed == "infeasible")
        low, lower, low_refusal = attempt(kind.primal, kind.lower, statement, primal, "primal")
        high, upper, high_refusal = attempt(kind.dual, kind.upper, statement, dual, "dual")
        if lower is not None and upper is not None and lower > upper:
            return Proof(Verdict(None, None, "unproven", contradiction(lower, upper)), statement)
        derived = upper is not None and kind.derives is not None and kind.derives(high)
        if statement.minimises:  # the largest value of -w is the least of w, with the opposite sign
            lower, upper = (None if bound is None else -bound for bound in (upper, lower))
        verdict = Verdict(lower, upper, grade_of(lower, upper), low_refusal or high_refusal, derived=derived)
        return Proof(verdict, statement, low, high)


def _require_claims(claim: Mapping[str, object], proof: Verdict, minimises: bool) -> None:
    read: Callable[[object, str], Fraction] = number
    if "x" in f"{claim.get('lower')}{claim.get('upper')}":  # in hexadecimal
        from .numbers.decimals import read_bound

        read = read_bound
    low, high, value = (read(claim[one], one) if one in claim else None for one in ("lower", "upper", "value"))
    below, above = ("dual", "primal") if minimises else ("primal", "dual")
    sides = (("lower", low, proof.lower, 1, below), ("upper", high, proof.upper, -1, above))
    for side, claimed, bound, sign, witness in sides:
        if claimed is not None and (bound is None or bound * sign < claimed * sign):
            proves = "none" if bound is None else brief(bound)
            raise Violation(f"{side} = {brief(claimed)} is not proven; the {witness} witness proves {proves}")
    grade = proof.grade if proof.grade in ("infeasible", "unbounded") else grade_of(low, high)
    if claim["grade"] != grade:
        raise Violation(f'grade "{str(claim["grade"])[:20]}" is claimed, but the claimed bounds are {grade}')
    side, attained = ("an upper", high) if minimises else ("a lower", low)
    if attained is None or value is None:
        if attained is not value:
            what = "the value is missing beside" if value is None else "a value is claimed without"
            raise Violation(f"{what} {side} bound")
        return
    if nearest_double(value) != nearest_double(attained):
        raise Violation(f"value = {brief(value)} is not the double nearest to {side.split()[1]} = {brief(attained)}")


def attempt(
    read: Reading, check: Callable[[Any, Any], Fraction | None], statement: Statement, witness: object, where: str
) -> tuple[Any, Fraction | None, str | None]:
    """A witness as read and the bound it proves, or why it is refused; too long a bound is rounded outward."""
    if witness is None:
        return None, None, None
    try:
        found = read(witness, statement, where)
        bound = check(statement, found)
        if bound is not None and too_long(bound):
            from .numbers.decimals import shortened

            bound = shortened(bound, where == "dual")
    except (Violation, InputError, Undecided) as error:
        return None, None, str(error)
    return found, bound, None
