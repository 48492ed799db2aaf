"""What is moved: couplings, assignment markets, trading networks, delivery, and the linear programs behind them."""

from .trading.market import AssignmentMarket, Lattice
from .trading.network import TradingNetwork, TradingNetworkSolution

__all__ = ["AssignmentMarket", "Lattice", "TradingNetwork", "TradingNetworkSolution"]
