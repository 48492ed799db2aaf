"""The grammar of expressions: tokens, precedence, and the steps that a text becomes.

With Python's precedence: rational literals, variables, ``+ - * / **``, parentheses, comparisons (chains too), ``and or
not``, ``pi`` and the functions ``abs min max exp log sqrt sin cos erf normal_cdf``. An exponent is an integer literal
from -64 to 64. Nothing else is known, and nothing is ever run as Python. A product ``x*log(x)`` of anything and its own
logarithm is one step, see :mod:`.entropy`; the distribution function ``normal_cdf(x)`` of the standard normal law is
``(1 + erf(x/sqrt(2)))/2``. What is wrong with a text is told by :mod:`.spelling`, before it is parsed.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from dual.errors import InputError
from dual.numbers.exact import number

from .modest import require_modest
from .spelling import require_spelled
from .step import COMPARISONS, FUNCTIONS, Step

_LEVELS: Final = (("or",), ("and",), (), COMPARISONS, ("+", "-"), ("*", "/"), (), ("**",))
_POWER: Final = {op: level for level, ops in enumerate(_LEVELS, start=1) for op in ops}
_NOT, _COMPARISON, _SIGN = 3, 4, 7

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>\*\*|//|<=|>=|==|!=|[-+*/(),<>])|(?P<end>$)|(?P<other>.))",
    re.ASCII | re.DOTALL,
)


def parse(text: object, variables: tuple[str, ...], where: str) -> tuple[Step, ...]:
    """Parse a text into steps, operands first; the last step is the whole expression.

    Raises
    ------
    InputError
        Naming the column and what was expected there.
    """
    found = list(_TOKEN.finditer(require_spelled(text, _TOKEN, variables, where)))
    parser = _Parser([token[token.lastgroup or 0] for token in found], variables, where)
    parser.expression(0)
    parser.take("")
    steps = tuple(parser.steps)
    if any(step.op == "log" for step in steps):
        from .entropy import rewritten

        steps = rewritten(steps)
    require_modest(steps, where)
    return steps


class _Parser:
    """Precedence climbing over the tokens; every method that parses returns the index of the step it ended with."""

    def __init__(self, tokens: list[str], variables: tuple[str, ...], where: str) -> None:
        self.tokens, self.index = tokens, 0
        self.variables, self.where = variables, where
        self.steps: dict[Step, int] = {}

    @property
    def next(self) -> str:
        """The next token; empty at the end."""
        return self.tokens[self.index]

    def take(self, *wanted: str) -> str:
        """Take the next token, which is one of those that are wanted, if any are."""
        token = self.next
        if wanted and token not in wanted:
            raise InputError(f"unexpected {token!r}", self.where)
        self.index += 1
        return token

    def emit(self, op: str, operands: tuple[int, ...] = (), value: Fraction | int | None = None) -> int:
        """The index of a step, which is new unless there is an equal one."""
        return self.steps.setdefault(Step(op, operands, value), len(self.steps))

    def expression(self, power: int) -> int:
        """Parse operators that bind at least as tightly as ``power``."""
        left = self.operand(power)
        while (binding := _POWER.get(op := self.next, -1)) >= power:
            if op in COMPARISONS:
                left = self.comparison(left)
                continue
            self.take()
            left = (
                self.emit(op, (left,), self.exponent())
                if op == "**"
                else self.emit(op, (left, self.expression(binding + 1)))
            )
        return left

    def operand(self, power: int) -> int:
        """Parse a number, a variable, a function with its arguments, or what has a sign or stands in parentheses."""
        token = self.take()
        if token == "(":
            inner = self.expression(0)
            self.take(")")
            return inner
        if token in ("-", "+"):
            inner = self.expression(_SIGN)
            return inner if token == "+" else self.emit("neg", (inner,))
        if token == "not" and power <= _NOT:
            return self.emit("not", (self.expression(_NOT),))
        if token in self.variables:
            return self.emit("variable", (), self.variables.index(token))
        if token == "pi":
            return self.emit("pi", (self.emit("number", (), Fraction(1)),))
        if token not in FUNCTIONS:
            return self.emit("number", (), number(token, self.where))
        self.take("(")
        arguments = [self.expression(0)]
        while self.take(",", ")") == ",":
            arguments.append(self.expression(0))
        if (token in ("min", "max")) != (len(arguments) > 1):
            raise InputError(f"{token} takes another number of arguments", self.where)
        return self.normal_cdf(*arguments) if token == "normal_cdf" else self.emit(token, tuple(arguments))

    def normal_cdf(self, argument: int) -> int:
        """The steps of ``(1 + erf(x/sqrt(2)))/2``."""
        one, two = (self.emit("number", (), Fraction(n)) for n in (1, 2))
        error = self.emit("erf", (self.emit("/", (argument, self.emit("sqrt", (two,)))),))
        return self.emit("/", (self.emit("+", (one, error)), two))

    def comparison(self, left: int) -> int:
        """Parse what follows in ``a < b <= c``, which means ``a < b and b <= c``."""
        found = None
        while self.next in COMPARISONS:
            op, right = self.take(), self.expression(_COMPARISON + 1)
            link = self.emit(op, (left, right))
            found, left = link if found is None else self.emit("and", (found, link)), right
        return left if found is None else found

    def exponent(self) -> int:
        """Parse an integer, maybe with a sign, maybe in parentheses."""
        opened = self.next == "(" and self.take()
        sign = self.take() if self.next in ("-", "+") else ""
        value = int(self.take())
        if opened:
            self.take(")")
        if self.next == "**":
            raise InputError("a power of a power needs parentheses", self.where)
        return -value if sign == "-" else value
