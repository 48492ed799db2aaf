"""What users hold in their hands, and what it is read as."""
# ruff: noqa: ARG005 (functions of users take what they are called with, and need not use it)

import random
from collections import OrderedDict
from fractions import Fraction as F

import numpy as np
import pandas as pd
import pytest

import suasion
from dual.errors import InputError

STATES, ACTIONS = ["innocent", "guilty"], ["acquit", "convict"]
COURT = suasion.Persuasion(["7/10", "3/10"], [[0, 1], [0, 1]], [[1, 0], [0, 1]], states=STATES, actions=ACTIONS)
SENDER = pd.DataFrame([[0, 1], [0, 1]], STATES, ACTIONS)
RECEIVER = pd.DataFrame([[1, 0], [0, 1]], STATES, ACTIONS)


@pytest.mark.parametrize(
    "prior",
    [
        {"innocent": 0.7, "guilty": 0.3},
        {"guilty": 0.3, "innocent": 0.7},
        pd.Series({"guilty": 0.3, "innocent": 0.7}),
        OrderedDict(guilty="3/10", innocent="7/10"),
        np.array([0.7, 0.3]),
        np.array([0.7, 0.3], dtype=np.float32),
        (share for share in (0.7, 0.3)),
        map(float, ("0.7", "0.3")),
        pd.Index([0.7, 0.3]),
    ],
)
@pytest.mark.parametrize(
    ("sender", "receiver"),
    [
        (SENDER, RECEIVER),
        (SENDER[["convict", "acquit"]], RECEIVER.loc[["guilty", "innocent"]]),
        (SENDER.to_dict("index"), {"guilty": [0, 1], "innocent": {"convict": 0, "acquit": 1}}),
        (SENDER.stack(), RECEIVER.astype(bool)),
        (SENDER.to_numpy(dtype=bool), [[True, False], [np.False_, np.True_]]),
        ([range(2), (0, 1)], np.eye(2)),
        (lambda s, a: a == "convict", lambda s, a: (s == "guilty") == (a == "convict")),
    ],
)
def test_a_persuasion_problem_is_what_it_is_in_whatever_form(prior, sender, receiver):
    prior = [0.7, 0.3] if type(prior).__name__ in ("generator", "map") else prior  # one use each
    made = suasion.Persuasion(prior, sender, receiver, states=STATES, actions=ACTIONS)
    assert made.statement == COURT.statement


def test_generators_are_read():
    made = suasion.Persuasion((x for x in (0.7, 0.3)), map(list, [[0, 1], [0, 1]]), [[1, 0], [0, 1]])
    assert made.statement.prior == (F(7, 10), F(3, 10))


def test_labels_of_frames_become_labels():
    made = suasion.Persuasion(pd.Series({"innocent": 0.7, "guilty": 0.3}), SENDER[["convict", "acquit"]], RECEIVER)
    assert made.statement.states == ("innocent", "guilty")
    assert made.statement.actions == ("convict", "acquit")
    assert made.sender == ((1, 0), (1, 0))
    assert made.receiver == ((0, 1), (1, 0))
    assert made.solve().lower == F(3, 5)


def test_numbers_are_labels_too():
    made = suasion.Persuasion([0.5, 0.5], [[0], [1]], [[0], [1]], states=[1, 2], actions=np.array(["x"]))
    assert made.statement.states == ("1", "2")


def test_a_plain_index_is_no_label():
    assert suasion.Persuasion([0.5, 0.5], pd.DataFrame([[0], [1]]), [[0], [1]]).statement.states is None
    assert suasion.Persuasion({0: 0.7, 1: 0.3}, [[0], [1]], [[0], [1]]).statement.states is None


def test_transport_plans_carry_the_names_of_a_frame():
    cost = pd.DataFrame([[0, 1], [1, 0]], index=["Lyon", "Nice"], columns=["Bern", "Rome"])
    made = suasion.Transport(pd.Series({"Nice": 1, "Lyon": 1}), {"Bern": 1, "Rome": 1}, cost=cost)
    assert made.statement.sources == ("Nice", "Lyon")
    assert made.solve().tables()[0].rows[0][:2] in (["Nice", "Rome"], ["Lyon", "Bern"])
    assert made.solve().lower == 0


