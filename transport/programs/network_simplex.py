"""POT's network simplex without the rest of POT, which takes most of a second to be imported."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final

COMPILED: Final = "ot.lp.emd_wrap"
"""Stays imported, as an extension cannot be begun twice: whoever imports POT afterwards gets this very module."""


@lru_cache
def network_simplex() -> Callable[..., Any]:
    """``ot.emd``: from POT if it is imported already, or if its parts are not where they are looked for.

    Examples
    --------
    >>> import numpy as np
    >>> network_simplex()(np.array([0.5, 0.5]), np.array([0.5, 0.5]), np.array([[0.0, 1.0], [1.0, 0.0]])).tolist()
    [[0.5, 0.0], [0.0, 0.5]]
    """
    found: Any = None if "ot" in sys.modules else importlib.util.find_spec("ot")
    if found is not None and found.submodule_search_locations:
        try:
            found = _alone([Path(place) for place in found.submodule_search_locations])
        except (ImportError, AttributeError):  # another version keeps it elsewhere
            found = None
    emd: Callable[..., Any] = (_whole() if found is None else found).emd
    return emd


def _whole() -> Any:
    import ot

    return ot


def _alone(places: Sequence[Path]) -> ModuleType:
    """The module with the network simplex, imported under packages that run no code of their own."""
    for name, folders in (("ot", places), ("ot.lp", [place / "lp" for place in places])):
        package = ModuleType(name)
        package.__path__ = [str(folder) for folder in folders]
        sys.modules[name] = package
    try:
        found = importlib.import_module("ot.lp._network_simplex")
        if not hasattr(found, "emd"):
            raise ImportError("the network simplex is not where it is looked for")
        return found
    finally:
        for name in [name for name in sys.modules if name == "ot" or name.startswith("ot.")]:
            if name != COMPILED:
                del sys.modules[name]
