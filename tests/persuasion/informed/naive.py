"""What the definitions say about informed receivers, written out without regard to speed."""

from fractions import Fraction as F
from itertools import combinations, product

from transport.programs.linear import LinearProgram, solve


def masses(document):
    """The law and the beliefs, and both payoffs by type, of an instance."""
    joint, beliefs = document.get("joint"), document.get("beliefs")
    if beliefs is not None:
        beliefs = [list(map(F, b)) if isinstance(b, (list, tuple)) else [1 - F(b), F(b)] for b in beliefs]
    if joint is None:
        weights = list(map(F, document.get("weights") or [F(1, len(beliefs))] * len(beliefs)))
        law = [[w * p for p in b] for w, b in zip(weights, beliefs, strict=True)]
    else:
        law = [list(map(F, row)) for row in joint]
    trusted = beliefs or law
    tables = []
    for name in ("receiver", "sender"):
        raw = document[name]
        each = raw if isinstance(raw[0][0], (list, tuple)) else [raw] * len(law)
        tables.append([[[F(x) for x in row] for row in one] for one in each])
    receiver, sender = tables
    T, S, A = len(law), len(law[0]), len(receiver[0][0])
    g = [[[trusted[t][s] * receiver[t][s][a] for a in range(A)] for s in range(S)] for t in range(T)]
    c = [[[law[t][s] * sender[t][s][a] for a in range(A)] for s in range(S)] for t in range(T)]
    return g, c


def reply(g, c, x):
    """What one type does after a message, ties for the sender: the sender's payoff."""
    S, A = len(x), len(g[0])
    own = [sum(g[s][a] * x[s] for s in range(S)) for a in range(A)]
    return max(sum(c[s][a] * x[s] for s in range(S)) for a in range(A) if own[a] == max(own))


def payoff(g, c, x):
    """The sender's payoff from a message."""
    return sum(reply(gt, ct, x) for gt, ct in zip(g, c, strict=True))


def by_profiles(document):
    """The value, with one message for each profile of replies: an exact linear program."""
    g, c = masses(document)
    T, S, A = len(g), len(g[0]), len(g[0][0])
    cost, rows, right = [], [{} for _ in range(S)], [1] * S
    for profile in product(range(A), repeat=T):
        start = len(cost)
        cost += [sum(c[t][s][a] for t, a in enumerate(profile)) for s in range(S)]
        for s in range(S):
            rows[s][start + s] = 1
        for t, a in enumerate(profile):
            for b in range(A):
                if b != a:
                    rows.append({start + s: g[t][s][a] - g[t][s][b] for s in range(S)})
                    right.append(0)
    found = solve(LinearProgram(cost, rows, ["="] * S + [">="] * (len(rows) - S), right))
    assert found.exact
    return found.value


def by_thresholds(document):
    """The value for two states: every pair of thresholds."""
    g, c = masses(document)
    ends = {F(0), F(1), F(1, 2)}
    for gt in g:
        for a, b in combinations(range(len(gt[0])), 2):
            low, high = gt[0][a] - gt[0][b], gt[1][a] - gt[1][b]
            if low != high and 0 < low / (low - high) < 1:
                ends.add(low / (low - high))
    half = F(1, 2)
    f = {y: payoff(g, c, (1 - y, y)) for y in ends}
    best = f[half]
    for y, z in product(ends, repeat=2):
        if y < half < z:
            best = max(best, (f[y] * (z - half) + f[z] * (half - y)) / (z - y))
    return 2 * best


def by_reactions(document):
    """The value of a menu: for each type and report a row for every map from recommendations to reactions."""
    g, c = masses(document)
    T, S, A = len(g), len(g[0]), len(g[0][0])

    def column(t, s, a):
        return (t * S + s) * A + a

    cost = [c[t][s][a] for t in range(T) for s in range(S) for a in range(A)]
    rows = [{column(t, s, a): 1 for a in range(A)} for t in range(T) for s in range(S)]
    senses, right = ["="] * len(rows), [1] * len(rows)
    for t, r in product(range(T), repeat=2):
        for reaction in product(range(A), repeat=A):
            row = {column(t, s, a): g[t][s][a] for s in range(S) for a in range(A)}
            for s in range(S):
                for a in range(A):
                    row[column(r, s, a)] = row.get(column(r, s, a), 0) - g[t][s][reaction[a]]
            rows.append(row)
            senses.append(">=")
            right.append(0)
    found = solve(LinearProgram(cost, rows, senses, right))
    assert found.exact
    return found.value


def by_type(document):
    """The value if types are told: one type at a time, the others without payoffs."""
    g, c = masses(document)
    T, S, A = len(g), len(g[0]), len(g[0][0])
    total = F(0)
    for t in range(T):
        rows = [{s * A + a: 1 for a in range(A)} for s in range(S)]
        for a, b in product(range(A), repeat=2):
            rows.append({s * A + a: g[t][s][a] - g[t][s][b] for s in range(S)})
        senses, right = ["="] * S + [">="] * (A * A), [1] * S + [0] * (A * A)
        found = solve(LinearProgram([x for row in c[t] for x in row], rows, senses, right))
        assert found.exact
        total += found.value
    return total
