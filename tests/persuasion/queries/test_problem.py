"""Queries: values of theory, every choice written out, and what must not be confused."""

import json
from fractions import Fraction as F
from functools import cache
from itertools import combinations, combinations_with_replacement, pairwise, product

import numpy as np
import pytest

import dual
from dual.errors import InputError
from persuasion import InformedPersuasion, Simulation
from tests.persuasion.informed import naive

BUY = {"receiver": [[0, -1], [0, 1]], "sender": [[0, 1], [0, 1]]}
TWO = ["2/5", "1/5"]
FIVE = [f"{k}/12" for k in range(1, 6)]
THREE = ["3/10", "9/20", "3/5"]
SEVEN = ["1/20", "1/10", "1/5", "1/4", "3/10", "7/20", "2/5"]
FOUR = ["1/20", "1/5", "3/10", "2/5"]
SIX = ["1/10", "3/10", "9/20", "11/20", "7/10", "9/10"]


def sets(*chosen, types=7):
    return [[int(t in one) for t in range(types)] for one in chosen]


ONE_AND_SIX = {"beliefs": ["1/5"] + ["2/5"] * 6, "weights": ["1/2"] + ["1/12"] * 6}
RING = {**ONE_AND_SIX, "partitions": sets({1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 6}, {6, 1})}
COVERS = {**ONE_AND_SIX, "partitions": sets({1, 2, 3}, {4, 5, 6}, {1, 4}, {2, 5}, {3, 6}, {1, 2, 4, 5})}
PAIR = {"beliefs": ["1/20", "7/20", "9/20"], "weights": ["1/2", "1/4", "1/4"]}
CASES = [
    *(({"beliefs": TWO, "queries": k}, v) for k, v in enumerate(["19/40", "3/5", "3/5"])),
    ({"beliefs": TWO, "queries": 1, "noise": "1/10"}, "227/400"),
    ({"beliefs": TWO, "queries": 1, "noise": "5/13"}, "19/40"),
    ({"beliefs": TWO, "queries": 2, "noise": "1/10"}, "2297/4000"),
    *(
        ({"beliefs": TWO, "queries": k, "noise": "1/5"}, v)
        for k, v in enumerate(["19/40", "107/200", "547/1000", "2831/5000"])
    ),
    *(({"beliefs": FIVE, "queries": k}, v) for k, v in enumerate(["26/75", "253/600", "91/198", "53/110", "1/2"])),
    *(({"beliefs": FIVE, "queries": k, "mode": "adaptive"}, v) for k, v in ((1, "253/600"), (2, "53/110"))),
    ({"beliefs": FIVE, "cost": "1/100", "mode": "adaptive"}, "119/250"),
    ({"beliefs": FIVE, "cost": "1/100"}, "23/50"),
    ({"beliefs": FIVE, "cost": "1/20", "mode": "adaptive"}, "21/55"),
    ({"beliefs": FIVE, "cost": "1/20"}, "223/600"),
    ({"beliefs": FIVE, "queries": 2, "noise": "1/10"}, "93121/220000"),
    *(({"beliefs": THREE, "queries": k}, v) for k, v in enumerate(["24/35", "89/110", "5/6"])),
    *(({"beliefs": THREE, "cost": "1/20", "mode": mode}, "167/220") for mode in ("set", "adaptive")),
    *(({"beliefs": THREE, "cost": "1/10", "mode": mode}, "39/55") for mode in ("set", "adaptive")),
    *(
        ({"beliefs": SEVEN, "weights": [F(k, 34) for k in (4, 4, 3, 7, 7, 2, 7)], "queries": k}, v)
        for k, v in enumerate(
            ["377/1020", "8019/19040", "8939/19380", "173529/361760", "22273/45220", "1187/2380", "171/340"]
        )
    ),
    *(
        ({"beliefs": FOUR, "weights": ["10/21", "4/21", "1/7", "4/21"], "queries": k}, v)
        for k, v in enumerate(["209/840", "1418/4655", "289/840", "38/105"])
    ),
    *(({"beliefs": SIX, "queries": k}, v) for k, v in enumerate(["19/30", "239/330", "25/33", "47/60", "47/60"])),
    *(({**RING, "queries": k}, v) for k, v in enumerate(["19/40", "31/60", "67/120", "3/5"])),
    *(({**COVERS, "queries": k}, v) for k, v in enumerate(["19/40", "67/120", "3/5"])),
    ({**PAIR, "queries": 0, "partitions": sets({1}, {2}, types=3)}, "47/130"),
    ({**PAIR, "queries": 1, "partitions": sets({1}, types=3)}, "2/5"),
    ({**PAIR, "queries": 1, "partitions": sets({2}, types=3)}, "2/5"),
    ({**PAIR, "queries": 2, "partitions": sets({1}, {2}, types=3)}, "9/20"),
]


