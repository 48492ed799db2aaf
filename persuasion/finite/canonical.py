"""A canonical order of states and actions, so that renumbering an instance renumbers the answer and no more.

Among several optima a solver's choice depends on the order of its data. Problems are therefore solved in an order
that is read off the payoffs alone: colour refinement on the states and actions, where two of them keep one colour
as long as the prior, the payoffs and the colours around them agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from fractions import Fraction
from typing import Any

from dual.numbers.exact import over_common_denominator


def canonical_order(
    prior: Sequence[Fraction], sender: Sequence[Sequence[Fraction]], receiver: Sequence[Sequence[Fraction]]
) -> tuple[list[int], list[int]]:
    """Order states and actions by what distinguishes them, indices deciding only between indistinguishable ones.

    Parameters
    ----------
    prior : sequence of Fraction, shape (S,)
    sender, receiver : sequences, shape (S, A)

    Returns
    -------
    states, actions : list of int
        The k-th state (action) of the canonical order is ``states[k]`` (``actions[k]``).

    Examples
    --------
    >>> canonical_order([Fraction(3, 10), Fraction(7, 10)], [[1, 0], [1, 0]], [[1, 0], [0, 1]])
    ([0, 1], [1, 0])
    """
    states, actions = range(len(prior)), range(len(sender[0]))
    # Integers are compared much faster than fractions, and over one denominator they are ordered alike.
    first, second = (over_common_denominator([x for row in table for x in row])[0] for table in (sender, receiver))
    pairs = list(zip(first, second, strict=True))
    entries = _ranks([pairs[s * len(actions) : (s + 1) * len(actions)] for s in states])
    state_colours = _colours([(mass,) for mass in prior])
    action_colours = [0] * len(actions)
    while True:
        state_colours, action_colours = _refined(entries, state_colours, action_colours)
        twin = _first_twin(state_colours)
        if twin is not None:
            state_colours = _singled_out(state_colours, twin)
            continue
        twin = _first_twin(action_colours)
        if twin is None:
            break
        action_colours = _singled_out(action_colours, twin)
    return sorted(states, key=state_colours.__getitem__), sorted(actions, key=action_colours.__getitem__)


def _refined(entries: list[list[int]], states: list[int], actions: list[int]) -> tuple[list[int], list[int]]:
    while True:
        before = len(set(states)) + len(set(actions))
        states = _colours(
            [(colour, *sorted(zip(row, actions, strict=True))) for colour, row in zip(states, entries, strict=True)]
        )
        columns = zip(*entries, strict=True)
        actions = _colours(
            [(colour, *sorted(zip(entry, states, strict=True))) for colour, entry in zip(actions, columns, strict=True)]
        )
        if len(set(states)) + len(set(actions)) == before:
            return states, actions


def _colours(keys: Sequence[tuple[Any, ...]]) -> list[int]:
    rank = {key: k for k, key in enumerate(sorted(set(keys)))}
    return [rank[key] for key in keys]


def _ranks(entries: list[list[tuple[int, int]]]) -> list[list[int]]:
    rank: dict[Hashable, int] = {key: k for k, key in enumerate(sorted({key for row in entries for key in row}))}
    return [[rank[key] for key in row] for row in entries]


def _first_twin(colours: list[int]) -> int | None:
    """The first member of the first class with several members; classes, unlike members, have a canonical order."""
    shared = [colour for colour, count in Counter(colours).items() if count > 1]
    return colours.index(min(shared)) if shared else None


def _singled_out(colours: list[int], chosen: int) -> list[int]:
    return [2 * colour + (k != chosen) for k, colour in enumerate(colours)]
