"""Trees that split utilities and prices, against all equilibria in whole numbers of small markets."""

import itertools
import math
import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from dual.errors import InputError, Violation
from dual.kinds.trading.kind import KIND
from dual.kinds.trading.revenue import Relaxation
from dual.kinds.trading.statement import TradingNetworkStatement
from tests.dual.kinds.reading import checks
from tests.transport.trading import brute
from transport.trading.arrays import Model
from transport.trading.bounds import Bounds
from transport.trading.listing import listed

_, upper = checks(KIND)

Box = dict[int, tuple[int, int]]


def best(statement: TradingNetworkStatement) -> Fraction:
    """The greatest revenue of all sets of introductions."""
    values = statement.values
    net = {
        (i, j): Fraction(value, values.denominator) - statement.costs[j]
        for i in range(values.shape[0])
        for j, value in values.row(i).items()
    }
    return brute.best_revenues(net, list(statement.costs), set(statement.known_pairs), statement.price_rule)[0]


class Market:
    """A small market in units, with all its equilibria in units: trades, utilities, prices net of cost, revenue."""

    def __init__(self, statement: TradingNetworkStatement) -> None:
        unit = 1 / statement.unit
        self.shape = statement.values.shape
        self.known = set(statement.known_pairs)
        self.costs = [int(cost * unit) for cost in statement.costs]
        self.net = {
            (i, j): int(Fraction(value, statement.values.denominator) * unit) - self.costs[j]
            for i in range(self.shape[0])
            for j, value in statement.values.row(i).items()
        }
        self.unit = int(unit)
        self.relaxation = Relaxation(statement)
        self.model = Model(statement)
        self.points = list(self._points())

    def _matchings(self, i: int = 0, taken: frozenset[int] = frozenset()) -> Iterator[tuple[tuple[int, int], ...]]:
        if i == self.shape[0]:
            yield ()
            return
        yield from self._matchings(i + 1, taken)
        for j in set(range(self.shape[1])) - taken:
            if self.net.get((i, j), -1) >= 0:
                for rest in self._matchings(i + 1, taken | {j}):
                    yield ((i, j), *rest)

    def _points(self) -> Iterator[tuple[set[tuple[int, int]], list[int], list[int], int]]:
        n, m = self.shape
        for trades in self._matchings():
            for paid in itertools.product(*(range(self.net[pair] + 1) for pair in trades)):
                u, p = [0] * n, [0] * m
                for (i, j), price in zip(trades, paid, strict=True):
                    u[i], p[j] = self.net[i, j] - price, price
                if all(u[i] + p[j] >= self.net[i, j] for i, j in self.known):
                    revenue = sum(p[j] + self.costs[j] for i, j in trades if (i, j) not in self.known)
                    yield set(trades), u, p, revenue

    def numbers(self, point: tuple[set[tuple[int, int]], list[int], list[int], int]) -> list[int]:
        """The variables of a tree at a point."""
        trades, u, p, _ = point
        n, m = self.shape
        return [int((i, j) in trades) for i in range(n) for j in range(m)] + u + p

    def inside(self, box: Box) -> list[tuple[set[tuple[int, int]], list[int], list[int], int]]:
        """The points in a box."""
        return [
            point
            for point in self.points
            if all(low <= self.numbers(point)[k] <= high for k, (low, high) in box.items())
        ]


def market(rng: random.Random) -> Market:
    n, m = rng.choice([(2, 2), (2, 3), (3, 2), (3, 3)])
    unit = rng.choice([1, 1, 2])
    top = 7 if n + m < 6 else 5
    pairs = [(i, j) for i in range(n) for j in range(m)]
    values: Any = [[i, j, Fraction(rng.randint(0, top), unit)] for i, j in pairs if rng.random() < 0.95]
    known = [[i, j] for i, j, _ in values if rng.random() < rng.choice([0.2, 0.5, 0.8])]
    costs = [Fraction(rng.choice([0, 0, 1, 2]), unit) for _ in range(m)]
    values = {"pairs": values or [[0, 0, 1]], "shape": [n, m]}
    return Market(
        TradingNetworkStatement.read({"kind": "trading-network", "values": values, "known": known, "costs": costs})
    )


