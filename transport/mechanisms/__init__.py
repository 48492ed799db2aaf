"""Selling goods: optimal menus and auctions, and proofs that nothing earns more."""
