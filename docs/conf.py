"""Configuration of the documentation site."""

import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS.parent), str(DOCS)]

import checker
import notebooks
from gallery import scripts
from sphinx.application import Sphinx
from sphinx_gallery.sorting import ExplicitOrder

from suasion import __version__

project = "suasion"
author = "The suasion authors"
project_copyright = "2026, the suasion authors"
version = release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    # MathJax from the site's own files: formulas render without internet.
    "sphinx-mathjax-offline",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "sphinx_gallery.gen_gallery",
]
myst_enable_extensions = ["dollarmath", "amsmath", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "generated/scripts", "node_modules", "**sg_execution_times*"]

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented_params"
napoleon_google_docstring = False
napoleon_use_rtype = False
# Words such as "shape" in a parameter's type are not references, whatever attributes bear the same name.
suppress_warnings = ["ref.python"]

html_theme = "furo"
html_title = f"suasion {version}"
html_static_path = ["_static", "generated/static"]

# The copy button takes what a person would type.
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

_SCRIPTS = DOCS / "generated" / "scripts"
scripts.write(_SCRIPTS)
sphinx_gallery_conf = {
    "examples_dirs": [str(_SCRIPTS)],
    "gallery_dirs": ["generated/gallery"],
    "within_subsection_order": ExplicitOrder(
        [scripts.file_name(entry) for chapter in scripts.chapters() for entry in chapter["entry"]]
    ),
    "image_scrapers": ("matplotlib",),
    "remove_config_comments": True,
    "show_memory": False,
    "write_computation_times": False,
    "abort_on_example_error": True,
    "min_reported_time": 1e6,
    "run_stale_examples": False,
    "download_all_examples": False,
    "copyfile_regex": r".*\.svg",
}

checker.write(DOCS / "generated" / "static" / "check", version)

_TUTORIALS = sorted((DOCS / "tutorials").glob("*.md"))
notebooks.write(_TUTORIALS, DOCS / "generated" / "notebooks")


def _offer_notebook(_app: object, name: str, source: list[str]) -> None:
    """Every tutorial can be taken along as a notebook."""
    if name.startswith("tutorials/"):
        stem = name.removeprefix("tutorials/")
        source[0] += f"\n\n{{download}}`This page as a notebook <../generated/notebooks/{stem}.ipynb>`\n"


def setup(app: Sphinx) -> None:
    """Let Sphinx call what is above."""
    app.connect("source-read", _offer_notebook)
