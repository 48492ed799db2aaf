"""Ctrl-C in the middle of any solve leaves the best proven bracket; a second one, or one too early, interrupts."""

import json
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import dual

ROOT = Path(__file__).parents[2]
Document = dict[str, Any]

SOLVE = """
import sys, suasion
problem = suasion.load(sys.argv[1])
method = {"method": sys.argv[3]} if sys.argv[3] else {}
solution = problem.solve(**method, progress=lambda news: print(news, flush=True))
solution.save(sys.argv[2])
"""
"""Says something when the work has begun."""


def _table(rng: random.Random, rows: int, columns: int) -> list[list[int]]:
    return [[rng.randint(-999, 999) for _ in range(columns)] for _ in range(rows)]


def large_persuasion(rng: random.Random) -> Document:
    """Minutes of the simplex method in HiGHS."""
    return {
        "kind": "persuasion",
        "prior": [f"{k}/{900 * 901 // 2}" for k in range(1, 901)],
        "sender": _table(rng, 900, 45),
        "receiver": _table(rng, 900, 45),
    }


def four_states(rng: random.Random) -> Document:
    """Minutes of cutting planes in Python and NumPy."""
    waves = " + ".join(f"sin({rng.randint(5, 15)}*q{a}*q{b} + q{a})" for a in range(4) for b in range(a))
    return {"kind": "concavification", "prior": ["1/4"] * 4, "value": waves}


def nested_transport(rng: random.Random) -> Document:
    """Thousands of rounds of HiGHS and POT."""
    axis = [f"{k}/150" for k in range(151)]
    table = _table(rng, 151, 151)
    return {
        "kind": "two-receiver",
        "prior": "2/5",
        "grid": {"x": axis, "y": axis},
        "utility": {"l": table, "h": [row[::-1] for row in table]},
    }


def hard_market(rng: random.Random) -> Document:
    """A tree of linear programs."""
    values = [[rng.randint(0, 99) for _ in range(40)] for _ in range(40)]
    known = [[i, j] for i in range(40) for j in range(40) if rng.random() < 0.2]
    return {"kind": "trading-network", "values": values, "known": known}


CASES = {
    "persuasion": (large_persuasion, ""),
    "concavification": (four_states, ""),
    "two-receiver": (nested_transport, "nested"),
    "trading-network": (hard_market, "branching"),
}


@pytest.mark.parametrize("kind", CASES)
def test_an_interrupt_leaves_the_best_proven_bracket(tmp_path, kind):
    made, method = CASES[kind]
    instance, saved = tmp_path / "instance.json", tmp_path / "solution.json"
    instance.write_text(json.dumps(made(random.Random(5))), "utf-8")
    command = [sys.executable, "-c", SOLVE, str(instance), str(saved), method]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        for _ in range(2 if kind == "trading-network" else 1):  # the first market's offer follows its first news
            assert run.stdout.readline()
        run.send_signal(signal.SIGINT)
        _, errors = run.communicate(timeout=120)
    assert run.returncode == 0, errors
    document = json.loads(saved.read_text("utf-8"))
    if document["grade"] != "exact":  # it may have been quicker than the signal
        assert document["solver"]["stopped"] == "interrupted"
    verdict = dual.verify(saved)
    assert verdict.accepted, verdict
    assert verdict.lower is not None


COMMAND = """
import os, signal, sys, threading
from suasion.command import main
from transport.programs.effort import Incumbent

keep = Incumbent.offer
def offer(self, found):
    Incumbent.offer = keep
    keep(self, found)
    threading.Timer(0.5, os.kill, [os.getpid(), signal.SIGINT]).start()
Incumbent.offer = offer
sys.exit(main(["solve", sys.argv[1], "-o", sys.argv[2]]))
"""
"""Sends itself the signal half a second after the first thing that can be kept."""


def test_the_command_says_so_and_writes_the_file(tmp_path):
    instance, saved = tmp_path / "instance.json", tmp_path / "solution.json"
    instance.write_text(json.dumps(four_states(random.Random(5))), "utf-8")
    command = [sys.executable, "-c", COMMAND, str(instance), str(saved)]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip().splitlines() == [
        f"suasion solve: interrupted; what was proven by then is kept, and written to {saved}"
    ]
    assert ["stopped", "interrupted"] in [line.split() for line in done.stdout.splitlines()]
    assert dual.verify(saved).accepted
