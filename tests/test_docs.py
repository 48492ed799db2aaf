"""The documentation site builds without a warning."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest


def test_the_site_builds_without_warnings(tmp_path):
    for needed in ("sphinx", "furo", "myst_parser"):
        pytest.importorskip(needed, reason="the extra docs is not installed")
    docs = Path(__file__).parents[1] / "docs"
    build = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-d", str(tmp_path / "trees")]
    run = subprocess.run([*build, str(docs), str(tmp_path / "site")], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "site" / "index.html").exists()


def test_the_tables_of_fields_say_what_the_statements_declare():
    """`python docs/fields.py` writes them."""
    place = Path(__file__).parents[1] / "docs" / "fields.py"
    found = runpy.run_path(str(place))
    page = found["PAGE"].read_text("utf-8")
    assert not found["missing"](page)
    assert found["written"](page) == page
    assert "| `sender` | `[states][actions]` | the sender's payoff |" in page
