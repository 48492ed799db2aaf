"""What people and files are told: numbers as text, lists in sentences, hints. No verdict depends on anything here."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from dual.errors import InputError
from dual.limits import DIGITS, too_long


def text(value: Fraction | int) -> str:
    """Write an exact number as ``"p/q"`` or ``"p"``.

    Raises
    ------
    InputError
        If numerator or denominator has more than 4,000 digits.
    """
    exact = Fraction(value)
    if too_long(exact):
        raise InputError(f"a number of more than {DIGITS} digits cannot be written")
    return str(exact)


def brief(value: Fraction) -> str:
    """Write a number for a person: exactly if short, otherwise to twelve significant digits; long functions break off.

    Examples
    --------
    >>> brief(Fraction(1, 3)), brief(Fraction(10**20 + 1, 3 * 10**20)), brief(Fraction(-(7**5000)))
    ('1/3', '0.333333333333', '-3.09e+4225')
    """
    if max(value.numerator.bit_length(), value.denominator.bit_length()) <= 40:
        written = str(value)
        return written if len(written) <= 300 else f"{written[:297]}..."
    try:
        return f"{float(value):.12g}"
    except OverflowError:
        # Beyond the doubles, where a decimal exponent that is off by one would mislead.
        exponent = int((value.numerator.bit_length() - value.denominator.bit_length()) * math.log10(2))
        mantissa = float(value / 10**exponent)
        shift = math.floor(math.log10(abs(mantissa)))
        return f"{mantissa / 10**shift:.3g}e+{exponent + shift}"


def at_point(point: Sequence[Fraction]) -> str:
    """A point as people read it."""
    return "(" + ", ".join(map(brief, point)) + ")"


def shown(value: object) -> str:
    """A short form of what stands where something else should; never the whole of a large or deep one."""
    if isinstance(value, int) and too_long(Fraction(value)):
        return "a very long integer"
    short = repr(value[:60]) if isinstance(value, str) else reprlib.repr(value)
    return short if len(short) <= 60 else short[:57] + "..."


def plain(value: object) -> object:
    """Turn exact numbers into what JSON holds: a rational becomes the text ``"p/q"``, anything else stays.

    Examples
    --------
    >>> plain({"prices": (Fraction(0), Fraction(5, 2))})
    {'prices': ['0', '5/2']}
    """
    if isinstance(value, Fraction):
        return text(value)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "document"):
        return plain(value.document())
    return value.plain() if hasattr(value, "plain") else value


_LISTED: Final = 20
"""Matrices of more rows are written as lists of the few entries that are not zero."""


def listed_entries(matrix: Sequence[Sequence[Fraction]]) -> object:
    """A matrix as files hold it; a large one as ``[[i, j, entry], ...]``, what is not zero."""
    if len(matrix) <= _LISTED:
        return plain(matrix)
    return [[i, j, plain(entry)] for i, row in enumerate(matrix) for j, entry in enumerate(row) if entry]


def listed(names: Iterable[str]) -> str:
    """Names in a sentence, each in quotation marks."""
    return ", ".join(f'"{name}"' for name in names)


def hint(name: object, known: Sequence[str]) -> str:
    """What may have been meant, or else what is known.

    Examples
    --------
    >>> hint("recevier", ["prior", "receiver"])
    'did you mean "receiver"?'
    """
    import difflib

    near = difflib.get_close_matches(str(name)[:60], known, 1, 0.65)
    return f'did you mean "{near[0]}"?' if near else f"known are {listed(known)}"


def shortened(text: str) -> str:
    """Shorten a text for a message."""
    return text if len(text) <= 40 else text[:37] + "..."


def sign_hint(sign: str) -> str:
    """What to write instead of a sign that expressions do not have."""
    hints = {
        "^": "write ** for a power",
        "=": "write == to compare",
        "!": "write != or 'not'",
        "&": "write 'and'",
        "|": "write 'or'",
        "//": "write / for division",
        ".": "a number needs a digit before or after its point",
    }
    return f"; {hints[sign]}" if sign in hints else ""


def entries_of(axes: Sequence[str]) -> str:
    """What the entries of a list, a matrix or an array stand for."""
    names = [axis.lstrip("*") for axis in axes]
    if len(names) == 1:
        return f"entries are {names[0]}"
    if len(names) == 2:
        return f"rows are {names[0]}, columns are {names[1]}"
    return f"the axes are {', '.join(names)}"


def summary(record: object, fields: Iterable[str]) -> str:
    """An object with some of its fields, shortened."""
    inside = ", ".join(f"{field}={reprlib.repr(getattr(record, field))}" for field in fields)
    return f"{type(record).__name__}({inside if len(inside) < 150 else inside[:147] + '...'})"


def contradiction(lower: Fraction, upper: Fraction) -> str:
    """What is said where two witnesses contradict each other."""
    return (
        f"contradiction: the witnesses seem to prove value >= {brief(lower)} and value <= {brief(upper)}, so the "
        "checker itself is wrong, and nothing is proven; please report this file"
    )


def sentence(verdict: Any) -> str:
    """A verdict in one line."""
    if verdict.violation is not None:
        return f"refused: {verdict.violation}"
    words = [word for word in ("accelerated", "derived") if getattr(verdict, word)]
    how = f" ({', '.join(words)})" if words else ""
    if verdict.lower is not None and verdict.lower == verdict.upper:
        return f"proven{how}: value = {brief(verdict.lower)}"
    if verdict.grade in ("infeasible", "unbounded"):
        return f"proven{how}: {verdict.grade}"
    if verdict.pieces:
        word = "unproven" if verdict.grade == "unproven" else "proven"
        return f"{word}{how}: value = {'; '.join(map(str, verdict.pieces))}"
    low, high = ("?" if bound is None else brief(bound) for bound in (verdict.lower, verdict.upper))
    return f"{'unproven' if verdict.grade == 'unproven' else 'proven'}{how}: {low} <= value <= {high}"


class Unfit:
    """What stands for NaN or an infinity until its place is known; it is noted in a list."""

    def __init__(self, noted: list[Unfit], word: str) -> None:
        self.word = word
        noted.append(self)


def place_of(document: object, unfit: Unfit) -> str | None:
    """The way to something in a document, as errors write it."""
    if document is unfit:
        return ""
    entries = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, item in entries:
        rest = place_of(item, unfit)
        if rest is not None:
            step = f"[{key}]" if isinstance(key, int) else str(key)[:60]
            return step + ("." if rest and rest[0] != "[" else "") + rest
    return None
