"""What is moved: couplings, assignment markets, trading networks, delivery, and the linear programs behind them."""

from .balanced import Transport, TransportSolution, plan

__all__ = ["Transport", "TransportSolution", "plan"]
