"""Liars: honest solutions turned into other claims in every way a field allows; none of what is believed is false."""

import json
from collections import Counter
from fractions import Fraction
from functools import cache

import pytest

import dual
from suasion import catalog
from tests.campaign.instances import LINEAR
from tests.campaign.judge import judge, seeded
from tests.campaign.known import Truth, exactly
from tests.campaign.lies import lie
from tests.campaign.linear import Linear, one_condition_less
from tests.campaign.simplex import solve
from tests.campaign.solved import NONLINEAR, answer


@cache
def honest_documents(name: str, count: int) -> list[dict]:
    """Random instances of a kind with their solutions: the oracle's where it has one, the toolkit's elsewhere."""
    if name in LINEAR:
        return [LINEAR[name](seeded(name, k)).honest() for k in range(count)]
    return [answer(NONLINEAR[name](seeded(name, k))) for k in range(count)]


def tell_lies(name: str, instances: int, lies: int) -> Counter:
    documents, seen = honest_documents(name, instances), Counter()
    for k, document in enumerate(documents):
        assert judge(document) == "proven" or document["grade"] == "unproven"
        for n in range(lies):
            seen[judge(lie(seeded(name, k, n), document, documents))] += 1
    return seen


@pytest.mark.parametrize("name", [*LINEAR, *NONLINEAR])
def test_a_few_lies(name):
    heavy = name in ("means", "square", "costly")
    seen = tell_lies(name, *((2, 15) if heavy else (5, 25)))
    assert seen["refused"] > sum(seen.values()) / 3, seen
    assert seen["proven"] > 0, seen


@pytest.mark.slow
@pytest.mark.parametrize("name", [*LINEAR, *NONLINEAR])
def test_many_lies(name):
    heavy = name in ("means", "square", "costly")
    tell_lies(name, *((20, 60) if heavy else (150, 150)))


def one_condition_at_a_time(name: str, instances: int, conditions: int) -> Counter:
    """Witnesses that are best when one condition is left out: they break this one and no other.

    Only a checker that looks at every condition refuses all that claim too much.
    """
    seen: Counter = Counter()
    for k in range(instances):
        rng = seeded("one condition", name, k)
        stated: Linear = LINEAR[name](rng)
        best, cheapest = solve(stated.policies), solve(stated.prices)
        for program, known, largest in ((stated.policies, best, 2), (stated.prices, cheapest, 4)):
            size = largest * max([Fraction(1), *map(abs, known.solution.values())])
            weaker = list(one_condition_less(program, size))
            for condition, relaxed in rng.sample(weaker, min(conditions, len(weaker))):
                found = solve(relaxed)
                if program is stated.policies:
                    document = stated.document(found.solution, cheapest.solution, found.value, best.value)
                else:
                    document = stated.document(best.solution, found.solution, best.value, -found.value)
                told = judge(document, exactly(best.value))
                if found.value != known.value:
                    assert told != "proven", f"without {condition}: {json.dumps(document)}"
                seen[told] += 1
    return seen


@pytest.mark.parametrize("name", LINEAR)
def test_every_condition_counts(name):
    seen = one_condition_at_a_time(name, 8, 5)
    assert seen["refused"] > 10, seen


@pytest.mark.slow
@pytest.mark.parametrize("name", LINEAR)
def test_every_condition_counts_at_length(name):
    one_condition_at_a_time(name, 300, 12)


QUICK = sorted(
    slug
    for slug in catalog.slugs()
    if not any(word in slug for word in ("town", "hubs", "homogeneous", "waves-17", "four-squared", "three-states"))
)


def lies_about_the_catalog(slug: str, count: int) -> None:
    """Of the catalog's instances the optimum is known from the literature; here only witnesses and claims change."""
    entry = catalog.entry(slug)
    known = Truth(infeasible=True) if entry.lower is None else Truth(entry.lower, entry.upper)
    document = answer(entry.instance)
    for n in range(count):
        false = lie(seeded(slug, n), document, [document])
        if false.get("problem") == document["problem"]:
            judge(false, known)


@pytest.mark.slow
@pytest.mark.parametrize("slug", QUICK)
def test_lies_about_the_catalog(slug):
    lies_about_the_catalog(slug, 150)


@pytest.mark.parametrize("slug", QUICK[::9])
def test_some_lies_about_the_catalog(slug):
    lies_about_the_catalog(slug, 12)


def test_the_judge_sees_a_false_proof(monkeypatch):
    """A checker that believes everything is found out at the first lie."""
    document = LINEAR["persuasion"](seeded("judge")).honest()
    low = Fraction(document["lower"])
    for verdict in (
        dual.Verdict(low + 1, low, "bounded"),
        dual.Verdict(low + 1, low + 1, "exact"),
        dual.Verdict(low - 1, low - 1, "exact"),
        dual.Verdict(None, None, "infeasible"),
    ):
        monkeypatch.setattr(dual, "verify", lambda *_, found=verdict: found)
        with pytest.raises(AssertionError):
            judge(document)
