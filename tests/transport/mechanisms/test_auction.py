"""Several buyers: values of theory, Border's inequalities as another program, audits, and what is refused."""

from fractions import Fraction as F
from itertools import combinations, product

import numpy as np
import pytest
from scipy.optimize import linprog

import dual
from dual.checker import proven
from dual.errors import InputError
from dual.kinds import KINDS
from dual.kinds.mechanisms.auction import AuctionProgram
from transport import Mechanism
from transport.mechanisms.auction import one_by_one, surplus


def border(types, weights, bidders):
    """The best symmetric BIC auction for additive buyers, by interim probabilities and Border's inequalities."""
    n, m = len(types), len(types[0])
    size = n * m + n
    cost = np.zeros(size)
    cost[n * m :] = -bidders * np.array(weights)
    rows, right = [], []
    for k in range(n):
        for r in [None, *range(n)]:
            row = np.zeros(size)
            row[k * m : (k + 1) * m] -= types[k]
            row[n * m + k] += 1
            if r is not None:
                row[r * m : (r + 1) * m] += types[k]
                row[n * m + r] -= 1
            rows.append(row)
            right.append(0.0)
    for j in range(m):
        for count in range(1, n + 1):
            for chosen in combinations(range(n), count):
                row = np.zeros(size)
                for k in chosen:
                    row[k * m + j] = weights[k]
                rows.append(row)
                right.append((1 - (1 - sum(weights[k] for k in chosen)) ** bidders) / bidders)
    bounds = [(0, 1)] * (n * m) + [(None, None)] * n
    return -linprog(cost, np.array(rows), right, bounds=bounds, method="highs").fun


@pytest.mark.parametrize("seed", range(8))
def test_bic_agrees_with_borders_inequalities_and_dsic_is_no_more(seed):
    rng = np.random.default_rng(seed)
    n, bidders = int(rng.integers(1, 5)), int(rng.integers(2, 4))
    if n == 4:
        bidders = 2
    types = rng.integers(0, 6, (n, 2))
    shares = rng.integers(1, 5, n)
    stated = [
        {"values": [int(v) for v in one], "weight": str(F(int(s), int(shares.sum())))}
        for one, s in zip(types, shares, strict=True)
    ]
    bic = Mechanism(stated, bidders=bidders, incentives="BIC").solve()
    dsic = Mechanism(stated, bidders=bidders).solve()
    assert bic.grade == dsic.grade == "exact"
    assert float(bic.lower) == pytest.approx(border(types, shares / shares.sum(), bidders), abs=1e-7)
    assert dsic.lower <= bic.lower
    assert max(dsic.problem.benchmarks.values()) <= dsic.lower
    for solution in (bic, dsic):
        audit = solution.problem.audit(allocation=solution.primal.allocation, payment=solution.primal.payment)
        assert audit.incentive_compatible
        assert audit.claimed == audit.earned == solution.lower


def test_one_item_earns_ironed_virtual_values():
    # Values 1, 2, 4 with 1/2, 1/4, 1/4: virtual values 0, 0, 4, so 4 times the probability that somebody has 4.
    types = [{"values": [v], "weight": w} for v, w in ((1, "1/2"), (2, "1/4"), (4, "1/4"))]
    assert Mechanism(types, bidders=2).solve().lower == 4 * (1 - F(3, 4) ** 2)


def test_unit_demand_bidders_get_one_item_each():
    solution = Mechanism([{"values": [2, 2]}], valuation="unit-demand", bidders=2).solve()
    assert solution.lower == 4
    assert Mechanism([{"values": [2, 2]}], valuation="unit-demand", bidders=3).solve().lower == 4


