"""The road every problem takes: statement, float optimum, its basis, and that basis solved in exact arithmetic."""