def test_functions_are_tabulated_on_indices():
    made = suasion.Transport([1, 1], [1, 1], cost=lambda i, j: abs(i - j))
    assert made.statement.cost.nested() == [["0", "1"], ["1", "0"]]


@pytest.mark.parametrize("utility", [lambda x, y: (x - y) ** 2, lambda x, y: np.square(float(x) - float(y))])
def test_a_function_of_two_posteriors(utility):
    grid = [0, "1/4", "1/2", "3/4", 1]
    made = suasion.TwoReceiverPersuasion("1/2", utility, grid=grid)
    assert made.solve().lower == F(1, 4)
    assert "covers this table only" in made.statement.notes
    assert made.statement.tables[0][0].at(0, 1) == F(1, 16)


def test_a_function_of_fractions_is_exact_and_numpys_functions_get_floats():
    made = suasion.TwoReceiverPersuasion("1/3", lambda x, y: x / 3 + y, grid=[0, "1/3", 1])
    assert made.statement.tables[0][0].at(1, 0) == F(1, 9)
    made = suasion.TwoReceiverPersuasion("1/3", lambda x, y: np.exp(x) * y, grid=[0, "1/3", 1])
    assert made.statement.tables[0][0].at(1, 2) == F(float(np.exp(1 / 3)))


def test_a_frame_of_utilities_brings_its_grid():
    frame = pd.DataFrame([[(x - y) ** 2 for y in (0, 0.5, 1)] for x in (0, 0.5, 1)], [0, 0.5, 1], [0, 0.5, 1])
    assert suasion.TwoReceiverPersuasion(0.5, frame).solve().lower == F(1, 4)


def test_voters_by_functions():
    receivers = [[[0, -1], [0, 1]]] * 3
    made = suasion.PrivatePersuasion.from_game([0.7, 0.3], lambda s, *a: sum(a) >= 2, receivers)
    table = [[[[int(a + b + c >= 2) for c in (0, 1)] for b in (0, 1)] for a in (0, 1)]] * 2
    assert made.statement == suasion.PrivatePersuasion.from_game(["7/10", "3/10"], table, receivers).statement
    beliefs = [[1, 0], [0.5, 0.5], [0, 1]]
    made = suasion.PrivatePersuasion(
        [0.7, 0.3], grids=[beliefs] * 2, utility=lambda s, p, q: min(p[1], q[1]) >= F(1, 2)
    )
    assert made.solve().lower == F(3, 5)


def test_a_function_of_beliefs_and_a_prior_by_name():
    prior = {"innocent": 0.7, "guilty": 0.3}
    made = suasion.Concavification(prior, value=lambda q: q[1] >= 0.5, resolution=10)
    assert made.statement.states == ("innocent", "guilty")
    assert made.solve().lower == F(3, 5)


def test_a_function_of_listed_means():
    law = {"support": [0, 1], "prior": [0.7, 0.3]}
    payoff = {"points": [0, 0.5, 1], "values": lambda m: m >= F(1, 2)}
    made = suasion.MeanPersuasion(law, payoff)
    assert made.solve().lower == F(3, 5)
    assert "covers this table only" in made.statement.notes


def test_pairs_by_name_and_by_table():
    values = pd.DataFrame([[12, 0], [12, 11]], ["Ann", "Bob"], ["baker", "smith"])
    table = np.array([[True, False], [False, False]])
    frame = pd.DataFrame(table, values.index, values.columns)
    known = ([("Ann", "baker")], {("Ann", "baker")}, {"Ann": ["baker"]}, {"Ann": "baker"}, table, frame, table.tolist())
    for pairs in known:
        network = suasion.TradingNetwork(values, known=pairs)
        assert network.statement.known_pairs == [(0, 0)]
    assert network.evaluate([("Bob", "baker")]).revenue == 12
    assert network.evaluate(np.array([[False, False], [True, False]])).revenue == 12


