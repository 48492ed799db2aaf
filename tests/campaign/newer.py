"""Random instances of games, prompts, informed receivers, queries, contracts, menus and programs, small to large."""

import math
import random
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

Document = dict[str, Any]


def size(rng: random.Random, least: int, most: int) -> int:
    """Uniform in the logarithm, so that small and large are as likely."""
    return round(math.exp(rng.uniform(math.log(least), math.log(most))))


def law(rng: random.Random, count: int) -> list[str]:
    """Probabilities that sum to one."""
    weights = [rng.randint(1, 99) for _ in range(count)]
    return [f"{w}/{sum(weights)}" for w in weights]


def table(rng: random.Random, *shape: int) -> Any:
    """Integers or decimals, nested as deeply as there are lengths."""
    if rng.random() < 0.5:
        return _nested(shape, lambda: rng.randint(-20, 20))
    return _nested(shape, lambda: f"{rng.randint(-999, 999)}/100")


def _nested(shape: tuple[int, ...], entry: Callable[[], Any]) -> Any:
    return [_nested(shape[1:], entry) for _ in range(shape[0])] if shape else entry()


def game(rng: random.Random) -> Document:
    """Two to four players, up to 60 actions each; a third with types."""
    players = rng.randint(2, 4)
    shape = [size(rng, 2, {2: 60, 3: 9, 4: 5}[players]) for _ in range(players)]
    states = size(rng, 1, 4)
    document: Document = {"kind": "game", "prior": law(rng, states), "payoffs": table(rng, players, states, *shape)}
    if rng.random() < 0.3 and players == 2:
        types = [rng.randint(1, 3) for _ in range(players)]
        flat = law(rng, math.prod(types))
        rows = [[flat[a * types[1] + b] for b in range(types[1])] for a in range(types[0])]
        document |= {"law": [rows] * states, "types": rng.choice(["known", "elicited"])}
    return document


def payoff_set(rng: random.Random) -> Document:
    """Two players, up to 12 actions each."""
    document = game(rng)
    shape = [rng.randint(2, 12), rng.randint(2, 12)]
    return {
        "kind": "payoff-set",
        "prior": (prior := document["prior"][:1] and law(rng, rng.randint(1, 3))),
        "payoffs": table(rng, 2, len(prior), *shape),
        "objectives": [{"weights": [1, 0]}, {"weights": [0, 1]}],
    }


def prompting(rng: random.Random) -> Document:
    """Up to 300 prompts and responses, a third of them impossible."""
    prompts, responses = size(rng, 2, 300), size(rng, 2, 60)
    human, ai = table(rng, prompts, responses), table(rng, prompts, responses)
    for row, other in zip(human, ai, strict=True):
        for k in range(1, responses):
            if rng.random() < 0.3:
                row[k] = other[k] = None
    return {"kind": "prompting", "human": human, "ai": ai, "benchmark": rng.choice(["strong", "weak", "ai"])}


def _beliefs(rng: random.Random, types: int, states: int) -> Any:
    if states == 2:
        return sorted({str(Fraction(rng.randint(1, 9999), 10_000)) for _ in range(types)})
    return [law(rng, states) for _ in range(types)]


def informed(rng: random.Random) -> Document:
    """Up to 2,000 types of two states, or 40 types of up to 4 states and actions; a third are menus."""
    states, actions = rng.choice([2, 2, 3, 4]), rng.randint(2, 4)
    beliefs = _beliefs(rng, size(rng, 2, 2000 if states == 2 else 40), states)
    own = rng.random() < 0.3 and len(beliefs) <= 40
    shape = (len(beliefs), states, actions) if own else (states, actions)
    return {
        "kind": "informed-persuasion",
        "beliefs": beliefs,
        "weights": law(rng, len(beliefs)),
        "receiver": table(rng, *shape),
        "sender": table(rng, *shape),
        **({"disclosure": "menu"} if rng.random() < 0.3 and len(beliefs) <= 60 else {}),
    }


def simulation(rng: random.Random) -> Document:
    """Up to 400 types of two states; sets, trees, noise and partitions."""
    form = rng.choice(["set", "adaptive", "cost", "paid", "noise", "partitions"])
    beliefs = _beliefs(rng, size(rng, 2, {"noise": 12, "partitions": 30}.get(form, 400)), 2)
    count = len(beliefs)
    document: Document = {
        "kind": "simulation",
        "beliefs": beliefs,
        "weights": law(rng, count),
        "receiver": [[0, -1], [0, 1]],
        "sender": [[0, 1], [0, 1]],
    }
    if form in ("cost", "paid"):
        return document | {"cost": f"1/{rng.randint(10, 100)}"} | ({"mode": "adaptive"} if form == "paid" else {})
    document["queries"] = rng.randint(1, 4)
    if form == "adaptive":
        document["mode"] = "adaptive"
    if form == "noise":
        document["noise"] = "1/10"
    if form == "partitions":
        document["partitions"] = [[rng.randint(0, 1) for _ in range(count)] for _ in range(size(rng, 2, 40))]
    return document


