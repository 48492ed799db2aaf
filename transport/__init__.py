"""What is moved: couplings, assignment markets, trading networks, delivery, and the linear programs behind them."""

from .coupling.problem import Transport, TransportSolution, plan
from .delivery import DeliveryMarket, DeliverySolution
from .trading.market import AssignmentMarket, Lattice
from .trading.network import TradingNetwork, TradingNetworkSolution

__all__ = [
    "AssignmentMarket",
    "DeliveryMarket",
    "DeliverySolution",
    "Lattice",
    "TradingNetwork",
    "TradingNetworkSolution",
    "Transport",
    "TransportSolution",
    "plan",
]
