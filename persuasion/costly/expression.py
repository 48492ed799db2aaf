"""An expression as a cost of beliefs in floating point: its conjugate by a pattern search and Newton's method."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from dual.functions.expression import Expression
from dual.kinds.concave import ConcavificationStatement
from dual.kinds.costly.kind import CostlyPersuasionStatement
from persuasion.concave.kinked import KinkedPayoff, lattice
from transport.programs.arrays import Booleans, Floats, Indices

from .model import Conjugate

_FLATS = 12
"""On how many of the flats where the cost may bend, each action's best posterior is sought."""
_COARSE = {1: 1, 2: 32, 3: 8, 4: 4, 5: 3, 6: 2, 7: 2, 8: 2}
"""Resolution of the first sample, by number of states."""
_TURNS = 200
"""Of the pattern search, which halves its step; far fewer are needed."""
_FIRST = 0.05
"""First step of the search, about the distance of sampled beliefs."""
_LAST = 1e-9
"""Last step: the square root of a double's precision moves the value by no digit."""
_ON = 1e-10
"""A state with less probability is off the face on which Newton's method works."""
_STEP = 1e-5
"""Of central differences: second derivatives are right to five digits, which Newton's method makes up for."""
_NEWTON = 8
"""Steps of Newton's method, which near a solution doubles the digits in each."""
_FLAT = 1e-9
"""Slopes as small, relative to the payoffs, are zero: where the marginals cannot improve the belief is optimal."""


