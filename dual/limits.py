"""Every limit of the checker, in one place, with what it trades off.

The aim: a file of less than 100 kB, its arrays below 10 MB, is answered within 20 seconds and a gigabyte of memory, or
refused in one line that says what is too large. Sizes are known before anything is read or computed, and work is
counted before it is done: :func:`steps` for time, :func:`numbers` for memory.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction
from typing import Any, Final

from dual.errors import FileError, Undecided

FILE_BYTES: Final = 200_000_000
"""Longest JSON text. Reading takes some ten times its size in memory; larger tables belong into arrays."""

DEPTH: Final = 40
"""Deepest nesting of lists and objects. Files of the format need about 10; every function that walks a document may
then recurse without a thought."""

DIGITS: Final = 4000
"""Longest number, in digits and in its exponent; Python itself refuses to convert beyond 4,300 digits. Exact optima of
problems of a thousand states have some hundreds."""


BOUND_DIGITS: Final = 100_000
"""Longest exact bound: beyond :data:`DIGITS` it stands in hexadecimal, which Python reads at any length. The size of a
polygon with a thousand corners has some ten thousand; a greatest common divisor of that takes milliseconds."""


def too_long(value: Fraction, digits: int = DIGITS) -> bool:
    """Whether numerator or denominator has more than so many digits, so that the number cannot be written."""
    return max(value.numerator.bit_length(), value.denominator.bit_length()) > 3.3219 * digits


ARRAY_BYTES: Final = 2_000_000_000
"""An array file, and an array that is stored in it: 250 million entries, some minutes of checking."""

INFLATED_BYTES: Final = 100_000_000
"""An array that is deflated, when it is inflated; a thousandth of that may stand on disk."""

TREE_NODES: Final = 100_000
"""Nodes of a branching tree; the solvers stop at as many."""

STEPS: Final = 150_000_000
"""Steps of a whole verdict, each some 60 to 80 nanoseconds, so that they take about 12 seconds: a file of 100 kB, its
arrays of 10 MB, has no more."""

SHORT: Final = 50_000
"""Numbers that fit into a text of 100 kB."""

STORED: Final = 25
"""Entries of stored arrays that count as one number of a text: 10 MB hold as many times :data:`SHORT`."""

PER_NUMBER: Final = 4000
"""Steps for each further number that a file lists, so that long proofs are checked, if in minutes."""

NUMBERS: Final = 10_000_000
"""Numbers that a check may hold at once beyond what its file holds, some 60 bytes each."""


class Exhausted(Undecided):
    """The steps of a :func:`budget` are used up."""


class _Account:
    """The steps that a verdict has taken, and those that it may take."""

    def __init__(self) -> None:
        self.done, self.allowed = 0, STEPS
        self.files: list[object] = []
        """Documents whose length is counted when it matters."""

    def allows(self, count: int) -> bool:
        """Whether so many more steps may be taken."""
        if self.done + count > self.allowed:
            while self.files:
                self.allowed += _allowance(self.files.pop())
        return self.done + count <= self.allowed

    def take(self, count: int, refusal: str) -> None:
        """Take steps, or refuse to."""
        if not self.allows(count):
            raise Exhausted(f"{refusal} {self.allowed:,} steps in all")
        self.done += count


_account: ContextVar[_Account | None] = ContextVar("account", default=None)


@contextmanager
def budget(*files: object) -> Iterator[None]:
    """Within this, :func:`steps` and :func:`spend` add up; a budget within another one is part of it.

    Parameters
    ----------
    *files : object
        What is checked, as a document or an object that knows its own; long ones may take more steps.
    """
    account = _account.get()
    if account is not None:
        account.files += files
        yield
        return
    account = _Account()
    account.files += files
    token = _account.set(account)
    try:
        yield
    finally:
        _account.reset(token)


def _allowance(file: object) -> int:
    """Steps beyond :data:`STEPS` that a long document may take."""
    stored, waiting = 0, [file]  # numbers, each as long as so many entries of stored arrays
    while waiting:
        one = waiting.pop()
        if hasattr(one, "document"):
            one = one.document()
        if isinstance(one, Mapping):
            waiting += one.values()
        elif isinstance(one, (list, tuple)):
            waiting += one
        else:
            stored += math.prod(one.shape) if hasattr(one, "shape") else STORED
    return max(0, PER_NUMBER * (stored - SHORT * STORED) // STORED)


def steps(count: int, what: str, longest: int = 1) -> None:
    """Refuse work that would take more than :data:`STEPS` steps, before it is begun.

    Parameters
    ----------
    count : int
        An upper bound of the steps, or their order of magnitude.
    what : str
        What is too large, as the subject of a sentence: ``"comparing 30 x 1,000,000 pairs"``.
    longest : int
        An integer as long as those that are worked with. With w more 64-bit words a step takes 1 + w + w^2/64 times as
        long: sums go through all words, products of long ones through all pairs.

    Raises
    ------
    Undecided
        If they are more than are allowed, or with those taken before within a :func:`budget`.

    Examples
    --------
    >>> steps(10**9, "comparing 1,000 x 1,000,000 pairs")
    Traceback (most recent call last):
        ...
    dual.errors.Undecided: comparing 1,000 x 1,000,000 pairs takes 1,000,000,000 steps; at most 150,000,000 are taken
    """
    words = longest.bit_length() // 64
    taken = count * (1 + words + words**2 // 64)
    account = _account.get() or _Account()
    if not account.allows(taken):
        _refuse(taken, account.allowed, what, "steps; at most", "are taken")
    account.take(taken, f"{what} and what came before take more than")


def spend(count: int, what: str) -> None:
    """Count steps that are about to be taken within a :func:`budget`; without one, the caller has other limits.

    For work whose size nobody knows beforehand: how often a cell has to be cut until a function is enclosed tightly.

    Raises
    ------
    Exhausted
        If they are more than the budget has left.

    Examples
    --------
    >>> with budget():
    ...     spend(STEPS, "a long proof")
    ...     spend(1, "a long proof")
    Traceback (most recent call last):
        ...
    dual.limits.Exhausted: a long proof takes more than 150,000,000 steps in all
    """
    account = _account.get()
    if account is not None:
        account.take(count, f"{what} takes more than")


def numbers(count: int, what: str) -> None:
    """Refuse to hold more than :data:`NUMBERS` numbers, before they are made; 256 bits count as one.

    Raises
    ------
    Undecided
        As for :func:`steps`.
    """
    _refuse(count, NUMBERS, what, "numbers; at most", "are held")


def _refuse(count: int, limit: int, what: str, unit: str, done: str) -> None:
    if count > limit:
        shown = f"{count:,}" if count < 10**15 else "more than 10^15"
        raise Undecided(f"{what} takes {shown} {unit} {limit:,} {done}")


def require_shallow(document: Mapping[str, object], name: str) -> None:
    """Refuse a document that nests too deeply, or holds text that cannot be written.

    Raises
    ------
    FileError
    """
    for field, value in document.items():
        level: list[Any] = [[field, value]]
        for _ in range(DEPTH):
            entries = [item for one in level for item in ([*one, *one.values()] if isinstance(one, Mapping) else one)]
            for item in entries:
                if isinstance(item, str) and not item.isascii() and any("\ud800" <= c <= "\udfff" for c in item):
                    raise FileError(f"{name}: {field}: the text {item[:20]!r} holds half a character")
            level = list({id(item): item for item in entries if isinstance(item, (dict, list, tuple))}.values())
            if not level:
                break
        else:
            raise FileError(f"{name}: {field}: the brackets are nested too deeply; at most {DEPTH} levels are read")
