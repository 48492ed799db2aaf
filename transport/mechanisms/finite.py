"""The best menu for a buyer of finitely many types: the program over all lotteries, rows entering as they are violated.

Few types are compared with each other in one exact program. Of many, participation and the comparisons of near types
come first, in floats; whatever pair is violated enters next. What is tight in the end goes to the exact program, if a
basis of :data:`~transport.road.linear_kind.EXACT_ROWS` rows is enough for it. Beyond that floats are rounded: the
multipliers are scaled down until participation pays for the errors, and prices are lowered by a factor, which keeps
every type from changing over to something cheaper.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dual.errors import SolverError
from dual.kinds.mechanisms.menu import Menu, Multipliers, Offer, lower, upper
from dual.kinds.mechanisms.statement import Good, MechanismStatement
from transport.programs.arrays import Floats
from transport.programs.effort import Effort
from transport.programs.linear import solve
from transport.programs.program import LinearProgram
from transport.programs.rounding import round_dyadic, simple
from transport.programs.sparse import SparseProgram
from transport.road.linear_kind import EXACT_ROWS, RULE
from transport.road.methods import Found

from .near import near_pairs, places, worst_pairs
from .plain import passed_down, simple_menu

if TYPE_CHECKING:
    from scipy.sparse import csr_array

ALL_PAIRS: Final = 2_500
"""Pairs of types up to which all comparisons enter at once; the solver then chooses among them itself."""
_VIOLATED: Final = 1e-9
"""Relative to the largest value; below this, exact rows are not looked for in floats."""
_BITS: Final = 44
"""Bits kept of lotteries, prices and multipliers that are not exact."""
_ORDINARY: Final = (Fraction(1, 1000), Fraction(1_000_000))
"""Largest values between these need no other unit: nine digits are seen of them, and tolerances still bind."""
_DISCOUNTS: Final = tuple(Fraction(1, 1 << bits) for bits in (40, 34, 28, 22, 16, 12))
"""Shares of the price that are tried against changing over; the least that suffices costs least."""

_SIMPLE: Final = 10_000
"""Denominators up to this are tried first: many optima are simple fractions."""
_TIGHT: Final = 1e-6
"""Comparisons with less slack than this go to the exact phase."""
_EXACT_ROUNDS: Final = 8
"""Exact programs that are tried; each takes about as long as the first."""
MOST_TIGHT: Final = 3_000
"""So many rows at most: an exact basis of more would be too large anyway."""


@dataclass(frozen=True)
class Menus:
    """The program of a single buyer, over the types that have weight.

    Attributes
    ----------
    statement : MechanismStatement
    types : tuple of int
        Those of positive weight; the others take what is best for them.
    goods : tuple of Good
        All goods that lotteries may give.
    own : tuple of tuple of int
        For each type the goods of the lottery meant for it, by number.
    """

    statement: MechanismStatement
    types: tuple[int, ...]
    goods: tuple[Good, ...]
    own: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, statement: MechanismStatement) -> Menus:
        """The program of a statement."""
        types = tuple(k for k, weight in enumerate(statement.weights) if weight)
        listed = [statement.goods(k) for k in types]
        number = {good: c for c, good in enumerate(dict.fromkeys(good for goods in listed for good in goods))}
        return cls(statement, types, tuple(number), tuple(tuple(number[g] for g in goods) for goods in listed))

    @cached_property
    def starts(self) -> list[int]:
        """The first column of each type's lottery; prices come after all of them."""
        return [0, *accumulate(map(len, self.own))]

    @cached_property
    def unit(self) -> Fraction:
        """What values, prices and costs in floats are counted in: tolerances of solvers are absolute."""
        return unit_of(self.statement.value(k, self.goods[c]) for k, own in zip(self.types, self.own, strict=True)
                       for c in own)  # fmt: skip

    @cached_property
    def worth(self) -> Floats:
        """What each good is worth to each type, in floats and units; shape (types, goods)."""
        statement, types, unit = self.statement, self.statement.types or (), self.unit
        if statement.valuation != "xor":
            return np.array([[float(statement.value(k, good) / unit) for good in self.goods] for k in self.types])
        # Only items that somebody bids for have a column: numbers of items may be large.
        named = {j: place for place, j in enumerate(sorted({j for good in self.goods for j in _items(good)}))}
        sets = np.zeros((len(self.goods), len(named)), dtype=bool)
        for c, good in enumerate(self.goods):
            sets[c, [named[j] for j in _items(good)]] = True
        found = np.zeros((len(self.types), len(self.goods)))
        for row, k in enumerate(self.types):
            # A bid counts where none of its items is missing.
            for bundle, value in types[k].bids or ():
                inside = sets[:, [named[j] for j in bundle]].all(axis=1)
                np.maximum(found[row], float(value / unit), out=found[row], where=inside)
        return found

    def in_units(self, values: Sequence[Fraction]) -> Floats:
        """Lotteries and prices in floats."""
        price = self.starts[-1]
        return np.array([*map(float, values[:price]), *(float(one / self.unit) for one in values[price:])])

    def stated(self, values: Sequence[Fraction]) -> list[Fraction]:
        """The same with prices as the instance counts them."""
        price = self.starts[-1]
        return [*values[:price], *(one * self.unit for one in values[price:])]

    def row(self, k: int, j: int | None) -> dict[int, Fraction]:
        """What type k prefers its own offer by to that of j, or to nothing."""
        price, entries = self.starts[-1], dict[int, Fraction]()
        for sign, r in ((1, k), (-1, j)):
            if r is not None:
                for place, c in enumerate(self.own[r]):
                    value = self.statement.value(self.types[k], self.goods[c])
                    if value:
                        entries[self.starts[r] + place] = sign * value
                entries[price + r] = Fraction(-sign)
        return entries

    @cached_property
    def cost(self) -> list[Fraction]:
        """The objective: prices less costs, by how likely they are."""
        weights = [self.statement.weights[k] for k in self.types]
        costs = [self.statement.cost(good) for good in self.goods]
        return [*(-f * costs[c] for f, goods in zip(weights, self.own, strict=True) for c in goods), *weights]

    def caps(self) -> list[Mapping[int, int]]:
        """What lotteries may give, at most 1 each."""
        if self.statement.apart:
            return [{c: 1} for c in range(self.starts[-1])]
        return [dict.fromkeys(range(a, b), 1) for a, b in pairwise(self.starts)]

    def exact_program(self, pairs: Sequence[tuple[int, int]]) -> LinearProgram:
        """Participation, the comparisons of some pairs, and what lotteries may give."""
        price, count = self.starts[-1], len(self.types)
        rows: list[Mapping[int, Fraction | int]] = [*self.caps()]
        caps = len(rows)
        rows += [self.row(k, None) for k in range(count)] + [self.row(k, j) for k, j in pairs]
        senses = ["<="] * caps + [">="] * (len(rows) - caps)
        right = [Fraction(1)] * caps + [Fraction(0)] * (len(rows) - caps)
        return LinearProgram(self.cost, rows, senses, right, frozenset(range(price, price + count)))

    def float_rows(self, pairs: Sequence[tuple[int, int | None]]) -> csr_array:
        """Comparisons with other types' offers, or with nothing, in floats."""
        from scipy.sparse import csr_array

        price, columns, entries, ends = self.starts[-1], list[int](), list[Floats](), [0]
        for k, j in pairs:
            own = list(self.own[k])
            columns += [*range(self.starts[k], self.starts[k + 1]), price + k]
            entries.append(np.append(self.worth[k, own], -1.0))
            if j is not None:
                columns += [*range(self.starts[j], self.starts[j + 1]), price + j]
                entries.append(np.append(-self.worth[k, list(self.own[j])], 1.0))
            ends.append(len(columns))
        return csr_array((np.concatenate(entries), columns, ends), shape=(len(pairs), len(self.cost)))

    def float_program(self) -> SparseProgram:
        """The program in floats, without comparisons of types."""
        from scipy.sparse import csr_array

        count, caps = len(self.types), [] if self.statement.apart else self.caps()
        free = np.repeat([False, True], [self.starts[-1], count])
        top = 1.0 if self.statement.apart else np.inf
        program = SparseProgram(
            np.array([float(one if own else one / self.unit) for one, own in zip(self.cost, free, strict=True)]),
            np.where(free, -np.inf, 0.0),
            np.where(free, np.inf, top),
        )
        if caps:
            ends, columns = np.array(self.starts), np.arange(self.starts[-1])
            matrix = csr_array((np.ones(len(columns)), columns, ends), shape=(count, len(self.cost)))
            program.add(matrix, np.full(count, -np.inf), np.ones(count))
        program.add(self.float_rows([(k, None) for k in range(count)]), np.zeros(count), np.full(count, np.inf))
        return program

    def first_pairs(self) -> list[tuple[int, int]]:
        """All pairs if they are few, else those of near types."""
        count = len(self.types)
        if count * count <= ALL_PAIRS:
            return [(k, j) for k in range(count) for j in range(count) if k != j]
        return near_pairs(self.worth if self.statement.bundled else places(self.worth))

    def violated(self, values: Floats, present: set[tuple[int, int]]) -> list[tuple[int, int]]:
        """Pairs of types the first of which would rather have the other's offer, the worst few of each type."""
        count, price = len(self.types), self.starts[-1]
        gets = np.zeros((len(self.goods), count))
        for k, goods in enumerate(self.own):
            gets[list(goods), k] = values[self.starts[k] : self.starts[k + 1]]
        utility = self.worth @ gets - values[price:]
        gain = utility - np.diagonal(utility)[:, None]
        limit = _VIOLATED * max(1.0, float(np.abs(self.worth).max(initial=0.0)))
        return worst_pairs(gain, limit, present)


