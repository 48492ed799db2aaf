"""Products ``x*log(x)`` of anything and its own logarithm, which are 0 where x is: entropies count 0 log 0 as 0."""

from __future__ import annotations

from collections.abc import Sequence

from .step import Step


def rewritten(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The same steps, with one step ``xlogx`` for ``x*log(x)``, ``log(x)*x``, ``-x*log(x)`` and ``c*x*log(x)``."""
    found: list[Step] = []
    index: dict[Step, int] = {}

    def emit(op: str, *operands: int) -> int:
        return add(Step(op, operands))

    def add(step: Step) -> int:
        if index.setdefault(step, len(found)) == len(found):
            found.append(step)
        return index[step]

    def product(left: int, right: int) -> int:
        one, other = found[left], found[right]
        if other.op == "log" and other.operands == (left,):
            return emit("xlogx", left)
        if one.op == "log" and one.operands == (right,):
            return emit("xlogx", right)
        if other.op == "log" and one.op == "neg" and one.operands == other.operands:
            return emit("neg", emit("xlogx", *other.operands))
        if other.op == "log" and one.op == "*" and one.operands[1] == other.operands[0]:
            return emit("*", one.operands[0], emit("xlogx", *other.operands))
        return emit("*", left, right)

    place: list[int] = []
    for step in steps:
        operands = tuple(place[k] for k in step.operands)
        place.append(product(*operands) if step.op == "*" else add(Step(step.op, operands, step.value)))
    return _used(found, place[-1])


def _used(steps: Sequence[Step], last: int) -> tuple[Step, ...]:
    """The steps that the last one rests on, in their order: a logarithm that went into ``xlogx`` may be left over."""
    needed = {last}
    for k in range(last, -1, -1):
        if k in needed:
            needed.update(steps[k].operands)
    place = {k: n for n, k in enumerate(sorted(needed))}
    return tuple(Step(steps[k].op, tuple(place[i] for i in steps[k].operands), steps[k].value) for k in sorted(needed))
