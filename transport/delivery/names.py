"""What buyers, stores and couriers are called."""

from __future__ import annotations

from collections.abc import Sequence

from dual.kinds.delivery.statement import DeliveryStatement

Names = tuple[Sequence[str], Sequence[str], Sequence[str]]


def names(statement: DeliveryStatement) -> Names:
    """The names of buyers, stores and couriers, or their numbers."""
    given = (("buyer", statement.buyers), ("store", statement.stores), ("courier", statement.couriers))
    read = [
        labels or tuple(f"{side} {n}" for n in range(count))
        for (side, labels), count in zip(given, statement.shape, strict=True)
    ]
    return read[0], read[1], read[2]
