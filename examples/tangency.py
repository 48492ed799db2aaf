"""A payoff that is convex, then concave: the envelope touches it at 3/4, and the certificate is exact."""

import suasion

solution = suasion.Concavification(["7/10", "3/10"], value="p**2*(3 - 2*p)", name="smoothstep").solve()
print(solution.summary())
solution.plot().get_figure().savefig("tangency.png")
