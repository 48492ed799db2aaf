"""Exact numbers: fractions, arrays over one denominator, intervals, and the files that hold them."""
