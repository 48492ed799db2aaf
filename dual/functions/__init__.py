"""Functions of beliefs and means: their grammar, and rational enclosures of them."""
