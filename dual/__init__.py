"""What is proven: exact numbers, statements, certificates and the checker.

Standard library only. Copy this folder anywhere and run ``python -I path/to/dual SOLUTION``; from Python::

    import dual

    verdict = dual.verify("solution.json")

The bounds in the verdict are re-derived in exact arithmetic from the instance and the witnesses alone.
"""

from dual.judge import FORMAT

from .checker import parse, proven, verify
from .errors import FileError, InputError, SolverError, SuasionError, Undecided, Violation
from .kinds import KINDS
from .statement import Statement
from .verdict import Grade, Kind, Verdict

__all__ = [
    "FORMAT",
    "KINDS",
    "FileError",
    "Grade",
    "InputError",
    "Kind",
    "SolverError",
    "Statement",
    "SuasionError",
    "Undecided",
    "Verdict",
    "Violation",
    "parse",
    "proven",
    "verify",
]