def some_box(rng: random.Random, of: Market, around: bool) -> Box:
    """A box at random, if wanted around one of the points."""
    n, m = of.shape
    top = of.relaxation.box(n * m)[1]
    centre = of.numbers(rng.choice(of.points)) if around else None
    width = rng.choice([1, 2, top])
    box: Box = {}
    for k in range(n * m + n + m):
        size = 1 if k < n * m else top
        if rng.random() < (0.3 if k < n * m else 0.5):
            low = rng.randint(0, size)
            high = min(low + rng.randint(0, width), size)
            box[k] = (min(low, centre[k]), max(high, centre[k])) if centre else (low, high)
    return box


def plain_rules(of: Market, box: Box, rng: random.Random) -> dict[str, Any] | None:
    """The rules one by one, for one person or pair after the other in random order, until none has an effect."""
    n, m = of.shape
    pairs, top = [(i, j) for i in range(n) for j in range(m)], max([0, *of.net.values()])
    able = {(i, j) for i, j in pairs if of.net.get((i, j), -1) >= 0 and box.get(i * m + j, (0, 1))[1] > 0}
    known = {pair for pair in of.known if of.net[pair] >= 0}
    must = {p for i, j in pairs if box.get(i * m + j, (0, 1))[0] for p in (("u", i), ("p", j))}
    forced = {(i, j) for i, j in pairs if box.get(i * m + j, (0, 1))[0]}
    people = [*(("u", i) for i in range(n)), *(("p", j) for j in range(m))]
    low = {p: box.get(n * m + k, (0, top))[0] for k, p in enumerate(people)}
    high = {p: box.get(n * m + k, (0, top))[1] for k, p in enumerate(people)}
    while True:
        before = (dict(low), dict(high), set(able), set(must), set(forced))
        rules: list[Any] = people + pairs
        rng.shuffle(rules)
        for rule in rules:
            if rule in people:
                side, k = rule
                mine = [x for x in pairs if x[0 if side == "u" else 1] == k]
                partner = {x: ("p", x[1]) if side == "u" else ("u", x[0]) for x in mine}
                high[rule] = min(high[rule], max([0, *(of.net[x] - low[partner[x]] for x in mine if x in able)]))
                low[rule] = max([low[rule], *(of.net[x] - high[partner[x]] for x in mine if x in known)])
                if low[rule] > 0:
                    must.add(rule)
                left = [x for x in mine if x in able]
                if low[rule] > high[rule] or (rule in must and not left):
                    return None
                if rule in must and len(left) == 1:
                    forced.add(left[0])
            else:
                u, p, w = ("u", rule[0]), ("p", rule[1]), of.net.get(rule, -1)
                if max(low[p], w - high[u]) > min(high[p], w - low[u]):
                    able.discard(rule)
                if rule in forced:
                    if rule not in able:
                        return None
                    must |= {u, p}
                    able = {x for x in able if x == rule or (x[0] != rule[0] and x[1] != rule[1])}
        if before == (low, high, able, must, forced):
            return {"low": low, "high": high, "able": able, "must": must}


def derived(of: Market, box: Box) -> Box:
    """The box with all that the solver finds to follow, after the checker has agreed."""
    n, m = of.shape
    steps: list[Any] = []
    there = {k: ends for k, ends in box.items() if k >= n * m or divmod(k, m) in of.net}
    Bounds.of(of.model).within(of.model, there, steps)
    return {**box, **of.relaxation.follow(box, steps, "bounds")}


