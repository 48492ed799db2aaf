"""The checker of kind ``delivery-market``: equilibria, bounds, conflicts and absences that it accepts or refuses."""

import copy
import itertools
import random
from fractions import Fraction as F

import pytest

import dual
from dual.errors import InputError, Violation
from dual.kinds import KINDS
from dual.kinds.delivery.bound import potentials as read_potentials
from dual.kinds.delivery.conflicts import _reaches, conflict
from dual.kinds.delivery.costs import PARTS
from dual.kinds.delivery.rest import rest
from dual.kinds.delivery.witness import disjoint, read_bound
from tests.dual.kinds.reading import checks

KIND = KINDS["delivery-market"]
_, upper = checks(KIND)
MARKET = {"kind": "delivery-market", "values": [[5, 2], [3, 4]], "costs": [[[1, 1], [1, 1]]]}
TIPPED = {
    "format": "suasion-solution/1",
    "problem": MARKET,
    "value": 4,
    "lower": "4",
    "upper": "4",
    "grade": "exact",
    "primal": {
        "transactions": [[0, 0, 0]],
        "prices": [0, 0],
        "compensations": [[0, 0], [0, 0]],
        "tips": [[4, 1], [3, 4]],
        "utilities": {"buyers": [1, 0], "stores": [0, 0], "couriers": [3]},
        "deficit": 0,
    },
    "dual": {"bound": {"kind": "lp", "buyers": [0, 0], "stores": [0, 0], "couriers": [4]}},
}
BY_PAIRS = {
    "compensations": {"pairs": [[0, 0, 0]], "elsewhere": "zero"},
    "tips": {"pairs": [[0, 0, 4]], "elsewhere": "highest"},
}
RIVALS = {
    "kind": "delivery-market",
    "values": [[3, 4], [4, 3]],
    "costs": [[[0, 10], [10, 10]], [[10, 10], [10, 0]], [[10, 0], [0, 10]]],
}
"""Two buyers at their own stores, and an idle courier who would bring either the other store's goods for nothing."""
ENVY = {
    "deviations": [[0, 1, 2, 1], [1, 0, 2, 1]],
    "trades": [[0, 0, 1], [1, 1, 1]],
    "takeovers": [],
    "idle": {"buyers": [], "stores": [], "couriers": [2]},
}

IDLE = {"buyers": [0], "stores": [0], "couriers": [0]}


def changed(document, path, value):
    document = copy.deepcopy(document)
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return document


def statement(**fields):
    return KIND.statement({**MARKET, **fields})


def test_an_equilibrium_by_hand():
    assert dual.verify(TIPPED) == dual.Verdict(F(4), F(4), "exact")


def test_quotes_of_the_traded_pairs_and_a_rule():
    assert dual.verify({**TIPPED, "primal": {**TIPPED["primal"], **BY_PAIRS}}).accepted


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        (("transactions",), [[0, 0, 0], [1, 0, 0]], "store 0 trades twice"),
        (("transactions", 0), [0, 0, 1], "not an index"),
        (("prices",), [0, 1], "the stores' utilities are not their prices"),
        (("tips", 0, 0), 3, "buyer 0 has 2 from the own trade, not the utility 1"),
        (("tips", 1, 1), 3, "buyer 1 would get 1 at pair (1, 1)"),
        (("tips", 0, 1), 5, "courier 0 would get 4 at pair (0, 1)"),
        (("tips", 0, 1), -1, "negative"),
        (("compensations", 1, 1), 1, "courier 0 would get 4"),
        (("utilities", "couriers"), [2], "courier 0 has 3"),
        (("utilities", "buyers"), [1, -1], "< 0"),
        (("deficit",), 1, "the deficit is 0"),
        (("surplus",), 1, "unknown field"),
        (("tips",), {"pairs": [[0, 0, 4]], "elsewhere": "highest"}, "the same form"),
    ],
)  # fmt: skip
def test_what_is_no_equilibrium_is_refused(path, value, complaint):
    verdict = dual.verify(changed(TIPPED, ("primal", *path), value))
    assert complaint in verdict.violation


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        (("tips", "pairs"), [], "a traded pair is missing"),
        (("tips", "pairs"), [[0, 1, 4]], "each traded pair is listed once"),
        (("tips", "elsewhere"), "zero", "buyer 0 would get 2 at pair (0, 1)"),
        (("compensations", "elsewhere"), "highest", "unknown"),
        (("tips", "elsewhere"), "lowest", "unknown"),
        (("utilities", "couriers"), [2], "courier 0 has 3"),
    ],
)
def test_rules_elsewhere_are_checked(path, value, complaint):
    document = {**TIPPED, "primal": {**TIPPED["primal"], **BY_PAIRS}}
    assert complaint in dual.verify(changed(document, ("primal", *path), value)).violation


