"""Values of two items that go together: values of theory, other integrals, any flows against any menus, refusals."""

import copy
import re
from fractions import Fraction as F

import numpy as np
import pytest

import dual
from dual.kinds.mechanisms import mesh, regions
from dual.kinds.mechanisms.joint import coefficients, fan, read_joint
from dual.kinds.mechanisms.menu import Menu, Offer
from dual.kinds.mechanisms.mesh import Mesh, MeshFlux, virtual_value
from dual.numbers.arrays import Array
from transport import Mechanism

TRIANGLE = {"corners": [[0, 0], [1, 0], [0, 1]]}
SQUARE = {"corners": [[0, 0], [1, 0], [1, 1], [0, 1]]}
LAWS = [
    TRIANGLE,
    {"corners": [["1/2", 0], [2, "1/3"], ["3/2", 1], ["1/4", "3/2"]], "density": "1 + x*y**2"},
    {**SQUARE, "density": "1 - (x-y)**2"},
    {"corners": [[1, 1], [3, 2], [2, 3]], "density": "(x-2)**2 + y/4"},
]


def test_the_uniform_triangle_is_sold_as_a_bundle():
    """Daskalakis, Deckelbaum and Tzamos: both items at 1/sqrt 3 earn 2/(3 sqrt 3)."""
    solution = Mechanism(joint=TRIANGLE).solve()
    assert float(solution.lower) == pytest.approx(2 / 3 / 3**0.5, abs=1e-9)
    assert solution.lower**2 <= F(4, 27) <= solution.upper**2
    assert solution.upper <= F(38527, 100_000)
    assert solution.verify().accepted
    # Alone, an item sells with probability (1 - p)^2: best at 1/3, for 4/27 each.
    benchmarks = solution.problem.benchmarks
    assert float(benchmarks["separate"]) == pytest.approx(8 / 27, abs=1e-8)
    assert benchmarks["bundle"] <= solution.lower + F(1, 10**9)


@pytest.mark.parametrize("moved", [0, 1])
def test_independent_values_are_a_joint_law_too(moved):
    """(12 + 2 sqrt 2)/27 for two uniform items; the corner from which triangles start does not matter."""
    corners = SQUARE["corners"][moved:] + SQUARE["corners"][:moved]
    solution = Mechanism(joint={"corners": corners}).solve(rounds=1)
    assert float(solution.lower) <= (12 + 2 * 2**0.5) / 27 + 1e-12
    assert float(solution.lower) == pytest.approx((12 + 2 * 2**0.5) / 27, abs=1e-8)
    assert solution.upper < F(557, 1000)


def test_densities_agree_with_their_product_form():
    laws = [{"density": "2-2*x", "interval": [0, 1]}] * 2
    menu = Menu((Offer((F(1), F(1, 5)), F(2, 5)), Offer((F(1), F(1)), F(11, 20))))
    joint = {**SQUARE, "density": "(1-x)*(1-y)"}
    both = [Mechanism(laws=laws).statement, Mechanism(joint=joint).statement]
    assert regions.sold(both[0], menu) == regions.sold(both[1], menu)
    assert regions.sold(both[1], Menu(())) == []


