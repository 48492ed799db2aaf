"""What is true of a small instance, found without the solvers and without the checker.

Linear kinds: an exact simplex method. Markets: every matching, every set of introductions. Payoffs on a continuum: the
best policy on a fine grid from below, and the grid's optimum plus a bound of what lies between its points from above.
"""

import itertools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from tests.campaign import linear
from tests.campaign.simplex import Program, solve
from tests.transport.trading import brute

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Truth:
    """The optimum lies in ``[low, high]``; None where nothing is known; or there is nothing feasible at all."""

    low: Fraction | None = None
    high: Fraction | None = None
    infeasible: bool = False

    def contradicts(self, lower: Fraction | None, upper: Fraction | None) -> str | None:
        """Why bounds cannot be right, or None."""
        if lower is not None and upper is not None and lower > upper:
            return f"lower {lower} > upper {upper}"
        if self.infeasible:
            return None if lower is None else f"lower {lower} of an infeasible instance"
        if lower is not None and self.high is not None and lower > self.high:
            return f"lower {lower} > optimum {self.high}"
        if upper is not None and self.low is not None and upper < self.low:
            return f"upper {upper} < optimum {self.low}"
        return None


def exactly(value: Fraction) -> Truth:
    return Truth(value, value)


def read(value: Any) -> Any:
    """Numbers of a file, in nested lists."""
    if isinstance(value, (list, tuple)):
        return [read(entry) for entry in value]
    return Fraction(value) if isinstance(value, (int, float)) else Fraction(str(value))


def truth(instance: Mapping[str, Any]) -> Truth:
    """What is true of an instance, as its file states it."""
    return _KINDS[instance["kind"]](instance)


def stated(instance: Mapping[str, Any]) -> linear.Linear | None:
    """The programs of an instance of a linear kind; None for all others."""
    match instance:
        case {"kind": "persuasion", "prior": prior, "sender": sender, "receiver": receiver}:
            return linear.persuasion(read(prior), read(sender), read(receiver))
        case {"kind": "concavification", "prior": prior, "beliefs": beliefs, "values": values}:
            return linear.concavification(read(prior), read(beliefs), read(values))
        case {"kind": "transport", "source": [*source], "target": target}:
            field = "gain" if "gain" in instance else "cost"
            return linear.transport(read(source), read(target), read(instance[field]), field)
        case {"kind": "two-receiver", "prior": p, "grid": {"x": x, "y": y}, "utility": {"l": [*low], "h": [*high]}}:
            return linear.two_receiver(read(p), read(x), read(y), read(low), read(high))
        case {"kind": "private-persuasion", "prior": prior, "grids": grids, "utility": utility}:
            return linear.private(read(prior), read(grids), dict(_flat(read(utility))))
        case {"kind": "private-persuasion", "prior": prior, "receivers": receivers, "sender": sender}:
            return linear.game(read(prior), [read(r["payoff"]) for r in receivers], dict(_flat(read(sender))))
        case {"kind": "mean-persuasion", "law": {"support": support, "prior": prior}, "payoff": {"points": points, "values": values}}:
            return linear.means_listed(read(support), read(prior), read(points), read(values))
        case {"kind": "mean-persuasion", "law": {"support": support, "prior": prior}, "payoff": {"breakpoints": b, "pieces": pieces}}:
            if all(len(piece) <= 2 for piece in pieces):
                padded = [[*piece, ZERO][:2] for piece in read(pieces)]
                return linear.means_piecewise(read(support), read(prior), read(b), padded)
    return None


def _flat(table: Any, at: tuple[int, ...] = ()) -> Any:
    if not isinstance(table, list):
        yield at, table
        return
    for k, entry in enumerate(table):
        yield from _flat(entry, (*at, k))


def _linear(instance: Mapping[str, Any]) -> Truth:
    program = stated(instance)
    if program is None:
        return _continuous(instance)
    found = program.optimum()
    return Truth(infeasible=True) if found.status == "infeasible" else exactly(found.value)


def trading(instance: Mapping[str, Any]) -> Truth:
    """Every set of introductions, every matching."""
    values = instance["values"]
    if isinstance(values, Mapping) and "pairs" in values:
        entries = {(int(i), int(j)): v for i, j, v in read(values["pairs"])}
        shape = [int(side) for side in read(values["shape"])]
    elif isinstance(values, Mapping):
        shape = (len(values["buyers"]), int(read(values["sellers"])))
        entries = {(i, j): v for i, v in enumerate(read(values["buyers"])) for j in range(shape[1])}
    else:
        shape = (len(values), len(values[0]))
        entries = {(i, j): v for i, row in enumerate(read(values)) for j, v in enumerate(row)}
    costs = read(instance.get("costs") or [0] * shape[1])
    known = set(entries) if instance["known"] == "all" else {(int(i), int(j)) for i, j in read(instance["known"])}
    net = {(i, j): v - costs[j] for (i, j), v in entries.items()}
    objective = instance.get("objective", "revenue")
    if objective == "welfare":
        return exactly(brute.welfare(net))
    if objective == "equilibrium":
        return exactly(brute.welfare({pair: worth for pair, worth in net.items() if pair in known}))
    rule = instance.get("price_rule", "largest")
    most, least = _revenues(tuple(net.items()), tuple(costs), frozenset(known), rule)
    return exactly(least if instance.get("ties") == "hostile" else most)


