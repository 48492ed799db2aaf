"""ExperimentMenu: what to reveal to whom, and at which price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, Final, Unpack

from dual.errors import InputError, SuasionError
from dual.functions.law import ContinuousLaw
from dual.kinds.experiments import menus, rivals, scale, two_states
from dual.kinds.experiments.statement import ExperimentMenuStatement
from dual.numbers.exact import Matrix
from dual.proofs.named import Values
from dual.words import brief
from transport.mechanisms.audit import Audit
from transport.programs.effort import Effort
from transport.programs.rounding import simple
from transport.road.methods import Found, by_name, method
from transport.road.problem import Described, Problem
from transport.road.solution import Solution
from transport.road.table import Cell, Table

from .audit import audit_menu, audit_rivals
from .form import FORM
from .menus import solve_by_rows
from .offers import Offer, best_replies, reveals_all, value_of_information
from .rivals import METHOD as PROGRAM
from .rivals import solve_rivals
from .scale import METHOD as FLUX
from .scale import solve_scale
from .two_states import METHOD as SPLIT
from .two_states import solve_two_states, solve_types

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_SLICES: Final = 200
"""Parts of the beliefs in whose middles buyers of any scale are counted, where scales have a law: for four digits."""
_MANY: Final = 20
"""Types from which on their law is asked: the program's multipliers say more, but the law takes a million types."""


@method("best", "the revenue-optimal menu, by the way that belongs to the instance's form")
def solve_best(statement: ExperimentMenuStatement, effort: Effort) -> Found:
    """Solve an instance of any form."""
    if statement.externality is not None:
        return solve_rivals(statement, effort)
    if statement.scale is not None:
        return solve_scale(statement, effort)
    if statement.types is None:
        return solve_two_states(statement, effort)
    law = statement.one_law if len(statement.types) > _MANY else None
    return solve_by_rows(statement, effort) if law is None else solve_types(statement, law, effort)


