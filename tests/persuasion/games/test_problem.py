"""Games with an AI: values of theory and of independent formulations, and instances that are refused."""

import copy
import importlib.util
import json
import pickle
import random
from fractions import Fraction as F
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import dual
import suasion
from persuasion import Game, Persuasion, PrivatePersuasion
from persuasion.games import methods

spec = importlib.util.spec_from_file_location("games_families", Path(__file__).with_name("families.py"))
families = importlib.util.module_from_spec(spec)
spec.loader.exec_module(families)
auction, email, independent, one_investor = (
    families.auction,
    families.email,
    families.independent,
    families.one_investor,
)
opera, two_investors = families.opera, families.two_investors
ANY, MEAN, SENT, SUPERIOR, TOGETHER = families.ANY, families.MEAN, families.SENT, families.SUPERIOR, families.TOGETHER
WELFARE, FIRST, SECOND = ({"weights": weights} for weights in ([1, 1], [1, 0], [0, 1]))


def solved(document, method=None):
    solution = suasion.load(document).solve(method)
    saved = json.loads(json.dumps(solution.document()))
    verdict = dual.verify(saved)
    assert verdict.accepted, verdict
    assert (verdict.lower, verdict.upper) == (solution.lower, solution.upper)
    return solution


def value(document):
    solution = solved(document)
    assert solution.grade == "exact", solution.summary()
    assert solution.value == float(solution.lower)
    return solution.lower


def span(make, **options):
    """Least and greatest value of the objective."""
    return value(make(goal="min", **options)), value(make(goal="max", **options))


@pytest.mark.parametrize(
    ("q", "options", "low", "high"),
    [
        ("9/10", {}, 1, F(7, 2)),
        ("9/10", {"objective": SUPERIOR}, F(11, 15), 1),
        ("9/10", {"objective": SENT}, 0, 1),
        (1, {}, 1, 5),
        ("9/10", {"costs": [1]}, 2, F(7, 2)),
        ("9/10", {"costs": [1], "objective": SUPERIOR}, F(4, 5), F(24, 25)),
        ("9/10", {"costs": [1], "objective": SENT}, F(2, 5), 1),
        ("4/5", {"costs": [1]}, 2, 2),
    ],
)
def test_email(q, options, low, high):
    assert span(lambda **goal: email(q, **options, **goal)) == (low, high)


def test_the_certificate_of_the_email_with_a_fee_is_the_one_of_theory():
    claim = {
        "format": "suasion-solution/1",
        "problem": email("9/10", costs=[1], objective=SUPERIOR),
        "upper": "24/25",
        "grade": "unproven",
        "dual": {
            "V": ["12/25", "12/25"],
            "multipliers": [[[0] * 3] * 3],
            "participation": [[0, 0, "1/25"]],
        },
    }
    assert dual.verify(claim).upper == F(24, 25)
    claim["dual"]["participation"] = [[0, 0, "1/26"]]
    assert "play[0][2]" in dual.verify(claim).violation


def test_fees_that_nobody_pays():
    for goal in ("max", "min"):
        solution = solved(email("79/100", costs=[1], goal=goal))
        assert solution.grade == "infeasible"
        assert "fee" in solution.why
    proof = {"V": ["-3/40", "-3/40"], "multipliers": [[[0] * 3] * 3], "participation": [[0, 0, 1]]}
    claim = {
        "format": "suasion-solution/1",
        "problem": email("79/100", costs=[1]),
        "grade": "infeasible",
        "dual": proof,
    }
    assert dual.verify(claim).grade == "infeasible"
    assert dual.verify(claim | {"problem": email("4/5", costs=[1])}).violation
    assert dual.verify(claim | {"dual": proof | {"V": [0, 0]}}).violation


