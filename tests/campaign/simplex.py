"""A linear program solved by a plain simplex method in fractions: the campaign's independent oracle.

It shares no code with the solvers and none with the checker. Two phases, a dense tableau, Bland's rule: slow and sure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

Coefficients = Mapping[object, Fraction | int]


@dataclass(frozen=True)
class Row:
    """``sum coefficients[name] x[name]  (<=, =, >=)  side``; the group says what kind of condition it is."""

    group: str
    coefficients: Coefficients
    sense: str
    side: Fraction


@dataclass
class Program:
    """Maximise an objective over x >= 0 (but for the free variables) under rows that belong to named groups."""

    objective: Coefficients
    rows: list[Row] = field(default_factory=list)
    free: set[object] = field(default_factory=set)

    def add(self, group: str, coefficients: Coefficients, sense: str, side: Fraction | int) -> None:
        self.rows.append(Row(group, coefficients, sense, Fraction(side)))

    def without(self, group: str) -> "Program":
        """The same program without the conditions of one group."""
        return Program(self.objective, [row for row in self.rows if row.group != group], self.free)

    @property
    def groups(self) -> list[str]:
        return sorted({row.group for row in self.rows})


@dataclass(frozen=True)
class Outcome:
    """``optimal`` with a value and a solution, ``infeasible`` or ``unbounded``."""

    status: str
    value: Fraction | None = None
    solution: Mapping[object, Fraction] = field(default_factory=dict)


def solve(program: Program) -> Outcome:
    """Solve exactly."""
    names = list(dict.fromkeys([*program.objective, *(name for row in program.rows for name in row.coefficients)]))
    columns = [(name, sign) for name in names for sign in ((1, -1) if name in program.free else (1,))]
    width = len(columns)
    slack = sum(row.sense != "=" for row in program.rows)
    tableau, basis, seen = [], [], 0
    needy: list[int] = []  # rows whose slack cannot start in the basis: they get an artificial variable
    for i, row in enumerate(program.rows):
        line = [Fraction(row.coefficients.get(name, 0)) * sign for name, sign in columns]
        extra = [Fraction(0)] * slack
        if row.sense != "=":
            extra[seen] = Fraction(1 if row.sense == "<=" else -1)
            seen += 1
        line += extra
        side = row.side
        if side < 0:
            line, side = [-entry for entry in line], -side
        tableau.append([*line, side])
        if row.sense != "=" and line[width + seen - 1] > 0:
            basis.append(width + seen - 1)
        else:
            basis.append(width + slack + len(needy))
            needy.append(i)
    total = width + slack
    for i, row in enumerate(tableau):
        row[total:total] = [Fraction(i == k) for k in needy]
    _maximise(tableau, basis, [Fraction(0)] * total + [Fraction(-1)] * len(needy), total + len(needy))
    if any(basis[i] >= total and row[-1] for i, row in enumerate(tableau)):
        return Outcome("infeasible")
    tableau, basis = _drop_artificial(tableau, basis, total)
    objective = [Fraction(program.objective.get(name, 0)) * sign for name, sign in columns] + [Fraction(0)] * slack
    if not _maximise(tableau, basis, objective, total):
        return Outcome("unbounded")
    found: dict[object, Fraction] = dict.fromkeys(names, Fraction(0))
    for row, j in zip(tableau, basis, strict=True):
        if j < width:
            name, sign = columns[j]
            found[name] += sign * row[-1]
    value = sum((Fraction(c) * found[name] for name, c in program.objective.items()), Fraction(0))
    return Outcome("optimal", value, found)


def _drop_artificial(
    tableau: list[list[Fraction]], basis: list[int], total: int
) -> tuple[list[list[Fraction]], list[int]]:
    """Artificial variables that stayed at zero are pivoted out, or their row says nothing and goes."""
    for i in range(len(basis)):
        if basis[i] >= total:
            j = next((j for j in range(total) if tableau[i][j]), None)
            if j is not None:
                _pivot(tableau, basis, i, j)
    keep = [i for i in range(len(basis)) if basis[i] < total]
    return [[*tableau[i][:total], tableau[i][-1]] for i in keep], [basis[i] for i in keep]


def _maximise(tableau: list[list[Fraction]], basis: list[int], objective: Sequence[Fraction], width: int) -> bool:
    """Pivot until no column gains; False if the objective is unbounded. The largest gain first, then Bland's rule."""
    reduced = list(objective)
    for row, j in zip(tableau, basis, strict=True):
        if objective[j]:
            reduced = [r - objective[j] * entry for r, entry in zip(reduced, row, strict=False)]
    steps = 0
    while True:
        gains = [j for j in range(width) if reduced[j] > 0]
        if not gains:
            return True
        steps += 1
        j = gains[0] if steps > 50 else max(gains, key=lambda j: reduced[j])
        ratios = [(row[-1] / row[j], basis[i], i) for i, row in enumerate(tableau) if row[j] > 0]
        if not ratios:
            return False
        i = min(ratios)[2]
        _pivot(tableau, basis, i, j)
        share = reduced[j]
        reduced = [r - share * entry for r, entry in zip(reduced, tableau[i], strict=False)]


def _pivot(tableau: list[list[Fraction]], basis: list[int], i: int, j: int) -> None:
    pivot = tableau[i][j]
    tableau[i] = line = [entry / pivot if entry else entry for entry in tableau[i]]
    for k, row in enumerate(tableau):
        if k != i and row[j]:
            share = row[j]
            tableau[k] = [a - share * b if b else a for a, b in zip(row, line, strict=True)]
    basis[i] = j
