"""Where prices touch the payoff: the posteriors as the solution of smooth equations, and the prices these leave open.

Write a posterior q_k and its weight as masses ``x_k = w_k q_k``, the payoff as a function ``|x| v(x / |x|)`` of masses
and G for its gradient. A best splitting satisfies ``G(x_k) = prices`` in all directions in which x_k can move both
ways without leaving its flat or its face of the simplex, and ``sum_k x_k = prior``: equations that Newton's method
solves. Where no posterior can move, the prices are open; they are put in the middle of what is possible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from dual.numbers.exact import Vector
from transport.programs.arrays import Floats
from transport.programs.effort import Effort
from transport.programs.rational import null_space

from .cutting_plane import Sample, Touching, separate
from .kinked import Flat
from .pivoting import simplex

_ROUNDS = 40
"""Of cutting planes, should they stall before the contacts are clear."""
_BESIDE = 1e-11
"""How far off a jump a belief on its open side is put: floats still tell it from the jump, and its mass hardly
moves."""
_ON = 1e-8
"""A posterior this close to a face or a flat is taken to lie on it, if that does not cost payoff."""


@dataclass(frozen=True)
class Contact:
    """A belief at which prices touch the payoff.

    Attributes
    ----------
    belief : ndarray, shape (support,)
    weight : float
        Its probability in the splitting.
    flat : int
        Index of the smallest flat that it lies on.
    directions : tuple of tuple of Fraction
        A basis of the directions that masses there can move in both ways, without leaving flat or face.
    open : bool
        Whether it lies beside its flat, on which the payoff drops: the supremum is only approached.
    """

    belief: Floats
    weight: float
    flat: int
    directions: tuple[Vector, ...]
    open: bool = False

    @property
    def sought_on(self) -> int:
        """The flat that its payoff is to be read on."""
        return 0 if self.open else self.flat

    @property
    def span(self) -> Floats:
        """The directions as columns, shape (support, d)."""
        return np.array(self.directions, dtype=np.float64).reshape(-1, len(self.belief)).T


@dataclass(frozen=True)
class Touch:
    """Prices and the posteriors at which they touch the payoff.

    Attributes
    ----------
    prices : ndarray, shape (support,)
    contacts : sequence of Contact
    smooth : bool
        Whether the posteriors solve smooth equations, so that they are accurate to the last digits.
    rounds : int
    """

    prices: Floats
    contacts: Sequence[Contact]
    smooth: bool
    rounds: int


def touch(sample: Sample, effort: Effort) -> Touch:
    """Alternate cutting planes and Newton's method until the payoff is not found to exceed the prices anywhere."""
    least, stalled = np.inf, 0
    for rounds in range(1, _ROUNDS + 1):
        found = sample.solve()
        posteriors = contacts(sample, found)
        smooth = refined(sample, posteriors, found.prices)
        if smooth is not None:
            at, prices = smooth
            free = open_directions(at, len(prices))
            prices = centred(sample, [contact.belief for contact in at], prices, free)
            if separate(sample, prices) <= sample.tolerance:
                return Touch(prices, at, True, rounds)
        worst = separate(sample, found.prices)
        effort.tell(f"round {rounds}: the payoff exceeds the prices by {max(worst, 0.0):.1e}")
        stalled = 0 if worst < least / 2 else stalled + 1
        least = min(least, worst)
        # Near the end the violation no longer halves: new beliefs are old ones up to rounding.
        if worst <= sample.tolerance or effort.exhausted() or (stalled > 3 and least < 1e-9 * sample.scale):
            break
    return Touch(found.prices, posteriors, False, rounds)


def contacts(sample: Sample, touching: Touching) -> list[Contact]:
    """The posteriors of a splitting, on their flats, those that may be pooled without loss being pooled."""
    found: list[Contact] = []
    for belief, weight, flat in zip(touching.beliefs, touching.weights, touching.flats, strict=True):
        if weight > 1e-10:  # less is a rounding error of HiGHS
            found.append(_placed(sample, touching.prices, belief, float(weight), int(flat)))
    changed = True
    while changed:
        changed = False
        for i in range(len(found)):
            for j in range(i):
                pooled = _pooled(sample, touching.prices, found[i], found[j])
                if pooled is not None:
                    found = [c for k, c in enumerate(found) if k not in (i, j)] + [pooled]
                    changed = True
                    break
            if changed:
                break
    return found


