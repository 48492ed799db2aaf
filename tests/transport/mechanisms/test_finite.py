"""One buyer of finitely many types: values of theory, an independent program, symmetries, and what is refused."""

from fractions import Fraction as F
from itertools import combinations, product

import numpy as np
import pytest
from scipy.optimize import linprog

import dual
from dual.errors import InputError
from dual.kinds.mechanisms import menu
from transport import Mechanism
from transport.mechanisms.finite import Menus, _in_floats, plain_multipliers
from transport.mechanisms.plain import passed_down, simple_menu
from transport.programs.effort import Effort, Incumbent


def grid(*axes):
    return [{"values": list(values)} for values in product(*axes)]


def inside(bundle):
    items = sorted(bundle)
    return [frozenset(some) for size in range(1, len(items) + 1) for some in combinations(items, size)]


def whole_program(instance):
    """The optimum in floats, from every bundle of items and every pair of types."""
    types, valuation = instance["types"], instance.get("valuation", "additive")
    weights = [float(F(one.get("weight", F(1, len(types))))) for one in types]
    if valuation == "xor":
        items = max(max(bundle) for one in types for bundle, _ in one["bids"]) + 1
    elif valuation == "table":
        items = len(types[0]["table"]).bit_length() - 1
    else:
        items = len(types[0]["values"])
    bundles = inside(range(items))

    def value(one, bundle):
        if valuation == "xor":
            return max((float(F(v)) for own, v in one["bids"] if set(own) <= bundle), default=0.0)
        if valuation == "table":
            return float(F(one["table"][sum(1 << j for j in bundle)]))
        worth = [float(F(v)) for v in one["values"]]
        if valuation == "unit-demand":
            return max(0.0, *(worth[j] for j in bundle))
        return sum(worth[j] for j in bundle)

    costs = [float(F(c)) for c in instance.get("costs", [0] * items)]
    n, size = len(types), len(bundles)
    worth = np.array([[value(one, bundle) for bundle in bundles] for one in types])
    spent = np.array([sum(costs[j] for j in bundle) for bundle in bundles])
    cost = np.concatenate([np.outer(weights, spent).ravel(), -np.array(weights)])
    rows, right = [], []
    for k in range(n):
        own = np.zeros(n * size + n)
        own[k * size : (k + 1) * size] = -worth[k]
        own[n * size + k] = 1
        rows.append(own)
        right.append(0.0)
        for j in range(n):
            if j != k:
                row = own.copy()
                row[j * size : (j + 1) * size] += worth[k]
                row[n * size + j] -= 1
                rows.append(row)
                right.append(0.0)
        cap = np.zeros(n * size + n)
        cap[k * size : (k + 1) * size] = 1
        rows.append(cap)
        right.append(1.0)
    bounds = [(0, None)] * (n * size) + [(None, None)] * n
    return -linprog(cost, np.array(rows), right, bounds=bounds, method="highs").fun


def random_instance(rng):
    valuation = rng.choice(["additive", "unit-demand", "xor", "table"])
    n, items = int(rng.integers(1, 7)), int(rng.integers(1, 4))
    shares = rng.integers(0, 5, n)
    shares[0] += 1
    instance = {"valuation": str(valuation), "types": []}
    for share in shares:
        one = {"weight": str(F(int(share), int(shares.sum())))}
        if valuation == "xor":
            bundles = inside(range(items))
            chosen = rng.choice(len(bundles), int(rng.integers(1, len(bundles) + 1)), replace=False)
            one["bids"] = [[sorted(bundles[c]), int(rng.integers(0, 9))] for c in chosen]
        elif valuation == "table":
            one["table"] = [0, *map(int, rng.integers(0, 9, 2**items - 1))]
        else:
            one["values"] = [int(v) for v in rng.integers(0, 9, items)]
        instance["types"].append(one)
    if valuation != "xor" and rng.random() < 0.3:
        instance["costs"] = [str(F(int(c), 2)) for c in rng.integers(0, 4, items)]
    return instance


