"""Polynomials in one variable with integer coefficients, and where they vanish.

A polynomial is the tuple of its coefficients, the constant first and without zeros at the end; ``()`` is zero. Its real
roots are counted by Sturm's theorem, so that nothing here rests on approximation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise, zip_longest
from math import gcd, lcm

from dual.limits import spend

Polynomial = tuple[int, ...]


def trimmed(coefficients: Sequence[int]) -> Polynomial:
    """Without zeros at the end."""
    last = len(coefficients)
    while last and not coefficients[last - 1]:
        last -= 1
    return tuple(coefficients[:last])


def plus(a: Polynomial, b: Polynomial, factor: int = 1) -> Polynomial:
    """``a + factor b``."""
    return trimmed([x + factor * y for x, y in zip_longest(a, b, fillvalue=0)])


def times(a: Polynomial, b: Polynomial) -> Polynomial:
    """The product."""
    if not a or not b:
        return ()
    spend(len(a) * len(b) * (1 + _bits(a) * _bits(b) // 4096), "multiplying polynomials")
    found = [0] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            found[i + j] += x * y
    return trimmed(found)


def derivative(a: Polynomial) -> Polynomial:
    """The derivative."""
    return tuple(k * c for k, c in enumerate(a))[1:]


def primitive(a: Polynomial) -> Polynomial:
    """Divided by the greatest common divisor of the coefficients; signs stay."""
    bits = _bits(a)
    spend(len(a) * (1 + (bits // 200) ** 2), "the common divisors of long numbers")
    content = gcd(*a)
    return tuple(c // content for c in a) if content > 1 else a


def remainder(a: Polynomial, b: Polynomial) -> Polynomial:
    """A positive multiple of the remainder of a by b, primitive."""
    rest, lead = list(a), b[-1]
    sign = 1 if lead > 0 else -1
    while len(rest) >= len(b):
        longest = max(map(abs, rest)).bit_length(), _bits(b)
        spend(len(rest) * (1 + (longest[0] * longest[1]) // 32768 + sum(longest) // 64), "dividing polynomials")
        top, shift = rest[-1] * sign, len(rest) - len(b)
        rest = [c * abs(lead) for c in rest]
        for k, c in enumerate(b):
            rest[shift + k] -= top * c
        rest = list(primitive(trimmed(rest)))
    return tuple(rest)


def divided(a: Polynomial, b: Polynomial) -> Polynomial:
    """A primitive multiple, of the sign of a/b, of the quotient of polynomials that divide."""
    rest = [Fraction(c) for c in a]
    found = [Fraction(0)] * max(len(a) - len(b) + 1, 0)
    for shift in range(len(found) - 1, -1, -1):
        found[shift] = rest[shift + len(b) - 1] / b[-1]
        for k, c in enumerate(b):
            rest[shift + k] -= found[shift] * c
    common = lcm(*(c.denominator for c in found))
    return primitive(trimmed([int(c * common) for c in found]))


def common(a: Polynomial, b: Polynomial) -> Polynomial:
    """A greatest common divisor, primitive and with a positive leading coefficient."""
    while b:
        a, b = b, remainder(a, b)
    a = primitive(a)
    return tuple(-c for c in a) if a and a[-1] < 0 else a


def squarefree(a: Polynomial) -> Polynomial:
    """A polynomial with the same roots, each of them simple."""
    shared = common(a, derivative(a))
    return divided(a, shared) if len(shared) > 1 else primitive(a)


def at(a: Polynomial, t: Fraction) -> Fraction:
    """The value at a number."""
    p, q = t.numerator, t.denominator
    total, power = 0, 1
    for c in reversed(a):
        total = total * p + c * power
        power *= q
    return Fraction(total, power // q if a else 1)


def sign(a: Polynomial, t: Fraction) -> int:
    """The sign of the value at a number."""
    value = at(a, t)
    return (value > 0) - (value < 0)


def sturm(a: Polynomial) -> list[Polynomial]:
    """The Sturm sequence of a square-free polynomial."""
    found = [a, derivative(a)]
    while found[-1]:
        found.append(tuple(-c for c in remainder(found[-2], found[-1])))
    return found[:-1]


def _changes(sequence: Sequence[Polynomial], t: Fraction) -> int:
    signs = [s for s in (sign(one, t) for one in sequence) if s]
    return sum(one != other for one, other in pairwise(signs))


def roots(a: Polynomial, low: Fraction, high: Fraction) -> list[tuple[Fraction, Fraction]]:
    """The roots of a square-free polynomial in [low, high], ascending.

    Each is given as ``(r, r)`` where bisection meets it, else as the ends of an open interval with it and no other root
    inside; intervals share ends at most.

    Examples
    --------
    >>> roots((-2, 0, 1), Fraction(0), Fraction(2)), roots((0, 1, -2), Fraction(0), Fraction(1))
    ([(Fraction(0, 1), Fraction(2, 1))], [(Fraction(0, 1), Fraction(0, 1)), (Fraction(1, 2), Fraction(1, 2))])
    """
    if len(a) < 2:
        return []
    if len(a) == 2:
        root = Fraction(-a[0], a[1])
        return [(root, root)] if low <= root <= high else []
    sequence = sturm(a)
    found: list[tuple[Fraction, Fraction]] = []
    work = [(low, high, _changes(sequence, low), _changes(sequence, high))]
    if not sign(a, low):
        found.append((low, low))
    while work:
        left, right, before, after = work.pop()
        # Sturm counts the roots in (left, right].
        count = before - after
        if count == 0:
            continue
        if count == 1 and not sign(a, right):
            found.append((right, right))
        elif count == 1 and sign(a, left):
            found.append((left, right))
        else:
            spend(len(a) ** 2 * (1 + _bits(a) // 64), "separating roots")
            middle = (left + right) / 2
            between = _changes(sequence, middle)
            work += [(left, middle, before, between), (middle, right, between, after)]
    return sorted(found)


def refined(a: Polynomial, root: tuple[Fraction, Fraction], width: Fraction) -> tuple[Fraction, Fraction]:
    """An interval around a simple root, bisected until it is as narrow as is asked; a point where it meets the root."""
    low, high = root
    below = sign(a, low)
    while high - low > width:
        middle = (low + high) / 2
        here = sign(a, middle)
        if not here:
            return middle, middle
        low, high = (middle, high) if here == below else (low, middle)
    return low, high


def _bits(a: Polynomial) -> int:
    return max((abs(c) for c in a), default=0).bit_length()


def written(
    a: Polynomial,
    name: str,
    divisor: int = 1,
    number: Callable[[Fraction], str] = str,
    power: Callable[[str, int], str] = "{}**{}".format,
    times: str = "*",
    falling: bool = False,
) -> str:
    """The polynomial over a divisor as an expression, or in another notation and order of powers.

    Examples
    --------
    >>> written((1, -2, 1), "t", 2), written((0, 3), "t"), written((), "t")
    ('1/2 - t + 1/2*t**2', '3*t', '0')
    """
    parts: list[str] = []
    for k in range(len(a))[:: -1 if falling else 1]:
        if not (c := a[k]):
            continue
        size, factor = Fraction(abs(c), divisor), "" if k == 0 else name if k == 1 else power(name, k)
        term = number(size) if not factor else factor if size == 1 else f"{number(size)}{times}{factor}"
        parts.append(("-" if c < 0 else "") + term if not parts else f" {'-' if c < 0 else '+'} {term}")
    return "".join(parts) or "0"
