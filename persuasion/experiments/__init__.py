"""Selling information: menus of experiments with prices."""
