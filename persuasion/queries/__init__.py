"""Queries to a simulator of the receiver: which to ask, and what to reveal after each answer."""
