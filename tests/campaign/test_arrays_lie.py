"""Arrays beside a file: whatever stands in them, what is proven is true of what stands in them."""

import hashlib
import json
from fractions import Fraction

import numpy as np
import pytest

import dual
from tests.campaign.instances import LINEAR
from tests.campaign.judge import seeded
from tests.campaign.truth import truth


def stored(folder, table: np.ndarray, denominator: int | None) -> dict[str, object]:
    path = folder / "table.npz"
    np.savez(path, a=table)
    found: dict[str, object] = {"npz": path.name, "array": "a", "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    return found if denominator is None else {**found, "denominator": denominator}


def bounds(folder, document):
    path = folder / "solution.json"
    path.write_text(json.dumps(document), "utf-8")
    try:
        verdict = dual.verify(path)
    except dual.SuasionError:
        return None
    return verdict


@pytest.mark.parametrize("floats", [False, True])
def test_changed_arrays_change_what_is_proven(tmp_path, floats):
    proven = refused = 0
    for k in range(12):
        rng = seeded("arrays", floats, k)
        document = LINEAR["transport"](rng, "integers").honest()
        problem = document["problem"]
        field = "gain" if "gain" in problem else "cost"
        honest = np.array([[int(entry) for entry in row] for row in problem[field]], float if floats else np.int64)
        for step in (None, 0, 0.5 if floats else 1, -1, 1e300 if floats else 2**62):
            table, denominator = honest.copy(), None if floats else rng.choice([None, 1, 7])
            if step is not None:
                cell = tuple(rng.randrange(n) for n in table.shape)
                table[cell] = step if step == 0 or abs(step) > 1 else table[cell] + step
            written = [[str(Fraction(entry.item()) / (denominator or 1)) for entry in row] for row in table]
            true = truth({**problem, field: written})
            told = bounds(tmp_path, {**document, "problem": {**problem, field: stored(tmp_path, table, denominator)}})
            assert told is not None
            assert not (told.violation or "").startswith("contradiction:")
            assert true.contradicts(told.lower, told.upper) is None
            proven += told.accepted
            refused += not told.accepted
    assert proven > 5
    assert refused > 5


def test_an_array_that_is_not_the_one_named_is_refused(tmp_path):
    document = LINEAR["transport"](seeded("arrays"), "integers").honest()
    problem = document["problem"]
    field = "gain" if "gain" in problem else "cost"
    table = np.array([[int(entry) for entry in row] for row in problem[field]], np.int64)
    right = stored(tmp_path, table, None)

    def told(**changed):
        return bounds(tmp_path, {**document, "problem": {**problem, field: {**right, **changed}}})

    assert told().accepted
    assert told(sha256="0" * 64) is None
    assert told(array="b") is None
    assert told(npz="other.npz") is None
    assert told(npz="../table.npz") is None
    assert told(denominator=0) is None
    assert told(denominator=-1) is None
    stored(tmp_path, table + 1, None)  # another array under the old name: the hash no longer fits
    assert told() is None
    (tmp_path / "table.npz").write_bytes(b"")
    assert told() is None
