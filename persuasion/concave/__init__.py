"""The concave envelope of a payoff that depends on the posterior."""
