"""Effort: how much work a method may do, who listens, and the best proven answer so far.

A method may work until :meth:`Effort.exhausted`. Before it begins anything long it offers what it has
(:meth:`Effort.offer`): the checker proves the offer at once, and the better of each side is kept as the incumbent.
Whatever then stops the method - the end of the time, an interrupt from the keyboard, a backend that gave up because the
time was over - the incumbent is the answer. So a limit costs tightness, never truth.

Two ends of the time: the soft one, which methods see, leaves room for one more check as long as the longest so far; at
the hard one :class:`Watch` raises :class:`Stopped` in the thread that solves, wherever it is.
"""

from __future__ import annotations

import ctypes
import math
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from types import FrameType
from typing import Any, Final, TypeVar

from dual.errors import SolverError

from .progress import Progress

"""Called with one short line whenever long work has news."""

GRACE_SHARE: Final = 0.05
"""How far beyond a limit the hard end lies, relative to it. Longer answers late, shorter loses a check nearly done."""
GRACE_SECONDS: Final = 0.5
"""The same in seconds, for short limits: time for the first, cheap witnesses and their check."""
_CHECKS: Final = 1.5
"""How many times the longest check so far is set aside for the last one: better witnesses have longer numbers."""
_LARGEST_RESERVE: Final = 0.5
"""At most this share of the limit is set aside for the last check."""
_NAP: Final = 0.25
"""Seconds between two looks of the watching thread at whether the solve is over; it ends that long after it."""
IMPORT_SECONDS: Final = 2.0
"""What CVXPY or POT may take to be imported, once a process; with less time left methods do without them."""
INTERRUPT_SECONDS: Final = 1.0
"""Between an interrupt from the keyboard and the hard end. In that time methods that ask often close what they have,
which is tighter than the last offer; but somebody waits for the prompt."""
PROOF_SECONDS: Final = 2.0
"""How long all that a method had offered may take to be proven once an interrupt asks for it, the quickest first. A
better answer is worth a moment; one that takes longer is not, as the second Ctrl-C loses all."""
_LATEST: Final = 8
"""How many of the latest offers wait to be proven, besides the first: the latest are the best, unless refused."""
_AGAIN: Final = 0.05
"""Seconds until a thread that did not stop, or that is importing, is told again."""


T = TypeVar("T")


class Stopped(BaseException):
    """The time of a solve is over. Like an interrupt from the keyboard it passes through ``except Exception``."""


class Incumbent:
    """The best answer so far; shared by all copies of an :class:`Effort`.

    Parameters
    ----------
    prove : callable
        Makes a proven answer of a method's witnesses.
    better : callable
        The better sides of two proven answers.
    eager : bool
        Prove every offer at once, as under a time limit, when there is no time for it at the end. Otherwise offers wait
        until somebody asks: after an interrupt from the keyboard, or when what a method ends with is refused.
    """

    def __init__(self, prove: Callable[[Any], Any], better: Callable[[Any, Any], Any], eager: bool) -> None:
        self._prove, self._better, self._eager = prove, better, eager
        self._waiting: tuple[Any, ...] = ()
        self._answer: Any = None
        self.seconds = 0.0
        self.curtailed = False
        """Whether a method did without something for want of time, though there was some left."""
        self.interrupted = False
        """Whether somebody pressed Ctrl-C: for every method that asks, the time is over."""

    def offer(self, found: Any) -> None:
        """Keep what a method found, if it is better than what there is; a function is called when that is asked."""
        if self._eager:
            self.settle(found)
        else:
            self._waiting = (*self._waiting[:1], *self._waiting[1:][1 - _LATEST :], found)

    def settle(self, found: Any) -> Any:
        """Prove what a method found; return the better sides of it and of the incumbent."""
        self._settled(found)
        return self._answer

    def _settled(self, found: Any, older: bool = False) -> Any:
        """Prove what a method found, before or after what is kept, and keep it; return what it proves by itself."""
        began = time.perf_counter()
        answer = self._prove(found() if callable(found) else found)
        self.seconds = max(self.seconds, time.perf_counter() - began)
        # One assignment of a whole answer, so that an interrupt leaves the old one or the new one.
        if self._answer is None:
            self._answer = answer
        else:
            self._answer = self._better(*((answer, self._answer) if older else (self._answer, answer)))
        return answer

    def answer(self) -> Any:
        """Return the best proven answer, None if nothing was offered that is proven soon enough.

        What waits is proven now: the first, which is the quickest to prove, then from the last, which is the best, back
        to one that is not refused; after an interrupt, while somebody waits for the prompt, within
        :data:`PROOF_SECONDS`.
        """
        waiting, self._waiting = self._waiting, ()
        effort = Effort(PROOF_SECONDS if self.interrupted else None)
        older = self._answer is not None  # what a method ended with
        with suppress(Stopped):
            for found in waiting[:1]:
                Watch(effort).run(partial(self._settled, found, older))
            for found in waiting[:0:-1]:
                if Watch(effort).run(partial(self._settled, found, older)).grade != "unproven":
                    break
                older = True
        return self._answer


