"""News of a long solve: a line with a running clock, in a terminal or a notebook."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any, Final

Progress = Callable[[str], None]
"""Told of news in one short line."""

_TICK: Final = 1.0
"""Seconds between two looks at the clock: as often as its last digit changes."""


@contextmanager
def listening(progress: Progress | bool | None) -> Iterator[Progress | None]:
    """Whoever is told of news: a function, a line with a clock (True), or nobody.

    Examples
    --------
    >>> with listening(None) as nobody, listening(print) as printer:
    ...     nobody, printer is print
    (None, True)
    """
    if isinstance(progress, bool):
        if not progress:
            yield None
            return
        with clock() as tell:
            yield tell
        return
    yield progress


@contextmanager
def clock() -> Iterator[Progress]:
    """Show the time that has passed and the latest news; the line is gone in the end.

    The clock runs between two pieces of news as well, as long as the solver lets other threads run.
    """
    bar, over = _bar(), threading.Event()

    def tick() -> None:
        while not over.wait(_TICK):
            bar.refresh()

    ticking = threading.Thread(target=tick, name="clock", daemon=True)
    ticking.start()
    try:
        yield bar.set_description_str
    finally:
        over.set()
        ticking.join(2 * _TICK)
        bar.close()


def _bar() -> Any:
    """A notebook's own line where there is one, else one on standard error."""
    from tqdm import tqdm

    look: dict[str, Any] = {"bar_format": "{elapsed} {desc}", "leave": False}
    if "ipykernel" in sys.modules and find_spec("ipywidgets") is not None:  # without widgets a notebook shows text
        from tqdm.notebook import tqdm as notebook

        return notebook(**look)
    return tqdm(file=sys.stderr, **look)
