"""What problems and solutions look like elsewhere: arrays of floats for computing, tables and HTML for reading."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dual.errors import SuasionError
from dual.names import labels
from dual.numbers.arrays import Array
from dual.numbers.masses import listed_masses
from dual.statement import Record, Statement, stated_fields
from transport.programs.arrays import Floats

from .table import Table, with_pandas

if TYPE_CHECKING:
    pass

MOST_CELLS = 400
"""Tables of a statement with more cells are left out of a notebook's page: nobody reads them there."""


def shortened(text: str, most: int) -> str:
    """A text cut to a length, with dots where something is missing.

    Examples
    --------
    >>> shortened("a market of hubs", 10)
    'a marke...'
    """
    return text if len(text) <= most else text[: most - 3] + "..."


def html_page(lines: Iterable[tuple[str, str]], tables: Iterable[Table]) -> str:
    """Lines with a name and a value, and tables below them, in HTML."""
    rows = "".join(f"<tr><th>{html.escape(name)}</th><td>{html.escape(text)}</td></tr>" for name, text in lines)
    return f"<table>{rows}</table>" + "".join(table.cut().html() for table in tables)


def stated_tables(statement: Statement) -> list[Table]:
    """The vectors and matrices of a statement, with the labels of what their axes count."""
    found = []
    lengths = statement.lengths()
    for entry in stated_fields(type(statement)):
        axes, value = entry.metadata["axes"], getattr(statement, entry.name)
        if not _is_vector(value) or not axes or entry.metadata["reader"] is labels:
            continue
        matrix = len(axes) == 2 and all(map(_is_vector, value))
        rows = value if matrix else [value]
        if not all(isinstance(cell, Fraction) for row in rows for cell in row) or sum(map(len, rows)) > MOST_CELLS:
            continue
        names = _names(statement, axes[-1], lengths)
        header = ["", *names] if matrix else names
        sides = _names(statement, axes[0], lengths) if matrix else []
        cells = [[side, *row] for side, row in zip(sides, rows, strict=True)] if matrix else rows
        found.append(Table(entry.name, header, cells))
    return found


Node = tuple[str, str]
"""A side and a name: ``("buyer", "Ann")``."""


def graph_of(edges: Iterable[tuple[Node, Node, Mapping[str, Any]]], kind: str) -> Any:
    """A graph of networkx with the sides of its nodes; names alone are the nodes where no two sides share one."""
    try:
        import networkx
    except ImportError:
        raise SuasionError("networkx is not installed; pip install networkx") from None
    listed = list(edges)
    if not listed:
        raise SuasionError(f"an answer of kind {kind} is no graph here; see its tables")
    nodes = list(dict.fromkeys(node for one, other, _ in listed for node in (one, other)))
    alone = len({name for _, name in nodes}) == len(nodes)
    made = networkx.Graph()
    for side, name in nodes:
        made.add_node(name if alone else (side, name), side=side)
    for one, other, attributes in listed:
        made.add_edge(one[1] if alone else one, other[1] if alone else other, **attributes)
    return made


def frames_of(statement: Statement) -> dict[str, Any]:
    """The vectors and matrices of a statement as pandas' series and frames, with labels."""
    pandas, found = with_pandas(), {}
    for entry, names, value in _tabular(statement):
        if len(names) == 2:
            found[entry] = pandas.DataFrame([list(row) for row in value], index=names[0], columns=names[1])
        else:
            found[entry] = pandas.Series(list(value), index=names[0], name=entry)
    return found


def _tabular(statement: Statement) -> Iterator[tuple[str, list[Sequence[Any]], Any]]:
    for entry in stated_fields(type(statement)):
        axes, value = entry.metadata["axes"], getattr(statement, entry.name)
        value = value.tolist() if isinstance(value, Array) else value
        if not axes or len(axes) > 2 or entry.metadata["reader"] is labels or not isinstance(value, (tuple, list)):
            continue
        if not value:
            continue
        rows = value if len(axes) == 2 else [value]
        if all(isinstance(row, (tuple, list)) and all(isinstance(x, Fraction) for x in row) for row in rows):
            sizes = [len(value), len(rows[0])][: len(axes)]
            yield entry.name, [_given(statement, a, n) for a, n in zip(axes, sizes, strict=True)], value


def _given(statement: Statement, axis: str, count: int) -> Sequence[Any]:
    """The labels of an axis, or its indices."""
    for entry in stated_fields(type(statement)):
        if entry.metadata["reader"] is labels and entry.metadata["axes"] == (axis,):
            return getattr(statement, entry.name) or range(count)
    return range(count)


def _is_vector(value: object) -> bool:
    return isinstance(value, tuple) and bool(value)


def _names(statement: Statement, axis: str, lengths: Mapping[str, int]) -> Sequence[str]:
    for entry in stated_fields(type(statement)):
        if entry.metadata["reader"] is labels and entry.metadata["axes"] == (axis,):
            given = getattr(statement, entry.name)
            if given is not None:
                return given  # type: ignore[no-any-return]
    return [f"{axis} {k}" for k in range(lengths.get(axis, 0))]


def arrays_of(witness: object, statement: Statement) -> dict[str, Floats]:
    """The numbers of a witness as arrays of floats, by field; what makes no rectangle is left out."""
    import numpy as np

    found = {}
    for name, axes, reader, value in _numbers(witness, ""):
        try:
            array = np.array(_floats(tuple(value) if isinstance(value, Array) else value), dtype=np.float64)
            array = array.reshape(value.shape) if isinstance(value, Array) else array
        except (TypeError, ValueError, OverflowError):
            continue  # a word, a mapping, lists of different lengths
        if reader is listed_masses:
            array = _full(array, tuple(statement.lengths()[axis] for axis in axes))
        found[name] = array
    return found


def _numbers(record: object, prefix: str) -> Iterator[tuple[str, Sequence[str], object, object]]:
    """Fields with their axes, readers and values; those of a list's entries are stacked."""
    if not isinstance(record, Record):
        return
    for entry in stated_fields(type(record)):
        value, name = getattr(record, entry.name), f"{prefix}{entry.name}"
        if isinstance(value, Record):
            yield from _numbers(value, f"{name}.")
        elif _is_vector(value) and all(isinstance(item, Record) and type(item) is type(value[0]) for item in value):
            for inner in stated_fields(type(value[0])):
                yield f"{name}.{inner.name}", (), None, tuple(getattr(item, inner.name) for item in value)
        elif _is_vector(value) and all(isinstance(item, Array) for item in value):
            yield from ((f"{name}[{i}]", (), None, table) for i, table in enumerate(value))
        elif value is not None and value != entry.default:  # what is not said is no array of zeros
            yield name, entry.metadata["axes"], entry.metadata["reader"], value


def _floats(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_floats(item) for item in value]
    if isinstance(value, bool) or not isinstance(value, (int, Fraction)):
        raise TypeError("not a number")
    return float(value)


def _full(entries: Floats, shape: tuple[int, ...]) -> Floats:
    """The array of masses that are listed as ``[i, j, ..., mass]``."""
    import numpy as np

    full = np.zeros(shape)
    if entries.size:
        np.add.at(full, tuple(entries[:, :-1].T.astype(int)), entries[:, -1])
    return full
