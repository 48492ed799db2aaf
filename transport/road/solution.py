"""Solution: the proven end of the road, and what a reader asks of it next."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Generic, Self, TypeVar

import dual as checker
from dual.checker import examine
from dual.errors import FileError
from dual.judge import prove
from dual.kinds import KINDS
from dual.numbers.decimals import spelled
from dual.numbers.exact import nearest_double
from dual.verdict import Grade, grade_of
from dual.words import brief, plain
from transport.programs.arrays import Floats

from .files import save
from .frozen import Frozen, frozen
from .methods import Found
from .picture import compact
from .problem import Problem
from .rounding import short
from .sweep import Sweep, sweep
from .table import Table
from .versions import versions
from .views import Node, arrays_of, graph_of, html_page, shortened

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes


DECIDED: Final = ("infeasible", "unbounded")
"""Grades of proofs that there is no value; no pair of bounds is better."""

P_co = TypeVar("P_co", bound=Problem[Any, Any], covariant=True)


@dataclass(frozen=True, repr=False)
class Solution(Generic[P_co]):
    """An answer with its proof.

    Attributes
    ----------
    problem : Problem
        What was asked.
    primal, dual : Witness or None
        The exact witnesses, with the fields of the file: what is attained, and what bounds it (or proves that nothing
        is feasible).
    lower, upper : Fraction or None
        The bounds that the witnesses prove.
    grade : {"exact", "bounded", "unproven", "infeasible", "unbounded"}
        How much is proven.
    solver : mapping
        How the answer was found: method, versions, seconds, iterations, claim, and which rule picked this optimum.
    """

    problem: P_co
    primal: Any
    dual: Any
    lower: Fraction | None
    upper: Fraction | None
    grade: Grade
    solver: Mapping[str, Any] = field(compare=False)
    warm: Any = field(default=None, compare=False, repr=False)

    @classmethod
    def certified(cls, problem: Problem[Any, Any], found: Found) -> Self:
        """Let the checker say what a pair of witnesses proves; a witness it refuses is dropped, and that is said."""
        kind = problem.quick_check or KINDS[problem.kind]
        primal = None if found.infeasible else found.primal
        dual = None if found.unbounded else found.dual
        claimed = "infeasible" if found.infeasible else "unbounded" if found.unbounded else ""
        proof = prove(kind, problem.statement, primal, dual, claimed)
        verdict = proof.verdict
        provenance: dict[str, object] = {
            "method": found.method,
            "versions": versions(),
            "seconds": None,
            "iterations": found.iterations,
            "claim": found.claim,
        }
        if found.rule:
            provenance["rule"] = found.rule
        if problem.snapped:
            provenance["snapped"] = list(problem.snapped)
        if problem.quick_check is not None:
            provenance["accelerated"] = True
        if verdict.violation is not None:
            provenance["refused"] = verdict.violation
        return cls(
            problem=problem,  # type: ignore[arg-type]
            primal=frozen(proof.primal),
            dual=frozen(proof.dual),
            lower=short(verdict.lower, verdict.grade, up=False),
            upper=short(verdict.upper, verdict.grade, up=True),
            grade=verdict.grade,
            solver=Frozen(provenance),
            warm=found.warm,
        )

    @staticmethod
    def better(old: Solution[P_co], new: Solution[P_co]) -> Solution[P_co]:
        """The better sides of two answers to one problem; what the solver says is the newer one's."""
        if new.grade in DECIDED or old.grade in DECIDED:
            return new if new.grade in DECIDED else old
        low = new if old.lower is None or (new.lower is not None and new.lower >= old.lower) else old
        high = new if old.upper is None or (new.upper is not None and new.upper <= old.upper) else old
        if low is high is new:
            return new
        solver = {**new.solver, "claim": new.solver.get("claim") if low is not high else old.solver.get("claim")}
        if low is high:
            solver = dict(old.solver)
        attained, bounded = (high, low) if new.problem.statement.minimises else (low, high)
        return replace(
            new,
            primal=attained.primal,
            dual=bounded.dual,
            lower=low.lower,
            upper=high.upper,
            grade=grade_of(low.lower, high.upper),
            solver=Frozen(solver),
        )

    def ended(self, seconds: float, stopped: str | None) -> Self:
        """The same answer with what the caller waited for it, and what stopped the search."""
        solver = {**self.solver, "seconds": round(seconds, 6)}
        if stopped is not None and self.grade not in ("exact", *DECIDED):
            solver["stopped"] = stopped
        return replace(self, solver=Frozen(solver))

    @property
    def value(self) -> float | str | None:
        """The double nearest to the bound that is attained: ``lower``, or ``upper`` where the objective is minimised.

        Its exact text if it overflows a double, None without such a bound.
        """
        attained = self.upper if self.problem.statement.minimises else self.lower
        return None if attained is None else nearest_double(attained)

    def document(self) -> dict[str, object]:
        """The content of the solution's file."""
        return {
            "format": checker.FORMAT,
            "problem": self.problem.document(),
            "value": self.value,
            "lower": spelled(self.lower),
            "upper": spelled(self.upper),
            "grade": self.grade,
            "primal": plain(self.primal),
            "dual": plain(self.dual),
            "solver": plain(self.solver),
        }

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the solution file, atomically; large arrays go into an ``.npz`` of the same name beside it.

        Raises
        ------
        FileError
            If the file cannot be written.
        """
        save(self.document(), path)

    def __repr__(self) -> str:
        value = self._value_line()
        return f"{type(self).__name__}(value={shortened(value, 100)}, grade={self.grade!r})"

    def __getstate__(self) -> dict[str, Any]:
        """What a copy or another process needs; whatever was derived is derived again."""
        return {entry.name: getattr(self, entry.name) for entry in fields(self)}

    def _repr_html_(self) -> str:
        """For notebooks: the summary, with its tables."""
        return html_page(self._lines(), [table for table in self.tables() if table.rows])

    def arrays(self) -> dict[str, Floats]:
        """The witnesses in floats.

        Returns
        -------
        dict of numpy.ndarray
            One array for each field of the primal and the dual witness that holds numbers, by its name in the file,
            ``"signals.joint"`` for a field of a list's entries; axes are those of the file, and masses that are listed
            by their indices make a full array; a table for each player gives ``"multipliers[0]"`` and so on. A witness
            that there is not gives none.
        """
        return {**arrays_of(self.primal, self.problem.statement), **arrays_of(self.dual, self.problem.statement)}

    def to_numpy(self) -> dict[str, Floats]:
        """The same as :meth:`arrays`, under NumPy's name."""
        return self.arrays()

    def to_pandas(self, exact: bool = False) -> dict[str, pandas.DataFrame]:
        """The tables as data frames, by title; floats unless exact numbers are asked for.

        Raises
        ------
        SuasionError
            If pandas is not installed.
        """
        return {table.title: table.to_pandas(exact) for table in self.tables() if table.rows}

    def to_latex(self, caption: str | None = None, label: str | None = None) -> str:
        """All tables in LaTeX, one after the other.

        Parameters
        ----------
        caption : str, optional
            Makes every table float under its title, with this sentence behind it.
        label : str, optional
            What the first is called; the others get ``-2``, ``-3``, ...
        """
        found = []
        for k, table in enumerate((table for table in self.tables() if table.rows), start=1):
            text = None if caption is None else f"{table.title[:1].upper()}{table.title[1:]}. {caption}".strip()
            found.append(table.latex(text, label and (label if k == 1 else f"{label}-{k}")))
        return "\n\n".join(found)

    def to_networkx(self) -> Any:
        """The answer as a graph of networkx, for the kinds whose answers are one; numbers are exact.

        Returns
        -------
        networkx.Graph
            Who or what is joined, with the attributes that the kind's ``edges`` give.

        Raises
        ------
        SuasionError
            If networkx is not installed, or an answer of this kind is no graph.
        """
        return graph_of(self.edges(), self.problem.kind)

    def edges(self) -> Iterable[tuple[Node, Node, Mapping[str, Any]]]:
        """What the answer joins: pairs of (side, name), with attributes; empty where an answer is no graph."""
        return ()

    @property
    def policy(self) -> str:
        """The answer in one short line, for a table of many; empty where there is none."""
        return ""

    def linear_program(self) -> Any:
        """The same answer to the linear program that the problem is, written out: columns, rows, values and prices.

        Its checker proves it once more by other code, and :meth:`~transport.LinearProgramSolution.vipr` writes it for
        the public checkers of VIPR.

        Raises
        ------
        SuasionError
            If problems of this kind are not stated as linear programs.
        """
        raise checker.SuasionError(f"a problem of kind {self.problem.kind} is not written out as a linear program")

    def verify(self) -> checker.Verdict:
        """Have the checker prove every claim once more, from what the file would hold."""
        return checker.verify(self.document())

    def tables(self) -> Sequence[Table]:
        """The answer as tables, with labels."""
        return ()

    @property
    def why(self) -> str:
        """Why nothing satisfies the problem, in words; empty unless that is what is proven."""
        return ""

    def facts(self) -> Iterable[tuple[str, str]]:
        """Further lines of the summary: a name and a value."""
        return ()

    def summary(self) -> str:
        """The answer in words and tables, for a terminal; long tables are cut, :meth:`tables` has them whole."""
        lines = self._lines()
        width = max(len(name) for name, _ in lines)
        head = "\n".join(f"{name:<{width}}  {text}" for name, text in lines)
        return "\n\n".join([head, *(table.cut().text() for table in self.tables() if table.rows)])

    def _lines(self) -> list[tuple[str, str]]:
        lines = [
            ("problem", f"{self.problem.name} ({self.problem.kind})" if self.problem.name else self.problem.kind),
            ("value", self._value_line()),
            ("grade", self.grade),
            ("method", f"{self.solver.get('method')}, {self.solver.get('seconds')} s"),
            *([("stopped", str(self.solver["stopped"]))] if "stopped" in self.solver else []),
            *([("why", self.why)] if self.why else []),
            *self.facts(),
        ]
        if self.solver.get("claim") is not None:
            lines.append(("solver claims", f"{self.solver['claim']} (unproven)"))
        if self.solver.get("refused"):
            lines.append(("refused", str(self.solver["refused"])))
        return lines + [("read as", note) for note in self.solver.get("snapped", ())]

    def _value_line(self) -> str:
        if self.grade == "infeasible":
            return "none: nothing satisfies the problem"
        if self.grade == "unbounded":
            return "none: what is feasible is better than any bound"
        if self.lower is not None and self.lower == self.upper:
            return f"{brief(self.lower)} = {self.value}" if self.lower.denominator > 1 else brief(self.lower)
        low = "?" if self.lower is None else f"{nearest_double(self.lower)}"
        high = "?" if self.upper is None else f"{nearest_double(self.upper)}"
        gap = "" if self.lower is None or self.upper is None else f"  (gap {float(self.upper - self.lower):.2g})"
        return f"in [{low}, {high}]{gap}"

    @property
    def headline(self) -> str:
        """The value in the few words that a picture has room for."""
        if self.lower is None or self.upper is None:
            return "nothing is proven" if self.grade != "infeasible" else "nothing satisfies the problem"
        if self.lower == self.upper:
            return f"value {compact(self.lower)}"
        return f"value in [{float(self.lower):.6g}, {float(self.upper):.6g}]"

    def references(self) -> Mapping[str, float]:
        """What else the value may be held against, by name; a curve shows them as lines of their own."""
        return {}

    def value_curve(
        self,
        parameter: str | Mapping[str, Iterable[object] | None] = "prior",
        values: Iterable[object] | None = None,
        **options: Any,
    ) -> Sweep[Self]:
        """Value and policy as a parameter varies, each solve warm-started from the one before.

        Parameters
        ----------
        parameter : str or mapping
            A field, or an entry of one: ``"prior"``, ``"sender[0][1]"``, ``"cost.entropy"``; or several, each with its
            values, for all combinations of which the problem is solved.
        values : iterable, optional
            What the parameter takes in turn. For the prior of a two-state problem a number p means (1-p, p), and
            the default is 0, 1/20, ..., 1.
        **options
            ``method``, ``time_limit``, ``progress`` and ``executor`` as in :func:`~transport.road.sweep.sweep`.

        Returns
        -------
        Sweep
            The solutions in order, with ``table()`` and ``plot()``.

        Raises
        ------
        InputError
            If there is no such parameter, or a value is not valid for it.
        """
        return sweep(self.problem, parameter, values, start=self, **options)

    def plot(self, ax: Axes | None = None) -> Axes:  # noqa: ARG002 (for the kinds that draw)
        """Draw the answer; see the kind's own class for what is drawn.

        Raises
        ------
        SuasionError
            If matplotlib (the extra ``plot``) is not installed, or this kind or size has no picture.
        """
        raise checker.SuasionError(f"no picture is known for kind {self.problem.kind}")


