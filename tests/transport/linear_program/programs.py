"""Random linear programs whose optimum is known before anything is solved, and files of them."""

from dataclasses import dataclass
from fractions import Fraction as F
from random import Random


@dataclass
class Known:
    """A program as an instance, with the value of its optimum."""

    document: dict
    value: F


def _number(rng, low=-9, high=9):
    return F(rng.randint(low, high), rng.choice([1, 1, 2, 4, 5]))


def known(rng, rows=None, columns=None, scale=0):  # noqa: C901 (one choice after another)
    """Built from its optimum: a point, prices with the signs that its position asks for, and c = y A + d.

    Some rows are empty, some columns are free, some rows have two sides, binding ones may have a price of zero (a
    degenerate optimum). Rows and columns are stretched by powers of ten up to ``scale``.
    """
    m, n = rows or rng.randint(1, 7), columns or rng.randint(1, 8)
    maximise = rng.random() < 0.5
    sign = 1 if maximise else -1
    matrix = [[_number(rng) if rng.random() < 0.6 else F(0) for _ in range(n)] for _ in range(m)]
    if rng.random() < 0.3:
        matrix[rng.randrange(m)] = [F(0)] * n
    point, lower, upper, gain = [], [], [], []
    for _ in range(n):
        x, where = _number(rng), rng.choice(["low", "high", "between", "free", "fixed"])
        low, high, d = None, None, F(0)
        if where in ("low", "fixed"):
            low, d = x, -F(rng.randint(0, 3))
        if where == "low" and rng.random() < 0.5:
            high = x + rng.randint(1, 5)
        if where in ("high", "fixed"):
            high, d = x, F(rng.randint(0, 3)) if where == "high" else _number(rng)
        if where == "high" and rng.random() < 0.5:
            low = x - rng.randint(1, 5)
        if where == "between":
            low, high = x - rng.randint(1, 4), (x + rng.randint(1, 4) if rng.random() < 0.5 else None)
        point.append(x), lower.append(low), upper.append(high), gain.append(d)
    stated, prices = [], []
    for row in matrix:
        total = sum(a * x for a, x in zip(row, point, strict=True))
        where, y = rng.choice(["low", "high", "between", "equal"]), F(0)
        low, high = None, None
        if where in ("low", "equal"):
            low, y = total, -F(rng.randint(0, 3))
        if where in ("high", "equal"):
            high, y = total, F(rng.randint(0, 3)) if where == "high" else _number(rng)
        if where == "between":
            low, high = total - 2, total + rng.randint(1, 3)
        if where == "low" and rng.random() < 0.4:
            high = total + 3
        if where == "high" and rng.random() < 0.4:
            low = total - 3
        stated.append([low, high])
        prices.append(y)
    cost = [sign * (gain[j] + sum(prices[i] * matrix[i][j] for i in range(m))) for j in range(n)]
    constant = _number(rng)
    value = sum(c * x for c, x in zip(cost, point, strict=True)) + constant
    for i in range(m):
        factor = F(10) ** rng.randint(-scale, scale)
        matrix[i] = [a * factor for a in matrix[i]]
        stated[i] = [None if side is None else side * factor for side in stated[i]]
    for j in range(n):
        factor = F(10) ** rng.randint(-scale, scale)
        cost[j] /= factor
        for row in matrix:
            row[j] /= factor
        lower[j], upper[j] = (None if end is None else end * factor for end in (lower[j], upper[j]))
    document = {
        "kind": "linear-program",
        "objective": cost,
        "rows": [
            {
                "name": f"r{i}",
                "entries": [[j, a] for j, a in enumerate(row) if a],
                **{side: end for side, end in zip(("lower", "upper"), ends, strict=True) if end is not None},
            }
            for i, (row, ends) in enumerate(zip(matrix, stated, strict=True))
        ],
        "lower": lower,
        "upper": upper,
        "goal": "max" if maximise else "min",
        "columns": [f"c{j}" for j in range(n)],
        "constant": constant,
    }
    return Known(document, value)


def decimal(value):
    """A fraction with a denominator of twos and fives, typed out."""
    value = F(value)
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
    return f"{int(value * 10**digits)}e-{digits}" if digits else str(int(value))


