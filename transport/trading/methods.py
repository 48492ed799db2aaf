"""How trading networks are solved: by structure, by branching, by an integer program, by entry fees."""

from __future__ import annotations

from dual.kinds.trading.statement import TradingNetworkStatement
from transport.programs.effort import Effort
from transport.road.methods import Found, method

from .arrays import Model
from .welfare import equilibrium_witnesses, welfare_witnesses


@method("exact", "closed forms where the market's structure has one, else branching")
def solve_exactly(statement: TradingNetworkStatement, effort: Effort) -> Found:
    """Solve any objective; revenue in closed form where the market's structure allows it, otherwise by branching."""
    model = Model(statement)
    if statement.objective == "revenue":
        from .structures import recognised

        found = recognised(model, effort)
        if found is not None and found.method == "homogeneous":
            from .maximise import spelled_out

            return spelled_out(model, found, effort)
        if found is not None:
            return found
    return _in_general(model, effort)


@method("branching", "the branching tree, whatever the structure")
def solve_by_branching(statement: TradingNetworkStatement, effort: Effort) -> Found:
    """Solve any objective; revenue by the general road, whatever the structure."""
    return _in_general(Model(statement), effort)


def _in_general(model: Model, effort: Effort) -> Found:
    if model.statement.objective == "equilibrium":
        return equilibrium_witnesses(model)
    if model.statement.objective == "welfare":
        return welfare_witnesses(model)
    from .maximise import maximise_revenue

    return maximise_revenue(model, effort)


@method("milp", "HiGHS's integer program for introductions, its bound proven by branching")
def solve_by_integer_program(statement: TradingNetworkStatement, effort: Effort) -> Found:
    """Let HiGHS solve the single-level integer program; the bound is proven by branching all the same."""
    if statement.objective != "revenue":
        return solve_exactly(statement, effort)
    from .maximise import maximise_revenue

    return maximise_revenue(Model(statement), effort, whole=True)


@method("entry-fee", "the best entry fee and its guarantee, at any size")
def solve_by_fees(statement: TradingNetworkStatement, effort: Effort) -> Found:
    """Earn at least the entry fee's guarantee, fast at any size."""
    if statement.objective != "revenue":
        return solve_exactly(statement, effort)
    from .maximise import revenue_by_fees

    return revenue_by_fees(Model(statement), effort)
