"""Two edits at different places that git merges, and that together are provably broken."""

from pathlib import Path

import pytest

from modelyard.reasons import ConflictReason
from modelyard.update import update
from tests.repos import git
from tests.tool.worlds import World, commit, write

FAR = "".join(f"# {number}\n" for number in range(8))
SLASHES = FAR.replace("#", "//")


def merged(root: Path, path: str, sides: tuple[str, str, str]) -> list[tuple[ConflictReason, str]]:
    """Update a repo in which both sides edited a file; return its conflicts."""
    base, ours, theirs = sides
    world = World(root)
    world.release("v1", {path: base})
    world.release("v2", {path: theirs})
    repo = world.repo()
    write(repo, {path: ours})
    commit(repo)
    found = update(repo).conflicts
    assert all(conflict.path == path for conflict in found)
    assert bool(found) == git(repo, "status", "--porcelain", path).startswith("UU")
    return [(conflict.reason, conflict.about) for conflict in found]


def apart(
    before: str, mine: str, yours: str, after: str = "", far: str = FAR
) -> tuple[str, str, str]:
    """Return three versions of a text: ours adds at its start, theirs far behind that."""
    return (
        f"{before}{far}{after}",
        f"{before}{mine}{far}{after}",
        f"{before}{far}{yours}{after}",
    )


DEPENDENCIES = '[project]\nname = "a"\ndependencies = [\n'
WRONG = {
    "a package with two pins": (
        "pyproject.toml",
        apart(DEPENDENCIES, '"numpy<2",\n', '"NumPy>=2",\n', "]\n"),
        "numpy is required twice, and not alike",
    ),
    "a package with two markers": (
        "pyproject.toml",
        apart(DEPENDENCIES, "\"a; os_name == 'nt'\",\n", "\"a; os_name == 'posix'\",\n", "]\n"),
        "a is required twice, and not alike",
    ),
    "a requirement with two pins": (
        "requirements.txt",
        apart("x==1\n", "numpy==1.26\n", "numpy==2.0\n"),
        "numpy is required twice, and not alike",
    ),
    "a key of YAML beside an anchor": (
        "a.yaml",
        apart("x: &x {a: 1}\n", "level: 1\n", "level: 2\n", "y: *x\n"),
        "level stands twice",
    ),
    "a key of YAML beside a merge key": (
        "a.yaml",
        apart("x: &x {a: 1}\ny:\n  <<: *x\n", "  level: 1\n", "  level: 2\n", "  z: 1\n"),
        "level stands twice",
    ),
    "a key of YAML with tags": (
        "a.yaml",
        apart("x: !secret a\n", "level: 1\n", "level: 2\n", "z: 1\n"),
        "level stands twice",
    ),
    "a key of JSON with comments": (
        "a.jsonc",
        apart("{\n", '"level": 1,\n', '"level": 2,\n', '"z": 1, // the end\n}\n', SLASHES),
        "level stands twice",
    ),
    "a key of JSON5": (
        "a.json5",
        apart("{\n", "level: 1,\n", "level: 2,\n", "z: 1,\n}\n", SLASHES),
        "level stands twice",
    ),
    "an option": (
        "setup.cfg",
        apart("[flake8]\nx = 1\n", "level = 1\n", "level = 2\n"),
        "level in [flake8] stands twice",
    ),
    "a section": (
        "tox.ini",
        apart("[tox]\nx = 1\n", "[mine]\na = 1\n[end]\n", "[mine]\nb = 1\n"),
        "[mine] stands twice",
    ),
    "a variable": (".env", apart("A=1\n", "LEVEL=1\n", "LEVEL=2\n"), "LEVEL stands twice"),
    "a function": (
        "a.py",
        apart("import os\n", "def run():\n    pass\n", "def run(x):\n    pass\n"),
        "run is defined twice",
    ),
    "a method": (
        "a.py",
        apart(
            "class A:\n    x = 1\n",
            "    def run(self):\n        pass\n",
            "    def run(self):\n        return 1\n",
            "    y = 1\n",
        ),
        "A.run is defined twice",
    ),
    "fields of a dataclass": (
        "a.py",
        apart(
            "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int\n",
            "    mine: int = 1\n",
            "    yours: str\n",
            "    def a(self):\n        pass\n",
        ),
        "A has a field without a default behind one with a default",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_two_edits_that_are_wrong_together_are_a_conflict(tmp_path: Path, name: str) -> None:
    path, sides, said = WRONG[name]
    assert merged(tmp_path, path, sides) == [(ConflictReason.WRONG_TOGETHER, said)]


UNREADABLE = {
    "a key of TOML": ("a.toml", apart("[a]\nx = 1\n", "level = 1\n", "level = 2\n")),
    "parameters that do not compile": (
        "a.py",
        apart("def f(\n    x,\n", "    mine=1,\n", "    yours,\n", "):\n    pass\n"),
    ),
    "a future import that is not the first": (
        "a.py",
        apart('"""Doc."""\n', "import os\n", "from __future__ import annotations\n"),
    ),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_two_edits_that_nobody_can_read_together_are_a_conflict(tmp_path: Path, name: str) -> None:
    path, sides = UNREADABLE[name]
    assert merged(tmp_path, path, sides) == [(ConflictReason.UNREADABLE_TOGETHER, "")]


FINE: dict[str, tuple[str, tuple[str, str, str]]] = {
    "what ours wrote twice already": (
        "a.yaml",
        apart("x: 1\nx: 2\n", "m: 1\n", "y: 1\n"),
    ),
    "two packages": ("pyproject.toml", apart(DEPENDENCIES, '"m",\n', '"y",\n', "]\n")),
    "one package alike": ("requirements.txt", apart("x==1\n", "numpy==2\n", "numpy==2\n")),
    "keys of two mappings": (
        "a.yaml",
        apart("a: &a\n  x: 1\n", "  level: 1\n", "b:\n  level: 2\n", "c: *a\n"),
    ),
    "an overload": (
        "a.py",
        apart("import os\n", "@overload\ndef f(): ...\n", "def f():\n    pass\n"),
    ),
    "fields that are given by name": (
        "a.py",
        apart(
            "from dataclasses import dataclass\n@dataclass(kw_only=True)\nclass A:\n    x: int\n",
            "    mine: int = 1\n",
            "    yours: str\n",
            "    z: int\n",
        ),
    ),
    "a template of Helm": ("a.yaml", apart("{{ if x }}\n", "a: 1\n", "a: 2\n", "{{ end }}\n")),
}


@pytest.mark.parametrize("name", FINE)
def test_two_edits_that_go_together_are_merged(tmp_path: Path, name: str) -> None:
    path, sides = FINE[name]
    assert merged(tmp_path, path, sides) == []
