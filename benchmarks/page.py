"""The page of benchmarks, written from the records: tables, ratios, growth, memory, history and figures.

``benchmarks/page.md`` holds what is no measurement; a line ``{{ suite NAME }}`` in it becomes what the last run of a
suite says, ``{{ history }}`` the list of runs.
"""

from __future__ import annotations

import json
import re
import statistics
from pathlib import Path

import numpy as np

from .record import RESULTS

RECORDS = RESULTS / "records.json"
HISTORY = RESULTS / "history.jsonl"
TEMPLATE = Path(__file__).with_name("page.md")
PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
STATIC = PAGE.with_name("_static")
OURS = ("suasion", "generated", "squares", "best with tips")
"""Which column peers are compared with, by suite: the first of these that is there."""
ROADS = ("subdivision",)
"""Other methods of ours whose bounds are of interest beside their seconds."""
CHECKS = ("verify --fast", "check of the file")
"""What checks an answer and finds none, and so is nobody's peer."""
CLOSE = 1e-6
"""A peer counts as fast only if what it ends in is as near as this to what was proven, relative to its size: solvers
stop at tolerances of 1e-7 or so."""


def by_instance(records):
    """Records by instance and method, in their order."""
    found = {}
    for one in records:
        found.setdefault(
            one["instance"] if one["family"] in one["instance"] else f"{one['family']}, {one['instance']}", {}
        )[one["method"]] = one
    return found


def table(records):
    """Seconds by instance and method, with what was proven: markdown."""
    methods = list(dict.fromkeys(one["method"] for one in records))
    ours = next((name for name in OURS if name in methods), methods[0])
    peers = [name for name in methods if name != ours]
    header = [
        "instance",
        f"{ours}, s",
        "proven",
        "MB",
        *(title for name in peers for title in (f"{name}, s", *["proven"] * (name in ROADS))),
        *(["fastest peer / ours"] if peers else []),
    ]
    published = any(one.get("note") and one["method"] == ours for one in records)
    header += ["published"] * published
    lines = [header, ["---"] * len(header)]
    for instance, held in by_instance(records).items():
        own = held.get(ours)
        ratio = speedup(held, ours)
        cells = [instance, shown(own), proven(own), f"{own['megabytes']:.0f}" if own and "megabytes" in own else ""]
        for name in peers:
            cells.append(shown(held.get(name)))
            if name in ROADS:
                cells.append(proven(held.get(name)))
        if peers:
            cells.append("" if ratio is None else digits(ratio))
        cells += [(own or {}).get("note", "")] * published
        lines.append(cells)
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def shown(record):
    """Seconds, or why there are none."""
    if record is None:
        return ""
    if record.get("seconds") is None:
        return record.get("note", "failed")[:30]
    return digits(record["seconds"])


def digits(x):
    """Two digits, without powers of ten from one hundred on."""
    return f"{x:.2g}" if x < 99.5 else f"{x:.0f}"


def proven(record):
    """Exact, or how wide the bracket is."""
    if record is None or record.get("lower") is None or record.get("upper") is None:
        sides = [
            f"{sign} {record[side]:.6g}"
            for side, sign in (("lower", "at least"), ("upper", "at most"))
            if side in (record or {})
        ]
        return ", ".join(sides)
    low, high = record["lower"], record["upper"]
    if record.get("grade") == "exact":
        return "exact"
    if high - low > 1e-4 * max(1.0, abs(high)):
        return f"[{low:.6g}, {high:.6g}]"
    least = 2**-52 * max(1.0, abs(high))  # what records, in doubles, tell apart
    return f"gap {high - low:.0e}" if high - low > least else f"gap below {least:.0e}"


def speedup(held, ours):
    """The fastest peer that came as near as we did, over us."""
    own = held.get(ours)
    if own is None or not own.get("seconds") or own.get("lower") is None:
        return None
    size = max(1e-300, abs(own["lower"]))
    near = max(CLOSE, 2 * (own.get("upper", own["lower"]) - own["lower"]) / size)
    times = [
        one["seconds"]
        for name, one in held.items()
        if name not in (ours, *CHECKS)
        and one.get("seconds")
        and one.get("lower") is not None
        and abs(one["lower"] - own["lower"]) <= near * size
    ]
    return min(times) / own["seconds"] if times else None


def growth(records):
    """The slope of log seconds over log size by family, of ours, over at least three sizes."""
    found = {}
    methods = {one["method"] for one in records}
    ours = next((name for name in OURS if name in methods), None)
    for family in dict.fromkeys(one["family"] for one in records):
        points = [
            (one["size"], one["seconds"])
            for one in records
            if one["family"] == family and one["method"] == ours and one.get("seconds")
        ]
        if len({size for size, _ in points}) >= 3:
            size, seconds = np.log(np.array(points, dtype=float)).T
            found[family] = float(np.polyfit(size, seconds, 1)[0])
    return found


