"""Random instances that take most kinds longer than a few seconds, for limits that bite in the middle of the work."""

import random
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

from tests.campaign.newer import Document, law, stage, table


def persuasion(rng: random.Random) -> Document:
    """Hundreds of states, dozens of actions."""
    states, actions = rng.randint(300, 1200), rng.randint(20, 45)
    sender, receiver = table(rng, states, actions), table(rng, states, actions)
    return {"kind": "persuasion", "prior": law(rng, states), "sender": sender, "receiver": receiver}


def listed(rng: random.Random) -> Document:
    """Thousands of beliefs over dozens of states."""
    states, count = rng.randint(20, 50), rng.randint(2000, 6000)
    corners = [[int(s == t) for s in range(states)] for t in range(states)]
    beliefs = [*corners, *(law(rng, states) for _ in range(count))]
    values = [rng.randint(-999, 999) for _ in beliefs]
    return {"kind": "concavification", "prior": law(rng, states), "beliefs": beliefs, "values": values}


def expressed(rng: random.Random) -> Document:
    """Waves over three or four states."""
    states = rng.randint(3, 4)
    waves = " + ".join(f"sin({rng.randint(5, 15)}*q{a}*q{b} + q{a})" for a in range(states) for b in range(a))
    return {"kind": "concavification", "prior": law(rng, states), "value": waves}


def costly(rng: random.Random) -> Document:
    """Dozens of states and actions."""
    states, actions = rng.randint(30, 80), rng.randint(30, 80)
    return {
        "kind": "costly-persuasion",
        "prior": law(rng, states),
        "sender": table(rng, states, actions),
        "receiver": table(rng, states, actions),
        "cost": {rng.choice(["entropy", "quadratic"]): rng.choice(["1/10", "1"])},
    }


def means(rng: random.Random) -> Document:
    """A thousand points, or a density with a payoff that is no polynomial."""
    payoff = rng.choice(["1/(1+exp(20*(1/2-m)))", "sin(19*m)", "(m >= 3/4) + m + sin(30*m)", "m**2*(3-m)"])
    if rng.random() < 0.5:
        points = sorted({Fraction(rng.randint(0, 10**6), 10**6) for _ in range(rng.randint(500, 1200))})
        found: Any = {"support": list(map(str, points)), "prior": law(rng, len(points))}
    else:
        found = {"density": rng.choice(["30*x*(1-x)**4", "1 + sin(x) - sin(x)", "2*x"]), "interval": [0, 1]}
    return {"kind": "mean-persuasion", "law": found, "payoff": payoff}


def two_receivers(rng: random.Random) -> Document:
    """Grids of hundreds of points a side, or polynomials and waves on the square.

    Waves at fewer points: at more of them only `verify --fast` evaluates them.
    """
    if rng.random() < 0.3:
        utility = rng.choice(["x**3*y - x*y**2 + x", "sin(5*x*y) + x", "(x - y)**4 - x*y"])
        both = {"l": utility, "h": rng.choice([utility, "x*y"])}
        return {"kind": "two-receiver", "prior": f"{rng.randint(1, 9)}/10", "utility": both, "domain": "square"}
    n = rng.randint(150, 400)
    utility = rng.choice([table(rng, n, n), "sin(7*x*y)*cos(9*x-4*y)"])
    n = min(n, 100) if isinstance(utility, str) else n
    axis = [f"{k}/{n - 1}" for k in range(n)]
    both = {"l": utility, "h": utility}
    return {
        "kind": "two-receiver",
        "prior": f"{rng.randint(1, 9)}/10",
        "grid": {"x": axis, "y": axis},
        "utility": both,
    }


def private(rng: random.Random) -> Document:
    """Beliefs of three receivers on grids of dozens of points."""
    points = rng.randint(15, 30)
    grid = [[f"{points - 1 - k}/{points - 1}", f"{k}/{points - 1}"] for k in range(points)]
    utility = table(rng, 2, points, points, points)
    return {"kind": "private-persuasion", "prior": ["2/5", "3/5"], "grids": [grid] * 3, "utility": utility}


