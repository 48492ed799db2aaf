"""Kind ``transport``: couplings of two distributions."""