def test_an_unsold_store_is_free():
    document = changed(TIPPED, ("primal", "prices"), [0, 1])
    document = changed(document, ("primal", "utilities", "stores"), [0, 1])
    assert "store 1 is unsold" in dual.verify(document).violation


def test_a_market_without_tips_has_none():
    assert "no tips" in dual.verify(changed(TIPPED, ("problem", "tips"), False)).violation


@pytest.mark.parametrize(
    ("bound", "complaint"),
    [
        ({"kind": "lp", "buyers": [0, 0], "stores": [0, 0], "couriers": [3]}, "= 3 < 4 = values[0][0] - costs"),
        ({"kind": "lp", "buyers": [0, -1], "stores": [0, 0], "couriers": [4]}, "is negative"),
        ({"kind": "lp", "buyers": [0], "stores": [0, 0], "couriers": [4]}, "2 are needed"),
        ({"kind": "lp", "buyers": [0, 0], "stores": [0, 0], "couriers": [4], "weight": 1}, "heaviest"),
        ({"kind": "lp", "buyers": [0, 0], "stores": [0, 0], "couriers": [4], "heaviest": []}, "`tips` is false"),
        ({"kind": "oracle"}, '"lp" or "tree"'),
    ],
)  # fmt: skip
def test_bounds_that_prove_nothing_are_refused(bound, complaint):
    assert complaint in dual.verify({**TIPPED, "dual": {"bound": bound}}).violation


def test_bounds_are_rounded_down_to_a_possible_welfare():
    bound = {"kind": "lp", "buyers": ["1/3", 0], "stores": ["1/3", 0], "couriers": [4]}
    assert upper(statement(), {"bound": bound}) == 4
    assert upper(statement(values=[[5, 2], [3, "7/2"]]), {"bound": bound}) == F(9, 2)


def test_no_equilibrium_without_tips():
    """The only heaviest matching has two pairs, and there is one courier: 3 v - 1 <= 14 and 11 on the diagonal."""
    dual_witness = {
        "bound": {
            "kind": "cardinality",
            "heaviest": [[0, 0], [1, 1]],
            "weight": 3,
            "buyers": [14, 11],
            "stores": [0, 0],
        }
    }
    document = {
        "format": "suasion-solution/1",
        "problem": {**MARKET, "tips": False},
        "grade": "infeasible",
        "dual": dual_witness,
    }
    assert dual.verify(document).grade == "infeasible"
    two = changed(document, ("problem", "costs"), [[[1, 1], [1, 1]]] * 2)
    assert "need 2 couriers or more; there are 2" in dual.verify(two).violation
    low = changed(document, ("dual", "bound", "buyers"), [14, 10])
    assert "buyers[1] + stores[1] = 10 < 11" in dual.verify(low).violation
    assert "always has a solution" in dual.verify(changed(document, ("problem", "tips"), True)).violation
    less = changed(document, ("dual", "bound", "heaviest"), [[0, 0]])
    assert not dual.verify(less).accepted


