"""What is true of a small instance, found without the solvers and without the checker.

Linear kinds: an exact simplex method. Markets: every matching, every set of introductions. Payoffs on a continuum: see
:mod:`tests.campaign.continuum`.
"""

import itertools
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from tests.campaign import linear
from tests.campaign.continuum import continuous
from tests.campaign.known import Truth, exactly, read, spelled_out
from tests.campaign.simplex import Program, solve
from tests.transport.trading import brute

ZERO = Fraction(0)


def truth(instance: Mapping[str, Any]) -> Truth:
    """What is true of an instance, as its file states it."""
    return _KINDS.get(instance["kind"], unknown)(spelled_out(instance))


def unknown(_: Mapping[str, Any]) -> Truth:
    """A kind that has no second statement yet: only contradictions are seen."""
    return Truth()


def stated(instance: Mapping[str, Any]) -> linear.Linear | None:
    """The programs of an instance of a linear kind; None for all others."""
    match instance:
        case {"kind": "persuasion", "prior": prior, "sender": sender, "receiver": receiver}:
            return linear.persuasion(read(prior), read(sender), read(receiver))
        case {"kind": "concavification", "prior": prior, "beliefs": beliefs, "values": values}:
            return linear.concavification(read(prior), read(beliefs), read(values))
        case {"kind": "transport", "source": [*source], "target": target} if _balanced(instance):
            field = "gain" if "gain" in instance else "cost"
            return linear.transport(read(source), read(target), read(instance[field]), field)
        case {"kind": "two-receiver", "prior": p, "grid": {"x": x, "y": y}, "utility": {"l": [*low], "h": [*high]}}:
            return linear.two_receiver(read(p), read(x), read(y), read(low), read(high))
        case {"kind": "private-persuasion", "prior": prior, "grids": grids, "utility": utility}:
            return linear.private(read(prior), read(grids), dict(_flat(read(utility))))
        case {"kind": "private-persuasion", "prior": prior, "receivers": receivers, "sender": sender}:
            return linear.game(read(prior), [read(r["payoff"]) for r in receivers], dict(_flat(read(sender))))
        case {"kind": "game", "prior": prior, "payoffs": payoffs, "objective": {"table": table}} if _plain(instance):
            return linear.play(read(prior), [dict(_flat(read(p))) for p in payoffs], dict(_flat(read(table))))
        case {
            "kind": "mean-persuasion",
            "law": {"support": support, "prior": prior},
            "payoff": {"points": points, "values": values},
        }:
            return linear.means_listed(read(support), read(prior), read(points), read(values))
        case {
            "kind": "mean-persuasion",
            "law": {"support": support, "prior": prior},
            "payoff": {"breakpoints": b, "pieces": pieces},
        }:
            if all(len(piece) <= 2 for piece in pieces):
                padded = [[*piece, ZERO][:2] for piece in read(pieces)]
                return linear.means_piecewise(read(support), read(prior), read(b), padded)
    return None


def _plain(game: Mapping[str, Any]) -> bool:
    """A game without types, fees or a partial view of the state, to be maximised."""
    return not set(game) - {"kind", "prior", "payoffs", "objective", "name", "source", "notes"}


def _balanced(transport: Mapping[str, Any]) -> bool:
    """A table for two laws of one total, all pairs allowed, and nothing else asked of the plan."""
    table = transport.get("gain") or transport.get("cost")
    listed = isinstance(table, list) and all(isinstance(row, list) and None not in row for row in table)
    more = set(transport) - {"kind", "source", "target", "gain", "cost", "name", "notes"}
    return listed and not more and sum(read(transport["source"])) == sum(read(transport["target"]))


def _flat(table: Any, at: tuple[int, ...] = ()) -> Any:
    if not isinstance(table, list):
        yield at, table
        return
    for k, entry in enumerate(table):
        yield from _flat(entry, (*at, k))


def _linear(instance: Mapping[str, Any]) -> Truth:
    program = stated(instance)
    if program is None:
        return continuous(instance)
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
    met = instance.get("known", [])
    known = set(entries) if met == "all" else {(int(i), int(j)) for i, j in read(met)}
    net = {(i, j): v - costs[j] for (i, j), v in entries.items()}
    objective = instance.get("objective") or "revenue"
    if objective == "welfare":
        return exactly(brute.welfare(net))
    if objective == "equilibrium":
        return exactly(brute.welfare({pair: worth for pair, worth in net.items() if pair in known}))
    rule = instance.get("price_rule") or "largest"
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
        if (
            efficient
            or solve(_support(values, costs, shape, trades, instance.get("tips") is not False)).status == "optimal"
        ):
            return exactly(worth)
    return Truth(infeasible=True)


def _delivery_costs(costs: Any, buyers: int, stores: int) -> list[list[list[Fraction]]]:
    if not isinstance(costs, Mapping):
        return read(costs)
    centre = costs["centre"]
    if centre == "store":
        e, d = read(costs["courier_store"]), read(costs["buyer_store"])
        return [[[row[j] + d[i][j] for j in range(stores)] for i in range(buyers)] for row in e]
    if centre == "buyer":
        e, d = read(costs["courier_buyer"]), read(costs["buyer_store"])
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


_KINDS = {
    "persuasion": _linear,
    "concavification": _linear,
    "transport": _linear,
    "two-receiver": _linear,
    "private-persuasion": _linear,
    "game": _linear,
    "mean-persuasion": _linear,
    "costly-persuasion": continuous,
    "trading-network": trading,
    "delivery-market": delivery,
}