@pytest.mark.parametrize("seed", [pytest.param(k, marks=[] if k % 10 == 0 else pytest.mark.slow) for k in range(300)])
def test_random_instances_have_the_value_of_the_whole_program(seed):
    instance = random_instance(np.random.default_rng(seed))
    solution = Mechanism(**instance).solve()
    assert solution.grade == "exact"
    assert float(solution.lower) == pytest.approx(whole_program(instance), abs=1e-7)


@pytest.mark.parametrize("seed", range(20))
def test_what_there_is_at_once_brackets_the_value(seed):
    """Simple menus, and types' worth passed down a tree, before any program is solved."""
    instance = random_instance(np.random.default_rng(seed))
    statement = Mechanism(**instance).statement
    menus = Menus.of(statement)
    best = whole_program(instance)
    bound = menu.upper(statement, passed_down(statement, menus.types, menus.worth, menus.own))
    assert 0 <= menu.lower(statement, simple_menu(statement)) <= best + 1e-7
    assert best - 1e-7 <= bound <= menu.upper(statement, plain_multipliers(statement))


def test_worth_passed_down_a_line_proves_the_monopoly_price():
    statement = Mechanism([{"values": [k]} for k in range(1, 31)]).statement
    menus = Menus.of(statement)
    bound = menu.upper(statement, passed_down(statement, menus.types, menus.worth, menus.own))
    assert bound == menu.lower(statement, simple_menu(statement)) == max(F(k * (31 - k), 30) for k in range(1, 31))


@pytest.mark.parametrize("seed", range(5))
def test_order_and_units_do_not_matter(seed):
    rng = np.random.default_rng(1000 + seed)
    types = [{"values": [int(v) for v in rng.integers(0, 9, 3)]} for _ in range(6)]
    value = Mechanism(types).solve().lower
    shuffled = [{"values": [one["values"][j] for j in (2, 0, 1)]} for one in rng.permutation(types)]
    assert Mechanism(shuffled).solve().lower == value
    scaled = [{"values": [str(F(v) * F(7, 10**9)) for v in one["values"]]} for one in types]
    assert Mechanism(scaled).solve().lower == value * F(7, 10**9)


def test_single_item_is_sold_at_the_monopoly_price():
    values, weights = [1, 2, 5, 7], [F(1, 8), F(3, 8), F(1, 4), F(1, 4)]
    types = [{"values": [v], "weight": str(w)} for v, w in zip(values, weights, strict=True)]
    best = max(v * sum(w for u, w in zip(values, weights, strict=True) if u >= v) for v in values)
    assert Mechanism(types).solve().lower == best


def test_lotteries_are_named_and_bought_as_theory_says():
    solution = Mechanism(grid((1, 2), (1, 3))).solve()
    assert solution.lower == F(21, 8)
    assert [[*offer.lottery, offer.price] for offer in solution.primal.menu] == [[1, F(1, 2), F(5, 2)], [1, 1, 4]]
    assert sum(solution.shares) == F(3, 4)  # of four types one buys nothing
    assert "1/2 item 1" in solution.summary()


def test_benchmarks_of_the_literature():
    types = [{"values": v, "weight": w} for v, w in (((2, 1), "2/7"), ((0, 1), "3/7"), ((1, 3), "2/7"))]
    assert Mechanism(types).benchmarks["deterministic"] == F(12, 7)
    equal = Mechanism([{"values": v} for v in ((3, 1), (1, 3), (2, 2))], valuation="unit-demand")
    assert equal.benchmarks["deterministic"] == F(7, 3)
    wide = [{"values": v, "weight": w} for v, w in (((4, 0), "1/4"), ((0, 4), "1/4"), ((2, 2), "1/2"))]
    assert Mechanism(wide, valuation="unit-demand").benchmarks["deterministic"] == F(5, 2)
    assert Mechanism(grid((1, 2), (1, 2))).benchmarks["bundle"] == F(9, 4)
    for problem in (equal, Mechanism(types)):
        assert max(problem.benchmarks.values()) <= problem.solve().lower


