"""The prosecutor and the judge: solve, read the answer, draw it, keep the proof."""

import suasion

problem = suasion.Persuasion(
    prior=["7/10", "3/10"],
    states=["innocent", "guilty"],
    actions=["acquit", "convict"],
    sender=[[0, 1], [0, 1]],
    receiver=[[1, 0], [0, 1]],
)
solution = problem.solve()
print(solution.summary())
solution.save("prosecutor.solution.json")
solution.plot().get_figure().savefig("prosecutor.png")
