"""The documentation site builds without a warning."""

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
