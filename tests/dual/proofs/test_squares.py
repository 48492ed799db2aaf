"""Sums of squares in the checker: what is a proof, and what is none."""

import random
from fractions import Fraction as F

import numpy as np
import pytest

from dual.errors import InputError, Violation
from dual.functions.expression import Expression
from dual.proofs.squares import (
    Term,
    constant,
    polynomial,
    product,
    require_nonnegative,
    require_semidefinite,
    sides,
    total,
    variable,
)

X, Y, ONE = variable(0, 2), variable(1, 2), constant(1, 2)
SIDES = [X, total([(F(1), ONE), (F(-1), X)]), Y, total([(F(1), ONE), (F(-1), Y)])]


def read(text):
    return polynomial(Expression.parse(text, ["x", "y"]))


def test_polynomials_of_expressions_agree_with_values():
    rng = random.Random(2)
    for text in ("(x - y)**3/7 - 2*(x*y + 1)**2", "-(x - 3/10)*(y - 3/10)", "x - x + 0*y", "((x))**0"):
        terms = read(text)
        for _ in range(5):
            at = [F(rng.randint(-9, 9), 7) for _ in range(2)]
            value = sum((c * at[0] ** a * at[1] ** b for (a, b), c in terms.items()), F(0))
            assert value == Expression.parse(text, ["x", "y"]).at(at)
    for text in ("abs(x)", "1/x", "x >= y", "sin(x)", "x**-1"):
        with pytest.raises(InputError):
            read(text)
    with pytest.raises(InputError, match="degree"):
        read("(x**30)*(y**30)")


def test_definiteness_agrees_with_eigenvalues():
    rng = random.Random(0)
    for _ in range(300):
        size, rank = rng.randint(1, 6), rng.randint(0, 6)
        factor = [[F(rng.randint(-3, 3), rng.randint(1, 3)) for _ in range(rank)] for _ in range(size)]
        gram = [[sum((a * b for a, b in zip(r, s, strict=True)), F(0)) for s in factor] for r in factor]
        require_semidefinite(gram, "gram")
        at = rng.randrange(size)
        gram[at][at] -= F(1, 100)
        least = np.linalg.eigvalsh(np.array(gram, dtype=float))[0]
        if abs(least) > 1e-9:
            try:
                require_semidefinite(gram, "gram")
            except Violation:
                assert least < 0
            else:
                assert least > 0


def test_a_zero_pivot_with_a_row_that_is_not_zero_is_refused():
    with pytest.raises(Violation, match="pivot 0 is 0"):
        require_semidefinite([[F(0), F(1)], [F(1), F(5)]], "gram")
    with pytest.raises(Violation, match="not symmetric"):
        require_semidefinite([[F(1), F(1)], [F(0), F(1)]], "gram")
    require_semidefinite([[F(0), F(0)], [F(0), F(1)]], "gram")


def proof():
    """x(1-x) + (x - y)^2 / 2."""
    half = F(1, 2)
    return [Term((0, 1), ((0, 0),), ((F(1),),)), Term((), ((1, 0), (0, 1)), ((half, -half), (-half, half)))]


def test_terms_add_up_or_are_refused():
    goal = total([(F(1), product(SIDES[0], SIDES[1])), (F(1, 2), read("(x - y)**2"))])
    require_nonnegative(goal, SIDES, proof(), "dual", "the slack")
    for change in (read("1/1000"), read("x*y/1000"), read("-x**4/10**9")):
        with pytest.raises(Violation, match="the slack: the squares add up to"):
            require_nonnegative(total([(F(1), goal), (F(1), change)]), SIDES, proof(), "dual", "the slack")
    wrong = [Term((0, 1), ((0, 0),), ((F(-1),),)), *proof()[1:]]
    with pytest.raises(Violation, match=r"dual\[0\].gram is not positive semidefinite"):
        require_nonnegative(goal, SIDES, wrong, "dual", "the slack")
    for term in (
        Term((7,), ((0, 0),), ((F(1),),)),
        Term((), ((0,),), ((F(1),),)),
        Term((), ((0, 0),), ((F(1), F(1)),)),
    ):
        with pytest.raises(InputError):
            require_nonnegative(goal, SIDES, [term], "dual", "the slack")


def test_the_sides_of_a_box():
    """x - 1/4 and 3/4 - x, y + 1 and 2 - y."""
    box = [(F(1, 4), F(3, 4)), (F(-1), F(2))]
    assert sides(box) == [
        {(1, 0): 1, (0, 0): F(-1, 4)},
        {(1, 0): -1, (0, 0): F(3, 4)},
        {(0, 1): 1, (0, 0): 1},
        {(0, 1): -1, (0, 0): 2},
    ]
