"""Reading lists of beliefs."""

from __future__ import annotations

from .exact import Matrix, distribution, items


def beliefs(
    value: object, where: str, count: int | None = None, states: int | None = None, *, empty: bool = False
) -> Matrix:
    """Read a nonempty list of beliefs about a number of states."""
    listed = items(value, where, count, empty)
    return tuple(distribution(item, f"{where}[{k}]", states) for k, item in enumerate(listed))


def points(value: object, where: str, count: int | None = None, states: int | None = None) -> Matrix:
    """Read a list, possibly empty, of beliefs about a number of states."""
    return beliefs(value, where, count, states, empty=True)
