"""What people get wrong on the first day: each ends in what they meant, or in one line with field and remedy."""
# ruff: noqa: ARG005, PLW0108 (one row a mistake; functions of users take what they are called with, and need not use it)

import io
import json
import math
from decimal import Decimal
from fractions import Fraction as F

import numpy as np
import pandas as pd
import pytest

import dual
import suasion
from dual.errors import SuasionError

S, R = [[0, 1], [0, 1]], [[1, 0], [0, 1]]
COURT = {"kind": "persuasion", "prior": [0.7, 0.3], "sender": S, "receiver": R}
PAIR = {"kind": "two-receiver", "prior": 0.5, "grid": {"x": [0, 0.5, 1], "y": [0, 0.5, 1]}}
PAIR |= {"utility": {"l": "(x - y)**2", "h": "(x - y)**2"}}
GRID = [0, 0.25, 0.5, 0.75, 1]
LAW = {"support": [0, 1], "prior": [0.7, 0.3]}


def court(**changed):
    given = {"prior": [0.7, 0.3], "sender": S, "receiver": R, **changed}
    return suasion.Persuasion(**given)


def pair(utility, **given):
    return suasion.TwoReceiverPersuasion(0.5, utility, **({"grid": GRID} | given))


def concave(value, prior=(0.7, 0.3), **given):
    return suasion.Concavification(prior, value=value, **given)


def costly(cost):
    return suasion.CostlyPersuasion([0.7, 0.3], S, R, cost=cost)


def mean(payoff="m", law=LAW):
    return suasion.MeanPersuasion(law, payoff)


def network(**given):
    return suasion.TradingNetwork(**({"values": [[12, 0], [12, 11]], "known": [(0, 0)]} | given))


def market(**given):
    return suasion.DeliveryMarket(**({"values": [[5, 2], [3, 4]], "costs": [[[1, 1], [1, 1]]]} | given))


def file(**changed):
    """An instance file of the court with some fields changed; None leaves a field out."""
    document = {name: value for name, value in (COURT | changed).items() if value is not None}
    return suasion.load(io.StringIO(json.dumps(document)))


def pair_file(**changed):
    return suasion.load(io.StringIO(json.dumps(PAIR | changed)))


LEGS = {"centre": "store", "courier_store": [[1, 2, 3]], "buyer_store": [[1, 2, 3], [4, 5, 6]]}