def ratios(records):
    """The speedup of every instance that has one."""
    methods = list(dict.fromkeys(one["method"] for one in records))
    ours = next((name for name in OURS if name in methods), methods[0])
    found = {name: speedup(held, ours) for name, held in by_instance(records).items()}
    return {name: value for name, value in found.items() if value is not None}


def section(suite, run):
    """What a suite's last run says."""
    made, records = run["machine"], run["records"]
    lines = [
        f"Recorded on {made['date']}: {made['cores']} cores ({made['processor']}), load {made['load']}"
        + (
            f", {run['seconds']} seconds in all."
            if run.get("seconds")
            else f", seconds of the {made.get('clock', 'processor')}."
        ),
        "",
        table(records),
        "",
    ]
    known = ratios(records)
    if known:
        middle, low, high = statistics.median(known.values()), min(known.values()), max(known.values())
        lines += [f"Fastest peer over ours: median {digits(middle)}, from {digits(low)} to {digits(high)}.", ""]
    slopes = growth(records)
    if slopes:
        words = ", ".join(f"{slope:.2f} ({family})" for family, slope in slopes.items())
        lines += [f"Seconds grow with the size of the data to the power {words}.", ""]
    passes = [one for one in records if one.get("more", {}).get("passes") is not None and one["method"] == "generated"]
    if passes:
        words = ", ".join(
            f"{one['more']['passes']} ({one['family']} {one['instance']})" for one in passes if one["size"] >= 10**6
        )
        lines += [f"In pricing passes, the largest: {words}.", ""]
    peaks = [one for one in records if one.get("more", {}).get("peak") is not None]
    if peaks:
        words = "; ".join(f"{one['instance']} {one['more']['peak']} {one['more']['unit']}" for one in peaks)
        lines += [f"Peak memory of the whole process: {words}.", ""]
    if (STATIC / f"benchmark-{suite}.png").exists():
        lines += [f"![Seconds over size]({STATIC.name}/benchmark-{suite}.png)", ""]
    return "\n".join(lines).rstrip()


def history_line(suite, run):
    """One run in a line of JSON."""
    known = ratios(run["records"])
    total = sum(one["seconds"] for one in run["records"] if one.get("seconds") and one["method"] in OURS)
    return {
        "suite": suite,
        "date": run["machine"]["date"],
        "load": run["machine"]["load"],
        "cases": len(run["records"]),
        "ours": round(total, 2),
        "median ratio": round(statistics.median(known.values()), 2) if known else None,
        "versions": run["machine"]["versions"],
    }


def history():
    """All recorded runs."""
    lines = [["date", "suite", "cases", "load", "ours in all, s", "median of fastest peer / ours"]]
    lines.append(["---"] * len(lines[0]))
    for text in HISTORY.read_text("utf-8").splitlines() if HISTORY.exists() else []:
        one = json.loads(text)
        ratio = one["median ratio"]
        cells = (one["date"], one["suite"], one["cases"], one["load"], one["ours"], "" if ratio is None else ratio)
        lines.append([str(cell) for cell in cells])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def rendered():
    """The page."""
    runs = json.loads(RECORDS.read_text("utf-8"))

    def filled(found):
        if found[1] == "history":
            return history()
        name = found[1].split()[1]
        return section(name, runs[name]) if name in runs else "No run is recorded."

    return re.sub(r"\{\{ (suite \w+|history) \}\}", filled, TEMPLATE.read_text("utf-8"))


def figures(runs):
    """Seconds over size, a picture for each suite with families of several sizes."""
    from matplotlib import pyplot

    for suite, run in runs.items():
        records = [one for one in run["records"] if one.get("seconds")]
        families = [f for f in dict.fromkeys(one["family"] for one in records) if f in growth(records)]
        if not families:
            continue
        shown_, axes = pyplot.subplots(
            1, len(families), figsize=(3.2 * len(families) + 1, 3.4), sharey=True, squeeze=False, layout="constrained"
        )
        for ax, family in zip(axes[0], families, strict=True):
            for method in dict.fromkeys(one["method"] for one in records):
                points = sorted(
                    (one["size"], one["seconds"])
                    for one in records
                    if one["family"] == family and one["method"] == method
                )
                if points:
                    ax.loglog(*zip(*points, strict=True), marker="o", markersize=4, label=method)
            ax.set_title(family)
            ax.set_xlabel("size of the data")
        axes[0][0].set_ylabel("processor seconds")
        axes[0][0].legend(fontsize=8)
        shown_.savefig(STATIC / f"benchmark-{suite}.png", dpi=110)
        pyplot.close(shown_)


def write():
    """Write figures and page."""
    figures(json.loads(RECORDS.read_text("utf-8")))
    PAGE.write_text(rendered(), "utf-8")
