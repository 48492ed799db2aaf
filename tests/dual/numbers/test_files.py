"""Files: strict and bounded reading."""

import io

import pytest

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
        ('{"a": ' * 900 + "1" + "}" * 900, "nested too deeply"),
        ('{"a": ' + "[" * 40 + "]" * 40 + "}", "nested too deeply"),
        ('{"a": [{"b": ["\\ud800"]}]}', "half a character"),
        ('{"a": {"\\udfff": 1}}', "half a character"),
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


def test_byte_order_mark_and_open_files_are_read():
    assert files.read(io.BytesIO(b'\xef\xbb\xbf{"a": 1}')) == {"a": 1}


def test_numbers_in_files_are_exact():
    with pytest.raises(InputError, match=r"x: the exponent of '1e5000'"):
        files.parse('{"a": 1e5000}', "x")
    assert files.parse('{"a": 0.1}')["a"] * 10 == 1


def test_pairs_of_surrogates_and_forty_levels_are_read():
    deepest = '{"a": ' + "[" * 38 + "]" * 38 + "}"
    assert files.parse(deepest)
    assert files.parse('{"a": "\\ud83d\\ude00"}') == {"a": "\U0001f600"}


def test_a_file_that_is_too_long_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "FILE_BYTES", 10)
    path = tmp_path / "long.json"
    path.write_text('{"a": 12345}')
    for source in (path, io.StringIO(path.read_text()), io.BytesIO(path.read_bytes())):
        with pytest.raises(FileError, match="longer than 10 bytes"):
            files.read(source)
    path.write_text('{"a": 123}')
    assert files.read(path) == {"a": 123}
