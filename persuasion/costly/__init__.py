"""Information that costs."""
