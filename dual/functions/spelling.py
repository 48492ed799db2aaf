"""What is wrong with an expression's text: the column, what was expected there, and what would be right.

Nothing that is proven depends on it: a text that is let through is parsed strictly by :mod:`.grammar`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple, NoReturn

from dual.errors import InputError
from dual.words import shortened, sign_hint

from .step import COMPARISONS, FUNCTIONS

MAX_LENGTH: Final = 4000
"""Characters of an expression: enough for a long formula, and few enough to parse whatever they are."""
MAX_DEPTH: Final = 100
"""Nested parentheses and functions: the parser recurs once for each, far from Python's own limit."""
MAX_EXPONENT: Final = 64
"""Largest power: the degree, and with it the work of every cell, multiplies by it."""

_WORDS: Final = ("and", "or", "not")
_BINARY: Final = ("and", "or", *COMPARISONS, "+", "-", "*", "/")


def require_spelled(text: object, token: re.Pattern[str], variables: tuple[str, ...], where: str) -> str:
    """The text, if it is spelled as the grammar asks; ``token`` is what it consists of.

    Raises
    ------
    InputError
        Naming the column and what was expected there.
    """
    if not isinstance(text, str):
        raise InputError(f"{shortened(str(text))} is not an expression; write it as a string", where)
    if len(text) > MAX_LENGTH:
        raise InputError(f"the expression has {len(text)} characters; at most {MAX_LENGTH} are read", where)
    found = [(one.lastgroup or "", one) for one in token.finditer(text)]
    if not found[0][1][found[0][0]]:
        raise InputError("the expression is empty", where)
    _Scan([_Token(kind, one[kind], one.start(kind) + 1) for kind, one in found], variables, where).whole()
    return text


class _Token(NamedTuple):
    kind: str
    text: str
    column: int


class _Scan:
    """Operands and operators in turn.

    ``waiting`` holds the prefixes, parentheses and functions whose end is not met yet, each with its index; ``counts``
    the arguments of those that are parentheses or functions.
    """

    def __init__(self, tokens: Sequence[_Token], variables: tuple[str, ...], where: str) -> None:
        self.tokens, self.variables, self.where = tokens, variables, where
        self.waiting: list[tuple[str, int]] = []
        self.counts: list[int] = []

    def fail(self, problem: str, at: int) -> NoReturn:
        raise InputError(f"column {self.tokens[at].column}: {problem}{sign_hint(self.tokens[at].text)}", self.where)

    def expected(self, what: str, at: int) -> NoReturn:
        text = self.tokens[at].text
        self.fail(f"expected {what}, found " + (repr(shortened(text)) if text else "the end"), at)

    def whole(self) -> None:
        for k, (kind, text, _) in enumerate(self.tokens):
            if kind == "other" or text == "//":
                self.fail(f"unexpected {text!r}", k)
        k, operand = 0, True
        while operand or self.tokens[k].text or self.waiting:
            if operand:
                k, operand = self.before(k)
            elif self.tokens[k].text == "**":
                k = self.exponent(k + 1)
            else:
                k, operand = self.after(k)

    def before(self, k: int) -> tuple[int, bool]:
        """Read a token where an operand may begin; tell where to go on, and whether it is still to come."""
        kind, text, _ = self.tokens[k]
        if text == "not" and k and self.tokens[k - 1].text not in ("(", ",", *_WORDS):
            self.fail("put parentheses around 'not ...' here", k)
        if kind == "number" or (text == "pi" and text not in self.variables):
            return k + 1, False
        if text in self.variables:
            if self.tokens[k + 1].text == "(":
                self.fail(f"{text} is a variable, not a function; a product needs *", k + 1)
            return k + 1, False
        function = text in FUNCTIONS
        if not function and text not in ("-", "+", "not", "("):
            if kind != "name" or text in _WORDS:
                self.expected("a number, a variable, a function or '('", k)
            known = f"the variables {', '.join(self.variables)}, pi and the functions {', '.join(FUNCTIONS)}"
            self.fail(f"unknown name {shortened(text)!r}; known are {known}", k)
        if function and self.tokens[k + 1].text != "(":
            self.expected("'('", k + 1)
        self.waiting.append((text, k))
        if function or text == "(":
            self.counts.append(1)
        if len(self.waiting) > MAX_DEPTH:
            self.fail(f"nested more than {MAX_DEPTH} deep", k + function)
        return k + 1 + function, True

    def after(self, k: int) -> tuple[int, bool]:
        """Read a token behind an operand; tell where to go on, and whether another operand has to come."""
        kind, text, _ = self.tokens[k]
        self.end("-", "+")
        if text in _BINARY:
            if text in _WORDS:
                self.end("-", "+", "not")
            return k + 1, True
        self.end("-", "+", "not")
        if not text and not self.waiting:
            return k, False
        opened, start = self.waiting[-1] if self.waiting else ("", 0)
        if text == "," and opened in FUNCTIONS:
            self.counts[-1] += 1
            return k + 1, True
        if text != ")" or not opened:
            product = not opened and (kind in ("name", "number") or text == "(")
            self.expected("')'" if opened else "an operator" + " (a product needs *)" * product, k)
        count = self.counts.pop()
        several = opened in ("min", "max")
        if opened != "(" and several != (count > 1):
            self.fail(f"{opened} takes {'at least two arguments' if several else 'one argument'}, not {count}", start)
        self.waiting.pop()
        return k + 1, False

    def end(self, *prefixes: str) -> None:
        """Note that what these prefixes stand before is complete."""
        while self.waiting and self.waiting[-1][0] in prefixes:
            self.waiting.pop()

    def exponent(self, start: int) -> int:
        """Read an integer, maybe with a sign, maybe in parentheses; tell where to go on."""
        wanted, k = f"an integer exponent from -{MAX_EXPONENT} to {MAX_EXPONENT}", start
        opened = self.tokens[k].text == "("
        k += opened
        k += self.tokens[k].text in ("-", "+")
        digits = self.tokens[k].text
        if not digits.isdigit() or int(digits) > MAX_EXPONENT:
            self.expected(wanted, k)
        if opened and self.tokens[k + 1].text != ")":
            self.expected(wanted, start)
        k += 1 + opened
        if self.tokens[k].text == "**":
            self.fail("put parentheses around the first power", k)
        return k
