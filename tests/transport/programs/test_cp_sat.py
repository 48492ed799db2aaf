"""CP-SAT leaves Ctrl-C alone: the handler stays, and an interrupt ends the search."""

import os
import signal
import threading
import time

import pytest
from ortools.sat.python import cp_model

import suasion
from transport.programs.cp_sat import run


def endless() -> cp_model.CpModel:
    """Thirteen pigeons in twelve holes, stated so that the search takes long, with a first solution at once."""
    model = cp_model.CpModel()
    sits = [[model.new_bool_var("") for _ in range(12)] for _ in range(13)]
    for hole in range(12):
        for one in range(13):
            for other in range(one):
                model.add_bool_or(~sits[one][hole], ~sits[other][hole])
    housed = [model.new_bool_var("") for _ in sits]
    for bird, holes in zip(housed, sits, strict=True):
        model.add_bool_or(*holes).only_enforce_if(bird)
    model.maximize(sum(housed))
    return model


def quiet_solver() -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.cp_model_presolve = False
    solver.parameters.symmetry_level = 0
    solver.parameters.linearization_level = 0
    solver.parameters.max_time_in_seconds = 60.0
    return solver


def interrupt() -> None:
    """Send ourselves what Ctrl-C sends, and wait until it is heard."""
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(5)


def test_the_handler_of_interrupts_is_the_one_before() -> None:
    before = signal.getsignal(signal.SIGINT)
    model = cp_model.CpModel()
    model.maximize(model.new_bool_var("x"))
    assert run(cp_model.CpSolver(), model) == cp_model.OPTIMAL
    assert signal.getsignal(signal.SIGINT) is before
    with pytest.raises(KeyboardInterrupt):
        interrupt()


def test_an_interrupt_ends_the_search_and_keeps_what_it_found() -> None:
    solver = quiet_solver()
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        run(solver, endless())
    assert solver.objective_value <= 12


def test_an_error_of_the_solver_is_the_callers() -> None:
    with pytest.raises(Exception, match=r"."):
        run(cp_model.CpSolver(), None)  # type: ignore[arg-type]


def test_a_delivery_leaves_the_handler_alone() -> None:
    """The system's own handler must still be there after a whole solve, which only a real signal can tell."""
    suasion.load("gonczarowski-ma-parkes-2025-couriers-at-corners").solve("decomposition")
    with pytest.raises(KeyboardInterrupt):
        interrupt()
