"""The house as a whole: imports point one way, the front door opens quickly, the backends bear each other."""

import ast
import importlib
import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ("dual", "transport", "persuasion", "suasion")  # each may import those before it
HEAVY = ("cvxpy", "flint", "highspy", "matplotlib", "ortools", "ot", "pandas", "scipy")


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(source: str, parts: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Top-level names a module of the package `parts` imports, with the level of the import (0: absolute)."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.split(".")[0], 0
        elif isinstance(node, ast.ImportFrom):
            anchor = parts[: len(parts) - node.level + 1] if node.level else ()
            dotted = [*anchor, *(node.module or "").split(".")]
            yield dotted[0] or "outside the packages", node.level


def wrong_way(source: str, parts: tuple[str, ...]) -> set[str]:
    """The packages of the house that a module imports although they stand above its own."""
    above = {*HOUSE[HOUSE.index(parts[0]) + 1 :], "outside the packages"}
    return above & {name for name, _ in imported(source, parts)}


def not_standard(source: str, parts: tuple[str, ...]) -> set[str]:
    """Absolute imports of a module that are neither of the standard library nor of the checker itself."""
    return {name for name, level in imported(source, parts) if not level} - sys.stdlib_module_names - {"dual"}


def read(path: Path) -> tuple[str, tuple[str, ...]]:
    return path.read_text("utf-8"), path.relative_to(ROOT).parent.parts


@pytest.mark.parametrize(
    ("source", "parts", "found"),
    [
        ("import suasion", ("dual",), {"suasion"}),
        ("def f():\n    from persuasion.plan import x", ("transport",), {"persuasion"}),
        ("from ..suasion import x", ("dual",), {"suasion"}),
        ("from .. import x", ("dual",), {"outside the packages"}),
        ("from ..coupling import x", ("transport", "road"), set()),
        ("from dual import exact\nimport numpy", ("transport",), set()),
    ],
)
def test_a_wrong_import_is_seen(source: str, parts: tuple[str, ...], found: set[str]) -> None:
    assert wrong_way(source, parts) == found


@pytest.mark.parametrize("package", HOUSE)
def test_imports_point_one_way(package: str) -> None:
    found = {str(path.relative_to(ROOT)): wrong_way(*read(path)) for path in modules(package)}
    assert found, f"{package} has no modules"
    assert not {path: names for path, names in found.items() if names}


def test_the_checker_imports_the_standard_library_alone() -> None:
    assert not_standard("import numpy\nfrom .exact import number\nimport json", ("dual",)) == {"numpy"}
    found = {path.relative_to(ROOT / "dual"): not_standard(*read(path)) for path in modules("dual")}
    assert not {str(path): names for path, names in found.items() if names}


def run(code: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *options, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def load_all(package: str) -> str:
    """Code that imports every module of a package and prints how many there were."""
    return (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        f"import importlib, pkgutil, {package} as package\n"
        "names = {m.name for m in pkgutil.walk_packages(package.__path__, package.__name__ + '.')}\n"
        "for name in sorted(names): importlib.import_module(name)\n"
        "print(1 + len(names))\n"
    )


def test_the_checker_loads_where_nothing_is_installed() -> None:
    """No site-packages (-S), no environment (-I): whatever a module imports while it loads must be there."""
    done = run(load_all("dual"), "-I", "-S")
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == len(modules("dual"))


@pytest.mark.parametrize("package", HOUSE)
def test_loading_a_package_loads_no_backend(package: str) -> None:
    """Neither `import suasion` nor any module does, so each stays quick; functions import what they need."""
    done = run(load_all(package) + f"print(*sorted(set(sys.modules) & {set(HEAVY)!r}))")
    assert done.returncode == 0, done.stderr
    count, loaded = done.stdout.split("\n")[:2]
    assert int(count) == len(modules(package))
    assert loaded == ""


def test_the_front_door_enters_no_room() -> None:
    """What `import suasion` loads, and what one kind adds to it: its own rooms, none of another kind's."""
    house = "print(*sorted(name for name in sys.modules if name.split('.')[0] in " + repr(HOUSE) + "))"
    done = run(f"import sys, suasion\n{house}\nprint('numpy' in sys.modules)\nsuasion.Persuasion\n{house}")
    assert done.returncode == 0, done.stderr
    front, arrays, one = done.stdout.splitlines()
    assert len(front.split()) <= 6
    assert len(one.split()) <= 70
    for room in ("trading", "delivery", "coupling", "costly", "means", "two_receivers", "private", "games"):
        assert f"persuasion.{room}" not in one.split()
        assert f"transport.{room}" not in one.split()
    assert arrays == "False"


@pytest.mark.parametrize("package", ["transport", "persuasion", "suasion"])
def test_a_face_says_the_same_three_times(package: str) -> None:
    """The table of homes, the imports for tools and `__all__` name the same things, and each is there."""
    tree = ast.parse((ROOT / package / "__init__.py").read_text("utf-8"))
    tables = {node.target.id: node.value for node in tree.body if isinstance(node, ast.AnnAssign)}
    homes = ast.literal_eval(tables["_HOMES"])
    tools = {
        alias.name: f"{package}.{alias.name}" if not node.module else f"{package}." * node.level + node.module
        for branch in tree.body
        if isinstance(branch, ast.If)
        for node in branch.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name != "*"
    }
    face = importlib.import_module(package)
    assert homes == tools
    assert sorted({*homes} | {name for name in face.__all__ if name.startswith("__")}) == sorted(face.__all__)
    for name in face.__all__:
        assert getattr(face, name) is not None
        assert name in dir(face)
    with pytest.raises(AttributeError, match="has no attribute 'Persuassion'"):
        _ = face.Persuassion


def test_every_public_class_is_at_the_front_door() -> None:
    import persuasion
    import suasion
    import transport

    for room in (transport, persuasion):
        for name in room.__all__:
            assert not name[0].isupper() or getattr(suasion, name) is getattr(room, name)


@pytest.mark.parametrize("name", ["dual", "transport", "persuasion"])
def test_a_module_that_hides_ours_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / f"{name}.py").write_text("")
    code = f"import sys; sys.path.insert(1, {str(ROOT)!r}); import suasion"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f'ImportError: another "{name}" (')
    assert f"{name}.py) hides the one that came with suasion; rename it" in done.stderr


