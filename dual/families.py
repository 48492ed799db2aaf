"""Families: an instance whose numbers depend on a parameter, and proofs for all its values at once.

An instance of a linear kind may hold expressions in one parameter wherever it holds numbers, and says where the
parameter lies: ``"parameter": {"name": "t", "from": 0, "to": 1}``. A solution lists *pieces*, intervals that cover
[from, to] and share their ends. In each of them the witnesses are those of the kind, with expressions in the parameter;
the kind's own check proves them with numbers that are functions on the piece (:mod:`dual.functions.varying`). So what a
piece claims holds at each of its points, and nothing is interpolated.

An end is a rational, or a root: ``{"root": "2*t**2 - 1", "between": ["7/10", "71/100"]}``. ``"open": ["from"]`` says
that a piece holds without that end, where its witnesses may have poles; a neighbour, or a piece that is the one point,
has to hold there. A piece may also be ``infeasible`` or ``unbounded``, which its one witness
proves at each of its points.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from .errors import InputError, Undecided, Violation
from .functions import polynomial as poly
from .functions.step import FUNCTIONS
from .functions.varying import Domain, End, Function, Mixed, Root, beyond, fixed, varying
from .kinds import kind_of
from .numbers.exact import items, number
from .statement import Statement, fields
from .verdict import Grade, Kind, Proof, Verdict, grade_of
from .words import brief

Prove = Callable[[Kind, Statement, object, object, str], Proof]

MOST_PIECES: Final = 2000
"""Pieces of a solution; a file of less than 100 kB has not so many."""

EMPTY: Final = ("infeasible", "unbounded")
"""Grades of pieces that have no value; a family has such a grade only if none of its pieces has one."""

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z_0-9]{0,30}", re.ASCII)


@dataclass(frozen=True)
class Parameter:
    """A parameter, and the interval from which it is."""

    name: str
    start: Fraction
    end: Fraction

    def document(self) -> dict[str, object]:
        """As files hold it."""
        return {"name": self.name, "from": self.start, "to": self.end}


@dataclass(frozen=True)
class Family:
    """An instance with numbers that depend on a parameter.

    Attributes
    ----------
    instance : mapping
        The instance as its file has it, without the field ``parameter``.
    parameter : Parameter
    kind : Kind
    """

    instance: Mapping[str, object]
    parameter: Parameter
    kind: Kind

    @classmethod
    def read(cls, raw: Mapping[str, object]) -> Family:
        """Read a family, and check that it is one all over its interval.

        Raises
        ------
        InputError
            If the parameter or a field is wrong, also if it is so for some values of the parameter only.
        """
        entry = fields(raw["parameter"], ["name", "from", "to"], where="parameter")
        name = entry["name"]
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name in (*FUNCTIONS, "and", "or", "not"):
            raise InputError("a name of letters and digits is needed here", "parameter.name")
        start, end = (number(entry[side], f"parameter.{side}") for side in ("from", "to"))
        if start >= end:
            raise InputError(f"{brief(end)} does not exceed {brief(start)}", "parameter.to")
        instance = {field: value for field, value in raw.items() if field != "parameter"}
        made = cls(instance, Parameter(name, start, end), kind_of(raw))
        made.statement(Domain(start, end, name))
        return made

    def statement(self, domain: Domain) -> Statement:
        """The instance on a part of the interval, its numbers functions there."""
        if self.kind.lacks is None:  # before it is read: its readers do not know functions
            raise InputError(
                f"no families are known of kind {self.kind.name}; a parameter needs a problem that is a linear program",
                "parameter",
            )
        try:
            with varying(domain):
                statement: Statement = self.kind.statement(self.instance)
        except Mixed as mixed:
            for t in mixed.points:
                self.at(t)
            raise InputError(str(mixed)) from None
        except InputError as error:
            try:
                found = self.at(domain.inside)
            except InputError:
                raise error from None
            self._require_known(found)  # a form without families has readers that do not know functions
            raise
        self._require_known(statement)
        return statement

    def _require_known(self, statement: Statement) -> None:
        """Refuse a problem of a form that has no families."""
        if self.kind.lacks is not None and (missing := self.kind.lacks(statement)):
            said = f"no families are known of this problem of kind {self.kind.name}, only with {missing}"
            raise InputError(said, "parameter")

    def at(self, t: Fraction) -> Statement:
        """The instance at a value of the parameter."""
        try:
            with fixed(self.parameter.name, t):
                found: Statement = self.kind.statement(self.instance)
                return found
        except InputError as error:
            raise InputError(f"{error} (at {self.parameter.name} = {brief(t)})") from None

    def document(self) -> dict[str, object]:
        """The instance as its file holds it."""
        return {**self.instance, "parameter": self.parameter.document()}

    def same(self, other: object) -> bool:
        """Whether another family asks the same question."""
        if not isinstance(other, Family) or self.parameter != other.parameter:
            return False
        whole = Domain(self.parameter.start, self.parameter.end, self.parameter.name)
        return self.statement(whole) == other.statement(whole)


@dataclass(frozen=True)
class Piece:
    """What is proven on a part of the interval; bounds are functions of the parameter, numbers where constant."""

    start: End
    end: End
    lower: Any
    upper: Any
    grade: Grade
    open_start: bool = False
    open_end: bool = False

    def __str__(self) -> str:
        bounds = ["?" if bound is None else str(bound) for bound in (self.lower, self.upper)]
        value = bounds[0] if self.grade == "exact" else f"in [{', '.join(bounds)}]"
        value = self.grade if self.grade in EMPTY else value
        left, right = "(" if self.open_start else "[", ")" if self.open_end else "]"
        place = f"at {self.start}" if self.start == self.end else f"on {left}{self.start}, {self.end}{right}"
        return f"{value} {place}"


def verified(claim: Mapping[str, object], problem: Mapping[str, object] | None, prove: Prove) -> Verdict:
    """Check a solution of a family; ``prove`` is what checks a pair of witnesses."""
    found = fields(claim, ["format", "problem", "grade", "pieces"], ["value", "solver"])
    raw = found["problem"]
    try:
        family = Family.read(raw if isinstance(raw, Mapping) else {})
    except InputError as error:
        raise InputError(str(error), "problem") from None
    if problem is not None and not ("parameter" in problem and family.same(Family.read(problem))):
        return Verdict(None, None, "unproven", "the solution answers another question than the given instance")
    pieces: list[Piece] = []
    try:
        spans = [
            _span(family, one, f"pieces[{k}]")
            for k, one in enumerate(items(found["pieces"], "pieces"))
            if k < MOST_PIECES or _too_many()
        ]
        require_cover(family.parameter, spans)
        for k, (raw_piece, span) in enumerate(zip(items(found["pieces"], "pieces"), spans, strict=True)):
            pieces.append(_piece(family, raw_piece, span, f"pieces[{k}]", prove))  # type: ignore[arg-type]
        grade = worst(piece.grade for piece in pieces)
        if found["grade"] != grade:
            raise Violation(f'grade "{str(found["grade"])[:20]}" is claimed, but the pieces are {grade}')
    except (Violation, InputError, Undecided) as refusal:
        return Verdict(None, None, "unproven", str(refusal), pieces=tuple(pieces))
    return Verdict(None, None, grade, pieces=tuple(pieces))


def _too_many() -> bool:
    raise Undecided(f"at most {MOST_PIECES:,} pieces are read")


def worst(grades: Iterable[Grade]) -> Grade:
    """The grade of a family: the worst of those of its pieces that have a value, if one has."""
    order: tuple[Grade, ...] = (*EMPTY, "exact", "bounded", "unproven")
    return max(grades, key=order.index)


def read_end(raw: object, where: str, name: str) -> End:
    """Read an end of a piece: a rational, or a root of a polynomial with the rationals it lies between."""
    if not isinstance(raw, Mapping):
        return number(raw, where)
    entry = fields(raw, ["root", "between"], where=where)
    low, high = (number(one, f"{where}.between[{k}]") for k, one in enumerate(items(entry["between"], where, 2)))
    if low >= high:
        raise InputError(f"{brief(high)} does not exceed {brief(low)}", f"{where}.between[1]")
    with varying(Domain(low, high, name)):
        function: object = number(entry["root"], f"{where}.root")
    if not isinstance(function, Function) or len(function.bottom) > 1:
        raise InputError(f"a polynomial in {name} is needed here", f"{where}.root")
    simple = poly.squarefree(function.top)
    if not (poly.sign(simple, low) and poly.sign(simple, high)) or len(poly.roots(simple, low, high)) != 1:
        raise InputError("the polynomial has not exactly one root between the two numbers", f"{where}.root")
    return Root(simple, low, high, name)


def _span(family: Family, raw: object, where: str) -> Domain:
    """The part of the interval that a piece is about."""
    entry = fields(raw, ["from", "to", "grade"], ["lower", "upper", "primal", "dual", "open"], where)
    start, end = (read_end(entry[side], f"{where}.{side}", family.parameter.name) for side in ("from", "to"))
    missing = items(entry.get("open", []), f"{where}.open", empty=True)
    if any(side not in ("from", "to") for side in missing):
        raise InputError('a piece is open at "from", at "to" or at both', f"{where}.open")
    if start == end and (isinstance(start, Root) or missing):
        raise InputError("a piece of one point is a rational, and has it", where)
    if start != end and beyond(start, True) >= beyond(end, False):
        raise InputError("it does not exceed the other end, or the intervals of the ends overlap", f"{where}.to")
    return Domain(start, end, family.parameter.name, "from" in missing, "to" in missing)


def require_cover(parameter: Parameter, spans: Sequence[Domain | Piece]) -> None:
    """Refuse pieces that leave a hole; each end belongs to a piece that has it."""
    if spans[0].start != parameter.start or spans[-1].end != parameter.end:
        raise Violation(f"the pieces do not reach from {brief(parameter.start)} to {brief(parameter.end)}")
    for k, (left, right) in enumerate(pairwise(spans)):
        if left.end != right.start:
            raise Violation(f"pieces[{k + 1}] begins at {right.start}, but pieces[{k}] ends at {left.end}")
        if left.open_end and right.open_start:
            raise Violation(f"neither pieces[{k}] nor pieces[{k + 1}] has the end {left.end} that they share")
    if spans[0].open_start or spans[-1].open_end:
        raise Violation("an end of the interval belongs to no piece")


def proven(family: Family, raw: Mapping[str, object], where: str, prove: Prove) -> Piece:
    """A single piece, once its witnesses prove all that it claims.

    Raises
    ------
    Violation, Undecided, InputError
        If they do not.
    """
    return _piece(family, raw, _span(family, raw, where), where, prove)


def _piece(family: Family, raw: Mapping[str, object], span: Domain, where: str, prove: Prove) -> Piece:
    """What the witnesses of a piece prove, once it is all that the piece claims."""
    name, single = family.parameter.name, span.start if span.start == span.end else None
    try:
        statement = family.at(single) if isinstance(single, Fraction) else family.statement(span)
        with fixed(name, single) if isinstance(single, Fraction) else varying(span):
            verdict = prove(family.kind, statement, raw.get("primal"), raw.get("dual"), str(raw["grade"])).verdict
            refusal = verdict.violation or _unproven(raw, verdict)
    except Mixed as mixed:
        refusal, verdict = str(mixed), Verdict(None, None, "unproven")
    if refusal is not None:
        raise Violation(f"{where}: {_pointed(family, raw, span, prove) or refusal}")
    return Piece(span.start, span.end, verdict.lower, verdict.upper, verdict.grade, span.open_start, span.open_end)


def _unproven(claim: Mapping[str, object], proof: Verdict) -> str | None:
    """The first claim of a piece that its witnesses do not prove."""
    low, high = (number(claim[side], side) if claim.get(side) is not None else None for side in ("lower", "upper"))
    if low is not None and (proof.lower is None or proof.lower < low):
        return f"lower = {brief(low)} is not proven; what is proven is {_shown(proof.lower)}"
    if high is not None and (proof.upper is None or proof.upper > high):
        return f"upper = {brief(high)} is not proven; what is proven is {_shown(proof.upper)}"
    grade = proof.grade if proof.grade in EMPTY else grade_of(low, high)
    if claim["grade"] != grade:
        return f'grade "{str(claim["grade"])[:20]}" is claimed, but the claimed bounds are {grade}'
    return None


def _shown(bound: Fraction | None) -> str:
    return "nothing" if bound is None else brief(bound)


def _pointed(family: Family, raw: Mapping[str, object], span: Domain, prove: Prove) -> str | None:
    """The inequality that fails, with its numbers, at some point of a piece that is refused; None if none is found."""
    low, high = beyond(span.start, True), beyond(span.end, False)
    for k in (*range(1, 16), *[0] * (not span.open_start), *[16] * (not span.open_end)):
        t = low + (high - low) * k / 16
        try:
            with fixed(family.parameter.name, t):
                verdict = prove(
                    family.kind, family.at(t), raw.get("primal"), raw.get("dual"), str(raw["grade"])
                ).verdict
                refusal = verdict.violation or _unproven(raw, verdict)
        except (Violation, InputError, Undecided) as error:
            refusal = str(error)
        if refusal is not None and not refusal.startswith("dual.squares"):  # proofs for all of them at once
            return f"at {family.parameter.name} = {brief(t)}: {refusal}"
    return None
