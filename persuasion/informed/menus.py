"""Menus: the linear program of types who report themselves."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from dual.kinds.informed.menu import Honesty, Menu, MenuProgram, Recommendation
from dual.kinds.informed.statement import TypedStatement
from dual.proofs.linear import Name
from transport.programs.effort import Effort
from transport.road.linear_kind import RULE, Answer, solve_program
from transport.road.methods import Found


def solve_menu(statement: TypedStatement, effort: Effort) -> Found:
    """Solve the program, its basis exactly; multipliers in floats are mended."""
    asked, above = MenuProgram(statement), MenuProgram(statement.above)
    effort.offer(lambda: Found(silent(asked), mended(above, {}), "program"))

    def witnesses(answer: Answer) -> Found:
        return Found(
            None if answer.values is None else menu_of(asked, answer.values),
            mended(above, answer.multipliers or {}),
            "program",
            answer.iterations,
            claim=answer.claim,
            rule=RULE,
        )

    answer = solve_program(asked.program(), effort, offer=lambda found: effort.offer(witnesses(found)))
    found = witnesses(answer)
    if found.primal is None:
        effort.offer(found)
        return Found(silent(asked), found.dual, "program", found.iterations, claim=found.claim)
    return found


def silent(asked: MenuProgram) -> Menu:
    """The menu that tells nobody anything: each type does what she finds best, as the sender likes it best."""
    (gains, _), (own, _) = asked.statement.gains, asked.statement.own
    told = []
    for mine, hers in zip(own, gains, strict=True):
        best = max(range(asked.A), key=lambda a: (sum(mine[a]), sum(hers[a]), -a))
        told.append((Recommendation(best, (Fraction(1),) * asked.S),))
    return Menu(tuple(told))


def menu_of(asked: MenuProgram, values: Mapping[int, Fraction]) -> Menu:
    """The menu in the form of files."""
    told = []
    for t in range(asked.T):
        own = []
        for a in range(asked.A):
            likelihood = tuple(values.get(asked.send(t, a, s), Fraction(0)) for s in range(asked.S))
            if any(likelihood):
                own.append(Recommendation(a, likelihood))
        told.append(tuple(own))
    return Menu(tuple(told))


def mended(asked: MenuProgram, multipliers: Mapping[Name, Fraction]) -> Honesty:
    """Multipliers of a menu's program made to prove something, whatever they are.

    Reactions are raised until those to each recommendation add up to the same; prices then pay for the rest.
    """
    zero = Fraction(0)
    (gains, unit), (own, units) = asked.statement.gains, asked.statement.own
    T, S, A = asked.T, asked.S, asked.A
    react = {name[1:]: max(-m, zero) for name, m in multipliers.items() if name[0] == "react" and m < 0}
    reports = [[zero] * T for _ in range(T)]
    for t in range(T):
        for r in range(T):
            sums = [sum((react.get((t, r, a, b), zero) for b in range(A)), zero) for a in range(A)]
            reports[t][r] = max(sums)
            for a, total in enumerate(sums):
                if total < max(sums):
                    react[t, r, a, a] = react.get((t, r, a, a), zero) + max(sums) - total
    # What recommending a to t costs by what others, or she, would make of it.
    charged = [[[zero] * S for _ in range(A)] for _ in range(T)]
    for place, m in react.items():
        r, t, a, b = map(int, place)
        line, row = charged[t][a], own[r][b]
        share = m / units[r]
        for s in range(S):
            line[s] += share * row[s]
    prices = []
    for t in range(T):
        weight = sum(reports[t], zero) / units[t]
        prices.append(
            tuple(
                max(Fraction(gains[t][a][s], unit) + weight * own[t][a][s] - charged[t][a][s] for a in range(A))
                for s in range(S)
            )
        )
    listed = tuple((*place, m) for place, m in sorted(react.items()) if m)
    return Honesty(tuple(prices), tuple(map(tuple, reports)), listed)
