"""The documentation site builds without a warning, every link in it leads somewhere, and its pictures of code run."""

import runpy
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest

DOCS = Path(__file__).parents[2] / "docs"


class Links(HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors, self.loaded = [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.anchors |= {found[key] for key in ("id", "name") if found.get(key)}
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        if tag in ("script", "img", "source") and found.get("src"):
            self.loaded.append(found["src"])
        if tag == "link" and found.get("rel") in ("stylesheet", "icon") and found.get("href"):
            self.loaded.append(found["href"])


@pytest.fixture(scope="module")
def pages(site):
    # Pages of source code link back to whatever they define, documented or not.
    found = (path for path in site.rglob("*.html") if "_modules" not in path.parts)
    return {path.resolve(): Links(path.read_text("utf-8")) for path in found}


def test_every_link_leads_somewhere(site, pages):
    broken = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.exists():
                broken.append(f"{path.relative_to(site)}: {link}")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
                broken.append(f"{path.relative_to(site)}: no anchor {link}")
    assert not broken


def test_the_site_needs_no_internet(site, pages):
    """Nothing is loaded from elsewhere, formulas included; only what a person clicks on may be."""
    assert not [(path.name, link) for path, page in pages.items() for link in page.loaded if urlsplit(link).netloc]
    assert any("mathjax" in link for link in pages[(site / "theory.html").resolve()].loaded)


def test_every_entry_of_the_gallery_is_in_the_catalog_once():
    from suasion.catalog import slugs

    scripts = runpy.run_path(str(DOCS / "gallery" / "scripts.py"))
    told = [entry["slug"] for chapter in scripts["chapters"]() for entry in chapter["entry"]]
    assert len(told) == len(set(told)) >= 40
    assert set(told) <= set(slugs())


def _entries():
    scripts = runpy.run_path(str(DOCS / "gallery" / "scripts.py"))
    return [entry for chapter in scripts["chapters"]() for entry in chapter["entry"]], scripts["script"]


def _run(entry, script, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "script.py"
    path.write_text(script(entry), "utf-8")
    names = runpy.run_path(str(path))
    assert names["solution"].grade in ("exact", "bounded", "infeasible")
    assert names["ax"].get_figure()


SEEDED = np.random.default_rng(7).permutation(40)[:4]


@pytest.mark.parametrize("position", SEEDED)
def test_a_part_of_the_gallery_runs(position, tmp_path, monkeypatch):
    entries, script = _entries()
    _run(entries[position], script, tmp_path, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("position", range(40))
def test_the_gallery_runs(position, tmp_path, monkeypatch):
    """The workflow's build runs the whole gallery as well, with pictures."""
    entries, script = _entries()
    for entry in entries[position::40]:
        _run(entry, script, tmp_path, monkeypatch)


TUTORIALS = sorted((DOCS / "tutorials").glob("*.md"))


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_a_tutorial_is_a_notebook(page):
    """Its cells are the page's blocks, which `tests/test_readme.py` runs; here they are whole and in order."""
    nbformat = pytest.importorskip("nbformat", reason="the extra docs is not installed")
    made = runpy.run_path(str(DOCS / "notebooks.py"))["notebook"](page.read_text("utf-8"))
    nbformat.validate(made)
    cells = [cell.source for cell in made.cells if cell.cell_type == "code"]
    assert cells
    for cell in cells:
        compile(cell, page.name, "exec")
    assert not [cell for cell in cells if ">>> " in cell]


@pytest.mark.parametrize("page", [TUTORIALS[1], TUTORIALS[-1]], ids=lambda page: page.stem)
def test_a_notebook_runs(page, tmp_path, monkeypatch):
    """Two of them, cell by cell in one namespace, as a notebook does."""
    pytest.importorskip("nbformat", reason="the extra docs is not installed")
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "__main__"}
    made = runpy.run_path(str(DOCS / "notebooks.py"))["notebook"](page.read_text("utf-8"))
    for cell in made.cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, page.name, "exec"), names)
