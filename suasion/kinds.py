"""Where each kind of problem lives; rooms are entered only when one of their kinds is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from dual.kinds import kind_of
from transport.road.problem import Problem

CLASSES = {
    "delivery-market": "transport:DeliveryMarket",
    "persuasion": "persuasion:Persuasion",
    "concavification": "persuasion:Concavification",
    "costly-persuasion": "persuasion:CostlyPersuasion",
    "mean-persuasion": "persuasion:MeanPersuasion",
    "trading-network": "transport:TradingNetwork",
}


def problem_of(document: Mapping[str, object]) -> Problem[Any]:
    """Make the problem that an instance's content states."""
    room, name = CLASSES[kind_of(document).name].split(":")
    made: Problem[Any] = getattr(importlib.import_module(room), name).from_document(document)
    return made
