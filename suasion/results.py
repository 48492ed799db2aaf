"""Results of a batch: a line of JSON each, whole or not there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dual.errors import FileError
from dual.numbers.arrays import Array
from dual.numbers.exact import number
from transport.road.solution import Solution
from transport.road.table import Cell, Table

from . import door


@dataclass(frozen=True)
class Result:
    """What came of one instance.

    Attributes
    ----------
    name : str
        What the instance is called in the batch: its key, its path, its own name or its number.
    digest : str
        Of its content and the options; who has the same was asked the same.
    document : mapping or None
        The solution as its file holds it.
    error : str or None
        Why there is none, in one line.
    seconds : float
        What it took where it was solved.
    """

    name: str
    digest: str
    document: Mapping[str, Any] | None
    error: str | None
    seconds: float

    def solution(self) -> Solution[Any]:
        """The solution, once more proven by the checker.

        Raises
        ------
        FileError
            If there is none, or a claim is refused.
        """
        if self.document is None:
            raise FileError(f"{self.name}: there is no solution: {self.error}")
        return door.load_solution(self.document)

    def line(self) -> bytes:
        """The result as its line in a file."""
        content = {"name": self.name, "digest": self.digest, "seconds": self.seconds}
        content |= {"error": self.error} if self.document is None else {"solution": self.document}
        return json.dumps(content, default=whole, ensure_ascii=True).encode() + b"\n"


@dataclass(frozen=True, repr=False)
class Batch:
    """The results of a batch, in the order of the instances.

    Attributes
    ----------
    results : tuple of Result
        One for each instance.
    solved : int
        How many were solved now; the others were there.
    """

    results: tuple[Result, ...]
    solved: int

    def __len__(self) -> int:
        return len(self.results)

    def __iter__(self) -> Iterator[Result]:
        return iter(self.results)

    def __getitem__(self, place: int) -> Result:
        return self.results[place]

    def __repr__(self) -> str:
        return f"Batch({len(self)} results, {len(self.failures)} failures)"

    def _repr_html_(self) -> str:
        return self.table().html()

    @property
    def failures(self) -> tuple[Result, ...]:
        """The results without a solution."""
        return tuple(result for result in self.results if result.document is None)

    def table(self) -> Table:
        """Name, bounds, grade, seconds and error, a row an instance."""
        rows: list[list[Cell]] = []
        for one in self.results:
            found = one.document or {}
            bounds = [found.get("lower"), found.get("upper")]
            rows.append([one.name, *map(_cell, bounds), found.get("grade"), round(one.seconds, 3), one.error])
        return Table("batch", ["instance", "lower", "upper", "grade", "seconds", "error"], rows)


def done(path: Path) -> dict[tuple[str, str], Result]:
    """What a file of results holds; a line that was torn by a kill is ended, so that the next one stands alone."""
    if not path.exists():
        return {}
    try:
        content = path.read_bytes()
        if content and not content.endswith(b"\n"):
            with open(path, "ab") as stream:
                stream.write(b"\n")
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {error.strerror or error}") from None
    found = {}
    for line in content.split(b"\n"):
        try:
            read = json.loads(line)
            one = Result(read["name"], read["digest"], read.get("solution"), read.get("error"), read["seconds"])
        except (ValueError, KeyError, TypeError):
            continue  # torn
        found[one.name, one.digest] = one
    return found


def read_results(path: str | os.PathLike[str]) -> list[Result]:
    """The results of a file, the last of each instance; a torn line is left out.

    Raises
    ------
    FileError
        If the file cannot be read.
    """
    return list(done(Path(path)).values())


def whole(value: object) -> object:
    """An array as nested lists: a line has no folder for arrays."""
    if isinstance(value, Array):
        return value.nested()
    raise TypeError(f"{type(value).__name__} is not JSON")


def _cell(value: object) -> Cell:
    return None if value is None else number(value)
