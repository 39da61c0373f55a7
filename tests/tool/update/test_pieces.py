"""A file with a real disagreement is merged all the same, up to the pieces it is about."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.tool.update.threes import Outcome, Threes, crlf

TOML = """\
[project]
name = "x"
requires-python = ">=3.11"
dependencies = [
    "numpy>=2",  # arrays
    "pandas>=2",
]

[tool.ruff]
line-length = 100

[tool.ruff.lint]
select = ["E", "F"]
"""
WORKFLOW = """\
name: CI
on:
  push:
    branches: [main]
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      # the tests
      - name: Test
        run: make test
      - name: Build
        run: make build
  docs:
    runs-on: ubuntu-24.04
    steps:
      - name: Docs
        run: make docs
"""
MODULE = '''\
"""What the jobs are."""

import os


def first() -> int:
    """Return one."""
    return 1


def second() -> int:
    """Return two."""
    value = 2
    return value


LIMIT = 10
'''
SETTINGS = """\
{
    // how the editor behaves
    "editor.formatOnSave": false,
    "files.eol": "\\n",
    "python.testing": {
        "pytestEnabled": false
    }
}
"""


def edited(text: str, *edits: tuple[str, str]) -> str:
    """Replace what stands once in a text."""
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


CASES = {
    "TOML: a value, beside a key of each": (
        "pyproject.toml",
        TOML,
        [("line-length = 100", "line-length = 120"), ('"pandas>=2",', '"pandas>=2",\n    "mine",')],
        [("line-length = 100", "line-length = 88"), ('"F"]', '"F", "I"]')],
        "<<<<<<< yours\nline-length = 120\n||||||| as it was rendered\nline-length = 100\n"
        "=======\nline-length = 88\n>>>>>>> template v2\n",
        ['    "mine",\n', '"F", "I"]'],
    ),
    "TOML: an item of a list": (
        "pyproject.toml",
        TOML,
        [('"numpy>=2",', '"numpy>=1,<2",'), ('name = "x"', 'name = "y"')],
        [('"numpy>=2",', '"numpy==2.1",'), ("100", "110")],
        '<<<<<<< yours\n    "numpy>=1,<2",  # arrays\n||||||| as it was rendered\n'
        '    "numpy>=2",  # arrays\n=======\n    "numpy==2.1",  # arrays\n>>>>>>> template v2\n',
        ['name = "y"', "110"],
    ),
    "YAML: a step": (
        ".github/workflows/ci.yml",
        WORKFLOW,
        [("run: make test", "run: make test ARGS=-x"), ("make docs", "make docs-all")],
        [("run: make test", "run: uv run pytest"), ("branches: [main]", "branches: [main, next]")],
        "<<<<<<< yours\n        run: make test ARGS=-x\n||||||| as it was rendered\n"
        "        run: make test\n=======\n        run: uv run pytest\n>>>>>>> template v2\n",
        ["make docs-all", "[main, next]"],
    ),
    "Python: a statement of a function": (
        "jobs.py",
        MODULE,
        [("value = 2", "value = 3"), ("LIMIT = 10", "LIMIT = 20")],
        [("value = 2", "value = 4"), ("return 1", "return 11")],
        "<<<<<<< yours\n    value = 3\n||||||| as it was rendered\n    value = 2\n"
        "=======\n    value = 4\n>>>>>>> template v2\n",
        ["LIMIT = 20", "return 11"],
    ),
    "JSON with comments: a key": (
        ".vscode/settings.json",
        SETTINGS,
        [('"files.eol": "\\n"', '"files.eol": "auto"'), ('Enabled": false', 'Enabled": true')],
        [('"files.eol": "\\n"', '"files.eol": "\\r\\n"'), ('OnSave": false', 'OnSave": true')],
        '<<<<<<< yours\n    "files.eol": "auto",\n||||||| as it was rendered\n'
        '    "files.eol": "\\n",\n=======\n    "files.eol": "\\r\\n",\n>>>>>>> template v2\n',
        ['Enabled": true', 'OnSave": true'],
    ),
}


def update(tmp_path: Path, path: str, base: str, ours: str, theirs: str) -> Outcome:
    """Merge and audit one file."""
    return Threes(tmp_path).update({path: base}, {path: ours}, {path: theirs})


def settled(text: str, side: str) -> str:
    """Return a text as somebody leaves it who takes one side in all conflicts."""
    way = {"ours": 1, "theirs": 3}[side]
    pattern = r"<{7} [^\n]*\n(.*?)\|{7} [^\n]*\n(.*?)={7}\n(.*?)>{7} [^\n]*\n"
    return re.sub(pattern, lambda found: found[way], text, flags=re.DOTALL)


@pytest.mark.parametrize("name", CASES)
def test_only_what_is_disputed_is_between_markers(tmp_path: Path, name: str) -> None:
    path, base, mine, other, markers, merged = CASES[name]
    ours, theirs = edited(base, *mine), edited(base, *other)
    found = update(tmp_path, path, base, ours, theirs)
    assert found.status == "conflict"
    text = found.text(path)
    assert markers in text
    assert text.count("<<<<<<<") == 1
    for part in merged:
        assert part in settled(text, "ours")
        assert part in settled(text, "theirs")
    assert settled(text, "ours") == edited(ours, *other[1:])
    assert settled(text, "theirs") == edited(theirs, *mine[1:])


@pytest.mark.parametrize("name", CASES)
def test_so_it_is_with_other_line_ends(tmp_path: Path, name: str) -> None:
    path, base, mine, other, markers, _ = CASES[name]
    ours, theirs = edited(base, *mine), edited(base, *other)
    found = update(tmp_path, path, crlf(base), crlf(ours), crlf(theirs))
    assert crlf(markers) in found.text(path)
    assert "\n" not in found.text(path).replace("\r\n", "")


@pytest.mark.parametrize("name", CASES)
def test_the_index_holds_whole_versions(tmp_path: Path, name: str) -> None:
    path, base, mine, other, _, _ = CASES[name]
    threes = Threes(tmp_path)
    sides = {path: base}, {path: edited(base, *mine)}, {path: edited(base, *other)}
    found = threes.update(*sides)
    with threes.opened(sides[1]) as (_, scratch):
        for stage, side in zip(found.merged.stages, sides, strict=True):
            assert stage.oid == scratch.put(side[path].encode())


def test_a_file_of_requirements_is_a_set(tmp_path: Path) -> None:
    base = "# docs\nnbsphinx\nipython  # notebooks\njupyter\n"
    ours = "# docs\nnbsphinx\nipykernel\nipython  # notebooks\njupyter\nmyst_parser\n"
    theirs = "# docs\nsphinx-rtd-theme\n"
    found = update(tmp_path, "docs/requirements.txt", base, ours, theirs)
    assert found.status == "clean"
    wanted = {"# docs", "ipykernel", "myst_parser", "sphinx-rtd-theme"}
    assert set(found.text("docs/requirements.txt").splitlines()) == wanted


def test_names_with_and_without_settings_are_told_apart_by_name(tmp_path: Path) -> None:
    base = "plugins:\n- search\n- tabbed\n- tasklist\n- section\n"
    ours = base.replace("- tasklist\n", "- tasklist:\n    custom_checkbox: true\n")
    theirs = base.replace("- tabbed\n", "- tabbed:\n    alternate_style: true\n")
    found = update(tmp_path, "mkdocs.yml", base, ours, theirs)
    assert found.status == "clean"
    both = ours.replace("- tabbed\n", "- tabbed:\n    alternate_style: true\n")
    assert found.text("mkdocs.yml") == both


def test_headings_that_look_like_markers_are_no_obstacle(tmp_path: Path) -> None:
    base = f"Title\n=====\n\nHead\n{'=' * 9}\n\nOne line.\n\nTwo.\n"
    ours, theirs = base.replace("One line.", "Mine."), base.replace("One line.", "Theirs.")
    text = update(tmp_path, "docs/index.rst", base, ours, theirs).text("docs/index.rst")
    assert f"{'<' * 16} yours\nMine.\n" in text
    assert text.count("<" * 16) == 1


def test_a_key_that_both_add_at_two_places_does_not_stand_twice_whoever_is_right(
    tmp_path: Path,
) -> None:
    base = "[tool.x]\n" + "".join(f"{name} = 1\n" for name in "abcdef")
    ours = edited(base, ("a = 1", "a = 2"), ("c = 1\n", "c = 1\nlevel = 2\n"))
    theirs = edited(base, ("a = 1", "a = 3"), ("f = 1\n", "f = 1\nlevel = 3\n"))
    text = update(tmp_path, "pyproject.toml", base, ours, theirs).text("pyproject.toml")
    for side, value in (("ours", 2), ("theirs", 3)):
        found = tomllib.loads(settled(text, side))["tool"]["x"]
        assert (found["a"], found["level"]) == (value, value)
