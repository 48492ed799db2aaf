"""Hostile files that are made for one weakness each."""

from typing import Any

from tests.campaign.hostile import PRIMES, SIZE, Document, nested, terms, written


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
                "law": {"density": terms("sqrt(abs(sin(#*x)))*exp(cos(#*x))", 100), "interval": [0, 1]},
                "payoff": "m",
            }
        ),
        "a splitting of expressions": _solution(
            {"kind": "concavification", "prior": ["1/2", "1/2"], "value": terms("sin(#*p)*exp(cos(#*p))", 60)},
            {"splitting": [{"belief": [f"{k}/999", f"{999 - k}/999"], "weight": "1/1000"} for k in range(1000)]},
            {"prices": [1, 1], "points": [[f"{k}/999", f"{999 - k}/999"] for k in range(1000)]},
        ),
        "four states at length": _solution(
            {"kind": "concavification", "prior": ["1/4"] * 4, "value": terms("sin(#*q0)*cos(#*q1)*exp(q2*q3)", 40)},
            None,
            {"prices": [9, 9, 9, 9]},
        ),
        "a grid of expressions": _solution(
            {
                "kind": "two-receiver",
                "prior": "1/2",
                "grid": {"x": [f"{k}/1000" for k in range(1001)], "y": [f"{k}/1000" for k in range(1001)]},
                "utility": {"l": terms("sin(#*x*y)", 20), "h": terms("exp(sin(#*x+y))", 20)},
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
