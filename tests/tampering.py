"""Files that say something else than was solved, and what must be true of each that is still accepted."""

import copy
import json
import random
import re
from fractions import Fraction as F

import dual
from dual.numbers.files import parse
from transport.road.files import dump

WITNESSES = ("value", "lower", "upper", "grade", "primal", "dual")
DIGITS = "0123456789"
JUNK = (None, True, [], {}, "", "x", -1, "7/0", 0.5, [[]], {"a": 1}, "1e999999", [None], 10**30, "9" * 5000)
ANYTHING = F(10) ** 9999


def accepted(document, low, high):
    """Whether a document (None is no file) is accepted: then what it says is true of a value between the two."""
    if document is None:
        return False
    try:
        verdict = dual.verify(document)
    except dual.SuasionError as error:
        verdict, reason = None, str(error)
    else:
        reason = str(verdict.violation)
    assert "\n" not in reason
    if verdict is None or not verdict.accepted:
        return False
    if verdict.lower is not None:
        assert verdict.lower <= high
    if verdict.upper is not None:
        assert verdict.upper >= low
    return True


def with_another_digit(document, seed, count=40):
    """The document with one digit of its witnesses or claims changed; None where that is no file any more."""
    witnesses, places = digits(document)
    rng = random.Random(seed)
    for at in rng.sample(places, min(len(places), count)):
        yield changed(document, witnesses, at, rng.choice([d for d in DIGITS if d != witnesses[at]]))


def with_every_other_digit(document, others=DIGITS):
    """The document with each digit of its witnesses and claims changed into each other one."""
    witnesses, places = digits(document)
    for at in places:
        for digit in others:
            if digit != witnesses[at]:
                yield changed(document, witnesses, at, digit)


def digits(document):
    """The witnesses and claims as text, and where its digits are."""
    witnesses = dump({name: document[name] for name in WITNESSES})
    return witnesses, [match.start() for match in re.finditer(r"\d", witnesses)]


def changed(document, witnesses, at, digit):
    try:
        return {**document, **parse(witnesses[:at] + digit + witnesses[at + 1 :])}
    except dual.SuasionError:
        return None


def with_junk(document, seed, count=60):
    """The document with junk in one place, and whether that place is in the problem."""
    document = json.loads(json.dumps(document))
    rng = random.Random(seed)
    paths = list(nodes(document))
    for path in rng.sample(paths, min(len(paths), count)):
        broken = copy.deepcopy(document)
        place = broken
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = rng.choice(JUNK)
        yield broken, path[0] == "problem"


def entries(value, path=()):
    """All entries of a document, each with the way to it."""
    if path:
        yield path, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from entries(item, (*path, key))


def nodes(value):
    """The paths to all entries of a document."""
    return (path for path, _ in entries(value))


def leaves(value):
    """The paths to all texts of a document, and the texts."""
    return ((path, item) for path, item in entries(value) if isinstance(item, str))
