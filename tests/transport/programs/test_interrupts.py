"""Long runs of HiGHS end within a moment of an exception set from outside."""

import ctypes
import os
import signal
import threading
import time

import highspy
import numpy as np
import pytest

from transport.programs.interrupts import heedful


class Ended(BaseException):
    pass


def long_program(strategy: int) -> highspy.Highs:
    """A dense program that takes HiGHS far longer than this test waits."""
    rng = np.random.default_rng(0)
    rows, columns = 1200, 2400
    solver = highspy.Highs()
    for option, value in {"output_flag": False, "threads": 1, "presolve": "off", "simplex_strategy": strategy}.items():
        solver.setOptionValue(option, value)
    heedful(solver)
    none, infinity = np.zeros(0, dtype=np.int32), highspy.kHighsInf
    empty, above = np.zeros(columns, dtype=np.int32), np.full(columns, infinity)
    solver.addCols(columns, -rng.random(columns), np.zeros(columns), above, 0, empty, none, np.zeros(0))
    every = np.arange(columns, dtype=np.int32)
    for row in rng.integers(1, 50, (rows, columns)).astype(float):
        solver.addRow(-infinity, 100.0, columns, every, row)
    return solver


@pytest.mark.parametrize("strategy", [1, 4])  # dual and primal simplex
@pytest.mark.parametrize("by", ["signal", "thread"])
def test_a_run_ends_soon_after_it_is_told(strategy, by):
    solver, thread = long_program(strategy), threading.get_ident()
    told: list[float] = []

    def tell() -> None:
        told.append(time.perf_counter())
        if by == "signal":
            os.kill(os.getpid(), signal.SIGINT)
        else:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(Ended))

    threading.Timer(0.5, tell).start()
    with pytest.raises((KeyboardInterrupt, Ended)):
        solver.run()
    assert told  # it did not end by itself


def test_a_search_for_integers_ends_soon_after_it_is_told():
    rng = np.random.default_rng(0)
    solver = highspy.Highs()
    for option, value in {"output_flag": False, "threads": 1, "mip_rel_gap": 0.0}.items():
        solver.setOptionValue(option, value)
    heedful(solver)
    columns, none = 60, np.zeros(0, dtype=np.int32)
    every = np.arange(columns, dtype=np.int32)
    empty, ends = np.zeros(columns, dtype=np.int32), (np.zeros(columns), np.ones(columns))
    solver.addCols(columns, np.zeros(columns), *ends, 0, empty, none, np.zeros(0))
    for row in rng.integers(1, 100, (5, columns)).astype(float):  # a market split, which takes branching for hours
        solver.addRow(row.sum() // 2, row.sum() // 2, columns, every, row)
    solver.changeColsIntegrality(columns, every, np.full(columns, highspy.HighsVarType.kInteger))
    told: list[float] = []

    def tell() -> None:
        told.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    threading.Timer(0.5, tell).start()
    with pytest.raises(KeyboardInterrupt):
        solver.run()
    assert told
