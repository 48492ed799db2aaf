"""Plans under any conditions: a linear program over the pairs that may be used, solved exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from dual.errors import InputError, Violation
from dual.kinds.coupling import kind
from dual.kinds.coupling.statement import Coupling, Potentials, Prices, TransportStatement
from dual.kinds.coupling.worth import ROOT_BITS, Pairs, Points, pairs_of
from dual.numbers.arrays import Array
from transport.programs.effort import Effort
from transport.programs.linear import solve
from transport.programs.program import Basis, Infeasible, LinearProgram, Optimum
from transport.road.methods import Found

ZERO: Final = Fraction(0)
RULE: Final = "the vertex that the simplex method ended in"
MOST_PAIRS: Final = 400_000
"""Programs of more columns take minutes, and their exact basis is out of reach."""


class Form:
    """The program: a column for each pair that may be used, and rows by what they say.

    Parameters
    ----------
    statement : TransportStatement
    """

    def __init__(self, statement: TransportStatement) -> None:
        self.statement = statement
        worth = statement.worth
        n, m = worth.shape
        count = sum(map(len, worth.entries)) if isinstance(worth, Pairs) else n * m
        if count > MOST_PAIRS:
            raise InputError(
                f"{count:,} pairs are too many for a plan under conditions; at most {MOST_PAIRS:,}", "cost"
            )
        self.pairs = list(pairs_of(worth))
        place = {pair: k for k, pair in enumerate(self.pairs)}
        self.rows: list[dict[int, Fraction | int]] = [{} for _ in range(n + m)]
        for k, (i, j) in enumerate(self.pairs):
            self.rows[i][k] = self.rows[n + j][k] = 1
        self.senses = [
            "<=" if most else "=" for most, size in zip(statement.most, (n, m), strict=True) for _ in range(size)
        ]
        self.right: list[Fraction] = [*statement.source, *statement.target]
        self.owners: list[tuple[Any, ...]] = [("source", i) for i in range(n)] + [("target", j) for j in range(m)]
        if statement.mass is not None:
            self._add(("mass",), dict.fromkeys(range(len(self.pairs)), 1), "=", statement.mass)
        for i, j, most in statement.capacity:
            if (i, j) in place:
                self._add(("capacity", i, j), {place[i, j]: 1}, "<=", most)
        for c, condition in enumerate(statement.conditions or ()):
            entries: dict[int, Fraction | int] = {}
            for i, j, a in condition.entries:
                if (i, j) in place:
                    entries[place[i, j]] = entries.get(place[i, j], ZERO) + a
            entries = {k: a for k, a in entries.items() if a}
            equal = condition.lower is not None and condition.lower == condition.upper
            if condition.upper is not None:
                self._add(("condition", c), entries, "=" if equal else "<=", condition.upper)
            if condition.lower is not None and not equal:
                self._add(("condition", c), entries, ">=", condition.lower)
        if statement.martingale is not None:
            self._stay()

    def _stay(self) -> None:
        moves = self.statement.martingale
        if moves is None:
            return
        by_source: dict[int, list[tuple[int, int]]] = {}
        for k, (i, j) in enumerate(self.pairs):
            by_source.setdefault(i, []).append((k, j))
        for i, x in enumerate(moves.source):
            for d in range(len(x)):
                away = {k: moves.target[j][d] - x[d] for k, j in by_source.get(i, [])}
                self._add(("martingale", i, d), {k: step for k, step in away.items() if step}, "=", ZERO)

    def _add(self, owner: tuple[Any, ...], entries: Mapping[int, Fraction | int], sense: str, right: Fraction) -> None:
        self.owners.append(owner)
        self.rows.append(dict(entries))
        self.senses.append(sense)
        self.right.append(right)

    def gains(self) -> list[Fraction]:
        """What a unit of mass gains on each pair; on a distance that is irrational, a bound from below."""
        worth = self.statement.worth
        if isinstance(worth, Points):
            return [-worth.cost(i, j, up=True) for i, j in self.pairs]
        return [worth.at(i, j) or ZERO for i, j in self.pairs]  # a pair that is listed is worth something

    def solve(self, effort: Effort) -> Optimum:
        """The exact optimum, or floats.

        Raises
        ------
        Infeasible, SolverError
        """
        start = effort.start if isinstance(effort.start, Basis) else None
        limit = None if effort.time_limit is None else max(effort.remaining(), 0.0)
        return solve(LinearProgram(self.gains(), self.rows, self.senses, self.right), start=start, time_limit=limit)

    def plan(self, values: Sequence[Fraction]) -> Coupling:
        """The plan that values of the columns are."""
        return Coupling(tuple((*pair, mass) for pair, mass in zip(self.pairs, values, strict=True) if mass))

    def multipliers(self, dual: Prices) -> list[Fraction]:
        """The multipliers of the rows that prices are."""
        limits = {(i, j): w for i, j, w in dual.capacity}
        conditions, slopes = dual.conditions or (), dual.martingale or ()
        found = [*dual.potentials.source, *dual.potentials.target]
        for owner, sense in zip(self.owners[len(found) :], self.senses[len(found) :], strict=True):
            y = ZERO
            if owner[0] == "mass":
                y = dual.mass or ZERO
            elif owner[0] == "capacity":
                y = limits.get(owner[1:], ZERO)
            elif owner[0] == "condition" and conditions:
                y = conditions[owner[1]]
                y = max(y, ZERO) if sense == "<=" else min(y, ZERO) if sense == ">=" else y
            elif owner[0] == "martingale" and slopes:
                y = slopes[owner[1]][owner[2]]
            found.append(y)
        return found

    def prices(self, multipliers: Sequence[Fraction]) -> Prices:
        """The prices that multipliers of the rows are."""
        statement = self.statement
        n, m = len(statement.source), len(statement.target)
        f, g = list(multipliers[:n]), list(multipliers[n : n + m])
        mass: Fraction | None = None
        capacity: list[tuple[Any, ...]] = []
        conditions = [ZERO] * len(statement.conditions or ())
        moves = statement.martingale
        slopes = [[ZERO] * len(moves.source[0]) for _ in range(n)] if moves is not None else []
        for owner, y in zip(self.owners[n + m :], multipliers[n + m :], strict=True):
            if owner[0] == "mass":
                mass = y
            elif owner[0] == "capacity" and y:
                capacity.append((*owner[1:], y))
            elif owner[0] == "condition":
                conditions[owner[1]] += y
            elif owner[0] == "martingale":
                slopes[owner[1]][owner[2]] = y
        return Prices(
            Potentials(tuple(f), tuple(g)),
            mass,
            tuple(capacity),
            tuple(conditions) or None,
            tuple(map(tuple, slopes)) or None,
        )


def solve_conditioned(statement: TransportStatement, effort: Effort) -> Found:
    """Solve the program; where nothing is feasible, prove it, if possible by sources that reach too little."""
    effort.offer(lambda: Found(first_plan(statement), first_prices(statement), "program"))
    form = Form(statement)
    try:
        optimum = form.solve(effort)
    except Infeasible as none:
        refutation = form.prices(none.farkas)
        return Found(None, _hall(statement, refutation) or refutation, "program", infeasible=True)
    count = optimum.iterations + optimum.pivots
    if optimum.exact:
        prices = _above(statement, form.prices(optimum.dual))
        return Found(form.plan(optimum.primal), prices, "program", count, rule=RULE, warm=optimum.basis)
    return Found(None, None, "program", count, claim=optimum.reason)


def first_prices(statement: TransportStatement) -> Prices:
    """Prices that look at the largest gains only: of all pairs, or of each source's."""
    worth, (n, m) = statement.worth, statement.worth.shape
    if isinstance(worth, Array):
        most = [Fraction(max(worth.line(i)), worth.denominator) for i in range(n)]
    elif isinstance(worth, Pairs):
        most = [max(row.values(), default=ZERO) for row in map(worth.row, range(n))]
    else:
        most = [max(-worth.cost(i, j, up=False) for j in range(m)) for i in range(n)]
    loose, mass = statement.most[0], None
    if statement.mass is not None:
        mass, most = max(most), [ZERO] * n
    moves = statement.martingale
    return Prices(
        Potentials(tuple(max(x, ZERO) if loose else x for x in most), (ZERO,) * m),
        mass,
        (),
        (ZERO,) * len(statement.conditions or ()) or None,
        None if moves is None else tuple((ZERO,) * len(x) for x in moves.source),
    )