def bounds(of: Market, box: Box) -> dict[str, Any] | None:
    n, m = of.shape
    found = derived(of, box)
    part = of.relaxation.part(found)
    if any(low > high for low, high in found.values()) or part.empty():
        return None
    people = [*(("u", i) for i in range(n)), *(("p", j) for j in range(m))]
    able = {(i, k - n) for i in range(n) for k, _ in part.open(i)}
    assert able == {(i, j) for j in range(m) for i, _ in part.open(n + j)}
    return {
        "low": dict(zip(people, part.low, strict=True)),
        "high": dict(zip(people, part.high, strict=True)),
        "able": able,
        "must": {p for k, p in enumerate(people) if part.must(k)},
    }


def test_bounds_cut_off_no_equilibrium_and_are_all_that_the_rules_give() -> None:
    rng = random.Random(1)
    empty = proven = 0
    for _ in range(100):
        of = market(rng)
        for k in range(30):
            box = some_box(rng, of, around=k % 2 == 0)
            found, points = bounds(of, box), of.inside(box)
            assert found == plain_rules(of, box, rng)
            empty += not points
            proven += found is None
            assert found is not None or not points
            for trades, u, p, _ in points if found else ():
                numbers = {("u", i): x for i, x in enumerate(u)} | {("p", j): x for j, x in enumerate(p)}
                assert all(found["low"][k] <= x <= found["high"][k] for k, x in numbers.items())
                assert trades <= found["able"]
                assert found["must"] <= {who for i, j in trades for who in (("u", i), ("p", j))}
    assert 0.8 * empty < proven <= empty < 2000


def some_rows(rng: random.Random, of: Market) -> list[list[object]]:
    rows: list[list[object]] = []
    n, m = of.shape
    for i, j in of.known:
        w = of.net[i, j]
        if w >= 0 and rng.random() < 0.8:
            f = rng.choice([0, rng.randint(0, w)])
            g = rng.choice([0, rng.randint(0, w - f)])
            caps = [[k for k in range(size) if rng.random() < 0.2] for size in (m, n)]
            d = Fraction(rng.randint(0, 6), rng.randint(1, 4))
            rows.append([i, j, d, *caps, Fraction(f, of.unit), Fraction(g, of.unit)])
    return rows


def plain_bound(of: Market, leaf: dict[str, Any], beyond: list[int], rules: dict[str, Any]) -> Fraction:
    """The bound of a leaf row by row and price by price, in units."""
    low, high = rules["low"], rules["high"]
    live = sorted(rules["able"])
    q = {(i, j): of.net[i, j] - low["u", i] - low["p", j] for i, j in live}
    a, b = ([x * of.unit for x in leaf[side]] for side in ("buyers", "sellers"))
    total = sum(a) + sum(b)
    rows = []
    for i, j, d, sellers, buyers, *floors in leaf["known"]:
        f, g = (max(x * of.unit - least, 0) for x, least in zip(floors, (low["u", i], low["p", j]), strict=True))
        h = of.net[i, j] - low["u", i] - low["p", j] - f - g
        if h > 0:
            rows.append((i, j, d, sellers, buyers, f, g, h))
            total -= d * h

    def chord(floor: Fraction, h: Fraction, value: int, x: int) -> Fraction:
        slope = max(min(value - floor, h), 0) / min(value, floor + h) if value else Fraction(0)
        return Fraction(math.ceil(slope * 2**18), 2**18) * x

    excess = {}
    for i, j in live:
        profits = []
        for price in range(of.net[i, j] + 1):
            gain = of.net[i, j] - price
            if not (low["p", j] <= price <= high["p", j] and low["u", i] <= gain <= high["u", i]):
                continue
            profit = Fraction(0 if (i, j) in of.known else price + of.costs[j])
            for x, y, d, sellers, buyers, f, g, h in rows:
                if x == i:
                    profit += d * (h if y == j or j in sellers else chord(f, h, q[i, j], gain - low["u", i]))
                elif y == j:
                    profit += d * (h if i in buyers else chord(g, h, q[i, j], price - low["p", j]))
            profits.append(profit)
        excess[i, j] = max(profits) - a[i] - b[j]
    forced = {
        x for x in live for k in (0, 1) if ("up"[k], x[k]) in rules["must"] and sum(y[k] == x[k] for y in live) == 1
    }
    total += sum(value if x in forced else max(value, 0) for x, value in excess.items())
    some = {divmod(k, of.shape[1]) for k in beyond}
    if some and not some & forced:
        total += min(max(excess[x] for x in some & set(live)), 0)
    return Fraction(math.floor(total), of.unit)


