"""From a guess to a theorem: witnesses and a value in a parameter, proven for all of it or refuted at a point.

A guess holds a policy, a dual, a value, or several of these, as expressions in the parameter. Linear kinds are checked
as they are; a kind may *complete* a dual first, such as two receivers on the square, whose inequalities between
polynomials take a proof by squares. A value that fails is refuted by a solve at some value of the parameter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from dual.errors import InputError, SolverError, Undecided, Violation
from dual.families import read_end
from dual.functions.expression import Expression
from dual.functions.varying import Domain, Function, fixed, varying
from dual.judge import prove
from dual.numbers.exact import items
from dual.numbers.interval import interval
from dual.statement import fields
from dual.verdict import grade_of
from dual.words import brief, plain

from .family_solution import FamilySolution
from .theorem import Theorem

SAMPLES: Final = 8
"""Values of the parameter at which a guess is held against a solve of its own, inside of each piece and at its ends."""

PARTS: Final = ("from", "to", "open", "primal", "dual", "value")


class Counterexample(Violation):
    """A guess fails at a point."""

    def __init__(self, message: str, point: Mapping[str, Fraction]) -> None:
        super().__init__(message)
        self.point = dict(point)


def theorem(family: Any, guess: Mapping[str, object]) -> Theorem:
    """Prove or refute a guess about a family.

    Parameters
    ----------
    family : Family
    guess : mapping
        ``primal``, ``dual`` and ``value``, or ``pieces``: objects with these and ``from``, ``to`` and ``open``.

    Raises
    ------
    InputError
        If the guess is none; the message names the field.
    """
    found = fields(guess, [], ["pieces", "primal", "dual", "value"], "guess")
    if "pieces" in found and len(found) > 1:
        raise InputError('with "pieces" all the rest stands in them', "guess")
    parameter = family.parameter
    whole = {"from": parameter.start, "to": parameter.end}
    listed = items(found["pieces"], "guess.pieces") if "pieces" in found else [{**whole, **found}]
    pieces = [fields(one, ["from", "to"], PARTS[2:], f"guess.pieces[{k}]") for k, one in enumerate(listed)]
    if all(not {"primal", "dual", "value"} & set(piece) for piece in pieces):
        raise InputError("a policy, a dual or a value is needed", "guess")
    try:
        return _proven(family, pieces)
    except Counterexample as failure:
        return Theorem("refuted", str(failure), failure.point)


def _proven(family: Any, pieces: Sequence[Mapping[str, Any]]) -> Theorem:
    entries = []
    missing = ""
    for k, piece in enumerate(pieces):
        where = f"guess.pieces[{k}]" if len(pieces) > 1 else "guess"
        if piece.get("primal") is None or piece.get("dual") is None:
            _require_value(family, piece, where)
        try:
            entry, gap = _entry(family, piece, where)
        except (SolverError, Undecided) as error:
            return Theorem("undecided", str(error))
        missing = missing or gap
        entries.append(entry)
    solution = FamilySolution.certified(family, entries, {"method": METHOD, "seconds": None, "iterations": 0})
    return Theorem("bounded" if missing else "proven", missing, solution=solution)


METHOD: Final = "guess"


def _entry(family: Any, piece: Mapping[str, Any], where: str) -> tuple[dict[str, Any], str]:
    """A piece with its bounds, and what is missing for a proof of all that was guessed."""
    kind, name = family.stated.kind, family.parameter.name
    start, end = (read_end(piece[side], f"{where}.{side}", name) for side in ("from", "to"))
    missing = list(piece.get("open", []))
    domain = Domain(start, end, name, "from" in missing, "to" in missing)
    statement = family.stated.statement(domain)
    primal, dual = plain(piece.get("primal")), plain(piece.get("dual"))
    complete = family.completion
    if dual is not None and complete is not None:
        dual = plain(complete(family.stated, statement, dual, domain))
    with varying(domain):
        proof = prove(kind, statement, primal, dual).verdict
    if proof.violation is not None:
        _refute(family, piece, domain, primal, dual, proof.violation, where)
    entry = {
        "from": start,
        "to": end,
        **({"open": missing} if missing else {}),
        "lower": proof.lower,
        "upper": proof.upper,
        "grade": grade_of(proof.lower, proof.upper),
        "primal": primal,
        "dual": dual,
    }
    gap = ""
    if piece.get("value") is not None:
        gap = _unmet(piece["value"], proof, domain, where)
        if gap and proof.lower is not None and proof.lower == proof.upper:
            _require_same(piece["value"], proof.lower, domain, where)
    elif primal is not None and dual is not None and proof.lower != proof.upper:
        gap = f"the policy attains {proof.lower}, the dual proves no better than {proof.upper}"
    found: Any = plain(entry)
    return found, gap


def _unmet(value: object, proof: Any, domain: Domain, where: str) -> str:
    """What is missing between a guessed value and the bounds that are proven; empty if they are the same."""
    from dual.numbers.exact import number

    try:
        with varying(domain):
            guessed = number(value, f"{where}.value")
    except InputError:
        return "the value is no rational function of the parameter, so it can be refuted, but not proven"
    for side, bound in (("a policy that attains", proof.lower), ("a dual that proves", proof.upper)):
        if bound is None or bound != guessed:
            return f"{side} {guessed} is missing" + ("" if bound is None else f"; the one given is for {bound}")
    return ""


def _require_same(value: object, proven: Any, domain: Domain, where: str) -> None:
    """Refuse a value that is not the one that is proven, at a value of the parameter."""
    claim = Expression.parse(str(plain(value)), [domain.name], f"{where}.value")
    for t in _samples(domain):
        exact = proven.at(t) if isinstance(proven, Function) else proven
        claimed = claim.enclose([interval(t)])
        if exact not in claimed:
            shown = brief(claimed.lower)
            raise Counterexample(f"the value is {brief(exact)} there, not {shown}", {domain.name: t})


def _refute(
    family: Any, piece: Mapping[str, Any], domain: Domain, primal: object, dual: object, refusal: str, where: str
) -> None:
    """Name the inequality that fails at a value of the parameter."""
    del piece
    kind, name = family.stated.kind, family.parameter.name
    for t in _samples(domain):
        statement = family.stated.at(t)
        with fixed(name, t):
            verdict = prove(kind, statement, primal, dual).verdict
        if verdict.violation is not None and not verdict.violation.startswith("dual.squares"):
            raise Counterexample(verdict.violation, {name: t})
    raise Counterexample(f"{where}: {refusal}", {})


def _samples(domain: Domain) -> list[Fraction]:
    low, high = domain.reaches
    inside = [low + (high - low) * Fraction(k, SAMPLES) for k in range(1, SAMPLES)]
    return [*inside, *([] if domain.open_start else [low]), *([] if domain.open_end else [high])]


def _require_value(family: Any, piece: Mapping[str, Any], where: str) -> None:
    """Refuse a value that a solve contradicts at some value of the parameter."""
    if piece.get("value") is None:
        return
    name = family.parameter.name
    text = str(plain(piece["value"]))
    claim = Expression.parse(text, [name], f"{where}.value")
    start, end = (read_end(piece[side], f"{where}.{side}", name) for side in ("from", "to"))
    for t in _samples(Domain(start, end, name)):
        claimed = claim.enclose([interval(t)])
        solution = family.at(t).solve()
        if solution.lower is not None and solution.lower > claimed.upper:
            shown = brief(claimed.upper)
            raise Counterexample(f"a policy is worth {brief(solution.lower)}, more than {shown}", {name: t})
        if solution.upper is not None and solution.upper < claimed.lower:
            shown = brief(claimed.lower)
            raise Counterexample(f"no policy is worth more than {brief(solution.upper)} < {shown}", {name: t})
