"""Menus for finitely many types of buyers: what they earn, and what no menu exceeds.

Type k believes ``prior_k`` and has payoffs ``u_k``; ``g_k[a][w] = prior_k[w] u_k[a][w]``, and ``outside_k = max_a sum_w
g_k[a][w]`` is what she gets without information. An item is an experiment ``E[s][w]``, the probability of signal s in
state w, with a price. To type k it is worth ``sum_s max_a sum_w g_k[a][w] E[s][w]``: she replies best to each signal.

* Lower bound: each type's choice is checked to be one of her best, an item or nothing; the sellers' revenue is
  ``sum_k f_k price_k``.
* Upper bound: multipliers ``ir_k``, ``ic_kj``, ``obedience_ksa``, ``deviations_kjsa``, all >= 0, with

      ir_k + sum_j (ic_kj - ic_jk) = f_k       and       sum_a deviations_kjsa = ic_kj   for every signal s

  Let type k buy ``E_k``, with a signal for each action she is then willing to take (any menu can be brought into this
  form), and pay ``t_k``. Then ``own_k - t_k >= outside_k``, where ``own_k = sum_{s,w} g_k[s][w] E_k[s][w]``; she obeys,
  ``sum_w (g_k[s][w] - g_k[a][w]) E_k[s][w] >= 0``; and whoever mimics j and reacts to signal s by a gains nothing.
  Adding these up with their multipliers bounds ``sum_k f_k t_k`` by

      sum_k sum_w max_s [ g_k[s][w] (ir_k + sum_j ic_kj) + sum_a obedience_ksa (g_k[s][w] - g_k[a][w])
                          - sum_{j,a} deviations_jksa g_j[a][w] ]  -  sum_k ir_k outside_k

(Bergemann, Bonatti and Smolin 2018, The Design and Price of Information.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dual.errors import Violation
from dual.limits import steps
from dual.numbers.exact import Matrix, Vector, index, items, number, over_common_denominator
from dual.numbers.largest import largest
from dual.numbers.masses import listed_masses, masses
from dual.statement import Record, Witness, stated
from dual.words import brief

from .statement import ExperimentMenuStatement


def read_experiment(raw: object, where: str, _signals: int | None, states: int) -> Matrix:
    """Read ``E[s][w]``: probabilities of signals, summing to one in each state."""
    rows = tuple(masses(row, f"{where}[{s}]", states) for s, row in enumerate(items(raw, where)))
    for w in range(states):
        total = sum((row[w] for row in rows), Fraction(0))
        if total != 1:
            raise Violation(f"{where}: the signals' probabilities in state {w} sum to {brief(total)}, not to 1")
    return rows


def read_choice(raw: object, where: str, types: int, menu: Sequence[Item]) -> tuple[int | None, ...]:
    """Read for each type which item she buys, null for none."""
    return tuple(
        None if one is None else index(one, f"{where}[{k}]", len(menu))
        for k, one in enumerate(items(raw, where, types))
    )


@dataclass(frozen=True, repr=False)
class Item(Record):
    """An experiment on sale."""

    experiment: Matrix = stated(read_experiment, "*signals states", "probabilities of signals")
    price: Fraction = stated(number, "", "what it costs")


def read_menu(raw: object, where: str, statement: ExperimentMenuStatement) -> tuple[Item, ...]:
    """Read a menu, which may be empty."""
    states = len(statement.gains[0][0])
    return tuple(
        Item.within(one, f"{where}[{m}]", {"states": states}) for m, one in enumerate(items(raw, where, empty=True))
    )


@dataclass(frozen=True, repr=False)
class Menu(Witness):
    """What is sold, and who buys what."""

    menu: tuple[Item, ...] = stated(read_menu, "", "experiments with prices", after="statement")
    choice: tuple[int | None, ...] = stated(
        read_choice, "types", "which item each type buys; null for none", after="menu"
    )


@dataclass(frozen=True, repr=False)
class Prices(Witness):
    """Multipliers of what the types may do."""

    ir: Vector = stated(masses, "types", "of buying rather than nothing")
    ic: tuple[tuple[Any, ...], ...] = stated(listed_masses, "types types", "[k, j, weight]: of k mimicking j")
    obedience: tuple[tuple[Any, ...], ...] = stated(
        listed_masses, "types actions actions", "[k, s, a, weight]: of k replying to signal s by a"
    )
    deviations: tuple[tuple[Any, ...], ...] = stated(
        listed_masses, "types types actions actions", "[k, j, s, a, weight]: of k, as j, replying to s by a"
    )


def worth(gains: Matrix, experiment: Matrix) -> Fraction:
    """What an experiment is worth to a type who replies best to each signal, in integers inside.

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> worth(((half, 0 * half), (0 * half, half)), ((Fraction(1), half), (Fraction(0), half)))
    Fraction(3, 4)
    """
    table, unit = over_common_denominator([g for row in gains for g in row])
    chances, whole = over_common_denominator([e for row in experiment for e in row])
    n = len(gains[0])
    actions = [table[a : a + n] for a in range(0, len(table), n)]
    total: Any = sum(
        largest(sum(g * e for g, e in zip(row, chances[s : s + n], strict=True)) for row in actions)
        for s in range(0, len(chances), n)
    )
    found: Fraction = total / Fraction(unit * whole)
    return found


def lower(statement: ExperimentMenuStatement, primal: Menu) -> Fraction:
    """The revenue of a menu from types who choose what is best for them."""
    gains = statement.gains
    signals = sum(len(item.experiment) for item in primal.menu)
    steps(signals * sum(len(g) * len(g[0]) for g in gains), "comparing every type's items")
    revenue = Fraction(0)
    for k, (table, outside, weight) in enumerate(zip(gains, statement.outside, statement.weights, strict=True)):
        nets: dict[int | None, Fraction] = {None: outside}
        nets |= {m: worth(table, item.experiment) - item.price for m, item in enumerate(primal.menu)}
        taken = primal.choice[k]
        for m, net in nets.items():
            if net > nets[taken]:
                raise Violation(
                    f"type {k} gets {brief(nets[taken])} from {_item(taken)}, but {brief(net)} from {_item(m)}"
                )
        revenue += weight * (0 if taken is None else primal.menu[taken].price)
    return revenue


def _item(m: int | None) -> str:
    return "nothing" if m is None else f"item {m}"


def upper(statement: ExperimentMenuStatement, dual: Prices) -> Fraction:
    """The bound that multipliers prove."""
    for name, entries in (("ic", dual.ic), ("obedience", dual.obedience), ("deviations", dual.deviations)):
        for *place, weight in entries:
            if weight < 0:
                raise Violation(f"{name}{''.join(f'[{i}]' for i in place)} = {brief(weight)} < 0")
    own = _balanced(statement, dual)
    _matched(len(statement.gains[0]), dual)
    # value[k][s][w]: what recommending s to type k in state w adds to the bound.
    value = [[[mu * g for g in row] for row in table] for mu, table in zip(own, statement.gains, strict=True)]
    for k, j, s, a, weight in dual.deviations:
        for w, g in enumerate(statement.gains[k][a]):
            value[j][s][w] -= weight * g
    for k, s, a, weight in dual.obedience:
        for w, (recommended, other) in enumerate(zip(statement.gains[k][s], statement.gains[k][a], strict=True)):
            value[k][s][w] += weight * (recommended - other)
    best = sum((largest(column) for table in value for column in zip(*table, strict=True)), Fraction(0))
    return best - sum((mu * out for mu, out in zip(dual.ir, statement.outside, strict=True)), Fraction(0))


def _balanced(statement: ExperimentMenuStatement, dual: Prices) -> list[Fraction]:
    """``ir_k + sum_j ic_kj`` by type, once that less ``sum_j ic_jk`` is the type's weight."""
    own, copied = list(dual.ir), [Fraction(0)] * len(dual.ir)
    for k, j, weight in dual.ic:
        own[k] += weight
        copied[j] += weight
    for k, need in enumerate(statement.weights):
        if own[k] - copied[k] != need:
            have = brief(own[k] - copied[k])
            raise Violation(f"ir[{k}] and what is mimicked add up to {have}, not to the weight {brief(need)}")
    return own


def _matched(actions: int, dual: Prices) -> None:
    """Refuse unless, after every signal, the weights of the replies sum to that of mimicking."""
    mimicking: dict[tuple[int, int], Fraction] = {}
    for k, j, weight in dual.ic:
        mimicking[k, j] = mimicking.get((k, j), Fraction(0)) + weight
    reacting: dict[tuple[int, int, int], Fraction] = {}
    for k, j, s, _, weight in dual.deviations:
        reacting[k, j, s] = reacting.get((k, j, s), Fraction(0)) + weight
    for k, j in {(k, j) for k, j, _ in reacting} | set(mimicking):
        for s in range(actions):
            have, need = reacting.get((k, j, s), Fraction(0)), mimicking.get((k, j), Fraction(0))
            if have != need:
                raise Violation(f"the deviations of {k} as {j} after {s} sum to {brief(have)}, not to {brief(need)}")