def sharpened(
    rng: random.Random, of: Market, box: Box, rules: dict[str, Any], beyond: list[int]
) -> Iterator[Fraction | None]:
    """Bounds of multipliers of envy at random, and of other ones of the two sides, as long as these help."""
    n, m = of.shape
    known, follows = some_rows(rng, of), derived(of, box)
    sides = [[Fraction(rng.randint(0, 5)) for _ in range(size)] for size in (n, m)]
    least: Fraction | None = None
    for _ in range(25):
        trial = [list(side) for side in sides]
        side, name = rng.choice(list(zip(trial, "up", strict=True)))
        k = rng.randrange(len(side))
        side[k] += rng.choice([-3, -2, -1, -1, Fraction(-1, 2), 1])
        if (name, k) not in rules["must"]:
            side[k] = max(side[k], Fraction(0))
        leaf = {"buyers": trial[0], "sellers": trial[1], "known": known}
        bound = of.relaxation.bound(follows, leaf, "leaf", beyond)
        yield bound
        if bound is None or least is None or bound <= least:
            least, sides = bound, trial


def test_bounded_leaves_bound_every_equilibrium_in_the_box() -> None:
    rng = random.Random(2)
    tight = negative = 0
    for _ in range(120):
        of = market(rng)
        n, m = of.shape
        for _ in range(4):
            box = some_box(rng, of, around=True)
            beyond = [k for k in range(n * m) if rng.random() < 0.4] if rng.random() < 0.4 else []
            points = [p for p in of.inside(box) if not beyond or any(divmod(k, m) in p[0] for k in beyond)]
            found = bounds(of, box)
            assert found is not None
            most = max((Fraction(p[3], of.unit) for p in points), default=None)
            least = None
            for bound in sharpened(rng, of, box, found, beyond):
                if bound is None:
                    assert beyond
                    assert most is None
                elif most is not None:
                    assert bound >= most
                    least = bound if least is None else min(bound, least)
            tight += least is not None and least == most
            negative += bool(found["must"])
    assert tight > 100
    assert negative > 100


def test_bounds_of_leaves_are_those_row_by_row_and_price_by_price() -> None:
    rng = random.Random(4)
    for _ in range(120):
        of = market(rng)
        for _ in range(15):
            box = some_box(rng, of, around=True)
            rules = plain_rules(of, box, rng)
            assert rules is not None
            leaf: dict[str, Any] = {"known": some_rows(rng, of)}
            for side, name, size in zip(("buyers", "sellers"), "up", of.shape, strict=True):
                leaf[side] = [rng.choice([0, 0, 1, -1 if (name, k) in rules["must"] else 2]) for k in range(size)]
            beyond = [i * of.shape[1] + j for i, j in rules["able"] if rng.random() < 0.2]
            for some in ([], beyond):
                assert of.relaxation.bound(derived(of, box), leaf, "leaf", some) == plain_bound(of, leaf, some, rules)