@pytest.mark.parametrize(("fields", "value"), CASES)
def test_the_values_of_theory(fields, value):
    solution = Simulation.from_document({**fields, **BUY}).solve()
    assert (solution.lower, solution.upper, solution.grade) == (F(value), F(value), "exact")
    assert solution.verify().accepted


def test_greedy_and_multipliers():
    five, four = (
        Simulation(FIVE, **BUY, queries=2),
        Simulation(FOUR, **BUY, queries=1, weights=["10/21", "4/21", "1/7", "4/21"]),
    )
    assert [row[1] for row in five.greedy(2).rows][2] == F(201, 440)
    assert [row[1] for row in four.greedy(2).rows][2] == F(82, 245)
    assert five.curve(2).rows[2][2] == F(751, 19800)
    assert Simulation(THREE, **BUY, queries=1).curve(1).rows[1][2] == F(19, 154)
    assert F(91, 198) - F(253, 600) >= five.solve().multiplier >= F(53, 110) - F(91, 198)


# Everything written out


class Direct:
    """The types of a document, sorted by what convinces them, and what sets of them are worth, by definition."""

    def __init__(self, document):
        self.g, self.c = naive.masses(document)
        gain = [g[1][1] - g[1][0] for g in self.g]
        loss = [g[0][0] - g[0][1] for g in self.g]
        kappa = [F(10**9) if not b and a else F(0) if not a else F(a, b) for a, b in zip(loss, gain, strict=True)]
        self.levels = sorted(set(kappa), reverse=True)
        self.groups = [tuple(t for t, k in enumerate(kappa) if k == level) for level in self.levels]
        self.mass = [sum(sum(row) for row in self.law(document)[t]) for t in range(len(self.g))]
        self.worth = cache(self._worth)

    def law(self, document):
        ones = {**document, "sender": [[1, 0], [1, 0]]}
        _, c = naive.masses(ones)
        return c

    def _worth(self, types):
        return naive.envelope([self.g[t] for t in types], [self.c[t] for t in types]) if types else F(0)

    def interval(self, i, j):
        return self.worth(tuple(t for group in self.groups[i:j] for t in group))

    def cut(self, cuts):
        ends = [0, *cuts, len(self.groups)]
        return sum(self.interval(i, j) for i, j in pairwise(ends))

    def best_set(self, K, price=F(0)):
        n = len(self.groups)
        most = n - 1 if K is None else min(K, n - 1)
        return max(self.cut(c) - price * k for k in range(most + 1) for c in combinations(range(1, n), k))

    def best_tree(self, K, price=F(0)):
        @cache
        def best(i, j, k):
            found = self.interval(i, j)
            mass = sum(self.mass[t] for group in self.groups[i:j] for t in group)
            if k > 0:
                for s in range(i + 1, j):
                    found = max(found, best(i, s, k - 1) + best(s, j, k - 1) - price * mass)
            return found

        n = len(self.groups)
        return best(0, n, n if K is None else K)

    def best_noisy(self, K, e):
        n = len(self.groups)
        places = range(1, n)
        best = self.cut(())
        for cuts in combinations_with_replacement(places, K):
            total = F(0)
            for vector in product((0, 1), repeat=K):
                g, c = [], []
                for k, group in enumerate(self.groups):
                    share = F(1)
                    for cut, yes in zip(cuts, vector, strict=True):
                        share *= 1 - e if (k >= cut) == bool(yes) else e
                    for t in group:
                        g.append(self.g[t])
                        c.append([[share * x for x in row] for row in self.c[t]])
                total += naive.envelope(g, c)
            best = max(best, total)
        return best

    def best_partitions(self, K, partitions, price=F(0)):
        best = None
        for k in range(min(K, len(partitions)) + 1):
            for chosen in combinations(partitions, k):
                cells = {}
                for t in range(len(self.g)):
                    cells.setdefault(tuple(p[t] for p in chosen), []).append(t)
                value = sum(self.worth(tuple(own)) for own in cells.values()) - price * k
                best = value if best is None else max(best, value)
        return best


