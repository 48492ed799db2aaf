"""What a verdict rests on: the modules of the checker that took part, with their lines of code.

Loaded after the verdict, so that it is not among them.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from pathlib import Path

_LAYOUT = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


def modules() -> dict[str, int]:
    """The modules of the checker that are loaded, with their lines of code; those without any are left out."""
    loaded = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "dual"}
    del loaded[__name__]
    files = {name: getattr(module, "__file__", None) for name, module in loaded.items()}
    counts = {name: lines(Path(file).read_text("utf-8")) for name, file in files.items() if file}
    return {name: count for name, count in sorted(counts.items()) if count}


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
