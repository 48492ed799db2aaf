"""Hostile files: every one is answered or refused in one printable line, and nothing large is ever made of it."""

import io
import json
import random
import sys

import pytest

from dual import command

HONEST = {
    "format": "suasion-solution/1",
    "problem": {"kind": "transport", "source": [1], "target": [1], "gain": [[1]]},
    "value": 1.0,
    "lower": "1",
    "upper": "1",
    "grade": "exact",
    "primal": {"plan": [[0, 0, 1]]},
    "dual": {"potentials": {"source": [1], "target": [0]}},
}


def nest(depth, bracket):
    inner = "1"
    return bracket[0] * depth + inner + bracket[1] * depth


def changed(**fields):
    return json.dumps({**HONEST, **fields})


def problem(**fields):
    return changed(problem={**HONEST["problem"], **fields})


def raw(text, **fields):
    """A file with a piece of text where a field's value stands, as no JSON writer would put it."""
    (name,) = fields
    return changed(**{name: "@@"}).replace('"@@"', text)


FILES = {
    "a surrogate as grade": (changed(grade="\ud800"), 2, "grade: the text '\\ud800' holds half a character"),
    "a surrogate as name": (problem(name="\udfff"), 2, "half a character"),
    "a surrogate in a list": (changed(solver={"a": [["\udc00x"]]}), 2, "half a character"),
    "a surrogate as field": (changed(**{"\ud800": 1}), 2, "half a character"),
    "no character as grade": (changed(grade="\0"), 1, r'grade "\x00" is claimed'),
    "a terminal's commands as field": (changed(**{"\x1b[2J": 1}), 2, r"\x1b"),
    "no character as name of an array": (problem(gain={"npz": "\0", "array": "a", "sha256": ""}), 2, "no such file"),
    "a name of a million letters": (changed(**{"x" * 10**6: 1}), 2, "unknown field"),
    "a kind of a million letters": (problem(kind="x" * 10**6), 2, "is not a kind"),
    "objects in objects": (
        problem(notes=0).replace('"notes": 0', '"notes": ' + nest(900, ['{"a":', "}"])),
        2,
        "nested",
    ),
    "lists in lists": (raw(nest(900, "[]"), primal=0), 2, "primal: the brackets are nested too deeply"),
    "lists in objects in lists": (raw(nest(100, ['[{"a":', "}]"]), dual=0), 2, "dual: the brackets are nested"),
    "a hundred thousand brackets": (raw(nest(10**5, "[]"), primal=0), 2, "nested too deeply"),
    "objects in the solver's report": (raw(nest(900, ['{"a":', "}"]), solver=0), 2, "solver: the brackets are nested"),
    "a bound of 9,001 digits": (
        '{"format":"suasion-solution/1","grade":"unproven","problem":{"kind":"transport","source":[1e3000],'
        '"target":[1e3000],"gain":[[1e3000]]},"primal":{"plan":[[0,0,1e3000]]}}',
        1,
        "the bound 1e+6000 has more than 4000 digits",
    ),
    "a bound of many places": (
        '{"format":"suasion-solution/1","grade":"unproven","problem":{"kind":"transport","source":[1e-3000],'
        '"target":[1e-3000],"gain":[[1e-3000]]},"primal":{"plan":[[0,0,1e-3000]]}}',
        1,
        "<= value <= ?",
    ),
    "an integer of 5,000 digits": (raw("7" * 5000, value=0), 2, "4000 digits"),
    "a text of 5,000 digits": (changed(lower="7" * 5000), 1, "lower: the number has more than 4000 digits"),
    "an exponent of nine digits": (raw("1e999999999", value=0), 2, "exponent"),
    "a lower bound of a page": (changed(lower="7" * 3999), 1, "is not proven"),
    "not a number": (raw("NaN", value=0), 2, "NaN"),
    "a key twice": (raw('{"a": 1, "a": 2}', solver=0), 2, 'the key "a" stands twice'),
    "an archive for a plan": (changed(primal={"plan": {"npz": "a", "array": "b", "sha256": ""}}), 1, "is not a list"),
    "an archive for a grade": (changed(grade={"npz": "a"}), 1, "grade"),
    "an archive for a problem": (changed(problem={"npz": "a"}), 2, "kind: the field is missing"),
    "a text as plan": (changed(primal={"plan": ""}), 1, "primal.plan: '' is not a list"),
    "nought as plan": (changed(primal={"plan": 0}), 1, "primal.plan: 0 is not a list"),
    "an object as plan": (changed(primal={"plan": {}}), 1, "primal.plan: {} is not a list"),
    "false as plan": (changed(primal={"plan": False}), 1, "primal.plan: False is not a list"),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_hostile_file_is_answered_in_one_printable_line(tmp_path, capsys, name, options):
    text, status, complaint = FILES[name]
    path = tmp_path / "case.json"
    path.write_text(text)
    assert command.main([str(path), *options]) == status
    said = capsys.readouterr()
    line = said.err if status == 2 else said.out
    assert line.count("\n") == 1
    assert line[:-1].isascii()
    assert line[:-1].isprintable()
    assert len(line) < 6000
    if options and status < 2:
        document = json.loads(line)
        assert document["accepted"] is False
        line = f"{document['grade']}: {document['lower']} <= value <= ?" if "<=" in complaint else document["violation"]
    assert complaint in line


def test_output_that_knows_only_ascii_gets_ascii(tmp_path, monkeypatch):
    path = tmp_path / "case.json"
    path.write_text(changed(grade="tr\u00e8s exact \U0001f600"))
    for options in ([], ["--json"]):
        out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
        monkeypatch.setattr(sys, "stdout", out)
        assert command.main([str(path), *options]) == 1
        out.flush()
        assert b"tr\\" in out.buffer.getvalue()


def test_random_damage_never_ends_in_a_traceback(tmp_path, capsys):
    rng = random.Random(5)
    path = tmp_path / "case.json"
    text = json.dumps(HONEST).encode()
    pieces = [
        b"\x00",
        b"\xff",
        b"[",
        b"]",
        b"{",
        b"}",
        b'"',
        b"\\ud800",
        b"e9",
        b"-",
        b"null",
        b"1e4000",
        b",",
        b"[[]]",
    ]
    for _ in range(400):
        at = rng.randrange(len(text))
        path.write_bytes(text[:at] + rng.choice(pieces) + text[at + rng.choice((0, 1, 5)) :])
        status = command.main([str(path)])
        said = capsys.readouterr()
        assert (said.out + said.err).count("\n") == 1
        assert status in (0, 1, 2)
