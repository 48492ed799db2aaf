"""What was probably meant: remedies for mistakes that a strict reader can only call wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from dual.errors import InputError

_LAW: Final = (
    'write {"uniform": [a, b]}, {"density": "exp(-x)", "interval": [a, b]} or {"support": [...], "prior": [...]}'
)
_TABLE: Final = 'or tabulate a function: payoff={"points": [...], "values": function}'


def hinted(error: InputError, fields: Mapping[str, Any]) -> InputError:
    r"""The error with a remedy at its end, if what stands in its field suggests one.

    Examples
    --------
    >>> error = InputError("column 3: unexpected '.'", "value")
    >>> str(hinted(error, {"value": "np.exp(p)"}))
    'value: column 3: unexpected \'.\'; write exp(...) without "np."'
    """
    place = str(error).partition(":")[0]
    name, *path = re.findall(r"[^.\[\]]+", place) or [""]
    value = fields.get(name)
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    remedy = _remedy(name, value)
    return InputError(f"{error}; {remedy}") if remedy else error


def _remedy(field: str, value: Any) -> str:
    if field == "law" and not isinstance(value, Mapping):
        return _LAW
    if field == "payoff" and callable(value):
        return _TABLE
    if not isinstance(value, str):
        return ""
    if field == "cost" and value in ("entropy", "quadratic"):
        return f'write {{"{value}": k}}, k times what the named cost is'
    if re.search(r"\bnorm\.cdf\b|\bPhi\b", value):
        return "the standard normal distribution function is normal_cdf(...)"
    if re.search(r"\b(np|numpy|math)\.pi\b", value):
        return "write pi"
    if found := re.search(r"\b(np|numpy|math)\.(\w+)", value):
        return f'write {found[2]}(...) without "{found[1]}."'
    if found := re.fullmatch(r"\s*(.+?)\s+if\s+(.+?)\s+else\s+(.+?)\s*", value):
        yes, condition, no = found.groups()
        meant = condition if (yes, no) == ("1", "0") else f"({yes})*({condition}) + ({no})*(not ({condition}))"
        return f"a comparison is 1 or 0: write {meant}"
    if re.search(r"\*\*\s*\(?\s*(0?\.5|1\s*/\s*2)", value):
        return "write sqrt(...)"
    return "write log(...)" if re.search(r"\bln\b", value) else ""