def test_a_conflict_and_its_row():
    found = conflict(KIND.statement(RIVALS), ENVY, "x")
    assert found.pairs == {(0, 0), (1, 1)}
    assert found.limit == 1
    assert sum(map(found.touched, [(0, 0, 0), (1, 1, 1)])) == 2
    # Courier 2 costs ten at (1, 1), as much as any other: the one who is idle then leaves courier 2 with nothing.
    assert sum(map(found.touched, [(0, 0, 0), (1, 1, 2)])) == 2
    # At (0, 1) courier 2 costs nothing, and may keep up to ten; but the named trades leave no room for it.
    assert found.touched((0, 1, 2)) == 0
    assert found.least == {(2, 2): F(1)}
    # A third buyer and store make room.
    more = {"values": [[3, 4, 0], [4, 3, 0], [0, 0, 5]]}
    more["costs"] = [
        [[*row, 9] for row in table] + [[9, 9, c]] for table, c in zip(RIVALS["costs"], (9, 9, 0), strict=True)
    ]
    assert (
        conflict(KIND.statement({**RIVALS, **more, "costs": [*more["costs"], [[9] * 3] * 3]}), ENVY, "x").touched(
            (2, 2, 2)
        )
        == -1
    )


def test_a_triple_releases_a_conflict_once():
    """Nobody trades, though courier 0 would deliver (0, 0) at a gain of 3: buyer, store and courier are all idle."""
    rivals = KIND.statement(RIVALS)
    found = conflict(rivals, {**ENVY, "deviations": [[0, 0, 0, 1]], "trades": [], "idle": IDLE}, "x")
    assert found.limit == -1
    assert found.least == {(0, 0): F(1), (1, 0): F(1), (2, 0): F(1)}
    assert [found.touched(triple) for triple in ((0, 0, 0), (0, 1, 1), (1, 1, 1))] == [-1, -1, 0]
    # Courier 0 costs ten at (1, 1), no less than the others; at (0, 0) an idle courier may cost ten more.
    assert found.touched((1, 1, 0)) == 0
    busy = KIND.statement({**RIVALS, "costs": RIVALS["costs"][:2]})
    assert (
        conflict(busy, {**ENVY, "deviations": [[0, 0, 0, 1]], "trades": [], "idle": IDLE}, "x").touched((1, 1, 0)) == -1
    )  # with as many buyers as couriers nobody need be idle
    worthless = KIND.statement({**RIVALS, "values": [[3, 0], [4, 3]]})
    assert (
        conflict(worthless, {**ENVY, "deviations": [[0, 0, 0, 1]], "trades": [], "idle": IDLE}, "x").touched((0, 1, 1))
        == 0
    )  # who buys nothing of value has a utility of 0


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        (("deviations",), [[0, 1, 2, 1]], "do not contradict"),
        (("deviations", 0), [0, 1, 0, 1], "the courier 0 is left over"),
        (("trades",), [[0, 0, 1]], "is left over"),
        (("idle", "couriers"), [], "the courier 2 is left over with weight 2"),
        (("deviations", 0), [0, 1, 2, -1], "negative"),
        (("takeovers",), [[0, 0, 0, 2, 1]], "do not contradict"),
    ],
)
def test_what_is_no_conflict_is_refused(path, value, complaint):
    with pytest.raises((Violation, InputError), match=complaint):
        conflict(KIND.statement(RIVALS), changed(ENVY, path, value), "x")


def test_no_conditions_are_no_conflict():
    nothing = {**ENVY, "deviations": [], "trades": [], "idle": {"buyers": [], "stores": [], "couriers": []}}
    with pytest.raises(Violation, match="do not contradict each other, as 0 <= 0"):
        conflict(KIND.statement(RIVALS), nothing, "x")


def test_a_courier_who_costs_more_than_goods_are_worth_tempts_nobody():
    """Courier 1 asks 10 for what is worth 4: deviations of -6 twice, less 3 twice, are no contradiction."""
    dear = {**ENVY, "deviations": [[0, 1, 1, 1], [1, 0, 1, 1]], "idle": {"buyers": [], "stores": [], "couriers": [1]}}
    with pytest.raises(Violation, match="do not contradict each other, as -18 <= 0"):
        conflict(KIND.statement(RIVALS), dear, "x")


