"""Random games against programs written down from the definitions, and solved by SciPy.

Nothing is shared with the toolkit: deviations are whole maps from advice to actions, one row for each, and reports are
combined with every such map.
"""

import random
from fractions import Fraction as F
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

import suasion


def draw(seed):
    """A game of two players with types, noisy signals of two states, and perhaps fees."""
    rng = random.Random(seed)
    states, shape, signals = 2, (rng.randint(2, 3), 2), rng.randint(1, 2)
    types = (rng.randint(1, 2), 2)
    shares = lambda count: [F(w, 12) for w in _parts(rng, count, 12)]  # noqa: E731
    law = []
    for _ in range(states):
        flat = shares(types[0] * types[1])
        law.append([flat[t * types[1] : (t + 1) * types[1]] for t in range(types[0])])
    tensor = lambda: [[[rng.randint(-5, 5) for _ in range(shape[1])] for _ in range(shape[0])] for _ in range(states)]  # noqa: E731
    game = {
        "kind": "game",
        "prior": shares(states),
        "payoffs": [tensor(), tensor()],
        "objective": {"table": tensor()},
        "goal": rng.choice(["max", "min"]),
        "law": law,
        "signals": [shares(signals) for _ in range(states)],
    }
    return game, shape, types, signals, rng


def _parts(rng, count, total):
    cuts = sorted(rng.randint(0, total) for _ in range(count - 1))
    return [b - a for a, b in zip([0, *cuts], [*cuts, total], strict=True)]


class Definition:
    """A game's program, row by row, in floats."""

    def __init__(self, game, shape, types, signals):
        self.game, self.shape, self.types = game, shape, types
        self.known = list(product(range(signals), product(*map(range, types))))
        self.profiles = list(product(*map(range, shape)))
        self.place = {cell: column for column, cell in enumerate(product(self.known, self.profiles))}

    def weights(self, k, t):
        game = self.game
        return [float(game["prior"][s] * game["signals"][s][k] * game["law"][s][t[0]][t[1]]) for s in range(2)]

    def worth(self, table, k, t, a):
        return sum(weight * table[s][a[0]][a[1]] for s, weight in enumerate(self.weights(k, t)))

    def deviation(self, i, own, report, plan):
        """What a type gains by a report and a map from advice to actions."""
        row, payoff = np.zeros(len(self.place)), self.game["payoffs"][i]
        for (k, t), a in self.place:
            column = self.place[(k, t), a]
            if t[i] == own:
                row[column] -= self.worth(payoff, k, t, a)
            if t[i] == report:
                row[column] += self.worth(payoff, k, swapped(t, i, own), swapped(a, i, plan[a[i]]))
        return row

    def chance(self, i, own):
        return sum(sum(self.weights(k, t)) for k, t in self.known if t[i] == own)

    def value(self, *, elicited=False, costs=None):
        """The optimal value; None if nothing is feasible."""
        rows, right = [], []
        for i, own in [(j, t) for j in range(2) for t in range(self.types[j])]:
            for report in range(self.types[i]) if elicited else [own]:
                for plan in product(range(self.shape[i]), repeat=self.shape[i]):
                    rows.append(self.deviation(i, own, report, plan))
                    right.append(0.0)
            for b in range(self.shape[i]) if costs is not None else ():
                rows.append(self.deviation(i, own, own, [b] * self.shape[i]))
                right.append(-float(costs[i]) * self.chance(i, own))
        equal = np.array([[float(cell == known) for cell, _ in self.place] for known in self.known])
        sign = -1 if self.game["goal"] == "max" else 1
        cost = [sign * self.worth(self.game["objective"]["table"], k, t, a) for (k, t), a in self.place]
        found = linprog(cost, A_ub=np.array(rows), b_ub=right, A_eq=equal, b_eq=np.ones(len(equal)))
        return None if found.status == 2 else sign * found.fun


def swapped(profile, i, entry):
    return tuple(entry if j == i else old for j, old in enumerate(profile))


SEEDS = [*range(10), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(10, 100))]


@pytest.mark.parametrize("seed", SEEDS)
def test_types_known(seed):
    game, shape, types, signals, _ = draw(seed)
    solution = suasion.load(game).solve()
    assert solution.grade == "exact"
    assert solution.verify().accepted
    assert solution.value == pytest.approx(Definition(game, shape, types, signals).value(), abs=1e-7)


@pytest.mark.parametrize("seed", SEEDS)
def test_types_elicited(seed):
    game, shape, types, signals, _ = draw(seed)
    solution = suasion.load(game | {"types": "elicited"}).solve()
    assert solution.grade == "exact"
    assert solution.verify().accepted
    assert solution.value == pytest.approx(Definition(game, shape, types, signals).value(elicited=True), abs=1e-7)


@pytest.mark.parametrize("seed", SEEDS)
def test_fees(seed):
    game, shape, types, signals, rng = draw(seed)
    costs = [F(rng.randint(0, 8), 8), F(rng.randint(0, 8), 8)]
    solution = suasion.load(game | {"costs": costs}).solve()
    expected = Definition(game, shape, types, signals).value(costs=costs)
    assert solution.verify().accepted
    if expected is None:
        assert solution.grade == "infeasible"
    else:
        assert solution.grade == "exact"
        assert solution.value == pytest.approx(expected, abs=1e-7)
