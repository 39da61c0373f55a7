"""What the user deleted stays deleted; what only looks so is for a person."""

from collections.abc import Sequence

import pytest

from modelyard.merged import Owner
from modelyard.reasons import NoticeReason
from modelyard.update.resolution.deleted import resolve

TABLE = "[tool.foo]\nalpha = 100\nlint = {a = 1, b = 2}\nempty = {}\n\n[tool.bar]\nx = 1\n"
STEPS = "s:\n- name: Test\n  run: pytest --all\n- name: Build\n  run: b\n- name: Ship\n  run: c\n"
PACKAGES = "[project]\ndependencies = [\n  'a>=1',\n  'opencv-python>=2',\n]\n"
GROUPS = "[project]\nname = 'tool'\n\n[dependency-groups]\ntool = ['tool>=0.8']\n"
"""What is deleted has the name of the project, of which the base speaks elsewhere."""
IN_LINE = "x = [\n  {name='p', v=1}, {name='q', v=1},\n  {name='r', v=1},\n]\n"


def decided(path: str, base: str, ours: str, theirs: str) -> Sequence[str]:
    """Return the names of what was taken for deleted."""
    assert base not in (ours, theirs)
    found = resolve(path, *(side.splitlines() for side in (base, ours, theirs)))
    if found is None:
        return []
    assert {one.owner for one in found.decisions} == {Owner.TEMPLATE}
    assert {one.reason for one in found.decisions} == {NoticeReason.DELETED_PIECE}
    return [one.about for one in found.decisions]


@pytest.mark.parametrize(
    ("path", "base", "old", "new", "raised", "name"),
    [
        ("a.toml", TABLE, "alpha = 100\n", "", ("100", "200"), "alpha"),
        ("a.toml", TABLE, "empty = {}\n", "", ("{}", "{k = 1}"), "empty"),
        ("a.yaml", STEPS, "- name: Test\n  run: pytest --all\n", "", ("--all", "-q"), "Test"),
        (
            *("pyproject.toml", PACKAGES, "  'opencv-python>=2',\n", ""),
            *(("python>=2", "python>=3"), "opencv-python"),
        ),
        (
            *("pyproject.toml", GROUPS, "tool = ['tool>=0.8']\n", "docs = ['mkdocs>=0.11']\n"),
            *((">=0.8", ">=0.10"), "tool"),
        ),
    ],
)
def test_change_of_what_is_gone_is_left_out(
    path: str, base: str, old: str, new: str, raised: tuple[str, str], name: str
) -> None:
    assert decided(path, base, base.replace(old, new), base.replace(*raised)) == [name]


@pytest.mark.parametrize(
    ("path", "base", "old", "new", "raised"),
    [
        ("a.toml", TABLE, "alpha = 100", "alpha_max = 100", ("100", "200")),
        ("a.toml", TABLE, "alpha = 100", "ALPHA = 90", ("100", "200")),
        ("a.toml", TABLE, "alpha = 100", "limit = 100", ("100", "200")),
        ("a.toml", TABLE, "alpha = 100", "# alpha = 100", ("100", "200")),
        ("a.toml", TABLE, "alpha = 100", "", ("{}", "{k = 1}")),
        (
            *("a.toml", TABLE, "lint = {a = 1, b = 2}\nempty = {}\n"),
            *("empty = {}\n\n[tool.foo.lint]\na = 1\nb = 2\n", ("a = 1,", "a = 5,")),
        ),
        (
            *("a.yaml", STEPS, STEPS),
            "s:\n- name: Build\n  run: b\n- name: Ship\n  run: c\n- name: A\n  run: pytest --all\n",
            ("--all", "--all -q"),
        ),
        (
            *("pyproject.toml", PACKAGES, "opencv-python>=2", "opencv-python-headless>=2"),
            ("python>=2", "python>=3"),
        ),
        (
            *("pyproject.toml", GROUPS, "tool = ['tool>=0.8']", "dev = ['pytest>=8', 'tool>=1']"),
            (">=0.8", ">=0.10"),
        ),
    ],
    ids=["longer", "case", "value", "comment", "else", "table", "step", "package", "name"],
)
def test_moved_renamed_or_written_in_another_way_is_for_a_person(
    path: str, base: str, old: str, new: str, raised: tuple[str, str]
) -> None:
    assert decided(path, base, base.replace(old, new), base.replace(*raised)) == []


def test_what_stands_beside_it_in_one_line_is_not_given_up() -> None:
    ours = IN_LINE.replace("{name='p', v=1}, {name='q', v=1}", "{name='q', v=2}")
    assert decided("a.toml", IN_LINE, ours, IN_LINE.replace("v=1}, ", "v=3}, ")) != ["q"]
    theirs = "x = [\n  {name='p', v=3}, {name='q', v=3},\n  {name='r', v=1},\n]\n"
    assert decided("a.toml", IN_LINE, ours, theirs) == []


def test_a_hook_of_ones_own_that_is_new_was_never_deleted() -> None:
    base = "repos:\n- repo: local\n  hooks:\n  - id: a\n    entry: a\n- repo: x\n  hooks: []\n"
    ours = "repos:\n- repo: x\n  hooks: []\n"
    path = ".pre-commit-config.yaml"
    assert decided(path, base, ours, base.replace("entry: a", "entry: b")) == ["local"]
    new = base.replace("  - id: a\n", "  - id: b\n    entry: b\n  - id: a\n")
    assert decided(path, base, ours, new) == []
