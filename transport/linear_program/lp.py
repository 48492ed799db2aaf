"""Reading files in the LP format of CPLEX, which most solvers write; decimals become the fractions that are typed.

Sections are the objective (``maximize`` or ``minimize``), ``subject to``, ``bounds``, ``general``, ``binary`` and
``end``. Rows may have two sides (``-5 <= x + y <= 8``), and terms on both; a bound stands alone or around its column.
Quadratic terms, semi-continuous columns and sets of special order are refused; their sections may stand there empty.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from .draft import Draft, Line, Places, end, exact, read_text

_HEADERS: Final = {
    "objective": r"maximize|maximise|maximum|max|minimize|minimise|minimum|min",
    "rows": r"subject\s+to|such\s+that|s\.t\.|st\.|st",
    "bounds": r"bounds|bound",
    "general": r"generals|general|gen|integers|integer|int",
    "binary": r"binaries|binary|bin",
    "end": r"end",
    "refused": r"semi-continuous|semi|semis|sos|sos1|sos2|pwlobj|general\s+constraints|lazy\s+constraints|user\s+cuts",
}
_HEADER: Final = re.compile(
    r"\s*(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _HEADERS.items()) + r")(?=\s|$)(?!\s*[:<>=*^])",
    re.IGNORECASE,
)
_NUMBER: Final = r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_TOKEN: Final = re.compile(
    rf"\s*(?:(?P<number>{_NUMBER})|(?P<name>[A-Za-z!\"#$%&(),;?@_'`{{}}~][\w!\"#$%&(),.;?@'`{{}}~\[\]]*)"
    r"|(?P<relation><=|=<|>=|=>|<|>|=)|(?P<sign>[+-])|(?P<colon>:)|(?P<other>\S))"
)
_INFINITE: Final = ("inf", "infinity")

Token = tuple[str, str, int]
"""What it is, its text, and its line."""


def read_lp(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read a file into the content of an instance.

    Raises
    ------
    FileError
        If it cannot be read.
    InputError
        If it is no LP file; the message names the line.
    """
    return _Reader(path).read(read_text(path))


