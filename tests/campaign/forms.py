"""Small random instances of the forms that came in last, for liars, hostile files and changed numbers."""

import random
from collections.abc import Callable
from fractions import Fraction

from tests.campaign.newer import Document, law, table


def joint(rng: random.Random) -> Document:
    """Two items whose values are uniform on a triangle or a quadrilateral, or have a density there."""
    corners = rng.choice([[[0, 0], [1, 0], [0, 1]], [[0, 0], [2, 0], [2, 1], [0, 1]], [[1, 0], [2, 1], [1, 2]]])
    density = rng.choice([{}, {}, {"density": "1 + x*y"}])
    return {"kind": "mechanism", "joint": {"corners": corners, **density}}


def unlike_bidders(rng: random.Random) -> Document:
    """One item, bidders whose laws are not alike."""
    laws = [{"uniform": [0, rng.randint(1, 4)]} for _ in range(rng.randint(2, 3))]
    return {"kind": "mechanism", "bidder_laws": laws}


def bundles(rng: random.Random) -> Document:
    """Two bidders for bundles of two or three items."""
    items = rng.randint(2, 3)
    types = [{"bids": [[sorted(rng.sample(range(items), rng.randint(1, items))), rng.randint(1, 9)]]} for _ in range(2)]
    if rng.random() < 0.5:
        incentives = {"valuation": "xor", "incentives": rng.choice(["DSIC", "BIC"])}
        return {"kind": "mechanism", "types": types, "bidders": 2, **incentives}
    tables = [[0, *sorted(rng.randint(0, 9) for _ in range(2)), rng.randint(9, 12)] for _ in range(2)]
    incentives = {"valuation": "table", "incentives": rng.choice(["DSIC", "BIC"])}
    return {"kind": "mechanism", "types": [{"table": one} for one in tables], "bidders": 2, **incentives}


def deterministic(rng: random.Random) -> Document:
    """A menu without lotteries."""
    values = sorted({(rng.randint(0, 6), rng.randint(0, 6)) for _ in range(rng.randint(2, 5))})
    types = [{"values": list(one), "weight": w} for one, w in zip(values, law(rng, len(values)), strict=True)]
    return {"kind": "mechanism", "types": types, "deterministic": True}


def several(rng: random.Random) -> Document:
    """Three marginals, a gain for every triple or costs of pairs."""
    sizes = [rng.randint(2, 3) for _ in range(3)]
    document: Document = {"kind": "multi-marginal-transport", "marginals": [law(rng, n) for n in sizes]}
    if rng.random() < 0.5:
        return document | {"gain": table(rng, *sizes)}
    pairs = [[0, 1], [1, 2]]
    return document | {"cost": [{"marginals": [a, b], "table": table(rng, sizes[a], sizes[b])} for a, b in pairs]}


def loose_points(rng: random.Random) -> Document:
    """Points with unequal totals, or of which only a part is moved."""
    rows, columns, width = rng.randint(2, 4), rng.randint(2, 4), rng.randint(1, 2)
    places = [[[rng.randint(0, 9) for _ in range(width)] for _ in range(n)] for n in (rows, columns)]
    cost = {"metric": rng.choice(["squared", "cityblock"]), "source": places[0], "target": places[1]}
    if rng.random() < 0.5:
        return {"kind": "transport", "source": law(rng, rows), "target": law(rng, columns), "cost": cost, "mass": "1/2"}
    source, target = ([rng.randint(1, 5) for _ in range(n)] for n in (rows, columns))
    target[0] += max(0, sum(source) - sum(target)) + 1
    return {"kind": "transport", "source": source, "target": target, "cost": cost, "mass": sum(source)}


def curved(rng: random.Random) -> Document:
    """Means of a continuum with a polynomial payoff, whose prices are the payoff where states are revealed."""
    a, b = rng.randint(-3, 3), rng.choice([-2, -1, 1, 2])
    return {"kind": "mean-persuasion", "law": {"uniform": [0, 1]}, "payoff": f"{a}*m**2 + {b}*m**3"}


def assignment(rng: random.Random) -> Document:
    """A market in which everybody knows everybody, along a parameter in a value."""
    n, m = rng.randint(2, 3), rng.randint(2, 3)
    values: list[list[object]] = [[rng.randint(1, 9) for _ in range(m)] for _ in range(n)]
    values[0][0] = "1 + 8*t"
    return {"kind": "trading-network", "values": values, "known": "all", "objective": "equilibrium", **SEGMENT}


def menus(rng: random.Random) -> Document:
    """Experiments for two types, along a parameter in a belief."""
    first = Fraction(rng.randint(1, 4), 10)
    types = [{"prior": [f"1 - {first} - t/2", f"{first} + t/2"]}, {"prior": law(rng, 2)}]
    return {"kind": "experiment-menu", "types": types, **SEGMENT}


def programs(rng: random.Random) -> Document:
    """Any linear program, along a parameter in its objective, a row and a bound."""
    columns = rng.randint(2, 4)
    rows: list[Document] = [
        {"entries": [[j, rng.randint(1, 5)] for j in range(columns)], "upper": rng.randint(3, 20)} for _ in range(2)
    ]
    rows[0]["upper"] = "3 + 4*t"
    objective = [f"{rng.randint(1, 5)} - {rng.randint(1, 5)}*t", *(rng.randint(1, 9) for _ in range(columns - 1))]
    return {"kind": "linear-program", "goal": "max", "objective": objective, "rows": rows, **SEGMENT}


SEGMENT: Document = {"parameter": {"name": "t", "from": 0, "to": 1}}
FORMS: dict[str, Callable[[random.Random], Document]] = {
    "joint": joint,
    "unlike bidders": unlike_bidders,
    "bundles": bundles,
    "deterministic": deterministic,
    "several": several,
    "loose points": loose_points,
    "curved": curved,
}
ALONG: dict[str, Callable[[random.Random], Document]] = {
    "assignment": assignment,
    "menus": menus,
    "programs": programs,
}
"""Families."""
HEAVY = ("joint", "unlike bidders", "curved")
"""Whose proofs have hundreds of numbers or take long to check."""
