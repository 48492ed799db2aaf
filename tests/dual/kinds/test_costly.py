"""The checker of kind ``costly-persuasion``: what it accepts, and what it has to refuse."""

import copy
import math
import re
from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dual
from dual.errors import InputError, Undecided, Violation
from dual.kinds.costly import kind as costly_persuasion
from dual.kinds.costly.entropy import EntropyCost
from dual.kinds.costly.quadratic import QuadraticCost
from dual.kinds.finite import Experiment, Prices
from dual.numbers.interval import interval
from tests.tampering import accepted, with_every_other_digit

# 1[x >= 1/2] - 16 (x - 3/10)^2 touches its concave envelope at 1/4 and 1/2: the line from -11/25 to 29/25.
COURT = {
    "format": "suasion-solution/1",
    "problem": {
        "kind": "costly-persuasion",
        "prior": ["7/10", "3/10"],
        "sender": [[0, 1], [0, 1]],
        "receiver": [[1, 0], [0, 1]],
        "cost": {"quadratic": 8},
    },
    "value": 0.04,
    "lower": "1/25",
    "upper": "1/25",
    "grade": "exact",
    "primal": {"signals": [{"action": 0, "joint": ["3/5", "1/5"]}, {"action": 1, "joint": ["1/10", "1/10"]}]},
    # The line's slope is 8/5. At 1/2 the parabola of conviction has slope -32/5, and the receiver's gain from obeying,
    # 2x - 1, has slope 2: the multiplier is 4.
    "dual": {"prices": ["-11/25", "29/25"], "multipliers": [[0, 0], [4, 0]]},
}


def changed(path, value):
    document = copy.deepcopy(COURT)
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return document


def asked(cost, **fields):
    return costly_persuasion.CostlyPersuasionStatement.read({**COURT["problem"], "cost": cost, **fields})


def test_the_prosecutor_by_hand():
    assert dual.verify(COURT) == dual.Verdict(F(1, 25), F(1, 25), "exact")


def test_the_same_cost_as_an_expression():
    document = changed(("problem", "cost"), "16*(p - 3/10)**2")
    document["dual"]["points"] = [["3/4", "1/4"], ["1/2", "1/2"]]
    assert dual.verify(document) == dual.Verdict(F(1, 25), F(1, 25), "exact")
    del document["dual"]["points"]
    assert dual.verify(document).lower == F(1, 25)


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        (("lower",), "1/24", "lower = 1/24 is not proven; the primal witness proves 1/25"),
        (("upper",), "1/26", "upper = 1/26 is not proven"),
        (("problem", "cost"), {"quadratic": 9}, "lower = 1/25 is not proven"),
        (("problem", "cost"), {"quadratic": 7}, "action 0's payoff minus cost: .* exceeds the prices by"),
        (("problem", "cost"), {"entropy": 4}, r"action 0.*prior\[s\] exp\(\(payoff\[s\] - prices\[s\]\) / 4\) <= 1"),
        (("problem", "cost"), {"quadratic": 0}, "exceeds the price by 11/25 > 0"),
        (("dual", "multipliers"), [[0, 0], [0, 0]], "action 1's payoff minus cost"),
        (("dual", "multipliers"), [[0, 0], [-4, 0]], r"multipliers\[1\]\[0\] = -4 < 0"),
        (("dual", "prices"), ["-1/2", "29/25"], "action 0's payoff minus cost"),
        (("dual", "points"), [["1/2", "1/2"]], 'unknown field; known are "prices", "multipliers"'),
        (("primal", "signals", 1, "joint"), ["11/100", "1/10"], "state 0 sum to 71/100, the prior is 7/10"),
        (
            ("primal", "signals"),
            [{"action": 1, "joint": ["7/10", "3/10"]}],
            "the receiver told to take action 1 prefers action 0",
        ),
    ],
)
def test_what_is_not_proven_is_refused_by_name(path, value, complaint):
    verdict = dual.verify(changed(path, value))
    assert verdict.violation is not None
    assert re.search(complaint, verdict.violation)


def test_every_changed_digit_is_refused_or_leaves_a_true_statement():
    document = {**COURT, "solver": {}}
    kept = [accepted(changed, F(1, 25), F(1, 25)) for changed in with_every_other_digit(document)]
    assert kept.count(False) > 100


