"""What pytest leaves alone here."""

collect_ignore = ["mutation.py"]  # a command, and it needs the extra `mutation`
