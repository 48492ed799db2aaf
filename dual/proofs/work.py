"""Work that adds up while a proof is checked, in proportion to what its file lists."""

from __future__ import annotations

from typing import Final

from dual.errors import Undecided
from dual.limits import STEPS


class Work:
    """Steps that add up, allowed in proportion to what the file lists: :data:`STEPS`, and more for long files.

    Parameters
    ----------
    listed : int
        How many numbers the file lists.
    """

    EACH: Final = 4000
    """Steps for each listed number; the 50,000 that fit into 100 kB have :data:`STEPS` together."""

    def __init__(self, listed: int = 0) -> None:
        self.done = 0
        self.allowed = max(STEPS, self.EACH * listed)
        self._listed = listed

    def listed(self, count: int) -> None:
        """Further numbers that the file lists."""
        self._listed += count
        self.allowed = max(STEPS, self.EACH * self._listed)

    def add(self, count: int, what: str) -> None:
        """Do some steps, or refuse to.

        Raises
        ------
        Undecided
        """
        self.done += count
        if self.done > self.allowed:
            raise Undecided(f"{what} takes more than {self.allowed:,} steps, which are all that its length allows")