def tree_of_rivals():
    """Welfare above 5 is left to one matching, which the conflict excludes."""
    root = {"buyers": [3, 3], "stores": [1, 1], "couriers": [0, 0, 0]}
    return {"kind": "tree", **root, "level": 5, "conflicts": [ENVY], "nodes": [{"rows": []}]}


def test_a_tree_with_a_conflict():
    rivals = KIND.statement(RIVALS)
    raw = tree_of_rivals()
    part = rest(rivals, read_potentials(rivals, read_bound(raw, "bound", rivals)), F(5), [conflict(rivals, ENVY, "x")])
    assert part.triples == [(0, 0, 0), (0, 1, 2), (1, 0, 2), (1, 1, 1)]
    # Rows: 2 buyers, 2 stores, 3 couriers, 4 pairs, the conflict x_000 + x_111 <= 1.
    raw["nodes"] = [
        {"split": [1, 0], "children": [1, 2]},
        {"rows": [[1, "7/3"], [2, "7/3"], [11, "2/3"]]},
        {"rows": [[0, 3], [3, 3], [6, 4]]},
    ]
    # The first leaf proves 16/3, the second 10 - 6 = 4; welfare is an integer.
    assert upper(rivals, {"bound": raw}) == 5
    without = changed(raw, ("nodes", 1, "rows"), [[1, 4], [2, 3]])
    assert upper(rivals, {"bound": without}) == 7
    harmless = changed(raw, ("conflicts", 0, "trades"), [])
    with pytest.raises(Violation, match="left over"):
        upper(rivals, {"bound": harmless})
    with pytest.raises(InputError, match="equilibria with tips"):
        upper(KIND.statement({**RIVALS, "objective": "efficient"}), {"bound": raw})


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"values": [[5, -2], [3, 4]]}, r"values\[0\]\[1\]: -2 is negative"),
        ({"values": [[5, 2], [3]]}, r"values\[1\]: this row has 1 entries"),
        ({"values": [[5, float("nan")], [3, 4]]}, r"values\[0\]\[1\]: nan is not a finite number"),
        ({"values": [[5, "1e5000"], [3, 4]]}, "exponent"),
        ({"costs": []}, "costs: the list is empty"),
        ({"costs": [[[1, 1]]]}, r"costs\[0\]: the list has 1 rows where 2 are needed"),
        ({"costs": [[[1, 1], [1, -1]]]}, r"costs\[0\]\[1\]\[1\]: -1 is negative"),
        ({"costs": {"courier_store": [[1, 1]]}}, "costs.centre"),
        ({"costs": {"centre": "store", "courier_store": [[1]], "buyer_store": [[1, 1], [1, 1]]}}, "courier_store"),
        (
            {"costs": {"centre": "store", "courier_store": [[1, 1]], "courier_buyer": [[1, 1]]}},
            "courier_buyer: unknown",
        ),
        ({"costs": {"centre": "courier", "courier_store": [[1, 1]], "courier_buyer": [[1, 1]] * 2}}, "1 rows"),
        ({"tips": 1}, "tips: .*true or false"),
        ({"price_rule": "cheapest"}, 'price_rule: "cheapest" is unknown; known are least-deficit'),
        ({"objective": "revenue"}, 'objective: "revenue" is unknown'),
        ({"couriers": ["a", "b"]}, "couriers: the list has 2 entries"),
    ],
)
def test_bad_instances_are_named(fields, complaint):
    with pytest.raises(InputError, match=complaint):
        statement(**fields)


