"""The forms that came in last: liars, changed numbers and hostile files, alone and along a parameter."""

import json
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

import dual
import suasion
from tests.campaign.forms import ALONG, FORMS, HEAVY
from tests.campaign.hostile import broken, exacting
from tests.campaign.judge import judge, seeded
from tests.campaign.known import Truth
from tests.campaign.lies import WAYS, lie
from tests.campaign.test_every_number import lies
from tests.campaign.test_hostile import alone, here
from transport.road.files import dump

Document = dict[str, Any]


@cache
def honest(name: str, seed: int) -> tuple[Document, Truth]:
    """A solution, and what is known of the value: that it is what was proven."""
    gap = 0.05 if name in ("joint", "unlike bidders") else None
    solution = suasion.load(FORMS[name](seeded(name, seed))).solve(gap=gap)
    document = json.loads(dump(solution.document()))
    assert solution.grade in ("exact", "bounded")
    known = Truth(solution.lower, solution.upper)
    assert judge(document, known) == "proven"
    return document, known


def tell_lies(name: str, instances: int, count: int) -> Counter[str]:
    """Lies about the witnesses and the claims; the problem stays, so that its value is known."""
    made, seen = [honest(name, k + 1) for k in range(instances)], Counter[str]()
    for k, (document, known) in enumerate(made):
        for n in range(count):
            told = lie(seeded(name, k, n), document, [one for one, _ in made])
            seen[judge({**told, "problem": document["problem"]}, known)] += 1
    return seen


@pytest.mark.parametrize("name", FORMS)
def test_a_few_lies_about_newer_forms(name):
    seen = tell_lies(name, *((1, 5) if name in HEAVY else (4, 30)))
    assert seen["refused"] > sum(seen.values()) / 3, seen


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMS)
def test_many_lies_about_newer_forms(name):
    tell_lies(name, *((3, 150) if name in HEAVY else (60, 150)))


def change_numbers(name: str, instances: int, most: int) -> Counter[str]:
    seen: Counter[str] = Counter()
    for k in range(instances):
        document, known = honest(name, k + 1)
        told = list(lies(document, f"{name} {k}")) if name not in HEAVY else _few_lies(document, f"{name} {k}", most)
        chosen = seeded("numbers", name, k).sample(told, min(most, len(told)))
        seen.update(judge(one, known) for one in chosen)
    return seen


def _few_lies(document: Document, seed: str, most: int) -> list[Document]:
    """Of thousands of numbers those that come first are as good as any."""
    return [one for one, _ in zip(lies(document, seed), range(most), strict=False)]


@pytest.mark.parametrize("name", FORMS)
def test_another_number_in_newer_forms_proves_nothing_false(name):
    seen = change_numbers(name, 1, 5 if name in HEAVY else 60)
    assert seen["refused"] > sum(seen.values()) / 4, seen


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMS)
def test_no_other_number_in_newer_forms_proves_anything_false(name):
    change_numbers(name, 3 if name in HEAVY else 12, 300 if name in HEAVY else 2000)


@pytest.mark.parametrize("name", [*FORMS, *ALONG])
def test_broken_files_of_newer_forms_get_one_line(name, tmp_path, capsys):
    document = along(name, 0)[0] if name in ALONG else honest(name, 1)[0]
    for k in range(2 if name in HEAVY else 6):
        here(tmp_path / "broken.json", broken(seeded("broken", name, k), document), capsys)
        here(tmp_path / "exacting.json", exacting(seeded("exacting", name, k), document), capsys)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*FORMS, *ALONG])
@pytest.mark.parametrize("seed", range(3))
def test_many_broken_files_of_newer_forms_alone(name, seed, tmp_path):
    document = along(name, seed)[0] if name in ALONG else honest(name, seed)[0]
    for k in range(40):
        alone(tmp_path / "broken.json", broken(seeded("alone", name, seed, k), document))
        alone(tmp_path / "exacting.json", exacting(seeded("long", name, seed, k), document))


# Along a parameter


@cache
def along(name: str, seed: int) -> tuple[Document, Any]:
    solution = suasion.load(ALONG[name](seeded(name, seed))).solve()
    return json.loads(dump(solution.document())), solution


def true_of(document: Mapping[str, Any], solution: Any) -> str:
    """What the checker says of a family's document; fail if it proves something false at a point."""
    try:
        verdict = dual.verify(document)
    except dual.SuasionError:
        return "unreadable"
    for piece in verdict.pieces:
        if not (isinstance(piece.start, Fraction) and isinstance(piece.end, Fraction)):
            continue
        for k in (1, 5, 8, 13):
            t = piece.start + (piece.end - piece.start) * Fraction(k, 16)
            low, high = (bound.at(t) if hasattr(bound, "at") else bound for bound in (piece.lower, piece.upper))
            value = solution.value(t)
            empty = isinstance(value, str)
            assert piece.grade == value or piece.grade not in ("infeasible", "unbounded"), json.dumps(document)
            assert low is None or value == "unbounded" or not (empty or low > value), json.dumps(document)
            assert high is None or value == "infeasible" or not (empty or high < value), json.dumps(document)
    return "proven" if verdict.accepted else "refused"


def tell_lies_along(name: str, instances: int, count: int) -> Counter[str]:
    seen: Counter[str] = Counter()
    for k in range(instances):
        document, solution = along(name, k)
        assert true_of(document, solution) == "proven"
        for n in range(count):
            rng, told = seeded("along", name, k, n), json.loads(json.dumps(document))
            for _ in range(rng.choice([1, 1, 2])):
                rng.choice(WAYS)(rng, told, ("pieces",))
            seen[true_of(told, solution)] += 1
    return seen


@pytest.mark.parametrize("name", ALONG)
def test_a_few_lies_along_a_parameter(name):
    seen = tell_lies_along(name, 2, 20)
    assert seen["refused"] > sum(seen.values()) / 3, seen


@pytest.mark.slow
@pytest.mark.parametrize("name", ALONG)
def test_many_lies_along_a_parameter(name):
    tell_lies_along(name, 20, 150)
