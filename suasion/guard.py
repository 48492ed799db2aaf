"""Whether `dual`, `transport` and `persuasion` are the packages that came with `suasion`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
"""Where our packages lie side by side."""
PACKAGES = ("dual", "transport", "persuasion")


def require_own_packages() -> None:
    """Refuse to go on with another package of the same name.

    ``python -m suasion`` runs no code of the working folder, so there the folder is looked through last.

    Raises
    ------
    ImportError
        The message names the file that hides ours.
    """
    # While `python -m NAME` looks for NAME, argv[0] is "-m" and the working folder is the first of the path.
    if sys.argv[:1] == ["-m"] and "suasion" in sys.orig_argv and not sys.flags.safe_path and Path.cwd() != HOME:
        sys.path.append(sys.path.pop(0))
    for name in PACKAGES:
        origin = getattr(importlib.util.find_spec(name), "origin", None)
        if origin is not None and Path(origin).resolve().parents[1] != HOME:
            raise ImportError(f'another "{name}" ({origin}) hides the one that came with suasion; rename it')
