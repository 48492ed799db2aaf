"""Kind ``trading-network``."""
