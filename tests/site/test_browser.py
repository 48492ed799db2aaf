"""The site in a real headless browser: a file is proven, refused or unreadable, and pages fit a phone."""

import contextlib
import functools
import http.server
import json
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

import suasion

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PYODIDE = ROOT / "docs" / "node_modules" / "pyodide"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format, *args):  # noqa: A002
        pass


@pytest.fixture(scope="module")
def served(site):
    """A browser, and the address of the site, served from this machine."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium here")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_api.sync_playwright() as playwright, contextlib.closing(server.socket):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser, f"http://127.0.0.1:{server.server_address[1]}"
        browser.close()
        server.shutdown()


@pytest.fixture(scope="module")
def page(served):
    if not PYODIDE.is_dir():
        pytest.skip("`npm install --prefix docs` has not fetched Pyodide")
    browser, address = served
    shown = browser.new_page()
    shown.set_default_timeout(120_000)
    # Nothing but this machine may be asked: the check works offline, and no file can leave.
    shown.route("**/*", lambda route: route.continue_() if "127.0.0.1" in route.request.url else route.abort())
    shown.goto(f"{address}/check.html")
    return shown


def verdict(page, *paths):
    """Drop files; what the page says, and how it marks it."""
    page.evaluate("document.getElementById('check-verdict').hidden = true")
    page.set_input_files("#check-files", [])
    page.set_input_files("#check-files", list(map(str, paths)))
    page.wait_for_selector("#check-verdict:not([hidden])")
    return page.get_attribute("#check-verdict", "class"), page.inner_text("#check-verdict")


@pytest.fixture
def solved(tmp_path):
    path = tmp_path / "prosecutor.solution.json"
    suasion.load("kamenica-gentzkow-2011-prosecutor").solve().save(path)
    return path


def test_a_proven_file(page, solved):
    assert verdict(page, solved) == ("proven", "proven: value = 3/5")


def test_a_false_claim_is_refused(page, solved):
    document = json.loads(solved.read_text("utf-8"))
    document |= {"value": 0.8, "lower": "4/5", "upper": "4/5"}
    solved.write_text(json.dumps(document), "utf-8")
    kind, text = verdict(page, solved)
    assert kind == "refused"
    assert "4/5" in text
    assert "3/5" in text


def test_what_cannot_be_read(page, tmp_path):
    path = tmp_path / "broken.json"
    path.write_text('{"format": ', "utf-8")
    kind, text = verdict(page, path)
    assert kind == "unreadable"
    assert "broken.json" in text


def test_an_instance_beside_it(page, solved, tmp_path):
    other = suasion.load("harris-et-al-2023-seller-1-5")
    path = tmp_path / "instance.json"
    other.save(path)
    assert verdict(page, solved, path)[0] != "proven"
    suasion.load("kamenica-gentzkow-2011-prosecutor").save(path)
    assert verdict(page, solved, path)[0] == "proven"


def test_arrays_beside_it(page, tmp_path):
    path = tmp_path / "waves.solution.json"
    utility = np.add.outer(np.arange(250), 2 * np.arange(250)) % 7 * 1.0
    grid = [f"{i}/249" for i in range(250)]
    suasion.TwoReceiverPersuasion("1/2", utility, grid=grid).solve().save(path)
    [arrays] = tmp_path.glob("*.npz")
    assert verdict(page, path, arrays)[0] == "proven"
    assert verdict(page, path)[0] == "unreadable"  # the arrays are missing
    assert verdict(page, arrays)[0] == "unreadable"


def test_pages_fit_a_phone(served, site):
    """No page is wider than the screen it is read on; code and tables scroll inside their boxes."""
    browser, address = served
    phone = browser.new_page(viewport={"width": 390, "height": 844})
    wide = {}
    for path in sorted(site.rglob("*.html")):
        if "_modules" in path.parts or "_static" in path.parts:
            continue
        phone.goto(f"{address}/{path.relative_to(site).as_posix()}")
        width = phone.evaluate("document.documentElement.scrollWidth")
        if width > 390:
            wide[str(path.relative_to(site))] = width
    assert not wide