# Buyer 0 knows both sellers; the others know nobody. If she gains nothing, both prices are 5, and only she pays that.
# Otherwise she trades, but as she knows the seller this earns nothing, and a stranger pays 3.
CHOICE = {"kind": "trading-network", "values": [[5, 5], [1, 3], [3, 3]], "known": [[0, 0], [0, 1]]}
GAINS: list[dict[str, Any]] = [
    {"split": [6, 0], "children": [1, 2]},
    {"empty": True},
    {"buyers": [-3, 0, 0], "sellers": [3, 3], "known": []},
]
# Buyer 0 knows seller 0, buyer 2 seller 1. If price 0 is 1 or less, buyer 0 gains 1 or more: she trades, and pays
# seller 1 at most 2. If it is 2 or more, three times the envy of buyer 2 proves 17 - 12.
PRICE = {"kind": "trading-network", "values": [[2, 3], [5, 3], [3, 4]], "known": [[0, 0], [2, 1]]}
PRICES: list[dict[str, Any]] = [
    {"split": [9, 1], "children": [1, 2]},
    {"buyers": [-1, 0, 0], "sellers": [1, 3], "known": []},
    {"buyers": [0, 0, 0], "sellers": [5, 12], "known": [[2, 1, 3]]},
]


def tree(nodes: list[dict[str, Any]], statement: TradingNetworkStatement) -> dict[str, object]:
    return {"kind": "tree", "nodes": listed(Model(statement), nodes)}


def test_a_split_of_utility_or_price_proves_the_optimum() -> None:
    choice, price = TradingNetworkStatement.read(CHOICE), TradingNetworkStatement.read(PRICE)
    assert upper(choice, tree(GAINS, choice)) == best(choice) == 3
    assert upper(price, tree(PRICES, price)) == best(price) == 5
    # Without listed bounds, nobody must trade.
    with pytest.raises(Violation, match=r"nodes\[1\].buyers\[0\]: the multiplier -1 is negative"):
        upper(price, {"kind": "tree", "nodes": PRICES})
    # A leaf of a whole market, with bounds, and one where nothing lies.
    whole = {"kind": "lp", "buyers": [0, 0, 0], "sellers": [3, 3], "known": []}
    assert upper(choice, {**whole, "bounds": [6, 7, 8, 9, 10]}) == 6
    assert upper(choice, whole) == 6
    nothing = {"buyers": [0, 0, 0], "sellers": [0, 0], "known": []}
    assert upper(choice, tree([GAINS[0], nothing, GAINS[2]], choice)) == 3


def test_nothing_lies_between_bounds_that_cross() -> None:
    # Buyer 0 gains 2 at most and envies whoever pays 2 at most for seller 0; both have others to trade with.
    values = [[5, 7, 7, 0], [7, 0, 0, 7], [7, 0, 0, 7], [0, 7, 7, 0]]
    relaxation = Relaxation(
        TradingNetworkStatement.read({"kind": "trading-network", "values": values, "known": [[0, 0]]})
    )
    for most, crossed in ((2, True), (3, False)):
        box = {16: (0, 2), 20: (0, most)}
        low, high = relaxation.follow(box, [[16, 0]], "bounds")[16]
        assert (low, high, low > high) == (5 - most, 2, crossed)


def test_units_are_those_of_values_and_costs() -> None:
    # As above with values in sixths and a cost; the box is in units.
    values = [[Fraction(x, 6) + (1 if j == 0 else 0) for j, x in enumerate(row)] for row in [[5, 5], [1, 3], [3, 3]]]
    statement = TradingNetworkStatement.read({**CHOICE, "values": values, "costs": [1, 0]})
    half = Fraction(1, 2)
    nodes = [*GAINS[:2], {"buyers": [-half - 1, 0, 0], "sellers": [half + 1, half], "known": []}]
    # Buyer 0 buys the second good, which costs nothing: the others pay the cost and 3/6 for the first.
    assert best(statement) == Fraction(3, 2)
    assert upper(statement, tree(nodes, statement)) == Fraction(3, 2)


LISTED = listed(Model(TradingNetworkStatement.read(CHOICE)), GAINS)


def changed(k: int, **fields: object) -> list[object]:
    """The listed tree with some fields of a node changed."""
    return [{**node, **(fields if at == k else {})} for at, node in enumerate(LISTED)]


