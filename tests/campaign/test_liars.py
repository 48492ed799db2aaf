"""Liars: honest solutions turned into other claims in every way a field allows; none of what is believed is false."""

import copy
import json
import random
import re
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
from tests.campaign.linear import Linear, claimed, one_condition_less
from tests.campaign.simplex import Program, solve
from tests.campaign.solved import NONLINEAR, answer
from tests.campaign.truth import stated as linear_programs


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


def by_sort(rng: random.Random, weaker: list[tuple[str, Program]]) -> list[list[tuple[str, Program]]]:
    """Programs without one condition, shuffled, for every sort of condition: its name without numbers."""
    sorts: dict[str, list[tuple[str, Program]]] = {}
    for condition, relaxed in weaker:
        sorts.setdefault(re.sub(r"[^a-zA-Z ]", "", condition), []).append((condition, relaxed))
    return [rng.sample(found, len(found)) for found in sorts.values()]


@cache
def one_condition_less_at_a_time(name: str, instances: int, tries: int) -> list[tuple[str, dict, Truth]]:
    """Witnesses that are best when one condition is left out: they break this one and no other, and claim too much.

    Only a checker that looks at every condition refuses them all. The other witness is left out, so that it cannot
    contradict. The list holds the condition, the document and what is true.
    """
    found = []
    for k in range(instances):
        rng = seeded("one condition", name, k)
        stated: Linear = LINEAR[name](rng)
        best, cheapest = solve(stated.policies), solve(stated.prices)
        true = exactly(best.value)
        for program, known, largest in ((stated.policies, best, 2), (stated.prices, cheapest, 4)):
            size = largest * max([Fraction(1), *map(abs, known.solution.values())])
            for sort in by_sort(rng, list(one_condition_less(program, size))):
                for condition, relaxed in sort[:tries]:
                    other = solve(relaxed)
                    if other.value == known.value:
                        continue
                    if program is stated.policies:
                        document = claimed(stated.instance, other.value, None, stated.primal(other.solution), None)
                    else:
                        document = claimed(stated.instance, None, -other.value, None, stated.dual(other.solution))
                    found.append((condition, document, true))
                    break
        for program, document_of in stated.separations:
            for sort in by_sort(rng, list(one_condition_less(program, Fraction(100)))):
                condition, relaxed = sort[0]
                other = solve(relaxed)
                if other.status == "optimal":
                    document = claimed(stated.instance, None, None, None, document_of(other.solution))
                    found.append((condition, {**document, "grade": "infeasible"}, true))
    return found


def one_condition_at_a_time(name: str, instances: int, tries: int) -> Counter:
    seen: Counter = Counter()
    for condition, document, true in one_condition_less_at_a_time(name, instances, tries):
        told = judge(document, true)
        assert told != "proven", f"without {condition}: {json.dumps(document)}"
        seen[re.sub(r"[^a-zA-Z ]", "", condition).strip()] += 1
    return seen


@pytest.mark.parametrize("name", LINEAR)
def test_every_condition_counts(name):
    seen = one_condition_at_a_time(name, 8, 3)
    assert len(seen) >= 2, seen


@pytest.mark.slow
@pytest.mark.parametrize("name", LINEAR)
def test_every_condition_counts_at_length(name):
    one_condition_at_a_time(name, 300, 6)


@cache
def nothing_feasible(name: str, count: int) -> list[tuple[str, dict, bool]]:
    """Lists of beliefs or means that do not reach the prior: honest proofs, and others with one condition less.

    The instances are those of the oracle with a part of the list left out.
    """
    found = []
    for k in range(count):
        rng = seeded("nothing feasible", name, k)
        instance = copy.deepcopy(LINEAR[name](rng).instance)
        drop_from_lists(rng, instance)
        narrowed = linear_programs(instance)
        infeasible = narrowed.optimum().status == "infeasible"
        for program, document_of in narrowed.separations:
            proof = solve(program)
            candidates = [("nothing", proof)] if proof.status == "optimal" else []
            assert infeasible or not candidates
            if not candidates:
                sorts = by_sort(rng, list(one_condition_less(program, Fraction(100))))
                candidates = [(condition, solve(relaxed)) for (condition, relaxed), *_ in sorts]
            for condition, other in candidates:
                if other.status == "optimal":
                    document = claimed(instance, None, None, None, document_of(other.solution))
                    found.append((condition, {**document, "grade": "infeasible"}, proof.status == "optimal"))
    return found


def proofs_of_nothing(name: str, count: int) -> Counter:
    seen: Counter = Counter()
    for condition, document, right in nothing_feasible(name, count):
        told = judge(document)
        assert (told == "proven") == right, f"without {condition}: {json.dumps(document)}"
        seen[told] += 1
    return seen


def drop_from_lists(rng: random.Random, instance: dict) -> None:
    """Leave one entry of a list of beliefs or of means, with its values."""
    match instance:
        case {"beliefs": beliefs, "values": values}:
            k = rng.randrange(len(beliefs))
            instance["beliefs"], instance["values"] = [beliefs[k]], [values[k]]
        case {"payoff": {"points": points, "values": values}}:
            k = rng.randrange(len(points))
            instance["payoff"] = {"points": [points[k]], "values": [values[k]]}
        case {"grids": grids, "utility": utility}:
            k = rng.randrange(len(grids[-1]))
            grids[-1] = [grids[-1][k]]
            for s, table in enumerate(utility):
                utility[s] = [row[k : k + 1] for row in table] if len(grids) == 2 else table[k : k + 1]


@pytest.mark.parametrize("name", ["concavification", "means-listed", "private"])
def test_nothing_is_feasible_only_if_it_is(name):
    seen = proofs_of_nothing(name, 25)
    assert seen["proven"] > 2
    assert seen["refused"] > 2


@pytest.mark.slow
@pytest.mark.parametrize("name", ["concavification", "means-listed", "private"])
def test_nothing_is_feasible_only_if_it_is_at_length(name):
    proofs_of_nothing(name, 400)


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
