"""Arrays: exact entries, files beside files, and refusals."""

import hashlib
import io
import json
import zipfile
from array import array
from fractions import Fraction as F

import numpy as np
import pytest

import dual
from dual.errors import InputError
from dual.numbers.arrays import LARGEST_INLINE, Array, load, read_array, resolve, store
from persuasion import PrivatePersuasion


def reference(folder, content, key="u", name="a.npz", **more):
    (folder / name).write_bytes(content)
    return {"npz": name, "array": key, "sha256": hashlib.sha256(content).hexdigest(), **more}


def npz(**arrays):
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


@pytest.mark.parametrize("dtype", ["f8", "f4", "i1", "i2", "i4", "i8", "u1", "u4", "u8"])
def test_numpy_arrays_are_read_exactly(dtype):
    values = np.array([[0, 1, 2], [100, 5, 7]], dtype=dtype) / (8 if dtype.startswith("f") else 1)
    found = read_array(values.astype(dtype), "u", (2, 3))
    assert found.nested() == [[F(float(x)) for x in row] for row in values]
    assert [F(n, found.denominator) for n in found.line(1)] == found.nested()[1]


def test_numpy_views_are_read_in_their_own_order():
    values = np.arange(12.0).reshape(3, 4)
    assert read_array(values.T, "u", (4, 3)).nested() == [[F(x) for x in row] for row in values.T.tolist()]
    assert read_array(values[::2], "u", (2, 4)).nested() == [[F(x) for x in row] for row in values[::2].tolist()]


def test_numbers_beyond_64_bits_stay_exact():
    huge = [[2**80, F(1, 3)], ["1e-30", 0.1]]
    assert read_array(huge, "u", (2, 2)).nested() == [[F(2**80), F(1, 3)], [F(1, 10**30), F(0.1)]]
    assert read_array(np.array([[2**64 - 1]], dtype="u8"), "u", (1, 1)).at(0, 0) == 2**64 - 1


def test_equality_is_equality_of_entries():
    one = Array((2,), (1, 2), 4)
    assert one == Array((2,), array("d", [0.25, 0.5]))
    assert one == Array((2,), (2, 4), 8)
    assert one != Array((2,), (2, 4), 4)
    assert one != Array((1, 2), (1, 2), 4)


@pytest.mark.parametrize("dtype", ["f8", "i8"])
def test_files_written_by_numpy_are_read_and_the_other_way_round(tmp_path, dtype):
    values = np.arange(6, dtype=dtype).reshape(2, 3)
    found = load(reference(tmp_path, npz(u=values)), tmp_path, "u")
    assert found.nested() == [[0, 1, 2], [3, 4, 5]]
    big = Array((LARGEST_INLINE + 1,), array("d" if dtype == "f8" else "q", [3] * (LARGEST_INLINE + 1)))
    kept = store({"a": {"b": big}}, tmp_path, "out.npz")
    with np.load(tmp_path / "out.npz") as arrays:
        assert (arrays["a_b"] == 3).all()
        assert arrays["a_b"].dtype == np.dtype(dtype)
    assert resolve(kept, tmp_path)["a"]["b"] == big


def test_a_denominator_divides_integers(tmp_path):
    raw = reference(tmp_path, npz(u=np.array([[1, -2]])), denominator=3)
    assert load(raw, tmp_path, "u").nested() == [[F(1, 3), F(-2, 3)]]
    floats = reference(tmp_path, npz(u=np.array([[1.0]])), denominator=3)
    with pytest.raises(InputError, match="denominator"):
        load(floats, tmp_path, "u")


def test_unsafe_and_broken_files_are_refused(tmp_path):
    good = npz(u=np.zeros((2, 2)))
    inside = tmp_path / "inner"
    inside.mkdir()
    (tmp_path / "outside.npz").write_bytes(good)
    digest = hashlib.sha256(good).hexdigest()
    for name in ("../outside.npz", str(tmp_path / "outside.npz"), "..", "", "a\\b.npz"):
        with pytest.raises(InputError, match="same folder"):
            load({"npz": name, "array": "u", "sha256": digest}, inside, "u")
    with pytest.raises(InputError, match="cannot be read"):
        load({"npz": "none.npz", "array": "u", "sha256": digest}, inside, "u")
    with pytest.raises(InputError, match="SHA-256"):
        load(reference(tmp_path, good) | {"sha256": "0" * 64}, tmp_path, "u")
    with pytest.raises(InputError, match='no array "v"'):
        load(reference(tmp_path, good, key="v"), tmp_path, "u")
    with pytest.raises(InputError, match="unknown field"):
        load(reference(tmp_path, good, shape=3), tmp_path, "u")
    for bad, message in (
        (npz(u=np.array([[None]], dtype=object)), "plain array"),
        (npz(u=np.zeros((2, 2), dtype=">f8")), "float64 or int64"),
        (npz(u=np.asfortranarray(np.zeros((2, 3)))), "column-major"),
        (npz(u=np.zeros((0, 3))), "shape"),
        (b"not a zip file", "not an .npz"),
        (good[:-60], "not an .npz"),
    ):
        with pytest.raises(InputError, match=message):
            load(reference(tmp_path, bad), tmp_path, "u")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("u.npy", b"\x93NUMPY\x01\x00\x10\x00__import__('os')")
    with pytest.raises(InputError, match="plain array"):
        load(reference(tmp_path, out.getvalue()), tmp_path, "u")


def test_nan_in_a_file_is_refused_with_its_place(tmp_path):
    values = np.zeros((3, 2))
    values[2, 1] = np.nan
    found = load(reference(tmp_path, npz(u=values)), tmp_path, "u")
    with pytest.raises(InputError, match=r"u\[2\]\[1\]"):
        read_array(found, "u", (3, 2))


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
