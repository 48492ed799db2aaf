"""Arrays: exact entries, files beside files, and refusals."""

import hashlib
import io
import json
import struct
import zipfile
from array import array
from fractions import Fraction as F

import numpy as np
import pytest

from dual.errors import InputError
from dual.numbers import arrays
from dual.numbers.arrays import Array, read_array
from dual.numbers.files import parse


def reference(folder, content, key="u", name="a.npz", **more):
    (folder / name).write_bytes(content)
    return {"npz": name, "array": key, "sha256": hashlib.sha256(content).hexdigest(), **more}


def load(raw, folder, where, shape=(2, 2)):
    """Read an array that a file in a folder names."""
    document = parse(json.dumps({"array": raw}), folder=folder)
    return read_array(document["array"], where, shape)


def npz(**arrays):
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


def nested(array):
    return np.array(list(array), dtype=object).reshape(array.shape).tolist()


@pytest.mark.parametrize("dtype", ["f8", "f4", "i1", "i2", "i4", "i8", "u1", "u4", "u8"])
def test_numpy_arrays_are_read_exactly(dtype):
    values = np.array([[0, 1, 2], [100, 5, 7]], dtype=dtype) / (8 if dtype.startswith("f") else 1)
    found = read_array(values.astype(dtype), "u", (2, 3))
    assert nested(found) == [[F(float(x)) for x in row] for row in values]
    assert [F(n, found.denominator) for n in found.line(1)] == nested(found)[1]


def test_numpy_views_are_read_in_their_own_order():
    values = np.arange(12.0).reshape(3, 4)
    assert nested(read_array(values.T, "u", (4, 3))) == [[F(x) for x in row] for row in values.T.tolist()]
    assert nested(read_array(values[::2], "u", (2, 4))) == [[F(x) for x in row] for row in values[::2].tolist()]


def test_numbers_beyond_64_bits_stay_exact():
    huge = [[2**80, F(1, 3)], ["1e-30", 0.1]]
    assert nested(read_array(huge, "u", (2, 2))) == [[F(2**80), F(1, 3)], [F(1, 10**30), F(0.1)]]
    assert read_array(np.array([[2**64 - 1]], dtype="u8"), "u", (1, 1)).at(0, 0) == 2**64 - 1


def test_equality_is_equality_of_entries():
    one = Array((2,), (1, 2), 4)
    assert one == Array((2,), array("d", [0.25, 0.5]))
    assert one == Array((2,), (2, 4), 8)
    assert one != Array((2,), (2, 4), 4)
    assert one != Array((1, 2), (1, 2), 4)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("dtype", ["f8", "i8"])
def test_files_written_by_numpy_are_read(tmp_path, dtype, save):
    out = io.BytesIO()
    save(out, u=np.arange(6, dtype=dtype).reshape(2, 3), v=np.ones(2))
    found = load(reference(tmp_path, out.getvalue()), tmp_path, "u", (2, 3))
    assert nested(found) == [[0, 1, 2], [3, 4, 5]]


def test_a_denominator_divides_integers(tmp_path):
    raw = reference(tmp_path, npz(u=np.array([[1, -2]])), denominator=3)
    assert nested(load(raw, tmp_path, "u", (1, 2))) == [[F(1, 3), F(-2, 3)]]
    floats = reference(tmp_path, npz(u=np.array([[1.0]])), denominator=3)
    with pytest.raises(InputError, match="denominator"):
        load(floats, tmp_path, "u", (1, 1))


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
    with pytest.raises(InputError, match='0 arrays of the name "v"'):
        load(reference(tmp_path, good, key="v"), tmp_path, "u")
    with pytest.raises(InputError, match="unknown field"):
        load(reference(tmp_path, good, shape=3), tmp_path, "u")


def zipped(content=b"", names=("u.npy",), compression=zipfile.ZIP_STORED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name in names:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = compression
            archive.writestr(entry, content)
    return out.getvalue()


def header(shape):
    return f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({shape}), }}"


SQUARE = header("2, 2")


def npy(head=SQUARE, body=bytes(32), version=1, length=None):
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H", length or len(head)) + head.encode() + body


