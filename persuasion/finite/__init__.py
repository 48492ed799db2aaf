"""Finitely many states and actions."""
