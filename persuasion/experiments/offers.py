"""Menus made of experiments and prices: who chooses what, and simple menus that are always there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from dual.kinds.experiments.menus import Item, Menu, Prices, worth
from dual.kinds.experiments.statement import ExperimentMenuStatement
from dual.numbers.exact import Matrix


@dataclass(frozen=True)
class Offer:
    """An experiment on sale, and who buys it.

    Attributes
    ----------
    experiment : matrix of Fraction, shape (signals, states)
        Probabilities of signals.
    price : Fraction
    share : Fraction
        The share of buyers who take it; at least so many where a density makes it an interval, about so many where
        scales have a law.
    buyers : tuple of int, or of pairs of Fraction
        The types who take it, or the beliefs from and to which it is taken.
    full : bool
        Whether it reveals the state.
    responsive : bool
        Whether each of its buyers takes another action after every signal.
    """

    experiment: Matrix
    price: Fraction
    share: Fraction
    buyers: tuple[int, ...] | tuple[tuple[Fraction, Fraction], ...]
    full: bool
    responsive: bool

    @property
    def name(self) -> str:
        """What it reveals, in a word."""
        return "full information" if self.full else "partial, responsive" if self.responsive else "partial"


def reveals_all(experiment: Matrix) -> bool:
    """Whether every signal is possible in one state only."""
    return all(sum(chance > 0 for chance in row) <= 1 for row in experiment)


def best_replies(gains: Matrix, experiment: Matrix) -> tuple[int, ...]:
    """The action that a type takes after each signal, the first of equally good ones."""
    found = []
    for signal in experiment:
        totals = [sum(g * e for g, e in zip(row, signal, strict=True)) for row in gains]
        found.append(totals.index(max(totals)))
    return tuple(found)


def full_information(states: int) -> Matrix:
    """The experiment that reveals the state."""
    return tuple(tuple(Fraction(s == w) for w in range(states)) for s in range(states))


def repaired(experiment: Matrix) -> Matrix:
    """Probabilities that sum to one in each state, from some that nearly do."""
    kept = [[max(e, Fraction(0)) for e in row] for row in experiment]
    for w in range(len(experiment[0])):
        total = sum((row[w] for row in kept), Fraction(0))
        if not total:
            kept[0][w], total = Fraction(1), Fraction(1)
        if total != 1:
            for row in kept:
                row[w] /= total
    return tuple(map(tuple, kept))


def canonical(experiment: Matrix) -> Matrix:
    """The same information with as few signals as possible, in an order that does not depend on their names."""
    merged: dict[tuple[Fraction, ...], list[Fraction]] = {}
    for row in experiment:
        total = sum(row, Fraction(0))
        if total:
            beliefs = tuple(e / total for e in row)
            held = merged.setdefault(beliefs, [Fraction(0)] * len(row))
            for w, e in enumerate(row):
                held[w] += e
    return tuple(tuple(row) for _, row in sorted(merged.items(), reverse=True))


def offered(statement: ExperimentMenuStatement, experiments: Sequence[Matrix], prices: Sequence[Fraction]) -> Menu:
    """A menu of these experiments, each type with a best item for her, the dearer one if she is indifferent.

    Items that nobody buys, or that are free and worthless to whoever takes them, are left out.
    """
    dearest: dict[tuple[Matrix, Fraction], None] = {}
    for experiment, price in zip(experiments, prices, strict=True):
        dearest.setdefault((canonical(experiment), price))
    listed = sorted(dearest, key=lambda item: (item[1], item[0]))
    chosen: list[int | None] = []
    for gains, outside in zip(statement.gains, statement.outside, strict=True):
        nets = [(outside, Fraction(0), None), *((worth(gains, e) - t, t, m) for m, (e, t) in enumerate(listed))]
        best = max(nets, key=lambda net: net[:2])
        chosen.append(best[2])
    used = sorted({m for m in chosen if m is not None})
    place = {m: i for i, m in enumerate(used)}
    items = tuple(Item(listed[m][0], listed[m][1]) for m in used)
    return Menu(items, tuple(None if m is None else place[m] for m in chosen))


def revenue(statement: ExperimentMenuStatement, menu: Menu) -> Fraction:
    """What a menu earns."""
    pairs = zip(statement.weights, menu.choice, strict=True)
    return sum((weight * menu.menu[m].price for weight, m in pairs if m is not None), Fraction(0))


def value_of_information(statement: ExperimentMenuStatement, k: int) -> Fraction:
    """What learning the state is worth to type k."""
    gains = statement.gains[k]
    return sum((max(row[w] for row in gains) for w in range(len(gains[0]))), Fraction(0)) - statement.outside[k]


def one_price(statement: ExperimentMenuStatement) -> Menu:
    """The best menu that sells the state itself and nothing else."""
    values = [value_of_information(statement, k) for k in range(len(statement.weights))]
    pairs = list(zip(values, statement.weights, strict=True))
    price = max(set(values), key=lambda t: (t * sum((f for v, f in pairs if v >= t), Fraction(0)), t))
    return offered(statement, [full_information(len(statement.gains[0][0]))], [price])


def all_surplus(statement: ExperimentMenuStatement) -> Prices:
    """Multipliers that bound revenue by the whole value of information."""
    return Prices(statement.weights, (), (), ())
