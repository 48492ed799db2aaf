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
from dual.families import EMPTY, Parameter, read_end, require_cover
from dual.functions.expression import Expression
from dual.functions.varying import Domain, Function, fixed, varying
from dual.judge import prove
from dual.kinds import KINDS
from dual.limits import budget
from dual.numbers.exact import items
from dual.numbers.interval import interval
from dual.statement import fields
from dual.verdict import grade_of
from dual.words import brief, plain

from .family_solution import FamilySolution
from .linear_form import form_of
from .methods import Found
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
    if "pieces" in found:
        _require_whole(parameter, pieces)
    try:
        return _proven(family, pieces)
    except Counterexample as failure:
        return Theorem("refuted", str(failure), failure.point)


def _domain(piece: Mapping[str, Any], where: str, name: str) -> Domain:
    """The part of the interval that a piece is about."""
    start, end = (read_end(piece[side], f"{where}.{side}", name) for side in ("from", "to"))
    missing = items(piece.get("open", []), f"{where}.open", empty=True)
    return Domain(start, end, name, "from" in missing, "to" in missing)


def _require_whole(parameter: Parameter, pieces: Sequence[Mapping[str, Any]]) -> None:
    """Refuse pieces that leave out a value of the parameter."""
    try:
        require_cover(parameter, [_domain(one, f"guess.pieces[{k}]", parameter.name) for k, one in enumerate(pieces)])
    except Violation as refusal:
        raise InputError(f"{refusal}; a single value is a piece from it to itself", "guess.pieces") from None


def settled(problem: Any, guess: Mapping[str, object]) -> Theorem:
    """Prove or refute a guess about a problem whose numbers are all given.

    What was not guessed is looked for by a solve, if a value is to be proven.

    Parameters
    ----------
    problem : Problem
    guess : mapping
        ``primal``, ``dual`` and ``value``.

    Raises
    ------
    InputError
        If the guess is none; the message names the field.
    """
    found = fields(guess, [], ["pieces", "primal", "dual", "value"], "guess")
    if "pieces" in found:
        raise InputError('pieces belong to a problem with a "parameter"', "guess.pieces")
    if not found:
        raise InputError("a policy, a dual or a value is needed", "guess")
    if found.get("value") in EMPTY:
        return _without_value(problem, found, str(found["value"]))
    claimed = _number(found["value"], [], []) if found.get("value") is not None else None
    sides = [side for side in ("primal", "dual") if found.get(side) is not None]
    try:
        primal, dual = _checked(problem, found)
        solution = problem.solution_class.certified(problem, Found(primal, dual, "given"))
        if claimed is not None and len(sides) < 2:
            solution = type(solution).better(solution, problem.solve())
        if claimed is not None:
            _contradicted(claimed, solution, {})
    except Counterexample as failure:
        return Theorem("refuted", str(failure), failure.point)
    except (SolverError, Undecided) as error:
        return Theorem("undecided", str(error))
    except Violation as refusal:
        return Theorem("refuted", str(refusal))
    gap = ""
    low, high = solution.lower, solution.upper
    if claimed is not None and not claimed.lower == low == high == claimed.upper:
        exact = claimed.lower == claimed.upper
        gap = (
            f"what is proven is {_between(low, high)}"
            if exact
            else "an irrational value can be refuted, but not proven"
        )
    elif len(sides) == 2 and low != high:
        gap = f"the policy and the dual prove {_between(low, high)}"
    return Theorem("bounded" if gap else "proven", gap, solution=solution)


def _without_value(problem: Any, guess: Mapping[str, Any], word: str) -> Theorem:
    """Prove that nothing satisfies a problem, or that no bound holds, by the witness given or else by a solve."""
    primal, dual = guess.get("primal"), guess.get("dual")
    if primal is None and dual is None:
        solution = problem.solve()
        if solution.grade != word:
            return Theorem("refuted", f"the problem is not {word}: {_between(solution.lower, solution.upper)}")
        return Theorem("proven", solution=solution)
    refusal = prove(KINDS[problem.kind], problem.statement, primal, dual, word).verdict.violation
    if refusal is not None:
        return Theorem("refuted", refusal)
    found = Found(primal, dual, "given", infeasible=word == "infeasible", unbounded=word == "unbounded")
    return Theorem("proven", solution=problem.solution_class.certified(problem, found))


def _checked(problem: Any, guess: Mapping[str, Any]) -> tuple[object, object]:
    """Both witnesses, completed, once the kind's own check has found nothing wrong with them."""
    kind, statement = KINDS[problem.kind], problem.statement
    primal, dual = guess.get("primal"), guess.get("dual")
    form = form_of(type(problem))
    if dual is not None and form is not None and form.complete is not None:
        dual = form.complete(statement, dual, None)
    for side, witness, read, check in (
        ("primal", primal, kind.primal, kind.lower),
        ("dual", dual, kind.dual, kind.upper),
    ):
        if witness is not None:
            with budget(statement, witness):
                check(statement, read(witness, statement, side))
    return primal, dual


def _between(low: Fraction | None, high: Fraction | None) -> str:
    left, right = ("?" if bound is None else brief(bound) for bound in (low, high))
    return f"value = {left}" if low is not None and low == high else f"{left} <= value <= {right}"