@cache
def _revenues(net: tuple, costs: tuple, known: frozenset, rule: str) -> tuple[Fraction, Fraction]:
    return brute.best_revenues(dict(net), list(costs), set(known), rule)


def delivery(instance: Mapping[str, Any]) -> Truth:
    """Every matching, and for each the program of the prices that would support it."""
    values = read(instance["values"])
    costs = _delivery_costs(instance["costs"], len(values), len(values[0]))
    shape = (len(values), len(values[0]), len(costs))
    efficient = instance.get("objective") == "efficient"
    worths = [(sum((values[i][j] - costs[k][i][j] for i, j, k in trades), ZERO), trades) for trades in _triples(shape)]
    for worth, trades in sorted(worths, key=lambda entry: -entry[0]):
        if efficient or solve(_support(values, costs, shape, trades, instance.get("tips", True))).status == "optimal":
            return exactly(worth)
    return Truth(infeasible=True)


def _delivery_costs(costs: Any, buyers: int, stores: int) -> list[list[list[Fraction]]]:
    if not isinstance(costs, Mapping):
        return read(costs)
    centre = costs["centre"]
    if centre == "store":
        e, d = read(costs["courier_store"]), read(costs["store_buyer"])
        return [[[row[j] + d[i][j] for j in range(stores)] for i in range(buyers)] for row in e]
    if centre == "buyer":
        e, d = read(costs["courier_buyer"]), read(costs["store_buyer"])
        return [[[row[i] + d[i][j] for j in range(stores)] for i in range(buyers)] for row in e]
    a, b = read(costs["courier_buyer"]), read(costs["courier_store"])
    return [[[a[k][i] + b[k][j] for j in range(stores)] for i in range(buyers)] for k in range(len(a))]


def _triples(shape: tuple[int, int, int]) -> Any:
    buyers, stores, couriers = shape
    for count in range(min(shape) + 1):
        for who in itertools.combinations(range(buyers), count):
            for where in itertools.permutations(range(stores), count):
                for by in itertools.permutations(range(couriers), count):
                    yield list(zip(who, where, by, strict=True))


def _support(values: Any, costs: Any, shape: tuple[int, int, int], trades: Any, tips: bool) -> Program:
    """Utilities u, p, z >= 0, zero for who does not trade, under which these trades are everyone's best choices."""
    buyers, stores, couriers = map(range, shape)
    program = Program({})
    for i, j in itertools.product(buyers, stores):
        if not tips:
            program.add("choice", {("u", i): 1, ("p", j): 1}, ">=", values[i][j])
        for k in couriers if tips else ():
            program.add("choice", {("u", i): 1, ("p", j): 1, ("z", k): 1}, ">=", values[i][j] - costs[k][i][j])
    for i, j, k in trades:
        program.add("trade", {("u", i): 1, ("p", j): 1}, "<=", values[i][j])
        for other in couriers:
            if other != k:
                program.add("takeover", {("z", other): 1, ("z", k): -1}, ">=", costs[k][i][j] - costs[other][i][j])
    for name, agents, side in (("u", buyers, 0), ("p", stores, 1), ("z", couriers, 2)):
        for agent in agents:
            if agent not in {trade[side] for trade in trades}:
                program.add("inactive", {(name, agent): 1}, "=", 0)
    return program


# Payoffs on a continuum

STEPS = 96
_LITERAL = re.compile(r"(?<![\w.])(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)")


def function(text: str, *names: str) -> Any:
    """An expression as a Python function: exact where no transcendental function is used, a float elsewhere.

    The text comes from the campaign's own instances; it is the independent reading of the expression grammar.
    """
    code = compile(_LITERAL.sub(r"_F('\1')", text), "expression", "eval")

    def floated(f: Any) -> Any:
        return lambda value: Fraction(f(float(value)))

    known = {"_F": Fraction, "abs": abs, "min": min, "max": max}
    known |= {name: floated(getattr(math, name)) for name in ("exp", "log", "sqrt", "sin", "cos")}
    return lambda *point: Fraction(eval(code, {"__builtins__": {}}, known | dict(zip(names, point, strict=True))))  # noqa: S307


