"""Experiments: signals with their posteriors, and how few of them suffice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from transport.road.table import Cell, Table


def names(labels: Sequence[str] | None, count: int) -> tuple[str, ...]:
    """Labels of states or actions, or their numbers."""
    return tuple(labels or map(str, range(count)))


@dataclass(frozen=True)
class Signal:
    """One signal of an experiment.

    Attributes
    ----------
    recommendation : str
        The label of what is recommended or chosen after it.
    probability : Fraction
        How often it is sent.
    posterior : tuple of Fraction
        The belief it leads to.
    joint : tuple of Fraction
        Its joint mass with every state: probability times posterior.
    """

    recommendation: str
    probability: Fraction
    posterior: tuple[Fraction, ...]
    joint: tuple[Fraction, ...]

    @classmethod
    def from_joint(cls, joint: Sequence[Fraction], recommendation: str) -> Signal:
        """Make a signal from its joint masses, which are not all zero.

        Examples
        --------
        >>> Signal.from_joint([Fraction(3, 10), Fraction(3, 10)], "convict").posterior
        (Fraction(1, 2), Fraction(1, 2))
        """
        total = sum(joint, Fraction(0))
        return cls(recommendation, total, tuple(mass / total for mass in joint), tuple(joint))


def price_table(names: Sequence[str], prior: Sequence[Fraction], prices: Sequence[Fraction]) -> Table:
    """The states with their probabilities and prices."""
    rows: list[list[Cell]] = [[name, mass, price] for name, mass, price in zip(names, prior, prices, strict=False)]
    return Table("prices", ["state", "prior", "price"], rows)


def revealed(masses: Sequence[Fraction]) -> list[tuple[Fraction, ...]]:
    """Joint masses of the signals that reveal each state of positive mass.

    Examples
    --------
    >>> [[str(mass) for mass in joint] for joint in revealed([Fraction(7, 10), Fraction(0), Fraction(3, 10)])]
    [['7/10', '0', '0'], ['0', '0', '3/10']]
    """
    return [tuple(mass if k == s else Fraction(0) for k in range(len(masses))) for s, mass in enumerate(masses) if mass]


def thinned(joints: Sequence[Sequence[Fraction]]) -> list[Fraction]:
    """Weights >= 0, on linearly independent signals only, under which the signals still add up to the prior.

    Carathéodory: where the joint masses of some signals are linearly dependent, weight moves along the dependency
    until a signal vanishes. If every signal is optimal at the same prices, so is what remains; at most as many
    signals as states are left.

    Parameters
    ----------
    joints : sequence, shape (K, S)
        Joint masses of the signals with the states.

    Returns
    -------
    list of Fraction, shape (K,)
        Factors for the signals' masses; zero for those that vanish.

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> [str(weight) for weight in thinned([[half, 0], [0, half], [half, half]])]
    ['2', '2', '0']
    """
    from transport.programs.rational import dependency

    weights = [Fraction(1)] * len(joints)
    kept = list(range(len(joints)))
    while (moved := dependency([joints[k] for k in kept])) is not None:
        step = min(weights[k] / c for k, c in zip(kept, moved, strict=True) if c > 0)
        for k, c in zip(kept, moved, strict=True):
            weights[k] -= step * c
        kept = [k for k in kept if weights[k] > 0]
    return weights
