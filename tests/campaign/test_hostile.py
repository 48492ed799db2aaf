"""Hostile files: whatever they hold, the answer is one line and exit 0, 1 or 2, in bounded time and memory."""

import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dual.command import main
from tests.campaign.hostile import SIZE, broken, exacting, expressions, written
from tests.campaign.instances import LINEAR
from tests.campaign.judge import seeded
from tests.campaign.newer import NEWER
from tests.campaign.solved import NONLINEAR, answer
from tests.campaign.targeted import targeted

DUAL = Path(__file__).parents[2] / "dual"
MEMORY, SECONDS = 1 << 30, 20
"""Bytes of address space, and seconds of processor time."""
NAMES = [*LINEAR, *NONLINEAR]


def honest(name: str, seed: int) -> dict:
    rng = seeded("hostile", name, seed)
    return LINEAR[name](rng).honest() if name in LINEAR else answer(NONLINEAR[name](rng))


def one_line(code: int, out: str, err: str, text: str) -> None:
    shown = text if len(text) < 4000 else text[:2000] + " ... " + text[-1000:]
    assert code in (0, 1, 2), f"exit {code}: {err[-800:]}\n{shown}"
    said = err if code == 2 else out
    assert "Traceback" not in out + err, f"{err[-800:]}\n{shown}"
    assert said.count("\n") == 1, f"{said[:800]}\n{shown}"
    assert len(said) < 2400, f"a line of {len(said)} characters: {said[:300]}\n{shown}"


def alone(path: Path, text: str) -> int:
    """Ask the checker in a process of its own, as a sceptical reader would, within the promised limits."""
    path.write_bytes(text.encode("utf-8", "surrogatepass"))

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))

    done = subprocess.run(
        [sys.executable, "-I", str(DUAL), str(path)],
        capture_output=True,
        check=False,
        timeout=SECONDS * 30,  # a machine may be busy; the limit that counts is that of its own time
        preexec_fn=limited,
    )
    out, err = (stream.decode("utf-8", "replace") for stream in (done.stdout, done.stderr))
    one_line(done.returncode, out, err, text)
    return done.returncode


def here(path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> int:
    """Ask the checker in this process, which is quicker but shares its memory."""
    path.write_bytes(text.encode("utf-8", "surrogatepass"))

    def late(*_: object) -> None:
        raise AssertionError(f"more than {SECONDS} s: {text[:3000]}")

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        code = main([str(path)])
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    captured = capsys.readouterr()
    one_line(code, captured.out, captured.err, text)
    return code


@pytest.mark.parametrize("name", NAMES)
def test_broken_files_get_one_line(name, tmp_path, capsys):
    document = honest(name, 0)
    for k in range(8):
        here(tmp_path / "broken.json", broken(seeded("broken", name, k), document), capsys)


def test_the_command_in_a_process_of_its_own(tmp_path):
    document = honest("persuasion", 0)
    assert alone(tmp_path / "honest.json", written(document)) == 0
    assert alone(tmp_path / "refused.json", written({**document, "upper": "-1000000000001/7"})) == 1
    for k in range(4):
        alone(tmp_path / "broken.json", broken(seeded("alone", k), document))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(5))
def test_many_broken_files_alone(name, seed, tmp_path):
    document = honest(name, seed)
    for k in range(40):
        alone(tmp_path / "broken.json", broken(seeded("alone", name, seed, k), document))


IN_A_SECOND = (
    "prior of prime denominators",
    "long masses",
    "twenty receivers",
    "zeros",
    "half a file",
    "a shape without entries",
    "sellers that are only counted",
    "sellers that nobody knows",
    "cases of a large market",
    "homogeneous and large",
    "a horizon of which nothing is shown",
    "a mesh of a million parts",
    "profiles that multiply",
    "marginals that multiply",
    "a family of high powers",
)


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=() if n in IN_A_SECOND else pytest.mark.slow) for n in targeted()]
)
def test_targeted_files_alone(name, tmp_path):
    text = targeted()[name]
    assert len(text) <= SIZE
    alone(tmp_path / "targeted.json", text)


def exact_and_long(family: str, seeds: range, path: Path) -> None:
    """Files of a family whose numbers are made long, each alone."""
    for seed in seeds:
        rng = seeded("exacting", family, seed)
        drawn = NEWER[family](rng)
        if len(written(drawn)) > SIZE // 2:
            continue
        document = answer(drawn) if family == "family" else answer(drawn, time_limit=1.5)
        for _ in range(5):
            text = exacting(rng, document)
            if len(text) <= SIZE:
                alone(path, text)


@pytest.mark.parametrize("family", ["game", "simulation", "contract"])
def test_long_numbers(family, tmp_path):
    exact_and_long(family, range(1), tmp_path / "long.json")


