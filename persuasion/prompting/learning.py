"""How a person and an assistant learn from each other: repeated play, simulated. Nothing here is a proof.

The person's regret against a benchmark after t rounds is t times the benchmark less the expected payoffs of what was
played; the assistant's likewise. Noise enters what the learners see, never the regret.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np

from dual.errors import InputError
from dual.kinds.prompting import PromptingStatement
from transport.programs.arrays import Floats, Integers
from transport.road.table import Cell, Table

from .benchmarks import benchmarks
from .learners import AI, HUMAN, Learner, Memory, learner

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Choice = str | Sequence[object]
"""A learner by name, or by name and numbers."""
_POINTS: Final = 60
"""Rounds at which regrets are kept, evenly spaced in logarithms: enough for a smooth curve."""
_LATE: Final = 10
"""A rate is fitted to the rounds beyond this share of all, after the first explorations."""


@dataclass(frozen=True)
class Setting:
    """Who plays, and for how long."""

    human: Choice
    ai: Choice
    rounds: int
    runs: int
    sigma: float
    delta: float

    @classmethod
    def of(
        cls,
        human: str | Sequence[object],
        ai: str | Sequence[object],
        rounds: int,
        runs: int,
        sigma: float,
        delta: float,
    ) -> Setting:
        """Check the numbers of a simulation.

        Raises
        ------
        InputError
            If one is out of range.
        """
        for name, value in (("rounds", rounds), ("runs", runs)):
            if type(value) is not int or value < 1:
                raise InputError(f"{value!r} is not a positive integer", name)
        if not 0 <= sigma < math.inf:
            raise InputError("a standard deviation is a number >= 0", "sigma")
        if not 0 < delta < 1:
            raise InputError("a probability between 0 and 1 is needed", "delta")
        return cls(human, ai, rounds, runs, float(sigma), float(delta))


@dataclass(frozen=True, eq=False)
class Learning:
    """What became of repeated play, simulated.

    Attributes
    ----------
    at : array, shape (points,)
        After how many rounds regrets are given.
    payoffs : array, shape (2, runs, points)
        Cumulative expected payoffs of the person and of the assistant.
    statement : PromptingStatement
        Who gets what.
    human, ai : Learner
    """

    at: Integers
    payoffs: Floats
    statement: PromptingStatement
    human: Learner
    ai: Learner

    @property
    def benchmarks(self) -> dict[str, Fraction]:
        """The value of each benchmark, exactly."""
        return benchmarks(self.statement)

    def regrets(self, benchmark: str) -> Floats:
        """Regret of every run, shape (runs, points): the assistant's for ``"ai"``, else the person's.

        Raises
        ------
        InputError
            If there is no such benchmark.
        """
        values = self.benchmarks
        if benchmark not in values:
            raise InputError(f"{benchmark!r} is unknown; known are {', '.join(values)}", "benchmark")
        found: Floats = float(values[benchmark]) * self.at - self.payoffs[1 if benchmark == "ai" else 0]
        return found

    def regret(self, benchmark: str = "human") -> list[float]:
        """Mean regret at each of the rounds ``at``."""
        return [round(float(x), 9) for x in self.regrets(benchmark).mean(axis=0)]

    def error(self, benchmark: str = "human") -> list[float]:
        """Standard errors of the means; zero for a single run."""
        runs = self.regrets(benchmark)
        spread = runs.std(axis=0, ddof=1) if len(runs) > 1 else 0 * runs[0]
        return [float(x) / math.sqrt(len(runs)) for x in spread]

    def rate(self, benchmark: str = "human") -> float:
        """The exponent x of a regret that grows as rounds^x, fitted to the later rounds; nan if it does not grow."""
        late = self.at >= self.at[-1] / _LATE
        mean = np.array(self.regret(benchmark))[late]
        if len(mean) < 2 or (mean <= 0).any():
            return math.nan
        return float(np.polyfit(np.log(self.at[late]), np.log(mean), 1)[0])

    def bound(self) -> list[float] | None:
        """The theorem's bound on the person's regret against ``"human"`` at each round, for learners that have one.

        With T rounds, K prompts, R(n) a bound of the assistant's regret over n answers, payoffs in [0, 1] and
        probability 1 - delta: exploring N times costs ``N K + T (R(N)/N + 2 sqrt(2 log(8T/delta) / N)) + K R(T/K)``,
        the regret-adjusted index ``2 sqrt(2 K T log(8 T^2/delta)) + 2 K R(T/K)``. None for other learners.
        """
        arms, responses = len(self.statement.human), len(self.statement.human[0])
        T = self.at.astype(np.float64)
        answered = arms * self.ai.regret(T / arms, responses)
        if self.human.name in ("etc", "eetc"):
            N = float(self.human.numbers[-1])
            each = self.ai.regret(np.array([N]), responses)[0] / N
            radius = 2 * np.sqrt(2 * np.log(8 * T / self.human.delta) / N)
            found = sum(self.human.numbers) * arms + T * (each + radius) + answered
        elif self.human.name == "regret-ucb":
            found = 2 * np.sqrt(2 * arms * T * np.log(8 * T**2 / self.human.delta)) + 2 * answered
        else:
            return None
        _, unit = _scales(self.statement)[0]
        return [float(x) * unit for x in np.minimum(found, T)]

    def table(self) -> Table:
        """Mean regrets with standard errors, at a few of the rounds."""
        names = list(self.benchmarks)
        means = {name: (self.regret(name), self.error(name)) for name in names}
        rows: list[list[Cell]] = [
            [int(self.at[k]), *(f"{means[name][0][k]:.6g} +- {means[name][1][k]:.2g}" for name in names)]
            for k in range(0, len(self.at), max(1, len(self.at) // 12))
        ]
        return Table("mean regret (simulated)", ["rounds", *names], rows)

    def _repr_html_(self) -> str:
        return self.table().html()

    def __repr__(self) -> str:
        runs = self.payoffs.shape[1]
        return f"Learning(human={self.human.name!r}, ai={self.ai.name!r}, rounds={int(self.at[-1])}, runs={runs})"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw mean regrets against every benchmark with bands of two standard errors, and the theorem's bound.

        Raises
        ------
        SuasionError
            If matplotlib is not installed.
        """
        from .picture import draw_learning

        regrets = {name: (self.regret(name), self.error(name)) for name in self.benchmarks}
        return draw_learning(self.at, regrets, self.bound(), f"{self.human.name} against {self.ai.name}", ax)


