"""What is moved: couplings, assignment markets, trading networks, delivery, and the linear programs behind them."""

from .delivery import DeliveryMarket, DeliverySolution

__all__ = ["DeliveryMarket", "DeliverySolution"]
