"""Markets from data and from rules: files are read strictly, rules are followed, the shipped town is the rule's."""

import os
from fractions import Fraction as F
from pathlib import Path

import pytest

import suasion
from dual.errors import FileError, InputError
from suasion import catalog
from transport.datasets import load_mdrp, town
from transport.delivery import DeliveryMarket

FILES = {
    "instance_parameters.txt": "meters_per_minute\tpickup service minutes\n100\t4\n",
    "restaurants.txt": "restaurant\tx\ty\nr1\t0\t0\nr2\t300\t400\nr3\t9000\t0\n",
    "orders.txt": (
        "order\tx\ty\tplacement_time\trestaurant\tready_time\n"
        "o1\t0\t100\t10\tr1\t20\no2\t0\t250\t12\tr1\t20\no3\t300\t400\t39\tr2\t50\no4\t0\t0\t40\tr3\t50\n"
    ),
    "couriers.txt": (
        "courier\tx\ty\ton_time\toff_time\nc1\t0\t0\t0\t60\nc2\t0\t150\t10\t60\nc3\t0\t0\t11\t60\nc4\t0\t0\t0\t10\n"
    ),
}


@pytest.fixture
def folder(tmp_path):
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)
    return tmp_path


def test_a_snapshot_follows_its_rule(folder):
    snapshot = load_mdrp(folder, rng=7)
    market = snapshot.market
    assert market.statement.buyers == ("o1", "o2", "o3")  # 30 minutes from minute 10 on; o4 is placed at minute 40
    assert market.statement.stores == ("r1/1", "r1/2", "r2/1")
    assert market.statement.couriers == ("c1", "c2")  # on shift at minute 10
    # c2 walks 150 m to r1 (2 minutes), and from r1 it is 250 m to o2 (3 minutes).
    assert market.costs.centre == "store"
    assert market.costs.at(1, 1, 0) == 2 + 3
    assert market.costs.at(0, 2, 2) == 5 + 0
    for i, own in enumerate(("r1", "r1", "r2")):
        worth = {
            name.split("/")[0]: value for name, value in zip(market.statement.stores, market.values[i], strict=True)
        }
        other = worth["r2" if own == "r1" else "r1"]
        assert 40 <= worth[own] <= 120
        assert worth[own] / 2 - 1 < other <= worth[own] * F(9, 10)
    assert snapshot.places["stores"] == [(0, 0), (0, 0), (300, 400)]
    assert load_mdrp(folder, rng=7).market == market
    assert load_mdrp(folder, rng=8).market != market


def test_the_way_back_is_one_more_leg(folder):
    one_way, round_trip = load_mdrp(folder).market, load_mdrp(folder, way_back=True).market
    assert round_trip.values == one_way.values
    assert round_trip.costs.at(0, 2, 2) == one_way.costs.at(0, 2, 2) + 5
    assert round_trip.solve().lower <= one_way.solve().lower


def test_a_snapshot_is_saved_as_an_instance(folder, tmp_path):
    snapshot = load_mdrp(folder, window=(39, 41), substitutes=0)
    snapshot.save(tmp_path / "market.json")
    assert suasion.load(tmp_path / "market.json") == snapshot.market
    assert snapshot.market.values[0][1] == 0


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("orders.txt", "order\tx\ty\nO\t1\t2\n", 'orders.txt: the column "placement_time" is missing'),
        ("orders.txt", FILES["orders.txt"].replace("\t250\t", "\tfar\t"), "orders.txt: y: 'far' is not a number"),
        ("orders.txt", FILES["orders.txt"].replace("r2", "r9"), '"r9" is not in restaurants.txt'),
        ("couriers.txt", "courier\tx\ty\ton_time\toff_time\n", "couriers.txt: the table has no rows"),
        ("instance_parameters.txt", "meters_per_minute\n0\n", "a speed is > 0"),
    ],
)
def test_bad_files_are_named(folder, name, content, complaint):
    (folder / name).write_text(content)
    with pytest.raises(InputError, match=complaint):
        load_mdrp(folder)


def test_missing_folders_and_empty_windows(folder):
    with pytest.raises(FileError, match=r"nowhere.orders\.txt: cannot be read"):
        load_mdrp(folder / "nowhere")
    with pytest.raises(InputError, match="window: there are no orders"):
        load_mdrp(folder, window=(100, 130))
    with pytest.raises(InputError, match="window: the length"):
        load_mdrp(folder, window=0)
    with pytest.raises(InputError, match="window: begin and end"):
        load_mdrp(folder, window=(30, 30))


def test_the_shipped_town_is_the_rule_s():
    assert DeliveryMarket.from_document(catalog.entry("delivery-town").instance) == town(5, 4, 6, rng=0).market


def test_a_town_s_costs_are_blocks_walked():
    there, back = town(3, 2, 2, rng=4, costs="one-way"), town(3, 2, 2, rng=4)
    for k, i, j in ((0, 1, 1), (1, 2, 0)):
        courier, buyer, store = (there.places[side][n] for side, n in (("couriers", k), ("buyers", i), ("stores", j)))

        def walk(a, b):
            return abs(a[0] - b[0]) + abs(a[1] - b[1])

        one_way = walk(courier, store) + walk(store, buyer)
        assert there.market.costs.at(k, i, j) == one_way
        assert back.market.costs.at(k, i, j) == one_way + walk(buyer, courier)
    with pytest.raises(InputError, match="couriers"):
        town(couriers=0)
    with pytest.raises(InputError, match="costs"):
        town(costs="by air")


@pytest.mark.skipif("SUASION_MDRP" not in os.environ, reason="SUASION_MDRP names no folder of meal-delivery instances")
def test_the_busiest_half_hours_of_real_data():
    folders = sorted(path for path in Path(os.environ["SUASION_MDRP"]).iterdir() if (path / "orders.txt").exists())
    assert folders
    for each in folders:
        market = load_mdrp(each).market
        for tips in (True, False):
            solution = market.replace(tips=tips).solve()
            assert solution.verify().accepted
            assert solution.grade in (("exact",) if tips else ("exact", "infeasible"))