def simulated(statement: PromptingStatement, setting: Setting, rng: np.random.Generator | int | None) -> Learning:
    """Play; see :meth:`~persuasion.prompting.problem.Prompting.simulate`."""
    chance = np.random.default_rng(rng)
    possible = np.array([[h is not None for h in row] for row in statement.human])
    tables = [
        np.array([[0.0 if x is None else float(x) for x in row] for row in own])
        for own in (statement.human, statement.ai)
    ]
    scales = _scales(statement)
    prompts, responses = possible.shape
    runs, every = setting.runs, np.arange(setting.runs)
    ai = learner(setting.ai, AI, "ai", responses, setting.rounds, setting.delta)
    human = learner(setting.human, HUMAN, "human", prompts, setting.rounds, setting.delta)
    human = replace(human, partner=lambda pulls: ai.regret(pulls, responses))
    mine = Memory.blank(np.ones((runs, prompts), dtype=bool))
    its = Memory.blank(np.tile(possible, (runs, 1)))
    at = np.unique(np.round(np.geomspace(1, setting.rounds, _POINTS)).astype(np.int64))
    kept = np.zeros((2, runs, len(at)))
    total = np.zeros((2, runs))
    unit = [(own - low) / size for own, (low, size) in zip(tables, scales, strict=True)]
    place = 0
    for t in range(1, setting.rounds + 1):
        a = human.choose(mine, every, chance)
        where = every * prompts + a
        b = ai.choose(its, where, chance)
        total[0] += tables[0][a, b]
        total[1] += tables[1][a, b]
        seen = [own[a, b] for own in unit]
        if setting.sigma:
            seen = [payoff + setting.sigma * chance.standard_normal(runs) for payoff in seen]
        human.learn(mine, every, a, seen[0])
        ai.learn(its, where, b, seen[1])
        if t == at[place]:
            kept[:, :, place] = total
            place += 1
    return Learning(at, kept, statement, human, ai)


def _scales(statement: PromptingStatement) -> list[tuple[float, float]]:
    """For the person and the assistant the least payoff, and the range."""
    found = []
    for own in (statement.human, statement.ai):
        payoffs = [float(x) for row in own for x in row if x is not None]
        found.append((min(payoffs), (max(payoffs) - min(payoffs)) or 1.0))
    return found
