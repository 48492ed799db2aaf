"""Selling goods: proven brackets beside published numbers, and menus for types against the whole program.

Run from the repository: ``python -m benchmarks.mechanisms [--quick]``. Writes ``benchmarks/results/mechanisms.json``, a
table beside it. Seconds are of the processor, so that other work on the machine does not count; brackets are what the
checker proved. The peer is HiGHS through SciPy on all rows at once: what it returns proves nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from itertools import product
from pathlib import Path

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from dual.kinds.mechanisms.kind import KIND, lower, upper
from transport import Mechanism
from transport.mechanisms.alike import auction_flux, by_size, symmetric_flux
from transport.mechanisms.flux import FluxProgram, even_knots
from transport.mechanisms.lists import price_lists
from transport.mechanisms.menus import best_menu
from transport.programs.effort import Effort
from transport.road.table import Table
from transport.road.versions import versions

RESULTS = Path(__file__).with_name("results")
UNIT = {"uniform": [0, 1]}
FALLING = {"density": "2 - 2*x", "interval": [0, 1]}
HUMPS = [{"density": "x**2*(1-x)**2", "interval": [0, 1]}, {"density": "x**2*(1-x)**3", "interval": [0, 1]}]
CORNERS = [list(corner) for corner in product((-1, 1), repeat=2)]

# Instance, grid, what is published; settings of arXiv 1706.03459, 2502.15283 and of public notebooks.
TWO_ITEMS = [
    ("U[0,1]^2", {"laws": [UNIT] * 2}, 48, "(12+2 sqrt 2)/27 = .549201, optimal"),
    ("U[4,16] x U[4,7]", {"laws": [{"uniform": [4, 16]}, {"uniform": [4, 7]}]}, 48, "88/9 = 9.777778, optimal"),
    ("U[0,4] x U[0,3]", {"laws": [{"uniform": [0, 4]}, {"uniform": [0, 3]}]}, 48, ""),
    ("U[1/20,21/20]^2", {"laws": [{"uniform": ["1/20", "21/20"]}] * 2}, 40, ""),
    ("unit demand, U[0,1]^2", {"laws": [UNIT] * 2, "valuation": "unit-demand"}, 40, "2 sqrt 3/9 = .384900"),
    ("unit demand, U[2,3]^2", {"laws": [{"uniform": [2, 3]}] * 2, "valuation": "unit-demand"}, 36, "2.133132"),
    ("density 2-2x, iid", {"laws": [FALLING] * 2}, 24, ""),
    ("x^2(1-x)^2, y^2(1-y)^3", {"laws": HUMPS}, 20, ""),
    (
        "broker, costs 1/3",
        {"laws": [UNIT] * 2, "costs": ["1/3"] * 2, "allocation": CORNERS},
        30,
        ".303337, conjectured",
    ),
]
# Number of items, intervals, revenue that public code of BundleFlow reports.
ALIKE = [
    (2, 24, ".549"),
    (3, 16, ".875"),
    (4, 12, "1.219"),
    (5, 9, "1.576"),
    (6, 8, "1.943"),
    (7, 7, "2.318"),
    (8, 6, "2.699"),
    (9, 6, "3.086"),
    (10, 5, "3.478"),
]
PAIR = [
    ("DSIC", 10, "mechanism about .876 (GemNet), bounds .8919 (neural dual), .882352 (unreviewed)"),
    ("BIC", 8, ""),
]


def timed(work):
    """What some work returns, and the seconds of the processor it takes."""
    began = time.process_time()
    return work(), time.process_time() - began


def bracket(name, fields, sell, certify, published):
    """Prove an interval, and say what it took."""
    asked = KIND.statement(fields)
    sold, selling = timed(lambda: lower(asked, sell(asked)))
    certificate, certifying = timed(lambda: certify(asked))
    bound, checking = timed(lambda: upper(asked, certificate))
    row = {
        "instance": name,
        "lower": float(sold),
        "upper": float(bound),
        "seconds": [round(one, 2) for one in (selling, certifying, checking)],
        "published": published,
    }
    print(json.dumps(row), flush=True)
    return row


def flux(count):
    """The certificate of a grid."""

    def certify(asked):
        program = FluxProgram(asked, even_knots(asked, count))
        return program.repaired(program.solve(Effort()))

    return certify


def brackets(quick):
    """Every bracket; with ``quick`` on coarse grids."""
    rows = []
    for name, fields, count, published in TWO_ITEMS:
        certify = flux(min(count, 8) if quick else count)
        rows.append(bracket(name, fields, lambda asked: best_menu(asked, Effort()), certify, published))
    for items, count, published in ALIKE:
        n = min(count, 4) if quick else count
        certify = lambda asked, n=n: symmetric_flux(asked, n, Effort())  # noqa: E731
        rows.append(bracket(f"{items} items, U[0,1]", {"laws": [UNIT] * items}, by_size, certify, published))
    for incentives, count, published in PAIR:
        n = 4 if quick else count
        certify = lambda asked, n=n: auction_flux(asked, n, Effort())  # noqa: E731
        fields = {"laws": [UNIT] * 2, "bidders": 2, "incentives": incentives}
        sell = lambda _asked: price_lists()  # noqa: E731
        rows.append(bracket(f"2 bidders, 2 items, {incentives}", fields, sell, certify, published))
    return rows


def whole_program(values):
    """All comparisons of all types at once, additive and equally likely: revenue as HiGHS reports it."""
    n, m = values.shape
    k, j = (one.ravel() for one in np.meshgrid(np.arange(n), np.arange(n), indexing="ij"))
    pairs = k != j
    k, j = k[pairs], j[pairs]
    rows = np.arange(len(k))
    entries = [(np.repeat(rows, m), (k[:, None] * m + np.arange(m)).ravel(), -values[k].ravel()),
               (np.repeat(rows, m), (j[:, None] * m + np.arange(m)).ravel(), values[k].ravel()),
               (rows, n * m + k, np.ones(len(k))), (rows, n * m + j, -np.ones(len(k)))]  # fmt: skip
    last = len(k) + np.arange(n)
    entries += [(np.repeat(last, m), np.arange(n * m), -values.ravel()), (last, n * m + np.arange(n), np.ones(n))]
    at, columns, numbers = (np.concatenate(parts) for parts in zip(*entries, strict=True))
    matrix = coo_array((numbers, (at, columns)), shape=(len(k) + n, n * m + n)).tocsr()
    cost = np.concatenate([np.zeros(n * m), np.full(n, -1 / n)])
    bounds = [(0, 1)] * (n * m) + [(None, None)] * n
    return -linprog(cost, matrix, np.zeros(len(k) + n), bounds=bounds, method="highs").fun


def peers(sizes):
    """Menus for random additive types, and for a grid of them, against the whole program."""
    rows = []
    for n in sizes:
        rng = np.random.default_rng(n)
        side = round(n**0.5)
        families = {
            "random": rng.integers(1, 1000, (n, 2)),
            "grid": np.array(list(product(range(1, side + 1), repeat=2))),
        }
        for family, values in families.items():
            problem = Mechanism([{"values": [int(v) for v in one]} for one in values])
            solution, ours = timed(problem.solve)
            claimed, theirs = timed(lambda values=values: whole_program(values.astype(float)))
            rows.append(
                {
                    "types": f"{family} {len(values)}",
                    "lower": float(solution.lower),
                    "upper": float(solution.upper),
                    "grade": solution.grade,
                    "seconds": round(ours, 2),
                    "whole program": claimed,
                    "its seconds": round(theirs, 2),
                    "ratio": round(theirs / ours, 1),
                }
            )
            print(json.dumps(rows[-1]), flush=True)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="coarse grids and few types")
    parser.add_argument("-o", default=RESULTS / "mechanisms.json", type=Path)
    chosen = parser.parse_args()
    found = {
        "machine": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
        "versions": versions(),
        "peers": peers((25, 49) if chosen.quick else (49, 100, 225, 400)),
        "brackets": brackets(chosen.quick),
    }
    chosen.o.write_text(json.dumps(found, indent=1), "utf-8")
    rows = [
        [row["instance"], f"{row['lower']:.6f}", f"{row['upper']:.6f}", str(row["seconds"]), row["published"]]
        for row in found["brackets"]
    ]
    header = ["instance", "lower", "upper", "seconds: lower, certificate, check", "published"]
    chosen.o.with_suffix(".txt").write_text(Table("proven brackets", header, rows).text(), "utf-8")


if __name__ == "__main__":
    main()
