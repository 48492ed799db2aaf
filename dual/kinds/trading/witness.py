"""What proves bounds of a trading network: an equilibrium from below, one of several certificates from above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dual.errors import InputError
from dual.names import words
from dual.numbers.choices import as_written
from dual.numbers.exact import Vector, index, items, number, vector
from dual.statement import Record, Witness, stated

from .statement import TradingNetworkStatement
from .valuations import Pair, pair_list


def read_pairs(raw: object, where: str, statement: TradingNetworkStatement) -> tuple[Pair, ...]:
    """Read pairs that can trade, none of them twice."""
    return tuple(pair_list(raw, where, statement.values))


def read_support(
    raw: object, where: str, sellers: int, statement: TradingNetworkStatement
) -> tuple[int | str | None, ...]:
    """Read for each seller what holds her price: nothing, an agent, or for largest prices also ``"root"``."""
    largest = statement.price_rule == "largest"
    agents = statement.values.shape[1 if largest else 0]
    return tuple(
        entry if entry is None or (largest and entry == "root") else index(entry, f"{where}[{j}]", agents)
        for j, entry in enumerate(items(raw, where, sellers))
    )


@dataclass(frozen=True, repr=False)
class Ties(Record):
    """Multipliers that prove how little the platform earns over all efficient matchings, or how much."""

    buyers: Vector = stated(vector, "buyers", "of buyers that trade")
    sellers: Vector = stated(vector, "sellers", "of sellers that trade")


@dataclass(frozen=True, repr=False)
class Outcome(Witness):
    """A competitive equilibrium of the known and the introduced pairs.

    Attributes
    ----------
    introduced : tuple of pairs (buyer, seller)
    trades : tuple of pairs
    prices : tuple of Fraction, shape (m,)
        What each seller is paid; her cost if she sells nothing.
    utilities : tuple of Fraction, shape (n,)
    support : tuple, shape (m,)
        Why prices are extreme. Largest: for each sold seller ``"root"`` or the seller her price is tied to; smallest:
        for each seller above cost the buyer who bids her up; None otherwise.
    welfare, revenue : Fraction
        The gains from all trades; the sum of the prices of introduced trades.
    hostile : Ties or None
        Under hostile ties, the proof that no efficient matching earns less.
    """

    introduced: tuple[Pair, ...] = stated(read_pairs, "", "the introduced pairs", after="statement")
    trades: tuple[Pair, ...] = stated(read_pairs, "", "the pairs that trade", after="statement")
    prices: Vector = stated(vector, "sellers", "what sellers are paid; their costs where they sell nothing")
    utilities: Vector = stated(vector, "buyers", "what buyers gain")
    support: tuple[int | str | None, ...] = stated(
        read_support, "sellers", "what keeps each price from rising (or falling)", after="statement"
    )
    welfare: Fraction = stated(number, "", "the gains from all trades")
    revenue: Fraction = stated(number, "", "the sum of the prices of introduced trades")
    hostile: Ties | None = stated(Ties, "", "under hostile ties, why revenue is not less", default=None)


def read_primal(raw: object, statement: TradingNetworkStatement, where: str) -> Outcome:
    """Read an equilibrium; a proof of the least revenue belongs to hostile ties, and to them alone."""
    found = Outcome.read(raw, statement, where)
    needed = statement.ties == "hostile" and statement.objective != "equilibrium"
    if needed and found.hostile is None:
        raise InputError("the field is missing", f"{where}.hostile")
    if found.hostile is not None and not needed:
        raise InputError("the field belongs to introductions under hostile ties", f"{where}.hostile")
    return found


@dataclass(frozen=True, repr=False)
class Assignment(Witness):
    """Prices that majorise every pair's gain: a bound on welfare."""

    kind: str = stated(words, "", '"lp"')
    buyers: Vector = stated(vector, "buyers", "numbers >= 0")
    sellers: Vector = stated(vector, "sellers", "numbers >= 0")


@dataclass(frozen=True, repr=False, kw_only=True)
class Multipliers(Witness):
    """Multipliers of the revenue's program for the market as a whole."""

    kind: str = stated(words, "", '"lp"')
    bounds: Any = stated(as_written, "", "what follows for utilities and prices", default=None)
    buyers: Vector = stated(vector, "buyers", "of buyers who trade at most once")
    sellers: Vector = stated(vector, "sellers", "of sellers who trade at most once")
    known: Any = stated(as_written, "", "rows of envy: `[i, j, multiplier, ...]`")


@dataclass(frozen=True, repr=False, kw_only=True)
class Levels(Witness):
    """Multipliers of envy at single levels of prices; :mod:`dual.kinds.trading.levels` says what they prove."""

    kind: str = stated(words, "", '"levels"')
    buyers: Vector = stated(vector, "buyers", "of buyers who trade at most once")
    sellers: Vector = stated(vector, "sellers", "of sellers who trade at most once")
    known: Any = stated(as_written, "", "levels of known pairs: `[i, j, [[level, multiplier], ...]]`")


@dataclass(frozen=True, repr=False, kw_only=True)
class Tree(Witness):
    """Multipliers part by part; :mod:`dual.proofs.tree` says what nodes are."""

    kind: str = stated(words, "", '"tree"')
    rows: Any = stated(as_written, "", "rows of envy for all leaves: `[i, j, ...]` without multipliers", default=None)
    nodes: Any = stated(as_written, "", "the root first")


@dataclass(frozen=True, repr=False, kw_only=True)
class Cases(Witness):
    """Cases of introductions; :mod:`dual.kinds.trading.introductions` says what leaves are."""

    kind: str = stated(words, "", '"introductions"')
    nodes: Any = stated(as_written, "", "the root first")


@dataclass(frozen=True, repr=False)
class Derived(Witness):
    """Only the name of a structure: the checker finds the optimum itself."""

    kind: str = stated(words, "", '"homogeneous"')


Dual = Assignment | Multipliers | Levels | Tree | Cases | Derived
FORMS: Mapping[str, type[Multipliers | Levels | Tree | Cases | Derived]] = {
    "lp": Multipliers,
    "levels": Levels,
    "tree": Tree,
    "introductions": Cases,
    "homogeneous": Derived,
}
"""What may bound a revenue, by its kind in files."""


def read_dual(raw: object, statement: TradingNetworkStatement, where: str) -> Dual:
    """Read the certificate of a welfare or of a revenue."""
    kind = raw.get("kind") if isinstance(raw, Mapping) else getattr(raw, "kind", None)
    if statement.objective != "revenue":
        found = Assignment.read(raw, statement, where)
        if found.kind != "lp":
            raise InputError('the certificate of a welfare is of kind "lp"', f"{where}.kind")
        return found
    if not isinstance(kind, str) or kind not in FORMS:
        anew = "python -m transport.trading.convert writes solutions of older versions anew"
        raise InputError(f"the certificate of a revenue is one of {', '.join(FORMS)}; {anew}", f"{where}.kind")
    return FORMS[kind].read(raw, statement, where)
