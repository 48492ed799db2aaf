"""All suites by one command: ``python -m benchmarks [--quick] [--suites A,B] [--page]``.

Every case runs in a process of its own. What was measured goes to ``benchmarks/results/records.json`` (the last run of
each suite), a line with the ratios to ``benchmarks/results/history.jsonl``; from these ``benchmarks.page`` writes
docs/benchmarks.md and its figures, so that the page says nothing that no record says. A quick run takes the smallest
instances, prints, and writes nothing unless ``-o`` names a file.
"""

from __future__ import annotations

import argparse
import importlib
import json
import time
from pathlib import Path

from .page import HISTORY, RECORDS, history_line, table, write
from .record import machine, measured

SUITES = (
    "finite",
    "inattention",
    "two_receivers",
    "transports",
    "squares",
    "beliefs",
    "delivery",
    "trading_prices",
    "trading_revenue",
    "trading_structures",
    "trees",
    "informed",
    "queries",
    "games",
    "selling",
    "mechanisms",
    "selling_targets",
)


def run(suite, quick):
    """All records of a suite, printed as they come."""
    began, records = time.perf_counter(), []
    for case in importlib.import_module(f"benchmarks.{suite}").cases(quick):
        record = measured(suite, case)
        records.append(record.document())
        seconds = "failed" if record.seconds is None else f"{record.seconds:.3f} s"
        print(f"{suite:18} {record.instance:34} {record.method:24} {seconds:>12} {record.grade}", flush=True)
    return {"machine": machine(), "seconds": round(time.perf_counter() - began), "records": records}


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.split("\n")[0])
    parser.add_argument(
        "--quick", action="store_true", help="the smallest instances; some two minutes of processor time"
    )
    parser.add_argument("--suites", default=",".join(SUITES), help="names, separated by commas")
    parser.add_argument("--page", action="store_true", help="only write the page from the records there are")
    parser.add_argument("-o", "--output", type=Path, help="write the records of a quick run to this file")
    given = parser.parse_args()
    chosen = [] if given.page else [name.strip() for name in given.suites.split(",") if name.strip()]
    for name in chosen:
        if name not in SUITES:
            parser.error(f"{name} is no suite; known: {', '.join(SUITES)}")
    runs = {}
    for suite in chosen:
        runs[suite] = run(suite, given.quick)
        print(table(runs[suite]["records"]), flush=True)
        if not given.quick:  # what is measured is kept, whatever happens to the next suite
            kept = json.loads(RECORDS.read_text("utf-8")) if RECORDS.exists() else {}
            RECORDS.write_text(json.dumps({**kept, suite: runs[suite]}, indent=1) + "\n", "utf-8")
            with HISTORY.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(history_line(suite, runs[suite])) + "\n")
    if given.output is not None:
        given.output.write_text(json.dumps(runs, indent=1) + "\n", "utf-8")
    if not given.quick:
        write()


if __name__ == "__main__":
    main()
