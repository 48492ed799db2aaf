"""Batches: every executor gives the same, nothing is lost or done twice, failures are results."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from fractions import Fraction as F
from pathlib import Path

import pytest

import suasion
from dual.errors import FileError, InputError, SolverError
from suasion.batches import sources_in
from suasion.results import read_results

ROOT = Path(__file__).parents[2]


def court(k):
    """Conviction needs even odds of guilt, so that the value is twice the probability of guilt, at most 1."""
    return suasion.Persuasion([1 - F(k, 100), F(k, 100)], [[0, 1], [0, 1]], [[1, 0], [0, 1]])


COURTS = {f"court-{k}": court(k) for k in range(1, 40, 3)}
VALUES = {f"court-{k}": str(F(k, 50)) for k in range(1, 40, 3)}


def values(found):
    return {one.name: one.document["lower"] for one in found}


def _loky():
    joblib = pytest.importorskip("joblib")
    del joblib
    from joblib.externals.loky import ProcessPoolExecutor as Loky

    return Loky(2)


EXECUTORS = {
    "here": lambda: None,
    "threads": lambda: ThreadPoolExecutor(2),
    "processes": lambda: ProcessPoolExecutor(2),
    "loky": _loky,
}


@pytest.mark.parametrize("kind", EXECUTORS)
def test_any_executor(tmp_path, kind):
    pool = EXECUTORS[kind]()
    told = []
    try:
        found = suasion.batch(COURTS, tmp_path / "r.jsonl", executor=pool, progress=told.append)
    finally:
        if pool is not None:
            pool.shutdown()
    assert values(found) == VALUES
    assert told[-1].startswith("13 of 13: court-")
    assert values(read_results(tmp_path / "r.jsonl")) == VALUES
    assert all(one.solution().verify().accepted for one in found)
    assert found.table().to_pandas()["lower"][0] == 0.02


def test_dask(tmp_path):
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        found = suasion.batch(COURTS, tmp_path / "r.jsonl", executor=client)
        assert values(found) == VALUES
        again = suasion.batch(COURTS, tmp_path / "r.jsonl", executor=client.get_executor())
    assert (again.solved, values(again)) == (0, VALUES)


def test_what_is_there_is_not_solved_again(tmp_path):
    file = tmp_path / "r.jsonl"
    first = dict(list(COURTS.items())[:5])
    assert suasion.batch(first, file).solved == 5
    assert suasion.batch(COURTS, file).solved == 8
    assert suasion.batch(COURTS, file).solved == 0
    changed = COURTS | {"court-1": court(2)}
    found = suasion.batch(changed, file)
    assert (found.solved, found[0].document["lower"]) == (1, "1/25")
    assert suasion.batch(COURTS, file, time_limit=60).solved == len(COURTS)  # other options, another question


def test_a_torn_line_is_solved_again(tmp_path):
    file = tmp_path / "r.jsonl"
    suasion.batch(COURTS, file)
    content = file.read_bytes()
    file.write_bytes(content[:-200])
    found = suasion.batch(COURTS, file)
    assert (found.solved, values(found)) == (1, VALUES)
    assert len(read_results(file)) == len(COURTS)


def test_failures_are_results(tmp_path):
    (tmp_path / "bad.json").write_text("{")
    sources = [str(tmp_path / "bad.json"), "no-such-entry", court(30), {"kind": "persuasion"}, court(30)]
    found = suasion.batch(sources, tmp_path / "r.jsonl")
    assert [one.error and one.error.split(":")[0] for one in found] == [
        "FileError",
        "FileError",
        None,
        "InputError",
        None,
    ]
    assert [one.name for one in found][2:] == ["#2", "#3", "#4"]
    assert len(found.failures) == 3
    assert suasion.batch(sources, tmp_path / "r.jsonl").solved == 0
    with pytest.raises(FileError, match="no-such-entry: there is no solution: FileError"):
        found[1].solution()


def test_shards_are_a_partition(tmp_path):
    files = [suasion.batch(COURTS, tmp_path / "r.jsonl", shard=(k, 3)) for k in (1, 2, 3)]
    assert sorted(one.name for found in files for one in found) == sorted(COURTS)
    assert suasion.batch(COURTS, tmp_path / "r.jsonl").solved == 0
    with pytest.raises(InputError, match="shard: 4/3 is no shard; write K/N with 1 <= K <= N"):
        suasion.batch(COURTS, shard=(4, 3))
    with pytest.raises(InputError, match="threads: at least one thread is needed"):
        suasion.batch(COURTS, threads=0)


def test_folders(tmp_path):
    court(30).save(tmp_path / "a.json")
    court(30).solve().save(tmp_path / "a-solution.json")
    (tmp_path / "notes.txt").write_text("no instance")
    assert list(sources_in([str(tmp_path)])) == [str(tmp_path / "a.json")]
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="the folder holds no instance"):
        sources_in([str(tmp_path / "empty")])


SCRIPT = """
import sys
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction as F
import suasion