def random_document(rng, T):
    x = rng.integers(0 if rng.random() < 0.2 else 1, 12, T)
    document = {
        "beliefs": [F(int(k), 12) for k in x],
        "sender": [[0, int(rng.integers(0, 3))], [0, int(rng.integers(1, 4))]],
    }
    if rng.random() < 0.5:
        document["receiver"] = [[[0, -int(b)], [0, int(g)]] for b, g in rng.integers(1, 4, (T, 2))]
    else:
        document["receiver"] = BUY["receiver"]
    w = rng.integers(1, 8, T)
    if rng.random() < 0.7:
        document["weights"] = [F(int(k), int(w.sum())) for k in w]
    if rng.random() < 0.2:
        document["sender"] = [[1, 2], ["1/2", 3]]
    return document


def agree(seed):
    rng = np.random.default_rng(seed)
    T = int(rng.integers(1, 6))
    document = random_document(rng, T)
    direct = Direct(document)
    price = F(int(rng.integers(0, 12)), 100)
    K = int(rng.integers(0, T + 2))
    parts = rng.integers(0, 3, (int(rng.integers(1, 5)), T)).tolist()
    e = F(int(rng.integers(0, 7)), 12)
    asked = [
        ({"queries": K}, direct.best_set(K)),
        ({"queries": K, "cost": price}, direct.best_set(K, price)),
        ({"cost": price}, direct.best_set(None, price)),
        ({"queries": min(K, 3), "mode": "adaptive"}, direct.best_tree(min(K, 3))),
        ({"queries": min(K, 3), "mode": "adaptive", "cost": price}, direct.best_tree(min(K, 3), price)),
        ({"cost": price, "mode": "adaptive"}, direct.best_tree(None, price)),
        ({"queries": min(K, 2), "noise": e}, direct.best_noisy(min(K, 2), e)),
        ({"queries": K, "partitions": parts}, direct.best_partitions(K, parts)),
        ({"queries": K, "partitions": parts, "cost": price}, direct.best_partitions(K, parts, price)),
    ]
    for fields, value in asked:
        solution = Simulation.from_document({**document, **fields}).solve()
        assert (solution.lower, solution.upper) == (value, value), (seed, fields)
        assert solution.verify().accepted, (seed, fields)
    problem = Simulation.from_document({**document, "queries": K})
    assert problem.unqueried().solve().lower == problem.unasked() == direct.best_set(0)
    assert problem.told() == problem.unqueried().told()


@pytest.mark.parametrize("seed", range(50))
def test_random_instances(seed):
    agree(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(50, 500))
def test_more_random_instances(seed):
    agree(seed)


@pytest.mark.parametrize("seed", range(10))
def test_values_are_concave_and_greedy_is_near(seed):
    rng = np.random.default_rng(seed)
    document = random_document(rng, 7)
    problem = Simulation.from_document({**document, "queries": 1})
    values = [row[1] for row in problem.curve(6).rows]
    gains = [b - a for a, b in pairwise(values)]
    assert gains == sorted(gains, reverse=True)
    assert values[-1] == problem.told()  # seven types at most
    assert values == [problem.replace(queries=k).solve().lower for k in range(7)]
    for row in problem.greedy(6).rows:
        best = values[row[0]]
        assert best >= row[1]
        assert float(row[1] - values[0]) >= (1 - 1 / 2.718281828) * float(best - values[0])


@pytest.mark.parametrize("seed", range(10))
def test_intervals_are_inverse_monge_with_two_states(seed):
    rng = np.random.default_rng(100 + seed)
    direct = Direct(random_document(rng, 6))
    n = len(direct.groups)
    for i, j, k, m in combinations(range(n + 1), 4):
        assert direct.interval(i, m) + direct.interval(j, k) <= direct.interval(i, k) + direct.interval(j, m)


