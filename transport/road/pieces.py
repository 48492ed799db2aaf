"""The pieces of a family: parts of the interval on which one basis stays optimal, with what it proves there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

from dual.errors import SolverError, Violation
from dual.families import Family
from dual.functions.varying import Domain, End, Root, beyond, varying
from dual.verdict import Grade, Kind, grade_of
from dual.words import brief, plain
from transport.programs.effort import Effort
from transport.programs.parametric import Tracing, order
from transport.programs.rounding import simplest_between

from .along import Along, Witnesses, along
from .linear_form import Form

SHARES: Final = tuple(
    (Fraction(share, 1009), Fraction(1, width))
    for width in (20, 1000)
    for share in (535, 313, 719, 131, 887, 211, 433, 653)
)
"""Where in a part of the interval a basis is looked for, in turn, and how far on for the sake of a short number: a
point at which pieces meet has no basis around it."""


@dataclass(frozen=True)
class Found:
    """A piece before it is checked."""

    domain: Domain
    primal: object = None
    dual: object = None
    lower: object = None
    upper: object = None
    grade: Grade | None = None

    def document(self) -> dict[str, object]:
        """As it stands in a file."""
        domain = self.domain
        sides = (("from", domain.open_start), ("to", domain.open_end))
        missing = [side for side, is_open in sides if is_open and self.grade != "unproven"]
        found = {
            "from": domain.start,
            "to": domain.end,
            **({"open": missing} if missing else {}),
            "lower": self.lower,
            "upper": self.upper,
            "grade": self.grade,
            "primal": self.primal,
            "dual": self.dual,
        }
        return plain(found)  # type: ignore[return-value]


class Search:
    """The pieces of a family, found one by one.

    Parameters
    ----------
    stated : Family
        As the checker reads it.
    form : Form
        What finds its witnesses.
    effort : Effort
        How long it may take; each piece is offered to its incumbent, which has it proven.
    """

    def __init__(self, stated: Family, form: Form, effort: Effort) -> None:
        self.stated, self.form, self.effort = stated, form, effort
        self.whole = Domain(stated.parameter.start, stated.parameter.end, stated.parameter.name)
        self.bases = 0

    @cached_property
    def along(self) -> Along:
        """The family, to be looked at from points."""
        return along(self.stated, self.whole, self.form, self.effort)

    def run(self) -> None:
        """Offer pieces, which cover the interval if there is time for all."""
        found: list[Found] = []
        work: list[tuple[End, End]] = [(self.whole.start, self.whole.end)]
        while work and not self.effort.exhausted():
            start, end = work.pop()
            piece = self._inside(start, end)
            self.effort.offer(piece)
            found.append(piece)
            if order(start, piece.domain.start) < 0:
                work.append((start, piece.domain.start))
            if order(piece.domain.end, end) < 0:
                work.append((piece.domain.end, end))
            self.effort.tell(f"{len(found)} pieces, {len(work)} parts to look at")
        found.sort(key=place)
        for end in open_ends(self.whole, [piece.domain for piece in found]):
            if self.effort.exhausted():
                break
            self.effort.offer(self._point(end))

    def _inside(self, start: End, end: End) -> Found:
        """A piece of a part of the interval."""
        low, high = beyond(start, True), beyond(end, False)
        rough: Found | None = None
        for share, width in SHARES:
            t = simplest_between(low + (high - low) * share, low + (high - low) * (share + width))
            piece = self._around(t, start, end)
            if piece is None or piece.domain.start == piece.domain.end:
                continue
            if piece.grade != "bounded":
                return piece
            # Where the largest of several numbers changes, the point's choice may be that of the other side.
            rough = piece
        if rough is not None:
            return rough
        raise SolverError(f"no basis stays optimal near {brief(t)}")

    def _around(self, t: Fraction, start: End, end: End) -> Found | None:
        """What is optimal at a point proves around it; None if that is so at the point alone."""
        found, self.bases = self.along.around(t), self.bases + 1
        trace = Tracing(t, self.whole.name)
        try:
            with varying(trace):
                statement = self.stated.kind.statement(self.stated.instance)
                bounds = _bounds(statement, self.stated.kind, found)
        except Violation:
            # Where pieces meet, a vertex may satisfy equations that hold at the point only.
            return None
        return Found(trace.reach(start, end), found.primal, found.dual, *bounds)

    def _point(self, end: End) -> Found:
        """The optimum at one value of the parameter."""
        if isinstance(end, Root):
            raise SolverError(f"both neighbours of the irrational parameter {end} have poles there")
        found = self.along.only(end)
        try:
            bounds = _bounds(self.stated.at(end), self.stated.kind, found)
        except Violation as refusal:
            raise SolverError(f"an optimum was refused: {refusal}") from None
        return Found(Domain(end, end, self.whole.name), found.primal, found.dual, *bounds)


def place(piece: Found) -> tuple[Fraction, bool]:
    """What puts pieces in order: a point comes before what begins there."""
    domain = piece.domain
    return beyond(domain.start, False), domain.start != domain.end


def open_ends(whole: Domain, spans: Sequence[Domain]) -> Iterator[End]:
    """The ends that no part has though parts come up to them; what lies between parts is not looked at."""
    if spans and spans[0].start == whole.start and spans[0].open_start:
        yield whole.start
    for left, right in pairwise(spans):
        if left.end == right.start and left.open_end and right.open_start:
            yield left.end
    if spans and spans[-1].end == whole.end and spans[-1].open_end:
        yield whole.end


def filled(whole: Domain, pieces: Sequence[Found]) -> Iterator[Found]:
    """Pieces in order, and between them unproven ones: together they cover the interval."""
    reached, missing = whole.start, True
    for piece in sorted(pieces, key=place):
        start = piece.domain.start
        if order(reached, start) < 0:
            yield Found(Domain(reached, start, whole.name), grade="unproven")
        elif missing and piece.domain.open_start:
            if isinstance(reached, Root):  # no piece is an irrational point, so this one is left out, too
                continue
            yield Found(Domain(reached, reached, whole.name), grade="unproven")
        yield piece
        reached, missing = piece.domain.end, piece.domain.open_end
    if missing or order(reached, whole.end) < 0:
        yield Found(Domain(reached, whole.end, whole.name), grade="unproven")


def _bounds(statement: Any, kind: Kind, found: Witnesses) -> tuple[Any, Any, Grade]:
    """What witnesses prove, by the kind's own check: two bounds and their grade."""
    if found.grade == "infeasible":
        if kind.infeasible is None:
            raise SolverError(f"a problem of kind {kind.name} is never infeasible")
        kind.infeasible(statement, kind.refutation(found.dual, statement, "dual"))
        return None, None, "infeasible"
    if found.grade == "unbounded":
        if kind.unbounded is None:
            raise SolverError(f"a problem of kind {kind.name} is never unbounded")
        kind.unbounded(statement, kind.primal(found.primal, statement, "primal"))
        return None, None, "unbounded"
    low = kind.lower(statement, kind.primal(found.primal, statement, "primal"))
    high = kind.upper(statement, kind.dual(found.dual, statement, "dual"))
    low, high = (-high, -low) if statement.minimises else (low, high)
    return low, high, grade_of(low, high)
