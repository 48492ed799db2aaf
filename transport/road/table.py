"""Tables for people: plain text, LaTeX, CSV and pandas, from the same exact rows."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dual.errors import SuasionError
from dual.numbers.exact import nearest_double
from dual.words import brief, text

if TYPE_CHECKING:
    import pandas

Cell = str | int | float | Fraction | None


@dataclass(frozen=True, repr=False)
class Table:
    """A titled table.

    Attributes
    ----------
    title : str
        What the table shows.
    header : sequence of str
        One name a column.
    rows : sequence of sequences
        Texts and exact numbers; None is an empty cell.

    Examples
    --------
    >>> print(Table("signals", ["action", "probability"], [["convict", Fraction(3, 5)]]).text())
    signals
    action    probability
    --------  -------------
    convict   3/5
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    def cut(self, rows: int = 60, columns: int = 16) -> Table:
        """The same as a page has room for: of too many rows or columns the first and the last, and dots between.

        Parameters
        ----------
        rows, columns : int
            How many are too many.

        Examples
        --------
        >>> squares = Table("squares", ["n", "n*n"], [[n, n * n] for n in range(100)])
        >>> [row[1] for row in squares.cut(rows=4).rows]
        [0, 1, '...', 9801]
        """
        across, down = _kept(len(self.header), columns), _kept(len(self.rows), rows)
        if len(across) == len(self.header) and len(down) == len(self.rows):
            return self
        lines = [self.header, *(["..."] * len(self.header) if k is None else self.rows[k] for k in down)]
        header, *cells = [["..." if k is None else line[k] for k in across] for line in lines]
        return Table(f"{self.title} ({len(self.rows)} rows, {len(self.header)} columns)", list(map(str, header)), cells)

    def text(self) -> str:
        """The table in plain text."""
        return f"{self.title}\n{self._formatted('simple')}"

    def latex(self, caption: str | None = None, label: str | None = None) -> str:
        r"""The table as a LaTeX ``tabular`` with booktabs rules; with a caption or a label inside a ``table``.

        Parameters
        ----------
        caption : str, optional
            In LaTeX; ``""`` stands for the title.
        label : str, optional
            What ``\ref`` calls it.

        Examples
        --------
        >>> table = Table("signals", ["action", "probability"], [["convict", Fraction(3, 5)]])
        >>> print(table.latex(caption="The best experiment.", label="tab:best").splitlines()[-3])
        \caption{The best experiment.}
        """
        inner = self._formatted("latex_booktabs")
        if caption is None and label is None:
            return inner
        lines = [r"\begin{table}", r"\centering", inner]
        if caption is not None:
            lines.append(rf"\caption{{{caption or _latex(self.title)}}}")
        if label is not None:
            lines.append(rf"\label{{{label}}}")
        return "\n".join([*lines, r"\end{table}"])

    def to_latex(self, caption: str | None = None, label: str | None = None) -> str:
        """The same as :meth:`latex`, under pandas' name."""
        return self.latex(caption, label)

    def html(self) -> str:
        """The table in HTML, with its title."""
        return f"<p>{html.escape(self.title)}</p>{self._formatted('html')}"

    def _repr_html_(self) -> str:
        return self.html()

    def __repr__(self) -> str:
        return f"Table({self.title!r}, {len(self.rows)} rows, {len(self.header)} columns)"

    def csv(self) -> str:
        """The table as CSV, with exact numbers."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.header)
        writer.writerows([_exact(cell) for cell in row] for row in self.rows)
        return out.getvalue()

    def to_pandas(self, exact: bool = False) -> pandas.DataFrame:
        """The table as a pandas data frame of floats and texts.

        Parameters
        ----------
        exact : bool
            Whether numbers remain fractions.

        Raises
        ------
        SuasionError
            If pandas is not installed.
        """
        floats = [[nearest_double(c) if isinstance(c, Fraction) else c for c in row] for row in self.rows]
        return with_pandas().DataFrame(self.rows if exact else floats, columns=list(self.header))

    def _formatted(self, style: str) -> str:
        from tabulate import tabulate

        rows = [[_brief(cell) for cell in row] for row in self.rows]
        return tabulate(rows, headers=list(self.header), tablefmt=style, disable_numparse=True)


def _kept(count: int, most: int) -> list[int | None]:
    """The places that are shown, and None for those that are not."""
    if count <= most:
        return list(range(count))
    last = (most - 1) // 3
    return [*range(most - 1 - last), None, *range(count - last, count)]


def with_pandas() -> Any:
    """Pandas, if it is there.

    Raises
    ------
    SuasionError
        If it is not installed.
    """
    try:
        import pandas
    except ImportError:
        raise SuasionError("pandas is not installed; pip install pandas") from None
    return pandas


def _latex(title: str) -> str:
    return "".join("\\" + letter if letter in "&%$#_{}" else letter for letter in title)


def _exact(cell: Cell) -> str:
    return "" if cell is None else text(cell) if isinstance(cell, Fraction) else str(cell)


def _brief(cell: Cell) -> str:
    return "" if cell is None else brief(cell) if isinstance(cell, Fraction) else str(cell)
