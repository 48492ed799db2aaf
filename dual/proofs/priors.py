"""A receiver with another prior than the sender's, who weighs the states differently.

A signal of conditional probability ``x(s,a) / prior[s]`` has the mass ``own[s] x(s,a) / prior[s]`` in the eyes of a
receiver with the prior ``own``, so that obedience is decided by the payoffs ``payoff[s][a] own[s] / prior[s]``
(Alonso and Camara 2016, Bayesian persuasion with heterogeneous priors).
"""

from __future__ import annotations

from fractions import Fraction

from dual.errors import InputError
from dual.numbers.exact import Matrix, Vector
from dual.words import brief


def _require_support(own: Vector, prior: Vector, where: str) -> None:
    """Refuse a receiver who believes in a state that the sender excludes."""
    for s, (share, mass) in enumerate(zip(own, prior, strict=True)):
        if share and not mass:
            message = f"{brief(share)} is the receiver's prior of a state that the sender excludes; both need be 0"
            raise InputError(message, f"{where}[{s}]")


def weighed(payoff: Matrix, own: Vector, prior: Vector) -> Matrix:
    """``payoff[s][a] own[s] / prior[s]``; a state without mass has its payoff, which counts nothing.

    Raises
    ------
    InputError
        If the receiver believes in a state that the sender excludes: the masses would not say what she does.
    """
    _require_support(own, prior, "receiver_prior")
    ratios = [share / mass if mass else Fraction(1) for share, mass in zip(own, prior, strict=True)]
    return tuple(tuple(ratio * x for x in row) for ratio, row in zip(ratios, payoff, strict=True))
