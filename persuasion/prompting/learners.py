"""Learners for repeated choices among a few arms, vectorised over independent runs.

Every learner works on arrays of shape (runs, arms): how often each arm was pulled, and the sum of payoffs, scaled to
[0, 1], that it gave. ``choose`` returns an arm for each run. An assistant has one such memory for every prompt and
hands over the rows of the prompts at hand; ``where`` says which memory a row is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from dual.errors import InputError
from transport.programs.arrays import Booleans, Floats, Integers


@dataclass
class Memory:
    """Pulls and sums of one kind of choice, shape (memories, arms); mutable, as it is what learning changes.

    ``committed`` is the arm that a memory has committed to, -1 before. Early pulls and sums are what was seen before
    the second exploration; weights, as logarithms, are those of exponential weighting.
    """

    possible: Booleans
    pulls: Integers
    sums: Floats
    committed: Integers
    early_pulls: Integers
    early_sums: Floats
    weights: Floats
    active: Booleans

    @classmethod
    def blank(cls, possible: Booleans) -> Memory:
        """Make a memory of nothing; ``possible`` has shape (memories, arms)."""

        def zeros() -> Floats:
            return np.zeros(possible.shape)

        def none() -> Integers:
            return np.zeros(possible.shape, dtype=np.int64)

        nothing = np.full(len(possible), -1)
        return cls(possible, none(), zeros(), nothing, none(), zeros(), zeros(), possible.copy())


@dataclass(frozen=True)
class Learner:
    """A rule of choice.

    Attributes
    ----------
    name : str
    numbers : tuple of int
        How often it explores.
    horizon : int
        Rounds of the whole play.
    delta : float
    partner : callable or None
        ``partner(n)`` bounds the regret of whoever answers over n answers to one prompt.
    """

    name: str
    numbers: tuple[int, ...]
    horizon: int
    delta: float
    partner: Callable[[Floats], Floats] | None = field(default=None, compare=False)

    def choose(self, memory: Memory, where: Integers, rng: np.random.Generator) -> Integers:
        """Return an arm for each of the memories ``where``."""
        pulls = memory.pulls[where]
        possible = memory.possible[where]
        waiting = np.where(possible, pulls, np.iinfo(np.int64).max)
        least = waiting.argmin(axis=1)
        fewest = waiting[np.arange(len(where)), least]
        if self.name in ("etc", "eetc"):
            return self._committed(memory, where, least, fewest)
        if self.name == "exp3":
            return self._weighted(memory, where, least, fewest, rng)
        with np.errstate(divide="ignore", invalid="ignore"):
            means = memory.sums[where] / pulls
            if self.name == "elimination":
                return self._surviving(memory, where, means, pulls)
            if self.name == "ucb":
                own = pulls.sum(axis=1, keepdims=True)
                bonus = np.sqrt(2 * np.log(np.maximum(own, 2)) / pulls)
            else:
                bonus = np.sqrt(2 * math.log(8 * self.horizon**2 / self.delta) / pulls)
                if self.partner is not None:
                    bonus = bonus + self.partner(pulls.astype(np.float64)) / pulls
            index = np.where(possible, means + bonus, -np.inf)
        index[possible & (pulls == 0)] = np.inf
        return np.asarray(index.argmax(axis=1))

    def _committed(self, memory: Memory, where: Integers, least: Integers, fewest: Integers) -> Integers:
        """Explore round robin until every arm was pulled often enough, then stay with the best mean."""
        if self.name == "eetc":
            # What was seen while the other was still learning is set aside once the first exploration ends.
            first = (fewest == self.numbers[0]) & (memory.early_pulls[where].sum(axis=1) == 0)
            if first.any():
                rows = where[first]
                memory.early_pulls[rows], memory.early_sums[rows] = memory.pulls[rows], memory.sums[rows]
        enough = sum(self.numbers)
        ready = (fewest >= enough) & (memory.committed[where] < 0)
        if ready.any():
            rows = where[ready]
            with np.errstate(divide="ignore", invalid="ignore"):
                seen = memory.pulls[rows] - memory.early_pulls[rows]
                means = np.where(memory.possible[rows], (memory.sums[rows] - memory.early_sums[rows]) / seen, -np.inf)
            memory.committed[rows] = means.argmax(axis=1)
        kept = memory.committed[where]
        return np.where(kept >= 0, kept, least)

    def _surviving(self, memory: Memory, where: Integers, means: Floats, pulls: Integers) -> Integers:
        """Drop arms that are clearly worse than the best; pull the rarest of the others."""
        count = memory.possible.shape[1]
        radius = np.sqrt(2 * math.log(8 * count * self.horizon / self.delta) / np.maximum(pulls, 1))
        seen = pulls > 0
        active = memory.active[where]
        floor = np.where(active & seen, means - radius, -np.inf).max(axis=1, keepdims=True)
        active &= ~seen | (means + radius >= floor)
        memory.active[where] = active
        return np.asarray(np.where(active, pulls, np.iinfo(np.int64).max).argmin(axis=1))

    def _weighted(
        self, memory: Memory, where: Integers, least: Integers, fewest: Integers, rng: np.random.Generator
    ) -> Integers:
        """Explore, then draw arms with exponential weights."""
        chances = self.chances(memory, where)
        drawn = (chances.cumsum(axis=1) > rng.random((len(where), 1))).argmax(axis=1)
        return np.where(fewest < self.numbers[0], least, drawn)

    def chances(self, memory: Memory, where: Integers) -> Floats:
        """The probabilities with which exponential weighting draws its arms."""
        possible = memory.possible[where]
        weights = np.where(possible, memory.weights[where], -np.inf)
        shares = np.exp(weights - weights.max(axis=1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))

    def learn(self, memory: Memory, where: Integers, arms: Integers, payoffs: Floats) -> None:
        """Remember what the chosen arms gave."""
        if self.name == "exp3":
            count = memory.possible.shape[1]
            explored = np.where(memory.possible[where], memory.pulls[where], self.numbers[0]).min(axis=1)
            late = explored >= self.numbers[0]
            rate = math.sqrt(2 * math.log(max(count, 2)) / (count * self.horizon))
            rows = np.arange(len(where))
            chance = self.chances(memory, where)[rows, arms]
            # Losses weighted by their probabilities; what was not drawn loses nothing.
            memory.weights[where, arms] -= np.where(late, rate * (1 - payoffs) / chance, 0.0)
        memory.pulls[where, arms] += 1
        memory.sums[where, arms] += payoffs

    def regret(self, pulls: Floats, arms: int) -> Floats:
        """A bound, up to the confidence ``delta``, of the own regret over some pulls; payoffs in [0, 1]."""
        if self.name == "etc":
            radius = math.sqrt(2 * math.log(8 * self.horizon / self.delta) / self.numbers[0])
            return np.minimum(pulls, arms * self.numbers[0] + 2 * radius * pulls)
        return np.minimum(pulls, np.sqrt(8 * arms * pulls * math.log(8 * self.horizon / self.delta)))


HUMAN = {"etc": 1, "eetc": 2, "ucb": 0, "regret-ucb": 0, "exp3": 1, "elimination": 0}
"""The learners of a person, with how many numbers each takes."""
AI = {"etc": 1, "ucb": 0, "exp3": 1, "elimination": 0}
"""Those of an assistant."""


def learner(
    given: str | Sequence[object], known: dict[str, int], where: str, arms: int, horizon: int, delta: float
) -> Learner:
    """Read a learner: its name and how often it explores, by default (horizon / arms)^(2/3) times.

    Raises
    ------
    InputError
        If there is no such learner, or its numbers are not positive integers.
    """
    name, *numbers = [given] if isinstance(given, str) else list(given)
    if name not in known:
        raise InputError(f"{str(name)[:40]!r} is no learner; known are {', '.join(known)}", where)
    count = known[str(name)]
    if len(numbers) > count:
        raise InputError(f"{name} takes {count} numbers, not {len(numbers)}", where)
    if any(isinstance(n, bool) or not isinstance(n, int) or n < 1 for n in numbers):
        raise InputError("how often it explores is a positive integer", where)
    usual = max(1, round((horizon / arms) ** (2 / 3)))
    chosen = tuple(int(str(n)) for n in numbers) + (usual,) * (count - len(numbers))
    return Learner(str(name), chosen, horizon, delta)
