"""Information design and market design, solved and proven.

Examples
--------
>>> import suasion
>>> problem = suasion.load("kamenica-gentzkow-2011-prosecutor")
>>> solution = suasion.solve(problem)
>>> solution.value, solution.grade
(0.6, 'exact')
>>> suasion.verify(solution).accepted
True
"""

from typing import TYPE_CHECKING, Final

from ._version import __version__
from .guard import require_own_packages

require_own_packages()  # before the first of them is imported

from transport.lazy import face  # noqa: E402 (see above)

_HOMES: Final = {
    "AssignmentMarket": "transport.trading.market",
    "Benchmark": "persuasion.concave.problem",
    "Comparison": "persuasion.finite.problem",
    "Concavification": "persuasion.concave.problem",
    "ConcavificationSolution": "persuasion.concave.problem",
    "CostlyPersuasion": "persuasion.costly.problem",
    "CostlyPersuasionSolution": "persuasion.costly.problem",
    "DeliveryMarket": "transport.delivery.market",
    "DeliverySolution": "transport.delivery.solution",
    "FeeCurve": "transport.trading.fees",
    "FileError": "dual.errors",
    "Game": "persuasion.games.problem",
    "GameSolution": "persuasion.games.problem",
    "InputError": "dual.errors",
    "Lattice": "transport.trading.market",
    "MeanPersuasion": "persuasion.means.problem",
    "MeanPersuasionSolution": "persuasion.means.problem",
    "MeanSignal": "persuasion.means.signal",
    "Outcome": "transport.trading.outcome",
    "Persuasion": "persuasion.finite.problem",
    "PersuasionSolution": "persuasion.finite.problem",
    "PrivatePersuasion": "persuasion.private.problem",
    "PrivateSolution": "persuasion.private.problem",
    "Problem": "transport.road.problem",
    "Refused": "transport.delivery.supported",
    "Signal": "persuasion.experiment",
    "Solution": "transport.road.solution",
    "SolverError": "dual.errors",
    "SuasionError": "dual.errors",
    "Supported": "transport.delivery.supported",
    "Sweep": "transport.road.sweep",
    "Table": "transport.road.table",
    "TradingNetwork": "transport.trading.network",
    "TradingNetworkSolution": "transport.trading.network",
    "Transport": "transport.coupling.problem",
    "TransportSolution": "transport.coupling.problem",
    "TwoReceiverPersuasion": "persuasion.two_receivers.problem",
    "TwoReceiverSolution": "persuasion.two_receivers.problem",
    "Verdict": "dual.verdict",
    "catalog": "suasion.catalog",
    "kinds": "suasion.registry",
    "load": "suasion.door",
    "load_solution": "suasion.door",
    "solve": "suasion.door",
    "sweep": "transport.road.sweep",
    "verify": "dual.checker",
}
"""Where each public name lives; its module is imported when the name is asked for."""

if TYPE_CHECKING:
    from dual.checker import verify
    from dual.errors import FileError, InputError, SolverError, SuasionError
    from dual.verdict import Verdict
    from persuasion.concave.problem import Benchmark, Concavification, ConcavificationSolution
    from persuasion.costly.problem import CostlyPersuasion, CostlyPersuasionSolution
    from persuasion.experiment import Signal
    from persuasion.finite.problem import Comparison, Persuasion, PersuasionSolution
    from persuasion.games.problem import Game, GameSolution
    from persuasion.means.problem import MeanPersuasion, MeanPersuasionSolution
    from persuasion.means.signal import MeanSignal
    from persuasion.private.problem import PrivatePersuasion, PrivateSolution
    from persuasion.two_receivers.problem import TwoReceiverPersuasion, TwoReceiverSolution
    from transport.coupling.problem import Transport, TransportSolution
    from transport.delivery.market import DeliveryMarket
    from transport.delivery.solution import DeliverySolution
    from transport.delivery.supported import Refused, Supported
    from transport.road.problem import Problem
    from transport.road.solution import Solution
    from transport.road.sweep import Sweep, sweep
    from transport.road.table import Table
    from transport.trading.fees import FeeCurve
    from transport.trading.market import AssignmentMarket, Lattice
    from transport.trading.network import TradingNetwork, TradingNetworkSolution
    from transport.trading.outcome import Outcome

    from . import catalog
    from .door import load, load_solution, solve
    from .registry import kinds
else:
    __getattr__, __dir__ = face(__name__, _HOMES)

__all__ = [
    "AssignmentMarket",
    "Benchmark",
    "Comparison",
    "Concavification",
    "ConcavificationSolution",
    "CostlyPersuasion",
    "CostlyPersuasionSolution",
    "DeliveryMarket",
    "DeliverySolution",
    "FeeCurve",
    "FileError",
    "Game",
    "GameSolution",
    "InputError",
    "Lattice",
    "MeanPersuasion",
    "MeanPersuasionSolution",
    "MeanSignal",
    "Outcome",
    "Persuasion",
    "PersuasionSolution",
    "PrivatePersuasion",
    "PrivateSolution",
    "Problem",
    "Refused",
    "Signal",
    "Solution",
    "SolverError",
    "SuasionError",
    "Supported",
    "Sweep",
    "Table",
    "TradingNetwork",
    "TradingNetworkSolution",
    "Transport",
    "TransportSolution",
    "TwoReceiverPersuasion",
    "TwoReceiverSolution",
    "Verdict",
    "__version__",
    "catalog",
    "kinds",
    "load",
    "load_solution",
    "solve",
    "sweep",
    "verify",
]
