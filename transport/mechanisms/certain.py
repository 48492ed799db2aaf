"""The best menu without lotteries: an integer program, found by HiGHS and proven by a branching tree of our own."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from dual.kinds.linear_program.kind import Proof
from dual.kinds.linear_program.statement import LinearProgramStatement
from dual.kinds.mechanisms.certain import Branches, CertainProgram
from dual.kinds.mechanisms.menu import Menu, Offer, lower
from dual.kinds.mechanisms.statement import MechanismStatement
from transport.linear_program.integer import solve_integer
from transport.programs.effort import Effort, Incumbent
from transport.road.methods import Found

from .finite import as_lottery
from .plain import simple_menu

NAME: Final = "branching"


class _Translated(Incumbent):
    """Takes points and trees of the integer program for menus."""

    def __init__(self, certain: CertainProgram, own: Incumbent) -> None:
        self._certain, self._own = certain, own

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)

    def offer(self, found: Any) -> None:
        """Pass an offer on as one of this kind."""
        self._own.offer(lambda: translated(self._certain, found() if callable(found) else found))


def solve_certain(statement: MechanismStatement, effort: Effort) -> Found:
    """The best menu that is found, and the tree that bounds all."""
    certain = CertainProgram(statement)
    plain, root = simple_menu(statement), Branches([{"rows": []}])
    effort.offer(lambda: Found(plain, root, NAME))
    own = effort if effort.incumbent is None else replace(effort, incumbent=_Translated(certain, effort.incumbent))
    found = translated(certain, solve_integer(program(certain), own))
    better = found.primal is None or lower(statement, found.primal) < lower(statement, plain)
    return replace(found, primal=plain if better else found.primal, dual=found.dual or root)


def program(certain: CertainProgram) -> LinearProgramStatement:
    """The integer program as one of kind ``linear-program``, its rows and columns numbered alike."""
    rows = certain.relaxation()
    document = {
        "objective": list(rows.objective),
        "rows": [
            {"entries": [[j, Fraction(entry)] for j, entry in row.items()], "upper": side}
            for row, side in zip(rows.rows, rows.rhs, strict=True)
        ],
        "upper": [high for _, high in rows.boxes],
        "integers": list(range(rows.integers)),
    }
    return LinearProgramStatement.read({"kind": "linear-program", **document})


def translated(certain: CertainProgram, found: Found) -> Found:
    """A point as a menu, a tree as one of this kind."""
    dual = None
    if isinstance(found.dual, Proof):
        nodes = [{"rows": list(found.dual.multipliers or ())}] if found.dual.nodes is None else found.dual.nodes
        dual = Branches(nodes)
    primal = None if found.primal is None else _menu(certain, dict(found.primal.values))
    return replace(found, primal=primal, dual=dual, method=NAME)


def _menu(certain: CertainProgram, values: dict[int, Fraction]) -> Menu:
    statement, margin, zero = certain.statement, certain.starts[-1], Fraction(0)
    found: dict[Any, Fraction] = {}
    for k, goods in enumerate(certain.goods):
        chances = [values.get(certain.starts[k] + c, zero) for c in range(len(goods))]
        cost = sum((chance * statement.cost(good) for good, chance in zip(goods, chances, strict=True)), zero)
        lottery = as_lottery(statement, goods, chances)
        price = values.get(margin + k, zero) + cost
        if any(chances):
            found[lottery] = min(price, found.get(lottery, price))
    return Menu(tuple(Offer(lottery, price) for lottery, price in sorted(found.items(), key=lambda one: one[1])))
