"""Files: strict reading, atomic writing."""

import io
import json
import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dual.errors import FileError, InputError, SuasionError
from dual.numbers import files


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "not JSON"),
        ("[1]", "not a JSON object"),
        ("3", "not a JSON object"),
        ('{"a": 1, "a": 2}', 'the key "a" stands twice'),
        ('{"a": NaN}', "NaN is not a finite number"),
        ('{"a": -Infinity}', "-Infinity is not a finite number"),
        ('{"a": 1e999999999}', "exponent"),
        ('{"a": ' + "1" * 1_000_000 + "}", "4000 digits"),
        ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply"),
        ('{"a": ' * 100_000, "nested too deeply"),
        ('{"a": 01}', "not JSON"),
        ("{'a': 1}", "not JSON"),
    ],
)
def test_bad_text_is_refused_in_one_line(content, complaint):
    with pytest.raises(SuasionError, match=complaint) as caught:
        files.parse(content, "case.json")
    assert str(caught.value).startswith("case.json: ")
    assert "\n" not in str(caught.value)


def test_binary_junk_is_refused(tmp_path):
    path = tmp_path / "junk.json"
    path.write_bytes(bytes(range(256)))
    with pytest.raises(FileError, match="not UTF-8"):
        files.read(path)


def test_missing_file_and_folder_are_refused(tmp_path):
    with pytest.raises(FileError, match="No such file"):
        files.read(tmp_path / "none.json")
    with pytest.raises(FileError, match="cannot be read"):
        files.read(tmp_path)
    with pytest.raises(FileError, match="cannot be written"):
        files.write(tmp_path / "none" / "file.json", "{}")


def test_byte_order_mark_and_open_files_are_read():
    assert files.read(io.BytesIO(b'\xef\xbb\xbf{"a": 1}')) == {"a": 1}


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
    assert json.loads(files.dump(document)) == json.loads(json.dumps(files.plain(document)))


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


def test_numbers_in_files_are_exact():
    with pytest.raises(InputError, match=r"x: the exponent of '1e5000'"):
        files.parse('{"a": 1e5000}', "x")
    assert files.parse('{"a": 0.1}')["a"] * 10 == 1
