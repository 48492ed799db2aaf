"""What the grammar accepts, what it refuses, and the words of the refusals."""

from __future__ import annotations

import ast
import random
from fractions import Fraction as F
from functools import reduce

import pytest

from dual.errors import InputError
from dual.functions import grammar
from dual.functions.grammar import parse
from dual.functions.modest import MAX_DEGREE
from dual.functions.spelling import MAX_DEPTH, MAX_LENGTH
from dual.functions.step import Step


def steps(text):
    return parse(text, ("x", "y"), "value")


REFUSED = {
    "": "the expression is empty",
    " \t\n": "the expression is empty",
    "x^2": "column 2: unexpected '^'; write ** for a power",
    "x = 2": "column 3: unexpected '='; write == to compare",
    "x.real": "column 2: unexpected '.'",
    "__import__('os')": 'column 12: unexpected "\'"',
    "x[0]": "column 2: unexpected '['",
    "lambda: 0": "column 7: unexpected ':'",
    "lambda": "column 1: unknown name 'lambda'; known are the variables x, y, pi and the functions abs, min,",
    "True": "column 1: unknown name 'True'",
    "nan": "column 1: unknown name 'nan'",
    "x if y else 0": "column 3: expected an operator (a product needs *), found 'if'",
    "2x": "column 2: expected an operator (a product needs *), found 'x'",
    "2(x)": "column 2: expected an operator (a product needs *), found '('",
    "x(2)": "column 2: x is a variable, not a function; a product needs *",
    "sin x": "column 5: expected '(', found 'x'",
    "sin(x": "column 6: expected ')', found the end",
    "sin(x, y)": "column 1: sin takes one argument, not 2",
    "min(x)": "column 1: min takes at least two arguments, not 1",
    "x +": "column 4: expected a number, a variable, a function or '(', found the end",
    "x)": "column 2: expected an operator, found ')'",
    "x, y": "column 2: expected an operator, found ','",
    "x < < y": "column 5: expected a number",
    "x == not y": "column 6: put parentheses around 'not ...' here",
    "x // y": "column 3: unexpected '//'; write / for division",
    "x & y": "column 3: unexpected '&'; write 'and'",
    "x ≤ y": "column 3: unexpected '≤'",
    "!x": "column 1: unexpected '!'; write != or 'not'",
    "x ** 0.5": "column 6: expected an integer exponent from -64 to 64, found '0.5'",
    "x ** (1/2)": "column 6: expected an integer exponent",
    "x ** y": "column 6: expected an integer exponent",
    "x ** 65": "column 6: expected an integer exponent",
    "x ** -65": "column 7: expected an integer exponent",
    "x ** 2 ** 3": "column 8: put parentheses around the first power",
    "1_000": "column 2: expected an operator",
    "0x10": "column 2: expected an operator (a product needs *), found 'x10'",
    "1e5000": "the exponent of '1e5000' is beyond 4000",
    "1e9999999999": "is not a number",
    "((x**64)**64)**64": f"degree 262144; at most {MAX_DEGREE}",
    "((9**64)**64)**64": f"degree 262144; at most {MAX_DEGREE}",
    "x**64 * (y**64)**64": "degree 4160",
    "+".join(["x"] * (MAX_LENGTH // 2 + 1)): f"has {MAX_LENGTH + 1} characters; at most {MAX_LENGTH}",
    "(" * (MAX_DEPTH + 1) + "x" + ")" * (MAX_DEPTH + 1): f"column {MAX_DEPTH + 1}: nested more than {MAX_DEPTH} deep",
    "-" * (MAX_DEPTH + 1) + "x": "nested more than",
    "not " * (MAX_DEPTH + 1) + "x": "nested more than",
    "abs(" * (MAX_DEPTH + 1) + "x" + ")" * (MAX_DEPTH + 1): "nested more than",
}


@pytest.mark.parametrize("text", REFUSED)
def test_refusals(text):
    with pytest.raises(InputError) as caught:
        steps(text)
    message = str(caught.value)
    assert message.startswith("value: ")
    assert REFUSED[text] in message
    assert "\n" not in message
    assert len(message) < 200


MODEST = ("65", "(" * MAX_DEPTH, "-" * MAX_DEPTH, "not " * MAX_DEPTH, "abs(" * MAX_DEPTH, "x+x+", "e5000", ")**64")


@pytest.mark.parametrize("text", [text for text in REFUSED if not any(part in text for part in MODEST)])
def test_the_parser_does_not_rely_on_the_spelling(text, monkeypatch):
    monkeypatch.setattr(grammar, "require_spelled", lambda text, *_: text)
    with pytest.raises((InputError, ValueError)):
        steps(text)


def written(rng, depth):
    """A random text of the grammar."""
    inner = [written(rng, depth - 1) for _ in range(3)] if depth else ["x", "y", "5/2"]
    return rng.choice(
        [
            *("x", "y", "0.25", "3"),
            *(f"{inner[0]} {op} {inner[1]}" for op in ("+", "-", "*", "/", "<", "<=", "==", "!=", "and", "or")),
            *(f"{inner[0]} <= {inner[1]} > {inner[2]}", f"({inner[0]})", f"-{inner[0]}", f"not {inner[0]}"),
            *(f"abs({inner[0]})", f"max({inner[0]}, {inner[1]}, {inner[2]})", f"({inner[0]})**-2"),
        ]
    )


def python_tree(node):
    """The same tuple as :func:`_tree` makes, from Python's own parser."""
    match node:
        case ast.Constant():
            return ("number", F(str(node.value)))
        case ast.Name():
            return ("variable", "xy".index(node.id))
        case ast.UnaryOp(op=ast.USub()):
            return ("neg", None, python_tree(node.operand))
        case ast.UnaryOp():
            return ("not", None, python_tree(node.operand))
        case ast.BinOp(op=ast.Pow()):
            return ("**", int(ast.literal_eval(node.right)), python_tree(node.left))
        case ast.BinOp():
            sign = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}[type(node.op)]
            return (sign, None, python_tree(node.left), python_tree(node.right))
        case ast.BoolOp():
            word = "and" if isinstance(node.op, ast.And) else "or"
            return reduce(lambda a, b: (word, None, a, b), map(python_tree, node.values))
        case ast.Call():
            return (node.func.id, None, *map(python_tree, node.args))
    signs = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.Eq: "==", ast.NotEq: "!="}
    sides = [python_tree(side) for side in (node.left, *node.comparators)]
    links = [(signs[type(op)], None, a, b) for op, a, b in zip(node.ops, sides, sides[1:], strict=False)]
    return reduce(lambda a, b: ("and", None, a, b), links)