def _upper_hull(points: list[tuple[Fraction, Fraction]], at: Fraction) -> Fraction:
    """The smallest concave function above some points, at a place between them."""
    hull: list[tuple[Fraction, Fraction]] = []
    for point in sorted(points):
        while len(hull) > 1 and (hull[-1][0] - hull[-2][0]) * (point[1] - hull[-2][1]) >= (
            hull[-1][1] - hull[-2][1]
        ) * (point[0] - hull[-2][0]):
            hull.pop()
        if hull and hull[-1][0] == point[0]:
            hull[-1] = max(hull[-1], point)
            continue
        hull.append(point)
    for (a, va), (b, vb) in itertools.pairwise(hull):
        if a <= at <= b:
            return va + (vb - va) * (at - a) / (b - a)
    return hull[0][1]


def _grid(*extra: Fraction) -> list[Fraction]:
    return sorted({Fraction(k, STEPS) for k in range(STEPS + 1)} | {x for x in extra if 0 <= x <= 1})


def _continuous(instance: Mapping[str, Any]) -> Truth:
    kind = instance["kind"]
    if kind == "concavification" and len(instance["prior"]) == 2:
        prior = read(instance["prior"])
        payoff = function(instance["value"], "p", "q0", "q1")
        points = [(p, payoff(p, 1 - p, p)) for p in _grid(prior[1])]
        return Truth(low=_upper_hull(points, prior[1]) - _noise(instance["value"], points))
    if kind == "concavification":
        return _corners(instance)
    if kind == "costly-persuasion":
        return _costly(instance)
    if kind == "mean-persuasion":
        return _means(instance)
    if kind == "two-receiver":
        return _square(instance)
    return Truth()


def _noise(text: Any, points: list[tuple[Fraction, Fraction]]) -> Fraction:
    """What rounding may have added where an expression is transcendental."""
    exact = not re.search(r"exp|log|sqrt|sin|cos|entropy", str(text))
    return ZERO if exact else max((abs(v) for _, v in points), default=ONE) / 10**12 + Fraction(1, 10**12)


def _corners(instance: Mapping[str, Any]) -> Truth:
    """More than two states: the best policy on a coarse grid of the simplex."""
    prior = read(instance["prior"])
    payoff = function(instance["value"], *(f"q{s}" for s in range(len(prior))))
    steps = 6
    beliefs = [
        [Fraction(k, steps) for k in (*c, steps - sum(c))]
        for c in itertools.product(range(steps + 1), repeat=len(prior) - 1)
        if sum(c) <= steps
    ]
    beliefs.append(prior)
    values = [payoff(*belief) for belief in beliefs]
    best = solve(linear.concavification(prior, beliefs, values).policies).value
    return Truth(low=best - _noise(instance["value"], list(enumerate(values))))


def net_payoff(instance: Mapping[str, Any]) -> Any:
    """Costly persuasion: the sender's payoff from an action at a belief, net of the cost of the belief."""
    sender, prior, cost = read(instance["sender"]), read(instance["prior"]), instance["cost"]

    def price(belief: list[Fraction]) -> Fraction:
        if not isinstance(cost, Mapping):
            names = [f"q{s}" for s in range(len(prior))]
            return function(str(cost), *names, *(["p"] if len(prior) == 2 else []))(
                *belief, *([belief[1]] if len(prior) == 2 else [])
            )
        if "quadratic" in cost:
            return read(cost["quadratic"]) * sum((q - m) ** 2 for q, m in zip(belief, prior, strict=True))
        logs = (float(q) * math.log(q / m) for q, m in zip(belief, prior, strict=True) if q)
        return read(cost["entropy"]) * Fraction(sum(logs))

    return lambda action, belief: sum(q * row[action] for q, row in zip(belief, sender, strict=True)) - price(belief)


def _costly(instance: Mapping[str, Any]) -> Truth:
    prior, receiver, cost = read(instance["prior"]), read(instance["receiver"]), instance["cost"]
    if len(prior) != 2 or 0 in prior:
        return Truth()
    net, actions = net_payoff(instance), range(len(receiver[0]))
    ties = set()
    for a, b in itertools.combinations(actions, 2):
        at_zero, at_one = receiver[0][a] - receiver[0][b], receiver[1][a] - receiver[1][b]
        if at_zero != at_one:
            ties.add(at_zero / (at_zero - at_one))
    points = []
    for p in _grid(prior[1], *ties):
        rewards = [(1 - p) * receiver[0][a] + p * receiver[1][a] for a in actions]
        points.append((p, max(net(a, [1 - p, p]) for a in actions if rewards[a] == max(rewards))))
    noise = _noise("entropy" if isinstance(cost, Mapping) and "entropy" in cost else cost, points)
    hull = _upper_hull(points, prior[1])
    high = None
    if isinstance(cost, Mapping) and "quadratic" in cost:  # between points the net payoff bends by at most k h^2 / 2
        high = hull + read(cost["quadratic"]) / (2 * STEPS**2)
    return Truth(low=hull - noise, high=high)