def test_three_states_are_not_monge():
    """Ordered tastes; the long and the inner interval together are worth more than the crossing ones."""
    z, r = (0, F(3, 8), 1), (F(7, 8), F(1, 2), F(1, 4))
    problem = InformedPersuasion(
        [["2/9", "5/9", "2/9"]] * 3,
        [[[0, s - t] for s in z] for t in r],
        [[0, 1]] * 3,
        weights=["3/7", "1/7", "3/7"],
    )
    weights = (F(3, 7), F(1, 7), F(3, 7))

    def interval(i, j):
        return sum(weights[i:j]) * problem.with_types(range(i, j)).solve().lower

    assert (interval(0, 3), interval(1, 2)) == (F(37, 63), F(31, 252))
    assert (interval(0, 2), interval(1, 3)) == (F(10, 63), F(67, 126))
    assert interval(0, 3) + interval(1, 2) > interval(0, 2) + interval(1, 3)


# What must not be confused


@pytest.mark.parametrize("fields", [{"queries": 1}, {"queries": 3}, {"queries": 1, "mode": "adaptive"}])
def test_a_type_whom_no_message_convinces_is_no_cell_to_cut_at(fields):
    """Nobody believes and one type is lost: the best cell ends with the order, and no cut stands at its end."""
    document = {**BUY, "beliefs": [0, "1/3"], "weights": ["3/5", "2/5"]}
    solution = Simulation.from_document({**document, **fields}).solve()
    assert solution.lower == solution.upper == Direct(document).best_set(1) == F(4, 15)


@pytest.mark.parametrize("seed", range(4))
def test_masses_that_are_rounded_enclose_those_that_are_not(seed, monkeypatch):
    rng = np.random.default_rng(seed)
    document = {**random_document(rng, 5), "queries": 2}
    exact = Simulation.from_document(document).solve()
    monkeypatch.setattr("dual.kinds.informed.statement.LONG", 1)
    monkeypatch.setattr("dual.kinds.informed.statement.FINE", 10)
    for fields in ({}, {"cost": "1/50"}, {"cost": "1/50", "mode": "adaptive"}, {"noise": "1/10"}):
        solution = Simulation.from_document({**document, **fields}).solve()
        assert solution.verify().accepted
        assert 0 <= solution.upper - solution.lower <= F(1, 20)
    free = Simulation.from_document(document).solve()
    assert free.lower <= exact.lower <= free.upper


def test_adaptive_queries_are_a_balanced_tree():
    solution = Simulation(FIVE, **BUY, queries=2, mode="adaptive").solve()
    assert len(solution.cuts) == 3
    assert solution.tree[0] == solution.cuts[1]
    assert (
        Simulation(FIVE, **BUY, queries=3, mode="adaptive").solve().lower == Simulation(FIVE, **BUY, queries=4).told()
    )


def test_types_are_sorted_by_what_convinces_them_and_not_by_belief():
    """The hopeful type has much to lose, so she is the more reluctant."""
    receiver = [[[0, -9], [0, 1]], [[0, -1], [0, 1]]]
    problem = Simulation(["2/5", "1/5"], receiver=receiver, sender=BUY["sender"], queries=1)
    assert problem.ordered_types == ((0,), (1,))
    assert problem.solve().cells == ((0,), (1,))


def test_a_type_at_even_odds_believes():
    problem = Simulation(["1/2", "1/4"], **BUY, queries=0)
    assert problem.statement.order.pessimists == 1
    assert problem.solve().lower == Direct(problem.document()).best_set(0)


@pytest.mark.parametrize("noise", ["1/2", 0, 1])
def test_noise_that_says_nothing_or_everything(noise):
    value = Simulation(TWO, **BUY, queries=1, noise=noise).solve().lower
    assert value == (F(19, 40) if noise == "1/2" else F(3, 5))


def test_edges():
    assert Simulation(["1/5"], **BUY, queries=7).solve().lower == F(2, 5)
    assert Simulation(TWO, **BUY, queries=10**6).solve().lower == F(3, 5)
    assert Simulation(FIVE, **BUY, cost=0).solve().lower == F(1, 2)
    assert Simulation(FIVE, **BUY, cost=0, mode="adaptive").solve().lower == F(1, 2)
    assert Simulation(TWO, **BUY, queries=1, partitions=[[0, 0]]).solve().lower == F(19, 40)
    assert Simulation([0, 1], **BUY, queries=1).solve().lower == F(1, 2)
    assert Simulation(["2/5", "1/5", "2/5"], **BUY, queries=1).ordered_types == ((1,), (0, 2))
    assert Simulation(TWO[::-1], **BUY, queries=1).solve().lower == F(3, 5)
    assert Simulation(joint=[["1/4", "1/4"], ["1/2", 0]], **BUY, queries=1).solve().lower == F(1, 2)


