"""Informed receivers: values from theory, from definitions written out, and from other kinds of problems."""

from fractions import Fraction as F

import numpy as np
import pytest

import dual
import suasion
from dual.errors import InputError
from persuasion import Concavification, Game, InformedPersuasion
from tests.persuasion.informed import naive

BUY = {"receiver": [[0, -1], [0, 1]], "sender": [[0, 1], [0, 1]]}
ALWAYS = [[0, 1]] * 3
HALVES = ["1/2", "3/10", "1/5"]


def loss(bias):
    return [[-((a - s - bias) ** 2) for a in range(3)] for s in range(3)]


BIASED = {"beliefs": [HALVES] * 2, "receiver": [loss(F(1, 4)), loss(F(-1, 4))]}
CASES = {
    "two buyers": ({"beliefs": ["2/5", "1/5"], **BUY}, "19/40", "19/40", "3/5", ("0", "19/40")),
    "a believer": (
        {"beliefs": ["3/5", "3/10"], "weights": ["7/10", "3/10"], **BUY},
        *("98/125", "98/125", "22/25", ("14/125", "84/125")),
    ),
    "fewer believers": (
        {"beliefs": ["3/5", "3/10"], "weights": ["3/5", "2/5"], **BUY},
        *("89/125", "89/125", "21/25", ("2/125", "87/125")),
    ),
    "five buyers": ({"beliefs": [f"{k}/12" for k in range(1, 6)], **BUY}, "26/75", "26/75", "1/2", None),
    "three states": (
        {
            "beliefs": [["1/2", "2/5", "1/10"], ["7/10", "1/10", "1/5"]],
            "receiver": [[0, -1], [0, 1], [0, "1/2"]],
            "sender": ALWAYS,
        },
        *("581/920", "581/920", "29/40", ("0", "2/5", "213/920")),
    ),
    "menus help": (
        {
            "beliefs": [["1/4", "1/4", "1/2"], ["1/8", "1/2", "3/8"]],
            "weights": ["5/8", "3/8"],
            "receiver": [[0, -4], [0, -1], [0, 1]],
            "sender": ALWAYS,
        },
        *("91/128", "189/256", "101/128", None),
    ),
    "three actions": (
        {
            "beliefs": [["2/5", "3/5"]] * 2,
            "receiver": [[[0, -2, 2], [0, 1, -4]], [[0, -2, -4], [0, -3, 0]]],
            "sender": [[0, 2, 1]] * 2,
        },
        *("11/10", "9/8", "5/4", None),
    ),
    "biased": ({**BIASED, "sender": [[0, 1, 2]] * 3}, "19/20", "19/20", "143/120", ("1/8", "3/8", "9/20")),
    "biased, convex": (
        {**BIASED, "sender": [[0, 1, 4]] * 3},
        *("91/60", "367/225", "671/360", ("1/24", "21/40", "19/20")),
    ),
    "opposite": (
        {"beliefs": ["1/2", "1/2"], "receiver": [[[0, -1], [0, 1]], [[0, 1], [0, -1]]], "sender": BUY["sender"]},
        *("1", "1", "1", None),
    ),
    "priors differ": (
        {"beliefs": ["2/5", "1/5"], "joint": [["1/4", "1/4"]] * 2, **BUY},
        *("5/8", "5/8", "35/48", ("0", "5/8")),
    ),
    "tastes": (
        {
            "beliefs": [HALVES] * 3,
            "weights": ["1/5", "3/10", "1/2"],
            "receiver": [[[0, z - r] for z in (0, 1, 3)] for r in (F(1, 2), 1, 2)],
            "sender": ALWAYS,
        },
        *("9/20", "9/20", "67/100", ("0", "3/20", "3/10")),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_values_of_theory(case):
    document, public, menu, told, prices = CASES[case]
    problem = InformedPersuasion.from_document(document)
    solution = problem.solve()
    assert (solution.lower, solution.upper, solution.grade) == (F(public), F(public), "exact")
    assert solution.verify().accepted
    offered = problem.replace(disclosure="menu").solve()
    assert (offered.lower, offered.upper) == (F(menu), F(menu))
    assert offered.verify().accepted
    assert problem.told() == F(told)
    found = solution.comparison
    assert (found.public, found.menu, found.told) == (F(public), F(menu), F(told))
    assert found.no_information <= found.public
    assert found.full_information <= found.public
    if prices is not None:  # the prices that theory gives prove the value, too
        document = {**solution.document(), "dual": {"prices": list(prices)}}
        assert dual.verify(document).upper == F(public)


def test_two_thresholds_around_the_middle():
    """The best single target is no bound where somebody believes already: 18/25 for 98/125."""
    solution = InformedPersuasion(["3/5", "3/10"], **BUY, weights=["7/10", "3/10"]).solve()
    assert {one.likelihood for one in solution.messages} == {(F(4, 5), F(8, 15)), (F(1, 5), F(7, 15))}
    single = InformedPersuasion(["3/5", "3/10"], **BUY, weights=["7/10", "3/10"])
    assert max(row[1] for row in single.by_target().rows) == F(98, 125)


def test_one_action_recommended_to_all_is_less():
    """Types differ in what they do with one message: both buying or neither gives 18/25 for 98/125."""
    document = CASES["a believer"][0]
    g, c = naive.masses(document)
    best = F(0)
    for y in (F(0), F(2, 5), F(7, 10), F(1)):
        for z in (F(0), F(2, 5), F(7, 10), F(1)):
            if y < F(1, 2) < z:
                share = (z - F(1, 2)) / (z - y)
                total = F(0)
                for weight, place in ((share, y), (1 - share, z)):
                    x = (2 * weight * (1 - place), 2 * weight * place)
                    acts = all(gt[0][1] * x[0] + gt[1][1] * x[1] >= 0 for gt in g)
                    total += sum(ct[0][1] * x[0] + ct[1][1] * x[1] for ct in c) if acts else 0
                best = max(best, total)
    assert best == F(18, 25)
    assert InformedPersuasion.from_document(document).solve().lower == F(98, 125)


# Random instances against the definitions


def random_document(rng, T, S, A, own_payoffs=True):
    def vector(n):
        x = rng.integers(1, 9, n)
        return [F(int(k), int(x.sum())) for k in x]

    document = {"receiver": rng.integers(-4, 5, (T, S, A) if own_payoffs else (S, A)).tolist()}
    document["sender"] = rng.integers(-2, 4, (T, S, A) if rng.random() < 0.3 else (S, A)).tolist()
    kind = rng.integers(4)
    if kind == 0:
        flat = vector(T * S)
        document["joint"] = [flat[t * S : (t + 1) * S] for t in range(T)]
    else:
        document["beliefs"] = [vector(S) for _ in range(T)]
        if kind == 1:
            document["weights"] = vector(T)
        if kind == 2:
            flat = vector(T * S)
            document["joint"] = [flat[t * S : (t + 1) * S] for t in range(T)]
    return document


def agree(seed):
    rng = np.random.default_rng(seed)
    T, S, A = int(rng.integers(1, 4)), int(rng.integers(1, 5)), int(rng.integers(1, 4))
    document = random_document(rng, T, S, A)
    problem = InformedPersuasion.from_document(document)
    solution, offered = problem.solve(), problem.replace(disclosure="menu").solve()
    value, told = naive.by_profiles(document), naive.by_type(document)
    assert (solution.lower, solution.upper) == (value, value), seed
    if S == 2:
        assert naive.by_thresholds(document) == value
    assert solution.verify().accepted
    assert offered.verify().accepted
    assert offered.grade == "exact"
    if T <= 2 or A <= 2:
        assert offered.lower == naive.by_reactions(document), seed
    assert problem.told() == told
    assert value <= offered.lower <= told
    total = sum((one.payoff for one in solution.messages), F(0))
    assert total == value
    if S == 2 and A == 2:  # menus add nothing
        assert offered.lower == value
    if min(min(map(min, table)) for table in naive.masses(document)[1]) >= 0:
        assert value >= told / T


@pytest.mark.parametrize("seed", range(50))
def test_random_instances(seed):
    agree(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(50, 500))
def test_more_random_instances(seed):
    agree(seed)


@pytest.mark.parametrize("seed", range(4))
def test_all_profiles_at_once_and_as_they_are_needed(seed):
    rng = np.random.default_rng(seed)
    document = random_document(rng, 3, 4, 2)
    problem = InformedPersuasion.from_document(document)
    assert problem.solve("profiles").lower == problem.solve().lower
    assert problem.solve("profiles").upper == problem.solve().upper


# Other kinds


@pytest.mark.parametrize("seed", range(10))
def test_one_player_of_a_game(seed):
    """Known types are told, elicited types are offered a menu."""
    rng = np.random.default_rng(seed)
    T, S, A = int(rng.integers(1, 4)), int(rng.integers(1, 4)), int(rng.integers(2, 4))
    masses = rng.integers(1, 7, (T, S))
    joint = [[F(int(k), int(masses.sum())) for k in row] for row in masses]
    receiver, sender = rng.integers(-3, 4, (S, A)).tolist(), rng.integers(0, 4, (S, A)).tolist()
    informed = InformedPersuasion(joint=joint, receiver=receiver, sender=sender, disclosure="menu")
    prior = [sum((row[s] for row in joint), F(0)) for s in range(S)]
    law = [[joint[t][s] / prior[s] for t in range(T)] for s in range(S)]
    game = Game(prior, [receiver], {"table": sender}, law=law, types="known")
    assert game.solve().lower == informed.told()
    assert game.replace(types="elicited").solve().lower == informed.solve().lower


@pytest.mark.parametrize("seed", range(10))
def test_tastes_are_means(seed):
    rng = np.random.default_rng(seed)
    T, S = int(rng.integers(1, 5)), int(rng.integers(2, 6))
    z = sorted(rng.choice(20, S, replace=False).tolist())
    x = rng.integers(1, 9, S)
    prior = [F(int(k), int(x.sum())) for k in x]
    r = [F(int(k), 2) for k in rng.integers(2 * z[0] + 1, 2 * z[-1], T)]
    scale = rng.integers(1, 4, T).tolist()
    receiver = [[[0, m * (zs - rt)] for zs in z] for m, rt in zip(scale, r, strict=True)]
    gain = rng.integers(0, 5, T).tolist()
    problem = InformedPersuasion([prior] * T, receiver, [[[1, 1 + k]] * S for k in gain])
    assert problem.tastes is not None
    assert (S == 2) == (problem.structure == "two states")
    by_means = suasion.load(problem.tastes.document()).solve()
    assert problem.solve().lower == by_means.lower == by_means.upper


@pytest.mark.parametrize("seed", range(10))
def test_two_states_are_a_concave_envelope(seed):
    """The value is twice the envelope at 1/2 of the payoff by message; the payoff is tabulated by its definition."""
    rng = np.random.default_rng(seed)
    document = random_document(rng, int(rng.integers(1, 5)), 2, int(rng.integers(2, 4)))
    g, c = naive.masses(document)
    places = {F(0), F(1)}
    for gt in g:
        for a in range(len(gt[0])):
            for b in range(a):
                low, high = gt[0][a] - gt[0][b], gt[1][a] - gt[1][b]
                if low * high < 0:
                    places.add(low / (low - high))
    beliefs = [(1 - y, y) for y in sorted(places)]
    values = [naive.payoff(g, c, x) for x in beliefs]
    envelope = Concavification(["1/2", "1/2"], beliefs=beliefs, values=values).solve()
    assert InformedPersuasion.from_document(document).solve().lower == 2 * envelope.lower


def test_single_deviations_are_not_enough():
    """Obeying or lying alone would give 5/4; lying and disobeying has to be excluded, too."""
    document = CASES["three actions"][0]
    problem = InformedPersuasion.from_document({**document, "disclosure": "menu"})
    lie = {"menu": [[{"action": 1, "likelihood": [1, 1]}]] * 2}
    told = problem.solve().document()
    assert not dual.verify({**told, "primal": lie}).accepted
    assert problem.solve().lower == F(9, 8) < problem.told() == F(5, 4)


# What is seen in an answer


def test_messages_say_who_does_what():
    solution = InformedPersuasion(["2/5", "1/5"], **BUY, types=["hopeful", "doubtful"]).solve()
    never, sold = sorted(solution.messages, key=lambda one: one.payoff)
    assert never.actions == (0, 0)
    assert never.posteriors == ((1, 0), (1, 0))
    assert sold.actions == (1, 1)
    assert sold.likelihood == (F(1, 4), 1)
    assert sold.posteriors == ((F(3, 11), F(8, 11)), (F(1, 2), F(1, 2)))
    assert solution.targets == sold.indifferent == (1,)
    assert sold.probability == F(19, 40)
    assert "doubtful" in solution.summary()


def test_a_population_in_any_order_and_with_twins():
    one = InformedPersuasion(["2/5", "1/5", "1/3"], **BUY, weights=["1/2", "1/4", "1/4"]).solve().lower
    two = InformedPersuasion(["1/3", "2/5", "1/5", "2/5"], **BUY, weights=["1/4"] * 4).solve().lower
    assert one == two


def test_one_state_and_one_type():
    assert InformedPersuasion([[1], [1]], [[0, 1]], [[5, 3]]).solve().upper == 3
    alone = InformedPersuasion(["1/5"], **BUY)
    assert alone.solve().lower == alone.told() == F(2, 5)
    assert InformedPersuasion([0, 1], **BUY).solve().lower == F(1, 2)


@pytest.mark.parametrize("disclosure", ["public", "menu"])
def test_the_types_alone(disclosure):
    buyers = InformedPersuasion(["2/5", "1/5"], **BUY, weights=["1/4", "3/4"], disclosure=disclosure)
    parts = sum((F(weight) * buyers.with_types([t]).solve().lower for t, weight in ((0, "1/4"), (1, "3/4"))), F(0))
    assert parts == buyers.told()


def test_value_curves():
    problem = InformedPersuasion(["2/5", "1/5"], **BUY)
    curve = problem.solve().value_curve("beliefs[0]", ["1/5", "2/5", "1/2"])
    direct = [InformedPersuasion([p, "1/5"], **BUY).solve().lower for p in ("1/5", "2/5", "1/2")]
    assert [one.lower for one in curve.solutions] == direct
    known = InformedPersuasion(["2/5", "1/5"], **BUY, weights=["1/2", "1/2"]).solve()
    assert [str(s.lower) for s in known.value_curve("weights", [["1/2", "1/2"], [1, 0]]).solutions] == ["19/40", "4/5"]


@pytest.mark.parametrize(
    ("beliefs", "structure"),
    [
        ([["1/2", "1/4", "1/4"], ["1/4", "1/4", "1/2"]], "ordered types"),
        ([["1/2", "2/5", "1/10"], ["7/10", "1/10", "1/5"]], ""),
        ([["1/3", "1/3", "1/3"]] * 2, "tastes"),
    ],
)
def test_structure_is_recognised(beliefs, structure):
    middle = 0 if structure else 1
    high = 1 if structure else "1/2"
    assert InformedPersuasion(beliefs, [[0, -1], [0, middle], [0, high]], ALWAYS).structure == structure


# What is refused


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"receiver": [[0]], "sender": [[0]]}, "beliefs: the field is missing; types need beliefs, or a joint law"),
        ({"beliefs": ["3/2"], **BUY}, r"beliefs\[0\]: 3/2 is no probability"),
        ({"beliefs": [["1/2", "1/2"], ["1/3"]], **BUY}, r"beliefs\[1\]"),
        ({"beliefs": ["1/2"], "joint": [["1/2", "1/2"]], "weights": [1], **BUY}, "weights: a joint law holds"),
        ({"beliefs": [1, "1/2"], "joint": [["1/4", "1/4"]] * 2, **BUY}, r"beliefs\[0\]\[0\]: type 0 rules state 0 out"),
        ({"joint": [["1/4", "1/4"], ["1/4", "1/3"]], **BUY}, "joint: the entries sum to 13/12"),
        ({"beliefs": ["1/2"], "receiver": [[0, 1]] * 2, "sender": [[0]] * 2}, "sender: there are 1 actions here, 2 in"),
        (
            {"beliefs": ["1/2"], "receiver": [[[0, 1]] * 2] * 2, "sender": [[0, 1]] * 2},
            "receiver: the list has 2 types",
        ),
        ({"beliefs": ["1/2"], **BUY, "actions": ["buy"]}, "actions: 1 names for 2 actions"),
        ({"beliefs": ["1/2"], **BUY, "disclosure": "private"}, 'disclosure: "private" is unknown; known are public'),
    ],
)
def test_bad_input_is_named(fields, named):
    with pytest.raises(InputError, match=named):
        InformedPersuasion.from_document(fields)


