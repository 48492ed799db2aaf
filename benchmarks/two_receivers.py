"""Two receivers: time and memory to a verified bound, for every method, over sizes and families of utilities.

Run from the repository: ``python -m benchmarks.two_receivers [--quick] [--families ...] [--sizes ...]``. Writes
``benchmarks/results/two_receivers.json``, a table and a figure beside it. The protocol is in docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from pathlib import Path

import numpy as np

from persuasion import TwoReceiverPersuasion
from persuasion.two_receivers.prices import client_of
from suasion.bench import measure
from transport.road.files import dump
from transport.road.table import Table
from transport.road.versions import versions

RESULTS = Path(__file__).with_name("results")
PRIOR = "2/5"
GAP = 1e-9
SIZES = (51, 101, 201, 501, 1001, 2001)
PEER_SIZES = (51, 101, 201)
PEERS = ("direct", "cvxpy", "pdlp", "nested")
PEER_LIMIT = 40.0


def smooth(x, y, _rng):
    return np.sin(3 * x) * np.cos(4 * y), np.cos(5 * x * y)


def rough(x, y, _rng):
    return np.sin(37 * x * y) + 0.3 * np.sin(90 * x - 40 * y), np.cos(55 * (x - y) ** 2)


def thresholds(x, y, _rng):
    act = ((x >= 0.6) | (y >= 0.3)).astype(float)
    return act, act + (x >= 0.8) * (y < 0.55)


def noise(x, y, rng):
    return rng.random((len(x), y.shape[1])), rng.random((len(x), y.shape[1]))


FAMILIES = {"smooth": smooth, "rough": rough, "thresholds": thresholds, "noise": noise}


def instance(family, n):
    axis = np.linspace(0, 1, n)
    low, high = FAMILIES[family](axis[:, None], axis[None, :], np.random.default_rng(n))
    return TwoReceiverPersuasion(PRIOR, {"l": low, "h": high}, grid=axis, name=f"{family}-{n}")


BLOCK = 1 << 15
"""Cells of a pass that stay in a core's cache."""


def one_pass(problem, repeat=5):
    """Seconds of reading both utility arrays once (their maxima), and of one pricing pass over them.

    A pricing pass takes the maximum of utility less two potentials, in blocks: what any method has to do at least once
    to know a bound.
    """
    tables = client_of(problem.statement).utility
    reading, pricing = [], []
    for _ in range(repeat):
        began = time.perf_counter()
        for table in tables:
            table.max()
        reading.append(time.perf_counter() - began)
        began = time.perf_counter()
        for table in tables:
            priced(table, np.zeros(len(table)), np.zeros(table.shape[1]))
        pricing.append(time.perf_counter() - began)
    return min(reading), min(pricing)


