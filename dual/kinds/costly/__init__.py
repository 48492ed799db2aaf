"""Kind ``costly-persuasion``."""
