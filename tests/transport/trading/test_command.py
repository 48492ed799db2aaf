"""The command on trading networks: the road from instance to proof, and wrong input in one line."""

import json
from pathlib import Path

import pytest

from suasion.command import main

GOOD = {"kind": "trading-network", "values": [[12, 0], [12, 11]], "known": [[0, 0]]}


def test_solve_verify_and_plot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    instance, solution, picture = (str(tmp_path / name) for name in ("instance.json", "solution.json", "picture.svg"))
    Path(instance).write_text(json.dumps(GOOD), "utf-8")
    assert main(["solve", instance, "-o", solution]) == 0
    assert main(["verify", solution, "--instance", instance]) == 0
    assert "proven: value = 12" in capsys.readouterr().out
    assert main(["plot", solution, "-o", picture]) == 0
    assert Path(picture).read_text("utf-8").startswith("<?xml")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"values": [[1, 2], [3]]}, "values[1]: this row has 1 entries"),
        ({"values": [[1, -2]]}, "values[0][1]: -2 is negative"),
        ({"values": []}, "values: the list is empty"),
        ({"values": [[1], []]}, "values[1]"),
        ({"known": [[0, 0], [0, 0]]}, "known[1]: the pair (0, 0) is listed twice"),
        ({"known": [[0, 7]]}, "known[0][1]: 7 is not an index"),
        ({"values": {"pairs": [[0, 0, 1]], "shape": [2, 2]}, "known": [[1, 1]]}, "the pair (1, 1) has no value"),
        ({"values": [[float("nan")]]}, "NaN is not a finite number"),
        ({"sellers": ["baker", "baker"]}, 'sellers[1]: the name "baker" stands already'),
        ({"objective": "wealth"}, "objective"),
    ],
)
def test_wrong_input_is_one_line(
    change: dict[str, object], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    instance = tmp_path / "wrong.json"
    instance.write_text(json.dumps({**GOOD, **change}), "utf-8")
    assert main(["solve", str(instance)]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert "wrong.json" in said
    assert said.count("\n") == 1


def test_introducing_those_who_know_each_other_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    instance, solution = tmp_path / "instance.json", tmp_path / "solution.json"
    instance.write_text(json.dumps(GOOD), "utf-8")
    assert main(["solve", str(instance), "-o", str(solution)]) == 0
    document = json.loads(solution.read_text("utf-8"))
    document["primal"]["introduced"].append([0, 0])
    solution.write_text(json.dumps(document), "utf-8")
    assert main(["verify", str(solution)]) == 1
    assert "know each other already" in capsys.readouterr().out