# What is read as it was meant: the value of the solution.
MEANT = {
    "prior by the states' names": (lambda: court(prior={"innocent": 0.7, "guilty": 0.3}), F(3, 5)),
    "prior as a series": (lambda: court(prior=pd.Series([0.7, 0.3])), F(3, 5)),
    "prior as a generator": (lambda: court(prior=(x for x in (0.7, 0.3))), F(3, 5)),
    "prior as a tuple of decimals": (lambda: court(prior=(Decimal("0.7"), Decimal("0.3"))), F(3, 5)),
    "prior in single precision": (lambda: court(prior=np.array([0.7, 0.3], np.float32)), F(3, 5)),
    "prior as values of a dictionary": (lambda: court(prior={"a": 0.7, "b": 0.3}.values()), F(3, 5)),
    "prior from a linspace": (lambda: court(prior=np.linspace(0, 1, 11)[[7, 3]]), F(3, 5)),
    "prior that rounding missed": (lambda: court(prior=[0.1 + 0.6, 1 - 0.7]), F(3, 5)),
    "measured prior": (lambda: court(prior=[69, 31], normalise=True), F(62, 100)),
    "payoffs as a frame": (lambda: court(sender=pd.DataFrame(S)), F(3, 5)),
    "payoffs as booleans": (lambda: court(receiver=np.eye(2, dtype=bool), sender=[[False, True]] * 2), F(3, 5)),
    "payoffs of 0.1": (lambda: court(sender=[[0, 0.1], [0, 0.1]]), F(3, 50)),
    "payoffs as ranges": (lambda: court(sender=[range(2), range(2)]), F(3, 5)),
    "payoffs as a function": (lambda: court(sender=lambda s, a: a == 1), F(3, 5)),
    "payoffs as a numpy matrix of objects": (lambda: court(sender=np.array(S, dtype=object)), F(3, 5)),
    "labels that are numbers": (lambda: court(states=[1, 2]), F(3, 5)),
    "axes swapped where both are two": (lambda: court(sender=np.transpose(S)), F(3, 10)),
    "a threshold of 0.6 in floats": (lambda: pair(lambda x, y: x >= 0.6, grid=[0, 0.6, 1]), F(5, 6)),
    "a utility as a function": (lambda: pair(lambda x, y: (x - y) ** 2), F(1, 4)),
    "a utility as booleans": (lambda: pair(np.array(GRID)[:, None] != np.array(GRID)), 1),
    "a grid as a range": (lambda: pair("x*y", grid=range(2)), F(1, 2)),
    "a grid as a linspace": (lambda: pair("(x - y)**2", grid=np.linspace(0, 1, 5)), F(1, 4)),
    "one grid in a file": (lambda: pair_file(grid=[0, 0.5, 1]), F(1, 4)),
    "one utility in a file": (lambda: pair_file(utility="(x - y)**2"), F(1, 4)),
    "a payoff as a function of the belief": (lambda: concave(lambda q: q[1] >= 0.5, resolution=10), F(3, 5)),
    "listed beliefs as an array": (
        lambda: suasion.Concavification([0.7, 0.3], beliefs=np.eye(2), values=range(2)),
        F(3, 10),
    ),
    "means as a function": (lambda: mean({"points": [0, 0.5, 1], "values": lambda m: m >= 0.5}), F(3, 5)),
    "known by name": (lambda: network(known=[("Ann", "x")], buyers=["Ann", "Bob"], sellers=["x", "y"]), 12),
    "known as a matrix": (lambda: network(known=np.array([[1, 0], [0, 0]], bool)), 12),
    "known as a set": (lambda: network(known={(0, 0)}), 12),
    "known left out in a file": (
        lambda: suasion.load(io.StringIO('{"kind": "trading-network", "values": [[2]]}')),
        2,
    ),
    "values missing": (lambda: network(values=[[12, None], [12, 11]], missing="impossible"), 12),
    "transport of integers with a function": (lambda: suasion.Transport([1, 1], [1, 1], cost=lambda i, j: i != j), 0),
    "masses that differ": (lambda: suasion.Transport([1, 2], [1, 1], cost=S), -1),
    "costs that are missing": (
        lambda: suasion.Transport([1, 1], [1, 1], cost=np.array([[math.nan, 1], [2, 0]]), missing="impossible"),
        -3,
    ),
    "a file by its name": (lambda: suasion.load("kamenica-gentzkow-2011-prosecutor"), F(3, 5)),
}