def as_mps(document, *, fixed=False, rng=None):  # noqa: C901 (section after section)
    """The program as MPS, by the definition of the format."""
    rng = rng or Random(0)
    rows, names = document["rows"], document["columns"]
    lines = [
        "* made by a test",
        "NAME          KNOWN",
        "OBJSENSE",
        f"    {document['goal'].upper()}",
        "ROWS",
        " N  COST",
    ]
    right, widths = [], []
    for row in rows:
        low, high = row.get("lower"), row.get("upper")
        if low is not None and low == high:
            sense, side = "E", low
        elif low is not None and high is not None:
            sense = rng.choice("LGE")
            side = high if sense == "L" else low
            widths.append((row["name"], high - low))
            if sense == "E" and rng.random() < 0.5:
                side, widths[-1] = high, (row["name"], low - high)
        elif high is not None:
            sense, side = "L", high
        else:
            sense, side = ("G", low) if low is not None else ("N", None)
        lines.append(f" {sense}  {row['name']}")
        if side:
            right.append((row["name"], side))

    def data(name, row, value, kind="  "):
        if fixed:
            return f" {kind:<2} {name:<8}  {row:<8}  {decimal(value):>12}"
        return f" {kind} {name} {row} {decimal(value)}"

    lines.append("COLUMNS")
    for j, name in enumerate(names):
        entries = [("COST", document["objective"][j])] + [
            (row["name"], a) for row in rows for k, a in row["entries"] if k == j
        ]
        kept = [entry for entry in entries if entry[1]] or entries[:1]
        lines += [data(name, row, a) for row, a in kept]
    lines.append("RHS")
    lines += [data("RHS", row, side) for row, side in right]
    if document["constant"]:
        lines.append(data("RHS", "COST", -document["constant"]))
    lines.append("RANGES")
    lines += [data("RNG", row, width) for row, width in widths]
    lines.append("BOUNDS")
    for name, low, high in zip(names, document["lower"], document["upper"], strict=True):
        if low is not None and low == high:
            lines.append(data("BND", name, low, "FX"))
        elif low is None and high is None:
            lines.append(f" FR BND       {name}")
        else:
            lines.append(f" MI BND       {name}" if low is None else data("BND", name, low, "LO"))
            if high is not None:
                lines.append(data("BND", name, high, "UP"))
    return "\n".join([*lines, "ENDATA", ""])


def as_lp(document, *, two_sided=True):
    """The program in the LP format; rows with two sides are an extension that not all read."""

    def terms(entries):
        return " ".join(f"{'-' if a < 0 else '+'} {decimal(abs(a))} {document['columns'][j]}" for j, a in entries)

    objective = terms([(j, c) for j, c in enumerate(document["objective"])])
    constant = document["constant"]
    lines = [
        "\\ made by a test",
        "Maximize" if document["goal"] == "max" else "Minimize",
        f" obj: {objective} {'-' if constant < 0 else '+'} {decimal(abs(constant))}",
        "Subject To",
    ]
    for row in document["rows"]:
        low, high = row.get("lower"), row.get("upper")
        left = terms(row["entries"]) or f"0 {document['columns'][0]}"
        if low is not None and low == high:
            lines.append(f" {row['name']}: {left} = {decimal(low)}")
        elif low is not None and high is not None and not two_sided:
            lines += [f" {row['name']}l: {left} >= {decimal(low)}", f" {row['name']}u: {left} <= {decimal(high)}"]
        elif low is not None and high is not None:
            lines.append(f" {row['name']}: {decimal(low)} <= {left} <= {decimal(high)}")
        elif high is not None:
            lines.append(f" {row['name']}: {left} <= {decimal(high)}")
        elif low is not None:
            lines.append(f" {row['name']}: {left} >= {decimal(low)}")
    lines.append("Bounds")
    for name, low, high in zip(document["columns"], document["lower"], document["upper"], strict=True):
        if low is None and high is None:
            lines.append(f" {name} free")
        elif low is None:
            lines.append(f" -inf <= {name} <= {decimal(high)}")
        elif high is None:
            lines.append(f" {name} >= {decimal(low)}")
        else:
            lines.append(f" {decimal(low)} <= {name} <= {decimal(high)}")
    return "\n".join([*lines, "End", ""])
