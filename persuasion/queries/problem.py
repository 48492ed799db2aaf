"""Queries to a simulator of the receiver, and what they are worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

from dual.errors import InputError
from dual.kinds.queries.kind import Derived, Queries, asked, leaves, told_apart
from dual.kinds.queries.layers import Intervals
from dual.kinds.queries.potentials import Potentials
from dual.kinds.queries.statement import SimulationStatement
from dual.words import brief
from persuasion.experiment import names
from persuasion.informed.problem import InformedPersuasion
from transport.road.methods import by_name
from transport.road.problem import Described, Problem
from transport.road.solution import Solution
from transport.road.table import Cell, Table

from . import layers
from .links import greedy, values
from .methods import solve_links

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class SimulationSolution(Solution["Simulation"]):
    """The best queries, and the best experiment after each answer."""

    primal: Queries | None
    dual: Potentials | Intervals | Derived | None

    @property
    def cuts(self) -> tuple[int, ...]:
        """After which types of the order is asked; of a tree, all its queries in order."""
        if self.primal is None:
            return ()
        if self.primal.cuts is not None:
            return self.primal.cuts
        ends = [high for _, high, _ in leaves(self.primal.tree, 0, len(self.problem.statement.groups))]
        return tuple(ends[:-1]) if self.primal.chosen is None else ()

    @property
    def tree(self) -> Any:
        """Adaptive queries, ``(k, below, above)`` or None: which cut is asked, and what after either answer."""
        if self.primal is None or self.problem.statement.mode == "set":
            return None
        if self.primal.cuts is None:
            return self.primal.tree
        return _balanced(self.primal.cuts)

    @property
    def chosen(self) -> tuple[int, ...]:
        """The numbers of the partitions that are asked."""
        return () if self.primal is None or self.primal.chosen is None else self.primal.chosen

    @property
    def cells(self) -> tuple[tuple[int, ...], ...]:
        """The types that are told apart, cell by cell; with noise all types may be behind every answer."""
        if self.primal is None:
            return ()
        if self.problem.statement.state_count > 2:
            types, _ = told_apart(self.problem.statement, self.primal)
            return tuple(tuple(sorted(own)) for own in types)
        parts, _ = asked(self.problem.statement, self.primal)
        return tuple(tuple(sorted(t for own in part.members for t in own)) for part in parts)

    @property
    def experiments(self) -> tuple[tuple[tuple[Fraction, ...], ...], ...]:
        """For each cell the likelihoods of its messages."""
        if self.primal is None:
            return ()
        return tuple(tuple(signal.likelihood for signal in cell.signals) for cell in self.primal.cells)

    @property
    def multiplier(self) -> Fraction | None:
        """What one more query is worth at most, and one less at least; None where no potentials prove the bound."""
        return self.dual.multiplier if isinstance(self.dual, Potentials) else None

    def facts(self) -> Iterable[tuple[str, str]]:
        """What no queries give, and what it is worth to know the types."""
        problem = self.problem
        yield "without queries", brief(problem.unasked())
        if problem.statement.type_count <= 1000:
            yield "types told", brief(problem.told())
        if self.multiplier is not None:
            yield "multiplier", brief(self.multiplier)

    def tables(self) -> Sequence[Table]:
        """The cells with their types and messages."""
        problem = self.problem
        rows: list[list[Cell]] = []
        for k, (types, messages) in enumerate(zip(self.cells, self.experiments, strict=True)):
            shown = ", ".join(problem.type_names[t] for t in types[:8]) + (", ..." if len(types) > 8 else "")
            for x in messages:
                if any(x):
                    rows.append([k, shown, *x])  # noqa: PERF401 (two loops)
        states = problem.state_names
        return [Table("cells", ["cell", "types", *(f"P(message | {state})" for state in states)], rows)]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the types in order, the cuts between them, and how strongly each cell is persuaded.

        Raises
        ------
        SuasionError
            If matplotlib is not installed, or there is nothing to draw.
        """
        from .picture import draw

        apart = len(set(self.cells))
        alone = "no types told apart" if len(self.cells) == 1 else "each answer may be wrong"
        title = f"{self.headline}; {f'types told apart in {apart} cells' if apart > 1 else alone}"
        return draw(self.problem.statement, self.cells, self.experiments, self.problem.type_names, title, ax)