def experiments(rng: random.Random) -> Document:
    """Up to 100 types of two to four states; laws of beliefs; rivals."""
    form = rng.choice(["types", "types", "law", "scale", "rivals"])
    if form == "types":
        states = rng.randint(2, 4)
        types = [{"prior": law(rng, states)} for _ in range(size(rng, 2, 100))]
        for one, weight in zip(types, law(rng, len(types)), strict=True):
            one["weight"] = weight  # type: ignore[assignment]
        return {"kind": "experiment-menu", "types": types}
    if form == "law":
        density = rng.choice(["30*x*(1-x)**4", "6*x*(1-x)", "2*x", "1 + sin(x) - sin(x)", "exp(x)"])
        return {"kind": "experiment-menu", "law": {"density": density, "interval": [0, 1]}}
    if form == "scale":
        return {"kind": "experiment-menu", "law": {"uniform": [0, 1]}, "scale": {"uniform": [rng.randint(0, 2), 3]}}
    values = sorted({rng.randint(1, 50) for _ in range(rng.randint(2, 5))})
    theta = Fraction(rng.randint(5, 9), 10)
    rival = {"support": values, "prior": law(rng, len(values))}
    obedience = rng.choice(["ex-post", "interim"])
    return {
        "kind": "experiment-menu",
        "externality": {"alpha": "1/2", "theta": str(theta), "law": rival, "obedience": obedience},
    }


def stage(rng: random.Random, actions: int, outcomes: int) -> Document:
    return {
        "outcomes": [law(rng, outcomes) for _ in range(actions)],
        "costs": [0, *(f"{rng.randint(0, 99)}/50" for _ in range(actions - 1))],
        "rewards": [f"{rng.randint(0, 400)}/50" for _ in range(outcomes)],
    }


def contract(rng: random.Random) -> Document:
    """One stage of up to 60 x 60, processes of up to 12 states, sets of up to 12 actions, teams of up to 10 agents."""
    form = rng.choice(["stage", "horizon", "discount", "combinatorial", "team"])
    if form == "stage":
        return {"kind": "contract", **stage(rng, size(rng, 2, 60), size(rng, 2, 60))}
    if form in ("horizon", "discount"):
        count = size(rng, 1, 12)
        states = []
        for _ in range(count):
            outcomes = rng.randint(1, 5)
            states.append(
                {
                    **stage(rng, rng.randint(1, 5), outcomes),
                    "next": [rng.randrange(count) for _ in range(outcomes)],
                }
            )
        end = {"horizon": size(rng, 1, 60)} if form == "horizon" else {"discount": rng.choice(["1/2", "4/5", "9/10"])}
        return {"kind": "contract", "states": states, **end}
    count = rng.randint(2, 12 if form == "combinatorial" else 10)
    shares = [f"{rng.randint(1, 99)}/{100 * count}" for _ in range(count)]
    return {
        "kind": "contract",
        form: {"additive": shares, "costs": [f"{rng.randint(1, 20)}/{50 * count}" for _ in range(count)]},
    }


def mechanism(rng: random.Random) -> Document:
    """Up to 150 types, up to 3 bidders of 6 types, and laws of two items or of items that are alike."""
    form = rng.choice(["types", "types", "bidders", "laws", "density", "alike", "pair"])
    items = rng.randint(1, 4)
    if form in ("types", "bidders"):
        bidders = rng.randint(2, 3) if form == "bidders" else 1
        count = size(rng, 2, 6 if bidders > 1 else 150)
        values = sorted({tuple(rng.randint(0, 30) for _ in range(items)) for _ in range(count)})
        types = [
            {"values": list(one), "weight": weight} for one, weight in zip(values, law(rng, len(values)), strict=True)
        ]
        more = {"bidders": bidders, "incentives": rng.choice(["DSIC", "BIC"])} if bidders > 1 else {}
        return {"kind": "mechanism", "types": types, **more}
    if form == "alike":
        return {"kind": "mechanism", "laws": [{"uniform": [0, 1]}] * rng.randint(2, 8)}
    if form == "pair":
        return {"kind": "mechanism", "laws": [{"uniform": [0, 1]}] * 2, "bidders": 2, "incentives": "DSIC"}
    if form == "density":
        one = {"density": rng.choice(["6*x*(1-x)", "2*x", "12*x**2*(1-x)"]), "interval": [0, 1]}
        return {"kind": "mechanism", "laws": [one, {"uniform": [0, rng.randint(1, 3)]}]}
    ends = [sorted(rng.sample(range(20), 2)) for _ in range(2)]
    return {"kind": "mechanism", "laws": [{"uniform": pair} for pair in ends]}


