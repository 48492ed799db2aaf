"""A market on a map."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from transport.delivery import DeliveryMarket

Place = tuple[float, float]
Rng = np.random.Generator | int | None


@dataclass(frozen=True)
class Snapshot:
    """A market, and where its people are.

    Attributes
    ----------
    market : DeliveryMarket
    places : mapping
        ``"buyers"``, ``"stores"`` and ``"couriers"``: a point (x, y) for each, as ``solution.plot`` takes them.
    """

    market: DeliveryMarket
    places: Mapping[str, Sequence[Place]]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the market as an instance file; see :meth:`DeliveryMarket.save`.

        Raises
        ------
        FileError
            If the file cannot be written.
        """
        self.market.save(path)