def refined(sample: Sample, found: Sequence[Contact], prices: Floats) -> tuple[list[Contact], Floats] | None:
    """Solve the equations of tangency from nearby; None if they are not smooth there or lead elsewhere."""
    current = list(found)
    count = len(prices)
    spans = [contact.span for contact in current]
    ends = np.cumsum([0] + [span.shape[1] for span in spans])
    for turn in range(12):
        gradients = [_gradient(sample, c.belief * c.weight) for c in current]
        gaps = [span.T @ (gradient - prices) for span, gradient in zip(spans, gradients, strict=True)]
        missing = sample.prior - sum((c.belief * c.weight for c in current), np.zeros(count))
        right = np.concatenate([*(-gap for gap in gaps), missing])
        if not np.isfinite(right).all():
            return None
        # Solved to rounding errors; the first turn is taken in any case, since it moves posteriors onto their flats.
        if turn and max(float(np.abs(right[:-count]).max(initial=0)) / sample.scale, np.abs(missing).max()) < 1e-13:
            break
        system = np.zeros((len(right), ends[-1] + count))
        for k, (contact, span) in enumerate(zip(current, spans, strict=True)):
            rows = slice(ends[k], ends[k + 1])
            system[rows, rows] = span.T @ _curvature(sample, contact, span) / sample.scale
            system[rows, ends[-1] :] = -span.T
            system[ends[-1] :, rows] = span
        right[: ends[-1]] /= sample.scale
        if not np.isfinite(system).all():
            return None
        step = np.linalg.lstsq(system, right, rcond=1e-10)[0]
        prices = prices + step[ends[-1] :] * sample.scale
        moved: list[Contact] = []
        for k, (contact, span) in enumerate(zip(current, spans, strict=True)):
            masses = contact.belief * contact.weight + span @ step[ends[k] : ends[k + 1]]
            if masses.sum() <= 0 or (masses < -1e-15).any():  # the step has left the simplex by more than rounding
                return None
            masses = masses.clip(0)
            moved.append(replace(contact, belief=masses / masses.sum(), weight=float(masses.sum())))
        current = moved
    residual = max((float(np.abs(gap).max()) for gap in gaps), default=0.0)
    # A point that Newton's method has not solved is no better than the one it began with.
    return (current, prices) if residual <= 1e-9 * sample.scale and np.abs(missing).max() < 1e-12 else None


def open_directions(found: Sequence[Contact], count: int) -> list[Vector]:
    """A basis of the changes of prices that no contact notices."""
    return null_space([direction for contact in found for direction in contact.directions], count)


def centred(sample: Sample, beliefs: Sequence[Floats], prices: Floats, free: Sequence[Vector]) -> Floats:
    """Move prices along free directions as far as possible above the payoff.

    The distance to the payoff is measured relative to the squared distance to the nearest of some beliefs.
    """
    if not len(free):
        return prices
    along = np.array(free, dtype=np.float64)
    away = np.min([((sample.beliefs - belief) ** 2).sum(axis=1) for belief in beliefs], axis=0)
    slack = (sample.beliefs @ prices - sample.values) / sample.scale
    used = np.isfinite(slack) & (away > 1e-12)
    # The dual of: maximise t subject to slack + effect . c >= t away, -1e6 <= c <= 1e6 and t <= 4.
    effect = np.hstack([sample.beliefs[used] @ along.T, away[used, None]])
    count = len(free)
    columns = np.vstack([np.eye(count + 1), -np.eye(count, count + 1), effect])
    objective = np.concatenate([np.full(count, -1e6), [-4.0], np.full(count, -1e6), -slack[used]])
    _, answer, _ = simplex(columns, objective, np.eye(count + 1)[-1], list(range(count + 1)), 1e-12)
    return prices + sample.scale * (answer[:-1] @ along)


