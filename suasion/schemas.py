"""JSON Schemas of instances and solutions, made from the fields that the checker's statements declare.

A schema says what a file may look like, as far as a schema can; what it cannot say, that probabilities sum to one or
lengths agree, the checker says when it reads the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field
from functools import partial
from typing import Any

from dual.errors import SuasionError
from dual.judge import FORMAT
from dual.kinds import kind_of
from dual.statement import Record, Statement, stated_fields
from transport.road.given import statement_class

Schema = dict[str, Any]


def _list(items: Schema, least: int = 1, most: int | None = None) -> Schema:
    found: Schema = {"type": "array", "minItems": least, "items": items} if least else {"type": "array", "items": items}
    return found if most is None else {**found, "maxItems": most}


def _object(**properties: Schema) -> Schema:
    return {
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
    }


def _use(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


NUMBER, NONNEGATIVE, VECTOR, WEIGHTS, EXPRESSION = map(
    _use, ("number", "nonnegative", "vector", "weights", "expression")
)

DEFS: Mapping[str, Schema] = {
    "number": {
        "description": 'An exact number: a JSON number, read from its text, or a text such as "0.3" or "3/10".',
        "anyOf": [
            {"type": "number"},
            {
                "type": "string",
                "pattern": r"(^\s*[+-]?\d+\s*/\s*0*[1-9]\d*\s*$)|(^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,9})?\s*$)",
                "maxLength": 8001,
            },
        ],
    },
    "nonnegative": {
        "allOf": [
            NUMBER,
            {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^\s*[^-\s]"}]},
        ]
    },
    "vector": _list(NUMBER),
    "weights": _list(NONNEGATIVE),
    "matrix": _list(VECTOR),
    "labels": {**_list({"type": "string", "pattern": r"\S"}), "uniqueItems": True},
    "expression": {"type": "string", "minLength": 1, "maxLength": 4000},
    "nested": _list({"anyOf": [NUMBER, _use("nested")]}),
    "holed": _list({"anyOf": [NUMBER, {"type": "null"}, _use("holed")]}),
    "npz": {
        "description": "An array in an .npz file in the same folder; integers may carry a denominator.",
        **_object(npz={"type": "string", "pattern": r"^[^/\\]+$"}, array={"type": "string"}, sha256={"type": "string"}),
    },
    "array": {"anyOf": [_use("nested"), _use("npz")]},
}
DEFS["npz"]["properties"]["denominator"] = NUMBER

_POINTS = _list({"anyOf": [NUMBER, VECTOR]})
_PAIR, _SQUARE = _list(NUMBER, 2, 2), _list(WEIGHTS)

_VALUES: Schema = {"oneOf": [_object(support=WEIGHTS, prior=WEIGHTS), _object(uniform=_PAIR)]}
_RIVALS: Schema = {"oneOf": [*_VALUES["oneOf"], _object(exponential=NUMBER)]}

READERS: Mapping[str, Schema] = {
    "dual.names.words": {"type": "string"},
    "dual.names.labels": _use("labels"),
    "dual.numbers.exact.number": NUMBER,
    "dual.numbers.masses.nonnegative": NONNEGATIVE,
    "dual.numbers.exact.distribution": WEIGHTS,
    "dual.numbers.exact.index": NONNEGATIVE,
    "dual.numbers.masses.mass": NONNEGATIVE,
    "dual.numbers.masses.masses": WEIGHTS,
    "dual.numbers.exact.vector": VECTOR,
    "dual.numbers.exact.matrix": _use("matrix"),
    "dual.numbers.beliefs.beliefs": _list(WEIGHTS),
    "dual.numbers.choices.flag": {"type": "boolean"},
    "dual.numbers.arrays.table": _use("array"),
    "dual.kinds.concave.read_value": EXPRESSION,
    "dual.kinds.costly.cost.parse_cost": {
        "oneOf": [_object(entropy=NONNEGATIVE), _object(quadratic=NONNEGATIVE), EXPRESSION]
    },
    "dual.functions.read_law.parse_law": {
        "oneOf": [
            _object(support=VECTOR, prior=WEIGHTS),
            _object(uniform=_PAIR),
            _object(density=EXPRESSION, interval=_PAIR),
        ]
    },
    "dual.kinds.coupling.worth.read_worth": {
        "anyOf": [
            _use("npz"),
            _list({"anyOf": [_list({"anyOf": [NUMBER, {"type": "null"}]}), _use("npz")]}),
            _object(pairs=_list(_list(NUMBER, 3, 3), 0)),
            _object(metric={"enum": ["euclidean", "squared", "cityblock"]}, source=_POINTS, target=_POINTS),
        ]
    },
    "dual.kinds.coupling.worth.read_positions": _POINTS,
    "dual.kinds.coupling.statement.read_capacity": _list(_list(NONNEGATIVE, 3, 3), 0),
    "dual.numbers.masses.masses_each": _list(WEIGHTS, 2),
    "dual.kinds.coupling.several.read_sum": {
        "anyOf": [
            _use("holed"),
            _use("npz"),
            _list(_object(marginals=_list(NONNEGATIVE), table={"anyOf": [_use("holed"), _use("npz")]})),
        ]
    },
    "dual.kinds.coupling.several.read_points": _list(_use("labels")),
    "dual.numbers.masses.listed_masses": _list(_list(NUMBER), 0),
    "dual.kinds.finite.read_multipliers": _list(VECTOR, 0),
    "dual.kinds.linear_program.statement.read_rows": _list(
        {
            "type": "object",
            "required": ["entries"],
            "additionalProperties": False,
            "properties": {
                "entries": _list(_PAIR, 0),
                "lower": {"anyOf": [NUMBER, {"type": "null"}]},
                "upper": {"anyOf": [NUMBER, {"type": "null"}]},
                "name": {"type": ["string", "null"]},
            },
        },
        0,
    ),
    "dual.kinds.linear_program.statement.read_ends": _list({"anyOf": [NUMBER, {"type": "null"}]}),
    "dual.kinds.linear_program.statement.read_columns": _list(NONNEGATIVE, 0),
    "dual.kinds.means.kind.read_payoff": {
        "oneOf": [
            EXPRESSION,
            _object(breakpoints=VECTOR, pieces=_list(VECTOR)),
            _object(points=VECTOR, values=VECTOR),
        ]
    },
    "dual.kinds.two_receivers.statement.read_chance": NONNEGATIVE,
    "dual.kinds.two_receivers.statement.read_axis": WEIGHTS,
    "dual.kinds.two_receivers.statement.read_utility": {"anyOf": [EXPRESSION, _use("array")]},
    "dual.kinds.private.read_grids": _list(_list(WEIGHTS)),
    "dual.kinds.private.read_tables": _list(_use("array")),
    "dual.kinds.delivery.costs.read_values": _SQUARE,
    "dual.kinds.delivery.costs.read_costs": {
        "oneOf": [
            _list(_SQUARE),
            _object(centre={"const": "store"}, courier_store=_SQUARE, buyer_store=_SQUARE),
            _object(centre={"const": "buyer"}, courier_buyer=_SQUARE, buyer_store=_SQUARE),
            _object(centre={"const": "courier"}, courier_buyer=_SQUARE, courier_store=_SQUARE),
        ]
    },
    "dual.kinds.trading.statement.read_values": {
        "anyOf": [
            _SQUARE,
            _object(pairs=_list(_list(NONNEGATIVE, 3, 3)), shape=_list(NONNEGATIVE, 2, 2)),
            _object(buyers=WEIGHTS, sellers=NONNEGATIVE),
        ]
    },
    "dual.kinds.trading.statement.read_known": {"anyOf": [{"const": "all"}, _list(_list(NONNEGATIVE, 2, 2), 0)]},
    "dual.kinds.games.statement.read_payoffs": {"anyOf": [_list(_use("array")), _use("npz")]},
    "dual.kinds.games.statement.read_table": _use("array"),
    "dual.kinds.games.statement.read_law": _use("array"),
    "dual.kinds.games.statement.read_sees": {"type": "array", "minItems": 1},
    "dual.kinds.games.statement.read_signals": _list(WEIGHTS),
    "dual.kinds.games.statement.read_actions": _list(_use("labels")),
    "dual.kinds.private.read_actions": _list(_use("labels")),
    "dual.kinds.contracts.statement.read_outcomes": _list(WEIGHTS),
    "dual.kinds.contracts.statement.read_horizon": NONNEGATIVE,
    "dual.kinds.contracts.statement.read_discount": NONNEGATIVE,
    "dual.kinds.contracts.statement.read_start": NONNEGATIVE,
    "dual.kinds.contracts.statement.read_next": _list({"anyOf": [NONNEGATIVE, WEIGHTS]}),
    "dual.kinds.contracts.sets.read_coverage": _list(_list(NONNEGATIVE, 0)),
    "dual.kinds.informed.statement.read_beliefs": _list({"anyOf": [NONNEGATIVE, WEIGHTS]}),
    "dual.kinds.informed.statement.read_joint": _list(WEIGHTS),
    "dual.kinds.informed.statement.read_payoffs": {"anyOf": [_use("matrix"), _list(_use("matrix"))]},
    "dual.kinds.experiments.statement.read_beliefs": {
        "oneOf": [
            _object(support={"anyOf": [VECTOR, _use("npz")]}, prior={"anyOf": [WEIGHTS, _use("npz")]}),
            _object(uniform=_PAIR),
            _object(density=EXPRESSION, interval=_PAIR),
        ]
    },
    "dual.kinds.experiments.statement.read_stakes": _list(NUMBER, 2, 2),
    "dual.kinds.experiments.statement.read_theta": NUMBER,
    "dual.kinds.experiments.statement.read_law_of_values": _VALUES,
    "dual.kinds.experiments.statement.read_law_of_rivals": _RIVALS,
    "dual.kinds.experiments.statement.read_laws": _list(_RIVALS, 2, 2),
    "dual.kinds.queries.statement.read_queries": NONNEGATIVE,
    "dual.kinds.queries.statement.read_noise": NONNEGATIVE,
    "dual.kinds.queries.statement.read_partitions": _list(_list({"anyOf": [{"type": "string"}, NONNEGATIVE]})),
    "dual.kinds.mechanisms.statement.read_count": NUMBER,
    "dual.kinds.mechanisms.statement.read_weight": NONNEGATIVE,
    "dual.kinds.mechanisms.statement.read_costs": WEIGHTS,
    "dual.kinds.mechanisms.statement.read_shares": _use("matrix"),
    "dual.kinds.mechanisms.statement.read_vertices": _use("matrix"),
    "dual.kinds.mechanisms.statement.read_bids": _list({"type": "array", "minItems": 2, "maxItems": 2}),
    "dual.kinds.mechanisms.statement.read_laws": _list(
        {"oneOf": [_object(uniform=_PAIR), _object(density=EXPRESSION, interval=_PAIR)]}
    ),
    "dual.kinds.mechanisms.joint.read_joint": {
        "anyOf": [_object(corners=_use("matrix")), _object(corners=_use("matrix"), density=EXPRESSION)]
    },
    "dual.kinds.prompting.possible": _list(_list({"anyOf": [NUMBER, {"type": "null"}]})),
}
"""What the readers of fields take, by module and name."""


def _without(*names: str) -> Schema:
    return {"not": {"anyOf": [{"required": [name]} for name in names]}}


_GRID = {"properties": {"domain": {"const": "grid"}}, "required": ["grid"]}
_SQUARE_DOMAIN = {
    "required": ["domain"],
    "properties": {"domain": {"const": "square"}, "utility": {"additionalProperties": EXPRESSION}},
}
_STATES = ("states", "horizon", "discount", "start")
_TABLE = ("outcomes", "costs", "rewards", "action", "actions", "results")
RULES: Mapping[str, Schema] = {
    "contract": {
        "oneOf": [
            {"required": ["outcomes", "costs", "rewards"], **_without(*_STATES, "combinatorial", "team")},
            {"required": ["states"], **_without(*_TABLE, "combinatorial", "team")},
            {"required": ["combinatorial"], **_without(*_TABLE, *_STATES, "team")},
            {"required": ["team"], **_without(*_TABLE, *_STATES, "combinatorial")},
        ]
    },
    "concavification": {
        "oneOf": [
            {"required": ["value"], **_without("beliefs", "values")},
            {"required": ["beliefs", "values"], **_without("value")},
        ]
    },
    "private-persuasion": {
        "oneOf": [
            {"required": ["grids", "utility"], **_without("receivers", "sender")},
            {"required": ["receivers", "sender"], **_without("grids", "utility")},
        ]
    },
    "multi-marginal-transport": {"oneOf": [{"required": ["gain"]}, {"required": ["cost"]}]},
    "transport": {"oneOf": [{"required": ["gain"]}, {"required": ["cost"]}]},
    "two-receiver": {"anyOf": [_GRID, _SQUARE_DOMAIN]},
    "informed-persuasion": {
        "anyOf": [{"required": ["beliefs"]}, {"required": ["joint"]}],
        "not": {"required": ["joint", "weights"]},
    },
    "experiment-menu": {
        "oneOf": [
            {"required": ["types"], **_without("law", "stakes", "externality")},
            {"required": ["law"], **_without("types", "payoff", "buyers", "actions", "externality")},
            {"required": ["externality"], **_without("types", "payoff", "buyers", "actions", "law", "stakes")},
        ]
    },
    "simulation": {
        "allOf": [
            {"anyOf": [{"required": ["beliefs"]}, {"required": ["joint"]}]},
            {"anyOf": [{"required": ["queries"]}, {"required": ["cost"]}]},
        ],
        "not": {"anyOf": [{"required": ["joint", "weights"]}, {"required": ["noise", "partitions"]}]},
    },
    "mechanism": {
        "oneOf": [
            {"required": ["types"], **_without("laws", "bidder_laws", "joint")},
            {"required": ["laws"], **_without("types", "bidder_laws", "joint")},
            {"required": ["bidder_laws"], **_without("types", "laws", "joint", "allocation")},
            {"required": ["joint"], **_without("types", "laws", "bidder_laws")},
        ]
    },
    "game": {"not": {"required": ["sees", "signals"]}},
    "payoff-set": {"not": {"required": ["sees", "signals"]}},
}
"""What several fields say together, by kind."""


def statement_of(kind: str) -> type[Statement]:
    """The class of a kind's statement, whose ``read`` is how the kind parses."""
    return statement_class(kind_of({"kind": kind}).name)


