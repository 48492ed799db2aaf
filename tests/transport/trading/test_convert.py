"""Solutions of older versions are written anew, and then accepted."""

import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import dual
from transport import TradingNetwork
from transport.trading.convert import converted, main


def older(document: Any) -> dict[str, Any]:
    """A solution as it was written when the checker derived the bounds of leaves itself."""

    def leaf(node: dict[str, Any]) -> dict[str, Any]:
        found = {name: value for name, value in node.items() if name != "bounds"}
        if "by" in found:
            found["by"] = leaf(found["by"])
        return {**found, "bounded": True} if "known" in found else found

    certificate = document["dual"]
    nodes = certificate.get("nodes")
    new = {"kind": "tree", "nodes": list(map(leaf, nodes))} if nodes else leaf(certificate)
    return {**document, "dual": new}


def test_trees_get_their_steps(tmp_path: Path) -> None:
    rng = random.Random(5)
    for size in (3, 9):
        values = [[rng.randint(1, 100) for _ in range(size)] for _ in range(size)]
        known = [(i, j) for i in range(size) for j in range(size) if rng.random() < 0.4]
        document = TradingNetwork(values, known).solve("branching").document()
        old = older(document)
        assert "unknown field" in str(dual.verify(old).violation)
        assert converted(old)["upper"] == document["upper"]
        (tmp_path / "old.json").write_text(json.dumps(old, default=str), "utf-8")
        assert main([str(tmp_path / "old.json"), str(tmp_path / "new.json")]) == 0
        verdict = dual.verify(tmp_path / "new.json")
        assert verdict.accepted
        assert verdict.upper == Fraction(document["upper"])


def test_other_certificates_are_found_again(capsys: pytest.CaptureFixture[str]) -> None:
    auction = TradingNetwork([[10], [7], [3]], [(2, 0)], price_rule="smallest").solve().document()
    assert dual.verify(converted({**auction, "dual": {"kind": "one-seller"}})).upper == 7
    strangers = TradingNetwork([[5, 3], [4, 1]], price_rule="smallest").solve().document()
    couples = TradingNetwork([[5, 5], [3, 3]], [(0, 0), (1, 1)], ties="hostile").solve().document()
    for document, kind, value in ((strangers, "enumeration", 4), (couples, "autarky", 0)):
        old = {**document, "dual": {"kind": kind}}
        assert "transport.trading.convert" in str(dual.verify(old).violation)
        assert dual.verify(converted(old)).upper == value
    market = TradingNetwork([[12, 0], [12, 11]], [(0, 0)]).solve().document()
    cases = {"kind": "known-sellers", "buyers": [0, 11], "sellers": [0, 0], "cases": []}
    assert dual.verify(converted({**market, "dual": cases})).upper == 12
    assert main(["one"]) == 2
    assert "usage" in capsys.readouterr().err
    assert main(["absent.json", "new.json"]) == 2
    assert "absent.json" in capsys.readouterr().err
