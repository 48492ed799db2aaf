"""Homogeneous goods where each buyer knows one seller: how long each step of a proven optimum takes.

Run ``python benchmarks/trading_structures.py [--sizes 1000,10000,100000] [--seeds N]``; the recorded run is in
``benchmarks/trading.md``. Values are integers from 1 to 100, by buyer; each buyer knows one of n sellers at random.
"""

import argparse
import statistics
import time
from itertools import pairwise

import numpy as np

import dual
from transport import TradingNetwork
from transport.trading.homogeneous import homogeneous_witnesses
from transport.trading.plans import best

STEPS = (
    "construct",
    "best plan",
    "plan and witnesses",
    "check primal",
    "check dual",
    "solve in all",
    "verify the file",
)


def seconds(n: int, seed: int) -> list[float]:
    """Processor seconds of each step."""
    rng = np.random.default_rng(seed)
    values, known = rng.integers(1, 101, n), list(enumerate(rng.integers(0, n, n).tolist()))
    kind = dual.KINDS["trading-network"]
    times = [time.process_time()]
    network = TradingNetwork({"buyers": values, "sellers": n}, known)
    times.append(time.process_time())
    best(network.statement)
    times.append(time.process_time())
    found = homogeneous_witnesses(network.model)
    times.append(time.process_time())
    lower = kind.lower(network.statement, kind.primal(found.primal, network.statement, "primal"))
    times.append(time.process_time())
    upper = kind.upper(network.statement, kind.dual(found.dual, network.statement, "dual"))
    times.append(time.process_time())
    solution = network.solve()
    times.append(time.process_time())
    accepted = solution.verify().accepted
    times.append(time.process_time())
    if not (accepted and lower == upper == solution.lower):
        raise SystemExit(f"n={n}, seed {seed}: not proven")
    return [after - before for before, after in pairwise(times)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000", help="numbers of buyers and of sellers")
    parser.add_argument("--seeds", type=int, default=3)
    given = parser.parse_args()
    for n in map(int, given.sizes.split(",")):
        runs = [seconds(n, seed) for seed in range(given.seeds)]
        medians = (statistics.median(step) for step in zip(*runs, strict=True))
        print(f"n={n}  " + "  ".join(f"{name} {s:.3f}" for name, s in zip(STEPS, medians, strict=True)), flush=True)
