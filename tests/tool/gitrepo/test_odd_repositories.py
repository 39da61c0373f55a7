"""Repositories of kinds that few people have: each works, or it is told what to type."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from modelyard.check.check import check
from modelyard.errors import ModelyardError, NotReady, Unreachable
from modelyard.gitrepo import environment
from modelyard.gitrepo import git as runner
from modelyard.new import new
from modelyard.template.source import Templates
from modelyard.update import update
from tests.repos import git
from tests.tool.hostile import surroundings
from tests.tool.worlds import World, commit, lines


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two releases, and a repo of the first one with an edit, which serves partial clones."""
    world = World(tmp_path_factory.mktemp("world"))
    world.release("v1", {"a.txt": lines(20), "sub/b.txt": "b\n"})
    world.release("v2", {"a.txt": lines(20, l3="THREE"), "c.txt": "c\n"})
    repo = world.repo()
    (repo / "a.txt").write_text(lines(20, l18="MINE"))
    commit(repo)
    git(repo, "config", "uploadpack.allowFilter", "true")
    return world


def cloned(made: World, place: Path, *words: str) -> Path:
    """Return a clone of the repo by git's own protocol."""
    source = f"file://{made.folder / 'repo'}"
    git(place.parent, "clone", "--quiet", *words, source, str(place))
    return place


def copied(made: World, place: Path) -> Path:
    """Return a copy of the repo."""
    shutil.copytree(made.folder / "repo", place, symlinks=True)
    return place


def typed(command: str) -> None:
    """Do what a hint says."""
    subprocess.run(command.partition("    #")[0], shell=True, check=True)  # noqa: S602  # ours


KINDS: dict[str, Callable[[World, Path], Path]] = {
    "partial": lambda made, place: cloned(made, place, "--filter=blob:none"),
    "shallow": lambda made, place: cloned(made, place, "--depth", "1"),
    "bare": lambda made, place: cloned(made, place, "--bare"),
    "shared": lambda made, place: cloned(made, place, "--shared"),
    "separate": lambda made, place: cloned(
        made, place, "--separate-git-dir", str(place.with_name("elsewhere"))
    ),
}


