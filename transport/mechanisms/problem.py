"""Selling goods to buyers whose values are private: the best menu or auction, proven."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, ClassVar, Unpack

from dual.errors import InputError
from dual.kinds.mechanisms.alike import PricesBySize, chances
from dual.kinds.mechanisms.auction import Auction, BundleAuction
from dual.kinds.mechanisms.lists import PriceLists
from dual.kinds.mechanisms.menu import Menu
from dual.kinds.mechanisms.ranked import Ranking, groups
from dual.kinds.mechanisms.regions import sold
from dual.kinds.mechanisms.reserves import Reserves
from dual.kinds.mechanisms.statement import MechanismStatement
from dual.kinds.mechanisms.whole import WholePrice, bought
from dual.words import brief
from transport.programs.effort import Effort
from transport.road.methods import Found, by_name, method
from transport.road.problem import Described, Problem
from transport.road.solution import Solution
from transport.road.table import Cell, Table

from .auction import solve_auction
from .audit import Audit, audit_auction, audit_menu
from .benchmarks import benchmarks
from .certain import solve_certain
from .continuous import solve_laws
from .finite import solve_finite
from .form import FORM
from .labels import good_name, item_names, offer_name
from .ranked import solve_ranked

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PRICED = 12
"""Intervals of the other's values whose prices a summary shows."""
_SHOWN = 20
"""Rows of a table in a summary."""


@method("revenue", "the program of what is asked: a menu for types, an auction for several buyers, a flux for laws")
def solve_revenue(statement: MechanismStatement, effort: Effort) -> Found:
    """Solve the program that belongs to what is known of the buyers."""
    if statement.bidder_laws is not None:
        return solve_ranked(statement, effort)
    if statement.types is None:
        return solve_laws(statement, effort)
    if statement.bidders > 1:
        return solve_auction(statement, effort)
    return (solve_certain if statement.deterministic else solve_finite)(statement, effort)