class ExpressionModel:
    """The cost given by an expression; see :class:`~persuasion.costly.model.CostModel`.

    Parameters
    ----------
    statement : CostlyPersuasionStatement
    expression : Expression
        Its cost.
    unit : Fraction
        What costs are measured in.

    Attributes
    ----------
    kinked : KinkedPayoff
        Of minus the cost.
    sample : array, shape (K, S)
        Beliefs all over the simplex and where the cost may bend.
    """

    def __init__(self, statement: CostlyPersuasionStatement, expression: Expression, unit: Fraction) -> None:
        negated = Expression.parse(f"-({expression.text})", expression.variables, "cost")
        self.kinked = KinkedPayoff(ConcavificationStatement(prior=statement.prior, value=negated), negated)
        self._unit = float(unit)
        self.sample, self._flats = self.kinked.sample()
        self._worths = self._worth(self.sample, self._flats)

    def coarse(self, prior: Floats) -> Floats:
        """A few beliefs to start from: a lattice, the corners of where the cost may bend, the prior; shape (K, S)."""
        count = len(prior)
        corners = [vertex for flat in self.kinked.flats for vertex in flat.vertices]
        beliefs = np.vstack([lattice(count, _COARSE[count]), np.array(corners, dtype=np.float64), prior])
        found: Floats = beliefs[np.isfinite(self.cost(beliefs))]
        return found

    def cost(self, beliefs: Floats) -> Floats:
        """The cost of beliefs, shape (..., S); infinite where it is no number."""
        values = self.kinked.payoff(self.kinked.embedded(beliefs)[..., : self.kinked.states])
        return np.where(np.isfinite(values), -values, np.inf) / self._unit

    def marginal(self, belief: Floats) -> Floats:
        """See :class:`CostModel`."""
        found = self._marginals(belief)
        return np.where(np.isfinite(found), found, 0.0)

    def _marginals(self, beliefs: Floats) -> Floats:
        """The marginal costs at beliefs, shape (..., S), which may be infinite."""
        return -self.kinked.gradient(beliefs) / self._unit

    @property
    def smooth(self) -> bool:
        """Whether there is no sign of a bend."""
        return len(self.kinked.flats) == 1

    def conjugates(self, excess: Floats) -> list[Conjugate]:
        """See :class:`CostModel`."""
        starts, flats, owners = self._starts(excess)
        if self.smooth:
            found = [self._settled(row, belief, 0) for row, belief in zip(excess, starts, strict=True)]
            wrong = [a for a, row in enumerate(excess) if not self._optimal(row, found[a])]
            if not wrong:
                return found
            at = self._climbed(excess[wrong], starts[wrong], flats[wrong])
            for a, belief in zip(wrong, at, strict=True):
                found[a] = self._settled(excess[a], belief, 0)
            return found
        at = self._climbed(excess[owners], starts, flats)
        values = self._worth(at, flats) + (excess[owners] * at).sum(axis=1)
        found = []
        for a, row in enumerate(excess):
            mine = np.flatnonzero(owners == a)
            # If several maximisers tie up to rounding, keep the one on the smallest face or kink, which comes last: the
            # others are the same point displaced by rounding.
            best = mine[values[mine] >= values[mine].max() - 1e-13 * np.abs(values[mine]).max(initial=1.0)][-1]
            found.append(self._settled(row, at[best], int(flats[best])))
        return found

    def _optimal(self, excess: Floats, found: Conjugate) -> bool:
        """Whether no change of a belief raises ``excess . q - cost(q)``, if the cost is convex and smooth."""
        gain = excess - self._marginals(found.belief) - found.value
        margin = _FLAT * max(1.0, float(np.abs(excess).max()))
        return bool((gain <= margin).all() and (np.abs(gain[found.belief > 0]) <= margin).all())

    def _worth(self, beliefs: Floats, flats: Indices) -> Floats:
        return self.kinked.value(beliefs, flats) / self._unit

    def _starts(self, excess: Floats) -> tuple[Floats, Indices, Indices]:
        """For every action the sample's best beliefs on the most promising flats."""
        rows: list[tuple[int, int, int]] = []
        for a, row in enumerate(excess):
            scores = self._worths + self.sample @ row
            best = [
                int(np.flatnonzero(self._flats == k)[scores[self._flats == k].argmax()]) for k in np.unique(self._flats)
            ]
            chosen = sorted(sorted(best, key=lambda i: -scores[i])[:_FLATS], key=lambda i: self._flats[i])
            rows += [(a, i, int(self._flats[i])) for i in chosen]
        owners, indices, flats = np.array(rows).T
        return self.sample[indices], flats, owners

    def _climbed(self, excess: Floats, beliefs: Floats, flats: Indices) -> Floats:
        """Climb from beliefs to local maxima of ``excess . q - cost(q)`` on their flats, row by row."""
        rng = np.random.default_rng(0)
        at = beliefs.copy()
        worth = self._worth(at, flats) + (excess * at).sum(axis=1)
        step = np.full(len(at), _FIRST)
        fixed = self._directions(flats)
        for _ in range(_TURNS):
            if step.max(initial=0.0) < _LAST:
                break
            random = np.einsum("mrd,mds->mrs", rng.standard_normal((len(at), 4, fixed.shape[1])), fixed)
            length = np.linalg.norm(random, axis=2, keepdims=True)
            ways = np.concatenate([fixed, -fixed, random / np.where(length > 0, length, 1)], axis=1)
            with np.errstate(divide="ignore", invalid="ignore"):
                room = np.where(ways < 0, at[:, None] / -ways, np.inf).min(axis=2)
            trial = at[:, None] + np.minimum(step[:, None], room)[..., None] * ways
            trial = np.where(trial < 1e-16, 0.0, trial)
            gain = self._worth(trial, flats) + (excess[:, None] * trial).sum(axis=2) - worth[:, None]
            best = np.arange(len(at)), gain.argmax(axis=1)
            moved = gain[best] > 1e-16
            at = np.where(moved[:, None], trial[best], at)
            worth = np.where(moved, worth + gain[best], worth)
            step = np.where(moved, 1.5 * step, step / 2)
        return at

    def _directions(self, flats: Indices) -> Floats:
        """Unit vectors along each row's flat, padded with zeros, shape (m, D, S)."""
        lists = []
        for index in flats:
            corners = np.array(self.kinked.flats[index].vertices, dtype=np.float64)
            edges = np.array([y - x for k, x in enumerate(corners) for y in corners[:k]]).reshape(-1, corners.shape[1])
            lists.append(edges / np.linalg.norm(edges, axis=1, keepdims=True))
        found = np.zeros((len(flats), max(map(len, lists)), self.sample.shape[1]))
        for k, edges in enumerate(lists):
            found[k, : len(edges)] = edges
        return found

    def _settled(self, excess: Floats, belief: Floats, flat: int) -> Conjugate:
        """Newton's method along the flat and the face of a belief, and the conjugate's derivatives there."""
        on = belief > _ON
        q = np.where(on, belief, 0.0) / belief[on].sum()
        along = _tangents(self.kinked.flats[flat].forms, on)
        inverse = np.zeros((len(along), len(along)))
        worth = self._net(excess, q, flat)
        for _ in range(_NEWTON):
            if not len(along):
                break
            slope, bend = self._derivatives(q, along)
            sizes, vectors = np.linalg.eigh(bend)
            inverse = (vectors / np.where(sizes > 1e-12, sizes, np.inf)) @ vectors.T
            step = (inverse @ (along @ excess - slope)) @ along
            with np.errstate(divide="ignore", invalid="ignore"):
                room = float(np.where(step < 0, q / -step, np.inf).min())
            trial = np.where(on, q + min(1.0, room) * step, 0.0)
            trial = np.where(trial < _ON, 0.0, trial)
            reached = self._net(excess, trial, flat)
            # A step that loses, or gains NaN, ends the search; at the maximum rounding may lose the last digit.
            if not reached >= worth - 1e-15 * max(1.0, abs(worth)):
                break
            gained, q, worth = reached - worth, trial, reached
            if (q[on] == 0).any():
                on = q > 0
                along = _tangents(self.kinked.flats[flat].forms, on)
                inverse = np.zeros((len(along), len(along)))
            elif gained <= 1e-16 * abs(worth):  # nothing that a double could show
                break
        return Conjugate(worth, q, along.T @ inverse @ along)

    def _net(self, excess: Floats, belief: Floats, flat: int) -> float:
        return float(self._worth(belief[None], np.array([flat]))[0] + excess @ belief)

    def _derivatives(self, q: Floats, along: Floats) -> tuple[Floats, Floats]:
        """First and second derivatives of the cost along some directions; the second by central differences."""
        step = min(_STEP, 0.25 * float(q[q > 0].min()))
        around = np.vstack([q, q + step * along, q - step * along])
        slopes = self.marginal(around) @ along.T
        bend = (slopes[1 : len(along) + 1] - slopes[len(along) + 1 :]) / (2 * step)
        return slopes[0], (bend + bend.T) / 2


def _tangents(forms: Floats, on: Booleans) -> Floats:
    """An orthonormal basis, as rows, of the directions within a face at which all forms stay zero."""
    rows = np.vstack([forms, np.ones((1, len(on))), np.eye(len(on))[~on]])
    _, sizes, vectors = np.linalg.svd(rows)
    rank = int((sizes > 1e-9 * sizes.max()).sum())
    return vectors[rank:]
