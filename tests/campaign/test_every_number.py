"""Every number in small solutions of the newer kinds made another one, alone and against another: nothing false holds.

The catalog knows their values from the literature or by hand. What one number loses another gains in half of the
changes, as with a mass that goes elsewhere: sums stay, and a checker that forgot what else must hold would believe it.
"""

import copy
import json
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

import suasion
from suasion import catalog
from tests.campaign.judge import judge, seeded
from tests.campaign.known import Truth
from tests.campaign.lies import get, nodes, number, put
from transport.road.files import dump

KINDS = (
    "contract", "experiment-menu", "game", "informed-persuasion", "linear-program", "mechanism",
    "multi-marginal-transport", "payoff-set", "prompting", "simulation", "transport",
)  # fmt: skip
CONTINUOUS = {"laws", "bidder_laws", "joint"}
"""Fields of continuous laws, whose proofs have thousands of numbers."""
FEW = 80
"""Changes of a solution that are tried in a short run: all of a small one, a sample of a larger one."""
PAIRS = 60
"""Pairs of numbers of which one loses what the other gains."""
TOLD = ("benchmark", "bidders", "disclosure", "incentives", "mode", "ties", "types", "valuation")
"""Fields whose words make another problem of the same fields."""
Document = dict[str, Any]


def small() -> list[str]:
    """Entries of the newer kinds, at most two of each form: the fields of the instance and of its solution."""
    found, seen = list[str](), Counter[str]()
    for slug in catalog.slugs():
        instance = catalog.entry(slug).instance
        if instance["kind"] not in KINDS or CONTINUOUS & set(instance) or isinstance(instance.get("law"), dict):
            continue
        told = [instance[name] for name in sorted(instance) if name in TOLD and isinstance(instance[name], (str, int))]
        form = json.dumps([sorted(set(instance) - {"name", "source", "notes"}), told])
        seen[form] += 1
        if seen[form] <= 2:
            found.append(slug)
    return found


def others(value: Fraction) -> list[Fraction]:
    """Other numbers near a number and far from it."""
    near = [value + step * sign for step in (Fraction(1, 97), Fraction(1)) for sign in (1, -1)]
    return [*near, -value, Fraction(0), 2 * value]


def lies(document: Document, seed: str) -> Iterator[Document]:
    """The document with other numbers in its witnesses, without an entry of a list, or with one twice."""
    places = [(path, value) for path, value in nodes(document) if path and path[0] in ("primal", "dual")]
    numbers = {path: x for path, value in places if (x := number(value)) is not None}
    for path, value in numbers.items():
        for other in {*others(value)} - {value}:
            yield with_numbers(document, {path: other})
    rng = seeded(seed)
    for _ in range(PAIRS if len(numbers) > 1 else 0):
        one, other = rng.sample(sorted(numbers, key=str), 2)
        step = rng.choice([Fraction(1, 97), Fraction(1, 4), numbers[one] or Fraction(1)])
        yield with_numbers(document, {one: numbers[one] - step, other: numbers[other] + step})
    for path, value in places:
        for k in range(len(value) if isinstance(value, list) else 0):
            less, more = copy.deepcopy(document), copy.deepcopy(document)
            del get(less, path)[k]
            get(more, path).append(get(more, (*path, k)))
            yield less
            yield more


def with_numbers(document: Document, entries: dict[Any, Fraction]) -> Document:
    changed = copy.deepcopy(document)
    for path, value in entries.items():
        index = isinstance(get(document, path), int) and value.denominator == 1
        put(changed, path, int(value) if index else str(value))
    return changed


def tell_lies(slug: str, most: int | None = None) -> Counter[str]:
    entry = catalog.entry(slug)
    known = Truth(infeasible=True) if entry.lower is None else Truth(entry.lower, entry.upper)
    document = json.loads(dump(suasion.load(entry.instance).solve().document()))
    assert judge(document, known) == "proven"
    exact = "infeasible" if known.infeasible else "exact"
    assert document["grade"] == (exact if entry.lower == entry.upper else "bounded")
    told = list(lies(document, slug))
    return Counter(judge(lie, known) for lie in seeded(slug).sample(told, min(len(told), most or len(told))))


@pytest.mark.parametrize("slug", small())
def test_another_number_proves_nothing_false(slug):
    tell_lies(slug, FEW)


@pytest.mark.slow
@pytest.mark.parametrize("slug", small())
def test_no_other_number_proves_anything_false(slug):
    tell_lies(slug)


def test_most_of_these_are_refused():
    seen = tell_lies("aumann-1974-chicken") + tell_lies("contract-three-efforts") + tell_lies("informed-believers")
    assert seen["refused"] > 0.8 * sum(seen.values())
