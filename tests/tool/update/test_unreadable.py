"""A template that renders a file as nobody can read it: the update says so, and goes on."""

from pathlib import Path

import pytest

from modelyard.reasons import NoticeReason
from modelyard.update import update
from tests.tool.worlds import World, commit, write

TOML = '[project]\nname = "x"\nauthors = []\n\n[tool.ruff]\nline-length = 100\n'
BROKEN_TOML = TOML.replace("authors", 'description = "one.\n\ntwo."\nauthors')
CASES = {
    "TOML": ("pyproject.toml", TOML, BROKEN_TOML, "[tool.mine]\na = 1\n"),
    "YAML": ("a.yaml", "a: 1\nb: 2\nc: 3\n", "a: x: 1\nb: 2\nc: 3\n", "d: 4\n"),
    "JSON": ("a.json", '{\n"a": 1,\n"b": 2,\n"c": 3\n}\n', '{\n"a" 1,\n"b": 2,\n"c": 3\n}\n', "\n"),
    "INI": ("setup.cfg", "[a]\nb = 1\nc = 2\nd = 3\n", "[a]\n= 1\nc = 2\nd = 3\n", "e = 4\n"),
}


def told(root: Path, path: str, base: str, ours: str, theirs: str) -> list[str]:
    """Update a repo; return what is said of the file, which is merged all the same."""
    world = World(root)
    world.release("v1", {path: base})
    world.release("v2", {path: theirs})
    repo = world.repo()
    write(repo, {path: ours})
    commit(repo)
    outcome = update(repo)
    assert not outcome.conflicts
    assert (repo / path).read_text() == theirs + ours.removeprefix(base)
    found = [one for one in outcome.notices if one.reason is NoticeReason.UNREADABLE_NOW]
    assert all(one.path == path for one in found)
    return [one.about for one in found]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("edited", [True, False])
def test_what_cannot_be_read_any_more_is_told_with_the_reason(
    tmp_path: Path, name: str, edited: bool
) -> None:
    path, base, theirs, mine = CASES[name]
    (why,) = told(tmp_path, path, base, base + mine if edited else base, theirs)
    assert why and "\n" not in why


@pytest.mark.parametrize(
    ("path", "base", "ours", "theirs"),
    [
        pytest.param("a.toml", "a = \nb = 1\n", "a = \nb = 1\n", "a = \nb = 2\n", id="before too"),
        pytest.param("a.toml", "a = 1\n", "a = 1\n", "a = 2\n", id="it can be read"),
        pytest.param(
            "a.py", "a = 1\n", "a = 1\n", "match a:\n case: 1\n", id="Python, of some year"
        ),
        pytest.param("a.txt", "a = 1\n", "a = 1\n", "a = \n", id="no format"),
    ],
)
def test_nothing_else_is_told(tmp_path: Path, path: str, base: str, ours: str, theirs: str) -> None:
    assert told(tmp_path, path, base, ours, theirs) == []


def test_nor_where_ours_could_not_be_read(tmp_path: Path) -> None:
    assert (
        told(tmp_path, "a.toml", "a = 1\nb = 1\n", "a = 1\nb = 1\nc = \n", "a = 2\nb = 1\n") == []
    )
