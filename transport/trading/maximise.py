"""Maximising a platform's revenue: heuristics from below, relaxations from above."""

from __future__ import annotations

from dataclasses import replace

from dual.kinds.trading.witness import Outcome
from transport.programs.branching import Tree, branch
from transport.programs.effort import Effort
from transport.road.methods import Found

from .arrays import Model
from .bounds import Bounds
from .branching import Branching
from .fees import FeeCurve, fee_curve
from .introductions import Cases
from .leaves import Multipliers
from .levels import LevelBound, LevelRows
from .listing import listed, pooled
from .search import Search

_FIRST_NODES = 101
"""If so many nodes do not suffice, it pays to tighten the root."""
_SPELLED_OUT = 10_000
"""Pairs of a market up to which multipliers are looked for that its structure makes unnecessary: larger ones would take
seconds, and the structure's own proof takes none."""
_FEW_UNKNOWN, _MOST_CASES = 30, 4_000
"""With so few pairs that may be introduced, a tree of introductions may have so many nodes; else its root is tried."""
_LARGE = 300
"""Pairs of a market from which on a small tree does not come first where much is open."""
_LEVELS_SHARE, _LEVELS_SECONDS = 0.75, 120.0
"""Of the time left after a walk, and at most so long, for levels of prices: most gaps that a small tree leaves open are
mostly closed by these, and in large markets nothing after them closes more."""
_SEARCHED = 0.9
"""The share of a time limit that is searched; the rest is for the checker."""


def revenue_by_fees(model: Model, effort: Effort) -> Found:
    """The best entry fee from below; from above the welfare of unknown pairs."""
    effort.tell("entry fees")
    search = Search(model, effort)
    curve = fee_curve(model)
    search.try_incumbent(curve.best.introduced)
    return _without_a_tree(search, curve)


def _without_a_tree(search: Search, curve: FeeCurve | None = None) -> Found:
    """The best introductions so far, none before there are entry fees, and the welfare of unknown pairs."""
    multipliers = Multipliers(search.model, ())
    found = multipliers.leaf(Bounds.of(search.model), exact=True)
    method, solves = ("no-introductions", 0) if curve is None else ("entry-fee", curve.solves)
    return search.witnesses({"kind": "lp", **multipliers.witness(found)}, method, solves)


def _by_cases(search: Search, effort: Effort) -> Found | None:
    """The best introductions, proven by a tree of them, if the market is small or the tree is."""
    model = search.model
    unknown = int((~model.known).sum())
    dual = Cases(search).tree(effort, _MOST_CASES if unknown <= _FEW_UNKNOWN else 1)
    return None if dual is None else search.witnesses(dual, "introductions", len(search.tried))


def _small_tree(search: Search, effort: Effort) -> Tree | None:
    """A tree that proves the incumbent to be best, if a small one does."""
    tree = branch(Branching(search, effort), effort, step=search.model.unit, max_nodes=_FIRST_NODES)
    return None if tree is None or tree.upper > search.lower else tree


