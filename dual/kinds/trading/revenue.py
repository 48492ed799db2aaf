"""Upper bounds on what a platform can earn.

Facts behind them (largest prices, platform-friendly ties; smaller prices and hostile ties never earn more). It is
enough to introduce pairs that then trade. With x_ij = 1 if i and j trade, r_ij the price net of the seller's cost
c_j, and w_ij = v_ij - c_j, the revenue is the value of

    ``max  sum over unknown pairs of r_ij + c_j x_ij``
    ``s.t. sum_j x_ij <= 1,  sum_i x_ij <= 1,  0 <= r_ij <= w_ij x_ij,  x_ij in {0, 1},``
    ``     sum_k (w_ik x_ik - r_ik) + sum_l r_lj >= w_ij  for each known pair (i, j)``

The last says that i does not envy j's buyer: his utility u plus j's price p is at least his value. Rows that follow
from it are stronger on fractional trades. For floors f, g >= 0 with h = w_ij - f - g >= 0,

    ``min((u - f)+, h) + min((p - g)+, h) >= h``

and as i has one seller and j one buyer, u and p may be taken apart by trades. On ``0 <= u_ik <= w_ik`` the first term
is no more than ``h x_ik``, and no more than ``s u_ik`` with the slope ``s = min((w_ik - f)+, h) / min(w_ik, f + h)``;
the same holds for the second with r_lj and g. The pair itself counts ``h x_ij``, as u_ij + r_ij = w_ij. So

    ``h x_ij + sum_{k != j} (h x_ik or s_k u_ik) + sum_{l != i} (h x_lj or s_l r_lj) >= h``

where a certificate lists for each row of multiplier d_ij the sellers k and the buyers l whose terms it caps by h x.
Without floors and caps that is the row of the program. Slopes are rounded up to multiples of 2^-18, which keeps them
true and integers small.

For multipliers a, b, d >= 0 of these rows the r_ij can be maximised away. Let D_ij be the sum of d s over the rows of
i's other known sellers that do not cap j, D^ij the same over the rows of j's other known buyers that do not cap i, and
C_ij the sum of d h over the rows of either that do and of the pair's own. Then every feasible point earns at most

    ``sum a + sum b - sum over rows of d h + sum over pairs of max (profit_ij - a_i - b_j) x_ij``
    ``with profit_ij = w_ij max(D_ij, D^ij + [unknown]) + C_ij + c_j [unknown]``

where x_ij runs over its box: {0, 1}, or what a branching tree has left of it. Where one of some pairs trades, the
largest of their terms counts even if all are negative; that is how a tree closes pairs that would trade in nothing
better. Revenues are multiples of the values' unit, so a bound may be lowered to the next multiple.

A tree may also split utilities and prices, and at whole units: for given trades the largest competitive prices earn
most, and these are multiples of the unit, as utilities then are. A box has bounds ``u_i- <= u_i <= u_i+`` and ``p_j-
<= p_j <= p_j+`` (net of cost) and leaves some pairs that may trade; a node's ``bounds`` list what follows from what
stands above it (:mod:`dual.kinds.trading.part`). Everything
above holds in turn of what utilities and prices have beyond ``u-`` and ``p-`` in the market of these pairs with the
values ``q_ij = w_ij - u_i- - p_j- >= 0``, as whoever need not trade has ``u_i- = 0`` or ``p_j- = 0``:

* a row has the floors ``(f - u_i-)+`` and ``(g - p_j-)+``, and h is what they leave of q_ij; if that is not positive,
  it says nothing;
* r_ij lies between ``max(0, q_ij - (u_i+ - u_i-))`` and ``min(q_ij, p_j+ - p_j-)`` if i and j trade, and

    ``profit_ij = q_ij D_ij + max over these two r of (D^ij + [unknown] - D_ij) r + C_ij + [unknown] (p_j- + c_j)``;

* where somebody must trade, the sum over her pairs is 1, so that her multiplier may have any sign.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Final

from dual.errors import InputError, Violation
from dual.limits import spend
from dual.numbers.exact import index, over_common_denominator, vector
from dual.proofs import tree
from dual.statement import fields
from dual.words import brief

from .envy import SLOPES, Row, read_pool, read_rows, sums
from .part import STEPS_EACH, Part, Variables
from .statement import TradingNetworkStatement
from .witness import Multipliers, Tree

LARGEST_OVER: Final = 2**64
"""A common denominator of a leaf's multipliers is less: longer ones are written number by number."""
LEAF = ("buyers", "sellers", "known")


def upper(statement: TradingNetworkStatement, dual: Multipliers | Tree) -> Fraction:
    """The bound that multipliers of the program above prove: ``lp`` for the whole market, or a ``tree``."""
    relaxation = Relaxation(statement)
    if isinstance(dual, Tree):
        relaxation.envy = read_pool(relaxation, dual.rows or [], "dual.rows")
        bound = tree.upper(relaxation, dual.nodes)
    else:
        leaf = {"buyers": dual.buyers, "sellers": dual.sellers, "known": dual.known}
        bound = relaxation.bound(relaxation.follow({}, dual.bounds or [], "dual.bounds"), leaf, "dual")
    if bound is None:
        raise Violation("an `empty` leaf at the root says that no trades are possible, but some are: those of nobody")
    return bound