@pytest.mark.parametrize(
    ("cost", "complaint"),
    [
        (None, "cost: the field is missing"),
        (3, 'cost: write {"entropy": k}, {"quadratic": k} or an expression'),
        ({}, 'cost: exactly one of "entropy" and "quadratic" is needed'),
        ({"entropy": 1, "quadratic": 1}, 'cost: exactly one of "entropy" and "quadratic" is needed'),
        ({"entrpy": 1}, 'cost.entrpy: unknown field; did you mean "entropy"?'),
        ({"entropy": "-1/2"}, "cost.entropy: -1/2 is negative"),
        ({"quadratic": True}, "cost.quadratic: true is not a number"),
        ("q0 +", "cost: column 5: expected a number"),
        ("q2", "cost: column 1: unknown name 'q2'"),
        ("log(q0)", "cost: the logarithm of a number that is not positive, 0"),
    ],
)
def test_bad_costs_are_refused_with_their_field(cost, complaint):
    with pytest.raises(InputError) as caught:
        asked(cost)
    assert complaint in str(caught.value)


def test_an_expression_needs_two_to_eight_states():
    with pytest.raises(InputError, match="cost: an expression is read for 2 to 8 states, not 9"):
        asked("q0", prior=["1/9"] * 9, sender=[[0]] * 9, receiver=[[0]] * 9)


def test_the_statement_writes_what_it_read():
    for cost in ({"entropy": "1/2"}, {"quadratic": "3"}, "exp(q0) + abs(q1 - 1/3)"):
        statement = asked(cost)
        assert statement.document()["cost"] == cost
        assert costly_persuasion.CostlyPersuasionStatement.read(statement.document()) == statement
        assert statement != asked({"entropy": "1/3"})


@pytest.mark.parametrize("weight", [F(1), F(1, 3), F(7)])
def test_costs_average_to_the_reduction_of_uncertainty(weight):
    """Over a splitting: k (H(prior) - E H(q)), and k (E |q|^2 - |prior|^2)."""
    prior = [F(1, 2), F(1, 3), F(1, 6)]
    splitting = [(F(1, 3), [F(1), F(0), F(0)]), (F(2, 3), [F(1, 4), F(1, 2), F(1, 4)])]

    def entropy(q):
        return -sum(float(x) * math.log(x) for x in q if x)

    found = sum((EntropyCost(weight).at(q, prior) * w for w, q in splitting), start=interval(0))
    reduction = float(weight) * (entropy(prior) - sum(float(w) * entropy(q) for w, q in splitting))
    assert float(found.lower) == pytest.approx(reduction, rel=1e-12)
    assert 0 <= found.width < F(1, 10**30)
    spread = sum(QuadraticCost(weight).at(q, prior).lower * w for w, q in splitting)
    assert spread == weight * (sum(w * sum(x * x for x in q) for w, q in splitting) - sum(x * x for x in prior))


def test_no_information_costs_nothing_exactly():
    prior = [F(3, 10), F(7, 10)]
    assert EntropyCost(F(5)).at(prior, prior).is_point
    assert EntropyCost(F(5)).at(prior, prior).lower == 0


def test_states_without_prior_mass_play_no_part():
    """The third state's payoffs and price do not matter; a signal that gives it mass is refused."""
    problem = {
        "prior": ["7/10", "3/10", 0],
        "sender": [[0, 1], [0, 1], [99, 99]],
        "receiver": [[1, 0], [0, 1], [0, 5]],
    }
    primal = {"signals": [{"action": 0, "joint": ["3/5", "1/5", 0]}, {"action": 1, "joint": ["1/10", "1/10", 0]}]}
    for cost in ({"quadratic": 8}, {"entropy": 4}, "8*((q0 - 7/10)**2 + (q1 - 3/10)**2)"):
        statement = asked(cost, **problem)
        lower = costly_persuasion.lower(statement, Experiment.read(primal, statement))
        upper = costly_persuasion.upper(
            statement, Prices.read({"prices": [2, 2, -9], "multipliers": [[0, 0], [0, 0]]}, statement)
        )
        assert lower < upper == 2
    primal["signals"][0]["joint"][2] = "1/10"
    with pytest.raises(Violation, match="state 2"):
        costly_persuasion.lower(statement, Experiment.read(primal, statement))


