"""What is moved: couplings, assignment markets, trading networks, delivery, pay, and the linear programs behind them.

* :class:`Transport`: how to couple two distributions.
* :class:`MultiMarginalTransport`: how to couple several.
* :class:`TradingNetwork`, :class:`AssignmentMarket`: who trades with whom, and what introductions are worth.
* :class:`DeliveryMarket`: which courier carries which order.
* :class:`Mechanism`: selling goods to buyers whose values are private.
* :class:`Contract`: what to pay for effort that nobody sees.
* :class:`LinearProgram`: any linear program, from a file, arrays or CVXPY.
"""

from typing import TYPE_CHECKING, Final

from .lazy import face

_HOMES: Final = {
    "AssignmentMarket": "transport.trading.market",
    "Audit": "transport.mechanisms.audit",
    "Contract": "transport.contracts.problem",
    "ContractSolution": "transport.contracts.problem",
    "DeliveryMarket": "transport.delivery.market",
    "DeliverySolution": "transport.delivery.market",
    "Deviation": "transport.mechanisms.audit",
    "Family": "transport.road.families",
    "FamilySolution": "transport.road.family_solution",
    "FeeCurve": "transport.trading.fees",
    "Lattice": "transport.trading.market",
    "Linear": "transport.contracts.linear",
    "LinearProgram": "transport.linear_program.problem",
    "LinearProgramSolution": "transport.linear_program.problem",
    "MultiMarginalSolution": "transport.coupling.several",
    "MultiMarginalTransport": "transport.coupling.several",
    "Outcome": "dual.kinds.trading.witness",
    "Mechanism": "transport.mechanisms.problem",
    "MechanismSolution": "transport.mechanisms.problem",
    "Refused": "transport.delivery.supported",
    "Supported": "transport.delivery.supported",
    "Sweep": "transport.road.sweep",
    "Table": "transport.road.table",
    "TradingNetwork": "transport.trading.network",
    "TradingNetworkSolution": "transport.trading.network",
    "Transport": "transport.coupling.problem",
    "TransportSolution": "transport.coupling.problem",
    "plan": "transport.coupling.problem",
    "sweep": "transport.road.sweep",
}
"""Where each public name lives; its module is imported when the name is asked for."""

if TYPE_CHECKING:
    from dual.kinds.trading.witness import Outcome

    from .contracts.linear import Linear
    from .contracts.problem import Contract, ContractSolution
    from .coupling.problem import Transport, TransportSolution, plan
    from .coupling.several import MultiMarginalSolution, MultiMarginalTransport
    from .delivery.market import DeliveryMarket, DeliverySolution
    from .delivery.supported import Refused, Supported
    from .linear_program.problem import LinearProgram, LinearProgramSolution
    from .mechanisms.audit import Audit, Deviation
    from .mechanisms.problem import Mechanism, MechanismSolution
    from .road.families import Family
    from .road.family_solution import FamilySolution
    from .road.sweep import Sweep, sweep
    from .road.table import Table
    from .trading.fees import FeeCurve
    from .trading.market import AssignmentMarket, Lattice
    from .trading.network import TradingNetwork, TradingNetworkSolution

else:
    __getattr__, __dir__ = face(__name__, _HOMES)

__all__ = [
    "AssignmentMarket",
    "Audit",
    "Contract",
    "ContractSolution",
    "DeliveryMarket",
    "DeliverySolution",
    "Deviation",
    "Family",
    "FamilySolution",
    "FeeCurve",
    "Lattice",
    "Linear",
    "LinearProgram",
    "LinearProgramSolution",
    "Mechanism",
    "MechanismSolution",
    "MultiMarginalSolution",
    "MultiMarginalTransport",
    "Outcome",
    "Refused",
    "Supported",
    "Sweep",
    "Table",
    "TradingNetwork",
    "TradingNetworkSolution",
    "Transport",
    "TransportSolution",
    "plan",
    "sweep",
]