def test_pairs_that_can_never_trade():
    values = pd.DataFrame([[12, np.nan], [12, 11]], ["Ann", "Bob"], ["baker", "smith"])
    network = suasion.TradingNetwork(values, missing="impossible")
    assert network.statement.values.document()["pairs"] == [[0, 0, 12], [1, 0, 12], [1, 1, 11]]
    assert suasion.AssignmentMarket([[5, None], [4, 1]], missing="impossible").solve().lower == 6
    with pytest.raises(InputError, match=r"values\[0\]\[1\]: nan is not a finite number"):
        suasion.TradingNetwork(values)
    with pytest.raises(InputError, match="missing: nothing may be missing in a problem of kind persuasion"):
        COURT.replace(missing="impossible")


def test_trades_by_name():
    market = suasion.DeliveryMarket(
        {"Ann": [5, 2], "Bob": [3, 4]}, costs=[[[1, 1], [1, 1]]], stores=["deli", "wok"], couriers=["Kim"]
    )
    assert market.statement.buyers == ("Ann", "Bob")
    assert market.welfare([("Ann", "deli", "Kim")]) == market.welfare([(0, 0, 0)]) == 4
    assert market.support([("Ann", "deli", "Kim")]).supported


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: COURT.replace(prior={"innocent": 0.7, "gilty": 0.3}), 'prior: "gilty" .* did you mean "guilty"'),
        (lambda: COURT.replace(prior={"innocent": 1}), 'prior: "guilty", one of the states, has no entry'),
        (lambda: COURT.replace(sender=SENDER.rename(columns={"acquit": "x"})), 'sender: "x" is none of the actions'),
        (lambda: COURT.replace(prior={0.7, 0.3}), "prior: a set has no order; write a list"),
        (
            lambda: suasion.Persuasion([1], lambda s, a: 0, lambda s, a: 0),
            r"sender: nothing says how many actions .* give actions=\[...\]",
        ),
        (
            lambda: COURT.replace(sender=lambda s: 0),
            "sender: the function cannot be tabulated, it is called with 2 arg",
        ),
        (lambda: COURT.replace(sender=lambda s, a: 1 / 0), r"sender: the function fails at \(innocent, acquit\): Zero"),
        (lambda: COURT.replace(sender=lambda s, a: np.ones(2)), "sender: the function gives an array of shape"),
        (
            lambda: suasion.TwoReceiverPersuasion(0.5, lambda x, y: x, domain="square"),
            "utility: a Python function is tabulated on a grid",
        ),
        (
            lambda: suasion.Concavification([0.5, 0.5], value=lambda p: float(p) ** 2),
            "value: .*it is called with a belief, an array of 2 probabilities",
        ),
        (
            lambda: suasion.TradingNetwork([[1]], known=[("Ann", "x")]),
            r'known\[0\]: "Ann" is a name, but the buyers have none',
        ),
        (
            lambda: suasion.TradingNetwork([[1]], known=[("An", 0)], buyers=["Ann"]),
            r'known\[0\]: no buyer is called "An"; did you mean "Ann"',
        ),
        (lambda: COURT.replace(floats="exact"), 'floats: "exact" is unknown; known are decimal, binary'),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(make, message):
    with pytest.raises(InputError, match=message) as raised:
        make()
    assert "\n" not in str(raised.value)


# Floats


@pytest.mark.parametrize(
    "payoffs",
    [
        [[0.1, 0.6], [0, 1]],
        np.array([[0.1, 0.6], [0, 1]]),
        np.array([[0.1, 0.6], [0, 1]], dtype=np.float32),
        np.array([[0.1, 0.6], [0, 1]], dtype=np.float16),
        pd.DataFrame([[0.1, 0.6], [0, 1]]),
        [[np.float32(0.1), 0.6], [0, 1]],
    ],
)
def test_a_float_is_the_decimal_it_prints_as(payoffs):
    made = COURT.replace(sender=payoffs)
    assert made.sender == ((F(1, 10), F(3, 5)), (0, 1))
    assert any("sender[0][0] = 0.1" in line or "0.1 as 1/10" in line for line in made.snapped)


