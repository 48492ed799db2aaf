"""The Python contract: load, solve, load_solution, verify."""

import io
import json
from fractions import Fraction as F

import numpy as np
import pytest

import dual
import suasion
from persuasion import Persuasion

SLUG = "kamenica-gentzkow-2011-prosecutor"


def test_every_way_to_load_gives_the_same_problem(tmp_path):
    problem = suasion.load(SLUG)
    path = tmp_path / "instance.json"
    path.write_text(json.dumps(problem.document()))
    assert isinstance(problem, Persuasion)
    assert problem == suasion.load(path) == suasion.load(str(path)) == suasion.load(problem.document())
    with path.open() as text, path.open("rb") as raw:
        assert suasion.load(text) == suasion.load(raw) == problem
    assert problem == suasion.load({**problem.document(), "prior": np.array([0.7, 0.3])})


def test_a_solution_survives_its_file(tmp_path):
    solution = suasion.solve(suasion.load(SLUG))
    path = tmp_path / "solution.json"
    solution.save(path)
    again = suasion.load_solution(path)
    assert again == suasion.load_solution(solution.document())
    assert (again.problem, again.lower, again.upper, again.grade) == (solution.problem, F(3, 5), F(3, 5), "exact")
    assert again.signals == solution.signals
    assert again.document() == solution.document()
    assert dual.verify(path) == suasion.verify(solution) == dual.Verdict(F(3, 5), F(3, 5), "exact")
    assert dual.verify(path, problem=solution.problem).accepted
    assert "3/5 = 0.6" in again.summary()


def test_a_refused_solution_is_not_loaded():
    document = suasion.solve(suasion.load(SLUG)).document()
    with pytest.raises(suasion.FileError, match="refused: upper = 1/2 is not proven"):
        suasion.load_solution({**document, "upper": "1/2"})


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("no-such-thing", "no-such-thing: neither a file nor a catalog entry"),
        (io.StringIO("{"), "input: not JSON"),
        ({"kind": "persuasion"}, "prior: the field is missing"),
    ],
)
def test_what_cannot_be_loaded(source, complaint):
    with pytest.raises(suasion.SuasionError, match=complaint):
        suasion.load(source)


def test_solutions_are_frozen():
    solution = suasion.solve(suasion.load(SLUG))
    with pytest.raises(AttributeError):
        solution.lower = F(1)
    with pytest.raises(TypeError):
        solution.primal["signals"] = ()


def test_extreme_values_keep_the_contract():
    huge = Persuasion([1], [[10**400]], [[0]]).solve()
    assert huge.value == str(10**400)
    assert huge.verify().accepted
    tiny = Persuasion([1], [[F(1, 10**400)]], [[0]]).solve()
    assert tiny.value == 0.0
    assert tiny.verify().accepted
