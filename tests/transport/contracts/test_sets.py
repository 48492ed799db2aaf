"""Sets of actions: every promise and every team by brute force, trees beyond sixteen actions, and what is refused."""

import random
import re
from fractions import Fraction as F
from itertools import combinations, pairwise

import pytest

import dual
import suasion
from dual.checker import proven
from dual.kinds import KINDS
from transport import Contract


def random_sets(seed, most=6):
    rng = random.Random(seed)
    n = rng.randint(1, most)
    costs = [F(rng.choice((0, 1, 2, 3, 5, 8)), 60) for _ in range(n)]
    if seed % 3 == 0:
        return {"costs": costs, "additive": [F(rng.randint(0, 10), 60) for _ in range(n)]}
    if seed % 3 == 1:
        E = rng.randint(1, 6)
        covered = [rng.sample(range(E), rng.randint(0, E)) for _ in range(n)]
        return {"costs": costs, "coverage": covered, "element_weights": [F(rng.randint(0, 9), 60) for _ in range(E)]}
    return {"costs": costs, "table": [0, *(F(rng.randint(0, 30), 30) for _ in range(2**n - 1))]}


def success(sets, chosen):
    if "additive" in sets:
        return sum((F(sets["additive"][i]) for i in chosen), F(0))
    if "table" in sets:
        return F(sets["table"][sum(1 << i for i in chosen)])
    return sum((F(sets["element_weights"][e]) for e in {e for i in chosen for e in sets["coverage"][i]}), F(0))


def subsets(n):
    return [s for k in range(n + 1) for s in combinations(range(n), k)]


def best_promise(sets):
    """The principal's value over all promises at which two sets tie."""
    pairs = [(success(sets, s), sum((sets["costs"][i] for i in s), F(0))) for s in subsets(len(sets["costs"]))]
    alphas = {F(0)} | {(c - d) / (f - g) for f, c in pairs for g, d in pairs if f > g and 0 <= (c - d) / (f - g) <= 1}
    best = F(0)
    for alpha in alphas:
        top = max(alpha * f - c for f, c in pairs)
        best = max(best, *((1 - alpha) * f for f, c in pairs if alpha * f - c == top))
    return best


def best_team(sets):
    best = F(0)
    for s in subsets(len(sets["costs"])):
        f, left = success(sets, s), F(1)
        for i in s:
            adds = f - success(sets, [j for j in s if j != i])
            if adds < 0 or (adds == 0 and sets["costs"][i]):
                break
            left -= sets["costs"][i] / adds if sets["costs"][i] else 0
        else:
            best = max(best, f * left)
    return best


@pytest.mark.parametrize("seed", [pytest.param(s, marks=() if s % 10 == 0 else pytest.mark.slow) for s in range(300)])
def test_random_sets(seed):
    sets = random_sets(seed)
    one = Contract(combinatorial=sets).solve()
    assert one.lower == one.upper == best_promise(sets)
    assert dual.verify(one.document()).accepted
    team = Contract(team=sets).solve()
    assert team.lower == team.upper == max(best_team(sets), success(sets, ()))
    verdict = dual.verify(team.document())
    assert verdict.accepted
    assert verdict.derived


def test_the_breakpoints_of_theory():
    additive = suasion.load("duetting-et-al-2021-additive").solve()
    assert [alpha for alpha, _ in additive.breakpoints] == [0, F(1, 5), F(2, 5), F(1, 2)]
    assert additive.chosen == (0, 1, 2)
    coverage = suasion.load("duetting-et-al-2021-coverage").solve()
    assert [alpha for alpha, _ in coverage.breakpoints] == [0, F(2, 15), F(5, 21)]
    assert coverage.chosen == (0, 2)
    assert suasion.load("duetting-et-al-2023-coverage-team").solve().chosen == (0, 2)


def twenty(seed=4, n=18):
    rng = random.Random(seed)
    covered = [sorted(rng.sample(range(20), 4)) for _ in range(n)]
    weights, costs = [F(rng.randint(1, 9), 200) for _ in range(20)], [F(rng.randint(1, 30), 1000) for _ in range(n)]
    return {"costs": costs, "coverage": covered, "element_weights": weights}


def test_more_than_sixteen_actions_are_proven_by_trees():
    """Two copies of an action are as good as one: eighteen actions, of which ten differ, against these ten."""
    sets = twenty(n=10)
    few = Contract(combinatorial=sets).solve()
    doubled = {name: [*sets[name], *sets[name][:8]] for name in ("costs", "coverage")}
    many = Contract(combinatorial={**doubled, "element_weights": sets["element_weights"]}).solve()
    assert many.lower == many.upper == few.lower
    assert [alpha for alpha, _ in many.breakpoints] == [alpha for alpha, _ in few.breakpoints]
    document = many.document()
    assert dual.verify(document).accepted
    del document["dual"]["pieces"][1]["nodes"]
    assert "too many to look at" in dual.verify(document).violation
    document = many.document()
    for node in document["dual"]["nodes"]:
        node.pop("rows", None)
    assert dual.verify(document).violation is not None


def best_sets(sets, alpha):
    """All sets that are best at alpha."""
    left = {s: alpha * success(sets, s) - sum((sets["costs"][i] for i in s), F(0)) for s in subsets(len(sets["costs"]))}
    return [s for s in left if left[s] == max(left.values())]