def test_as_python_parses():
    rng, met = random.Random(5), 0
    for _ in range(1500):
        text = written(rng, rng.randint(1, 4))
        try:
            python = python_tree(ast.parse(text, mode="eval").body)
        except SyntaxError:
            with pytest.raises(InputError):
                steps(text)
            continue
        met += 1
        assert _tree(steps(text)) == [python], text
    assert met > 1000


@pytest.mark.parametrize("value", [3, None, True, ["x"], 0.5])
def test_only_text_is_an_expression(value):
    with pytest.raises(InputError, match="is not an expression; write it as a string"):
        steps(value)


def test_steps_are_shared():
    assert steps("(x + 1)*(x + 1)") == (
        Step("variable", (), 0),
        Step("number", (), 1),
        Step("+", (0, 1)),
        Step("*", (2, 2)),
    )


def test_a_chain_shares_its_middle():
    chain = steps("0 <= x*y < 1")
    assert [step.op for step in chain] == ["number", "variable", "variable", "*", "<=", "number", "<", "and"] or [
        step.op for step in chain
    ] == ["number", "variable", "variable", "*", "number", "<=", "<", "and"]
    assert sum(step.op == "*" for step in chain) == 1


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("-x**2", "-(x**2)"),
        ("2*-x", "2*(-x)"),
        ("-x*y", "(-x)*y"),
        ("x**-2", "x**(-2)"),
        ("x**+2", "x**2"),
        ("x**1/2", "(x**1)/2"),
        ("1 - 2 - 3", "(1 - 2) - 3"),
        ("x/y/2", "(x/y)/2"),
        ("x*y/2", "(x*y)/2"),
        ("x + y*2", "x + (y*2)"),
        ("x + 1 < y*2", "(x + 1) < (y*2)"),
        ("not x == y", "not (x == y)"),
        ("not x and y", "(not x) and y"),
        ("x or y and 1", "x or (y and 1)"),
        ("x < y == 1", "(x < y) and (y == 1)"),
        ("0 < x < y < 1", "0 < x and x < y and y < 1"),
        (".5 + 5. + 5e-1", "0.5 + 5 + 0.5"),
        ("+x", "x"),
        ("x\n +\ty", "x+y"),
    ],
)
def test_precedence(left, right):
    assert sorted(map(repr, _tree(steps(left)))) == sorted(map(repr, _tree(steps(right))))


def _tree(found):
    """The whole expression as one nested tuple, independent of the order of the steps."""
    built = []
    for step in found:
        built.append((step.op, step.value, *(built[k] for k in step.operands)))
    return [built[-1]]


@pytest.mark.parametrize(
    "text",
    [
        "+".join(["1"] * (MAX_LENGTH // 2)),
        "*".join(["x"] * (MAX_LENGTH // 2)),
        "(" * MAX_DEPTH + "x" + ")" * MAX_DEPTH,
        "-" * MAX_DEPTH + "x",
        "(x**64)**64",
        "<".join(["x"] * (MAX_LENGTH // 2)),
    ],
)
def test_limits_are_reached(text):
    assert steps(text)
