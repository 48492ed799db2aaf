"""Upper bounds on what a platform can earn.

Facts behind them (largest prices, platform-friendly ties; smaller prices and hostile ties never earn more). It is
enough to introduce pairs that then trade. With x_ij = 1 if i and j trade, r_ij the price net of the seller's cost
c_j, and w_ij = v_ij - c_j, the revenue is the value of

    ``max  sum over unknown pairs of r_ij + c_j x_ij``
    ``s.t. sum_j x_ij <= 1,  sum_i x_ij <= 1,  0 <= r_ij <= w_ij x_ij,  x_ij in {0, 1},``
    ``     sum_k (w_ik x_ik - r_ik) + sum_l r_lj >= w_ij  for each known pair (i, j)``

The last says that i does not envy j's buyer: his utility u plus j's price p is at least his value. Rows that follow
from it are stronger in parts of trades. For floors f, g >= 0 with h = w_ij - f - g >= 0,

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
most, and these are multiples of the unit, as utilities then are. From a box follow bounds ``u_i- <= u_i <= u_i+`` and
``p_j- <= p_j <= p_j+`` (net of cost) and the pairs that may trade (:mod:`dual.kinds.trading.price_bounds`). Everything
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
from functools import cached_property
from typing import TYPE_CHECKING

from dual.errors import InputError, Violation
from dual.numbers.exact import brief, index, items, number, vector
from dual.proofs import tree
from dual.statement import fields

from . import enumeration, homogeneous, known_sellers
from .envy import SLOPES, Row, Scope
from .equilibrium import Market
from .price_bounds import Pairs, Side, within
from .valuations import pair_list

if TYPE_CHECKING:
    from .kind import TradingNetworkStatement

CERTIFICATES = ("lp", "tree", "known-sellers", "homogeneous", "one-seller", "autarky", "enumeration")
LEAF = ("buyers", "sellers", "known")


def upper(statement: TradingNetworkStatement, dual: object) -> Fraction:
    """The bound that a revenue certificate proves.

    It is ``lp`` or ``tree`` (multipliers of the program above), ``known-sellers`` (multipliers by case),
    ``homogeneous``, ``one-seller``, ``autarky`` or ``enumeration`` (structures that the checker re-derives).
    """
    if not isinstance(dual, Mapping):
        raise InputError('an object with the field "kind" is needed here', "dual")
    kind = dual.get("kind")
    if kind == "autarky":
        return autarky(statement, dual)
    if kind == "enumeration":
        fields(dual, ["kind"], where="dual")
        return enumeration.best(statement)[0]
    if kind == "homogeneous":
        fields(dual, ["kind"], where="dual")
        return homogeneous.upper(statement)
    if kind == "one-seller":
        fields(dual, ["kind"], where="dual")
        return one_seller(statement)
    if kind == "known-sellers":
        return known_sellers.upper(statement, dual)
    relaxation = Relaxation(statement)
    if kind == "lp":
        witness = {name: value for name, value in dual.items() if name != "kind"}
        bound = relaxation.bound({}, witness, "dual")
        if bound is None:
            raise Violation("the market is not empty")
        return bound
    if kind == "tree":
        bound = tree.upper(relaxation, fields(dual, ["kind", "nodes"], where="dual")["nodes"])
        if bound is None:
            raise Violation("the tree has no leaf")
        return bound
    raise InputError(f"the certificate of a revenue is one of {', '.join(CERTIFICATES)}", "dual.kind")


class Relaxation:
    """The linear relaxation of the program above, for branching trees.

    Of n buyers and m sellers, the variable of the pair (i, j) has number ``i m + j``, that of buyer i's utility
    ``n m + i``, and that of seller j's price net of cost ``n m + n + j``; the latter two are counted in units.
    """

    def __init__(self, statement: TradingNetworkStatement) -> None:
        self.statement = statement
        self.values = statement.values
        self.width = self.values.shape[1]
        self.unit = int(1 / statement.unit)
        self.costs = [int(cost * self.unit) for cost in statement.costs]

    @cached_property
    def _net(self) -> Pairs:
        """For each buyer (seller, net value in units, unknown?), where trade creates no loss."""
        self.values.expandable()
        factor = self.unit // self.values.denominator
        rows = []
        for i, known in enumerate(self.statement.acquaintances):
            row = zip(self.values.sellers[i], self.values.amounts[i], strict=True)
            net = [(j, amount * factor - self.costs[j], j not in known) for j, amount in row]
            rows.append([entry for entry in net if entry[1] >= 0])
        return rows

    @cached_property
    def _suitors(self) -> Pairs:
        """For each seller (buyer, net value in units, unknown?), where trade creates no loss."""
        found: Pairs = [[] for _ in range(self.width)]
        for i, row in enumerate(self._net):
            for j, net, unknown in row:
                found[j].append((i, net, unknown))
        return found

    @cached_property
    def _top(self) -> int:
        """The largest net value in units."""
        return max((net for row in self._net for _, net, _ in row), default=0)

    @cached_property
    def _sides(self) -> tuple[Side, Side]:
        """Buyers and sellers at the root."""
        return Side.of(self._net, self._top), Side.of(self._suitors, self._top)

    @property
    def pairs(self) -> int:
        """The number of pairs, possible or not."""
        return self.values.shape[0] * self.width

    def variables(self) -> int:
        """The number of pairs, possible or not, of buyers and of sellers."""
        return self.pairs + sum(self.values.shape)

    def box(self, variable: int) -> tuple[int, int]:
        """A pair trades or does not; no utility or price net of cost exceeds the largest net value."""
        return (0, 1) if variable < self.pairs else (0, self._top)

    def exclusive(self, first: Sequence[int], second: Sequence[int]) -> bool:
        """Whether all these are different pairs and share a buyer or a seller."""
        if any(k >= self.pairs for k in (*first, *second)):
            return False
        pairs = [divmod(k, self.width) for k in (*first, *second)]
        one_side = len({i for i, _ in pairs}) == 1 or len({j for _, j in pairs}) == 1
        return one_side and not set(first) & set(second)

    def bound(
        self, box: tree.Box, leaf: Mapping[str, object], where: str, beyond: Collection[int] = ()
    ) -> Fraction | None:
        """The bound that ``{"buyers": a, "sellers": b, "known": rows}`` proves within a box; None of an empty box.

        With ``"bounded": true``, multipliers are those of the program within the bounds that follow from the box;
        ``{"empty": true}`` alone says that these leave nothing. With some pairs given, only where at least one of them
        trades.
        """
        for k in beyond:
            if k >= self.pairs:
                raise InputError(f"only pairs can be closed, and the variable {k} is none", where)
        one_of = frozenset(divmod(k, self.width) for k in beyond)
        if "empty" in leaf:
            _true(fields(leaf, ["empty"], where=where), "empty", where)
            if self._bounded(box, one_of) is not None:
                raise Violation(f"{where}: the bounds of utilities and prices do not prove the leaf empty")
            return None
        found = fields(leaf, LEAF, ["bounded"], where=where)
        a = vector(found["buyers"], f"{where}.buyers", self.values.shape[0])
        b = vector(found["sellers"], f"{where}.sellers", self.width)
        rows = self._envy(found["known"], f"{where}.known")
        if "bounded" in found:
            _true(found, "bounded", where)
            bounds = self._bounded(box, one_of)
            if bounds is None:
                return None
            buyers, sellers = bounds
            scope = Scope.of(buyers, sellers, self.costs)
            reduced = [row.above(buyers.low[row.buyer], sellers.low[row.seller]) for row in rows]
            used = [row for row in reduced if row.left > 0]
        else:
            scope, used = self._scope(box, rows), rows
        never = [False] * len(rows)
        weights = tuple(row.weight for row in rows)
        for name, numbers, must in (
            ("buyers", a, scope.must[0]),
            ("sellers", b, scope.must[1]),
            ("known", weights, never),
        ):
            for k, value in enumerate(numbers):
                if value < 0 and not must[k]:
                    raise Violation(f"{where}.{name}[{k}]: the multiplier {brief(value)} is negative")
        # A pair that must trade, but would do so at a loss, leaves nothing in the box: any bound is true there.
        bound = scope.bound((a, b), used, self.unit, one_of) or Fraction(0)
        return Fraction(math.floor(bound * self.unit), self.unit)

    def _scope(self, box: tree.Box, rows: Sequence[Row]) -> Scope:
        """The market without those pairs that a box closes; utilities and prices are as they may be anywhere."""
        forced = frozenset(divmod(k, self.width) for k, (low, _) in box.items() if k < self.pairs and low >= 1)
        closed = {divmod(k, self.width) for k, (_, high) in box.items() if k < self.pairs and high <= 0} - forced
        left = self._net
        if closed:
            left = [[entry for entry in row if (i, entry[0]) not in closed] for i, row in enumerate(left)]
        suitors = [] if all(row.plain for row in rows) else self._suitors
        n, m = self.values.shape
        never, room = ([False] * n, [False] * m), ([self._top] * n, [self._top] * m)
        return Scope(left, suitors, room, self.costs, forced, never)

    def _bounded(self, box: tree.Box, one_of: Collection[tuple[int, int]]) -> tuple[Side, Side] | None:
        """The bounds that follow in a box; None if nothing lies there, or none of the given pairs may trade."""
        pairs = self.pairs
        first = pairs + self.values.shape[0]
        trades = {divmod(k, self.width): bounds for k, bounds in box.items() if k < pairs}
        others = [(k, bounds) for k, bounds in box.items() if k >= pairs]
        utilities = {k - pairs: bounds for k, bounds in others if k < first}
        prices = {k - first: bounds for k, bounds in others if k >= first}
        bounds = within(*self._sides, trades, (utilities, prices))
        if bounds and one_of and not any((i, j) in one_of for i, row in enumerate(bounds[0].pairs) for j, _, _ in row):
            return None
        return bounds

    def _envy(self, raw: object, where: str) -> list[Row]:
        rows: list[Row] = []
        for k, entry in enumerate([] if isinstance(raw, (list, tuple)) and not raw else items(raw, where)):
            place = f"{where}[{k}]"
            parts = items(entry, place)
            if len(parts) not in (3, 5, 7):
                raise InputError(
                    "a row is [i, j, multiplier], [i, j, multiplier, capped sellers, capped buyers] or the latter with "
                    "the floors of utility and of price at its end",
                    place,
                )
            i, j = index(parts[0], place, self.values.shape[0]), index(parts[1], place, self.width)
            value = self.known_value(i, j)
            if value is None or value < 0:
                raise Violation(
                    f"{place} is the pair ({i}, {j}), but the two do not know each other, or trade at a loss"
                )
            sizes = (self.width, self.values.shape[0])
            sellers, buyers = [_indices(part, place, size) for part, size in zip(parts[3:5], sizes, strict=False)] or (
                frozenset(),
                frozenset(),
            )
            floors = self._floors(parts[5:], value, place)
            left = value - sum(floors)
            rows.append(Row(i, j, number(parts[2], place), left, sellers - {j}, buyers - {i}, floors))
        return rows

    def _floors(self, parts: Sequence[object], value: int, where: str) -> tuple[int, int]:
        """The floors of a row in units."""
        first, second = ([number(part, where) * self.unit for part in parts]) or (Fraction(0), Fraction(0))
        if first.denominator != 1 or second.denominator != 1:
            raise InputError(f"a floor is a multiple of the values' unit 1/{self.unit}", where)
        if min(first, second) < 0 or first + second > value:
            raise Violation(f"{where}: floors are >= 0 and together no more than the pair's value net of cost")
        return int(first), int(second)

    def known_value(self, i: int, j: int) -> int | None:
        """The net value of a known pair in units; None if the two do not know each other."""
        if j not in self.statement.acquaintances[i]:
            return None
        amount = self._rows[i][j]
        return amount * (self.unit // self.values.denominator) - self.costs[j]

    @cached_property
    def _rows(self) -> tuple[Mapping[int, int], ...]:
        return tuple(map(self.values.row, range(self.values.shape[0])))


def _indices(raw: object, where: str, bound: int) -> frozenset[int]:
    read = [] if isinstance(raw, (list, tuple)) and not raw else items(raw, where)
    found = [index(item, where, bound) for item in read]
    if len(set(found)) < len(found):
        raise InputError("a term is capped twice", where)
    return frozenset(found)


def _true(found: Mapping[str, object], name: str, where: str) -> None:
    if found[name] is not True:
        raise InputError("this is true, or it is not there", f"{where}.{name}")


def one_seller(statement: TradingNetworkStatement) -> Fraction:
    """The bound under smallest prices if there is one seller: the next best bid.

    The platform earns something only if the seller sells to a stranger, whom no buyer she knows outbids; and then the
    smallest price is the greatest value of another buyer she is known to, or her cost. Both are at most the second
    greatest value of all, as the stranger pays no more than his own.
    """
    if statement.values.shape[1] > 1 or statement.price_rule != "smallest":
        raise InputError("this certificate is for one seller and smallest prices", "dual.kind")
    cost, denominator = statement.costs[0], statement.values.denominator
    bids: tuple[list[Fraction], list[Fraction]] = [], []
    for known, row in zip(statement.acquaintances, statement.values.amounts, strict=True):
        value = Fraction(row[0], denominator) if row else Fraction(-1)
        if value >= cost:
            bids[not known].append(value)
    if not bids[1] or max(bids[1]) < max(bids[0], default=cost):
        return Fraction(0)
    return sorted([*bids[0], *bids[1], cost])[-2]


def autarky(statement: TradingNetworkStatement, dual: Mapping[str, object]) -> Fraction:
    """The bound 0 under hostile ties, where introductions do not raise welfare.

    ``{"kind": "autarky", "trades": [[i, j], ...], "buyers": u, "sellers": p}``: trades among known pairs whose
    welfare is the bound ``sum u + sum p`` on the welfare of all pairs. Whatever is introduced, these trades are an
    efficient matching, in which the platform earns nothing.
    """
    from .equilibrium import matching
    from .kind import assignment_bound

    found = fields(dual, ["kind", "trades", "buyers", "sellers"], where="dual")
    if statement.ties != "hostile":
        raise InputError("this certificate is for hostile ties", "dual.kind")
    trades = pair_list(found["trades"], "dual.trades", statement.values)
    matching(trades, statement.values.shape)
    market = Market.on(statement.values, statement.costs, None)
    welfare = Fraction(0)
    for i, j in trades:
        if j not in statement.acquaintances[i]:
            raise Violation(f"dual.trades holds ({i}, {j}), but the two do not know each other")
        welfare += Fraction(market.value(i, j) or 0, market.denominator) - statement.costs[j]
    bound = assignment_bound(market, found["buyers"], found["sellers"])
    if welfare != bound:
        raise Violation(f"the trades of known pairs are worth {brief(welfare)} < {brief(bound)} = the bound on welfare")
    return Fraction(0)


__all__ = ["CERTIFICATES", "LEAF", "SLOPES", "Relaxation", "autarky", "one_seller", "upper"]
