"""TradingNetwork: what a platform does to a market by introducing buyers to sellers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

from dual.errors import InputError, SuasionError
from dual.kinds.trading.statement import TradingNetworkStatement
from dual.kinds.trading.valuations import Pair, pair_list
from dual.kinds.trading.witness import Dual, Outcome
from dual.numbers.choices import choice
from dual.numbers.exact import items
from dual.statement import Statement
from dual.words import brief
from transport.road.methods import by_name
from transport.road.places import places
from transport.road.problem import Described, Problem
from transport.road.solution import Solution
from transport.road.table import Cell, Table
from transport.road.views import Node

from .arrays import Model, exact_values, possible_pairs
from .form import FORM
from .methods import solve_by_branching, solve_by_fees, solve_by_integer_program, solve_exactly
from .outcome import State
from .report import Report
from .welfare import efficient_introductions

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .fees import FeeCurve

ROWS_SHOWN = 20
"""Trades in a summary; all are in ``tables`` of the report."""


class TradingNetworkSolution(Solution["TradingNetwork"]):
    """Trades and prices, what the platform earns, and what it does to everyone else."""

    primal: Outcome | None
    dual: Dual | None

    @property
    def outcome(self) -> Outcome:
        """The equilibrium that the solution's introductions lead to.

        Raises
        ------
        SuasionError
            If the solution has no primal witness.
        """
        if self.primal is None:
            raise SuasionError("this solution has no trades")
        return self.primal

    @property
    def introduced(self) -> tuple[Pair, ...]:
        """The pairs (buyer, seller) that the platform introduces."""
        return self.outcome.introduced

    @property
    def trades(self) -> tuple[Pair, ...]:
        """The pairs that trade."""
        return self.outcome.trades

    @property
    def prices(self) -> tuple[Fraction, ...]:
        """What each seller is paid; her cost if she sells nothing."""
        return self.outcome.prices

    @property
    def utilities(self) -> tuple[Fraction, ...]:
        """What each buyer gains."""
        return self.outcome.utilities

    @property
    def welfare(self) -> Fraction:
        """The gains from all trades."""
        return self.outcome.welfare

    @property
    def revenue(self) -> Fraction:
        """The sum of the prices of introduced trades."""
        return self.outcome.revenue

    @cached_property
    def report(self) -> Report:
        """Welfare with and without the platform, the guarantee, and who gains and who loses."""
        return Report.of(self.problem.model, self.outcome)

    def edges(self) -> Iterable[tuple[Node, Node, Mapping[str, Any]]]:
        """Every pair that knows each other or was introduced.

        With ``value``, ``known``, ``introduced``, ``traded`` and, where the pair trades, the ``price``.
        """
        problem, values = self.problem, self.problem.statement.values
        traded, new = set(self.trades), set(self.introduced)
        for i, j in sorted({*problem.statement.known_pairs, *new}):
            attributes: dict[str, Any] = {
                "value": Fraction(values.amount(i, j) or 0, values.denominator),
                "known": (i, j) not in new,
                "introduced": (i, j) in new,
                "traded": (i, j) in traded,
            }
            if (i, j) in traded:
                attributes["price"] = self.prices[j]
            yield ("buyer", problem.buyer_name(i)), ("seller", problem.seller_name(j)), attributes

    def facts(self) -> Iterable[tuple[str, str]]:
        """Welfare and revenue, for the summary."""
        if self.primal is None:
            return
        if self.problem.objective == "equilibrium":
            yield "welfare", brief(self.welfare)
            return
        yield from self.report.facts()

    def tables(self) -> Sequence[Table]:
        """The trades with their prices, and for small markets who gains and loses."""
        if self.primal is None:
            return []
        problem, found = self.problem, self.outcome
        introduced = set(found.introduced)
        rows: list[Sequence[Cell]] = [
            [
                problem.buyer_name(i),
                problem.seller_name(j),
                found.prices[j] + found.utilities[i],
                found.prices[j],
                found.utilities[i],
                "introduced" if (i, j) in introduced else "known",
            ]
            for i, j in found.trades[:ROWS_SHOWN]
        ]
        more = len(found.trades) - len(rows)
        title = "trades" + (f" (the first {len(rows)}; {more} more)" if more else "")
        tables = [Table(title, ["buyer", "seller", "value", "price", "utility", "pair"], rows)]
        if problem.objective != "equilibrium" and sum(problem.sides) <= 2 * ROWS_SHOWN:
            tables.append(self.report.table([*problem.buyer_names, *problem.seller_names]))
        return tables

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the network: known and introduced pairs, trades, prices and values.

        Raises
        ------
        SuasionError
            If the market has more than 60 buyers or sellers, or matplotlib is not installed.
        """
        from .picture import draw_network

        problem = self.problem
        return draw_network(problem.statement, self.outcome, (problem.buyer_names, problem.seller_names), ax)


