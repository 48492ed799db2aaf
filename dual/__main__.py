"""``python -m dual SOLUTION``, also ``python -I path/to/dual SOLUTION`` from a copied folder."""

from __future__ import annotations

import sys


def _package() -> None:
    """Make this folder importable as the package ``dual`` when it is run as a folder."""
    import importlib.util
    from pathlib import Path

    here = Path(__file__).resolve().parent
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != here]
    spec = importlib.util.spec_from_file_location("dual", here / "__init__.py", submodule_search_locations=[str(here)])
    if spec is None or spec.loader is None:
        raise ImportError(f"{here} is not the package dual")
    module = importlib.util.module_from_spec(spec)
    sys.modules["dual"] = module
    spec.loader.exec_module(module)


if not __package__:
    _package()

from dual.command import main  # noqa: E402  (the package may only now be importable)

if __name__ == "__main__":
    sys.exit(main())
