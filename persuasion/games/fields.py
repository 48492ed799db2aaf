"""The fields that a game and its payoff set share, as keyword arguments."""

from __future__ import annotations

from collections.abc import Sequence

from transport.road.problem import Described


class GameFields(Described, total=False):
    """What :class:`~persuasion.games.problem.Game` says of each."""

    law: object
    sees: object
    signals: object
    costs: object
    types: str
    states: Sequence[str] | None
    players: Sequence[str] | None
    actions: Sequence[Sequence[str]] | None
