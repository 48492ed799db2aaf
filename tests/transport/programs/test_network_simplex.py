"""POT's network simplex alone, and POT beside it."""

import subprocess
import sys

import numpy as np
import pytest

from transport.programs import network_simplex as alone

BEFORE = """
import sys
from transport import Transport
cost = [[(7 * i + 3 * j) % 50 for j in range(250)] for i in range(250)]
solution = Transport([1] * 250, [1] * 250, cost=cost).solve()
assert solution.grade == "exact" and solution.solver["method"] == "network-simplex", solution
assert "ot" not in sys.modules and "scipy.stats" not in sys.modules
"""
AFTER = """
import ot
from ot.lp import emd_wrap
assert ot.emd([0.5, 0.5], [0.5, 0.5], [[0, 1], [1, 0]]).tolist() == [[0.5, 0.0], [0.0, 0.5]]
"""


def test_a_table_is_solved_without_the_rest_of_pot_which_works_afterwards():
    subprocess.run([sys.executable, "-c", BEFORE + AFTER], check=True, timeout=120)


@pytest.mark.parametrize("missing", ["module", "function", "package"])
def test_another_version_of_pot_is_imported_as_a_whole(monkeypatch, missing):
    import ot

    for name in [name for name in sys.modules if name == "ot" or name.startswith("ot.")]:
        if name != alone.COMPILED:
            monkeypatch.delitem(sys.modules, name)
    if missing == "module":
        monkeypatch.setattr(alone.importlib, "import_module", _refuse)
    elif missing == "function":
        monkeypatch.setattr(alone.importlib, "import_module", lambda _name: np)
    else:
        monkeypatch.setattr(alone.importlib.util, "find_spec", lambda _name: None)
    asked = []
    monkeypatch.setattr(alone, "_whole", lambda: asked.append(1) or ot)
    assert alone.network_simplex.__wrapped__() is ot.emd
    assert asked == [1]
    assert "ot" not in sys.modules


def _refuse(_name):
    raise ImportError("it is not there")
