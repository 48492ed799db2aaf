"""Limits and interrupts: the best proven answer so far, in time, wherever the work stands."""

import contextlib
import os
import signal
import sys
import threading
import time
from fractions import Fraction as F

import pytest

from dual.errors import SolverError
from persuasion import Persuasion
from transport.coupling.problem import Transport
from transport.programs.effort import GRACE_SECONDS, Effort, Stopped, Watch
from transport.programs.network_simplex import COMPILED
from transport.road.methods import Found

COURT = {"prior": ["7/10", "3/10"], "sender": [[0, 1], [0, 1]], "receiver": [[1, 0], [0, 1]]}
NO_INFORMATION = Found(
    {"signals": [{"action": 0, "joint": ["7/10", "3/10"]}]},
    {"prices": [1, 1], "multipliers": [[0, 0], [0, 0]]},
    "no-information",
)
FULL = Found(
    {"signals": [{"action": 0, "joint": ["7/10", 0]}, {"action": 1, "joint": [0, "3/10"]}]}, None, "full-information"
)
REFUSED = Found(
    {"signals": [{"action": 1, "joint": [0, 0]}, {"action": 0, "joint": ["7/10", "3/10"]}]},
    {"prices": [0, 0], "multipliers": [[0, 0], [0, 0]]},
    "too-good",
)
"""Bounds the prosecutor's payoff by 0, which it exceeds where somebody is guilty."""


def court(work):
    """The prosecutor's problem with a method of our own."""

    class Court(Persuasion):
        methods = {"ours": work}  # noqa: RUF012

    return Court(**COURT)


def for_ever(_, effort):
    effort.offer(NO_INFORMATION)
    effort.offer(FULL)
    while True:
        time.sleep(0.001)


def test_a_method_that_never_ends_ends_in_its_incumbent():
    solution = court(for_ever).solve(time_limit=0.1)
    assert (solution.lower, solution.upper, solution.grade) == (F(3, 10), F(1), "bounded")
    assert solution.solver["stopped"] == "time limit"
    assert solution.verify().accepted


def test_sides_of_several_offers_are_combined():
    def work(_, effort):
        effort.offer(FULL)
        return NO_INFORMATION

    solution = court(work).solve(time_limit=10)
    assert (solution.lower, solution.upper) == (F(3, 10), F(1))
    assert "stopped" not in solution.solver


def test_nothing_offered_is_an_honest_answer():
    def work(*_):
        while True:
            time.sleep(0.001)

    solution = court(work).solve(time_limit=0)
    assert (solution.lower, solution.upper, solution.grade) == (None, None, "unproven")


def test_a_backend_that_gives_up_late_is_not_an_error_but_one_that_fails_early_is():
    def work(_, effort):
        effort.offer(NO_INFORMATION)
        while not effort.exhausted():
            time.sleep(0.001)
        raise SolverError("no time")

    assert court(work).solve(time_limit=0.05).lower == 0

    def broken(*_):
        raise SolverError("broken")

    with pytest.raises(SolverError, match="broken"):
        court(broken).solve(time_limit=60)


@pytest.mark.skipif(os.name == "nt", reason="no signals to send")
def test_an_interrupt_leaves_the_incumbent_even_without_a_limit():
    timer = threading.Timer(0.2, os.kill, [os.getpid(), signal.SIGINT])
    timer.start()
    solution = court(for_ever).solve()
    assert (solution.lower, solution.upper) == (F(3, 10), F(1))
    assert solution.solver["stopped"] == "interrupted"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.skipif(os.name == "nt", reason="no signals to send")
def test_an_offer_that_takes_too_long_to_prove_is_left_out_after_an_interrupt(monkeypatch):
    monkeypatch.setattr("transport.programs.effort.PROOF_SECONDS", 0.1)

    def proven_too_late():
        while True:
            time.sleep(0.001)

    def work(_, effort):
        effort.offer(FULL)
        effort.offer(proven_too_late)
        os.kill(os.getpid(), signal.SIGINT)
        while True:
            time.sleep(0.001)

    solution = court(work).solve()
    assert (solution.lower, solution.upper) == (F(3, 10), None)
    assert solution.solver["stopped"] == "interrupted"


@pytest.mark.skipif(os.name == "nt", reason="no signals to send")
def test_an_interrupt_before_anything_is_proven_is_passed_on():
    def work(*_):
        os.kill(os.getpid(), signal.SIGINT)
        while True:
            time.sleep(0.001)

    with pytest.raises(KeyboardInterrupt):
        court(work).solve()


def test_the_exception_never_arrives_after_the_watch():
    """Many watches that end about when they fire: nothing may be raised outside, and each ends."""

    def busy(seconds):
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            pass

    for extra in range(24):
        watch = Watch(Effort(time_limit=0.0, began=time.perf_counter() - GRACE_SECONDS + 0.005))
        with contextlib.suppress(Stopped):
            watch.run(lambda extra=extra: busy(extra * 0.0005))
    busy(0.2)


def test_a_watch_works_in_any_thread():
    found = []
    thread = threading.Thread(target=lambda: found.append(court(for_ever).solve(time_limit=0.05)))
    thread.start()
    thread.join()
    assert found[0].lower == F(3, 10)


def test_a_backend_is_not_imported_when_there_is_no_time_for_it(monkeypatch):
    for name in ("ot", COMPILED):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr("transport.coupling.balanced._FLOW_CELLS", 0)  # as if the problem were large
    solution = Transport([1, 2], [2, 1], gain=[[3, 1], [0, 2]]).solve(time_limit=0.5)
    assert not {"ot", COMPILED} & set(sys.modules)
    assert solution.lower <= 5 <= solution.upper  # with t moved from 0 to 0 a plan earns 1 + 4 t, and t <= 1
    assert solution.solver["stopped"] == "time limit"


def test_a_function_that_is_offered_is_called_only_if_somebody_asks():
    called = []

    def first():
        called.append(1)
        return FULL

    def work(_, effort):
        effort.offer(first)
        return NO_INFORMATION

    assert court(work).solve().lower == 0
    assert not called
    assert court(work).solve(time_limit=10).lower == F(3, 10)
    assert called


@pytest.mark.parametrize("later", [[], [REFUSED], [REFUSED] * 3], ids=["last", "second-last", "fourth-last"])
@pytest.mark.parametrize("time_limit", [None, 60])
def test_a_refused_answer_leaves_the_best_of_all_offers(later, time_limit):
    def work(_, effort):
        effort.offer(lambda: FIRST)
        for found in (NO_INFORMATION, *later):
            effort.offer(found)
        return REFUSED

    FIRST = Found(NO_INFORMATION.primal, {"prices": [2, 2], "multipliers": [[0, 0], [0, 0]]}, "first")
    solution = court(work).solve(time_limit=time_limit)
    assert solution.upper == F(1)
    assert solution.verify().accepted
    assert "stopped" not in solution.solver
    assert "prices[0] = 0 < 1" in solution.solver["refused"]


def test_an_offer_is_proven_however_long_it_takes_unless_somebody_waits(monkeypatch):
    monkeypatch.setattr("transport.programs.effort.PROOF_SECONDS", 0.0)
    monkeypatch.setattr("transport.programs.effort.GRACE_SECONDS", 0.0)

    def slowly():
        time.sleep(0.3)
        return NO_INFORMATION

    def work(_, effort):
        effort.offer(slowly)
        return REFUSED

    assert court(work).solve().upper == F(1)
