"""A store and a registered model belong to one repo: another one of that name is refused."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from modelyard_platform import belonging, identity, store
from modelyard_platform.doctor import examine
from modelyard_platform.errors import SetupError
from modelyard_platform.git import git
from modelyard_platform.settings import Project, load_project
from modelyard_platform.tracking import belonging as of_model
from modelyard_platform.tracking import registry
from modelyard_platform.tracking.client import connect

Verb = Callable[..., tuple[int, Any]]


def begin(root: Path, message: str) -> Path:
    """Make a repo with one commit."""
    git(root.parent, "init", "--quiet", str(root))
    git(root, "commit", "--quiet", "--allow-empty", "--message", message)
    return root


def other_history(project: Project) -> None:
    """Let the clone be of another repo: a history of its own, with the same files."""
    git(project.root, "checkout", "--quiet", "--orphan", "other")
    git(project.root, "commit", "--quiet", "--message", "Another repo of this name")


def test_a_clone_a_branch_and_a_merged_history_are_the_same_repo(tmp_path: Path) -> None:
    first = begin(tmp_path / "first", "one")
    before = identity.of(first)
    assert before is not None
    git(tmp_path, "clone", "--quiet", str(first), "second")
    git(first, "commit", "--quiet", "--allow-empty", "--message", "more")
    assert identity.of(tmp_path / "second") == identity.of(first) == before
    assert identity.parse(str(before)) == before
    other = begin(tmp_path / "other", "two")
    alone = identity.of(other)
    assert alone is not None
    assert not alone.is_same(before)
    git(first, "fetch", "--quiet", str(other))
    git(first, "merge", "--quiet", "--allow-unrelated-histories", "--message", "m", "FETCH_HEAD")
    merged = identity.of(first)
    assert merged is not None
    assert merged.is_same(before)
    assert before.is_same(merged)


def test_two_folders_of_a_repo_are_two(tmp_path: Path) -> None:
    first = begin(tmp_path / "first", "one")
    folders = [first / "models" / name for name in ("a", "b")]
    for folder in folders:
        folder.mkdir(parents=True)
    a, b = map(identity.of, folders)
    assert a is not None
    assert b is not None
    assert (a.folder, a.is_same(b)) == ("models/a", False)


def test_a_shallow_clone_cannot_tell(tmp_path: Path) -> None:
    first = begin(tmp_path / "first", "one")
    git(first, "commit", "--quiet", "--allow-empty", "--message", "two")
    git(tmp_path, "clone", "--quiet", "--depth", "1", first.as_uri(), "shallow")
    shallow = tmp_path / "shallow"
    assert identity.of(shallow) is None
    # The hint, typed as it is printed.
    command = identity.UNSHALLOW.partition(" (")[0]
    subprocess.run(command.split(), cwd=shallow, check=True, capture_output=True)
    assert identity.of(shallow) == identity.of(first)
    assert identity.of(tmp_path) is None


def test_a_history_that_git_cannot_read_is_told_in_its_words(tmp_path: Path) -> None:
    first = begin(tmp_path / "first", "one")
    one = git(first, "rev-parse", "HEAD").strip()
    git(first, "commit", "--quiet", "--allow-empty", "--message", "two")
    (first / ".git" / "objects" / one[:2] / one[2:]).unlink()
    with pytest.raises(SetupError) as told:
        identity.known(first, "the store")
    assert one in str(told.value)
    assert "unshallow" not in f"{told.value} {told.value.hint}"


@pytest.mark.parametrize("text", ["", "x:", "abc", f"{'0' * 40}", f"{'0' * 40},:x"])
def test_what_is_no_identity_is_none(text: str) -> None:
    assert identity.parse(text) is None


def test_another_repo_of_the_name_is_refused_the_store(project: Project, verb: Verb) -> None:
    store.make(project)
    other_history(project)
    for words in (["ingest"], ["promote"], ["predict"], ["lineage"]):
        code, error = verb(*words)
        assert (code, "belongs to another repo" in error["error"]) == (5, True), words
        assert "--claim" in error["hint"]
        assert "STORE=" in error["hint"]
    findings = {found["about"]: found for found in verb("doctor")[1]}
    assert "belongs to another repo" in findings["store"]["message"]
    aside = replace(project, store=project.store.with_name("store-2"))
    assert store.make(aside) == aside.store


def test_a_clone_that_cannot_tell_gets_no_store_that_is_somebodys(
    project: Project, tmp_path: Path
) -> None:
    store.make(project)
    git(project.root, "commit", "--quiet", "--allow-empty", "--message", "two")
    git(tmp_path, "clone", "--quiet", "--depth", "1", project.root.as_uri(), "shallow")
    shallow = replace(project, root=tmp_path / "shallow")
    with pytest.raises(SetupError, match="not all of its history"):
        store.make(shallow)
    # A store of its own, as a CI job has one, it may use.
    assert store.make(replace(shallow, store=tmp_path / "own")).is_dir()


def test_files_without_git_are_taken_at_their_word(project: Project, tmp_path: Path) -> None:
    store.make(project)
    image = replace(project, root=tmp_path / "image")
    image.root.mkdir()
    assert store.make(image) == project.store


def test_a_second_repo_of_a_name_gets_a_store_of_its_own(
    project: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("STORE")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    first = load_project(project.root)
    store.make(first)
    second = tmp_path / "second"
    shutil.copytree(project.root, second, ignore=shutil.ignore_patterns(".git"))
    begin(second, "another repo of this name")
    there = load_project(second)
    assert first.store.name == project.name
    assert there.store.parent == first.store.parent
    assert there.store != first.store
    store.make(there)
    assert f"{first.store} belongs to another repo" in capsys.readouterr().err
    # Another clone of it finds the same store, also with a history that was merged since.
    git(tmp_path, "clone", "--quiet", str(second), "third")
    shutil.copy(second / "pyproject.toml", tmp_path / "third")
    shutil.copy(second / "params.yaml", tmp_path / "third")
    assert load_project(tmp_path / "third").store == there.store
    git(second, "fetch", "--quiet", str(begin(tmp_path / "other", "two")))
    git(second, "merge", "--quiet", "--allow-unrelated-histories", "--message", "m", "FETCH_HEAD")
    assert load_project(second).store == there.store
    assert any("another repo" in found.message for found in examine(there))


def test_a_rewritten_history_is_no_second_repo(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STORE")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    store.make(load_project(project.root))
    other_history(project)
    with pytest.raises(SetupError, match="belongs to another repo"):
        store.make(load_project(project.root))


def test_a_store_file_that_says_nothing_is_another_s(project: Project) -> None:
    store.make(project)
    (project.store / belonging.FILE).write_text("[" * 10_000)
    with pytest.raises(SetupError, match="which one cannot be read"):
        store.make(project)


def test_a_registered_model_is_its_repos_until_another_claims_it(
    crowned: Project, verb: Verb
) -> None:
    client = connect(crowned)
    said = client.get_registered_model(crowned.name).tags[of_model.TAG]
    assert identity.parse(said) == identity.of(crowned.root)
    recorded = (crowned.store / belonging.FILE).read_text("utf-8")
    git(crowned.root, "branch", "--force", "kept")
    other_history(crowned)
    (crowned.store / belonging.FILE).unlink()  # as on a machine of its own, with a shared server
    try:
        for words in (["promote", "1"], ["predict"], ["lineage"], ["rollback"]):
            code, error = verb(*words)
            assert code == 5
            assert f"the registered model {crowned.name}" in error["error"], words
            assert "belongs to another repo" in error["error"]
        verb("doctor", "--claim")
        assert registry.Registry(crowned).get(registry.CHAMPION).number == "1"
        now = client.get_registered_model(crowned.name).tags[of_model.TAG]
        assert identity.parse(now) == identity.of(crowned.root) != identity.parse(said)
    finally:
        (crowned.store / belonging.FILE).write_text(recorded, "utf-8")


def test_a_model_that_names_no_repo_is_known_by_its_commits(
    trained: Project, verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert registry.Registry(trained).get("1").number == "1"
    monkeypatch.setattr(of_model, "_commits", lambda *_: ["0" * 40])
    with pytest.raises(SetupError, match="the commit of none of them"):
        registry.Registry(trained)
