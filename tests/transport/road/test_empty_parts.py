"""Families that have no solution for some values of their parameter: proven there, too, point for point."""

import copy
import json
import random
from fractions import Fraction as F

import pytest

import dual
import suasion
from persuasion import Concavification, Game, PrivatePersuasion
from suasion.command import main
from tests.families import numbers, require_agreement, require_most_refused, seeds, spread


def listed():
    """Beliefs from 1/4 to 3/4 that state 1 holds; the prior goes from 0 to 1."""
    beliefs = [["1/4", "3/4"], ["1/2", "1/2"], ["3/4", "1/4"]]
    return Concavification(prior=["1/2", "1/2"], beliefs=beliefs, values=[1, 0, 2]).family("prior", 0, 1)


def families_at_random(rng):
    """Lists of beliefs, grids of two receivers and a game with fees, which a part of the segment breaks."""
    beliefs = [spread(rng, 3) for _ in range(4)]
    problem = Concavification(prior=spread_inside(beliefs, rng), beliefs=beliefs, values=numbers(rng, 4))
    yield problem.family("prior", spread(rng, 3), spread(rng, 3))
    yield problem.family("beliefs", beliefs, [spread(rng, 3) for _ in range(4)])
    grids = [[spread(rng, 2) for _ in range(3)] for _ in range(2)]
    private = PrivatePersuasion(prior=["1/3", "2/3"], grids=grids, utility=numbers(rng, 2, 3, 3))
    yield private.family("prior", 0, 1)
    yield private.family("grids[0]", grids[0], [spread(rng, 2) for _ in range(3)])
    game = Game(prior=["1/3", "2/3"], payoffs=numbers(rng, 2, 2, 2, 2), costs=[1, 0])
    yield game.family("costs[0]", 0, 3)
    yield game.family("prior", 0, 1)


def spread_inside(beliefs, rng):
    weights = spread(rng, len(beliefs))
    return [sum(w * q[s] for w, q in zip(weights, beliefs, strict=True)) for s in range(3)]


@seeds(3, 100)
def test_random_families_with_empty_parts_agree_with_solves_at_points(seed):
    rng = random.Random(seed)
    for family in families_at_random(rng):
        require_agreement(family, 3 if seed < 3 else 50, rng)


@seeds(1, 20)
def test_a_changed_number_proves_nothing_false(seed):
    rng = random.Random(seed)
    require_most_refused(families_at_random(rng), rng, few=6, most=6 if seed < 1 else None, share=F(1, 4))


def test_a_prior_beyond_the_listed_beliefs():
    solution = listed().solve()
    assert solution.formula().splitlines() == [
        "infeasible    if 0 <= t < 1/4",
        "5/2 - 2*t     if 1/4 <= t <= 3/4",
        "infeasible    if 3/4 < t <= 1",
    ]
    assert solution.grade == "exact"
    assert solution.breakpoints == (F(1, 4), F(3, 4))
    assert [solution.value(t) for t in (0, "1/4", "1/2", "9/10")] == ["infeasible", 2, F(3, 2), "infeasible"]
    assert solution.lower(0) is None
    assert solution.at(0).grade == "infeasible"
    assert solution.policy(0) is None
    assert "infeasible on [0, 1/4)" in str(solution.verify())
    assert r"\text{infeasible} & \text{if } 0 \le t < \frac{1}{4}" in solution.latex()
    assert [row[-1] for row in solution.table().rows] == ["infeasible", "exact", "infeasible"]


def test_a_family_without_any_solution_is_infeasible_as_a_whole():
    problem = Concavification(prior=["1/2", "1/2"], beliefs=[["1/4", "3/4"], ["3/4", "1/4"]], values=[1, 2])
    solution = problem.family("prior", 0, "1/5").solve()
    assert solution.grade == "infeasible"
    assert str(solution.verify()) == "proven: infeasible"


def test_an_irrational_end_of_what_is_feasible():
    """The prior is a mixture of certainty and a belief t^2 while t^2 <= 1/2."""
    family = suasion.load(
        {
            "kind": "concavification",
            "parameter": {"name": "t", "from": 0, "to": 1},
            "prior": ["1/2", "1/2"],
            "beliefs": [[1, 0], ["t**2", "1 - t**2"]],
            "values": [1, 0],
        }
    )
    solution = family.solve()
    (root,) = solution.breakpoints
    assert float(root) == pytest.approx(0.5**0.5, abs=1e-15)
    assert (solution.value("7/10"), solution.value("71/100")) == (F(1, 51), "infeasible")
    assert solution.verify().accepted


def test_what_is_claimed_of_an_empty_part_is_checked():
    document = json.loads(json.dumps(listed().solve().document()))

    def bent(change):
        found = copy.deepcopy(document)
        change(found["pieces"])
        return str(dual.verify(found))

    def stretched(pieces):
        pieces[0]["to"] = pieces[1]["from"] = "1/3"

    # At 1/4 itself there is a splitting, so the part ends before it.
    assert "at t = 1/4: separating . prior = 0 is not negative" in bent(lambda pieces: pieces[0].pop("open"))
    assert "pieces[0]: at t = " in bent(stretched)
    assert "separating" in bent(lambda pieces: pieces[0].update(grade="exact"))
    assert "separating" in bent(lambda pieces: pieces[1].update(grade="infeasible", primal=None))
    assert "lower = 2" in bent(lambda pieces: pieces[0].update(lower="2"))
    assert 'grade "bounded" is claimed' in bent(lambda pieces: pieces[1].update(grade="bounded"))
    assert "the pieces are unproven" in bent(lambda pieces: pieces[0].update(grade="unproven", dual=None))
    assert "no proof" in bent(lambda pieces: pieces[0].update(dual=None))
    assert "stands beside" in bent(lambda pieces: pieces[0].update(primal=pieces[1]["primal"]))
    assert "never unbounded" in bent(lambda pieces: pieces[0].update(grade="unbounded"))


def test_the_file_the_picture_and_the_command(tmp_path, capsys):
    listed().save(tmp_path / "family.json")
    assert main(["solve", str(tmp_path / "family.json"), "-o", str(tmp_path / "s.json")]) == 0
    assert "infeasible" in capsys.readouterr().out
    assert main(["verify", str(tmp_path / "s.json")]) == 0
    assert "infeasible on (3/4, 1]" in capsys.readouterr().out
    solution = suasion.load_solution(tmp_path / "s.json")
    axes = solution.plot()
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels.count("infeasible") == 1
    assert len(axes.patches) == 2
    marks = next(line for line in axes.lines if line.get_linestyle() == "None")
    assert (list(marks.get_xdata()), list(marks.get_ydata())) == ([0.25, 0.75], [2, 1])