class TradingNetwork(Problem[TradingNetworkStatement, TradingNetworkSolution]):
    """Unit-demand buyers, unit-supply sellers, who knows whom, and a platform that introduces further pairs.

    Trades and prices are a competitive equilibrium of the pairs that know each other, with the largest competitive
    prices by default. The platform earns the prices of the trades among the pairs it has introduced
    (D'Amico-Wong, Gonczarowski, Ma and Parkes 2024; the model follows the paper, proofs and algorithms are our own).

    Parameters
    ----------
    values : array_like, shape (n, m), or mapping
        ``v_ij >= 0``; or ``{"pairs": [[i, j, v], ...], "shape": [n, m]}``, where an absent pair can never trade, or a
        SciPy sparse array; or ``{"buyers": [v_i], "sellers": m}``, where all m sellers are alike to each buyer.
    known : pairs (buyer, seller) by index or name, boolean matrix, mapping, or "all"
        Who knows whom; a mapping gives for each buyer's name the sellers.
    costs : array_like, shape (m,), optional
        Sellers' costs >= 0; prices include them.
    buyers, sellers : sequence of str, optional
        Labels, all different.
    price_rule : {"largest", "smallest"}
        Which competitive prices come about.
    ties : {"platform", "hostile"}
        Which efficient matching comes about if there are several: the one the platform likes best, or least.
    objective : {"revenue", "welfare", "equilibrium"}
        What is maximised; ``equilibrium`` introduces nobody.
    missing : {"impossible"}, optional
        Reads None and NaN among the values as pairs that can never trade.
    name, source, notes : str, optional
        Descriptions.

    Raises
    ------
    InputError
        If a shape, a number, a pair or a label is wrong; the message names the field.

    Examples
    --------
    The introduction that maximises revenue is not the efficient one, which would earn 11:

    >>> solution = TradingNetwork([[12, 0], [12, 11]], known=[(0, 0)]).solve()
    >>> solution.lower, solution.grade, solution.introduced, solution.welfare
    (Fraction(12, 1), 'exact', ((1, 0),), Fraction(12, 1))
    """

    kind = "trading-network"
    methods = by_name(solve_exactly, solve_by_integer_program, solve_by_branching, solve_by_fees)
    roads: ClassVar[Mapping[str, str]] = {
        "introductions": "cases of which pairs are introduced, under other rules than the usual ones",
        "levels": "a walk through introductions, its bound from multipliers of envy at each level of prices",
        "milp and branching": "HiGHS's integer program for introductions, branching for the bound",
        "assignment": "efficient trades: an assignment problem and its potentials",
        "homogeneous": "all goods are alike",
        "empty-world": "nobody knows anybody",
        "one-seller": "one seller alone",
        "one-buyer": "one buyer alone",
        "known-sellers": "few sellers are known: one case for each choice among them",
    }
    solution_class = TradingNetworkSolution
    form = FORM
    special: ClassVar[dict[str, type[TradingNetwork]]] = {}
    """The classes of certain objectives, which a file is read as."""

    def __init_subclass__(cls, objective: str = "", **options: object) -> None:
        super().__init_subclass__(**options)
        if objective:
            TradingNetwork.special[objective] = cls

    @classmethod
    def class_for(cls, statement: Statement) -> type[Any]:
        """A market without a platform is an :class:`AssignmentMarket`."""
        found: str = getattr(statement, "objective", "")
        return TradingNetwork.special.get(found, cls) if cls is TradingNetwork else cls

    def __eq__(self, other: object) -> bool:
        return self.statement == other.statement if isinstance(other, TradingNetwork) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.statement)

    def __init__(
        self,
        values: object,
        known: object = (),
        *,
        costs: object = None,
        buyers: Sequence[str] | None = None,
        sellers: Sequence[str] | None = None,
        price_rule: str | None = None,
        ties: str | None = None,
        objective: str | None = None,
        missing: str | None = None,
        **described: Unpack[Described],
    ) -> None:
        self._state(
            {
                "buyers": buyers,
                "sellers": sellers,
                "values": values,
                "known": known,
                "costs": costs,
                "price_rule": price_rule,
                "ties": ties,
                "objective": objective,
                "missing": missing,
                **described,
            }
        )

    as_given = frozenset({"known"})

    @classmethod
    def _understood(cls, fields: Mapping[str, Any], options: Mapping[str, object]) -> Mapping[str, Any]:
        """Pairs by name, and values that may be missing."""
        found = dict(fields)
        sides = _sides(found.get("buyers"), found.get("sellers"))
        values = found.get("values")
        if options.get("missing") is not None:
            choice(options["missing"], "missing", ("impossible",))
            found["values"] = values = possible_pairs(values)
        if isinstance(values, Mapping) and isinstance(values.get("pairs"), list):
            found["values"] = {**values, "pairs": places(values["pairs"], sides, "values.pairs")}
        if not isinstance(found.get("known"), Mapping) or "npz" not in found["known"]:
            found["known"] = places(found.get("known"), sides, "known")
        return {name: value for name, value in found.items() if value is not None}

    @classmethod
    def _converted(cls, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**fields, "values": exact_values(fields["values"])} if "values" in fields else fields

    @cached_property
    def model(self) -> Model:
        """The statement as arrays of integers."""
        return Model(self.statement)

    @property
    def sides(self) -> tuple[int, int]:
        """Numbers of buyers and sellers."""
        return self.statement.values.shape

    @property
    def objective(self) -> str:
        """What is maximised."""
        return self.statement.objective

    @property
    def buyer_names(self) -> list[str]:
        """The buyers' labels, or ``buyer 0``, ``buyer 1``, ..."""
        return [self.buyer_name(i) for i in range(self.sides[0])]

    @property
    def seller_names(self) -> list[str]:
        """The sellers' labels, or ``seller 0``, ``seller 1``, ..."""
        return [self.seller_name(j) for j in range(self.sides[1])]

    def buyer_name(self, i: int) -> str:
        """A buyer's label, or ``buyer i``."""
        return self.statement.buyers[i] if self.statement.buyers else f"buyer {i}"

    def seller_name(self, j: int) -> str:
        """A seller's label, or ``seller j``."""
        return self.statement.sellers[j] if self.statement.sellers else f"seller {j}"

    def evaluate(self, introduced: Iterable[Sequence[int | str]]) -> Outcome:
        """What comes about if the platform introduces these pairs.

        Parameters
        ----------
        introduced : pairs (buyer, seller) by index or name, or a boolean matrix
            Pairs that do not know each other.

        Returns
        -------
        Outcome
            Under the problem's price and tie rules.

        Raises
        ------
        InputError
            If a pair is out of range, listed twice, can never trade, or knows each other already.

        Examples
        --------
        >>> network = TradingNetwork([[12, 0], [12, 11]], known=[(0, 0)])
        >>> network.evaluate([(1, 1)]).revenue, network.evaluate([(1, 0)]).revenue
        (Fraction(11, 1), Fraction(12, 1))
        """
        named = places(introduced, _sides(self.statement.buyers, self.statement.sellers), "introduced")
        given = [items(pair, f"introduced[{k}]", 2) for k, pair in enumerate(named)]
        pairs = pair_list([list(pair) for pair in given], "introduced", self.statement.values)
        for i, j in pairs:
            if j in self.statement.acquaintances[i]:
                raise InputError(f"the pair ({i}, {j}) knows each other already", "introduced")
        return State(self.model, pairs, self.statement.price_rule, self.statement.ties).outcome()

    def efficient(self) -> Outcome:
        """What comes about under the fewest introductions that lead to the greatest welfare.

        Examples
        --------
        >>> TradingNetwork([[12, 0], [12, 11]], known=[(0, 0)]).efficient().introduced
        ((1, 1),)
        """
        return self.evaluate(efficient_introductions(self.model))

    def fee_curve(self) -> FeeCurve:
        """Introductions, revenue and welfare as the platform's entry fee varies.

        Examples
        --------
        >>> curve = TradingNetwork([[12, 0], [12, 11]], known=[(0, 0)]).fee_curve()
        >>> curve.guarantee, max(point.revenue for point in curve.points)
        (Fraction(11, 1), Fraction(11, 1))
        """
        from .fees import fee_curve

        return fee_curve(self.model)


def _sides(buyers: Sequence[str] | None, sellers: Sequence[str] | None) -> list[tuple[str, Sequence[str] | None]]:
    return [("buyer", buyers), ("seller", sellers)]
