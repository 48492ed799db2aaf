"""However short the time, the answer is true; nothing here asserts how late it came."""

from collections import defaultdict

import pytest

import dual
from tests.campaign.larger import LARGER
from tests.campaign.limits import answers


def judge(count: int, seed: int, longest: float, larger: bool = False) -> int:
    """Every answer's bounds contain the known value and agree with the other answers about the same instance."""
    brackets: dict[tuple[str, str], list] = defaultdict(list)
    for answer, entry in answers(count, seed, longest, larger=larger):
        solution = answer.solution
        if solution.grade == "infeasible":
            continue
        bounds = brackets[answer.family, answer.instance]
        bounds.append(answer.bounds)
        lower = max((low for low, _ in bounds if low is not None), default=None)
        upper = min((high for _, high in bounds if high is not None), default=None)
        if entry is not None:
            assert None in (lower, entry.upper) or lower <= entry.upper, str(answer)
            assert None in (upper, entry.lower) or entry.lower <= upper, str(answer)
        assert None in (lower, upper) or lower <= upper, str(answer)
        assert not larger or dual.verify(solution.document()).accepted, str(answer)
        assert answer.waited / 2 - 0.1 < solution.solver["seconds"] <= answer.waited, str(answer)
    return sum(map(len, brackets.values()))


def test_a_few_limits_of_a_moment():
    assert judge(12, 1, 0.3) > 5


@pytest.mark.slow
def test_three_hundred_limits():
    assert judge(300, 0, 20.0) > 200


@pytest.mark.slow
def test_long_limits_of_larger_instances():
    assert judge(3 * 2 * len(LARGER), 0, 20.0, larger=True) > 2 * 2 * len(LARGER)
