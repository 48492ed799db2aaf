"""A payoff that depends on the posterior mean."""
