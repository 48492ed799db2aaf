"""Kind ``mean-persuasion``."""