class MechanismSolution(Solution["Mechanism"]):
    """The best menu or auction that was found, and a bound of all."""

    primal: Menu | Auction | BundleAuction | PricesBySize | Reserves | PriceLists | WholePrice | Ranking | None

    @cached_property
    def choice(self) -> tuple[int | None, ...]:
        """Which offer every type takes, by number; None for nothing. Empty without a menu for types."""
        if not isinstance(self.primal, Menu) or self.problem.statement.types is None:
            return ()
        return tuple(self.primal.choices(self.problem.statement))

    @cached_property
    def shares(self) -> tuple[Fraction, ...]:
        """How likely each offer of a menu is bought, or each number of items at prices by size."""
        statement, primal = self.problem.statement, self.primal
        if isinstance(primal, PricesBySize):
            b = statement.breadth or Fraction(1)
            return tuple(chances([price / b for price in primal.by_size])[1:])
        if not isinstance(primal, Menu):
            return ()
        if statement.types is None:
            return tuple(mass for _, mass in sold(statement, primal))
        bought = [Fraction(0)] * len(primal.menu)
        for weight, r in zip(statement.weights, self.choice, strict=True):
            if r is not None:
                bought[r] += weight
        return tuple(bought)

    def offer_name(self, offer: int) -> str:
        """An offer in words: what it gives, and its price."""
        if not isinstance(self.primal, Menu):
            return str(offer)
        return offer_name(self.problem.statement, self.primal.menu[offer])

    def facts(self) -> Iterable[tuple[str, str]]:
        """What simpler ways of selling earn."""
        for name, value in self.problem.benchmarks.items():
            yield name, brief(value)

    def tables(self) -> Sequence[Table]:
        """The offers, and how likely each is bought."""
        primal = self.primal
        if isinstance(primal, PricesBySize):
            rows: list[list[Cell]] = [
                [r, price, share] for r, (price, share) in enumerate(zip(primal.by_size, self.shares, strict=True), 1)
            ]
            return [Table("prices by size", ["items", "price", "probability"], rows)]
        if isinstance(primal, Reserves):
            rows = [[name, price] for name, price in zip(self.problem.item_names, primal.reserves, strict=True)]
            return [Table("items one by one", ["item", "reserve"], rows)]
        if isinstance(primal, WholePrice):
            share = bought(self.problem.statement, primal.whole)
            return [Table("all at one price", ["offer", "price", "probability"], [["all items", primal.whole, share]])]
        if isinstance(primal, PriceLists):
            return [self._lists(primal)]
        if isinstance(primal, Menu):
            order = sorted(range(len(primal.menu)), key=lambda r: -self.shares[r])
            rows = [[self.offer_name(r), primal.menu[r].price, self.shares[r]] for r in order[:_SHOWN]]
            more = f" (the best sold {_SHOWN} of {len(order)})" if len(order) > _SHOWN else ""
            return [Table(f"menu{more}", ["offer", "price", "probability"], rows)]
        if isinstance(primal, Ranking):
            counts = [count for _, count in groups(self.problem.statement)]
            rows = [[g, n, own[0], len(own)] for g, (n, own) in enumerate(zip(counts, primal.thresholds, strict=True))]
            return [Table("the item goes to the highest rank", ["law", "bidders", "reserve", "steps of rank"], rows)]
        if isinstance(primal, BundleAuction):
            return [self._bundles(primal)]
        return [self._outcomes(primal)] if isinstance(primal, Auction) else []

    def _lists(self, lists: PriceLists) -> Table:
        b, n = self.problem.statement.breadth or Fraction(1), lists.intervals
        rows: list[list[Cell]] = []
        for k in range(0, n, -(-n // _PRICED)):
            single, both = lists.single.at(0, k, k), lists.both.at(0, k, k)
            rows.append([f"{brief(b * k / n)} to {brief(b * (k + 1) / n)}", b * single, b * both])
        return Table("prices if the other values both items alike", ["the other's values", "an item", "both"], rows)

    def _outcomes(self, auction: Auction) -> Table:
        problem, interim = self.problem, self.problem.statement.incentives == "BIC"
        rows: list[list[Cell]] = []
        for profile in problem.profiles[:_SHOWN]:
            for i in range(problem.bidders):
                gets = [auction.allocation.at(i, *profile, j) for j in range(problem.statement.count)]
                pays = auction.payment.at(i, profile[i]) if interim else auction.payment.at(i, *profile)
                rows.append([", ".join(map(str, profile)), i, *gets, pays])
        more = f" (the first {_SHOWN} of {len(problem.profiles)} profiles)" if len(problem.profiles) > _SHOWN else ""
        return Table(f"auction{more}", ["types", "bidder", *problem.item_names, "pays"], rows)

    def _bundles(self, auction: BundleAuction) -> Table:
        problem, interim = self.problem, self.problem.statement.incentives == "BIC"
        rows: list[list[Cell]] = []
        for profile, way, chance in auction.assignments[:_SHOWN]:
            gets = [good_name(problem.statement, bundle) if bundle else "nothing" for bundle in way]
            pays = [auction.payment.at(i, *([t] if interim else profile)) for i, t in enumerate(profile)]
            rows.append([", ".join(map(str, profile)), "; ".join(gets), chance, "; ".join(map(brief, pays))])
        count = len(auction.assignments)
        more = f" (the first {_SHOWN} of {count} ways)" if count > _SHOWN else ""
        return Table(f"auction{more}", ["types", "bidders get", "probability", "bidders pay"], rows)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw at which values of two items each offer is bought, prices by number of items, or bidders' ranks.

        Raises
        ------
        SuasionError
            If matplotlib is not installed, or there is no such picture.
        """
        from .picture import draw

        return draw(self.problem.statement, self.primal, self.value, ax)


class Mechanism(Problem[MechanismStatement, MechanismSolution]):
    """Sell goods to buyers whose values are private, so as to earn the most.

    *One buyer, finitely many types.* The best menu of lotteries and prices; the proof passes the worth of types on to
    one another (Cai, Devanur and Weinberg 2019, arXiv 1812.01577).

    *Several buyers of finitely many types*, independent, alike or with ``bidder_weights`` of their own: the best
    auction whose truth is dominant (``DSIC``) or an equilibrium (``BIC``), as a linear program; of items, or of bundles
    (``xor``, ``table``).

    *One item, any number of bidders whose values have laws* with polynomial densities: the optimal auction (Myerson
    1981), with one law and increasing virtual values the second-price auction with the best reserve.

    *One buyer whose values have independent laws*, uniform or with polynomial densities: a menu from below, and from
    above a flux certificate, the duality of Daskalakis, Deckelbaum and Tzamos (2017, arXiv 1409.4150) on a grid. Two
    items are covered best; many items that are alike by symmetry; two bidders for two items likewise. Values of two
    items that go together (``joint``) are covered by flux certificates on triangles.

    Parameters
    ----------
    types : sequence of mappings, optional
        ``{"values": [...]}`` of the items, ``{"bids": [[[item, ...], value], ...]}`` or ``{"table": [...]}`` of all
        bundles, each with a ``"weight"`` (equal if left out). The list of values may stand alone; an array of them has
        a row for each type.
    laws : sequence of mappings, optional
        Instead of types, for each item ``{"uniform": [a, b]}`` or ``{"density": text in x, "interval": [a, b]}``.
    valuation : {"additive", "unit-demand", "xor", "table"}
        What several items are worth together.
    bidder_laws : sequence of mappings, optional
        Instead, for a single item the law of each bidder's value.
    joint : mapping, optional
        Instead, for two items ``{"corners": [[x, y], ...], "density": text in x and y}``: a convex polygon of values,
        counterclockwise; uniform without a density.
    bidders : int
        How many buyers there are.
    incentives : {"DSIC", "BIC"}
        Of several buyers: whatever the others' types are, or on average over them.
    bidder_weights : array_like, shape (bidders, types), optional
        Of several buyers who are not alike: how likely each of them is of which type, 0 for none of their own.
    deterministic : bool
        Whether menus for a single buyer's types have no lotteries: an NP-hard question, answered by branching.
    costs : array_like, shape (items,), optional
        What each item costs the seller, >= 0.
    allocation : array_like, shape (vertices, items), optional
        Vertices of the set of allocations to a single additive buyer, beside getting nothing.
    items : sequence of str, optional
        Labels.
    name, source, notes : str, optional
        Descriptions.

    Raises
    ------
    InputError
        If a shape or a number is wrong, or what is asked is not covered.

    Examples
    --------
    Two items of values 1 or 2, and 1 or 3: a lottery earns more than any prices without.

    >>> shop = Mechanism([{"values": [a, b]} for a in (1, 2) for b in (1, 3)])
    >>> best = shop.solve()
    >>> best.lower, {name: str(value) for name, value in shop.benchmarks.items()}
    (Fraction(21, 8), {'separate': '5/2', 'bundle': '9/4', 'deterministic': '5/2'})
    >>> [best.offer_name(r) for r in range(2)]
    ['item 0 + 1/2 item 1 at 5/2', 'item 0 + item 1 at 4']
    """

    kind = "mechanism"
    form = FORM
    alone: ClassVar[Mapping[str, str]] = {"types": "values"}
    methods = by_name(solve_revenue)
    roads: ClassVar[Mapping[str, str]] = {
        "menu": "the program of a buyer of finitely many types, comparisons entering as they are violated",
        "branching": "menus without lotteries: an integer program, proven by a branching tree",
        "auction": "the program of several buyers of finitely many types",
        "mesh": "a joint law of two values: the best menu that is found, and flux certificates on finer meshes",
        "flux": "laws of values: the best menu that is found, and flux certificates on finer and finer grids",
        "symmetric-flux": "items that are alike: the straight-jacket auction, and fields that are the same for all",
        "virtual-values": "one item: a second-price auction with a reserve, and virtual values",
        "ranked": "one item, laws of any form: a ranking by ironed virtual values, and concave majorants",
        "auction-flux": "two bidders for two items: prices that the other's values set, and fields alike for all",
    }
    solution_class = MechanismSolution

    def __init__(
        self,
        types: object = None,
        laws: object = None,
        *,
        bidder_laws: object = None,
        joint: object = None,
        valuation: str = "additive",
        bidders: int = 1,
        bidder_weights: object = None,
        incentives: str = "DSIC",
        deterministic: bool = False,
        costs: object = None,
        allocation: object = None,
        items: Sequence[str] | None = None,
        **described: Unpack[Described],
    ) -> None:
        self._state(
            {
                "types": types,
                "laws": laws,
                "bidder_laws": bidder_laws,
                "joint": joint,
                "valuation": valuation,
                "bidders": bidders,
                "bidder_weights": bidder_weights,
                "incentives": incentives,
                "deterministic": deterministic,
                "costs": costs,
                "allocation": allocation,
                "items": items,
                **described,
            }
        )

    @property
    def bidders(self) -> int:
        """How many buyers there are."""
        return self.statement.buyers

    @cached_property
    def item_names(self) -> tuple[str, ...]:
        """The items' labels, or their numbers."""
        return item_names(self.statement)

    @cached_property
    def profiles(self) -> list[tuple[int, ...]]:
        """One type for each bidder, in lexicographic order."""
        return list(product(range(len(self.statement.weights)), repeat=self.bidders))

    @cached_property
    def benchmarks(self) -> dict[str, Fraction]:
        """What simpler ways of selling earn, exactly.

        ``separate``: each item at its best price; ``bundle``: everything at one price; ``deterministic``: the best menu
        without lotteries, where the ways to say who gets what are few enough to look at all; with several bidders
        ``second price`` and ``reserves``: each item in a second-price auction without and with its best reserve; where
        bidders have laws of their own, with the cost as its reserve; where values are not additive ``Vickrey``:
        efficient, each bidder paying what the others lose.
        """
        return benchmarks(self.statement)

    def audit(
        self,
        menu: Sequence[Mapping[str, object]] | None = None,
        *,
        choice: Sequence[object] | None = None,
        allocation: object = None,
        assignments: object = None,
        payment: object = None,
    ) -> Audit:
        """Look for every way to gain under a mechanism from elsewhere: exactly, by comparing everything.

        Parameters
        ----------
        menu : sequence of mappings, optional
            Offers ``{"lottery", "price"}`` to a single buyer, as in solution files.
        choice : sequence, optional
            Which offer is meant for each type, None for nothing; by default what is best for it.
        allocation, payment : array_like, optional
            Of an auction, as in solution files.
        assignments : sequence, optional
            Of an auction of bundles, instead of the allocation.

        Returns
        -------
        Audit
            Claimed and earned profit, and every deviation that gains, with its gain.

        Raises
        ------
        InputError
            If it is no mechanism for this problem.

        Examples
        --------
        A network's menu, slightly off: the high type takes the cheaper offer.

        >>> shop = Mechanism([{"values": [1]}, {"values": [2]}])
        >>> found = shop.audit([{"lottery": ["1/2"], "price": "1/2"}, {"lottery": [1], "price": "1.51"}], choice=[0, 1])
        >>> print(found)
        claimed 201/200, earned 1/2: somebody gains 1/100
        >>> found.deviations[0]
        Deviation(who=(1,), instead=0, gain=Fraction(1, 100))
        """
        if sum(one is not None for one in (menu, allocation, assignments)) != 1:
            raise InputError("either a menu is audited, or an auction's allocation or assignments, and payment", "menu")
        if menu is not None:
            if self.bidders > 1:
                raise InputError("a menu is for a single buyer", "menu")
            read = Menu.read({"menu": list(menu)}, self.statement)
            return audit_menu(self.statement, read, choice)
        if self.bidders == 1 or self.statement.types is None:
            raise InputError("auctions are audited for several bidders of finitely many types", "allocation")
        name, given = ("allocation", allocation) if assignments is None else ("assignments", assignments)
        if self.statement.bundled != (name == "assignments"):
            raise InputError("auctions of bundles are audited by assignments, of items by their allocation", name)
        form = BundleAuction if self.statement.bundled else Auction
        return audit_auction(self.statement, form.read({name: given, "payment": payment}, self.statement))