class Relaxation(Variables):
    """The linear relaxation of the program above, for branching trees.

    Attributes
    ----------
    envy : sequence of Row
        Rows that leaves name by their numbers.
    """

    envy: Sequence[Row] = ()

    def variables(self) -> int:
        """The number of pairs, possible or not, of buyers and of sellers."""
        return self.pairs + self.members

    def box(self, variable: int) -> tuple[int, int]:
        """A pair trades or does not; no utility or price net of cost exceeds the largest net value."""
        return (0, 1) if variable < self.pairs else (0, self.top)

    def exclusive(self, first: Sequence[int], second: Sequence[int]) -> bool:
        """Whether all these are different pairs and share a buyer or a seller."""
        if any(k >= self.pairs for k in (*first, *second)):
            return False
        pairs = [divmod(k, self.width) for k in (*first, *second)]
        one_side = len({i for i, _ in pairs}) == 1 or len({j for _, j in pairs}) == 1
        return one_side and not set(first) & set(second)

    def follow(self, box: tree.Box, raw: object, where: str) -> tree.Box:
        """What listed bounds leave of a box."""
        return self.part(box).follow(raw, where)

    def bound(
        self, box: tree.Box, leaf: Mapping[str, object], where: str, one_of: Collection[int] = ()
    ) -> Fraction | None:
        """The bound that ``{"buyers": a, "sellers": b, "known": rows}`` proves within a box; None of an empty box.

        With ``"over"``, a positive integer, all multipliers are divided by it. ``{"empty": true}`` says that somebody
        must trade and cannot. With some pairs given, only where at least one of them trades.
        """
        for k in one_of:
            if k >= self.pairs:
                raise InputError(f"only pairs can be closed, and the variable {k} is none", where)
        pairs = frozenset(divmod(k, self.width) for k in one_of)
        part = self.part(box)
        if "empty" in leaf:
            if fields(leaf, ["empty"], where=where)["empty"] is not True:
                raise InputError("write true, or leave the field out", f"{where}.empty")
            if not part.empty(pairs):
                raise Violation(f"{where}: everybody who must trade can, so the leaf is not proven empty")
            return None
        found = fields(leaf, LEAF, ["over"], where=where)
        over = index(found.get("over", 1), f"{where}.over", LARGEST_OVER)
        if not over:
            raise InputError("a denominator is positive", f"{where}.over")
        sides: list[Fraction] = []
        for name, size, first in (("buyers", self.buyers, 0), ("sellers", self.width, self.buyers)):
            sides += [x / over for x in vector(found[name], f"{where}.{name}", size)]
            for k, value in enumerate(sides[first:]):
                if value < 0 and not part.must(first + k):
                    raise Violation(f"{where}.{name}[{k}]: the multiplier {brief(value)} is negative")
        rows = read_rows(self, found["known"], f"{where}.known", self.envy, over)
        bound = self._bound(part, sides, rows, pairs)
        # A pair that must trade and may not leaves nothing in the box: any bound is true there.
        return Fraction(math.floor((bound or 0) * self.unit), self.unit)

    def _bound(
        self, part: Part, sides: Sequence[Fraction], rows: Sequence[Row], one_of: frozenset[tuple[int, int]]
    ) -> Fraction | None:
        """What multipliers prove; None if a pair must trade and may not, or none of some pairs may."""
        weights, denominator = over_common_denominator([row.weight for row in rows])
        scale = denominator << SLOPES
        common = math.lcm(self.unit * scale, *(x.denominator for x in sides))
        limits_of = [x.numerator * (common // x.denominator) for x in sides]
        factor = common // (self.unit * scale)
        longest = common.bit_length() // 64
        spend(STEPS_EACH // 4 * self.values.pairs() * longest, "a leaf with numbers of many digits")
        added = sums(part, rows, weights)
        low, high, rates = part.low, part.high, added.rates
        total = sum(limits_of) - added.paid * factor
        forced = {(i, k) for i, k in part.partner.items() if i < self.buyers}
        forced |= {(i, row[0][0]) for i in range(self.buyers) if part.must(i) and len(row := list(part.open(i))) == 1}
        rest, largest = set(forced), list[int]()
        for i, known in enumerate(self.statement.acquaintances):
            for k, net in part.open(i):
                j = k - self.buyers
                rate, gain, profit = rates[i], rates[k] - rates[i], 0
                if (i, k) in added.others:
                    more, theirs, profit = added.others[i, k]
                    rate, gain = rate + more, gain + theirs - more
                if j not in known:
                    gain += scale
                    profit += (low[k] + self.costs[j]) * scale
                value = net - low[i] - low[k]
                # The price beyond the least, where it earns most: the greatest, or the least that utility allows.
                price = min(value, high[k] - low[k]) if gain > 0 else max(value - high[i] + low[i], 0)
                excess = (profit + rate * value + gain * price) * factor - limits_of[i] - limits_of[k]
                if (i, k) in forced:
                    rest.discard((i, k))
                    total += excess
                else:
                    total += max(excess, 0)
                if (i, j) in one_of:
                    largest.append(excess)
        if rest or part.impossible or (one_of and not largest):
            return None
        if one_of and not any((i, self.buyers + j) in forced for i, j in one_of):
            total += min(max(largest), 0)
        return Fraction(total, common)


__all__ = ["LEAF", "SLOPES", "Relaxation", "upper"]
