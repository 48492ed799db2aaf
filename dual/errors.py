"""The errors users meet; every one derives from :class:`SuasionError`."""

from __future__ import annotations

_LONGEST = 2000
"""Characters of a message; longer ones, made of long names, would drown what they say."""


def printable(message: str) -> str:
    r"""A message as one line that any terminal bears: what has no print, such as control characters, is escaped.

    Examples
    --------
    >>> print(printable("the name 'caf\x1b[2J'\n is too long"))
    the name 'caf\x1b[2J' is too long
    """
    line = " ".join(message.split())
    line = line if len(line) <= _LONGEST else line[:_LONGEST] + "..."
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)


class SuasionError(Exception):
    """Base of every error the toolkit raises on purpose; its message is one printable line."""

    def __init__(self, message: str = "") -> None:
        super().__init__(printable(message))


class InputError(SuasionError, ValueError):
    """A statement, witness or file is not what the format says.

    Parameters
    ----------
    message : str
        What is wrong and what would be right.
    field : str, optional
        Where, in the words of the file: ``"sender[2][0]"``.

    Examples
    --------
    >>> str(InputError("3/2 is not a probability; it must lie in [0, 1]", "prior[0]"))
    'prior[0]: 3/2 is not a probability; it must lie in [0, 1]'
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(f"{field}: {message}" if field else message)
        self.field = field


class WrongSum(InputError):
    """Probabilities do not sum to one."""


class WrongLength(InputError):
    """A list or an array is longer or shorter than the fields before it ask for."""


class FileError(SuasionError):
    """A file cannot be read or written, or is not JSON of the expected form."""


class Violation(SuasionError):
    """A witness breaks one of the inequalities it has to satisfy.

    The message names the inequality with its indices and both sides.
    """


class Undecided(SuasionError):
    """A claim could neither be proven nor refuted within the checker's stated effort."""


class SolverError(SuasionError):
    """A numerical backend failed, and no witness could be made without it."""
