"""What is known of an optimum: an interval, or that nothing is feasible."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True)
class Truth:
    """The optimum lies in ``[low, high]``; None where nothing is known; or there is nothing feasible at all."""

    low: Fraction | None = None
    high: Fraction | None = None
    infeasible: bool = False

    def contradicts(self, lower: Fraction | None, upper: Fraction | None) -> str | None:
        """Why bounds cannot be right, or None."""
        if lower is not None and upper is not None and lower > upper:
            return f"lower {lower} > upper {upper}"
        if self.infeasible:
            return None if lower is None else f"lower {lower} of an infeasible instance"
        if lower is not None and self.high is not None and lower > self.high:
            return f"lower {lower} > optimum {self.high}"
        if upper is not None and self.low is not None and upper < self.low:
            return f"upper {upper} < optimum {self.low}"
        return None


def exactly(value: Fraction) -> Truth:
    return Truth(value, value)


def read(value: Any) -> Any:
    """Numbers of a file, in nested lists."""
    if isinstance(value, (list, tuple)):
        return [read(entry) for entry in value]
    return Fraction(value) if isinstance(value, (int, float)) else Fraction(str(value))


def spelled_out(instance: Mapping[str, Any]) -> dict[str, Any]:
    """An instance with what its short form leaves out: nobody known, one grid and one utility for both."""
    found = dict(instance)
    if found["kind"] == "trading-network":
        found.setdefault("known", [])
    if found["kind"] == "two-receiver":
        grid, utility = found.get("grid"), found["utility"]
        if isinstance(grid, (list, tuple)):
            found["grid"] = {"x": grid, "y": grid}
        if not isinstance(utility, Mapping):
            found["utility"] = {"l": utility, "h": utility}
    return found