@pytest.mark.parametrize(
    ("options", "objective", "low", "high"),
    [
        ({}, WELFARE, F(2565, 406), F(57, 2)),
        ({}, FIRST, F(45, 14), 14),
        ({}, SECOND, F(90, 29), F(29, 2)),
        ({}, TOGETHER, F(135, 406), 1),
        ({"sees": [0, 0]}, WELFARE, F(180, 19), 19),
        ({"sees": ["-", "-"]}, FIRST, F(90, 19), 10),
        ({"signals": [[1], [1]]}, SECOND, F(90, 19), 10),
        ({"sees": [0, 0]}, TOGETHER, F(180, 361), 1),
        ({"costs": [4, 4]}, WELFARE, F(152, 9), F(57, 2)),
        ({"costs": [5, 5]}, WELFARE, F(190, 9), F(247, 9)),
        ({"costs": [6, 6]}, WELFARE, F(76, 3), F(76, 3)),
    ],
)
def test_opera_or_football(options, objective, low, high):
    assert span(lambda **goal: opera(objective=objective, **options, **goal)) == (low, high)


def test_opera_or_football_above_a_fee_of_six():
    assert solved(opera(costs=["61/10", "61/10"])).grade == "infeasible"


def test_one_investor():
    assert value(one_investor()) == F(31, 40)


@pytest.mark.parametrize(
    ("q", "elicited"),
    [
        ("3/5", F(41, 60)),
        ("13/20", F(337, 520)),
        ("7/10", F(173, 280)),
        ("4/5", F(1623, 2750)),
        ("9/10", F(198041, 352000)),
    ],
)
def test_an_investor_with_a_signal_of_her_own(q, elicited):
    law = [[F(q), 1 - F(q)], [1 - F(q), F(q)]]
    known = (51 - 31 * F(q)) / 40 if F(q) >= F(20, 31) else F(31, 40)
    assert value(one_investor(law=law)) == known
    assert value(one_investor(law=law, types="elicited")) == elicited


@pytest.mark.parametrize(
    ("e", "mean", "at_least_one"),
    [
        ("-3/10", F(5, 8), F(31, 40)),
        ("-1/10", F(29, 40), F(19, 20)),
        (0, F(31, 40), 1),
        ("1/10", F(31, 36), 1),
        ("3/10", 1, 1),
    ],
)
def test_two_investors(e, mean, at_least_one):
    assert value(two_investors(e, MEAN)) == mean
    assert value(two_investors(e, ANY)) == at_least_one


def test_two_investors_with_signals_of_their_own():
    law = independent("7/10")
    assert value(two_investors("1/10", MEAN, law=law)) == F(91, 120)
    assert value(two_investors("1/10", MEAN, law=law, types="elicited")) == F(55, 84)


@pytest.mark.parametrize("types", ["known", "elicited"])
def test_first_price_auction(types):
    assert span(lambda **goal: auction("surplus", types=types, **goal)) == (F(3, 2), F(7, 4))
    assert span(lambda **goal: auction("revenue", types=types, **goal)) == (F(3, 4), 1)


def random_game(rng, players, states=1, most=3, **options):
    shape = [rng.randint(2, most) for _ in range(players)]
    draw = lambda: np.array([rng.randint(-4, 4) for _ in range(states * int(np.prod(shape)))]).reshape(states, *shape)  # noqa: E731
    masses = [rng.randint(1, 5) for _ in range(states)]
    return {
        "kind": "game",
        "prior": [F(mass, sum(masses)) for mass in masses],
        "payoffs": [draw().tolist() for _ in range(players)],
        **options,
    }


def correlated_by_vertices(payoffs, weights):
    """The largest weighted payoff over correlated equilibria of a 2 x 2 game, by all bases of the linear system.

    An independent method: every vertex has at least three tight inequalities among the eight (four probabilities, four
    incentives); all triples are solved by Cramer's rule and the feasible points are compared.
    """
    u, v = payoffs[0][0], payoffs[1][0]
    cells = list(product(range(2), repeat=2))
    rows = [[F(int(c == d)) for d in cells] for c in cells]
    for a in range(2):
        rows.append([F(u[x][y] - u[1 - a][y]) if x == a else F(0) for x, y in cells])
        rows.append([F(v[x][y] - v[x][1 - a]) if y == a else F(0) for x, y in cells])
    best = None
    for tight in product(range(8), repeat=3):
        if not tight[0] < tight[1] < tight[2]:
            continue
        point = solve_square([*(rows[k] for k in tight), [F(1)] * 4], [F(0), F(0), F(0), F(1)])
        if point is None or any(sum(c * x for c, x in zip(row, point, strict=True)) < 0 for row in rows):
            continue
        worth = sum(x * (weights[0] * u[a][b] + weights[1] * v[a][b]) for x, (a, b) in zip(point, cells, strict=True))
        best = worth if best is None else max(best, worth)
    return best