@pytest.mark.parametrize("name", ["dual", "transport", "persuasion"])
def test_the_command_does_not_mind_the_working_folder(name: str, tmp_path: Path) -> None:
    (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong module')")
    done = subprocess.run(
        [sys.executable, "-m", "suasion", "catalog", "kamenica-gentzkow-2011-prosecutor"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert '"kind": "persuasion"' in done.stdout


LOAD = {
    "highspy": "import highspy",
    "ortools": "from ortools.linear_solver import pywraplp\nfrom ortools.sat.python import cp_model",
    "cvxpy": "import cvxpy",
}
SOLVE = """
values = []
highs = highspy.Highs()
highs.setOptionValue("output_flag", False)
x = highs.addVariable(0, 3)
highs.maximize(2 * x)
values.append(highs.getObjectiveValue())

for name in ("HIGHS", "GLOP"):
    linear = pywraplp.Solver.CreateSolver(name)
    linear.Maximize(2 * linear.NumVar(0, 3, "x"))
    linear.Solve()
    values.append(linear.Objective().Value())

model = cp_model.CpModel()
model.maximize(2 * model.new_int_var(0, 3, "x"))
sat = cp_model.CpSolver()
sat.parameters.num_workers = 1
sat.solve(model)
values.append(sat.objective_value)

x = cvxpy.Variable()
for name in ("HIGHS", "GLOP"):
    values.append(cvxpy.Problem(cvxpy.Maximize(2 * x), [x <= 3]).solve(solver=name))
print(*values)
"""


# cvxpy loads the others itself, so these three put each backend before and after each other one.
SHORT = {("highspy", "ortools", "cvxpy"), ("ortools", "highspy", "cvxpy"), ("cvxpy", "highspy", "ortools")}


@pytest.mark.parametrize(
    "order",
    [
        pytest.param(order, id="-".join(order), marks=() if order in SHORT else pytest.mark.slow)
        for order in itertools.permutations(LOAD)
    ],
)
def test_the_backends_work_together_in_every_import_order(order: tuple[str, ...]) -> None:
    """Two builds of HiGHS in one process have broken each other: every backend must load and solve."""
    done = run("\n".join([*(LOAD[name] for name in order), SOLVE]))
    assert done.returncode == 0, done.stderr
    values = [float(word) for word in done.stdout.splitlines()[-1].split()]  # backends print lines of their own
    assert values == pytest.approx([6] * 6)
