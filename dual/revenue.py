"""Upper bounds on what a platform can earn.

Facts behind them (largest prices, platform-friendly ties; smaller prices and hostile ties never earn more). It is
enough to introduce pairs that then trade. With x_ij = 1 if i and j trade, r_ij the price net of the seller's cost
c_j, and w_ij = v_ij - c_j, the revenue is the value of

    ``max  sum over unknown pairs of r_ij + c_j x_ij``
    ``s.t. sum_j x_ij <= 1,  sum_i x_ij <= 1,  0 <= r_ij <= w_ij x_ij,  x_ij in {0, 1},``
    ``     sum_k (w_ik x_ik - r_ik) + sum_l r_lj >= w_ij  for each known pair (i, j)``

The last says that i does not envy j's buyer: his utility plus j's price is at least his value. As he has one seller
and she one buyer, no single term of these sums need count for more than w_ij times its x, and with these caps

    ``sum_k min(w_ik x_ik - r_ik, w_ij x_ik) + sum_l min(r_lj, w_ij x_lj) >= w_ij``

holds as well; a certificate lists for each row of multiplier d_ij the sellers k and the buyers l whose terms it caps.
For multipliers a, b, d >= 0 of these rows the r_ij can be maximised away. Let D_ij be the sum of d over the rows of
i's known sellers that do not cap j, D^ij over the rows of j's known buyers that do not cap i, and C_ij the sum of
d w over the rows of either that do. Then every feasible point earns at most

    ``sum a + sum b - sum over rows of w d + sum over pairs of max (profit_ij - a_i - b_j) x_ij``
    ``with profit_ij = w_ij max(D_ij, D^ij + [unknown]) + C_ij + c_j [unknown]``

where x_ij runs over its box: {0, 1}, or what a branching tree has left of it. Revenues are multiples of the values'
unit, so a bound may be lowered to the next multiple.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from . import enumeration, homogeneous, known_sellers, tree
from .equilibrium import Market
from .errors import InputError, Violation
from .exact import brief, index, items, number, over_common_denominator, vector
from .statement import fields
from .valuations import pair_list

if TYPE_CHECKING:
    from .trading_network import TradingNetworkStatement

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
        return relaxation.bound({}, witness, "dual")
    if kind == "tree":
        bound = tree.upper(relaxation, fields(dual, ["kind", "nodes"], where="dual")["nodes"])
        if bound is None:
            raise Violation("the tree has no leaf")
        return bound
    raise InputError(f"the certificate of a revenue is one of {', '.join(CERTIFICATES)}", "dual.kind")


class Relaxation:
    """The linear relaxation of the program above; the variable of the pair (i, j) has number ``i m + j``."""

    def __init__(self, statement: TradingNetworkStatement) -> None:
        self.statement = statement
        self.values = statement.values
        self.width = self.values.shape[1]
        self.unit = int(1 / statement.unit)
        self.costs = [int(cost * self.unit) for cost in statement.costs]

    @cached_property
    def _net(self) -> list[list[tuple[int, int, bool]]]:
        """For each buyer (seller, net value in units, unknown?), where trade creates no loss."""
        self.values.expandable()
        factor = self.unit // self.values.denominator
        rows = []
        for i, known in enumerate(self.statement.acquaintances):
            row = zip(self.values.sellers[i], self.values.amounts[i], strict=True)
            net = [(j, amount * factor - self.costs[j], j not in known) for j, amount in row]
            rows.append([entry for entry in net if entry[1] >= 0])
        return rows

    def variables(self) -> int:
        """The number of pairs, possible or not."""
        return self.values.shape[0] * self.width

    def box(self, _: int) -> tuple[int, int]:
        """A pair trades or does not."""
        return (0, 1)

    def exclusive(self, first: Sequence[int], second: Sequence[int]) -> bool:
        """Whether all these pairs are different and share a buyer or a seller."""
        pairs = [divmod(k, self.width) for k in (*first, *second)]
        one_side = len({i for i, _ in pairs}) == 1 or len({j for _, j in pairs}) == 1
        return one_side and not set(first) & set(second)

    def bound(self, box: tree.Box, leaf: Mapping[str, object], where: str) -> Fraction:
        """The bound that ``{"buyers": a, "sellers": b, "known": rows}`` proves within a box."""
        found = fields(leaf, LEAF, where=where)
        a = vector(found["buyers"], f"{where}.buyers", self.values.shape[0])
        b = vector(found["sellers"], f"{where}.sellers", self.width)
        d = self._envy(found["known"], f"{where}.known")
        for name, numbers in (("buyers", a), ("sellers", b), ("known", tuple(row.weight for row in d))):
            for k, value in enumerate(numbers):
                if value < 0:
                    raise Violation(f"{where}.{name}[{k}]: the multiplier {brief(value)} is negative")
        weights, scale = over_common_denominator([row.weight for row in d])
        common = math.lcm(self.unit * scale, *(x.denominator for x in (*a, *b)))
        buyers, sellers = ([x.numerator * (common // x.denominator) for x in side] for side in (a, b))
        factor = common // (self.unit * scale)
        paid, out, into, caps = self._sums(d, weights)
        total = sum(buyers) + sum(sellers) - paid * factor
        forced = {divmod(k, self.width) for k, (low, _) in box.items() if low >= 1}
        closed = {divmod(k, self.width) for k, (_, high) in box.items() if high <= 0}
        rest = set(forced)
        for i, row in enumerate(self._net):
            envy, limit, capped = out[i], buyers[i], caps.get(i, {})
            for j, net, unknown in row:
                top = into[j] + scale if unknown else into[j]
                if j in capped:
                    less_out, less_in, extra = capped[j]
                    profit = net * max(top - less_in, envy - less_out) + extra
                else:
                    profit = net * max(top, envy)
                if unknown:
                    profit += self.costs[j] * scale
                excess = profit * factor - limit - sellers[j]
                if forced and (i, j) in forced:
                    total += excess
                    rest.discard((i, j))
                elif excess > 0 and (i, j) not in closed:
                    total += excess
        # A pair that must trade, but would do so at a loss, leaves nothing in the box: any bound is true there.
        bound = Fraction(0) if rest else Fraction(total, common)
        return Fraction(math.floor(bound * self.unit), self.unit)

    def _envy(self, raw: object, where: str) -> list[Row]:
        rows: list[Row] = []
        for k, entry in enumerate([] if isinstance(raw, (list, tuple)) and not raw else items(raw, where)):
            place = f"{where}[{k}]"
            parts = items(entry, place)
            if len(parts) not in (3, 5):
                raise InputError(
                    "a row is [i, j, multiplier] or [i, j, multiplier, capped sellers, capped buyers]", place
                )
            i, j = index(parts[0], place, self.values.shape[0]), index(parts[1], place, self.width)
            value = self.known_value(i, j)
            if value is None or value < 0:
                raise Violation(
                    f"{place} is the pair ({i}, {j}), but the two do not know each other, or trade at a loss"
                )
            sizes = (self.width, self.values.shape[0])
            caps = [_indices(part, place, size) for part, size in zip(parts[3:], sizes, strict=False)]
            sellers, buyers = caps or ((), ())
            rows.append(Row(i, j, number(parts[2], place), value, sellers, buyers))
        return rows

    def known_value(self, i: int, j: int) -> int | None:
        """The net value of a known pair in units; None if the two do not know each other."""
        if j not in self.statement.acquaintances[i]:
            return None
        amount = self._rows[i][j]
        return amount * (self.unit // self.values.denominator) - self.costs[j]

    @cached_property
    def _rows(self) -> tuple[Mapping[int, int], ...]:
        return tuple(map(self.values.row, range(self.values.shape[0])))

    def _sums(
        self, rows: Sequence[Row], weights: Sequence[int]
    ) -> tuple[int, list[int], list[int], dict[int, dict[int, tuple[int, int, int]]]]:
        """``sum of w d`` in units; d by buyer and by seller; and by pair what caps take from these and add."""
        out, into = [0] * self.values.shape[0], [0] * self.width
        caps: dict[int, dict[int, tuple[int, int, int]]] = {}
        paid = 0
        for row, d in zip(rows, weights, strict=True):
            out[row.buyer] += d
            into[row.seller] += d
            paid += d * row.value
            for k in row.capped_sellers:
                less_out, less_in, extra = caps.setdefault(row.buyer, {}).get(k, (0, 0, 0))
                caps[row.buyer][k] = (less_out + d, less_in, extra + d * row.value)
            for i in row.capped_buyers:
                less_out, less_in, extra = caps.setdefault(i, {}).get(row.seller, (0, 0, 0))
                caps[i][row.seller] = (less_out, less_in + d, extra + d * row.value)
        return paid, out, into, caps


@dataclass(frozen=True)
class Row:
    """A row of the program: a known pair, its multiplier and net value, and whose terms are capped."""

    buyer: int
    seller: int
    weight: Fraction
    value: int
    capped_sellers: tuple[int, ...]
    capped_buyers: tuple[int, ...]


def _indices(raw: object, where: str, bound: int) -> tuple[int, ...]:
    read = [] if isinstance(raw, (list, tuple)) and not raw else items(raw, where)
    found = tuple(index(item, where, bound) for item in read)
    if len(set(found)) < len(found):
        raise InputError("a term is capped twice", where)
    return found


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
    from .trading_network import assignment_bound

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
