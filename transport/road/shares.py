"""Measured probabilities and counts, divided by their sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from dual.errors import InputError
from dual.numbers.beliefs import beliefs
from dual.numbers.exact import distribution, number, over_common_denominator
from dual.numbers.masses import masses, masses_each
from dual.statement import Record, stated_fields
from dual.words import brief

from .decimals import decimals
from .places import entries_of


def normalised(fields: Mapping[str, Any], statement: type[Record], notes: list[str], where: str = "") -> dict[str, Any]:
    """Divide whatever is to sum to one by its sum, exactly, and note it: in records, too, and over their weights."""
    found = dict(fields)
    for entry in stated_fields(statement):
        value, at, reader = fields.get(entry.name), f"{where}{entry.name}", entry.metadata["reader"]
        if value is None:
            continue
        if reader in (distribution, masses):
            found[entry.name] = _shares(value, at, notes)
        elif reader in (beliefs, masses_each):
            found[entry.name] = [_shares(row, f"{at}[{k}]", notes) for k, row in enumerate(entries_of(value))]
        elif isinstance(reader, type) and issubclass(reader, Record):
            found[entry.name] = _normalised_records(value, reader, notes, at)
        elif isinstance(value, Mapping) and "support" in value and "prior" in value:
            found[entry.name] = {**value, "prior": _shares(value["prior"], f"{at}.prior", notes)}
    return found


def _normalised_records(value: Any, reader: type[Record], notes: list[str], where: str) -> Any:
    """Records of a list share one by their weights, if each has one."""
    if isinstance(value, Mapping):
        return normalised(value, reader, notes, f"{where}.")
    if not isinstance(value, (list, tuple)):
        return value
    found = [_normalised_records(item, reader, notes, f"{where}[{k}]") for k, item in enumerate(value)]
    if found and all(isinstance(item, Mapping) and item.get("weight") is not None for item in found):
        places = [f"{where}[{k}].weight" for k in range(len(found))]
        shares = _shares([item["weight"] for item in found], f"{where}.weight", notes, places)
        found = [{**item, "weight": share} for item, share in zip(found, shares, strict=True)]
    return found


def _shares(value: Any, where: str, notes: list[str], places: Sequence[str] | None = None) -> list[Fraction]:
    listed = entries_of(decimals(value))
    places = [f"{where}[{k}]" for k in range(len(listed))] if places is None else places
    read = [number(item, place) for item, place in zip(listed, places, strict=True)]
    counts, unit = over_common_denominator(read)
    for count, share, place in zip(counts, read, places, strict=True):
        if count < 0:
            raise InputError(f"{brief(share)} is negative; a probability lies in [0, 1]", place)
    whole = sum(counts)
    if not whole:
        raise InputError("the entries sum to 0, so they cannot be normalised", where)
    if whole != unit:
        notes.append(f"{where}: divided by its sum, {brief(Fraction(whole, unit))}")
    return [Fraction(count, whole) for count in counts]
