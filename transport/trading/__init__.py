"""Assignment markets and trading networks: equilibria, prices, and what a platform can earn by introductions."""
