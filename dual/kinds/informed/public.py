"""One experiment for all types: what it gives the sender, and why none gives more.

The messages of an experiment add up to one in every state, so prices with ``P . x >= f(x)`` for every message x >= 0
(:mod:`dual.kinds.informed.segment`) prove the bound ``sum_s P(s)``. That no message beats the prices is

* for two states looked up along the segment from one sure state to the other;
* for three states, without ``nodes``, along every line on which a type is indifferent between two actions, and every
  side of the triangle: where f and the prices differ most, two such lines meet;
* else shown by a tree over what types reply (:mod:`dual.proofs.tree`): the variable ``t A + a``, of A actions, is one
  if t replies a. A leaf, in whose box a type t has a set A_t of replies left, holds multipliers ``[t, a, b, m]``,
  m >= 0, with

      ``h_t(s, a) = c_t(s, a) + sum_b m[t][a][b] (g_t(s, a) - g_t(s, b))``
      ``excess(s) = sum_t max over a in A_t of h_t(s, a) - P(s)``:

  where a is a best reply of t the sender gets at most ``h_t(., a) . x`` from her, so that f(x) is at most ``P . x`` and
  the largest excess times the length of x. Messages have length S together: the leaf proves ``sum_s P(s) + S max(0,
  largest excess)``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Any, Final

from dual.errors import InputError, Violation
from dual.limits import spend, steps
from dual.numbers.exact import Vector, index, items, number, over_common_denominator, vector
from dual.proofs import tree
from dual.proofs.tree import Box
from dual.statement import Record, Witness, fields, stated
from dual.words import brief

from .segment import curve, dot, payoff, restricted
from .statement import TypedStatement, read_likelihood

PLAIN: Final = 3
"""So many states need no tree."""
_WORK: Final = 8
"""Steps of one type's one pair of actions along one line; the long integers of the first line are counted there."""


@dataclass(frozen=True, repr=False)
class Signal(Record):
    """A message."""

    likelihood: Vector = stated(read_likelihood, "states", "how likely it is in each state")


@dataclass(frozen=True, repr=False)
class Experiment(Witness):
    """What all types see."""

    signals: tuple[Signal, ...] = stated(Signal, "*signals", "messages, adding up to one in every state")


def read_prices(raw: object, where: str, states: int) -> Vector:
    """Read a price for each state."""
    return vector(raw, where, states)


def read_nodes(raw: object, where: str) -> tuple[Any, ...]:
    """Read the nodes of a tree; what they hold is read with the proof."""
    return tuple(items(raw, where))


@dataclass(frozen=True, repr=False)
class Prices(Witness):
    """What a message costs in each state, and why no message is worth more."""

    prices: Vector = stated(read_prices, "states", "of likelihood in each state; the bound is their sum")
    nodes: tuple[Any, ...] | None = stated(
        read_nodes, "", "a tree over the types' replies; not needed for up to three states", default=None
    )


def attained(statement: TypedStatement, experiment: Experiment) -> Fraction:
    """What the sender gets from an experiment."""
    return worth(statement, [signal.likelihood for signal in experiment.signals])


def worth(statement: TypedStatement, messages: Sequence[Vector], types: Sequence[int] | None = None) -> Fraction:
    """What messages give the sender, once they are an experiment; from some of the types, if they are named.

    Raises
    ------
    Violation
        If they do not add up to one in some state.
    """
    for s in range(statement.state_count):
        total = sum((x[s] for x in messages), Fraction(0))
        if total != 1:
            raise Violation(f"state {s}: the likelihoods of the messages add up to {brief(total)}, not to 1")
    (gains, unit), (own, _) = statement.gains, statement.own
    if types is not None:
        gains, own = [gains[t] for t in types], [own[t] for t in types]
    numerators, common = over_common_denominator([p for x in messages for p in x])
    width = statement.state_count
    steps(3 * len(messages) * len(own) * statement.action_count * width, "replies to messages", common)
    made = sum(payoff(own, gains, numerators[k : k + width]) for k in range(0, len(numerators), width))
    return Fraction(made, common * unit)


def bounded(statement: TypedStatement, proof: Prices) -> Fraction:
    """The bound that prices prove.

    Raises
    ------
    Violation
        If a message is worth more than it costs, or the tree does not show that none is.
    InputError
        If there are more than three states and no tree.
    """
    total = sum(proof.prices, Fraction(0))
    if proof.nodes is not None:
        bound = tree.upper(Replies(statement, proof.prices), proof.nodes)
        return total if bound is None else bound
    if statement.state_count > PLAIN:
        raise InputError(f"a proof about more than {PLAIN} states needs a tree", "dual.nodes")
    found = best_message(statement, proof.prices)
    if found is not None:
        x, value, cost = found
        raise Violation(
            f"the message ({', '.join(map(brief, x))}) is worth {brief(value)} to the sender, but costs {brief(cost)}"
        )
    return total


def best_message(statement: TypedStatement, prices: Vector) -> tuple[Vector, Fraction, Fraction] | None:
    """The message that is worth most beyond what it costs, for up to three states; None if none is.

    Returns
    -------
    (message, worth, price) or None
        The message has length one.
    """
    (gains, unit), (own, _) = statement.gains, statement.own
    costs, common = over_common_denominator(prices)
    if statement.state_count == 1:
        value = Fraction(payoff(own, gains, [1]), unit)
        return ((Fraction(1),), value, prices[0]) if value > prices[0] else None
    best: tuple[Vector, Fraction, Fraction] | None = None
    for u, v in lines(statement):
        spend(_WORK * len(own) * len(own[0]) ** 2, "looking along every line of indifference")
        p, q = dot(costs, u) * unit, dot(costs, v) * unit
        along = statement.curve if statement.state_count == 2 else curve(restricted(own, u, v), restricted(gains, u, v))
        for n, d, f in along:
            if (d - n) * p + n * q < f * common:
                x = [(d - n) * a + n * b for a, b in zip(u, v, strict=True)]
                price = Fraction((d - n) * p + n * q, common * unit * sum(x))
                value = Fraction(f, unit * sum(x))
                if best is None or value - price > best[1] - best[2]:
                    best = tuple(Fraction(k, sum(x)) for k in x), value, price
    return best


