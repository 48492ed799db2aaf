"""A continuous law in floats: masses and moments of any part of [0, 1], and the finite laws that bracket it.

Nothing here is part of a proof.
"""

from __future__ import annotations

import numpy as np

from dual.functions.law import ContinuousLaw
from transport.functions.compiled import compiled
from transport.programs.arrays import Floats

from .placed import placed, switches

_PANELS = 128
"""Of the range on which a density is integrated by ..."""
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)
"""... Gauss's rule with twelve nodes: together accurate to rounding errors for smooth densities."""


class LawTable:
    """Mass and moment of a continuous law up to any place in [0, 1]; the whole mass is one."""

    def __init__(self, law: ContinuousLaw) -> None:
        width = law.upper - law.lower
        self._density = None if law.density is None else compiled(placed(law.density, law.lower, width))
        self.bends: Floats = np.empty(0)
        if law.density is not None:
            found = sorted(set(switches(law.density, law.lower, law.upper)))
            self.bends = np.array([float((x - law.lower) / width) for x in found if law.lower < x < law.upper])
        self._edges: Floats = np.union1d(np.linspace(0.0, 1.0, _PANELS + 1), self.bends)
        self._whole = 1.0
        mass, moment = self._parts(self._edges[:-1], self._edges[1:])
        self._whole = float(mass.sum())
        self._masses = np.concatenate([[0.0], np.cumsum(mass / self._whole)])
        self._moments = np.concatenate([[0.0], np.cumsum(moment / self._whole)])

    def density(self, places: Floats) -> Floats:
        """The density on [0, 1]."""
        return np.ones_like(places) if self._density is None else self._density(places[..., None]) / self._whole

    def up_to(self, places: Floats) -> tuple[Floats, Floats]:
        """Mass and moment of the states below."""
        panel = np.clip(np.searchsorted(self._edges, places, side="right") - 1, 0, len(self._edges) - 2)
        mass, moment = self._parts(self._edges[panel], places)
        return self._masses[panel] + mass, self._moments[panel] + moment

    def mean(self, left: float, right: float) -> float:
        """The mean of the states between two places."""
        mass, moment = self.up_to(np.array([left, right]))
        return float((moment[1] - moment[0]) / (mass[1] - mass[0])) if mass[1] > mass[0] else (left + right) / 2

    def quantile(self, mass: float) -> float:
        """Up to where the states have the given mass."""
        from scipy.optimize import brentq

        if not 0 < mass < 1:
            return 0.0 if mass <= 0 else 1.0
        panel = int(np.clip(np.searchsorted(self._masses, mass) - 1, 0, len(self._edges) - 2))
        ends = self._edges[panel], self._edges[panel + 1]
        errors = [self._masses[panel + k] - mass for k in (0, 1)]
        if not errors[0] < 0 < errors[1]:
            return float(ends[int(errors[0] < 0)])
        return float(brentq(lambda at: float(self.up_to(np.array([at]))[0][0]) - mass, *ends, xtol=1e-16))

    def spread(self, places: Floats) -> Floats:
        """Weights on places, from 0 to 1, that give functions linear between them the law's own expectation."""
        mass, moment = (np.diff(part) for part in self.up_to(places))
        right: Floats = (moment - places[:-1] * mass) / np.diff(places)
        found: Floats = np.append(mass - right, 0.0) + np.append(0.0, right)
        return found

    def _parts(self, left: Floats, right: Floats) -> tuple[Floats, Floats]:
        nodes = left[:, None] + (right - left)[:, None] * (_NODES + 1) / 2
        shares = self.density(nodes) * _WEIGHTS * (right - left)[:, None] / 2
        return shares.sum(axis=1), (shares * nodes).sum(axis=1)
