"""The program of a single stage, over all actions at once, with numbers of any sort.

A share of each action, and pay scaled by it: pay that keeps the agent at an action keeps him there by any share of it.
Shares sum to one, so the optimum is the largest that any action leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from dual.kinds.contracts.kind import one_stage
from dual.kinds.contracts.stage import dot
from dual.kinds.contracts.statement import ContractStatement
from dual.proofs.linear import Block, Name, Program, Row
from transport.road.linear_form import LinearForm


def _asked(statement: ContractStatement) -> Sequence[int]:
    """The actions that may be brought about."""
    return range(len(statement.costs or ())) if statement.action is None else (statement.action,)


def program(statement: ContractStatement) -> Program:
    """Columns ``share[a]`` and ``pay[a][o]``, of the actions that are asked for; rows ``one`` and ``keep[a][k]``."""
    here, asked = one_stage(statement), _asked(statement)
    wide = len(here.rewards)
    rows = list(_rows(statement))
    worth = [dot(here.outcomes[a], here.rewards) for a in asked]
    paid = [-chance for a in asked for chance in here.outcomes[a]]
    return Program([Block(("share",), (len(asked),)), Block(("pay",), (len(asked), wide))], [*worth, *paid],
                   lambda: rows)  # fmt: skip


def _rows(statement: ContractStatement) -> Iterator[Row]:
    here, asked = one_stage(statement), _asked(statement)
    wide = len(here.rewards)
    yield Row(("one",), "=", 1, dict.fromkeys(range(len(asked)), 1).items)
    for place, a in enumerate(asked):
        first = len(asked) + place * wide
        for k, other in enumerate(here.outcomes):
            if k == a:
                continue
            gain = {first + o: p - q for o, (p, q) in enumerate(zip(here.outcomes[a], other, strict=True))}
            kept = {place: here.net_costs[k] - here.net_costs[a], **gain}
            yield Row(("keep", a, k), ">=", 0, kept.items)


def primal(statement: ContractStatement, values: Mapping[int, Any]) -> object:
    """The action that has a share, and its contract."""
    asked, wide = _asked(statement), len(statement.rewards or ())
    place = next((k for k in range(len(asked)) if values.get(k)), 0)
    first = len(asked) + place * wide
    return {"contract": [values.get(first + o, Fraction(0)) for o in range(wide)], "action": asked[place]}


def _proofs(statement: ContractStatement, multipliers: Mapping[Name, Any], word: str) -> object:
    asked = _asked(statement)
    listed: list[list[Any]] = [[] for _ in statement.costs or ()]
    for name, weight in multipliers.items():
        if name[0] == "keep":
            listed[int(name[1])].append([name[2], -weight])
    return {"actions": [{word if a in asked else "multipliers": own} for a, own in enumerate(listed)]}


def dual(statement: ContractStatement, multipliers: Mapping[Name, Any]) -> object:
    """For each action what keeps the agent from the others."""
    return _proofs(statement, multipliers, "multipliers")


def ray(statement: ContractStatement, multipliers: Mapping[Name, Any]) -> object:
    """Of the only action that is asked for, a mixture of others that looks no worse at less cost."""
    return _proofs(statement, multipliers, "ray")


FORM = LinearForm(program, primal, dual, refutation=ray)
