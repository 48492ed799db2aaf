"""Files that mean harm: below 100 kB, and made to crash, to stall or to fill the memory of who reads them."""

import copy
import json
import random
from fractions import Fraction
from typing import Any

from tests.campaign.lies import nodes, put

SIZE = 100_000
Document = dict[str, Any]


class Raw(str):
    """Text that goes into the file as it is, whether JSON or not."""

    __slots__ = ()


def nested(depth: int, left: str = "[", right: str = "]", core: str = "0") -> Raw:
    return Raw(left * depth + core + right * depth)


PRIMES = [p for p in range(2, 20_000) if all(p % d for d in range(2, int(p**0.5) + 1))]

SCALARS: tuple[Any, ...] = (
    None, True, False, -1, 0, 1, 0.5, -0.0, 10**18, -(10**18), 10**30, 2**63, 2**64, 1e308, 5e-324,
    Raw("1e400"), Raw("-1e-400"), Raw("1e3999"), Raw("1e4001"), Raw("1e999999999999"), Raw("NaN"), Raw("-Infinity"),
    Raw("1" * 4000), Raw("1" * 4400), Raw("0." + "3" * 3900), Raw("1" * 50_000), Raw("01"), Raw("+1"), Raw("1."),
    "", " ", "x", "1/0", "0/0", "-1/-1", "1/3/3", " 1", "1 ", "1_0", "0x10", "１", "½", "inf", "nan", "-", "+", ".",
    "1e", "e1", "1e999999", "1/1e9", "9" * 4000, "9" * 5000, "1/" + "7" * 3990, "7" * 3990 + "/" + "3" * 3990,
    Raw('"\\u0000"'), Raw('"\\ud800"'), Raw('"\\ud800\\udfff"'), Raw('"\\u202e"'), Raw('"' + "a" * 50_000 + '"'),
)  # fmt: skip

SHAPES: tuple[Any, ...] = (
    [], {}, [[]], [{}], {"": []}, [None], [[[]]], {"a": 1}, [0] * 5000, [[0]] * 3000, {str(k): k for k in range(4000)},
    nested(300), nested(5000), nested(49_000), nested(300, '{"a":', "}"), nested(9000, '{"a":', "}"),
    Raw('{"a": 1, "a": 2}'), Raw("[1,]"), Raw('{"a"}'), Raw(""), Raw("]"), Raw("tru"), Raw('"'),
    {"npz": "x.npz", "array": "a", "sha256": "0" * 64}, {"npz": "../x.npz", "array": "a", "sha256": ""},
    {"npz": Raw('"\\u0000.npz"'), "array": "a", "sha256": ""}, {"npz": "/dev/zero", "array": "a", "sha256": ""},
    {"npz": ".", "array": "a", "sha256": ""}, {"npz": "a" * 5000 + ".npz", "array": "a", "sha256": ""},
    {"pairs": [[0, 0, 1]] * 4000, "shape": [1, 1]}, {"pairs": [[0, 0, 1]], "shape": [10**9, 10**9]},
    {"pairs": [[0, 0, 1]], "shape": [10**30, 1]}, {"buyers": [1], "sellers": 10**7},
    {"buyers": [1] * 9000, "sellers": 9000},
    {"buyers": [1, 2], "sellers": 10**40}, {"split": [0, 10**30], "children": [1, 2]}, [f"1/{p}" for p in PRIMES],
)  # fmt: skip


def terms(term: str, count: int, operator: str = "+") -> str:
    return operator.join(term.replace("#", str(k + 2)) for k in range(count))


