"""Information design and market design, solved and proven.

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

from dual.checker import verify
from dual.errors import FileError, InputError, SolverError, SuasionError

from ._version import __version__
from .door import load, load_solution, solve

__all__ = [
    "FileError",
    "InputError",
    "SolverError",
    "SuasionError",
    "__version__",
    "load",
    "load_solution",
    "solve",
    "verify",
]
