"""A release over a repo whose people ran a formatter."""

import subprocess
import sys
from pathlib import Path

import pytest

from modelyard.reasons import NoticeReason, Reason
from modelyard.update import update
from modelyard.update.formatted import workspace
from modelyard.update.result import UpdateResult
from tests.repos import git
from tests.tool.update.formatted.worlds import (
    LOAD,
    MODULE,
    REPORT,
    SETTINGS,
    changed,
    reformatted,
    released,
    run,
)
from tests.tool.worlds import World, commit, write


def told(outcome: UpdateResult) -> set[tuple[str, Reason, str]]:
    found = {(n.path, n.reason, n.about) for n in outcome.notices}
    return {one for one in found if one[1].name.startswith("FORMATTED")}


FORMATTED = {("m.py", NoticeReason.FORMATTED, "ruff format")}


def formatted(text: str, folder: Path) -> str:
    folder.mkdir()
    write(folder, {"pyproject.toml": SETTINGS, "m.py": text})
    run(folder, "ruff", "format", "--no-cache", ".")
    return (folder / "m.py").read_text()


def test_a_release_is_merged_in_the_format_of_the_repo(tmp_path: Path) -> None:
    repo = reformatted(released(tmp_path, REPORT))
    outcome = update(repo)
    assert outcome.status == "clean"
    assert (repo / "m.py").read_text() == formatted(changed(MODULE, REPORT), tmp_path / "wanted")
    assert told(outcome) == FORMATTED


def test_edits_beside_the_format_are_in_the_result(tmp_path: Path) -> None:
    repo = reformatted(released(tmp_path, REPORT), LOAD)
    outcome = update(repo)
    assert outcome.status == "clean"
    wanted = formatted(changed(MODULE, REPORT, LOAD), tmp_path / "wanted")
    assert (repo / "m.py").read_text() == wanted


def test_the_same_statement_is_a_conflict_in_the_format_of_the_repo(tmp_path: Path) -> None:
    mine = ('title.center(width, "=")', 'title.lower().center(width, "=")')
    repo = reformatted(released(tmp_path, REPORT, LOAD), mine)
    outcome = update(repo)
    assert [one.path for one in outcome.conflicts] == ["m.py"]
    assert told(outcome) == {("m.py", NoticeReason.FORMATTED_IN_CONFLICT, "ruff format")}
    theirs = formatted(changed(MODULE, REPORT, LOAD), tmp_path / "wanted")
    assert git(repo, "show", ":3:m.py") == theirs
    text = (repo / "m.py").read_text()
    assert text.count("<<<<<<<") == 1 and "title.lower()" in text and "title.upper()" in text
    # The other change of the release is not a part of the conflict.
    assert "'newest'" in text.partition("<<<<<<<")[0]


def test_a_file_that_its_formatter_would_change_is_merged_as_ever(tmp_path: Path) -> None:
    mine = ('title.center(width, "=")', 'title.lower().center(width, "=")')
    repo = reformatted(released(tmp_path, REPORT), mine)
    text = (repo / "m.py").read_text()
    write(repo, {"m.py": text + "\n\n\n\nlast = {'a':1}\n"})
    commit(repo)
    outcome = update(repo)
    assert outcome.status == "conflict" and told(outcome) == set()
    assert git(repo, "show", ":3:m.py") == changed(MODULE, REPORT)


def test_a_file_that_was_only_reformatted_is_deleted_with_the_template(tmp_path: Path) -> None:
    world = released(tmp_path, REPORT)
    world.release("v3", {"m.py": None})
    repo = reformatted(world)
    outcome = update(repo)
    assert outcome.status == "clean" and not (repo / "m.py").exists()
    assert told(outcome) == {("m.py", NoticeReason.FORMATTED_AND_DELETED, "ruff format")}
    edited = reformatted(world, LOAD, name="edited")
    assert update(edited).status == "conflict" and (edited / "m.py").exists()


def test_a_renamed_file_that_was_reformatted_follows(tmp_path: Path) -> None:
    world = released(tmp_path, REPORT)
    world.release("v3", {"m.py": None, "src/new.py": changed(MODULE, REPORT)})
    repo = reformatted(world, LOAD)
    outcome = update(repo)
    assert outcome.status == "clean"
    wanted = formatted(changed(MODULE, REPORT, LOAD), tmp_path / "wanted")
    assert (repo / "src/new.py").read_text() == wanted


def test_windows_line_ends_and_the_mode_stay(tmp_path: Path) -> None:
    repo = reformatted(released(tmp_path, REPORT), LOAD)
    content = (repo / "m.py").read_bytes().replace(b"\n", b"\r\n")
    (repo / "m.py").write_bytes(content)
    (repo / "m.py").chmod(0o755)
    git(repo, "config", "core.autocrlf", "false")
    commit(repo)
    assert update(repo).status == "clean"
    made = (repo / "m.py").read_bytes()
    wanted = formatted(changed(MODULE, REPORT, LOAD), tmp_path / "wanted")
    assert made == wanted.encode().replace(b"\n", b"\r\n")
    assert git(repo, "ls-files", "--stage", "m.py").startswith("100755")


def test_a_project_in_a_folder_has_the_settings_above_it(tmp_path: Path) -> None:
    world = released(tmp_path, REPORT)
    project = world.repo("v1", "big/project")
    big = tmp_path / "big"
    subprocess.run(["rm", "-rf", project / ".git"], check=True)
    git(big, "init", "--quiet", "--initial-branch", "main")
    write(big, {"ruff.toml": 'line-length = 60\nformat.quote-style = "single"\n'})
    run(big, "ruff", "format", "--no-cache", ".")
    commit(big)
    outcome = update(project)
    assert outcome.status == "clean" and told(outcome) == FORMATTED


def test_the_nearest_settings_hold(tmp_path: Path) -> None:
    world = released(tmp_path, REPORT)
    repo = world.repo("v1")
    write(repo, {"pyproject.toml": "[tool.ruff]\nline-length = 140\n", ".ruff.toml": ""})
    near = 'extend = "shared/base.toml"\nline-length = 60\n'
    write(repo, {".ruff.toml": near, "shared/base.toml": 'format.quote-style = "single"\n'})
    run(repo, "ruff", "format", "--no-cache", ".")
    commit(repo)
    assert "'latest'" in (repo / "m.py").read_text()
    outcome = update(repo)
    assert outcome.status == "clean" and told(outcome) == FORMATTED


def test_nothing_of_it_is_loaded_where_git_sees_no_conflict(tmp_path: Path) -> None:
    repo = released(tmp_path, REPORT).repo("v1")
    code = f"""
import sys
from modelyard.update import update
assert update({str(repo)!r}).status == "clean"
print([name for name in sys.modules if ".formatted" in name or "rewritten" in name])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr


def test_a_dispute_that_no_formatter_takes_starts_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    world.release("v1", {"pyproject.toml": '[project]\ndependencies = ["a"]\n'})
    world.release("v2", {"pyproject.toml": '[project]\ndependencies = ["a", "b"]\n'})
    repo = world.repo("v1")
    write(repo, {"pyproject.toml": '[project]\ndependencies = ["a", "mine"]\n'})
    commit(repo)
    monkeypatch.setattr(workspace.Workspace, "__enter__", lambda self: pytest.fail("started"))
    assert update(repo).status == "clean"
