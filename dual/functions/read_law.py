"""Reading laws of a real-valued state."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from dual.errors import InputError
from dual.numbers.exact import probability, vector
from dual.statement import fields
from dual.words import brief, listed

if TYPE_CHECKING:
    from .finite_law import FiniteLaw
    from .law import ContinuousLaw

Law: TypeAlias = "FiniteLaw | ContinuousLaw"


def parse_law(raw: object, where: str = "law") -> Law:
    """Read a law: ``{"support", "prior"}``, ``{"uniform": [a, b]}`` or ``{"density": text, "interval": [a, b]}``.

    Raises
    ------
    InputError
        If it is none of these, if points coincide, if an interval is empty, or if a density is not proven to be
        nonnegative with a positive integral.
    """
    found = fields(raw, [], ["support", "prior", "uniform", "density", "interval"], where)
    if set(found) == {"support", "prior"}:
        from .finite_law import read as read_finite

        return read_finite(found["support"], found["prior"], where)
    if set(found) == {"uniform"}:
        from .law import ContinuousLaw

        return ContinuousLaw(*_ends(found["uniform"], f"{where}.uniform"))
    if set(found) == {"density", "interval"}:
        from .density import read as read_density

        return read_density(found["density"], f"{where}.density", *_ends(found["interval"], f"{where}.interval"))
    raise InputError(
        'a law is {"support", "prior"}, {"uniform": [a, b]} or {"density", "interval": [a, b]}, not '
        + (f"the fields {listed(found)}" if found else "empty"),
        where,
    )


def _ends(raw: object, where: str) -> tuple[Fraction, Fraction]:
    left, right = vector(raw, where, 2, probability)
    if left >= right:
        raise InputError(f"the interval from {brief(left)} to {brief(right)} is empty; a law needs a < b", where)
    return left, right
