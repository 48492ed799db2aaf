"""Readers that some kinds need: words, truth values, masses."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from dual.errors import InputError
from dual.numbers.choices import choice, flag
from dual.numbers.masses import mass, nonnegative


def test_what_may_not_be_negative():
    assert [nonnegative(x) for x in (0, "1/3", 0.5)] == [0, F(1, 3), F(1, 2)]
    assert [mass(x) for x in (0, 0.1, "1/3")] == [0, F(1, 10), F(1, 3)]
    with pytest.raises(InputError, match="cost: -1/2 is negative"):
        nonnegative("-1/2", "cost")
    with pytest.raises(InputError, match="weight: -1/10 is negative; a mass is not"):
        mass(-0.1, "weight")


@pytest.mark.parametrize("value", [0, 1, "true", None, []])
def test_only_truth_values_are_flags(value):
    assert (flag(True, "tips"), flag(False, "tips")) == (True, False)
    with pytest.raises(InputError, match="tips: true or false is needed here"):
        flag(value, "tips")


@pytest.mark.parametrize("value", ["gird", 0, None, ["grid"]])
def test_only_known_words_are_choices(value):
    assert choice("grid", "domain", ("grid", "square")) == "grid"
    with pytest.raises(InputError, match=r"domain: .* is unknown; known are grid, square"):
        choice(value, "domain", ("grid", "square"))