def test_weights_of_cells_are_not_renormalised():
    solution = Simulation(TWO, **BUY, queries=1).solve()
    assert solution.lower == F(1, 2) * F(4, 5) + F(1, 2) * F(2, 5)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"beliefs": TWO}, "queries: the field is missing; without a limit queries need a cost"),
        ({"beliefs": TWO, "queries": -1}, "queries: -1 is no number of queries"),
        ({"beliefs": TWO, "queries": 1, "noise": 2}, "noise: 2 is no probability"),
        ({"beliefs": TWO, "cost": 1, "noise": "1/5"}, "queries: the field is missing; noisy queries need a limit"),
        ({"beliefs": TWO, "queries": 1, "noise": "1/5", "mode": "adaptive"}, "noise: adaptive queries with noise"),
        ({"beliefs": TWO, "queries": 1, "partitions": [[0]]}, r"partitions\[0\]: the list has 1 entries where 2"),
        ({"beliefs": TWO, "queries": 1, "cost": -1}, "cost: -1 is negative"),
        ({"beliefs": TWO, "queries": 1, "receiver": [[0, 1, 2]] * 2, "sender": [[0, 1, 2]] * 2}, "and two actions"),
        ({"beliefs": TWO, "queries": 1, "receiver": [[0, 1], [0, 1]]}, "receiver: action 1 has to be no worse"),
        ({"beliefs": TWO, "queries": 1, "sender": [[0, -1], [0, 1]]}, "sender: the sender has to gain"),
    ],
)
def test_bad_input_is_named(fields, named):
    with pytest.raises(InputError, match=named):
        Simulation.from_document({**BUY, **fields})


def test_no_curve_of_noise():
    with pytest.raises(InputError, match="without noise"):
        Simulation(TWO, **BUY, queries=1, noise="1/5").curve(2)
    with pytest.raises(InputError, match="without noise"):
        Simulation(TWO, **BUY, queries=1, noise="1/5").greedy(2)


# Proofs


def changed(document, side, **fields):
    return {**document, side: {**document[side], **fields}}


def test_wrong_claims_are_refused():
    document = Simulation(FIVE, **BUY, queries=2).solve().document()
    y = [F(x) for x in document["dual"]["potentials"]]
    multiplier = F(document["dual"]["multiplier"])
    assert not dual.verify(changed(document, "dual", multiplier=str(multiplier - F(1, 100)))).accepted
    for k in range(len(y)):
        lower = [str(x - F(1, 1000) * (j == k)) for j, x in enumerate(y)]
        verdict = dual.verify(changed(document, "dual", potentials=lower))
        assert not verdict.accepted or verdict.upper >= F(91, 198)
    assert "needed" in dual.verify(changed(document, "dual", potentials=["0"])).violation
    assert not dual.verify(changed(document, "primal", cuts=[1, 2, 3])).accepted
    assert "increasing" in dual.verify(changed(document, "primal", cuts=[2, 1])).violation
    assert not dual.verify(changed(document, "primal", cells=document["primal"]["cells"][:2])).accepted
    assert "no bound" in dual.verify({**document, "dual": {"kind": "enumeration"}}).violation
    assert "no bound" in dual.verify({**document, "dual": {"kind": "recomputed"}}).violation


def test_trees_with_empty_questions_are_refused():
    document = Simulation(FIVE, **BUY, cost="1/100", mode="adaptive").solve().document()
    assert document["primal"]["tree"]
    wrong = changed(document, "primal", tree=[2, [2, None, None], None])
    assert "tells nothing" in dual.verify(wrong).violation
    capped = Simulation(FIVE, **BUY, cost="1/100", mode="adaptive", queries=1).solve().document()
    two = changed(capped, "primal", tree=document["primal"]["tree"], cells=document["primal"]["cells"])
    assert "are allowed" in dual.verify(two).violation


