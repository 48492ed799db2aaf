"""The documentation site, built once for all tests that look at it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("sphinx", "furo", "myst_parser", "sphinx_gallery", "sphinx_copybutton", "nbformat")


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the site; a test of its own runs a part of the gallery, the workflow all of it."""
    for needed in NEEDED:
        pytest.importorskip(needed, reason="the extra docs is not installed")
    place = tmp_path_factory.mktemp("site")
    build = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-q",
        "-D",
        "plot_gallery=0",
        "-d",
        str(place / "trees"),
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [*build, str(ROOT / "docs"), str(place / "html")], capture_output=True, text=True, check=False, env=environment
    )
    assert run.returncode == 0, run.stderr
    return place / "html"