def schema(kind: str) -> Schema:
    """The JSON Schema of a kind's instances, complete in itself; of ``solution`` that of solution files.

    Parameters
    ----------
    kind : str

    Returns
    -------
    dict
        In the dialect of 2020-12.

    Raises
    ------
    InputError
        If there is no such kind.

    Examples
    --------
    >>> sorted(schema("persuasion")["properties"])[:4]
    ['actions', 'kind', 'name', 'notes']
    """
    made: Schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"{kind}.json"}
    if kind == "solution":
        return {**made, "title": "A solution with its certificate", **_solution(), "$defs": dict(DEFS)}
    cls = statement_of(kind)
    body = _record(cls)
    body["required"] = ["kind", *body["required"]]
    body["properties"] = {"kind": {"const": kind}, **body["properties"]}
    return {**made, "title": (cls.__doc__ or kind).split("\n")[0], **body, **RULES.get(kind, {}), "$defs": dict(DEFS)}


def _record(cls: type[Record]) -> Schema:
    entries = stated_fields(cls)
    return {
        "type": "object",
        "required": [entry.name for entry in entries if entry.default is MISSING],
        "additionalProperties": False,
        "properties": {
            entry.name: {"description": entry.metadata["sentence"], **_field(cls, entry)} for entry in entries
        },
    }


