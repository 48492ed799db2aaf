"""Games in strategic form as Gambit writes them: ``.nfg`` files, in both of their versions.

A file names title, players and strategies, and lists payoffs, or outcomes by number, with the first player's strategy
running fastest. Numbers are read exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any, Final

from dual.errors import FileError, InputError
from dual.kinds.games.statement import PlayStatement
from dual.numbers.exact import number

_TOKEN: Final = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|([{}])|,|([^\s{}",]+))')

Token = tuple[str, str]
"""What it is, ``text``, ``brace`` or ``word``, and how it reads."""


class _Tokens:
    """The words of a file, one after the other."""

    def __init__(self, text: str) -> None:
        self._read = list(self._split(text))
        self._at = 0

    @staticmethod
    def _split(text: str) -> Iterator[Token]:
        at = 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            if match is None:
                raise FileError(f"not an .nfg file: {text[at : at + 20].strip()!r} is not understood")
            at = match.end()
            if match[1] is not None:
                yield "text", re.sub(r"\\(.)", r"\1", match[1][1:-1])
            elif match[2] is not None or match[3] is not None:
                yield ("brace", match[2]) if match[2] else ("word", match[3])

    def peek(self) -> Token:
        return self._read[self._at] if self._at < len(self._read) else ("end", "")

    def take(self, kind: str, what: str) -> str:
        found, value = self.peek()
        if found != kind:
            raise FileError(f"not an .nfg file: {what} is needed where it says {value[:20]!r}")
        self._at += 1
        return value

    def brace(self, which: str, what: str) -> None:
        if self.take("brace", f"{which} before {what}" if which == "{" else f"{which} after {what}") != which:
            raise FileError(f"not an .nfg file: {which} is missing at {what}")

    def until(self, kind: str, what: str) -> list[str]:
        """What stands in braces, all of one kind."""
        self.brace("{", what)
        found = []
        while self.peek() != ("brace", "}"):
            found.append(self.take(kind, what))
        self.brace("}", what)
        return found


def read_nfg(text: str) -> dict[str, Any]:
    """The fields of a :class:`Game` of one state from the text of an ``.nfg`` file.

    Raises
    ------
    FileError
        If it is not the text of such a file, or of another version.

    Examples
    --------
    >>> read_nfg('NFG 1 R "Pennies" { "A" "B" } { 2 2 } 1 -1 -1 1 -1 1 1 -1')["payoffs"][0]
    [[[Fraction(1, 1), Fraction(-1, 1)], [Fraction(-1, 1), Fraction(1, 1)]]]
    """
    tokens = _Tokens(text)
    if tokens.take("word", '"NFG"') != "NFG" or tokens.take("word", "the version 1") != "1":
        raise FileError('not an .nfg file: it starts with "NFG 1"')
    tokens.take("word", 'the number type "R" or "D"')
    title, players = tokens.take("text", "the title"), tokens.until("text", "the players' names")
    if not players:
        raise FileError("not an .nfg file: there are no players")
    shape, names = _strategies(tokens, len(players))
    if tokens.peek()[0] == "text":
        tokens.take("text", "the comment")
    size = prod(shape)
    rows = (
        _outcomes(tokens, size, len(players))
        if tokens.peek() == ("brace", "{")
        else _payoffs(tokens, size, len(players))
    )
    if tokens.peek()[0] != "end":
        raise FileError(f"not an .nfg file: nothing is expected after the payoffs, but {tokens.peek()[1][:20]!r}")
    place = [prod(shape[:i]) for i in range(len(shape))]  # the first player's strategy runs fastest

    def nested(i: int, before: tuple[int, ...]) -> Any:
        if len(before) == len(shape):
            return rows[sum(a * step for a, step in zip(before, place, strict=True))][i]
        return [nested(i, (*before, a)) for a in range(shape[len(before)])]

    found: dict[str, Any] = {"prior": [1], "payoffs": [[nested(i, ())] for i in range(len(players))]}
    if title.strip():
        found["name"] = title.strip()
    if len(set(players)) == len(players) and all(map(str.strip, players)):
        found["players"] = players
    if names is not None and all(len(set(own)) == len(own) and all(map(str.strip, own)) for own in names):
        found["actions"] = names
    return found


def _strategies(tokens: _Tokens, players: int) -> tuple[list[int], list[list[str]] | None]:
    """How many strategies each player has, and their names if there are any."""
    tokens.brace("{", "the strategies")
    if tokens.peek() == ("brace", "{"):
        names = []
        while tokens.peek() != ("brace", "}"):
            names.append(tokens.until("text", "a player's strategies"))
        shape = [len(own) for own in names]
    else:
        names, shape = [], []
        while tokens.peek() != ("brace", "}"):
            shape.append(_whole(tokens.take("word", "a number of strategies")))
    tokens.brace("}", "the strategies")
    if len(shape) != players or min(shape) < 1:
        raise FileError(f"not an .nfg file: strategies of {len(shape)} players are listed, but there are {players}")
    return shape, names or None


def _payoffs(tokens: _Tokens, size: int, players: int) -> list[list[Fraction]]:
    return [
        [_exact(tokens.take("word", f"a payoff, of {size * players},")) for _ in range(players)] for _ in range(size)
    ]


def _outcomes(tokens: _Tokens, size: int, players: int) -> list[list[Fraction]]:
    listed = [[Fraction(0)] * players]  # outcome 0 gives nothing
    tokens.brace("{", "the outcomes")
    while tokens.peek() != ("brace", "}"):
        tokens.brace("{", "an outcome")
        tokens.take("text", "an outcome's name")
        listed.append([_exact(tokens.take("word", "an outcome's payoff")) for _ in range(players)])
        tokens.brace("}", "an outcome")
    tokens.brace("}", "the outcomes")
    found = []
    for _ in range(size):
        which = _whole(tokens.take("word", f"an outcome's number, of {size},"))
        if which >= len(listed):
            raise FileError(f"not an .nfg file: there is no outcome {which}")
        found.append(listed[which])
    return found


def _whole(word: str) -> int:
    if not re.fullmatch(r"\d{1,9}", word):
        raise FileError(f"not an .nfg file: {word[:20]!r} is not a count")
    return int(word)


def _exact(word: str) -> Fraction:
    try:
        return number(word)
    except InputError as error:
        raise FileError(f"not an .nfg file: {error}") from None


def write_nfg(statement: PlayStatement, title: str) -> str:
    """The text of an ``.nfg`` file of the game without an AI: payoffs are means over the states.

    Raises
    ------
    InputError
        If players have types, which a strategic form does not state.
    """
    if statement.law is not None:
        raise InputError("a game with types has no table of payoffs", "law")
    players = statement.players or [f"Player {i + 1}" for i in range(len(statement.payoffs))]
    actions: Sequence[Sequence[str]] = statement.actions or [[str(a + 1) for a in range(A)] for A in statement.shape]
    lines = [
        f"NFG 1 R {_quoted(title)} {{ {' '.join(map(_quoted, players))} }}",
        "{ " + "\n  ".join(f"{{ {' '.join(map(_quoted, own))} }}" for own in actions) + " }",
        '""',
    ]
    for last_first in product(*map(range, reversed(statement.shape))):
        profile = last_first[::-1]
        means = [
            sum((mass * table.at(s, *profile) for s, mass in enumerate(statement.prior)), Fraction(0))
            for table in statement.payoffs
        ]
        lines.append(" ".join(map(str, means)))
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
