"""Random time limits for every kind, method and size: is the answer true, and how late does it come?

``python -m tests.campaign.limits [--count 300] [--seed 0] [--family NAME] [--larger]`` prints every answer that came
late, and a table of the families. An answer is late beyond 10 % or one second of its limit, whichever is more; what it
took beyond the limit counts by the share of a processor that it had. Truth is asserted by ``test_limits``, lateness is
only shown: it depends on the machine. ``--larger`` draws limits of 3 to 20 seconds for larger instances, whose kinds
come in turn.
"""

import argparse
import math
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import suasion
from suasion import catalog
from suasion.catalog import Entry
from tests.campaign import solved
from tests.campaign.larger import LARGER
from tests.campaign.newer import NEWER
from transport.road.family_solution import FamilySolution

Document = dict[str, Any]
SHORTEST, LONGEST = 0.05, 20.0
"""Seconds; limits are drawn uniformly in their logarithm."""
LONG = 3.0
"""The shortest limit of larger instances."""
LATE_SHARE, LATE_SECONDS = 0.1, 1.0
LIMITS_EACH = 3
"""How many limits an instance is solved under: its answers must agree with one another."""


@dataclass(frozen=True)
class Answer:
    """One solve: what was asked, how long the caller waited, and the proven bounds."""

    family: str
    instance: str
    method: str
    limit: float
    waited: float
    solution: Any
    share: float = 1.0
    """Of a processor, while it was solved."""

    @property
    def late(self) -> float:
        """Seconds beyond what is allowed, negative if in time."""
        beyond = self.waited - self.limit
        return beyond * (self.share if beyond > 0 else 1.0) - max(LATE_SHARE * self.limit, LATE_SECONDS)

    @property
    def bounds(self) -> tuple[Fraction | None, Fraction | None]:
        """What is proven; of a family, in the middle of its parameter's range."""
        if not isinstance(self.solution, FamilySolution):
            return self.solution.lower, self.solution.upper
        parameter = self.solution.family.parameter
        middle = (parameter.start + parameter.end) / 2
        return self.solution.lower(middle), self.solution.upper(middle)

    def __str__(self) -> str:
        lower, upper = (None if b is None else float(b) for b in self.bounds)
        return (
            f"{self.late:+7.2f} s  limit {self.limit:6.2f}  waited {self.waited:6.2f}  {self.solution.grade:9}"
            f"  [{lower}, {upper}]  {self.family}: {self.instance} by {self.method} ({self.solution.solver['method']})"
        )


def _size(rng: random.Random, least: int, most: int) -> int:
    """Uniform in the logarithm, so that small and large are as likely."""
    return round(math.exp(rng.uniform(math.log(least), math.log(most))))


def _law(rng: random.Random, count: int) -> list[str]:
    weights = [rng.randint(1, 99) for _ in range(count)]
    return [f"{w}/{sum(weights)}" for w in weights]


def _table(rng: random.Random, rows: int, columns: int) -> list[list[Any]]:
    """Integers, decimals, doubles, or numbers of very different sizes."""
    style = rng.choice(["integers", "decimals", "floats", "badly scaled"])

    def entry() -> Any:
        if style == "integers":
            return rng.randint(-99, 99)
        if style == "decimals":
            return f"{rng.randint(-999, 999)}/100"
        if style == "floats":
            return rng.uniform(-1, 1)
        return str(Fraction(rng.randint(-99, 99)) * Fraction(10) ** rng.randint(-9, 9))

    return [[entry() for _ in range(columns)] for _ in range(rows)]


def persuasion(rng: random.Random) -> Document:
    """From 2 x 2 to 1000 x 40."""
    states, actions = rng.choice([(_size(rng, 2, 60), _size(rng, 2, 60)), (_size(rng, 50, 1000), _size(rng, 5, 40))])
    return {
        "kind": "persuasion",
        "prior": _law(rng, states),
        "sender": _table(rng, states, actions),
        "receiver": _table(rng, states, actions),
    }


def listed(rng: random.Random) -> Document:
    """Concavification over up to 3,000 beliefs."""
    states, count = _size(rng, 2, 30), _size(rng, 3, 3000)
    beliefs = [[str(int(s == t)) for s in range(states)] for t in range(states)]
    beliefs += [_law(rng, states) for _ in range(count)]
    values = [row[0] for row in _table(rng, len(beliefs), 1)]
    return {"kind": "concavification", "prior": _law(rng, states), "beliefs": beliefs, "values": values}


