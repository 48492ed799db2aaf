"""The grammar of expressions: tokens, precedence, and the steps that a text becomes.

With Python's precedence: rational literals, variables, ``+ - * / **``, parentheses, comparisons (chains too), ``and or
not`` and the functions ``abs min max exp log sqrt sin cos``. An exponent is an integer literal from -64 to 64. Nothing
else is known, and nothing is ever run as Python.
"""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise
from typing import Final, NamedTuple, NoReturn

from dual.errors import InputError
from dual.numbers.exact import number

MAX_LENGTH: Final = 4000
MAX_DEPTH: Final = 100
MAX_DEGREE: Final = 4096
MAX_EXPONENT: Final = 64

FUNCTIONS: Final = ("abs", "min", "max", "exp", "log", "sqrt", "sin", "cos")
COMPARISONS: Final = ("<", "<=", ">", ">=", "==", "!=")
_LEVELS: Final = (("or",), ("and",), ("not",), COMPARISONS, ("+", "-"), ("*", "/"), (), ("**",))
_POWER: Final = {op: level for level, ops in enumerate(_LEVELS, start=1) for op in ops}
_COMPARISON_POWER: Final = 4
_SIGN_POWER: Final = 7

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>\*\*|//|<=|>=|==|!=|[-+*/(),<>])|(?P<end>$)|(?P<other>.))",
    re.ASCII | re.DOTALL,
)
_HINTS: Final = {
    "^": "write ** for a power",
    "=": "write == to compare",
    "!": "write != or 'not'",
    "&": "write 'and'",
    "|": "write 'or'",
    "//": "write / for division",
    ".": "a number needs a digit before or after its point",
}


class Step(NamedTuple):
    """One operation of a parsed expression.

    Attributes
    ----------
    op : str
        ``"number"``, ``"variable"``, ``"neg"``, ``"+"``, ``"-"``, ``"*"``, ``"/"``, ``"**"``, a comparison,
        ``"and"``, ``"or"``, ``"not"`` or a function's name.
    operands : tuple of int
        The earlier steps it works on.
    value : Fraction, int or None
        The number; the index of the variable; the exponent.
    """

    op: str
    operands: tuple[int, ...] = ()
    value: Fraction | int | None = None


def parse(text: object, variables: tuple[str, ...], where: str) -> tuple[Step, ...]:
    """Parse a text into steps, operands first; the last step is the whole expression.

    Raises
    ------
    InputError
        Naming the column and what was expected there.
    """
    if not isinstance(text, str):
        raise InputError(f"{shown(str(text))} is not an expression; write it as a string", where)
    if len(text) > MAX_LENGTH:
        raise InputError(f"the expression has {len(text)} characters; at most {MAX_LENGTH} are read", where)
    parser = _Parser(text, variables, where)
    parser.whole()
    return tuple(parser.steps)


