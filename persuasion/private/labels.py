"""What states and actions of private persuasion are called: their labels, or their numbers."""

from __future__ import annotations

from dual.kinds.private import PrivateStatement


def state_name(statement: PrivateStatement, state: int) -> str:
    """A state's label, or its number."""
    return f"state {state}" if statement.states is None else statement.states[state]


def action_name(statement: PrivateStatement, receiver: int, action: int) -> str:
    """The label of a receiver's action, or its number."""
    return str(action) if statement.actions is None else statement.actions[receiver][action]