def maximise_revenue(model: Model, effort: Effort, *, whole: bool = False) -> Found:
    """Entry fees, dives, local search and branching, until the bounds meet or the time is over.

    The upper bound is that of the largest prices and friendly ties, which other rules never exceed. Where it is not
    attained under other rules, small markets are solved by cases of introductions.

    Parameters
    ----------
    model : Model
    effort : Effort
    whole : bool
        Whether an integer program comes first, with half of the time.
    """
    effort.tell("entry fees")
    if effort.time_limit is not None:
        effort = replace(effort, time_limit=_SEARCHED * effort.time_limit)
    search = Search(model, effort)
    effort.offer(_without_a_tree(search))
    curve = fee_curve(model)
    if not model.in_floats:
        # Linear programs in floats mean nothing where numbers have hundreds of digits.
        search.try_incumbent(curve.best.introduced)
        search.improve()
        cases = None if model.usual else _by_cases(search, effort)
        return cases or _without_a_tree(search, curve)
    search.start(curve)
    effort.offer(_without_a_tree(search, curve))
    if whole:
        search.improve()
        effort.tell(f"revenue {float(search.lower):.6g}; integer program")
        search.integer(effort.remaining() / 2)
    # Then the relaxation, and under other price rules cases of introductions.
    search.begin()
    if not model.usual:
        search.improve()
        if (found := _by_cases(search, effort)) is not None:
            return found
    # Where much is open in a large market, a walk and levels of prices do more than a tree.
    levels = None
    early = model.size > _LARGE and search.root is not None and search.wide(search.root.value)
    if early:
        levels = _walk_and_levels(search, effort)
    # A small tree first; a thorough root and a large one only if the gap is worth it.
    effort.tell(f"revenue {float(search.lower):.6g}; branching")
    branching = Branching(search, effort)
    tree = branch(branching, effort, step=model.unit, max_nodes=_FIRST_NODES, stop=branching.in_vain)
    if not early and (tree is None or tree.upper > search.lower) and not effort.exhausted():
        levels = _walk_and_levels(search, effort)
    # Under other rules the tree closes the gap to its own optimum only, so a small one will do.
    again = model.usual and (levels is None or levels.bound > search.lower)
    while tree is not None and tree.upper > search.lower and again and not effort.exhausted():
        branching = Branching(search, effort, thorough=True)
        larger = branch(branching, effort, step=model.unit, stop=branching.in_vain)
        tree = larger if larger is not None and larger.upper <= tree.upper else tree
        again = branching.in_vain(float(tree.upper))
    if levels is not None and (tree is None or levels.bound < tree.upper):
        return search.witnesses(levels.witness, "levels", levels.steps)
    if tree is None:
        return _without_a_tree(search, curve)
    dual, count = _as_listed(model, tree)
    return search.witnesses(dual, "milp and branching" if whole else "branching", count)


def _walk_and_levels(search: Search, effort: Effort) -> LevelBound | None:
    """A better incumbent, and the bound from single levels of prices where these are few enough to be gone through."""
    tries = search.wander()
    effort.tell(f"revenue {float(search.lower):.6g} after a walk of {tries} steps")
    if not LevelRows.applicable(search.model) or effort.exhausted():
        return None
    rows = LevelRows(search.model)
    seconds = min(_LEVELS_SHARE * effort.remaining(), _LEVELS_SECONDS)
    found = rows.solve(seconds, lambda: search.lower, search.try_places, stop=effort.exhausted)
    effort.tell(f"revenue {float(search.lower):.6g}, bound {float(found.bound):.6g} from levels of prices")
    effort.offer(search.witnesses(found.witness, "levels", found.steps))
    return found


def _as_listed(model: Model, tree: Tree) -> tuple[dict[str, object], int]:
    """The certificate that a tree is, and how many nodes it has."""
    nodes = listed(model, tree.nodes)
    return {"kind": "lp", **nodes[0]} if len(nodes) == 1 else {"kind": "tree", **pooled(nodes)}, len(nodes)


def spelled_out(model: Model, found: Found, effort: Effort) -> Found:
    """A known optimum with multipliers, or a small tree, in place of a proof that the checker derives itself.

    The multipliers are inequalities that anyone can check; where they are not found quickly, the answer stays.
    """
    statement = model.statement
    if model.shape[0] * model.shape[1] > _SPELLED_OUT or not model.in_floats:
        return found
    effort.offer(found)
    effort.tell("multipliers")
    primal = Outcome.read(found.primal, statement, "primal")
    search = Search(model, effort)
    search.try_incumbent(primal.introduced)
    search.start(None if primal.revenue else fee_curve(model))  # nothing else trades where nothing is earned
    search.begin()
    tree = _small_tree(search, effort) if search.best.revenue * model.unit == primal.revenue else None
    return found if tree is None else replace(found, dual=_as_listed(model, tree)[0])