class ExperimentMenuSolution(Solution["ExperimentMenu"]):
    """A menu, and what bounds its revenue."""

    @cached_property
    def menu(self) -> tuple[Offer, ...]:
        """What is on sale, cheapest first; empty for competing buyers, see :attr:`recommendations`."""
        statement = self.problem.statement
        if self.primal is None or statement.externality is not None:
            return ()
        if statement.scale is not None:
            found = self._of_scale(self.primal)
        else:
            found = self._of_law() if statement.types is None else self._of_types()
        return tuple(sorted(found, key=lambda offer: offer.price))

    def _of_types(self) -> Iterable[Offer]:
        statement, witness = self.problem.statement, self.primal
        for m, item in enumerate(witness.menu):
            buyers = tuple(k for k, taken in enumerate(witness.choice) if taken == m)
            replies = [best_replies(statement.gains[k], item.experiment) for k in buyers]
            yield Offer(
                item.experiment,
                item.price,
                sum((statement.weights[k] for k in buyers), Fraction(0)),
                buyers,
                reveals_all(item.experiment),
                all(len(set(taken)) == len(taken) for taken in replies),
            )

    def _of_law(self) -> Iterable[Offer]:
        statement, law = self.problem.statement, two_states.law_of(self.problem.statement)
        shares: dict[int, Fraction] = {}
        taken: dict[int, list[tuple[Fraction, Fraction]]] = {}
        for left, right, line in two_states.choices(statement, self.primal.menu):
            if line.item is not None:
                shares[line.item] = shares.get(line.item, Fraction(0)) + two_states.share(law, left, right).lower
                taken.setdefault(line.item, []).append((left, right))
        for m, item in enumerate(self.primal.menu):
            a, d = item.diagonal
            yield Offer(
                ((a, 1 - d), (1 - a, d)),
                item.price,
                shares.get(m, Fraction(0)),
                tuple(_joined(taken.get(m, []))),
                a == d == 1,
                True,
            )

    def _of_scale(self, primal: scale.Menu) -> Iterable[Offer]:
        scales, beliefs = scale.laws_of(self.problem.statement)
        shares = [Fraction(0)] * (len(primal.menu) + 1)
        ends = [beliefs.lower + (beliefs.upper - beliefs.lower) * Fraction(i, _SLICES) for i in range(_SLICES + 1)]
        for x, y in pairwise(ends):
            mass = (beliefs.mass(x, y) / beliefs.total).lower
            taken = scale.takeovers(scale.offers(primal, (x + y) / 2), scales)
            for (m, v), w in zip(taken, [*(v for _, v in taken[1:]), scales.upper], strict=True):
                shares[m] += mass * (w - v) / (scales.upper - scales.lower)
        for share, item in zip(shares[1:], primal.menu, strict=True):
            a, d = item.diagonal
            yield Offer(((a, 1 - d), (1 - a, d)), item.price, simple(share, 10**6), (), a == d == 1, True)

    @cached_property
    def recommendations(self) -> Mapping[tuple[int, int, int], Fraction]:
        """For competing buyers with finitely many values: by i, a and b, the chance of buyer i's right action."""
        if self.primal is None or not isinstance(self.primal, Values):
            return {}
        return {one[1:-1]: one[-1] for one in self.primal.values if one[0] == "recommend"}

    @cached_property
    def payments(self) -> Mapping[tuple[int, int], Fraction]:
        """For competing buyers with finitely many values: what buyer i pays who has her a-th value."""
        if self.primal is None or not isinstance(self.primal, Values):
            return {}
        return {one[1:-1]: one[-1] for one in self.primal.values if one[0] == "pay"}

    def facts(self) -> Iterable[tuple[str, str]]:
        """How much of the value of information is earned."""
        surplus = self.problem.surplus
        if surplus:
            yield "value of full information", brief(surplus)

    def tables(self) -> Sequence[Table]:
        """The menu, and what each type makes of it; or recommendations and payments."""
        problem = self.problem
        rows: list[list[Cell]] = [
            [offer.name, offer.price, offer.share, self._shown(offer.experiment)] for offer in self.menu
        ]
        found = [Table("menu", ["item", "price", "share of buyers", "signals by state"], rows)]
        if problem.statement.types is not None and self.primal is not None:
            found.append(
                Table("types", ["type", "state is worth", "buys", "worth", "price", "keeps"], self._type_rows())
            )
        if self.payments:
            law = rivals.externality(problem.statement).buyers
            paid: list[list[Cell]] = [
                [i, law[i].support[a], price]  # type: ignore[union-attr]
                for (i, a), price in sorted(self.payments.items())
            ]
            found.append(Table("payments", ["buyer", "value", "pays"], paid))
        return found

    def _type_rows(self) -> list[list[Cell]]:
        statement, rows = self.problem.statement, list[list[Cell]]()
        names = [offer.name for offer in self.menu]
        place = {k: m for m, offer in enumerate(self.menu) for k in offer.buyers}
        for k in range(min(len(statement.weights), 60)):
            state_is_worth = value_of_information(statement, k)
            label = self.problem.buyer_name(k)
            if k not in place:
                rows.append([label, state_is_worth, "nothing", None, None, Fraction(0)])
                continue
            offer = self.menu[place[k]]
            gain = menus.worth(statement.gains[k], offer.experiment) - statement.outside[k]
            rows.append([label, state_is_worth, names[place[k]], gain, offer.price, gain - offer.price])
        return rows

    def _shown(self, experiment: Matrix) -> str:
        columns = zip(*experiment, strict=True)
        return "; ".join("(" + ", ".join(brief(e) for e in column) + ")" for column in columns)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the menu: what each item is worth, and what is paid, by belief or by type.

        Raises
        ------
        SuasionError
            If matplotlib is not installed, or nothing is attained.
        """
        from .picture import draw, draw_rivals, draw_scale

        if self.primal is None:
            raise SuasionError("there is no menu to draw")
        statement, value = self.problem.statement, float(self.lower or 0)
        if statement.externality is not None:
            return draw_rivals(statement.externality, self.recommendations, value, ax)
        if statement.scale is not None:
            return draw_scale(statement, self.menu, value, ax)
        return draw(statement, self.menu, value, ax)


def _joined(parts: Sequence[tuple[Fraction, Fraction]]) -> list[tuple[Fraction, Fraction]]:
    """Intervals and points that touch, as one."""
    found: list[tuple[Fraction, Fraction]] = []
    for left, right in sorted(parts):
        if found and left <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], right))
        else:
            found.append((left, right))
    return found


class ExperimentMenu(Problem[ExperimentMenuStatement, ExperimentMenuSolution]):
    """A monopolist sells information to buyers who know something already, and who decide by what they learn.

    The seller knows the state, or can run any experiment about it. A buyer pays, sees one signal of the experiment
    that she bought, and takes an action. What she believed before is her own secret, so that the seller posts a menu
    of experiments with prices, and each type picks what suits her. Unlike goods, an experiment is worth nothing to a
    type who would act in the same way after each signal: partial information can be priced apart from full
    information by *whom* it helps. (Bergemann, Bonatti and Smolin 2018, The Design and Price of Information.)

    Give one of three: ``types``; a ``law`` of beliefs about two states; two competing buyers (``externality``).

    Parameters
    ----------
    types : list of objects, optional
        ``{"prior": [...], "weight": f, "payoff": [[...]]}``; weights are equal if left out, payoffs the common ones. A
        prior may stand alone; an array of them has a row for each type.
    payoff : array_like, shape (actions, states), optional
        Common payoffs; by default 1 for the action that matches the state.
    law : object, optional
        The law of the belief in state 1: ``{"support", "prior"}`` for many types, ``{"uniform": [a, b]}`` or
        ``{"density": expression in x, "interval": [a, b]}``.
    scale : object, optional
        With a law that has a density: the uniform law of what is at stake, independent of beliefs. An interval is
        proven.
    stakes : pair of numbers, optional
        With a law: what the right action gains in states 1 and 2.
    externality : object, optional
        ``{"alpha", "theta", "law" or "laws", "obedience"}``: two buyers, each of whom loses alpha times her value
        when the other acts rightly; laws of values are finite, uniform or ``{"exponential": mean}``.
    buyers, states, actions : sequence of str, optional
        Labels.
    name, source, notes : str, optional
        Descriptions.

    Raises
    ------
    InputError
        If a field is missing or wrong, or more than one of the three forms is given.

    Examples
    --------
    One half of the buyers is fairly sure of the second state, the other leans to the first. The state itself is sold to
    the latter, a less telling test to the former:

    >>> shop = ExperimentMenu([{"prior": ["1/5", "4/5"]}, {"prior": ["7/10", "3/10"]}])
    >>> solution = shop.solve()
    >>> solution.lower, solution.grade
    (Fraction(23, 100), 'exact')
    >>> [(offer.name, str(offer.price)) for offer in solution.menu]
    [('partial, responsive', '4/25'), ('full information', '3/10')]
    """

    kind = "experiment-menu"
    alone: ClassVar[Mapping[str, str]] = {"types": "prior"}
    form = FORM
    methods = by_name(solve_best)
    roads: ClassVar[Mapping[str, str]] = {
        "rows": "finitely many types: a linear program whose rows of mimicking enter as they are violated",
        SPLIT: "a law of beliefs, or types who are one: the split at which the bound is smallest",
        FLUX: "laws of beliefs and scales: two items, bounded by a known scale or by fields on finer grids",
        PROGRAM: "competing buyers with finitely many values: their linear program",
        rivals.DERIVED: "competing buyers whose values have densities: virtual values, integrated by the checker",
    }
    solution_class = ExperimentMenuSolution

    def __init__(
        self,
        types: object = None,
        payoff: object = None,
        *,
        law: object = None,
        stakes: object = None,
        scale: object = None,
        externality: object = None,
        buyers: Sequence[str] | None = None,
        states: Sequence[str] | None = None,
        actions: Sequence[str] | None = None,
        **described: Unpack[Described],
    ) -> None:
        self._state(
            {
                "types": types,
                "payoff": payoff,
                "law": law,
                "stakes": stakes,
                "scale": scale,
                "externality": externality,
                "buyers": buyers,
                "states": states,
                "actions": actions,
                **described,
            }
        )

    def buyer_name(self, k: int) -> str:
        """A type's label, or her number."""
        return str(k) if self.statement.buyers is None else self.statement.buyers[k]

    def audit(
        self,
        menu: Sequence[Mapping[str, object]] | None = None,
        *,
        choice: Sequence[object] | None = None,
        recommended: bool = False,
        recommendations: object = None,
        payments: object = None,
    ) -> Audit:
        """Look for every way to gain under a menu from elsewhere: exactly, by comparing everything.

        A buyer may take another item and answer its signals as she likes. She is shown to gain with the replies that
        are best for her.

        Parameters
        ----------
        menu : sequence of mappings, optional
            Items ``{"experiment", "price"}`` for finitely many types, as in solution files.
        choice : sequence, optional
            Which item is meant for each type, None for nothing; by default what is best for her.
        recommended : bool
            Whether signals are recommendations: signal s says action s, and not following is a way to gain, too.
        recommendations, payments : array_like, optional
            Of rivals with finitely many values: ``[i][a][b]``, the chance of buyer i's right action, and ``[i][a]``.

        Returns
        -------
        Audit
            Claimed and earned revenue, and every deviation that gains, with its gain and replies.

        Raises
        ------
        Violation
            If probabilities of signals do not sum to one.
        InputError
            If it is no menu for this problem.

        Examples
        --------
        The state at the price of those in doubt, and too telling a test for the others: who is in doubt takes that.

        >>> shop = ExperimentMenu([{"prior": ["1/5", "4/5"]}, {"prior": ["7/10", "3/10"]}])
        >>> test = {"experiment": [["9/10", 0], ["1/10", 1]], "price": "9/50"}
        >>> whole = {"experiment": [[1, 0], [0, 1]], "price": "3/10"}
        >>> found = shop.audit([test, whole], choice=[0, 1])
        >>> print(found)
        claimed 6/25, earned 9/50: somebody gains 1/20
        >>> found.deviations[0]
        DoubleDeviation(who=(1,), instead=0, gain=Fraction(1, 20), replies=(0, 1))
        """
        if (menu is None) == (recommendations is None):
            raise InputError("either a menu is audited, or recommendations to rivals and their payments", "menu")
        if menu is None:
            if self.statement.externality is None:
                raise InputError("recommendations are audited for rivals", "recommendations")
            return audit_rivals(self.statement, recommendations, payments)
        if self.statement.types is None:
            raise InputError("a menu is audited for finitely many types; a law's is a lower bound", "menu")
        return audit_menu(self.statement, menu, choice, recommended)

    @cached_property
    def surplus(self) -> Fraction | None:
        """What learning the state is worth to all buyers together; None where that is not one number.

        Examples
        --------
        >>> ExperimentMenu(law={"support": ["1/4", "1/2"], "prior": ["1/2", "1/2"]}).surplus
        Fraction(3, 8)
        """
        statement = self.statement
        if statement.externality is not None or isinstance(statement.law, ContinuousLaw):
            return None
        if statement.law is None:
            values = [value_of_information(statement, k) for k in range(len(statement.weights))]
            return sum((f * v for f, v in zip(statement.weights, values, strict=True)), Fraction(0))
        s1, s2 = two_states.stakes_of(statement)
        pairs = zip(statement.law.support, statement.law.prior, strict=True)
        return sum((f * min(s1 * x, s2 * (1 - x)) for x, f in pairs), Fraction(0))
