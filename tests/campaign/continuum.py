"""Payoffs on a continuum: the best policy on a fine grid from below, and what lies between its points from above."""

import itertools
import math
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tests.campaign import linear
from tests.campaign.known import Truth, exactly, read
from tests.campaign.simplex import solve

ZERO, ONE = Fraction(0), Fraction(1)
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
    known |= {name: floated(getattr(math, name)) for name in ("exp", "log", "sqrt", "sin", "cos", "erf")}
    known |= {"pi": Fraction(math.pi), "normal_cdf": floated(lambda x: math.erfc(-x / math.sqrt(2)) / 2)}
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


def continuous(instance: Mapping[str, Any]) -> Truth:
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
    exact = not re.search(r"exp|log|sqrt|sin|cos|erf|normal_cdf|pi|entropy", str(text))
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
    knots = sorted(
        {*breakpoints, *(min(spread[0]) + (max(spread[0]) - min(spread[0])) * Fraction(k, 8) for k in range(9))}
    )
    noise = _noise(payoff, [(m, at(m)) for m in knots])
    low = solve(
        linear.means_listed(*pooled, list({*knots, *pooled[0]}), [at(m) for m in {*knots, *pooled[0]}]).policies
    )
    if bend is None:
        return Truth(low=low.value - noise)
    pieces, wide = [], max(b - a for a, b in itertools.pairwise(knots)) if len(knots) > 1 else ZERO
    for left, right in itertools.pairwise(knots):
        va, vb = (at(m, inside=(left + right) / 2) for m in (left, right))
        slope = (vb - va) / (right - left)
        pieces.append([va - slope * left, slope])
    if not pieces:
        return exactly(at(knots[0]))
    # Where the payoff jumps it is worth the larger limit, even one from outside of the law: a piece of no width.
    pieces = [one for m, inner in itertools.zip_longest(knots, pieces) for one in ([at(m), ZERO], inner) if one]
    knots = [m for m in knots for _ in ("before", "after")]
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
    if grid is not None and (instance.get("domain") or "grid") == "grid":
        x, y = read(grid["x"]), read(grid["y"])
    else:
        x = y = sorted({ZERO, Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), ONE, p})
    tables = [[[function(str(utility[s]), "x", "y")(a, b) for b in y] for a in x] for s in "lh"]
    found = linear.two_receiver(p, x, y, *tables).optimum()
    if found.status == "infeasible":
        return Truth(infeasible=True)
    noise = _noise(utility, [(ZERO, v) for table in tables for row in table for v in row])
    if (instance.get("domain") or "grid") == "grid":
        return Truth(found.value - noise, found.value + noise)
    return Truth(low=found.value - noise)
