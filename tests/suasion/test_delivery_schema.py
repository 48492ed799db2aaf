"""The published schema of delivery markets agrees with the parser."""

import json
from importlib.resources import files

import jsonschema
import pytest

import dual
import suasion
from dual.errors import InputError
from suasion import catalog

SCHEMA = json.loads((files(suasion) / "schemas" / "delivery-market.json").read_text("utf-8"))
LEGS = {"store_buyer": [[1, 1], [1, 1]], "courier_store": [[1, 1]]}
MARKET = {"kind": "delivery-market", "values": [[5, 2], [3, 4]], "costs": [[[1, 1], [1, 1]]]}
# The parts that kinds share are replaced by what this test needs of them.
SHARED = {
    "$id": "common.json",
    "$defs": {
        "nonnegative": {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": "^[0-9]"}]},
        "labels": {"type": "array", "items": {"type": "string"}},
        **{name: {"type": "string"} for name in ("name", "source", "notes")},
    },
}


def schema_accepts(document):
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT202012

    registry = Registry().with_resource(
        "common.json", Resource.from_contents(SHARED, default_specification=DRAFT202012)
    )  # fmt: skip
    return jsonschema.Draft202012Validator(SCHEMA, registry=registry).is_valid(document)


@pytest.mark.parametrize("slug", [slug for slug in catalog.slugs() if "delivery" in slug or "gonczarowski" in slug])
def test_the_catalog_is_valid(slug):
    from dual.files import plain

    document = plain(catalog.entry(slug).instance)
    assert schema_accepts(document)
    dual.parse(document)


@pytest.mark.parametrize(
    "change",
    [
        {"values": [[5, -2], [3, 4]]},
        {"costs": []},
        {"costs": {"centre": "moon", **LEGS}},
        {"costs": {"centre": "buyer", **LEGS}},
        {"tips": "yes"},
        {"objective": "revenue"},
        {"price_rule": "cheapest"},
        {"vlaues": 1},
        {"buyers": [1, 2]},
    ],
)
def test_both_refuse(change):
    assert schema_accepts({**MARKET, "costs": {"centre": "store", **LEGS}, "price_rule": "buyers", "tips": False})
    assert not schema_accepts({**MARKET, **change})
    with pytest.raises(InputError):
        dual.parse({**MARKET, **change})
