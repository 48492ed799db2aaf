"""Writing: layout, arrays beside files, each file whole or not at all."""

import json
import os
import stat
from array import array
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dual
from dual.errors import FileError
from dual.numbers.arrays import LARGEST_INLINE, Array, read_array, stored
from dual.numbers.files import parse
from dual.words import plain
from persuasion import PrivatePersuasion
from transport.road import files


@given(
    st.dictionaries(
        st.text(max_size=5),
        st.recursive(
            st.integers(-9, 9) | st.fractions() | st.text(max_size=5) | st.none() | st.booleans(),
            lambda inner: st.lists(inner, max_size=40),
        ),
        max_size=5,
    )
)
def test_layout_keeps_the_document(document):
    assert json.loads(files.dump(document)) == json.loads(json.dumps(plain(document)))


def test_writing_replaces_the_file_whole_and_keeps_its_permissions(tmp_path):
    path = tmp_path / "file.json"
    path.write_text("old")
    path.chmod(0o640)
    files.write(path, "new")
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["file.json"]


def test_interrupted_writing_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "file.json"
    path.write_text("old")

    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        files.write(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file.json"]


def test_writing_into_no_folder_is_refused(tmp_path):
    with pytest.raises(FileError, match="cannot be written"):
        files.write(tmp_path / "none" / "file.json", "{}")


@pytest.mark.parametrize("dtype", ["f8", "i8"])
def test_numpy_reads_the_arrays_that_are_written_and_so_do_we(tmp_path, dtype):
    big = Array((LARGEST_INLINE + 1,), array("d" if dtype == "f8" else "q", [3] * (LARGEST_INLINE + 1)))
    kept = files.store({"a": {"b": big}}, tmp_path, "out.npz")
    with np.load(tmp_path / "out.npz") as arrays:
        assert (arrays["a_b"] == 3).all()
        assert arrays["a_b"].dtype == np.dtype(dtype)
    found = parse(json.dumps(kept), folder=tmp_path)["a"]["b"]
    assert read_array(found, "b", big.shape) == big


def test_lists_of_arrays_travel_beside_the_file(tmp_path):
    grid = [[1 - F(k, 40), F(k, 40)] for k in range(41)]
    u = np.random.default_rng(0).random((2, 41, 41, 13))
    coarse = [[1 - F(k, 12), F(k, 12)] for k in range(13)]
    solution = PrivatePersuasion(["1/2", "1/2"], grids=[grid, grid, coarse], utility=u).solve(gap=1e-9)
    solution.save(tmp_path / "big.json")
    document = json.loads((tmp_path / "big.json").read_text())
    assert [one["npz"] for one in document["problem"]["utility"]] == ["big.npz"] * 2
    assert dual.verify(tmp_path / "big.json").accepted
    assert dual.verify(tmp_path / "big.json", solution.problem).accepted


def test_arrays_whose_joined_names_are_the_same_are_all_kept(tmp_path):
    """a.b_c and a_b.c would both be called a_b_c."""
    first, second = (Array((3,), array("q", [k, k, k])) for k in (1, 2))
    document = files.store({"a": {"b_c": first}, "a_b": {"c": second}}, tmp_path, "arrays.npz")
    (tmp_path / "file.json").write_text(files.dump(document))
    read = dual.numbers.files.read(tmp_path / "file.json")
    assert list(stored(read["a"]["b_c"], "a.b_c")) == [1, 1, 1]
    assert list(stored(read["a_b"]["c"], "a_b.c")) == [2, 2, 2]
