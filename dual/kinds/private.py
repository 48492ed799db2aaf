"""Kind ``private-persuasion``: several receivers, finitely many states, private signals.

By beliefs: receiver r may hold the posteriors ``grids[r][k]``; utilities depend on the state and on all posteriors.
With m_s(k1, ..., kn) the mass of state s, every receiver's marginals obey
``m_s(k) = grids[r][k][s] sum_s' m_s'(k)``. Potentials beta with ``sum_s grids[r][k][s] beta[r][k][s] = 0`` and
``utility[s] <= V[s] + sum_r beta[r][k_r][s]`` prove the bound ``prior . V``.

As a game: receiver r chooses among finitely many actions, with payoffs that depend on the own action and the state.
The program over action profiles with obedience constraints (a Bayes correlated equilibrium) has multipliers >= 0 with
``V[s] >= sender[s][a] + sum_r sum_a' multipliers[r][a_r][a'] (payoff_r[s][a_r] - payoff_r[s][a'])``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import product
from operator import mul
from typing import Any

from dual.errors import InputError, Violation
from dual.limits import NUMBERS, steps
from dual.numbers.arrays import Array, read_array
from dual.numbers.exact import brief, distribution, index, items, matrix, number, vector
from dual.proofs.majorant import first_excess
from dual.proofs.obedience import Receiver
from dual.statement import Statement, fields, instance_fields
from dual.verdict import Kind

Vector = tuple[Fraction, ...]
Matrix = tuple[Vector, ...]
Plan = list[dict[tuple[int, ...], Fraction]]


@dataclass(frozen=True, kw_only=True)
class PrivateStatement(Statement):
    """Either grids of posteriors and utilities of them, or the receivers' payoffs and the sender's."""

    kind = "private-persuasion"
    prior: Vector
    grids: tuple[Matrix, ...] | None = None
    utility: tuple[Array, ...] | None = None
    receivers: tuple[Matrix, ...] | None = None
    sender: tuple[Array, ...] | None = None

    @property
    def is_game(self) -> bool:
        """Whether receivers choose actions."""
        return self.receivers is not None

    @property
    def tables(self) -> tuple[Array, ...]:
        """What the sender gets, by state: one table over all receivers' posteriors or actions."""
        return (self.sender if self.is_game else self.utility) or ()

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of posteriors or actions of each receiver."""
        return self.tables[0].shape

    def document(self) -> dict[str, object]:
        """The instance as its file holds it."""
        found = super().document()
        if self.receivers is not None:
            found["receivers"] = [{"payoff": [list(map(str, row)) for row in one]} for one in self.receivers]
        return found


def parse(raw: Mapping[str, object]) -> PrivateStatement:
    """Read a ``private-persuasion`` instance."""
    found, descriptions = instance_fields(raw, ["prior"], ["grids", "utility", "receivers", "sender"])
    prior = distribution(found["prior"], "prior")
    given = {name for name in ("grids", "utility", "receivers", "sender") if name in found}
    if given == {"grids", "utility"}:
        grids = tuple(_grid(one, f"grids[{r}]", len(prior)) for r, one in enumerate(items(found["grids"], "grids")))
        tables = _tables(found["utility"], "utility", len(prior), [len(grid) for grid in grids])
        return PrivateStatement(prior=prior, grids=grids, utility=tables, **_described(descriptions))
    if given == {"receivers", "sender"}:
        receivers = tuple(
            matrix(
                fields(one, ["payoff"], where=f"receivers[{r}]")["payoff"], f"receivers[{r}].payoff", rows=len(prior)
            )
            for r, one in enumerate(items(found["receivers"], "receivers"))
        )
        tables = _tables(found["sender"], "sender", len(prior), [len(one[0]) for one in receivers])
        return PrivateStatement(prior=prior, receivers=receivers, sender=tables, **_described(descriptions))
    raise InputError('either "grids" and "utility" or "receivers" and "sender" are needed', "grids")


def _described(descriptions: dict[str, str | None]) -> dict[str, Any]:
    return dict(descriptions)


def _grid(raw: object, where: str, states: int) -> Matrix:
    return tuple(distribution(point, f"{where}[{k}]", states) for k, point in enumerate(items(raw, where)))


def _tables(raw: Any, where: str, states: int, shape: Sequence[int]) -> tuple[Array, ...]:
    if reduce(mul, shape, states) > NUMBERS:
        raise InputError(f"the table would have more than {NUMBERS} entries", where)
    entries = list(raw) if hasattr(raw, "shape") else items(raw, where, states)
    if len(entries) != states:
        raise InputError(f"there are {len(entries)} tables for {states} states", where)
    return tuple(read_array(table, f"{where}[{s}]", shape) for s, table in enumerate(entries))


def plan(statement: PrivateStatement, raw: object) -> Plan:
    """Read a plan: nonnegative masses that add up to the prior, state by state."""
    states = items(fields(raw, ["plan"], where="primal")["plan"], "primal.plan", len(statement.prior))
    shape = statement.shape
    masses: Plan = []
    for s, (entries, total) in enumerate(zip(states, statement.prior, strict=True)):
        found: dict[tuple[int, ...], Fraction] = {}
        for k, item in enumerate(items(entries, f"primal.plan[{s}]", empty=True)):
            where = f"primal.plan[{s}][{k}]"
            entry = items(item, where, len(shape) + 1)
            cell = tuple(
                index(one, f"{where}[{r}]", bound) for r, (one, bound) in enumerate(zip(entry, shape, strict=False))
            )
            mass = number(entry[-1], f"{where}[{len(shape)}]")
            if mass < 0:
                raise Violation(f"{where}: the mass {brief(mass)} is negative")
            found[cell] = found.get(cell, Fraction(0)) + mass
        placed = sum(found.values(), Fraction(0))
        if placed != total:
            raise Violation(f"the masses in state {s} sum to {brief(placed)}, its probability is {brief(total)}")
        masses.append(found)
    return masses


def marginals(masses: Plan, receiver: int, count: int) -> list[Vector]:
    """For each of a receiver's posteriors or actions the masses by state."""
    found = [[Fraction(0)] * len(masses) for _ in range(count)]
    for s, state in enumerate(masses):
        for cell, mass in state.items():
            found[cell[receiver]][s] += mass
    return [tuple(row) for row in found]