# What cannot be meant: the field, and what would be right.
REFUSED = {
    "prior of a wrong sum": (
        lambda: court(prior=[0.7, 0.2]),
        "prior: the entries sum to 9/10, not to 1; normalise=True",
    ),
    "prior of a wrong sum in a file": (lambda: file(prior=[0.7, 0.2]), "prior: the entries sum to 9/10, not to 1"),
    "prior in percent": (lambda: court(prior=[70, 30]), "prior: the entries sum to 100, not to 1; normalise=True"),
    "prior as a number": (lambda: court(prior=0.3), "prior: 0.3 is not a list"),
    "prior as a word": (lambda: court(prior="uniform"), "prior: 'uniform' is not a list"),
    "prior as a set": (lambda: court(prior={0.7, 0.3}), "prior: a set has no order; write a list"),
    "prior below zero": (lambda: court(prior=[1.3, -0.3]), r"prior\[1\]: -3/10 is negative"),
    "prior with NaN": (lambda: court(prior=[math.nan, 1]), r"prior\[0\]: nan is not a finite number"),
    "prior with words": (lambda: court(prior=["most", "some"]), r"prior\[0\]: 'most' is not a number; write it as"),
    "prior empty": (lambda: court(prior=[]), "prior: the list is empty"),
    "prior in a file with booleans": (lambda: file(prior=[True, False]), r"prior\[0\]: true is not a number"),
    "prior of other names": (
        lambda: court(prior={"inocent": 0.7, "guilty": 0.3}, states=["innocent", "guilty"]),
        'prior: "inocent" is none of the states; did you mean "innocent"',
    ),
    "prior without one name": (
        lambda: court(prior={"innocent": 1}, states=["innocent", "guilty"]),
        'prior: "guilty", one of the states, has no entry',
    ),
    "axes swapped, 2 states and 3 actions": (
        lambda: court(sender=[[0, 1], [0, 1], [0, 1]]),
        r"sender: the list has 3 rows where 2 are needed; rows are states, columns are actions",
    ),
    "ragged rows": (lambda: court(sender=[[0, 1], [0]]), r"sender\[1\]: this row has 1 entries.*rows are states"),
    "a vector for a matrix": (lambda: court(sender=[0, 1]), r"sender\[0\]: 0 is not a list"),
    "other numbers of actions": (lambda: court(receiver=[[1], [0]]), r"receiver\[0\]: the list has 1 entries where 2"),
    "a field left out": (lambda: file(receiver=None), "receiver: the field is missing"),
    "a field misspelt": (lambda: file(recevier=R), 'recevier: unknown field; did you mean "receiver"'),
    "a kind misspelt": (lambda: file(kind="persausion"), 'kind: "persausion" is not a kind; did you mean "persuasion"'),
    "a kind left out": (lambda: suasion.load({"prior": [1]}), "kind: the field is missing; known are"),
    "labels twice": (lambda: court(states=["a", "a"]), r'states\[1\]: the name "a" stands already at states\[0\]'),
    "labels too few": (lambda: court(states=["a"]), "states: the list has 1 entries where 2 are needed|prior"),
    "labels as a word": (lambda: court(states="ab"), "states: 'ab' is not a list of labels"),
    "payoffs as words": (lambda: court(sender=[["a", "b"], [0, 1]]), r"sender\[0\]\[0\]: 'a' is not a number"),
    "payoffs with infinity": (lambda: court(sender=[[0, math.inf], [0, 1]]), r"sender\[0\]\[1\]: inf is not a finite"),
    "payoffs with None": (lambda: court(sender=[[0, None], [0, 1]]), r"sender\[0\]\[1\]: None is not a number"),
    "payoffs in a frame of other names": (
        lambda: court(sender=pd.DataFrame(S, columns=["a", "b"]), receiver=pd.DataFrame(R, columns=["a", "c"])),
        'receiver: "c" is none of the actions',
    ),
    "payoffs as complex numbers": (lambda: court(sender=[[0, 1j], [0, 1]]), r"sender\[0\]\[1\]: 1j is not a number"),
    "payoffs by a function of nothing known": (
        lambda: suasion.Persuasion([1], lambda s, a: 0, lambda s, a: 0),
        r"sender: nothing says how many actions.*give actions=\[...\]",
    ),
    "payoffs by a function that fails": (lambda: court(sender=lambda s, a: 1 / a), "sender: the function fails at"),
    "payoffs by a function of one": (lambda: court(sender=lambda s: s), "sender: .*called with 2 arguments"),
    "payoffs by a function without a value": (lambda: court(sender=lambda s, a: None), "sender.*None is not a number"),
    "a method misspelt": (lambda: court().solve("obedienc"), 'method: "obedienc" is unknown .*known: obedience'),
    "a time limit in words": (lambda: court().solve(time_limit="1 min"), "time_limit: '1 min' is not a number"),
    "a time limit below zero": (
        lambda: court().solve(time_limit=-1),
        "time_limit: a time limit is a number of seconds",
    ),
    "a gap below zero": (lambda: court().solve(gap=-1), "gap: a gap is a number >= 0"),
    "no rounds": (lambda: court().solve(rounds=0), "rounds: at least one round is needed"),
    "a start that is a problem": (lambda: court().solve(start=court()), "start: a solution is needed; solve"),
    "a curve over nothing": (lambda: court().solve().value_curve("sendr", [1]), "sendr: a problem of kind persuasion"),
    "a curve without values": (lambda: court().solve().value_curve("sender"), "sender: the values it takes are needed"),
    "an instance for a solution": (lambda: dual.verify(COURT), 'not a solution; it has no "problem"'),
    "an instance loaded as a solution": (lambda: suasion.load_solution(COURT), 'not a solution; it has no "problem"'),
    "a solution for an instance": (
        lambda: suasion.load(io.StringIO(json.dumps(court().solve().document()))),
        "this is a solution; an instance is needed here",
    ),
    "a file that is not there": (lambda: suasion.load("cort.json"), "cort.json: neither a file nor a catalog entry"),
    "a catalog entry misspelt": (
        lambda: suasion.load("kamenica-gentzkow-2011-prosecuter"),
        "did you mean kamenica-gentzkow-2011-prosecutor",
    ),
    "a catalog entry by its author": (
        lambda: suasion.load("kamenica"),
        r"did you mean kamenica-gentzkow-2011-\w",
    ),
    "NaN in a file": (
        lambda: suasion.load(io.StringIO('{"kind": "persuasion", "prior": [NaN, 1]}')),
        r"prior\[0\]: NaN is not a finite number",
    ),
    "a comma too many in a file": (lambda: suasion.load(io.StringIO('{"kind": "game",}')), "not JSON.*line 1"),
    "a number for a file": (lambda: suasion.load(3), "a path, an open file or a mapping is needed.*int"),
    "a number for a solution": (lambda: suasion.verify(3), "a path, an open file or a mapping is needed.*int"),
    "a law that is not known": (
        lambda: suasion.Mechanism(laws=[{"normal": [0, 1]}]),
        r'laws\[0\].normal: unknown field; known are "support", "prior", "uniform"',
    ),
    "a list for a file": (lambda: suasion.load(io.StringIO("[1]")), "not a JSON object"),
    "^ for **": (lambda: concave("p^2"), r"value: .*write \*\*"),
    "= for ==": (lambda: concave("p = 1/2"), "value: .*=="),
    "an unknown variable": (lambda: concave("x**2"), "value: .*known"),
    "a product without a sign": (lambda: concave("2p"), r"value: .*a product needs \*"),
    "numpy's exp": (lambda: concave("np.exp(p)"), r"value: .*write exp\(\.\.\.\) without \"np\.\""),
    "math's exp": (lambda: concave("math.exp(p)"), r"value: .*write exp\(\.\.\.\) without \"math\.\""),
    "numpy's pi": (lambda: concave("p*np.pi"), r"value: .*write pi"),
    "scipy's normal law": (lambda: concave("norm.cdf(p)"), r"value: .*normal_cdf\(\.\.\.\)"),
    "if and else": (lambda: concave("1 if p > 0.5 else 0"), r"value: .*a comparison is 1 or 0: write p > 0\.5"),
    "a root as a power": (lambda: concave("p**0.5"), r"value: .*write sqrt\(\.\.\.\)"),
    "the natural logarithm": (lambda: concave("ln(1 + p)"), r"value: .*write log\(\.\.\.\)"),
    "an open bracket": (lambda: concave("(p"), "value: "),
    "an empty expression": (lambda: concave(""), "value: "),
    "a division by zero": (lambda: concave("1/p"), "value: .*(zero|0)"),
    "a function of the probability": (
        lambda: concave(lambda p: float(p) ** 2),
        r"value: .*called with a belief, an array of 2 probabilities: value=lambda q: \.\.\. q\[1\]",
    ),
    "the same with math.exp": (lambda: concave(lambda p: math.exp(p)), "value: .*called with a belief, an array of 2"),
    "values and a function": (lambda: concave(lambda q: 0, values=[0]), "values: a function gives the values"),
    "an expression and a resolution": (lambda: concave("p", resolution=5), "resolution: only a Python function"),
    "beliefs that do not sum": (
        lambda: suasion.Concavification([0.7, 0.3], beliefs=[[1, 0], [0.5, 0.6]], values=[0, 1]),
        r"beliefs\[1\]: the entries sum to 11/10, not to 1",
    ),
    "fewer values than beliefs": (
        lambda: suasion.Concavification([0.7, 0.3], beliefs=[[1, 0], [0, 1]], values=[0]),
        "values: the list has 1 entries where 2 are needed",
    ),
    "a cost by its name": (lambda: costly("entropy"), r'cost: .*write \{"entropy": k\}'),
    "a cost in one word more": (lambda: costly({"entropy": 1, "base": 2}), "cost.*(one|unknown|base)"),
    "a cost that is a number": (lambda: costly(2), "cost: .*entropy"),
    "a cost below zero": (lambda: costly({"quadratic": -1}), "cost.*-1"),
    "a law by its name": (lambda: mean(law="uniform"), r'law: .*write \{"uniform": \[a, b\]\}'),
    "a law of another package": (
        lambda: mean(law=__import__("scipy.stats").stats.norm()),
        r'law: .*\{"density": .*, "interval": \[a, b\]\}',
    ),
    "a law of no length": (lambda: mean(law={"uniform": [1, 1]}), "law.uniform"),
    "a support without probabilities": (
        lambda: mean(law={"support": [0, 1]}),
        r'law: .*\{"support", "prior"\}, .*not the fields "support"',
    ),
    "a payoff of a mean as a function": (lambda: mean(lambda m: m), 'payoff: .*"points"'),
    "a payoff of another variable": (lambda: mean("x**2"), "payoff: .*m"),
    "a grid that does not bracket the prior": (
        lambda: pair("x*y", grid=[0, 0.25]),
        "grid.x: the prior 1/2 lies outside",
    ),
    "a grid out of order": (lambda: pair("x*y", grid=[1, 0.5, 0]), r"grid.x\[1\]: 1/2 does not exceed"),
    "a grid beyond 1": (lambda: pair("x*y", grid=[0, 50, 100]), r"grid.x\[1\]: 50 is not a posterior"),
    "no grid": (lambda: pair("x*y", grid=None), 'grid: the field is missing; only the domain "square"'),
    "a function on the square": (
        lambda: pair(lambda x, y: x, grid=None, domain="square"),
        "utility: a Python function",
    ),
    "a table of another size": (lambda: pair([[0, 1], [1, 0]]), "utility.l: .*2.*5.*(x|rows)"),
    "prior of h as a vector": (lambda: suasion.TwoReceiverPersuasion([0.5, 0.5], "x", grid=GRID), "prior: .*"),
    "gain and cost": (lambda: suasion.Transport([1, 1], [1, 1], cost=S, gain=S), "gain: exactly one of gain and cost"),
    "neither gain nor cost": (lambda: suasion.Transport([1], [1]), "gain: exactly one of gain and cost is needed"),
    "a negative mass": (lambda: suasion.Transport([2, -1], [1, 0], cost=S), r"source\[1\]: -1 is negative"),
    "values by name, unknown": (
        lambda: network(known=[("An", "x")], buyers=["Ann", "Bob"], sellers=["x", "y"]),
        r'known\[0\]: no buyer is called "An"; did you mean "Ann"',
    ),
    "names where there are none": (
        lambda: network(known=[("Ann", "x")]),
        r'known\[0\]: "Ann" is a name, but the buyers',
    ),
    "a pair out of range": (lambda: network(known=[(2, 0)]), r"known\[0\]\[0\]: 2 is not an index from 0 to 1"),
    "a pair twice": (lambda: network(known=[(0, 0), (0, 0)]), r"known\[1\]: the pair \(0, 0\) is listed twice"),
    "a boolean matrix of another size": (
        lambda: network(known=np.ones((3, 2), bool), buyers=["Ann", "Bob"]),
        "known: axis 0 of the boolean table has 3 entries for 2 buyers",
    ),
    "values below zero": (
        lambda: network(values=[[-1]], known=()),
        r"values\[0\]\[0\]: -1 is negative; a value is >= 0",
    ),
    "values missing without a word": (
        lambda: network(values=[[12, math.nan], [12, 11]]),
        r"values\[0\]\[1\]: nan is not a finite number",
    ),
    "an objective misspelt": (lambda: network(objective="revenu"), 'objective: "revenu" is unknown; known are revenue'),
    "an introduction of friends": (
        lambda: network().evaluate([(0, 0)]),
        r"introduced: the pair \(0, 0\) knows each other",
    ),
    "one courier's costs as a matrix": (lambda: market(costs=[[1, 1], [1, 1]]), r"costs\[0\]\[0\]: 1 is not a list"),
    "costs by store and buyer": (
        lambda: market(costs=LEGS | {"courier_store": [[1, 2]]}),
        r"costs.buyer_store\[0\]: the list has 3 entries where 2 are needed; rows are buyers, columns are stores",
    ),
    "a centre misspelt": (lambda: market(costs={"centre": "shop"}), "costs.centre: separable costs name their centre"),
    "a trade of two": (lambda: market().support([(0, 0)]), r"transactions\[0\]: the list has 2 entries where 3"),
    "someone who trades twice": (lambda: market().support([(0, 0, 0), (0, 1, 0)]), "buyer 0 trades twice"),
    "a rule misspelt": (lambda: market(price_rule="least"), 'price_rule: "least" is unknown; known are least-deficit'),
    "floats of another sort": (lambda: court(floats="exact"), 'floats: "exact" is unknown; known are decimal, binary'),
    "something missing where nothing may be": (
        lambda: court().replace(missing="impossible"),
        "missing: nothing may be",
    ),
}


@pytest.mark.parametrize("mistake", MEANT)
def test_what_was_meant_is_solved(mistake):
    make, value = MEANT[mistake]
    solution = make().solve()
    assert (solution.lower, solution.grade) == (value, "exact")


@pytest.mark.parametrize("mistake", REFUSED)
def test_what_is_wrong_is_said_in_one_line(mistake):
    make, message = REFUSED[mistake]
    with pytest.raises(SuasionError, match=message) as raised:
        make()
    assert "\n" not in str(raised.value)
    assert "object at 0x" not in str(raised.value)


def test_there_are_as_many_as_were_made():
    assert len(MEANT) + len(REFUSED) >= 106