def test_many_types_are_proven_up_to_rounding():
    rng = np.random.default_rng(1)
    beliefs = [F(int(k), 10**7) for k in rng.choice(5 * 10**6, 3000, replace=False)]
    solution = Simulation(beliefs, **BUY, queries=20).solve()
    assert solution.verify().accepted
    assert solution.upper - solution.lower <= F(1, 10**12) * solution.upper
    assert len(solution.cuts) == 20


def test_many_types_and_paid_queries_are_bounded():
    rng = np.random.default_rng(1)
    beliefs = [F(int(k), 10**4) for k in rng.choice(5000, 400, replace=False)]
    problem = Simulation(beliefs, **BUY, cost="1/500", mode="adaptive")
    solution = problem.solve()
    assert solution.verify().accepted
    assert solution.solver["method"] == "coarse-tree"
    assert problem.unasked() < solution.lower <= solution.upper <= problem.told() + F(1, 10**9)


def test_too_many_partitions_are_bounded():
    rng = np.random.default_rng(2)
    problem = Simulation(
        [F(k, 30) for k in range(1, 13)], **BUY, queries=8, partitions=rng.integers(0, 2, (40, 12)).tolist()
    )
    solution = problem.solve(time_limit=4)
    assert solution.verify().accepted
    assert problem.unasked() < solution.lower <= solution.upper <= problem.told()


def test_pictures():
    problem = Simulation(FIVE, **BUY, queries=2)
    assert problem.solve().plot() is not None
    assert problem.plot_curve(4) is not None
    assert problem.plot_targets() is not None


# Three states and more: types in order


def ordered_document(rng, T, S):
    """Types whose acceptance sets are nested: each wants a multiple of what the one before wants, and more."""
    d = rng.integers(-6, 3, S).tolist()
    rows = []
    for _ in range(T):
        rows.append(d)
        k = int(rng.integers(0, 4))
        d = [F(k, 2) * x + int(y) for x, y in zip(d, rng.integers(0, 3, S), strict=True)]
    masses = rng.integers(1, 6, (T, S))
    order = rng.permutation(T)
    belief = [F(1, S)] * S  # what a type goes by is d itself
    return {
        "beliefs": [belief] * T,
        "joint": [[F(int(x), int(masses.sum())) for x in masses[t]] for t in order],
        "receiver": [[[0, x] for x in rows[t]] for t in order],
        "sender": [[[1, 1 + int(rng.integers(0, 4))] for _ in range(S)] for _ in range(T)],
    }


def in_order(document):
    """The problem without queries, its types in order: those whom the same messages convince together, by probing."""
    return Simulation.from_document({**document, "queries": 0}).ordered_types


def by_every_cut(document):
    """V of every cell by all profiles of its types; cuts looked at one set after another."""
    problem = InformedPersuasion.from_document(document)
    law = problem.statement.law
    groups = in_order(document)

    @cache
    def interval(i, j):
        chosen = [t for group in groups[i:j] for t in group]
        mass = sum((x for t in chosen for x in law[t]), F(0))
        return mass * naive.by_profiles(problem.with_types(chosen).document())

    def worth(cuts):
        ends = [0, *cuts, len(groups)]
        return sum(interval(i, j) for i, j in pairwise(ends))

    def best_set(most, price=0):
        return max(
            worth(cuts) - price * k
            for k in range(min(most, len(groups) - 1) + 1)
            for cuts in combinations(range(1, len(groups)), k)
        )

    def mass(i, j):
        return sum((x for group in groups[i:j] for t in group for x in law[t]), F(0))

    def best_tree(i, j, depth, price):
        ways = [interval(i, j)]
        if depth:
            ways += [
                best_tree(i, s, depth - 1, price) + best_tree(s, j, depth - 1, price) - price * mass(i, j)
                for s in range(i + 1, j)
            ]
        return max(ways)

    return best_set, lambda depth, price=0: best_tree(0, len(groups), depth, price)