class _Parser:
    """Precedence climbing over the tokens; every method returns the index of the step it ended with."""

    def __init__(self, text: str, variables: tuple[str, ...], where: str) -> None:
        self.variables = variables
        self.where = where
        self.steps: list[Step] = []
        self.degrees: list[int] = []
        self.known: dict[Step, int] = {}
        self.depth = 0
        self.tokens = list(_TOKEN.finditer(text))
        self.index = 0
        for token in self.tokens:
            if token.lastgroup == "other" or self.text_of(token) == "//":
                self.fail("unexpected " + repr(self.text_of(token)), token)

    @staticmethod
    def text_of(token: re.Match[str]) -> str:
        return token[token.lastgroup or 0]

    @property
    def next(self) -> str:
        """The next token's text; empty at the end."""
        return self.text_of(self.tokens[self.index])

    @property
    def kind(self) -> str | None:
        return self.tokens[self.index].lastgroup

    def fail(self, problem: str, token: re.Match[str] | None = None) -> NoReturn:
        token = token or self.tokens[self.index]
        hint = _HINTS.get(self.text_of(token))
        column = token.start(token.lastgroup or 0) + 1
        raise InputError(f"column {column}: {problem}" + (f"; {hint}" if hint else ""), self.where)

    def expected(self, what: str) -> NoReturn:
        self.fail(f"expected {what}, found " + (repr(shown(self.next)) if self.next else "the end"))

    def take(self, text: str) -> None:
        if self.next != text:
            self.expected(repr(text))
        self.index += 1

    def emit(self, step: Step, degree: int) -> int:
        if degree > MAX_DEGREE:
            self.fail(f"powers and products reach degree {degree} before this; at most {MAX_DEGREE} is allowed")
        if step not in self.known:
            self.known[step] = len(self.steps)
            self.steps.append(step)
            self.degrees.append(degree)
        return self.known[step]

    def whole(self) -> None:
        if not self.next:
            raise InputError("the expression is empty", self.where)
        self.expression(0)
        if self.next:
            multiply = self.kind in ("name", "number") or self.next == "("
            self.expected("an operator" + (" (a product needs *)" if multiply else ""))

    def expression(self, power: int) -> int:
        """Parse operators that bind at least as tightly as ``power``."""
        left = self.operand(power)
        while True:
            op = self.next
            binding = _POWER.get(op, -1)
            if binding < power or op == "not":
                return left
            if op in COMPARISONS:
                left = self.comparison(left)
                continue
            self.index += 1
            if op == "**":
                left = self.raised(left)
                continue
            right = self.expression(binding + 1)
            degrees = self.degrees[left], self.degrees[right]
            degree = sum(degrees) if op in "*/" else max(degrees) if op in "+-" else 0
            left = self.emit(Step(op, (left, right)), degree)

    def operand(self, power: int) -> int:
        op = self.next
        if op in ("-", "+", "not"):
            if op == "not" and power > _POWER["not"]:
                self.fail("put parentheses around 'not ...' here")
            self.deeper()
            self.index += 1
            inner = self.expression(_POWER["not"] if op == "not" else _SIGN_POWER)
            self.depth -= 1
            if op == "+":
                return inner
            return self.emit(Step("not" if op == "not" else "neg", (inner,)), self.degrees[inner])
        if op == "(":
            self.deeper()
            self.index += 1
            inner = self.expression(0)
            self.take(")")
            self.depth -= 1
            return inner
        if self.kind == "number":
            literal = number(op, self.where)
            self.index += 1
            return self.emit(Step("number", (), literal), 0)
        if self.kind != "name" or op in _POWER:
            self.expected("a number, a variable, a function or '('")
        return self.named(op)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"nested more than {MAX_DEPTH} deep")

    def named(self, name: str) -> int:
        if name in self.variables:
            self.index += 1
            if self.next == "(":
                self.fail(f"{name} is a variable, not a function; a product needs *")
            return self.emit(Step("variable", (), self.variables.index(name)), 1)
        if name not in FUNCTIONS:
            self.fail(
                f"unknown name {shown(name)!r}; known are the variables {', '.join(self.variables)} "
                f"and the functions {', '.join(FUNCTIONS)}"
            )
        start = self.tokens[self.index]
        self.deeper()
        self.index += 1
        self.take("(")
        inner = [self.expression(0)]
        while self.next == ",":
            self.index += 1
            inner.append(self.expression(0))
        self.take(")")
        self.depth -= 1
        several = name in ("min", "max")
        if several != (len(inner) > 1):
            wanted = "at least two arguments" if several else "one argument"
            self.fail(f"{name} takes {wanted}, not {len(inner)}", start)
        degree = max(self.degrees[k] for k in inner) if name in ("abs", "min", "max", "sqrt") else 1
        return self.emit(Step(name, tuple(inner)), degree)

    def comparison(self, left: int) -> int:
        """Parse ``a < b <= c``, which means ``a < b and b <= c``."""
        ops, operands = [], [left]
        while self.next in COMPARISONS:
            ops.append(self.next)
            self.index += 1
            operands.append(self.expression(_COMPARISON_POWER + 1))
        found = -1
        for op, pair in zip(ops, pairwise(operands), strict=True):
            link = self.emit(Step(op, pair), 0)
            found = link if found < 0 else self.emit(Step("and", (found, link)), 0)
        return found

    def raised(self, base: int) -> int:
        wanted = f"an integer exponent from -{MAX_EXPONENT} to {MAX_EXPONENT}"
        start = self.index
        parenthesis = self.next == "("
        self.index += parenthesis
        sign = self.next if self.next in ("-", "+") else ""
        self.index += bool(sign)
        digits = self.next
        if not digits.isdigit() or len(digits) > MAX_LENGTH or int(digits) > MAX_EXPONENT:
            self.expected(wanted)
        self.index += 1
        if parenthesis and self.next != ")":
            self.index = start
            self.expected(wanted)
        self.index += parenthesis
        if self.next == "**":
            self.fail("put parentheses around the first power")
        exponent = -int(digits) if sign == "-" else int(digits)
        degree = max(1, self.degrees[base]) * abs(exponent)
        return self.emit(Step("**", (base,), exponent), degree)


def shown(text: str) -> str:
    """Shorten a text for a message."""
    return text if len(text) <= 40 else text[:37] + "..."