def test_an_audit_finds_every_way_to_gain():
    # A first-price rule: the higher value gets the item and pays it; ties are split.
    problem = Mechanism([{"values": [1]}, {"values": [2]}], bidders=2)
    gets = [[[["1/2"], [0]], [[1], ["1/2"]]], [[["1/2"], [1]], [[0], ["1/2"]]]]
    pays = [[["1/2", 0], [2, 1]], [["1/2", 2], [0, 1]]]
    audit = problem.audit(allocation=gets, payment=pays)
    # Value 2 against 1 shades to 1: it then has half of 2 - 1 instead of nothing.
    assert {(one.who, one.instead, one.gain) for one in audit.deviations} == {
        ((0, 1, 0), 0, F(1, 2)),
        ((1, 0, 1), 0, F(1, 2)),
    }
    assert (audit.regret, audit.earned) == (F(1, 2), None)
    assert audit.claimed == F(1, 4) * 1 + F(1, 2) * 2 + F(1, 4) * 2
    twice = problem.audit(allocation=np.ones((2, 2, 2, 1)).tolist(), payment=np.zeros((2, 2, 2)).tolist())
    assert len(twice.excesses) == 4


@pytest.mark.parametrize("incentives", ["DSIC", "BIC"])
def test_tampering_is_refused(incentives):
    types = [{"values": list(v)} for v in product((1, 2), (1, 2))]
    solution = Mechanism(types, bidders=2, incentives=incentives).solve()
    assert solution.verify().accepted

    def raise_payment(document):
        entry = document["primal"]["payment"][0]
        entry[0] = "9" if incentives == "BIC" else ["9", *entry[0][1:]]

    def turn(document):
        entry = document["dual"]["multipliers"][0]
        entry[-1] = str(-F(entry[-1]))

    for change in (raise_payment, turn):
        document = solution.document()
        change(document)
        assert not dual.verify(document).accepted


def test_what_cannot_be_audited_says_so():
    single = Mechanism([{"values": [1]}])
    with pytest.raises(InputError, match="several bidders"):
        single.audit(allocation=[[[1]]], payment=[[0]])
    with pytest.raises(InputError, match="either a menu"):
        single.audit()
    with pytest.raises(InputError, match="single buyer"):
        Mechanism([{"values": [1]}], bidders=2).audit([])


@pytest.mark.parametrize("incentives", ["DSIC", "BIC"])
@pytest.mark.parametrize(
    ("costs", "least", "most"),
    [(None, F(7), F(31, 4)), ([1, "1/2"], F(45, 8), F(25, 4)), ([9, 9], F(0), F(0))],
)
def test_a_sale_item_by_item_and_what_all_goods_are_worth(incentives, costs, least, most):
    """Of two types (3, 5) and (4, 1) the best have 8, 9, 9 and 5 together; costs of 1 and 1/2 are below all values.

    Without costs the first item goes at 3, at 4 if both have 4; the second at 5 unless both have 1: 13/4 + 15/4. With
    costs the first goes at 4 to whoever has it: 3/4 * 3 + 3/4 * 9/2.
    """
    types = [{"values": [3, 5], "weight": "1/2"}, {"values": [4, 1], "weight": "1/2"}]
    statement = Mechanism(types=types, bidders=2, incentives=incentives, costs=costs).statement
    auction = AuctionProgram.of(statement)
    verdict = proven(KINDS["mechanism"], statement, one_by_one(auction), surplus(auction))
    assert verdict.violation is None
    assert (verdict.lower, verdict.upper) == (least, most)


@pytest.mark.parametrize("incentives", ["DSIC", "BIC"])
@pytest.mark.parametrize(
    ("types", "valuation"),
    [
        # The second item alone goes at 5 unless both have 1.
        ([{"values": [3, 5]}, {"values": [4, 1]}], "unit-demand"),
        # A pair at 5, unless both are of the other type.
        ([{"bids": [[[0, 1], 5]]}, {"bids": [[[1], 3]]}], "xor"),
        ([{"table": [0, 1, 1, 5]}, {"table": [0, 0, 3, 3]}], "table"),
    ],
)
def test_one_sale_to_bidders_who_want_one_thing(incentives, types, valuation):
    statement = Mechanism(types=types, bidders=2, incentives=incentives, valuation=valuation).statement
    auction = AuctionProgram.of(statement)
    verdict = proven(KINDS["mechanism"], statement, one_by_one(auction), surplus(auction))
    assert verdict.violation is None
    assert verdict.lower == F(15, 4)