def _field(cls: type[Record], entry: Field[Any]) -> Schema:
    reader = entry.metadata["reader"]
    if isinstance(reader, type):
        found = _record(reader)
        for _ in entry.metadata["axes"]:
            found = _list(found)
        return found
    if isinstance(reader, partial):
        if "known" in reader.keywords:
            return {"enum": list(reader.keywords["known"])}
        name = f"{reader.func.__module__}.{reader.func.__name__}"
        nonnegative = getattr(reader.keywords.get("entry"), "__name__", "") == "nonnegative"
        return WEIGHTS if nonnegative and READERS[name] == VECTOR else READERS[name]
    name = f"{reader.__module__}.{reader.__name__}"
    if name not in READERS:
        raise SuasionError(
            f"suasion/schemas.py does not say what {name} takes, the reader of {cls.__name__}.{entry.name}"
        )
    return READERS[name]


def _solution() -> Schema:
    long = {"type": "string", "pattern": "^-?0x[0-9a-f]+/0x[1-9a-f][0-9a-f]*$"}
    bound = {"anyOf": [NUMBER, long, {"type": "null"}]}
    part = {"type": ["object", "null"]}
    return {
        "type": "object",
        "required": ["format", "problem", "grade"],
        "additionalProperties": False,
        "properties": {
            "format": {"const": FORMAT},
            "problem": {"type": "object", "required": ["kind"]},
            "value": bound,
            "lower": bound,
            "upper": bound,
            "grade": {"enum": ["exact", "bounded", "unproven", "infeasible", "unbounded"]},
            "primal": part,
            "dual": part,
            "solver": part,
        },
    }
