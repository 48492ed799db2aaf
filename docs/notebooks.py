"""Make a notebook of a page: prose becomes text, its Python blocks become cells, what they print is left to the reader.

``docs/conf.py`` offers every tutorial so; tests run the pages' blocks, and some notebooks cell by cell.
``python docs/notebooks.py PAGE OUT.ipynb`` makes one by hand.
"""

import doctest
import re
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1 *$", re.MULTILINE | re.DOTALL)
TYPED = ("python", "pycon")


def notebook(page: str) -> nbformat.NotebookNode:
    """A notebook with the text and the code of a page in Markdown.

    A transcript's lines become one cell; what it printed is dropped, since the cell prints it.
    """
    made = new_notebook(metadata={"language_info": {"name": "python"}})
    end = 0
    for fence in FENCE.finditer(page):
        if fence[2].strip() not in TYPED:
            continue
        _prose(made, page[end : fence.start()])
        made.cells.append(new_code_cell(code(fence[3])))
        end = fence.end()
    _prose(made, page[end:])
    for position, cell in enumerate(made.cells):
        cell.id = f"cell-{position}"  # the same page, the same file
    return made


def code(block: str) -> str:
    """The statements of a block, without prompts and outputs."""
    if ">>> " not in block:
        return block.strip()
    return "".join(example.source for example in doctest.DocTestParser().get_examples(block)).strip()


def _prose(made: nbformat.NotebookNode, text: str) -> None:
    # Roles and pictures of the site mean nothing in a notebook.
    text = re.sub(r"\{py:\w+\}`~?([^`]+)`", r"`\1`", text)
    text = re.sub(r"^!\[[^\]]*\]\([^)]*\)\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"\[\]\((?:\.\./)*([\w/-]+)\.md\)", r"*\1*", text)
    if text.strip():
        made.cells.append(new_markdown_cell(text.strip()))


def write(pages: list[Path], folder: Path) -> None:
    """Write the notebooks of some pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for page in pages:
        nbformat.write(notebook(page.read_text("utf-8")), folder / f"{page.stem}.ipynb")


if __name__ == "__main__":
    nbformat.write(notebook(Path(sys.argv[1]).read_text("utf-8")), sys.argv[2])