def solve_square(matrix, right):
    """Gaussian elimination on fractions; None if singular."""
    rows = [[*row, side] for row, side in zip(matrix, right, strict=True)]
    for k in range(len(rows)):
        pivot = next((r for r in range(k, len(rows)) if rows[r][k]), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [entry / rows[k][k] for entry in rows[k]]
        for r in range(len(rows)):
            if r != k and rows[r][k]:
                rows[r] = [a - rows[r][k] * b for a, b in zip(rows[r], rows[k], strict=True)]
    return [row[-1] for row in rows]


@pytest.mark.parametrize("seed", [*range(30), *(pytest.param(k, marks=pytest.mark.slow) for k in range(30, 300))])
def test_correlated_equilibria_of_random_games_are_those_of_vertex_enumeration(seed):
    rng = random.Random(seed)
    game = random_game(rng, 2, most=2)
    weights = [F(rng.randint(-3, 3)), F(rng.randint(-3, 3))]
    for goal, sign in (("max", 1), ("min", -1)):
        found = value(game | {"objective": {"weights": weights}, "goal": goal})
        assert found == sign * correlated_by_vertices(game["payoffs"], [sign * w for w in weights])


@pytest.mark.parametrize("seed", range(12))
def test_one_player_known_types_are_told_apart(seed):
    """With one player whose type the AI knows, each type is a persuasion problem of its own."""
    rng = random.Random(seed)
    game = random_game(rng, 1, states=3)
    shares = [[rng.randint(1, 4) for _ in range(2)] for _ in range(3)]
    law = [[F(a, a + b), F(b, a + b)] for a, b in shares]
    own, table = game["payoffs"][0], [[rng.randint(-3, 3) for _ in game["payoffs"][0][0]] for _ in range(3)]
    total = F(0)
    for t in range(2):
        masses = [mass * law[s][t] for s, mass in enumerate(game["prior"])]
        belief = [mass / sum(masses) for mass in masses]
        total += sum(masses) * Persuasion(belief, sender=table, receiver=own).solve().lower
    assert value(game | {"law": law, "objective": {"table": table}}) == total


@pytest.mark.parametrize("seed", range(8))
def test_what_private_persuasion_says_of_games_without_externalities(seed):
    """The same value, and its plan and multipliers are witnesses of the game."""
    rng = random.Random(seed)
    states, shape = 2, (2, 3)
    prior = [F(2, 5), F(3, 5)]
    payoffs = [[[rng.randint(-3, 3) for _ in range(count)] for _ in range(states)] for count in shape]
    sender = [[[rng.randint(-3, 3) for _ in range(3)] for _ in range(2)] for _ in range(states)]
    private = PrivatePersuasion.from_game(prior, sender, payoffs).solve()
    tensors = [
        [[[payoffs[i][s][(a, b)[i]] for b in range(3)] for a in range(2)] for s in range(states)] for i in range(2)
    ]
    game = {"kind": "game", "prior": prior, "payoffs": tensors, "objective": {"table": sender}}
    assert value(game) == private.lower
    found = json.loads(json.dumps(private.document()))
    plan = [[[*cell, F(mass) / prior[s]] for *cell, mass in state] for s, state in enumerate(found["primal"]["plan"])]
    V = [mass * F(price) for mass, price in zip(prior, found["dual"]["V"], strict=True)]
    found |= {"problem": game, "primal": {"plan": plan}, "dual": found["dual"] | {"V": V}}
    assert dual.verify(found).accepted


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("types", ["known", "elicited"])
def test_columns_that_are_generated_prove_what_the_whole_program_proves(seed, types, monkeypatch):
    rng = random.Random(seed)
    law = [[[F(1, 8), F(3, 8)], [F(1, 4), F(1, 4)]], [[F(1, 2), 0], [0, F(1, 2)]]]
    game = random_game(rng, 2, states=2, law=law, types=types, goal=rng.choice(["max", "min"]))
    whole = solved(game, "direct")
    monkeypatch.setattr(methods, "ALL_AT_ONCE", 1)
    generated = solved(game)
    assert (generated.grade, generated.lower, generated.upper) == ("exact", whole.lower, whole.upper)
    assert generated.solver["method"] == ("columns" if types == "known" else "program")


def test_columns_find_that_fees_are_too_high(monkeypatch):
    monkeypatch.setattr(methods, "ALL_AT_ONCE", 1)
    assert solved(opera(costs=[7, 7])).grade == "infeasible"
    assert value(opera(costs=[6, 6])) == F(76, 3)


def test_no_time_is_a_true_answer():
    """What the players do without advice is a plan, and any multipliers bound; with fees there may be no plan."""
    for document in (opera(), opera(goal="min"), auction("surplus", types="elicited"), two_investors(0, MEAN)):
        solution = suasion.load(document).solve(time_limit=0)
        assert solution.grade in ("bounded", "exact")
        assert solution.verify().accepted
        exact = suasion.load(document).solve()
        assert solution.lower <= exact.lower <= solution.upper
    solution = suasion.load(email("79/100", costs=[1])).solve(time_limit=0)
    assert solution.grade == "unproven"
    assert solution.verify().accepted


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"payoffs": [[[[1, 2], [3, 4]]], [[[1, 2]]]]},
            "payoffs[1]: player 1's payoffs have length 1 along the axis of player 0's actions, player 0's payoffs 2",
        ),
        ({"payoffs": [[[1, 2]], [[1, 2]]]}, "payoffs[0]: player 0's payoffs have 2 axes where 3 are needed"),
        (
            {"prior": ["1/2", "1/2"]},
            "payoffs[0]: player 0's payoffs have length 1 along the axis of states, the prior 2",
        ),
        (
            {"payoffs": [[[[1, 2], [3]]], [[[1, 2], [3, 4]]]]},
            "payoffs[0][0][1]: player 0's payoffs have length 1 along the axis of player 1's actions here, elsewhere 2",
        ),
        ({"objective": {"weights": [1]}}, "objective.weights: the list has 1 entries where 2 are needed"),
        ({"objective": {}}, 'objective: exactly one of "weights" and "table" is needed'),
        (
            {"objective": {"table": [[[1, 2, 3], [4, 5, 6]]]}},
            "objective.table: the objective's entries have length 3 along the axis of player 1's actions, player 0's "
            "payoffs 2",
        ),
        (
            {"objective": {"table": [[[1, 2], [3]]]}},
            "objective.table[0][1]: the objective's entries have length 1 along the axis of player 1's actions here",
        ),
        ({"objective": {"table": [1]}}, "objective.table: the objective's entries have 1 axes where 3 are needed"),
        ({"goal": "most"}, 'goal: "most" is unknown'),
        ({"types": "secret"}, 'types: "secret" is unknown'),
        ({"sees": [1]}, "sees[0]: 1 is not an index from 0 to 0"),
        ({"signals": [["1/2", "1/3"]]}, "signals[0]: the entries sum to 5/6, not to 1"),
        ({"sees": [0], "signals": [[1]]}, "signals: the AI sees labels"),
        ({"law": [[1]]}, "law: the table has shape (1, 1)"),
        ({"law": [[["1/2"], ["1/3"]]]}, "law[0]: the entries sum to 5/6, not to 1"),
        ({"costs": [1, -1]}, "costs[1]: -1 is negative"),
        ({"costs": [1, 1], "types": "elicited"}, "costs: there are no fees where types are elicited"),
        ({"players": ["Ann"]}, "players: the list has 1 entries where 2 are needed"),
        ({"actions": [["a", "b"], ["c"]]}, "actions[1]: the list has 1 entries where 2 are needed"),
        ({"actors": []}, 'actors: unknown field; did you mean "actions"?'),
    ],
)
def test_what_is_wrong_is_named(change, message):
    chicken = {"kind": "game", "prior": [1], "payoffs": [[[[6, 2], [7, 0]]], [[[6, 7], [2, 0]]]]}
    with pytest.raises(dual.InputError) as error:
        suasion.load(chicken | change)
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


