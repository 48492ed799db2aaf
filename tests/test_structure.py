"""How the house is built inside: nothing in a circle, folders that point one way, a name for a type in one place."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ("dual", "transport", "persuasion", "suasion")
HOMES = {"dual/numbers/exact.py", "transport/programs/arrays.py"}  # of the names of vectors, matrices and arrays
NAMES = {"Vector", "Matrix", "Floats", "Integers", "Booleans", "Indices", "Numbers"}
FORMS = {"tuple[Fraction, ...]", "tuple[tuple[Fraction, ...], ...]", "tuple[Vector, ...]"}


def files() -> dict[str, str]:
    found = [path for package in HOUSE for path in sorted((ROOT / package).rglob("*.py"))]
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in found}


def aliases(source: str) -> Iterator[str]:
    """Module-level names for vectors, matrices and arrays of numbers."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            form = ast.unparse(node.value)
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                name = ast.unparse(target)
                if name in NAMES or form in FORMS or form.startswith("npt.NDArray["):
                    yield name


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("Vector = tuple[Fraction, ...]", ["Vector"]),
        ("Matrix: TypeAlias = list[list[Fraction]]", ["Matrix"]),
        ("Array = npt.NDArray[np.float64]", ["Array"]),
        ("Pair = tuple[int, int]\ndef f(Vector): return Vector", []),
    ],
)
def test_an_alias_is_seen(source: str, found: list[str]) -> None:
    assert list(aliases(source)) == found


def test_vectors_matrices_and_arrays_are_named_in_one_place() -> None:
    named = {path: list(aliases(source)) for path, source in files().items()}
    assert {path for path in named if named[path]} == HOMES
    assert {name for names in named.values() for name in names} == NAMES
