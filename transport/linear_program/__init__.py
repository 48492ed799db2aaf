"""Linear programs of anybody: read, solved exactly, repaired, explained."""
