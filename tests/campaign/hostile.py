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


def _terms(term: str, count: int, operator: str = "+") -> str:
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
    _terms("@**#", 60),
    _terms("sin(#*@)*cos(#*@)", 200),
    _terms("sqrt(abs(sin(#*@)))*exp(cos(#*@))", 100),
    _terms("abs(@-1/#)", 400),
    _terms("max(@,1/#)", 200, "*"),
    _terms("(@ >= 1/#)", 500),
    _terms("1/(@+1/#)", 150),
    _terms("min(#*@,max(@**#,1/#))", 60),
    _terms("log(1+@**#)", 60, "*"),
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


def _solution(problem: Document, primal: Any = None, dual: Any = None, grade: str = "unproven") -> str:
    return written({"format": "suasion-solution/1", "problem": problem, "grade": grade, "primal": primal, "dual": dual})


def targeted() -> dict[str, str]:
    """Files made for one weakness each: sizes that are only claimed, numbers that multiply, work that explodes."""
    primes = [f"1/{p}" for p in PRIMES[:2200]]
    long = "9" * 3900
    pair = {"marginals": [0, 1], "table": [[0] * 40] * 40}
    one_state = {"outcomes": [["1/3", "2/3"]], "costs": [0], "rewards": [0, 1], "next": [0, 0]}

    def family_of(value: str, mass: str) -> str:
        problem = {
            "kind": "transport",
            "source": [mass, f"2 + t - t - ({mass})"],
            "target": [1, 1],
            "gain": [[value, 1], [0, value]],
            "parameter": {"name": "t", "from": 0, "to": 1},
        }
        plan = {"plan": [[0, 0, mass], [1, 0, f"1 - ({mass})"], [1, 1, 1]]}
        prices = {"potentials": {"source": [value, value], "target": [value, value]}}
        whole = {"from": 0, "to": 1, "grade": "bounded", "primal": plan, "dual": prices}
        document = {"format": "suasion-solution/1", "problem": problem, "grade": "bounded", "pieces": [whole]}
        return written(document)

    found = {
        "prior of prime denominators": _solution(
            {"kind": "persuasion", "prior": primes, "sender": [[0]] * len(primes), "receiver": [[0]] * len(primes)}
        ),
        "long payoffs": _solution(
            {
                "kind": "persuasion",
                "prior": ["1/2", "1/2"],
                "sender": [[long] * 4] * 2,
                "receiver": [[f"1/{long}"] * 4] * 2,
            },
            {"signals": [{"action": 0, "joint": ["1/2", "1/2"]}]},
            {"prices": [long, long], "multipliers": [[f"1/{long}"] * 4] * 4},
        ),
        "long masses": _solution(
            {
                "kind": "transport",
                "source": [f"1/{long}"] * 5,
                "target": [f"5/{long}"],
                "gain": [[f"1/{'7' * 3900}"]] * 5,
            },
            {"plan": [[k, 0, f"1/{long}"] for k in range(5)]},
        ),
        "twenty receivers": _solution(
            {"kind": "private-persuasion", "prior": [1], "grids": [[[1], [1]]] * 24, "utility": [nested(24)]}
        ),
        "forty actions each": _solution(
            {
                "kind": "private-persuasion",
                "prior": [1],
                "receivers": [{"payoff": [[0] * 40]}] * 6,
                "sender": [nested(6)],
            }
        ),
        "sellers that are only counted": _solution(
            {"kind": "trading-network", "values": {"buyers": [1] * 3, "sellers": 10**7}, "known": []},
            None,
            {"kind": "tree", "nodes": [{"empty": True}]},
        ),
        "sellers that nobody knows": _solution(
            {"kind": "trading-network", "values": {"buyers": [1] * 100, "sellers": 300_000}, "known": []},
            None,
            {"kind": "known-sellers", "buyers": [0], "sellers": [0], "cases": []},
        ),
        "cases of a large market": _solution(
            {"kind": "trading-network", "values": {"buyers": [1] * 100, "sellers": 300_000}, "known": []},
            None,
            {
                "kind": "introductions",
                "nodes": [
                    {"split": [0, 0], "children": [1, 2]},
                    *[{"trades": [], "prices": [], "utilities": []}] * 2,
                ],
            },
        ),
        "homogeneous and large": _solution(
            {"kind": "trading-network", "values": {"buyers": list(range(1, 9000)), "sellers": 9000}, "known": []},
            None,
            {"kind": "homogeneous"},
        ),
        "a deep tree": _solution(
            {"kind": "trading-network", "values": [[3, 5], [2, 4]], "known": []},
            None,
            {
                "kind": "tree",
                "nodes": [
                    *(
                        {"split": [0, k], "children": [2 * k + 1, 2 * k + 2]} if n == 0 else {"empty": True}
                        for k in range(900)
                        for n in range(2)
                    ),
                ],
            },
        ),
        "a shape without entries": _solution(
            {"kind": "trading-network", "values": {"pairs": [[0, 0, 1]], "shape": [10**8, 10**8]}, "known": []}
        ),
        "many couriers in legs": _solution(
            {
                "kind": "delivery-market",
                "values": [[1] * 100] * 100,
                "costs": {"centre": "store", "courier_store": [[0] * 100] * 150, "buyer_store": [[0] * 100] * 100},
            },
            {"transactions": []},
            {"bound": {"kind": "lp", "buyers": [1] * 100, "stores": [1] * 100, "couriers": [1] * 150}},
        ),
        "conflicts without end": _solution(
            {"kind": "delivery-market", "values": [[1] * 12] * 12, "costs": [[[0] * 12] * 12] * 12},
            None,
            {
                "bound": {
                    "kind": "tree",
                    "buyers": [0] * 12,
                    "stores": [0] * 12,
                    "couriers": [0] * 12,
                    "level": "-100",
                    "conflicts": [{"trades": [[0, 0, 1]], "deviations": [[1, 1, 0, 1]], "takeovers": []}] * 900,
                    "nodes": [{"rows": []}],
                }
            },
        ),
        "a thousand knots": _solution(
            {"kind": "mean-persuasion", "law": {"uniform": [0, 1]}, "payoff": "exp(sin(9*m))"},
            None,
            {"prices": {"knots": [f"{k}/3000" for k in range(3001)], "values": [9] * 3001}},
        ),
        "a thousand intervals": _solution(
            {"kind": "mean-persuasion", "law": {"density": "exp(sin(30*x))", "interval": [0, 1]}, "payoff": "exp(m)"},
            {"signals": [{"reveal": [f"{k}/1500", f"{k + 1}/1500"]} for k in range(1500)]},
        ),
        "a density that stalls": _solution(
            {
                "kind": "mean-persuasion",
                "law": {"density": _terms("sqrt(abs(sin(#*x)))*exp(cos(#*x))", 100), "interval": [0, 1]},
                "payoff": "m",
            }
        ),
        "a splitting of expressions": _solution(
            {"kind": "concavification", "prior": ["1/2", "1/2"], "value": _terms("sin(#*p)*exp(cos(#*p))", 60)},
            {"splitting": [{"belief": [f"{k}/999", f"{999 - k}/999"], "weight": "1/1000"} for k in range(1000)]},
            {"prices": [1, 1], "points": [[f"{k}/999", f"{999 - k}/999"] for k in range(1000)]},
        ),
        "four states at length": _solution(
            {"kind": "concavification", "prior": ["1/4"] * 4, "value": _terms("sin(#*q0)*cos(#*q1)*exp(q2*q3)", 40)},
            None,
            {"prices": [9, 9, 9, 9]},
        ),
        "a grid of expressions": _solution(
            {
                "kind": "two-receiver",
                "prior": "1/2",
                "grid": {"x": [f"{k}/1000" for k in range(1001)], "y": [f"{k}/1000" for k in range(1001)]},
                "utility": {"l": _terms("sin(#*x*y)", 20), "h": _terms("exp(sin(#*x+y))", 20)},
            },
            {"plan": {"l": [[500, 500, "1/2"]], "h": [[500, 500, "1/2"]]}},
            {"V": [99, 99], "alpha1": [0] * 1001, "alpha2": [0] * 1001},
        ),
        "a square of pieces": _solution(
            {
                "kind": "two-receiver",
                "prior": "1/2",
                "domain": "square",
                "utility": {"l": "exp(x*y)", "h": "sin(9*x*y)"},
            },
            None,
            {"V": [9, 9]}
            | {
                name: {"knots": [f"{k}/900" for k in range(901)], "polynomials": [[0, 0, 0, 0]] * 900}
                for name in ("alpha1", "alpha2")
            },
        ),
        "labels without end": _solution(
            {
                "kind": "persuasion",
                "prior": [1],
                "sender": [[0] * 9000],
                "receiver": [[0] * 9000],
                "actions": ["a"] * 9000,
            }
        ),
        "nine thousand actions": _solution(
            {"kind": "persuasion", "prior": [1], "sender": [[0] * 9000], "receiver": [[0] * 9000]},
            {"signals": [{"action": 1, "joint": [1]}]},
            {"prices": [0], "multipliers": []},
        ),
        "a horizon of which nothing is shown": _solution(
            {"kind": "contract", "states": [one_state] * 100, "horizon": 10_000}, {"stages": []}, {"stages": []}
        ),
        "a long horizon of long numbers": _solution(
            {
                "kind": "contract",
                "states": [{**one_state, "outcomes": [[f"1/{long}", f"{int(long) - 1}/{long}"]], "rewards": [0, long]}],
                "horizon": 10_000,
            },
            {"stages": []},
            {"stages": []},
        ),
        "a mesh of a million parts": _solution(
            {"kind": "mechanism", "joint": {"corners": [[0, 0], [1, 0], [0, 1]]}},
            None,
            {"parts": 10**6, "flow": []},
        ),
        "a polygon of many corners": _solution(
            {"kind": "mechanism", "joint": {"corners": [[k, f"{k * k}/{long[:20]}"] for k in range(2500)]}},
            {"menu": [{"values": [1, 1], "price": 1}]},
            {"parts": 2, "flow": [0] * 900},
        ),
        "profiles that multiply": _solution(
            {"kind": "mechanism", "types": [{"values": [k]} for k in range(300)], "bidders": 9, "incentives": "BIC"}
        ),
        "bids for items without number": _solution(
            {
                "kind": "mechanism",
                "valuation": "xor",
                "types": [{"bids": [[[10**9], 1], [list(range(2000)), 3]]}] * 8,
                "bidders": 2,
            },
        ),
        "bidders without end": _solution(
            {"kind": "mechanism", "bidder_laws": [{"density": "x**9", "interval": [0, 1]}] * 1500}
        ),
        "a tree of menus": _solution(
            {"kind": "mechanism", "types": [{"values": [k, k]} for k in range(500)], "deterministic": True},
            None,
            {"nodes": [{"split": [0, 0], "children": [1, 2]}] * 2000},
        ),
        "marginals that multiply": _solution(
            {"kind": "multi-marginal-transport", "marginals": [["1/40"] * 40] * 20, "cost": [pair]},
            {"plan": [[0] * 20 + ["1/40"]] * 900},
            {"potentials": [[0] * 40] * 20},
        ),
        "points by the thousand": _solution(
            {
                "kind": "transport",
                "source": [1] * 3000,
                "target": [1] * 3000,
                "mass": 5,
                "cost": {
                    "metric": "euclidean",
                    "source": [[k] for k in range(3000)],
                    "target": [[k] for k in range(3000)],
                },
            },
            {"plan": []},
            {"source": [0] * 3000, "target": [0] * 3000, "mass": 0},
        ),
        "a family of high powers": family_of("*".join(["t**60"] * 40), "t**64"),
        "a family of many roots": family_of("*".join(f"(t - 1/{k + 2})" for k in range(60)), "1 - t"),
        "a family of poles": family_of("+".join(f"1/(t + 1/{k + 2})" for k in range(60)), "t"),
        "a field called like a method": _solution({"kind": "persuasion", "__class__": 1, "prior": [1]}),
        "nothing": "",
        "not an object": "[]",
        "zeros": "\x00" * 1000,
        "half a file": _solution({"kind": "persuasion"})[:60],
    }
    return {name: text for name, text in found.items() if len(text) <= SIZE}