def priced(table, r, c):
    """The largest ``table[i, j] - r[i] - c[j]``."""
    height = max(1, BLOCK // len(c))
    buffer = np.empty((height, len(c)))
    most = -np.inf
    for begin in range(0, len(r), height):
        end = min(begin + height, len(r))
        work = np.subtract(table[begin:end], c, out=buffer[: end - begin])
        work -= r[begin:end, None]
        most = max(most, float(work.max()))
    return most


def run(families, sizes, peer_sizes, repeat):
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for family in families:
            for n in sizes:
                problem = instance(family, n)
                reading, pricing = one_pass(problem)
                methods = ["generated"]
                if n in peer_sizes:
                    # The cutting planes of `nested` show the structure; beyond small grids they are no contender.
                    methods += [peer for peer in PEERS if peer != "nested" or n <= 51]
                file = Path(folder) / f"{family}-{n}.json"
                from transport.road.files import store

                file.write_text(dump(store(problem.document(), Path(folder), f"{family}-{n}.npz")))
                arrays = 2 * 8 * n * n / 1e6
                measured = []
                for method in methods:
                    if n == max(peer_sizes, default=0) and method in ("direct", "cvxpy", "pdlp"):
                        repeat_here = 1
                    else:
                        repeat_here = repeat
                    limit = None if method == "generated" else PEER_LIMIT
                    measured += measure(
                        str(file), [method], name=problem.name, gap=GAP, time_limit=limit,
                        repeat=repeat_here,
                    )  # fmt: skip
                if n <= 101 or (family == "noise" and n <= 201):
                    exact = measure(str(file), ["generated"], name=problem.name, gap=0.0)[0]
                    measured.append(type(exact)(**{**exact.document(), "method": "generated, exact"}))
                for one in measured:
                    row = one.document() | {"family": family, "n": n, "array_megabytes": arrays}
                    if one.seconds is not None:
                        row |= {"reading_passes": one.seconds / reading, "pricing_passes": one.seconds / pricing}
                    found.append(row)
                    print(f"{row['instance']:16} {one.method:17} {one.grade or one.note[:30]:9}", end=" ")
                    if one.seconds is not None:
                        print(f"{one.seconds:8.3f} s {row['pricing_passes']:6.0f} passes {one.gap:.0e}", end="")
                    print(flush=True)
                yield found


def growth(found):
    """The least-squares slope of log seconds over log cells, by family, for column generation."""
    slopes = {}
    for family in FAMILIES:
        points = [
            (row["n"], row["seconds"])
            for row in found
            if row["family"] == family and row["method"] == "generated" and row["seconds"] and row["n"] >= 201
        ]
        if len(points) > 1:
            n, seconds = np.log(np.array(points)).T
            slopes[family] = round(float(np.polyfit(2 * n, seconds, 1)[0]), 2)
    return slopes


def speedups(found):
    """Fastest direct peer over column generation, same instance, same run."""
    ratios = {}
    for name in dict.fromkeys(row["instance"] for row in found):
        own = [row["seconds"] for row in found if row["instance"] == name and row["method"] == "generated"]
        peers = [
            row["seconds"]
            for row in found
            if row["instance"] == name
            and row["method"] in ("direct", "cvxpy", "pdlp")
            and row["seconds"]
            and row["gap"] is not None
            and row["gap"] <= 1e-8
        ]
        if own and own[0] and peers:
            ratios[name] = round(min(peers) / own[0], 1)
    return ratios


def figure(found, path):
    from matplotlib import pyplot

    shown, axes = pyplot.subplots(1, len(FAMILIES), figsize=(13, 3.6), sharey=True, layout="constrained")
    for ax, family in zip(axes, FAMILIES, strict=True):
        for method in ("generated", "generated, exact", *PEERS):
            points = [
                (row["n"], row["seconds"])
                for row in found
                if row["family"] == family and row["method"] == method and row["seconds"]
            ]
            if points:
                ax.loglog(*zip(*points, strict=True), marker="o", markersize=4, label=method)
        ax.set_title(family)
        ax.set_xlabel("grid points per receiver")
    axes[0].set_ylabel("seconds to a verified bound")
    axes[0].legend(fontsize=8)
    shown.savefig(path, dpi=110)
    pyplot.close(shown)


def machine():
    model = ""
    if os.path.exists("/proc/cpuinfo"):
        names = [
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ]
        model = names[0] if names else ""
    return {"processor": model, "cores": os.cpu_count(), "system": platform.platform(), "versions": versions()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", default=",".join(FAMILIES))
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--peer-sizes", default=",".join(map(str, PEER_SIZES)))
    parser.add_argument("--repeat", type=int, default=2)
    given = parser.parse_args()
    began = time.time()
    report = {}
    for found in run(
        given.families.split(","),
        [int(n) for n in given.sizes.split(",")],
        [int(n) for n in given.peer_sizes.split(",") if n],
        given.repeat,
    ):
        report = {
            "machine": machine(),
            "load": os.getloadavg(),
            "seconds": round(time.time() - began),
            "speedup_over_fastest_direct_peer": speedups(found),
            "growth_exponent_in_cells": growth(found),
            "measurements": found,
        }
        save(report)
    print({name: value for name, value in report.items() if name not in ("machine", "measurements")})


def save(report):
    """Write what has been measured so far."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "two_receivers.json").write_text(json.dumps(report, indent=1) + "\n")
    (RESULTS / "two_receivers.txt").write_text(as_table(report["measurements"]) + "\n")
    figure(report["measurements"], RESULTS / "two_receivers.png")


def as_table(found):
    rows = [
        [
            row["instance"],
            row["method"],
            "" if row["seconds"] is None else f"{row['seconds']:.3f}",
            "" if row["seconds"] is None else f"{row['pricing_passes']:.0f}",
            "" if row["gap"] is None else f"{row['gap']:.0e}",
            row["grade"] or row["note"][:40],
        ]
        for row in found
    ]
    return Table("two receivers", ["instance", "method", "seconds", "pricing passes", "gap", "grade"], rows).text()


if __name__ == "__main__":
    main()