def test_separable_costs_mean_the_sum_of_their_legs():
    e, d = [[1, 4], [2, 0]], [[1, 2], [2, 1]]
    b = [[3, 1], [0, 2]]
    written = {
        "store": ({"centre": "store", "courier_store": e, "buyer_store": d}, lambda k, i, j: e[k][j] + d[i][j]),
        "buyer": ({"centre": "buyer", "courier_buyer": e, "buyer_store": d}, lambda k, i, j: e[k][i] + d[i][j]),
        "courier": ({"centre": "courier", "courier_buyer": e, "courier_store": b}, lambda k, i, j: e[k][i] + b[k][j]),
    }
    for costs, cost in written.values():
        found = statement(costs=costs)
        assert found.shape == (2, 2, 2)
        cells = [(k, i, j) for k in range(2) for i in range(2) for j in range(2)]
        assert [found.costs.at(*cell) for cell in cells] == [cost(*cell) for cell in cells]
        assert [found.whole.costs.row(k, i)[j] for k, i, j in cells] == [cost(*cell) for cell in cells]
        assert KIND.statement(found.document()) == found


@pytest.mark.parametrize(("wanted", "others", "contradicts"), [(5, 1, True), (2, 9, False)])
def test_without_tips_who_deviates_looks_at_the_own_value(wanted, others, contradicts):
    """Buyer 0 buys at store 0 for at most 3; an idle store 1 is free, so envy is worth what the buyer sees in it."""
    market = {**RIVALS, "tips": False, "values": [[3, wanted], [0, others]]}
    envy = {
        "deviations": [[0, 1, 1]],
        "trades": [[0, 0, 1]],
        "takeovers": [],
        "idle": {"buyers": [], "stores": [1], "couriers": []},
    }
    if contradicts:
        assert conflict(KIND.statement(market), envy, "x").pairs == {(0, 0)}
    else:
        with pytest.raises(Violation, match="do not contradict each other, as -1 <= 0"):
            conflict(KIND.statement(market), envy, "x")


@pytest.mark.parametrize("centre", ["store", "buyer", "courier"])
def test_separable_costs_find_whoever_would_gain(centre):
    """By legs as by triples: somebody is found exactly if somebody would gain, and who is found would."""
    rng, met = random.Random(centre), [0, 0]
    first, second = PARTS[centre]
    for _ in range(300):
        n, m, c = rng.randint(1, 3), rng.randint(1, 3), rng.randint(1, 3)

        def table(rows, columns):
            return [[rng.randint(0, 4) for _ in range(columns)] for _ in range(rows)]

        legs = {first: table(c, m if centre == "store" else n), second: table(c if centre == "courier" else n, m)}
        f, g = [rng.randint(0, 5) for _ in range(n)], [rng.randint(0, 5) for _ in range(m)]
        values = [[x + y for y in g] for x in f] if rng.random() < 0.7 else table(n, m)
        whole = statement(values=values, costs={"centre": centre, **legs}).whole
        u, p, z = ([rng.randint(0, 3) for _ in range(size)] for size in (n, m, c))
        cells = itertools.product(range(n), range(m), range(c))
        gain = {(i, j, k) for i, j, k in cells if u[i] + p[j] + z[k] < values[i][j] - whole.costs.at(k, i, j)}
        found = set(whole.exceeded(values, u, p, z))
        assert found <= gain
        assert bool(found) == bool(gain)
        met[bool(gain)] += 1
    assert min(met) > 30


def test_a_courier_keeps_what_the_idle_ones_leave():
    """As many couriers are idle as outnumber buyers or stores; at best they are those of the highest costs."""
    rng, met = random.Random(3), [0, 0]
    for _ in range(300):
        n, m, c = rng.randint(1, 2), rng.randint(1, 3), rng.randint(1, 4)
        costs = [[[F(rng.randint(0, 6), rng.randint(1, 3)) for _ in range(m)] for _ in range(n)] for _ in range(c)]
        values = [[F(rng.randint(0, 9), 2) for _ in range(m)] for _ in range(n)]
        market = KIND.statement({"values": values, "costs": costs})
        i, j, k = triple = rng.randrange(n), rng.randrange(m), rng.randrange(c)
        idle, others = c - min(n, m), sorted((costs[other][i][j] for other in range(c) if other != k), reverse=True)
        most = F(100) if idle <= 0 else others[idle - 1] - costs[k][i][j]
        for least in {most, most - F(1, 6), most + F(1, 6), F(1, 2)}:
            assert _reaches(market, 2, triple, least) == (least <= most or idle <= 0)
            met[idle > 0] += 1
        for side in (0, 1):
            assert [_reaches(market, side, triple, values[i][j] + d) for d in (0, F(1, 6))] == [True, False]
    assert min(met) > 100