def bound_of(sets, witness):
    """What an envelope proves alone."""
    kind = KINDS["contract"]
    return proven(kind, kind.statement({"kind": "contract", "combinatorial": sets}), None, witness)


@pytest.mark.parametrize("seed", range(30))
def test_best_sets_at_some_promises_bound_all_of_them(seed):
    """Whatever promises are looked at, and whichever best set is named: success only grows between them."""
    sets, rng = random_sets(seed), random.Random(seed)
    value, everything = best_promise(sets), tuple(range(len(sets["costs"])))
    for _ in range(8):
        alphas = [F(0), *sorted({F(rng.randint(1, 59), 60) for _ in range(rng.randint(0, 4))})]
        pieces = [{"alpha": alpha, "chosen": rng.choice(best_sets(sets, alpha))} for alpha in alphas]
        last = rng.choice(best_sets(sets, F(1)))
        ends = [*((one["alpha"], success(sets, one["chosen"])) for one in pieces), (F(1), success(sets, last))]
        loosest = max((1 - alpha) * f for (alpha, _), (_, f) in pairwise(ends))
        assert value <= bound_of(sets, {"pieces": pieces, "last": last}).upper <= loosest
        if "table" not in sets:
            assert value <= bound_of(sets, {"pieces": pieces, "last": everything}).upper
        wrong = [s for s in subsets(len(everything)) if s not in best_sets(sets, F(1)) and s != everything]
        if wrong:
            assert bound_of(sets, {"pieces": pieces, "last": wrong[0]}).upper is None


def test_all_actions_may_succeed_less_often_in_a_table():
    """The first action alone always succeeds, both never do."""
    sets = {"costs": [0, 1], "table": [0, 1, 0, 0]}
    pieces = [{"alpha": 0, "chosen": [0]}]
    assert bound_of(sets, {"pieces": pieces}).upper == 1
    assert "leaves the agent" in bound_of(sets, {"pieces": pieces, "last": [0, 1]}).violation


def test_units_and_order():
    sets = random_sets(7)
    value = Contract(combinatorial=sets).solve().lower
    turned = {**sets, "costs": sets["costs"][::-1], "coverage": sets["coverage"][::-1]}
    assert Contract(combinatorial=turned).solve().lower == value
    scaled = {name: [F(x) / 10**9 for x in sets[name]] for name in ("costs", "element_weights")}
    assert Contract(combinatorial={**sets, **scaled}).solve().lower == value / 10**9


def test_nothing_to_gain():
    dear = Contract(combinatorial={"costs": [2], "additive": [1]}).solve()
    assert (dear.lower, dear.upper, dear.chosen) == (0, 0, ())
    free = Contract(combinatorial={"costs": [0], "additive": [1]}).solve()
    assert (free.lower, free.chosen, free.primal.alpha) == (1, (0,), 0)


@pytest.mark.parametrize(
    ("slug", "change", "message"),
    [
        ("duetting-et-al-2021-coverage", lambda d: d["primal"].update(alpha="1/5"), "the set leaves the agent"),
        ("duetting-et-al-2021-coverage", lambda d: d["primal"].update(chosen=[0, 0]), "stands twice"),
        ("duetting-et-al-2021-coverage", lambda d: d["primal"].update(chosen=[9]), "there are 4 actions"),
        ("duetting-et-al-2021-coverage", lambda d: d["dual"]["pieces"].pop(0), "the first piece begins at 2/15"),
        ("duetting-et-al-2021-coverage", lambda d: d["dual"]["pieces"].pop(1), "witness proves 17/20"),
        ("duetting-et-al-2021-coverage", lambda d: d["dual"]["pieces"].pop(), "the set leaves the agent"),
        ("duetting-et-al-2023-coverage-team", lambda d: d["dual"].update(chosen=[0, 1]), r"but \[0, 2\] brings"),
        ("duetting-et-al-2023-coverage-team", lambda d: d["primal"].update(chosen=[7]), "there are 4 agents"),
    ],
)
def test_a_forged_file_is_refused(slug, change, message):
    document = suasion.load(slug).solve().document()
    change(document)
    violation = dual.verify(document).violation
    assert violation is not None
    assert re.search(message, violation)


@pytest.mark.parametrize(
    ("sets", "message"),
    [
        ({"costs": [1]}, 'exactly one of "additive", "coverage" and "table"'),
        ({"costs": [1], "additive": [1, 1]}, "additive: the list has 2 entries where 1 are needed"),
        ({"costs": [1], "table": [0, 1, 1]}, "table: the list has 3 entries where 2 are needed"),
        ({"costs": [1], "coverage": [[0]]}, "element_weights: the field goes with"),
        ({"costs": [1], "coverage": [[1]], "element_weights": [1]}, "coverage: there are 1 elements"),
        ({"costs": [-1], "additive": [1]}, r"costs\[0\]: -1 is negative"),
        ({"costs": [1], "additive": [-1]}, r"additive\[0\]: -1 is negative"),
        ({"costs": [1] * 17, "table": [0]}, "a table is read for at most 16 actions"),
    ],
)
def test_bad_input(sets, message):
    with pytest.raises(dual.InputError, match=message):
        Contract(combinatorial=sets)
