"""Large instances of selling goods and of teams: processor seconds to a proof, HiGHS on the whole program beside.

Run ``python -m benchmarks.selling_targets [NAME ...]`` from the project's folder. Writes
``benchmarks/results/selling_targets.json``, keeping rows of other names. What HiGHS returns proves nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

from scipy.optimize import linprog
from scipy.sparse import coo_array

from dual.kinds.mechanisms.auction import AuctionProgram
from dual.kinds.mechanisms.kind import KIND, upper
from transport import Contract, Mechanism
from transport.mechanisms.alike import auction_flux, symmetric_flux
from transport.mechanisms.flux import FluxProgram, even_knots
from transport.programs.effort import Effort

RESULT = Path(__file__).with_name("results") / "selling_targets.json"
UNIT = {"uniform": [0, 1]}
Row = dict[str, Any]


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What comes out, and processor seconds."""
    began = time.process_time()
    return work(), round(time.process_time() - began, 2)


def certified(fields: Row, certify: Callable[[Any], Any]) -> Row:
    """A bound by a field."""
    asked = KIND.statement(fields)
    witness, finding = timed(lambda: certify(asked))
    bound, checking = timed(lambda: upper(asked, witness))
    return {"upper": float(bound), "seconds": finding, "check": checking}


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


def auction(values: list[tuple[int, ...]], incentives: str) -> Row:
    """Two bidders of finitely many types."""
    problem = Mechanism([{"values": list(v)} for v in values], bidders=2, incentives=incentives)
    solution, seconds = timed(problem.solve)
    peer, theirs = timed(lambda: whole(AuctionProgram(problem.statement).program()))
    return {**bracket(solution), "seconds": seconds, "HiGHS": peer, "its seconds": theirs}


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
    solution, seconds = timed(Mechanism(listed, valuation="xor").solve)
    return {**bracket(solution), "seconds": seconds}


def team(agents: int) -> Row:
    """Agents who cover elements of random weights."""
    rng = random.Random(agents)
    elements = agents + agents // 4
    sets = {
        "costs": [Fraction(rng.randint(1, 30), 100 * agents) for _ in range(agents)],
        "coverage": [rng.sample(range(elements), elements // 6) for _ in range(agents)],
        "element_weights": [Fraction(rng.randint(1, 9), 10 * elements) for _ in range(elements)],
    }
    solution, seconds = timed(Contract(team=sets).solve)
    return {**bracket(solution), "seconds": seconds, "nodes": len(solution.dual.nodes)}


def bracket(solution: Any) -> Row:
    """The proven interval."""
    return {"grade": solution.grade, "lower": float(solution.lower), "upper": float(solution.upper)}


TARGETS: dict[str, Callable[[], Row]] = {
    "DSIC, 2 bidders, 4 types {1,2}^2": lambda: auction(list(product((1, 2), repeat=2)), "DSIC"),
    "DSIC, 2 bidders, 9 types {1,2,4}^2": lambda: auction(list(product((1, 2, 4), repeat=2)), "DSIC"),
    "BIC, 2 bidders, 9 types {1,2,4}^2": lambda: auction(list(product((1, 2, 4), repeat=2)), "BIC"),
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


def main() -> None:
    """Run what is asked for, everything by default."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", help="beginnings of names")
    asked = parser.parse_args().names
    rows = json.loads(RESULT.read_text("utf-8")) if RESULT.exists() else {}
    for name, work in TARGETS.items():
        if not asked or name.startswith(tuple(asked)):
            rows[name] = {**work(), "load": round(os.getloadavg()[0], 1)}
            print(name, json.dumps(rows[name]), flush=True)
            RESULT.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