def _placed(sample: Sample, prices: Floats, belief: Floats, weight: float, flat: int) -> Contact:
    """Put a posterior on the face and the smallest flat that it all but lies on."""
    kinked = sample.kinked
    at = belief
    if ((belief > 0) & (belief < _ON)).any():
        at = np.where(belief < _ON, 0.0, belief)
        at = at / at.sum()
    found = _contact(kinked.flats[flat], at, weight, flat)
    worth = float(kinked.value(at[None], np.array([flat]))[0] - prices @ at)
    for index, other in enumerate(kinked.flats):
        forms = other.forms
        if not index or (np.abs(forms @ at) > _ON).any():
            continue
        candidate = _contact(other, at, weight, index)
        near = _projected(candidate)
        if near is not None:
            here = float(kinked.value(near[None], np.array([index]))[0] - prices @ near)
            attained = here >= worth - 1e-10 * sample.scale
            found = replace(candidate, belief=near) if attained else _beside(candidate, near, forms, forms @ at)
    return found


def _beside(contact: Contact, near: Floats, forms: Floats, side: Floats) -> Contact:
    """A contact just off its flat, near enough to lose no payoff and far enough not to fall back by rounding."""
    inside = near > 0
    rows = np.vstack([forms, np.ones(len(near))])[:, inside]
    step = np.zeros(len(near))
    step[inside] = np.linalg.lstsq(rows, np.append(np.sign(side), 0.0), rcond=None)[0]
    return replace(contact, belief=near + _BESIDE * step, open=True)


def _projected(contact: Contact) -> Floats | None:
    """The nearest belief in the span of a contact's directions."""
    span = contact.span
    if not span.size:
        return None
    near = span @ np.linalg.lstsq(span, contact.belief, rcond=None)[0]
    if near.min() < -1e-12 or near.sum() <= 0:  # off the simplex by more than rounding
        return None
    found: Floats = near.clip(0) / near.clip(0).sum()
    return found


def _contact(flat: Flat, belief: Floats, weight: float, index: int) -> Contact:
    count = len(belief)
    borders = [tuple(Fraction(s == k) for s in range(count)) for k in range(count) if belief[k] == 0]
    return Contact(belief, weight, index, tuple(null_space([*flat.kinks, *borders], count)))


def _pooled(sample: Sample, prices: Floats, one: Contact, other: Contact) -> Contact | None:
    """The two as one posterior, if that is worth no less than either."""
    kinked = sample.kinked
    weight = one.weight + other.weight
    middle = (one.weight * one.belief + other.weight * other.belief) / weight
    shared = one.flat if one.flat == other.flat and not (one.open or other.open) else 0
    flats = np.array([one.sought_on, other.sought_on, shared])
    beliefs = np.array([one.belief, other.belief, middle])
    excess = kinked.value(beliefs, flats) - beliefs @ prices
    if excess[2] < excess[:2].min() - sample.tolerance:
        return None
    return _placed(sample, prices, middle, weight, int(flats[2]))


def _gradient(sample: Sample, masses: Floats) -> Floats:
    """The gradient of the payoff of masses; zero where no mass is, which no direction there asks for."""
    gradient = sample.kinked.gradient((masses / masses.sum())[None])[0]
    return np.where(masses > 0, gradient, 0.0)


def _curvature(sample: Sample, contact: Contact, span: Floats) -> Floats:
    """Derivatives of the gradient along the columns of a span, by central differences, shape (support, d)."""
    masses = contact.belief * contact.weight
    columns = []
    for direction in span.T:
        step = 1e-6 * contact.weight / np.abs(direction).max()
        with np.errstate(divide="ignore", invalid="ignore"):
            room = np.where(direction != 0, masses / np.abs(direction), np.inf).min()
        step = min(step, 0.5 * float(room))
        ahead = _gradient(sample, masses + step * direction)
        behind = _gradient(sample, masses - step * direction)
        columns.append((ahead - behind) / (2 * step))
    return np.array(columns).T.reshape(len(masses), -1)