def test_a_conflict_may_be_worth_little():
    quarter = {name: [[*entry[:-1], "1/4"] for entry in ENVY[name]] for name in ("deviations", "trades", "takeovers")}
    found = conflict(KIND.statement(RIVALS), {**ENVY, **quarter}, "x")
    assert (found.pairs, found.least) == ({(0, 0), (1, 1)}, {(2, 2): F(1)})  # all over four, as is the weight left over


def test_a_dear_courier_is_no_match_for_an_idle_one():
    """Courier 1 delivers (0, 0) at ten, courier 0 would at nothing: idle he must have ten to stay so."""
    undercut = {
        "deviations": [],
        "trades": [],
        "takeovers": [[0, 0, 1, 0, 1]],
        "idle": {"buyers": [], "stores": [], "couriers": [0]},
    }
    found = conflict(KIND.statement(RIVALS), undercut, "x")
    assert (found.pairs, found.triples, found.least) == (set(), {(0, 0, 1)}, {(2, 0): F(10)})
    turned = {**undercut, "takeovers": [[0, 0, 0, 1, 1]], "idle": {**undercut["idle"], "couriers": [1]}}
    with pytest.raises(Violation, match="do not contradict each other, as -10 <= 0"):
        conflict(KIND.statement(RIVALS), turned, "x")


def test_a_proof_of_too_few_couriers_may_weigh_values_below_one():
    """Two pairs of value 10 for one courier: 3/10 of 20 less twice 2 is two pairs at least."""
    market = {**MARKET, "values": [[10, 0], [0, 10]], "tips": False}
    bound = {"kind": "cardinality", "heaviest": [[0, 0], [1, 1]], "weight": "3/10", "buyers": [2, 2], "stores": [0, 0]}
    document = {"format": "suasion-solution/1", "problem": market, "grade": "infeasible", "dual": {"bound": bound}}
    assert dual.verify(document).grade == "infeasible"
    assert not dual.verify(changed(document, ("dual", "bound", "weight"), "1/4")).accepted
    shared = changed(changed(document, ("dual", "bound", "buyers"), [1, 1]), ("dual", "bound", "stores"), [1, 1])
    assert dual.verify(shared).grade == "infeasible"
    dear = changed(changed(document, ("dual", "bound", "buyers"), [0, 0]), ("dual", "bound", "stores"), [4, 4])
    assert "need -2 couriers or more" in dual.verify(dear).violation
    efficient = changed(document, ("problem", "objective"), "efficient")
    assert "always has a solution" in dual.verify(efficient).violation
    assert 'of kind "cardinality"' in dual.verify(changed(document, ("dual", "bound", "kind"), "lp")).violation


def test_a_tree_without_tips_has_a_level_and_no_conflicts():
    """Values 3, 3 and no costs but ten apart from two trades: 6 is the most, above 5 two triples are left."""
    market = {**RIVALS, "values": [[3, 0], [0, 3]], "tips": False}
    root = {"kind": "tree", "buyers": [3, 3], "stores": [0, 0], "couriers": [0, 0, 0], "level": 5}
    raw = {**root, "nodes": [{"rows": [[0, 3], [1, 3]]}]}
    assert upper(KIND.statement(market), {"bound": raw}) == 6
    assert upper(KIND.statement({**market, "tips": True}), {"bound": raw}) == 6
    with pytest.raises(InputError, match="equilibria with tips"):
        upper(KIND.statement(market), {"bound": {**raw, "conflicts": [ENVY]}})