@pytest.mark.parametrize("raw", LAWS)
def test_masses_and_virtual_values_agree_with_numbers(raw):
    """Masses with sums over a fine grid, and the field's divergence with differences."""
    law = read_joint(raw, "joint")
    corners = np.array([[float(x) for x in corner] for corner in law.corners])

    def density(x, y):
        return eval(raw.get("density", "1"), {"x": x, "y": y}) + 0 * x  # noqa: S307 (a test's own text)

    grid = [np.linspace(corners[:, k].min(), corners[:, k].max(), 801) for k in range(2)]
    x, y = np.meshgrid(*[(a[1:] + a[:-1]) / 2 for a in grid], indexing="ij")
    inside = np.ones(x.shape, bool)
    for (a, b), (c, d) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        inside &= (c - a) * (y - b) - (d - b) * (x - a) >= 0
    weights = density(x, y) * inside
    half = [*raw["corners"][:2], [F(str(raw["corners"][2][0])), F(str(raw["corners"][2][1]))]]
    part = [tuple(map(F, map(str, corner))) for corner in half]
    within = inside.copy()
    if len(corners) > 3:
        (a, b), (c, d) = corners[2], corners[0]
        within &= (c - a) * (y - b) - (d - b) * (x - a) >= 0
        assert float(law.mass(part)) == pytest.approx((weights * within).sum() / weights.sum(), abs=2e-3)
    cell = (grid[0][1] - grid[0][0]) * (grid[1][1] - grid[1][0])
    assert float(law.total) == pytest.approx(weights.sum() * cell, rel=5e-3)
    # (v - c) g + T, differentiated: its divergence less that of (v - c) g is sum a / A + g - m / A.
    statement = Mechanism(joint=raw, costs=["1/10", "1/5"]).statement
    triangle = next(fan(law.corners))
    out = [F(1, 7), F(-2, 5), F(1, 3)]
    terms = coefficients(law.band(triangle))
    fields = [virtual_value(statement, triangle, terms, out, axis) for axis in range(2)]
    points = np.array([[float(v) for v in corner] for corner in triangle])
    inverse = np.linalg.inv(np.c_[points, np.ones(3)])

    def value(polynomial, at):
        share = np.append(at, 1.0) @ inverse
        total = 0.0
        for power, one in polynomial.items():
            count = np.prod([np.prod(np.arange(1, k + 1)) for k in power])
            total += float(one) * np.prod(np.arange(1, sum(power) + 1)) / count * np.prod(share ** np.array(power))
        return total

    middle, step = points.mean(axis=0) + 0.01, 1e-5
    grown = sum(
        (value(fields[k], middle + step * np.eye(2)[k]) - value(fields[k], middle - step * np.eye(2)[k])) / (2 * step)
        for k in range(2)
    )
    plain = sum(
        ((at := middle + s * step * np.eye(2)[k])[k] - (0.1, 0.2)[k]) * density(*at) * s / (2 * step)
        for k in range(2)
        for s in (1, -1)
    )
    surface = float(mesh.area(triangle))
    mass = float(sum(terms.values()) / len(terms)) * surface
    expected = float(sum(out)) / surface + density(*middle) - mass / surface
    assert grown - plain == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("raw", LAWS)
@pytest.mark.parametrize("valuation", ["additive", "unit-demand"])
def test_any_flows_bound_any_menus(raw, valuation):
    """Random admissible flows and random menus: none earns more than any bound."""
    rng = np.random.default_rng(7)
    statement = Mechanism(joint=raw, valuation=valuation, costs=[0, "1/10"]).statement
    bounds, law = [], statement.joint
    for parts in (1, 2, 3):
        net = Mesh(law, parts)
        flow = rng.normal(size=net.count)
        flow[sorted(net.outer)] = np.abs(flow[sorted(net.outer)])
        loss = [sum(sign * flow[k] for k, sign in sides) for sides in net.sides]
        share = [float(law.integral(t) / law.total) for t in net.triangles]
        flow = flow * 0.99 / max(1e-9, *(a / b for a, b in zip(loss, share, strict=True)))
        counts = np.round(flow * 2**30).astype(int)
        bounds.append(mesh.upper(statement, MeshFlux(parts, Array((net.count,), tuple(counts.tolist()), 2**30))))
    tops = [max(corner[k] for corner in law.corners) for k in range(2)]
    for _ in range(25):
        offers = []
        for _ in range(rng.integers(1, 5)):
            lottery = [F(int(one), 12) for one in rng.integers(0, 13, 2)]
            if valuation == "unit-demand" and sum(lottery) > 1:
                lottery = [one / sum(lottery) for one in lottery]
            price = sum(a * b for a, b in zip(lottery, tops, strict=True)) * F(int(rng.integers(1, 20)), 20)
            offers.append(Offer(tuple(lottery), price))
        assert regions.lower(statement, Menu(tuple(offers))) <= min(bounds)


def test_finite_types_on_a_fine_mesh_come_near():
    """The best menu for types in the middle of 72 triangles, a program of its own, is within the grid's error."""
    solution = Mechanism(joint=LAWS[2]).solve(rounds=1)
    law, types = solution.problem.statement.joint, []
    for piece in mesh.triangles(law, 6):
        middle = [sum(values) / 3 for values in zip(*piece, strict=True)]
        types.append({"values": middle, "weight": law.integral(piece) / law.total})
    finite = Mechanism(types).solve().lower
    assert abs(float(finite) - float(solution.lower)) < 0.05
    assert solution.lower <= solution.upper