def expressed(rng: random.Random) -> Document:
    """Concavification of expressions in two to four states."""
    if rng.random() < 0.4:
        return rng.choice([solved.concave_curve, solved.concave_plane])(rng)
    states = rng.randint(2, 4)
    names = [f"q{k}" for k in range(states)]
    terms = [f"{rng.randint(-5, 5)}*{rng.choice(names)}*{rng.choice(names)}" for _ in range(rng.randint(1, 6))]
    terms += [rng.choice([f"sin({rng.randint(1, 9)}*q0)", "exp(q1)", "abs(q0 - q1)", "(q1 >= 1/3)", "sqrt(q0 + 1/9)"])]
    return {"kind": "concavification", "prior": _law(rng, states), "value": " + ".join(terms)}


def costly(rng: random.Random) -> Document:
    """Up to 40 x 40 with entropy or quadratic costs, small ones with an expression."""
    if rng.random() < 0.3:
        return solved.costly(rng)
    states, actions = _size(rng, 2, 40), _size(rng, 2, 40)
    return {
        "kind": "costly-persuasion",
        "prior": _law(rng, states),
        "sender": _table(rng, states, actions),
        "receiver": _table(rng, states, actions),
        "cost": {rng.choice(["entropy", "quadratic"]): rng.choice(["1/10", "1", "20"])},
    }


def means(rng: random.Random) -> Document:
    """Laws on up to 400 points, uniform and Beta densities."""
    payoff = rng.choice(["m**2*(3-m)", "1/(1+exp(20*(1/2-m)))", "(m >= 3/4) + m", "sin(9*m)", "abs(m - 1/3) - m**2"])
    law: Document
    if rng.random() < 0.5:
        points = sorted({Fraction(rng.randint(0, 10**6), 10**6) for _ in range(_size(rng, 2, 400))})
        law = {"support": list(map(str, points)), "prior": _law(rng, len(points))}
    elif rng.random() < 0.3:
        law = {"uniform": [0, 1]}
    else:
        law = {"density": rng.choice(["30*x*(1-x)**4", "6*x*(1-x)", "1 + sin(x) - sin(x)", "2*x"]), "interval": [0, 1]}
    return {"kind": "mean-persuasion", "law": law, "payoff": payoff}


def two_receivers(rng: random.Random) -> Document:
    """Grids of up to 300 points a side, arrays and expressions; some on the square."""
    if rng.random() < 0.2:
        return solved.square(rng)
    n = _size(rng, 3, 300)
    axis = [f"{k}/{n - 1}" for k in range(n)]
    utility: Any = rng.choice(["sin(7*x*y)*cos(9*x-4*y)", "(x-y)**2", "abs(x-y)*(x>=1/2)", "x*y", None])
    utility = _table(rng, n, n) if utility is None else utility
    return {
        "kind": "two-receiver",
        "prior": f"{rng.randint(1, 9)}/10",
        "grid": {"x": axis, "y": axis},
        "utility": {"l": utility, "h": utility},
    }


def private(rng: random.Random) -> Document:
    """Voters under a quota, up to thirteen; or beliefs of up to three receivers on grids."""
    if rng.random() < 0.5:
        voters = rng.randint(2, 13)
        quota = rng.randint(1, voters)

        def table(left: int, yes: int) -> Any:
            return int(yes >= quota) if not left else [table(left - 1, yes), table(left - 1, yes + 1)]

        return {
            "kind": "private-persuasion",
            "prior": ["3/4", "1/4"],
            "receivers": [{"payoff": [[0, -1], [0, 1]]}] * voters,
            "sender": [table(voters, 0)] * 2,
        }
    receivers, points = rng.randint(1, 3), _size(rng, 3, 20)
    grid = [[f"{points - 1 - k}/{points - 1}", f"{k}/{points - 1}"] for k in range(points)]

    def nested(left: int) -> Any:
        return rng.randint(-9, 9) if not left else [nested(left - 1) for _ in range(points)]

    return {
        "kind": "private-persuasion",
        "prior": ["2/5", "3/5"],
        "grids": [grid] * receivers,
        "utility": [nested(receivers) for _ in range(2)],
    }


def transport(rng: random.Random) -> Document:
    """Up to 300 x 300."""
    rows, columns = _size(rng, 1, 300), _size(rng, 1, 300)
    return {
        "kind": "transport",
        "source": _law(rng, rows),
        "target": _law(rng, columns),
        "cost": _table(rng, rows, columns),
    }


