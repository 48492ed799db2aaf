"""Proofs that several kinds share: majorants over tables, branching trees."""
