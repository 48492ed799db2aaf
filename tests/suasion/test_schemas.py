"""The published JSON Schemas: they say what the parser says, as far as a schema can."""

import json

import pytest
from jsonschema import Draft202012Validator

import dual
import suasion
from suasion import catalog
from suasion.command import main
from suasion.registry import CLASSES
from suasion.schemas import schema


def valid(document, kind):
    """Whether a document, taken through JSON text, satisfies a schema."""
    return Draft202012Validator(schema(kind)).is_valid(json.loads(json.dumps(document)))


def read(document):
    try:
        dual.parse(document)
    except dual.InputError:
        return False
    return True


@pytest.mark.parametrize("kind", [*CLASSES, "solution"])
def test_every_kind_has_a_schema_that_is_one(kind):
    made = schema(kind)
    Draft202012Validator.check_schema(made)
    assert json.loads(json.dumps(made)) == made
    assert all(
        field.get("description") for name, field in made["properties"].items() if kind in CLASSES and name != "kind"
    )


def test_an_unknown_kind_has_none():
    with pytest.raises(dual.InputError, match='kind: "persuation" is not a kind; did you mean "persuasion"'):
        schema("persuation")


@pytest.mark.parametrize("kind", CLASSES)
def test_the_command_prints_a_schema(kind, capsys):
    assert main(["schema", kind]) == 0
    assert json.loads(capsys.readouterr().out) == schema(kind)


@pytest.mark.parametrize("slug", catalog.slugs())
def test_the_catalog_is_valid(slug):
    problem = suasion.load(slug)
    assert valid(problem.document(), problem.kind)


@pytest.mark.parametrize("kind", CLASSES)
def test_whatever_breaks_a_schema_is_refused_by_the_parser(kind):
    """Every entry of the kind, broken field by field, is refused by both."""
    entries = [catalog.entry(slug).instance for slug in catalog.slugs()]
    documents = [json.loads(json.dumps(dual.parse(entry).document())) for entry in entries if entry["kind"] == kind]
    assert documents
    for document in documents:
        assert valid(document, kind)
        assert read(document)
        for field in document:
            for wrong in (True, [], {}, "", -1, [[]], {"odd": 1}, None):
                broken = {**document, field: wrong}
                if not valid(broken, kind) and not (wrong is None or (field in ("name", "source", "notes"))):
                    assert not read(broken), (field, wrong)
        assert not valid({**document, "extra": 1}, kind)
        assert not read({**document, "extra": 1})


def test_solutions_are_valid():
    document = suasion.load("kamenica-gentzkow-2011-prosecutor").solve().document()
    assert valid(document, "solution")
    assert not valid({**document, "grade": "certain"}, "solution")
