"""Tampering, for every kind in the catalog: a changed file is refused or still true, and nothing crashes."""

import copy
import json
import random
import re
from fractions import Fraction as F

import pytest

import dual
import suasion
from dual.numbers.files import parse as read
from suasion import catalog
from transport.road.files import dump

WITNESSES = ("value", "lower", "upper", "grade", "primal", "dual")
JUNK = (None, True, [], {}, "", "x", -1, "7/0", 0.5, [[]], {"a": 1}, "1e999999", [None], 10**30, "9" * 5000)


def solved(slug):
    document = suasion.load(slug).solve().document()
    document["solver"] = {}
    return document


def check(document, low, high):
    """Whether a document is accepted; if it is, what it says has to be true."""
    try:
        verdict = dual.verify(document)
    except dual.SuasionError:
        return False
    if not verdict.accepted:
        return False
    if verdict.lower is not None:
        assert verdict.lower <= high
    if verdict.upper is not None:
        assert verdict.upper >= low
    return True


def one_of_each_kind():
    kinds = {}
    for slug in catalog.slugs():
        kinds.setdefault(catalog.entry(slug).instance["kind"], slug)
    return sorted(kinds.values())


@pytest.mark.parametrize("slug", one_of_each_kind())
def test_a_changed_digit_is_refused_or_leaves_a_true_statement(slug):
    entry, document = catalog.entry(slug), solved(slug)
    assert check(read(dump(document)), entry.lower, entry.upper)
    witnesses = dump({name: document[name] for name in WITNESSES})
    places = [match.start() for match in re.finditer(r"\d", witnesses)]
    rng = random.Random(slug)
    refused = 0
    for at in rng.sample(places, min(len(places), 40)):
        digit = rng.choice([d for d in "0123456789" if d != witnesses[at]])
        try:
            changed = read(witnesses[:at] + digit + witnesses[at + 1 :])
        except dual.SuasionError:
            continue
        refused += not check({**document, **changed}, entry.lower, entry.upper)
    assert refused


@pytest.mark.parametrize("slug", one_of_each_kind())
def test_junk_anywhere_is_refused_in_one_line(slug):
    entry, document = catalog.entry(slug), json.loads(json.dumps(solved(slug)))
    rng = random.Random(slug)
    paths = list(nodes(document))
    for path in rng.sample(paths, min(len(paths), 60)):
        broken = copy.deepcopy(document)
        place = broken
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = rng.choice(JUNK)
        if path[0] == "problem":
            check(broken, -(F(10) ** 9999), F(10) ** 9999)
        else:
            check(broken, entry.lower, entry.upper)


def nodes(value, path=()):
    if path:
        yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in entries:
        yield from nodes(item, (*path, key))
