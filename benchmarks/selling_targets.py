"""Large instances of selling goods and of teams, and auctions of few types beside HiGHS on the whole program."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from typing import Any

from scipy.optimize import linprog
from scipy.sparse import coo_array

from dual.kinds.mechanisms.auction import AuctionProgram
from dual.kinds.mechanisms.kind import KIND, upper
from transport import Contract, Mechanism
from transport.mechanisms.alike import auction_flux, symmetric_flux
from transport.mechanisms.flux import FluxProgram, even_knots
from transport.programs.effort import Effort

from .record import Case

UNIT = {"uniform": [0, 1]}
Row = dict[str, Any]


def certified(fields: Row, certify: Callable[[Any], Any]) -> Row:
    """A bound by a field."""
    asked = KIND.statement(fields)
    return {"upper": upper(asked, certify(asked)), "grade": "bounded"}


def flux(count: int) -> Callable[[Any], Any]:
    """The certificate of a grid."""

    def certify(asked: Any) -> Any:
        program = FluxProgram(asked, even_knots(asked, count))
        return program.repaired(program.solve(Effort()))

    return certify


def whole(program: Any) -> float:
    """A linear program of the checker's, in HiGHS at once."""
    rows = list(program.rows())
    size = len(program.objective)
    places = [(r, k, float(entry) / row.unit * (1 if row.sense == "<=" else -1)) for r, row in enumerate(rows)
              for k, entry in row.entries()]  # fmt: skip
    r, k, entry = zip(*places, strict=True)
    matrix = coo_array((entry, (r, k)), shape=(len(rows), size)).tocsr()
    right = [float(row.right) * (1 if row.sense == "<=" else -1) for row in rows]
    free = {program.place((*block.name, *index)) for block in program.blocks if block.free
            for index in product(*map(range, block.shape))}  # fmt: skip
    bounds = [(None, None) if c in free else (0, None) for c in range(size)]
    return float(-linprog([-float(c) / program.unit for c in program.objective], matrix, right, bounds=bounds).fun)


def auction(values: list[tuple[int, ...]], incentives: str) -> Mechanism:
    """Two bidders of finitely many types."""
    return Mechanism([{"values": list(v)} for v in values], bidders=2, incentives=incentives)


def bids(types: int, items: int, each: int = 5) -> Row:
    """Random bids for bundles that overlap, worth more together: a type's goods, as in combinatorial auctions."""
    rng = random.Random(1)
    listed = []
    for _ in range(types):
        worth = [rng.uniform(1, 100) for _ in range(items)]
        start, found = rng.randrange(items), {}
        for _ in range(each):
            bundle = {start}
            while rng.random() < 0.6 and len(bundle) < items:
                bundle.add(rng.randrange(items))
            found[tuple(sorted(bundle))] = round(sum(worth[j] for j in bundle) * (1 + len(bundle) / 10), 2)
        listed.append({"bids": [[list(bundle), value] for bundle, value in found.items()]})
    return bracket(Mechanism(listed, valuation="xor").solve())


def team(agents: int) -> Row:
    """Agents who cover elements of random weights."""
    rng = random.Random(agents)
    elements = agents + agents // 4
    sets = {
        "costs": [Fraction(rng.randint(1, 30), 100 * agents) for _ in range(agents)],
        "coverage": [rng.sample(range(elements), elements // 6) for _ in range(agents)],
        "element_weights": [Fraction(rng.randint(1, 9), 10 * elements) for _ in range(elements)],
    }
    solution = Contract(team=sets).solve()
    return {**bracket(solution), "nodes": len(solution.dual.nodes)}


def bracket(solution: Any) -> Row:
    """The proven interval."""
    return {"grade": solution.grade, "lower": solution.lower, "upper": solution.upper}


AUCTIONS = {
    "DSIC, 2 bidders, 4 types {1,2}^2": ((1, 2), "DSIC"),
    "DSIC, 2 bidders, 9 types {1,2,4}^2": ((1, 2, 4), "DSIC"),
    "BIC, 2 bidders, 9 types {1,2,4}^2": ((1, 2, 4), "BIC"),
}
"""What both items may be worth, and which incentives; HiGHS solves these programs, too."""


TARGETS: dict[str, Callable[[], Row]] = {
    "bids, 100 types, 10 items": lambda: bids(100, 10),
    "bids, 300 types, 50 items": lambda: bids(300, 50),
    "bids, 1000 types, 150 items": lambda: bids(1000, 150),
    "team, 20 agents": lambda: team(20),
    "team, 24 agents": lambda: team(24),
    "flux, U[0,1]^2, 48 x 48": lambda: certified({"laws": [UNIT] * 2}, flux(48)),
    "flux, U[4,16] x U[4,7], 48 x 48": lambda: certified(
        {"laws": [{"uniform": [4, 16]}, {"uniform": [4, 7]}]}, flux(48)
    ),
    "symmetric flux, 10 items, 6 intervals": lambda: certified(
        {"laws": [UNIT] * 10}, lambda asked: symmetric_flux(asked, 6, Effort())
    ),
    "flux, U[0,1]^2, 100 x 100": lambda: certified({"laws": [UNIT] * 2}, flux(100)),
    "2 bidders, 2 items, DSIC, 16 intervals": lambda: certified(
        {"laws": [UNIT] * 2, "bidders": 2}, lambda asked: auction_flux(asked, 16, Effort())
    ),
}


QUICK = 2
"""The first targets, for a quick run."""


def ours(name: str) -> Callable[[], Row]:
    """An auction's program, exactly."""
    values, incentives = AUCTIONS[name]
    problem = auction(list(product(values, repeat=2)), incentives)
    return lambda: bracket(problem.solve())


def highs(name: str) -> Callable[[], Row]:
    """The same program in floats."""
    values, incentives = AUCTIONS[name]
    program = AuctionProgram(auction(list(product(values, repeat=2)), incentives).statement).program()
    return lambda: {"lower": whole(program), "grade": "claim"}


def target(name: str) -> Callable[[], Row]:
    """A large instance; making it is inside."""
    return TARGETS[name]


def cases(quick: bool) -> Iterator[Case]:
    """Auctions beside HiGHS, and large instances."""
    for name in AUCTIONS:
        yield Case("auction", name, 1, "suasion", "ours", (name,))
        yield Case("auction", name, 1, "HiGHS", "highs", (name,))
    for name in list(TARGETS)[: QUICK if quick else None]:
        yield Case("large", name, 1, "suasion", "target", (name,))
