"""Delivery markets: buyers, stores and couriers, prices, compensations and tips."""

from .market import DeliveryMarket, DeliverySolution
from .supported import Refused, Supported

__all__ = ["DeliveryMarket", "DeliverySolution", "Refused", "Supported"]
