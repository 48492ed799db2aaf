"""Certificates with all that follows from their splits, step by step, so that the checker need not look for it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from transport.programs.branching import Entry

from .arrays import Model
from .bounds import Bounds, Steps

_LONGEST: Final = 64
"""Bits of a denominator that all multipliers of a leaf have, at most: with longer ones numbers would not be shorter."""


def listed(model: Model, nodes: Sequence[Entry]) -> list[dict[str, Any]]:
    """The nodes of a revenue's tree, each with the bounds that follow from its split and what stands above it.

    Parameters
    ----------
    model : Model
    nodes : sequence of mappings
        Parents before their children.
    """
    found: list[dict[str, Any]] = []
    parts: dict[int, tuple[Bounds | None, Mapping[int, tuple[int, int]]]] = {0: (Bounds.of(model), {})}
    for k, node in enumerate(nodes):
        above, part = parts.pop(k)
        steps: Steps = []
        bounds = None if above is None else above.within(model, part, steps)
        found.append({**({"bounds": steps} if steps else {}), **node})
        if "children" not in node:
            continue
        children = node["children"]
        if not isinstance(children, Sequence):
            raise TypeError("children of a node are a list")
        following = _parts(model, bounds, node)
        parts |= {child: (bounds, part) for child, part in zip(children, following, strict=True)}
    return found


def _parts(model: Model, bounds: Bounds | None, node: Mapping[str, Any]) -> list[dict[int, tuple[int, int]]]:
    """What each child of a node restricts further."""
    if "closed" in node:
        return [dict.fromkeys(node["closed"], (0, 0))]
    number, at = node["split"]
    low, high = (0, 1) if bounds is None else bounds.range_of(model, number)
    return [{number: (low, min(high, at))}, {number: (max(low, at + 1), high)}]


def pooled(nodes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A tree in few words: rows of envy that several leaves have stand there once, and a leaf has one denominator.

    Returns
    -------
    dict
        ``nodes``, and ``rows`` if any row stands in two leaves.

    Examples
    --------
    >>> leaves = [{"buyers": [d], "sellers": [0], "known": [[0, 1, d]]} for d in (Fraction(1, 2), Fraction(1, 3))]
    >>> tree = pooled([{"split": [0, 0], "children": [1, 2]}, *leaves])
    >>> tree["rows"], tree["nodes"][2]
    ([[0, 1]], {'buyers': [1], 'sellers': [0], 'known': [[0, 1]], 'over': 3})
    """
    counts = Counter(_key(row) for leaf in _leaves(nodes) for row in leaf["known"])
    place = {key: k for k, key in enumerate(key for key, count in counts.items() if count > 1)}
    found = []
    for node in nodes:
        by = node.get("by")
        node = {**node, "by": _shorter(by, place)} if isinstance(by, Mapping) and "known" in by else node
        found.append(_shorter(node, place) if "known" in node else dict(node))
    rows = [[list(part) if isinstance(part, tuple) else part for part in key] for key in place]
    return {"rows": rows, "nodes": found} if rows else {"nodes": found}


def _shorter(leaf: Mapping[str, Any], place: Mapping[tuple[Any, ...], int]) -> dict[str, Any]:
    """A leaf whose rows are numbers where they are listed, and whose multipliers are integers."""
    weights = [row[2] for row in leaf["known"]]
    sizes = [Fraction(x).denominator for x in (*leaf["buyers"], *leaf["sellers"], *weights)]
    over = math.lcm(*sizes)
    if over.bit_length() > _LONGEST:
        over = 1

    def whole(x: Any) -> Any:
        scaled = Fraction(x) * over
        return int(scaled) if scaled.denominator == 1 else scaled

    rows = []
    for row in leaf["known"]:
        key, weight = _key(row), whole(row[2])
        rows.append([place[key], weight] if key in place else [*row[:2], weight, *row[3:]])
    sides = {name: [whole(x) for x in leaf[name]] for name in ("buyers", "sellers")}
    return {**leaf, **sides, "known": rows, **({"over": over} if over > 1 else {})}


def _leaves(nodes: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for node in nodes:
        for leaf in (node, node.get("by")):
            if isinstance(leaf, Mapping) and "known" in leaf:
                yield leaf


def _key(row: Sequence[Any]) -> tuple[Any, ...]:
    """A row without its multiplier."""
    return tuple(tuple(part) if isinstance(part, list) else part for part in (*row[:2], *row[3:]))
