"""What a verdict rests on: the modules of the checker that took part, with their lines of code.

Loaded after the verdict, so that it is not among them. A verdict rests on a module if a fault in it could let a false
claim pass. The modules of the front could not: they open files, print, read names and what only Python programs hand
over, count work and refuse what is too large, guess where cells are cut and what is near a reciprocal, and find the
module of a kind, whose statement then looks whether it is the right one.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from pathlib import Path
from typing import Final

_LAYOUT = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


_NAMES: Final = (
    "__main__ checker command errors functions.cuts functions.modest functions.near "
    "functions.spelling functions.work kinds limits names "
    "numbers.files numbers.given words written"
)
FRONT: Final = frozenset({"dual", *(f"dual.{name}" for name in _NAMES.split())})
"""What no verdict rests on."""


def modules() -> tuple[dict[str, int], dict[str, int]]:
    """The loaded modules that a verdict rests on, and those of the front, each with its lines of code, if any."""
    loaded = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "dual"}
    del loaded[__name__]
    files = {name: getattr(module, "__file__", None) for name, module in sorted(loaded.items())}
    counts = {name: lines(Path(file).read_text("utf-8")) for name, file in files.items() if file}
    counts = {name: count for name, count in counts.items() if count}
    front = {name: counts[name] for name in counts if name in FRONT}
    return {name: counts[name] for name in counts if name not in FRONT}, front


def lines(source: str) -> int:
    r"""How many lines of a module are code: neither blank nor comment nor docstring.

    Examples
    --------
    >>> lines("'''Doc.'''\n\n# Why.\ndef f():\n    return (1,\n            2)\n")
    3
    """
    words: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            words.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _LAYOUT:
            code.update(range(token.start[0], token.end[0] + 1))
    return len(code - words)
