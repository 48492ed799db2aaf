"""The solution of a family: pieces with proofs, and what a reader asks of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import dual as checker
from dual.errors import FileError, SolverError, Violation
from dual.families import EMPTY, MOST_PIECES, Piece, require_cover, worst
from dual.functions import polynomial as poly
from dual.functions.varying import End, Function, fixed
from dual.verdict import Grade, Verdict
from dual.words import plain
from transport.programs.parametric import order, value_at

from .cases import Case, joined
from .files import save
from .frozen import Frozen
from .methods import Found
from .table import Table
from .versions import versions
from .views import html_page

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, repr=False)
class FamilySolution:
    """The value and the policy for every value of a parameter, with their proof.

    Attributes
    ----------
    family : Family
        What was asked.
    entries : tuple of mapping
        The pieces as the file has them, with the witnesses in the parameter.
    verdict : Verdict
        What the checker proved of them.
    solver : mapping
        How they were found.
    """

    family: Any
    entries: tuple[Mapping[str, Any], ...]
    verdict: Verdict = field(compare=False)
    solver: Mapping[str, Any] = field(compare=False)

    @classmethod
    def certified(cls, family: Any, entries: Sequence[Mapping[str, Any]], solver: Mapping[str, Any]) -> FamilySolution:
        """Let the checker say what pieces prove.

        Raises
        ------
        SolverError
            If it refuses them.
        """
        grade = worst(entry["grade"] for entry in entries)
        verdict = checker.verify(_document(family, entries, grade, solver))
        if verdict.violation is not None:
            raise SolverError(f"what was found is refused: {verdict.violation}")
        return cls._made(family, entries, verdict, solver)

    @classmethod
    def of(
        cls, family: Any, entries: Sequence[Mapping[str, Any]], pieces: Sequence[Piece], solver: Mapping[str, Any]
    ) -> FamilySolution:
        """The same of pieces that the checker has proven one by one.

        Raises
        ------
        SolverError
            If they leave a hole, or are more than a file may have.
        """
        try:
            require_cover(family.parameter, pieces)
        except Violation as refusal:
            raise SolverError(f"what was found is refused: {refusal}") from None
        if len(pieces) > MOST_PIECES:
            raise SolverError(f"there are {len(pieces):,} pieces; a file may have {MOST_PIECES:,}")
        verdict = Verdict(None, None, worst(piece.grade for piece in pieces), pieces=tuple(pieces))
        return cls._made(family, entries, verdict, solver)

    @classmethod
    def _made(
        cls, family: Any, entries: Sequence[Mapping[str, Any]], verdict: Verdict, solver: Mapping[str, Any]
    ) -> FamilySolution:
        report = Frozen({"method": solver["method"], "versions": versions(), **solver})
        return cls(family, tuple(map(Frozen, entries)), verdict, report)

    @classmethod
    def from_document(cls, family: Any, document: Mapping[str, Any], name: str) -> FamilySolution:
        """Read a solution back; the checker proves its claims first.

        Raises
        ------
        FileError
            If a claim is refused.
        """
        verdict = checker.verify(document)
        if verdict.violation is not None:
            raise FileError(f"{name}: the solution is refused: {verdict.violation}")
        entries: Any = plain(document["pieces"])
        return cls(family, tuple(map(Frozen, entries)), verdict, Frozen(document.get("solver") or {}))

    @property
    def problem(self) -> Any:
        """What was asked."""
        return self.family

    @property
    def grade(self) -> Grade:
        """``exact`` if the bounds agree for every value of the parameter, else what all the pieces are at least."""
        return self.verdict.grade

    @property
    def pieces(self) -> Sequence[Piece]:
        """The pieces of the proof, in order: their ends, bounds and grades."""
        return self.verdict.pieces

    def _piece(self, t: object) -> tuple[Piece, Mapping[str, Any], Fraction]:
        exact = self.family._inside(t)
        for piece, entry in zip(self.pieces, self.entries, strict=True):
            missing = entry.get("open", ())
            left, right = order(piece.start, exact), order(exact, piece.end)
            if (
                left <= 0
                and right <= 0
                and not (left == 0 and "from" in missing)
                and not (right == 0 and "to" in missing)
            ):
                return piece, entry, exact
        raise AssertionError("the pieces cover the interval")

    def lower(self, t: object) -> Fraction | None:
        """The proven lower bound at a value of the parameter.

        Raises
        ------
        InputError
            If the parameter does not go there.
        """
        piece, _, exact = self._piece(t)
        return None if piece.lower is None else value_at(piece.lower, exact)

    def upper(self, t: object) -> Fraction | None:
        """The proven upper bound at a value of the parameter."""
        piece, _, exact = self._piece(t)
        return None if piece.upper is None else value_at(piece.upper, exact)

    def value(self, t: object) -> Fraction | str | None:
        """What is attained at a value of the parameter, exactly: the value itself where the grade is exact.

        Where there is none, the word for it: ``"infeasible"`` or ``"unbounded"``; None where nothing is proven.
        """
        piece, _, _ = self._piece(t)
        if piece.grade in EMPTY:
            return piece.grade
        minimises = self.family.at(t).statement.minimises
        return self.upper(t) if minimises else self.lower(t)

    def at(self, t: object) -> Any:
        """The solution at a value of the parameter, as if only that problem had been asked: policy, tables, picture."""
        piece, entry, exact = self._piece(t)
        problem = self.family.at(exact)
        kind, name = self.family.stated.kind, self.family.parameter.name
        empty, refuting = piece.grade == "infeasible", kind.refutation
        with fixed(name, exact):
            primal, dual = (
                None if entry.get(side) is None else read(entry[side], problem.statement, side)
                for side, read in (("primal", kind.primal), ("dual", refuting if empty else kind.dual))
            )
        method = str(self.solver.get("method"))
        found = Found(primal, dual, method, infeasible=empty, unbounded=piece.grade == "unbounded")
        return problem.solution_class.certified(problem, found).ended(0, None)

    def policy(self, t: object) -> Any:
        """The witness of what is attained at a value of the parameter: the policy, in numbers."""
        return self.at(t).primal

    @cached_property
    def cases(self) -> Sequence[Case]:
        """The value's formula by cases: pieces side by side with the same formula are one."""
        return joined(Case(p.start, p.end, p.lower, p.upper, p.grade, p.open_start, p.open_end) for p in self.pieces)

    @property
    def breakpoints(self) -> Sequence[End]:
        """Where the formula changes, without the ends of the interval: fractions, and roots that are none."""
        return tuple(dict.fromkeys(case.start for case in self.cases[1:]))

    def formula(self) -> str:
        """The value by cases, in plain text."""
        name = self.family.parameter.name
        values = [case.shown for case in self.cases]
        width = max(map(len, values))
        return "\n".join(
            f"{value:<{width}}    if {case.where(name)}" for value, case in zip(values, self.cases, strict=True)
        )

    def latex(self) -> str:
        r"""The value by cases, in LaTeX.

        Examples
        --------
        >>> import suasion
        >>> court = suasion.load("kamenica-gentzkow-2011-prosecutor")
        >>> print(court.family("prior", [1, 0], [0, 1]).solve().latex())
        V(t) = \begin{cases}
        2 t & \text{if } 0 \le t \le \frac{1}{2} \\
        1 & \text{if } \frac{1}{2} \le t \le 1
        \end{cases}
        """
        name = self.family.parameter.name
        rows = [case.latex(name) for case in self.cases]
        return f"V({name}) = \\begin{{cases}}\n" + " \\\\\n".join(rows) + "\n\\end{cases}"

    def table(self) -> Table:
        """The pieces: ends, bounds and grades."""
        rows = [[str(p.start), str(p.end), _text(p.lower), _text(p.upper), p.grade] for p in self.pieces]
        return Table(f"value for every {self.family.parameter.name}", ["from", "to", "lower", "upper", "grade"], rows)

    def tables(self) -> Sequence[Table]:
        """The answer as tables."""
        return [self.table()]

    def document(self) -> dict[str, object]:
        """The content of the solution's file."""
        return _document(self.family, self.entries, self.grade, self.solver)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the solution file, atomically.

        Raises
        ------
        FileError
            If the file cannot be written.
        """
        save(self.document(), path)

    def verify(self) -> Verdict:
        """Have the checker prove every claim once more, from what the file would hold."""
        return checker.verify(self.document())

    def _lines(self) -> list[tuple[str, str]]:
        family, solver = self.family, self.solver
        name = f"{family.name} ({family.kind})" if family.name else family.kind
        return [
            ("problem", f"{name}, {family.parameter.name} from {family.parameter.start} to {family.parameter.end}"),
            ("grade", f"{self.grade}, {len(self.pieces)} piece{'s' if len(self.pieces) != 1 else ''}"),
            ("method", f"{solver.get('method')}, {solver.get('seconds')} s"),
            *([("stopped", str(solver["stopped"]))] if "stopped" in solver else []),
        ]

    def summary(self) -> str:
        """The answer in words and tables, for a terminal."""
        lines = self._lines()
        width = max(len(name) for name, _ in lines)
        return "\n".join(f"{name:<{width}}  {text}" for name, text in lines) + f"\n\nvalue =\n{self.formula()}"

    def __repr__(self) -> str:
        return f"FamilySolution({len(self.pieces)} pieces, grade={self.grade!r})"

    def _repr_html_(self) -> str:
        return html_page(self._lines(), self.tables())

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the value over the parameter, with a mark at each kink.

        Raises
        ------
        SuasionError
            If matplotlib is not installed.
        """
        from .picture import axes

        ax = axes(ax)
        curve: list[tuple[float, float]] = []
        shaded: set[str] = set()
        for piece in self.pieces:
            low, high = (float(end) for end in (piece.start, piece.end))
            if piece.lower is None:
                curve.append((low, float("nan")))
                if piece.grade in EMPTY:
                    ax.axvspan(low, high, color="0.85", label="_" * (piece.grade in shaded) + piece.grade)
                    shaded.add(piece.grade)
                continue
            straight = not isinstance(piece.lower, Function) or (len(piece.lower.top), len(piece.lower.bottom)) == (
                2,
                1,
            )
            for k in range((1 if straight else CURVE) + 1):
                t = Fraction(low + (high - low) * k / (1 if straight else CURVE))
                if not isinstance(piece.lower, Function) or poly.sign(piece.lower.bottom, t):
                    curve.append((float(t), float(value_at(piece.lower, t))))
            if piece.upper is not None and piece.grade != "exact":
                ends = [Fraction(low), Fraction(high)]
                below, above = ([float(value_at(b, t)) for t in ends] for b in (piece.lower, piece.upper))
                ax.fill_between([low, high], below, above, alpha=0.3, linewidth=0)
        ax.plot([t for t, _ in curve], [v for _, v in curve], label=f"value ({self.grade})")
        kinks = [float(end) for end in self.breakpoints]
        valued = [piece for piece in self.pieces if piece.lower is not None]
        at = {float(piece.end): (piece, piece.end) for piece in valued}
        at |= {float(piece.start): (piece, piece.start) for piece in valued}
        marks = [(t, height) for t in kinks if t in at for height in _heights(*at[t])]
        if marks:
            ax.plot(*zip(*marks, strict=True), "o", markersize=5, label="formula changes")
        ax.set_xlabel(self.family.parameter.name)
        ax.set_ylabel("value")
        ax.legend()
        return ax


CURVE = 60
"""Segments in which a curved piece is drawn: the eye sees no corners."""


def _document(
    family: Any, entries: Sequence[Mapping[str, Any]], grade: str, solver: Mapping[str, Any]
) -> dict[str, object]:
    return {
        "format": checker.FORMAT,
        "problem": family.document(),
        "value": None,
        "grade": grade,
        "pieces": plain(entries),
        "solver": plain(solver),
    }


def _heights(piece: Piece, end: End) -> Iterator[float]:
    """The value at an end of a piece; nothing where it has a pole."""
    t = _rational(end)
    if not isinstance(piece.lower, Function) or poly.sign(piece.lower.bottom, t):
        yield float(value_at(piece.lower, t))


def _rational(end: End) -> Fraction:
    return end if isinstance(end, Fraction) else (end.low + end.high) / 2


def _text(bound: Any) -> str | None:
    return None if bound is None else str(bound)