def solve_finite(statement: MechanismStatement, effort: Effort) -> Found:
    """The best menu, and the multipliers that prove it."""
    menus = Menus.of(statement)
    effort.offer(lambda: Found(Menu(()), plain_multipliers(statement), "menu"))
    claim, rough = None, Found(Menu(()), plain_multipliers(statement), "menu")
    if effort.time_limit is not None and not effort.exhausted():
        # Something better is there before the first program is solved.
        rough = replace(rough, primal=simple_menu(statement))
        effort.offer(rough)
        rough = replace(rough, dual=passed_down(statement, menus.types, menus.worth, menus.own))
        effort.offer(rough)
    pairs = menus.first_pairs()
    try:
        if len(menus.types) ** 2 > ALL_PAIRS:
            rough, pairs = _in_floats(menus, pairs, effort)
            effort.offer(rough)
        if len(pairs) <= MOST_TIGHT:
            return _exactly(menus, pairs, effort, rough)
    except SolverError as error:
        claim = str(error)
    return replace(rough, claim=claim)


def _exactly(menus: Menus, pairs: list[tuple[int, int]], effort: Effort, rough: Found) -> Found:
    """The exact optimum, starting from some comparisons; the rough one where that is out of reach.

    Raises
    ------
    SolverError
    """
    basis, caps = None, len(menus.caps()) + len(menus.types)
    for rounds in range(1, _EXACT_ROUNDS + 1):
        limit = None if effort.time_limit is None else effort.remaining()
        optimum = solve(menus.exact_program(pairs), start=basis, time_limit=limit, exact_rows=EXACT_ROWS)
        exact = optimum.exact
        if rough.iterations and not exact:
            return rough
        found = _witnesses(menus, optimum.primal, pairs, optimum.dual[caps:], rough.iterations + rounds, exact)
        # Another vertex than that of the floats may break a comparison that had slack there.
        fresh = menus.violated(menus.in_units(optimum.primal), set(pairs))
        effort.tell(f"exactly: {len(pairs)} comparisons, {len(fresh) or 'none'} to add")
        if not fresh:
            return found
        pairs, basis = pairs + fresh, optimum.basis
    return rough if rough.iterations else found


