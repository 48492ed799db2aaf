"""The catalog: reference instances named after paper and example, with the values the literature gives."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files as resources
from typing import Any, Final

from dual.errors import InputError
from dual.kinds import kind_of
from dual.numbers.exact import number
from dual.numbers.files import parse
from dual.words import brief, plain
from transport.road.table import Cell, Table

_FOLDER = "instances"
_FAMILIES = "families"
_THEOREMS = "theorems"


@dataclass(frozen=True)
class Entry:
    """One reference instance.

    Attributes
    ----------
    slug : str
        Its name: paper, year, example.
    instance : mapping
        The content of its file.
    lower, upper : Fraction or None
        What is known of its value from theory; equal where the value itself is known.
    """

    slug: str
    instance: Mapping[str, Any]
    lower: Fraction | None
    upper: Fraction | None

    def row(self) -> dict[str, object]:
        """The entry in a listing: kind, name and known bounds."""
        kind, name = self.instance["kind"], self.instance.get("name")
        return {"kind": kind, "name": name, "lower": self.lower, "upper": self.upper}

    @property
    def known(self) -> str:
        """The known value in words."""
        if self.lower is None or self.upper is None:
            return ""
        return brief(self.lower) if self.lower == self.upper else f"[{brief(self.lower)}, {brief(self.upper)}]"


def slugs() -> list[str]:
    """The names of all entries.

    Examples
    --------
    >>> "kamenica-gentzkow-2011-prosecutor" in slugs()
    True
    """
    return sorted(_values())


def entry(slug: str) -> Entry:
    """One entry.

    Raises
    ------
    InputError
        If the catalog has no such entry; the message names the nearest ones.

    Examples
    --------
    >>> entry("kamenica-gentzkow-2011-prosecutor").known
    '3/5'
    """
    instance = _content(_FOLDER, slug, slugs())
    bounds = _values()[slug]
    low, high = bounds if isinstance(bounds, list) else (bounds, bounds)
    return Entry(slug, instance, *(None if bound is None else number(bound, slug) for bound in (low, high)))


@dataclass(frozen=True)
class FamilyEntry:
    """One reference family: a problem with a parameter, and its value's formula.

    Attributes
    ----------
    slug : str
    instance : mapping
        The content of its file.
    cases : tuple of tuple
        The known formula: ``(from, to, value)``, as texts.
    """

    slug: str
    instance: Mapping[str, Any]
    cases: tuple[tuple[str, str, str], ...]


def families() -> list[str]:
    """The names of all reference families.

    Examples
    --------
    >>> "kamenica-gentzkow-2011-prosecutor-every-prior" in families()
    True
    """
    return sorted(_formulas())


def family(slug: str) -> FamilyEntry:
    """One reference family.

    Raises
    ------
    InputError
        If the catalog has no such family.
    """
    instance = _content(_FAMILIES, slug, families())
    return FamilyEntry(slug, instance, tuple(map(tuple, _formulas()[slug])))


def theorems() -> list[str]:
    """The names of all guesses in the catalog that are theorems, for ``suasion prove``.

    Examples
    --------
    >>> "arieli-et-al-2023-product-formula" in theorems()
    True
    """
    return sorted(
        path.name[:-5] for path in (resources(__package__) / _THEOREMS).iterdir() if path.name[-5:] == ".json"
    )


def theorem(slug: str) -> dict[str, Any]:
    """One guess: a problem with a parameter, and a policy, a dual and a value in it.

    Raises
    ------
    InputError
        If the catalog has no such guess.
    """
    return _content(_THEOREMS, slug, theorems())


def _content(folder: str, slug: str, known: Collection[str]) -> dict[str, Any]:
    """The content of one file of the catalog."""
    if slug not in known:
        raise InputError(f"not in the catalog{hint(slug)}; `suasion catalog` lists it", slug[:60])
    return parse((resources(__package__) / folder / f"{slug}.json").read_text("utf-8"), slug)


def hint(slug: str) -> str:
    """The nearest names in the catalog, as a question; empty if none is near."""
    known = [*slugs(), *families(), *theorems()]
    # What begins as was typed goes first, then what has all its words, then what is spelt alike.
    words = [word for word in slug.lower().replace("_", "-").split("-") if word]
    near = [name for name in known if slug and name.startswith(slug.lower())]
    near = near or [name for name in known if slug and name.endswith(f"-{slug.lower()}")]
    near = near or [name for name in known if words and all(word in name for word in words)]
    near = (near or difflib.get_close_matches(slug, known, n=2))[:2]
    return f"; did you mean {' or '.join(near)}?" if near else ""


def table(kind: str | None = None, find: str | None = None) -> Table:
    """The entries as a table, which ``to_pandas()`` makes a data frame of.

    Parameters
    ----------
    kind : str, optional
        Only entries of this kind.
    find : str, optional
        Only entries with all these words in their name, title or source.

    Raises
    ------
    InputError
        If there is no such kind.

    Examples
    --------
    >>> table(kind="transport", find="monge").rows[0][:2]
    ['monge-1781-earth-on-a-line', 'transport']
    """
    if kind is not None:
        kind_of({"kind": kind})
    rows: list[list[Cell]] = []
    listed: list[tuple[str, Mapping[str, Any], str]] = []
    listed += [(one.slug, one.instance, one.known) for one in map(entry, slugs())]
    listed += [
        (one.slug, one.instance, "; ".join(f"{v} on [{a}, {b}]" for a, b, v in one.cases))
        for one in map(family, families())
    ]
    for slug, instance, known in listed:
        title, source = (str(instance.get(name) or "") for name in ("name", "source"))
        text = f"{slug} {title} {source}".lower()
        if (kind is None or instance["kind"] == kind) and all(word in text for word in (find or "").lower().split()):
            rows.append([slug, str(instance["kind"]), known, title])
    return Table("reference instances", ["entry", "kind", "known value", "name"], rows)


_TEMPLATES: Final = {
    "concavification": "kamenica-gentzkow-2011-smoothstep-3-10",
    "contract": "contract-three-efforts",
    "experiment-menu": "bergemann-bonatti-smolin-2018-congruent-types",
    "game": "bergemann-morris-2019-one-investor",
    "informed-persuasion": "informed-believers",
    "mean-persuasion": "dworczak-martini-2019-smoothstep",
    "mechanism": "mechanism-two-by-two",
    "simulation": "simulation-two-buyers-1",
    "trading-network": "shapley-shubik-1971-houses",
    "transport": "monge-1781-earth-on-a-line",
}
"""What shows a kind best; of the others the shortest entry with a known value does."""


def template(kind: str) -> Mapping[str, Any]:
    """A small instance of a kind to write one's own over: one of the catalog, without its descriptions.

    Raises
    ------
    InputError
        If there is no such kind.

    Examples
    --------
    >>> template("persuasion")["states"]
    ['innocent', 'guilty']
    """
    kind_of({"kind": kind})
    mine = [one for one in map(entry, slugs()) if one.instance["kind"] == kind and one.known]
    shortest = min(mine, key=lambda one: (one.slug != _TEMPLATES.get(kind), len(str(plain(one.instance)))))
    # A source in words describes; that of a transport problem is a list.
    kept = {
        name: value
        for name, value in shortest.instance.items()
        if name != "notes" and not (name == "source" and isinstance(value, str))
    }
    return kept | {"name": f"my {kind}"}


@cache
def _formulas() -> Mapping[str, Any]:
    return _content(_FAMILIES, "formulas", ("formulas",))


@cache
def _values() -> Mapping[str, Any]:
    return _content(_FOLDER, "values", ("values",))
