"""Linear programs along a parameter: where they have an optimum, where nothing is feasible, where there is no bound."""

import copy
import json
import random
from fractions import Fraction as F

import pytest

import dual
import suasion
from tests.families import numbers, require_agreement, require_refusals, seeds
from transport import LinearProgram


def moving(rng, value):
    """A number, or an expression that is it at 0."""
    return str(value) if rng.random() < 0.6 else f"{value} + ({rng.randint(-4, 4)})*t"


def program_at_random(rng):
    """Objective, sides, entries and bounds, any of which may move; equations, free columns, minimisation."""
    n, m = rng.randint(1, 4), rng.randint(1, 4)
    rows = []
    for _ in range(m):
        entries = [[j, moving(rng, rng.randint(-3, 5))] for j in range(n) if rng.random() < 0.8]
        side = moving(rng, rng.randint(-2, 8))
        sides = [("upper",), ("upper",), ("upper",), ("lower",), ("lower", "upper")]
        rows.append({"entries": entries, **dict.fromkeys(rng.choice(sides), side)})
    document = {
        "kind": "linear-program",
        "parameter": {"name": "t", "from": -1, "to": 2},
        "objective": [moving(rng, entry) for entry in numbers(rng, n)],
        "rows": rows,
        "goal": rng.choice(["max", "min"]),
    }
    if rng.random() < 0.5:
        document["upper"] = [rng.choice([None, "7", "8 + t"]) for _ in range(n)]
        document["lower"] = [rng.choice([None, "0", "-1", "t - 2"]) for _ in range(n)]
    return suasion.load(document)


@seeds(12, 200)
def test_random_programs_agree_with_solves_at_points(seed):
    rng = random.Random(seed)
    require_agreement(program_at_random(rng), 3 if seed < 12 else 50, rng)


@seeds(6, 60)
def test_a_changed_number_of_a_program_proves_nothing_false(seed):
    rng = random.Random(seed)
    require_refusals(program_at_random(rng).solve(), rng, most=12 if seed < 6 else None)


def diet():
    return LinearProgram(
        [3, 2], [{"entries": [[0, 2], [1, 1]], "upper": 4}, {"entries": [[0, 1]], "upper": "3/2"}], columns=["a", "b"]
    )


def test_an_objective_a_side_and_an_entry():
    """By hand: a is worth taking up to 3/2 once it is worth more than twice b; without room nothing is feasible."""
    worth = diet().family("objective[0]", -1, 6).solve()
    assert worth.formula().splitlines() == ["8            if -1 <= t <= 4", "2 + 3/2*t    if 4 <= t <= 6"]
    room = diet().family("rows[0].upper", -1, 6).solve()
    assert room.formula().splitlines() == ["infeasible    if -1 <= t < 0", "2*t           if 0 <= t <= 6"]
    need = diet().family("rows[0].entries[1][1]", -1, 1).solve()
    assert need.formula().splitlines() == ["unbounded    if -1 <= t <= 0", "(8)/(t)      if 0 < t <= 1"]
    assert [need.value(t) for t in (-1, 0, "1/2")] == ["unbounded", "unbounded", 16]
    assert need.at("-1/2").ray == {"b": F(1, 2)}
    assert need.grade == "exact"
    assert r"\text{unbounded} & \text{if } -1 \le t \le 0" in need.latex()
    axes = need.plot()
    assert [text.get_text() for text in axes.get_legend().get_texts()].count("unbounded") == 1
    assert max(y for y in axes.lines[0].get_ydata() if y == y) > 100  # 8/t is a curve


def test_all_of_it_unbounded_or_infeasible_is_the_grade():
    assert LinearProgram([1]).family("objective[0]", 1, 2).solve().grade == "unbounded"
    narrow = LinearProgram([1], [{"entries": [[0, 1]], "upper": 1}]).family("rows[0].upper", -2, -1)
    assert narrow.solve().grade == "infeasible"
    both = LinearProgram([1], [{"entries": [[0, 1]], "lower": 1}], upper=[None]).family("objective[0]", -1, 1).solve()
    assert both.formula().splitlines() == ["t            if -1 <= t <= 0", "unbounded    if 0 < t <= 1"]


def test_a_ray_is_checked_for_all_of_its_piece():
    document = json.loads(json.dumps(diet().family("rows[0].entries[1][1]", -1, 1).solve().document()))

    def bent(change):
        found = copy.deepcopy(document)
        change(found["pieces"][0])
        return str(dual.verify(found))

    assert "leaves" in bent(lambda piece: piece["primal"].update(ray=[[0, 1]]))
    assert "not positive" in bent(lambda piece: piece["primal"].update(ray=[[1, 0]]))
    assert "ray is needed" in bent(lambda piece: piece["primal"].pop("ray"))
    assert "claimed" in bent(lambda piece: piece.update(upper="9")) or "proven" in bent(lambda p: p.update(upper="9"))


def test_programs_with_integers_have_no_families():
    with pytest.raises(suasion.InputError, match="no families are known"):
        diet().replace(integers=[0]).family("objective[0]", 0, 1)
