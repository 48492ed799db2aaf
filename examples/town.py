"""A town of buyers, stores and couriers: what tips change, and the map of who trades with whom."""

from transport.datasets import town

snapshot = town(5, 4, 6, rng=0)
print(snapshot.market.compare())
solution = snapshot.market.solve()
print(solution.summary())
solution.plot(places=snapshot.places).get_figure().savefig("town.png")