class _Reader:
    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.at = Places(path)
        self.draft = Draft()

    def read(self, text: str) -> dict[str, Any]:
        """Read all sections."""
        for section, tokens in self._sections(text):
            if section == "objective":
                self._objective(tokens)
            elif section == "rows":
                for statement in self._statements(tokens):
                    self._row(statement)
            elif section == "bounds":
                for statement in _by_line(tokens):
                    self._bound(statement)
            elif section in ("general", "binary"):
                self._integers(tokens, binary=section == "binary")
        if not self.draft.columns:
            raise self.at.refuse("there are no columns")
        return self.draft.document()

    def _sections(self, text: str) -> list[tuple[str, list[Token]]]:
        found: list[tuple[str, list[Token]]] = []
        words = ""
        for line in self.at.lines(text):
            content = line.split("\\", 1)[0]
            header = _HEADER.match(content)
            if header is not None:
                name, words = str(header.lastgroup), header[0].strip()
                if found and found[-1][0] == "end":
                    raise self.at.refuse("something stands behind end")
                if name == "objective":
                    self.draft.goal = words.lower()[:3]
                found.append((name, []))
                content = content[header.end() :]
            place = 0
            while place < len(content.rstrip()):
                token = _TOKEN.match(content, place)
                if token is None or token.lastgroup == "other":
                    raise self.at.refuse(f"{content[place:].strip()[:20]!r} is not understood in a linear program")
                if not found or found[-1][0] == "end":
                    what = "something stands behind end" if found else "a file starts with maximize or minimize"
                    raise self.at.refuse(what)
                if found[-1][0] == "refused":  # empty ones are written by some solvers
                    raise self.at.refuse(f'"{words}" is no section of a linear program')
                found[-1][1].append((str(token.lastgroup), token[0].strip(), self.at.line))
                place = token.end()
        if not found or found[0][0] != "objective":
            raise self.at.refuse("a file starts with maximize or minimize")
        if found[-1][0] != "end":
            raise self.at.refuse("the file ends without end")
        return found

    def _objective(self, tokens: Sequence[Token]) -> None:
        _, tokens = _label(tokens)
        line, constant = self._sum(tokens)
        self.draft.objective, self.draft.constant = line, constant

    def _statements(self, tokens: Sequence[Token]) -> list[list[Token]]:
        """Rows: a new one begins at a label, or behind a right-hand side."""
        found: list[list[Token]] = []
        closed = True
        for k, token in enumerate(tokens):
            labelled = token[0] == "name" and k + 1 < len(tokens) and tokens[k + 1][0] == "colon"
            if labelled or (closed and token[0] != "relation"):
                found.append([])
            closed = False
            found[-1].append(token)
            closed = _complete(tokens, k, found[-1])
        return found

    def _row(self, tokens: Sequence[Token]) -> None:
        self.at.line = tokens[0][2]
        label, tokens = _label(tokens)
        name = label or f"R{len(self.draft.rows) + 1}"
        if name in self.draft.rows:
            raise self.at.refuse(f'the row "{name[:60]}" is stated already')
        parts, relations = _around(tokens)
        if len(relations) not in (1, 2):
            raise self.at.refuse("a row has one or two relations: <=, >= or =")
        sums = [self._sum(part) for part in parts]
        middle = Line()
        if len(relations) == 1:
            (left, shift), (right, other) = sums
            for j, a in right.entries.items():
                left.entries[j] = left.entries.get(j, Fraction(0)) - a
            middle.entries = left.entries
            self._side(middle, relations[0], other - shift)
        else:
            if sums[0][0].entries or sums[2][0].entries:
                raise self.at.refuse("in a row with two relations the columns stand in the middle")
            middle.entries = sums[1][0].entries
            self._side(middle, _TURNED[relations[0]], sums[0][1] - sums[1][1])
            self._side(middle, relations[1], sums[2][1] - sums[1][1])
        self.draft.rows[name] = middle

    def _side(self, line: Line, relation: str, side: Fraction) -> None:
        if relation in ("<", "="):
            line.upper = side if line.upper is None else min(line.upper, side)
        if relation in (">", "="):
            line.lower = side if line.lower is None else max(line.lower, side)

    def _sum(self, tokens: Sequence[Token]) -> tuple[Line, Fraction]:
        """A sum of terms, and its constant."""
        line, constant = Line(), Fraction(0)
        sign, factor, behind = 1, None, ""
        for what, text, at in (*tokens, ("end", "", self.at.line)):
            if what != "end":
                self.at.line = at
            if behind == "name" and what in ("number", "name"):
                raise self.at.refuse(f'a sign is missing before "{text[:20]}"')
            behind = what
            if what == "number" and factor is None:
                factor = exact(text, str(self.at))
            elif what == "name" and text.lower() not in _INFINITE:
                column = self.draft.column(text)
                line.entries[column] = line.entries.get(column, Fraction(0)) + sign * (1 if factor is None else factor)
                sign, factor = 1, None
            elif what in ("sign", "end"):
                if factor is not None:
                    constant += sign * factor
                    sign, factor = 1, None
                sign *= -1 if text == "-" else 1
            else:
                raise self.at.refuse(f'"{text[:20]}" does not belong into a sum')
        return line, constant

    def _bound(self, tokens: Sequence[Token]) -> None:
        self.at.line = tokens[0][2]
        names = [text for what, text, _ in tokens if what == "name" and text.lower() not in (*_INFINITE, "free")]
        if len(names) != 1:
            raise self.at.refuse("a bound names one column")
        column = self.draft.column(names[0])
        if len(tokens) == 2 and tokens[1][1].lower() == "free":
            self.draft.lower[column] = self.draft.upper[column] = None
            return
        parts, relations = _around(tokens)
        place = next((k for k, part in enumerate(parts) if [t[1] for t in part] == names), None)
        if place is None or len(relations) not in (1, 2) or (len(relations) == 2 and place != 1):
            raise self.at.refuse("a bound is like x <= 4, 0 <= x <= 4 or x free")
        for k, part in enumerate(parts):
            if k != place:
                relation = relations[min(k, place)]
                self._bind(column, relation if k > place else _TURNED[relation], part)

    def _bind(self, column: int, relation: str, tokens: Sequence[Token]) -> None:
        text = "".join(text for _, text, _ in tokens)
        value = end(text, str(self.at))
        if relation in ("<", "="):
            if value is not None and value < 0 and column not in self.draft.lower and relation == "<":
                raise self.at.refuse(
                    "a negative upper bound of a column without a lower one is read in two ways; state that first"
                )
            self.draft.upper[column] = value
        if relation in (">", "="):
            self.draft.lower[column] = value

    def _integers(self, tokens: Sequence[Token], *, binary: bool) -> None:
        for what, text, at in tokens:
            self.at.line = at
            if what != "name":
                raise self.at.refuse(f"{text[:60]!r} is no column's name")
            column = self.draft.column(text)  # as with bounds, it may stand here alone: solvers write such columns
            self.draft.integers.add(column)
            if binary:
                self.draft.lower[column], self.draft.upper[column] = Fraction(0), Fraction(1)


_TURNED: Final = {"<": ">", ">": "<", "=": "="}


def _label(tokens: Sequence[Token]) -> tuple[str | None, Sequence[Token]]:
    if len(tokens) > 1 and tokens[1][0] == "colon":
        return tokens[0][1], tokens[2:]
    return None, tokens


def _around(tokens: Sequence[Token]) -> tuple[list[list[Token]], list[str]]:
    """What stands between relations, and these: ``"<"``, ``">"``, ``"="``."""
    parts: list[list[Token]] = [[]]
    relations = []
    for token in tokens:
        if token[0] == "relation":
            relations.append("<" if "<" in token[1] else ">" if ">" in token[1] else "=")
            parts.append([])
        else:
            parts[-1].append(token)
    return parts, relations


def _complete(tokens: Sequence[Token], k: int, row: Sequence[Token]) -> bool:
    """Whether a row may be over: a number behind a relation, at the end of a line."""
    relations = [j for j, token in enumerate(row) if token[0] == "relation"]
    if not relations or tokens[k][0] != "number":
        return False
    behind = row[relations[-1] + 1 :]
    if any(token[0] not in ("sign", "number") for token in behind):
        return False
    return k + 1 == len(tokens) or (tokens[k + 1][0] != "relation" and tokens[k + 1][2] > tokens[k][2])


def _by_line(tokens: Sequence[Token]) -> list[list[Token]]:
    found: dict[int, list[Token]] = {}
    for token in tokens:
        found.setdefault(token[2], []).append(token)
    return list(found.values())
