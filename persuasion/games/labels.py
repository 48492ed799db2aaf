"""What players, actions and signals of a game are called: their labels, or their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dual.errors import InputError
from dual.kinds.games.statement import PlayStatement


def player_names(statement: PlayStatement) -> Sequence[str]:
    """The players' labels, or their numbers."""
    return statement.players or [f"player {i}" for i in range(len(statement.payoffs))]


def action_name(statement: PlayStatement, player: int, action: int) -> str:
    """An action's label, or its number."""
    return str(action) if statement.actions is None else statement.actions[player][action]


def signal_name(statement: PlayStatement, k: int) -> str:
    """What the AI sees, in words where there are any."""
    if statement.sees is None and statement.signals is None and statement.states is not None:
        return statement.states[k]
    return str(statement.labels_seen[k])


def plays(name: str, fields: Mapping[str, Any]) -> list[Sequence[Any]] | None:
    """What a payoff that is a Python function is called with: the state and everybody's actions, by name or number.

    Raises
    ------
    InputError
        If nothing says what the actions are.
    """
    if name.partition("[")[0] not in ("payoffs", "objective", "objectives"):
        return None
    actions = fields.get("actions")
    if actions is None:
        raise InputError(
            "nothing says for how many actions a function is to be tabulated; give actions=[[...], [...]]", name
        )
    return [fields.get("states") or range(len(fields["prior"])), *actions]