def lower(statement: PrivateStatement, primal: object) -> Fraction:
    """The sender's payoff from an admissible or obedient plan."""
    masses = plan(statement, primal)
    for r, count in enumerate(statement.shape):
        by_state = marginals(masses, r, count)
        if statement.receivers is not None:
            receiver = Receiver(statement.receivers[r])
            steps(count * receiver.size, "looking at every action after every recommendation", receiver.denominator)
            for a, found in enumerate(by_state):
                message = f"receiver {r} told to take action {a} prefers action {{}} ({{}} < {{}}, up to scale)"
                receiver.require_obedience(a, found, message)
        elif statement.grids is not None:
            _admissible(r, by_state, statement.grids[r])
    return sum(
        (table.at(*cell) * mass
         for table, state in zip(statement.tables, masses, strict=True)
         for cell, mass in state.items()),
        Fraction(0),
    )  # fmt: skip


def _admissible(receiver: int, by_state: Sequence[Vector], grid: Matrix) -> None:
    for k, (masses, belief) in enumerate(zip(by_state, grid, strict=True)):
        total = sum(masses, Fraction(0))
        for s, (mass, share) in enumerate(zip(masses, belief, strict=True)):
            if mass != share * total:
                raise Violation(
                    f"receiver {receiver} at posterior {k}: state {s} has mass {brief(mass)}, the posterior asks for "
                    f"{brief(share * total)}"
                )


def upper(statement: PrivateStatement, dual: object) -> Fraction:
    """The bound ``prior . V``, once V and the receivers' terms majorise every table."""
    V, terms = majorants(statement, dual)
    lines = len(statement.tables) * len(statement.tables[0]) // statement.shape[-1]
    steps(100 * lines * len(terms), f"summing the receivers' terms on {lines:,} lines")
    for s, table in enumerate(statement.tables):
        r, c = sides(V[s], [own[s] for own in terms])
        found = first_excess(table, r, c)
        if found is not None:
            refuse(statement, s, found, r[found[0]] + c[found[1]])
    return sum(map(mul, statement.prior, V), Fraction(0))