@pytest.mark.parametrize(
    ("nodes", "error", "message"),
    [
        (changed(2, buyers=[-3, -1, 0]), Violation, r"buyers\[1\]: the multiplier -1 is neg"),
        (changed(2, sellers=[3, -1]), Violation, r"sellers\[1\]: the multiplier -1 is neg"),
        (changed(2, known=[[0, 0, -1]]), Violation, r"known\[0\]: the multiplier -1 is neg"),
        ([{**GAINS[2]}], Violation, r"buyers\[0\]: the multiplier -3 is negative"),
        (
            [GAINS[0], {**GAINS[2], "buyers": [0, 0, 0]}, GAINS[1]],
            Violation,
            r"nodes\[2\]: everybody who must trade can",
        ),
        ([GAINS[0], GAINS[1], GAINS[2]], Violation, r"nodes\[1\]: everybody who must trade can"),
        ([{"empty": True}], Violation, r"nodes\[0\]: everybody who must trade can"),
        ([{"empty": False}], InputError, r"nodes\[0\].empty: write true, or leave the field out"),
        ([{"empty": True, "buyers": [0, 0, 0]}], InputError, "unknown field"),
        (changed(2, bounded=True), InputError, "unknown field"),
        (changed(2, bounds=3), InputError, r"nodes\[2\].bounds: 3 is not a list"),
        (changed(2, bounds=[11]), InputError, "11 is not an index from 0 to 10"),
        (changed(2, bounds=[[6]]), InputError, r"bounds\[0\]: \[6\] is not a number"),
        (changed(2, bounds=[[6, 2]]), InputError, "2 is not an index from 0 to 1"),
        (
            changed(2, bounds=[[7, 1]]),
            Violation,
            r"bounds\[0\] is the pair \(1, 1\), but the two do not know each other",
        ),
        (
            changed(2, bounds=[[9, 1]]),
            Violation,
            r"bounds\[0\] is the pair \(1, 0\), but the two do not know each other",
        ),
        (changed(2, bounds=[2]), Violation, r"bounds\[0\]: neither of \(1, 0\) must trade and has no other pair"),
        ([{"split": [11, 0], "children": [1, 2]}, *GAINS[1:]], InputError, "11 is not an index from 0 to 10"),
        ([{"split": [6, "1/2"], "children": [1, 2]}, *GAINS[1:]], InputError, "split at an integer"),
        ([{"either": [[6], [7]], "children": [1, 2]}, *GAINS[1:]], Violation, "can both be one"),
        ([{"either": [[0], [9]], "children": [1, 2]}, *GAINS[1:]], Violation, "can both be one"),
        ([{"closed": [6], "by": GAINS[2], "children": [1]}, GAINS[2]], InputError, "only pairs can be closed"),
        ([{"closed": [0, 10], "by": GAINS[2], "children": [1]}, GAINS[2]], InputError, "only pairs can be closed"),
        ([{"closed": [2], "by": {"empty": True}, "children": [1]}, GAINS[2]], Violation, "by: everybody who must"),
    ],
)
def test_changed_trees_are_refused(nodes: list[object], error: type[Exception], message: str) -> None:
    assert upper(TradingNetworkStatement.read(CHOICE), {"kind": "tree", "nodes": LISTED}) == 3
    with pytest.raises(error, match=message):
        upper(TradingNetworkStatement.read(CHOICE), {"kind": "tree", "nodes": nodes})


def test_who_must_trade_with_one_pair_left_does() -> None:
    relaxation = Relaxation(TradingNetworkStatement.read(CHOICE))
    # Buyer 1 gains something, and seller 1 sells to somebody else: pair (1, 0) is all that is left.
    box = {7: (1, 3), 3: (0, 0)}
    assert relaxation.follow(box, [2], "bounds") == {2: (1, 1)}
    assert relaxation.bound({**box, 2: (1, 1)}, {"empty": True}, "leaf", [4, 0]) is None  # seller 0 has a buyer
    for less in ({7: (1, 3)}, {3: (0, 0)}):
        with pytest.raises(Violation, match="neither of"):
            relaxation.follow(less, [2], "bounds")


