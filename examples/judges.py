"""How lenient a judge is decides what persuasion earns: the value as the judge's taste for convicting varies."""

from fractions import Fraction

import suasion

problem = suasion.Persuasion(prior=["7/10", "3/10"], sender=[[0, 1], [0, 1]], receiver=[[1, 0], [0, 1]])
curve = problem.solve().value_curve("receiver[1][1]", [Fraction(k, 4) for k in range(1, 13)])
print(curve.table().text())
curve.plot().get_figure().savefig("judges.png")
