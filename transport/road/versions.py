"""The versions of everything that an answer depends on."""

from __future__ import annotations

import importlib.metadata
import platform
from functools import cache


def versions() -> dict[str, str]:
    """The versions of Python, the toolkit and its backends, as installed.

    Examples
    --------
    >>> sorted(versions())[:3]
    ['POT', 'cvxpy', 'highspy']
    """
    return dict(_versions())


@cache
def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in ("suasion", "numpy", "scipy", "highspy", "python-flint", "ortools", "POT", "cvxpy"):
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
