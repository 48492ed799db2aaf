"""The grammar of expressions: tokens, precedence, and the steps that a text becomes.

With Python's precedence: rational literals, variables, ``+ - * / **``, parentheses, comparisons (chains too), ``and or
not``, the number ``pi`` and the functions ``abs min max exp log sqrt sin cos erf normal_cdf``. An exponent is a whole
literal from -64 to 64. Nothing else is known, and nothing is ever run as Python. A product ``x*log(x)`` of anything and
its own logarithm is one step, ``xlogx``, which is 0 where x is: entropies count 0 log 0 as 0. The distribution function
``normal_cdf(x)`` of the standard normal law stands for ``(1 + erf(x/sqrt(2)))/2``.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final, NoReturn

from dual.errors import InputError
from dual.numbers.exact import number
from dual.words import shortened, sign_hint

from .modest import require_modest
from .step import Step

MAX_LENGTH: Final = 4000
MAX_DEPTH: Final = 100
MAX_EXPONENT: Final = 64

FUNCTIONS: Final = ("abs", "min", "max", "exp", "log", "sqrt", "sin", "cos", "erf", "normal_cdf")
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


def parse(text: object, variables: tuple[str, ...], where: str) -> tuple[Step, ...]:
    """Parse a text into steps, operands first; the last step is the whole expression.

    Raises
    ------
    InputError
        Naming the column and what was expected there.
    """
    if not isinstance(text, str):
        raise InputError(f"{shortened(str(text))} is not an expression; write it as a string", where)
    if len(text) > MAX_LENGTH:
        raise InputError(f"the expression has {len(text)} characters; at most {MAX_LENGTH} are read", where)
    steps = _Parser(text, variables, where).whole()
    require_modest(steps, where)
    return steps


class _Parser:
    """Precedence climbing over the tokens; every method that parses returns the index of the step it ended with."""

    def __init__(self, text: str, variables: tuple[str, ...], where: str) -> None:
        self.variables, self.where = variables, where
        self.steps: dict[Step, int] = {}
        self.index = self.depth = 0
        found = [(token.lastgroup or "", token) for token in _TOKEN.finditer(text)]
        self.tokens = [(kind, token[kind], token.start(kind) + 1) for kind, token in found]
        for k, (kind, sign, _) in enumerate(self.tokens):
            if kind == "other" or sign == "//":
                self.fail(f"unexpected {sign!r}", k)

    @property
    def next(self) -> str:
        """The next token's text; empty at the end."""
        return self.tokens[self.index][1]

    def fail(self, problem: str, at: int | None = None) -> NoReturn:
        _, token, column = self.tokens[self.index if at is None else at]
        raise InputError(f"column {column}: {problem}{sign_hint(token)}", self.where)

    def expected(self, what: str) -> NoReturn:
        self.fail(f"expected {what}, found " + (repr(shortened(self.next)) if self.next else "the end"))

    def take(self, text: str) -> None:
        if self.next != text:
            self.expected(repr(text))
        self.index += 1

    def emit(self, op: str, operands: tuple[int, ...] = (), value: Fraction | int | None = None) -> int:
        """The index of a step, which is new unless there is an equal one."""
        return self.steps.setdefault(Step(op, operands, value), len(self.steps))

    def inside(self, power: int) -> int:
        """Parse what follows a token that nests: a sign, a parenthesis, a comma."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"nested more than {MAX_DEPTH} deep")
        self.index += 1
        found = self.expression(power)
        self.depth -= 1
        return found

    def whole(self) -> tuple[Step, ...]:
        if not self.next:
            raise InputError("the expression is empty", self.where)
        last = self.expression(0)
        if self.next:
            multiply = self.tokens[self.index][0] in ("name", "number") or self.next == "("
            self.expected("an operator" + (" (a product needs *)" if multiply else ""))
        return _used(tuple(self.steps), last)

    def expression(self, power: int) -> int:
        """Parse operators that bind at least as tightly as ``power``."""
        left = self.operand(power)
        while (binding := _POWER.get(op := self.next, -1)) >= power and op != "not":
            if op in COMPARISONS:
                left = self.comparison(left)
                continue
            self.index += 1
            if op == "**":
                left = self.raised(left)
                continue
            right = self.expression(binding + 1)
            found = self.by_own_logarithm(left, right) if op == "*" else None
            left = self.emit(op, (left, right)) if found is None else found
        return left

    def by_own_logarithm(self, left: int, right: int) -> int | None:
        """The step of ``x*log(x)``, ``log(x)*x``, ``-x*log(x)`` or ``c*x*log(x)``; None if it is none of them."""
        listed = list(self.steps)
        one, other = listed[left], listed[right]
        if other.op == "log" and other.operands == (left,):
            return self.emit("xlogx", (left,))
        if one.op == "log" and one.operands == (right,):
            return self.emit("xlogx", (right,))
        if other.op == "log" and one.op == "neg" and one.operands == other.operands:
            return self.emit("neg", (self.emit("xlogx", other.operands),))
        if other.op == "log" and one.op == "*" and one.operands[1] == other.operands[0]:
            return self.emit("*", (one.operands[0], self.emit("xlogx", other.operands)))
        return None

    def operand(self, power: int) -> int:
        op, kind = self.next, self.tokens[self.index][0]
        if op == "not" and power > _POWER["not"]:
            self.fail("put parentheses around 'not ...' here")
        if op in ("-", "+", "not"):
            inner = self.inside(_POWER["not"] if op == "not" else _SIGN_POWER)
            return inner if op == "+" else self.emit("neg" if op == "-" else op, (inner,))
        if op == "(":
            inner = self.inside(0)
            self.take(")")
            return inner
        if kind == "number":
            literal = number(op, self.where)
            self.index += 1
            return self.emit("number", (), literal)
        if kind != "name" or op in _POWER:
            self.expected("a number, a variable, a function or '('")
        return self.named(op)

    def named(self, name: str) -> int:
        """Parse a variable, or a function with its arguments."""
        start = self.index
        if name not in (*self.variables, "pi", *FUNCTIONS):
            known = f"the variables {', '.join(self.variables)}, pi and the functions {', '.join(FUNCTIONS)}"
            self.fail(f"unknown name {shortened(name)!r}; known are {known}")
        self.index += 1
        if name in self.variables:
            if self.next == "(":
                self.fail(f"{name} is a variable, not a function; a product needs *")
            return self.emit("variable", (), self.variables.index(name))
        if name == "pi":
            return self.emit("pi")
        if self.next != "(":
            self.expected("'('")
        inner = [self.inside(0)]
        while self.next == ",":
            inner.append(self.inside(0))
        self.take(")")
        several = name in ("min", "max")
        if several != (len(inner) > 1):
            self.fail(
                f"{name} takes {'at least two arguments' if several else 'one argument'}, not {len(inner)}", start
            )
        return self.normal_cdf(inner[0]) if name == "normal_cdf" else self.emit(name, tuple(inner))

    def normal_cdf(self, of: int) -> int:
        """The steps of ``(1 + erf(x/sqrt(2)))/2``."""
        one, two = (self.emit("number", (), Fraction(n)) for n in (1, 2))
        error = self.emit("erf", (self.emit("/", (of, self.emit("sqrt", (two,)))),))
        return self.emit("/", (self.emit("+", (one, error)), two))

    def comparison(self, left: int) -> int:
        """Parse ``a < b <= c``, which means ``a < b and b <= c``."""
        found = None
        while self.next in COMPARISONS:
            op = self.next
            self.index += 1
            right = self.expression(_COMPARISON_POWER + 1)
            link = self.emit(op, (left, right))
            found, left = link if found is None else self.emit("and", (found, link)), right
        return left if found is None else found

    def raised(self, base: int) -> int:
        """Parse an exponent: an integer, maybe with a sign, maybe in parentheses."""
        wanted, start = f"an integer exponent from -{MAX_EXPONENT} to {MAX_EXPONENT}", self.index
        opened = self.next == "("
        self.index += opened
        sign = self.next if self.next in ("-", "+") else ""
        self.index += bool(sign)
        digits = self.next
        if not digits.isdigit() or int(digits) > MAX_EXPONENT:
            self.expected(wanted)
        self.index += 1
        if opened and self.next != ")":
            self.index = start
            self.expected(wanted)
        self.index += opened
        if self.next == "**":
            self.fail("put parentheses around the first power")
        return self.emit("**", (base,), -int(digits) if sign == "-" else int(digits))


def _used(steps: tuple[Step, ...], last: int) -> tuple[Step, ...]:
    """The steps that the last one rests on, in their order: a logarithm that went into ``xlogx`` may be left over."""
    needed = {last}
    for k in range(last, -1, -1):
        if k in needed:
            needed.update(steps[k].operands)
    place = {k: n for n, k in enumerate(sorted(needed))}
    return tuple(Step(steps[k].op, tuple(place[i] for i in steps[k].operands), steps[k].value) for k in sorted(needed))
