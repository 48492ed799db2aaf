"""How the house is built inside: nothing in a circle, folders that point one way, a name for a type in one place."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ("dual", "transport", "persuasion", "suasion")
HOMES = {"dual/numbers/exact.py", "transport/programs/arrays.py"}  # of the names of vectors, matrices and arrays
NAMES = {"Vector", "Matrix", "Floats", "Integers", "Booleans", "Indices", "Numbers"}
FRONT = ["checker", "trusts", "command"]
# Rooms and modules that others of their package use, the lowest first; all the rest use these and are used by none.
ORDER = {
    "dual": [
        *(
            "errors",
            "limits",
            "words",
            "written",
            "numbers",
            "names",
            "statement",
            "functions",
            "verdict",
            "proofs",
            "kinds",
            "absence",
            "judge",
            "families",
        ),
        *FRONT,
    ],
    "transport": ["lazy", "programs", "functions", "road", "linear_program", "coupling", "delivery", "trading"],
    "persuasion": ["experiment", "envelope", "ternary", "drawing", "finite", "concave", "informed"],
    "suasion": [
        "_version",
        "guard",
        "catalog",
        "registry",
        "door",
        "schemas",
        "bench",
        "results",
        "batches",
        "completion",
        "arguments",
        "many",
        "command",
    ],
}
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


def imports(path: str, source: str, known: set[str]) -> set[str]:
    """The modules of the house that one imports, wherever in it: for types only, inside functions, by name, too."""
    package = path.removesuffix(".py").removesuffix("/__init__").split("/")
    folder = package if path.endswith("__init__.py") else package[:-1]
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            anchor = folder[: len(folder) - node.level + 1] if node.level else []
            base = ".".join([*anchor, *([node.module] if node.module else [])])
            found |= {dotted if (dotted := f"{base}.{alias.name}") in known else base for alias in node.names}
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module") and node.args:
            found |= {text for text in known if text == getattr(node.args[0], "value", None)}
    return (found & known) - {".".join(package)}


def graph(sources: dict[str, str]) -> dict[str, set[str]]:
    names = {path: path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in sources}
    known = set(names.values())
    return {names[path]: imports(path, source, known) for path, source in sources.items()}


def circle(arrows: dict[str, set[str]]) -> list[str]:
    """Some circle, if there is one: whoever imports nothing that is left leaves, and nobody must remain."""
    left = {name: set(to) for name, to in arrows.items()}
    while free := [name for name, to in left.items() if not to & left.keys()]:
        for name in free:
            del left[name]
    path = [min(left)] if left else []
    while path and path[-1] not in path[:-1]:
        path.append(min(left[path[-1]] & left.keys()))
    return path[path.index(path[-1]) :] if path else []


def wrong_rooms(arrows: dict[str, set[str]]) -> set[tuple[str, str]]:
    """Pairs of rooms of one package of which the first uses the second, which does not lie below it."""
    found = set()
    for name, to in arrows.items():
        for other in to:
            (package, *room), (at, *used) = name.split("."), other.split(".")
            if at == package and room and used and room[0] != used[0]:
                order = ORDER[package]
                place = order.index(room[0]) if room[0] in order else len(order)
                if used[0] not in order[:place]:
                    found.add((f"{package}.{room[0]}", f"{package}.{used[0]}"))
    return found


CIRCLES = [
    {"dual/a.py": "from dual.b import x", "dual/b.py": "def f():\n    from .a import y", "dual/c.py": "import dual.a"},
    {"dual/a.py": "if TYPE_CHECKING:\n    from . import b", "dual/b.py": "import dual.a", "dual/c.py": ""},
    {"dual/a/__init__.py": "from .b import x", "dual/a/b.py": "from dual.a import y"},
    {"dual/a.py": "from .b import x", "dual/b.py": "def f():\n    return importlib.import_module('dual.a').y"},
]


@pytest.mark.parametrize("sources", CIRCLES)
def test_a_circle_is_seen(sources: dict[str, str]) -> None:
    found = circle(graph(sources))
    assert found[0] == found[-1]
    assert set(found) == ({"dual.a", "dual.a.b"} if "dual/a/b.py" in sources else {"dual.a", "dual.b"})
    assert not circle(graph({**sources, "dual/b.py": "", "dual/a/b.py": ""}))


@pytest.mark.parametrize(
    ("path", "source", "wrong"),
    [
        ("dual/numbers/exact.py", "from dual.kinds.finite import x", {"numbers"}),
        ("dual/kinds/finite.py", "def f():\n    from dual.numbers.exact import x", set()),
        ("persuasion/finite/problem.py", "from persuasion.games import x", {"finite"}),
        (
            "persuasion/private/problem.py",
            "from persuasion.games import x",
            {"private"},
        ),
        ("persuasion/games/problem.py", "from persuasion.finite import replies", set()),
        ("persuasion/games/problem.py", "from .nash import x\nfrom dual.kinds import finite", set()),
    ],
)
def test_a_wrong_room_is_seen(path: str, source: str, wrong: set[str]) -> None:
    found = wrong_rooms(graph({**dict.fromkeys(files(), ""), path: source}))
    assert {room.split(".")[1] for room, _ in found} == wrong


def test_nothing_is_imported_in_a_circle() -> None:
    assert not circle(graph(files()))


def test_rooms_point_one_way() -> None:
    assert not wrong_rooms(graph(files()))
