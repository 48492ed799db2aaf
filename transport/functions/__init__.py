"""Expressions in floating point; nothing here is part of a proof."""