GOOD = zipped(npy())
DEFLATED = zipped(npy(), compression=zipfile.ZIP_DEFLATED)
EIGHT_MORE, SIZE = struct.pack("<I", 8 + len(npy())), struct.pack("<I", len(npy()))
HOSTILE_ARRAYS = {
    "objects": (npz(u=np.array([[None]], dtype=object)), "plain array"),
    "big-endian": (npz(u=np.zeros((2, 2), dtype=">f8")), "plain array"),
    "single precision": (npz(u=np.zeros((2, 2), dtype="f4")), "plain array"),
    "columns first": (npz(u=np.asfortranarray(np.arange(4.0).reshape(2, 2))), "plain array"),
    "nothing": (npz(u=np.zeros((0, 3))), "shape is 0 x 3 where 2 x 2"),
    "another shape": (npz(u=np.zeros((2, 3))), "shape is 2 x 3 where 2 x 2"),
    "another rank": (npz(u=np.zeros(4)), "shape is 4 where 2 x 2"),
    "no zip file": (b"not a zip file", "not an .npz"),
    "no bytes": (b"", "not an .npz"),
    "cut off": (GOOD[:-60], "not an .npz"),
    "six bytes": (zipped(b"\x93NUMPY"), "not an array as NumPy writes it"),
    "nine bytes": (zipped(b"\x93NUMPY\x01\x00\x76"), "not an array as NumPy writes it"),
    "no bytes in it": (zipped(b""), "not an array as NumPy writes it"),
    "version 2": (zipped(npy(version=2)), "version 1.0"),
    "code as header": (zipped(npy("__import__('os')")), "plain array"),
    "deep header": (zipped(npy("(" * 60_000)), "plain array"),
    "header longer than the file": (zipped(npy(length=60_000)), "plain array"),
    "huge shape": (
        zipped(npy(header("999999999, 999999999"))),
        "999999999",
    ),
    "longer shape": (
        zipped(npy(header("9" * 5000 + ","))),
        "plain",
    ),
    "negative shape": (zipped(npy(header("-2, -2"))), "plain array"),
    "short body": (zipped(npy(body=bytes(31))), "shorter or longer"),
    "long body": (zipped(npy(body=bytes(33))), "shorter or longer"),
    "twice": (zipped(npy(), ("u.npy", "v.npy")).replace(b"v.npy", b"u.npy"), "2 arrays"),
    "bz2": (zipped(npy(), compression=zipfile.ZIP_BZIP2), "stored or deflated"),
    "lzma": (zipped(npy(), compression=zipfile.ZIP_LZMA), "stored or deflated"),
    "encrypted": (GOOD.replace(b"\x14\x00\x00\x00", b"\x14\x00\x01\x00"), "not encrypted"),
    "wrong checksum": (GOOD.replace(bytes(32), bytes(31) + b"\x01"), "CRC"),
    "broken deflate": (DEFLATED[:36] + b"\xff" * 6 + DEFLATED[42:], "not an .npz"),
    "size that lies": (GOOD.replace(SIZE, EIGHT_MORE), "not an .npz|shorter or longer"),
    "deflated size that lies": (DEFLATED.replace(SIZE, EIGHT_MORE), "not an .npz|shorter or longer"),
}


@pytest.mark.parametrize("name", HOSTILE_ARRAYS)
def test_hostile_arrays_are_refused_in_one_line(tmp_path, name):
    content, message = HOSTILE_ARRAYS[name]
    with pytest.raises(InputError, match=message) as caught:
        load(reference(tmp_path, content), tmp_path, "u")
    assert str(caught.value).startswith("u")
    assert len(str(caught.value)) < 300


def test_what_the_hostile_arrays_are_made_of_is_read(tmp_path):
    for good in (GOOD, DEFLATED):
        assert nested(load(reference(tmp_path, good), tmp_path, "u")) == [[0, 0], [0, 0]]