def refuse(statement: PrivateStatement, state: int, at: tuple[int, int], side: Fraction) -> None:
    """Name the inequality that fails on a line at a place."""
    line, last = at
    cell = [last]
    for count in reversed(statement.shape[:-1]):
        line, k = divmod(line, count)
        cell.insert(0, k)
    table = statement.tables[state]
    name = "sender" if statement.is_game else "utility"
    shown = "".join(f"[{k}]" for k in cell)
    raise Violation(
        f"{name}[{state}]{shown} = {brief(table.at(*cell))} > {brief(side)} = V[{state}] and the receivers' terms there"
    )


def majorants(statement: PrivateStatement, dual: object) -> tuple[Vector, list[list[Vector]]]:
    """Read a dual witness: V, and for each receiver, state and posterior (or action) what is added to V there."""
    states = len(statement.prior)
    if statement.receivers is not None:
        found = fields(dual, ["V", "multipliers"], where="dual")
        weights = items(found["multipliers"], "dual.multipliers", len(statement.receivers))
        terms = [
            _obedience_terms(raw, f"dual.multipliers[{r}]", payoff)
            for r, (raw, payoff) in enumerate(zip(weights, statement.receivers, strict=True))
        ]
    else:
        found = fields(dual, ["V", "beta"], where="dual")
        grids = statement.grids or ()
        betas = items(found["beta"], "dual.beta", len(grids))
        terms = [
            _potential_terms(raw, f"dual.beta[{r}]", grid)
            for r, (raw, grid) in enumerate(zip(betas, grids, strict=True))
        ]
    return vector(found["V"], "dual.V", states), terms


def _potential_terms(raw: object, where: str, grid: Matrix) -> list[Vector]:
    beta = matrix(raw, where, rows=len(grid), columns=len(grid[0]))
    for k, (own, belief) in enumerate(zip(beta, grid, strict=True)):
        mean = sum(map(mul, own, belief), Fraction(0))
        if mean != 0:
            raise Violation(f"{where}[{k}]: the mean of the potential at this posterior is {brief(mean)}, not 0")
    return [tuple(column) for column in zip(*beta, strict=True)]


def _obedience_terms(raw: object, where: str, payoff: Matrix) -> list[Vector]:
    """What obedience earns is taken off V, so that a table entry plus it may not exceed V."""
    weights = matrix(raw, where, rows=len(payoff[0]), columns=len(payoff[0]))
    gains = Receiver(payoff).gains(weights, where)
    return [tuple(-gain for gain in row) for row in zip(*gains, strict=True)]


def sides(V: Fraction, terms: Sequence[Vector]) -> tuple[list[Fraction], Vector]:
    """Row sums over all receivers but the last, in the order of a table's lines, and the last receiver's terms."""
    return [V + sum(combination, Fraction(0)) for combination in product(*terms[:-1])], terms[-1]


def cells(shape: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """All combinations of indices, in the order of a table's entries."""
    return product(*map(range, shape))


def infeasible(statement: PrivateStatement, dual: object) -> None:
    """Refuse unless a direction separates the prior from all posteriors that a receiver may hold."""
    found = fields(dual, ["receiver", "direction"], where="dual")
    if statement.grids is None:
        raise Violation("a game always has an obedient plan")
    r = index(found["receiver"], "dual.receiver", len(statement.grids))
    direction = vector(found["direction"], "dual.direction", len(statement.prior))
    if sum(map(mul, direction, statement.prior), Fraction(0)) >= 0:
        raise Violation("the direction is not negative at the prior")
    for k, belief in enumerate(statement.grids[r]):
        if sum(map(mul, direction, belief), Fraction(0)) < 0:
            raise Violation(f"the direction is negative at posterior {k} of receiver {r}")


KIND = Kind("private-persuasion", parse, lower, upper, infeasible)
