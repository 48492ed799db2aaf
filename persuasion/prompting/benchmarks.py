"""The benchmarks of prompting, and where they are attained: a look at every tolerance at which something changes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from dual.kinds.prompting import BENCHMARKS, Answer, PromptingStatement
from transport.programs.effort import Effort
from transport.road.methods import Found, method

RULE = "the least tolerance, then the first prompt and response, at which the benchmark is attained"


@method("enumeration", "every tolerance at which something changes")
def solve_by_enumeration(statement: PromptingStatement, effort: Effort) -> Found:  # noqa: ARG001 (it takes no time)
    """Look at every tolerance at which something changes."""
    found = answer(statement)
    return Found(found, found, "enumeration", rule=RULE)


def answer(statement: PromptingStatement) -> Answer:
    """Where a benchmark is attained."""
    if statement.benchmark in ("strong", "weak"):
        e = Fraction(0)
    else:
        e, _ = min(statement.candidates(), key=lambda candidate: (candidate[1], candidate[0]))
    ranges = statement.human_range(e)
    if statement.benchmark == "ai":
        secured = max(low for low, _ in ranges)
        admitted = [a for a, (_, high) in enumerate(ranges) if high >= secured - e]
        a = min(admitted, key=lambda prompt: (statement.best[prompt], prompt))
        return Answer(e, a, statement.ai[a].index(statement.best[a]))
    wanted = [high if statement.benchmark == "strong" else low for low, high in ranges]
    a = wanted.index(max(wanted))
    b = min(b for cost, h, b in statement.answers[a] if cost <= e and h == wanted[a])
    return Answer(e, a, b)


def benchmarks(statement: PromptingStatement) -> dict[str, Fraction]:
    """The value of each benchmark, exactly."""
    return {name: replace(statement, benchmark=name).value() for name in BENCHMARKS}
