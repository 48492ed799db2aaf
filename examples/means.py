"""A uniform state and a payoff of the posterior mean: reveal the low states, pool the high ones."""

import suasion

solution = suasion.MeanPersuasion(
    law={"uniform": [0, 1]}, payoff="m**2*(3 - 2*m)", name="smoothstep of the mean"
).solve()
print(solution.summary())
solution.plot().get_figure().savefig("means.png")