if __name__ == "__main__":
    many = {f"{k}": suasion.Persuasion([1 - F(k, 5000), F(k, 5000)], [[0, 1]] * 2, [[1, 0], [0, 1]])
            for k in range(1, int(sys.argv[2]) + 1)}
    with WHERE as pool:
        print(suasion.batch(many, sys.argv[1], executor=pool).solved)
"""
PROCESSES = "ProcessPoolExecutor(2)"
DASK = "LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)"
CLUSTER = f"__import__('distributed').{DASK}.get_client()"


def killed_and_resumed(tmp_path, count, where=PROCESSES):
    (tmp_path / "many.py").write_text(SCRIPT.replace("WHERE", where))
    file = tmp_path / "r.jsonl"
    call = [sys.executable, str(tmp_path / "many.py"), str(file), str(count)]
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": paths}
    running = subprocess.Popen(call, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
    while running.poll() is None and (not file.exists() or file.read_bytes().count(b"\n") < count // 4):
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    kept = file.read_bytes().count(b"\n")
    assert count // 4 <= kept < count
    said = subprocess.run(call, env=environment, capture_output=True, text=True, check=True).stdout
    assert int(said) <= count - kept + 1  # at most a torn line is done twice
    lines = [json.loads(line) for line in file.read_text().splitlines() if line.endswith("}")]
    assert sorted(int(one["name"]) for one in lines) == list(range(1, count + 1))
    assert all(one["solution"]["lower"] == str(F(int(one["name"]), 2500)) for one in lines)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
def test_a_kill_loses_nothing_and_nothing_is_done_twice(tmp_path):
    killed_and_resumed(tmp_path, 100)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
@pytest.mark.parametrize("where", [PROCESSES, CLUSTER], ids=["processes", "dask"])
def test_a_thousand_survive_a_kill(tmp_path, where):
    if where == CLUSTER:
        pytest.importorskip("distributed")
    killed_and_resumed(tmp_path, 1000, where)


class Deadly(suasion.Persuasion):
    """A problem whose solution takes its process along."""

    def solve(self, *_, **__):
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_worker_that_dies_loses_nothing_that_was_done(tmp_path):
    path = tmp_path / "r.jsonl"
    deadly = Deadly([1], [[1]], [[1]], name="deadly")
    first = dict(list(COURTS.items())[:5])
    with ProcessPoolExecutor(1) as pool:
        suasion.batch(first, path, executor=pool)
    with ProcessPoolExecutor(1) as pool, pytest.raises(SolverError, match=r"a worker died.*\(.*deadly.*call again"):
        suasion.batch({**first, "deadly": deadly}, path, executor=pool)
    assert values(read_results(path)) == {name: VALUES[name] for name in first}
    with ProcessPoolExecutor(1) as pool:
        assert suasion.batch(COURTS, path, executor=pool).solved == len(COURTS) - len(first)


def test_what_cannot_be_sent_is_a_failure_of_its_own():
    unsent = {"kind": "persuasion", "prior": lambda: [1]}
    with ProcessPoolExecutor(1) as pool:
        found = suasion.batch({"unsent": unsent, "court": court(10)}, executor=pool)
    assert [one.document is None for one in found] == [True, False]


def test_progress_may_be_a_line_with_a_clock(capsys):
    found = suasion.batch({"court": court(10)}, progress=True)
    assert values(found) == {"court": "1/5"}
    assert "1 of 1: court" in capsys.readouterr().err