def test_python_and_json_agree(tmp_path):
    text = '{"kind": "persuasion", "prior": [0.7, 0.3], "sender": [[0.1, 0.6], [0, 1]], "receiver": [[1, 0], [0, 1]]}'
    (tmp_path / "court.json").write_text(text)
    file = suasion.load(tmp_path / "court.json")
    assert file.statement == suasion.Persuasion([0.7, 0.3], [[0.1, 0.6], [0, 1]], np.eye(2)).statement
    assert file.snapped == ()
    assert suasion.solve(tmp_path / "court.json").grade == "exact"


def test_floats_can_be_binary():
    made = COURT.replace(sender=[[0.1, 0.5], [0, 1]], floats="binary")
    assert made.sender[0] == (F(0.1), F(1, 2))
    assert made.snapped == (
        "sender: floats are read as the binary fractions they are, sender[0][0] = 0.1 as "
        "3602879701896397/36028797018963968 (1 of 2 floats)",
    )
    assert made.prior == COURT.prior  # exact from the start


def test_one_rule_for_all_floats_of_an_array():
    assert COURT.replace(sender=[[0.1, 1 / 3], [0, 1]]).sender[0] == (F(0.1), F(1 / 3))
    assert COURT.replace(sender=[[0.1, 1e-20], [0, 1]]).sender[0] == (F(0.1), F(1e-20))


def test_a_random_decimal_is_itself():
    rng = random.Random(5)
    for _ in range(300):
        digits = rng.randint(1, 15)
        exact = F(rng.randint(-(10**digits) + 1, 10**digits - 1), 10 ** rng.randint(0, 15))
        assert suasion.Persuasion([1], [[float(exact)]], [[0]]).sender[0][0] == exact


def test_large_arrays_of_decimals():
    table = np.arange(160 * 160).reshape(160, 160) % 97 / 10
    network = suasion.TradingNetwork(table)
    assert network.statement.values.row(0)[3] == 3
    assert network.snapped == ("values: floats are read as the decimals they print as, over 10",)
    pair = suasion.TwoReceiverPersuasion(0.5, table, grid=np.linspace(0, 1, 160))
    assert pair.statement.tables[0][0].at(0, 3) == F(3, 10)


def test_snapping_is_reported_once():
    made = suasion.TwoReceiverPersuasion(0.5, "x*y", grid=np.linspace(0, 1, 101))
    assert len(made.snapped) == 1
    assert "grid" in made.snapped[0]


def test_measured_probabilities():
    prior = np.random.default_rng(3).random(4, dtype=np.float32)
    with pytest.raises(InputError, match="normalise=True"):
        suasion.Persuasion(prior, np.eye(4), np.eye(4))
    made = suasion.Persuasion(prior, np.eye(4), np.eye(4), normalise=True)
    total = sum(map(F, prior.tolist()))
    assert made.prior == tuple(F(x) / total for x in prior.tolist())
    assert made.snapped[0].startswith("prior: divided by its sum")
    assert suasion.Transport([1, 3], [0.5, 0.5], cost=[[0, 1], [1, 0]], normalise=True).solve().cost_bounds[0] == F(
        1, 4
    )


