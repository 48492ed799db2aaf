"""The linear kinds stated a second time: a program for each witness, and the file that its solution means.

Every condition is a row of its own, so that a test can leave one out: the best witness of what is left breaks just
this one condition, and a checker that forgot it would believe the file.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise, product

from tests.campaign.simplex import Outcome, Program, solve

Document = dict[str, object]
Solution = dict[object, Fraction]
ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Linear:
    """Two programs, the policies and the prices, and what their solutions look like in a file.

    Both maximise; the objective of ``prices`` is the bound times -1.
    """

    instance: Document
    policies: Program
    prices: Program
    primal: Callable[[Solution], Document]
    dual: Callable[[Solution], Document]
    separations: tuple[tuple[Program, Callable[[Solution], Document]], ...] = ()
    """What proves that there is no policy, where that may be: a feasible point of any of these programs."""

    def optimum(self) -> Outcome:
        return solve(self.policies)

    def document(self, x: Solution, y: Solution, lower: Fraction, upper: Fraction) -> Document:
        return claimed(self.instance, lower, upper, self.primal(x), self.dual(y))

    def honest(self) -> Document:
        """Optimal witnesses; their values have to agree, or one of the programs is stated wrongly."""
        best, cheapest = solve(self.policies), solve(self.prices)
        assert best.status == cheapest.status == "optimal"
        assert best.value == -cheapest.value
        return self.document(best.solution, cheapest.solution, best.value, best.value)


def claimed(
    instance: Document, lower: Fraction | None, upper: Fraction | None, primal: object, dual: object
) -> Document:
    """A solution file with consistent claims."""
    grade = "unproven" if lower is None or upper is None else "exact" if lower == upper else "bounded"
    return {
        "format": "suasion-solution/1",
        "problem": instance,
        "value": None if lower is None else float(lower),
        "lower": None if lower is None else str(lower),
        "upper": None if upper is None else str(upper),
        "grade": grade,
        "primal": primal,
        "dual": dual,
    }


def separating(prior: list, points: list) -> Program:
    """A vector d that is negative at the prior and nonnegative at every point."""
    states = range(len(prior))
    program = Program(dict.fromkeys(states, 0), free=set(states))
    program.add("negative at the prior", {s: prior[s] for s in states}, "<=", -1)
    for k, point in enumerate(points):
        program.add(f"nonnegative at {k}", {s: point[s] for s in states}, ">=", 0)
    return program


def one_condition_less(program: Program, size: Fraction) -> Iterator[tuple[str, Program]]:
    """The program without one of its rows, or with one variable of either sign; all variables at most of a size."""
    names = {name for row in program.rows for name in row.coefficients} | set(program.objective)
    ordered = sorted(names, key=str)

    def boxed(rows: list, free: set[object]) -> Program:
        found = Program(program.objective, list(rows), free)
        for name in ordered:
            found.add("box", {name: 1}, "<=", size)
            if name in free:
                found.add("box", {name: 1}, ">=", -size)
        return found

    for k, row in enumerate(program.rows):
        yield row.group, boxed(program.rows[:k] + program.rows[k + 1 :], program.free)
    for name in ordered:
        if name not in program.free:
            yield f"sign of {name}", boxed(program.rows, program.free | {name})


def _text(numbers: object) -> object:
    return [_text(n) for n in numbers] if isinstance(numbers, (list, tuple)) else str(numbers)


def persuasion(prior: list, sender: list, receiver: list) -> Linear:
    """One receiver: masses x(s, a); prices P and multipliers L."""
    states, actions = range(len(prior)), range(len(sender[0]))
    policies = Program({(s, a): sender[s][a] for s in states for a in actions})
    prices = Program({("P", s): -prior[s] for s in states}, free={("P", s) for s in states})
    for s in states:
        policies.add(f"mass of state {s}", {(s, a): 1 for a in actions}, "=", prior[s])
    for a, other in product(actions, actions):
        if a != other:
            gains = {(s, a): receiver[s][a] - receiver[s][other] for s in states}
            policies.add(f"obedience {a} {other}", gains, ">=", 0)
    for s, a in product(states, actions):
        row = {("L", a, b): -(receiver[s][a] - receiver[s][b]) for b in actions if b != a}
        prices.add(f"cover {s} {a}", {("P", s): 1, **row}, ">=", sender[s][a])

    def primal(x: Solution) -> Document:
        joints = [(a, [x[s, a] for s in states]) for a in actions]
        return {"signals": [{"action": a, "joint": _text(joint)} for a, joint in joints if any(joint)] or [
            {"action": 0, "joint": _text([ZERO for _ in states])}]}  # fmt: skip

    def dual(y: Solution) -> Document:
        table = [[y.get(("L", a, b), ZERO) for b in actions] for a in actions]
        return {"prices": _text([y["P", s] for s in states]), "multipliers": _text(table)}

    instance = {"kind": "persuasion", "prior": _text(prior), "sender": _text(sender), "receiver": _text(receiver)}
    return Linear(instance, policies, prices, primal, dual)


def concavification(prior: list, beliefs: list, values: list) -> Linear:
    """A list of beliefs: weights w(k) that average to the prior; prices above every value."""
    states, listed = range(len(prior)), range(len(beliefs))
    policies = Program({k: values[k] for k in listed})
    prices = Program({("P", s): -prior[s] for s in states}, free={("P", s) for s in states})
    for s in states:
        policies.add(f"prior of state {s}", {k: beliefs[k][s] for k in listed}, "=", prior[s])
    for k in listed:
        prices.add(f"cover {k}", {("P", s): beliefs[k][s] for s in states}, ">=", values[k])

    def primal(x: Solution) -> Document:
        return {"splitting": [{"belief": _text(beliefs[k]), "weight": str(x[k])} for k in listed if x[k]]}

    def dual(y: Solution) -> Document:
        return {"prices": _text([y["P", s] for s in states])}

    def separation(d: Solution) -> Document:
        return {"separating": _text([d[s] for s in states])}

    instance = {"kind": "concavification", "prior": _text(prior), "beliefs": _text(beliefs), "values": _text(values)}
    return Linear(instance, policies, prices, primal, dual, ((separating(prior, beliefs), separation),))


def transport(source: list, target: list, table: list, field: str = "gain") -> Linear:
    """A coupling of two measures, the larger one the most there may be; potentials. A cost is a gain times -1."""
    most = {"f": sum(source) > sum(target), "g": sum(target) > sum(source)}
    rows, columns = range(len(source)), range(len(target))
    sign = 1 if field == "gain" else -1
    policies = Program({(i, j): sign * table[i][j] for i in rows for j in columns})
    names = [("f", i) for i in rows] + [("g", j) for j in columns]
    objective = {("f", i): -source[i] for i in rows} | {("g", j): -target[j] for j in columns}
    prices = Program(objective, free={name for name in names if not most[name[0]]})
    for i in rows:
        policies.add(f"source {i}", {(i, j): 1 for j in columns}, "<=" if most["f"] else "=", source[i])
    for j in columns:
        policies.add(f"target {j}", {(i, j): 1 for i in rows}, "<=" if most["g"] else "=", target[j])
    for i, j in product(rows, columns):
        prices.add(f"cover {i} {j}", {("f", i): 1, ("g", j): 1}, ">=", sign * table[i][j])

    def primal(x: Solution) -> Document:
        return {"plan": [[i, j, str(x[i, j])] for i in rows for j in columns if x[i, j]]}

    def dual(y: Solution) -> Document:
        return {
            "potentials": {"source": _text([y["f", i] for i in rows]), "target": _text([y["g", j] for j in columns])}
        }

    instance = {"kind": "transport", "source": _text(source), "target": _text(target), field: _text(table)}
    return Linear(instance, policies, prices, primal, dual)


def two_receiver(p: Fraction, x: list, y: list, low: list, high: list) -> Linear:
    """Two receivers on a grid: masses (state, i, j); V, alpha1 and alpha2."""
    cells = list(product(range(len(x)), range(len(y))))
    policies = Program({("l", i, j): low[i][j] for i, j in cells} | {("h", i, j): high[i][j] for i, j in cells})
    free = {("V", s) for s in "lh"} | {("1", i) for i in range(len(x))} | {("2", j) for j in range(len(y))}
    prices = Program({("V", "l"): p - 1, ("V", "h"): -p}, free=free)
    for state, mass in (("l", 1 - p), ("h", p)):
        policies.add(f"mass of {state}", {(state, i, j): 1 for i, j in cells}, "=", mass)
    for i, point in enumerate(x):
        row = {("l", i, j): point for j in range(len(y))} | {("h", i, j): point - 1 for j in range(len(y))}
        policies.add(f"receiver 1 at {i}", row, "=", 0)
    for j, point in enumerate(y):
        row = {("l", i, j): point for i in range(len(x))} | {("h", i, j): point - 1 for i in range(len(x))}
        policies.add(f"receiver 2 at {j}", row, "=", 0)
    for i, j in cells:
        prices.add(f"cover l {i} {j}", {("V", "l"): 1, ("1", i): x[i], ("2", j): y[j]}, ">=", low[i][j])
        prices.add(f"cover h {i} {j}", {("V", "h"): 1, ("1", i): x[i] - 1, ("2", j): y[j] - 1}, ">=", high[i][j])

    def primal(m: Solution) -> Document:
        return {"plan": {s: [[i, j, str(m[s, i, j])] for i, j in cells if m[s, i, j]] for s in "lh"}}

    def dual(y_: Solution) -> Document:
        return {
            "V": _text([y_["V", s] for s in "lh"]),
            "alpha1": _text([y_.get(("1", i), ZERO) for i in range(len(x))]),
            "alpha2": _text([y_.get(("2", j), ZERO) for j in range(len(y))]),
        }

    instance = {
        "kind": "two-receiver",
        "prior": str(p),
        "grid": {"x": _text(x), "y": _text(y)},
        "utility": {"l": _text(low), "h": _text(high)},
    }
    return Linear(instance, policies, prices, primal, dual)


def play(prior: list, payoffs: list, objective: dict[tuple[int, ...], Fraction]) -> Linear:
    """A game in which an AI that sees the state tells everyone what to do: ``payoffs[i][s, a1, ..., an]``."""
    states, shape = range(len(prior)), [1 + max(cell[i + 1] for cell in objective) for i in range(len(payoffs))]
    cells = list(product(*map(range, shape)))
    policies = Program({(s, *c): objective[s, *c] for s in states for c in cells})
    prices = Program({("V", s): -1 for s in states}, free={("V", s) for s in states})
    for s in states:
        policies.add(f"mass of state {s}", {(s, *c): 1 for c in cells}, "=", prior[s])
    for i, payoff in enumerate(payoffs):
        for a, b in product(range(shape[i]), range(shape[i])):
            told = [(s, c) for s in states for c in cells if c[i] == a]
            if a != b:
                row = {(s, *c): payoff[s, *c] - payoff[s, *c[:i], b, *c[i + 1 :]] for s, c in told}
                policies.add(f"obedience of {i}: {a} {b}", row, ">=", 0)
    for s, c in product(states, cells):
        row = {
            ("L", i, a, b): -prior[s] * (payoffs[i][s, *c] - payoffs[i][s, *c[:i], b, *c[i + 1 :]])
            for i, a in enumerate(c)
            for b in range(shape[i])
            if b != a
        }
        prices.add(f"cover {s} {c}", {("V", s): 1, **row}, ">=", prior[s] * objective[s, *c])

    def primal(x: Solution) -> Document:
        plan = [[[*c, str(x[s, *c] / prior[s])] for c in cells if prior[s] and x[s, *c]] for s in states]
        return {"plan": plan}

    def dual(y: Solution) -> Document:
        tables = [[[y.get(("L", i, a, b), ZERO) for b in range(n)] for a in range(n)] for i, n in enumerate(shape)]
        return {"V": _text([y["V", s] for s in states]), "multipliers": _text(tables)}

    def table(entries: dict[tuple[int, ...], Fraction]) -> object:
        return [_nested(shape, lambda c, s=s: entries[s, *c]) for s in states]

    instance = {
        "kind": "game",
        "prior": _text(prior),
        "payoffs": [table(payoff) for payoff in payoffs],
        "objective": {"table": table(objective)},
    }
    return Linear(instance, policies, prices, primal, dual)


def _nested(shape: list[int], entry: Callable[[tuple[int, ...]], object], at: tuple[int, ...] = ()) -> object:
    if len(at) == len(shape):
        return str(entry(at))
    return [_nested(shape, entry, (*at, k)) for k in range(shape[len(at)])]


def private(prior: list, grids: list, utility: dict[tuple[int, ...], Fraction]) -> Linear:
    """Several receivers with posteriors on grids; ``utility[s, k1, ..., kn]``."""
    states, shape = range(len(prior)), [len(grid) for grid in grids]
    cells = list(product(*map(range, shape)))
    policies = Program({(s, *c): utility[s, *c] for s in states for c in cells})
    betas = {("beta", r, k, s) for r, n in enumerate(shape) for k in range(n) for s in states}
    prices = Program({("V", s): -prior[s] for s in states}, free={("V", s) for s in states} | betas)
    for s in states:
        policies.add(f"mass of state {s}", {(s, *c): 1 for c in cells}, "=", prior[s])
    for r, grid in enumerate(grids):
        for k, belief in enumerate(grid):
            here = [c for c in cells if c[r] == k]
            for s in states:
                row = {(t, *c): (1 if s == t else 0) - belief[s] for t in states for c in here}
                policies.add(f"receiver {r} at {k} state {s}", row, "=", 0)
            prices.add(f"mean of {r} at {k}", {("beta", r, k, s): belief[s] for s in states}, "=", 0)
    for s, c in product(states, cells):
        row = {("beta", r, k, s): 1 for r, k in enumerate(c)}
        prices.add(f"cover {s} {c}", {("V", s): 1, **row}, ">=", utility[s, *c])

    def primal(x: Solution) -> Document:
        # Masses of zero may be listed: here all are.
        return {"plan": [[[*c, str(x[s, *c])] for c in cells] for s in states]}

    def dual(y: Solution) -> Document:
        beta = [[[y["beta", r, k, s] for s in states] for k in range(n)] for r, n in enumerate(shape)]
        return {"V": _text([y["V", s] for s in states]), "beta": _text(beta)}

    tables = [_nested(shape, lambda c, s=s: utility[s, *c]) for s in states]
    instance = {"kind": "private-persuasion", "prior": _text(prior), "grids": _text(grids), "utility": tables}
    separations = tuple(
        (separating(prior, grid), lambda d, r=r: {"receiver": r, "direction": _text([d[s] for s in states])})
        for r, grid in enumerate(grids)
    )
    return Linear(instance, policies, prices, primal, dual, separations)


def game(prior: list, payoffs: list, sender: dict[tuple[int, ...], Fraction]) -> Linear:
    """Several receivers who act; ``payoffs[r][s][a]``, ``sender[s, a1, ..., an]``."""
    states, shape = range(len(prior)), [len(payoff[0]) for payoff in payoffs]
    cells = list(product(*map(range, shape)))
    policies = Program({(s, *c): sender[s, *c] for s in states for c in cells})
    prices = Program({("V", s): -prior[s] for s in states}, free={("V", s) for s in states})
    for s in states:
        policies.add(f"mass of state {s}", {(s, *c): 1 for c in cells}, "=", prior[s])
    for r, payoff in enumerate(payoffs):
        for a, b in product(range(shape[r]), range(shape[r])):
            if a != b:
                row = {(s, *c): payoff[s][a] - payoff[s][b] for s in states for c in cells if c[r] == a}
                policies.add(f"obedience of {r}: {a} {b}", row, ">=", 0)
    for s, c in product(states, cells):
        row = {
            ("L", r, a, b): -(payoffs[r][s][a] - payoffs[r][s][b])
            for r, a in enumerate(c)
            for b in range(shape[r])
            if b != a
        }
        prices.add(f"cover {s} {c}", {("V", s): 1, **row}, ">=", sender[s, *c])

    def primal(x: Solution) -> Document:
        return {"plan": [[[*c, str(x[s, *c])] for c in cells if x[s, *c]] for s in states]}

    def dual(y: Solution) -> Document:
        tables = [[[y.get(("L", r, a, b), ZERO) for b in range(n)] for a in range(n)] for r, n in enumerate(shape)]
        return {"V": _text([y["V", s] for s in states]), "multipliers": _text(tables)}

    tables = [_nested(shape, lambda c, s=s: sender[s, *c]) for s in states]
    receivers = [{"payoff": _text(payoff)} for payoff in payoffs]
    instance = {"kind": "private-persuasion", "prior": _text(prior), "receivers": receivers, "sender": tables}
    return Linear(instance, policies, prices, primal, dual)


def _convex(prices: Program, knots: list) -> None:
    """Slopes do not fall from one knot to the next."""
    for (a, b), c in zip(pairwise(knots), knots[2:], strict=False):
        row = {("phi", a): ONE / (b - a), ("phi", b): -ONE / (b - a) - ONE / (c - b), ("phi", c): ONE / (c - b)}
        prices.add(f"convex at {b}", row, ">=", 0)


def means_listed(support: list, prior: list, points: list, values: list) -> Linear:
    """Posterior means from a list: masses (m, s); a convex function that is at least the value at each."""
    pairs = list(product(range(len(points)), range(len(support))))
    policies = Program({(m, s): values[m] for m, s in pairs})
    for s, mass in enumerate(prior):
        policies.add(f"mass at {s}", {(m, s): 1 for m in range(len(points))}, "=", mass)
    for m, mean in enumerate(points):
        policies.add(f"mean {m}", {(m, s): where - mean for s, where in enumerate(support)}, "=", 0)
    knots = sorted({*support, *points})
    prices = _convex_prices(support, prior, knots)
    for mean, value in zip(points, values, strict=True):
        prices.add(f"cover {mean}", {("phi", mean): 1}, ">=", value)
    separation = Program({("phi", t): 0 for t in knots}, free={("phi", t) for t in knots})
    _convex(separation, knots)
    separation.add("negative in expectation", {k: -c for k, c in prices.objective.items()}, "<=", -1)
    for mean in points:
        separation.add(f"nonnegative at {mean}", {("phi", mean): 1}, ">=", 0)
    payoff = {"points": _text(points), "values": _text(values)}
    found = _means(support, prior, payoff, policies, prices, knots, list(range(len(points))))
    return replace(found, separations=((separation, found.dual),))


def means_piecewise(support: list, prior: list, breakpoints: list, pieces: list) -> Linear:
    """A payoff linear on pieces: one signal a piece suffices, with its mean somewhere on the piece."""
    pairs = list(product(range(len(pieces)), range(len(support))))
    policies = Program({(k, s): pieces[k][0] + pieces[k][1] * support[s] for k, s in pairs})
    for s, mass in enumerate(prior):
        policies.add(f"mass at {s}", {(k, s): 1 for k in range(len(pieces))}, "=", mass)
    first, last = min(support), max(support)
    knots = sorted({*support, *(b for b in breakpoints if first < b < last)})
    prices = _convex_prices(support, prior, knots)
    for k, (low, high) in enumerate(pairwise(breakpoints)):
        policies.add(f"piece {k} from below", {(k, s): where - low for s, where in enumerate(support)}, ">=", 0)
        policies.add(f"piece {k} from above", {(k, s): where - high for s, where in enumerate(support)}, "<=", 0)
        for t in knots:
            if low <= t <= high:
                prices.add(f"cover {k} {t}", {("phi", t): 1}, ">=", pieces[k][0] + pieces[k][1] * t)
    payoff = {"breakpoints": _text(breakpoints), "pieces": _text(pieces)}
    return _means(support, prior, payoff, policies, prices, knots, list(range(len(pieces))))


def _convex_prices(support: list, prior: list, knots: list) -> Program:
    expectation: dict[object, Fraction] = {("phi", t): ZERO for t in knots}
    for where, mass in zip(support, prior, strict=True):
        expectation["phi", where] -= mass
    prices = Program(expectation, free={("phi", t) for t in knots})
    _convex(prices, knots)
    return prices


def _means(
    support: list, prior: list, payoff: Document, policies: Program, prices: Program, knots: list, signals: list[int]
) -> Linear:
    def primal(x: Solution) -> Document:
        found = []
        for m in signals:
            joint = [x[m, s] for s in range(len(support))]
            if sum(joint):
                mean = sum(a * b for a, b in zip(joint, support, strict=True)) / sum(joint)
                points = payoff.get("points")
                found.append({"mean": str(mean) if points is None else points[m], "joint": _text(joint)})
        return {"signals": found}

    def dual(y: Solution) -> Document:
        return {"prices": {"knots": _text(knots), "values": _text([y["phi", t] for t in knots])}}

    instance = {"kind": "mean-persuasion", "law": {"support": _text(support), "prior": _text(prior)}, "payoff": payoff}
    return Linear(instance, policies, prices, primal, dual)
