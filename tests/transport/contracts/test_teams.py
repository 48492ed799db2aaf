"""Teams beyond what sets can be looked at: the tree's bound in every part, random teams, and what is refused."""

import copy
import random
import re
from fractions import Fraction as F
from itertools import combinations, product

import pytest

import dual
from dual.kinds.contracts import teams
from dual.kinds.contracts.sets import SetFunction
from transport import Contract
from transport.contracts.teams import solve_team
from transport.programs.effort import Effort


def random_team(seed, n):
    rng = random.Random(seed)
    costs = [F(rng.choice((0, 1, 1, 2, 3, 5)), 60 * n) for _ in range(n)]
    if seed % 2:
        return {"costs": costs, "additive": [F(rng.randint(0, 6), 6 * n) for _ in range(n)]}
    E = n + 2
    covered = [rng.sample(range(E), rng.randint(0, 4)) for _ in range(n)]
    return {"costs": costs, "coverage": covered, "element_weights": [F(rng.randint(0, 9), 9 * E) for _ in range(E)]}


def success(team, chosen):
    if "additive" in team:
        return sum((team["additive"][i] for i in chosen), F(0))
    return sum((team["element_weights"][e] for e in {e for i in chosen for e in team["coverage"][i]}), F(0))


def brings(team, chosen):
    """What a team brings; None if nothing makes one of its members work."""
    f, left = success(team, chosen), F(1)
    for i in chosen:
        adds = f - success(team, [j for j in chosen if j != i])
        if team["costs"][i]:
            if not adds:
                return None
            left -= team["costs"][i] / adds
    return f * left


def every_team(n):
    return [s for k in range(n + 1) for s in combinations(range(n), k)]


@pytest.mark.parametrize("seed", range(12))
def test_every_part_of_the_tree_is_bounded(seed):
    n = 4
    team = random_team(seed, n)
    sets = SetFunction.within(team, "team")
    values = {s: brings(team, s) for s in every_team(n)}
    for box in product([(0, 0), (1, 1), (0, 1)], repeat=n):
        held = [s for s in values if all(a <= (i in s) <= b for i, (a, b) in enumerate(box))]
        inside = [value for s in held if (value := values[s]) is not None]
        bound = teams.Teams(sets).bound(dict(enumerate(box)), {}, "leaf")
        if bound is None:
            assert not inside
        else:
            assert all(value <= bound for value in inside)
            if inside and all(a == b for a, b in box):
                assert bound == max(inside[0], 0)


@pytest.mark.parametrize("seed", [pytest.param(s, marks=() if s % 10 < 2 else pytest.mark.slow) for s in range(100)])
def test_random_teams_against_all_of_them(seed):
    """The tree is grown for teams whose sets can be looked at, too."""
    n = 3 + seed % 7
    team = random_team(seed, n)
    sets = SetFunction.within(team, "team")
    found = solve_team(sets, Effort())
    best = max(value for s in every_team(n) if (value := brings(team, s)) is not None)
    assert teams.assembled(sets, found.primal) == teams.parted(sets, found.dual) == best
    assert Contract(team=team).solve().lower == best


def test_twenty_agents_of_whom_ten_differ():
    """A second agent who covers the same adds nothing beside the first: only one of two works."""
    few = random_team(6, 10)
    many = {name: few[name] * 2 for name in ("costs", "coverage")} | {"element_weights": few["element_weights"]}
    solution = Contract(team=many).solve()
    assert solution.grade == "exact"
    assert solution.lower == Contract(team=few).solve().lower
    assert dual.verify(solution.document()).accepted
    assert len(solution.tables()[0].rows) == len(solution.chosen)


def test_order_and_units_of_many_agents():
    team = random_team(3, 30)
    order = random.Random(1).sample(range(30), 30)
    plain = Contract(team=team).solve()
    mixed = Contract(team={name: [team[name][i] for i in order] for name in team}).solve()
    small = Contract(team={name: [x / 10**12 for x in team[name]] for name in team}).solve()
    assert plain.grade == mixed.grade == small.grade == "exact"
    assert plain.lower == mixed.lower
    # Shares stay as they are; success and what is left fall together.
    assert small.lower == plain.lower / 10**12


def test_no_time_for_many_agents():
    solution = Contract(team=random_team(8, 40)).solve(time_limit=0)
    assert solution.lower <= solution.upper
    assert dual.verify(solution.document()).accepted


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["dual"].update(nodes=[{}]), "is not proven"),
        (lambda d: d["dual"].update(nodes=[{"rows": []}]), "a leaf of a tree of teams is empty"),
        (lambda d: d["dual"].update(nodes=[{"bounds": [[0, 1, 1]]}]), "nothing follows"),
        (lambda d: d["dual"].update(nodes=[{"split": [0, 0], "children": [1, 1]}, {}]), "has a parent already"),
        (lambda d: d["primal"].update(chosen=[]), "is not proven"),
        (lambda d: d["primal"].update(chosen=[0, 10]), "cannot be made to work"),
        (lambda d: d["primal"].update(chosen=[99]), "there are 20 agents"),
    ],
)
def test_a_forged_file_is_refused(change, message):
    few = random_team(6, 10)
    many = {name: few[name] * 2 for name in ("costs", "coverage")} | {"element_weights": few["element_weights"]}
    many["coverage"][0] = many["coverage"][10] = [0, 1]
    many["costs"][0] = many["costs"][10] = F(1, 1000)
    document = copy.deepcopy(Contract(team=many).solve().document())
    change(document)
    violation = dual.verify(document).violation
    assert violation is not None
    assert re.search(message, violation)


def test_nobody_succeeds_more_often_than_all_together():
    """Two agents do the same: the second adds nothing, so the first alone, who takes a quarter, bounds all teams."""
    sets = SetFunction.within({"costs": ["1/4", "1/4"], "coverage": [[0], [0]], "element_weights": [1]}, "team")
    assert teams.Teams(sets).bound({}, {}, "leaf") == F(3, 4)