def test_weights_of_types_are_divided_by_their_sum():
    """Counts of buyers in place of shares: by the type, and of what each believes."""
    counted = [{"values": [1], "weight": 3}, {"values": [2], "weight": 1}]
    with pytest.raises(InputError, match="types: the weights sum to 4, not to 1; normalise=True"):
        suasion.Mechanism(types=counted)
    found = suasion.Mechanism(types=counted, normalise=True)
    assert found.statement.weights == (F(3, 4), F(1, 4))
    assert found.snapped == ("types.weight: divided by its sum, 4",)
    buyers = [{"prior": [1, 3], "weight": 2}, {"prior": [0.5, 0.5], "weight": 6}]
    asked = suasion.ExperimentMenu(buyers, normalise=True)
    assert [one.prior for one in asked.statement.types] == [(F(1, 4), F(3, 4)), (F(1, 2), F(1, 2))]
    assert asked.statement.weights == (F(1, 4), F(3, 4))
    # Without weights the types are alike, and nothing is there to divide.
    assert (
        suasion.Mechanism(types=[{"values": [1]}, {"values": [2]}], normalise=True).statement.weights == (F(1, 2),) * 2
    )
    with pytest.raises(InputError, match=r"types\[1\]\.weight: -1 is negative"):
        suasion.Mechanism(types=[{"values": [1], "weight": 2}, {"values": [2], "weight": -1}], normalise=True)
    with pytest.raises(InputError, match="either every type has a weight or none"):
        suasion.Mechanism(types=[{"values": [1], "weight": 2}, {"values": [2]}], normalise=True)


# A receiver with another prior


@pytest.mark.parametrize(
    ("mine", "hers", "value"),
    # Conviction needs her odds of guilt to be even: innocents are convicted at the rate h/(1-h), at most 1.
    [("3/10", "1/10", F(3, 10) + F(7, 10) * F(1, 9)), ("3/10", "1/2", 1), ("3/10", "3/10", F(3, 5)), ("0", "0", 0)],
)
def test_a_receiver_with_a_prior_of_her_own(mine, hers, value):
    prior, own = ([1 - F(p), F(p)] for p in (mine, hers))
    solution = COURT.replace(prior=prior, receiver_prior=own).solve()
    assert (solution.lower, solution.grade) == (value, "exact")
    assert solution.verify().accepted


def test_a_receiver_who_fears_what_the_sender_excludes():
    with pytest.raises(
        InputError, match=r"receiver_prior\[1\]: 1/2 is the receiver's prior of a state that the sender"
    ):
        COURT.replace(prior=[1, 0], receiver_prior=["1/2", "1/2"])


# A name that has changed


def test_the_old_name_of_the_buyers_leg_is_read_with_a_warning():
    legs = {"centre": "store", "courier_store": [[1, 2]], "store_buyer": [[1, 2], [3, 4]]}
    with pytest.warns(FutureWarning, match='costs.store_buyer: the field is called "buyer_store" now'):
        old = suasion.DeliveryMarket([[5, 2], [3, 4]], legs)
    new = suasion.DeliveryMarket(
        [[5, 2], [3, 4]], {"buyer_store" if k == "store_buyer" else k: v for k, v in legs.items()}
    )
    assert old.statement == new.statement
    assert "buyer_store" in old.document()["costs"]
    with pytest.raises(InputError, match=r"costs.buyer_store.*: .* rows are buyers, columns are stores"):
        old.replace(values=[[5, 2, 1], [3, 4, 1]], costs=old.document()["costs"] | {"courier_store": [[1, 2, 3]]})


@pytest.mark.parametrize("value", [5, True, "types", 0.5])
def test_what_is_no_list_of_objects_is_refused_in_one_line(value):
    with pytest.raises(InputError, match=r"types: .* is not a list"):
        suasion.load({"kind": "experiment-menu", "types": value})


def test_a_type_is_its_values_or_its_prior():
    """An array of types has a row for each; in a file a type is an object."""
    expected = suasion.Mechanism(types=[{"values": [1, 2]}, {"values": [2, 1]}])
    assert suasion.Mechanism(types=np.array([[1, 2], [2, 1]])) == expected
    assert suasion.Mechanism(types=[{"values": [1, 2]}, (2, 1)]) == expected
    menu = suasion.ExperimentMenu(types=[[0.2, 0.8], [0.4, 0.6]])
    assert menu.solve().lower == F(1, 5)
    with pytest.raises(suasion.SuasionError, match=r"types\[0\]: an object with the fields"):
        suasion.Mechanism(types=["gold"])
    with pytest.raises(suasion.SuasionError, match=r"types\[0\]: an object with the fields"):
        suasion.load({"kind": "mechanism", "types": [[1, 2], [2, 1]]})
