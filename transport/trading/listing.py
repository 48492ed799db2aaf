"""Certificates with all that follows from their splits, step by step, so that the checker need not look for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from transport.programs.branching import Entry

from .arrays import Model
from .bounds import Bounds, Steps


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