@pytest.mark.parametrize("seed", [*range(8), *(pytest.param(k, marks=pytest.mark.slow) for k in range(8, 80))])
def test_layers_of_three_states_and_more(seed):
    rng = np.random.default_rng(seed)
    document = ordered_document(rng, int(rng.integers(1, 5)), int(rng.integers(3, 5)))
    best_set, best_tree = by_every_cut(document)
    price = F(int(rng.integers(1, 12)), 100)
    asked = [
        ({"queries": 0}, best_set(0)),
        ({"queries": 1}, best_set(1)),
        ({"queries": 2}, best_set(2)),
        ({"queries": 9}, best_set(9)),
        ({"queries": 2, "cost": price}, best_set(2, price)),
        ({"cost": price}, best_set(9, price)),
        ({"queries": 1, "mode": "adaptive"}, best_set(1)),
        ({"queries": 2, "mode": "adaptive"}, best_tree(2)),
        ({"queries": 2, "mode": "adaptive", "cost": price}, best_tree(2, price)),
        ({"cost": price, "mode": "adaptive"}, best_tree(4, price)),
    ]
    for fields, value in asked:
        solution = Simulation.from_document({**document, **fields}).solve()
        assert (solution.lower, solution.upper) == (value, value), (seed, fields)
        assert solution.verify().accepted, (seed, fields)
    problem = Simulation.from_document({**document, "queries": 2})
    assert problem.unasked() == best_set(0)
    assert problem.told() == best_set(9)
    assert [row[1] for row in problem.curve(3).rows] == [best_set(k) for k in range(4)]


TASTES = {
    "beliefs": [["2/9", "5/9", "2/9"]] * 3,
    "receiver": [[[0, z - r] for z in (F(0), F(3, 8), F(1))] for r in (F(7, 8), F(1, 2), F(1, 4))],
    "sender": [[0, 1]] * 3,
    "weights": ["3/7", "1/7", "3/7"],
}


def test_one_query_where_a_multiplier_would_leave_a_gap():
    """The instance that is not Monge: 10/63 + 67/126 are its crossing cells; one cut makes the best of the others."""
    solution = Simulation.from_document({**TASTES, "queries": 1}).solve()
    one = InformedPersuasion.from_document(TASTES)

    def interval(i, j):
        return sum((F(w) for w in TASTES["weights"][i:j]), F(0)) * one.with_types(range(i, j)).solve().lower

    assert solution.lower == solution.upper == max(interval(0, k) + interval(k, 3) for k in (1, 2))
    assert solution.verify().accepted


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"receiver": [[[0, 1], [0, -1], [0, 0]], [[0, -1], [0, 1], [0, 0]], [[0, 0]] * 3]},
            "types . and . have no order",
        ),
        ({"sender": [[1, 0]] * 3}, "sender: the sender has to gain from action 1 in every state"),
        ({"noise": "1/10"}, "noise: this is solved for two states only, there are 3"),
        ({"partitions": [[0, 1, 1]]}, "partitions: this is solved for two states only"),
        ({"receiver": [[0, 1, 2]] * 3, "sender": [[0, 1, 2]] * 3}, "two actions"),
    ],
)
def test_what_layers_do_not_solve_is_said(change, message):
    with pytest.raises(InputError, match=message):
        Simulation.from_document({**TASTES, "queries": 1, **change})


@pytest.mark.parametrize("fields", [{"queries": 1}, {"cost": "1/100", "mode": "adaptive"}])
def test_without_time_nothing_is_asked_and_everybody_is_paid_for(fields):
    solution = Simulation.from_document({**TASTES, **fields}).solve(time_limit=1e-9)
    assert solution.verify().accepted
    assert (solution.grade, solution.upper) == ("bounded", 1)


@pytest.mark.parametrize("queries", [-1, "3/2", 10**7])
def test_a_number_of_queries_is_a_count(queries):
    with pytest.raises(InputError, match=r"queries: .* is no number of queries from 0 to 1,000,000"):
        Simulation(TWO, **BUY, queries=queries)


def test_prices_that_are_too_low_for_a_cell_are_refused():
    document = Simulation.from_document({**TASTES, "queries": 1}).solve().document()
    for place in range(len(document["dual"]["intervals"])):
        lie = json.loads(json.dumps(document))
        prices = lie["dual"]["intervals"][place]["prices"]
        k = max(range(3), key=lambda s: F(prices[s]))
        prices[k] = str(F(prices[k]) - F(1, 1000))
        assert "its price is" in str(dual.verify(lie).violation)
    lie = json.loads(json.dumps(document))
    del lie["dual"]["intervals"][0]
    assert "has no prices" in str(dual.verify(lie).violation)