def transport(rng: random.Random) -> Document:
    """Hundreds of sources and targets."""
    rows, columns = rng.randint(300, 900), rng.randint(300, 900)
    document: Document = {"kind": "transport", "source": law(rng, rows), "target": law(rng, columns)}
    if rng.random() < 0.5:
        return document | {"cost": table(rng, rows, columns)}
    entries = [[i, j, rng.randint(1, 5)] for i, j in rng.sample(list(product(range(rows), range(columns))), 200)]
    more = {"mass": "1/10", "conditions": [{"entries": entries, "upper": "1/5"}]}
    return document | more | {"gain": table(rng, rows, columns)}


def several(rng: random.Random) -> Document:
    """Three marginals of a dozen or two points each."""
    sizes = [rng.randint(10, 22) for _ in range(3)]
    masses = [law(rng, n) for n in sizes]
    return {"kind": "multi-marginal-transport", "marginals": masses, "gain": table(rng, *sizes)}


def trading(rng: random.Random) -> Document:
    """Dozens of agents, some of whom know each other."""
    n, m = rng.randint(30, 60), rng.randint(30, 60)
    known = [[i, j] for i in range(n) for j in range(m) if rng.random() < 0.2]
    values = [[rng.randint(0, 99) for _ in range(m)] for _ in range(n)]
    return {"kind": "trading-network", "values": values, "known": known}


def delivery(rng: random.Random) -> Document:
    """Dozens of buyers, stores and couriers."""
    buyers, stores, couriers = (rng.randint(12, 30) for _ in range(3))
    return {
        "kind": "delivery-market",
        "values": [[rng.randint(0, 99) for _ in range(stores)] for _ in range(buyers)],
        "costs": [[[rng.randint(0, 60) for _ in range(stores)] for _ in range(buyers)] for _ in range(couriers)],
        "tips": rng.random() < 0.5,
    }


def game(rng: random.Random) -> Document:
    """Two players of sixty actions, or four of a dozen; of more the checker refuses to write the whole program."""
    shape = rng.choice([(60, 60), (14, 14, 14), (8, 8, 8, 8)])
    return {"kind": "game", "prior": law(rng, 2), "payoffs": table(rng, len(shape), 2, *shape)}


def payoff_set(rng: random.Random) -> Document:
    """Two players of two dozen actions."""
    weights = [{"weights": [1, 0]}, {"weights": [0, 1]}]
    return {"kind": "payoff-set", "prior": law(rng, 3), "payoffs": table(rng, 2, 3, 24, 24), "objectives": weights}


def prompting(rng: random.Random) -> Document:
    """Thousands of prompts."""
    human, ai = table(rng, 2000, 100), table(rng, 2000, 100)
    return {"kind": "prompting", "human": human, "ai": ai, "benchmark": rng.choice(["strong", "weak", "ai"])}


def informed(rng: random.Random) -> Document:
    """Dozens of types over several states; a third are menus."""
    states, types = rng.randint(3, 6), rng.randint(40, 100)
    menu = rng.random() < 0.3
    shape = (types, states, 4) if menu else (states, 4)
    return {
        "kind": "informed-persuasion",
        "beliefs": [law(rng, states) for _ in range(types)],
        "weights": law(rng, types),
        "receiver": table(rng, *shape),
        "sender": table(rng, *shape),
        **({"disclosure": "menu"} if menu else {}),
    }


def simulation(rng: random.Random) -> Document:
    """Queries about three states, or with noise."""
    if rng.random() < 0.5:
        sure = sorted({Fraction(rng.randint(1, 999), 1000) for _ in range(60)})
        beliefs: Any = [[str(1 - p), str(p / 3), str(2 * p / 3)] for p in sure]
        payoffs = {"receiver": [[0, -1], [0, 1], [0, 1]], "sender": [[0, 1], [0, 1], [0, 1]]}
    else:
        beliefs = sorted({str(Fraction(rng.randint(1, 9999), 10_000)) for _ in range(14)})
        payoffs = {"receiver": [[0, -1], [0, 1]], "sender": [[0, 1], [0, 1]], "noise": "1/10"}
    return {"kind": "simulation", "beliefs": beliefs, "weights": law(rng, len(beliefs)), "queries": 4, **payoffs}


def experiments(rng: random.Random) -> Document:
    """Hundreds of types."""
    types = [{"prior": law(rng, 4), "weight": share} for share in law(rng, rng.randint(100, 250))]
    return {"kind": "experiment-menu", "types": types}


