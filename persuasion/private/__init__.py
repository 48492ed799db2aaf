"""Kind ``private-persuasion``."""