def trading(rng: random.Random) -> Document:
    """Up to 40 x 40."""
    if rng.random() < 0.3:
        return solved.trading(rng)
    n, m = _size(rng, 2, 40), _size(rng, 2, 40)
    values = [[abs(Fraction(v)) for v in row] for row in _table(rng, n, m)]
    known = [[i, j] for i in range(n) for j in range(m) if rng.random() < 0.2]
    return {"kind": "trading-network", "values": [list(map(str, row)) for row in values], "known": known}


def delivery(rng: random.Random) -> Document:
    """Up to 15 of each."""
    if rng.random() < 0.3:
        return solved.delivery(rng)
    buyers, stores, couriers = (_size(rng, 2, 15) for _ in range(3))
    return {
        "kind": "delivery-market",
        "values": [[rng.randint(0, 99) for _ in range(stores)] for _ in range(buyers)],
        "costs": [[[rng.randint(0, 60) for _ in range(stores)] for _ in range(buyers)] for _ in range(couriers)],
        "tips": rng.random() < 0.5,
    }


FAMILIES: dict[str, Callable[[random.Random], Document]] = {
    "persuasion": persuasion,
    "listed": listed,
    "expressed": expressed,
    "costly": costly,
    "means": means,
    "two-receiver": two_receivers,
    "private": private,
    "transport": transport,
    "trading": trading,
    "delivery": delivery,
    **NEWER,
}


def answers(
    count: int, seed: int, longest: float = LONGEST, families: tuple[str, ...] | None = None, larger: bool = False
) -> Iterator[tuple[Answer, Entry | None]]:
    """Solve random instances, a third of them from the catalog; give each answer, with its entry in the catalog.

    Each instance is solved under a few limits by one method; ``count`` is the number of answers. Larger ones are not
    from the catalog, and their kinds come in turn.
    """
    rng = random.Random(seed)
    drawing, shortest, each = (LARGER, LONG, 2) if larger else (FAMILIES, SHORTEST, LIMITS_EACH)
    names, slugs = families or tuple(drawing), catalog.slugs()
    made = 0
    while made < count:
        name, known = names[made // each % len(names)] if larger else rng.choice(names), None
        if families is None and not larger and rng.random() < 0.3:
            slug = rng.choice(slugs)
            family, instance = "catalog", slug
            problem, known = suasion.load(slug), catalog.entry(slug)
        else:
            drawn = drawing[name](rng)
            family, instance = name, f"{_described(drawn)} (drawn as number {made})"
            problem = suasion.load(drawn)
        method = rng.choice(list(getattr(problem, "methods", ["parametric"])))  # the only one of a family
        for _ in range(min(each, count - made)):
            limit = math.exp(rng.uniform(math.log(shortest), math.log(longest)))
            began, worked = time.perf_counter(), time.process_time()
            try:
                solution = problem.solve(method=method, time_limit=limit)
            except suasion.InputError:
                continue  # the method says that it is not made for this instance
            finally:
                made += 1
            waited = time.perf_counter() - began
            share = min(1.0, (time.process_time() - worked) / waited)
            yield Answer(family, instance, method, limit, waited, solution, share), known


def _described(document: Document) -> str:
    """Sizes and the short fields, enough to recognise an instance."""
    words = []
    for name, value in document.items():
        if isinstance(value, list):
            inner = value[0] if value and isinstance(value[0], list) else None
            words.append(f"{name} {len(value)}" + (f" x {len(inner)}" if inner else ""))
        elif name != "kind":
            words.append(f"{name} {str(value)[:40]}")
    return ", ".join(words)


def main() -> None:
    """Print late answers as they come, and a table at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--longest", type=float, default=LONGEST)
    parser.add_argument("--family", action="append")
    parser.add_argument("--larger", action="store_true", help="larger instances, limits from 3 seconds on")
    parser.add_argument("--all", action="store_true", help="print every answer")
    asked = parser.parse_args()
    late: dict[str, list[float]] = defaultdict(list)
    families = None if asked.family is None else tuple(asked.family)
    for answer, _ in answers(asked.count, asked.seed, asked.longest, families, asked.larger):
        late[answer.family].append(answer.late)
        if asked.all or answer.late > 0:
            print(answer, flush=True)
    print(f"{'family':14}{'answers':>9}{'late':>6}{'worst':>10}")
    for family, found in sorted(late.items()):
        print(f"{family:14}{len(found):9}{sum(x > 0 for x in found):6}{max(found):+9.2f} s")


if __name__ == "__main__":
    main()