def _number(value: object, variables: Sequence[str], at: Sequence[Any]) -> Any:
    """A guessed value as an interval."""
    return Expression.parse(str(plain(value)), list(variables), "guess.value").enclose(list(at))


def _contradicted(claimed: Any, solution: Any, point: Mapping[str, Fraction]) -> None:
    """Refuse a value that proven bounds contradict, or that a problem without a value is said to have."""
    if solution.grade in EMPTY:
        raise Counterexample(f"the problem is {solution.grade}, so it has no value", point)
    if solution.lower is not None and solution.lower > claimed.upper:
        raise Counterexample(f"a policy is worth {brief(solution.lower)}, more than {brief(claimed.upper)}", point)
    if solution.upper is not None and solution.upper < claimed.lower:
        raise Counterexample(f"no policy is worth more than {brief(solution.upper)} < {brief(claimed.lower)}", point)


def _proven(family: Any, pieces: Sequence[Mapping[str, Any]]) -> Theorem:
    entries = []
    missing = ""
    for k, piece in enumerate(pieces):
        where = f"guess.pieces[{k}]" if len(pieces) > 1 else "guess"
        if piece.get("value") in EMPTY:
            side = "dual" if piece["value"] == "infeasible" else "primal"
            if piece.get(side) is None:
                raise InputError("a proof of that is needed here", f"{where}.{side}")
        elif piece.get("primal") is None or piece.get("dual") is None:
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
    domain, missing = _domain(piece, where, name), list(piece.get("open", []))
    single = domain.reaches[0] if domain.start == domain.end else None
    statement = family.stated.statement(domain) if single is None else family.stated.at(single)
    primal, dual = plain(piece.get("primal")), plain(piece.get("dual"))
    word = str(piece["value"]) if piece.get("value") in EMPTY else ""
    complete = family.completion
    if dual is not None and complete is not None and not word:
        dual = plain(complete(statement, dual, domain if single is None else None))
    with varying(domain) if single is None else fixed(name, single):
        proof = prove(kind, statement, primal, dual, word).verdict
    if proof.violation is not None:
        _refute(family, domain, (primal, dual, word), proof.violation, where)
    entry = {
        "from": domain.start,
        "to": domain.end,
        **({"open": missing} if missing else {}),
        "lower": proof.lower,
        "upper": proof.upper,
        "grade": word or grade_of(proof.lower, proof.upper),
        "primal": primal,
        "dual": dual,
    }
    gap = ""
    if piece.get("value") is not None and not word:
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
        with varying(domain) if domain.start != domain.end else fixed(domain.name, domain.reaches[0]):
            guessed = number(value, f"{where}.value")
    except InputError as error:
        return f"{error}; such a value can be refuted, but not proven: guess it by cases, in pieces"
    for side, bound in (("a policy that attains", proof.lower), ("a dual that proves", proof.upper)):
        if bound is None or bound != guessed:
            return f"{side} {guessed} is missing; " + (
                "no solve contradicts the value" if bound is None else f"the one given is for {bound}"
            )
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


def _refute(family: Any, domain: Domain, guess: tuple[object, object, str], refusal: str, where: str) -> None:
    """Name the inequality that fails at a value of the parameter."""
    primal, dual, word = guess
    if not word:
        _require_readable(family, domain, {"primal": primal, "dual": dual})
    kind, name = family.stated.kind, family.parameter.name
    for t in [*_samples(domain), *_samples(domain, 5 * SAMPLES)]:
        statement = family.stated.at(t)
        with fixed(name, t):
            verdict = prove(kind, statement, primal, dual, word).verdict
        if verdict.violation is not None and not verdict.violation.startswith("dual.squares"):
            raise Counterexample(verdict.violation, {name: t})
    raise Undecided(f"{where}: {refusal}; at single values nothing is wrong, so there may have to be pieces")


def _require_readable(family: Any, domain: Domain, witnesses: Mapping[str, object]) -> None:
    """Name the field of a witness that cannot be read, for the same reason whatever the parameter is."""
    kind = family.stated.kind
    for side, witness in witnesses.items():
        read = kind.primal if side == "primal" else kind.dual
        refusals = {None if witness is None else _unread(family, read, side, witness, t) for t in _samples(domain)}
        if len(refusals) == 1 and None not in refusals:
            raise InputError(str(refusals.pop()))


def _unread(family: Any, read: Any, side: str, witness: object, t: Fraction) -> str | None:
    try:
        statement = family.stated.at(t)
        with fixed(family.parameter.name, t):
            read(witness, statement, side)
    except InputError as error:
        return str(error)
    except (Violation, Undecided):
        return None
    return None


def _samples(domain: Domain, count: int = SAMPLES) -> list[Fraction]:
    low, high = domain.reaches
    if low == high:
        return [low]
    inside = [low + (high - low) * Fraction(k, count) for k in range(1, count)]
    return [*inside, *([] if domain.open_start else [low]), *([] if domain.open_end else [high])]


def _require_value(family: Any, piece: Mapping[str, Any], where: str) -> None:
    """Refuse a value that a solve contradicts at some value of the parameter."""
    if piece.get("value") is None:
        return
    name = family.parameter.name
    text = str(plain(piece["value"]))
    claim = Expression.parse(text, [name], f"{where}.value")
    for t in _samples(_domain(piece, where, name)):
        _contradicted(claim.enclose([interval(t)]), family.at(t).solve(), {name: t})