@dataclass(frozen=True)
class Effort:
    """How much work a method may do, and who listens.

    Attributes
    ----------
    time_limit : float or None
        Seconds; when they are over, a method returns the best witnesses it has.
    progress : callable or None
        Told of news in one short line.
    start : object or None
        What an earlier solution of a similar problem left for a warm start.
    gap : float or None
        The gap, relative to the size of the answer, at which a method that works in rounds may stop; 0 asks for the
        exact optimum whatever it takes, None for the exact one where that is quick.
    rounds : int or None
        After how many rounds such a method stops.
    incumbent : Incumbent or None
        The best proven answer so far; None where nobody keeps one.
    """

    time_limit: float | None = None
    progress: Progress | None = None
    start: Any = None
    gap: float | None = None
    rounds: int | None = None
    began: float = field(default_factory=time.perf_counter)
    incumbent: Incumbent | None = None

    def tell(self, news: str) -> None:
        """Pass news on to whoever listens."""
        if self.progress is not None:
            self.progress(news)

    def offer(self, found: Any) -> None:
        """Have witnesses proven and kept, in case nothing better comes before the end.

        A function is called when its witnesses are proven: under a time limit at once, otherwise only if an interrupt
        or a refused answer asks for them; see :class:`Incumbent`.
        """
        if self.incumbent is not None:
            self.incumbent.offer(found)

    @property
    def proof_seconds(self) -> float:
        """How long the longest proof of an offer took so far."""
        return 0.0 if self.incumbent is None else self.incumbent.seconds

    def remaining(self) -> float:
        """Seconds left until the soft end, infinite without a limit, none after an interrupt."""
        if self.incumbent is not None and self.incumbent.interrupted:
            return 0.0
        if self.time_limit is None:
            return math.inf
        end = self.began + self.time_limit - min(_CHECKS * self.proof_seconds, _LARGEST_RESERVE * self.time_limit)
        return end - time.perf_counter()

    def exhausted(self) -> bool:
        """Whether the time is over."""
        return self.remaining() <= 0

    def affords(self, module: str) -> bool:
        """Whether a heavy backend is imported already or there is time for it: an import is not interrupted."""
        enough = module in sys.modules or self.remaining() > IMPORT_SECONDS
        if self.incumbent is not None and not enough:
            self.incumbent.curtailed = True
        return enough


def mind(stop: BaseException, effort: Effort, incumbent: Incumbent) -> None:
    """Raise again what ended a solve, unless it says that the time was over or that the first Ctrl-C was pressed.

    Whatever a backend says once the time is over, it says because the time is over; and whoever presses Ctrl-C twice
    does not want to wait for a proof.
    """
    if isinstance(stop, SolverError) and not effort.exhausted():
        raise stop
    if isinstance(stop, KeyboardInterrupt):
        if incumbent.interrupted:
            raise stop
        incumbent.interrupted = True


class Watch:
    """Raises :class:`Stopped` in the thread that works at the hard end of an effort's time.

    The exception is set by another thread (``PyThreadState_SetAsyncExc``), so it arrives between two steps of Python
    code wherever they are, in any thread and on any system; work inside a compiled backend ends first, which is why
    backends are given the time that is left. While the thread is importing a module nothing is raised, as a half-loaded
    module would stay broken.

    Parameters
    ----------
    effort : Effort
    """

    def __init__(self, effort: Effort) -> None:
        limit = effort.time_limit
        self._end = math.inf if limit is None else effort.began + limit + max(GRACE_SHARE * limit, GRACE_SECONDS)
        self._incumbent = effort.incumbent
        self._thread = threading.get_ident()
        self._lock = threading.Lock()
        self._over: bool = False
        self._fired: bool = False
        self._watched = False

    def run(self, work: Callable[[], T]) -> T:
        """Do some work; whatever happens, nothing is raised by the watch once this is over.

        In the main thread, where Python's own handler of Ctrl-C is in place, the first Ctrl-C makes the time short and
        the second is a ``KeyboardInterrupt``. Elsewhere the first one is.
        """
        heard = (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        )
        try:
            if heard:
                signal.signal(signal.SIGINT, self._interrupt)
            if math.isfinite(self._end):
                self._start()
            return work()
        finally:
            pressed = False
            while True:
                try:
                    if heard:
                        signal.signal(signal.SIGINT, signal.default_int_handler)
                    if not self._watched or self._ended():
                        break
                except Stopped:  # it arrived on the way into the method that would have received it
                    continue
                except KeyboardInterrupt:
                    pressed = True
            if pressed:
                raise KeyboardInterrupt

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        if self._incumbent is None or self._incumbent.interrupted:
            signal.default_int_handler(number, frame)
        else:
            self._incumbent.interrupted = True
            self._end = min(self._end, time.perf_counter() + INTERRUPT_SECONDS)
            self._start()

    def _start(self) -> None:
        if not self._watched and sys.implementation.name == "cpython":
            self._watched = True
            threading.Thread(target=self._watch, daemon=True, name="time limit").start()

    def _ended(self) -> bool:
        """End the watch; false if the exception arrived in the middle of that.

        An exception that was set but has not arrived is received here: withdrawing it would leave the interpreter
        looking for it for ever. Nothing but the interpreter's own lock is used on this side, as an exception that
        arrives inside a lock that is written in Python would leave it locked.
        """
        last = False
        try:
            self._over = True
            with self._lock:
                fired = self._fired
            if fired:
                last = True
                _set_exception(self._thread)
                while True:
                    time.sleep(0)
        except Stopped:
            return last
        return True

    def _fire(self) -> None:
        if not self._over and not _importing(self._thread):
            self._fired = True
            _set_exception(self._thread)

    def _watch(self) -> None:
        while not self._over:
            left = self._end - time.perf_counter()
            if left > 0:
                time.sleep(min(left, _NAP))
                continue
            with self._lock:
                self._fire()
            time.sleep(_AGAIN)


def _set_exception(thread: int) -> None:
    """Have a thread raise :class:`Stopped` at its next step."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(Stopped))


def _importing(thread: int) -> bool:
    frame = sys._current_frames().get(thread)
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