def test_bounds_close_pairs() -> None:
    choice = TradingNetworkStatement.read(CHOICE)
    # Where price 0 is 1 at most, buyer 0 gains 4. Where it is 2 or more, it is more than it is worth to buyer 1.
    six: dict[str, Any] = {"buyers": [0, 0, 0], "sellers": [3, 3], "known": []}
    nodes: list[dict[str, Any]] = [
        {"split": [9, 1], "children": [1, 2]},
        {"buyers": [-1, 0, 0], "sellers": [1, 3], "known": []},
        {"closed": [2], "by": {"empty": True}, "children": [3]},
        six,
    ]
    assert upper(choice, tree(nodes, choice)) == 6
    nodes[2]["by"] = {**six, "sellers": [30, 30]}
    assert upper(choice, tree(nodes, choice)) == 6
    nodes[2].update(closed=[2, 3], by={"empty": True})
    with pytest.raises(Violation, match=r"nodes\[2\].by: everybody who must trade can"):
        upper(choice, tree(nodes, choice))
    # The pair must not trade there in any other way either.
    of = Market(choice)
    relaxation = of.relaxation
    assert relaxation.bound({9: (2, 5), 2: (1, 1)}, six, "leaf") == 0
    part = derived(of, {9: (2, 5)})
    assert relaxation.bound(part, six, "leaf") == 6
    # A multiplier 1 that buyer 1 needs not is paid back where it must be (1, 1) that trades.
    assert relaxation.bound(part, six, "leaf", [3]) == 6
    assert relaxation.bound(part, {**six, "buyers": [0, 1, 0]}, "leaf", [3]) == 6
    assert relaxation.bound(part, {**six, "buyers": [0, 1, 0]}, "leaf") == 7


def test_leaves_without_listed_bounds_are_true_as_well() -> None:
    rng = random.Random(3)
    for _ in range(60):
        of = market(rng)
        n, m = of.shape
        leaf: dict[str, object] = {
            "buyers": [Fraction(rng.randint(0, 9), rng.randint(1, 3)) for _ in range(n)],
            "sellers": [Fraction(rng.randint(0, 9), rng.randint(1, 3)) for _ in range(m)],
            "known": some_rows(rng, of),
        }
        box = some_box(rng, of, around=True)
        beyond = [k for k in range(n * m) if rng.random() < 0.3]
        for some in ([], beyond):
            bound = of.relaxation.bound(box, leaf, "leaf", some)
            inside = [p for p in of.inside(box) if not some or any(divmod(k, m) in p[0] for k in some)]
            assert bound is not None
            assert all(bound >= Fraction(p[3], of.unit) for p in inside)


def test_bounds_that_creep_are_listed_one_by_one() -> None:
    # Everybody knows everybody, and the other way of trading earns 1 more: prices that hold back creep by 1.
    crossed = TradingNetworkStatement.read({"kind": "trading-network", "values": [[50, 51], [50, 50]], "known": "all"})
    nodes = [
        {"split": [0, 0], "children": [1, 2]},
        {"buyers": [51, 50], "sellers": [0, 0], "known": []},
        {"split": [3, 0], "children": [3, 4]},
        {"buyers": [51, 50], "sellers": [0, 0], "known": []},
        {"empty": True},
    ]
    found = tree(nodes, crossed)
    steps = found["nodes"][2]["bounds"]  # type: ignore[index]
    assert len(steps) > 50
    assert upper(crossed, found) == 101
    steps[10:] = []
    with pytest.raises(Violation, match=r"nodes\[4\]: everybody who must trade can"):
        upper(crossed, found)
