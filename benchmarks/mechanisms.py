"""Selling goods: proven brackets beside published numbers, and menus for types against the whole program.

Brackets are what the checker proved. The peer is HiGHS through SciPy on all rows at once, which proves nothing.
"""

from __future__ import annotations

import time
from itertools import product

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

from .record import Case, solved

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


def bracket(fields, sell, certify, published):
    """Prove an interval, and say what it took."""
    asked = KIND.statement(fields)
    sold, selling = timed(lambda: lower(asked, sell(asked)))
    certificate, certifying = timed(lambda: certify(asked))
    bound, checking = timed(lambda: upper(asked, certificate))
    return {
        "lower": sold,
        "upper": bound,
        "grade": "bounded",
        "note": published,
        "parts": [round(one, 2) for one in (selling, certifying, checking)],
    }


def flux(count):
    """The certificate of a grid."""

    def certify(asked):
        program = FluxProgram(asked, even_knots(asked, count))
        return program.repaired(program.solve(Effort()))

    return certify


def settings(quick):
    """Every setting: fields, the menu, the certificate, what is published; coarse grids if it has to be quick."""
    found = {}
    for name, fields, count, published in TWO_ITEMS:
        certify = flux(min(count, 8) if quick else count)
        found[name] = fields, lambda asked: best_menu(asked, Effort()), certify, published
    for items, count, published in ALIKE:
        n = min(count, 4) if quick else count
        certify = lambda asked, n=n: symmetric_flux(asked, n, Effort())  # noqa: E731
        found[f"{items} items, U[0,1]"] = {"laws": [UNIT] * items}, by_size, certify, published
    for incentives, count, published in PAIR:
        n = 4 if quick else count
        certify = lambda asked, n=n: auction_flux(asked, n, Effort())  # noqa: E731
        fields = {"laws": [UNIT] * 2, "bidders": 2, "incentives": incentives}
        sell = lambda _asked: price_lists()  # noqa: E731
        found[f"2 bidders, 2 items, {incentives}"] = fields, sell, certify, published
    return found


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


def proven(name, quick):
    """The menu, the certificate and the check of one setting."""
    fields, sell, certify, published = settings(quick)[name]

    return lambda: bracket(fields, sell, certify, published)


def types(family, n):
    """Random additive types, or a grid of them."""
    rng = np.random.default_rng(n)
    side = round(n**0.5)
    return (
        rng.integers(1, 1000, (n, 2)) if family == "random" else np.array(list(product(range(1, side + 1), repeat=2)))
    )


def ours(family, n):
    return solved(Mechanism([{"values": [int(v) for v in one]} for one in types(family, n)]))


def highs(family, n):
    values = types(family, n).astype(float)
    return lambda: {"lower": whole_program(values), "grade": "claim"}


def cases(quick):
    for n in (25,) if quick else (49, 100, 225):
        for family in ("random", "grid"):
            for method, run in (("suasion", "ours"), ("HiGHS", "highs")):
                yield Case(family, f"{family} {n} types", n, method, run, (family, n))
    for name in list(settings(quick))[:: 6 if quick else 1]:
        yield Case("density", name, 1, "suasion", "proven", (name, quick))
