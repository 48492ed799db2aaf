"""Rational inattention: what an entropy cost does to how much is learned, from cheap to expensive information."""

import suasion

for k in ("1/10", "1/2", "1", "5"):
    solution = suasion.CostlyPersuasion(
        prior=["1/3", "2/3"], sender=[[1, 0], [0, 1]], receiver=[[1, 0], [0, 1]], cost={"entropy": k}
    ).solve()
    posteriors = ", ".join(f"{float(signal.posterior[1]):.4f}" for signal in solution.signals)
    print(f"k = {k:>4}: value in [{float(solution.lower):.9f}, {float(solution.upper):.9f}], posteriors {posteriors}")
