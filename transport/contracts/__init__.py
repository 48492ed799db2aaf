"""Contracts: paying for effort that cannot be seen."""
