"""Pictures: where matplotlib is asked for, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dual.errors import SuasionError

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def axes(ax: Axes | None = None) -> Axes:
    """The given axes, or new ones on a figure of their own.

    Raises
    ------
    SuasionError
        If matplotlib is not installed.
    """
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot
    except ImportError:
        raise SuasionError('pictures need matplotlib; pip install "suasion[plot]"') from None
    return pyplot.subplots(figsize=(6.4, 4.4), layout="constrained")[1]
