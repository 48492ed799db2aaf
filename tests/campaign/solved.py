"""Random small instances of the kinds that are not linear, and what the toolkit answers to any instance."""

import json
import random
import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import suasion
from tests.campaign.instances import Numbers, size

Document = dict[str, Any]


def answer(instance: Document, method: str | None = None, **options: object) -> Document:
    """Solve; return the solution as its file would hold it, plain lists and texts only."""
    problem = suasion.load(instance)
    solution = problem.solve(**({} if method is None else {"method": method}), **options)
    return plain(solution)


def plain(solution: Any) -> Document:
    """A solution's document as its file holds it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "solution.json"
        solution.save(path)
        document: Document = json.loads(path.read_text("utf-8"))
    document["solver"] = {}
    return document


def _text(value: Any) -> Any:
    return [_text(v) for v in value] if isinstance(value, list) else str(value)


def concave_curve(rng: random.Random) -> Document:
    """Two states: a polynomial in p with steps, ties as written."""
    terms = [f"{rng.randint(-5, 5)}*p**{k}" for k in range(rng.randint(1, 4))]
    if rng.random() < 0.6:
        cut = Fraction(rng.randint(1, 7), 8)
        terms.append(f"{rng.randint(1, 4)}*(p >= {cut})" if rng.random() < 0.7 else f"-{rng.randint(1, 4)}*(p > {cut})")
    if rng.random() < 0.3:
        terms.append(
            rng.choice(
                [
                    "abs(p - 1/3)",
                    "max(p, 1 - p)",
                    "-min(p, 1/4)",
                    "exp(p)",
                    "sin(3*p)",
                    "normal_cdf(9*p - 4)",
                    "sin(pi*p)",
                    "-sqrt(p+1)",
                ]
            )
        )
    prior = Fraction(rng.randint(0, 10), 10)
    return {"kind": "concavification", "prior": [str(1 - prior), str(prior)], "value": " + ".join(terms)}


def concave_plane(rng: random.Random) -> Document:
    """Three states: a quadratic form with a step."""
    terms = [f"{rng.randint(-4, 4)}*q{a}*q{b}" for a in range(3) for b in range(a, 3) if rng.random() < 0.6] or ["q0"]
    if rng.random() < 0.3:
        terms.append(f"(q{rng.randrange(3)} >= 1/2)")
    weights = [rng.randint(1, 4) for _ in range(3)]
    prior = [str(Fraction(w, sum(weights))) for w in weights]
    return {"kind": "concavification", "prior": prior, "value": " + ".join(terms)}


def costly(rng: random.Random) -> Document:
    numbers = Numbers(rng, rng.choice(["ties", "integers", "decimals", "fractions"]))
    states, actions = rng.choice([2, 2, 2, 3]), size(rng, 3)
    weight = Fraction(rng.choice([0, 1, 1, 3]), rng.choice([1, 2]))
    cost = rng.choice([{"quadratic": str(weight)}, {"entropy": str(weight)}, "q0**2 + q1**2 - 1/2", "2*q1**2"])
    return {
        "kind": "costly-persuasion",
        "prior": _text(numbers.law(states)),
        "sender": _text(numbers.table(states, actions)),
        "receiver": _text(numbers.table(states, actions)),
        "cost": cost,
    }


def means(rng: random.Random) -> Document:
    """A law on the line, finite or uniform, and payoffs that are polynomials or expressions."""
    law: Document
    if rng.random() < 0.5:
        law = {"uniform": [0, 2]}
    else:
        support = sorted({Fraction(rng.randint(0, 8), 4) for _ in range(rng.randint(1, 4))})
        law = {"support": _text(support), "prior": _text(Numbers(rng).law(len(support)))}
    if rng.random() < 0.5:
        breakpoints = sorted({Fraction(0), Fraction(2), Fraction(rng.randint(1, 15), 8)})
        pieces = [[str(rng.randint(-3, 3)) for _ in range(rng.randint(1, 4))] for _ in breakpoints[1:]]
        return {"kind": "mean-persuasion", "law": law, "payoff": {"breakpoints": _text(breakpoints), "pieces": pieces}}
    payoff = rng.choice(
        ["m**2*(3-m)", "(m >= 5/4)", "abs(m - 1/2)", "m - 2*(m > 3/2)", "exp(-m)", "m**3 - 2*m", "1/(m+1)"]
    )
    return {"kind": "mean-persuasion", "law": law, "payoff": payoff}


def square(rng: random.Random) -> Document:
    """Two receivers, utilities of both posteriors everywhere: products, thresholds."""
    low, high = (
        rng.choice(["x*y", "(x >= 1/2)*(y >= 1/3)", "(x >= 1/2) + y", "-x*y", "0", "(x-y)**2", "x*(1-y)"]) for _ in "lh"
    )
    return {
        "kind": "two-receiver",
        "prior": str(Fraction(rng.randint(1, 9), 10)),
        "domain": "square",
        "utility": {"l": low, "h": high if rng.random() < 0.5 else low},
    }


def two_receiver_expressions(rng: random.Random) -> Document:
    """Expressions on a grid."""
    found = square(rng)
    axis = _text([Fraction(k, 4) for k in range(5)])
    prior = str(Fraction(rng.randint(1, 3), 4))
    return {**found, "prior": prior, "domain": "grid", "grid": {"x": axis, "y": ["0", prior, "1"]}}


def trading(rng: random.Random, **rules: object) -> Document:
    numbers = Numbers(rng, rng.choice(["ties", "integers", "decimals", "fractions", "floats", "huge", "tiny"]))
    n, m = size(rng, 3), size(rng, 3)
    found: Document = {
        "kind": "trading-network",
        "values": [[str(numbers.value()) for _ in range(m)] for _ in range(n)],
        "known": [[i, j] for i in range(n) for j in range(m) if rng.random() < 0.5],
    }
    if rng.random() < 0.15:
        found["known"] = "all"
    if rng.random() < 0.2:
        found["values"] = {"buyers": [str(numbers.value()) for _ in range(n)], "sellers": m}
    elif rng.random() < 0.2:
        pairs = [[i, j, found["values"][i][j]] for i in range(n) for j in range(m) if rng.random() < 0.8]
        if pairs:
            found["values"] = {"pairs": pairs, "shape": [n, m]}
            kept = {(i, j) for i, j, _ in pairs}
            if found["known"] != "all":
                found["known"] = [p for p in found["known"] if tuple(p) in kept]
    if rng.random() < 0.3:
        found["costs"] = [str(numbers.value()) for _ in range(m)]
    found["price_rule"] = rng.choice(["largest", "largest", "smallest"])
    found["ties"] = rng.choice(["platform", "platform", "hostile"])
    found["objective"] = rng.choice(["revenue", "revenue", "revenue", "welfare", "equilibrium"])
    return {**found, **rules}


def delivery(rng: random.Random) -> Document:
    numbers = Numbers(rng, rng.choice(["ties", "integers", "decimals", "fractions", "floats"]))
    shape = size(rng, 3), size(rng, 3), size(rng, 3)
    if min(shape) == 3 and rng.random() < 0.7:
        shape = (2, 3, 2)
    buyers, stores, couriers = shape

    def table(rows: int, columns: int) -> list[list[str]]:
        return [[str(numbers.value()) for _ in range(columns)] for _ in range(rows)]

    costs: Any = [table(buyers, stores) for _ in range(couriers)]
    if rng.random() < 0.3:
        costs = rng.choice([
            {"centre": "store", "courier_store": table(couriers, stores), "buyer_store": table(buyers, stores)},
            {"centre": "buyer", "courier_buyer": table(couriers, buyers), "buyer_store": table(buyers, stores)},
            {"centre": "courier", "courier_buyer": table(couriers, buyers), "courier_store": table(couriers, stores)},
        ])  # fmt: skip
    return {
        "kind": "delivery-market",
        "values": table(buyers, stores),
        "costs": costs,
        "tips": rng.random() < 0.6,
        "objective": rng.choice(["equilibrium-welfare"] * 3 + ["efficient"]),
    }


NONLINEAR: dict[str, Callable[[random.Random], Document]] = {
    "concave-curve": concave_curve,
    "concave-plane": concave_plane,
    "costly": costly,
    "means": means,
    "square": square,
    "two-receiver-expressions": two_receiver_expressions,
    "trading": trading,
    "delivery": delivery,
}
