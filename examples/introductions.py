"""What a platform does to a market of twelve buyers and twelve sellers, each buyer knowing two of them."""

import numpy as np

import suasion

rng = np.random.default_rng(3)
known = [(i, int(j)) for i in range(12) for j in rng.choice(12, 2, replace=False)]
market = suasion.TradingNetwork(rng.integers(1, 100, (12, 12)), known)
solution = market.solve()
print(solution.summary())
print(market.fee_curve().table().text())
solution.plot().get_figure().savefig("introductions.png")