def test_games_too_large_to_hold_are_refused_before_they_are_made():
    many = [[F(1, 5000)] * 5000]
    with pytest.raises(dual.InputError, match="payoffs: signals, types and actions make 50,000,000 plays"):
        Game([1], [[[0, 1]]], signals=many, law=many)


def test_floats_and_arrays_are_read_as_meant():
    payoffs = np.array([[[[6, 2], [7, 0]]], [[[6, 7], [2, 0]]]])
    assert Game([1.0], payoffs).solve().lower == F(21, 2)
    assert Game([0.3, 0.7], [np.zeros((2, 2)), np.ones((2, 2))][:1]).statement.prior == (F(3, 10), F(7, 10))
    law = np.array([[0.7, 0.3], [0.3, 0.7]])
    assert value(one_investor(law=law.tolist(), types="elicited")) == F(173, 280)


@pytest.mark.parametrize(
    "document",
    [opera(), email("9/10", costs=[1], goal="min"), auction("surplus", types="elicited"), email("79/100", costs=[1])],
)
def test_solutions_are_values(document, tmp_path):
    problem = suasion.load(document)
    solution = problem.solve()
    assert pickle.loads(pickle.dumps(solution)) == solution  # noqa: S301 (our own bytes)
    assert copy.deepcopy(problem) == problem
    assert hash(problem) == hash(suasion.load(document))
    solution.save(tmp_path / "solution.json")
    problem.save(tmp_path / "problem.json")
    assert suasion.load_solution(tmp_path / "solution.json") == solution
    assert suasion.load(tmp_path / "problem.json") == problem
    assert max(len(repr(solution)), len(repr(problem))) < 200
    if solution.grade == "exact":
        arrays = solution.arrays()
        assert arrays["V"].sum() == pytest.approx((-1 if problem.statement.minimises else 1) * solution.value)


