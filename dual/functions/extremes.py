"""The least and the largest of several values, by their ends."""

from __future__ import annotations

from dual.numbers.interval import Interval, Value, interval


def least(*values: Value) -> Value:
    """The least value lies between the least of the ends."""
    ends = [interval(value) for value in values]
    return Interval(min(end.lower for end in ends), min(end.upper for end in ends))


def largest(*values: Value) -> Value:
    """The largest value lies between the largest of the ends."""
    ends = [interval(value) for value in values]
    return Interval(max(end.lower for end in ends), max(end.upper for end in ends))
