"""What the page ``check.md`` needs beside it: the folder ``dual`` as an archive, and Pyodide.

Pyodide is taken from ``docs/node_modules`` if ``npm install --prefix docs pyodide`` has put it there: the site
then works without internet. Otherwise the page loads the same version from a public mirror of the npm registry.
"""

import json
import shutil
import zipfile
from pathlib import Path

DOCS = Path(__file__).resolve().parent
MIRROR = "https://cdn.jsdelivr.net/npm/pyodide@{version}/"
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")


def write(folder: Path, version: str) -> None:
    """Write what belongs into ``_static/check``: the checker, Pyodide if it is installed here, and where Pyodide is."""
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / "dual.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((DOCS.parent / "dual").rglob("*.py")):
            archive.write(path, path.relative_to(DOCS.parent))
        archive.writestr("version.txt", f"suasion {version}")
    installed = DOCS / "node_modules" / "pyodide"
    if installed.is_dir():
        (folder / "pyodide").mkdir(exist_ok=True)
        for name in CORE:
            shutil.copyfile(installed / name, folder / "pyodide" / name)
        home = "pyodide/"
    else:
        wanted = json.loads((DOCS / "package.json").read_text("utf-8"))["dependencies"]["pyodide"]
        home = MIRROR.format(version=wanted)
    (folder / "where.json").write_text(json.dumps({"pyodide": home}), "utf-8")