def lines(statement: TypedStatement) -> Iterator[tuple[Sequence[int], Sequence[int]]]:
    """Segments, by their ends, on which the messages lie that may be worth most, for two or three states."""
    size = statement.state_count
    corners = [tuple(int(s == k) for s in range(size)) for k in range(size)]
    if size == 2:
        yield corners[0], corners[1]
        return
    yield from ((corners[k], corners[k - 1]) for k in range(3))
    seen = set()
    (gains, _), (own, _) = statement.gains, statement.own
    for mine, hers in zip(own, gains, strict=True):
        for a in range(len(mine)):
            for b in range(a):
                d = [x - y for x, y in zip(mine[a], mine[b], strict=True)]
                if not any(d):  # the type never minds: the sender's payoffs decide, see segment
                    d = [x - y for x, y in zip(hers[a], hers[b], strict=True)]
                ends = _ends(d)
                if ends is not None and ends not in seen:
                    seen.add(ends)
                    yield ends


def _ends(d: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Where the line d . x = 0 meets the sides of a triangle, if it passes through its inside."""
    found = set()
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        if d[j] * d[k] < 0:
            x = [0, 0, 0]
            x[j], x[k] = abs(d[k]), abs(d[j])
            found.add(_reduced(x))
        if d[i] == 0 and any(d):
            found.add(tuple(int(s == i) for s in range(3)))
    ends = sorted(found)
    return (ends[0], ends[1]) if len(ends) == 2 else None


def _reduced(x: Sequence[int]) -> tuple[int, ...]:
    common = gcd(*x)
    return tuple(k // common for k in x)


@dataclass
class Replies:
    """Prices as a problem whose binary variables are what types reply.

    Attributes
    ----------
    statement : TypedStatement
    prices : Vector
    """

    statement: TypedStatement
    prices: Vector

    def variables(self) -> int:
        """One for each type and action."""
        return self.statement.type_count * self.statement.action_count

    def box(self, _variable: int) -> tuple[int, int]:
        """A type replies an action, or does not."""
        return 0, 1

    def exclusive(self, first: Sequence[int], second: Sequence[int]) -> bool:
        """Whether all of these are different replies of one type."""
        together = [*first, *second]
        return len(set(together)) == len(together) and len({k // self.statement.action_count for k in together}) == 1

    def follow(self, _box: Box, _raw: object, where: str) -> Box:
        """Nothing follows."""
        raise InputError("nothing follows from what types reply", where)

    def bound(self, box: Box, leaf: Mapping[str, object], where: str, one_of: Collection[int] = ()) -> Fraction | None:
        """The bound that multipliers prove where the types' replies are in a box; None if a type has none left."""
        if one_of:
            raise InputError("replies are split, not closed", where)
        listed = self._multipliers(fields(leaf, ["multipliers"], where=where)["multipliers"], f"{where}.multipliers")
        left = self.replies_left(box)
        if left is None:
            return None
        statement = self.statement
        (gains, unit), (own, units) = statement.gains, statement.own
        costs, scale = over_common_denominator(self.prices)
        common = lcm(unit, scale, *(m.denominator * units[t] for t, _, _, m in listed))
        size = statement.type_count * statement.action_count * statement.state_count
        spend((size + 2 * statement.state_count * len(listed)) * (1 + common.bit_length() // 64), where)
        stretch = common // unit
        h = [[[x * stretch for x in row] for row in table] for table in gains]
        for t, a, b, m in listed:
            factor = m.numerator * (common // (m.denominator * units[t]))
            h[t][a] = [x + factor * (g - k) for x, g, k in zip(h[t][a], own[t][a], own[t][b], strict=True)]
        excess = [-cost * (common // scale) for cost in costs]
        for t, allowed in enumerate(left):
            for s in range(len(excess)):
                excess[s] += max(h[t][a][s] for a in allowed)
        total = sum(self.prices, Fraction(0))
        return total + statement.state_count * Fraction(max(0, *excess), common)

    def replies_left(self, box: Box) -> list[list[int]] | None:
        """What each type may reply; None if some type may reply nothing."""
        actions = self.statement.action_count
        left = [list(range(actions)) for _ in range(self.statement.type_count)]
        for variable, (low, high) in box.items():
            t, a = divmod(variable, actions)
            if low >= 1:
                left[t] = [b for b in left[t] if b == a]
            elif high <= 0:
                left[t] = [b for b in left[t] if b != a]
        return left if all(left) else None

    def _multipliers(self, raw: object, where: str) -> list[tuple[int, int, int, Fraction]]:
        actions = self.statement.action_count
        found = []
        for k, item in enumerate(items(raw, where, empty=True)):
            t, a, b, m = items(item, f"{where}[{k}]", 4)
            weight = number(m, f"{where}[{k}][3]")
            if weight < 0:
                raise Violation(f"{where}[{k}]: the multiplier {brief(weight)} is negative")
            place = index(t, f"{where}[{k}][0]", self.statement.type_count)
            found.append((place, index(a, f"{where}[{k}][1]", actions), index(b, f"{where}[{k}][2]", actions), weight))
        return found