@pytest.mark.parametrize("locked", [False, True], ids=["", "explicit"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_clone_of_a_rare_kind_is_updated(
    kind: str, locked: bool, made: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = KINDS[kind](made, tmp_path / "clone")
    settings = tmp_path / "gitconfig"
    settings.write_text("[safe]\n\tbareRepository = explicit\n" if locked else "")
    with surroundings(monkeypatch, GIT_CONFIG_GLOBAL=str(settings)):
        assert check(repo).behind
        assert update(repo, dry_run=True).status == "clean"
        if kind == "bare":
            with pytest.raises(NotReady, match="no work tree"):
                update(repo)
            return
        assert update(repo).status == "clean"
    assert (repo / "a.txt").read_text() == lines(20, l3="THREE", l18="MINE")


def test_a_work_tree_beside_another_is_updated_and_the_other_is_not(
    made: World, tmp_path: Path
) -> None:
    first = copied(made, tmp_path / "first")
    git(first, "config", "extensions.worktreeConfig", "true")
    git(first, "worktree", "add", "--quiet", str(tmp_path / "second"))
    assert update(tmp_path / "second").status == "clean"
    assert git(first, "status", "--porcelain") == ""
    assert "c.txt" in git(tmp_path / "second", "status", "--porcelain")


@pytest.mark.parametrize("without", ["blob:none", "tree:0"])
def test_what_a_partial_clone_lacks_is_not_fetched_and_the_hint_fetches_it(
    without: str, made: World, tmp_path: Path
) -> None:
    repo = cloned(made, tmp_path / "a clone", "--no-checkout", f"--filter={without}")
    for verb in (check, lambda path: update(path, branch="new")):
        with pytest.raises(NotReady, match="lacks this object") as caught:
            verb(repo)
    with pytest.raises(NotReady):
        update(repo)
    typed(caught.value.hint)
    assert check(repo).behind
    assert update(repo, dry_run=True).status == "clean"


@pytest.mark.parametrize("object_", ["HEAD:a.txt", "HEAD^{tree}", "HEAD:sub"])
def test_a_damaged_repository_is_told_by_every_verb(
    object_: str, made: World, tmp_path: Path
) -> None:
    repo = copied(made, tmp_path / "repo")
    oid = git(repo, "rev-parse", object_).strip()
    (repo / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    for verb in (check, update):
        with pytest.raises(NotReady) as caught:
            verb(repo)
        assert "git" in caught.value.hint and "fsck" in caught.value.hint


def test_a_repository_with_longer_ids_is_updated(made: World, tmp_path: Path) -> None:
    repo = copied(made, tmp_path / "repo")
    shutil.rmtree(repo / ".git")
    git(repo, "init", "--quiet", "--object-format=sha256")
    commit(repo)
    assert update(repo).status == "clean"
    assert git(repo, "diff", "--name-only") == ""


@pytest.mark.parametrize(
    ("setting", "said"),
    [("extensions.refStorage=reftable", "refstorage"), ("extensions.news=1", "news")],
)
def test_a_repository_that_this_git_cannot_read_is_told_in_gits_words(
    setting: str, said: str, made: World, tmp_path: Path
) -> None:
    repo = copied(made, tmp_path / "repo")
    git(repo, "config", "core.repositoryformatversion", "1")
    name, _, value = setting.partition("=")
    with (repo / ".git" / "config").open("a") as config:
        config.write(f"[extensions]\n\t{name.partition('.')[2]} = {value}\n")
    if not subprocess.run(["git", "-C", str(repo), "log", "-1"], capture_output=True).returncode:
        pytest.skip("this git reads it")
    for verb in (check, update):
        with pytest.raises(NotReady, match="git cannot read the repository") as caught:
            verb(repo)
        assert said in caught.value.message
    with pytest.raises(Unreachable, match="git cannot read the repository of the template"):
        new(tmp_path / "made", str(repo))


def test_the_folder_where_git_keeps_a_repository_is_no_project(made: World, tmp_path: Path) -> None:
    repo = copied(made, tmp_path / "repo")
    for verb in (check, update):
        with pytest.raises(NotReady, match="where git keeps a repository"):
            verb(repo / ".git")


@pytest.fixture
def somebody_elses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Each repository belongs to somebody else, as git's own tests have it; settings are here."""
    kept = environment._LOCAL | {"GIT_TEST_ASSUME_DIFFERENT_OWNER"}
    monkeypatch.setattr(environment, "_LOCAL", kept)
    settings = tmp_path / "gitconfig"
    settings.write_text("")
    with surroundings(
        monkeypatch, GIT_TEST_ASSUME_DIFFERENT_OWNER="1", GIT_CONFIG_GLOBAL=str(settings)
    ):
        yield settings
    runner._environment.cache_clear()


def trust(error: ModelyardError, settings: Path) -> None:
    """Do what a hint about a repository of somebody else says."""
    words = shlex.split(error.hint)
    assert words[:5] == ["git", "config", "--global", "--add", "safe.directory"]
    env = {**os.environ, "GIT_CONFIG_GLOBAL": str(settings)}
    subprocess.run(words, check=True, env=env)


def test_a_template_of_somebody_else_is_trusted_by_what_the_hint_says(
    made: World, tmp_path: Path, somebody_elses: Path
) -> None:
    repo = copied(made, tmp_path / "a repo")
    with pytest.raises(NotReady, match="belongs to somebody else") as project:
        update(repo / "sub")
    assert shlex.split(project.value.hint)[-1] == str(repo)
    trust(project.value, somebody_elses)
    for verb in (check, update, lambda _: new(tmp_path / "made", str(made.template))):
        with pytest.raises(Unreachable, match="belongs to somebody else") as template:
            verb(repo)
    trust(template.value, somebody_elses)
    with Templates(tmp_path / "cache") as templates:
        assert templates.open(str(made.template)).newest == "v2"
