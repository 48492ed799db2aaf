"""Kind ``prompting``."""
