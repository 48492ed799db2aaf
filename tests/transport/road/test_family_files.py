"""Files of families with junk in them: a verdict or a refusal in one line, whatever stands where."""

import copy
import json
import random

import pytest

import dual
import suasion
from persuasion import InformedPersuasion, Persuasion
from tests.families import seeds
from tests.tampering import entries, with_junk
from transport import AssignmentMarket, LinearProgram, Transport

JUNK = ("t", "1/t", "-t", "t**2 - 1/2", "(1 - t)/(3 - t)", "1/(t - 1/3)", "t/0", "t**500", 0.5, "infeasible")


def families():
    yield Persuasion(["7/10", "3/10"], sender=[[0, 1], [0, 1]], receiver=[[1, 0], [0, 1]]).family("prior", 0, 1)
    roads = Transport(source=[2, 1, 3], target=[1, 5], gain=[[1, 2], [3, 4], [0, 1]])
    yield roads.family("source", [2, 1, 3], [1, 2, 3])
    yield AssignmentMarket([[5, 3], [4, 1]], costs=[1, 0]).family("costs[0]", 0, 9)
    yield suasion.load("bergemann-bonatti-smolin-2018-two-types-every-share")
    menu = {"sender": [[0, 1], [0, 1]], "receiver": [[1, 0], [0, 1]], "disclosure": "menu"}
    yield InformedPersuasion(beliefs=["3/10", "1/2"], **menu).family("receiver[1][1]", "1/4", 4)
    rows = [{"entries": [[0, 2], [1, 1]], "upper": 4}, {"entries": [[0, 1]], "upper": "3/2"}]
    yield LinearProgram([3, 2], rows).family("rows[0].entries[1][1]", -1, 1)


def broken(document, rng, count):
    yield from (found for found, _ in with_junk(document, rng.random(), count))
    paths = [path for path, _ in entries(document)]
    for path in rng.sample(paths, min(count, len(paths))):
        yield changed(document, path, rng.choice(JUNK))
    for k in range(len(document["pieces"])):
        for grade in ("infeasible", "unbounded"):
            whole = changed(document, ("pieces", k, "grade"), grade)
            yield whole
            yield {**whole, "pieces": [{**piece, "primal": None} for piece in whole["pieces"]]}
            yield {**whole, "pieces": [{**piece, "dual": None} for piece in whole["pieces"]]}


def changed(document, path, value):
    found = copy.deepcopy(document)
    place = found
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return found


@seeds(1, 20)
def test_junk_in_a_file_of_a_family_ends_in_one_line(seed):
    rng = random.Random(seed)
    for family in families():
        document = json.loads(json.dumps(family.solve().document()))
        for one in broken(document, rng, 12 if seed < 1 else 60):
            try:
                said = str(dual.verify(one))
            except dual.SuasionError as error:
                said = str(error)
            assert "\n" not in said


@pytest.mark.parametrize(
    ("kind", "change", "where"),
    [
        ("transport", {"source": [0.5, "1 + t", "3"]}, "no families"),
        ("transport", {"source": ["-1 - t", "2", "5 + t"]}, "source"),
        ("persuasion", {"prior": [0.5, "3/4 - 3/4*t"]}, "prior"),
        ("persuasion", {"prior": ["-1 - t", "2 + t"]}, "prior"),
    ],
)
def test_floats_and_masses_below_zero_are_named(kind, change, where):
    """Beside a float a sum may miss what it should be by rounding only; functions of a parameter do not round."""
    problems = {
        "transport": {"source": [2, 1, 3], "target": [1, 5], "gain": [[1, 2], [3, 4], [0, 1]]},
        "persuasion": {"prior": [0, 1], "sender": [[0, 1], [0, 1]], "receiver": [[1, 0], [0, 1]]},
    }
    document = {"kind": kind, "parameter": {"name": "t", "from": 0, "to": 1}, **problems[kind], **change}
    with pytest.raises(suasion.InputError, match=where) as error:
        suasion.load(document)
    assert "\n" not in str(error.value)
