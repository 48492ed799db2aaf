"""Random two-receiver instances: asymmetric grids, ties, priors at and off the grid, integer and rational data."""

from fractions import Fraction as F

import numpy as np

from persuasion import TwoReceiverPersuasion


def axis(rng, largest):
    count = int(rng.integers(2, largest + 1))
    denominator = int(max(count, rng.choice([count + 3, 60, 997])))
    points = set(rng.choice(denominator + 1, size=count, replace=False).tolist())
    if rng.random() < 0.6:
        points |= {0, denominator}
    return [F(k, denominator) for k in sorted(points)]


def instance(seed, largest=30):
    rng = np.random.default_rng(seed)
    while True:
        x, y = axis(rng, largest), axis(rng, largest)
        low, high = max(x[0], y[0]), min(x[-1], y[-1])
        if low > high:
            continue
        where, on_grid = rng.random(), [point for point in x if low <= point <= high]
        if where < 0.4 and on_grid:
            prior = on_grid[int(rng.integers(len(on_grid)))]
        elif where < 0.5:
            prior = low
        else:
            prior = low + (high - low) * F(int(rng.integers(1, 100)), 100)
        break
    size = int(rng.choice([2, 5, 100, 10**6]))
    utility = [rng.integers(-size, size + 1, size=(len(x), len(y))) for _ in range(2)]
    if rng.random() < 0.3:
        utility[1] = utility[0]
    if rng.random() < 0.3:
        utility = [table * rng.random() for table in utility]
    return TwoReceiverPersuasion(prior, {"l": utility[0], "h": utility[1]}, grid={"x": x, "y": y}), size