def unit_of(values: Iterable[Fraction]) -> Fraction:
    """A power of two near the largest value, 1 where that is of ordinary size: then simple fractions are found.

    Examples
    --------
    >>> unit_of([Fraction(3), Fraction(-40)]), unit_of([Fraction(3, 10**6)]), unit_of([])
    (Fraction(1, 1), Fraction(1, 262144), Fraction(1, 1))
    """
    largest = max((abs(value) for value in values), default=Fraction(0))
    if not largest or _ORDINARY[0] <= largest <= _ORDINARY[1]:
        return Fraction(1)
    return Fraction(2) ** (largest.numerator.bit_length() - largest.denominator.bit_length())


def _items(good: Good) -> tuple[int, ...]:
    return good if isinstance(good, tuple) else (good,)


def _in_floats(menus: Menus, pairs: list[tuple[int, int]], effort: Effort) -> tuple[Found, list[tuple[int, int]]]:
    """The optimum in floats, repaired, and the comparisons that are tight at it."""
    program, fresh, rounds = menus.float_program(), pairs, 0
    present, offered = set(pairs), time.perf_counter()
    while fresh:
        program.add(menus.float_rows(fresh), np.zeros(len(fresh)), np.full(len(fresh), np.inf))
        values = program.solve(effort, "simplex" if rounds else "choose")
        rounds += 1
        fresh = menus.violated(values, present)
        effort.tell(f"{len(present)} comparisons, {len(fresh) or 'none'} to add")
        # Rounds may be a hundred times as quick as the proof of what they found: they get half of the time at most.
        if fresh and effort.time_limit is not None and time.perf_counter() - offered > effort.proof_seconds:
            weights = program.y[len(program.y) - len(pairs) :]
            effort.offer(_witnesses(menus, values, pairs, weights, rounds, exact=False))
            offered = time.perf_counter()
        pairs = pairs + fresh
        present.update(fresh)
    weights = program.y[len(program.y) - len(pairs) :]
    found = _witnesses(menus, values, pairs, weights, rounds, exact=False)
    slack = menus.float_rows(pairs) @ values
    tight = [pair for pair, left in zip(pairs, slack, strict=True) if left < _TIGHT]
    return found, tight


