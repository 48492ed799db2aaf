"""Information design and market design, solved and proven.

Every public name of :mod:`persuasion` and :mod:`transport` is here too: ``suasion.Persuasion``, ``suasion.Transport``.

Examples
--------
>>> import suasion
>>> problem = suasion.load("kamenica-gentzkow-2011-prosecutor")
>>> solution = suasion.solve(problem)
>>> solution.value, solution.grade
(0.6, 'exact')
>>> suasion.verify(solution).accepted
True
"""

from typing import TYPE_CHECKING, Final

from ._version import __version__
from .guard import require_own_packages

require_own_packages()  # before the first of them is imported

from transport.lazy import face  # noqa: E402 (see above)

_HOMES: Final = {
    "FileError": "dual.errors",
    "InputError": "dual.errors",
    "Problem": "transport.road.problem",
    "Solution": "transport.road.solution",
    "SolverError": "dual.errors",
    "SuasionError": "dual.errors",
    "Verdict": "dual.verdict",
    "batch": "suasion.batches",
    "catalog": "suasion.catalog",
    "certify": "suasion.door",
    "kinds": "suasion.registry",
    "load": "suasion.door",
    "load_solution": "suasion.door",
    "methods": "suasion.registry",
    "prove": "suasion.door",
    "solve": "suasion.door",
    "verify": "dual.checker",
}
"""Where each public name lives; its module is imported when the name is asked for."""

if TYPE_CHECKING:
    from dual.checker import verify
    from dual.errors import FileError, InputError, SolverError, SuasionError
    from dual.verdict import Verdict
    from persuasion import *  # noqa: F403 (their faces say what is public)
    from transport import *  # noqa: F403
    from transport.road.problem import Problem
    from transport.road.solution import Solution

    from . import catalog
    from .batches import batch
    from .door import certify, load, load_solution, prove, solve
    from .registry import kinds, methods
else:
    __getattr__, __dir__ = face(__name__, _HOMES, rooms=("persuasion", "transport"))

__all__ = [
    "FileError",
    "InputError",
    "Problem",
    "Solution",
    "SolverError",
    "SuasionError",
    "Verdict",
    "__version__",
    "batch",
    "catalog",
    "certify",
    "kinds",
    "load",
    "load_solution",
    "methods",
    "prove",
    "solve",
    "verify",
]