def test_many_types_enter_as_they_are_needed():
    solution = Mechanism(grid(range(1, 13), range(1, 13))).solve()  # 144 types, beyond all pairs at once
    few = Mechanism(grid(range(1, 5), range(1, 5))).solve()
    assert solution.grade in ("exact", "bounded")
    assert solution.upper - solution.lower <= F(1, 10**7)
    assert few.grade == "exact"


def cells(count):
    """Types in the middle of the cells of a grid on [4,16] x [4,7]: four times as wide one way as the other."""
    middles = [F(2 * i + 1, 2 * count) for i in range(count)]
    return grid([4 + 12 * m for m in middles], [4 + 3 * m for m in middles])


def test_neighbours_on_a_grid_are_compared_first_however_wide_its_steps():
    side = 8
    pairs = set(Menus.of(Mechanism(cells(side)).statement).first_pairs())
    for k in range(side * side):
        beside = [(k, k + 1)] if (k + 1) % side else []
        for one in [*beside, *([(k, k + side)] if k + side < side * side else [])]:
            assert {one, one[::-1]} <= pairs


@pytest.mark.parametrize("count", [12, pytest.param(48, marks=pytest.mark.slow)])
def test_cells_of_a_wide_rectangle_are_proven_closely(count):
    """Pavlov's menu for the law itself, (1/2,1) at 8 and (1,1) at 12, is one of all menus."""
    solution = Mechanism(cells(count)).solve()
    known = menu.Menu((menu.Offer((F(1, 2), F(1)), F(8)), menu.Offer((F(1), F(1)), F(12))))
    assert menu.lower(solution.problem.statement, known) <= solution.lower
    assert solution.upper - solution.lower <= F(1, 10**8)


@pytest.mark.parametrize("seconds", [0.0, 1e6])
def test_rounds_are_proven_on_the_way_only_where_they_take_as_long_as_a_proof(seconds):
    values = np.random.default_rng(5).integers(0, 100, (60, 3)).tolist()
    menus, proven = Menus.of(Mechanism([{"values": one} for one in values]).statement), []
    incumbent = Incumbent(proven.append, lambda best, _: best, eager=True)
    incumbent.seconds = seconds
    found, _ = _in_floats(menus, menus.first_pairs(), Effort(time_limit=1e9, incumbent=incumbent))
    assert found.iterations > 2
    assert bool(proven) == (seconds == 0)


@pytest.mark.parametrize("unit", [F(1, 10**12), F(10**12)])
def test_many_types_in_other_units(unit):
    types = list(product(range(9), range(1, 18, 2)))  # beyond all pairs at once, which starts in floats
    plain = Mechanism([{"values": values} for values in types]).solve()
    other = Mechanism([{"values": [v * unit for v in values]} for values in types]).solve()
    assert plain.grade == other.grade == "exact"
    assert other.lower == plain.lower * unit


def test_types_without_weight_and_equal_types_change_nothing():
    types = grid((1, 2), (1, 3))
    value = Mechanism(types).solve().lower
    weighted = [{**one, "weight": "1/4"} for one in types]
    more = [*weighted, {"values": [100, 0], "weight": 0}]
    assert Mechanism(more).solve().lower == value
    twice = [{**one, "weight": "1/8"} for one in types * 2]
    assert Mechanism(twice).solve().lower == value


def test_nobody_values_anything():
    solution = Mechanism([{"values": [0, 0]}]).solve()
    assert (solution.lower, solution.upper) == (0, 0)
    costly = Mechanism(grid((1, 2)), costs=[3]).solve()
    assert costly.lower == costly.upper == 0


def test_an_empty_menu_earns_nothing_and_is_true():
    document = Mechanism(grid((1, 2))).solve().document()
    document["primal"] = {"menu": []}
    document.update(lower="0", value=0.0, grade="bounded")
    verdict = dual.verify(document)
    assert (verdict.accepted, verdict.lower, verdict.upper) == (True, 0, 1)