def _means(instance: Mapping[str, Any]) -> Truth:
    """The law on finitely many points: pooled cells from below, cells spread to their ends from above."""
    law, payoff = instance["law"], instance["payoff"]
    if "density" in law or (isinstance(payoff, Mapping) and "points" in payoff):
        return Truth()
    if "uniform" in law:
        a, b = read(law["uniform"])
        cells = 6
        ends = [a + (b - a) * Fraction(k, cells) for k in range(cells + 1)]
        pooled = [(x + y) / 2 for x, y in itertools.pairwise(ends)], [Fraction(1, cells)] * cells
        spread = ends, [Fraction(1 if k in (0, cells) else 2, 2 * cells) for k in range(cells + 1)]
    else:
        pooled = spread = read(law["support"]), read(law["prior"])
    at, bend, breakpoints = _payoff(payoff, min(spread[0]), max(spread[0]))
    knots = sorted({*breakpoints, *(min(spread[0]) + (max(spread[0]) - min(spread[0])) * Fraction(k, 8) for k in range(9))})
    noise = _noise(payoff, [(m, at(m)) for m in knots])
    low = solve(linear.means_listed(*pooled, [m for m in {*knots, *pooled[0]}], [at(m) for m in {*knots, *pooled[0]}]).policies)
    if bend is None:
        return Truth(low=low.value - noise)
    pieces, wide = [], max(b - a for a, b in itertools.pairwise(knots)) if len(knots) > 1 else ZERO
    for left, right in itertools.pairwise(knots):
        va, vb = (at(m, inside=(left + right) / 2) for m in (left, right))
        slope = (vb - va) / (right - left)
        pieces.append([va - slope * left, slope])
    if not pieces:
        return exactly(at(knots[0]))
    high = solve(linear.means_piecewise(*spread, knots, pieces).policies).value + bend * wide**2 / 8
    return Truth(low=low.value - noise, high=high + noise)


def _payoff(payoff: Any, first: Fraction, last: Fraction) -> tuple[Any, Fraction | None, list[Fraction]]:
    """The payoff at a mean, a bound of its second derivative if it is piecewise polynomial, and where pieces end."""
    if not isinstance(payoff, Mapping):
        plain = function(str(payoff), "m")
        return (lambda m, inside=None: plain(m)), None, [first, last]  # noqa: ARG005
    ends, pieces = read(payoff["breakpoints"]), read(payoff["pieces"])

    def at(m: Fraction, inside: Fraction | None = None) -> Fraction:
        where = m if inside is None else inside
        return max(
            sum(c * m**j for j, c in enumerate(piece))
            for piece, (a, b) in zip(pieces, itertools.pairwise(ends), strict=True)
            if a <= where <= b
        )

    size = max(abs(first), abs(last))
    bend = max(sum(abs(c) * j * (j - 1) * size ** max(j - 2, 0) for j, c in enumerate(p)) for p in pieces)
    return at, bend, [b for b in ends if first <= b <= last] + [first, last]


def _square(instance: Mapping[str, Any]) -> Truth:
    """Utilities written as expressions: the optimum of a grid; on the square it is a lower end only."""
    p, utility, grid = read(instance["prior"]), instance["utility"], instance.get("grid")
    if grid is not None and instance.get("domain", "grid") == "grid":
        x, y = read(grid["x"]), read(grid["y"])
    else:
        x = y = sorted({ZERO, Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), ONE, p})
    tables = [[[function(str(utility[s]), "x", "y")(a, b) for b in y] for a in x] for s in "lh"]
    found = linear.two_receiver(p, x, y, *tables).optimum()
    if found.status == "infeasible":
        return Truth(infeasible=True)
    noise = _noise(utility, [(ZERO, v) for table in tables for row in table for v in row])
    if instance.get("domain", "grid") == "grid":
        return Truth(found.value - noise, found.value + noise)
    return Truth(low=found.value - noise)


_KINDS = {
    "persuasion": _linear,
    "concavification": _linear,
    "transport": _linear,
    "two-receiver": _linear,
    "private-persuasion": _linear,
    "mean-persuasion": _linear,
    "costly-persuasion": _continuous,
    "trading-network": trading,
    "delivery-market": delivery,
}
