"""The catalog: every entry is solved, proven, and has the value the literature gives."""

from fractions import Fraction as F
from importlib.resources import files

import pytest

import suasion
from suasion import catalog


def test_the_list_of_values_names_exactly_the_files():
    names = {path.name for path in (files("suasion") / "instances").iterdir()}
    assert names == {f"{slug}.json" for slug in catalog.slugs()} | {"values.json"}


@pytest.mark.parametrize("slug", catalog.slugs())
def test_every_entry_comes_out_as_known(slug):
    entry = catalog.entry(slug)
    assert entry.instance["name"]
    assert entry.instance["source"]
    solution = suasion.load(slug).solve()
    assert solution.verify().accepted
    if entry.lower is None or entry.upper is None:
        assert solution.grade == "infeasible"
        return
    if solution.grade == "exact":
        assert entry.lower <= solution.lower <= entry.upper
    else:
        assert solution.grade == "bounded"
        assert solution.lower <= entry.upper
        assert entry.lower <= solution.upper
        if entry.instance.get("domain") == "square":  # a smooth utility, proven at every posterior
            assert solution.upper - solution.lower <= F(1, 10**5)
        elif "laws" in entry.instance:  # values of goods: an interval, on the grids of the first seconds
            share = F(7, 100) if entry.instance.get("bidders") else F(12, 1000)
            assert solution.upper - solution.lower <= share * solution.upper
        elif "scale" in entry.instance:  # likewise, of experiments
            assert solution.upper - solution.lower <= F(1, 1000) * solution.upper
        elif "commitment" in entry.instance:  # bounded by welfare, which leaves out what incentives cost
            assert (solution.lower, solution.upper) == (entry.lower, entry.upper)
        else:
            assert solution.upper - solution.lower <= F(1, 10**6) * max(abs(solution.upper), F(1, 10**6))


def test_finite_rational_entries_are_exact():
    for slug in catalog.slugs():
        if catalog.entry(slug).instance["kind"] == "persuasion":
            assert suasion.load(slug).solve().grade == "exact"