def test_tampering_is_refused():
    solution = Mechanism(grid((1, 2), (1, 3))).solve()
    for change in (
        lambda d: d["dual"]["ir"].__setitem__(0, [d["dual"]["ir"][0][0], "9/8"]),
        lambda d: d["dual"]["ic"].__setitem__(0, [*d["dual"]["ic"][0][:2], "-1/4"]),
        lambda d: d["primal"]["menu"][0].__setitem__("price", "9/4"),
        lambda d: d["primal"]["menu"][0]["lottery"].__setitem__(1, "1"),
        lambda d: d["primal"]["menu"][1]["lottery"].__setitem__(1, "3/2"),
        lambda d: d["problem"]["types"][0]["values"].__setitem__(0, "3"),
    ):
        document = solution.document()
        change(document)
        verdict = dual.verify(document)
        assert not verdict.accepted
        assert "\n" not in str(verdict)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "types"),
        ({"types": [{"values": [1]}], "laws": [{"uniform": [0, 1]}]}, "types"),
        ({"types": [{"values": [1], "weight": "1/2"}, {"values": [2]}]}, "weight"),
        ({"types": [{"values": [1], "weight": "1/2"}, {"values": [2], "weight": "1/3"}]}, "sum to 5/6"),
        ({"types": [{"values": [1]}, {"values": [1, 2]}]}, "entries"),
        ({"types": [{"bids": [[[0], 1]]}]}, "bids"),
        ({"types": [{"bids": [[[0, 0], 1]]}], "valuation": "xor"}, "twice"),
        ({"types": [{"bids": [[[0], -1]]}], "valuation": "xor"}, "negative"),
        ({"types": [{"table": [0, 1, 2]}], "valuation": "table"}, "table"),
        ({"types": [{"table": [1, 1]}], "valuation": "table"}, "nothing is worth 0"),
        ({"types": [{"values": [1]}], "valuation": "additve"}, "additive"),
        ({"types": [{"values": [1]}], "costs": [-1]}, "costs"),
        ({"types": [{"values": [1]}], "bidders": 0}, "bidders"),
        ({"laws": [{"support": [0, 1], "prior": ["1/2", "1/2"]}]}, "density"),
        ({"laws": [{"density": "exp(x)", "interval": [0, 1]}]}, "polynomial"),
        ({"laws": [{"density": "2*x", "interval": [0, 1]}] * 2, "valuation": "unit-demand"}, "uniform"),
        ({"laws": [{"uniform": [1, 2]}] * 2, "bidders": 2}, "bidders"),
        ({"types": [{"values": [1, 1]}], "allocation": [[1]]}, "allocation"),
    ],
)
def test_bad_input_is_named_in_one_line(fields, message):
    with pytest.raises(InputError, match=message) as caught:
        Mechanism(**fields)
    assert "\n" not in str(caught.value)


def test_a_menu_is_audited_against_every_deviation():
    rng = np.random.default_rng(7)
    for _ in range(20):
        types = [{"values": [int(v) for v in rng.integers(0, 6, 2)]} for _ in range(4)]
        menu = [
            {"lottery": [str(F(int(q), 4)) for q in rng.integers(0, 5, 2)], "price": int(rng.integers(0, 7))}
            for _ in range(3)
        ]
        choice = [None if c == 3 else int(c) for c in rng.integers(0, 4, 4)]
        audit = Mechanism(types).audit(menu, choice=choice)

        def utility(k, r, types=types, menu=menu):
            if r is None:
                return F(0)
            worth = sum(F(q) * v for q, v in zip(menu[r]["lottery"], types[k]["values"], strict=True))
            return worth - menu[r]["price"]

        gains = {
            (k, r): utility(k, r) - utility(k, choice[k])
            for k in range(4)
            for r in (None, 0, 1, 2)
            if utility(k, r) > utility(k, choice[k])
        }
        assert {(one.who[0], one.instead): one.gain for one in audit.deviations} == gains
        assert audit.regret == max(gains.values(), default=0)
        assert audit.claimed == sum(F(menu[c]["price"], 4) for c in choice if c is not None)
        best = [max((utility(k, r), 0 if r is None else menu[r]["price"]) for r in (None, 0, 1, 2)) for k in range(4)]
        assert audit.earned == sum((F(price, 4) for _, price in best), F(0))
