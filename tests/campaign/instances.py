"""Random small instances of the linear kinds: ties, zeros, equal rows, one state, and all sizes of numbers."""

import random
from collections.abc import Callable
from fractions import Fraction
from itertools import product

from tests.campaign import linear
from tests.campaign.linear import Linear

ZERO, ONE = Fraction(0), Fraction(1)


class Numbers:
    """Where an instance takes its payoffs from: one style a instance, so that magnitudes do not always mix."""

    STYLES = ("ties", "integers", "decimals", "fractions", "floats", "tiny", "huge", "mixed")

    def __init__(self, rng: random.Random, style: str | None = None) -> None:
        self.rng = rng
        self.style = style or rng.choice(self.STYLES)

    def payoff(self) -> Fraction:
        rng = self.rng
        if rng.random() < 0.1:
            return ZERO
        match self.style:
            case "ties":
                return Fraction(rng.randint(-1, 1))
            case "integers":
                return Fraction(rng.randint(-9, 9))
            case "decimals":
                return Fraction(rng.randint(-999, 999), 100)
            case "fractions":
                return Fraction(rng.randint(-20, 20), rng.randint(1, 12))
            case "floats":
                return Fraction(rng.uniform(-5, 5))
            case "tiny":
                return Fraction(rng.randint(-50, 50), 10**12)
            case "huge":
                return Fraction(rng.randint(-50, 50) * 10**12)
            case _:
                return Fraction(rng.randint(-50, 50)) * Fraction(10) ** rng.randint(-12, 12)

    def value(self) -> Fraction:
        return abs(self.payoff())

    def table(self, rows: int, columns: int) -> list[list[Fraction]]:
        found = [[self.payoff() for _ in range(columns)] for _ in range(rows)]
        if rows > 1 and self.rng.random() < 0.2:
            found[-1] = list(found[0])
        return found

    def law(self, count: int) -> list[Fraction]:
        weights = [self.rng.randint(0 if self.rng.random() < 0.2 else 1, 6) for _ in range(count)]
        weights[self.rng.randrange(count)] += 1
        return [Fraction(w, sum(weights)) for w in weights]


def size(rng: random.Random, most: int) -> int:
    return 1 if rng.random() < 0.15 else rng.randint(min(2, most), most)


def persuasion(rng: random.Random, style: str | None = None) -> Linear:
    numbers, states, actions = Numbers(rng, style), size(rng, 3), size(rng, 3)
    return linear.persuasion(numbers.law(states), numbers.table(states, actions), numbers.table(states, actions))


def concavification(rng: random.Random, style: str | None = None) -> Linear:
    numbers, states = Numbers(rng, style), size(rng, 3)
    prior = numbers.law(states)
    beliefs = [numbers.law(states) for _ in range(rng.randint(0, 3))]
    beliefs += [prior] if rng.random() < 0.5 else [[ONE * (s == t) for s in range(states)] for t in range(states)]
    rng.shuffle(beliefs)
    beliefs = [list(b) for b in dict.fromkeys(map(tuple, beliefs))]
    return linear.concavification(prior, beliefs, [numbers.payoff() for _ in beliefs])


def transport(rng: random.Random, style: str | None = None) -> Linear:
    numbers, rows, columns = Numbers(rng, style), size(rng, 3), size(rng, 3)
    total = Fraction(rng.choice([1, 1, 7, 10**6]))
    source, target = ([total * mass for mass in numbers.law(n)] for n in (rows, columns))
    return linear.transport(source, target, numbers.table(rows, columns), rng.choice(["gain", "cost"]))


def _axis(rng: random.Random, prior: Fraction) -> list[Fraction]:
    points = {ZERO, ONE} if rng.random() < 0.6 else {prior}
    if rng.random() < 0.5:
        points.add(prior)
    points |= {Fraction(rng.randint(0, 6), 6) for _ in range(rng.randint(0, 1))}
    return sorted(points)


def two_receiver(rng: random.Random, style: str | None = None) -> Linear:
    numbers = Numbers(rng, style)
    prior = rng.choice([Fraction(1, 2), Fraction(3, 10), Fraction(rng.randint(0, 7), 7)])
    x, y = _axis(rng, prior), _axis(rng, prior)
    low, high = numbers.table(len(x), len(y)), numbers.table(len(x), len(y))
    return linear.two_receiver(prior, x, y, low, high)


def private(rng: random.Random, style: str | None = None) -> Linear:
    numbers, states, receivers = Numbers(rng, style), rng.randint(1, 2), rng.randint(1, 2)
    prior = numbers.law(states)
    corners = [[ONE * (s == t) for s in range(states)] for t in range(states)]
    grids = []
    for _ in range(receivers):
        grid = [prior] if rng.random() < 0.3 else [*corners, *([prior] if rng.random() < 0.5 else [])]
        grids.append([list(b) for b in dict.fromkeys(map(tuple, grid))])
    cells = product(range(states), *(range(len(grid)) for grid in grids))
    return linear.private(prior, grids, {cell: numbers.payoff() for cell in cells})


def game(rng: random.Random, style: str | None = None) -> Linear:
    numbers, states, receivers = Numbers(rng, style), rng.randint(1, 2), rng.randint(1, 2)
    actions = [size(rng, 2) for _ in range(receivers)]
    cells = product(range(states), *map(range, actions))
    payoffs = [numbers.table(states, count) for count in actions]
    return linear.game(numbers.law(states), payoffs, {cell: numbers.payoff() for cell in cells})


def play(rng: random.Random, style: str | None = None) -> Linear:
    numbers, states, players = Numbers(rng, style), rng.randint(1, 2), rng.randint(1, 2)
    actions = [size(rng, 2) for _ in range(players)]
    cells = list(product(range(states), *map(range, actions)))
    payoffs = [{cell: numbers.payoff() for cell in cells} for _ in range(players)]
    return linear.play(numbers.law(states), payoffs, {cell: numbers.payoff() for cell in cells})


def _support(rng: random.Random, numbers: Numbers) -> tuple[list[Fraction], list[Fraction]]:
    support = sorted({Fraction(rng.randint(0, 8), 4) for _ in range(size(rng, 4))})
    return support, numbers.law(len(support))


def means_listed(rng: random.Random, style: str | None = None) -> Linear:
    numbers = Numbers(rng, style)
    support, prior = _support(rng, numbers)
    mean = sum(a * b for a, b in zip(support, prior, strict=True))
    points = {mean} if rng.random() < 0.4 else {support[0], support[-1], *support}
    points |= {Fraction(rng.randint(0, 8), 4) for _ in range(rng.randint(0, 2))}
    listed = sorted(points)
    return linear.means_listed(support, prior, listed, [numbers.payoff() for _ in listed])


def means_piecewise(rng: random.Random, style: str | None = None) -> Linear:
    numbers = Numbers(rng, style)
    support, prior = _support(rng, numbers)
    inner = {Fraction(rng.randint(1, 15), 8) for _ in range(rng.randint(0, 2))}
    breakpoints = sorted({ZERO, Fraction(2), *inner})
    pieces = [[numbers.payoff(), numbers.payoff()] for _ in breakpoints[1:]]
    return linear.means_piecewise(support, prior, breakpoints, pieces)


LINEAR: dict[str, Callable[..., Linear]] = {
    "persuasion": persuasion,
    "concavification": concavification,
    "transport": transport,
    "two-receiver": two_receiver,
    "private": private,
    "private-game": game,
    "game": play,
    "means-listed": means_listed,
    "means-piecewise": means_piecewise,
}