def _witnesses(
    menus: Menus,
    values: Sequence[Fraction] | Floats,
    pairs: Sequence[tuple[int, int]],
    weights: Sequence[Fraction] | Floats,
    rounds: int,
    exact: bool,
) -> Found:
    """What an optimum proves; one in floats is rounded in several ways, the best of which is kept."""
    statement = menus.statement
    if exact:
        menu = _menu(menus, [Fraction(one) for one in values])
        dual = _multipliers(menus, pairs, [-Fraction(one) for one in weights])
    else:
        fine = _menu(menus, menus.stated(round_dyadic([float(one) for one in values], _BITS)))
        coarse = _menu(menus, menus.stated([simple(float(one), _SIMPLE) for one in values]))
        menu = max([coarse, _steady(menus, fine)], key=lambda one: lower(statement, one))
        positive = [max(-float(one), 0.0) for one in weights]
        rounded = [round_dyadic(positive, _BITS), [simple(one, _SIMPLE**2) for one in positive]]
        dual = min((_multipliers(menus, pairs, one) for one in rounded), key=lambda one: upper(statement, one))
    return Found(menu, dual, "menu", rounds, rule=RULE)


def _menu(menus: Menus, values: Sequence[Fraction]) -> Menu:
    """The offers, each once; of the same lottery at several prices only the cheapest is ever bought."""
    found: dict[tuple[Any, ...], Fraction] = {}
    for k, goods in enumerate(menus.own):
        chances, price = values[menus.starts[k] : menus.starts[k + 1]], values[menus.starts[-1] + k]
        lottery = as_lottery(menus.statement, [menus.goods[c] for c in goods], chances)
        if any(chance > 0 for chance in chances):
            found[lottery] = min(price, found.get(lottery, price))
    return Menu(tuple(Offer(lottery, price) for lottery, price in sorted(found.items(), key=lambda one: one[1])))


def as_lottery(statement: MechanismStatement, goods: Sequence[Good], chances: Sequence[Fraction]) -> tuple[Any, ...]:
    """Probabilities of goods in the form of files, cut back into what is allowed."""
    zero, one = Fraction(0), Fraction(1)
    clipped = [min(max(chance, zero), one) for chance in chances]
    total = sum(clipped, zero)
    if not statement.apart and total > 1:
        clipped = [chance / total for chance in clipped]
    if statement.bundled:
        return tuple(sorted((good, chance) for good, chance in zip(goods, clipped, strict=True) if chance))
    return tuple(clipped)


def _steady(menus: Menus, menu: Menu) -> Menu:
    """A menu with everything cheaper by the share of its price that earns most.

    That makes what is dear cheaper by more, so that rounding errors let nobody change over to less.
    """
    if not menu.menu:
        return menu
    place = {good: c for c, good in enumerate(menus.goods)}
    weights = np.array([float(menus.statement.weights[k]) for k in menus.types])
    gets = np.zeros((len(menus.goods), len(menu.menu)))
    for r, offer in enumerate(menu.menu):
        for good, chance in offer.goods:
            gets[place[good], r] = float(chance)
    price = np.array([float(offer.price / menus.unit) for offer in menu.menu])
    cost = np.array([float(menus.statement.cost(good) / menus.unit) for good in menus.goods]) @ gets
    worth = menus.worth @ gets

    def earned(share: float) -> float:
        utility = worth - price * (1 - share)
        taken = utility.argmax(axis=1)
        buys = utility.max(axis=1) >= 0
        return float(weights @ np.where(buys, (price * (1 - share) - cost)[taken], 0.0))

    share = max((Fraction(0), *_DISCOUNTS), key=lambda one: earned(float(one)))
    return Menu(tuple(Offer(offer.lottery, offer.price * (1 - share)) for offer in menu.menu))


def _multipliers(menus: Menus, pairs: Sequence[tuple[int, int]], weights: Sequence[Fraction]) -> Multipliers:
    """Multipliers of comparisons, with those of participation that balance them."""
    f = [menus.statement.weights[k] for k in menus.types]
    left = list(f)
    for (k, j), one in zip(pairs, weights, strict=True):
        left[k] -= one
        left[j] += one
    # Scaled by 1 - e, what is passed on leaves e f_k more to participation.
    share = max((-one / (own - one) for own, one in zip(f, left, strict=True) if one < 0), default=Fraction(0))
    passed = [(k, j, one * (1 - share)) for (k, j), one in zip(pairs, weights, strict=True) if one]
    left = [one * (1 - share) + own * share for own, one in zip(f, left, strict=True)]
    name = menus.types
    return Multipliers(
        tuple((name[k], one) for k, one in enumerate(left) if one),
        tuple((name[k], name[j], one) for k, j, one in passed),
    )


def plain_multipliers(statement: MechanismStatement) -> Multipliers:
    """Participation alone: the bound is what every type is worth to a seller who knows it."""
    return Multipliers(tuple((k, f) for k, f in enumerate(statement.weights) if f), ())
