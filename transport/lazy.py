"""Lazy faces of packages (PEP 562): a name's module is imported when the name is first asked for."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping


def face(package: str, homes: Mapping[str, str]) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Make the ``__getattr__`` and ``__dir__`` of a package.

    Parameters
    ----------
    package : str
        Its name.
    homes : mapping
        The module each public name comes from; a public module comes from itself.

    Returns
    -------
    tuple of callable
        To be bound to the names ``__getattr__`` and ``__dir__`` in the package's ``__init__``.

    Examples
    --------
    >>> get, names = face("transport", {"Table": "transport.road.table"})
    >>> get("Table").__name__
    'Table'
    >>> get("Tabel")
    Traceback (most recent call last):
    AttributeError: module 'transport' has no attribute 'Tabel'
    """

    def get(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name, obj=sys.modules[package])
        found: object = importlib.import_module(homes[name])
        if homes[name] != f"{package}.{name}":
            found = getattr(found, name)
        setattr(sys.modules[package], name, found)
        return found

    return get, lambda: sorted({*vars(sys.modules[package]), *homes})
