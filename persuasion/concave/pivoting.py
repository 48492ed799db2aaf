"""The simplex method in floating point for few rows and many columns, to the last digits that doubles have."""

from __future__ import annotations

import numpy as np

from transport.programs.arrays import Floats

_MAX_PIVOTS = 2000
"""Far more than any program here takes; what goes on is a cycle of roundings."""


def simplex(
    columns: Floats, objective: Floats, right: Floats, basis: list[int], tolerance: float = 0.0
) -> tuple[Floats, Floats, int]:
    """Maximise ``objective . w`` subject to ``w @ columns = right`` and ``w >= 0``, from a feasible basis.

    Parameters
    ----------
    columns : ndarray, shape (K, r)
        One row of the array for each variable.
    objective : ndarray, shape (K,)
    right : ndarray, shape (r,)
    basis : list of int, length r
        Variables that start in the basis; on return those that end there.
    tolerance : float
        Reduced gains up to this count as none.

    Returns
    -------
    weights : ndarray, shape (r,)
        Of the basic variables.
    prices : ndarray, shape (r,)
        ``columns @ prices >= objective`` up to the tolerance.
    pivots : int

    Notes
    -----
    Ratios that tie are broken lexicographically, so that the method does not cycle; gains that rounding may have made
    up do not count.

    Examples
    --------
    >>> columns = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])
    >>> basis = [0, 1]
    >>> weights, prices, _ = simplex(columns, np.array([0.0, 1.0, 1.0]), np.array([0.7, 0.3]), basis)
    >>> basis, weights.round(6).tolist(), prices.tolist()
    ([0, 2], [0.4, 0.6], [0.0, 2.0])
    """
    inverse = np.linalg.inv(columns[basis])
    banned: list[int] = []
    pivots = 0
    while pivots < _MAX_PIVOTS:
        prices = inverse @ objective[basis]
        weights = right @ inverse
        gains = objective - columns @ prices
        gains[basis + banned] = -np.inf
        entering = int(gains.argmax())
        noise = 1e-15 * float(np.abs(inverse).max() * np.abs(objective[basis]).max())
        shares = columns[entering] @ inverse
        rows = [k for k, share in enumerate(shares) if share > 1e-9 * np.abs(shares).max()]
        if gains[entering] <= tolerance + noise or not rows:
            break
        ties = np.vstack([weights, inverse]).T
        leaving = min(rows, key=lambda k: tuple(np.round(ties[k] / shares[k], 13)))
        pivots += 1
        left, basis[leaving] = basis[leaving], entering
        following = _inverse(columns[basis])
        if following is None:
            basis[leaving] = left
            banned.append(entering)
        else:
            inverse = following
    return weights.clip(0), prices, pivots


def _inverse(matrix: Floats) -> Floats | None:
    """The inverse, unless rounding has made it meaningless."""
    try:
        found: Floats = np.asarray(np.linalg.inv(matrix), dtype=np.float64)
    except np.linalg.LinAlgError:
        return None
    return found if np.abs(found).max() * np.abs(matrix).max() < 1e11 else None