def linear_program(rng: random.Random) -> Document:
    """Up to 300 x 300, feasible and bounded, half of them with integers (then up to 60)."""
    whole = rng.random() < 0.5
    columns, rows = (size(rng, 2, 60 if whole else 300) for _ in range(2))
    listed = []
    for _ in range(rows):
        chosen = rng.sample(range(columns), min(columns, rng.randint(1, 12)))
        listed.append({"entries": [[j, rng.randint(1, 30)] for j in chosen], "upper": rng.randint(20, 400)})
    return {
        "kind": "linear-program",
        "goal": "max",
        "objective": [rng.randint(1, 60) for _ in range(columns)],
        "rows": listed,
        "upper": [rng.randint(1, 40) for _ in range(columns)],
        **({"integers": sorted(rng.sample(range(columns), rng.randint(1, columns)))} if whole else {}),
    }


def coupling(rng: random.Random) -> Document:
    """Transport that is partial, has forbidden pairs, capacities or conditions, is a martingale, or of points."""
    form = rng.choice(["partial", "forbidden", "capacity", "conditions", "martingale", "points", "line"])
    rows, columns = size(rng, 2, 80), size(rng, 2, 80)
    document: Document = {"kind": "transport", "source": law(rng, rows), "target": law(rng, columns)}
    pairs = list(product(range(rows), range(columns)))
    if form in ("points", "line"):
        width = 2 if form == "points" else 1
        places = [[[rng.randint(0, 99) for _ in range(width)] for _ in range(n)] for n in (rows, columns)]
        metric = rng.choice(["squared", "cityblock", "euclidean"])
        return document | {"cost": {"metric": metric, "source": places[0], "target": places[1]}}
    if form == "martingale":
        # Each source splits evenly onto its two neighbours on a line, so that a plan exists.
        count = size(rng, 1, 40)
        masses = law(rng, count)
        target = [Fraction(0)] * (2 * count + 1)
        for k, mass in enumerate(masses):
            for j in (2 * k, 2 * k + 2):
                target[j] += Fraction(mass) / 2
        return {
            "kind": "transport",
            "source": masses,
            "target": list(map(str, target)),
            "martingale": {"source": [2 * k + 1 for k in range(count)], "target": list(range(2 * count + 1))},
            "gain": table(rng, count, 2 * count + 1),
        }
    document["gain"] = gain = table(rng, rows, columns)
    if form == "partial":
        return document | {"mass": f"1/{rng.randint(2, 9)}"}
    if form == "forbidden":
        for i, j in rng.sample(pairs, len(pairs) // 4):
            gain[i][j] = None
        return document | {"mass": "1/1000"}
    if form == "capacity":
        chosen = rng.sample(pairs, min(len(pairs), 40))
        return document | {"mass": "1/1000", "capacity": [[i, j, "1/50"] for i, j in chosen]}
    entries = [[i, j, rng.randint(1, 5)] for i, j in rng.sample(pairs, min(len(pairs), 60))]
    return document | {"mass": "1/10", "conditions": [{"entries": entries, "upper": "1/5"}]}


def family(rng: random.Random) -> Document:
    """A parameter in payoffs of persuasion, of a game or of a transport."""
    states, actions = rng.randint(2, 4), rng.randint(2, 4)
    drawn = rng.choice(
        [
            {
                "kind": "persuasion",
                "prior": law(rng, states),
                "sender": table(rng, states, actions),
                "receiver": table(rng, states, actions),
            },
            {"kind": "game", "prior": [1], "payoffs": table(rng, 2, 1, actions, states)},
            {
                "kind": "transport",
                "source": law(rng, states),
                "target": law(rng, actions),
                "gain": table(rng, states, actions),
            },
        ]
    )
    place = {"persuasion": "sender", "game": "payoffs", "transport": "gain"}[drawn["kind"]]
    cell = drawn[place]
    while isinstance(cell[0], list):
        cell = cell[0]
    cell[0] = f"{rng.randint(-9, 9)}*t + {rng.randint(-9, 9)}"
    return drawn | {"parameter": {"name": "t", "from": 0, "to": 1}}


NEWER: dict[str, Callable[[random.Random], Document]] = {
    "game": game,
    "payoff-set": payoff_set,
    "prompting": prompting,
    "informed": informed,
    "simulation": simulation,
    "experiments": experiments,
    "contract": contract,
    "mechanism": mechanism,
    "linear-program": linear_program,
    "coupling": coupling,
    "family": family,
}