def first_plan(statement: TransportStatement) -> Coupling:
    """Masses in order, on pairs that no limit and no condition mentions; the checker says whether that is a plan."""
    minded = {(i, j) for i, j, _ in statement.capacity}
    minded |= {(i, j) for one in statement.conditions or () for i, j, _ in one.entries}
    wanted = sum(statement.source, ZERO) if statement.mass is None else statement.mass
    source, target = list(statement.source), list(statement.target)
    plan: list[tuple[int, int, Fraction]] = []
    for i, j in pairs_of(statement.worth):
        moved = min(source[i], target[j], wanted)
        if moved and (i, j) not in minded:
            plan.append((i, j, moved))
            source[i], target[j], wanted = source[i] - moved, target[j] - moved, wanted - moved
        if not wanted:
            break
    return Coupling(tuple(plan))


def _above(statement: TransportStatement, prices: Prices) -> Prices:
    """Prices of distances that are irrational, which the program rounded, raised by as much as that can be."""
    worth = statement.worth
    if not isinstance(worth, Points) or worth.rational:
        return prices
    step = Fraction(1, worth.whole[2] << ROOT_BITS)
    f, g = prices.potentials.source, prices.potentials.target
    return replace(prices, potentials=Potentials(tuple(x + step for x in f), g))


def _hall(statement: TransportStatement, refutation: Prices) -> Prices | None:
    """Sources whose targets take less than they have; by the levels of potentials that prove it."""
    worth = statement.worth
    if not isinstance(worth, Pairs):
        return None
    f = refutation.potentials.source
    for level in sorted({-price for price in f}):
        held = [i for i, price in enumerate(f) if -price >= level]
        reached = {j for i in held for j in worth.entries[i]}
        found = Prices(
            Potentials(
                tuple(Fraction(-(i in set(held))) for i in range(len(f))),
                tuple(Fraction(j in reached) for j in range(worth.shape[1])),
            )
        )
        try:
            kind.infeasible(statement, found)
        except (InputError, Violation):
            continue
        return found
    return None