@pytest.mark.parametrize(("level", "left"), [(6, 4), ("13/2", 4), ("20/3", 4), (7, 2), ("15/2", 2), (8, 0)])
def test_what_a_level_leaves(level, left):
    """Of root potentials that sum to 8 two triples fall short by nothing, two by 1; the next welfare is an integer."""
    rivals = KIND.statement(RIVALS)
    found = read_potentials(rivals, read_bound({**tree_of_rivals(), "level": level}, "bound", rivals))
    assert len(rest(rivals, found, F(level), []).triples) == left
    # The same in halves, beside a potential of thirds that is made up for by another.
    half = {"values": [[F(v, 2) for v in row] for row in RIVALS["values"]]}
    half["costs"] = [[[F(c, 2) for c in row] for row in table] for table in RIVALS["costs"]]
    market = KIND.statement(half)
    root = {"kind": "tree", "buyers": ["7/6", "7/6"], "stores": ["5/6", "5/6"], "couriers": [0, 0, 0], "nodes": [{}]}
    found = read_potentials(market, read_bound({**root, "level": F(level) / 2}, "bound", market))
    assert len(rest(market, found, F(level) / 2, []).triples) == left


def test_a_tree_of_which_nothing_is_left_proves_its_level():
    """Nobody trades in a conflict without trades, and nothing that is left above the level releases it."""
    nobody = {**ENVY, "deviations": [[0, 0, 0, 1]], "trades": [], "idle": IDLE}
    root = {"kind": "tree", "buyers": [3, 3], "stores": [1, 1], "couriers": [0, 0, 1]}
    # No triple reaches above 9 of 9: rows of agents, no pairs, and the conflict 0 <= -1 as the last.
    raw = {**root, "level": 9, "conflicts": [nobody], "nodes": [{"farkas": [[7, 1]]}]}
    assert upper(KIND.statement(RIVALS), {"bound": raw}) == 9
    assert upper(KIND.statement(RIVALS), {"bound": {**raw, "level": 8}}) == 8
    with pytest.raises(Violation):  # four triples are left, and release it
        upper(KIND.statement(RIVALS), {"bound": {**raw, "level": 7, "nodes": [{"farkas": [[11, 1]]}]}})


def test_transactions_name_buyer_store_and_courier():
    market = KIND.statement({"values": [[1, 2, 3], [4, 5, 6]], "costs": [[[0] * 3] * 2]})
    assert disjoint([[1, 2, 0]], "x", *market.shape) == ((1, 2, 0),)
    for wrong in ([2, 0, 0], [0, 3, 0], [0, 0, 1]):
        with pytest.raises(InputError, match="not an index"):
            disjoint([wrong], "x", *market.shape)


def test_prices_of_the_least_deficit_are_reported_by_default():
    assert (statement().price_rule, statement().objective, statement().tips) == (
        "least-deficit",
        "equilibrium-welfare",
        True,
    )


@pytest.mark.parametrize("centre", ["store", "buyer"])
def test_a_former_name_of_a_leg_is_read(centre):
    first = PARTS[centre][0]
    legs = {"centre": centre, first: [[1, 4]]}
    new, old = statement(costs={**legs, "buyer_store": [[1, 2], [3, 4]]}), {**legs, "store_buyer": [[1, 2], [3, 4]]}
    assert statement(costs=old) == new
    with pytest.raises(InputError, match="store_buyer: unknown"):
        statement(costs={**old, "buyer_store": [[1, 2], [3, 4]]})


def test_a_former_name_is_of_one_leg_only():
    with pytest.raises(InputError, match="store_buyer: unknown"):
        statement(costs={"centre": "courier", "courier_buyer": [[1, 1]], "courier_store": [[1, 1]], "store_buyer": []})