@pytest.mark.parametrize("seed", range(3))
def test_the_mean_of_the_largest_is_bounded_closely(seed):
    rng = np.random.default_rng(seed)
    degree = seed + 1
    powers = [(i, j, degree - i - j) for i in range(degree + 1) for j in range(degree + 1 - i)]
    choices = [{power: F(int(rng.integers(-9, 10))) for power in powers} for _ in range(3)]
    found = float(mesh._mean_of_largest(choices, 9))
    n = 300
    i, j = np.meshgrid(np.arange(n), np.arange(n), indexing="ij")
    kept = i + j < n
    share = np.stack([(i[kept] + 1 / 3) / n, (j[kept] + 1 / 3) / n], axis=1)
    share = np.c_[share, 1 - share.sum(axis=1)]
    values = np.zeros((3, len(share)))
    for r, choice in enumerate(choices):
        for power, one in choice.items():
            count = np.prod([np.prod(np.arange(1, k + 1)) for k in power])
            values[r] += float(one) * np.prod(np.arange(1, degree + 1)) / count * np.prod(share**power, axis=1)
    mean = values.max(axis=0).mean()
    assert mean - 0.06 <= found <= mean + 0.25


@pytest.mark.slow
def test_mirrors():
    plain = Mechanism(joint=LAWS[1]).solve(rounds=1)
    turned = {"corners": [[y, x] for x, y in LAWS[1]["corners"]][::-1], "density": "1 + y*x**2"}
    mirrored = Mechanism(joint=turned).solve(rounds=1)
    assert max(plain.lower, mirrored.lower) <= min(plain.upper, mirrored.upper)


def test_units_and_costs():
    big = {"corners": [[10**9, 0], [3 * 10**9, 0], [10**9, 10**9]]}
    small = {"corners": [["1e-9", 0], ["3e-9", 0], ["1e-9", "1e-9"]]}
    values = [Mechanism(joint=one).solve(rounds=1) for one in (big, small)]
    assert float(values[0].lower / values[1].lower) == pytest.approx(1e18, rel=1e-3)
    assert float(values[0].upper / values[1].upper) == pytest.approx(1e18, rel=1e-3)
    dear = Mechanism(joint=TRIANGLE, costs=[2, 2]).solve(rounds=1)
    assert dear.lower == dear.upper == 0
    assert Mechanism(joint=TRIANGLE, allocation=[[1, 1]]).solve(rounds=1).lower <= F(385, 1000)


def test_pictures_show_the_polygon():
    solution = Mechanism(joint=TRIANGLE, items=["tea", "cup"]).solve(rounds=1)
    ax = solution.plot()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("value of tea", "value of cup")
    assert ax.get_xlim() == (0, 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["dual"]["flow"].__setitem__(0, "5"), "leaves it, and its mass is"),
        (lambda d: d["dual"].update(flow=["-1/1000"] * len(d["dual"]["flow"])), "enters at the border"),
        (lambda d: d["dual"].update(parts=7), "entries"),
        (lambda d: d["dual"].update(parts="1/2"), "no number of parts"),
        (lambda d: d["problem"]["joint"].update(corners=[[0, 0], [2, 0], [0, 1]]), "not proven|leaves it"),
    ],
)
def test_tampering_is_refused(change, message):
    document = copy.deepcopy(Mechanism(joint=TRIANGLE).solve(rounds=1).document())
    assert dual.verify(document).accepted
    change(document)
    verdict = dual.verify(document)
    assert not verdict.accepted
    assert re.search(message, str(verdict))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"joint": {"corners": [[0, 0], [0, 1], [1, 0]]}}, "convex polygon, counterclockwise"),
        ({"joint": {"corners": [[0, 0], [1, 0]]}}, "convex polygon"),
        ({"joint": {"corners": [[0, 0], [2, 0], [1, "1/2"], [0, 2]]}}, "convex polygon"),
        ({"joint": {"corners": [[0, 0], [1, 0], [2, 0], [0, 1]]}}, "convex polygon"),
        ({"joint": {**TRIANGLE, "density": "x - y"}}, "nonnegative"),
        ({"joint": {**TRIANGLE, "density": "0"}}, "positive integral"),
        ({"joint": {**TRIANGLE, "density": "exp(x)"}}, "polynomial in x and y"),
        ({"joint": {**TRIANGLE, "density": "z"}}, "joint.density"),
        ({"joint": TRIANGLE, "bidders": 2}, "single buyer"),
        ({"joint": TRIANGLE, "valuation": "xor"}, "additive or unit-demand"),
        ({"joint": TRIANGLE, "costs": [1]}, "costs: there are two items"),
        ({"joint": TRIANGLE, "items": ["a"]}, "items: there are two items"),
        ({"joint": TRIANGLE, "allocation": [[1]]}, "allocation: there are two items"),
        ({"joint": TRIANGLE, "laws": [{"uniform": [0, 1]}]}, "is needed"),
    ],
)
def test_what_does_not_belong_together_is_named(fields, message):
    with pytest.raises(dual.InputError, match=message):
        Mechanism(**fields)
