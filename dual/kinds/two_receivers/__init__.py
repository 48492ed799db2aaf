"""Kind ``two-receiver``."""