EXPRESSIONS: tuple[str, ...] = (
    "",
    "(",
    "@",
    "@@",
    "@ +",
    "1/0",
    "@/0",
    "0**0",
    "0**-1",
    "@**65",
    "@**-64",
    "@**0.5",
    "@**@",
    "(((@**64)**64)**64)**64",
    "((10**64)**64)**64",
    "1e4000*1e4000",
    "1e-4000/(1e4000*@)",
    "exp(1e4000)",
    "exp(exp(exp(exp(@))))",
    "exp(-1e4000*@)",
    "log(0)",
    "log(-1)",
    "log(@)",
    "sqrt(-@)",
    "sqrt(-1)",
    "sin(1e4000)",
    "sin(1e300*@)",
    "cos(10**60*@)",
    "1/(@-1/2)",
    "1/sin(100*@)",
    "log(abs(sin(1000*@)))",
    "max()",
    "max(@)",
    "min(@,1)",
    "abs()",
    "abs(@,@)",
    "exp(@,1)",
    "foo(@)",
    "__import__('os')",
    "@.real",
    "@[0]",
    "lambda: 0",
    "@ if @ else @",
    "@ := 1",
    "not not not @",
    "1 < @ < 2 < 3",
    "@ == @",
    "@ != 1/2",
    "x" * 3000,
    "(" * 200 + "@" + ")" * 200,
    "(" * 20_000 + "@" + ")" * 20_000,
    "-" * 5000 + "@",
    "not " * 500 + "@",
    "abs(" * 60 + "@" + ")" * 60,
    "exp(" * 30 + "@" + ")" * 30,
    "max(" * 40 + "@,1" + ",2)" * 40,
    "*".join(["@"] * 500),
    "*".join(["(1+@)"] * 300),
    "**".join(["@"] * 50),
    "**".join(["2"] * 5),
    terms("@**#", 60),
    terms("sin(#*@)*cos(#*@)", 200),
    terms("sqrt(abs(sin(#*@)))*exp(cos(#*@))", 100),
    terms("abs(@-1/#)", 400),
    terms("max(@,1/#)", 200, "*"),
    terms("(@ >= 1/#)", 500),
    terms("1/(@+1/#)", 150),
    terms("min(#*@,max(@**#,1/#))", 60),
    terms("log(1+@**#)", 60, "*"),
    "@@@",
    "é",
    "\x00",
    "@ # comment",
    "@\n+1",
    "'" + "a" * 100 + "'",
    "1" * 5000,
    "0." + "1" * 3000 + "*@",
)


def expressions(variable: str) -> list[str]:
    return [text.replace("@", variable) for text in EXPRESSIONS]


def written(document: Any) -> str:
    """JSON, but for raw texts, which stand as they are."""
    if isinstance(document, Raw):
        return str(document)
    if isinstance(document, dict):
        return "{" + ", ".join(f"{json.dumps(str(k))}: {written(v)}" for k, v in document.items()) + "}"
    if isinstance(document, list):
        return "[" + ", ".join(map(written, document)) + "]"
    return json.dumps(document)


VARIABLES = {"concavification": "p", "costly-persuasion": "q0", "mean-persuasion": "m", "two-receiver": "x"}


def broken(rng: random.Random, honest: Document) -> str:
    """An honest file with something hostile at one place, or at two."""
    document = copy.deepcopy(honest)
    for _ in range(rng.choice([1, 1, 2])):
        places = [path for path, _ in nodes(document) if path]
        path = rng.choice(places)
        draw = rng.random()
        if draw < 0.4:
            value = rng.choice(SCALARS)
        elif draw < 0.75:
            value = rng.choice(SHAPES)
        elif draw < 0.9:
            variable = VARIABLES.get(
                str(document["problem"].get("kind")) if isinstance(document["problem"], dict) else "", "x"
            )
            value = rng.choice(expressions(variable))
        else:
            other = rng.choice(places)
            value = copy.deepcopy(_at(document, other))
        put(document, path, copy.deepcopy(value) if not isinstance(value, Raw) else value)
    text = written(document)
    if rng.random() < 0.05:
        at = rng.randrange(len(text))
        text = text[:at] + rng.choice(["", "\x00", "\ufeff", "}", '"', "\\", "[" * 2000]) + text[at + 1 :]
    return text[:SIZE]


def exacting(rng: random.Random, honest: Document) -> str:
    """An honest file whose numbers below one or two fields are a little off, and as long as 100 kB allow.

    Prime denominators, or digits without end: sums of few of them are longer than all of them together.
    """
    document = copy.deepcopy(honest)
    for field in ("value", "lower", "upper"):
        document.pop(field, None)
    document["grade"] = "unproven"
    fields = sorted({path[: 1 + max(k for k, step in enumerate(path) if isinstance(step, str))]
                     for path, value in nodes(document) if len(path) > 1 and _number(value) is not None},
                    key=str)  # fmt: skip
    chosen = rng.sample(fields, min(len(fields), rng.randint(1, 2)))
    places = [
        path
        for path, value in nodes(document)
        if path and any(path[: len(field)] == field for field in chosen) and _number(value) is not None
    ]
    rng.shuffle(places)
    primes = rng.random() < 0.5
    if not primes:
        places = places[: rng.choice([1, 10, len(places)])]
    digits = max(4, min(1900, (SIZE - len(json.dumps(document))) // (2 * len(places) + 1) - 20))
    for k, path in enumerate(places):
        base = PRIMES[k % len(PRIMES)] if primes else rng.randrange(10 ** (digits - 1), 10**digits)
        value = _number(_at(document, path)) or Fraction(0)
        put(document, path, str(value + Fraction(rng.randrange(base), base) / 10**9))
    return written(document)


def _number(value: Any) -> Fraction | None:
    """The number at a leaf of a document; None if it is no number that may be off."""
    if isinstance(value, str):
        try:
            return Fraction(value)
        except (ValueError, ZeroDivisionError):
            return None
    return Fraction(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _at(document: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        document = document[step]
    return document