def contract(rng: random.Random) -> Document:
    """A stage of hundreds of actions; a dozen states for a while or for ever; sets of dozens of actions."""
    form = rng.choice(["stage", "horizon", "discount", "commitment", "coverage"])
    if form == "stage":
        return {"kind": "contract", **stage(rng, 160, 160)}
    if form == "coverage":
        covered = [sorted(rng.sample(range(60), 8)) for _ in range(60)]
        costs = [f"{rng.randint(1, 20)}/2000" for _ in covered]
        sets = {"coverage": covered, "element_weights": law(rng, 60), "costs": costs}
        return {"kind": "contract", "combinatorial": sets}
    states = [{**stage(rng, 10, 10), "next": [rng.randrange(12) for _ in range(10)]} for _ in range(12)]
    ends: dict[str, Document] = {
        "horizon": {"horizon": rng.randint(50, 300)},
        "discount": {"discount": "9/10"},
        "commitment": {"discount": "9/10", "commitment": True},
    }
    return {"kind": "contract", "states": states, **ends[form]}


def mechanism(rng: random.Random) -> Document:
    """Hundreds of types of several items; bidders; laws that are no uniform ones."""
    form = rng.choice(["types", "bidders", "laws", "bidder_laws"])
    if form in ("types", "bidders"):
        count, items = (rng.randint(150, 400), 3) if form == "types" else (9, 2)
        values = sorted({tuple(rng.randint(0, 60) for _ in range(items)) for _ in range(count)})
        shares = law(rng, len(values))
        types = [{"values": list(one), "weight": share} for one, share in zip(values, shares, strict=True)]
        more = {"bidders": 3, "incentives": rng.choice(["DSIC", "BIC"])} if form == "bidders" else {}
        return {"kind": "mechanism", "types": types, **more}
    densities = [{"density": one, "interval": [0, 1]} for one in ("6*x*(1-x)", "2*x", "30*x*(1-x)**4")]
    if form == "laws":
        return {"kind": "mechanism", "laws": rng.sample(densities, 2)}
    return {"kind": "mechanism", "bidder_laws": rng.sample(densities, 2)}


def linear_program(rng: random.Random) -> Document:
    """A thousand columns and rows, or a hundred of whole numbers."""
    whole = rng.random() < 0.5
    columns = rng.randint(80, 150) if whole else rng.randint(600, 1500)
    rows = [
        {"entries": [[j, rng.randint(1, 30)] for j in rng.sample(range(columns), 20)], "upper": rng.randint(200, 4000)}
        for _ in range(columns)
    ]
    objective = [rng.randint(1, 60) for _ in range(columns)]
    more = {"integers": list(range(columns)), "upper": [9] * columns} if whole else {}
    return {"kind": "linear-program", "goal": "max", "objective": objective, "rows": rows, **more}


def family(rng: random.Random) -> Document:
    """A parameter in a dozen payoffs of persuasion or of a transport."""
    form = rng.choice(["persuasion", "transport", "prior"])
    rows, columns = rng.randint(8, 20), rng.randint(8, 20)
    moving = table(rng, rows, columns)
    for _ in range(12):
        moving[rng.randrange(rows)][rng.randrange(columns)] = f"{rng.randint(-9, 9)}*t + {rng.randint(-9, 9)}"
    drawn: Document
    if form == "transport":
        drawn = {"kind": "transport", "source": law(rng, rows), "target": law(rng, columns), "gain": moving}
    else:
        drawn = {"kind": "persuasion", "prior": law(rng, rows), "sender": moving, "receiver": table(rng, rows, columns)}
    return drawn | {"parameter": {"name": "t", "from": 0, "to": 1}}


LARGER: dict[str, Callable[[random.Random], Document]] = {
    "persuasion": persuasion,
    "listed": listed,
    "expressed": expressed,
    "costly": costly,
    "means": means,
    "two-receiver": two_receivers,
    "private": private,
    "transport": transport,
    "several": several,
    "trading": trading,
    "delivery": delivery,
    "game": game,
    "payoff-set": payoff_set,
    "prompting": prompting,
    "informed": informed,
    "simulation": simulation,
    "experiments": experiments,
    "contract": contract,
    "mechanism": mechanism,
    "linear-program": linear_program,
    "family": family,
}
