"""Two and more receivers."""
