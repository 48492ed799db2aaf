"""What two rivals with exponential values earn the seller: closed forms with exponentials and one logarithm, enclosed.

Let own values have mean m and the other's mean n, both from 0 on, so that virtual values ``phi = v - m`` increase, and
the lowest value has nothing to lose. As for uniform values (:mod:`.rivals`) revenue is the sum over buyers of

    ex-post    (1 - theta) E max(0, phi_i - alpha phi_j), where X - Y for exponential X, Y of means m and a = alpha n
               exceeds t >= 0 with probability m / (m + a) exp(-t / m):  with k = m - a,
               m^2 / (m + a) exp(-k / m)  if k >= 0,  else  a^2 / (m + a) exp(k / a)
    interim    E of ``phi_i c + alpha V_j(c) (1 - c)``, c the share of the lowest values of the other, with end V_j(c):
               c = theta up to ``s = m + alpha (V - n)``, or 0 if that is less, where ``V = -n log(1 - theta)``; above s
               the end is ``(v - m) / alpha + n``, whose share is less than 1, and what is gained
               ``v - m + a exp(-(v - m) / a - 1)``

The integrals of the latter, with e = exp(-s / m), are
``s e (1 - theta) + alpha V (1 - theta) (1 - e) + a^2 / (a + m) exp((m - s) / a - 1 - s / m)``.
"""

from __future__ import annotations

from fractions import Fraction

from dual.numbers.elementary import exp, log
from dual.numbers.interval import Interval, interval, outward

from .statement import ExponentialLaw, Externality

ZERO = Fraction(0)


def exponential_revenue(asked: Externality) -> Interval:
    """Enclose the optimal revenue from two buyers with exponential values.

    Examples
    --------
    >>> law = ExponentialLaw(Fraction(1))
    >>> asked = Externality(alpha=Fraction(1), theta=Fraction(1, 2), law=law, obedience="ex-post")
    >>> exponential_revenue(asked)
    Interval(lower=Fraction(1, 2), upper=Fraction(1, 2))
    """
    means = [law.mean for law in asked.buyers if isinstance(law, ExponentialLaw)]
    pairs = [(means[i], asked.alpha * means[1 - i]) for i in range(2)]
    # Without a loss from the other, or with nothing to be told, a buyer's own obedience is all that counts.
    if asked.obedience == "ex-post" or not asked.alpha or asked.theta == 1:
        gains = [(1 - asked.theta) * excess(own, lost) for own, lost in pairs]
    else:
        gains = [interim(own, lost, asked.theta) for own, lost in pairs]
    return outward(gains[0] + gains[1])


def excess(m: Fraction, a: Fraction) -> Interval:
    """``E max(0, X - Y - m + a)`` for exponential X and Y of means m and a, the latter possibly 0."""
    k = m - a
    if k >= 0:
        return exp(interval(-k / m)) * (m * m / (m + a))
    return exp(interval(k / a)) * (a * a / (m + a))


def interim(m: Fraction, a: Fraction, theta: Fraction) -> Interval:
    """What buyer i brings under interim obedience, a being alpha n."""
    rest = 1 - theta
    lost = log(interval(rest)) * -a  # alpha V
    start = lost + (m - a)
    s = Interval(max(start.lower, ZERO), max(start.upper, ZERO))
    e = exp(s * (-1 / m))
    last = exp(s * (-1 / a - 1 / m) + (m / a - 1))
    return s * e * rest + lost * (interval(1) - e) * rest + last * (a * a / (a + m))
