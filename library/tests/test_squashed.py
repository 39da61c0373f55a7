"""A squash merge takes the commit of a version away from other clones, and not the version."""

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from modelyard_platform import shared
from modelyard_platform.errors import NotReproduced, NotTrusted
from modelyard_platform.git import git, is_known
from modelyard_platform.provenance import assembled, reproduce
from modelyard_platform.settings import Project, load_project
from modelyard_platform.tracking import belonging, client, records, registry

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def forge(trained: Project, tmp_path: Path) -> Path:
    """What everybody clones: its main has the files of version 1's commit in another commit."""
    folder, root = tmp_path / "forge", trained.root
    belonging.mark(trained, client.connect(trained))
    git(root, "init", "--quiet", "--bare", "--initial-branch=main", str(folder))
    (first,) = git(root, "rev-list", "--max-parents=0", "HEAD").split()
    squashed = git(root, "commit-tree", "HEAD^{tree}", "-p", first, "-m", "Squashed").strip()
    git(root, "remote", "add", "origin", str(folder))
    git(root, "push", "--quiet", "origin", f"{squashed}:refs/heads/main")
    git(root, "fetch", "--quiet", "origin")
    return folder


@pytest.fixture
def other(forge: Path, trained: Project, tmp_path: Path) -> Project:
    """A clone of somebody else."""
    git(trained.root, "clone", "--quiet", str(forge), str(tmp_path / "other"))
    return load_project(tmp_path / "other")


@pytest.fixture(autouse=True)
def no_remote_is_left(trained: Project) -> object:
    yield
    if git(trained.root, "remote"):
        git(trained.root, "remote", "remove", "origin")


def test_the_advice_of_promote_keeps_the_commit_for_all(
    trained: Project, other: Project, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = git(trained.root, "rev-parse", "HEAD").strip()
    code, _, told = command("promote")
    assert code == 0
    assert f"commit {commit[:10]} of version 1 is on no branch of any remote" in told
    (line,) = [line for line in told.splitlines() if "to keep it for all: " in line]
    assert is_known(other.root, commit) is None
    monkeypatch.chdir(trained.root)
    subprocess.run(shlex.split(line.partition("for all: ")[2]), check=True, capture_output=True)
    assert "on no branch" not in command("promote")[2]
    # The other clone fetches it, and does not run what was only fetched: its own advice does.
    with pytest.raises(NotTrusted, match="is on no branch of this clone") as refused:
        reproduce.reproduce(other, "1")
    monkeypatch.chdir(other.root)
    advice = refused.value.hint.partition("and: ")[2].replace("NAME", "trained-1")
    subprocess.run(shlex.split(advice), check=True)
    assert is_known(other.root, commit)


def test_a_version_of_a_commit_that_is_gone_is_reproduced(
    other: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    # Later work: other code, one snapshot less, and settings of another day.
    package = other.root / "src" / other.package
    (package / "features.py").write_text("raise RuntimeError", "utf-8")
    (package / "later.py").write_text("", "utf-8")
    newest = sorted(other.raw.glob("*.dvc"))[-1]
    newest.unlink()
    git(other.root, "add", "--all")
    git(other.root, "commit", "--quiet", "--message", "Later")
    assert reproduce.reproduce(other, "1").exact
    assert "which is gone" in capsys.readouterr().err


def test_what_only_the_run_has_is_not_run_unasked(
    trained: Project, other: Project, tmp_path: Path
) -> None:
    record = records.of_version(trained, registry.Registry(trained).get("1"))
    git(other.root, "checkout", "--quiet", "--orphan", "rewritten")
    code = other.root / "src" / other.package / "features.py"
    known = code.read_bytes()
    code.write_text("# rewritten\n", "utf-8")
    git(other.root, "commit", "--quiet", "--all", "--message", "Rewritten")
    clone = tmp_path / "clone"
    git(other.root, "clone", "--quiet", str(other.root), str(clone))
    with pytest.raises(NotTrusted, match=r"^src/\w+/features\.py of version 1: in no commit"):
        assembled.assemble(other, record, clone, allowed=False)
    assembled.assemble(other, record, clone, allowed=True)
    assert (clone / code.relative_to(other.root)).read_bytes() == known
    (clone / "requirements.lock").write_text("# rewritten\n", "utf-8")
    git(clone, "checkout", "--quiet", "--orphan", "again")
    git(clone, "commit", "--quiet", "--all", "--message", "Rewritten")
    with pytest.raises(NotReproduced, match=r"requirements\.lock of it is neither in the commits"):
        assembled.assemble(other, record, clone, allowed=True)


def test_without_a_remote_nothing_is_said(
    trained: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    shared.warn(trained.root, "0" * 40, "1")
    assert capsys.readouterr().err == ""
    assert not shared.fetch(trained.root, "0" * 40)