def test_large_games_live_in_arrays_beside_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(methods, "ALL_AT_ONCE", 1000)
    rng = np.random.default_rng(0)
    game = Game([1], list(rng.integers(-9, 10, (15, 1, *[2] * 15))))
    solution = game.solve()
    assert solution.grade == "exact"
    solution.save(tmp_path / "solution.json")
    assert dual.verify(tmp_path / "solution.json").accepted
    assert suasion.load_solution(tmp_path / "solution.json") == solution


def test_labels_are_shown():
    game = Game(
        [1],
        [[[[6, 2], [7, 0]]], [[[6, 7], [2, 0]]]],
        players=["Ann", "Bob"],
        actions=[["stop", "go"], ["halt", "drive"]],
    )
    shown = game.solve().summary()
    for word in ("Ann expects", "Bob", "stop", "drive", "21/4"):
        assert word in shown


# Matching the state (Taneva 2019), by a formula of its own


def matching(c, d, matches):
    """A player who matches the state gets c beside one who does, too, else d; how often so many match is maximised."""

    def payoff(i, s, actions):
        right = [a == s for a in actions]
        return 0 if not right[i] else c if right[1 - i] else d

    table = [[[payoff(i, s, (a, b)) for b in (0, 1)] for a in (0, 1)] for i in (0, 1) for s in (0, 1)]
    counted = [[[int((a == s) + (b == s) == matches) for b in (0, 1)] for a in (0, 1)] for s in (0, 1)]
    return Game(["1/2", "1/2"], [table[:2], table[2:]], {"table": counted})


@pytest.mark.parametrize("seed", range(12))
def test_how_often_players_match_the_state(seed):
    """By symmetry only how often 2, 1 or 0 players match counts: x2 c + x1 (d - c)/2 - x0 d >= 0."""
    rng = random.Random(seed)
    c, d = F(rng.randint(1, 9)), F(rng.randint(1, 9))
    one = F(1) if d >= c else 2 * c / (3 * c - d)
    none = max(c / (c + d), (d - c) / (3 * d - c) if d > c else F(0))
    assert matching(c, d, 1).solve().lower == one
    assert matching(c, d, 0).solve().lower == none
    assert matching(c, d, 2).solve().lower == 1
