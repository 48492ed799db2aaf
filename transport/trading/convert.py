"""Write solutions of older versions anew: ``python -m transport.trading.convert OLD NEW``.

Trees of trading networks once left it to the checker what follows from their splits (``"bounded": true``), and some
certificates held nothing (``enumeration``) or were of a form that is no more (``one-seller``, ``autarky``,
``known-sellers``). The former get the steps listed; where that does not do, the problem is solved again.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import dual
from dual.numbers.files import read
from transport.road.files import save

from .listing import listed
from .network import TradingNetwork


def converted(solution: Mapping[str, Any]) -> Mapping[str, Any]:
    """The content of a solution's file, with a certificate as it is now.

    Raises
    ------
    InputError
        If the file is no solution of a trading network.
    """
    problem = TradingNetwork.from_document(solution["problem"])
    certificate = solution.get("dual") or {}
    if certificate.get("kind") in ("lp", "tree") and problem.objective == "revenue":
        nodes = certificate.get("nodes") or [{k: v for k, v in certificate.items() if k != "kind"}]
        listing = listed(problem.model, [_bare(node) for node in nodes])
        rows = {"rows": certificate["rows"]} if "rows" in certificate else {}
        new = {"kind": "tree", **rows, "nodes": listing} if "nodes" in certificate else {"kind": "lp", **listing[0]}
        solution = {**solution, "dual": new}
    if dual.verify(solution).accepted:
        return solution
    return problem.solve().document()


def _bare(node: Mapping[str, Any]) -> dict[str, Any]:
    """A node without what is listed now, or was left to the checker."""
    found = {name: value for name, value in node.items() if name not in ("bounded", "bounds")}
    if "by" in found:
        found["by"] = _bare(found["by"])
    return found


def main(arguments: Sequence[str]) -> int:
    """Convert one file."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m transport.trading.convert OLD NEW\n")
        return 2
    try:
        save(converted(read(arguments[0])), arguments[1])
    except dual.SuasionError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
