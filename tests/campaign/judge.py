"""The one question the campaign asks of a document: is what the checker believes of it true?"""

import json
import random
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

import dual
from tests.campaign.known import Truth
from tests.campaign.policies import NoPolicy, attained
from tests.campaign.truth import truth

ROUNDING = Fraction(1, 10**9)
LARGEST = 6
"""Markets of more agents are too many matchings for an enumeration."""


def judge(document: Mapping[str, Any], known: Truth | None = None) -> str:
    """Fail if the checker proves something false of a document; say what it did: ``refused``, ``proven``, ...

    Whatever the claims say, the bounds of a verdict count as proven: that is what it says they are. ``known`` is what
    is true of the instance, if it is known otherwise.
    """
    if too_large(document.get("problem")):
        return "skipped"
    try:
        verdict = dual.verify(document)
    except dual.SuasionError:
        return "unreadable"
    # Two proofs that contradict each other are refused, which is well; that there are two is a fault of the checker.
    assert not (verdict.violation or "").startswith("contradiction:"), f"{verdict.violation}: {json.dumps(document)}"
    nothing = verdict.lower is None and verdict.upper is None and verdict.grade != "infeasible"
    if not nothing:
        true = known if known is not None else of(document["problem"])
        why = true.contradicts(verdict.lower, verdict.upper)
        assert why is None, f"{why}: {json.dumps(document)}"
        assert verdict.grade != "infeasible" or true == Truth() or true.infeasible, json.dumps(document)
        if verdict.lower is not None:
            earned(document, verdict.lower)
    if not verdict.accepted:
        return "refused"
    claims(document, verdict)
    return "proven"


def of(problem: Mapping[str, Any]) -> Truth:
    return _of(json.dumps(problem, sort_keys=True))


@lru_cache(maxsize=4096)
def _of(text: str) -> Truth:
    return truth(json.loads(text))


def earned(document: Mapping[str, Any], lower: Fraction) -> None:
    """A lower bound is no more than its policy earns, and nobody disobeys."""
    try:
        value = attained(document["problem"], document["primal"])
    except NoPolicy as why:
        raise AssertionError(f"{why}: {json.dumps(document)}") from None
    if value is not None:
        assert lower <= value + ROUNDING * max(1, abs(value)), f"{lower} > {value}: {json.dumps(document)}"


def claims(document: Mapping[str, Any], verdict: dual.Verdict) -> None:
    """An accepted document claims no more than was proven, and its words fit its numbers."""
    low, high = (None if document.get(side) is None else Fraction(str(document[side])) for side in ("lower", "upper"))
    assert low is None or low <= verdict.lower, json.dumps(document)
    assert high is None or verdict.upper <= high, json.dumps(document)
    if document["grade"] == "exact":
        assert low == high is not None, json.dumps(document)
    if document["grade"] == "infeasible":
        assert low is high is None, json.dumps(document)
    if low is not None:
        assert abs(Fraction(str(document["value"])) - low) <= abs(low) / 10**15, json.dumps(document)


def too_large(problem: Any) -> bool:
    if not isinstance(problem, Mapping) or not isinstance(values := problem.get("values"), Mapping):
        return False
    sides = [values.get("sellers"), *(values.get("shape") or [])]
    try:
        return any(side is not None and Fraction(str(side)) > LARGEST for side in sides)
    except (ValueError, ZeroDivisionError):
        return False


def seeded(*parts: object) -> random.Random:
    return random.Random(" ".join(map(str, parts)))
