"""The published JSON Schemas: they say what the parser says, as far as a schema can."""

import json
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

import dual
import suasion
from suasion import catalog
from suasion.registry import CLASSES

FOLDER = files("suasion") / "schemas"
SCHEMAS = {path.name: json.loads(path.read_text("utf-8")) for path in FOLDER.iterdir() if path.name.endswith(".json")}
REGISTRY = Registry().with_resources([(name, Resource.from_contents(schema)) for name, schema in SCHEMAS.items()])


def valid(document, kind):
    """Whether a document, taken through JSON text, satisfies a schema."""
    validator = Draft202012Validator(SCHEMAS[f"{kind}.json"], registry=REGISTRY)
    return validator.is_valid(json.loads(json.dumps(document)))


def read(document):
    try:
        dual.parse(document)
    except dual.InputError:
        return False
    return True


def test_there_is_one_schema_for_each_kind_and_each_is_a_schema():
    assert set(SCHEMAS) == {f"{kind}.json" for kind in CLASSES} | {"common.json", "solution.json"}
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)


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
