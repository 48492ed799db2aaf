"""The linear and integer programs behind every kind: floats first, then the basis in exact arithmetic."""
