"""Policies of kinds with a continuum, read and evaluated a second time: what they attain, or that they are none.

These kinds have no exact optimum to hold a lower bound against; but a lower bound is no more than what its policy
earns, and that takes a few lines.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tests.campaign.continuum import function, net_payoff
from tests.campaign.known import read, spelled_out

ZERO, ONE = Fraction(0), Fraction(1)


class NoPolicy(Exception):
    """The witness is not a policy of this instance."""


def demand(condition: bool, why: str) -> None:
    if not condition:
        raise NoPolicy(why)


def attained(instance: Mapping[str, Any], primal: Mapping[str, Any]) -> Fraction | None:
    """What a policy earns; None for kinds whose optimum is known anyway. Transcendental functions to 1e-12.

    Raises
    ------
    NoPolicy
        If masses are missing or negative, or somebody would not believe or obey.
    """
    match spelled_out(instance):
        case {"kind": "concavification", "value": text, "prior": prior}:
            return _splitting(read(prior), text, primal["splitting"])
        case {"kind": "costly-persuasion"}:
            return _signals(instance, primal["signals"])
        case {"kind": "two-receiver", "domain": "square"}:
            return _pairs(spelled_out(instance), primal["plan"])
    return None


def _splitting(prior: list[Fraction], text: str, splitting: Any) -> Fraction:
    names = [f"q{s}" for s in range(len(prior))]
    payoff = function(text, *names, *(["p"] if len(prior) == 2 else []))
    total, mean, value = ZERO, [ZERO] * len(prior), ZERO
    for entry in splitting:
        belief, weight = read(entry["belief"]), read(entry["weight"])
        demand(weight >= 0 and min(belief) >= 0 and sum(belief) == 1, "no belief or weight")
        total += weight
        mean = [a + weight * b for a, b in zip(mean, belief, strict=True)]
        if weight:
            value += weight * payoff(*belief, *([belief[1]] if len(prior) == 2 else []))
    demand(total == 1 and mean == prior, "the beliefs do not average to the prior")
    return value


def _signals(instance: Mapping[str, Any], signals: Any) -> Fraction:
    prior, receiver = read(instance["prior"]), read(instance["receiver"])
    net, value, placed = net_payoff(instance), ZERO, [ZERO] * len(prior)
    for signal in signals:
        joint, a = read(signal["joint"]), int(read(signal["action"]))
        demand(min(joint) >= 0 and a in range(len(receiver[0])), "a negative mass or no action")
        placed = [x + y for x, y in zip(placed, joint, strict=True)]
        rewards = [sum(x * y for x, y in zip(joint, column, strict=True)) for column in zip(*receiver, strict=True)]
        demand(rewards[a] == max(rewards), "disobedience")
        if mass := sum(joint):
            value += mass * net(a, [x / mass for x in joint])
    demand(placed == prior, "mass is lost")
    return value


def _pairs(instance: Mapping[str, Any], plan: Any) -> Fraction:
    p, value = read(instance["prior"]), ZERO
    sums: dict[tuple[str, Fraction], list[Fraction]] = {}
    for state, total in (("l", 1 - p), ("h", p)):
        utility, placed = function(str(instance["utility"][state]), "x", "y"), ZERO
        for x, y, mass in read(plan[state]):
            demand(mass >= 0 and min(x, y) >= 0 and max(x, y) <= 1, "a negative mass or no posterior")
            placed += mass
            for place in (("x", x), ("y", y)):
                sums.setdefault(place, [ZERO, ZERO])["lh".index(state)] += mass
            value += mass * utility(x, y) if mass else 0
        demand(placed == total, "mass is lost")
    for (_, posterior), (low, high) in sums.items():
        demand(posterior * low == (1 - posterior) * high, "a receiver would hold another belief")
    return value
