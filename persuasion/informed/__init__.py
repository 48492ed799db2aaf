"""Informed receivers: one experiment for types that nobody sees, or a menu from which they choose."""
