"""Prompting: equilibria and benchmarks of a person and an assistant, exactly; and how they learn, by simulation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Unpack

import numpy as np

from dual.errors import InputError
from dual.kinds.prompting import BENCHMARKS, Answer, Payoffs, PromptingStatement
from dual.words import brief
from transport.road.methods import by_name
from transport.road.problem import Described, Problem
from transport.road.solution import Solution
from transport.road.table import Cell, Table

from .benchmarks import answer, benchmarks, solve_by_enumeration
from .learning import Learning, Setting, simulated

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class PromptingSolution(Solution["Prompting"]):
    """A benchmark, and where it is attained."""

    primal: Answer | None
    dual: Answer | None

    @property
    def answer(self) -> Answer:
        """The tolerance, prompt and response at which the benchmark is attained."""
        return answer(self.problem.statement) if self.primal is None else self.primal

    @cached_property
    def benchmarks(self) -> dict[str, Fraction]:
        """All four: the person's payoff in the strong and weak equilibria, the relaxed ones of both."""
        return self.problem.benchmarks

    def facts(self) -> Iterable[tuple[str, str]]:
        """The other benchmarks."""
        for name in BENCHMARKS:
            if name != self.problem.statement.benchmark:
                yield name, brief(self.benchmarks[name])

    def tables(self) -> Sequence[Table]:
        """Where the benchmark is attained, and what the person secures and accepts at every tolerance."""
        problem, found = self.problem, self.answer
        a, b = found.prompt, found.response
        where = Table(
            "attained",
            ["tolerance", "prompt", "response", "person", "assistant"],
            [
                [
                    found.tolerance,
                    problem.prompt_name(a),
                    problem.response_name(b),
                    problem.human[a][b],
                    problem.ai[a][b],
                ]
            ],
        )
        rows: list[list[Cell]] = [
            [e, secured, ", ".join(problem.prompt_name(k) for k in admitted)]
            for e, secured, admitted in problem.by_tolerance()[:20]
        ]
        return [where, Table("by tolerance e", ["from e", "the person secures", "prompts in A_e"], rows)]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw both benchmarks as functions of the tolerance, with their infima.

        Raises
        ------
        SuasionError
            If matplotlib is not installed.
        """
        from .picture import draw

        return draw(self.problem.statement, ax)


class Prompting(Problem[PromptingStatement, PromptingSolution]):
    """A person prompts an assistant, who answers in its own interest: a Stackelberg game, once and repeated.

    Of prompt a and response b the person gets ``human[a][b]``, the assistant ``ai[a][b]``. In the strong (weak)
    Stackelberg equilibrium the assistant answers best, its ties for (against) her. Learners answer only nearly best,
    say at a cost of up to e, and are compared with benchmarks that are relaxed by that::

        human  inf over e of  e + max_a min { human[a][b] : ai[a][b] >= max ai[a] - e }
        ai     inf over e of  e + the least best payoff of the assistant over the prompts
                              that the person may find as good as what she secures, up to e

    (Donahue, Immorlica, Jagadeesan, Lucier and Slivkins 2024, arXiv 2403.00188.) Each is the least of finitely many
    values, found exactly; :meth:`simulate` shows learners against them, without a proof.

    Parameters
    ----------
    human, ai : array_like, shape (A, B)
        Payoffs by prompt and response; None where a prompt has no such response.
    benchmark : {"human", "ai", "strong", "weak"}
        Whose value is asked for; ``benchmarks`` gives all.
    tolerance : number, optional
        The largest e >= 0; any if omitted.
    prompts, responses : sequence of str, optional
        Labels.
    name, source, notes : str, optional
        Descriptions.

    Raises
    ------
    InputError
        If a shape or a number is wrong, a prompt has no response, or a response is possible for one of the two only.

    Examples
    --------
    >>> table = Prompting(human=[[10, 5, None], [None, None, 8]], ai=[[9, 8, None], [None, None, 10]])
    >>> {name: str(value) for name, value in table.benchmarks.items()}
    {'human': '9', 'ai': '9', 'strong': '10', 'weak': '10'}
    >>> table.solve().answer.tolerance
    Fraction(1, 1)
    """

    kind = "prompting"
    methods = by_name(solve_by_enumeration)
    solution_class = PromptingSolution

    def __init__(
        self,
        human: object,
        ai: object,
        *,
        benchmark: str = "human",
        tolerance: object = None,
        prompts: Sequence[str] | None = None,
        responses: Sequence[str] | None = None,
        **described: Unpack[Described],
    ) -> None:
        self._state(
            {
                "human": human,
                "ai": ai,
                "benchmark": benchmark,
                "tolerance": tolerance,
                "prompts": prompts,
                "responses": responses,
                **described,
            }
        )

    @property
    def human(self) -> Payoffs:
        """The person's payoffs; None where there is no such response."""
        return self.statement.human

    @property
    def ai(self) -> Payoffs:
        """The assistant's payoffs."""
        return self.statement.ai

    def prompt_name(self, prompt: int) -> str:
        """A prompt's label, or its number."""
        return str(prompt) if self.statement.prompts is None else self.statement.prompts[prompt]

    def response_name(self, response: int) -> str:
        """A response's label, or its number."""
        return str(response) if self.statement.responses is None else self.statement.responses[response]

    @cached_property
    def benchmarks(self) -> dict[str, Fraction]:
        """The value of each benchmark, exactly."""
        return benchmarks(self.statement)

    def responses_within(self, prompt: int, tolerance: Fraction | int | str) -> tuple[int, ...]:
        """``B_e``: the responses to a prompt that cost the assistant at most e.

        Raises
        ------
        InputError
            If there is no such prompt.

        Examples
        --------
        >>> Prompting([[10, 5]], [[9, 8]]).responses_within(0, "1/2")
        (0,)
        """
        if prompt not in range(len(self.human)):
            raise InputError(f"{prompt} is no prompt; there are {len(self.human)}", "prompt")
        limit = Fraction(tolerance)
        return tuple(sorted(b for cost, _, b in self.statement.answers[prompt] if cost <= limit))

    def by_tolerance(self) -> list[tuple[Fraction, Fraction, tuple[int, ...]]]:
        """At every e where B_e or A_e changes: e, what the person secures from there on, and the prompts in A_e.

        Examples
        --------
        >>> table = Prompting([[10, 5, None], [None, None, 8]], [[9, 8, None], [None, None, 10]])
        >>> [(str(e), str(secured), admitted) for e, secured, admitted in table.by_tolerance()]
        [('0', '10', (0,)), ('1', '8', (0, 1))]
        """
        statement = self.statement
        points = statement.breakpoints()
        enter = {e for e, _ in replace(statement, benchmark="ai").candidates()}
        rows: list[tuple[Fraction, Fraction, tuple[int, ...]]] = []
        for e in sorted({*points, *enter}):
            ranges = statement.human_range(e)
            secured = max(low for low, _ in ranges)
            admitted = tuple(a for a, (_, high) in enumerate(ranges) if high >= secured - e)
            if not rows or rows[-1][1:] != (secured, admitted):
                rows.append((e, secured, admitted))
        return rows

    def simulate(
        self,
        human: str | Sequence[object] = ("eetc",),
        ai: str | Sequence[object] = ("etc",),
        *,
        rounds: int = 10_000,
        runs: int = 100,
        sigma: float = 0.0,
        delta: float = 0.05,
        rng: np.random.Generator | int | None = 0,
    ) -> Learning:
        """Let two learners play repeatedly, each seeing its own noisy payoffs only. A simulation: nothing is proven.

        Parameters
        ----------
        human : str or sequence
            ``("etc", N)`` explores every prompt N times, then commits; ``("eetc", N1, N2)`` explores twice and commits
            by what it saw the second time, when the assistant has learned; ``("ucb",)``; ``("regret-ucb",)``, which
            adds to the bonus what the assistant may still have to learn; ``("exp3", N)``, after exploring N times;
            ``("elimination",)``. Numbers left out are chosen from ``rounds``.
        ai : str or sequence
            Likewise (but ``eetc`` and ``regret-ucb``), with statistics for each prompt.
        rounds, runs : int
            How long, and how many independent runs.
        sigma : float
            Standard deviation of normal noise on every payoff, in units of the largest range of payoffs.
        delta : float
            The probability in confidence radii and in the theorems' bounds, in (0, 1).
        rng : numpy.random.Generator or int or None
            Where chance comes from.

        Returns
        -------
        Learning
            Mean regrets against every benchmark with standard errors, ``table()``, ``plot()`` and ``rate()``.

        Raises
        ------
        InputError
            If a learner is unknown or a number is out of range.

        Examples
        --------
        Committing early to what looks good teaches the wrong lesson: while the assistant explores, prompt 0 seems bad.

        >>> table = Prompting([[10, 5, None], [None, None, 8]], [[9, 8, None], [None, None, 10]])
        >>> once = table.simulate(("etc", 2), ("etc", 1), rounds=1000, runs=1)
        >>> twice = table.simulate(("eetc", 2, 2), ("etc", 1), rounds=1000, runs=1)
        >>> once.regret("strong")[-1], twice.regret("strong")[-1]
        (2001.0, 13.0)
        """
        return simulated(self.statement, Setting.of(human, ai, rounds, runs, sigma, delta), rng)
