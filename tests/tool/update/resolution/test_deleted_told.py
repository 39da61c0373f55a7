"""What the user deleted from a file stays deleted, and what the template changed in it is told."""

import json
from pathlib import Path

import pytest

from modelyard.reasons import NoticeReason
from modelyard.update.resolution.deleted import resolve
from tests.tool.update.threes import Threes

TOML = """\
[project]
name = "x"
authors = ["a"]
dependencies = [
    "numpy>=2",
    "pandas>=2",
]

[tool.pyright]
reportMissingImports = false

[tool.ruff]
line-length = 100
"""
WORKFLOW = """\
jobs:
  test:
    steps:
      - uses: actions/checkout@v4
      - name: Lint
        run: make lint
      - name: Test
        run: make test
  docs:
    runs-on: ubuntu-24.04
"""
PYRIGHT = "[tool.pyright]\nreportMissingImports = false\n\n"
STAYS = {
    "a table": (
        "pyproject.toml",
        TOML,
        TOML.replace(PYRIGHT, ""),
        TOML.replace("Imports = false", 'Imports = false\ntypeCheckingMode = "standard"'),
    ),
    "a key": (
        "pyproject.toml",
        TOML,
        TOML.replace('authors = ["a"]\n', ""),
        TOML.replace('["a"]', '["a", "b"]'),
    ),
    "a requirement": (
        "pyproject.toml",
        TOML,
        TOML.replace('    "pandas>=2",\n', ""),
        TOML.replace('"pandas>=2"', '"pandas>=2,<4"'),
    ),
    "a step": (
        ".github/workflows/ci.yml",
        WORKFLOW,
        WORKFLOW.replace("      - name: Lint\n        run: make lint\n", ""),
        WORKFLOW.replace("make lint", "uv run ruff check"),
    ),
    "a job": (
        ".github/workflows/ci.yml",
        WORKFLOW,
        WORKFLOW.replace("  docs:\n    runs-on: ubuntu-24.04\n", ""),
        WORKFLOW.replace("ubuntu-24.04", "ubuntu-26.04"),
    ),
}


@pytest.mark.parametrize("name", STAYS)
def test_it_stays_deleted_and_is_told(tmp_path: Path, name: str) -> None:
    path, base, ours, theirs = STAYS[name]
    assert ours != base != theirs
    threes = Threes(tmp_path)
    found = threes.update({path: base}, {path: ours}, {path: theirs})
    assert found.status == "clean"
    assert found.text(path) == ours
    (made,) = found.merged.resolutions.values()
    (told,) = made.notices
    assert (told.path, told.reason) == (path, NoticeReason.DELETED_PIECE)
    changed = set(theirs.splitlines()) - set(base.splitlines())
    assert changed <= set(told.lines)


@pytest.mark.parametrize(
    "ours",
    [
        pytest.param(
            TOML.replace(PYRIGHT, "") + "\n[tool.basedpyright]\nextends = 'pyright'\n",
            id="its name stands elsewhere",
        ),
        pytest.param(
            TOML.replace(PYRIGHT, "").replace("[tool.ruff]", "# no [tool.pyright]\n[tool.ruff]"),
            id="in a comment",
        ),
        pytest.param(
            "tool.pyright.reportMissingImports = false\n" + TOML.replace(PYRIGHT, ""),
            id="written in another way",
        ),
    ],
)
def test_it_is_a_conflict_where_it_may_have_moved(ours: str) -> None:
    theirs = TOML.replace("Imports = false", 'Imports = false\ntypeCheckingMode = "standard"')
    lines = (text.splitlines() for text in (TOML, ours, theirs))
    assert resolve("pyproject.toml", *lines) is None


def test_it_is_a_conflict_where_something_stands_in_its_place() -> None:
    ours = WORKFLOW.replace("name: Lint\n        run: make lint", "name: Mine\n        run: mine")
    theirs = WORKFLOW.replace("make lint", "uv run ruff check")
    lines = (text.splitlines() for text in (WORKFLOW, ours, theirs))
    assert resolve(".github/workflows/ci.yml", *lines) is None


def test_code_is_never_decided() -> None:
    base = "import os\n\n\ndef f():\n    return 1\n\n\nX = 2\n"
    ours = base.replace("def f():\n    return 1\n\n\n", "")
    lines = (text.splitlines() for text in (base, ours, base.replace("return 1", "return 3")))
    assert resolve("x.py", *lines) is None


PACKAGE = '{\n  "name": "ui",\n  "tools": {\n    "eslint": "1",\n    "vite": "5"\n  }\n}\n'


def test_the_last_key_of_an_object_stays_deleted_without_its_comma(tmp_path: Path) -> None:
    ours = PACKAGE.replace(',\n    "vite": "5"', "")
    theirs = PACKAGE.replace('"vite": "5"', '"vite": "6"')
    threes, path = Threes(tmp_path), "package.json"
    found = threes.update({path: PACKAGE}, {path: ours}, {path: theirs})
    assert (found.status, found.text(path)) == ("clean", ours)


def test_what_the_template_dropped_beside_it_leaves_no_comma() -> None:
    base = PACKAGE.replace("{\n", '{\n  "scripts": {"test": "a"},\n', 1)
    ours = PACKAGE.replace('"vite": "5"', '"vite": "7"')
    theirs = base.replace(',\n    "vite": "5"', "").replace('"a"', '"b"')
    found = resolve("package.json", *(side.splitlines() for side in (base, ours, theirs)))
    assert found is None or json.loads("\n".join(found.theirs))["tools"] == {"eslint": "1"}


JOB = """\
  docs:
    runs-on: ubuntu-24.04
    steps:
      - run: make docs
      - run: make tell
"""
HOOK = """\
  - repo: https://example.org/b
    rev: v1
    hooks:
      - id: b
        args: [--all]
"""
HOOKS = "repos:\n  - repo: https://example.org/a\n    rev: v1\n    hooks:\n      - id: a\n"
TABLE = "\n[tool.mypy]\nstrict = true\nplugins = ['a']\n"
MOVED = {
    "a table": ("pyproject.toml", TOML, TABLE, "true", ("mypy.ini", TABLE.replace("tool.", ""))),
    "a table to a file of its name": (
        "pyproject.toml",
        TOML,
        TABLE,
        "true",
        ("mypy.toml", TABLE.replace("\n[tool.mypy]\n", "")),
    ),
    "a job": (
        ".github/workflows/ci.yml",
        WORKFLOW,
        JOB.replace("docs:", "pages:"),
        "make tell",
        (".github/workflows/pages.yml", f"jobs:\n{JOB.replace('docs:', 'pages:')}"),
    ),
    "a hook": (
        ".pre-commit-config.yaml",
        HOOKS,
        HOOK,
        "--all",
        (".config/hooks.yaml", f"repos:\n{HOOK}"),
    ),
}


@pytest.mark.parametrize("name", MOVED)
@pytest.mark.parametrize("has_moved", [True, False])
def test_what_moved_to_another_file_is_not_called_deleted(
    tmp_path: Path, name: str, has_moved: bool
) -> None:
    path, rest, entry, old, (place, content) = MOVED[name]
    base, theirs = {path: rest + entry}, {path: rest + entry.replace(old, "false")}
    other = content if has_moved else "unlike: it\n"
    found = Threes(tmp_path).update(base, {path: rest, place: other}, theirs)
    assert found.status == ("conflict" if has_moved else "clean")
    told = {one.reason for made in found.merged.resolutions.values() for one in made.notices}
    assert told == (set() if has_moved else {NoticeReason.DELETED_PIECE})