def test_a_bomb_is_not_inflated(tmp_path, monkeypatch):
    """Neither where the shape asks for less, nor where it asks for as much as is never inflated."""
    bomb = zipped(npy(header("1500, 1500"), bytes(18_000_000)),
                  compression=zipfile.ZIP_DEFLATED)  # fmt: skip
    with pytest.raises(InputError, match="shape is 1500 x 1500 where 2 x 2"):
        load(reference(tmp_path, bomb), tmp_path, "u")
    monkeypatch.setattr(arrays, "INFLATED_BYTES", 10**7)
    with pytest.raises(InputError, match="18,000,000 bytes; at most 10,000,000"):
        load(reference(tmp_path, bomb), tmp_path, "u", (1500, 1500))
    monkeypatch.setattr(arrays, "ARRAY_BYTES", 100)
    with pytest.raises(InputError, match="longer than 100 bytes"):
        load(reference(tmp_path, GOOD), tmp_path, "u")


@pytest.mark.parametrize("name", ["a\0b.npz", "\ud800.npz", "x" * 5000, "a.npz/", "."])
def test_names_that_no_file_can_have_are_refused(tmp_path, name):
    raw = Reference({"npz": name, "array": "u", "sha256": "0" * 64}, tmp_path)
    with pytest.raises(InputError, match=r"u\.npz"):
        read_array(raw, "u", (2, 2))


class Reference(dict):
    """As a file's object is read."""

    def __init__(self, content, folder):
        super().__init__(content)
        self.folder, self.opened = folder, {}


def test_a_file_is_read_once_for_all_its_arrays(tmp_path):
    content = npz(u=np.ones((2, 2)), v=np.zeros((2, 2)))
    names = [reference(tmp_path, content, key=key) for key in "uvuv"]
    document = parse(json.dumps({"all": names}), folder=tmp_path)
    read_array(document["all"][0], "u", (2, 2))
    (tmp_path / "a.npz").unlink()
    assert [read_array(one, "u", (2, 2)).at(0, 0) for one in document["all"]] == [1, 0, 1, 0]


def test_nan_in_a_file_is_refused_with_its_place(tmp_path):
    values = np.zeros((3, 2))
    values[2, 1] = np.nan
    with pytest.raises(InputError, match=r"u\[2\]\[1\]"):
        load(reference(tmp_path, npz(u=values)), tmp_path, "u", (3, 2))


def test_arrays_are_equal_if_their_entries_are_however_they_are_held():
    held = [
        Array((2,), array("q", [1, 2])),
        Array((2,), (1, 2)),
        Array((2,), array("d", [1, 2])),
        Array((2,), (2, 4), 2),
    ]
    assert all(one == other and hash(one) == hash(other) for one in held for other in held)
    assert not any(one == Array((2,), (1, 3)) or one == Array((1, 2), (1, 2)) for one in held)


def test_doubles_are_turned_bit_by_bit():
    values = np.array([[1.5, -0.0], [5e-324, -1.7976931348623157e308]])
    assert arrays.negative(read_array(values, "u", (2, 2))).data == array("d", (-values).ravel())


def test_finite_doubles_whose_sum_is_not_are_read_and_others_are_named():
    huge = np.full((2, 2), 1.7e308)
    assert read_array(huge, "u", (2, 2)).at(1, 1) == F(1.7e308)
    huge[0, 1] = np.inf
    with pytest.raises(InputError, match=r"u\[0\]\[1\]"):
        read_array(huge, "u", (2, 2))
    with pytest.raises(InputError, match=r"u\[1\]\[0\]: inf"):
        read_array(np.array([[1, 2], [np.inf, -np.inf]]), "u", (2, 2))


def test_lists_of_integers_are_read_as_they_are_and_nothing_else_with_them():
    assert read_array([[1, -2], [3, 10**999]], "utility", (2, 2)).tolist() == [[1, -2], [3, 10**999]]
    assert read_array([[1, 2], ["1/2", 3]], "utility", (2, 2)).tolist() == [[1, 2], [F(1, 2), 3]]
    for wrong, complaint in (
        (True, "true is not a number"),
        (10**4001, "more than 4000 digits"),
        (-(10**4001), "more than 4000 digits"),
    ):
        with pytest.raises(InputError, match=r"utility\[1\]\[0\]") as refused:
            read_array([[1, 2], [wrong, 3]], "utility", (2, 2))
        assert complaint in str(refused.value)