@pytest.mark.slow
@pytest.mark.parametrize("family", NEWER)
def test_long_numbers_in_all_families(family, tmp_path):
    exact_and_long(family, range(1, 9), tmp_path / "long.json")


ONE_ACTION = {"kind": "costly-persuasion", "prior": ["1/2", "1/2"], "sender": [[0], [0]], "receiver": [[0], [0]]}
FLAT = {"knots": [0, 1], "polynomials": [[0]]}
PLACES = {
    "concavification": (
        "p",
        lambda text: {"kind": "concavification", "prior": ["1/2", "1/2"], "value": text},
        {"splitting": [{"belief": ["1/2", "1/2"], "weight": 1}]},
        {"prices": [1000, 1000]},
    ),
    "payoff": (
        "m",
        lambda text: {"kind": "mean-persuasion", "law": {"uniform": [0, 1]}, "payoff": text},
        {"signals": [{"reveal": [0, 1]}]},
        {"prices": {"knots": [0, 1], "values": [1000, 1000]}},
    ),
    "density": (
        "x",
        lambda text: {"kind": "mean-persuasion", "law": {"density": text, "interval": [0, 1]}, "payoff": "m"},
        {"signals": [{"intervals": [[0, 1, 1]]}]},
        {"prices": {"knots": [0, 1], "values": [0, 1]}},
    ),
    "square": (
        "x",
        lambda text: {"kind": "two-receiver", "prior": "1/2", "domain": "square", "utility": {"l": text, "h": "0"}},
        {"plan": {state: [["1/2", "1/2", "1/2"]] for state in "lh"}},
        {"V": [1000, 1000], "alpha1": FLAT, "alpha2": FLAT},
    ),
    "menu": (
        "x",
        lambda text: {"kind": "experiment-menu", "law": {"density": text, "interval": [0, 1]}},
        {"menu": [{"diagonal": [1, 1], "price": "1/4"}]},
        {"split": "1/2", "left": [], "right": []},
    ),
    "mechanism": (
        "x",
        lambda text: {"kind": "mechanism", "laws": [{"density": text, "interval": [0, 1]}, {"uniform": [0, 1]}]},
        {"menu": [{"lottery": [1, 0], "price": "2/5"}, {"lottery": [1, 1], "price": "4/5"}]},
        {
            "knots": [[f"{k}/8" for k in range(9)]] * 2,
            "field": [[[["-1/2", "-1/2"] for _ in range(9)] for _ in range(9)] for _ in range(2)],
        },
    ),
    "family": (
        "t",
        lambda text: {
            "kind": "game",
            "prior": [1],
            "payoffs": [[[[text, 1], ["t", 2]]], [[[text, f"2*({text})"], [1, "1/3"]]]],
            "parameter": {"name": "t", "from": 0, "to": 1},
        },
        {"plan": [[[0, 0, 1]]]},
        {"V": [99], "multipliers": [[[0, 0], ["t", 0]], [[0, 1], [0, 0]]]},
    ),
    "many functions": (
        "t",
        lambda text: {
            "kind": "transport",
            "source": ["1/9"] * 9,
            "target": ["1/9"] * 9,
            "gain": [[f"({text})*{i + 1}/{j + 2}" for i in range(9)] for j in range(9)],
            "parameter": {"name": "t", "from": "1/7", "to": "6/7"},
        },
        {"plan": [[k, k, "1/9"] for k in range(9)]},
        {"potentials": {"source": [99] * 9, "target": ["9 + t"] * 9}},
    ),
    "cost": (
        "q0",
        lambda text: {**ONE_ACTION, "cost": text},
        {"signals": [{"action": 0, "joint": ["1/2", "1/2"]}]},
        {"prices": [1000, 1000], "multipliers": [[0]]},
    ),
}
"""Where an expression may stand: its variable, an instance, and witnesses that are right for tame expressions."""


def of_expression(place: str, text: str) -> str:
    _, instance, primal, dual = PLACES[place]
    problem = instance(text)
    solution = {"format": "suasion-solution/1", "problem": problem, "grade": "unproven"}
    if "parameter" not in problem:
        return written({**solution, "primal": primal, "dual": dual})
    ends = {"from": problem["parameter"]["from"], "to": problem["parameter"]["to"]}
    return written({**solution, "pieces": [{**ends, "grade": "unproven", "primal": primal, "dual": dual}]})


@pytest.mark.parametrize("place", PLACES)
def test_hostile_expressions(place, tmp_path, capsys):
    chosen = expressions(PLACES[place][0])
    for text in seeded("some", place).sample(chosen, 4):
        here(tmp_path / "expression.json", of_expression(place, text), capsys)


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_all_hostile_expressions_alone(place, tmp_path):
    for text in expressions(PLACES[place][0]):
        alone(tmp_path / "expression.json", of_expression(place, text))
