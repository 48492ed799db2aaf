"""Kind ``informed-persuasion``: one experiment for types that nobody sees, or a menu of experiments.

* public: ``signals``, messages with likelihoods that add up to one; ``prices[s]`` and, for more than three states,
  ``nodes``, see :mod:`dual.kinds.informed.public`;
* menu: ``menu[t]``, recommendations with likelihoods; ``prices[t][s]``, ``reports[t][r]`` and ``reactions``, see
  :mod:`dual.kinds.informed.menu`.
"""

from __future__ import annotations

from fractions import Fraction

from dual.verdict import Kind

from . import menu, public
from .menu import Honesty, Menu
from .public import Experiment, Prices
from .statement import InformedStatement


def read_primal(raw: object, statement: InformedStatement, where: str = "primal") -> Experiment | Menu:
    """Read an experiment, or a menu."""
    return (Menu if statement.disclosure == "menu" else Experiment).read(raw, statement, where)


def read_dual(raw: object, statement: InformedStatement, where: str = "dual") -> Prices | Honesty:
    """Read prices, with multipliers for menus."""
    return (Honesty if statement.disclosure == "menu" else Prices).read(raw, statement, where)


def lower(statement: InformedStatement, primal: Experiment | Menu) -> Fraction:
    """What the sender gets."""
    return menu.attained(statement, primal) if isinstance(primal, Menu) else public.attained(statement, primal)


def upper(statement: InformedStatement, dual: Prices | Honesty) -> Fraction:
    """What she gets at most."""
    above = statement.above
    return menu.bounded(above, dual) if isinstance(dual, Honesty) else public.bounded(above, dual)


KIND = Kind(
    "informed-persuasion",
    InformedStatement.read,
    lower,
    upper,
    primal=read_primal,
    dual=read_dual,
    lacks=lambda statement: "" if statement.disclosure == "menu" else 'disclosure "menu"',
)
