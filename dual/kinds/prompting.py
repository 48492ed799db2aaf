"""Kind ``prompting``: a person chooses a prompt, an assistant answers it, and each has payoffs of her and its own.

With payoffs ``human[a][b]`` and ``ai[a][b]`` of response b to prompt a (null where it is none), ``best[a] = max_b
ai[a][b]`` and the responses ``B_e(a) = {b: ai[a][b] >= best[a] - e}`` that cost the assistant at most e::

    strong      max_a max over B_0(a) of human[a][b]                          ties of the assistant for the person
    weak        max_a min over B_0(a) of human[a][b]                          and against her
    human       inf over 0 <= e <= tolerance of  e + L(e),   L(e) = max_a min over B_e(a) of human[a][b]
    ai          inf over 0 <= e <= tolerance of  e + min { best[a] : a in A_e },
                A_e = {a: max over B_e(a) of human[a][b] >= L(e) - e}

The last two are benchmarks for learners who answer nearly as well as they can (Donahue, Immorlica, Jagadeesan, Lucier
and Slivkins 2024, arXiv 2403.00188): relaxed human <= weak <= strong. What varies with e is constant between the
breakpoints ``best[a] - ai[a][b]`` but for e itself and, for the assistant, where a prompt enters A_e, at
``e = L - max over B_e(a)``; an infimum is the least value at these finitely many e.

Witnesses name the answer: at which tolerance, prompt and response it is attained. That nothing is below (or, for the
equilibria, above) is found by the checker, which looks at every candidate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from typing import Final, Self

from dual.errors import InputError, Violation
from dual.limits import steps
from dual.names import labels
from dual.numbers.choices import choice
from dual.numbers.exact import index, items, number
from dual.numbers.masses import nonnegative
from dual.statement import Statement, Witness, stated
from dual.verdict import Kind
from dual.words import brief

BENCHMARKS: Final = ("human", "ai", "strong", "weak")
Payoffs = tuple[tuple[Fraction | None, ...], ...]


def possible(value: object, where: str, rows: int | None = None, columns: int | None = None) -> Payoffs:
    """Read a matrix of payoffs in which null stands for a response that a prompt does not have."""
    read: list[tuple[Fraction | None, ...]] = []
    for a, row in enumerate(items(value, where, rows, what="rows")):
        entries = items(row, f"{where}[{a}]", columns)
        columns = len(entries)
        read.append(tuple(None if x is None else number(x, f"{where}[{a}][{b}]") for b, x in enumerate(entries)))
    return tuple(read)


@dataclass(frozen=True, kw_only=True, repr=False)
class PromptingStatement(Statement):
    """A prompting problem."""

    kind = "prompting"
    human: Payoffs = stated(possible, "prompts responses", "the person's payoff; null: no such response")
    ai: Payoffs = stated(possible, "prompts responses", "the assistant's payoff, null where the person's is")
    benchmark: str = stated(
        partial(choice, known=BENCHMARKS),
        "",
        "whose value is asked for, relaxed by what the assistant's answers may cost it; `strong` and `weak`: the "
        "person's payoff in the Stackelberg equilibria",
        default="human",
    )
    tolerance: Fraction | None = stated(nonnegative, "", "the largest such cost e >= 0; any if left out", default=None)
    prompts: tuple[str, ...] | None = stated(labels, "prompts", "names of the prompts", default=None)
    responses: tuple[str, ...] | None = stated(labels, "responses", "names of the responses", default=None)

    def checked(self, found: Mapping[str, object], where: str) -> Self:  # noqa: ARG002 (what is read says it all)
        """Refuse unless the same responses are possible for both, and every prompt has one."""
        for a, (mine, its) in enumerate(zip(self.human, self.ai, strict=True)):
            for b, (h, r) in enumerate(zip(mine, its, strict=True)):
                if (h is None) != (r is None):
                    raise InputError("a response is possible for both or for neither", f"ai[{a}][{b}]")
            if all(h is None for h in mine):
                raise InputError("a prompt needs a possible response", f"human[{a}]")
        return self

    @cached_property
    def answers(self) -> tuple[tuple[tuple[Fraction, Fraction, int], ...], ...]:
        """By prompt, its responses as (what each costs the assistant, the person's payoff, b), cheapest first."""
        found = []
        for mine, its in zip(self.human, self.ai, strict=True):
            best = max(r for r in its if r is not None)
            pairs = enumerate(zip(mine, its, strict=True))
            found.append(tuple(sorted((best - r, h, b) for b, (h, r) in pairs if h is not None and r is not None)))
        return tuple(found)

    @cached_property
    def best(self) -> tuple[Fraction, ...]:
        """The assistant's payoff from its best response to each prompt."""
        return tuple(max(r for r in its if r is not None) for its in self.ai)

    def human_range(self, tolerance: Fraction) -> list[tuple[Fraction, Fraction]]:
        """By prompt, the least and the largest payoff of the person over the responses of at most some cost."""
        within = [[h for cost, h, _ in own if cost <= tolerance] for own in self.answers]
        return [(min(own), max(own)) for own in within]

    def breakpoints(self) -> list[Fraction]:
        """The tolerances, from 0 up to the largest allowed, at which responses enter."""
        costs = {cost for own in self.answers for cost, _, _ in own}
        return sorted(cost for cost in costs if self.tolerance is None or cost <= self.tolerance)

    def candidates(self) -> Iterator[tuple[Fraction, Fraction]]:
        """Pairs of a tolerance and the benchmark's value at it, among which its infimum is."""
        points = self.breakpoints()
        size = sum(map(len, self.answers))
        steps(len(points) * (size + len(self.answers) ** 2), "looking at every tolerance and prompt")
        for k, e in enumerate(points):
            ranges = self.human_range(e)
            secured = max(low for low, _ in ranges)
            if self.benchmark == "human":
                yield e, secured + e
                continue
            yield e, min(top for top, (_, high) in zip(self.best, ranges, strict=True) if high >= secured - e) + e
            for _, entering in ranges:
                enters = secured - entering
                later = k + 1 < len(points) and enters >= points[k + 1]
                if enters > e and not later and (self.tolerance is None or enters <= self.tolerance):
                    inside = (top for top, (_, high) in zip(self.best, ranges, strict=True) if high >= entering)
                    yield enters, min(inside) + enters

    def value(self) -> Fraction:
        """The benchmark, by looking at every candidate."""
        if self.benchmark in ("human", "ai"):
            return min(value for _, value in self.candidates())
        return max(low if self.benchmark == "weak" else high for low, high in self.human_range(Fraction(0)))


@dataclass(frozen=True, repr=False)
class Answer(Witness):
    """Where a benchmark is attained."""

    tolerance: Fraction = stated(nonnegative, "", "at which e; 0 for an equilibrium")
    prompt: int = stated(index, "prompts", "the person's prompt")
    response: int = stated(index, "responses", "the assistant's response")


def worth(statement: PromptingStatement, answer: Answer) -> Fraction:
    """What an answer shows the benchmark to be at its tolerance; refused if it does not attain it there."""
    e, a, b = answer.tolerance, answer.prompt, answer.response
    if statement.benchmark in ("strong", "weak"):
        if e:
            raise Violation(f"tolerance = {brief(e)}, but an equilibrium's responses are the assistant's best")
    elif statement.tolerance is not None and e > statement.tolerance:
        raise Violation(f"tolerance = {brief(e)} > {brief(statement.tolerance)}, the largest allowed")
    mine, its = statement.human[a][b], statement.ai[a][b]
    if mine is None or its is None:
        raise Violation(f"prompt {a} has no response {b}")
    if its < statement.best[a] - e:
        raise Violation(f"response {b} to prompt {a} costs the assistant {brief(statement.best[a] - its)} > {brief(e)}")
    ranges = statement.human_range(e)
    if statement.benchmark == "ai":
        secured = max(low for low, _ in ranges)
        admitted = [top for top, (_, high) in zip(statement.best, ranges, strict=True) if high >= secured - e]
        if ranges[a][1] < secured - e:
            raise Violation(f"prompt {a} secures the person less than {brief(secured - e)} at {brief(e)}")
        if its != statement.best[a] or its != min(admitted):
            raise Violation(f"{brief(its)} is not the least of the assistant's best payoffs at {brief(e)}")
        return its + e
    wanted = [high if statement.benchmark == "strong" else low for low, high in ranges]
    if mine != max(wanted):
        raise Violation(
            f"the person's payoff {brief(mine)} is not {brief(max(wanted))}, what she secures at {brief(e)}"
        )
    return mine + e


def bound(statement: PromptingStatement, answer: Answer) -> Fraction:
    """The value that the checker finds, once the answer attains it."""
    shown, value = worth(statement, answer), statement.value()
    if shown != value:
        raise Violation(f"the answer shows {brief(shown)}, but the benchmark is {brief(value)}")
    return value


KIND = Kind(
    "prompting",
    PromptingStatement.read,
    bound,
    bound,
    derives=lambda answer: True,  # noqa: ARG005 (every proof of this kind is found by the checker)
    primal=Answer.read,
    dual=Answer.read,
)