def _floats(value: Any) -> Any:
    """Numbers in a solver's report are measurements, read back as floats."""
    if isinstance(value, Mapping):
        return {key: _floats(item) for key, item in value.items()}
    return float(value) if isinstance(value, Fraction) else value


def load(
    document: Mapping[str, Any], problem_class: Callable[[str], type[Problem[Any, Any]]], name: str
) -> Solution[Any]:
    """Read a solution back; the checker proves its claims first.

    Parameters
    ----------
    document : mapping
        The content of the solution's file.
    problem_class : callable
        The problem class of a kind.
    name : str
        What the file is called in errors.

    Raises
    ------
    FileError
        If a claim is refused.
    """
    proof = examine(document)
    verdict = proof.verdict
    if verdict.violation is not None:
        raise FileError(f"{name}: the solution is refused: {verdict.violation}")
    problem = problem_class(proof.statement.kind).from_statement(proof.statement)
    found: Solution[Any] = problem.solution_class(
        problem=problem,
        primal=frozen(proof.primal),
        dual=frozen(proof.dual),
        lower=short(verdict.lower, verdict.grade, up=False),
        upper=short(verdict.upper, verdict.grade, up=True),
        grade=verdict.grade,
        solver=Frozen(_floats(document.get("solver") or {})),
    )
    return found
