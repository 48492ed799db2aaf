"""Lazy faces of packages (PEP 562): a name's module is imported when the name is first asked for."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence


def face(
    package: str, homes: Mapping[str, str], rooms: Sequence[str] = ()
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Make the ``__getattr__`` and ``__dir__`` of a package.

    Parameters
    ----------
    package : str
        Its name.
    homes : mapping
        The module each public name comes from; a public module comes from itself.
    rooms : sequence of str
        Packages whose public names (``__all__``) are this one's too.

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

    def handed_on() -> dict[str, str]:
        return {name: room for room in rooms for name in importlib.import_module(room).__all__}

    def get(name: str) -> object:
        # Python asks for some private names of every package, and rooms are not entered for those.
        home = homes.get(name) or (None if name.startswith("_") else handed_on().get(name))
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name, obj=sys.modules[package])
        found: object = importlib.import_module(home)
        if home != f"{package}.{name}":
            found = getattr(found, name)
        setattr(sys.modules[package], name, found)
        return found

    return get, lambda: sorted({*vars(sys.modules[package]), *homes, *handed_on()})
