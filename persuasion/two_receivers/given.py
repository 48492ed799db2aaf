"""Somebody's own floats made into proofs: an admissible plan, and potentials that majorise.

V follows from the receivers' potentials, and the plan's marginals from the weights of the posteriors; so whatever a
first-order method ended in proves something. Signs are conventions, so that potentials are tried with either.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dual.errors import InputError
from dual.kinds.two_receivers.grid import Plan, Potentials
from dual.kinds.two_receivers.statement import STATES, TwoReceiverStatement
from transport.programs.arrays import Integers, given_floats
from transport.road.methods import Found

from .methods import Warm, scaled_client
from .pairs import Pairs
from .plan import admissible_plan, witness
from .prices import client_of, repaired

Cell = tuple[int, ...]


def certified(statement: TwoReceiverStatement, primal: object, dual: object) -> Found:
    """Exact witnesses near floats, and where column generation can start.

    Parameters
    ----------
    statement : TwoReceiverStatement
        On a grid.
    primal : two arrays, shape (n, m), or mapping with "l" and "h", optional
    dual : (alpha1, alpha2), or array_like, shape (n + m,), optional

    Raises
    ------
    InputError
        If a shape is wrong or an entry is no finite number.
    """
    client = client_of(statement)
    n, m = client.shape
    plan: Plan | None = None
    potentials: Potentials | None = None
    cells, duals = np.zeros(0, dtype=np.int64), np.zeros(n + m)
    if primal is not None:
        rough, cells = _masses(client, primal)
        plan = witness(admissible_plan(statement, rough))
    if dual is not None:
        sides = dual if isinstance(dual, (list, tuple)) and len(dual) == len(STATES) else None
        if sides is None:
            given = given_floats(dual, "dual", (n + m,))
        else:
            given = np.concatenate([given_floats(sides[k], f"dual[{k}]", (count,)) for k, count in enumerate((n, m))])
        proven = [(repaired(client, sign * given), sign * given) for sign in (1.0, -1.0)]
        potentials, duals = min(proven, key=lambda one: one[0].bound(statement))
    unit = scaled_client(client)[1]
    return Found(plan, potentials, "given", warm=Warm(client.shape, duals / unit, cells))


def _masses(client: Pairs, primal: Any) -> tuple[tuple[dict[Cell, float], dict[Cell, float]], Integers]:
    """The masses by state and cell, and the cells that have any."""
    tables = [primal.get(name) for name in STATES] if isinstance(primal, Mapping) else primal
    if not (isinstance(tables, (list, tuple)) or hasattr(tables, "shape")) or len(tables) != len(STATES):
        raise InputError("a plan for either state is needed, l and then h", "primal")
    rough: tuple[dict[Cell, float], dict[Cell, float]] = ({}, {})
    ids = []
    for state, (name, table) in enumerate(zip(STATES, tables, strict=True)):
        masses = given_floats(table, f"primal.{name}", client.shape)
        i, j = np.nonzero(masses > 0)
        ids.append(client.allowed(state, i, j))
        _, i, j = client.split(ids[-1])
        cells = zip(i.tolist(), j.tolist(), strict=True)
        rough[state].update(zip(cells, masses[i, j].tolist(), strict=True))
    return rough, np.concatenate(ids)
