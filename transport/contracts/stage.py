"""One stage, exactly: the least pay for an action, and the action that leaves the principal most.

Two short ways save most linear programs. Keeping the agent from a single other action k bounds the pay from below, by
the outcome that tells the two apart best; and if paying on that outcome alone keeps him from everything else, it is
optimal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from dual.errors import SolverError
from dual.kinds.contracts.stage import ActionProof, Situation, dot
from dual.numbers.exact import Vector
from transport.programs.linear import solve
from transport.programs.program import Infeasible, LinearProgram


@dataclass(frozen=True)
class LeastPay:
    """The cheapest contract for an action.

    Attributes
    ----------
    action : int
    contract : vector or None
        None if no contract brings the action about.
    pay : Fraction or None
        What it costs on average.
    proof : ActionProof
        Why nothing is cheaper, or why there is none.
    """

    action: int
    contract: Vector | None
    pay: Fraction | None
    proof: ActionProof


def _apart(here: Situation, a: int, k: int) -> tuple[Fraction, int] | None:
    """The pay per unit of net cost that keeps the agent at a rather than k, and the outcome to pay for, if any."""
    best: tuple[Fraction, int] | None = None
    for o, (p, q) in enumerate(zip(here.outcomes[a], here.outcomes[k], strict=True)):
        if p > q and (best is None or p / (p - q) < best[0]):
            best = p / (p - q), o
    return best


def cheap(here: Situation, a: int) -> tuple[Fraction, ActionProof, Vector]:
    """A bound of the pay for a by a single other action, its proof, and the contract that attains it for these two."""
    nothing = (Fraction(0),) * len(here.rewards)
    bound, proof, contract = Fraction(0), ActionProof(multipliers=()), nothing
    for k, d in enumerate(here.net_costs):
        need = here.net_costs[a] - d
        if k == a or need <= 0:
            continue
        found = _apart(here, a, k)
        if found is not None and found[0] * need > bound:
            rate, o = found
            bound, proof = rate * need, ActionProof(multipliers=((k, rate),))
            pay = bound / here.outcomes[a][o]
            contract = (*nothing[:o], pay, *nothing[o + 1 :])
    return bound, proof, contract


def least_pay(here: Situation, a: int) -> LeastPay:
    """The cheapest contract for an action, with its proof."""
    bound, proof, contract = cheap(here, a)
    kept = [dot(row, contract) - d for row, d in zip(here.outcomes, here.net_costs, strict=True)]
    if kept[a] == max(kept):
        return LeastPay(a, contract, bound, proof)
    others = [k for k in range(len(here.net_costs)) if k != a]
    own = here.outcomes[a]
    rows = [{o: p - q for o, (p, q) in enumerate(zip(own, here.outcomes[k], strict=True)) if p != q} for k in others]
    right = [here.net_costs[a] - here.net_costs[k] for k in others]
    try:
        found = solve(LinearProgram([-p for p in own], rows, [">="] * len(rows), right))
    except Infeasible as refuted:
        ray = tuple((k, -y) for k, y in zip(others, refuted.farkas, strict=True) if y)
        return LeastPay(a, None, None, ActionProof(ray=ray))
    if not found.exact:
        return LeastPay(a, None, None, proof)
    multipliers = tuple((k, -y) for k, y in zip(others, found.dual, strict=True) if y)
    return LeastPay(a, found.primal, -found.value, ActionProof(multipliers=multipliers))


@dataclass(frozen=True)
class Best:
    """The best contract of a stage, with a proof for every action.

    Attributes
    ----------
    chosen : LeastPay
    principal, agent : Fraction
        What it leaves to either.
    proofs : tuple of ActionProof
    """

    chosen: LeastPay
    principal: Fraction
    agent: Fraction
    proofs: tuple[ActionProof, ...]


def best_contract(here: Situation, agent_high: bool = True, told: Callable[[Best], None] | None = None) -> Best:
    """The contract that leaves the principal most; of several the one that leaves the agent most, or least.

    ``told`` hears of no pay, and then of each contract that is better than those before.
    """
    worth = [dot(row, here.rewards) for row in here.outcomes]
    rough = [cheap(here, a) for a in range(len(worth))]
    proofs = [proof for _, proof, _ in rough]
    if told is not None:
        idle = max(range(len(worth)), key=lambda a: (-here.net_costs[a], worth[a], -a))
        unpaid = LeastPay(idle, (Fraction(0),) * len(here.rewards), Fraction(0), proofs[idle])
        told(Best(unpaid, worth[idle], -here.net_costs[idle], tuple(proofs)))
    order = sorted(range(len(worth)), key=lambda a: (rough[a][0] - worth[a], a))
    best: tuple[Fraction, Fraction, LeastPay] | None = None
    for a in order:
        if best is not None and worth[a] - rough[a][0] < best[0]:
            break  # nor does any later one come up to it
        found = least_pay(here, a)
        proofs[a] = found.proof
        if found.pay is None:
            continue
        kept = found.pay - here.net_costs[a]
        value = worth[a] - found.pay
        if best is None or (value, kept if agent_high else -kept) > (best[0], best[1] if agent_high else -best[1]):
            best = value, kept, found
            if told is not None:
                told(Best(found, value, kept, tuple(proofs)))
    if best is None:
        raise SolverError("no action's contract could be found exactly")
    return Best(best[2], best[0], best[1], tuple(proofs))
