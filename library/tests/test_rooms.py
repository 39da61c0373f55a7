"""The rooms of the library: lower ones import nothing of upper ones, and no import is circular."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import modelyard_platform
import pytest

LIBRARY = Path(modelyard_platform.__file__).parent
SUITE = Path(__file__).parents[2]
# From the lowest; what is in one tuple may not import the rest of it.
ROOMS = [
    ("api",),
    ("",),
    ("frames",),
    ("delivery",),
    ("validation",),
    ("data",),
    ("lineage",),
    ("evaluation",),
    ("tracking",),
    ("alerts",),
    ("training",),
    ("provenance", "orchestrators"),
    ("doctor", "storing"),
    ("cli", "conformance"),
]
FLOOR = {room: floor for floor, rooms in enumerate(ROOMS) for room in rooms}


def modules(package: Path) -> dict[str, Path]:
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        found[".".join(parts).removesuffix(".__init__")] = path
    return found


def imports(name: str, path: Path) -> Iterator[str]:
    """Yield every module that another imports, wherever in it, and each name taken from one."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def room(name: str) -> str:
    first = f"{name}.".split(".")[1]
    return first if first in FLOOR or (LIBRARY / first).is_dir() else ""


FOUND = modules(LIBRARY)
EDGES = {name: {n for n in imports(name, path) if n in FOUND} for name, path in FOUND.items()}


def test_every_folder_is_a_room() -> None:
    assert {room(name) for name in FOUND} <= set(FLOOR)
    assert len(FOUND) > 40
    assert sum(map(len, EDGES.values())) > 100


@pytest.mark.parametrize("name", sorted(FOUND))
def test_a_room_imports_nothing_above_it(name: str) -> None:
    mine = room(name)
    others = {other for other in EDGES[name] if room(other) != mine}
    assert not {other for other in others if FLOOR[room(other)] >= FLOOR[mine]}


def test_no_import_is_circular() -> None:
    # A package's own __init__ may gather what its modules hold.
    edges = {name: {n for n in to if not name.startswith(f"{n}.")} for name, to in EDGES.items()}
    order = list(TopologicalSorter(edges).static_order())
    assert set(order) == set(FOUND)


@pytest.mark.parametrize(
    ("package", "other"),
    [(LIBRARY, "modelyard"), (SUITE / "src" / "modelyard", "modelyard_platform")],
)
def test_library_and_tool_do_not_know_each_other(package: Path, other: str) -> None:
    found = modules(package)
    assert found
    assert not {
        name
        for name, path in found.items()
        if any(imported.split(".")[0] == other for imported in imports(name, path))
    }


def test_what_a_contract_imports_is_light() -> None:
    script = "import sys, modelyard_platform.api, modelyard_platform; print(*sys.modules)"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    heavy = {"dvc", "matplotlib", "mlflow", "numpy", "pandas", "pandera", "sklearn", "zenml"}
    assert not heavy & set(done.stdout.split())
