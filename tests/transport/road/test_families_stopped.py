"""Families whose solve is stopped: what is proven by then is kept, and the rest of the range says nothing."""

import signal
import time
from fractions import Fraction as F

import pytest

import dual
from dual.errors import SolverError
from dual.functions.varying import Domain, Root
from persuasion import Persuasion
from transport.programs.effort import Incumbent, Stopped
from transport.road import families
from transport.road.pieces import Found, Search, filled

HALF = Root((-1, 0, 2), F(7, 10), F(71, 100))


def family():
    """Three pieces."""
    sender = [[0, 3, 1, 2], [2, 0, 3, 1], [1, 2, 0, 3]]
    receiver = [[4, 0, 1, 2], [0, 4, 2, 1], [1, 2, 4, 0]]
    return Persuasion(["1/2", "1/4", "1/4"], sender, receiver).family("prior", [1, 0, 0], ["1/10", "2/5", "1/2"])


def require_true(solution, whole, least):
    """At least so many pieces are proven, the others unproven; where they are proven, it is the value."""
    proven = [piece for piece in solution.pieces if piece.grade == "exact"]
    unproven = [piece for piece in solution.pieces if piece.grade == "unproven"]
    assert len(proven) >= least
    assert unproven
    assert len(proven) + len(unproven) == len(solution.pieces)
    assert (solution.grade, solution.verify().grade) == ("unproven", "unproven")
    assert dual.verify(solution.document()).accepted
    for k in range(101):
        t = F(k, 100)
        assert solution.lower(t) in (whole.lower(t), None)
        assert solution.upper(t) == solution.lower(t)


@pytest.mark.parametrize("after", [1, 2])
def test_an_interrupt_keeps_the_pieces_that_are_proven(monkeypatch, after):
    keep, offers = Incumbent.offer, []

    def offer(self, found):
        keep(self, found)
        offers.append(found)
        if len(offers) == after:
            signal.raise_signal(signal.SIGINT)

    whole = family().solve()
    monkeypatch.setattr(Incumbent, "offer", offer)
    solution = family().solve()
    assert solution.solver["stopped"] == "interrupted"
    require_true(solution, whole, after)
    assert "stopped" not in whole.solver


def test_a_second_interrupt_and_one_before_anything_is_proven_are_raised(monkeypatch):
    def pressed(*_):
        signal.raise_signal(signal.SIGINT)
        raise KeyboardInterrupt

    monkeypatch.setattr(Search, "_inside", pressed)
    with pytest.raises(KeyboardInterrupt):
        family().solve()

    def over(*_):
        signal.raise_signal(signal.SIGINT)
        raise Stopped

    monkeypatch.setattr(Search, "_inside", over)
    with pytest.raises(KeyboardInterrupt):
        family().solve()


@pytest.mark.parametrize("end", [Stopped, SolverError])
def test_the_end_of_the_time_in_the_middle_of_a_piece_keeps_the_others(monkeypatch, end):
    whole, keep, tried = family().solve(), Search._inside, []

    def inside(self, start, end_):
        tried.append(start)
        if len(tried) == 3:
            object.__setattr__(self.effort, "time_limit", 0.0)
            raise end("no basis")
        return keep(self, start, end_)

    monkeypatch.setattr(Search, "_inside", inside)
    solution = family().solve(time_limit=1000)
    assert solution.solver["stopped"] == "time limit"
    require_true(solution, whole, 2)


def test_what_a_backend_says_while_there_is_time_is_raised(monkeypatch):
    def failed(*_):
        raise SolverError("no basis")

    monkeypatch.setattr(Search, "_inside", failed)
    with pytest.raises(SolverError, match="no basis"):
        family().solve(time_limit=1000)


def test_seconds_are_what_the_caller_waited_the_proof_included(monkeypatch):
    keep, slept = families.proven, []

    def proven(*given):
        time.sleep(0.05)
        slept.append(0.05)
        return keep(*given)

    monkeypatch.setattr(families, "proven", proven)
    assert family().solve().solver["seconds"] >= sum(slept) > 0.1


def spans(pieces):
    return [(p.domain.start, p.domain.end, p.domain.open_start, p.domain.open_end, p.grade) for p in pieces]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], [(0, 1, "unproven")]),
        ([(0, 1)], [(0, 1, None)]),
        ([("1/2", 1), (0, "1/4")], [(0, "1/4", None), ("1/4", "1/2", "unproven"), ("1/2", 1, None)]),
        ([(0, "1/2", "to"), ("1/2", 1, "from")], [(0, "1/2", None), ("1/2", "1/2", "unproven"), ("1/2", 1, None)]),
        ([(0, "1/2", "to"), ("1/2", 1)], [(0, "1/2", None), ("1/2", 1, None)]),
        ([(0, 1, "from", "to")], [(0, 0, "unproven"), (0, 1, None), (1, 1, "unproven")]),
        # A root that neither side has cannot be a piece, so the right side is given up.
        ([(0, HALF, "to"), (HALF, 1, "from")], [(0, HALF, None), (HALF, 1, "unproven")]),
        ([(0, HALF), (HALF, 1, "from")], [(0, HALF, None), (HALF, 1, None)]),
    ],
)
def test_what_is_missing_is_filled_so_that_all_is_covered(parts, expected):
    def end(raw):
        return raw if isinstance(raw, Root) else F(raw)

    found = [Found(Domain(end(a), end(b), "t", "from" in missing, "to" in missing)) for a, b, *missing in parts]
    got = list(filled(Domain(F(0), F(1), "t"), found))
    assert [(a, b, grade) for a, b, _, _, grade in spans(got)] == [(end(a), end(b), grade) for a, b, grade in expected]