def _balanced(cuts: Sequence[int]) -> Any:
    """A tree of cuts that asks the middle one first."""
    if not cuts:
        return None
    middle = len(cuts) // 2
    return cuts[middle], _balanced(cuts[:middle]), _balanced(cuts[middle + 1 :])


class Simulation(Problem[SimulationStatement, SimulationSolution]):
    """A sender may ask a simulator what the receiver would do, and then persuades her.

    The receiver's type is not seen. Two actions; with two states, all types like action 1 better in state 1, worse in
    state 0, and the sender gains from it. With more states, types have to be in order, each convinced by whatever
    convinces the one before, and there may be some tens of them. The query "would she act on this message?" is a
    threshold in the order of types by how much convinces them; K queries divide the order into K + 1 cells, and the
    sender learns which. Asked one after another (``adaptive``), K of them find one of 2^K cells. (Harris, Immorlica,
    Lucier and Slivkins 2023.)

    Parameters
    ----------
    beliefs, receiver, sender, joint, weights
        As for :class:`~persuasion.InformedPersuasion`.
    queries : int, optional
        How many may be asked; no limit if omitted, then they cost something.
    mode : {"set", "adaptive"}
    cost : number, optional
        What a query costs: each of a set, or each that is asked.
    noise : number, optional
        How likely an answer is wrong.
    partitions : sequence of sequences, optional
        The queries that there are, instead of thresholds: for each a label for every type.
    types, states, actions : sequence of str, optional
        Labels.
    name, source, notes : str, optional
        Descriptions.

    Raises
    ------
    InputError
        If a shape or a number is wrong, types are not of this sort, or options do not go together.

    Examples
    --------
    >>> buyers = {"receiver": [[0, -1], [0, 1]], "sender": [[0, 1], [0, 1]]}
    >>> five = Simulation(beliefs=[f"{k}/12" for k in range(1, 6)], **buyers, queries=2)
    >>> solution = five.solve()
    >>> solution.lower, solution.cuts, solution.grade
    (Fraction(91, 198), (2, 4), 'exact')
    >>> [str(row[1]) for row in five.curve(4).rows]
    ['26/75', '253/600', '91/198', '53/110', '1/2']
    """

    kind = "simulation"
    methods = by_name(solve_links)
    roads: ClassVar[Mapping[str, str]] = {
        "tree": "adaptive queries that are paid when asked: the best tree, found again by the checker",
        "coarse-tree": "the best tree of queries at some places, where there are too many types for all",
        "layers": "three states and more: the best experiment for every cell of the order, then the best cuts",
        "enumeration": "every choice of noisy queries, or of partitions, looked at again by the checker",
        "noiseless-cuts": "the cuts that were best without noise, where choices are too many",
        "greedy": "partitions one after another, where choices are too many",
        "covering": "partitions that CP-SAT proposes, where choices are too many",
    }
    solution_class = SimulationSolution

    def __init__(
        self,
        beliefs: object = None,
        receiver: object = None,
        sender: object = None,
        *,
        queries: int | None = None,
        mode: str = "set",
        cost: object = None,
        noise: object = None,
        partitions: object = None,
        joint: object = None,
        weights: object = None,
        types: Sequence[str] | None = None,
        states: Sequence[str] | None = None,
        actions: Sequence[str] | None = None,
        **described: Unpack[Described],
    ) -> None:
        self._state(
            {
                "beliefs": beliefs,
                "joint": joint,
                "weights": weights,
                "receiver": receiver,
                "sender": sender,
                "queries": queries,
                "mode": mode,
                "cost": cost,
                "noise": noise,
                "partitions": partitions,
                "types": types,
                "states": states,
                "actions": actions,
                **described,
            }
        )

    @property
    def type_names(self) -> tuple[str, ...]:
        """The types' labels, or their numbers."""
        return names(self.statement.types, self.statement.type_count)

    @property
    def state_names(self) -> tuple[str, ...]:
        """The states' labels, or their numbers."""
        return names(self.statement.states, self.statement.state_count)

    @property
    def ordered_types(self) -> tuple[tuple[int, ...], ...]:
        """The types from the most reluctant to the readiest; cuts count these."""
        return tuple(map(tuple, self.statement.groups))

    def unasked(self) -> Fraction:
        """What the sender gets without queries."""
        if self.statement.state_count > 2:
            return self.statement.otherwise + layers.values(self.statement, 0)[0]
        order = self.statement.order
        return self.statement.otherwise + order.best()[0] / order.unit

    def told(self) -> Fraction:
        """What she gets if she knows the types."""
        if self.statement.state_count > 2:
            return self.statement.otherwise + layers.told(self.statement)
        order = self.statement.order
        m = order.pessimists
        found = sum((high + Fraction(low * g, d) for (g, d), high, low in self._first(m)), Fraction(0))
        return self.statement.otherwise + (found + order.silent) / order.unit

    def _first(self, m: int) -> list[tuple[tuple[int, int], int, int]]:
        order = self.statement.order
        return list(zip(order.q[:m], order.h[:m], order.l[:m], strict=True))

    def unqueried(self) -> InformedPersuasion:
        """The same without a simulator, as a problem of kind ``informed-persuasion``."""
        left_out = ("queries", "mode", "cost", "noise", "partitions", "kind")
        return InformedPersuasion.from_document(
            {name: value for name, value in self.document().items() if name not in left_out}
        )

    def curve(self, most: int) -> Table:
        """The value of 0, 1, ..., ``most`` queries without a price, and what each adds, its multiplier.

        Values are exact where all numbers are short, else in floats.

        Raises
        ------
        InputError
            If queries are noisy or partitions; solve those one by one.
        """
        if self.statement.noise or self.statement.partitions is not None:
            raise InputError("a curve is that of thresholds without noise", "noise")
        if most not in range(10**6):
            raise InputError("a number of queries is needed, below a million", "most")
        base = self.statement.otherwise
        n = len(self.statement.groups)
        counts = [min(2 ** min(k, 40) - 1, n) if self.statement.mode == "adaptive" else k for k in range(most + 1)]
        most_cuts = min(max(counts), n)
        if self.statement.state_count > 2:
            found = layers.values(self.statement, most_cuts)
        else:
            found = values(self.statement.order, most_cuts)
        listed = [base + found[min(count, len(found) - 1)] for count in counts]
        rows: list[list[Cell]] = [[0, listed[0], None]]
        rows += [[k + 1, value, value - before] for k, (before, value) in enumerate(pairwise(listed))]
        return Table("value by number of queries", ["queries", "value", "more than one less"], rows)

    def greedy(self, most: int) -> Table:
        """The queries that greedy search takes: its gains are at least 1 - 1/e of the best ones.

        Raises
        ------
        InputError
            If queries are noisy or partitions.
        """
        if self.statement.noise or self.statement.partitions is not None:
            raise InputError("greedy search is for thresholds without noise", "noise")
        if self.statement.state_count > 2:
            raise InputError("greedy search comes with its guarantee for two states only", "beliefs")
        rows: list[list[Cell]] = [
            [len(cuts), self.statement.otherwise + value, ", ".join(map(str, cuts))]
            for cuts, value in greedy(self.statement.order, most)
        ]
        return Table("greedy queries", ["queries", "value", "cuts"], rows)

    def plot_curve(self, most: int, ax: Axes | None = None) -> Axes:
        """Draw the value over the number of queries, with types told and, for two states, with greedy search.

        Raises
        ------
        SuasionError
            If matplotlib is not installed.
        """
        from .picture import draw_curve

        beside = self.greedy(most) if self.statement.state_count == 2 else None
        return draw_curve(self.curve(most), beside, self.told(), ax)

    def plot_targets(self, ax: Axes | None = None) -> Axes:
        """Draw what each target is worth without queries.

        Raises
        ------
        InputError
            If there are more than two states.
        SuasionError
            If matplotlib is not installed.
        """
        if self.statement.state_count > 2:
            raise InputError("a target is one type where there are two states", "beliefs")
        from .picture import draw_targets

        return draw_targets(self.statement, ax)
