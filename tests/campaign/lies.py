"""Honest documents turned into other ones, in every way a field allows. Which of them lie is for the truth to say."""

import copy
import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

Path = tuple[Any, ...]
Document = dict[str, Any]


def nodes(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every place in a document."""
    yield path, value
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield from nodes(entry, (*path, key))


def put(document: Document, path: Path, value: Any) -> None:
    for step in path[:-1]:
        document = document[step]
    document[path[-1]] = value


def get(document: Document, path: Path) -> Any:
    for step in path:
        document = document[step]
    return document


def number(value: Any) -> Fraction | None:
    """A node as a number, if it is one."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        return None


def changed(rng: random.Random, value: Fraction, others: list[Fraction]) -> Fraction:
    """Another number: a little or a lot larger or smaller, of the other sign, zero, or one that stands elsewhere."""
    step = rng.choice([Fraction(1, 2**60), Fraction(1, 10**6), Fraction(1, 12), ONE, Fraction(10) ** 12])
    return rng.choice([
        value + step,
        value - step,
        -value,
        Fraction(0),
        1 - value,
        2 * value,
        value / 2,
        value * (1 + Fraction(1, 2**50)),
        rng.choice(others),
        rng.choice(others),
    ])  # fmt: skip


ONE = Fraction(1)


def _number(rng: random.Random, document: Document, where: tuple[str, ...]) -> bool:
    places = [(path, number(value)) for path, value in nodes(document) if path and path[0] in where]
    places = [(path, value) for path, value in places if value is not None]
    if not places:
        return False
    path, value = rng.choice(places)
    written = changed(rng, value, [other for _, other in places])
    old = get(document, path)
    put(document, path, int(written) if isinstance(old, int) and written.denominator == 1 else str(written))
    return True


def _shift(rng: random.Random, document: Document, where: tuple[str, ...]) -> bool:
    """Take from one number what another gets: totals stay."""
    rows = [
        (path, value)
        for path, value in nodes(document)
        if path and path[0] in where and isinstance(value, list) and sum(number(v) is not None for v in value) > 1
    ]
    entries = [(*path, k) for path, row in rows for k, v in enumerate(row) if number(v) is not None]
    if len(entries) < 2:
        return False
    one, other = rng.sample(entries, 2)
    if rng.random() < 0.6:  # the same place in two entries of a list, as in plans
        alike = [e for e in entries if e != one and e[-1] == one[-1] and len(e) == len(one)]
        other = rng.choice(alike) if alike else other
    step = rng.choice([Fraction(1, 2**40), Fraction(1, 7), number(get(document, one)) or ONE, ONE])
    put(document, one, str(number(get(document, one)) - step))
    put(document, other, str(number(get(document, other)) + step))
    return True


def _list(rng: random.Random, document: Document, where: tuple[str, ...]) -> bool:
    """Drop, duplicate, swap, reverse, empty, replace by a copy of another."""
    lists = [path for path, value in nodes(document) if path and path[0] in where and isinstance(value, list) and value]
    if not lists:
        return False
    entries = get(document, rng.choice(lists))
    k, other = rng.randrange(len(entries)), rng.randrange(len(entries))
    match rng.randrange(6):
        case 0:
            del entries[k]
        case 1:
            entries.append(copy.deepcopy(entries[k]))
        case 2:
            entries[k], entries[other] = entries[other], entries[k]
        case 3:
            entries.reverse()
        case 4:
            entries[k] = copy.deepcopy(entries[other])
        case _:
            entries.clear()
    return True


def _graft(rng: random.Random, document: Document, where: tuple[str, ...]) -> bool:
    """Swap two parts of a document that look alike, wherever they stand."""
    places = [
        (path, type(value))
        for path, value in nodes(document)
        if path and path[0] in where and isinstance(value, (list, dict))
    ]
    if len(places) < 2:
        return False
    one, shape = rng.choice(places)
    alike = [path for path, other in places if other is shape and path[: len(one)] != one and one[: len(path)] != path]
    if not alike:
        return False
    other = rng.choice(alike)
    first, second = copy.deepcopy(get(document, one)), copy.deepcopy(get(document, other))
    put(document, one, second)
    put(document, other, first)
    return True


def _word(rng: random.Random, document: Document, where: tuple[str, ...]) -> bool:
    """Another word where a word stands, or a field more or less."""
    words = [
        path for path, v in nodes(document) if path and path[0] in where and isinstance(v, str) and number(v) is None
    ]
    known = ["largest", "smallest", "platform", "hostile", "revenue", "welfare", "equilibrium", "efficient", "root"]
    known += ["equilibrium-welfare", "zero", "highest", "lp", "tree", "cardinality", "introductions", "levels"]
    known += ["homogeneous", "grid", "square", "all"]
    if words and rng.random() < 0.6:
        put(document, rng.choice(words), rng.choice(known))
        return True
    objects = [path for path, v in nodes(document) if path and path[0] in where and isinstance(v, dict) and v]
    if not objects:
        return False
    found = get(document, rng.choice(objects))
    key = rng.choice(sorted(found))
    match rng.randrange(3):
        case 0:
            del found[key]
        case 1:
            found[rng.choice(sorted(found))] = copy.deepcopy(found[key])
        case _:
            found[key] = rng.choice([True, False, None, [], {}])
    return True


WAYS = (_number, _number, _number, _shift, _shift, _list, _list, _graft, _word)
CLAIMS = ("value", "lower", "upper", "grade")


def lie(rng: random.Random, honest: Document, others: list[Document]) -> Document:
    """One to three changes: in the witnesses, under them in the problem, or of the claims.

    ``others`` are honest documents of the same kind, whose parts may be taken over.
    """
    document = copy.deepcopy(honest)
    alone = rng.choice(["primal", "dual", None])
    if alone is not None and document["grade"] in ("exact", "bounded"):  # one witness, that the other cannot contradict
        document |= {"grade": "unproven", alone: None}
        document |= {"upper": None} if alone == "dual" else {"lower": None, "value": None}
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        draw = rng.random()
        if draw < 0.08:
            part = rng.choice([part for part in ("primal", "dual", "problem") if part != alone])
            document[part] = copy.deepcopy(rng.choice(others)[part])
        elif draw < 0.16:
            _claim(rng, document)
        else:
            where = rng.choice([("primal",), ("dual",), ("dual",), ("primal", "dual"), ("problem",)])
            rng.choice(WAYS)(rng, document, where)
    return document


def _claim(rng: random.Random, document: Document) -> None:
    if rng.random() < 0.3:
        document["grade"] = rng.choice(["exact", "bounded", "unproven", "infeasible"])
        return
    side = rng.choice(["lower", "upper"])
    old = number(document.get(side))
    if old is None:
        document[side] = str(rng.choice([Fraction(0), ONE]))
        return
    new = changed(rng, old, [old])
    for name in [side, *(["lower", "upper"] if rng.random() < 0.3 else [])]:
        document[name] = str(new)
    low, high = number(document.get("lower")), number(document.get("upper"))
    if low is not None:
        document["value"] = float(low)
        document["grade"] = "unproven" if high is None else "exact" if low == high else "bounded"
