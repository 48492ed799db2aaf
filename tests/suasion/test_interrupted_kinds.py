"""Ctrl-C soon after the first offer of each of the newer kinds: a proven bracket, and nobody waits long for it."""

import random
import signal
from fractions import Fraction

import pytest

import dual
import suasion
from tests.campaign.newer import Document, law, stage, table
from transport.programs.effort import Incumbent


def linear_program(rng: random.Random) -> Document:
    """Many seconds of the simplex method."""
    count = 1500
    rows = [
        {"entries": [[j, rng.randint(1, 30)] for j in rng.sample(range(count), 20)], "upper": rng.randint(200, 4000)}
        for _ in range(count)
    ]
    objective = [rng.randint(1, 60) for _ in range(count)]
    return {"kind": "linear-program", "goal": "max", "objective": objective, "rows": rows}


def stages(rng: random.Random) -> Document:
    """A linear program for each of many actions."""
    return {"kind": "contract", **stage(rng, 160, 160)}


def by_stages(rng: random.Random, **form: object) -> Document:
    """Programs for every state of every stage."""
    states = [{**stage(rng, 9, 9), "next": [rng.randrange(6) for _ in range(9)]} for _ in range(6)]
    return {"kind": "contract", "states": states, **form}


def covering(rng: random.Random) -> Document:
    """A tree for every breakpoint of what the agent does."""
    covered = [sorted(rng.sample(range(60), 8)) for _ in range(60)]
    costs = [f"{rng.randint(1, 20)}/2000" for _ in covered]
    return {
        "kind": "contract",
        "combinatorial": {"coverage": covered, "element_weights": law(rng, 60), "costs": costs},
    }


def public(states: int, types: int) -> Document:
    """One experiment for many types."""
    rng = random.Random(states)
    return {
        "kind": "informed-persuasion",
        "beliefs": [law(rng, states) for _ in range(types)],
        "weights": law(rng, types),
        "receiver": table(rng, states, 4),
        "sender": table(rng, states, 4),
    }


def menu(rng: random.Random) -> Document:
    """A finite menu of hundreds of types."""
    values = sorted({tuple(rng.randint(0, 60) for _ in range(3)) for _ in range(300)})
    types = [{"values": list(one), "weight": share} for one, share in zip(values, law(rng, len(values)), strict=True)]
    return {"kind": "mechanism", "types": types}


def laws(_: random.Random) -> Document:
    """A continuum of buyers."""
    density = {"density": "6*x*(1-x)", "interval": [0, 1]}
    return {"kind": "mechanism", "laws": [density, {"density": "2*x", "interval": [0, 1]}]}


def queries(rng: random.Random) -> Document:
    """All cells of three states."""
    sure = sorted(Fraction(rng.randint(1, 999), 1000) for _ in range(60))
    beliefs = [[str(1 - p), str(p / 3), str(2 * p / 3)] for p in sure]
    return {
        "kind": "simulation",
        "beliefs": beliefs,
        "weights": law(rng, len(beliefs)),
        "receiver": [[0, -1], [0, 1], [0, 1]],
        "sender": [[0, 1], [0, 1], [0, 1]],
        "queries": 3,
    }


def game(rng: random.Random) -> Document:
    """Four players, plays as they are needed."""
    return {"kind": "game", "prior": law(rng, 2), "payoffs": table(rng, 3, 2, 24, 24, 24)}


def payoffs(rng: random.Random) -> Document:
    """A polygon of some hundred vertices."""
    weights = [{"weights": [1, 0]}, {"weights": [0, 1]}]
    return {"kind": "payoff-set", "prior": law(rng, 3), "payoffs": table(rng, 2, 3, 22, 22), "objectives": weights}


def experiments(rng: random.Random) -> Document:
    """A menu for hundreds of types."""
    types = [{"prior": law(rng, 4), "weight": share} for share in law(rng, 200)]
    return {"kind": "experiment-menu", "types": types}


CASES = {
    "linear-program": linear_program,
    "contract of a stage": stages,
    "contract by stages": lambda rng: by_stages(rng, horizon=400),
    "contract to commit to": lambda rng: by_stages(rng, discount="9/10", commitment=True),
    "contract for ever": lambda rng: by_stages(rng, discount="9/10"),
    "contract for many actions": covering,
    "informed, three states": lambda _: public(3, 100),
    "informed, five states": lambda _: public(5, 60),
    "mechanism for types": menu,
    "mechanism for laws": laws,
    "simulation": queries,
    "game": game,
    "payoff-set": payoffs,
    "experiment-menu": experiments,
}


ONE_SIDED = ("contract for ever",)
"""There may be no equilibrium that a lower bound could speak of."""


@pytest.fixture
def ctrl_c(monkeypatch):
    """Presses Ctrl-C with the next first offer; gives a list that says so then."""
    keep, pressed = Incumbent.offer, []

    def offer(self, found):
        monkeypatch.setattr(Incumbent, "offer", keep)
        keep(self, found)
        pressed.append("pressed")
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Incumbent, "offer", offer)
    monkeypatch.setattr("transport.programs.effort.PROOF_SECONDS", 60.0)  # what is kept does not depend on the machine
    return pressed


@pytest.mark.parametrize("kind", CASES)
def test_an_interrupt_leaves_a_proven_bracket(ctrl_c, kind):
    problem = suasion.load(CASES[kind](random.Random(7)))
    solution = problem.solve()
    if solution.grade != "exact":  # it may have been quicker than the signal
        assert solution.solver["stopped"] == "interrupted"
    verdict = dual.verify(solution.document())
    assert verdict.accepted
    if kind in ONE_SIDED:
        assert (solution.lower is None) <= (solution.upper is not None)
        return
    assert None not in (solution.lower, solution.upper)
    assert solution.lower <= verdict.lower <= verdict.upper <= solution.upper  # those of a solution are rounded
    assert ctrl_c == ["pressed"]
