"""Families at random: values against solves at points, and proofs with one number changed."""

import copy
import json
from fractions import Fraction as F

import pytest

import dual
from tests.tampering import leaves


def seeds(quick, count):
    """A test of so many seeds, all but the first ones in the long run."""
    marked = [pytest.param(seed, marks=() if seed < quick else pytest.mark.slow) for seed in range(count)]
    return pytest.mark.parametrize("seed", marked)


def spread(rng, count):
    weights = [0] * count
    while not any(weights):
        weights = [rng.randint(0, 6) for _ in range(count)]
    return [F(weight, sum(weights)) for weight in weights]


def numbers(rng, *shape, low=-5):
    if not shape:
        return rng.randint(low, 5)
    return [numbers(rng, *shape[1:], low=low) for _ in range(shape[0])]


def along(one, other):
    """Expressions that go from one list to another."""
    return [f"{a} + ({b - a})*t" for a, b in zip(one, other, strict=True)]


def points(solution, rng, count):
    """Random values of the parameter, the ends and every rational one at which pieces meet."""
    start, end = solution.family.parameter.start, solution.family.parameter.end
    chosen = [start + (end - start) * F(rng.randint(0, 997), 997) for _ in range(count)]
    return [*chosen, start, end, *(piece.start for piece in solution.pieces if isinstance(piece.start, F))]


def require_agreement(family, count, rng):
    """The pieces agree with a solve of its own at random points, at the ends and wherever pieces meet."""
    solution = family.solve()
    assert solution.grade in ("exact", "infeasible", "unbounded")
    assert solution.verify().accepted
    for t in points(solution, rng, count):
        alone = family.at(t).solve()
        if alone.grade in ("infeasible", "unbounded"):
            assert solution.value(t) == alone.grade
            assert solution.lower(t) is solution.upper(t) is None
        else:
            assert alone.grade == "exact"
            assert solution.lower(t) == solution.upper(t) == alone.lower
        assert solution.at(t).grade == alone.grade
    return solution


def require_most_refused(families, rng, few, most, share):
    """Of the changes of each family's proof, ``most`` of them or all, more than this share of a few are refused."""
    for family in families:
        total, refused = require_refusals(family.solve(), rng, most=most)
        assert refused > min(total, few) * share


def with_text(document, path, text):
    """A copy of a family's document in which an entry of its pieces says something else."""
    bent = copy.deepcopy(document)
    place = bent["pieces"]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = text
    return bent


CHANGES = ("({}) + 1/97", "({}) - 1/97")


def require_refusals(solution, rng, most=None):
    """Every number of the proof made more and less in turn: it is refused, or what it still claims is true.

    So is a witness that was changed by itself, with no other side that would contradict it. With ``most`` only so many
    of these changes, at random. Returns how many there were, and how many were refused.
    """
    document = json.loads(json.dumps(solution.document()))
    places = [(path, text) for path, text in leaves(document["pieces"]) if path[-1] != "grade" and text != "root"]
    changes = [(path, change.format(text)) for path, text in places for change in CHANGES]
    refused = 0
    for path, text in changes if most is None else rng.sample(changes, min(most, len(changes))):
        bent = with_text(document, path, text)
        verdict = dual.verify(bent)
        refused += not verdict.accepted
        if verdict.accepted:
            assert path[1] in ("primal", "dual", "lower", "upper"), path
            require_truth(verdict, solution)
        piece = bent["pieces"][path[0]]
        if path[1] in ("primal", "dual") and piece["lower"] is not None:
            piece.update({"lower": None, "upper": None, "grade": "unproven"})
            piece["dual" if path[1] == "primal" else "primal"] = None
            require_truth(dual.verify({**bent, "grade": "unproven"}), solution)
    return len(changes), refused


def require_truth(verdict, solution):
    """No piece of a verdict claims what is not so."""
    for piece in verdict.pieces:
        if not isinstance(piece.start, F) or not isinstance(piece.end, F):
            continue
        for k in range(1, 8):
            t = piece.start + (piece.end - piece.start) * F(k, 8)
            true = solution.value(t)
            if piece.grade in ("infeasible", "unbounded"):
                assert true == piece.grade
            elif true in ("infeasible", "unbounded"):
                assert piece.lower is None or true == "unbounded"
                assert piece.upper is None or true == "infeasible"
            else:
                low, high = (b.at(t) if hasattr(b, "at") else b for b in (piece.lower, piece.upper))
                assert low is None or low <= true
                assert high is None or true <= high