def test_a_target_is_a_threshold_of_two_states():
    with pytest.raises(InputError, match="two states"):
        InformedPersuasion([HALVES], [[0, 1]] * 3, ALWAYS).by_target()
    with pytest.raises(InputError, match="a menu has no profiles"):
        InformedPersuasion(["1/2"], **BUY, disclosure="menu").solve("profiles")
    with pytest.raises(InputError, match="more than 5,000 profiles"):
        InformedPersuasion(["1/2"] * 20, **BUY).solve("profiles")
    with pytest.raises(InputError, match="numbered from 0 to 0"):
        InformedPersuasion(["1/2"], **BUY).with_types([1])


def test_denominators_that_outgrow_a_file_are_rounded_on_both_sides():
    """A common denominator of thousands of primes has more digits than a file holds: bounds by 384 bits then."""
    primes = [p for p in range(5000, 30000) if all(p % q for q in range(2, int(p**0.5) + 1))]
    beliefs = [F(p // 3, p) for p in primes]
    problem = InformedPersuasion(beliefs, **BUY)
    solution = problem.solve()
    assert solution.grade == "bounded"
    assert 0 < solution.upper - solution.lower < F(1, 10**100)
    assert solution.verify().accepted
    # One target is enough where nobody believes; the sum is rounded here, at 200 bits, not by us.
    q = [p / (1 - p) for p in beliefs]
    order = sorted(range(len(primes)), key=lambda t: q[t])
    best = 0.0
    H = L = 0.0
    for t in reversed(order):
        H, L = H + float(beliefs[t]), L + float(1 - beliefs[t])
        best = max(best, H + float(q[t]) * L)
    assert solution.value == pytest.approx(best / len(primes), rel=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_gains_that_are_rounded_enclose_those_that_are_not(seed, monkeypatch):
    """However coarse the rounding, the bounds enclose the value that exact gains prove; and they say what is lost."""
    rng = np.random.default_rng(seed)
    document = random_document(rng, 3, int(rng.integers(2, 5)), 2)
    exact = InformedPersuasion.from_document(document).solve()
    monkeypatch.setattr("dual.kinds.informed.statement.LONG", 1)
    monkeypatch.setattr("dual.kinds.informed.statement.FINE", 10)
    for disclosure, value in (("public", exact.lower), ("menu", None)):
        solution = InformedPersuasion.from_document({**document, "disclosure": disclosure}).solve()
        assert solution.verify().accepted
        assert solution.lower <= (value if value is not None else solution.upper) <= solution.upper
        assert solution.upper - solution.lower <= F(1, 20)