@settings(max_examples=150)
@given(st.data())
def test_weak_duality_for_every_feasible_pair(data):
    """Any obedient experiment is worth at most what any majorising prices ask for, under every cost."""
    states, actions = data.draw(st.integers(2, 3)), data.draw(st.integers(1, 3))
    small = st.integers(-3, 3)

    def table(rows, columns, entries):
        return data.draw(st.lists(st.lists(entries, min_size=columns, max_size=columns), min_size=rows, max_size=rows))

    weights = data.draw(st.lists(st.integers(1, 5), min_size=states, max_size=states))
    weight = data.draw(st.fractions(F(1, 4), 4, max_denominator=8))
    square = " + ".join(f"{weight} * q{s}**2" for s in range(states))
    cost = data.draw(st.sampled_from([{"entropy": weight}, {"quadratic": weight}, square]))
    prior = [F(w, sum(weights)) for w in weights]
    statement = asked(cost, prior=prior, sender=table(states, actions, small), receiver=table(states, actions, small))
    shares = table(2, states, st.integers(0, 3))
    shares.append([1] * states)
    joints = [[prior[s] * F(row[s], sum(r[s] for r in shares)) for s in range(states)] for row in shares]
    signals = []
    for joint in joints:
        rewards = [sum(m * statement.receiver[s][a] for s, m in enumerate(joint)) for a in range(actions)]
        signals.append({"action": rewards.index(max(rewards)), "joint": joint})
    multipliers = table(actions, actions, st.integers(0, 2))
    prices = [F(price, 2) for price in data.draw(st.lists(st.integers(-8, 24), min_size=states, max_size=states))]
    dual_witness = {"prices": prices, "multipliers": multipliers}
    low = costly_persuasion.lower(statement, Experiment.read({"signals": signals}, statement))
    try:
        high = costly_persuasion.upper(statement, costly_persuasion.read_dual(dual_witness, statement, "dual"))
    except (Violation, Undecided):
        return
    assert low <= high


@settings(max_examples=60)
@given(st.lists(st.fractions(-3, 3, max_denominator=6), min_size=3, max_size=3), st.sampled_from([F(1, 2), F(2)]))
def test_the_conjugates_are_the_largest_surplus(excess, weight):
    """``surplus`` bounds payoff minus cost at every belief, and is attained at the maximiser."""
    prior = [F(1, 2), F(1, 3), F(1, 6)]
    for cost in (EntropyCost(weight), QuadraticCost(weight)):
        bound = cost.surplus(excess, prior)
        for i in range(7):
            for j in range(7 - i):
                q = [F(i, 6), F(j, 6), F(6 - i - j, 6)]
                assert sum(e * x for e, x in zip(excess, q, strict=True)) - cost.at(q, prior).upper <= bound
    quadratic = QuadraticCost(weight)
    best = quadratic.maximiser(excess, prior)
    assert sum(best) == 1
    assert min(best) >= 0
    assert sum(e * x for e, x in zip(excess, best, strict=True)) - quadratic.at(best, prior).lower == bound
    masses = [float(m) * math.exp(float(e / weight)) for m, e in zip(prior, excess, strict=True)]
    surplus = float(EntropyCost(weight).surplus(excess, prior))
    assert surplus == pytest.approx(float(weight) * math.log(sum(masses)), abs=1e-12)


def test_prices_below_a_spike_of_minus_the_cost_are_refused():
    cost = "-(p > 1/2)*(7100*(2*p - 1)**8 - 7000 - sin(22*p - 139/10)**10)"
    instance = {"kind": "costly-persuasion", "prior": ["3/4", "1/4"], "sender": [[0], [0]], "receiver": [[0], [0]]}
    statement = dual.parse(instance | {"cost": cost})
    raw = {"prices": [0, 0], "multipliers": [[0]], "points": [["1/2", "1/2"]]}
    witness = costly_persuasion.read_dual(raw, statement, "dual")
    with pytest.raises(Violation, match="below zero"):
        costly_persuasion.upper(statement, witness)
