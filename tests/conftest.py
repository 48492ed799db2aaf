"""What holds for every test: the same examples each time, no clock, no window."""

import os
import signal
import sys

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("MPLBACKEND", "Agg")

settings.register_profile(
    "suasion",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("suasion")


@pytest.fixture(autouse=True)
def close_figures():
    """Leave no figure open behind a test that drew one."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    """A test that interrupts itself, and does not hear it as it should, fails alone; the run goes on."""
    try:
        return (yield)
    except KeyboardInterrupt:
        if "interrupt" not in pyfuncitem.nodeid:
            raise
        pytest.fail("the interrupt went past what was to hear it")


# A shell's background jobs, and what they start, ignore Ctrl-C; some tests are about processes that hear it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
